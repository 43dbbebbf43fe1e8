"""Edits of a document's text, made in the bytes of its file.

Promises: encoding, byte order mark, line ends and, in notebooks, the JSON around the edited lines stay; a file that
would not come back as it was is refused. Refuses to know: why an edit is made.
"""

from __future__ import annotations

from collections.abc import Sequence

from driftlint.documents.decode import decode
from driftlint.documents.model import Document
from driftlint.documents.notebook_source import rewrite_cells
from driftlint.text import Edit


class RewriteError(ValueError):
    """An edit that cannot be made in a file. The text is for people."""


def rewrite(data: bytes, document: Document, edits: Sequence[Edit]) -> bytes:
    """Return a file's bytes after edits that do not overlap. Raises RewriteError.

    `document` was read from `data`; spans are code points of its text, and `expect` must stand there.
    """
    ordered = sorted(set(edits), key=lambda edit: (edit.span, edit.text))
    for edit in ordered:
        if document.text[edit.span.start : edit.span.end] != edit.expect:
            raise RewriteError(f"{edit.path} has changed since it was read: nothing was written to it")
    decoded = decode(data, python=document.kind == "python")
    if decoded.binary or decoded.bom + decoded.text.encode(decoded.encoding, "replace") != data:
        raise RewriteError(f"{document.path} is not sound text in one encoding: save it as UTF-8 first")
    if document.kind == "notebook":
        text = rewrite_cells(decoded.text, document.text, [(e.span.start, e.span.end, e.text) for e in ordered])
        if text is None:
            raise RewriteError(
                f"{document.path}: the notebook's JSON cannot be rewritten line by line: edit it in Jupyter"
            )
    elif decoded.text != document.text:
        raise RewriteError(f"{document.path} was not read as it stands in the file: edit it by hand")
    else:
        text = apply_edits(document.text, ordered)
    try:
        return decoded.bom + text.encode(decoded.encoding)
    except UnicodeEncodeError:
        raise RewriteError(f"{document.path}: its encoding {decoded.encoding} has no room for the new text") from None


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """Return a text after edits that do not overlap, sorted by place."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += (text[at : edit.span.start], edit.text)
        at = edit.span.end
    parts.append(text[at:])
    return "".join(parts)
