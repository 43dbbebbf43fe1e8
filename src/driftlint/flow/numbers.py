"""Do the hashes of what stands here repeat? Those of numbers do in every process, those of texts do not.

Promises: yes only where every value is seen to be a number. Refuses to know: what a program reads.
"""

from __future__ import annotations

from driftlint.python.ir import ATTR, CALL, CONST, EXPR, ITEM, JOIN, LIST, LOOP, NAME, OTHER, Expr, Stmt, tail
from driftlint.python.module import Scope
from driftlint.resolve import Resolver
from driftlint.values import Known, Sequence, Text

GIVES_A_NUMBER = frozenset(("int", "float", "len", "ord", "round", "abs", "bool"))
_ARITHMETIC = ("binary *", "binary /", "unary")
_OF_NUMBERS = ("binary -", "binary //", "binary **")
"""Operators that no text has: what they give has no salted hash."""


def repeats_hash(resolver: Resolver, scope: Scope, stmt: Stmt, way: list[Expr], *, whole: bool) -> bool:
    """Return whether a set, or a call that makes one, holds numbers only.

    `way` are the expressions from the statement down to it. `whole`: the call takes the hash of its argument itself.
    """
    made = way[-1]
    if made[0] == OTHER:
        return False  # views of keys, joined by an operator
    numbers = _counted(stmt, way)
    if made[0] == CALL:
        if len(made[4]) != 1 or made[4][0][0]:
            return False
        given = made[4][0][1]
        return (
            not _may_be_text(resolver, scope, given, numbers)
            if whole
            else _holds_numbers(resolver, scope, given, numbers)
        )
    if made[4] == "set comprehension":
        return _is_number(resolver, scope, made[3][-1], numbers | _counted(stmt, [made]))
    return all(_is_number(resolver, scope, item, numbers) for item in made[3])


def _holds_numbers(resolver: Resolver, scope: Scope, expr: Expr, numbers: frozenset[str]) -> bool:
    """Return whether a collection is known to hold numbers only."""
    if expr[0] == LIST and expr[4] == "comprehension":
        return _is_number(resolver, scope, expr[3][-1], numbers | _counted((EXPR, 0, 0, expr), [expr]))
    if expr[0] == CALL and tail(expr[3]) == "range":
        return True
    if expr[0] == CALL and tail(expr[3]) == "map" and expr[4]:
        return tail(expr[4][0][1]) in GIVES_A_NUMBER
    return all(
        isinstance(value, Sequence)
        and not value.expr[4].endswith("comprehension")
        and all(_is_number(resolver, value.scope, item, numbers) for item in value.expr[3])
        for value in resolver.evaluate(expr, scope)
    )


def _may_be_text(resolver: Resolver, scope: Scope, expr: Expr, numbers: frozenset[str]) -> bool:
    """Return whether a value is a text, or a name of which nothing is known; a tuple, whether a part of it is one for certain."""
    if expr[0] == LIST:
        return any(item[0] == JOIN or _is_text(resolver, scope, item) for item in expr[3])
    if expr[0] == JOIN or _is_text(resolver, scope, expr):
        return True
    return expr[0] in (NAME, ATTR, ITEM) and not _is_number(resolver, scope, expr, numbers)


def _is_text(resolver: Resolver, scope: Scope, expr: Expr) -> bool:
    if expr[0] == CALL and tail(expr[3]) in ("str", "repr", "encode", "lower", "strip", "join", "format"):
        return True
    return any(
        isinstance(v, Text) or (isinstance(v, Known) and isinstance(v.value, str))
        for v in resolver.evaluate(expr, scope)
    )


def _is_number(resolver: Resolver, scope: Scope, expr: Expr, numbers: frozenset[str]) -> bool:
    if expr[0] == CONST:
        return isinstance(expr[3], (int, float))
    if expr[0] == NAME and expr[3] in numbers:
        return True
    if expr[0] == LIST and expr[4] == "tuple":
        return all(_is_number(resolver, scope, item, numbers) for item in expr[3])
    if expr[0] == CALL and tail(expr[3]) in GIVES_A_NUMBER:
        return True
    if expr[0] == OTHER and expr[3] in _OF_NUMBERS:
        return True
    if expr[0] == OTHER and expr[3] in _ARITHMETIC:
        return all(_is_number(resolver, scope, side, numbers) for side in expr[4])
    values = resolver.evaluate(expr, scope)
    return all(isinstance(value, Known) and isinstance(value.value, (int, float)) for value in values)


def _counted(stmt: Stmt, way: list[Expr]) -> frozenset[str]:
    """Return the names around an expression that loop over a range, or count what an enumeration gives."""
    found: set[str] = set()
    pairs: list[tuple[Expr, Expr]] = [(stmt[3], stmt[4])] if stmt[0] == LOOP and stmt[3] is not None else []
    for node in way:
        if node[0] == LIST and node[4].endswith("comprehension"):
            pairs.extend(zip(node[3][:-1], node[3][1:], strict=False))
    for target, source in pairs:
        if source[0] == LIST and target[0] == NAME and source[3]:
            if all(item[0] == OTHER or (item[0] == NAME and item[3] in found) for item in source[3]):
                found.add(target[3])
        elif source[0] == CALL and tail(source[3]) == "range" and target[0] == NAME:
            found.add(target[3])
        elif source[0] == CALL and tail(source[3]) == "enumerate" and target[0] == LIST and target[3]:
            found.update([target[3][0][3]] if target[3][0][0] == NAME else [])
    return frozenset(found)
