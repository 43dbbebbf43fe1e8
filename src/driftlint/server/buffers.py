r"""The texts that an editor has open.

Promises: a text is what the client holds, code point by code point, after any sequence of its edits; lines end as the
protocol says (``\n``, ``\r\n``, ``\r``) and at nothing else. Refuses to know: files on disk, what a text means.
"""

from __future__ import annotations

import codecs
import json
import re

from msgspec import Struct

from driftlint.late_regex import compile_late
from driftlint.text import Encoding, LineIndex, find_units

_COOKIE = compile_late(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)


class Change(Struct, frozen=True):
    """One edit of a client: positions are 0-based (line, code units); `start` None replaces the whole text."""

    text: str
    start: tuple[int, int] | None = None
    end: tuple[int, int] | None = None


class TextBuffer(Struct):
    """One open text. `version` is the client's number of it."""

    uri: str
    text: str
    version: int | None = None
    language: str = ""
    _lines: LineIndex | None = None

    @property
    def lines(self) -> LineIndex:
        """The lines of the text."""
        if self._lines is None:
            self._lines = LineIndex(self.text)
        return self._lines

    def offset(self, line: int, units: int, encoding: Encoding) -> int:
        """Return the code-point offset of a 0-based position, clamped to the text and to the line."""
        if line < 0:
            return 0
        if line >= self.lines.line_count:
            return len(self.text)
        return self.lines.offset(line + 1) + find_units(self.lines.line_text(line + 1), units, encoding)

    def apply(self, change: Change, encoding: Encoding) -> None:
        """Apply one edit; edits of one notification build on each other."""
        if change.start is None or change.end is None:
            text = change.text
        else:
            start = self.offset(*change.start, encoding)
            end = max(self.offset(*change.end, encoding), start)
            text = self.text[:start] + change.text + self.text[end:]
        if text != self.text:
            self.text = text
            self._lines = None


class CellBuffer(Struct, frozen=True):
    """One cell of an open notebook: the URI of its text, and whether it is code."""

    uri: str
    is_code: bool


class NotebookBuffer(Struct):
    """An open notebook. Its cells' texts are text buffers of their own; `language` is the kernel's, "" when not known."""

    uri: str
    cells: list[CellBuffer]
    version: int = 0
    language: str = ""


def encode_text(text: str) -> bytes:
    """Return the bytes that the reader of a file decodes to exactly this text.

    UTF-8; a coding comment that says otherwise is overruled by a byte order mark.
    """
    data = text.encode("utf-8", "replace")
    return codecs.BOM_UTF8 + data if not data.isascii() and _names_other_coding(text) else data


def _names_other_coding(text: str) -> bool:
    for line in text[:1000].splitlines()[:2]:
        if found := _COOKIE.match(line):
            try:
                return codecs.lookup(found[1]).name != "utf-8"
            except LookupError:
                return True
    return False


def encode_notebook(notebook: NotebookBuffer, texts: dict[str, TextBuffer]) -> bytes:
    """Return a notebook as its file would hold it, cells of all kinds in their order."""
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code" if cell.is_code else "markdown",
            "metadata": {},
            "source": texts[cell.uri].text if cell.uri in texts else "",
        }
        for cell in notebook.cells
    ]
    metadata = {"language_info": {"name": notebook.language}} if notebook.language else {}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=True).encode()
