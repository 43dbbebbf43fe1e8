"""A Code Quality report (the JSON array that merge requests read).

Promises: fingerprints are unique within a report and stay when lines move. Refuses to know: suppressed findings.
Fields: the host's documentation of the Code Quality report format.
"""

from __future__ import annotations

import hashlib

from driftlint.report.github import join_prefix
from driftlint.report.json_format import dump, spell_path
from driftlint.report.located import Located, LocatedReport
from driftlint.report.redact import clean, make_visible

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def write_gitlab(located: LocatedReport, *, prefix: str) -> str:
    """Return the report as a Code Quality array; files that could not be read are entries of severity "info"."""
    taken: dict[str, int] = {}
    issues = [_issue(item, prefix, taken) for item in located.findings]
    for path, line, message in sorted(located.report.coverage.unread):
        issues.append(
            {
                "description": f"could not be read: {clean(message)}",
                "check_name": "unread",
                "fingerprint": _claim(_digest("unread", path, message), taken),
                "severity": "info",
                "location": {"path": spell_path(join_prefix(prefix, path)), "lines": {"begin": max(line, 1)}},
            }
        )
    return dump(issues)


def _issue(item: Located, prefix: str, taken: dict[str, int]) -> dict[str, object]:
    finding, at = item.finding, item.at
    own = finding.fingerprint or _digest(finding.rule, at.path, finding.subject.name, finding.message)
    return {
        "description": item.message + (f" (help: {item.remedy})" if item.remedy else ""),
        "check_name": make_visible(finding.rule),
        "fingerprint": _claim(make_visible(own), taken),
        "severity": _SEVERITIES[item.level],
        "location": {"path": spell_path(join_prefix(prefix, at.path)), "lines": {"begin": at.line, "end": at.end_line}},
    }


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _claim(fingerprint: str, taken: dict[str, int]) -> str:
    """Return the fingerprint, or one derived from it when it is taken: the host drops repeated ones."""
    turn = taken.get(fingerprint, 0)
    taken[fingerprint] = turn + 1
    return _claim(_digest(fingerprint, str(turn)), taken) if turn else fingerprint
