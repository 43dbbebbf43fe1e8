"""What a program draws and seeds, after all that takes draws and seeds out: blocks that give a stream back, worker processes.

Promises: one entry a stream, with the draw to show. Refuses to know: which of them is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from driftlint.facts import Place
from driftlint.flow.calls import Carry, Control, Draw, Restore, Seed, WorkerStart
from driftlint.flow.entries import Program
from driftlint.flow.reads import find_compared, goes_only_into, only_names
from driftlint.flow.steps import Event
from driftlint.judges.world import World
from driftlint.mentions.releases import allow_only, name_of, rule_out
from driftlint.python.ir import CALL, Expr, tail
from driftlint.python.module import Scope
from driftlint.text import Span

_LOADED = ("__getitem__", "__getitems__", "__iter__", "__next__")
"""Methods of a data set that a loader calls: in its worker processes, where it has some."""


def draws_of(world: World, program: Program, *, first: bool = False) -> Mapping[str, tuple[int, Place, str]]:
    """Return the draws of each stream that bear on the result: (order of the first, place and name of the one to show).

    The one shown runs under the repo's own defaults and stands in the program's own file, where there is such a draw. With
    `first` it is the first that runs, whatever the functions around it are given; what is only made there counts for nothing.
    """
    known: dict[tuple[int, bool], dict[str, tuple[int, Place, str]]] = world.memo.setdefault("draws to show", {})
    key = id(program), first  # the world holds its programs, so no other gets the number
    if key not in known:
        known[key] = _find_draws(world, program, first)
    return known[key]


def _find_draws(world: World, program: Program, first: bool) -> dict[str, tuple[int, Place, str]]:
    found: dict[str, list[tuple[bool, bool, int, Place, str]]] = {}
    for order, stream, event in _drawn(world, program):
        what = event.what
        if first and (_hangs_on_parameter(world, what.place) or _draws_later(what)):
            continue
        foreign = what.place.path != program.path
        found.setdefault(stream, []).append((event.dead, foreign, order, what.place, what.name))
    shown: dict[str, tuple[int, Place, str]] = {}
    for stream, draws in found.items():
        live = [draw for draw in draws if not draw[0]] or draws
        best = min(live, key=lambda draw: (draw[1] and not first, draw[2]))
        shown[stream] = (min(draw[2] for draw in live), best[3], best[4])
    return shown


def _draws_later(what: object) -> bool:
    """Return whether a call makes something that draws when it is used: a loader, a layer of dropout, a transform."""
    return (isinstance(what, Draw) and what.late) or (isinstance(what, Carry) and what.carrier.when_used)


def draws_of_threads(world: World, program: Program) -> Iterator[tuple[str, WorkerStart, Place, str]]:
    """Yield (stream, what starts them, place, name) of draws of threads from streams that they share, one of each.

    Left out are those whose order a switch fixes.
    """
    seen: set[tuple[WorkerStart, str]] = set()
    on = {
        e.what.switch.id
        for e in program.events
        if isinstance(e.what, Control) and e.what.on is not False and not e.dead
    }
    for _, stream, event in _drawn(world, program):
        start = event.worker
        if start is None or event.dead or stream not in start.worker.shares or (start, stream) in seen:
            continue
        if on.isdisjoint(start.worker.repaired_by):
            seen.add((start, stream))
            yield stream, start, event.what.place, event.what.name


def draws_of_workers(world: World, program: Program) -> Iterator[tuple[str, WorkerStart, Place, str]]:
    """Yield (stream, what starts the worker, place, name) of draws in workers of streams that the worker does not fix itself.

    One is yielded for each worker process and stream, in their order.
    """
    seen: set[tuple[WorkerStart, str]] = set()
    starts = dict.fromkeys(event.worker for event in program.events if event.worker is not None)
    for event in program.events:
        if isinstance(event.what, Seed) and event.what.covers == "after":
            streams = event.what.streams
            if event.worker is not None:
                seen.update((event.worker, stream) for stream in streams)
            elif not event.guarded:
                held = [start for start in starts if _is_imported_by(start, event.what, program)]
                seen.update((start, stream) for start in held for stream in streams)
    for _, stream, event in _drawn(world, program):
        start = event.worker
        if start is None or start.worker.shares or event.dead or (start, stream) in seen:
            continue
        if stream in start.worker.inherits:
            continue
        seen.add((start, stream))
        yield stream, start, event.what.place, event.what.name


def starts_one_of(world: World, program: Program, others: list[str]) -> bool:
    """Return whether a program imports the file of another one, by which it may do what that does."""
    return any(path in program.modules for path in others) or not set(others).isdisjoint(
        world.project.reachable([program.path])
    )


def _is_imported_by(start: WorkerStart, seed: Seed, program: Program) -> bool:
    """Return whether a seed at the top level of a module runs in a worker, too: the module is imported there."""
    return start.worker.reimports or (seed.place.path != program.path and not start.worker.inherits)


def _drawn(world: World, program: Program) -> list[tuple[int, str, Event]]:
    """Return (order, stream, event) of the draws that bear on the result. Several rules ask for them."""
    known: dict[int, list[tuple[int, str, Event]]] = world.memo.setdefault("draws", {})
    if id(program) not in known:
        known[id(program)] = list(_find_drawn(world, program))
    return known[id(program)]


def _find_drawn(world: World, program: Program) -> Iterator[tuple[int, str, Event]]:
    handed = _handed(world, program)
    apart = set(_apart(program))
    for order, event in enumerate(program.events):
        what = event.what
        stream = ""
        if event.off or (event.deferred and program.says != "training"):
            continue
        if isinstance(what, Draw) and (not what.weak or program.says == "training"):
            stream = what.stream
        elif isinstance(what, Carry) and what.seed is None and what.carrier.blame == "stream" and what.carrier.fallback:
            stream = what.carrier.fallback if program.says == "training" else ""
        if event.deferred and stream and stream in _fixed_around(world, what.place):
            continue
        if not stream or (order, stream) in apart or (event.deferred in _LOADED and stream in handed):
            continue
        if isinstance(what, Draw) and not what.weak and (_only_names(world, what) or _is_lost(world, what)):
            continue
        yield order, stream, event


def _hangs_on_parameter(world: World, place: Place) -> bool:
    """Return whether a place stands under a test of what a parameter says: which callers get there is not known."""
    module = world.project.module(place.path)
    scope = module.scope_at(place.span.start) if module is not None else None
    if scope is None or scope.kind != "function":
        return False
    names = {param[0] for param in scope.params} - {"self", "cls"}
    known: dict[tuple[str, int], tuple[tuple[str, Span], ...]] = world.memo.setdefault("names compared with texts", {})
    at = place.path, scope.start
    if at not in known:
        known[at] = find_compared(scope)
    return any(name in names and span.start <= place.span.start < span.end for name, span in known[at])


def _fixed_around(world: World, place: Place) -> frozenset[str]:
    """Return the streams that an object seeds before it calls the methods of the class around a place."""
    module = world.project.module(place.path)
    scope = module.scope_at(place.span.start) if module is not None else None
    while scope is not None and scope.kind != "class":
        scope = scope.parent
    if scope is None:
        return frozenset()
    bases = set(world.resolver.outside_bases(scope))
    return frozenset(
        s for seeder in world.catalogue.seeders if not bases.isdisjoint(seeder.runs) for s in seeder.streams
    )


def _only_names(world: World, draw: Draw) -> bool:
    module = world.project.module(draw.place.path)
    return module is not None and only_names(module, draw.place.span.start, draw.place.span.end)


def _is_lost(world: World, draw: Draw) -> bool:
    """Return whether what is drawn goes nowhere but into calls whose argument bears on no result: a pause."""
    lost_in = world.catalogue.streams[draw.stream].lost_in
    module = world.project.module(draw.place.path)
    words = {name.rpartition(".")[2] for name in lost_in}
    if module is None or words.isdisjoint(module.calls):
        return False

    def is_call_of(expr: Expr, scope: Scope) -> bool:
        return (
            expr[0] == CALL
            and tail(expr[3]) in words
            and any(
                name in lost_in
                for callee in world.resolver.callees(expr, scope)
                for name in world.resolver.names_of(callee)
            )
        )

    return goes_only_into(module, draw.place.span.start, draw.place.span.end, is_call_of)


def seeds_of(world: World, program: Program) -> Mapping[str, list[tuple[int, Seed, bool]]]:
    """Return the seeds of each stream in their order, each with whether the repo's own defaults leave it out."""
    known: dict[int, dict[str, list[tuple[int, Seed, bool]]]] = world.memo.setdefault("seeds", {})
    if id(program) not in known:
        known[id(program)] = _find_seeds(world, program)
    return known[id(program)]


def _find_seeds(world: World, program: Program) -> dict[str, list[tuple[int, Seed, bool]]]:
    found: dict[str, list[tuple[int, Seed, bool]]] = {}
    apart = set(_apart(program))
    for order, event in enumerate(program.events):
        if isinstance(event.what, Seed) and event.what.covers == "after":
            for stream in _fixed(world, event.what):
                if (order, stream) not in apart:
                    found.setdefault(stream, []).append((order, event.what, event.dead))
    return found


def _fixed(world: World, seed: Seed) -> tuple[str, ...]:
    seeder = seed.seeder
    if seeder is not None and seeder.older and allow_only(written(world, seeder.older), seeder.older):
        return (*seed.streams, *seeder.older_streams)
    return seed.streams


def _apart(program: Program) -> Iterator[tuple[int, str]]:
    """Yield (order, stream) of what a block keeps to itself: its seeds, and the draws after them."""
    opened: list[int] = []
    for order, event in enumerate(program.events):
        if isinstance(event.what, Seed) and event.what.covers == "block":
            opened.append(order)
        elif isinstance(event.what, Restore) and opened:
            start = opened.pop()
            seeded: set[str] = set()
            for inner in range(start + 1, order):
                what = program.events[inner].what
                if isinstance(what, Seed) and what.covers == "after":
                    for stream in set(what.streams) & set(event.what.streams):
                        seeded.add(stream)
                        yield inner, stream
                elif isinstance(what, Draw) and what.stream in seeded:
                    yield inner, what.stream


def _handed(world: World, program: Program) -> frozenset[str]:
    """Return the streams that the worker processes of all loaders of a program fix for what a data set draws."""
    loaders = [e.what.carrier for e in program.events if isinstance(e.what, Carry) and not e.off]
    seeded = {
        stream
        for event in program.events
        if isinstance(event.what, Seed) and event.what.covers == "after" and not event.dead
        for stream in event.what.streams
    }
    hands = [
        frozenset(c.hands)
        for c in loaders
        if c.hands
        and c.fallback in seeded
        and not (c.hands_from and rule_out(written(world, c.hands_from), c.hands_from))
    ]
    if not hands or any(c.inline for c in loaders):
        return frozenset()
    return frozenset.intersection(*hands)


def lacks(world: World, release: str) -> bool:
    """Return whether the repo allows no release that a requirement names ("" names all)."""
    return bool(release) and rule_out(written(world, release), release)


def written(world: World, requirement: str) -> list[str]:
    """Return what the repo writes behind the distribution that a requirement names, or one that brings the same module."""
    name = name_of(requirement)
    brought = {module.import_name for module in world.catalogue.modules if module.distribution == name}
    names = {name, *(m.distribution for m in world.catalogue.modules if m.import_name in brought)}
    return [selector for named, selector in _selectors(world) if named in names]


def _selectors(world: World) -> list[tuple[str, str]]:
    """Return (name in lower case, text that pins) of every package of the repo that has one, in order."""
    if "selectors" not in world.memo:
        world.memo["selectors"] = [
            (reference.subject.name.lower(), reference.pin.selector)
            for reference in world.references
            if reference.subject.kind == "package" and reference.pin.selector
        ]
    found: list[tuple[str, str]] = world.memo["selectors"]
    return found
