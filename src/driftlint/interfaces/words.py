"""Does a program change the words of its command line before a parser sees them?

Promises: true only where the text shows it: words are assigned, taken out or put in, or a parser gets them from a later one on.
Refuses to know: what the program makes of the words that it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from driftlint.python.ir import (
    ASSIGN,
    ATTR,
    CALL,
    CONST,
    ITEM,
    NAME,
    OTHER,
    Expr,
    children,
    statement_expressions,
    walk,
)
from driftlint.python.module import Scope
from driftlint.resolve import Resolver
from driftlint.values import Outside

_CHANGES = frozenset(("pop", "remove", "insert", "append", "extend", "clear"))
_DEEPEST = 40


def change_words(resolver: Resolver, scopes: Iterable[Scope], names: frozenset[str]) -> bool:
    """Return whether one of some scopes changes the words; `names` are qualified names of the list that holds them."""
    tails = {name.rpartition(".")[2] for name in names}

    def is_words(expr: Expr, scope: Scope) -> bool:
        said = expr[4] if expr[0] == ATTR else expr[3] if expr[0] == NAME else ""
        if said not in tails:
            return False
        if expr[0] == ATTR:  # asked of what holds it: the attribute itself may already be what the program assigned
            return any(
                isinstance(v, Outside) and f"{v.name}.{said}" in names for v in resolver.evaluate(expr[3], scope)
            )
        return any(isinstance(v, Outside) and v.name in names for v in resolver.evaluate(expr, scope))

    for scope in scopes:
        for stmt in walk(scope.body):
            if stmt[0] == ASSIGN:
                target = stmt[3][3] if stmt[3][0] == ITEM else stmt[3]
                if is_words(target, scope):
                    return True
            for expr in statement_expressions(stmt):
                for inner in _inside(expr, 0):
                    if any(is_words(held, scope) for held in _changed(inner)):
                        return True
    return False


def _changed(expr: Expr) -> Iterator[Expr]:
    """Yield what an expression changes, or hands on without its beginning."""
    if expr[0] == CALL:
        callee = expr[3]
        if callee[0] == ATTR and callee[4] in _CHANGES:
            yield callee[3]
        for _, given in expr[4]:
            if given[0] == ITEM and _starts_late(given[4]):
                yield given[3]
    elif expr[0] == OTHER and expr[3] == "delete_statement":
        yield from (held[3] for held in expr[4] if held[0] == ITEM)


def _starts_late(index: Expr) -> bool:
    """Return whether a slice begins after the first word that follows the program's name."""
    if index[0] != OTHER or index[3] != "slice" or not index[4]:
        return False
    first = index[4][0]
    return bool(first[0] == CONST and isinstance(first[3], int) and first[3] > 1)


def _inside(expr: Expr, depth: int) -> Iterator[Expr]:
    yield expr
    if depth < _DEEPEST:
        for inner in children(expr):
            yield from _inside(inner, depth + 1)
