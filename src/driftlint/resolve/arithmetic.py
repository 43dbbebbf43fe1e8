"""What an operator between two values gives.

Promises: a number stays what decides it, and what it was combined with is kept beside it. Refuses to know: the sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from driftlint.facts import Place
from driftlint.python.ir import Expr
from driftlint.python.module import Scope
from driftlint.values import Known, Local, Outside, Text, Unknown, Value, step

if TYPE_CHECKING:
    from driftlint.resolve.resolver import Resolver

_MAX_PARTS = 8


def arithmetic(resolver: Resolver, expr: Expr, scope: Scope, place: Place) -> Iterator[Value]:
    """Yield what decides a number that is combined with anything: ``1337 + rank`` is a number that the repo fixes.

    Results of outside calls are kept beside it: ``int(time()) + 1`` is made of the clock.
    """
    sides = [resolver.evaluate(side, scope) for side in expr[4]]
    fixed = [v[0] for v in sides if len(v) == 1 and isinstance(v[0], Known) and isinstance(v[0].value, int)]
    made_of = tuple(
        part for values in sides for value in values for part in outside_parts(value) if part.call is not None
    )
    if fixed and expr[3] in ("binary +", "binary -", "binary *"):
        yield step(replace(fixed[0], made_of=made_of[:_MAX_PARTS]), place)
        return
    yield Unknown("it is computed when the program runs", place, made_of=made_of[:_MAX_PARTS])


def outside_parts(value: Value) -> tuple[Outside, ...]:
    """Return the outside values that a value is or is computed from."""
    if isinstance(value, Outside):
        return (value,)
    return value.made_of if isinstance(value, (Known, Unknown)) else ()


def joined_path(resolver: Resolver, expr: Expr, scope: Scope) -> str | None:
    """Return what made the path that ``path / name`` joins to ("" where it is not known), None where the left side is none."""
    for value in resolver.evaluate(expr[4][0], scope):
        if isinstance(value, Local):
            return value.name
        if isinstance(value, Text) or (
            isinstance(value, Outside) and resolver.forms.form_of(value.name.removesuffix("()")) == "path"
        ):
            return ""
    return None
