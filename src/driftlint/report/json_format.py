"""The JSON report that other tools store; `schemas/report.schema.json` describes it.

Promises: ASCII bytes that depend on the report alone; `version` changes whenever a reader of the old form would break;
suppressed, baselined and earlier findings and the whole coverage are always there. Refuses to know: whether anybody shows it.
"""

from __future__ import annotations

import json

from driftlint.documents.model import Location
from driftlint.facts import Coverage
from driftlint.report.located import Located, LocatedFix, LocatedReport, Region, hides_secret
from driftlint.report.redact import clean, make_visible, redact

VERSION = 1


def write_json(located: LocatedReport) -> str:
    """Return the report as JSON."""
    report = located.report
    return dump(
        {
            "version": VERSION,
            "summary": {
                "errors": located.count("error"),
                "warnings": located.count("warning"),
                "info": located.count("info"),
                "hidden_info": located.hidden_info,
                "suppressed": len(located.suppressed),
                "baselined": len(located.baselined),
                "earlier": len(located.earlier),
            },
            "baseline": None
            if report.baseline is None
            else {"path": spell_path(report.baseline.path), "gone": report.baseline.gone},
            "since": None
            if report.since is None
            else {
                "revision": clean(report.since.revision),
                "commit": report.since.commit,
                "merge_base": report.since.merge_base,
            },
            "findings": [_finding(item) for item in located.findings],
            "suppressed": [_suppressed(item) for item in located.suppressed],
            "baselined": [_finding(item) for item in located.baselined],
            "earlier": [_finding(item) for item in located.earlier],
            "coverage": _coverage(report.coverage, located),
        }
    )


def dump(value: object) -> str:
    """Return JSON of two-space indent in ASCII, with a final line end. DEL is written as an escape, too."""
    return json.dumps(value, indent=2, ensure_ascii=True).replace("\x7f", "\\u007f") + "\n"


def _finding(item: Located) -> dict[str, object]:
    finding = item.finding
    at = item.at
    return {
        "rule": make_visible(finding.rule),
        "family": make_visible(finding.family),
        "severity": finding.severity,
        "confidence": finding.confidence,
        "subject": {
            "kind": make_visible(finding.subject.kind),
            "host": clean(finding.subject.host),
            "name": clean(finding.subject.name),
        },
        "message": item.message,
        "remedy": item.remedy,
        **_region(at),
        "related": [{**_region(region), "message": clean(region.note)} for region in item.related],
        "fixes": [_fix(offered) for offered in item.fixes if not hides_secret(offered.fix)],
        "fingerprint": make_visible(finding.fingerprint),
    }


def _suppressed(item: Located) -> dict[str, object]:
    where = item.accepted
    return {
        **_finding(item),
        "reason": clean(item.reason or ""),
        "accepted": None if where is None else _region(where),
    }


def _region(region: Region) -> dict[str, object]:
    return {
        "path": spell_path(region.path),
        "line": region.line,
        "column": region.column,
        "end_line": region.end_line,
        "end_column": region.end_column,
        "cell": region.cell,
        "cell_line": region.cell_line,
    }


def _fix(offered: LocatedFix) -> dict[str, object]:
    return {
        "title": clean(offered.fix.title),
        "applicability": offered.fix.applicability,
        "evidence": clean(offered.fix.evidence),
        "edits": [
            {
                "path": spell_path(item.edit.path),
                "start": _position(item.start),
                "end": _position(item.end),
                "text": replace_surrogates(item.edit.text),
            }
            for item in offered.edits
        ],
    }


def spell_path(path: str) -> str:
    r"""Return a path for JSON, its undecodable bytes as ``\xe9``: many readers refuse lone surrogates."""
    return "".join(make_visible(char) if "\ud800" <= char <= "\udfff" else char for char in path)


def replace_surrogates(text: str) -> str:
    """Return `text` with U+FFFD for lone surrogates, which many JSON readers refuse."""
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


def _position(location: Location) -> dict[str, object]:
    return {
        "line": location.line,
        "column": location.column,
        "cell": location.cell,
        "cell_line": location.cell_line,
    }


def _coverage(coverage: Coverage, located: LocatedReport) -> dict[str, object]:
    unknown = sorted(
        ((located.locator.region(place), clean(reason)) for place, reason, _ in coverage.unknown),
        key=lambda pair: (pair[0].path, pair[0].line, pair[0].column, pair[1], pair[0].note),
    )
    return {
        "files": coverage.files,
        "read": {make_visible(kind): count for kind, count in sorted(coverage.read.items())},
        "skipped_by_scan": coverage.skipped_by_scan,
        "left_out": {
            make_visible(reason): [spell_path(path) for path in sorted(paths)]
            for reason, paths in sorted(coverage.left_out.items())
        },
        "unread": [
            {"path": spell_path(path), "line": line, "message": clean(message)}
            for path, line, message in sorted(coverage.unread)
        ],
        "unknown": [{**_region(region), "message": clean(region.note), "reason": why} for region, why in unknown],
        "entries": [redact(make_visible(entry)) for entry in sorted(coverage.entries)],
    }
