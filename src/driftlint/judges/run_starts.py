"""What else than a call of the program starts a run of a tracker: files, command lines, configurations, what is installed.

Promises: a configuration that is not part of the composition by default is marked as idle. Refuses to know: which parts a run
records.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from msgspec import Struct

from driftlint.distributions import canonicalize_name
from driftlint.documents.model import Command, Document, Instruction, Node, Script
from driftlint.facts import Place
from driftlint.flow.calls import Recorded
from driftlint.flow.entries import Program
from driftlint.judges.draws import written
from driftlint.judges.interface import finder_of
from driftlint.judges.world import World
from driftlint.late_regex import compile_late
from driftlint.mentions.releases import allow_only, name_of, rule_out
from driftlint.packs.catalogue import RunStart

_WORD = compile_late(r"[\w./\\:-]+")
_DEEPEST = 12


class Start(Struct, frozen=True):
    """One run that is started. `call` is what starts it, None where no Python code of the program does.

    Not `certain`: a condition of the entry cannot be told. `idle`: by default nothing reaches it; `off`: it is switched off.
    `holder` is the mapping of a file that names the program, and `top` all of that file; None where no file starts it.
    """

    entry: RunStart
    place: Place
    call: Recorded | None = None
    certain: bool = True
    idle: bool = False
    off: bool = False
    holder: Node | None = None
    top: Node | None = None


def is_named(text: str, path: str) -> bool:
    """Return whether a text names a program: its path, the end of it, or its module."""
    stem = path.rsplit(".", 1)[0]
    for word in _WORD.findall(text):
        word = posixpath.normpath(word.replace("\\", "/"))
        if word.endswith((".py", ".ipynb")):
            if path == word or path.endswith("/" + word):
                return True
        elif word.replace(".", "/").replace(":", "/") in (stem, posixpath.basename(stem)):
            return True
    return False


def started_by_files(world: World, path: str) -> Iterator[Start]:
    """Yield the runs that job files and command lines of the repo start a program as."""
    for entry in world.catalogue.run_starts:
        by_file = list(_started_by_maps(world, entry, path))
        yield from by_file
        for launch in world.project.launches_of(path) if entry.launchers and not by_file else ():
            document = world.get_document(launch.path)
            for command in _commands(document) if document is not None else ():
                text = " ".join(word.text for word in command.words)
                if any(text.startswith(words + " ") for words in entry.launchers) and is_named(text, path):
                    yield Start(entry, Place(launch.path, command.words[0].span, "started here"))


def composed_starts(world: World, program: Program) -> Iterator[Start]:
    """Yield the runs that a composed configuration of a program starts: a key of it names what is to be made."""
    known = {name: entry for entry in world.catalogue.run_starts for name in entry.calls}
    keys = world.resolver.forms.group("instantiate.key")
    composition = finder_of(world).of(program.path).composition if known and keys else None
    if composition is None:
        return
    from driftlint.interfaces.keys import compose_with  # few programs get this far

    chosen = compose_with(world.project, composition, ()).files
    above = f"{composition.folder}/" if composition.folder else ""
    for path in world.paths:
        document = world.get_document(path) if path.startswith(above) and path.endswith((".yaml", ".yml")) else None
        if document is None or not isinstance(document.body, Node):
            continue
        for _, node in _texts_under(document.body, tuple(keys)):
            entry = known.get(node.raw)
            if entry is not None:
                yield Start(entry, Place(path, node.span, "named here"), idle=path not in chosen)


def is_settled(world: World, entry: RunStart) -> bool | None:
    """Return whether releases and installed distributions let a start happen; None where the repo does not fix that."""
    answers: list[bool | None] = [True]
    if entry.release:
        name = name_of(entry.release)
        locked = [f"=={version}" for lock in world.locks.values() for version in lock.versions(name)]
        pins = locked or written(world, entry.release)
        answers.append(True if allow_only(pins, entry.release) else False if rule_out(pins, entry.release) else None)
    if entry.installed:
        named = _is_named_by_repo(world, entry.installed)
        answers.append(True if named else False if world.locks or entry.absent else None)
    return False if False in answers else None if None in answers else True


def _is_named_by_repo(world: World, distribution: str) -> bool:
    """Return whether a lock, a manifest or a command of the repo names a distribution."""
    wanted = canonicalize_name(distribution)
    if any(package.name == wanted for lock in world.locks.values() for package in lock.packages):
        return True
    return any(
        reference.subject.kind == "package" and canonicalize_name(reference.subject.name.split("[")[0]) == wanted
        for reference in world.references
    )


def _started_by_maps(world: World, entry: RunStart, path: str) -> Iterator[Start]:
    for other in sorted(world.project.names.bearing((*entry.files, *(f"**/{glob}" for glob in entry.files)))):
        document = world.get_document(other)
        if document is not None and isinstance(document.body, Node):
            yield from _started_by(entry, document, document.body, path)


def _started_by(entry: RunStart, document: Document, body: Node, path: str) -> Iterator[Start]:
    tops = [body] if body.kind == "map" else [item for item in body.items if item.kind == "map"]
    if entry.marks and not any(all(top.get(mark) is not None for mark in entry.marks) for top in tops):
        return
    for holder, node in _texts_under(body, entry.program_keys):
        if isinstance(node.value, str) and is_named(node.value, path):
            yield Start(entry, Place(document.path, node.span, "started here"), holder=holder, top=body)
            return


def _texts_under(node: Node, keys: tuple[str, ...], depth: int = 0) -> Iterator[tuple[Node, Node]]:
    """Yield the texts under some keys, each with the mapping that holds it."""
    if depth > _DEEPEST:
        return
    for entry in node.entries:
        if entry.key in keys and entry.value.kind == "scalar":
            yield node, entry.value
        yield from _texts_under(entry.value, keys, depth + 1)
    for item in node.items:
        yield from _texts_under(item, keys, depth + 1)


def _commands(document: Document) -> Iterator[Command]:
    scripts = [document.body] if isinstance(document.body, Script) else []
    if document.script is not None:
        scripts.append(document.script)
    if isinstance(document.body, tuple):
        scripts += [i.script for i in document.body if isinstance(i, Instruction) and i.script is not None]
    for script in scripts:
        yield from script.commands
