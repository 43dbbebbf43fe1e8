"""Switches in the config files of tools that read them on their own, with no code of the repo in between.

Promises: a file counts only where it bears the name that the tool's files have, and all keys that mark it as one. Refuses to
know: files that a program is given, whose values are followed from there.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.documents.model import Node
from driftlint.facts import Place
from driftlint.judges.world import World
from driftlint.packs.catalogue import Switch
from driftlint.python.ir import ASSIGN, NAME
from driftlint.resolve.attributes import key
from driftlint.values import Known

_TREES = (".yaml", ".yml", ".json", ".toml")


def find_switched_on(world: World, switch: Switch) -> Iterator[tuple[Place, str, str]]:
    """Yield (place of the value, route, value as text) where a config file turns a switch on."""
    if not switch.files:
        return
    project = world.project
    bearing = project.names.bearing(switch.files)
    files = {route: bearing & project.files_with(route.rpartition(".")[2]) for route in switch.config}
    for path in sorted(frozenset().union(*files.values())):
        for route in switch.config:
            if path not in files[route] or not all(project.contains_word(path, mark) for mark in switch.marks):
                continue
            parts = tuple(route.split("."))
            found = _in_code(world, path, parts) if path.endswith(".py") else _in_tree(world, path, parts, switch)
            for place, value in found:
                if any(value == wanted and type(value) is type(wanted) for wanted in switch.value):
                    yield place, route, str(value)


def _in_tree(world: World, path: str, parts: tuple[str, ...], switch: Switch) -> Iterator[tuple[Place, object]]:
    document = world.get_document(path) if path.endswith(_TREES) else None
    body = document.body if document is not None else None
    if isinstance(body, Node) and all(body.get(mark) is not None for mark in switch.marks):
        node = body.walk(parts)
        if node is not None:
            yield Place(path, node.span), node.value


def _in_code(world: World, path: str, parts: tuple[str, ...]) -> Iterator[tuple[Place, object]]:
    """Yield what a config that is written as Python gives a key: ``env_cfg = dict(cudnn_benchmark=True)``."""
    module = world.project.module(path)
    for stmt in module.body if module is not None else ():
        if stmt[0] != ASSIGN or stmt[3] is None or stmt[4] is None or stmt[3][0] != NAME or stmt[3][3] != parts[0]:
            continue
        assert module is not None
        values = world.resolver.evaluate(stmt[4], module.scope)
        at = world.resolver.place(module.scope, stmt)
        for part in parts[1:]:
            values = tuple(inner for value in values for inner in key(world.resolver, value, part, at))
        yield from ((value.where, value.value) for value in values if isinstance(value, Known))
