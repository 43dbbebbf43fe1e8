"""Version specifiers: which of two are the same, what a Python range spans, what ``^1.2`` means in PEP 440.

Promises: forms that compare equal exactly when the text means the same to a resolver.
Refuses to know: which versions exist.
Sources: PEP 440; Poetry 2.5 "dependency specification"; conda "package match specifications".
"""

from __future__ import annotations

import re

from msgspec import Struct
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_version
from packaging.version import Version

from driftlint.late_regex import compile_late

_LONGEST = 2_000
"""Characters; what is longer is no constraint that anyone wrote."""
_CARET = compile_late(r"(?P<op>\^|~(?!=))\s*(?P<version>\d[\w.+!-]*)")
_BARE = compile_late(r"(?:=(?!=)\s*)?(?P<version>v?\d[\w.!+-]*(?:\.\*)?)")


class PythonRange(Struct, frozen=True):
    """The releases between two bounds; `lower` and `upper` are () where there is none. Trailing zeros are taken off."""

    lower: tuple[int, ...] = ()
    lower_included: bool = True
    upper: tuple[int, ...] = ()
    upper_included: bool = False

    def contains(self, release: tuple[int, ...]) -> bool:
        """Return whether a release, such as (3, 11, 4), lies inside."""
        release = _strip(release)
        if self.lower and (release < self.lower or (release == self.lower and not self.lower_included)):
            return False
        return not (self.upper and (release > self.upper or (release == self.upper and not self.upper_included)))

    def meet(self, other: PythonRange) -> PythonRange:
        """Return what lies inside both."""
        lower = max((self.lower, not self.lower_included), (other.lower, not other.lower_included))
        uppers = [(r.upper, r.upper_included) for r in (self, other) if r.upper]
        upper, included = min(uppers) if uppers else ((), False)
        return PythonRange(lower[0], not lower[1], upper, included)


def python_range(text: str) -> PythonRange | None:
    """Return the range that a specifier spans, exclusions inside it left out; None for what is no PEP 440 specifier."""
    try:
        specifiers = SpecifierSet(text)
        found = PythonRange()
        for one in specifiers:
            if one.operator == "===":
                return None
            star = one.version.endswith(".*")
            release = Version(one.version.removesuffix(".*")).release
            bare = _strip(release)
            if one.operator == "==" and star:
                part = PythonRange(bare, True, _strip(_next(release)), False)
            elif one.operator == "~=":
                part = PythonRange(bare, True, _strip(_next(release[:-1])), False)
            elif one.operator == "==":
                part = PythonRange(bare, True, bare, True)
            elif one.operator in (">=", ">"):
                part = PythonRange(bare, one.operator == ">=")
            elif one.operator in ("<=", "<"):
                part = PythonRange((), True, bare, one.operator == "<=")
            else:
                part = PythonRange()
            found = found.meet(part)
    except (ValueError, RecursionError):
        return None
    return found


def specifier_key(text: str) -> frozenset[tuple[str, str]]:
    """Return the clauses of a specifier in a form in which order, spaces and trailing zeros do not count.

    Raises InvalidSpecifier.
    """
    return frozenset((one.operator, _version_key(one.operator, one.version)) for one in SpecifierSet(text))


def _version_key(operator: str, version: str) -> str:
    if operator == "===":
        return version
    if version.endswith(".*"):
        return f"{version[:-2].lstrip('v')}.*"
    return canonicalize_version(version, strip_trailing_zero=True)


def satisfies(version: str, specifier: str | None) -> bool | None:
    """Return whether a locked version lies inside a specifier, None for a form that neither side of PEP 440 has."""
    if not specifier or not specifier.strip():
        return True
    try:
        return SpecifierSet(specifier).contains(Version(version), prereleases=True)
    except (ValueError, RecursionError):
        return None


def fits(version: str, selector: str | None, *, conda: bool = False) -> bool:
    """Return whether a locked version fits a selector of any manifest's grammar; a form that none has is taken to fit.

    `conda`: the selector is of conda's grammar, in which ``=1.26`` is a series and ``1.26`` a version.
    """
    if not selector:
        return True
    for read in (read_conda_specifier,) if conda else (str, read_poetry_specifier, read_conda_specifier):
        answer = satisfies(version, read(selector))
        if answer is not None:
            return answer
    return True


def read_poetry_specifier(text: str) -> str | None:
    """Return a version constraint of Poetry or Pipenv as PEP 440 text ("" is any version), None where it has no such form."""
    text = text.strip()
    if text in ("", "*"):
        return ""
    if "||" in text or " | " in text or len(text) > _LONGEST:
        return None
    clauses = []
    for part in re.split(r"\s*,\s*|\s+(?=[<>=!~^])", text):
        caret = _CARET.fullmatch(part)
        bare = _BARE.fullmatch(part)
        if caret is not None:
            limit = _limit(caret["op"], caret["version"])
            if limit is None:
                return None
            clauses.append(f">={caret['version']},<{limit}")
        elif bare is not None:
            clauses.append(f"=={bare['version'].lstrip('v')}")
        else:
            clauses.append(part)
    joined = ",".join(clauses)
    try:
        SpecifierSet(joined)
    except (ValueError, RecursionError):
        return None
    return joined


def read_conda_specifier(text: str) -> str | None:
    """Return a version constraint of a conda match specification as PEP 440 text, None where it has no such form."""
    text = text.strip()
    if not text or text == "*":
        return ""
    if "|" in text:
        return None
    clauses = []
    for part in text.split(","):
        part = part.strip()
        fuzzy = re.fullmatch(r"=?(\d[\w.]*?)(?:\.?\*)?", part)
        if part.startswith("=="):
            clauses.append(part)
        elif fuzzy is not None:
            exact = not part.startswith("=") and not part.endswith("*")
            clauses.append(f"=={fuzzy[1]}" if exact else f"=={fuzzy[1]}.*")
        else:
            clauses.append(part)
    joined = ",".join(clauses)
    try:
        SpecifierSet(joined)
    except (ValueError, RecursionError):
        return None
    return joined


def _limit(operator: str, version: str) -> str | None:
    """Return the first version that ``^version`` or ``~version`` leaves out."""
    try:
        release = Version(version).release
    except (ValueError, RecursionError):
        return None
    if operator == "~":
        kept = release[:2] if len(release) > 1 else release
    else:
        first = next((at for at, part in enumerate(release) if part), len(release) - 1)
        kept = release[: first + 1]
    return ".".join(map(str, _next(kept)))


def _next(release: tuple[int, ...]) -> tuple[int, ...]:
    return (*release[:-1], release[-1] + 1) if release else (1,)


def _strip(release: tuple[int, ...]) -> tuple[int, ...]:
    while release and release[-1] == 0:
        release = release[:-1]
    return release
