"""What the body of a loop makes of the items that the loop goes through.

Promises: statements are read as they stand. Refuses to know: where the items come from.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.python.ir import (
    ASSIGN,
    ATTR,
    NAME,
    OTHER,
    WITH,
    Expr,
    Stmt,
    calls_in,
    children,
    dotted,
    statement_expressions,
    tail,
    walk,
)


def made_inside(loop: Stmt) -> frozenset[str]:
    """Return the names to which a loop gives a new value in each round."""
    found: set[str | None] = set()
    for stmt in walk(loop[5]):
        if stmt[0] == ASSIGN and stmt[4] is not None and stmt[4][0] != OTHER:
            found.add(dotted(stmt[3]))
        elif stmt[0] == WITH:
            found.update(dotted(target) for _, target in stmt[3] if target is not None)
    return frozenset(name for name in found if name is not None)


def is_counted_up(loop: Stmt, name: str) -> bool:
    """Return whether a loop counts a name up: ``number += 1``."""
    return any(
        s[0] == ASSIGN and dotted(s[3]) == name and s[4] is not None and s[4][0] == OTHER and s[4][3] == "augmented"
        for s in walk(loop[5])
    )


def names_of(expr: Expr | None) -> Iterator[Expr]:
    """Yield the names in an expression, such as the targets of a loop."""
    if expr is None:
        return
    if expr[0] == NAME:
        yield expr
    for child in children(expr):
        yield from names_of(child)


def sorts_inside(loop: Stmt, sorting: frozenset[str]) -> bool:
    """Return whether what a loop goes through is sorted inside it by one of these: the folders and files of ``os.walk``."""
    targets = {expr[3] for expr in names_of(loop[3])}
    for inner in walk(loop[5]):
        for expr in statement_expressions(inner):
            for call in calls_in(expr):
                if tail(call[3]) not in sorting:
                    continue
                holder = call[3][3] if call[3][0] == ATTR else None
                held = dotted(holder) if holder is not None and holder[0] in (NAME, ATTR) else None
                if held in targets or any(dotted(argument) in targets for _, argument in call[4]):
                    return True
    return False
