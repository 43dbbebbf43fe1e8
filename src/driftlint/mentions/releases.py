"""Which releases of a distribution a repo's pins leave open, against a requirement such as ``pkg<2.16``.

Promises: an answer only where some pin could be read; a lock or an exact pin is that version, a range is looked at on a grid of
numbers. Refuses to know: which releases exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from driftlint.distributions import canonicalize_name
from driftlint.mentions.version_sets import read_versions

if TYPE_CHECKING:
    from packaging.version import Version


@cache
def _grid() -> tuple[Version, ...]:
    """Return majors and minors that a range is tried on. Numbers that no release has do no harm."""
    from packaging.version import Version

    return (*(Version(f"{major}.{minor}") for major in range(8) for minor in range(64)), Version("99"))


def name_of(requirement: str) -> str:
    """Return the distribution that a requirement names, normalised.

    Raises:
        InvalidRequirement: it is none.
    """
    from packaging.requirements import Requirement

    return canonicalize_name(Requirement(requirement).name)


def is_requirement(text: str) -> bool:
    """Return whether a text names a distribution and some of its releases, and nothing else."""
    from packaging.requirements import Requirement

    try:
        read = Requirement(text)
    except (ValueError, RecursionError):
        return False
    return bool(read.specifier) and not (read.extras or read.marker or read.url)


def allow_only(selectors: Iterable[str], requirement: str) -> bool:
    """Return whether pins (``==1.2``, ``>=1,<2``) allow only releases that satisfy a requirement."""
    allowed = [found for selector in selectors if (found := _satisfying(selector, requirement)) is not None]
    return bool(allowed) and all(some == every for some, every in allowed)


def rule_out(selectors: Iterable[str], requirement: str) -> bool:
    """Return whether pins allow no release that satisfies a requirement."""
    allowed = [found for selector in selectors if (found := _satisfying(selector, requirement)) is not None]
    return bool(allowed) and not any(some for some, _ in allowed)


@lru_cache(maxsize=4096)
def _satisfying(selector: str, requirement: str) -> tuple[int, int] | None:
    """Return how many of the releases that a pin allows satisfy a requirement, and how many it allows; None for none."""
    from packaging.requirements import Requirement

    allowed = _allowed(selector)
    wanted = Requirement(requirement).specifier
    return (sum(wanted.contains(v, prereleases=True) for v in allowed), len(allowed)) if allowed else None


@lru_cache(maxsize=4096)
def _allowed(selector: str) -> tuple[Version, ...]:
    found = read_versions(selector, "python") or read_versions(selector, "conda")
    if found is None:
        return ()
    if found.exact is not None:
        return (found.exact,)
    return tuple(version for version in _grid() if found.allowed.contains(version, prereleases=True))
