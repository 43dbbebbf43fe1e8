"""A JUnit XML report: one suite a file, one failed case a finding.

Promises: well-formed XML 1.0 whatever paths and messages hold; a run without findings is one passed case, since
readers refuse an empty report. Findings of severity "info" pass; unread files and, when asked for, suppressed findings
are skipped cases. Refuses to know: times.
"""

from __future__ import annotations

from itertools import groupby
from xml.sax.saxutils import escape

from driftlint.report.located import Located, LocatedReport
from driftlint.report.redact import clean, make_visible, show_path
from driftlint.report.text import Pen, show_region


def write_junit(located: LocatedReport, *, show_suppressed: bool) -> str:
    """Return the report as JUnit XML."""
    cases: list[tuple[str, str, str]] = [(item.at.path, *_case(item)) for item in located.findings]
    if show_suppressed:
        cases += [(item.at.path, *_case(item)) for item in located.suppressed]
    for path, line, message in sorted(located.report.coverage.unread):
        text = f"line {line}: {clean(message)}"
        cases.append(
            (path, "skipped", _element(f"could not be read at line {line}", path, f"<skipped message={_quote(text)}/>"))
        )
    if not cases:
        passed = '    <testcase name="no findings" classname="driftlint"/>\n'
        suites = [_suite("driftlint", [("passed", passed)])]
    else:
        cases.sort(key=lambda case: case[0])
        suites = [
            _suite(show_path(path), [(outcome, xml) for _, outcome, xml in group])
            for path, group in groupby(cases, key=lambda case: case[0])
        ]
    failures = sum(1 for case in cases if case[1] == "failure")
    head = f'<testsuites name="driftlint" tests="{max(len(cases), 1)}" failures="{failures}" errors="0">\n'
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + head + "".join(suites) + "</testsuites>\n"


def _suite(name: str, cases: list[tuple[str, str]]) -> str:
    failures = sum(1 for outcome, _ in cases if outcome == "failure")
    skipped = sum(1 for outcome, _ in cases if outcome == "skipped")
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'
    return f"  <testsuite name={_quote(name)} {counts}>\n" + "".join(xml for _, xml in cases) + "  </testsuite>\n"


def _case(item: Located) -> tuple[str, str]:
    where = show_region(item.at, Pen())
    body = f"{where}: {item.message}"
    for region in item.related:
        body += f"\nnote: {show_region(region, Pen())}: {clean(region.note) or 'related'}"
    if item.remedy:
        body += f"\nhelp: {item.remedy}"
    name = f"{make_visible(item.finding.rule)} at {where.removeprefix(show_path(item.at.path) + ':')}"
    if item.reason is not None:
        reason = clean(item.reason) or "no reason given"
        return "skipped", _element(name, item.at.path, f"<skipped message={_quote('suppressed: ' + reason)}/>")
    if item.level == "info":
        return "passed", _element(name, item.at.path, f"<system-out>{_escape(body)}</system-out>")
    failure = f'<failure type="{item.level}" message={_quote(item.message)}>{_escape(body)}</failure>'
    return "failure", _element(name, item.at.path, failure)


def _element(name: str, path: str, content: str) -> str:
    shown = show_path(path)
    return f"    <testcase name={_quote(name)} classname={_quote(shown)} file={_quote(shown)}>{content}</testcase>\n"


def _escape(text: str) -> str:
    return escape("".join(char for char in text if char == "\n" or _allowed(char)))


def _quote(text: str) -> str:
    return '"' + _escape(text).replace('"', "&quot;").replace("\n", "&#10;") + '"'


def _allowed(char: str) -> bool:
    """Whether XML 1.0 allows the character, the discouraged ones left out."""
    code = ord(char)
    return 0x20 <= code < 0x7F or (0xA0 <= code < 0xD800) or 0xE000 <= code < 0xFFFE or code >= 0x10000
