"""Conventions of repo layout: which paths are, by habit, not the experiment's own text.

Promises: the conventions are data (``rules/layout.toml``); this module compiles them and answers for one path at a
time. Refuses to know: the disk behind a path, git's ignore files, and what any of the named folders is good for.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import lru_cache
from pathlib import Path

import tomli
from msgspec import Struct

from driftlint.disk import is_file
from driftlint.gitignore import PatternList


class LayoutError(Exception):
    """``layout.toml`` is missing or does not have the form that it must have."""


class Convention(Struct, frozen=True):
    """One ``[[leave_out]]`` table. `larger_than` is in bytes, 0 when size does not matter."""

    reason: str
    patterns: tuple[str, ...]
    holds: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    unless_holds: frozenset[str] = frozenset()
    larger_than: int = 0


class Layout:
    """Compiled conventions, asked by the walk. Conventions whose reason is in `disabled` do not count."""

    def __init__(
        self,
        conventions: tuple[Convention, ...],
        disabled: AbstractSet[str] = frozenset(),
    ) -> None:
        self.disabled = frozenset(disabled)
        self._rules = tuple((c, PatternList(c.patterns)) for c in conventions if c.reason not in disabled)
        self._marks = tuple(c for c, _ in self._rules if c.holds)

    def judge_folder(self, path: str, name: str, beside: AbstractSet[str]) -> Convention | None:
        """Return the convention that leaves a folder out by its name.

        `beside` are the names in the folder that holds it.

        With `unless_holds` set, the answer stands only if the folder holds none of those names.
        """
        for convention, patterns in self._rules:
            if convention.beside and not convention.beside & beside:
                continue
            if patterns.decide(path, name, True):
                return convention
        return None

    def judge_content(self, names: AbstractSet[str]) -> str:
        """Return the reason for which a folder is left out because of the `names` in it, or ""."""
        for convention in self._marks:
            if convention.holds & names:
                return convention.reason
        return ""

    def judge_file(self, path: str, name: str, size: int) -> str:
        """Return the reason for which a file of `size` bytes is left out, or ""."""
        for convention, patterns in self._rules:
            if (not convention.larger_than or size > convention.larger_than) and patterns.decide(path, name, False):
                return convention.reason
        return ""


def find_rules_folder() -> Path:
    """Return the folder of the built-in rules: inside the installed package, or at the top of a source checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / "_rules", package.parent.parent / "rules"):
        if is_file(folder / "layout.toml"):
            return folder
    raise LayoutError(f"the built-in rules are missing: no layout.toml under {package / '_rules'}")


@lru_cache(maxsize=1)
def load_conventions() -> tuple[Convention, ...]:
    """Return the built-in conventions. Raises LayoutError."""
    return parse_conventions((find_rules_folder() / "layout.toml").read_text(encoding="utf-8"))


def parse_conventions(text: str) -> tuple[Convention, ...]:
    """Read the text of a layout file. Raises LayoutError with the number of the table that is wrong."""
    try:
        data = tomli.loads(text)
    except (ValueError, RecursionError) as error:
        raise LayoutError(f"layout.toml: {error}") from None
    if data.get("version") != 1:
        raise LayoutError("layout.toml: version must be 1")
    conventions = []
    for number, table in enumerate(data.get("leave_out", []), start=1):
        unknown = sorted(
            set(table)
            - {
                "reason",
                "patterns",
                "holds",
                "beside",
                "unless_holds",
                "larger_than",
                "source",
                "note",
            }
        )
        if unknown or not table.get("reason") or not table.get("patterns") or not table.get("source"):
            what = f"unknown key {unknown[0]!r}" if unknown else "reason, patterns and source are mandatory"
            raise LayoutError(f"layout.toml: leave_out table {number}: {what}")
        conventions.append(
            Convention(
                table["reason"],
                tuple(table["patterns"]),
                frozenset(table.get("holds", ())),
                frozenset(table.get("beside", ())),
                frozenset(table.get("unless_holds", ())),
                table.get("larger_than", 0),
            )
        )
    return tuple(conventions)
