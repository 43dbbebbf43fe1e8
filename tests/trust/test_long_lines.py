"""A few characters repeated: the time of reading grows with a text, not with its square."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from driftlint.documents import read_document
from driftlint.documents.prose import plain, read_prose

SIZE = 200_000
FAR = 8.0
"""Seconds of the processor: a square would take a minute and more, a line takes a tenth of a second."""
TEXTS: dict[str, tuple[str, str]] = {
    "marks of a template that never end": ("conf.yaml", "{{ "),
    "blocks of a template that never end": ("conf.yaml", "{% "),
    "comments of a template that never end": ("conf.yaml", "{#"),
    "blanks in an option": ("setup.cfg", " "),
    "blanks after a value": (".env", "\t"),
    "defaults that never end": (".env", "${a:-a"),
    "blanks in a reference": ("justfile", "{{ " + " " * 500),
    "continued lines": ("Dockerfile", "\\\n"),
    "braces of a recipe": ("Dockerfile", "{{ "),
    "expansions of a recipe": ("Dockerfile", "${a"),
    "a word of a script": ("run.sh", "a@"),
    "operators of a script": ("run.sh", "<>"),
    "quotes of a script": ("run.sh", "'"),
}


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize("name", TEXTS)
def test_a_reader_takes_a_line_of_anything(name: str) -> None:
    path, unit = TEXTS[name]
    for start in ("", "[a]\nb = c" if path == "setup.cfg" else "A=x"):
        data = (start + unit * (SIZE // len(unit)) + "!x").encode()
        assert seconds(lambda data=data: read_document(path, data)) < FAR  # type: ignore[misc]


def test_a_script_with_a_line_that_is_not_read_says_so() -> None:
    document = read_document("run.sh", ("pip install torch\necho " + "a" * 10_001 + "\n").encode())
    assert [problem.message for problem in document.problems] == [
        "a line is longer than 10000 characters: this script was not read"
    ]
    shorter = read_document("run.sh", ("pip install torch\necho " + "a" * 9_900 + "\n").encode())
    assert [problem.message for problem in shorter.problems] == []


def test_a_cell_of_a_notebook_without_a_line_end() -> None:
    cells = [{"cell_type": "code", "source": ["# a\n", "a" * SIZE], "outputs": []}]
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()
    assert seconds(lambda: read_document("a.ipynb", data)) < FAR


@pytest.mark.parametrize("unit", ["<!--a", "![a", "[a](", "<h1>", "|a"])
def test_a_report_of_anything(unit: str) -> None:
    text = unit * (SIZE // len(unit))
    assert seconds(lambda: read_prose("README.rst", text)) < FAR
    assert seconds(lambda: plain(text)) < FAR


def test_what_is_a_comment_of_a_report_stays_one() -> None:
    prose = read_prose("README.md", "a <!-- b <!-- c --> d <!-- e\n\n<h2 id='x'>T</h2>\n\n[![a](b)](c) [d](e)\n")
    assert [comment.text for comment in prose.comments] == ["b <!-- c"]
    assert [heading.text for heading in prose.headings] == ["T"]
    assert plain("x [d](e) **f**") == "x d f"
