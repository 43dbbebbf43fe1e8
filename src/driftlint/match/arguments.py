"""Arguments of a call as the catalogue names them.

Promises: keywords, positions and ``**`` mappings are all looked into; "not given" and "cannot tell" stay apart.
Refuses to know: what the argument means.
"""

from __future__ import annotations

from collections import abc

from msgspec import Struct
from msgspec.structs import replace

from driftlint.facts import Constant
from driftlint.match.patterns import fits
from driftlint.packs.catalogue import ArgSpec, Condition
from driftlint.python.ir import CALL, Expr, argument, dotted, splats
from driftlint.python.module import Scope
from driftlint.resolve import Resolver, attributes
from driftlint.resolve.attributes import key
from driftlint.resolve.parameters import splatted
from driftlint.values import Known, Mapping, Outside, Sequence, Unknown, Value


class Given(Struct, frozen=True):
    """What a call gives for an argument: the spec that hit, the expression (None when it came through a mapping)."""

    spec: ArgSpec
    values: tuple[Value, ...]
    expr: Expr | None
    call: Expr


def given(resolver: Resolver, call: Expr, scope: Scope, specs: abc.Sequence[ArgSpec]) -> tuple[Given | None, bool]:
    """Return the first argument of `specs` that a call gives, and whether "not given" is certain when there is none."""
    for spec in specs:
        if not spec.arg and spec.pos is None:
            continue
        expr = argument(call, spec.arg or None, spec.pos)
        if expr is not None:
            return Given(spec, resolver.evaluate(expr, scope), expr, call), True
    certain = not any(keyword == "*" for keyword, _ in call[4])
    for splat in splats(call):
        for spec in specs:
            if not spec.arg:
                continue
            found, sure = splatted(resolver, splat, scope, spec.arg)
            # an object's fields may come from a base of another package: that is no proof that the key is there
            told = [v for v in found if not (isinstance(v, Outside) and v.name.endswith(f"().{spec.arg}"))]
            certain = certain and sure and len(told) == len(found)
            if told:
                return Given(spec, tuple(told), None, call), True
    return None, certain


def given_inside(
    resolver: Resolver, call: Expr, scope: Scope, specs: abc.Sequence[ArgSpec]
) -> tuple[Given | None, bool]:
    """Return the same as `given`, where the route of a spec leads on into a mapping that stands at its argument."""
    if not any(spec.route for spec in specs):
        return given(resolver, call, scope, specs)
    certain = True
    place = resolver.place(scope, call)
    for spec in specs:
        got, sure = given(resolver, call, scope, (spec,))
        certain = certain and sure
        if got is None:
            continue
        values = got.values
        for name in spec.route.split(".") if spec.route else ():
            values = tuple(
                inner
                for value in values
                if not (isinstance(value, Known) and value.value is None)
                for inner in key(resolver, value, name, place)
                if not (isinstance(inner, Unknown) and inner.absent)
            )
        if values:
            return Given(spec, values, got.expr, call), True
    return None, certain


def _below(resolver: Resolver, found: Given, route: str) -> tuple[Given | None, bool]:
    """Return what stands under a key of the mapping that an argument is given, and whether its absence is certain."""
    place = found.values[0].where
    if not all(isinstance(value, Mapping) for value in found.values):
        return None, False
    values = [v for value in found.values for v in attributes.item(resolver, value, Known(route, place), place)]
    told = tuple(v for v in values if not (isinstance(v, Unknown) and v.absent))
    return (replace(found, values=told), True) if told else (None, True)


def holds(resolver: Resolver, call: Expr, scope: Scope, condition: Condition) -> bool | None:
    """Return whether a condition on an argument holds; None when it cannot be told."""
    spec = ArgSpec(arg=condition.arg, pos=condition.pos)
    found, certain = given(resolver, call, scope, (spec,))
    if condition.route and found is not None:
        found, certain = _below(resolver, found, condition.route)
    if condition.besides:
        return found is None or not all(_made_only_by(resolver, value, condition.besides) for value in found.values)
    wanted = condition.given
    if wanted is None and not condition.values and condition.above is None:
        wanted = True
    if found is None:
        if not certain:
            return None
        if wanted is not None:
            return not wanted
        if not condition.has_default:
            return False
        return _is_so(condition, condition.default)
    if wanted is not None:
        only = found.values
        is_none = len(only) == 1 and isinstance(only[0], Known) and only[0].value is None
        return (not is_none) is wanted
    answers: set[bool | None] = set()
    for value in found.values:
        answers.add(_is_so(condition, value.value) if isinstance(value, Known) else None)
    named = dotted(found.expr) if condition.named and found.expr is not None and None in answers else None
    if True in answers or (named is not None and named.rpartition(".")[2] in condition.named):
        return True
    return None if None in answers else False


def _made_only_by(resolver: Resolver, value: Value, names: tuple[str, ...]) -> bool:
    """Return whether a value is a list of calls of outside names alone that fit one of these patterns."""
    if not isinstance(value, Sequence) or not value.expr[3]:
        return False
    for item in value.expr[3]:
        made = [v.name.removesuffix("()") for v in resolver.evaluate(item, value.scope) if isinstance(v, Outside)]
        if item[0] != CALL or not made or not all(any(fits(name, one) for name in names) for one in made):
            return False
    return True


def meets(
    resolver: Resolver, call: Expr, scope: Scope, when: abc.Sequence[Condition], unless: abc.Sequence[Condition]
) -> bool:
    """Return whether one of `when` holds of a call, if there is any, and none of `unless` for all that its argument may be."""
    return (not when or any(holds(resolver, call, scope, condition) is True for condition in when)) and not any(
        _always_holds(resolver, call, scope, condition) for condition in unless
    )


def _always_holds(resolver: Resolver, call: Expr, scope: Scope, condition: Condition) -> bool:
    found, _ = given(resolver, call, scope, (ArgSpec(arg=condition.arg, pos=condition.pos),))
    return found is not None and all(isinstance(v, Known) and _is_so(condition, v.value) is True for v in found.values)


def _is_so(condition: Condition, value: Constant) -> bool | None:
    """Return whether a value passes a condition's test; None when it is not of a kind to be tested."""
    if condition.above is not None:
        return value > condition.above if isinstance(value, (int, float)) else None
    return any(value == wanted and type(value) is type(wanted) for wanted in condition.values)
