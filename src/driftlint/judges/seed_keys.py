"""Seeds in the config files of tools that are started by a command, with no code of the repo in between.

Promises: a file counts only where all keys stand in it that mark it as that tool's; a key counts as absent only where no file of
the repo names it. Refuses to know: files that code of the repo reads, whose seeds are followed from the call.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.documents.model import Node
from driftlint.facts import Finding, Place, Rule, Subject
from driftlint.flow.calls import Seed
from driftlint.judges.world import World, make_finding
from driftlint.packs.catalogue import SeedKey

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
    files: dict[str, list[SeedKey]] = {}
    for entry in entries:
        named = world.project.files_with(entry.route.rpartition(".")[2])
        for path in named & world.project.names.bearing(entry.files):
            if path.endswith((".yaml", ".yml", ".json", ".toml", ".cfg")):
                files.setdefault(path, []).append(entry)
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
    if not isinstance(body, Node) or any(body.get(mark) is None for mark in entry.marks):
        return None
    node = body.walk(tuple(entry.route.split(".")))
    if node is None or node.entries or node.items:
        return None
    return node if _text_of(node) in entry.unset else None
