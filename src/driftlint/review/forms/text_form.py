"""The verdict for a terminal: short, with the places, and where the rest is.

Promises: it fits on a screen; what is not listed is counted. Refuses to know: the width of the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.report.text import Pen
from driftlint.review.forms.words import (
    count,
    describe_base,
    describe_change,
    describe_revision,
    describe_verdict,
    group_blockers,
    list_gaps,
)
from driftlint.review.sheet import Sheet

_MOST = 8
"""Blockers of a group that are listed."""


def write_text(sheet: Sheet, *, color: bool = False) -> str:
    """Return the verdict for a terminal."""
    return "\n".join(_write_lines(sheet, Pen(color))) + "\n"


def _write_lines(sheet: Sheet, pen: Pen) -> Iterator[str]:
    failed = sheet.verdict == "fail"
    word = pen.paint("FAIL" if failed else "PASS", "error" if failed else "help")
    yield f"{word}  {pen.paint(describe_revision(sheet), 'bold')}  {sheet.revision.date[:10]}  {sheet.revision.subject}".rstrip()
    yield describe_verdict(sheet).replace("`", "")
    for _, title, rows in group_blockers(sheet.blockers):
        yield ""
        yield pen.paint(f"{title} ({len(rows)})", "bold")
        for row in rows[:_MOST]:
            where = f"{row.at.label}: " if row.at is not None else ""
            rule = f"[{row.rule}] " if row.rule else ""
            yield f"  {where}{rule}{row.reason}"
        if len(rows) > _MOST:
            yield pen.paint(f"  and {len(rows) - _MOST} more", "dim")
    yield ""
    if sheet.comparison is not None:
        change = ", ".join(describe_change(sheet.comparison)) or "nothing changed"
        yield f"Against {describe_base(sheet.comparison)}: {change}"
    summary = sheet.summary
    yield (
        f"{count(summary.references, 'reference')}: {summary.held} held as asked, "
        f"{count(summary.accepted, 'finding')} accepted, {summary.info} advice"
    )
    yield f"{sheet.coverage.files} files read; " + ", ".join(list_gaps(sheet))
    yield (
        f"Policy {sheet.policy.preset} {sheet.policy.digest}; driftlint {sheet.tool.version}; "
        f"judged as of {sheet.today} ({sheet.today_from})"
    )
