"""Does what a program records let somebody run it again?

Promises: one finding a program, or one a call that makes a record say less than it seems to. Refuses to know: trackers.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.facts import Finding, Place, Rule, Subject
from driftlint.judges.recorded_parts import parts_of, trackers_of
from driftlint.judges.tracked_runs import ProgramRun, runs_of
from driftlint.judges.world import World, make_finding, texts
from driftlint.packs.catalogue import Trap


def judge_recorded(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield findings about records: `subject` "run" (none is started), "parts" (some are missing) or "trap" (of `traps`)."""
    subject = str(rule.params.get("subject", ""))
    says = texts(rule, "says")
    seen: set[Place] = set()
    for run in runs_of(world):
        if says and run.program.says not in says:
            continue
        if subject == "run":
            yield from _untracked(rule, world, run)
        elif subject == "parts":
            yield from _missing(rule, world, run)
        elif subject == "trap":
            yield from _traps(rule, world, run, seen)


def _untracked(rule: Rule, world: World, run: ProgramRun) -> Iterator[Finding]:
    if run.open_calls or any(not s.off and not world.catalogue.trackers[s.entry.tracker].partial for s in run.starts):
        return
    program = run.program
    off = next((s for s in run.starts if not world.catalogue.trackers[s.entry.tracker].partial), None)
    related = list(program.main)
    if off is not None:
        related.append(
            Place(off.place.path, off.place.span, "started here, where a setting that is off by default is on")
        )
    yield make_finding(
        world,
        rule,
        Subject("run", program.path, "tracker"),
        program.place,
        {"entry": program.path, "says": program.says},
        related=tuple(related),
        reasoning=(*program.reasons, "nothing on its way starts a run of a tracker that is known"),
    )


def _missing(rule: Rule, world: World, run: ProgramRun) -> Iterator[Finding]:
    trackers = trackers_of(world, run)
    if not trackers:
        return
    wanted = texts(rule, "parts")
    missing = [p for p in parts_of(world, run) if p.recording == "missing" and (not wanted or p.part in wanted)]
    if not missing:
        return
    program = run.program
    names = ", ".join(part.part for part in missing)
    labels = " and ".join(label for label, _ in trackers)
    yield make_finding(
        world,
        rule,
        Subject("run", program.path, names),
        trackers[0][1],
        {
            "entry": program.path,
            "parts": names,
            "tracker": labels,
            "remedies": "; ".join(f"{part.part}: {part.remedy}" for part in missing if part.remedy),
        },
        related=(program.place, *program.main),
        reasoning=(*program.reasons, *(f"nothing records {part.part}" for part in missing)),
    )


def _traps(rule: Rule, world: World, run: ProgramRun, seen: set[Place]) -> Iterator[Finding]:
    wanted = texts(rule, "traps")
    for trap, place, name in _sprung(world, run):
        if trap.id not in wanted or place in seen:
            continue
        seen.add(place)
        label = world.catalogue.trackers[trap.tracker].label
        yield make_finding(
            world,
            rule,
            Subject("run", label, name),
            place,
            {"entry": run.program.path, "tracker": label, "name": name, "says": trap.says, "remedy": trap.remedy},
            related=(run.program.place,),
            reasoning=(*run.program.reasons, f"{name} at {world.spot(place)} ({trap.id})"),
        )


def _sprung(world: World, run: ProgramRun) -> Iterator[tuple[Trap, Place, str]]:
    for trap, call in run.traps:
        if trap.id not in run.without:
            yield trap, call.place, call.name
    for trap in world.catalogue.traps:
        for start in run.starts:
            if start.entry.id in trap.starts and trap.id not in run.without:
                yield trap, start.place, start.call.name if start.call is not None else start.entry.id
