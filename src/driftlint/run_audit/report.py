"""Audits and differences of runs as text and as JSON.

Promises: quoted values are redacted where they look like a secret; the JSON carries a version. Refuses to know: exit statuses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from driftlint.report.redact import clean
from driftlint.run_audit.judge import Audit, Change
from driftlint.run_records.model import RunRecord

VERSION = 1
"""The version of the JSON form."""
_LONGEST = 100
"""Code points of a value that a line of text shows."""


def write_text(audits: Sequence[Audit]) -> str:
    """Return audits as text, one block a run."""
    return "\n".join("".join(f"{line}\n" for line in _lines(audit)) for audit in audits)


def _lines(audit: Audit) -> Iterator[str]:
    yield clean(f"{audit.record.system} run {audit.record.run or '(no id)'} ({audit.record.path})")
    for part in audit.parts:
        text = _short(clean(part.text)) if part.text else ""
        shown = (
            text if part.state == "recorded" else "not in the record" if part.state == "missing" else "cannot be told"
        )
        yield f"  {part.part:<16} {shown}"
    for check in audit.checks:
        yield f"  {check.state:<8} {check.question}: {clean(check.text)}"
    for text in audit.record.notes:
        yield f"  note     {clean(text)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def write_json(audits: Sequence[Audit]) -> str:
    """Return audits as JSON."""
    return _dump({"version": VERSION, "runs": [_as_json(audit) for audit in audits]})


def _as_json(audit: Audit) -> dict[str, object]:
    return {
        **_name(audit.record),
        "parts": [{"part": p.part, "state": p.state, "text": clean(p.text)} for p in audit.parts],
        "checks": [{"question": c.question, "state": c.state, "text": clean(c.text)} for c in audit.checks],
        "notes": [clean(text) for text in audit.record.notes],
    }


def _name(record: RunRecord) -> dict[str, object]:
    return {
        "system": record.system,
        "path": clean(record.path),
        "run": clean(record.run),
        "program": clean(record.program),
        "commit": clean(record.commit),
    }


def write_changes(before: RunRecord, after: RunRecord, changes: Sequence[Change]) -> str:
    """Return what changed between two runs as text."""
    lines = [clean(f"{before.system} {before.run or before.path} -> {after.system} {after.run or after.path}")]
    for change in changes:
        old, new = (_short(clean(text)) if text else "(none)" for text in (change.before, change.after))
        lines.append(f"  {change.part:<16} {clean(change.name)}: {old} -> {new}")
    if not changes:
        lines.append("  nothing that either record holds has changed")
    return "".join(f"{line}\n" for line in lines)


def write_changes_json(before: RunRecord, after: RunRecord, changes: Sequence[Change]) -> str:
    """Return what changed between two runs as JSON."""
    listed = [
        {"part": c.part, "name": clean(c.name), "before": clean(c.before), "after": clean(c.after)} for c in changes
    ]
    return _dump({"version": VERSION, "before": _name(before), "after": _name(after), "changes": listed})


def _dump(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
