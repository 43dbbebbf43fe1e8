"""Seeds in the config files of tools that are started by a command, with no code of the repo in between.

Promises: a file counts only where all keys stand in it that mark it as that tool's; a key counts as absent only where no file of
the repo names it. Refuses to know: files that code of the repo reads, whose seeds are followed from the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from driftlint.documents.model import Node
from driftlint.facts import Finding, Place, Rule, Subject
from driftlint.flow.calls import Seed
from driftlint.judges.world import World, is_aside, make_finding
from driftlint.late_regex import compile_late
from driftlint.packs.catalogue import SeedKey
from driftlint.project import Project

_WORD = compile_late(r"[A-Za-z_]\w*")
_FORMS = (".yaml", ".yml", ".json", ".toml", ".cfg")
_LARGE = 200_000
"""Bytes of a file beyond which it is data, and no configuration."""


def find_open_keys(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding a config file of a known tool whose seed is written out and means a new one at every run."""
    entries = [entry for entry in world.catalogue.seed_keys if entry.unset and (entry.marks or "." in entry.route)]
    told = {
        event.what.value.where
        for program in world.programs
        for event in program.events
        if isinstance(event.what, Seed) and event.what.value.state != "set"
    }
    named = _find_named(world, entries, [entry.route.rpartition(".")[2] for entry in entries])
    files = {path: found for path, found in named.items() if path.endswith(_FORMS)}
    for path in sorted(files):
        for entry in files[path]:
            found = _open_seed(world, path, entry)
            if found is not None and Place(path, found.span) not in told:
                labels = [world.catalogue.streams[s].label for s in entry.streams if s in world.catalogue.streams]
                yield make_finding(
                    world,
                    rule,
                    Subject("stream", path, "seed"),
                    Place(path, found.span),
                    {
                        "name": labels[0] if len(labels) == 1 else "this run",
                        "selector": "null" if found.value is None else str(found.value),
                        "entry": path,
                    },
                    reasoning=(f"{entry.route} of a file with the keys of {entry.id}: {entry.source}",),
                )
                break


def _find_named(world: World, entries: Sequence[SeedKey], words: Sequence[str]) -> dict[str, list[SeedKey]]:
    """Return the entries that may hold of each file: it has the name of such files, and the entry's word stands in it."""
    found: dict[str, list[SeedKey]] = {}
    for entry, word in zip(entries, words, strict=True):
        for path in world.project.files_with(word) & world.project.names.bearing(entry.files):
            found.setdefault(path, []).append(entry)
    return found


def find_absent_keys(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding a program that hands its configuration to a seeder, where nothing in the repo sets the seed's key.

    It is a warning: a base configuration that an installed package brings may set the key.
    """
    entries = {entry.id: entry for entry in world.catalogue.seed_keys if "absent" in entry.unset}
    told: set[Place] = set()
    for program in world.programs:
        for event in program.events:
            what = event.what
            if not isinstance(what, Seed) or what.seeder is None or event.dead or what.value.state != "set":
                continue
            entry = entries.get(what.seeder.config_key)
            if entry is None or what.place in told or program.says != "training" or _is_set(world, entry):
                continue
            told.add(what.place)
            yield make_finding(
                world,
                rule,
                Subject("stream", program.path, "seed"),
                what.place,
                {"name": "this run", "selector": f"none: nothing sets `{entry.route}`", "entry": program.path},
                related=(program.place,),
                severity="warning",
                confidence="medium",
                reasoning=(
                    *program.reasons,
                    f"{what.name} seeds with {entry.route} of the configuration: {entry.source}",
                    "no file of the repo names that key with a value that seeds",
                ),
            )


def find_missing_keys(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding a file that is all that a run of a known tool is given, and says no seed where the tool has none, either.

    Of the examples of a library, and beside other code, it is advice: people take them for a start.
    """
    entries = [entry for entry in world.catalogue.seed_keys if entry.whole and "absent" in entry.unset]
    files = _find_named(world, entries, [entry.marks[0].rpartition(".")[2] for entry in entries])
    for path in sorted(files):
        for entry in files[path]:
            document = world.get_document(path)
            body = document.body if document is not None and len(document.text) < _LARGE else None
            marks = [body.walk(tuple(mark.split("."))) for mark in entry.marks] if isinstance(body, Node) else [None]
            first = marks[0]
            if first is None or None in marks or _names_key(world, path, entry):
                continue
            yield make_finding(
                world,
                rule,
                Subject("stream", path, "seed"),
                Place(path, first.span),
                {"name": "this run", "selector": f"none: nothing sets `{entry.route}`", "entry": path},
                severity="info" if is_aside(world, path) or _is_of_library(world, path) else "warning",
                confidence="medium",
                reasoning=(f"a file with the keys of {entry.id}: {entry.source}", f"`{entry.route}` is not in it"),
            )
            break


def _names_key(world: World, path: str, entry: SeedKey) -> bool:
    """Return whether a file, or a text of the repo that names it, holds a seed's key, wherever it stands there."""
    project, word = world.project, entry.route.rpartition(".")[2]
    kept: dict[tuple[str, str], tuple[bool, int]] = project.grounds.store("texts that name a key")
    return project.grounds.keep(kept, (path, word), lambda: _is_named(project, path, word))


def _is_named(project: Project, path: str, word: str) -> bool:
    if project.contains_word(path, word):
        return True
    name = path.rpartition("/")[2]
    stem = max(_WORD.findall(name.rpartition(".")[0]), key=len, default=word)
    for other in sorted(project.files_with(word) & project.files_with(stem) - {path}):
        document = project.get_document(other)
        if document is None or name in document.text:
            return True
    return False


def _is_of_library(world: World, path: str) -> bool:
    above = [folder for folder in world.roles if not folder or path.startswith(f"{folder}/")]
    decision = world.roles[max(above, key=len)] if above else None
    return decision is not None and decision.marked and decision.role == "library"


def _is_set(world: World, entry: SeedKey) -> bool:
    """Return whether any file may give a key a value that seeds: code that names it counts, and so do commands."""
    word = entry.route.partition(".")[0]
    for path in sorted(world.project.files_with(word)):
        if not path.endswith((".yaml", ".yml", ".json", ".toml")):
            return True
        document = world.get_document(path)
        body = document.body if document is not None else None
        node = body.walk(tuple(entry.route.split("."))) if isinstance(body, Node) else None
        if not isinstance(body, Node) or (node is not None and _text_of(node) not in entry.unset):
            return True
    return False


def _text_of(node: Node) -> str:
    if node.value is None:
        return "null"
    return str(node.value).lower() if isinstance(node.value, bool) else str(node.value)


def _open_seed(world: World, path: str, entry: SeedKey) -> Node | None:
    """Return the value of an entry's key where it means no seed."""
    document = world.get_document(path)
    body = document.body if document is not None and len(document.text) < _LARGE else None
    if not isinstance(body, Node) or any(body.walk(tuple(mark.split("."))) is None for mark in entry.marks):
        return None
    node = body.walk(tuple(entry.route.split(".")))
    if node is None or node.entries or node.items:
        return None
    return node if _text_of(node) in entry.unset else None
