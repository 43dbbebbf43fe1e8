"""Are the streams that a program draws from seeded, do calls carry their own seed, does an order reach the data?

Promises: one finding an entry point and stream, one a deciding literal. Refuses to know: names of streams.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.facts import Finding, Place, Rule, Subject, WrapTarget
from driftlint.flow.calls import Carry, Listing, Seed, SeedValue, Sign
from driftlint.flow.entries import Program
from driftlint.flow.order import OrderFlow
from driftlint.flow.order_written import WrittenOrderFlow
from driftlint.flow.reads import way_to
from driftlint.judges.alike import judge_workers
from driftlint.judges.draws import draws_of, draws_of_threads, draws_of_workers, seeds_of, starts_one_of
from driftlint.judges.keys import judge_keys
from driftlint.judges.on_accelerator import judge_guarded_seeds
from driftlint.judges.seed_keys import find_absent_keys, find_missing_keys, find_open_keys
from driftlint.judges.switches import judge_switches
from driftlint.judges.targets import (
    ask_for_argument,
    ask_for_number,
    ask_for_seed,
    takes_number,
)
from driftlint.judges.world import World, make_finding, texts
from driftlint.match.settings import set_in_files
from driftlint.packs.catalogue import Order
from driftlint.python.ir import ASSIGN, ATTR, dotted
from driftlint.python.module import Module
from driftlint.text import Span

_RESULTS = ("training", "evaluation")


def judge_seeded(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding an entry point and stream that is drawn from unseeded.

    Parameter `relation`: "none", "after", "worker" (one a worker and stream), "threads" (one a start of threads and stream),
    "accelerator" (seeded on some machines only).
    """
    relation = str(rule.params.get("relation", "none"))
    if relation == "accelerator":
        yield from judge_guarded_seeds(rule, world)
        return
    if relation in ("worker", "threads"):
        yield from _unseeded_workers(rule, world, threads=relation == "threads")
        return
    told: set[tuple[str, str, Place]] = set()
    open_: list[tuple[Program, str, Place, str, list[tuple[int, Seed, bool]]]] = []
    for program in world.programs:
        if program.says not in _RESULTS:
            continue
        seeds = seeds_of(world, program)
        draws = draws_of(world, program, first=relation == "after")
        if relation == "none" and not draws and not seeds:
            _note_unseen(world, program)
        for stream, (order, place, name) in sorted(draws.items()):
            given = seeds.get(stream, [])
            live = [(at, seed) for at, seed, dead in given if not dead or seed.value.state != "set"]
            if (program.path, stream, place) in told:
                continue  # another command of the same file draws there too
            if relation == "none" and not live:
                told.add((program.path, stream, place))
                open_.append((program, stream, place, name, given))
            elif relation == "after" and world.catalogue.streams[stream].per_object:
                continue
            elif relation == "after" and live and live[0][0] > order and not program.events[live[0][0]].deferred:
                told.add((program.path, stream, place))
                yield _late(rule, world, program, stream, place, name, live[0][1])
    for program, stream, place, name, given in open_:
        inner = [path for path, other, at in told if (other, at) == (stream, place) and path != program.path]
        if not inner or not starts_one_of(world, program, inner):  # else this is said of the program that it starts
            yield _unseeded(rule, world, program, stream, place, name, given)


def _note_unseen(world: World, program: Program) -> None:
    """Take note of a program that trains a network, seeds nothing and draws nothing that is known: a part of it was not seen."""
    switched = {switch.stream for switch in world.catalogue.switches if switch.effect == "deterministic"}
    if program.says == "training" and program.framework in switched:
        why = "it trains, and neither a draw nor a seed of it is known: what it trains is made where nothing was read"
        world.coverage.unknown.append((program.place, why, ""))


def _unseeded_workers(rule: Rule, world: World, *, threads: bool) -> Iterator[Finding]:
    """Yield a finding a worker and stream that the program seeds to no avail: another process, or threads side by side."""
    told: set[tuple[Place, str]] = set()
    find = draws_of_threads if threads else draws_of_workers
    related = (
        ("{name} draws here, in a thread", "seeded here, which does not say which thread draws first")
        if threads
        else ("{name} draws here, in the worker", "seeded here, which no worker sees")
    )
    why = "the threads draw in the order in which they come to it" if threads else "nothing in the worker seeds it"
    for program in world.programs:
        if program.says not in _RESULTS:
            continue
        seeds = seeds_of(world, program)
        for stream, start, place, name in find(world, program):
            live = [seed for _, seed, dead in seeds.get(stream, ()) if not dead or seed.value.state != "set"]
            if not live or (start.place, stream) in told or world.catalogue.streams[stream].per_object:
                continue  # a stream that nothing seeds at all is said of the program
            told.add((start.place, stream))
            entry = world.catalogue.streams[stream]
            yield make_finding(
                world,
                rule,
                Subject("stream", program.path, f"{stream} in {start.name}"),
                start.place,
                {
                    "name": entry.label,
                    "draw": world.spot(place),
                    "entry": program.path,
                    "start": start.name,
                    "seeder": entry.seed or "seed it",
                },
                related=(
                    Place(place.path, place.span, related[0].format(name=name)),
                    Place(live[0].place.path, live[0].place.span, related[1]),
                    program.place,
                ),
                reasoning=(
                    *program.reasons,
                    f"{start.name} starts a worker ({start.worker.id})",
                    f"{name} draws from {stream} at {world.spot(place)}",
                    why,
                ),
            )


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
        target=ask_for_seed(world, program, entry),
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
    """Yield findings about settings: `subject` "seed" (its default leaves it open), "switch" or "order"."""
    subject = str(rule.params.get("subject", ""))
    if subject == "seed":
        yield from _open_seeds(rule, world)
        yield from find_open_keys(rule, world)
        yield from find_absent_keys(rule, world)
        yield from find_missing_keys(rule, world)
    elif subject == "switch":
        yield from judge_switches(rule, world)
    elif subject == "order":
        yield from _unsorted(rule, world)


def _open_seeds(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding a value that leaves a seed open.

    Where several programs call one function that seeds, each is told of what it gives itself.
    """
    seen: set[tuple[str, Span]] = set()
    entries = {program.path for program in world.programs}
    for program in world.programs:
        others = entries - program.modules
        for what, value in _open_values(world, program):
            own = [one for one in (value, *value.others) if one.where.path not in others and one.state != "set"]
            for one in own:
                if one.state == own[0].state:
                    yield from _tell_open(rule, world, seen, program, what, one)


def _open_values(world: World, program: Program) -> Iterator[tuple[Seed | Carry, SeedValue]]:
    streams_drawn = set(draws_of(world, program))
    for event in program.events:
        what = event.what
        if not isinstance(what, (Seed, Carry)):
            continue
        value = what.value if isinstance(what, Seed) else what.seed
        if value is None or value.state == "set":
            continue
        streams = what.streams if isinstance(what, Seed) else ()
        if isinstance(what, Carry) and (value.where == what.place or value.state == "unset"):
            continue
        if isinstance(what, Seed) and what.covers == "after" and streams and not streams_drawn & set(streams):
            if program.says not in _RESULTS:
                continue
        yield what, value


def _tell_open(
    rule: Rule, world: World, seen: set[tuple[str, Span]], program: Program, what: Seed | Carry, value: SeedValue
) -> Iterator[Finding]:
    if (value.where.path, value.where.span) in seen:
        return
    seen.add((value.where.path, value.where.span))
    streams = what.streams if isinstance(what, Seed) else ()
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
        target=ask_for_number(what, value),
    )


def _spelled(arg: str) -> str:
    """Return a seed argument as people write it; what is no number is made with a fixed seed."""
    return f"{arg}=42" if takes_number(arg) else f"{arg}= with one that is made with a fixed seed"


def judge_carried(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding a call that has a seed argument and is given none.

    Parameters: `group` (of carriers), `fallback_seeded` "silent": no finding where the stream it falls back on is seeded,
    `later`: methods that may give the seed instead.
    """
    if rule.params.get("subject") == "order":
        yield from _unsorted(rule, world)
        return
    if rule.params.get("subject") == "workers":
        yield from judge_workers(rule, world)
        return
    if rule.params.get("subject") == "key":
        yield from judge_keys(rule, world)
        return
    group = str(rule.params.get("group", "call"))
    silent = rule.params.get("fallback_seeded", "silent") == "silent"
    seen: set[Place] = set()
    for program in world.programs:
        if program.says not in _RESULTS:
            continue
        seeded = {
            stream
            for stream, seeds in seeds_of(world, program).items()
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
            if _is_given_later(world, what, (*texts(rule, "later"), *what.carrier.later)):
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


def _is_given_later(world: World, carry: Carry, methods: tuple[str, ...]) -> bool:
    """Return whether one of these methods is called in the same file with the seed: by its name, or on the object."""
    module = world.project.module(carry.place.path)
    names = {spec.arg for spec in carry.carrier.args}
    calls = [call for method in methods for call in module.calls.get(method, ())] if module is not None else []
    if module is None or not calls:
        return False
    if any(keyword in names or keyword.rpartition("__")[2] in names for call in calls for keyword, _ in call[4]):
        return True
    found = way_to(module.scope_at(carry.place.span.start), carry.place.span.start, carry.place.span.end)
    holder = dotted(found[0][3]) if found is not None and found[0][0] == ASSIGN and len(found[1]) == 1 else None
    return holder is not None and any(call[4] and call[3][0] == ATTR and dotted(call[3][3]) == holder for call in calls)


def _unsorted(rule: Rule, world: World) -> Iterator[Finding]:
    wanted = texts(rule, "orders")
    written_by = texts(rule, "written_by")
    seen: set[Place] = set()
    flows: dict[tuple[str, ...], OrderFlow] = {}
    for program in sorted(world.programs, key=lambda program: program.says != "training"):
        trains = program.says == "training"
        if not trains and not (written_by and _prepares(program, texts(rule, "unless_signals"))):
            continue
        for event in program.events:
            what = event.what
            if not isinstance(what, Listing) or what.order.id not in wanted or what.place in seen:
                continue
            if (event.off and not trains) or _is_settled(world, what, flows, () if trains else written_by):
                continue
            seen.add(what.place)
            if _is_asked_about(world, what):
                continue
            yield make_finding(
                world,
                rule,
                Subject("order", program.path, what.name),
                what.place,
                {"name": what.name, "entry": program.path},
                related=(program.place,),
                severity=None if trains else "info",
                target=WrapTarget(what.place, what.order.sorted_by) if what.order.sorted_by else None,
            )


def _prepares(program: Program, unless: tuple[str, ...]) -> bool:
    """Return whether a program may be there for the data that it writes: it gives no results, and shows none of these signals."""
    if program.says in _RESULTS:
        return False
    return program.says.startswith("perhaps") or not any(
        isinstance(e.what, Sign) and e.what.signal.id in unless and not e.off for e in program.events
    )


def _is_asked_about(world: World, listing: Listing) -> bool:
    """Return whether the function around a listing has a person choose from it."""
    module = world.project.module(listing.place.path)
    if module is None or not listing.order.asks:
        return False
    scope = module.scope_at(listing.place.span.start)
    words = {name.rpartition(".")[2] for name in listing.order.asks}
    return scope.kind == "function" and any(
        scope.start <= call[1] < scope.end
        and any(
            name in listing.order.asks
            for callee in world.resolver.callees(call, scope)
            for name in world.resolver.names_of(callee)
        )
        for word in words
        for call in module.calls.get(word, ())
    )


def _is_settled(
    world: World, listing: Listing, flows: dict[tuple[str, ...], OrderFlow], written_by: tuple[str, ...]
) -> bool:
    """Return whether nothing hangs on the order of a listing, or something fixes it.

    With `written_by` it bears on something only where one of these calls keeps it.
    """
    module = world.project.module(listing.place.path)
    if module is None:
        return True
    order = listing.order
    if order.env and _is_set_outside(world, order, module):
        return True
    key = (order.id, *written_by)
    if key not in flows:
        flows[key] = (
            WrittenOrderFlow(world.resolver, order, written_by)
            if written_by
            else OrderFlow(world.resolver, order, _seeding_words(world, order))
        )
    return not flows[key].reaches(module, listing.place.span.start, listing.place.span.end)


def _seeding_words(world: World, order: Order) -> frozenset[str]:
    """Return the last words of calls whose argument is a seed; none for what is no number, or is known as entropy."""
    catalogue = world.catalogue
    if not order.operators or any(call in entropy.calls for entropy in catalogue.entropies for call in order.calls):
        return frozenset()
    makers = [c.calls for c in catalogue.carriers if c.draws == "always" and not c.fallback]
    seeders = [
        s.calls for s in catalogue.seeders if s.args and not s.optional and s.covers == "after" and not s.config_key
    ]
    return frozenset(call.rpartition(".")[2] for calls in (*seeders, *makers) for call in calls)


def _is_set_outside(world: World, order: Order, module: Module) -> bool:
    """Return whether the variable that settles an order is set before the program starts."""
    if any(text.strip().isdecimal() for _, text in set_in_files(world.project, order.env)):
        return True
    words = {name.rsplit(".", 1)[-1] for name in order.restarts}
    sets_it = any(name.endswith(f"[{order.env!r}]") for scope in module.scopes() for name in scope.bindings)
    return sets_it and not words.isdisjoint(module.calls)
