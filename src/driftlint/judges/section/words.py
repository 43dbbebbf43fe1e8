"""The words by which the section and its parts are known, as the packs' ``[report]`` table gives them.

Promises: compiled once. Refuses to know: any of the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from driftlint.gitignore import PatternList
from driftlint.late_regex import compile_late

_NEVER = compile_late(r"(?!)")


class Item(Struct, frozen=True):
    """One part of the section. A passage says it in which `every` pattern is found and `never` is not.

    `code`: commands may say it too.
    """

    name: str
    label: str
    every: tuple[re.Pattern[str], ...]
    never: re.Pattern[str] = _NEVER
    code: bool = False

    def find(self, text: str) -> re.Match[str] | None:
        """Return where a text says it, None where it does not."""
        found = [pattern.search(text) for pattern in self.every]
        first = found[0] if found and all(found) else None
        if first is None or self.never.search(text[: first.start()][-40:]):
            return None
        return first


class Tasks(Struct, frozen=True):
    """A program that runs tasks by name: command words, files, and the key below which the names stand."""

    lead: tuple[str, ...]
    files: tuple[str, ...]
    routes: tuple[tuple[str, ...], ...]
    strict: bool
    value_flags: frozenset[str]


class Words(Struct, frozen=True, dict=True):
    """All of it."""

    files: tuple[PatternList, ...]
    endings: tuple[str, ...]
    not_files: PatternList
    strong: re.Pattern[str]
    headings: re.Pattern[str]
    not_headings: re.Pattern[str]
    blanks: re.Pattern[str]
    launchers: frozenset[str]
    shells: frozenset[str]
    setup: re.Pattern[str]
    outputs: frozenset[str]
    configs: frozenset[str]
    made: re.Pattern[str]
    placeholders: re.Pattern[str]
    produces: tuple[tuple[str, ...], ...]
    neutral: tuple[str, ...]
    packages: Mapping[str, str]
    lock_used: Mapping[str, re.Pattern[str]]
    """By format of a lock: what a command that uses one says."""
    hides_setup: re.Pattern[str]
    items: Mapping[str, Item] = field(default_factory=dict)
    tasks: tuple[Tasks, ...] = ()


def read_words(extra: Mapping[str, object]) -> Words:
    """Return the words of the loaded packs."""
    given = extra.get("report")
    table: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    items = {
        name: Item(
            name,
            str(row.get("label", name)),
            tuple(re.compile(text, re.IGNORECASE) for text in row.get("all", ())),
            _any(row.get("not", ())),
            bool(row.get("code")),
        )
        for name, row in table.get("items", {}).items()
    }
    tasks = tuple(
        Tasks(
            tuple(lead.split()),
            tuple(row.get("files", ())),
            (
                tuple(row["route"].split(".")),
                *(tuple(f"{below}.{row['route']}".split(".")) for below in row.get("below", ())),
            ),
            bool(row.get("strict")),
            frozenset(row.get("value_flags", ())),
        )
        for lead, row in table.get("tasks", {}).items()
    )
    return Words(
        tuple(PatternList((pattern,)) for pattern in table.get("files", ())),
        tuple(table.get("endings", ())),
        PatternList(tuple(table.get("not_files", ()))),
        _any(table.get("strong", ())),
        _any(table.get("headings", ())),
        _any(table.get("not_headings", ())),
        _any(table.get("blanks", ())),
        frozenset(table.get("launchers", ())),
        frozenset(table.get("shells", ())),
        _any(table.get("setup", ())),
        frozenset(table.get("outputs", ())),
        frozenset(table.get("configs", ())),
        _any(table.get("made", ())),
        _any(table.get("placeholders", ())),
        tuple(tuple(lead.split()) for lead in table.get("produces", ())),
        tuple(table.get("neutral", {}).get("words", ())),
        table.get("packages", {}),
        {name: _any(row) for name, row in table.get("lock_used", {}).items()},
        _any(table.get("hides_setup", ())),
        items,
        tasks,
    )


def _any(patterns: object) -> re.Pattern[str]:
    texts = [str(text) for text in patterns] if isinstance(patterns, (list, tuple)) else []
    return re.compile("|".join(f"(?:{text})" for text in texts), re.IGNORECASE) if texts else _NEVER
