"""Which runs of which trackers a program starts, and what it hands to them.

Promises: a run counts where a call starts it, a job, a file or a command line that names the program; what switches it off
takes it out; what only another setting reaches is marked. Refuses to know: which parts a run records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from driftlint.facts import Place
from driftlint.flow.calls import Control, Recorded
from driftlint.flow.entries import Program
from driftlint.flow.records import follow_records, off_variables
from driftlint.flow.steps import Event
from driftlint.judges.run_starts import Start, composed_starts, is_named, is_settled, started_by_files
from driftlint.judges.world import World
from driftlint.match.arguments import given, holds
from driftlint.match.settings import set_in_files
from driftlint.packs.catalogue import ArgSpec, Condition, RecordEntry, RunStart, Trap
from driftlint.resolve.attributes import elements
from driftlint.values import Known, Sequence, Text, Value

RESULTS = ("training", "evaluation")
_QUESTION = "runs of trackers"


class ProgramRun(Struct):
    """What a program starts and hands over, and the traps that it steps into."""

    program: Program
    starts: list[Start] = field(default_factory=list)
    handed: list[tuple[RecordEntry, Recorded, bool]] = field(default_factory=list)
    """Entry, call, and whether nothing reaches it by default."""
    traps: list[tuple[Trap, Recorded]] = field(default_factory=list)
    without: dict[str, list[Place]] = field(default_factory=dict)
    """Id of a trap -> calls that disarm it."""
    open_calls: list[Place] = field(default_factory=list)
    """Calls that start a run of one of several trackers, and nothing in the repo says of which."""
    variables: frozenset[str] = frozenset()
    """Variables, as ``NAME=value``, that the program or the repo's scripts set."""


def runs_of(world: World) -> tuple[ProgramRun, ...]:
    """Return the run of every program that trains or evaluates, in path order. Worked out once for a world."""
    if _QUESTION not in world.memo:
        world.memo[_QUESTION] = tuple(_collect(world))
    found: tuple[ProgramRun, ...] = world.memo[_QUESTION]
    return found


def _collect(world: World) -> Iterator[ProgramRun]:
    followed = follow_records(world.programs, world.project, world.resolver, world.catalogue)
    jobs = [
        (event.what, entry)
        for _, events in followed
        for event in events
        if isinstance(event.what, Recorded) and isinstance(event.what.entry, RunStart) and not event.off
        for entry in (event.what.entry,)
        if entry.script
    ]
    outside = _set_outside(world)
    for program, events in followed:
        if program.says not in RESULTS:
            continue
        run = ProgramRun(program)
        run.variables = frozenset(_set_inside(events)) | outside
        _read(world, run, events)
        for call, entry in jobs:
            if call.place.path != program.path and _names_program(world, call, entry, program.path):
                run.starts.append(Start(entry, call.place, call))
        run.starts += started_by_files(world, program.path)
        run.starts += (s for s in composed_starts(world, program) if not is_off(run, s.entry.off_env))
        run.starts = _without_repeats(run.starts)
        _drop_open(world, run)
        yield run


def _read(world: World, run: ProgramRun, events: Iterable[Event]) -> None:
    implied: list[tuple[RecordEntry, Recorded, Event]] = []
    for event in events:
        what = event.what
        if not isinstance(what, Recorded):
            continue
        entry = what.entry
        if event.off and isinstance(entry, Trap):
            continue
        if isinstance(entry, Trap):
            if what.pattern in entry.without:
                run.without.setdefault(entry.id, []).append(what.place)
            elif all_hold(world, what, entry.only, entry.unless) is True:
                run.traps.append((entry, what))
            continue
        answer = all_hold(world, what, entry.only, entry.unless) if not is_off(run, entry.off_env) else False
        if isinstance(entry, RunStart) and answer is not False:
            settled = is_settled(world, entry)
            answer = False if settled is False else answer and settled
        if answer is False:
            continue
        if isinstance(entry, RunStart):
            if not entry.script:
                run.starts.append(Start(entry, what.place, what, answer is True, event.dead, event.off))
        else:
            run.handed.append((entry, what, event.dead or answer is None))
            if not what.loose and not entry.starts:
                implied.append((entry, what, event))
    started = {start.entry.tracker for start in run.starts}
    for record, call, event in implied:
        if record.tracker not in started:  # something that is not followed started it
            started.add(record.tracker)
            run.starts.append(Start(RunStart("", record.tracker), call.place, None, False, event.dead, event.off))


def _drop_open(world: World, run: ProgramRun) -> None:
    """Take out the starts of several trackers that hang on one value which is not known: none of them can be claimed."""
    trackers: dict[Place, set[str]] = {}
    for start in run.starts:
        if not start.certain and start.call is not None:
            trackers.setdefault(start.place, set()).add(start.entry.tracker)
    run.open_calls = [place for place, names in trackers.items() if len(names) > 1]
    run.starts = [s for s in run.starts if s.certain or s.place not in run.open_calls]
    for place in run.open_calls:
        problem = (place, "which trackers it reports to is not known", "run")
        if problem not in world.coverage.unknown:
            world.coverage.unknown.append(problem)


def is_off(run: ProgramRun, variables: tuple[str, ...]) -> bool:
    """Return whether the program or a script of the repo sets one of these variables, given as ``NAME=value``."""
    return not run.variables.isdisjoint(variables)


def all_hold(world: World, call: Recorded, only: tuple[Condition, ...], unless: tuple[Condition, ...]) -> bool | None:
    """Return whether all of `only` hold for a call and none of `unless`; None when that cannot be told."""
    answers = [_holds(world, call, condition) for condition in only]
    answers += [None if answer is None else not answer for answer in (_holds(world, call, c) for c in unless)]
    return False if False in answers else None if None in answers else True


def _holds(world: World, call: Recorded, condition: Condition) -> bool | None:
    """Return whether a condition holds; of a list that is given, any item may fulfil it."""
    if condition.values:
        spec = ArgSpec(arg=condition.arg, pos=condition.pos)
        got, _ = given(world.resolver, call.call, call.scope, (spec,))
        if got is not None and any(isinstance(value, Sequence) for value in got.values):
            items = [item for value in got.values for item in _items(world, value, call.place)]
            if any(isinstance(item, Known) and item.value in condition.values for item in items):
                return True
            return False if all(isinstance(item, Known) for item in items) else None
    return holds(world.resolver, call.call, call.scope, condition)


def _items(world: World, value: Value, place: Place) -> Iterator[Value]:
    if isinstance(value, Sequence):
        yield from elements(world.resolver, value, place)
    else:
        yield value


def _set_inside(events: Iterable[Event]) -> Iterator[str]:
    for event in events:
        if isinstance(event.what, Control) and event.what.on and not event.dead:
            yield event.what.switch.id


def _set_outside(world: World) -> frozenset[str]:
    """Return the variables of the tables that scripts, images or job files of the repo set to the value that is named."""
    wanted = off_variables(world.catalogue)
    names = {text.partition("=")[0] for text in wanted}
    said = {f"{name}={text.strip()}" for name in sorted(names) for _, text in set_in_files(world.project, name)}
    return frozenset(said & wanted)


def _names_program(world: World, call: Recorded, entry: RunStart, path: str) -> bool:
    """Return whether a job names a program: its path, the end of it, or its module."""
    for spec in entry.script:
        got, _ = given(world.resolver, call.call, call.scope, (spec,))
        for value in got.values if got is not None else ():
            for item in _items(world, value, call.place):
                if is_named(_text_of(item), path):
                    return True
    return False


def _text_of(value: Value) -> str:
    if isinstance(value, Known) and isinstance(value.value, str):
        return value.value
    return " ".join(part or "" for part in value.parts) if isinstance(value, Text) else ""


def _without_repeats(starts: list[Start]) -> list[Start]:
    """Return one start a place and tracker: a call may match several entries of one tracker, which stay apart by id."""
    seen: dict[tuple[str, str, Place], Start] = {}
    for start in starts:
        seen.setdefault((start.entry.tracker, start.entry.id, start.place), start)
    return list(seen.values())
