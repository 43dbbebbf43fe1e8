"""Text positions and edits.

Promises: every offset in driftlint is a 0-based code-point offset into a document's decoded text, every line and
column shown to people is 1-based. Refuses to know: which syntax a text is written in, and where it is stored.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from driftlint.late_regex import compile_late

Encoding: TypeAlias = Literal["utf-8", "utf-16", "utf-32"]
"""What editors count columns in: the code units of one of these."""
_LINE_END = compile_late(r"\r\n|\r|\n")


class Span(Struct, frozen=True, order=True):
    """A half-open range of code points, ``text[start:end]``."""

    start: int
    end: int

    def covers(self, other: Span) -> bool:
        """Return whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


class Position(Struct, frozen=True, order=True):
    """A place in a text as people and editors count: 1-based line, 1-based column in code points."""

    line: int
    column: int


class LineIndex:
    r"""Line starts of one text. Lines end at ``\n``, ``\r\n`` or a lone ``\r``."""

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        starts = [0]
        at = 0
        if "\r" not in text:
            while (at := text.find("\n", at)) != -1:
                at += 1
                starts.append(at)
        else:
            starts.extend(found.end() for found in _LINE_END.finditer(text))
        self._starts = starts

    @property
    def line_count(self) -> int:
        """Number of lines; a text that ends in a newline has an empty last line."""
        return len(self._starts)

    def position(self, offset: int) -> Position:
        """Return the position of a code-point offset (0-based; offsets past the end are the end)."""
        offset = min(max(offset, 0), len(self._text))
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def offset(self, line: int, column: int = 1) -> int:
        """Return the code-point offset of a 1-based line and column, clamped to the text."""
        if line < 1:
            return 0
        if line > len(self._starts):
            return len(self._text)
        return min(self._starts[line - 1] + column - 1, len(self._text))

    def rows(self) -> Iterator[str]:
        """Yield the lines without their ends, as often as `line_count` says."""
        return map(self.line_text, range(1, len(self._starts) + 1))

    def line_text(self, line: int) -> str:
        """Return one 1-based line without its line end."""
        if not 1 <= line <= len(self._starts):
            return ""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self._text)
        return self._text[start:end].rstrip("\r\n")


def count_units(text: str, encoding: Encoding) -> int:
    """Return how many code units of an encoding a text has. A lone surrogate counts as the character that it is."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    return len(text) + sum(map(_extra_16 if encoding == "utf-16" else _extra_8, text))


def find_units(text: str, units: int, encoding: Encoding) -> int:
    """Return how many characters lie in the first `units` code units of a text.

    A count that ends inside a character leaves it out; one that is negative is 0, one past the end is the whole text.
    """
    if encoding == "utf-32" or text.isascii():
        return min(max(units, 0), len(text))
    extra = _extra_16 if encoding == "utf-16" else _extra_8
    for at, char in enumerate(text):
        units -= 1 + extra(char)
        if units < 0:
            return at
    return len(text)


def _extra_16(char: str) -> int:
    return char > "\uffff"


def _extra_8(char: str) -> int:
    return (char > "\x7f") + (char > "\u07ff") + (char > "\uffff")


class Edit(Struct, frozen=True):
    """Replace one span of one file. `expect` is the text that must stand there, else the edit is refused."""

    path: str
    span: Span
    expect: str
    text: str
