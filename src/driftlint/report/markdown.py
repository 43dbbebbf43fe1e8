"""A comment for a pull request: a tally per family, a table of findings, the trail of each behind a fold.

Promises: whatever names, messages and paths hold, they stay text. Every character that Markdown, HTML or a host's own
syntax (mentions, issue numbers, mathematics, autolinks) could read is written as a character reference. The text stays
under the length that hosts accept for a comment. Refuses to know: where the files can be looked at.
"""

from __future__ import annotations

from collections import Counter

from driftlint.late_regex import compile_late
from driftlint.report.located import Located, LocatedReport, Region
from driftlint.report.redact import clean, make_visible
from driftlint.report.text import Pen, describe_comparison, draw_line, show_region

_LIMIT = 60_000
"""Characters; hosts refuse comments of more than 65,536."""
_ACTIVE = frozenset("\\`*_{}[]<>|~&@#:!$^\"'=")
_BACKTICKS = compile_late(r"(?<!`)(`{1,9})(?!`)(.{1,1000}?)(?<!`)\1(?!`)")
_WWW = compile_late(r"(?i)(?<=www)\.")


def write_markdown(located: LocatedReport, *, show_suppressed: bool) -> str:
    """Return the report as GitHub-flavoured Markdown."""
    parts = [f"### driftlint: {_tally(located)}\n"]
    parts += [f"{prose(line)}.\n" for line in describe_comparison(located)]
    if located.findings:
        parts.append(_table_families(located))
    length = sum(len(part) for part in parts)
    rows, details, left = [], [], 0
    for item in located.findings:
        row, detail = _row(item), _detail(item, located)
        if length + len(row) + len(detail) > _LIMIT:
            left += 1
            continue
        rows.append(row)
        details.append(detail)
        length += len(row) + len(detail)
    if rows:
        parts.append("| where | severity | rule | finding |\n| --- | --- | --- | --- |\n" + "".join(rows))
    if left:
        parts.append(f"{left} more findings are left out here for length.\n")
    if details:
        parts.append(
            "<details><summary>Where it comes from and what to do</summary>\n\n" + "".join(details) + "\n</details>\n"
        )
    if show_suppressed and located.suppressed:
        parts.append(_list_suppressed(located, _LIMIT - length))
    parts += _list_gaps(located)
    return "\n".join(parts)


def escape(text: str) -> str:
    """Return one line of text that renders as itself in Markdown, outside and inside of tables and inline HTML.

    A zero-width space keeps ``@name`` and ``#1`` from being turned into mentions after the Markdown is rendered.
    """
    pieces = []
    for char in make_visible(text):
        if char in _ACTIVE:
            pieces.append(f"&#{ord(char)};" + ("&#8203;" if char in "@#" else ""))
        else:
            pieces.append(char)
    return _WWW.sub("&#46;", "".join(pieces))


def code(text: str) -> str:
    """Return text as inline code. HTML is used, since a code span cannot hold a pipe in a table in every renderer."""
    return "<code>" + escape(text).replace("&#8203;", "") + "</code>"


def prose(text: str) -> str:
    """Return a message with its back-quoted parts as code and all else escaped."""
    parts, at = [], 0
    for match in _BACKTICKS.finditer(text):
        parts += [escape(text[at : match.start()]), code(match[2])]
        at = match.end()
    return "".join([*parts, escape(text[at:])])


def _tally(located: LocatedReport) -> str:
    errors, warnings, info = (located.count(severity) for severity in ("error", "warning", "info"))
    parts = [
        *([f"{errors} error" + "s" * (errors != 1)] if errors else []),
        *([f"{warnings} warning" + "s" * (warnings != 1)] if warnings else []),
        *([f"{info} info"] if info else []),
    ]
    hidden = f" ({located.hidden_info} info hidden)" if located.hidden_info else ""
    old = "".join(
        f" ({len(items)} {what})"
        for items, what in ((located.baselined, "in the baseline"), (located.earlier, "older"))
        if items
    )
    return (", ".join(parts) or "no findings") + hidden + old


def _table_families(located: LocatedReport) -> str:
    counts: dict[str, Counter[str]] = {}
    for item in located.findings:
        counts.setdefault(item.finding.family, Counter())[item.level] += 1
    lines = ["| family | errors | warnings | info |", "| --- | ---: | ---: | ---: |"]
    for family, tally in sorted(counts.items()):
        lines.append(f"| {escape(family)} | {tally['error']} | {tally['warning']} | {tally['info']} |")
    return "\n".join(lines) + "\n"


def _row(item: Located) -> str:
    where, rule = code(_where(item.at)), code(item.finding.rule)
    return f"| {where} | {item.level} | {rule} | {prose(item.message)} |\n"


def _detail(item: Located, located: LocatedReport) -> str:
    lines = [f"- {code(_where(item.at))} {code(item.finding.rule)}: {prose(item.message)}"]
    quoted = _source(item.at, located)
    if quoted:
        lines.append(f"  - source: {code(quoted)}")
    for region in item.related:
        source = _source(region, located)
        shown = f": {code(source)}" if source else ""
        lines.append(f"  - {code(_where(region))} {prose(clean(region.note) or 'related')}{shown}")
    if item.remedy:
        lines.append(f"  - **help**: {prose(item.remedy)}")
    for offered in item.fixes:
        fix = offered.fix
        source = f", from {prose(clean(fix.evidence))}" if fix.evidence else ""
        lines.append(f"  - **fix** ({fix.applicability}{source}): {prose(clean(fix.title))}")
    return "\n".join(lines) + "\n"


def _source(region: Region, located: LocatedReport) -> str:
    """The first source line of a region, cut as in the text format; "" when it is not at hand."""
    document = located.locator.document(region.path)
    if document is None or not region.text_line:
        return ""
    line = document.lines.line_text(region.text_line)
    end = region.end_column - 1 if region.text_end_line == region.text_line else len(line)
    return draw_line(line, region.column - 1, end, document.kind)[0].strip()


def _list_suppressed(located: LocatedReport, room: int) -> str:
    lines: list[str] = []
    for item in located.suppressed:
        reason = prose(clean(item.reason or "")) or "no reason given"
        line = f"- {code(_where(item.at))} {code(item.finding.rule)}: {prose(item.message)} (accepted: {reason})"
        room -= len(line)
        if room < 0:
            lines.append(f"- {len(located.suppressed) - len(lines)} more")
            break
        lines.append(line)
    count = len(located.suppressed)
    return f"<details><summary>{count} suppressed</summary>\n\n" + "\n".join(lines) + "\n\n</details>\n"


def _list_gaps(located: LocatedReport) -> list[str]:
    coverage = located.report.coverage
    parts = []
    unread = sorted(coverage.unread)
    if unread:
        lines = [
            f"- {code(f'{make_visible(path)}:{line}')} {prose(clean(message))}" for path, line, message in unread[:20]
        ]
        more = [f"- {len(unread) - 20} more"] if len(unread) > 20 else []
        parts.append("Could not be read:\n\n" + "\n".join(lines + more) + "\n")
    sentences = []
    left_out = sum(len(paths) for paths in coverage.left_out.values())
    if left_out:
        sentences.append(f"{left_out} path{'s' * (left_out != 1)} left out")
    if coverage.unknown:
        count = len(coverage.unknown)
        sentences.append(f"{count} reference{'s' * (count != 1)} could not be resolved")
    if sentences:
        parts.append("; ".join(sentences) + ".\n")
    return parts


def _where(region: Region) -> str:
    return show_region(region, Pen())
