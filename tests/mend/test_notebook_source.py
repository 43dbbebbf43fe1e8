"""Edits of cells, made in the notebook's JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftlint.documents import read_document
from driftlint.documents.notebook_source import rewrite_cells


def notebook(*cells: object, **options: object) -> str:
    made = [
        {"cell_type": "code", "id": f"c{at}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for at, source in enumerate(cells)
    ]
    made.insert(0, {"cell_type": "markdown", "metadata": {}, "source": ["# T\n", "x = 1"]})
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, **{"indent": 1, **options})  # type: ignore[arg-type]


def mend(raw: str, old: str, new: str) -> str | None:
    joined = read_document("a.ipynb", raw.encode()).text
    at = joined.index(old)
    return rewrite_cells(raw, joined, [(at, at + len(old), new)])


@pytest.mark.parametrize("indent", [1, 4, None])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_word_of_one_line_changes_one_string(indent: int | None, ascii_only: bool) -> None:
    raw = notebook(["a = 1\n", "ü = g(2)"], ["b = 3"], indent=indent, ensure_ascii=ascii_only)
    wanted = notebook(["a = 1\n", "ü = g(2, p=3)"], ["b = 3"], indent=indent, ensure_ascii=ascii_only)
    assert mend(raw, "g(2)", "g(2, p=3)") == wanted


def test_lines_are_added_before_after_and_between() -> None:
    raw = notebook(["a\n", "b\n", "c"], ["d"])
    assert mend(raw, "a\n", "new\na\n") == notebook(["new\n", "a\n", "b\n", "c"], ["d"])
    assert mend(raw, "b\n", "b\nnew\n") == notebook(["a\n", "b\n", "new\n", "c"], ["d"])
    assert mend(raw, "c", "c\nnew") == notebook(["a\n", "b\n", "c\n", "new"], ["d"])
    assert mend(raw, "d", "d\nnew") == notebook(["a\n", "b\n", "c"], ["d\n", "new"])


def test_a_source_of_one_string_stays_one() -> None:
    assert mend(notebook("a\nb"), "b", "b\nc") == notebook("a\nb\nc")


def test_an_escape_that_would_not_come_back_is_refused() -> None:
    raw = notebook(["a = '/'"]).replace("'/'", "'\\/'")
    assert mend(raw, "a", "b") is None


LINES = st.lists(st.text(alphabet='ab "\\é\U0001f600\t', max_size=5), min_size=1, max_size=5)


@settings(max_examples=200, deadline=None)
@given(cells=st.lists(LINES, min_size=1, max_size=3), data=st.data())
def test_the_source_is_what_was_asked_for_and_the_rest_stays(cells: list[list[str]], data: st.DataObject) -> None:
    sources = ["\n".join(lines).splitlines(keepends=True) for lines in cells]
    raw = notebook(*sources)
    joined = read_document("a.ipynb", raw.encode()).text
    number = data.draw(st.integers(0, len(cells) - 1))
    text = "".join(sources[number])
    start = data.draw(st.integers(0, max(len(text) - text.endswith("\n"), 0)))  # what follows is the next cell's
    end = data.draw(st.integers(start, len(text)))
    new = data.draw(st.text(alphabet="xy\n é", max_size=6))
    offset = sum(len(t) + (not t.endswith("\n")) for t in ("".join(s) for s in sources[:number]))
    mended = rewrite_cells(raw, joined, [(offset + start, offset + end, new)])
    if not text:
        return
    assert mended is not None
    changed = text[:start] + new + text[end:]
    expected = [*sources[:number], changed.splitlines(keepends=True) or [""], *sources[number + 1 :]]
    assert json.loads(mended) == json.loads(notebook(*expected))
