"""One line a finding, for editors, grep and eyes that know the rules.

Promises: every line is ``path:line:col: rule message`` (notebooks: ``path:cell N:line:col (line RAW): ...``), then the
same tally as the text format. Refuses to know: source text.
"""

from __future__ import annotations

from driftlint.report.located import Located, LocatedReport
from driftlint.report.redact import clean, make_visible
from driftlint.report.text import Pen, show_region, write_footer


def write_concise(located: LocatedReport, *, color: bool, show_suppressed: bool, hyperlinks: bool) -> str:
    """Return the report with a line for each finding."""
    pen = Pen(color, hyperlinks, located.report.root)
    items = located.findings + (located.suppressed if show_suppressed else ())
    return "".join(_write_line(item, pen) for item in items) + write_footer(located, pen)


def _write_line(item: Located, pen: Pen) -> str:
    rule = pen.paint(make_visible(item.finding.rule), item.level)
    reason = "" if item.reason is None else f" (suppressed: {clean(item.reason) or 'no reason given'})"
    return f"{show_region(item.at, pen)}: {rule} {item.message}{reason}\n"
