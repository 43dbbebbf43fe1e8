"""Which install commands pass over the lock beside what they install?

Promises: a command is named only where a lock of its tool stands in its folder or above, and nothing in the same text enforces
that lock. Refuses to know: tools and their flags (the rule's parameters do), folders that nothing in the text fixes.

A rule's `installs` is a list of tables:
`programs` and `words`: the command's leading words; `lock`: formats of the locks that it may pass over;
`needs`: flags of which one enforces the lock, also as words of another command of the same text (`also`);
`variables`: texts whose mention enforces it; `takes`: "project" (only an install of the folder itself), "input" (only of a
file that the lock was made from), "nothing" (only without operands) or "any"; `after`: only when one of these commands stands
before it in the text; `reads`: flags whose value names the file that is installed; `ci`: severity in CI;
`write`: what a mend writes for the last of `words`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from driftlint.documents.model import Document, Instruction, Node, Script
from driftlint.facts import Place, Rule, Severity
from driftlint.judges.folders import enter
from driftlint.judges.world import World
from driftlint.late_regex import compile_late
from driftlint.locks import Lock
from driftlint.mentions.command_line import Line, Operands, split_operands, strip_wrappers
from driftlint.mentions.embedded import read_scripts
from driftlint.mentions.groups import path_groups
from driftlint.mentions.workflows import is_pipeline

_RUN_KEYS = ("run", "script", "before_script", "after_script")
_PROJECT = compile_late(r"(?:\.{1,2}|\./[\w./-]*)/?(?:\[[\w,-]*\])?")
_WORD = compile_late(rb"[\w.-]+")


class Unenforced(Struct, frozen=True):
    """One command that passes over a lock."""

    place: Place
    command: str
    lock: str
    instead: str
    why: str
    severity: Severity | None
    others: tuple[Place, ...] = ()
    """The same in other places of the file: one decision, one finding."""
    word: Place | None = None
    old: str = ""
    write: str = ""
    """What enforces the lock in the place of `old` at `word`, "" where only a person can tell."""
    words: tuple[Place, ...] = ()
    """The same words of the others."""


class _Run(Struct, frozen=True):
    """One script and the folder that it runs in, None where that cannot be told."""

    script: Script
    folder: str | None


def find_unenforced(rule: Rule, world: World) -> Iterator[Unenforced]:
    """Yield the commands of scripts, image builds and CI that pass over a lock."""
    installs = [entry for entry in _rows(rule.params.get("installs")) if entry.get("programs")]
    if not world.locks or not installs:
        return
    programs = {name.encode() for entry in installs for name in entry["programs"]}
    for path in world.project.names.where(_may_install):
        if programs.isdisjoint(_WORD.findall(world.read(path) or b"")):
            continue
        document = world.get_document(path)
        if document is None:
            continue
        runs = list(find_runs(document))
        for entry in installs:
            found = list(_judge_entry(entry, document, runs, world))
            for lock in dict.fromkeys(item.lock for item in found):
                same = [item for item in found if item.lock == lock]
                others = (Place(item.place.path, item.place.span, "and here") for item in same[1:])
                words = tuple(item.word for item in same[1:] if item.word is not None)
                yield replace(same[0], others=tuple(others), words=words)


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, (list, tuple)) else []


def _may_install(path: str) -> bool:
    base = path.rpartition("/")[2].lower()
    if is_pipeline(path):
        return True
    return base.endswith((".sh", ".bash", ".mk", "file")) or "dockerfile" in base or "makefile" in base


def find_runs(document: Document) -> Iterator[_Run]:
    """Yield the commands of a script, an image build or a CI file, with the folder where each part of them runs."""
    body, folder = document.body, posixpath.dirname(document.path)
    if document.kind == "yaml" and isinstance(body, Node):
        yield from _node_runs(document, body, "")
    elif isinstance(body, Script):
        yield _Run(body, folder)
    elif isinstance(body, tuple):
        commands = [c for i in body if isinstance(i, Instruction) and i.script is not None for c in i.script.commands]
        yield _Run(Script(tuple(commands)), folder)


def _node_runs(document: Document, node: Node, folder: str | None) -> Iterator[_Run]:
    """CI scripts run at the root of the repo, unless a key beside them says where."""
    for item in node.items:
        yield from _node_runs(document, item, folder)
    set_folder = node.get("working-directory") if node.kind == "map" else None
    if set_folder is not None and isinstance(set_folder.value, str):
        name = set_folder.value
        folder = None if "$" in name else posixpath.normpath(name).lstrip("./") if name not in (".", "./") else ""
    for entry in node.entries:
        if entry.key in _RUN_KEYS:
            commands = [c for script in read_scripts(document, entry.value) for c in script.commands]
            if commands:
                yield _Run(Script(tuple(commands)), folder)
        else:
            yield from _node_runs(document, entry.value, folder)


def _judge_entry(entry: Mapping[str, Any], document: Document, runs: list[_Run], world: World) -> Iterator[Unenforced]:
    if any(name in document.text for name in entry.get("variables", ())):
        return
    lines = [strip_wrappers(command) for run in runs for command in run.script.commands]
    if any(_matches_any(line, entry.get("also", ())) for line in lines):
        return
    before = False
    for run in runs:
        folder = run.folder
        variables = {name: word.text for name, word in run.script.assignments}
        for command in run.script.commands:
            line = strip_wrappers(command)
            if line.program == "cd":
                folder = enter(folder, line, document.path, variables)
            before = before or _matches_any(line, entry.get("after", ()))
            if folder is None or ("after" in entry and not before) or not _is_install(entry, line):
                continue
            lock = _lock_of(entry, folder, line, world)
            if lock is None:
                continue
            severity: Severity | None = None
            if "ci" in path_groups(document.path) or is_pipeline(document.path):
                severity = entry.get("ci")
            lead = len(entry.get("words", ()))
            word = Place(document.path, line.words[lead - 1].span) if lead else None
            text = " ".join(document.text[command.span.start : command.span.end].split())
            yield Unenforced(
                Place(document.path, command.span),
                text if len(text) <= 60 else f"{text[:57]}...",
                lock.path,
                str(entry.get("instead", "")).replace("{lock}", lock.path),
                str(entry.get("why", "")),
                severity,
                (),
                word,
                line.words[lead - 1].text if lead else "",
                str(entry.get("write", "")),
            )


def _matches_any(line: Line, commands: object) -> bool:
    """Return whether a line begins with one of these commands and holds their flags."""
    words = [line.program, *(word.text for word in line.words)]
    for command in commands if isinstance(commands, (list, tuple)) else ():
        wanted = str(command).split()
        plain = [word for word in wanted if not word.startswith("-")]
        if words[: len(plain)] == plain and all(flag in words for flag in wanted if flag.startswith("-")):
            return True
    return False


def _is_install(entry: Mapping[str, Any], line: Line) -> bool:
    if line.program not in entry["programs"]:
        return False
    lead = tuple(entry.get("words", ()))
    given = tuple(word.text for word in line.words)
    if given[: len(lead)] != lead:
        return False
    operands = _operands(entry, line)
    if operands.has(*entry.get("needs", ())):
        return False
    takes = entry.get("takes", "any")
    if takes == "nothing":
        return not operands.words
    if takes == "project":
        # With a requirements file beside it, that file decides what is installed.
        named = [word.text for word in operands.words]
        editable = [value.text for flag, value in operands.flags if flag in ("-e", "--editable") and value is not None]
        return any(_PROJECT.fullmatch(name) for name in (*named, *editable)) and not operands.has(
            *entry.get("reads", ())
        )
    return True


def _operands(entry: Mapping[str, Any], line: Line) -> Operands:
    valued = frozenset((*entry.get("valued", ()), *entry.get("reads", ())))
    return split_operands(line.words[len(entry.get("words", ())) :], valued)


def _lock_of(entry: Mapping[str, Any], folder: str, line: Line, world: World) -> Lock | None:
    """Return the lock of the entry's formats that a command passes over: that of what it reads, or the nearest one."""
    operands = _operands(entry, line)
    locks = [(path, lock) for path, lock in sorted(world.locks.items()) if lock.format in entry["lock"]]
    named = ""
    if entry.get("takes") == "input":
        read = [value.text for flag, value in operands.flags if flag in entry.get("reads", ()) and value is not None]
        return next((lock for _, lock in locks for name in read if _is_input(name, folder, lock, world)), None)
    if entry.get("takes") == "project":
        names = [word.text for word in operands.words if _PROJECT.fullmatch(word.text)]
        names += [value.text for flag, value in operands.flags if flag in ("-e", "--editable") and value is not None]
        folder = posixpath.normpath(posixpath.join(folder, names[0].split("[")[0])) if names else folder
        folder = "" if folder == "." else folder
    else:
        file = operands.value(*entry.get("reads", ())) if entry.get("reads") else None
        if file is not None:
            if any(file.text.endswith(lock.path.rpartition("/")[2]) for lock in world.locks.values()):
                return None  # the lock itself is what is installed
            named = posixpath.basename(file.text)
            folder = posixpath.dirname(posixpath.normpath(posixpath.join(folder, file.text.lstrip("/"))))
    while not folder.startswith(".."):
        for path, lock in locks:
            if posixpath.dirname(path) != folder or path.endswith(".py.lock"):
                continue
            if not named or not lock.sources or named in {posixpath.basename(source) for source in lock.sources}:
                return lock
        if not folder or entry.get("takes") == "project":
            return None
        folder = posixpath.dirname(folder)
    return None


def _is_input(name: str, folder: str, lock: Lock, world: World) -> bool:
    """Return whether a file that a command reads is what a lock was made from; an image build may have copied it elsewhere."""
    path = posixpath.normpath(posixpath.join(folder, name))
    if path in world.paths:
        return path in lock.sources
    return posixpath.basename(name) in {posixpath.basename(source) for source in lock.sources}
