"""How a finding is accepted: the comment in the file's own syntax, or the entry of the configuration.

Promises: a comment is offered only where it was seen to work, by reading the text with it, and where the file means the
same with it; the reason is left to the person. Refuses to know: the protocol.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from driftlint.cli.common import Target
from driftlint.documents import read_document
from driftlint.documents.model import Document
from driftlint.facts import Finding
from driftlint.python.module import extract_facts, outline
from driftlint.server.buffers import encode_text
from driftlint.suppress import apply_suppressions, read_suppressions
from driftlint.text import Edit, Span

_SILENT = frozenset(("json", "unread"))
"""Kinds of files that have no place for a comment."""
_TRAILING_LAST = frozenset(("dockerfile", "ini", "dotenv", "makefile", "shell"))
"""Kinds in which a comment on a line of its own is the usual one."""
_PROBE = "a reason"
_DAY = datetime.date(2000, 1, 1)


class Entry(Struct, frozen=True):
    """An ``[[accept]]`` table to be added at the end of a configuration file; `create` says that there is none yet."""

    path: Path
    text: str
    create: bool


def find_comment(document: Document, finding: Finding) -> Edit | None:
    """Return the edit that writes an ignore comment, its reason still to be written; None where none would work.

    The reason belongs at the end of the inserted text, before its line end if it has one. Not for notebooks as JSON.
    """
    if document.kind in _SILENT:
        return None
    before = len(_comments(document, finding.rule))
    for edit in _candidates(document, finding):
        if _works(document, finding, edit, before):
            return edit
    return None


def _candidates(document: Document, finding: Finding) -> Iterator[Edit]:
    reach = finding.reach or finding.place.span
    lines = document.lines
    at = [reach.start, max(reach.end - 1, reach.start)]
    if reach.covers(finding.place.span):
        at.insert(0, finding.place.span.start)
    trailing = dict.fromkeys(lines.position(offset).line for offset in at)
    directive = f"# driftlint: ignore[{finding.rule}] "
    ways = [*(_behind(document, line, directive) for line in trailing)]
    above = _above(document, lines.position(reach.start).line, directive)
    for edit in (above, *ways) if document.kind in _TRAILING_LAST else (*ways, above):
        if edit is not None:
            yield edit


def _behind(document: Document, line: int, directive: str) -> Edit | None:
    text = document.lines.line_text(line)
    end = document.lines.offset(line) + len(text.rstrip())
    if not text.strip() or text.rstrip().endswith("\\"):
        return None
    rest = text[len(text.rstrip()) :]
    return Edit(document.path, Span(end, end + len(rest)), rest, f"  {directive}")


def _above(document: Document, line: int, directive: str) -> Edit | None:
    text = document.lines.line_text(line)
    if line > 1 and document.lines.line_text(line - 1).rstrip().endswith("\\") and document.kind != "dockerfile":
        return None  # a comment inside a continued line would end it
    start = document.lines.offset(line)
    indent = text[: len(text) - len(text.lstrip())]
    end = "\r\n" if "\r\n" in document.text else "\n"
    return Edit(document.path, Span(start, start), "", f"{indent}{directive}{end}")


def with_reason(edit: Edit, reason: str) -> str:
    """Return the inserted text with a reason where it belongs."""
    body = edit.text.rstrip("\r\n")
    return body + reason + edit.text[len(body) :]


def _works(document: Document, finding: Finding, edit: Edit, before: int) -> bool:
    """Read the text with the comment and a reason in it: the finding is accepted, nothing else is changed."""
    inserted = with_reason(edit, _PROBE)
    text = document.text[: edit.span.start] + inserted + document.text[edit.span.end :]
    if document.cells:
        # The joined source of a notebook's cells is read as a notebook of one cell: comments of code are the same.
        after = read_document("cell.py", encode_text(text))
    else:
        after = read_document(document.path, encode_text(text))
    if after.text != text or len(after.problems) > len(document.problems):
        return False
    if after.kind == "python" and _faults(after) > _faults(document):
        return False
    comments = read_suppressions(after, {finding.rule})[0]
    if len(comments) != before + 1:
        return False
    by = len(inserted) - (edit.span.end - edit.span.start)

    def moved(offset: int) -> int:
        return offset + by if offset >= edit.span.end and (offset > edit.span.start or not edit.expect) else offset

    reach = finding.reach or finding.place.span
    span = finding.place.span
    probe = replace(
        finding,
        place=replace(
            finding.place, path=after.path, span=Span(moved(span.start), max(moved(span.end), moved(span.start)))
        ),
        reach=Span(moved(reach.start), moved(reach.end) if reach.end > edit.span.start else reach.end),
    )
    result = apply_suppressions([probe], {after.path: after}, (), _DAY, known={finding.rule})
    return not result.kept


def _comments(document: Document, rule: str) -> list[object]:
    if document.cells:
        document = read_document("cell.py", encode_text(document.text))
    return list(read_suppressions(document, {rule})[0])


def _faults(document: Document) -> int:
    found = outline(extract_facts(document.code or document.text))
    return len(found.errors) if found is not None else 0


def make_entry(target: Target, finding: Finding, current: str | None) -> Entry | None:
    """Return the entry that accepts a finding in the configuration; None where the file cannot take one more table.

    `current` is the text of the configuration file, None when there is none.
    """
    source = target.config.source
    path = source if source is not None else target.root / "driftlint.toml"
    header = "[[tool.driftlint.accept]]" if path.name == "pyproject.toml" else "[[accept]]"
    glob = re.sub(r"([*?\[\\])", r"\\\1", finding.place.path)
    fields = {"rule": finding.rule, "path": f"/{glob}", "subject": finding.subject.name, "reason": ""}
    table = "".join(f"{key} = {_quote(value)}\n" for key, value in fields.items() if value or key == "reason")
    text = f"{header}\n{table}"
    if current is None:
        return Entry(path, text, True) if source is None else None
    gap = "" if not current else "\n" if current.endswith("\n") else "\n\n"
    whole = read_document(path.name, encode_text(current + gap + text))
    if len(whole.problems) > len(read_document(path.name, encode_text(current)).problems):
        return None  # `accept` stands there as a list in one line, or the file is broken
    return Entry(path, gap + text, False)


def _quote(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
