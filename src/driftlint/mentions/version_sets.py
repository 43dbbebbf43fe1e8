"""Which versions a written pin allows, so that two pins of one thing can be compared.

Promises: a set only for forms that are read exactly; None where a form is not, so that nothing is compared by guess.
Refuses to know: which pins belong together, and which versions exist.
Sources: PEP 440; the version constraints of Poetry's documentation; conda's package match specification.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from driftlint.late_regex import compile_late

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

Grammar: TypeAlias = Literal["python", "conda"]

_CLAUSE = compile_late(r"(?P<op>===|==|~=|!=|<=|>=|<|>|\^|~|=)?\s*(?P<version>[\w.*+!-]+)")
_RELEASE = compile_late(r"\d+(?:\.\d+)*")
_PREFIX = compile_late(r"\d+(?:\.\d+)*\.(?:\*|x)")
_PYTHON_TAG = compile_late(r"(\d{1,9}(?:\.\d{1,9}){0,2})(?:\.[x*])?(?![\w.])")
_PYTHONS = tuple(
    (major, minor, micro) for major, minors in ((2, (7,)), (3, range(21))) for minor in minors for micro in range(31)
)
"""Releases of the interpreter that a set is made of. Newer minors than exist do no harm."""


class VersionSet(Struct, frozen=True):
    """What a pin allows. `exact` is the one version that it names, None for a range."""

    allowed: SpecifierSet
    exact: Version | None

    def contradicts(self, other: VersionSet) -> bool:
        """Return whether no version can satisfy both, where at least one of them names a single version."""
        meets = [
            b.allowed.contains(a.exact, prereleases=True)
            for a, b in ((self, other), (other, self))
            if a.exact is not None
        ]
        return bool(meets) and not any(meets)


@lru_cache(maxsize=4096)
def read_versions(selector: str, grammar: Grammar) -> VersionSet | None:
    """Return what a selector allows (``==1.2``, ``^1.2``, ``=1.2=build``), None where it is not read exactly."""
    from packaging.specifiers import SpecifierSet

    text = selector.strip().strip("()").strip()
    if not text or "|" in text or "[" in text or "$" in text:
        return None
    if "," not in text and (text[0].isdigit() or text[0] == "=") and (build := re.search(r"(?<=\w)=|\s+", text)):
        before = text[: build.start()]
        if build.group() == "=" or (grammar == "conda" and before.strip("=")):
            text = before  # what follows is a build
    clauses: list[str] = []
    exact: Version | None = None
    for part in text.split(","):
        match = _CLAUSE.fullmatch(part.strip())
        if match is None:
            return None
        read = _read_clause(match["op"] or "", match["version"], grammar)
        if read is None:
            return None
        clauses.append(read[0])
        exact = exact or read[1]
    try:
        return VersionSet(SpecifierSet(",".join(clauses)), exact)
    except (ValueError, RecursionError):
        return None


def _read_clause(operator: str, version: str, grammar: Grammar) -> tuple[str, Version | None] | None:
    """Return a clause as PEP 440 writes it, and the version that it names if it names one."""
    from packaging.version import Version

    if version == "*":
        return None
    if _PREFIX.fullmatch(version):
        return (f"{operator if operator == '!=' else '=='}{version[:-1]}*", None) if operator in "!==" else None
    try:
        number = Version(version)
    except (ValueError, RecursionError):
        return None
    if operator in ("==", "==="):
        return f"=={version}", number
    if operator in ("", "="):
        if grammar == "conda" and operator == "=":
            whole = version.count(".") >= 2
            return f"=={number.public}.*", number if whole else None
        return f"=={version}", number
    if operator in ("^", "~"):
        upper = _next_release(number.release, operator)
        return f">={version},<{upper}", None
    return f"{operator}{version}", None


def _next_release(release: tuple[int, ...], operator: str) -> str:
    if operator == "~":
        kept = list(release[:2])
    else:
        first = next((at for at, part in enumerate(release) if part), len(release) - 1)
        kept = list(release[: first + 1])
    kept[-1] += 1
    return ".".join(map(str, kept))


@lru_cache(maxsize=512)
def read_pythons(selector: str) -> frozenset[tuple[int, int, int]] | None:
    """Return the interpreter releases (major, minor, micro) that a selector allows; None where it is not read exactly.

    A bare version, ``=3.11`` and ``==3.11`` mean every release of it: who writes them means the series.
    """
    text = selector.strip()
    bare = _PYTHON_TAG.match(text.lstrip("=").strip())
    if bare is not None and "," not in text and "|" not in text:
        parts = tuple(int(part) for part in bare[1].split("."))
        return frozenset(python for python in _PYTHONS if python[: len(parts)] == parts)
    versions = read_versions(text, "python")
    if versions is None:
        return None
    return frozenset(p for p in _PYTHONS if versions.allowed.contains(".".join(map(str, p)), prereleases=True))
