"""Do two environment markers say the same, and can a marker be true at all?

Promises: three-valued answers from evaluating both markers wherever they can change their value.
Refuses to know: markers over kernel versions, and relations between variables that no real machine shows.
Sources: PEP 508 environment markers; values of CPython 3.14 and PyPy on Linux, macOS and Windows.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from packaging.markers import Marker

from driftlint.late_regex import compile_late
from driftlint.locks.specifiers import PythonRange

_ATOM = compile_late(
    r"(?<![a-z_])(?P<left>[a-z_]+)\s*(?P<op>===|==|!=|<=|>=|~=|<|>|not\s+in|in)\s*(?P<quote>[\"'])(?P<value>[^\"']*)(?P=quote)"
    r"|(?P<quote2>[\"'])(?P<value2>[^\"']*)(?P=quote2)\s*(?P<op2>===|==|!=|<=|>=|~=|<|>|not\s+in|in)\s*(?P<right>[a-z_]+)"
)
_PYTHON = ("python_version", "python_full_version", "implementation_version")
_OS = ("sys_platform", "platform_system", "os_name")
_MACHINES = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))
_INTERPRETERS = (("implementation_name", "platform_python_implementation"), (("cpython", "CPython"), ("pypy", "PyPy")))
_FREE = ("platform_machine", "extra")
_MOST = 6_000
"""Evaluations (about 20 microseconds each) after which a comparison is given up."""
_OTHER = "other-value"

Environment = dict[str, str]


def same_markers(left: str, right: str, python: PythonRange | None = None) -> bool | None:
    """Return whether two markers agree in every environment of a Python range; None when that cannot be told."""
    if left.strip() == right.strip():
        return True
    return _same(left.strip(), right.strip(), python)


@lru_cache(maxsize=1024)
def _same(left: str, right: str, python: PythonRange | None) -> bool | None:
    try:
        first, second = _parse(left), _parse(right)
        if str(first) == str(second):
            return True
        atoms = _atoms(left) + _atoms(right)
        for environment in _environments(atoms, python, real=True):
            if _holds(first, environment) is not _holds(second, environment):
                return False
        for environment in _environments(atoms, python, real=False):
            if _holds(first, environment) is not _holds(second, environment):
                return None  # they differ on machines that do not exist; a tool may or may not know that
    except (ValueError, RecursionError, _TooMuchError):
        return None
    return True


def can_hold(marker: str, python: PythonRange | None = None) -> bool:
    """Return whether a marker is true in some environment without extras; True where that cannot be told."""
    if not marker.strip():
        return True
    try:
        parsed = _parse(marker)
        return any(
            _holds(parsed, environment)
            for environment in _environments(_atoms(marker), python, real=True)
            if not environment["extra"]
        )
    except (ValueError, RecursionError, _TooMuchError):
        return True


def covers_marker(wide: str, narrow: str, python: PythonRange | None = None) -> bool | None:
    """Return whether a marker holds wherever another one does; None when that cannot be told."""
    if not wide.strip():
        return True
    return same_markers(f"({narrow}) and ({wide})" if narrow.strip() else wide, narrow, python)


def normalise_marker(text: str) -> str:
    """Return a marker in one spelling: quotes and spaces do not count, order and operators do."""
    try:
        return str(Marker(text)) if text.strip() else ""
    except (ValueError, RecursionError):
        return text.strip()


def truth_table(
    markers: Iterable[str], python: PythonRange | None = None
) -> list[tuple[Environment, tuple[bool, ...]]] | None:
    """Return what each of some markers is in every environment without extras; None when that cannot be told."""
    texts = [text.strip() for text in markers]
    try:
        parsed = [_parse(text) for text in texts]
        atoms = [atom for text in dict.fromkeys(texts) for atom in _atoms(text)]
        return [
            (environment, tuple(_holds(marker, environment) for marker in parsed))
            for environment in _environments(atoms, python, real=True)
            if not environment["extra"]
        ]
    except (ValueError, RecursionError, _TooMuchError):
        return None


class _TooMuchError(Exception):
    pass


def _parse(text: str) -> Marker | None:
    return Marker(text) if text else None


def _holds(marker: Marker | None, environment: Environment) -> bool:
    return marker is None or marker.evaluate(environment)


def _atoms(text: str) -> list[tuple[str, str]]:
    """Return (variable, value) of every comparison; raise where one is not understood."""
    found = []
    for match in _ATOM.finditer(text):
        variable, value = match["left"] or match["right"], match["value"] if match["left"] else match["value2"]
        if (match["op"] or match["op2"]).split()[-1] == "in":
            found += [(variable, part) for part in re.split(r"[\s,]+", value) if part]
        found.append((variable, value))
    known = {*_PYTHON, *_OS, *_INTERPRETERS[0], *_FREE}
    if any(variable not in known for variable, _ in found):
        raise _TooMuchError
    return found


def _environments(atoms: list[tuple[str, str]], python: PythonRange | None, *, real: bool) -> Iterator[Environment]:
    """Yield environments in which the comparisons can take every value; `real`: only such as machines show."""
    mentioned = {variable for variable, _ in atoms}
    axes: list[list[Environment]] = []
    axes.append(_pythons([value for variable, value in atoms if variable in _PYTHON], python))
    axes += _tied(atoms, mentioned, _OS, _MACHINES, real)
    axes += _tied(atoms, mentioned, _INTERPRETERS[0], _INTERPRETERS[1], real)
    for variable in _FREE:
        values = sorted({value for name, value in atoms if name == variable})
        axes.append([{variable: value} for value in (*values, "" if variable == "extra" else _OTHER)])
    size = 1
    for axis in axes:
        size *= len(axis)
    if size > _MOST:
        raise _TooMuchError
    for parts in itertools.product(*axes):
        yield {name: value for part in parts for name, value in part.items()}


def _tied(
    atoms: list[tuple[str, str]],
    mentioned: set[str],
    variables: tuple[str, ...],
    profiles: tuple[tuple[str, ...], ...],
    real: bool,
) -> list[list[Environment]]:
    """Return the axes of variables that depend on each other: one axis of profiles, or one axis a variable."""
    if not mentioned & set(variables):
        return [[dict(zip(variables, profiles[0], strict=True))]]
    values = {
        variable: [*sorted({v for name, v in atoms if name == variable} | {p[at] for p in profiles}), _OTHER]
        for at, variable in enumerate(variables)
    }
    if not real:
        return [[{variable: value} for value in values[variable]] for variable in variables]
    axis = [dict(zip(variables, profile, strict=True)) for profile in profiles]
    for at, variable in enumerate(variables):
        for value in values[variable]:
            if all(value != profile[at] for profile in profiles):
                axis.append({**dict.fromkeys(variables, _OTHER), variable: value})
    return [axis]


def _pythons(values: list[str], python: PythonRange | None) -> list[Environment]:
    points = {(3, 10, 0)}
    bounds = [text for text in (python.lower, python.upper) if text] if python is not None else []
    for numbers in [*map(_numbers, values), *bounds]:
        if not numbers:
            continue
        major, minor, micro = (*numbers, 0, 0, 0)[:3]
        points |= {(major, minor, micro), (major, minor, micro + 1), (major, minor, 0), (major, minor, 99)}
        points |= {(major, minor + 1, 0), (major, max(minor - 1, 0), 0), (major, minor, max(micro - 1, 0))}
    inside = sorted(point for point in points if python is None or python.contains(point))
    if not inside and python is not None:
        inside = [(*python.lower, 0, 0, 0)[:3]]  # type: ignore[list-item]
    return [
        {
            "python_version": f"{major}.{minor}",
            "python_full_version": f"{major}.{minor}.{micro}",
            "implementation_version": f"{major}.{minor}.{micro}",
        }
        for major, minor, micro in inside
    ]


def _numbers(text: str) -> tuple[int, ...]:
    match = re.match(r"\d{1,9}(?:\.\d{1,9})*", text)
    return tuple(int(part) for part in match[0].split(".")) if match else ()
