"""What an alias among the members of an installed library's enumeration stands for.

Promises: the library's files are read and never imported; a member is proposed only where the alias is one of the class that
the code names, or of the one that the called function takes. Refuses to know: what another release lets it stand for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from driftlint.disk import WorkspaceError, is_folder, is_link, list_folder, read_regular_file
from driftlint.documents.model import Document
from driftlint.facts import Pin, Place, Reference, Subject
from driftlint.late_regex import compile_late
from driftlint.mentions.requirement import HOST
from driftlint.packs.entries import ReferenceEntry
from driftlint.pin_sources.installed import InstalledVersions
from driftlint.pins import Proposal, Scope

_CLASS = compile_late(r"^class (?P<name>\w+)\([^)\n]*\):[^\n]*\n(?P<body>(?:(?:[ \t][^\n]*)?\n)+)", re.MULTILINE)
_ASSIGNED = compile_late(r"^    (?P<name>\w+)[ \t]*=[ \t]*(?P<value>\w+)?", re.MULTILINE)
_FUNCTION = compile_late(r"^def (?P<name>\w+)\((?P<params>[^)]*)\)", re.MULTILINE)
_CALLEE = compile_late(r"(?:[A-Za-z_]\w*\s*\.\s*)*(?P<name>[A-Za-z_]\w*)\s*\(")
_LARGEST = 1 << 20
_MOST = 2_000
"""Files of one library that are looked at."""


class AliasedMembers:
    """Answers for members of one environment's libraries.

    `entries` are the catalogue's, by id; a library is looked for under the name of the reference's host. `find_locked` says which
    release the repo's lock names: another one than the installed makes the library's files no evidence.
    """

    answers = (Scope(frozenset(("weights",)), forms=frozenset(("call",))),)

    def __init__(
        self,
        environment: InstalledVersions,
        entries: Mapping[str, ReferenceEntry],
        get_document: Callable[[str], Document | None],
        find_locked: Callable[[Reference], Proposal | None],
    ) -> None:
        self._environment = environment
        self._entries = entries
        self._get_document = get_document
        self._find_locked = find_locked
        self._known: dict[str, _Library] = {}

    def find(self, reference: Reference) -> Proposal | None:
        """Return the member for which the reference's alias stands in the installed release."""
        alias, library = reference.pin.selector, reference.subject.host
        if reference.pin.state != "series" or not alias or not re.fullmatch(r"[A-Za-z_]\w*", library):
            return None
        release = self._release_of(library, reference.where)
        if release is None:
            return None
        if library not in self._known:
            self._known[library] = _Library(self._environment.site_packages, library)
        answers = {self._known[library].members.get((name, alias), "") for name in self._classes(reference, library)}
        if len(answers) != 1 or not all(answers):
            return None
        return Proposal(answers.pop(), f"{release}, where {alias} stands for it")

    def _release_of(self, library: str, place: Place) -> str | None:
        package = Reference(Subject("package", HOST, library), Pin("absent"), place, place, "requirement")
        installed, locked = self._environment.find(package), self._find_locked(package)
        if installed is None or (locked is not None and locked.version != installed.version):
            return None
        return installed.evidence

    def _classes(self, reference: Reference, library: str) -> Iterator[str]:
        """Yield the class of the alias at each use, "" where it is not told."""
        name = reference.subject.name.split(".")
        if len(name) > 1:
            yield name[-2]
            return
        entry = self._entries.get(reference.entry)
        document_of = self._get_document
        for use in (reference.place, *reference.uses):
            document = document_of(use.path)
            called = _CALLEE.match(document.text, use.span.start) if document is not None else None
            arguments = [spec.arg for spec in entry.names] if entry is not None else []
            takes = self._known[library].takes
            found = {takes.get((called["name"], arg), "") for arg in arguments} if called is not None else set()
            yield found.pop() if len(found) == 1 else ""


class _Library:
    """The files of one installed library."""

    def __init__(self, folders: Sequence[Path], name: str) -> None:
        self._folders = [folder / name for folder in folders if is_folder(folder / name)]

    @cached_property
    def _texts(self) -> list[str]:
        texts: list[str] = []
        waiting = self._folders[:1]
        while waiting and len(texts) < _MOST:
            folder = waiting.pop()
            for name in list_folder(folder):
                if name.endswith(".py"):
                    try:
                        texts.append(read_regular_file(folder / name, _LARGEST).decode("utf-8", "replace"))
                    except WorkspaceError:
                        continue
                elif is_folder(folder / name) and not is_link(folder / name):
                    waiting.append(folder / name)
        return texts

    @cached_property
    def members(self) -> dict[tuple[str, str], str]:
        """Members by class and alias; "" where classes of one name differ."""
        found: dict[tuple[str, str], str] = {}
        for text in self._texts:
            for made in _CLASS.finditer(text):
                assigned = {m["name"]: m["value"] for m in _ASSIGNED.finditer(made["body"])}
                for name, value in assigned.items():
                    if value in assigned:
                        key = (made["name"], name)
                        found[key] = str(value) if found.get(key, value) == value else ""
        return found

    @cached_property
    def takes(self) -> dict[tuple[str, str], str]:
        """The class that a function takes for an argument, where its signature names one; "" where functions differ."""
        found: dict[tuple[str, str], str] = {}
        for text in self._texts:
            for made in _FUNCTION.finditer(text):
                for part in re.finditer(r"(\w+)\s*:\s*Optional\[(\w+)\]", made["params"]):
                    key = (made["name"], part[1])
                    found[key] = part[2] if found.get(key, part[2]) == part[2] else ""
        return found
