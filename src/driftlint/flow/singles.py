"""Which item is taken: is there only one, and does it matter which?

Promises: yes only where the code says so: a length that is asked for, a pattern that names one file, an item whose kind alone is
asked for. Refuses to know: what a folder holds.
"""

from __future__ import annotations

from driftlint.flow.reads import reads_of, way_to
from driftlint.python.ir import (
    ASSIGN,
    ATTR,
    CALL,
    COMPARE,
    CONST,
    EITHER,
    EXPR,
    IF,
    ITEM,
    JOIN,
    LAMBDA,
    LIST,
    NAME,
    OTHER,
    RETURN,
    Expr,
    Stmt,
    blocks,
    dotted,
    tail,
)
from driftlint.python.module import Scope

_MAX_STEPS = 4
_ASKS_THE_KIND = frozenset(("isinstance", "issubclass", "type", "hasattr", "callable"))
_ENDS = ("raise_statement",)
_WILD = "*?["
_AT_MOST_ONE = {("==", 1), ("<", 2), ("<=", 1)}
_MORE = {("!=", 1), (">", 1), (">=", 2)}

_INTO_SETS = frozenset(
    (
        *("update", "intersection_update", "difference_update", "symmetric_difference_update", "union", "intersection"),
        *("difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint"),
    )
)


def is_the_only_one(scope: Scope, expr: Expr) -> bool:
    """Return whether the code around or before an expression says that the collection it names has one item.

    ``if len(files) == 1``, ``assert len(files) == 1``, ``if len(files) != 1: raise``.
    """
    name = _named(expr)
    if name is None:
        return False
    if any(_says_one(condition, name, wanted) for condition, wanted in scope.module.guards_at(scope, expr[1])):
        return True
    return any(_is_checked_by(stmt, name) for stmt in _before(scope.body, expr[1]))


def _named(expr: Expr) -> str | None:
    """Return the name of a collection, behind ``list(...)`` and ``iter(...)``."""
    while expr[0] == CALL and tail(expr[3]) in ("list", "tuple", "iter") and len(expr[4]) == 1:
        expr = expr[4][0][1]
    return dotted(expr)


def _before(body: tuple[Stmt, ...], offset: int) -> list[Stmt]:
    """Return the statements that have run where an offset stands, of the blocks around it."""
    found: list[Stmt] = []
    while True:
        found.extend(stmt for stmt in body if stmt[2] <= offset)
        around = next((stmt for stmt in body if stmt[1] <= offset < stmt[2]), None)
        if around is None:
            return found
        body = next((b for b in blocks(around) if any(s[1] <= offset < s[2] for s in b)), ())


def _is_checked_by(stmt: Stmt, name: str) -> bool:
    if stmt[0] == EXPR and stmt[3][0] == OTHER and stmt[3][3] == "assert_statement":
        return _says_one(stmt[3][4][0], name, True)
    if stmt[0] != IF or not stmt[4]:
        return False
    last = stmt[4][-1]
    ends = last[0] == RETURN or (last[0] == EXPR and last[3][0] == OTHER and last[3][3] in _ENDS)
    return ends and _says_one(stmt[3], name, False)


def _says_one(condition: Expr, name: str, wanted: bool) -> bool:
    """Return whether a condition that is true (`wanted`) or false says that a collection has at most one item."""
    if condition[0] == OTHER and condition[3] == "and":
        return wanted and any(_says_one(part, name, True) for part in condition[4])
    if condition[0] == EITHER and condition[4] is None:
        return not wanted and any(_says_one(part, name, False) for part in condition[3])
    if condition[0] != COMPARE or condition[5][0] != CONST:
        return False
    counted = condition[3]
    if counted[0] != CALL or tail(counted[3]) != "len" or not counted[4] or dotted(counted[4][0][1]) != name:
        return False
    return (condition[4], condition[5][3]) in (_AT_MOST_ONE if wanted else _MORE)


def leaves_ties(call: Expr, *, counted: bool = False) -> bool:
    """Return whether a call sorts by something that several items may share: what is equal keeps the order in which it comes.

    That is the length; of items that are `counted`, any key but a tuple.
    """
    keys = [value for keyword, value in call[4] if keyword == "key"]
    if not counted:
        return any(key[0] == NAME and key[3] == "len" for key in keys)
    return any(not (key[0] == LAMBDA and key[4][0] == LIST) for key in keys)


def is_first(node: Expr) -> bool:
    """Return whether an expression takes the first item: ``files[0]``, ``next(files)``."""
    return bool(node[0] == CALL or (node[0] == ITEM and node[4][0] == CONST and node[4][3] == 0))


def names_one_file(made: Expr) -> bool:
    """Return whether a listing asks for files of one whole name, wherever they lie: ``glob("**/model.bin")``."""
    if made[0] != CALL or not made[4]:
        return False
    last = made[4][0][1]
    while last[0] in (CALL, JOIN) and (last[4] if last[0] == CALL else last[3]):
        last = last[4][-1][1] if last[0] == CALL else last[3][-1]
    if last[0] != CONST or not isinstance(last[3], str):
        return False
    whole, _, name = last[3].rpartition("/")
    return "." in name and not any(sign in name for sign in _WILD) and (bool(whole) or made[4][0][1][0] != JOIN)


def is_only_asked(scope: Scope, expr: Expr, depth: int = 0) -> bool:
    """Return whether of a value nothing but its kind is asked, and that of what it leads to: any other item would do."""
    found = way_to(scope, expr[1], expr[2])
    if found is None or depth > _MAX_STEPS:
        return False
    stmt, way = found
    child = expr
    for node in reversed(way[:-1]):
        if node[0] == CALL and tail(node[3]) in _ASKS_THE_KIND and child is not node[3]:
            return True
        if node[0] == COMPARE:
            return child is node[5] and node[4] in ("in", "not in")
        if node[0] not in (ITEM, ATTR):
            return False
        child = node
    if stmt[0] != ASSIGN or stmt[4] is not child or stmt[3][0] != NAME:
        return False
    reads = list(reads_of(scope, stmt[3][3], stmt[2]))
    return bool(reads) and all(is_only_asked(where, read, depth + 1) for where, read, _ in reads)


def is_of_another_kind(scope: Scope, name: str, offset: int, kinds: frozenset[str]) -> bool:
    """Return whether a condition around an offset says that a name holds one of `kinds`: ``isinstance(x, (list, tuple))``."""
    for condition, wanted in scope.module.guards_at(scope, offset):
        if not wanted or condition[0] != CALL or tail(condition[3]) != "isinstance" or len(condition[4]) != 2:
            continue
        (_, asked), (_, kind) = condition[4]
        told = kind[3] if kind[0] != NAME and kind[0] != ATTR else (kind,)
        if dotted(asked) == name and told and all(isinstance(k, tuple) and tail(k) in kinds for k in told):
            return True
    return False


def is_taken_by_a_set(scope: Scope, call: Expr) -> bool:
    """Return whether a call is a method of a set that does not care in what order it is given items: ``seen.update(names)``."""
    return bool(call[3][0] == ATTR and call[3][4] in _INTO_SETS and _is_a_set(scope, call[3][3]))


def _is_a_set(scope: Scope, holder: Expr) -> bool:
    """Return whether a name is only ever bound to sets: ``seen = set()``."""
    bindings = scope.bindings.get(dotted(holder) or "", ())
    return bool(bindings) and all(
        binding.kind == "value"
        and (
            (binding.payload[0] == CALL and tail(binding.payload[3]) in ("set", "frozenset"))
            or (binding.payload[0] == LIST and binding.payload[4] in ("set", "set comprehension"))
        )
        for binding in bindings
    )
