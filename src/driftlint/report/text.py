"""The format for people at a terminal: each finding with the source it speaks of, then the trail, the remedy, a tally.

Promises: carets stand under the span whatever the line holds (tabs, wide and combining characters, hidden secrets), no
excerpt line is wider than about 120 columns. Refuses to know: the width of the terminal; only ASCII is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import category, east_asian_width

from msgspec import Struct

from driftlint.documents.model import Document
from driftlint.facts import Severity
from driftlint.report.located import Located, LocatedReport, Region, spell_uri
from driftlint.report.redact import MASK, clean, find_secrets, make_visible, show_path

_WIDTH = 120
_TAB = 4
_WINDOW = 4096
"""Code points on either side of what is shown in which secrets are looked for."""
_MAX_LINES = 5

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "bold": "1",
    "gutter": "1;34",
    "help": "1;32",
    "dim": "2",
}


class Pen(Struct, frozen=True):
    """Writes ANSI styles and OSC 8 links, or plain text when neither is wanted. `root` is the absolute root or ""."""

    color: bool = False
    hyperlinks: bool = False
    root: str = ""

    def paint(self, text: str, style: str) -> str:
        """Return `text` in one of the known styles."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.color and text else text

    def link(self, text: str, path: str) -> str:
        """Return `text` as a link to a file of the project."""
        if not self.hyperlinks or not self.root.startswith("/"):
            return text
        target = spell_uri(f"{self.root.rstrip('/')}/{path}")
        return f"\x1b]8;;file://{target}\x1b\\{text}\x1b]8;;\x1b\\"


def write_text(located: LocatedReport, *, color: bool, show_suppressed: bool, hyperlinks: bool) -> str:
    """Return the report for a terminal."""
    pen = Pen(color, hyperlinks, located.report.root)
    blocks = [_write_finding(item, located, pen) for item in located.findings]
    if show_suppressed:
        blocks += [_write_finding(item, located, pen) for item in located.suppressed]
    return "\n".join([*blocks, write_footer(located, pen)])


def show_region(region: Region, pen: Pen) -> str:
    """Return ``path:line:column``, for notebooks ``path:cell N:line:column (line RAW)`` with a 1-based cell."""
    if region.cell is None:
        where = f"{region.line}:{region.column}"
        return f"{pen.paint(pen.link(show_path(region.path), region.path), 'bold')}:{where}"
    path = pen.paint(pen.link(show_path(region.path), region.path), "bold")
    return f"{path}:cell {region.cell + 1}:{region.cell_line}:{region.column} (line {region.line})"


def _write_finding(item: Located, located: LocatedReport, pen: Pen) -> str:
    finding = item.finding
    label = pen.paint(f"{finding.severity}[{make_visible(finding.rule)}]", finding.severity)
    if item.reason is not None:
        label = pen.paint("suppressed ", "dim") + label
    lines = [f"{show_region(item.at, pen)}: {label} {pen.paint(item.message, 'bold')}"]
    places = [(item.at, "^"), *((region, "-") for region in item.related)]
    drawn = [_excerpt(located.locator.document(region.path), region, mark) for region, mark in places]
    gutter = max((len(row.label) for rows in drawn for row in rows), default=1)
    bar = pen.paint(" " * gutter + " |", "gutter")
    for at, ((region, mark), rows) in enumerate(zip(places, drawn, strict=True)):
        if at:
            note = clean(region.note) or "on the way"
            lines.append(f"{pen.paint(' ' * gutter + ' =', 'gutter')} note: {show_region(region, pen)}: {note}")
        if rows:
            lines.append(bar)
        for row in rows:
            lines.append(f"{pen.paint(row.label.rjust(gutter) + ' |', 'gutter')} {row.text}".rstrip())
            if row.marks:
                style = finding.severity if mark == "^" else "gutter"
                indent = " " * (len(row.marks) - len(row.marks.lstrip()))
                lines.append(f"{bar} {indent}{pen.paint(row.marks.strip(), style)}")
        if rows:
            lines.append(bar)
    if lines[-1] == bar and not (item.remedy or item.fixes or item.reason is not None):
        lines.pop()
    equals = pen.paint(" " * gutter + " =", "gutter")
    if item.remedy:
        lines.append(f"{equals} {pen.paint('help:', 'help')} {item.remedy}")
    for offered in item.fixes:
        fix = offered.fix
        source = f", from {clean(fix.evidence)}" if fix.evidence else ""
        lines.append(f"{equals} {pen.paint('fix', 'help')} ({fix.applicability}{source}): {clean(fix.title)}")
    if item.reason is not None:
        where = f" at {show_region(item.accepted, pen)}" if item.accepted is not None else ""
        lines.append(f"{equals} accepted{where}: {clean(item.reason) or 'no reason given'}")
    return "\n".join(lines) + "\n"


def write_footer(located: LocatedReport, pen: Pen) -> str:
    """Return the tally, what can be mended, and what was not looked at, a line each."""
    return "".join(line + "\n" for line in _footer_lines(located, pen))


def _footer_lines(located: LocatedReport, pen: Pen) -> Iterator[str]:
    severities: tuple[Severity, ...] = ("error", "warning", "info")
    counts = [(located.count(severity), severity) for severity in severities]
    named = [f"{n} {severity}" + ("s" if n != 1 and severity != "info" else "") for n, severity in counts if n]
    total = len(located.findings)
    first = f"Found {_count(total, 'finding')} ({', '.join(named)})" if total else "Found no findings"
    if located.hidden_info:
        first += f"; {located.hidden_info} info hidden"
    if located.suppressed:
        first += f"; {len(located.suppressed)} suppressed"
    if located.baselined:
        first += f"; {len(located.baselined)} in the baseline"
    if located.earlier:
        first += f"; {len(located.earlier)} older"
    yield pen.paint(first, "bold")
    yield from describe_comparison(located)
    best = [min((_RANK[f.fix.applicability] for f in item.fixes), default=2) for item in located.findings]
    safe, suggested = best.count(0), best.count(1)
    if safe or suggested:
        parts = [f"{safe} with `driftlint fix`"] if safe else []
        parts += [f"{suggested}{' more' if safe else ''} with `driftlint fix --suggested`"] if suggested else []
        yield f"Can be mended: {', '.join(parts)}"
    coverage = located.report.coverage
    gaps = []
    unread = list(dict.fromkeys(path for path, _, _ in sorted(coverage.unread)))
    if unread:
        shown = ", ".join(show_path(path) for path in unread[:3]) + (", ..." if len(unread) > 3 else "")
        gaps.append(f"could not read {_count(len(unread), 'file')} ({shown})")
    left_out = [(len(paths), make_visible(reason)) for reason, paths in sorted(coverage.left_out.items()) if paths]
    if left_out:
        reasons = ", ".join(f"{n} {reason}" for n, reason in left_out)
        gaps.append(f"left out {_count(sum(n for n, _ in left_out), 'path')} ({reasons})")
    if coverage.unknown:
        gaps.append(f"could not resolve {_count(len(coverage.unknown), 'reference')}")
    if gaps:
        line = "; ".join(gaps)
        yield f"{line[0].upper()}{line[1:]}; see --output-format json"


def describe_comparison(located: LocatedReport) -> Iterator[str]:
    """Yield a line for what the findings were compared with, and one for a baseline that can shrink."""
    since, baseline = located.report.since, located.report.baseline
    if since is not None:
        commit = since.commit[:12] or "no commit"
        where = f"{commit}, where it and HEAD part" if since.merge_base else commit
        yield f"Compared with {clean(since.revision)} ({where})"
    if baseline is not None and baseline.gone:
        what, it = ("1 entry", "it") if baseline.gone == 1 else (f"{baseline.gone} entries", "them")
        verb = "is" if baseline.gone == 1 else "are"
        where = show_path(baseline.path)
        yield f"{what} of {where} {verb} no longer found; `driftlint baseline --update` drops {it}"


_RANK = {"safe": 0, "suggest": 1, "show": 2}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


class Row(Struct, frozen=True):
    """One line of an excerpt. `label` is the line number, or dots; `marks` is the underline, "" for none."""

    label: str
    text: str
    marks: str = ""


def _excerpt(document: Document | None, region: Region, mark: str) -> list[Row]:
    """The lines of a region, the middle left out when there are many."""
    if document is None or not region.text_line:
        return []
    first, last = region.text_line, region.text_end_line
    offset = (region.cell_line - first) if region.cell_line is not None else 0
    numbers = list(range(first, last + 1))
    if len(numbers) > _MAX_LINES:
        numbers = [*numbers[: _MAX_LINES - 2], 0, numbers[-1]]
    rows = []
    for number in numbers:
        if not number:
            rows.append(Row("...", ""))
            continue
        line = document.lines.line_text(number)
        start = region.column - 1 if number == first else len(line) - len(line.lstrip())
        end = region.end_column - 1 if number == last else len(line)
        if number == first == last and not line.strip():
            continue
        rows.append(Row(str(number + offset), *draw_line(line, start, end, document.kind, mark)))
    return rows


def draw_line(line: str, start: int, end: int, kind: str = "", mark: str = "^") -> tuple[str, str]:
    """Return a source line as it can be shown, and an underline of code points ``[start, end)`` in matching columns.

    Long lines are cut on both sides so that the start of the span is seen; secrets are masked; an empty span gets
    one mark.
    """
    start = min(max(start, 0), len(line))
    end = min(max(end, start), len(line))
    low = 0 if end <= 100 else max(min(start - 30, len(line) - 100), 0)
    low = 0 if low < 10 else low
    high = min(len(line), low + _WIDTH)
    base = max(low - _WINDOW, 0)
    secrets = [(a + base, b + base) for a, b in find_secrets(line[base : high + _WINDOW], kind)]
    shown = ["..."] if low else []
    column = 3 if low else 0
    columns: dict[int, int] = {}
    at = low
    limit = _WIDTH if high == len(line) else _WIDTH - 3
    while at < high and column < limit:
        columns[at] = column
        secret = next(((a, b) for a, b in secrets if a <= at < b), None)
        if secret is not None:
            piece, width = MASK, len(MASK)
            for covered in range(at, min(secret[1], high)):
                columns[covered] = column
            at = min(secret[1], len(line))
        elif line[at] == "\t":
            width = _TAB - column % _TAB
            piece = " " * width
            at += 1
        else:
            piece = make_visible(line[at])
            width = _width(piece) if len(piece) == 1 else len(piece)
            at += 1
        shown.append(piece)
        column += width
    stop = column
    if at < len(line):
        shown.append("...")
    columns[at] = stop
    left = columns.get(start, stop)
    right = columns.get(end, stop) if end > start else left + 1
    # A span that ends inside a masked secret still covers the mask.
    if any(a < end < b for a, b in secrets):
        right = max(right, left + len(MASK))
    return "".join(shown), " " * left + mark * max(right - left, 1)


def _width(char: str) -> int:
    if char < "\u0300":
        return 1
    if category(char) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(char) in ("W", "F") else 1
