"""The ids of hosted models that an SDK's wheel enumerates.

Promises: texts in ``Literal[...]`` and in dict displays whose values are dates, read from the syntax; what a file holds
is never run. Refuses to know: which of the texts are ids (the provider's own cases decide), and what a file says in prose.
"""

from __future__ import annotations

import ast
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from msgspec import Struct

from driftlint.facts import State
from driftlint.late_regex import compile_late
from driftlint.packs.catalogue import ModelTable, Provider

_ID = compile_late(r"[\w][\w.:@/-]{2,99}")
_ISO = compile_late(r"20\d\d-\d\d-\d\d")
_LARGEST = 4 * 1024 * 1024
"""Bytes of a Python file beyond which it is not read."""


class Change(Struct, frozen=True):
    """A row that the table lacks, or another shutdown date for one that it has. `was` is the date so far."""

    kind: str
    id: str
    state: State
    until: str
    was: str = ""


def read_wheel(path: Path) -> tuple[frozenset[str], dict[str, str]]:
    """Return the texts of a wheel's ``Literal[...]``, and the texts that a dict gives a date: ISO days.

    Raises OSError or zipfile.BadZipFile where the file is no wheel that can be read.
    """
    texts: set[str] = set()
    dates: dict[str, str] = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.filename.endswith(".py") or info.file_size > _LARGEST:
                continue
            data = archive.read(info)
            if b"Literal[" not in data and b"20" not in data:
                continue
            try:
                tree = ast.parse(data)
            except (SyntaxError, ValueError, RecursionError):
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("Literal"):
                    texts.update(_strings(node.slice))
                elif isinstance(node, ast.Dict):
                    dates.update(_dates(node))
    return frozenset(t for t in texts if _ID.fullmatch(t)), {t: d for t, d in dates.items() if _ID.fullmatch(t)}


def _strings(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _dates(node: ast.Dict) -> Iterator[tuple[str, str]]:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(value, ast.Constant):
            day = _day(value.value)
            if day:
                yield key.value, day


def _day(text: object) -> str:
    """Return a text that is a whole date as an ISO day, "" for anything else."""
    if not isinstance(text, str):
        return ""
    if _ISO.fullmatch(text):
        return text
    words = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", text.replace(",", ""))
    for form in ("%B %d %Y", "%d %B %Y", "%b %d %Y"):
        try:
            return datetime.strptime(words, form).date().isoformat()
        except ValueError:
            continue
    return ""


def compare(
    provider: Provider, table: ModelTable, texts: frozenset[str], dates: dict[str, str]
) -> tuple[list[Change], list[str]]:
    """Return what a wheel says beyond the table of a provider, and the texts that look like its ids and fit no case.

    An id counts when a case of the provider that is not open fits it. Rows are never taken away: older releases name
    models that newer ones leave out, and old repos still ask for them.
    """
    changes: list[Change] = []
    doubtful: list[str] = []
    for text in sorted(texts | dates.keys()):
        until = dates.get(text, "")
        row = table.find(text, provider.id)
        if row is not None:
            if until and until != row.until:
                changes.append(Change("date", text, row.state, until, row.until))
            continue
        case = next((c for c in provider.cases if not c.open and c.pattern.fullmatch(text)), None)
        if case is not None:
            changes.append(Change("new", text, case.state, until))
        elif text in dates:
            doubtful.append(text)
    return changes, doubtful


def updated(text: str, provider: str, changes: list[Change], day: date) -> str:
    """Return the text of a table with the changes of a provider, its rows sorted and its first line dated `day`."""
    head, *lines = text.rstrip("\n").split("\n")
    rows = {(cells[1], cells[0]): cells for cells in (line.split("\t") for line in lines if line)}
    for change in changes:
        cells = rows.setdefault((provider, change.id), [change.id, provider, change.state, "", "", ""])
        cells[3:4] = [change.until or cells[3]]
    ordered = sorted(rows.values(), key=lambda cells: (cells[0], cells[1]))
    head = _ISO.sub(day.isoformat(), head, count=1)
    return "\n".join([head, *("\t".join(cells) for cells in ordered)]) + "\n"


def describe(change: Change) -> str:
    """Return one line for people about a change."""
    if change.kind == "date":
        return f"{change.id}: shut down on {change.until}, the table says {change.was or 'no day'}"
    until = f", shut down on {change.until}" if change.until else ""
    return f"{change.id}: not in the table, {change.state} by its form{until}"
