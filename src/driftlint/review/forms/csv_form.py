"""The inventory as a table for spreadsheets: each reference, and each package that a lock holds.

Promises: RFC 4180; no cell begins with a character by which a spreadsheet would take it for a formula. Refuses to know: findings.
Source of the characters: OWASP, "CSV Injection" (=, +, -, @, tab, carriage return), and their full-width forms.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from driftlint.review.sheet import ItemRow, KeptRow, LockRow, Sheet, Spot

COLUMNS = (
    "id",
    "kind",
    "system",
    "name",
    "version",
    "pin",
    "state",
    "rung",
    "demanded",
    "standing",
    "written",
    "used",
    "held_by",
    "lock_sha256",
    "digests",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def write_csv(sheet: Sheet) -> str:
    """Return the inventory as CSV with a header, CRLF between rows."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in sheet.inventory:
        writer.writerow([guard(cell) for cell in _item(item)])
    named = {(e.path, e.line) for item in sheet.inventory for e in item.evidence}
    for lock in sheet.locks:
        for cells in _packages(lock, named):
            writer.writerow([guard(cell) for cell in cells])
    for output in sheet.kept:
        writer.writerow([guard(cell) for cell in _kept(output)])
    return text.getvalue()


def guard(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe in front makes it text."""
    return "'" + cell if cell.lstrip(" \u00a0\u3000").startswith(_FORMULA) else cell


def _item(item: ItemRow) -> Iterator[str]:
    yield from (item.id, item.kind, item.system, item.name, item.version, item.pin, item.state)
    yield from (item.rung, item.demanded, item.standing)
    yield _list([item.written])
    yield _list(item.used)
    yield " ".join(f"{evidence.path}:{evidence.line}" for evidence in item.evidence)
    yield " ".join(evidence.sha256 for evidence in item.evidence)
    yield " ".join(digest for evidence in item.evidence for digest in evidence.digests)


def _packages(lock: LockRow, named: set[tuple[str, int]]) -> Iterator[tuple[str, ...]]:
    for package in lock.packages:
        if (lock.path, package.line) in named or not package.name or package.origin == "path":
            continue
        yield (
            f"{lock.path}:{package.line}",
            "package",
            "conda" if package.conda else "python",
            package.name,
            package.version,
            package.commit or (f"=={package.version}" if package.version else ""),
            "sealed" if package.held else "version" if package.version else "absent",
            "SEALED" if package.held else "VERSION" if package.version else "ABSENT",
            "",
            "locked",
            f"{lock.path}:{package.line}",
            "",
            f"{lock.path}:{package.line}",
            lock.sha256,
            " ".join(package.digests),
        )


def _kept(output: KeptRow) -> tuple[str, ...]:
    digest = f"{output.algorithm}:{output.digest}"
    said = ("kept:" + output.path, "kept output", "", output.path, digest, digest, "sealed", "SEALED", "", "held")
    return (*said, output.at.label, "", output.at.label, "", digest)


def _list(spots: list[Spot] | tuple[Spot, ...]) -> str:
    return " ".join(spot.label for spot in spots)
