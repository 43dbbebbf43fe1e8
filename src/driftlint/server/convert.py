"""Between the engine's values and the protocol's.

Promises: nothing is lost on the way but what the client says that it cannot show. Refuses to know: when something is sent.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path

from driftlint.report.redact import clean
from driftlint.server.answer import Extent, FileAnswer, Notice, Shown
from driftlint.server.buffers import Change

SOURCE = "driftlint"
_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}


def path_of(uri: str) -> str | None:
    """Return the absolute path that a URI names, None for a text that is no file (a cell, an unsaved text)."""
    path = to_fs_path(uri)
    return os.path.abspath(path) if path else None


def uri_of(path: str | Path) -> str:
    """Return the URI of an absolute path."""
    return from_fs_path(os.fspath(path)) or ""


def range_of(at: Extent) -> types.Range:
    """Return an extent as a range."""
    return types.Range(types.Position(at.line, at.column), types.Position(at.end_line, at.end_column))


def extent_of(given: types.Range) -> Extent:
    """Return a range as an extent."""
    return Extent(given.start.line, given.start.character, given.end.line, given.end.character)


def change_of(change: types.TextDocumentContentChangeEvent) -> Change:
    """Return one edit of a client."""
    if isinstance(change, types.TextDocumentContentChangePartial):
        at = extent_of(change.range)
        return Change(change.text, (at.line, at.column), (at.end_line, at.end_column))
    return Change(change.text)


def diagnostics_of(
    file: FileAnswer, uri_of_place: Callable[[str, Extent], str | None], cell: int | None, *, related: bool
) -> list[types.Diagnostic]:
    """Return the diagnostics of a file, or of one cell of a notebook. `related` says whether the client shows trails."""
    found = [_finding(item, uri_of_place, related) for item in file.shown if item.at.cell == cell]
    return found + [_notice(item) for item in file.notices if item.at.cell == cell]


def _finding(item: Shown, uri_of_place: Callable[[str, Extent], str | None], with_related: bool) -> types.Diagnostic:
    finding = item.finding
    message = clean(finding.message)
    if finding.remedy:
        message += f"\nhelp: {clean(finding.remedy)}"
    trail = [
        types.DiagnosticRelatedInformation(types.Location(uri, range_of(at)), note)
        for path, at, note in item.related
        if (uri := uri_of_place(path, at)) is not None
    ]
    return types.Diagnostic(
        range=range_of(item.at),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        source=SOURCE,
        message=message,
        related_information=trail if with_related and trail else None,
        data={"fingerprint": finding.fingerprint},
    )


def _notice(item: Notice) -> types.Diagnostic:
    return types.Diagnostic(
        range=range_of(item.at),
        severity=_SEVERITIES[item.severity],
        code=item.code,
        source=SOURCE,
        message=item.message,
    )
