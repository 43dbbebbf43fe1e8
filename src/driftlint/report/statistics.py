"""How often each rule was found.

Promises: most frequent first, then by name; the same selection of findings as the other formats.
Refuses to know: places.
"""

from __future__ import annotations

from driftlint.facts import Finding, Report
from driftlint.report.json_format import dump
from driftlint.report.redact import make_visible
from driftlint.report.text import Pen

_ORDER = ("error", "warning", "info")


def write_statistics(report: Report, format: str, *, color: bool, show_info: bool) -> str:
    """Return the counts as a table ("text") or a JSON array ("json"). Raises ValueError for another format.

    `[*]` marks rules of which some findings have a fix that is applied without being asked for more.
    """
    if format not in ("text", "json"):
        raise ValueError(f"statistics can be written as text or json, not {format!r}")
    groups: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if show_info or finding.severity != "info":
            groups.setdefault(finding.rule, []).append(finding)
    rows = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    if format == "json":
        return dump([_row(rule, findings) for rule, findings in rows])
    pen = Pen(color)
    count_width = max((len(str(len(findings))) for _, findings in rows), default=0)
    rule_width = max((len(make_visible(rule)) for rule, _ in rows), default=0)
    lines = []
    for rule, findings in rows:
        severity = _worst(findings)
        mark = "[*]" if _fixable(findings) else "[ ]"
        name = pen.paint(make_visible(rule), severity) + " " * (rule_width - len(make_visible(rule)))
        family = make_visible(findings[0].family)
        lines.append(f"{len(findings):>{count_width}}  {mark}  {name}  {severity:<7}  {family}\n")
    return "".join(lines)


def _row(rule: str, findings: list[Finding]) -> dict[str, object]:
    return {
        "rule": make_visible(rule),
        "family": make_visible(findings[0].family),
        "severity": _worst(findings),
        "count": len(findings),
        "fixable": _fixable(findings),
    }


def _worst(findings: list[Finding]) -> str:
    return min((finding.severity for finding in findings), key=_ORDER.index)


def _fixable(findings: list[Finding]) -> int:
    return sum(1 for finding in findings if any(fix.applicability == "safe" for fix in finding.fixes))
