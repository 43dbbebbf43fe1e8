"""What a review takes from the parts that read records and sections.

Promises: one place says what is looked at. Refuses to know: how either is read.
"""

from __future__ import annotations

from driftlint.facts import Report
from driftlint.judges.world import World
from driftlint.review.model import ProgramRecord, Section
from driftlint.review.recording import record_programs
from driftlint.review.section import read_section

_RECORDS, _SECTION = "recorded", "reported"


def read_records(world: World, report: Report) -> tuple[ProgramRecord, ...] | None:
    """Return what each program of a run records, None where no rule looks at it."""
    if not any(rule.judge == _RECORDS for rule in report.rules.values()):
        return None
    return record_programs(world)


def find_section(world: World, report: Report) -> Section | None:
    """Return the reproducibility section of a repo with what a report says of it, None where no rule looks for one."""
    if not any(rule.judge == _SECTION for rule in report.rules.values()):
        return None
    return read_section(world, report)
