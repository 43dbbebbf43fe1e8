"""A run's findings as an editor shows them: by file, in the columns that the client counts.

Promises: what is shown is what `check` shows under the same configuration; a file whose text is held back is shown in its
current lines. Refuses to know: the protocol's types.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct, field

from driftlint.cli.common import Target
from driftlint.documents import decode
from driftlint.documents.model import Document
from driftlint.facts import Finding, Place
from driftlint.report.located import Locator, Lookup, Region
from driftlint.report.redact import clean
from driftlint.server.lines_moved import MovedLines
from driftlint.session import Run
from driftlint.text import Encoding, LineIndex, Span, count_units
from driftlint.versions import Held

ROOT = "."
"""Where findings about the whole project stand."""
_HOMES = ("pyproject.toml", "requirements.txt", "environment.yml", "setup.py", "setup.cfg", "README.md")
"""Files that stand for the project where something is missing from all of it, best first."""


class Extent(Struct, frozen=True):
    """A range as the protocol counts: 0-based lines, code units of the client's encoding; `cell` is 0-based, or None."""

    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    cell: int | None = None


class Shown(Struct, frozen=True):
    """One finding in a file. `related` holds path, extent and note of each place on its trail."""

    finding: Finding
    at: Extent
    related: tuple[tuple[str, Extent, str], ...] = ()


class Notice(Struct, frozen=True):
    """Something to know about a file that is no finding of a rule."""

    at: Extent
    message: str
    severity: str = "info"
    code: str = "unparsed"


class FileAnswer(Struct):
    """What is shown in one file. `digest` is the same for the same content."""

    shown: list[Shown] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    digest: str = ""

    def seal(self) -> None:
        """Compute the digest."""
        text = repr([(s.finding.rule, s.finding.severity, s.finding.message, s.at, s.related) for s in self.shown])
        text += repr(self.notices)
        self.digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


class Answer(Struct, frozen=True):
    """What one run says. `texts` are the open texts that it saw, by path; `versions` the client's numbers of them."""

    target: Target | None = None
    run: Run | None = None
    files: Mapping[str, FileAnswer] = field(default_factory=dict)
    held: Mapping[str, Held] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    """What the run read: the session itself may be at the next run by the time that an answer is looked at."""
    problems: tuple[str, ...] = ()
    """What is wrong with the configuration; the last good one then counts."""

    def file(self, path: str) -> FileAnswer:
        """Return what is shown in a file."""
        return self.files.get(path) or FileAnswer()


KnownExtents: TypeAlias = dict[str, tuple[Document, dict[Span, Extent]]]


class Placer:
    """Turns places of a run into extents.

    `lookup` gives documents, `texts` are the open texts, `notebooks` the paths that are open as notebooks, `read` gives
    a file's bytes. `known` holds extents of documents that nobody edits, for the placers to come: nothing else decides them.
    """

    def __init__(
        self,
        lookup: Lookup,
        encoding: Encoding,
        texts: Mapping[str, str],
        held: Mapping[str, Held],
        notebooks: Iterable[str],
        read: Callable[[str], bytes | None],
        known: KnownExtents | None = None,
    ) -> None:
        self._known = known if known is not None else {}
        self.locator = Locator(lookup)
        self._read = read
        self._encoding = encoding
        self._texts = texts
        self._held = held
        self._notebooks = frozenset(notebooks)
        self._moved: dict[str, tuple[MovedLines, LineIndex]] = {}
        self._raw: dict[str, LineIndex] = {}

    def extent(self, place: Place) -> Extent:
        """Return where an editor shows a place."""
        document = self.locator.document(place.path)
        if document is None or document.kind == "notebook" or place.path in self._texts or place.path in self._held:
            return self._find_extent(place, document)
        of, extents = self._known.get(place.path, (None, {}))
        if of is not document:
            extents = {}
            self._known[place.path] = document, extents
        if place.span not in extents:
            extents[place.span] = self._find_extent(place, document)
        return extents[place.span]

    def _find_extent(self, place: Place, document: Document | None) -> Extent:
        region = self.locator.region(place)
        if document is None or not region.text_line:
            return Extent()
        if region.cell is not None and place.path not in self._notebooks:
            return self._raw_line(region)
        first = document.lines.line_text(region.text_line)
        last = document.lines.line_text(region.text_end_line)
        height = region.text_end_line - region.text_line
        columns = self._units(first, region.column - 1), self._units(last, region.end_column - 1)
        if region.cell is not None:
            line = (region.cell_line or 1) - 1
            return Extent(line, columns[0], line + height, columns[1], region.cell)
        if place.path in self._held:
            return self._moved_extent(place.path, region, columns)
        return Extent(region.text_line - 1, columns[0], region.text_end_line - 1, columns[1])

    def in_current(self, path: str, span: Span) -> Extent:
        """Return the extent of a span of an open text itself."""
        lines = LineIndex(self._texts.get(path, ""))
        start, end = lines.position(span.start), lines.position(span.end)
        return Extent(
            start.line - 1,
            self._units(lines.line_text(start.line), start.column - 1),
            end.line - 1,
            self._units(lines.line_text(end.line), end.column - 1),
        )

    def _units(self, line: str, column: int) -> int:
        return count_units(line[:column], self._encoding)

    def _raw_line(self, region: Region) -> Extent:
        """A notebook that is open as JSON: columns count inside a cell, so the whole line is meant."""
        path = region.path
        if path not in self._raw:
            text = self._texts.get(path)
            self._raw[path] = LineIndex(text if text is not None else decode(self._read(path) or b"").text)
        line = self._raw[path].line_text(region.line)
        indent = len(line) - len(line.lstrip())
        return Extent(region.line - 1, indent, region.line - 1, self._units(line, len(line)))

    def _moved_extent(self, path: str, region: Region, columns: tuple[int, int]) -> Extent:
        if path not in self._moved:
            document = self.locator.document(path)
            old = document.text if document is not None else ""
            new = LineIndex(self._texts.get(path, ""))
            lines = [new.line_text(at) for at in range(1, new.line_count + 1)]
            self._moved[path] = MovedLines(_lines_of(old), lines), new
        moved, new = self._moved[path]
        first, same_first = moved.find(region.text_line)
        last, same_last = moved.find(region.text_end_line)
        if same_first and same_last:
            return Extent(first - 1, columns[0], last - 1, columns[1])
        text = new.line_text(first)
        return Extent(
            first - 1, self._units(text, len(text) - len(text.lstrip())), first - 1, self._units(text, len(text))
        )


def _lines_of(text: str) -> list[str]:
    lines = LineIndex(text)
    return [lines.line_text(at) for at in range(1, lines.line_count + 1)]


def show_run(run: Run, target: Target, placer: Placer, held: Mapping[str, Held]) -> dict[str, FileAnswer]:
    """Return what is shown of a run, by path; findings about the whole project stand at a file that stands for it."""
    severities = ("error", "warning", "info")
    mildest = severities.index(target.config.severity)
    files: dict[str, FileAnswer] = {}
    home = _find_home(run, target)
    for finding in run.report.findings:
        if severities.index(finding.severity) > mildest:
            continue
        path = finding.place.path
        if not (target.shows(path) or any(target.shows(place.path) for place in finding.related)):
            continue
        related = tuple((place.path, placer.extent(place), clean(place.note) or "related") for place in finding.related)
        if path == ROOT:
            if home is None:
                continue
            path = home
            shown = Shown(finding, Extent(), related)
        else:
            shown = Shown(finding, placer.extent(finding.place), related)
        files.setdefault(path, FileAnswer()).shown.append(shown)
    for path, hold in held.items():
        message = f"{hold.problem.message}; the findings shown are those of the last text that could be read"
        notice = Notice(placer.in_current(path, hold.problem.span), clean(message))
        files.setdefault(path, FileAnswer()).notices.append(notice)
    for file in files.values():
        file.seal()
    return files


def _find_home(run: Run, target: Target) -> str | None:
    source = target.config.source
    candidates = [source.name] if source is not None and source.parent == target.root else []
    known = set(run.world.paths)
    programs = [program.path for program in run.programs]
    return next((name for name in (*candidates, *_HOMES, *programs, *run.world.paths[:1]) if name in known), None)
