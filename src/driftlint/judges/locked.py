"""Does a lock stand beside what declares the packages?

Promises: a manifest with hashes, or one that a lock in its folder or above covers, is never a finding.
Refuses to know: whether a lock is fresh.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from driftlint.facts import Finding, Place, Rule, Subject
from driftlint.judges.world import World, make_finding, texts
from driftlint.mentions import recognise_lock
from driftlint.text import Span


def judge_locked(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield one finding a manifest that has no lock. Parameters: `forms` (which mentions make a file a manifest)."""
    forms, not_groups = texts(rule, "forms"), texts(rule, "not_groups")
    locked = {posixpath.dirname(path) for path in world.paths if recognise_lock(path)}
    seen: dict[str, Place] = {}
    sealed: set[str] = set()
    for reference in world.references:
        if reference.subject.kind != "package" or (forms and reference.form not in forms):
            continue
        if set(not_groups) & set(reference.groups):
            continue
        if reference.pin.state == "sealed" or "compiled" in reference.groups:
            sealed.add(reference.where.path)
        seen.setdefault(reference.where.path, reference.where)
    for path, place in seen.items():
        folder = posixpath.dirname(path)
        if path in sealed or any(folder == lock or folder.startswith(lock + "/") or not lock for lock in locked):
            continue
        yield make_finding(
            world,
            rule,
            Subject("environment", "repository", path),
            Place(path, Span(place.span.start, place.span.end)),
            {},
            reasoning=("no lock file stands in its folder or above, and no line carries a hash",),
        )
