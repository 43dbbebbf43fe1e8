"""Do the hashes of what stands here repeat? Those of numbers do in every process, those of texts do not.

Promises: yes only where every value is seen to be a number. Refuses to know: what a program reads.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from driftlint.flow.reads import reads_of, way_to
from driftlint.late_regex import compile_late
from driftlint.python.ir import (
    ASSIGN,
    ATTR,
    CALL,
    COMPARE,
    CONST,
    EITHER,
    EXPR,
    ITEM,
    JOIN,
    LIST,
    LOOP,
    NAME,
    OTHER,
    Expr,
    Stmt,
    children,
    dotted,
    tail,
)
from driftlint.python.module import Scope
from driftlint.resolve import Resolver
from driftlint.values import Known, Sequence, Text

GIVES_A_NUMBER = frozenset(("int", "float", "len", "ord", "round", "abs", "bool"))
_OF_INTEGERS = compile_late(r"(typing\.|t\.)?(set|frozenset|Set|FrozenSet)\[(int|float|bool)\]$")
"""Annotations of sets of numbers."""
_ARITHMETIC = ("binary *", "binary /", "binary %", "unary")
_OF_NUMBERS = ("binary -", "binary //", "binary **")
"""Operators that no text has: what they give has no salted hash."""


class _Seen(Struct, frozen=True):
    """What is known to be a number: names in reach, and last words of attributes and calls."""

    names: frozenset[str]
    words: frozenset[str]

    def also(self, names: frozenset[str]) -> _Seen:
        return _Seen(self.names | names, self.words)


def repeats_hash(
    resolver: Resolver, scope: Scope, stmt: Stmt, way: list[Expr], *, whole: bool, words: frozenset[str] = frozenset()
) -> bool:
    """Return whether a set, or a call that makes one, holds numbers only.

    `way` are the expressions from the statement down to it. `whole`: the call takes the hash of its argument itself. `words` are
    last words of attributes and calls that give numbers.
    """
    made = way[-1]
    if made[0] == OTHER:
        return False  # views of keys, joined by an operator
    numbers = _Seen(_counted(stmt, way), words)
    if whole:
        return len(made[4]) == 1 and not made[4][0][0] and not _may_be_text(resolver, scope, made[4][0][1], numbers)
    name = dotted(stmt[3]) if stmt[0] == ASSIGN and made is stmt[4] else None
    if name is not None and _OF_INTEGERS.match(str(stmt[5] or "")):
        return True
    added = list(_added(scope, name, stmt[2])) if name is not None else []
    if any(_is_text(resolver, where, more) for where, more, _ in added):
        return False
    if made[0] == CALL:
        if not made[4]:
            return bool(added) and all(
                (_holds_numbers if several else _is_number)(resolver, where, more, numbers)
                for where, more, several in added
            )
        return len(made[4]) == 1 and not made[4][0][0] and _holds_numbers(resolver, scope, made[4][0][1], numbers)
    if made[4] == "set comprehension":
        inside = _counted(stmt, [made]) | _compared(made)
        return _is_number(resolver, scope, made[3][-1], numbers.also(inside))
    return all(_is_number(resolver, scope, item, numbers) for item in made[3])


def _added(scope: Scope, name: str, after: int) -> Iterator[tuple[Scope, Expr, bool]]:
    """Yield what is put into a named set later, with its scope, and whether it is a collection of such items."""
    for where, _, around in reads_of(scope, name, after):
        if around is None or around[0] != ATTR or around[4] not in ("add", "update"):
            continue
        found = way_to(where, around[1], around[2])
        call = found[1][-2] if found is not None and len(found[1]) > 1 else None
        if call is not None and call[0] == CALL:
            yield from ((where, argument, around[4] == "update") for _, argument in call[4])


def _compared(made: Expr) -> frozenset[str]:
    """Return the names that the expression of a comprehension compares with a number by their size."""
    found: set[str] = set()
    stack = [made[3][-1]]
    while stack:
        node = stack.pop()
        if node[0] == COMPARE and node[4] in ("<", ">", "<=", ">="):
            sides = (node[3], node[5])
            if any(s[0] == CONST and isinstance(s[3], (int, float)) for s in sides):
                found.update(s[3] for s in sides if s[0] == NAME)
        if node[0] != CONST:
            stack.extend(children(node))
    return frozenset(found)


def _holds_numbers(resolver: Resolver, scope: Scope, expr: Expr, numbers: _Seen) -> bool:
    """Return whether a collection is known to hold numbers only."""
    if expr[0] == LIST and expr[4].endswith("comprehension"):
        inside = _counted((EXPR, 0, 0, expr), [expr]) | _compared(expr)
        return _is_number(resolver, scope, expr[3][-1], numbers.also(inside))
    if expr[0] == LIST:
        return all(_is_number(resolver, scope, item, numbers) for item in expr[3])
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


def _may_be_text(resolver: Resolver, scope: Scope, expr: Expr, numbers: _Seen) -> bool:
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


def _is_number(resolver: Resolver, scope: Scope, expr: Expr, numbers: _Seen) -> bool:
    tag = expr[0]
    if tag == CONST:
        return isinstance(expr[3], (int, float))
    if tag == NAME and (expr[3] in numbers.names or _is_annotated(scope, expr[3])):
        return True
    if tag == LIST and expr[4] == "tuple":
        return all(_is_number(resolver, scope, item, numbers) for item in expr[3])
    if (tag == CALL and tail(expr[3]) in GIVES_A_NUMBER | numbers.words) or (tag == ATTR and expr[4] in numbers.words):
        return True
    if tag == EITHER:
        return all(_is_number(resolver, scope, option, numbers) for option in expr[3])
    if tag == OTHER and expr[3] in _OF_NUMBERS:
        return True
    if tag == OTHER and expr[3] == "binary +":
        return any(_is_number(resolver, scope, side, numbers) for side in expr[4])
    if tag == OTHER and expr[3] in _ARITHMETIC:
        return all(_is_number(resolver, scope, side, numbers) for side in expr[4])
    values = resolver.evaluate(expr, scope)
    return all(isinstance(value, Known) and isinstance(value.value, (int, float)) for value in values)


def _is_annotated(scope: Scope, name: str) -> bool:
    """Return whether a name is a parameter that its function declares to be a number."""
    at: Scope | None = scope
    while at is not None and name not in at.bindings:
        at = at.parent
    return at is not None and any(p[0] == name and str(p[3]) in ("int", "float", "bool") for p in at.params)


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
