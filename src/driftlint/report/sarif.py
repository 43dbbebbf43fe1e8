"""SARIF 2.1.0, for code scanning services and SARIF viewers.

Promises: valid against the standard's schema; columns in code points; no columns and no fixes for notebooks, whose
positions count inside cells and would point at the wrong bytes of the raw file. Suppressed and older findings are written only
when asked for: services that ignore `suppressions` would open an alert for each. Refuses to know: what a service does
with a level. Standard: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

from __future__ import annotations

import re

from driftlint import __version__
from driftlint.facts import Coverage, Report, Rule
from driftlint.late_regex import compile_late
from driftlint.report.json_format import dump, replace_surrogates
from driftlint.report.located import Located, LocatedFix, LocatedReport, Region, hides_secret, spell_uri
from driftlint.report.redact import clean, make_visible

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEM = {"error": "error", "warning": "warning", "info": "recommendation"}
_LINK = compile_late(r"\[(?=[^\]]{0,500}\]\()")
FINGERPRINT = "driftlint/v1"
"""Key of the partial fingerprint; its number changes when fingerprints are computed in another way."""

Json = dict[str, object]


def write_sarif(located: LocatedReport, *, show_suppressed: bool, prefix: str = "") -> str:
    """Return the report as a SARIF log of one run. `prefix` is put before the paths, as in the formats of hosts."""
    report = located.report
    items = located.findings + (located.suppressed if show_suppressed else ())
    results = [(item, "new") for item in items]
    if show_suppressed:
        results += [(item, "baselined") for item in located.baselined]
        results += [(item, "unchanged") for item in located.earlier]
        items += located.baselined + located.earlier
    names = sorted({*report.rules, *(item.finding.rule for item in items)})
    fallbacks: dict[str, Located] = {}
    for item in items:
        fallbacks.setdefault(item.finding.rule, item)
    rules = [
        _describe_rule(report.rules[name]) if name in report.rules else _describe_unknown(fallbacks[name])
        for name in names
    ]
    index = {name: number for number, name in enumerate(names)}
    run: Json = {
        "tool": {
            "driver": {"name": "driftlint", "version": __version__, "semanticVersion": __version__, "rules": rules}
        },
        "invocations": [_describe_invocation(report.coverage)],
        "originalUriBaseIds": {_ROOT: _describe_root(report.root)},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [_describe_result(item, index) | _describe_state(state, report) for item, state in results],
    }
    return dump(_move({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, spell_uri(prefix.strip("/"))))


def _move(value: object, prefix: str) -> object:
    """Return a value in which every path below the root is one from the top of the hosted repo."""
    if prefix in ("", "."):
        return value
    if isinstance(value, list):
        return [_move(item, prefix) for item in value]
    if not isinstance(value, dict):
        return value
    moved = {key: _move(item, prefix) for key, item in value.items()}
    if moved.get("uriBaseId") == _ROOT:
        moved["uri"] = f"{prefix}/{moved['uri']}".replace("/./", "/")
    return moved


def _describe_root(root: str) -> Json:
    description = {"description": {"text": "The top of the repo that the paths begin at."}}
    if not root.startswith("/"):
        return {**description}
    return {"uri": f"file://{spell_uri(root.rstrip('/'))}/", **description}


def _describe_rule(rule: Rule) -> Json:
    prose = [(make_visible(heading), _prose(body)) for heading, body in rule.sections]
    summary = _prose(rule.summary) or _prose(rule.message) or make_visible(rule.name)
    full = prose[0][1] if prose and prose[0][1] else summary
    remedy = _prose(rule.remedy)
    text = "\n\n".join([part for part in (summary, *(f"{h}\n\n{b}" for h, b in prose), remedy) if part])
    markdown = "\n\n".join(
        [summary, *(f"## {h}\n\n{b}" for h, b in prose), *([f"**Remedy:** {remedy}"] if remedy else [])]
    )
    return {
        "id": make_visible(rule.name),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": full},
        "help": {"text": text, "markdown": markdown},
        "defaultConfiguration": {"enabled": rule.status == "stable" and not rule.door, "level": _LEVELS[rule.severity]},
        "properties": _tags(rule.family, rule.severity, rule.confidence),
    }


def _describe_unknown(item: Located) -> Json:
    """A rule of which only a finding is at hand."""
    finding = item.finding
    return {
        "id": make_visible(finding.rule),
        "shortDescription": {"text": make_visible(finding.rule)},
        "fullDescription": {"text": make_visible(finding.rule)},
        "help": {"text": item.remedy or make_visible(finding.rule)},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": _tags(finding.family, finding.severity, finding.confidence),
    }


def _tags(family: str, severity: str, confidence: str) -> Json:
    precision = confidence if confidence in ("high", "medium", "low") else "medium"
    return {
        "tags": ["reproducibility", make_visible(family)],
        "precision": precision,
        "problem.severity": _PROBLEM[severity],
    }


def _prose(text: str) -> str:
    """Text of a rule file: line ends stay, other control characters become visible."""
    return "\n".join(make_visible(line) for line in text.replace("\r\n", "\n").split("\n")).strip()


def _describe_result(item: Located, index: dict[str, int]) -> Json:
    finding = item.finding
    text = f"{item.message}\nhelp: {item.remedy}" if item.remedy else item.message
    result: Json = {
        "ruleId": make_visible(finding.rule),
        "ruleIndex": index[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": "\n".join([_message(text)["text"], *_link_trail(item)])},
        "locations": [_location(item.at)],
    }
    if item.related:
        result["relatedLocations"] = [
            {"id": number, **_location(region), "message": _message(clean(region.note) or "on the way")}
            for number, region in enumerate(item.related, start=1)
        ]
    if finding.fingerprint:
        result["partialFingerprints"] = {FINGERPRINT: make_visible(finding.fingerprint)}
    fixes: list[Json] = [_describe_fix(offered) for offered in item.fixes if _can_be_applied(offered)]
    if fixes:
        result["fixes"] = _distinct(fixes)
    if item.reason is not None:
        suppression: Json = {"kind": "inSource", "justification": clean(item.reason)}
        if item.accepted is not None:
            suppression["location"] = _location(item.accepted)
        result["suppressions"] = [suppression]
    properties: Json = {"precision": finding.confidence, "subject": _subject(item)}
    if item.at.cell is not None:
        properties |= {"cell": item.at.cell, "cellLine": item.at.cell_line, "cellColumn": item.at.column}
    result["properties"] = properties
    return result


def _describe_state(state: str, report: Report) -> Json:
    """Return whether a result was there before. All results of a run have a state, or none (section 3.27.24)."""
    if report.baseline is None and report.since is None:
        return {}
    if state != "baselined" or report.baseline is None:
        return {"baselineState": state}
    accepted = {"kind": "external", "justification": f"in the baseline {clean(report.baseline.path)}"}
    return {"baselineState": "unchanged", "suppressions": [accepted]}


def _subject(item: Located) -> Json:
    subject = item.finding.subject
    return {"kind": make_visible(subject.kind), "host": clean(subject.host), "name": clean(subject.name)}


def _location(region: Region) -> Json:
    span: Json = {"startLine": region.line}
    if region.in_notebook:
        span["endLine"] = max(region.end_line, region.line)
    else:
        span |= {"startColumn": region.column, "endLine": region.end_line, "endColumn": region.end_column}
    return {"physicalLocation": {"artifactLocation": _artifact(region.path), "region": span}}


def _artifact(path: str) -> Json:
    return {"uri": spell_uri(path) or "./", "uriBaseId": _ROOT}


def _distinct(values: list[Json]) -> list[Json]:
    """The values without repetitions, which the standard forbids in most arrays."""
    kept: dict[str, Json] = {}
    for value in values:
        kept.setdefault(repr(value), value)
    return list(kept.values())


def _link_trail(item: Located) -> list[str]:
    """A line for each related location, linked by its id: services show only those that the message links to."""
    return [
        "see [" + re.sub(r"[\[\]\\]", r"\\\g<0>", clean(region.note) or "on the way") + f"]({number})"
        for number, region in enumerate(item.related, start=1)
    ]


def _message(text: str) -> dict[str, str]:
    r"""A message in which no name can pass for a link: ``[text](target)`` is SARIF's form of links."""
    return {"text": _LINK.sub(r"\\[", text) or "(no message)"}


def _can_be_applied(offered: LocatedFix) -> bool:
    """Whether positions of the raw file can say the whole fix, and it writes nothing that must not be shown."""
    in_files = all(edit.start.cell is None and edit.end.cell is None for edit in offered.edits)
    return bool(offered.edits) and in_files and not hides_secret(offered.fix)


def _describe_fix(offered: LocatedFix) -> Json:
    changes: dict[str, list[Json]] = {}
    for item in offered.edits:
        region: Json = {
            "startLine": item.start.line,
            "startColumn": item.start.column,
            "endLine": item.end.line,
            "endColumn": item.end.column,
        }
        replacement: Json = {"deletedRegion": region}
        if item.edit.text:
            replacement["insertedContent"] = {"text": replace_surrogates(item.edit.text)}
        changes.setdefault(item.edit.path, []).append(replacement)
    fix = offered.fix
    source = f" (from {clean(fix.evidence)})" if fix.evidence else ""
    return {
        "description": _message(f"{clean(fix.title)}{source}"),
        "artifactChanges": [
            {"artifactLocation": _artifact(path), "replacements": parts} for path, parts in sorted(changes.items())
        ],
        "properties": {"applicability": fix.applicability},
    }


def _describe_invocation(coverage: Coverage) -> Json:
    notifications: list[Json] = [
        {
            "level": "warning",
            "descriptor": {"id": "unread"},
            "message": _message(f"could not be read: {clean(message)}"),
            "locations": [_location(Region(path, max(line, 1), 1, max(line, 1), 1))],
        }
        for path, line, message in sorted(coverage.unread)
    ]
    notifications += [
        {
            "level": "note",
            "descriptor": {"id": "left-out"},
            "message": _message(f"left out: {make_visible(reason)}"),
            "locations": _distinct([{"physicalLocation": {"artifactLocation": _artifact(p)}} for p in sorted(paths)]),
        }
        for reason, paths in sorted(coverage.left_out.items())
        if paths
    ]
    return {"executionSuccessful": True, "toolExecutionNotifications": notifications}
