"""Could it be told what each reference names, and how it is pinned?

Promises: a finding for every reference of the rule's kinds that is counted as unknown in the coverage. Refuses to know: why a
value cannot be resolved; whoever counted it says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.facts import Finding, Rule, Subject
from driftlint.judges.world import World, make_finding, texts


def judge_resolved(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding for each name or pin that could not be resolved.

    Parameter: `kinds`; () means every kind.
    """
    kinds = texts(rule, "kinds")
    for place, why, kind in world.coverage.unknown:
        if kind and (not kinds or kind in kinds):
            reasoning = ("the values that the expression may have were followed as far as the repo's text goes", why)
            yield make_finding(world, rule, Subject(kind, "", why), place, {"problem": why}, reasoning=reasoning)
