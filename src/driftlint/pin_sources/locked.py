"""Versions from the repo's own locks.

Promises: the nearest lock at or above the place counts, and only where it holds one version of the name. Refuses to
know: whether the lock is fresh (its own rule tells).
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from driftlint.distributions import canonicalize_name
from driftlint.facts import Reference
from driftlint.locks import Lock
from driftlint.pins import RELEASES, Proposal


class LockedVersions:
    """Answers for packages out of locks, by path."""

    answers = (RELEASES,)

    def __init__(self, locks: Mapping[str, Lock]) -> None:
        self._locks = locks

    def find(self, reference: Reference) -> Proposal | None:
        """Return the version that the nearest lock holds."""
        name = canonicalize_name(reference.subject.name.split("[")[0])
        folder = posixpath.dirname(reference.where.path)
        while True:
            for path, lock in sorted(self._locks.items()):
                if posixpath.dirname(path) == folder and path != reference.where.path:
                    versions = {v for v in lock.versions(name) if v}
                    if len(versions) == 1:
                        return Proposal(versions.pop(), path)
            if not folder:
                return None
            folder = posixpath.dirname(folder)
