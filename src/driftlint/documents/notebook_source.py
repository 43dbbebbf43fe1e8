"""Changes of a notebook's cells, made in its JSON.

Promises: only the strings of changed source lines are written anew, in the notebook's own layout and escaping; cell
ids, outputs and metadata stay byte for byte. Refuses to know: what the lines mean.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from driftlint.documents.notebook import RawCell, find_cells


def rewrite_cells(raw: str, joined: str, edits: Sequence[tuple[int, int, str]]) -> str | None:
    """Return a notebook's JSON after edits (start, end, new text) of the joined source of its code cells.

    `joined` is that source as the reader made it, code points count from its start. None where the JSON is broken, the
    source differs, an edit spans cells, or a string is escaped in a way that would not be written again.
    """
    cells = find_cells(raw)
    if cells is None:
        return None
    changes: list[tuple[int, int, str]] = []
    start = 0
    left = sorted(edits)
    for cell in cells:
        if cell.kind != "code":
            continue
        source = "".join(piece for piece, _, _ in cell.pieces)
        length = len(source) if source.endswith("\n") else len(source) + 1
        if joined[start : start + len(source)] != source:
            return None
        # What is put where one cell ends and the next begins belongs to the next.
        mine = [edit for edit in left if start <= edit[0] < start + length and edit[1] <= start + len(source)]
        if mine:
            left = [edit for edit in left if edit not in mine]
            change = _change(raw, cell, source, [(a - start, b - start, text) for a, b, text in mine])
            if change is None:
                return None
            changes.append(change)
        start += length
    if left:
        return None
    for a, b, text in sorted(changes, reverse=True):
        raw = raw[:a] + text + raw[b:]
    return raw


def _change(raw: str, cell: RawCell, source: str, edits: Sequence[tuple[int, int, str]]) -> tuple[int, int, str] | None:
    """Return one replacement in the JSON: the strings of the lines that change."""
    new = source
    for a, b, text in sorted(edits, reverse=True):
        new = new[:a] + text + new[b:]
    if not cell.pieces:
        return None
    old_pieces = [piece for piece, _, _ in cell.pieces]
    listed = len(cell.pieces) != 1 or raw[: cell.pieces[0][1]].rstrip().endswith("[")
    new_pieces = new.splitlines(keepends=True) if listed else [new]
    if listed and source.splitlines(keepends=True) != old_pieces:
        return None
    same = 0
    while same < min(len(old_pieces), len(new_pieces)) and old_pieces[same] == new_pieces[same]:
        same += 1
    tail = 0
    while tail < min(len(old_pieces), len(new_pieces)) - same and old_pieces[-1 - tail] == new_pieces[-1 - tail]:
        tail += 1
    if same == len(old_pieces) - tail or same == len(new_pieces) - tail:
        # Lines are only added or only dropped: the string beside them is written again, so that the commas come out right.
        if same:
            same -= 1
        elif tail:
            tail -= 1
    first, last = same, len(old_pieces) - tail
    written = new_pieces[same : len(new_pieces) - tail] or [""]
    begin, end = cell.pieces[first][1], cell.pieces[last - 1][2]
    ascii_only = raw[begin:end].isascii()
    for piece, a, b in cell.pieces[first:last]:
        if json.dumps(piece, ensure_ascii=ascii_only) != raw[a:b]:
            return None
    between = raw[cell.pieces[0][2] : cell.pieces[1][1]] if len(cell.pieces) > 1 else ",\n" + _indent(raw, begin)
    return begin, end, between.join(json.dumps(piece, ensure_ascii=ascii_only) for piece in written)


def _indent(raw: str, at: int) -> str:
    line = raw.rfind("\n", 0, at) + 1
    return raw[line:at] if not raw[line:at].strip() else " "
