"""What a review takes from the parts that read records and sections.

Promises: one place says what is looked at. Refuses to know: how either is read.
"""

from __future__ import annotations

from driftlint.judges.world import World
from driftlint.review.model import ProgramRecord, Section


def read_records(world: World) -> tuple[ProgramRecord, ...]:
    """Return what each program of a run records."""
    return ()


def find_section(world: World) -> Section:
    """Return the reproducibility section of a repo."""
    return Section(None)
