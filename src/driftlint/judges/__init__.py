"""The named questions that rules hang on. A judge gets a rule and the world, and yields findings.

Promises: quantifiers and order live here, strings live in the packs. Refuses to know: rule names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from driftlint.facts import Finding, Rule
from driftlint.judges.agreed import judge_agreed
from driftlint.judges.declared import judge_declared
from driftlint.judges.locked import judge_locked
from driftlint.judges.pinned import judge_pinned
from driftlint.judges.random import judge_carried, judge_seeded, judge_settled
from driftlint.judges.recorded import judge_recorded
from driftlint.judges.resolved import judge_resolved
from driftlint.judges.run import judge_read, judge_suppressed
from driftlint.judges.tracked import judge_tracked
from driftlint.judges.world import World


def _judge_reported(rule: Rule, world: World) -> Iterable[Finding]:
    from driftlint.judges.reported import judge_reported  # the rules about a report run in a review alone

    return judge_reported(rule, world)


JUDGES: dict[str, Callable[[Rule, World], Iterable[Finding]]] = {
    "pinned": judge_pinned,
    "agreed": judge_agreed,
    "declared": judge_declared,
    "locked": judge_locked,
    "tracked": judge_tracked,
    "seeded": judge_seeded,
    "settled": judge_settled,
    "carried": judge_carried,
    "recorded": judge_recorded,
    "resolved": judge_resolved,
    "reported": _judge_reported,
    "read": judge_read,
    "suppressed": judge_suppressed,
}
AFTERWARDS = frozenset(("read", "suppressed"))
"""Judges that look at what became of the others' findings."""

__all__ = ["AFTERWARDS", "JUDGES", "World"]
