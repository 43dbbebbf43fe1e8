"""What an order becomes inside another value: a text that it is joined to, a count of its items, a value of a mapping.

Promises: one step at a time, from an expression to the one around it. Refuses to know: names, statements and functions of the
repo, which `order` follows.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from driftlint.python.ir import ATTR, CALL, CONST, DICT, EITHER, ITEM, JOIN, LIST, OTHER, Expr, tail

_GIVE_TEXT = frozenset(
    ("encode", "decode", "lower", "upper", "casefold", "title", "strip", "lstrip", "rstrip", "replace", "format")
)
_GIVE_PARTS = frozenset(("split", "rsplit", "splitlines"))
_TEXT_OPERATORS = frozenset(("binary +", "binary %", "augmented", "named_expression", "await"))
_MAPPING_OPERATORS = frozenset(("binary |", "augmented", "named_expression", "await"))
_LOOKS_UP = frozenset(("get", "pop", "setdefault"))


class Form(Struct, frozen=True):
    """What the followed value is: a set (its order is nobody's yet), a number made of it, or numbered by its place.

    `held`: a tuple of such values. `text`: joined to a text. `counted`: its items are counted, ties stand in their order.
    `kept`: it is the value of a mapping, under the key `at` where that is known.
    """

    unordered: bool
    numbered: bool = False
    value: bool = False
    held: bool = False
    text: bool = False
    counted: bool = False
    kept: bool = False
    at: str = ""

    @property
    def plain(self) -> bool:
        """Whether it is a sequence in the order that is followed."""
        return not (self.unordered or self.value or self.held or self.text or self.counted or self.kept)


SEQUENCE = Form(False)


def pass_text(node: Expr, child: Expr, form: Form, taking: frozenset[str]) -> bool | Form | None:
    """Return what a text becomes in the expression around it; None: it is an argument of a call that is not known here.

    `taking` are last words of calls that take the letters one by one.
    """
    tag = node[0]
    if tag == ATTR:
        return form if node[4] in _GIVE_TEXT or node[4] in _GIVE_PARTS else False
    if tag == CALL:
        name = tail(node[3])
        if child is node[3]:
            return SEQUENCE if name in _GIVE_PARTS else form
        if name in taking:
            return SEQUENCE
        return form if name in ("str", "format", "join") else None
    if tag == LIST and node[4].endswith("comprehension"):
        return SEQUENCE if child is not node[3][-1] and node[4] == "comprehension" else False
    if tag == ITEM:
        return form if child is node[3] else False
    if tag == EITHER:
        return False if child is node[4] else form
    return form if tag == JOIN or (tag == OTHER and node[3] in _TEXT_OPERATORS) else False


def pass_counted(node: Expr, child: Expr, form: Form) -> bool | Form | None:
    """Return what a count becomes in the expression around it; None: it is an argument of a call."""
    tag = node[0]
    if tag == ATTR:
        return form if node[4] in ("most_common", "items") else False
    if tag == CALL:
        return None if child is not node[3] else SEQUENCE if tail(node[3]) == "most_common" else form
    if tag == EITHER:
        return False if child is node[4] else form
    return form if tag == OTHER and node[3] in _TEXT_OPERATORS else False


def pass_kept(node: Expr, child: Expr, form: Form) -> bool | Form | None:
    """Return what a mapping becomes in the expression around it; None: it is an argument of a call."""
    tag = node[0]
    if tag == ITEM:
        return _read_at(form, node[4]) if child is node[3] else False
    if tag == ATTR:
        return form if node[4] != "update" else False
    if tag == CALL and child is node[3]:
        if tail(node[3]) in _LOOKS_UP and node[4]:
            return _read_at(form, node[4][0][1])
        return replace(form, at="")
    if tag == CALL:
        return form if tail(node[3]) == "dict" else None
    if tag == DICT:
        return form if any(key is None and value is child for key, value in node[3]) else replace(form, at="")
    if tag == EITHER:
        return False if child is node[4] else form
    if tag == LIST:
        return form if not node[4].endswith("comprehension") else True
    return node[3] == "yield" or (form if node[3] in _MAPPING_OPERATORS else False) if tag == OTHER else False


def keep(node: Expr, child: Expr) -> Form:
    """Return the form of a mapping that is displayed with a sequence among its values."""
    key = next((key for key, value in node[3] if value is child), None)
    return Form(False, kept=True, at=str(key[3]) if key is not None and key[0] == CONST else "")


def _read_at(form: Form, key: Expr) -> bool | Form:
    if form.at and key[0] == CONST and key[3] != form.at:
        return False
    return SEQUENCE
