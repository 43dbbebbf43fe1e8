"""Which of the eight parts of a run a program records, and how.

Promises: the best of all trackers counts for each part; what hangs on a condition says so, with the condition; what is not
recorded comes with the call to add. Refuses to know: what a finished run stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from driftlint.facts import Place
from driftlint.flow.calls import Recorded, Sign
from driftlint.judges.handed import declares, has_name
from driftlint.judges.listed import lists
from driftlint.judges.run_starts import Start
from driftlint.judges.simulated import Simulation, find_simulation, words_of
from driftlint.judges.tracked_runs import ProgramRun, all_hold, is_off
from driftlint.judges.world import World
from driftlint.match.arguments import given
from driftlint.packs.catalogue import RecordEntry
from driftlint.packs.trackers import PARTS
from driftlint.values import Known

_RANKS = {"automatic": 3, "explicit": 2, "conditional": 1, "missing": 0}
_SIMULATION = "simulation"
"""Beside the parts: which environment is simulated."""
_IDLE = "only under other settings than the program's defaults"
_UNTOLD = "what the call is given decides, and the repo does not fix that"


class RecordedPart(Struct, frozen=True):
    """How one part is recorded: "automatic", "explicit", "conditional" or "missing"; `tracker` is the label of the best.

    `places` are the calls that do it. `remedy` is what to add, "" where nothing is missing.
    """

    part: str
    recording: str = "missing"
    tracker: str = ""
    condition: str = ""
    places: tuple[Place, ...] = ()
    remedy: str = ""


def parts_of(world: World, run: ProgramRun) -> tuple[RecordedPart, ...]:
    """Return how a program records each part, in the order of `PARTS`."""
    best = {part: RecordedPart(part) for part in (*PARTS, _SIMULATION)}
    for found in _found(world, run):
        if _RANKS[found.recording] > _RANKS[best[found.part].recording]:
            best[found.part] = found
        elif found.recording == best[found.part].recording == "explicit" and found.tracker == best[found.part].tracker:
            places = dict.fromkeys((*best[found.part].places, *found.places))
            best[found.part] = replace(best[found.part], places=tuple(places))
    remedies = {}
    simulation = find_simulation(world, run.program) if _RANKS[best["data"].recording] < _RANKS["explicit"] else None
    if simulation is not None:
        stands = _stands_for_data(simulation, best)
        if _RANKS[stands.recording] >= _RANKS[best["data"].recording]:
            best["data"] = stands
            remedies["data"] = str(words_of(world).get("remedy", ""))
    return tuple(_with_remedy(world, run, best[part], remedies.get(part, "")) for part in PARTS)


def _stands_for_data(simulation: Simulation, best: Mapping[str, RecordedPart]) -> RecordedPart:
    """Return how the data is recorded of a program that simulates it: as firmly as what it is, and its release."""
    which = best["code"] if simulation.fixed else best[_SIMULATION]
    weakest = min(which, best["environment"], key=lambda part: _RANKS[part.recording])
    if weakest.recording == "missing":
        return RecordedPart("data")
    said = f"the environment {', '.join(simulation.names)}" if simulation.names else "its environment"
    condition = f"{said} stands for data, with the release of its package"
    if weakest.recording == "conditional":
        condition = f"{condition}; {weakest.condition}"
    return replace(weakest, part="data", condition=condition)


def trackers_of(world: World, run: ProgramRun) -> tuple[tuple[str, Place], ...]:
    """Return the label and place of the first start of each tracker that keeps whole runs."""
    found: dict[str, Place] = {}
    for start in run.starts:
        tracker = world.catalogue.trackers[start.entry.tracker]
        if not tracker.partial:
            found.setdefault(tracker.label, start.place)
    return tuple(found.items())


def _found(world: World, run: ProgramRun) -> Iterator[RecordedPart]:
    """Yield every way in which a part is recorded."""
    shown = {e.what.signal.id for e in run.program.events if isinstance(e.what, Sign) and not e.off}
    void = {(trap.tracker, part) for trap, _ in run.traps for part in trap.voids}
    for entry in world.catalogue.records:
        if entry.recording == "never" or is_off(run, entry.off_env):
            continue
        if entry.signals and shown.isdisjoint(entry.signals):
            continue
        if entry.declares and not declares(world.project, world.resolver, run.program.modules, entry.declares):
            continue
        starts = [
            s
            for s in run.starts
            if s.entry.tracker == entry.tracker and (not entry.starts or s.entry.id in entry.starts)
        ]
        if not starts:
            continue
        if entry.calls:
            for record, call, unsure in run.handed:
                if record is entry:
                    yield from _of_call(world, entry, call, unsure, _surest(starts))
            continue
        for start in starts:
            for found in _of_start(world, entry, start):
                if entry.args or (entry.tracker, found.part) not in void:
                    yield found


def _surest(starts: list[Start]) -> Start:
    return min(starts, key=lambda start: (start.idle, not start.certain))


def _of_start(world: World, entry: RecordEntry, start: Start) -> Iterator[RecordedPart]:
    """Yield what a run records by itself, or because its start is given something."""
    places: tuple[Place, ...] = (start.place,)
    unsure = False
    if entry.only or entry.unless:
        answer = all_hold(world, start.call, entry.only, entry.unless) if start.call is not None else None
        if answer is False:
            return
        unsure = answer is None
    if entry.beside and start.holder is not None:
        listed = lists(start.holder, entry)
        if listed is False:
            return
        unsure = unsure or listed is None
    if entry.above and not (start.top is not None and any(start.top.get(key) is not None for key in entry.above)):
        return
    if entry.args:
        if start.call is None:
            return
        got, certain = given(world.resolver, start.call.call, start.call.scope, entry.args)
        if got is None and certain:
            return
        if got is not None and all(isinstance(v, Known) and v.value is None for v in got.values):
            return
        unsure = unsure or got is None
        yield from _by_name(world, entry, start.call, unsure, start)
    elif entry.recording == "automatic":
        places = ()
    for part in entry.parts:
        yield _made(world, entry, part, places, unsure, start)


def _of_call(world: World, entry: RecordEntry, call: Recorded, unsure: bool, start: Start) -> Iterator[RecordedPart]:
    for part in entry.parts:
        yield _made(world, entry, part, (call.place,), unsure, start)
    if entry.args:
        yield from _by_name(world, entry, call, unsure, start)
    if entry.parameters:
        names = _parameters(call)
        for part, pattern in _named(world).items():
            if any(re.fullmatch(pattern, name, re.IGNORECASE) for name in names):
                yield _made(world, entry, part, (call.place,), unsure, start)


def _parameters(call: Recorded) -> set[str]:
    """Return the parameters of the function that a call, or its bare name, decorates."""
    marks = (call.call, call.call[3])
    return {p[0] for inner in call.scope.inner if any(d in marks for d in inner.decorators) for p in inner.params}


def _by_name(world: World, entry: RecordEntry, call: Recorded, unsure: bool, start: Start) -> Iterator[RecordedPart]:
    """Yield the parts that are among the hyperparameters handed over, told by their names."""
    if "hyperparameters" not in entry.parts:
        return
    got, _ = given(world.resolver, call.call, call.scope, entry.args)
    for part, pattern in _named(world).items():
        answer = has_name(world.resolver, got.values, pattern) if got is not None else None
        if answer is True:
            yield _made(world, replace(entry, recording="explicit"), part, (call.place,), unsure, start)
        elif answer is None and part in ("seeds", _SIMULATION):
            noun = "a seed" if part == "seeds" else "the name of the environment"
            condition = f"{noun} is among what {call.name} is handed"
            made = _made(world, replace(entry, recording="conditional", condition=condition), part, (), False, start)
            yield replace(made, places=(call.place,))


def _made(
    world: World, entry: RecordEntry, part: str, places: tuple[Place, ...], unsure: bool, start: Start
) -> RecordedPart:
    label = world.catalogue.trackers[entry.tracker].label
    recording, condition = entry.recording, entry.condition
    if start.idle or unsure or not start.certain:
        recording = "conditional"
        reason = _IDLE if start.idle else start.entry.condition or _UNTOLD
        condition = f"{condition}; {reason}" if condition else reason
        places = places or (start.place,)
    return RecordedPart(part, recording, label, condition, places)


def _with_remedy(world: World, run: ProgramRun, found: RecordedPart, remedy: str = "") -> RecordedPart:
    """Add what to do where a part is missing or hangs on a condition: what a started tracker offers, else what always helps."""
    if found.recording not in ("missing", "conditional"):
        return found
    if remedy:
        return replace(found, remedy=remedy)
    started = [start.entry.tracker for start in run.starts if not world.catalogue.trackers[start.entry.tracker].partial]
    for tracker in dict.fromkeys(started):
        for entry in world.catalogue.records:
            if entry.tracker == tracker and found.part in entry.parts and entry.remedy:
                return replace(found, remedy=entry.remedy)
    return replace(found, remedy=_said(world, "remedies").get(found.part, ""))


def _named(world: World) -> dict[str, str]:
    """Return the expression of the names under which people hand over each part as a parameter."""
    found = _said(world, "names")
    pattern = words_of(world).get("names")
    return {**found, _SIMULATION: str(pattern)} if pattern else found


def _said(world: World, key: str) -> dict[str, str]:
    """Return a table of the packs' ``[recording]``: part -> text."""
    table = world.catalogue.extra.get("recording")
    said = table.get(key) if isinstance(table, Mapping) else None
    return {str(k): str(v) for k, v in said.items()} if isinstance(said, Mapping) else {}
