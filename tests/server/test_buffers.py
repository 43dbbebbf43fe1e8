"""Open texts after any edits, in every encoding; what the engine reads of them."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftlint.documents import decode, read_document
from driftlint.server.buffers import CellBuffer, Change, NotebookBuffer, TextBuffer, encode_notebook, encode_text
from driftlint.server.lines_moved import MovedLines
from driftlint.text import Encoding, LineIndex, count_units, find_units

ENCODINGS = get_args(Encoding)
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
TEXTS = st.text(alphabet='ab \t"#\n\r\x0c\u2028é漢😀𝔘', max_size=40)


@given(TEXTS.filter(lambda text: not set("\r\n") & set(text)), st.sampled_from(ENCODINGS))
def test_units_are_those_of_the_codec(text: str, encoding: Encoding) -> None:
    codec, width = CODECS[encoding]
    assert count_units(text, encoding) == len(text.encode(codec)) // width
    for at in range(len(text) + 1):
        units = len(text[:at].encode(codec)) // width
        assert find_units(text, units, encoding) == at
    assert find_units(text, 10_000, encoding) == len(text)
    assert find_units(text, -1, encoding) == 0


@pytest.mark.parametrize(("encoding", "units"), [("utf-8", 3), ("utf-16", 2)])
def test_a_position_inside_a_character_is_its_start(encoding: Encoding, units: int) -> None:
    assert find_units("a😀b", units, encoding) == 1


def lines_of(text: str) -> list[str]:
    """Cut a text where the protocol does, line ends kept."""
    out, at = [], 0
    while at < len(text):
        end = at
        while end < len(text) and text[end] not in "\r\n":
            end += 1
        end += 2 if text[end : end + 2] == "\r\n" else 1
        out.append(text[at:end])
        at = end
    return [*out, ""] if not text or text[-1] in "\r\n" else out


@given(st.data(), TEXTS, st.sampled_from(ENCODINGS))
def test_edits_by_position_are_edits_of_the_text(data: st.DataObject, text: str, encoding: Encoding) -> None:
    buffer = TextBuffer("file:///a.py", text)
    codec, width = CODECS[encoding]
    for _ in range(3):
        lines = lines_of(text)
        places = []
        for _ in range(2):
            line = data.draw(st.integers(0, len(lines) - 1))
            column = data.draw(st.integers(0, len(lines[line].rstrip("\r\n"))))
            places.append((sum(map(len, lines[:line])) + column, line, column))
        (start, *at_start), (end, *at_end) = sorted(places)
        new = data.draw(TEXTS)
        ends = [(line, len(lines[line][:column].encode(codec)) // width) for line, column in (at_start, at_end)]
        buffer.apply(Change(new, ends[0], ends[1]), encoding)
        text = text[:start] + new + text[end:]
        assert buffer.text == text


def test_positions_past_the_end_are_the_end() -> None:
    buffer = TextBuffer("file:///a.py", "ab\ncd")
    buffer.apply(Change("!", (0, 99), (0, 99)), "utf-16")
    assert buffer.text == "ab!\ncd"
    buffer.apply(Change("?", (9, 0), (9, 0)), "utf-16")
    assert buffer.text == "ab!\ncd?"
    buffer.apply(Change("new"), "utf-16")
    assert buffer.text == "new"


def test_form_feeds_and_separators_end_no_line() -> None:
    buffer = TextBuffer("file:///a.py", "a\x0cb\u2028c\nd")
    buffer.apply(Change("X", (1, 0), (1, 1)), "utf-16")
    assert buffer.text == "a\x0cb\u2028c\nX"


@given(TEXTS, st.sampled_from(["", "# -*- coding: latin-1 -*-\n", "# coding: utf-8\n", "# coding: nothing\n"]))
def test_a_file_is_read_as_the_text_that_is_open(text: str, head: str) -> None:
    whole = head + text
    assert decode(encode_text(whole), python=True).text == whole


def test_lone_surrogates_keep_their_width() -> None:
    assert decode(encode_text("a\ud800b\n")).text == "a?b\n"


def test_a_notebook_is_read_with_its_cells_in_order() -> None:
    cells = [CellBuffer("c:0", False), CellBuffer("c:1", True), CellBuffer("c:2", True)]
    texts = {"c:0": "# title 😀", "c:1": "!pip install torch\nx = 1", "c:2": "y = '𝔘'\n"}
    notebook = NotebookBuffer("file:///a.ipynb", cells, 1, "python")
    data = encode_notebook(notebook, {uri: TextBuffer(uri, text) for uri, text in texts.items()})
    document = read_document("a.ipynb", data)
    assert document.text == "!pip install torch\nx = 1\ny = '𝔘'\n"
    assert [(cell.index, cell.start) for cell in document.cells] == [(1, 0), (2, 25)]
    assert document.problems == ()


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.lists(st.sampled_from("abcd"), max_size=12))
def test_lines_that_are_found_again_are_the_same_and_in_order(old: list[str], new: list[str]) -> None:
    moved = MovedLines(old, new)
    same = [(line, moved.find(line)[0]) for line in range(1, len(old) + 1) if moved.find(line)[1]]
    assert [old[a - 1] for a, _ in same] == [new[b - 1] for _, b in same]
    assert [b for _, b in same] == sorted({b for _, b in same})
    assert all(1 <= moved.find(line)[0] <= max(len(new), 1) for line in range(1, len(old) + 1))


def test_lines_around_a_change_are_found_again() -> None:
    old = ["a", "b", "c", "d", "e"]
    new = ["a", "x", "b", "c!", "d", "e"]
    moved = MovedLines(old, new)
    assert [moved.find(line) for line in range(1, 6)] == [(1, True), (3, True), (3, False), (5, True), (6, True)]


@given(TEXTS)
def test_lines_are_counted_as_the_protocol_does(text: str) -> None:
    index = LineIndex(text)
    lines = lines_of(text)
    assert index.line_count == len(lines)
    assert [index.line_text(at + 1) for at in range(len(lines))] == [line.rstrip("\r\n") for line in lines]
