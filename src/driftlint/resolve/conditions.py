"""What a condition is under the repo's own defaults.

Promises: an answer only where every value is known. Refuses to know: what a run is told on its command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftlint.facts import Constant
from driftlint.python.ir import ATTR, CALL, COMPARE, CONST, ITEM, NAME, OTHER, Expr, dotted
from driftlint.python.module import Scope
from driftlint.resolve.attributes import OPTION_DEFAULT
from driftlint.values import Known

if TYPE_CHECKING:
    from driftlint.resolve.resolver import Resolver


def truth_of(resolver: Resolver, condition: Expr, scope: Scope) -> bool | None:
    """Return what a condition is by default, None when that cannot be told."""
    tag = condition[0]
    if tag == COMPARE:
        return _compare(resolver, condition, scope)
    if tag == OTHER and condition[3] == "not_operator" and condition[4]:
        inner = truth_of(resolver, condition[4][0], scope)
        return None if inner is None else not inner
    if tag == OTHER and condition[3] == "and":
        return False if any(truth_of(resolver, part, scope) is False for part in condition[4]) else None
    if tag in (NAME, ATTR, CALL, CONST, ITEM):
        values = resolver.evaluate(condition, scope)
        if values and all(isinstance(value, Known) for value in values):
            truths = {bool(value.value) for value in values if isinstance(value, Known)}
            return truths.pop() if len(truths) == 1 else None
    return None


def _compare(resolver: Resolver, condition: Expr, scope: Scope) -> bool | None:
    operator, right = condition[4], condition[5]
    if dotted(condition[3]) == "__name__":
        return bool(operator == "==")
    left = resolver.evaluate(condition[3], scope)
    if len(left) != 1 or not isinstance(left[0], Known) or right[0] != CONST:
        return None
    value = left[0].value
    same = bool(value == right[3] and (value is None) == (right[3] is None))
    if operator in ("is", "=="):
        return same
    if operator in ("is not", "!="):
        return not same
    return _ordered(operator, value, right[3]) if operator in (">", ">=", "<", "<=") else None


def _ordered(operator: str, left: Constant, right: Constant) -> bool | None:
    if isinstance(left, str) or isinstance(right, str) or left is None or right is None:
        return None
    return {">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right}[operator]


def asks_if_on(condition: Expr) -> bool:
    """Return whether a condition asks if something is on at all (``if args.noise:``, ``if rate > 0:``)."""
    if condition[0] == COMPARE:
        return bool(condition[4] in (">", ">=", "<", "<=") or (condition[5][0] == CONST and condition[5][3] is None))
    return bool(condition[0] != OTHER or condition[3] != "not_operator")


def is_option(resolver: Resolver, condition: Expr, scope: Scope) -> bool:
    """Return whether a condition that is false by default is an option of the command line (``if args.do_train:``)."""
    if condition[0] == OTHER and condition[3] == "and":
        false = [part for part in condition[4] if truth_of(resolver, part, scope) is False]
        return bool(false) and all(is_option(resolver, part, scope) for part in false)
    if condition[0] not in (NAME, ATTR):
        return False
    values = resolver.evaluate(condition, scope)
    return bool(values) and all(
        isinstance(value, Known) and any(place.note.startswith(OPTION_DEFAULT) for place in (value.where, *value.trail))
        for value in values
    )
