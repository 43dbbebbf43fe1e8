"""Turn the spans of a report into lines and columns, once, in a fixed order.

Promises: the same report gives the same order whatever order it was built in; a place in a file that is not at hand
stays at line 1, column 1 of that file. Refuses to know: how any format writes what it locates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import quote

from msgspec import Struct, field

from driftlint.documents.model import Document, Location
from driftlint.facts import Finding, Fix, Place, Report, Severity
from driftlint.report.redact import clean, redact
from driftlint.text import Edit, Span

Lookup: TypeAlias = Callable[[str], "Document | None"]
"""Gives the document of a repo path, or None when it cannot be had."""


class Region(Struct, frozen=True):
    """A place as people count. Lines and columns are 1-based, columns in code points, the end column is exclusive.

    For notebooks `line` and `end_line` are lines of the raw JSON file, `cell` is the 0-based index over all cells, and
    `cell_line` and the columns count inside the cell's source. `text_line` and `text_end_line` are 1-based lines of the
    document's own text, 0 when there is no document. Line ends at the end of a span are not part of the region.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None = None
    cell_line: int | None = None
    note: str = ""
    text_line: int = 0
    text_end_line: int = 0

    @property
    def in_notebook(self) -> bool:
        """Whether columns count in a cell's source, and so mean nothing in the raw file."""
        return self.cell is not None


class LocatedEdit(Struct, frozen=True):
    """An edit with the exact positions of its span (here line ends count)."""

    edit: Edit
    start: Location
    end: Location


class LocatedFix(Struct, frozen=True):
    """A fix with its edits in source order."""

    fix: Fix
    edits: tuple[LocatedEdit, ...]


class Located(Struct, frozen=True):
    """A finding with the regions of its places. `reason` is given when it was suppressed, else None."""

    finding: Finding
    at: Region
    related: tuple[Region, ...] = ()
    fixes: tuple[LocatedFix, ...] = ()
    reason: str | None = None
    accepted: Region | None = None
    """Where the suppression stands."""

    @property
    def level(self) -> Severity:
        """The finding's severity."""
        return self.finding.severity

    @property
    def message(self) -> str:
        """The message, fit to be shown."""
        return clean(self.finding.message)

    @property
    def remedy(self) -> str:
        """The remedy, fit to be shown; "" when there is none."""
        return clean(self.finding.remedy)


class Locator(Struct):
    """Looks documents up, each once, and turns offsets into positions."""

    lookup: Lookup
    _documents: dict[str, Document | None] = field(default_factory=dict)

    def document(self, path: str) -> Document | None:
        """Return the document of a path, or None."""
        if path not in self._documents:
            self._documents[path] = self.lookup(path)
        return self._documents[path]

    def region(self, place: Place) -> Region:
        """Return where people find a place."""
        document = self.document(place.path)
        if document is None:
            return Region(place.path, 1, 1, 1, 1, note=place.note)
        text = document.text
        start = min(max(place.span.start, 0), len(text))
        end = min(max(place.span.end, start), len(text))
        while end > start and text[end - 1] in "\r\n":
            end -= 1
        first = document.locate(start)
        last_offset = end - 1 if end > start else start
        last = document.locate(last_offset) if end > start else first
        return Region(
            place.path,
            first.line,
            first.column,
            last.line,
            last.column + 1 if end > start else last.column,
            first.cell,
            first.cell_line,
            place.note,
            document.position(start).line,
            document.position(last_offset).line,
        )

    def locate_edit(self, edit: Edit) -> LocatedEdit:
        """Return an edit with exact positions; line 1, column 1 when its file is not at hand."""
        document = self.document(edit.path)
        if document is None:
            return LocatedEdit(edit, Location(1, 1), Location(1, 1))
        start, end = edit.span.start, edit.span.end
        first = document.locate(start)
        if end <= start or document.text[end - 1 : end] in ("", "\n", "\r"):
            return LocatedEdit(edit, first, document.locate(end) if end > start else first)
        # The last character decides: the end offset itself may already belong to the next cell.
        last = document.locate(end - 1)
        return LocatedEdit(edit, first, Location(last.line, last.column + 1, last.cell, last.cell_line))


class LocatedReport(Struct, frozen=True):
    """A report ready to be written: what is to be shown, located and sorted, and what is held back."""

    report: Report
    findings: tuple[Located, ...]
    suppressed: tuple[Located, ...]
    hidden_info: int
    locator: Locator
    baselined: tuple[Located, ...] = ()
    """Findings that the baseline holds."""
    earlier: tuple[Located, ...] = ()
    """Findings that were there at the revision that the report was compared with."""

    def count(self, severity: Severity) -> int:
        """Return how many shown findings have a severity."""
        return sum(1 for item in self.findings if item.level == severity)


def locate_report(report: Report, lookup: Lookup, *, show_info: bool = False) -> LocatedReport:
    """Locate and sort the findings of a report; those of severity "info" are held back unless asked for."""
    locator = Locator(lookup)
    findings, baselined, earlier = (
        sorted((_locate(locator, f) for f in group if show_info or f.severity != "info"), key=_order)
        for group in (report.findings, report.baselined, report.earlier)
    )
    suppressed = sorted(
        (_locate(locator, item.finding, item.reason, item.place) for item in report.suppressed), key=_order
    )
    return LocatedReport(
        report,
        tuple(findings),
        tuple(suppressed),
        len(report.findings) - len(findings),
        locator,
        tuple(baselined),
        tuple(earlier),
    )


def spell_uri(path: str) -> str:
    """Return a POSIX path percent-encoded byte by byte for a URI; undecodable bytes are the bytes that they were."""
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "surrogatepass")
    return quote(raw, safe="/-._~")


def hides_secret(fix: Fix) -> bool:
    """Return whether an edit of the fix would write something that outputs must not hold.

    Such a fix is left out of the formats that tools apply: with ``***`` in it, it would break the file.
    """
    return any(redact(edit.text) != edit.text for edit in fix.edits)


def _locate(locator: Locator, finding: Finding, reason: str | None = None, accepted: Place | None = None) -> Located:
    fixes = tuple(
        LocatedFix(
            fix, tuple(locator.locate_edit(e) for e in sorted(fix.edits, key=lambda e: (e.path, e.span, e.text)))
        )
        for fix in finding.fixes
    )
    return Located(
        finding,
        locator.region(finding.place),
        tuple(locator.region(place) for place in finding.related),
        fixes,
        reason,
        locator.region(accepted) if accepted is not None else None,
    )


def _order(item: Located) -> tuple[str, int, int, str, Span, str, str]:
    at, finding = item.at, item.finding
    return at.path, at.line, at.column, finding.rule, finding.place.span, finding.message, finding.fingerprint
