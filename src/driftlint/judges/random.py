"""Are the streams that a program draws from seeded, are the switches set, do calls carry their own seed?

Promises: one finding an entry point and stream, one a deciding literal. Refuses to know: names of streams and switches.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.facts import (
    Finding,
    LiteralTarget,
    Place,
    Rule,
    Subject,
    WrapTarget,
)
from driftlint.flow.calls import Carry, Control, Draw, Listing, Seed
from driftlint.flow.entries import Program
from driftlint.judges.targets import OPEN_SEEDS, ask_for_argument, ask_for_seed, ask_for_switch, spell_switch
from driftlint.judges.world import World, make_finding, texts
from driftlint.python.ir import LIST, LOOP, Expr, children, statement_expressions, walk
from driftlint.python.module import Module
from driftlint.text import Span

_RESULTS = ("training", "evaluation")


def _draws(program: Program) -> dict[str, tuple[int, Place, str]]:
    """Return the draws of each stream that bear on the result: (order of the first, place and name of the one to show).

    The one shown runs under the repo's own defaults and stands in the program's own file, where there is such a draw.
    """
    found: dict[str, list[tuple[bool, bool, int, Place, str]]] = {}
    for order, event in enumerate(program.events):
        what = event.what
        stream = ""
        if event.off or (event.deferred and program.says != "training"):
            continue
        if isinstance(what, Draw) and (not what.weak or program.says == "training"):
            stream = what.stream
        elif isinstance(what, Carry) and what.seed is None and what.carrier.blame == "stream" and what.carrier.fallback:
            stream = what.carrier.fallback if program.says == "training" else ""
        if stream:
            foreign = what.place.path != program.path
            found.setdefault(stream, []).append((event.dead, foreign, order, what.place, what.name))
    shown: dict[str, tuple[int, Place, str]] = {}
    for stream, draws in found.items():
        live = [draw for draw in draws if not draw[0]] or draws
        best = min(live, key=lambda draw: (draw[1], draw[2]))
        shown[stream] = (min(draw[2] for draw in live), best[3], best[4])
    return shown


def _seeds(program: Program) -> dict[str, list[tuple[int, Seed, bool]]]:
    found: dict[str, list[tuple[int, Seed, bool]]] = {}
    for order, event in enumerate(program.events):
        if isinstance(event.what, Seed) and event.what.covers == "after":
            for stream in event.what.streams:
                found.setdefault(stream, []).append((order, event.what, event.dead))
    return found


def judge_seeded(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding an entry point and stream that is drawn from unseeded. Parameter `relation`: "none" or "after"."""
    relation = str(rule.params.get("relation", "none"))
    for program in world.programs:
        if program.says not in _RESULTS:
            continue
        seeds = _seeds(program)
        for stream, (order, place, name) in sorted(_draws(program).items()):
            given = seeds.get(stream, [])
            live = [(at, seed) for at, seed, dead in given if not dead or seed.value.state != "set"]
            if relation == "none" and not live:
                yield _unseeded(rule, world, program, stream, place, name, given)
            elif relation == "after" and world.catalogue.streams[stream].per_object:
                continue
            elif relation == "after" and live and live[0][0] > order and not program.events[live[0][0]].deferred:
                yield _late(rule, world, program, stream, place, name, live[0][1])


def _unseeded(
    rule: Rule,
    world: World,
    program: Program,
    stream: str,
    place: Place,
    name: str,
    given: list[tuple[int, Seed, bool]],
) -> Finding:
    entry = world.catalogue.streams[stream]
    related = [Place(place.path, place.span, f"{name} draws here"), *program.main]
    related.extend(
        Place(s.place.path, s.place.span, "seeded here, but no default setting gets here") for _, s, _ in given[:1]
    )
    return make_finding(
        world,
        rule,
        Subject("stream", program.path, stream),
        program.place,
        {"name": entry.label, "draw": world.spot(place), "entry": program.path, "seeder": entry.seed or "seed it"},
        related=tuple(related),
        reasoning=(
            *program.reasons,
            f"{name} draws from {stream} at {world.spot(place)}",
            "no call on its way seeds it",
        ),
        target=ask_for_seed(program, entry),
    )


def _late(rule: Rule, world: World, program: Program, stream: str, place: Place, name: str, seed: Seed) -> Finding:
    entry = world.catalogue.streams[stream]
    return make_finding(
        world,
        rule,
        Subject("stream", program.path, stream),
        seed.place,
        {"name": entry.label, "draw": world.spot(place), "entry": world.spot(program.place), "seeder": seed.name},
        related=(Place(place.path, place.span, f"{name} draws here, before the seed"), program.place, *program.main),
        reasoning=(*program.reasons, f"{name} draws at {world.spot(place)}", f"{seed.name} seeds {stream} only later"),
    )


def judge_settled(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield findings about settings: `subject` "seed" (its default leaves it open) or "switch" (with `effect`)."""
    subject = str(rule.params.get("subject", ""))
    if subject == "seed":
        yield from _open_seeds(rule, world)
    elif subject == "switch" and rule.params.get("effect") == "nondeterministic":
        yield from _harmful(rule, world)
    elif subject == "switch":
        yield from _missing(rule, world)
    elif subject == "order":
        yield from _unsorted(rule, world)


def _open_seeds(rule: Rule, world: World) -> Iterator[Finding]:
    seen: set[tuple[str, object]] = set()
    for program in world.programs:
        streams_drawn = set(_draws(program))
        for event in program.events:
            what = event.what
            value = what.value if isinstance(what, Seed) else what.seed if isinstance(what, Carry) else None
            if value is None or value.state == "set" or (value.where.path, value.where.span) in seen:
                continue
            streams = what.streams if isinstance(what, Seed) else ()
            if isinstance(what, Carry) and value.where == what.place:
                continue
            if isinstance(what, Carry) and value.state == "unset":
                continue
            if isinstance(what, Seed) and what.covers == "after" and streams and not streams_drawn & set(streams):
                if program.says not in _RESULTS:
                    continue
            seen.add((value.where.path, value.where.span))
            labels = [world.catalogue.streams[s].label for s in streams if s in world.catalogue.streams]
            name = labels[0] if len(labels) == 1 else "this run" if labels else f"`{what.name}`"
            yield make_finding(
                world,
                rule,
                Subject("stream", program.path, "seed"),
                value.where,
                {"name": name, "selector": value.text, "entry": program.path},
                related=(*value.trail, Place(what.place.path, what.place.span, f"{what.name} takes it"), program.place),
                reasoning=(*program.reasons, f"{what.name} is given {value.text}, which leaves the streams unseeded"),
                target=LiteralTarget(value.where, OPEN_SEEDS),
            )


def _harmful(rule: Rule, world: World) -> Iterator[Finding]:
    wanted = texts(rule, "switches")
    seen: set[tuple[str, object]] = set()
    for program in world.programs:
        for event in program.events:
            what = event.what
            if not isinstance(what, Control) or what.switch.effect != "nondeterministic" or what.on is not True:
                continue
            if (wanted and what.switch.id not in wanted) or event.dead or (what.where.path, what.where.span) in seen:
                continue
            seen.add((what.where.path, what.where.span))
            yield make_finding(
                world,
                rule,
                Subject("switch", program.path, what.name),
                what.where,
                {"name": what.name, "selector": what.text, "entry": program.path},
                related=(*what.trail, what.place),
                severity=None if program.says == "training" else "info",
                reasoning=(f"{what.name} is set to {what.text} ({what.switch.id})", *program.reasons),
                target=LiteralTarget(what.where, (("True", "False"), ("true", "false"))),
            )


def _missing(rule: Rule, world: World) -> Iterator[Finding]:
    says = texts(rule, "says")
    for program in world.programs:
        if (says and program.says not in says) or (rule.params.get("accelerator") and not program.accelerator):
            continue
        controls = [
            (e.what, e.dead)
            for e in program.events
            if isinstance(e.what, Control) and e.what.switch.effect == "deterministic" and e.what.switch.alone
        ]
        if any(what.on is not False and not dead for what, dead in controls):
            continue
        off = next((what for what, _ in controls if what.on is False), None)
        order = {signal.id: number for number, signal in enumerate(world.catalogue.signals)}
        sign = min(program.accelerator, key=lambda s: order[s.signal.id], default=None)
        stream = program.framework or (sign.signal.stream if sign is not None else "")
        if sign is None and rule.params.get("accelerator"):
            continue
        cure = next(
            (s for s in world.catalogue.switches if s.stream == stream and s.effect == "deterministic" and s.alone),
            None,
        )
        related = list(program.main)
        if sign is not None:
            related.append(Place(sign.place.path, sign.place.span, f"{sign.name} runs on an accelerator"))
        if off is not None:
            related.append(program.place)
            related.append(Place(off.place.path, off.place.span, "used here"))
        yield make_finding(
            world,
            rule,
            Subject("switch", stream or "framework", off.name if off is not None else program.path),
            off.where if off is not None else program.place,
            {"entry": program.path, "selector": spell_switch(cure), "name": program.path},
            related=tuple(related),
            reasoning=(
                *program.reasons,
                f"{off.name} is {off.text}" if off is not None else "nothing on its way turns a deterministic mode on",
            ),
            target=LiteralTarget(off.where, (("False", "True"), ("false", "true")))
            if off is not None
            else ask_for_switch(world, program, cure),
        )


def _spelled(arg: str) -> str:
    """Return a seed argument as people write it; what is no number is made with a fixed seed."""
    return f"{arg}=42" if "seed" in arg or "state" in arg else f"{arg}= with one that is made with a fixed seed"


def judge_carried(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding a call that has a seed argument and is given none.

    Parameters: `group` (of carriers), `fallback_seeded` "silent": no finding where the stream it falls back on is seeded.
    """
    if rule.params.get("subject") == "order":
        yield from _unsorted(rule, world)
        return
    group = str(rule.params.get("group", "call"))
    silent = rule.params.get("fallback_seeded", "silent") == "silent"
    seen: set[Place] = set()
    for program in world.programs:
        if program.says not in _RESULTS:
            continue
        seeded = {
            stream
            for stream, seeds in _seeds(program).items()
            if any(not dead or s.value.state != "set" for _, s, dead in seeds)
        }
        for event in program.events:
            what = event.what
            if not isinstance(what, Carry) or what.carrier.group != group or what.carrier.blame != "call":
                continue
            if what.seed is not None and not (what.seed.state == "unset" and what.seed.where.path == what.place.path):
                continue
            if silent and what.carrier.fallback in seeded:
                continue
            if what.place in seen:
                continue
            seen.add(what.place)
            arg = next((spec.arg for spec in what.carrier.args if spec.arg), "seed")
            yield make_finding(
                world,
                rule,
                Subject("stream", program.path, what.name),
                what.place,
                {"name": what.name, "selector": _spelled(arg), "entry": program.path},
                related=(program.place,),
                reasoning=(*program.reasons, f"{what.name} has the argument {arg} and is not given it"),
                target=ask_for_argument(what, arg),
            )


def _unsorted(rule: Rule, world: World) -> Iterator[Finding]:
    wanted = texts(rule, "orders")
    seen: set[Place] = set()
    for program in world.programs:
        if program.says != "training":
            continue
        for event in program.events:
            what = event.what
            if not isinstance(what, Listing) or what.order.id not in wanted or what.place in seen:
                continue
            if _is_settled(world, what):
                continue
            seen.add(what.place)
            yield make_finding(
                world,
                rule,
                Subject("order", program.path, what.name),
                what.place,
                {"name": what.name, "entry": program.path},
                related=(program.place,),
                target=WrapTarget(what.place, what.order.sorted_by) if what.order.sorted_by else None,
            )


def _is_settled(world: World, listing: Listing) -> bool:
    """Return whether a call around the listing, or a later one on the name it is given, fixes or drops its order."""
    module = world.project.module(listing.place.path)
    if module is None:
        return True
    at = listing.place.span
    settled = {name.rsplit(".", 1)[-1] for name in listing.order.settled_by}
    if any(_encloses(call, at) for word in settled & module.calls.keys() for call in module.calls[word]):
        return True
    if any(call[1] > at.start for method in listing.order.settled_methods for call in module.calls.get(method, ())):
        return True
    if not listing.order.taken_by:
        return False
    takers = {name.rsplit(".", 1)[-1] for name in listing.order.taken_by}
    taken = any(_encloses(call, at) for word in takers & module.calls.keys() for call in module.calls[word])
    return not taken and not _is_iterated(module, at)


def _encloses(call: Expr, span: Span) -> bool:
    return bool(call[1] <= span.start and span.end <= call[2] and (call[1], call[2]) != (span.start, span.end))


def _is_iterated(module: Module, span: Span) -> bool:
    """Return whether a loop or a comprehension runs over the expression at a span."""
    for scope in module.scopes():
        for stmt in walk(scope.body):
            if stmt[0] == LOOP and (stmt[4][1], stmt[4][2]) == (span.start, span.end):
                return True
            for expr in statement_expressions(stmt):
                stack = [expr]
                while stack:
                    node = stack.pop()
                    if node[0] == LIST and node[4] == "comprehension":
                        if any((part[1], part[2]) == (span.start, span.end) for part in node[3][:-1]):
                            return True
                    stack.extend(children(node))
    return False
