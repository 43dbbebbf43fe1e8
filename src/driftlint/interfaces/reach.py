"""The calls that a program's start leads to: those of its own file, and of functions of the repo that it calls.

Promises: bounded depth, modules without any of the wanted words are not entered. Refuses to know: what a call means.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from driftlint.python.ir import CALL, Expr, tail
from driftlint.python.module import Module, Scope
from driftlint.resolve import Resolver
from driftlint.values import Class, Function, Instance

_MAX_DEPTH = 4
_MAX_FUNCTIONS = 200


class Reach(Struct):
    """`calls` are (scope, call) in the order in which they were met, `modules` those that they stand in."""

    calls: list[tuple[Scope, Expr]] = field(default_factory=list)
    modules: dict[str, Module] = field(default_factory=dict)
    entered: set[tuple[str, int]] = field(default_factory=set)
    """Path and start of each function that was looked at; of the first module all are."""


def reach_from(resolver: Resolver, start: Scope, words: frozenset[str]) -> Reach:
    """Return what a module or function leads to.

    `words` are the identifiers without which a function of another file is of no interest: those that make and use a parser.
    """
    found = Reach()
    seen = found.entered
    stack = [(start, 0)]
    while stack:
        scope, depth = stack.pop(0)
        key = (scope.module.path, scope.start)
        if key in seen:
            continue
        seen.add(key)
        found.modules[scope.module.path] = scope.module
        for at, call in calls_of(scope):
            found.calls.append((at, call))
            if depth >= _MAX_DEPTH or len(seen) > _MAX_FUNCTIONS:
                continue
            for target in _targets(resolver, call, at):
                own = start.kind == "module" and target.module is start.module
                if not own and _is_of_interest(resolver, target, words):
                    stack.append((target, depth + 1))
    if start.kind == "module":
        found.entered.update((start.module.path, inner.start) for inner in start.module.scopes())
    return found


def calls_of(scope: Scope) -> Iterator[tuple[Scope, Expr]]:
    """Yield the calls inside a module or function with the scope that each stands in, in source order."""
    rows = [
        call
        for calls in scope.module.calls.values()
        for call in calls
        if scope.kind == "module" or scope.start <= call[1] < scope.end
    ]
    for call in sorted(rows, key=lambda c: (c[1], c[2])):
        yield scope.module.scope_at(call[1]), call


def _targets(resolver: Resolver, call: Expr, at: Scope) -> Iterator[Scope]:
    if call[3][0] == CALL or not tail(call[3]):
        return
    for callee in resolver.callees(call, at):
        if isinstance(callee, Function) and callee.scope.kind == "function":
            yield callee.scope
        elif isinstance(callee, Class):
            for base in resolver.local_bases(callee.scope):
                yield from (inner for inner in base.inner if inner.name == "__init__")
        elif isinstance(callee, Instance):
            yield from (inner for inner in callee.scope.inner if inner.name == "__call__")


def _is_of_interest(resolver: Resolver, target: Scope, words: frozenset[str]) -> bool:
    return any(resolver.project.contains_word(target.module.path, word) for word in words)
