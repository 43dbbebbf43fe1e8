"""The answer of an audit as findings, for the report formats that CI services read.

Promises: a pin that cannot be kept is one finding a reason, at the first of its places, with the others related; what was not
audited is a note, and never missing. Refuses to know: how a format writes findings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from driftlint.audit.report import Audit, Row, describe_fix, describe_name, gather_gaps
from driftlint.facts import Finding, Place, Report, Severity, Subject
from driftlint.report import write_located
from driftlint.report.located import Located, LocatedReport, Locator, Region
from driftlint.text import Span

VULNERABLE, YANKED, UNAUDITED = "pin-vulnerable", "pin-yanked", "pin-not-audited"
"""What the findings are called; they are no rules of a check, so nothing selects or suppresses them."""
_RELATED = 10


def write_findings(audit: Audit, format: str, *, prefix: str = "") -> str:
    """Return an audit in a format of CI services; `prefix` as for `report.render`. Raises ValueError for another format."""
    found = sorted(_locate(audit), key=lambda item: (item.at.path, item.at.line, item.at.column, item.finding.message))
    report = Report(".", [item.finding for item in found])
    located = LocatedReport(report, tuple(found), (), 0, Locator(lambda path: None))
    return write_located(located, format, prefix=prefix)


def _locate(audit: Audit) -> Iterator[Located]:
    for row in audit.lost:
        yield from _locate_row(row)
    for name, reason, places in gather_gaps(audit):
        text = f"{name} was not audited: {reason}" if name else f"not audited: {reason}"
        yield _make(UNAUDITED, "info", name, text, "", places)


def _locate_row(row: Row) -> Iterator[Located]:
    pin = f"{row.pin.name} {row.pin.version}"
    if row.yanked and row.standing is not None:
        reason = f": {row.standing.reason}" if row.standing.reason else ""
        text = f"{pin} was taken back from the index{reason}"
        yield _make(YANKED, "warning", row.pin.name, text, "choose a release that still stands", row.pin.places)
    for vulnerability in row.vulnerabilities:
        text = f"{pin} is vulnerable: {describe_name(vulnerability)}, {describe_fix(vulnerability)}"
        fix = vulnerability.fix_versions
        remedy = f"pin {row.pin.name} {fix[0]} or later" if fix else ""
        yield _make(VULNERABLE, "error", row.pin.name, text, remedy, row.pin.places)


def _make(rule: str, severity: Severity, name: str, text: str, remedy: str, places: Sequence[Region]) -> Located:
    place = Place(places[0].path, Span(0, 0))
    subject = Subject("package", "python", name)
    mark = hashlib.sha256("\0".join((rule, places[0].path, name, text)).encode("utf-8", "surrogatepass")).hexdigest()
    finding = Finding(rule, "audit", severity, "high", subject, text, remedy, place, fingerprint=mark[:16])
    related = tuple(replace(region, note="pinned here, too") for region in places[1:_RELATED])
    return Located(finding, places[0], related)
