"""What the programs of a repo record of their runs, as the page of a review shows it.

Promises: every program that trains or evaluates, in path order, with eight parts each. Refuses to know: how it is found out,
and what a finished run has stored.
"""

from __future__ import annotations

import sys
from typing import cast

from driftlint.judges.recorded_parts import parts_of, trackers_of
from driftlint.judges.tracked_runs import runs_of
from driftlint.judges.world import World
from driftlint.review.model import PartRecord, ProgramRecord, Recording

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
            )
            for run in runs_of(world)
        )
    finally:
        sys.setrecursionlimit(depth)
