"""A cell of comments in a file of Windows: blank and comment lines in front of a cell magic are passed in one way only."""

from __future__ import annotations

import time

import pytest

from driftlint.documents.python_source import read_magics


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_many_comment_lines_before_no_magic_are_read(end: str) -> None:
    start = time.process_time()
    magics = read_magics(f"# a{end}{end}" * 2_000 + "x = 1", whole_cell=True)
    assert time.process_time() - start < 5.0
    assert magics.cell_magic == ""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_magic_after_comment_lines_is_found(end: str) -> None:
    magics = read_magics(f"# a{end}{end}%%bash{end}pip install torch{end}", whole_cell=True)
    assert magics.cell_magic == "bash"
    assert [word.text for word in magics.commands[0].words] == ["pip", "install", "torch"]
