"""Conditions around a use: which values of a name can be there at all.

Promises: a value is dropped only when a condition on that very name contradicts it. Refuses to know: loops, exceptions.
"""

from __future__ import annotations

from collections.abc import Iterable

from driftlint.facts import Constant
from driftlint.python.ir import (
    ATTR,
    CALL,
    COMPARE,
    CONST,
    LIST,
    NAME,
    OTHER,
    Expr,
    dotted,
)
from driftlint.python.module import Binding, Guard


def passes(value: Constant, name: str, guards: Iterable[Guard]) -> bool:
    """Return whether `value` under the dotted `name` can pass all guards."""
    return all(_holds(condition, name, value) in (None, wanted) for condition, wanted in guards)


def excluded(binding: Binding, guards: Iterable[Guard]) -> bool:
    """Return whether a binding stands in a branch that the guards of a use exclude."""
    if not binding.guards:
        return False
    taken = {(_key(condition), wanted) for condition, wanted in guards}
    return any((_key(condition), not wanted) in taken for condition, wanted in binding.guards)


def holds_there(binding: Binding, guards: Iterable[Guard]) -> bool:
    """Return whether a binding was made for certain where these guards hold: it has none of its own beside them."""
    if not binding.guards:
        return True
    taken = {(_key(condition), wanted) for condition, wanted in guards}
    return all((_key(condition), wanted) in taken for condition, wanted in binding.guards)


def _key(expr: Expr) -> tuple[int, int]:
    return expr[1], expr[2]


def _holds(condition: Expr, name: str, value: Constant) -> bool | None:
    """Return whether a condition holds for the value of `name`; None when it says nothing about it."""
    tag = condition[0]
    if tag == COMPARE:
        return _compare(condition, name, value)
    if tag in (NAME, ATTR):
        return bool(value) if dotted(condition) == name else None
    if tag == CALL and condition[3][0] == ATTR and dotted(condition[3][3]) == name and isinstance(value, str):
        args = [arg[3] for _, arg in condition[4] if arg[0] == CONST and isinstance(arg[3], str)]
        if condition[3][4] in ("startswith", "endswith") and len(args) == 1:
            return value.startswith(args[0]) if condition[3][4] == "startswith" else value.endswith(args[0])
        return None
    if tag == OTHER and condition[3] == "and":
        parts = [_holds(part, name, value) for part in condition[4]]
        return False if False in parts else None
    if tag == OTHER and condition[3] == "not_operator" and condition[4]:
        inner = _holds(condition[4][0], name, value)
        return None if inner is None else not inner
    return None


def _compare(condition: Expr, name: str, value: Constant) -> bool | None:
    left, operator, right = condition[3], condition[4], condition[5]
    if dotted(left) == name:
        if right[0] == CONST:
            if operator in ("==", "is"):
                return bool(right[3] == value and type(right[3]) is type(value))
            if operator in ("!=", "is not"):
                return bool(right[3] != value)
        if right[0] == LIST and all(item[0] == CONST for item in right[3]):
            inside = any(item[3] == value for item in right[3])
            if operator == "in":
                return inside
            if operator == "not in":
                return not inside
    elif dotted(right) == name and left[0] == CONST and isinstance(left[3], str) and isinstance(value, str):
        if operator == "in":
            return left[3] in value
        if operator == "not in":
            return left[3] not in value
    return None
