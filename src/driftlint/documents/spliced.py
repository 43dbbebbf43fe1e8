"""Texts put together from pieces of a file.

Promises: where each piece stood is known to the code point. Refuses to know: what the pieces are.
"""

from __future__ import annotations

from bisect import bisect_right

from driftlint.text import Span


class Spliced:
    """A text put together from pieces of a source, which knows where in the source each piece stood."""

    __slots__ = ("_at", "_parts", "_sources", "length")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._at: list[int] = []
        self._sources: list[tuple[int, int, bool]] = []
        self.length = 0

    def add(self, piece: str, start: int, end: int | None = None) -> None:
        """Append a piece that stands at ``[start, end)`` of the source; `end` is needed when its length differs."""
        if not piece:
            return
        stop = start + len(piece) if end is None else end
        self._parts.append(piece)
        self._at.append(self.length)
        self._sources.append((start, stop, stop - start == len(piece)))
        self.length += len(piece)

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def span(self, span: Span) -> Span:
        """Return the source span of a span of the text."""
        return Span(self._origin(span.start, False), max(self._origin(span.end, True), self._origin(span.start, False)))

    def _origin(self, offset: int, is_end: bool) -> int:
        if not self._at:
            return offset
        index = max(bisect_right(self._at, offset - 1 if is_end else offset) - 1, 0)
        start, stop, straight = self._sources[index]
        if straight:
            return start + offset - self._at[index]
        return stop if is_end else start
