"""What the programs of a repo record of their runs, as the page of a review shows it.

Promises: every program that trains or evaluates, in path order, with eight parts each. Refuses to know: how it is found out,
and what a finished run has stored.
"""

from __future__ import annotations

import sys
from typing import cast

from driftlint.judges.recorded_parts import parts_of, trackers_of
from driftlint.judges.tracked_runs import runs_of
from driftlint.judges.world import World, is_aside
from driftlint.review.model import PartRecord, ProgramRecord, Recording

_EXAMPLES = frozenset(
    ("benchmark", "benchmarks", "demo", "demos", "example", "examples", "samples", "tutorial", "tutorials")
)
"""Folders in which a library shows how it is used."""
_RECURSION = 8_000
"""Frames that following a program may nest, as in a run."""


def record_programs(world: World) -> tuple[ProgramRecord, ...]:
    """Return what each entry point records, by the trackers that it starts. Asked for after a run; kept in the world."""
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(max(depth, _RECURSION))
    try:
        return tuple(
            ProgramRecord(
                run.program.path,
                run.program.says,
                run.program.place,
                trackers_of(world, run),
                tuple(
                    PartRecord(p.part, cast(Recording, p.recording), p.tracker, p.condition, p.places, p.remedy)
                    for p in parts_of(world, run)
                ),
                _exempt(world, run.program.path, run.program.says),
                bool(run.open_calls),
            )
            for run in runs_of(world)
        )
    finally:
        sys.setrecursionlimit(depth)


def _exempt(world: World, path: str, says: str) -> str:
    """Return why a program makes no result that somebody approves, "" where it may make one."""
    if says != "training":
        return "it does not train"
    if is_aside(world, path):
        return "it belongs to documentation, to tests or to code of others"
    if not _EXAMPLES.isdisjoint(path.split("/")[:-1]) and _is_of_library(world, path):
        return "it is an example of a published library"
    return ""


def _is_of_library(world: World, path: str) -> bool:
    """Return whether the innermost project around a file is marked as a library."""
    above = [folder for folder in world.roles if not folder or path.startswith(f"{folder}/")]
    decision = world.roles[max(above, key=len)] if above else None
    return decision is not None and decision.marked and decision.role == "library"
