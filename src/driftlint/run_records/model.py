"""What a run stored, the same for every tracker.

Promises: plain, frozen data; a part that the record does not hold is empty. Refuses to know: formats.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from driftlint.late_regex import compile_late

PARTS = ("code", "data", "environment", "hyperparameters", "seeds", "metrics", "artifacts", "lineage")
_SEED = compile_late(r"(?:.*[_./-])?(?:seeds?|random_state|random_seed|rng_seed)", re.IGNORECASE)
"""Names under which a parameter holds a seed."""
_REQUIREMENT = compile_late(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*==\s*([\w.!+-]+)")

_RELEASE = compile_late(r"(?<!\d)\d+\.\d+(?:\.\d+\w*)?")


class RecordError(Exception):
    """A record that cannot be read: where, and why, in one line."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


class DataHash(Struct, frozen=True):
    """What a record says of one data set or input file. `algorithm` is that of `digest`, "" where it is the tracker's own."""

    name: str
    digest: str
    algorithm: str = ""
    covers: str = ""
    """What the digest does not cover, "" when it covers every byte."""


class RunRecord(Struct, frozen=True):
    """One run as its tracker stored it. `path` is where; texts are as stored."""

    system: str
    path: str
    run: str = ""
    program: str = ""
    commit: str = ""
    dirty: bool | None = None
    """Whether the tree had changes; None where the record does not say."""
    python: str = ""
    packages: Mapping[str, str] = field(default_factory=dict)
    """Distribution as written -> version."""
    hyperparameters: Mapping[str, str] = field(default_factory=dict)
    seeds: Mapping[str, str] = field(default_factory=dict)
    data: tuple[DataHash, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    """Last value of each."""
    artifacts: tuple[str, ...] = ()
    lineage: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be read, and what a reader of the record has to know."""
    untold: frozenset[str] = frozenset()
    """Parts that may be in the record in a form that is not read."""
    images: tuple[str, ...] = ()
    """Images that parts of it ran in, as they are named."""

    def parts(self) -> dict[str, str]:
        """Return what there is of each of the eight parts, in words; "" for what is not there."""
        return {
            "code": self.commit,
            "data": ", ".join(f"{d.name} {d.digest}".strip() for d in self.data if d.digest),
            "environment": ", ".join([*([f"{len(self.packages)} packages"] if self.packages else []), *self.images]),
            "hyperparameters": _names(self.hyperparameters),
            "seeds": ", ".join(f"{name}={value}" for name, value in self.seeds.items()),
            "metrics": _names(self.metrics),
            "artifacts": ", ".join(self.artifacts),
            "lineage": ", ".join(self.lineage),
        }


def _names(values: Mapping[str, object]) -> str:
    return ", ".join(values)


def find_seeds(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that hold a seed, told by their names; one without a value is none."""
    return {n: v for n, v in parameters.items() if _SEED.fullmatch(n) and v.strip() not in ("", "None", "null")}


def read_requirements(lines: str) -> dict[str, str]:
    """Return the exact versions among lines of requirements (``name==version``), others left out."""
    found: dict[str, str] = {}
    for line in lines.splitlines():
        match = _REQUIREMENT.match(line.strip())
        if match is not None:
            found[match[1]] = match[2]
    return found


def flatten(value: object, prefix: str = "", depth: int = 0) -> dict[str, str]:
    """Return nested mappings as dotted names with values as text; lists stay one value."""
    if isinstance(value, Mapping) and depth < 12:
        found: dict[str, str] = {}
        for name, inner in value.items():
            found |= flatten(inner, f"{prefix}.{name}" if prefix else str(name), depth + 1)
        return found
    return {prefix: as_text(value)} if prefix else {}


def find_version(text: str) -> str:
    """Return the release in how an interpreter names itself ("CPython 3.11.7", "3.11.7 (main, ...)"), "" for none."""
    found = _RELEASE.search(text)
    return found[0] if found is not None else ""


def as_mapping(value: object) -> Mapping[Any, Any]:
    """Return a value that ought to be a mapping, an empty one where it is none: what others stored may have any shape."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: object) -> list[Any]:
    """Return a value that ought to be a list, an empty one where it is none."""
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    """Return a value as people write it."""
    if value is None:
        return "None"
    try:
        return value if isinstance(value, str) else str(value)
    except RecursionError:
        return "(nested too deeply)"
