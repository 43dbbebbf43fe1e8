"""Workflow commands that become annotations of a pull request.

Promises: one command a line; nothing in a path, a rule or a message can end a command, add a property or start another.
Refuses to know: how many annotations the host shows. Syntax: the host's documentation of workflow commands.
"""

from __future__ import annotations

from driftlint.report.located import Located, LocatedReport
from driftlint.report.redact import clean, make_visible

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def write_github(located: LocatedReport, *, prefix: str) -> str:
    """Return a command for each finding and each file that could not be read."""
    lines = [_annotate(item, prefix) for item in located.findings]
    for path, line, message in sorted(located.report.coverage.unread):
        where = f"file={_property(make_visible(join_prefix(prefix, path)))},line={max(line, 1)}"
        lines.append(f"::warning {where},title=could not be read::{_data(clean(message))}")
    return "".join(line + "\n" for line in lines)


def join_prefix(prefix: str, path: str) -> str:
    """Return a path as seen from the top of the hosted repository."""
    joined = f"{prefix.strip('/')}/{path}" if prefix.strip("/") not in ("", ".") else path
    return joined or "."


def _annotate(item: Located, prefix: str) -> str:
    at = item.at
    properties = [f"file={_property(make_visible(join_prefix(prefix, at.path)))}", f"line={at.line}"]
    # The host takes columns only within one line; those of a notebook count in the cell, not in the file.
    if at.line == at.end_line and not at.in_notebook:
        properties += [f"col={at.column}", f"endLine={at.end_line}", f"endColumn={at.end_column}"]
    else:
        properties.append(f"endLine={at.end_line}")
    title = f"driftlint ({make_visible(item.finding.rule)})"
    properties.append(f"title={_property(title)}")
    text = item.message
    if at.in_notebook and at.cell is not None:
        text = f"cell {at.cell + 1}:{at.cell_line}:{at.column}: {text}"
    if item.remedy:
        text += f"\nhelp: {item.remedy}"
    return f"::{_COMMANDS[item.level]} {','.join(properties)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
