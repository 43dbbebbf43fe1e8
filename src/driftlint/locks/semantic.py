"""The comparison that works for every lock: what is declared must be held.

Promises: a requirement that can apply and that the lock lacks, or holds outside its range, or holds without a commit, is named.
Refuses to know: what was removed from a manifest (an extra package contradicts nothing).
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from driftlint.locks.markers import can_hold
from driftlint.locks.model import Declared, Lock
from driftlint.locks.specifiers import satisfies


class Unmet(Struct, frozen=True):
    """One requirement that a lock does not meet, with the reason in words."""

    name: str
    reason: str


def find_unmet(lock: Lock, declared: Iterable[Declared], *, groups: bool = True) -> list[Unmet]:
    """Return the requirements that a lock does not meet; `groups` False leaves out extras and groups."""
    held: dict[tuple[str, bool], list[str]] = {}
    without_commit: set[str] = set()
    for package in lock.packages:
        held.setdefault((package.name, package.conda), []).append(package.version)
        if package.origin == "vcs" and not package.commit:
            without_commit.add(package.name)
    found = []
    for item in declared:
        if (item.groups and not groups) or not can_hold(item.marker):
            continue
        versions = held.get((item.name, item.conda))
        if versions is None:
            found.append(Unmet(item.name, f"`{item.name}` is not in the lock"))
        elif item.origin == "vcs" and item.name in without_commit:
            found.append(Unmet(item.name, f"`{item.name}` is in the lock without a commit"))
        elif item.origin == "index" and item.specifier:
            answers = [satisfies(version, item.specifier) for version in versions if version]
            if answers and all(answer is False for answer in answers):
                reason = f"`{item.name}` {item.specifier} is asked for, the lock holds {', '.join(versions)}"
                found.append(Unmet(item.name, reason))
    return found
