"""Configurations read from files: keys, interpolation, and composition from defaults lists.

Promises: the strongest layer's key is the answer and its place is where the mend goes. Refuses to know: Python.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping

from driftlint.documents.model import Document, Entry, Node, Word
from driftlint.facts import Place
from driftlint.late_regex import compile_late
from driftlint.text import Span
from driftlint.values import Config, Known, Layer, Text, Unknown, Value

_INTERPOLATION = compile_late(r"\$\{([^${}]*)\}")
_MISSING = "???"
_MAX_DEPTH = 20
_MOST_CONFIGS = 1_000
"""Configs that one composition reads: a list that names itself twice would else double at every level."""
GetDocument = Callable[[str], "Document | None"]


def config_of(document: Document, where: Place) -> Config | None:
    """Return a data file as a configuration, None when it holds no map."""
    if not isinstance(document.body, Node) or document.body.kind != "map":
        return None
    layers = (Layer(document.path, document.body),)
    return Config(layers, where, (), layers)


def child(config: Config, key: str, depth: int = 0) -> tuple[Value, ...]:
    """Return the values of one key. Absent keys give one Unknown. `depth` counts the interpolations on the way."""
    layers: list[Layer] = []
    route = (*config.route, key)
    for layer in config.layers:
        if layer.prefix:
            if layer.prefix[0] == key:
                layers.append(Layer(layer.path, layer.node, layer.prefix[1:]))
            continue
        node = layer.node.get(key) if layer.node.kind == "map" else layer.node.walk((key,))
        if node is None:
            continue
        if node.kind == "scalar":
            if not layers:
                return (_scalar(config, layer.path, node, route, depth),)
            break
        layers.append(Layer(layer.path, node))
    if not layers:
        return (Unknown(f"the config has no key {'.'.join(route)}", config.where, config.trail, key, absent=True),)
    first = layers[0]
    place = Place(first.path, first.node.span, f"config key {'.'.join(route)}")
    return (Config(tuple(layers), place, config.trail, config.root, route),)


def lookup(config: Config, route: tuple[str, ...], depth: int = 0) -> tuple[Value, ...]:
    """Follow several keys."""
    values: tuple[Value, ...] = (config,)
    for key in route:
        out: list[Value] = []
        for value in values:
            out.extend(child(value, key, depth) if isinstance(value, Config) else (value,))
        values = tuple(out)
    return values


def keys(config: Config) -> tuple[str, ...]:
    """Return the keys of a configuration, strongest layer first, each once."""
    seen: dict[str, None] = {}
    for layer in config.layers:
        if layer.prefix:
            seen.setdefault(layer.prefix[0])
        elif layer.node.kind == "map":
            for entry in layer.node.entries:
                seen.setdefault(entry.key)
    return tuple(seen)


def _scalar(config: Config, path: str, node: Node, route: tuple[str, ...], depth: int = 0) -> Value:
    place = Place(path, node.span, f"config key {'.'.join(route)}")
    if not isinstance(node.value, str) or "${" not in node.value:
        if node.value == _MISSING:
            return Unknown(
                f"{'.'.join(route)} must be given when the program starts",
                place,
                config.trail,
                route[-1],
            )
        return Known(node.value, place, config.trail)
    if depth > _MAX_DEPTH:
        return Unknown("interpolation goes in a circle", place, config.trail, route[-1])
    whole = _INTERPOLATION.fullmatch(node.value)
    if whole and ":" not in whole[1]:
        target = whole[1].lstrip(".")
        root = Config(config.root, place, config.trail, config.root)
        values = lookup(root, tuple(target.split(".")), depth + 1)
        if len(values) == 1 and isinstance(values[0], (Known, Config)):
            return values[0]
        return Unknown(f"${{{target}}} is not in the config", place, config.trail, route[-1])
    parts = tuple(part if index % 2 == 0 else None for index, part in enumerate(_INTERPOLATION.split(node.value)))
    return Text(parts, place, config.trail)


def compose(
    get_document: GetDocument,
    folder: str,
    name: str,
    where: Place,
    choices: Mapping[str, str] | None = None,
    overlay: Layer | None = None,
) -> Config | None:
    """Compose a primary config with its defaults list, as Hydra 1.3 does.

    `folder` is the config search path in the repo, `name` the primary config with or without its extension, `choices` what
    a command line chooses for config groups, `overlay` the keys that it sets.
    Source: hydra-core 1.3, "The Defaults List" (order, ``_self_``, groups, ``optional``, ``override``, packages).
    """
    left = _MOST_CONFIGS

    def get_some(path: str) -> Document | None:
        nonlocal left
        document = get_document(path) if left > 0 else None
        left -= document is not None
        return document

    layers = _load(get_some, folder, "", name, (), 0, choices or {})
    if layers is None:
        return None
    strongest = tuple(reversed(layers))
    if overlay is not None:
        strongest = (overlay, *strongest)
    return Config(strongest, where, (), strongest)


def overlay_of(path: str, words: Mapping[str, Word]) -> Layer | None:
    """Return the keys that a command line sets (``data.name=c4``) as a layer, None when it sets none."""
    root: dict[str, object] = {}
    span = Span(0, 0)
    for key, word in words.items():
        *above, last = key.lstrip("+~").split(".")
        at = root
        for step in above:
            below = at.setdefault(step, {})
            if not isinstance(below, dict):
                break
            at = below
        else:
            at[last] = word
            span = word.span
    return Layer(path, _map_node(root, span)) if root else None


def _map_node(tree: dict[str, object], span: Span) -> Node:
    entries = []
    for key, value in tree.items():
        if isinstance(value, Word):
            node = Node("scalar", value.span, _typed(value.text), value.text)
        else:
            assert isinstance(value, dict)
            node = _map_node(value, span)
        entries.append(Entry(key, node.span, node))
    return Node("map", span, entries=tuple(entries))


def _typed(text: str) -> str | int | float | bool | None:
    lowered = text.lower()
    if lowered in ("null", "none", "~"):
        return None
    if lowered in ("true", "false"):
        return lowered == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _load(
    get_document: GetDocument,
    folder: str,
    group: str,
    name: str,
    package: tuple[str, ...],
    depth: int,
    choices: Mapping[str, str],
) -> list[Layer] | None:
    """Return the layers of one config, weakest first, or None when there is no such file."""
    if depth > _MAX_DEPTH:
        return []
    stem = re.sub(r"\.ya?ml$", "", name)
    document = None
    for ending in (".yaml", ".yml"):
        document = get_document(posixpath.normpath(posixpath.join(folder, group, stem + ending)))
        if document is not None:
            break
    if document is None or not isinstance(document.body, Node):
        return None
    if group and _is_global(document):
        package = ()
    own = Layer(document.path, document.body, package)
    here = posixpath.dirname(posixpath.join(group, stem))
    layers: list[Layer] = []
    placed = False
    defaults = document.body.get("defaults")
    for item in defaults.items if defaults is not None and defaults.kind == "list" else ():
        if item.kind == "scalar" and item.value == "_self_":
            layers.append(own)
            placed = True
            continue
        for key, choice in _choices(item):
            if key is not None and not mountless(key).startswith("/"):
                choice = choices.get(posixpath.join(here, mountless(key)), choice)
            if choice is None or not isinstance(choice, str) or choice == "null":
                continue
            if key is None:
                layers.extend(
                    _load(
                        get_document,
                        folder,
                        here,
                        choice,
                        package,
                        depth + 1,
                        choices,
                    )
                    or ()
                )
                continue
            target, _, mount = key.partition("@")
            target = target.lstrip("/") if target.startswith("/") else posixpath.join(here, target)
            mounted = tuple(mount.split(".")) if mount and mount != "_global_" else tuple(target.split("/"))
            if mount == "_global_":
                mounted = ()
            prefix = mounted if not (package and not mount) else (*package, *key.split("/"))
            layers.extend(_load(get_document, folder, target, choice, prefix, depth + 1, choices) or ())
    if not placed:
        layers.append(own)
    return layers


def mountless(key: str) -> str:
    """Return a defaults-list key without the package it is mounted at."""
    return key.partition("@")[0]


def _choices(item: Node) -> list[tuple[str | None, object]]:
    """Return (group or None, chosen name) of one entry of a defaults list."""
    if item.kind == "scalar":
        return [(None, item.value)]
    out: list[tuple[str | None, object]] = []
    for entry in item.entries:
        key = re.sub(r"^(optional|override)\s+", "", entry.key)
        if entry.value.kind == "list":
            out.extend((key, choice.value) for choice in entry.value.items)
        else:
            out.append((key, entry.value.value))
    return out


def _is_global(document: Document) -> bool:
    return any(comment.text.strip().startswith("@package _global_") for comment in document.comments[:3])
