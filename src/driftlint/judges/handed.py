"""Which names stand in what a call is handed: keys of a mapping, options of a parser, fields of an object.

Promises: "no such name" only where all names are known. Refuses to know: what the names are wanted for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from driftlint import configs
from driftlint.project import Project
from driftlint.python.ir import CONST, DICT, splats
from driftlint.python.module import Module, Scope
from driftlint.resolve import Resolver
from driftlint.resolve.attributes import destination
from driftlint.resolve.mappings import mapping_items
from driftlint.values import Arguments, Config, Fields, Instance, Known, Mapping, Sequence, Value

_DEPTH = 4


def has_name(resolver: Resolver, values: Iterable[Value], pattern: str) -> bool | None:
    """Return whether what is handed over has a name that matches a pattern in full; None when not all names are known."""
    wanted = re.compile(pattern, re.IGNORECASE)
    certain = True
    for value in values:
        names, whole = _names(resolver, value, 0)
        if any(wanted.fullmatch(name) for name in names):
            return True
        certain = certain and whole
    return False if certain else None


def _names(resolver: Resolver, value: Value, depth: int) -> tuple[set[str], bool]:
    """Return the names in a value, nested ones included, and whether these are all."""
    if depth > _DEPTH:
        return set(), False
    if isinstance(value, Known):
        return ({value.value} if isinstance(value.value, str) else set()), True
    if isinstance(value, Mapping):
        return _of_mapping(resolver, value, depth)
    if isinstance(value, Config):
        return _of_config(value, depth)
    if isinstance(value, Arguments):
        return set(options_of(resolver, value.scope.module)), True
    if isinstance(value, Fields):
        return _names(resolver, value.of, depth + 1)
    if isinstance(value, Instance):
        return _of_object(resolver, value.scope)
    if isinstance(value, Sequence):
        found: set[str] = set()
        whole = True
        for item in value.expr[3]:
            for inner in resolver.evaluate(item, value.scope):
                names, all_known = _names(resolver, inner, depth + 1)
                found |= names
                whole = whole and all_known
        return found, whole
    return set(), False


def _of_mapping(resolver: Resolver, value: Mapping, depth: int) -> tuple[set[str], bool]:
    names: set[str] = set()
    whole = True
    for name, inner in mapping_items(resolver, value):
        names.add(name)
        if isinstance(inner, (Mapping, Config, Arguments, Fields, Instance)):
            more, all_known = _names(resolver, inner, depth + 1)
            names |= more
            whole = whole and all_known
    if value.expr[0] == DICT:
        whole = whole and all(key is None or key[0] == CONST for key, _ in value.expr[3])
        others = [inner for key, inner in value.expr[3] if key is None]
    else:
        others = [*splats(value.expr), *(inner for keyword, inner in value.expr[4] if keyword == "")]
    for other in others:
        for inner in resolver.evaluate(other, value.scope):
            more, all_known = _names(resolver, inner, depth + 1)
            names |= more
            whole = whole and all_known
    return names, whole


def _of_config(value: Config, depth: int) -> tuple[set[str], bool]:
    names: set[str] = set()
    whole = True
    for key in configs.keys(value):
        names.add(key)
        for inner in configs.child(value, key):
            if isinstance(inner, Config):
                more, all_known = _of_config(inner, depth + 1) if depth < _DEPTH else (set(), False)
                names |= more
                whole = whole and all_known
    return names, whole


def _of_object(resolver: Resolver, cls: Scope) -> tuple[set[str], bool]:
    names: set[str] = set()
    for base in resolver.local_bases(cls):
        names.update(name for name, found in base.bindings.items() if any(b.kind == "value" for b in found))
        names.update(p[0] for m in base.inner if m.name == "__init__" for p in m.params)
        for method in base.inner:
            if method.kind == "function":
                names.update(name.removeprefix("self.") for name in method.bindings if name.startswith("self."))
    return names, not resolver.outside_bases(cls)


def options_of(resolver: Resolver, module: Module) -> Iterator[str]:
    """Yield the command-line options that a module declares, as its parser's attributes."""
    for method in sorted(resolver.forms.group("arguments.add")):
        for call in module.calls.get(method, ()):
            name = destination(call)
            if name is not None:
                yield name


def declares(project: Project, resolver: Resolver, paths: Iterable[str], pattern: str) -> bool:
    """Return whether one of some files declares a command-line option whose name matches a pattern in full."""
    wanted = re.compile(pattern, re.IGNORECASE)
    for path in sorted(paths):
        module = project.module(path)
        if module is not None and any(wanted.fullmatch(name) for name in options_of(resolver, module)):
            return True
    return False
