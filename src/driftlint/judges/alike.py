"""Do the worker processes of a loader draw the same numbers?

Promises: one finding a generator that a data set keeps, one a seed of a worker that is a constant. Refuses to know: names of
libraries.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.facts import Finding, Place, Rule, Subject
from driftlint.flow.calls import Carry, Draw, Seed
from driftlint.flow.entries import Program
from driftlint.flow.reads import reads_of
from driftlint.judges.world import World, make_finding, texts
from driftlint.match.arguments import given
from driftlint.packs.catalogue import ArgSpec
from driftlint.python.ir import ATTR, CALL, CONST, NAME, Expr, children, tail
from driftlint.python.module import Module, Scope
from driftlint.values import Function, Instance, Known, Outside

_LOADED = ("__getitem__", "__getitems__", "__iter__", "__next__")
"""Methods of a data set that a loader calls in its workers."""
_DOES = ("training", "evaluation")


def judge_workers(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding what makes the workers of a loader alike.

    Parameters: `loaders`, ids of the carriers that start workers; `dataset` and `starter`, their arguments; `makers`, calls
    that make a generator; `renews`, methods that seed one anew; `asks`, functions that tell a worker which one it is.
    """
    seen: set[Place] = set()
    for program in world.programs:
        if program.says not in _DOES:
            continue
        for event in program.events:
            what = event.what
            if not isinstance(what, Carry) or what.carrier.id not in texts(rule, "loaders") or event.off:
                continue
            for name, place, draw, how in _find(rule, world, program, what.place):
                if place in seen:
                    continue
                seen.add(place)
                yield make_finding(
                    world,
                    rule,
                    Subject("stream", program.path, name),
                    place,
                    {"name": name, "draw": world.spot(draw), "where": world.spot(what.place), "entry": program.path},
                    related=(
                        Place(draw.path, draw.span, "drawn here, in the worker"),
                        Place(what.place.path, what.place.span, "the workers start here"),
                        program.place,
                    ),
                    reasoning=(*program.reasons, how, f"{what.name} starts workers at {world.spot(what.place)}"),
                )


def _find(rule: Rule, world: World, program: Program, loader: Place) -> Iterator[tuple[str, Place, Place, str]]:
    """Yield (name, place, place of a draw, why) of what a loader's workers share."""
    module = world.project.module(loader.path)
    call = _call_at(module, loader) if module is not None else None
    if module is None or call is None:
        return
    scope = module.scope_at(call[1])
    first, last = texts(rule, "dataset"), texts(rule, "starter")
    starter, certain = given(world.resolver, call, scope, (ArgSpec(arg=last[0], pos=int(last[1])),))
    if starter is not None:
        for value in starter.values:
            if isinstance(value, Function):
                yield from _constant_seeds(world, program, value.scope)
        if not all(isinstance(value, Known) for value in starter.values):
            return
    if not certain:
        return
    dataset, _ = given(world.resolver, call, scope, (ArgSpec(arg=first[0], pos=int(first[1])),))
    for value in dataset.values if dataset is not None else ():
        if isinstance(value, Instance):
            yield from _kept_generators(rule, world, value.scope)


def _kept_generators(rule: Rule, world: World, cls: Scope) -> Iterator[tuple[str, Place, Place, str]]:
    """Yield generators that a data set's constructor makes and that its workers draw from, each with its own copy."""
    makers, renews = texts(rule, "makers"), texts(rule, "renews")
    for base in world.resolver.local_bases(cls):
        if any(word in base.module.calls for word in texts(rule, "asks")):
            continue
        methods = {inner.name: inner for inner in base.inner if inner.kind == "function"}
        loaded = _loaded(methods)
        made = methods.get("__init__")
        for name, bindings in made.bindings.items() if made is not None and loaded else ():
            if not name.startswith("self.") or any(name in m.bindings for m in methods.values() if m is not made):
                continue
            call = next((b.payload for b in bindings if b.kind == "value" and b.payload[0] == CALL), None)
            if call is None or made is None or not _is_made_by(world, call, made, makers):
                continue
            reads = [(at, read, around) for at, read, around in reads_of(made, name, 0) if at is not made]
            if any(around is not None and around[0] == ATTR and around[4] in renews for _, _, around in reads):
                continue
            drawn = next(
                (world.resolver.place(at, read) for at, read, _ in reads if any(_home(at) is m for m in loaded)), None
            )
            if drawn is not None:
                yield name, world.resolver.place(made, call), drawn, f"{name} is copied into each worker"


def _is_made_by(world: World, call: Expr, scope: Scope, makers: tuple[str, ...]) -> bool:
    return any(
        isinstance(value, Outside) and value.name.removesuffix("()").removesuffix("().manual_seed") in makers
        for value in world.resolver.evaluate(call, scope)
    )


def _loaded(methods: dict[str, Scope]) -> list[Scope]:
    """Return the methods that a loader calls, and those that they call on the object."""
    out: list[Scope] = []
    pending = [methods[name] for name in _LOADED if name in methods]
    while pending:
        scope = pending.pop()
        if any(scope is known for known in out):
            continue
        out.append(scope)
        for name, method in methods.items():
            if any(at is scope for at, _, _ in reads_of(scope, f"self.{name}", 0)):
                pending.append(method)
    return out


def _home(scope: Scope) -> Scope:
    """Return the method around a comprehension or a lambda."""
    while scope.parent is not None and scope.parent.kind != "class":
        scope = scope.parent
    return scope


def _constant_seeds(world: World, program: Program, starter: Scope) -> Iterator[tuple[str, Place, Place, str]]:
    """Yield the seeds in what starts a worker that are the same for all of them, where a data set draws from the stream."""
    path = starter.module.path
    for event in program.events:
        what = event.what
        if not isinstance(what, Seed) or what.value.state != "set" or what.covers != "after" or what.place.path != path:
            continue
        call = _call_at(starter.module, what.place) if starter.start <= what.place.span.start < starter.end else None
        if call is None or not call[4] or not all(_is_constant(arg, starter) for _, arg in call[4]):
            continue
        drawn = next(
            (
                e.what.place
                for e in program.events
                if isinstance(e.what, Draw) and e.deferred in _LOADED and e.what.stream in what.streams
            ),
            None,
        )
        if drawn is not None:
            yield what.name, what.place, drawn, f"{what.name} is given the same number in each worker"


def _is_constant(expr: Expr, function: Scope) -> bool:
    """Return whether an expression has one value in all workers: it is made of no call and of no parameter."""
    params = {param[0] for param in function.params}
    pending, seen = [expr], set()
    while pending:
        node = pending.pop()
        if node[0] == CONST:
            continue
        if node[0] == CALL and tail(node[3]) != "int":
            return False
        if node[0] == NAME and node[3] in params:
            return False
        if node[0] == NAME and node[3] not in seen:
            seen.add(node[3])
            bound = function.bindings.get(node[3], ())
            if any(binding.kind != "value" for binding in bound):
                return False
            pending.extend(binding.payload for binding in bound)
        pending.extend(children(node))
    return True


def _call_at(module: Module, place: Place) -> Expr | None:
    span = (place.span.start, place.span.end)
    return next((c for calls in module.calls.values() for c in calls if (c[1], c[2]) == span), None)
