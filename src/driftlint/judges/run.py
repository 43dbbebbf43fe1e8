"""What about the run itself: files that nothing could read, suppressions that accept nothing.

Promises: these judges run after the others, over what became of their findings. Refuses to know: what was suppressed.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.facts import CutTarget, Finding, Rule, Subject
from driftlint.judges.world import World, make_finding, texts


def judge_read(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding for each file of which nothing could be read."""
    for place, message in world.unread:
        yield make_finding(world, rule, Subject("file", "repository", place.path), place, {"problem": message})


def judge_suppressed(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding for each suppression with one of the problems that the parameter `problems` names."""
    wanted = texts(rule, "problems")
    for problem in world.suppression_problems:
        if problem.kind in wanted:
            subject = Subject("suppression", "repository", problem.rule or problem.place.path)
            target = CutTarget(problem.cut) if problem.cut is not None else None
            yield make_finding(world, rule, subject, problem.place, {"problem": problem.message}, target=target)
