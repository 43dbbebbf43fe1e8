"""Where a name is read, and what stands around an expression.

Promises: offsets are code points, spans those of `ir`. Refuses to know: what the name holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from driftlint.flow.loop_bodies import names_of
from driftlint.python.ir import (
    ASSIGN,
    ATTR,
    CALL,
    COMPARE,
    CONST,
    DEF,
    IF,
    JOIN,
    LIST,
    LOOP,
    NAME,
    Expr,
    Stmt,
    blocks,
    children,
    dotted,
    statement_expressions,
    tail,
    walk,
)
from driftlint.python.module import Module, Scope
from driftlint.text import Span

_PAUSE = "sleep"


def reads_of(scope: Scope, name: str, after: int) -> Iterator[tuple[Scope, Expr, Expr | None]]:
    """Yield where a name is read behind an offset, each with the expression right around it.

    The attributes of an object are read in all methods of its class and of the classes that derive from it in the same file;
    other names in the scope and the scopes inside it.
    """
    home = scope
    if name.startswith("self."):
        while home.kind != "class" and home.parent is not None:
            home = home.parent
    pending = [home, *(_deriving(home) if home.kind == "class" else ())]
    while pending:
        at = pending.pop()
        if at is not home and name in at.bindings and not name.startswith("self."):
            continue
        pending.extend(at.inner)
        for stmt in walk(at.body):
            for expr in statement_expressions(stmt):
                if stmt[0] == ASSIGN and expr is stmt[3] and dotted(expr) == name:
                    continue
                for read, around in _named(expr, name):
                    if at is not scope or read[1] >= after or name.startswith("self."):
                        yield at, read, around


def _deriving(home: Scope) -> list[Scope]:
    """Return the classes of the same file that derive from a class, at whatever distance."""
    found = [home]
    for scope in home.module.scopes():
        if scope.kind == "class" and scope.stmt is not None and scope is not home:
            if any(tail(base) in {at.name for at in found} for _, base in scope.stmt[4]):
                found.append(scope)
    return found[1:]


def _named(expr: Expr, name: str) -> Iterator[tuple[Expr, Expr | None]]:
    """Yield the subexpressions that read a dotted name, each with the expression right around it."""
    stack: list[tuple[Expr, Expr | None]] = [(expr, None)]
    while stack:
        node, around = stack.pop()
        if node[0] == CONST:
            continue
        if node[0] in (NAME, ATTR) and dotted(node) == name:
            yield node, around
            continue
        if node[0] == LIST and node[4].endswith("comprehension") and _is_its_own(node, name.split(".")[0]):
            stack.append((node[3][1], node))  # only what it goes through is read outside of it
            continue
        stack.extend((child, node) for child in children(node))


def _is_its_own(comprehension: Expr, name: str) -> bool:
    """Return whether a name is what a comprehension calls its items."""
    items = comprehension[3]
    return len(items) > 1 and any(target[3] == name for target in names_of(items[0]))


def way_to(scope: Scope, start: int, end: int) -> tuple[Stmt, list[Expr]] | None:
    """Return the statement of a scope that holds the expression at a span, and the expressions down to it."""
    body: tuple[Stmt, ...] = scope.body
    while True:
        stmt = next((s for s in body if s[1] <= start and end <= s[2]), None)
        if stmt is None:
            return None
        inner = next((b for b in blocks(stmt) if b and b[0][1] <= start and end <= b[-1][2]), None)
        if inner is None:
            break
        body = inner
    if stmt[0] == DEF:
        return None
    for expr in statement_expressions(stmt):
        if expr[1] <= start and end <= expr[2]:
            way = [expr]
            while (way[-1][1], way[-1][2]) != (start, end) or any(
                (c[1], c[2]) == (start, end) for c in children(way[-1]) if c[0] != CONST
            ):
                below = next((c for c in children(way[-1]) if c[1] <= start and end <= c[2]), None)
                if below is None:
                    return None
                way.append(below)
            return stmt, way
    return None


def is_repeated(scope: Scope, call: Expr) -> bool:
    """Return whether a call stands in a loop or a comprehension of its function."""
    found = way_to(scope, call[1], call[2])
    if found is None:
        return False
    stmt, way = found
    return any(node[0] == LIST and node[4] == "comprehension" for node in way) or any(
        outer[0] == LOOP and outer[1] <= stmt[1] and stmt[2] <= outer[2] for outer in walk(scope.body)
    )


def only_names(module: Module, start: int, end: int) -> bool:
    """Return whether the value of a call ends in texts only (a port in an address, a file's name), or in a pause."""
    scope = module.scope_at(start)
    found = way_to(scope, start, end)
    if found is None:
        return False
    stmt, way = found
    if any(node[0] == JOIN or (node[0] == CALL and tail(node[3]) == _PAUSE) for node in way):
        return True
    name = dotted(stmt[3]) if stmt[0] == ASSIGN and len(way) <= 2 and stmt[4] is way[0] else None
    if name is None or "." in name:
        return False
    reads = list(reads_of(scope, name, stmt[2]))
    return bool(reads) and all(
        around is not None and (around[0] == JOIN or (around[0] == CALL and tail(around[3]) in ("format", "str")))
        for _, _, around in reads
    )


def goes_only_into(module: Module, start: int, end: int, takes: Callable[[Expr, Scope], bool]) -> bool:
    """Return whether the value of an expression ends in calls of one kind only: at once, or by the name that it is given.

    `takes` says of an expression and its scope whether it is such a call.
    """
    scope = module.scope_at(start)
    found = way_to(scope, start, end)
    if found is None:
        return False
    stmt, way = found
    if any(takes(node, scope) for node in way[:-1]):
        return True
    name = dotted(stmt[3]) if stmt[0] == ASSIGN and stmt[3] is not None else None
    if name is None or "." in name:
        return False
    reads = list(reads_of(scope, name, stmt[2]))
    for at, read, _ in reads:
        inner = way_to(at, read[1], read[2])
        if inner is None or not any(takes(node, at) for node in inner[1][:-1]):
            return False
    return bool(reads)


def find_compared(scope: Scope) -> tuple[tuple[str, Span], ...]:
    """Return the names that a scope's conditions compare with a text, each with the span that runs under the condition."""
    found: list[tuple[str, Span]] = []
    for stmt in walk(scope.body):
        if stmt[0] == IF and stmt[3][0] == COMPARE:
            sides = (stmt[3][3], stmt[3][5])
            if any(side[0] == CONST and isinstance(side[3], str) for side in sides):
                found += [(side[3], Span(stmt[3][2] + 1, stmt[2])) for side in sides if side[0] == NAME]
    return tuple(found)
