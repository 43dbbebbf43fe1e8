"""The reproducibility section as the review shows it, and a draft of it from what the repo knows.

Promises: what the section says and lacks in one order; a draft leaves a marked blank for all that the repo does not hold.
Refuses to know: how a page is written, and how the section was read.
"""

from __future__ import annotations

from driftlint.facts import Finding, Report
from driftlint.judges.section.read import section_of
from driftlint.judges.world import World
from driftlint.review.model import Section, SectionItem
from driftlint.review.section.draft import draft_section

__all__ = ["draft_section", "read_section"]

_JUDGE = "reported"


def read_section(world: World, report: Report | None = None) -> Section:
    """Return the section of a finished run. `report` gives the findings about it that stand after suppressions."""
    found = section_of(world)
    faults: tuple[Finding, ...] = ()
    if report is not None:
        rules = report.rules
        faults = tuple(f for f in report.findings if f.rule in rules and rules[f.rule].judge == _JUDGE)
    written = found.written
    return Section(
        written.place if written is not None else None,
        written.title if written is not None else "",
        tuple(SectionItem(said.label, said.text, said.place) for said in found.said),
        faults,
    )
