"""A number where a seed is left open.

Promises: what is replaced is the whole of what makes the seed, and nothing else is made of it; an option gets a default, a call
that is given nothing its first argument. Refuses to know: which calls take seeds.
"""

from __future__ import annotations

import re

from driftlint.facts import Place
from driftlint.flow.numbers import GIVES_A_NUMBER
from driftlint.flow.reads import way_to
from driftlint.mend.call import set_argument
from driftlint.python.ir import ASSIGN, ATTR, CALL, CONST, DICT, NAME, OTHER, Expr, children, dotted, tail
from driftlint.python.module import Module
from driftlint.resolve.attributes import OPTION_DEFAULT
from driftlint.text import Edit, Span

_READS_A_NUMBER = GIVES_A_NUMBER | {"from_bytes", "hash"}


def write_number(text: str, module: Module, place: Place, taker: Place, number: str) -> Edit | None:
    """Return the edit that writes a number at a place of a module, None where something else than the seed hangs on it.

    `taker` is the call that takes the seed.
    """
    scope = module.scope_at(place.span.start)
    if scope.params and re.search(rf"(?<!def )(?<![\w.]){re.escape(scope.name)}\b(?!\s*\()", text):
        return None  # a function that others call, as with the number of a worker: one number for all makes them alike
    found = way_to(scope, place.span.start, place.span.end)
    if found is None:
        return _write_option(place, text, module, number)
    stmt, way = found
    if place.note.startswith(OPTION_DEFAULT) and way[-1][0] == CALL:
        return set_argument(place.path, text, way[-1], "default", number)
    if way[-1][0] == CALL and (place.path, place.span) == (taker.path, taker.span):
        close = way[-1][2] - 1
        return Edit(place.path, Span(close, close), "", number) if not way[-1][4] and text[close] == ")" else None
    at = len(way) - 1
    while at > 0 and _makes(way[at - 1], way[at]):
        at -= 1
    made, around = way[at], way[at - 1] if at else None
    if not _is_fixed_otherwise(made) or not _is_taken(made, around, stmt[0] == ASSIGN, taker):
        return None
    return Edit(place.path, Span(made[1], made[2]), text[made[1] : made[2]], number)


def _write_option(place: Place, text: str, module: Module, number: str) -> Edit | None:
    """Return the edit that gives an option, declared by a decorator, a default."""
    calls = (call for found in module.calls.values() for call in found)
    call = next((c for c in calls if (c[1], c[2]) == (place.span.start, place.span.end)), None)
    if call is None or not place.note.startswith(OPTION_DEFAULT):
        return None
    return set_argument(place.path, text, call, "default", number)


def _makes(around: Expr, part: Expr) -> bool:
    """Return whether an expression only makes another number of one of its parts."""
    if around[0] == OTHER:
        return str(around[3]).startswith("binary") or around[3] == "unary"
    return bool(around[0] == CALL and part is not around[3] and tail(around[3]) in _READS_A_NUMBER)


def _is_fixed_otherwise(expr: Expr) -> bool:
    """Return whether an expression is made of calls and constants only: nothing that differs from call to call in one run."""
    if expr[0] == NAME:
        return False
    if expr[0] == CONST or (expr[0] == ATTR and dotted(expr) is not None):
        return bool(expr[0] == CONST)
    if expr[0] == CALL:
        receiver = expr[3][3] if expr[3][0] == ATTR and dotted(expr[3]) is None else None
        parts = [argument for _, argument in expr[4]] + ([receiver] if receiver is not None else [])
        return all(_is_fixed_otherwise(part) for part in parts)
    return all(_is_fixed_otherwise(child) for child in children(expr))


def _is_taken(expr: Expr, around: Expr | None, assigned: bool, taker: Place) -> bool:
    """Return whether a number may stand where an expression stands: it is assigned, a value of a mapping, or the seed itself."""
    if around is None:
        return assigned
    if around[0] == CALL:
        return bool((around[1], around[2]) == (taker.span.start, taker.span.end) and expr is not around[3])
    return bool(around[0] == DICT)
