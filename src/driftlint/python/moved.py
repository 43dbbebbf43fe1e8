"""What a statement is lowered to, when it stands further on in its text or further back.

Promises: the same shapes with each offset moved, equal to lowering the statement where it stands now; an expression that
stands in several lists is one object in all of them afterwards too. Refuses to know: texts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from driftlint.python.ir import (
    ASSIGN,
    ATTR,
    CALL,
    CLASS,
    COMPARE,
    CONST,
    DEF,
    DICT,
    EITHER,
    EXPR,
    IF,
    IMPORT,
    ITEM,
    JOIN,
    LAMBDA,
    LIST,
    LOOP,
    NAME,
    OTHER,
    RETURN,
    TRY,
    WITH,
    Expr,
    Stmt,
)
from driftlint.python.lower import Piece

_LEAVES = (NAME, CONST)
_LISTED = (CALL, LAMBDA, LIST, OTHER)
"""Shapes that stand in a list of their own beside the body."""


def move_piece(piece: Piece, by: int) -> Piece:
    """Return a piece with all its offsets moved by so many code points."""
    if not by:
        return piece
    mover = _Mover(by)
    body = mover.block(piece.body)
    return Piece(
        piece.start + by,
        piece.end + by,
        piece.is_comment,
        body,
        [mover.expr(expr) for expr in piece.lambdas],
        [mover.expr(expr) for expr in piece.sets],
        {name: [mover.expr(call) for call in calls] for name, calls in piece.calls.items()},
        {name: [mover.expr(call) for call in calls] for name, calls in piece.nested.items()},
        piece.aliases,
    )


class _Mover:
    """Moves shapes of one piece. `seen` holds the moved form of those that are listed, by the identity of the old one."""

    def __init__(self, by: int) -> None:
        self.by = by
        self.seen: dict[int, Expr] = {}

    def block(self, body: tuple[Stmt, ...]) -> tuple[Stmt, ...]:
        return tuple([_STATEMENTS[stmt[0]](self, stmt, stmt[1] + self.by, stmt[2] + self.by) for stmt in body])

    def expr(self, expr: Expr) -> Expr:
        tag, start, end = expr[0], expr[1] + self.by, expr[2] + self.by
        if tag in _LEAVES:
            return (tag, start, end, expr[3])
        if tag == ATTR:
            return (tag, start, end, self.expr(expr[3]), expr[4])
        known = self.seen.get(id(expr))
        if known is None:
            known = _EXPRESSIONS[tag](self, expr, start, end)
            if tag in _LISTED:
                self.seen[id(expr)] = known
        return known

    def maybe(self, expr: Expr | None) -> Expr | None:
        return None if expr is None else self.expr(expr)

    def all(self, exprs: tuple[Expr, ...]) -> tuple[Expr, ...]:
        return tuple([self.expr(expr) for expr in exprs])

    def arguments(self, args: tuple[tuple[str, Expr], ...]) -> tuple[tuple[str, Expr], ...]:
        return tuple([(name, self.expr(value)) for name, value in args])

    def params(self, params: tuple[tuple[Any, ...], ...]) -> tuple[tuple[Any, ...], ...]:
        return tuple([(p[0], self.maybe(p[1]), p[2], p[3], p[4] + self.by, p[5] + self.by) for p in params])


_Move = Callable[[_Mover, "tuple[Any, ...]", int, int], "tuple[Any, ...]"]

_EXPRESSIONS: dict[str, _Move] = {
    CALL: lambda m, x, s, e: (CALL, s, e, m.expr(x[3]), m.arguments(x[4])),
    JOIN: lambda m, x, s, e: (JOIN, s, e, m.all(x[3])),
    EITHER: lambda m, x, s, e: (EITHER, s, e, m.all(x[3]), m.maybe(x[4])),
    LIST: lambda m, x, s, e: (LIST, s, e, m.all(x[3]), x[4]),
    DICT: lambda m, x, s, e: (DICT, s, e, tuple([(m.maybe(key), m.expr(value)) for key, value in x[3]])),
    ITEM: lambda m, x, s, e: (ITEM, s, e, m.expr(x[3]), m.expr(x[4])),
    COMPARE: lambda m, x, s, e: (COMPARE, s, e, m.expr(x[3]), x[4], m.expr(x[5])),
    LAMBDA: lambda m, x, s, e: (LAMBDA, s, e, m.params(x[3]), m.expr(x[4])),
    OTHER: lambda m, x, s, e: (OTHER, s, e, x[3], m.all(x[4])),
}
_STATEMENTS: dict[str, _Move] = {
    ASSIGN: lambda m, x, s, e: (ASSIGN, s, e, m.expr(x[3]), m.maybe(x[4]), x[5]),
    EXPR: lambda m, x, s, e: (EXPR, s, e, m.expr(x[3])),
    RETURN: lambda m, x, s, e: (RETURN, s, e, m.maybe(x[3])),
    IF: lambda m, x, s, e: (IF, s, e, m.expr(x[3]), m.block(x[4]), m.block(x[5])),
    LOOP: lambda m, x, s, e: (LOOP, s, e, m.maybe(x[3]), m.expr(x[4]), m.block(x[5])),
    TRY: lambda m, x, s, e: (TRY, s, e, tuple([m.block(body) for body in x[3]])),
    WITH: lambda m, x, s, e: (WITH, s, e, tuple([(m.expr(c), m.maybe(t)) for c, t in x[3]]), m.block(x[4])),
    IMPORT: lambda m, x, s, e: (IMPORT, s, e, x[3], x[4], x[5]),
    DEF: lambda m, x, s, e: (DEF, s, e, x[3], m.params(x[4]), m.all(x[5]), m.block(x[6]), x[7] + m.by),
    CLASS: lambda m, x, s, e: (CLASS, s, e, x[3], m.arguments(x[4]), m.all(x[5]), m.block(x[6]), x[7] + m.by),
}
