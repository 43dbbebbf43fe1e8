"""Functions that are handed on or renamed before they are called: ``partial(X.load, NAME)``, ``load = X.load``.

Promises: each is given as a call, so that it is matched like any other. Refuses to know: what the catalogue says of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.python.ir import ASSIGN, ATTR, CALL, NAME, Expr, dotted, tail, walk
from driftlint.python.module import Module
from driftlint.resolve import Resolver


def bound_calls(module: Module, resolver: Resolver, words: frozenset[str]) -> Iterator[Expr]:
    """Yield the calls that calls such as ``partial(f, ...)`` bind, of functions whose last name is one of `words`.

    Left out is one whose result is called with more keywords or a mapping in the same file: what it lacks may be given
    there. So is one without any argument.
    """
    for giver in sorted(resolver.forms.group("forward.tails") & module.calls.keys()):
        for call in module.calls[giver]:
            for index, (keyword, arg) in enumerate(call[4][:2]):
                rest = call[4][index + 1 :]
                if keyword or arg[0] not in (NAME, ATTR) or tail(arg) not in words or not rest:
                    continue
                if not _is_completed(module, call):
                    yield (CALL, call[1], call[2], arg, rest)
                break


def _is_completed(module: Module, made: Expr) -> bool:
    """Return whether what a call makes gets a name under which it is called with keywords, or a mapping, later."""
    for scope in module.scopes():
        for name, bindings in scope.bindings.items():
            if any(b.kind == "value" and b.payload is made for b in bindings):
                calls = module.calls.get(name.rpartition(".")[2], ())
                return any(keyword for call in calls if dotted(call[3]) == name for keyword, _ in call[4])
    return False


def renamed_words(module: Module, words: frozenset[str]) -> frozenset[str]:
    """Return the names that assignments give to functions whose last name is one of `words`."""
    return frozenset(
        tail(stmt[3])
        for scope in module.scopes()
        if scope.kind != "class"  # its statements are among those of the scope around it
        for stmt in walk(scope.body)
        if stmt[0] == ASSIGN and stmt[4] is not None and stmt[4][0] == ATTR and stmt[3][0] in (NAME, ATTR)
        if tail(stmt[4]) in words and dotted(stmt[3]) is not None
    )
