"""What stands in a file never makes Python itself print a warning."""

from __future__ import annotations

import warnings

import pytest

from driftlint.documents import read_document
from driftlint.documents.python_source import evaluate_literal
from driftlint.extract import extract_one

ODD = 'import re\nPATTERN = "a\\(b"\nNUMBER = 1if True else 2\nPATH = f"\\d{PATTERN}"\n'


def test_the_text_makes_python_warn() -> None:
    with pytest.warns((SyntaxWarning, DeprecationWarning)):
        compile(ODD, "odd.py", "exec")


@pytest.mark.parametrize("path", ["odd.py", "odd.ipynb"])
def test_reading_is_quiet(path: str) -> None:
    text = ODD
    if path.endswith(".ipynb"):
        import json

        cells = [{"cell_type": "code", "source": f"%%someone\n{ODD}"}, {"cell_type": "code", "source": ODD}]
        text = json.dumps({"cells": cells, "nbformat": 4, "metadata": {"language_info": {"name": "python"}}})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        document = read_document(path, text.encode())
        extract_one(path, text.encode())
    assert [problem for problem in document.problems if problem.fatal] == []


def test_a_literal_is_evaluated_without_a_word() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert evaluate_literal(r"'a\(b\n'") == "a\\(b\n"
        assert evaluate_literal("0x10") == 16


@pytest.mark.parametrize("text", ["", "name", "f(1)", "'a", "(" * 5000, "1" * 10000])
def test_what_is_no_literal_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"literal|syntax|node|paren|limit|memory|recursion|malformed"):
        evaluate_literal(text)
