"""Code actions: fixes, ignoring with a reason, fixing all that is safe.

Promises: an edit is offered only where the text that it expects stands; all edits of a fix are in one action, or the fix
is not offered. Refuses to know: how fixes come about, and when an action is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lsprotocol import types
from msgspec import Struct

from driftlint.documents.model import Document
from driftlint.facts import Finding, Fix
from driftlint.report.redact import clean
from driftlint.server.answer import Answer, Extent, Placer, Shown
from driftlint.server.buffers import TextBuffer
from driftlint.server.convert import range_of, uri_of
from driftlint.server.ignoring import find_comment, make_entry, with_reason
from driftlint.text import Edit, Encoding, count_units

FIX_ALL = "source.fixAll.driftlint"
KINDS = (types.CodeActionKind.QuickFix, FIX_ALL)
_APPLICABILITY = {"safe": "safe", "suggest": "may change what runs", "show": "yours to decide"}


class Client(Struct, frozen=True):
    """What the client can do with an edit: name versions, create files, place the cursor."""

    encoding: Encoding
    versions: bool = False
    creates: bool = False
    snippets: bool = False


class Asked(Struct, frozen=True):
    """One request: the file (and cell) and the range, what kinds are wanted (None: all), the diagnostics that are shown."""

    path: str
    at: Extent
    only: Sequence[str] | None = None
    diagnostics: Sequence[types.Diagnostic] = ()


class Actions:
    """Writes the code actions of one answer.

    `place` gives the URI of a path and cell, `buffer` the open text of a URI, `read` the text of a file by absolute path.
    """

    def __init__(
        self,
        answer: Answer,
        placer: Placer,
        client: Client,
        place: Callable[[str, Extent], str | None],
        buffer: Callable[[str], TextBuffer | None],
        read: Callable[[str], str | None],
    ) -> None:
        self._answer = answer
        self._placer = placer
        self._client = client
        self._place = place
        self._buffer = buffer
        self._read = read

    def offer(self, asked: Asked) -> list[types.CodeAction]:
        """Return the actions for a range, fixes first."""
        file = self._answer.file(asked.path)
        hit = [item for item in file.shown if item.at.cell == asked.at.cell and _meet(item.at, asked.at)]
        actions: list[types.CodeAction] = []
        if _wants(asked.only, types.CodeActionKind.QuickFix):
            for item in hit:
                actions += self._fixes(item, asked)
            for item in hit:
                actions += self._ignores(item, asked)
        if _wants(asked.only, FIX_ALL):
            actions += self._fix_all(asked, [item.finding for item in file.shown])
        return actions

    def _fixes(self, item: Shown, asked: Asked) -> Iterator[types.CodeAction]:
        for fix in item.finding.fixes:
            edit = self._workspace_edit(fix.edits)
            if edit is not None:
                yield types.CodeAction(
                    title=_title(fix),
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=_matching(asked, item),
                    is_preferred=fix.applicability == "safe",
                    edit=edit,
                )

    def _fix_all(self, asked: Asked, findings: Iterable[Finding]) -> Iterator[types.CodeAction]:
        """One action with every safe fix of the file; of two that overlap the first is taken."""
        taken: list[Edit] = []
        for finding in findings:
            fix = next((fix for fix in finding.fixes if fix.applicability == "safe"), None)
            if fix is None or self._workspace_edit(fix.edits) is None:
                continue
            new = [edit for edit in fix.edits if edit not in taken]
            if not any(_overlap(edit, other) for edit in new for other in taken):
                taken += new
        edit = self._workspace_edit(taken) if taken else None
        if edit is not None:
            yield types.CodeAction(title="driftlint: apply all safe fixes", kind=FIX_ALL, edit=edit)

    def _ignores(self, item: Shown, asked: Asked) -> Iterator[types.CodeAction]:
        finding = item.finding
        document = self._placer.locator.document(finding.place.path)
        comment = find_comment(document, finding) if document is not None and self._can_edit(document) else None
        edit = None
        if comment is not None:
            edit = self._workspace_edit([comment], snippet=self._client.snippets)
        where = "with a comment"
        if edit is None:
            edit = self._entry(finding)
            where = "in the configuration"
        if edit is not None:
            yield types.CodeAction(
                title=f"Ignore {finding.rule} {where}: write the reason",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=_matching(asked, item),
                is_preferred=False,
                edit=edit,
            )

    # edits

    def _entry(self, finding: Finding) -> types.WorkspaceEdit | None:
        target = self._answer.target
        if target is None or finding.place.path == ".":
            return None
        source = target.config.source or target.root / "driftlint.toml"
        entry = make_entry(target, finding, self._read(str(source)))
        if entry is None or (entry.create and not self._client.creates):
            return None
        uri = uri_of(entry.path)
        buffer = self._buffer(uri)
        text = (buffer.text if buffer is not None else self._read(str(entry.path))) or ""
        last = text.rpartition("\n")[2]
        end = types.Position(text.count("\n"), count_units(last, self._client.encoding))
        change = types.TextEdit(types.Range(end, end), entry.text)
        if not entry.create:
            return self._write({uri: [change]})
        document = types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri=uri), [change])
        create = types.CreateFile(uri=uri, options=types.CreateFileOptions(ignore_if_exists=True))
        return types.WorkspaceEdit(document_changes=[create, document])

    def _can_edit(self, document: Document) -> bool:
        """Return whether offsets of the document are places that an editor has: not in a text that is held back."""
        return document.path not in self._answer.held

    def _workspace_edit(self, edits: Sequence[Edit], *, snippet: bool = False) -> types.WorkspaceEdit | None:
        """Return edits for the client; None when one of them cannot be applied as it is meant."""
        changes: dict[str, list[types.TextEdit | types.SnippetTextEdit]] = {}
        for edit in edits:
            document = self._placer.locator.document(edit.path)
            if document is None or not self._can_edit(document):
                return None
            if document.text[edit.span.start : edit.span.end] != edit.expect:
                return None
            located = self._locate(document, edit)
            if located is None:
                return None
            uri, span = located
            if snippet:
                body = _escape(with_reason(edit, "\0")).replace("\0", "${1:reason}")
                changes.setdefault(uri, []).append(types.SnippetTextEdit(span, types.StringValue(body)))
            else:
                changes.setdefault(uri, []).append(types.TextEdit(span, edit.text))
        return self._write(changes) if changes else None

    def _locate(self, document: Document, edit: Edit) -> tuple[str, types.Range] | None:
        lines = document.lines
        start, end = lines.position(edit.span.start), lines.position(edit.span.end)
        at = Extent(
            start.line - 1,
            count_units(lines.line_text(start.line)[: start.column - 1], self._client.encoding),
            end.line - 1,
            count_units(lines.line_text(end.line)[: end.column - 1], self._client.encoding),
        )
        if document.cells:
            cell = next((c for c in reversed(document.cells) if c.start <= edit.span.start), document.cells[0])
            following = next((c.start for c in document.cells if c.start > cell.start), len(document.text) + 1)
            if edit.span.end > following:
                return None
            top = lines.position(cell.start).line - 1
            at = Extent(at.line - top, at.column, at.end_line - top, at.end_column, cell.index)
        uri = self._place(document.path, at)
        if uri is None or (document.cells and self._buffer(uri) is None):
            return None  # a notebook that is open as JSON, or not at all
        return uri, range_of(at)

    def _write(self, changes: dict[str, list[types.TextEdit | types.SnippetTextEdit]]) -> types.WorkspaceEdit:
        if not self._client.versions:
            plain = {uri: [e for e in edits if isinstance(e, types.TextEdit)] for uri, edits in changes.items()}
            return types.WorkspaceEdit(changes=plain)
        documents: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
        for uri, edits in changes.items():
            buffer = self._buffer(uri)
            version = buffer.version if buffer is not None else None
            identifier = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
            documents.append(types.TextDocumentEdit(identifier, list(edits)))
        return types.WorkspaceEdit(document_changes=documents)


def _title(fix: Fix) -> str:
    words = [_APPLICABILITY[fix.applicability], *([f"from {fix.evidence}"] if fix.evidence else [])]
    return f"{clean(fix.title)} ({clean(', '.join(words))})"


def _matching(asked: Asked, item: Shown) -> list[types.Diagnostic] | None:
    """Return the diagnostics of the request that show the finding."""
    wanted = range_of(item.at)
    found = [d for d in asked.diagnostics if d.code == item.finding.rule and d.range == wanted]
    return found or None


def _wants(only: Sequence[str] | None, kind: str) -> bool:
    return not only or any(kind == one or kind.startswith(one + ".") for one in only)


def _meet(one: Extent, other: Extent) -> bool:
    return (one.line, one.column) <= (other.end_line, other.end_column) and (other.line, other.column) <= (
        one.end_line,
        one.end_column,
    )


def _overlap(one: Edit, other: Edit) -> bool:
    if one.path != other.path:
        return False
    if one.span.start == one.span.end or other.span.start == other.span.end:
        return one.span.start <= other.span.end and other.span.start <= one.span.end
    return one.span.start < other.span.end and other.span.start < one.span.end


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")
