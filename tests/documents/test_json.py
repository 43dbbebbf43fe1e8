"""JSON beyond one value."""

from __future__ import annotations

import pytest

from driftlint.documents import read_document


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ('{"a": 1}\n{"a": 2}\n', True),
        ('{"a": 1}\r\n\r\n{"a": 2}', True),
        ("[1, 2]\n[3, 4]\n", True),
        ('{"a": 1}{"a": 2}\n', False),
        ('{\n"a": 1\n}\n{\n"a": 2\n}\n', False),
        ('{"a": 1}\nrest\n', False),
    ],
)
def test_rows_of_data_are_no_problem_and_other_second_values_are(text: str, whole: bool) -> None:
    problems = [problem.message for problem in read_document("rows.json", text.encode()).problems]
    assert (problems == []) is whole
    assert whole or problems[0].startswith("more than one JSON value")
