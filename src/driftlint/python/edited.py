"""A Python text that is lowered again after an edit, at the cost of what the edit touches.

Promises: what `lower_module` gives for the same text, or where it does not parse.
Refuses to know: what was edited; it compares the texts.

Statements at the top of a module stand for themselves: where an edit lies between two of them that it does not touch, what
stands before the first and behind the second is parsed as before. Both are parsed again with what lies between, and the
second must come out as it was: then the parser is where it was before.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from driftlint.python.lower import Lowered, Piece, Unparsed, join_pieces, lower_pieces
from driftlint.python.moved import move_piece


class EditedText(Struct, frozen=True):
    """A text that parses, as the pieces that it is lowered to."""

    text: str
    pieces: list[Piece]

    def lower(self) -> Lowered:
        """Return what the whole text is lowered to."""
        return join_pieces(self.pieces)

    def edit(self, text: str) -> EditedText | Unparsed:
        """Return another text, what both share taken over."""
        old, pieces = self.text, self.pieces
        shorter = min(len(old), len(text))
        same = _count_same(old, text, shorter)
        same_end = _count_same_end(old, text, shorter - same)
        by = len(text) - len(old)
        first = _find_first(old, pieces, same)
        last = _find_last(old, pieces, len(old) - same_end)
        if first is None and last is None:
            return begin_editing(text)
        start = pieces[first].start if first is not None else 0
        end = pieces[last].start + by if last is not None else len(text)
        if start >= end:
            return begin_editing(text)
        between = lower_pieces(text[start:end])
        if isinstance(between, Unparsed) or (
            last is not None and not _ends_alike(between, pieces[last - 1], by - start)
        ):
            return begin_editing(text)
        before = pieces[:first] if first is not None else []
        after = [move_piece(piece, by) for piece in pieces[last:]] if last is not None else []
        return EditedText(text, [*before, *(move_piece(piece, start) for piece in between), *after])


def begin_editing(text: str) -> EditedText | Unparsed:
    """Return a text that is lowered whole."""
    pieces = lower_pieces(text)
    return pieces if isinstance(pieces, Unparsed) else EditedText(text, pieces)


_BLOCK = 4096


def _count_same(one: str, other: str, most: int) -> int:
    """Return the number of code points with which both begin, no more than `most`."""
    at = 0
    while at < most and one[at : at + _BLOCK] == other[at : at + _BLOCK]:
        at += _BLOCK
    end = min(at + _BLOCK, most)
    return next((i for i in range(at, end) if one[i] != other[i]), max(end, min(at, most)))


def _count_same_end(one: str, other: str, most: int) -> int:
    """Return the number of code points with which both end, no more than `most`."""
    at = 0
    while at < most and _before_end(one, at) == _before_end(other, at):
        at += _BLOCK
    end = min(at + _BLOCK, most)
    return next((i for i in range(at, end) if one[-1 - i] != other[-1 - i]), max(end, min(at, most)))


def _before_end(text: str, at: int) -> str:
    return text[max(len(text) - at - _BLOCK, 0) : len(text) - at]


def _find_first(text: str, pieces: Sequence[Piece], same: int) -> int | None:
    """Return the last piece that ends within what stays the same at the start, and begins where a parser can."""
    for index in range(len(pieces) - 1, 0, -1):
        if pieces[index].end < same and _may_part(text, pieces, index):
            return index
    return None


def _find_last(text: str, pieces: Sequence[Piece], changed: int) -> int | None:
    """Return the piece behind the first one that begins behind what changed, where a parser can begin."""
    for index in range(1, len(pieces)):
        if pieces[index - 1].start > changed and _may_part(text, pieces, index):
            return index
    return None


def _may_part(text: str, pieces: Sequence[Piece], index: int) -> bool:
    """Return whether a text may be taken apart before a piece: two statements meet there, on lines of their own."""
    at = pieces[index].start
    alone = text[at - 1] == "\n" and text[at - 2 : at - 1] != "\\"
    return alone and not pieces[index].is_comment and not pieces[index - 1].is_comment


def _ends_alike(pieces: Sequence[Piece], old: Piece, by: int) -> bool:
    """Return whether the last piece is one that stood there before, moved."""
    return bool(pieces) and (pieces[-1].start, pieces[-1].end) == (old.start + by, old.end + by)
