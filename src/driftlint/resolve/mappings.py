"""What a key of a mapping that the code writes down is.

Promises: displays, keyword calls, merged mappings and later assignments to a key are looked into.
Refuses to know: keys that are computed, and in which order two functions write.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from driftlint.facts import Place
from driftlint.python.ir import CONST, DICT, Expr, argument, splats
from driftlint.python.module import Binding
from driftlint.values import Arguments, Config, Fields, Mapping, Unknown, Value, step

if TYPE_CHECKING:
    from driftlint.resolve.resolver import Resolver


def mapping_key(resolver: Resolver, base: Mapping, name: object, place: Place) -> Iterator[Value]:
    """Yield what a key of a mapping may be: what is assigned to it, else what it was made with."""
    from driftlint.resolve.attributes import key

    expr = base.expr
    if expr[0] == DICT:
        hits = [v for k, v in expr[3] if k is not None and k[0] == CONST and k[3] == name]
        others = [v for k, v in expr[3] if k is None]
    else:
        hits = [v for k, v in expr[4] if k == name]
        others = list(splats(expr))
        positional = argument(expr, None, 0)
        if positional is not None:
            others.append(positional)
    written = _written(base, str(name))
    certain = [binding.payload for binding in written if not binding.guards]
    chosen = certain[-1:] or [*hits[-1:], *(binding.payload for binding in written)]
    if chosen:
        for choice in chosen:
            yield from (step(v, place) for v in resolver.evaluate(choice, base.scope))
        return
    for other in reversed(others):
        found = [
            v
            for source in resolver.evaluate(other, base.scope)
            if isinstance(source, (Mapping, Fields, Config, Arguments))
            for v in key(resolver, source, name, place)
            if not (isinstance(v, Unknown) and v.absent)
        ]
        if found:
            yield from found
            return
    yield Unknown(f"no key {name!r} in the mapping", place, (), str(name), absent=True)


def mapping_items(resolver: Resolver, base: Mapping) -> Iterator[tuple[str, Value]]:
    """Yield (key, value) of all keys that the code writes down for a mapping, those assigned later included.

    A key that is no literal is "".
    """
    chosen: list[tuple[str, Expr]] = []
    if base.expr[0] == DICT:
        for name, value in base.expr[3]:
            if name is not None:
                chosen.append((name[3] if name[0] == CONST and isinstance(name[3], str) else "", value))
    else:
        chosen += [(name, value) for name, value in base.expr[4] if name not in (None, "", "*", "**")]
    for target, bindings in base.scope.bindings.items():
        if target.endswith("]") and _holds(base, target.rpartition("[")[0]):
            name = target.rpartition("[")[2].strip("]'\"")
            chosen.extend((name, binding.payload) for binding in bindings if binding.kind == "value")
    for name, expr in chosen:
        yield from ((name, value) for value in resolver.evaluate(expr, base.scope))


def _holds(base: Mapping, name: str) -> bool:
    """Return whether a name of the mapping's scope is bound to it."""
    made = (base.expr[1], base.expr[2])
    bindings = base.scope.bindings.get(name, ())
    return any(b.kind == "value" and (b.payload[1], b.payload[2]) == made for b in bindings)


def _written(base: Mapping, name: str) -> list[Binding]:
    """Return what is assigned to a key of a mapping after it was made: ``c = Config(); c.name = value``."""
    return [
        binding
        for ending in (f".{name}", f"[{name!r}]")
        for target, bindings in base.scope.bindings.items()
        if target.endswith(ending) and _holds(base, target.removesuffix(ending))
        for binding in bindings
        if binding.kind == "value"
    ]
