"""What a review takes from the parts that read records and sections.

Promises: one place says what is looked at. Refuses to know: how either is read.
"""

from __future__ import annotations

from driftlint.judges.world import World
from driftlint.review.model import ProgramRecord, Section


def read_records(world: World) -> tuple[ProgramRecord, ...] | None:
    """Return what each program of a run records, None where that is not looked at."""
    return None


def find_section(world: World) -> Section | None:
    """Return the reproducibility section of a repo, None where none is looked for."""
    return None
