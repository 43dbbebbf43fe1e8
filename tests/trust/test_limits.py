"""Every bound of reading is a setting, and what it keeps out is told."""

from __future__ import annotations

import json

import pytest

from tests.cli.program_run import Run, Write

LOAD = 'from datasets import load_dataset\nload_dataset("a/b")\n'
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1\n"] * 40}], "nbformat": 4, "metadata": {}})
DEEP = "[" * 8 + "1" + "]" * 8
ALIASES = "a: &a [1, 2, 3]\nb: [*a, *a, *a, *a]\n"
LIMITS = [
    ("python-size = 60", "a.py", LOAD + "x = 1\n" * 4, 1, "larger than 60 bytes: not read"),
    ("notebook-size = 200", "a.ipynb", NOTEBOOK, 1, "larger than 200 bytes: not read"),
    ("text-size = 20", "a.yaml", "seed: 1\n" * 1 + "# x\n" * 9, 1, "larger than 20 bytes: not read"),
    ("line-length = 70", "a.py", LOAD + "x = 1" + " + 1" * 40, 1, "a line is longer than 70 characters: not read"),
    ("nesting-depth = 5", "a.json", DEEP, 1, "nested deeper than 5 levels: the rest was not read"),
    ("nesting-depth = 5", "a.yaml", f"x:\n {DEEP}\n", 2, "nested deeper than 5 levels: the rest was not read"),
    ("nesting-depth = 5", "pyproject.toml", f"[project]\nx = {DEEP}\n", 2, "nested deeper than 5 levels: left out"),
    ("values = 10", "a.json", f"[{'1,' * 20}1]", 1, "more than 10 values: the rest was not read"),
    ("values = 10", "a.yaml", f"x: 1\ny: [{'1,' * 20}1]\n", 2, "more than 10 values: the rest was not read"),
    ("aliases = 10", "a.yaml", ALIASES, 2, "aliases stand for more than 10 values: the rest was left unexpanded"),
]


def unread(driftlint: Run) -> list[tuple[str, int, str]]:
    done = driftlint("check", "--output-format", "json", "--exit-zero")
    assert done.returncode == 0, done.stderr
    coverage = json.loads(done.stdout)["coverage"]
    return [(item["path"], item["line"], item["message"]) for item in coverage["unread"]]


@pytest.mark.parametrize(("setting", "path", "text", "line", "message"), LIMITS, ids=lambda value: str(value)[:20])
def test_what_a_limit_keeps_out_is_told(
    setting: str, path: str, text: str, line: int, message: str, driftlint: Run, write: Write
) -> None:
    write({path: text, "driftlint.toml": f"[limits]\n{setting}\n"})
    assert (path, line, message) in unread(driftlint)
    write({"driftlint.toml": ""})
    assert (path, line, message) not in unread(driftlint)


def test_a_limit_counts_for_what_is_cached(driftlint: Run, write: Write) -> None:
    """One file under two bounds is read as under each, whatever the cache holds."""
    path, text = "a.py", LOAD + "x = 1" + " + 1" * 40
    write({path: text, "driftlint.toml": ""})
    assert unread(driftlint) == []
    write({"driftlint.toml": "[limits]\nline-length = 70\n"})
    assert [item[:2] for item in unread(driftlint)] == [("a.py", 1)]
    write({"driftlint.toml": ""})
    assert unread(driftlint) == []


def test_a_file_over_the_size_of_all_files_is_left_out_by_name(driftlint: Run, write: Write) -> None:
    write({"a.py": LOAD, "driftlint.toml": "[limits]\nfile-size = 20\n"})
    done = driftlint("check", "--output-format", "json", "--exit-zero")
    assert json.loads(done.stdout)["coverage"]["left_out"]["too large"] == ["a.py", "driftlint.toml"]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("nesting-depth = 5000", "`limits.nesting-depth`: must be at most 300, not 5000"),
        ("values = 0", "`limits.values`: must be a number above 0, not 0"),
        ('aliases = "many"', '`limits.aliases`: must be a number above 0, not "many"'),
        ("line-length = true", "`limits.line-length`: must be a number above 0, not true"),
    ],
)
def test_a_limit_that_is_none_is_refused(setting: str, message: str, driftlint: Run, write: Write) -> None:
    write({"driftlint.toml": f"[limits]\n{setting}\n"})
    done = driftlint("check")
    assert done.returncode == 2
    assert f"error: driftlint.toml:2: {message}" in done.stderr


def test_the_deepest_nesting_that_can_be_asked_for_works(driftlint: Run, write: Write) -> None:
    deep = "[" * 290 + "1" + "]" * 290
    write(
        {
            "a.json": deep,
            "a.yaml": f"x: {deep}\n",
            "pyproject.toml": f"[project]\nx = {deep}\n",
            "driftlint.toml": "[limits]\nnesting-depth = 300\n",
        }
    )
    assert unread(driftlint) == []
    assert driftlint("facts", "a.yaml").returncode == 0
