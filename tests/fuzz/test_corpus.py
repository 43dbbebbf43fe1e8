"""Every kept input of the fuzzer, cut short at every byte where it is small: nothing fails that was once mended."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftlint.documents import read_document
from tests.fuzz.targets import TARGETS, fix_code, read_comments

CORPUS = Path(__file__).parent / "corpus"
FIXTURES = Path(__file__).parents[2] / "fixtures"
INPUTS = sorted(path for path in CORPUS.rglob("*") if path.is_file())
SLOW = ("fix", "reports", "pack", "check", "review", "record-mlflow-database", "record-aim-database")
"""Targets of which one input takes more than a millisecond."""


def test_every_target_has_a_seed() -> None:
    assert {path.parent.name for path in INPUTS} == set(TARGETS)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_kept_input_and_its_beginnings(path: Path) -> None:
    target, data = TARGETS[path.parent.name], path.read_bytes()
    target(data)
    ends = range(len(data)) if path.parent.name not in SLOW else range(0, len(data), max(len(data) // 6, 1))
    for end in random.Random(0).sample(list(ends), min(len(ends), 60)):
        target(data[:end])


@pytest.mark.parametrize("project", sorted(path.name for path in FIXTURES.iterdir() if path.is_dir()))
def test_a_fixture_file_that_is_cut_short_is_read(project: str) -> None:
    """At every byte of a small file, at thirty of a large one."""
    chance = random.Random(project)
    for path in sorted((FIXTURES / project).rglob("*")):
        if not path.is_file() or ".venv" in path.parts:
            continue
        data = path.read_bytes()
        ends = range(len(data)) if len(data) < 60 else chance.sample(range(len(data)), 30)
        for end in ends:
            document = read_document(path.relative_to(FIXTURES / project).as_posix(), data[:end])
            assert not any("reader failed" in problem.message for problem in document.problems), (path, end)


@pytest.mark.slow
@pytest.mark.parametrize("project", sorted(path.name for path in FIXTURES.iterdir() if path.is_dir()))
def test_a_fixture_file_that_is_cut_short_anywhere_is_read(project: str) -> None:
    """At every byte of the first 1,500 of each file."""
    for path in sorted((FIXTURES / project).rglob("*")):
        if not path.is_file() or ".venv" in path.parts:
            continue
        data = path.read_bytes()
        for end in range(min(len(data), 1_500)):
            document = read_document(path.relative_to(FIXTURES / project).as_posix(), data[:end])
            assert not any("reader failed" in problem.message for problem in document.problems), (path, end)


@settings(max_examples=200, deadline=None)
@given(st.text("ignore[]-filedtasnpu:,2027 \u202e\n*'\"#", max_size=40))
def test_any_comment_is_read(text: str) -> None:
    read_comments(text.encode())


WORDS = st.sampled_from(
    ['"a/b"', "name", ", ", ")", "(", "\n", "revision=", '"main"', "None", "**kw", "*a", "# c", "seed=0", "import torch\n",
     "torch.randn(1)", "if x:\n    ", "\\\n", "f'{x}'", "\t", "é", '"""', "def f(y):\n    ", "for i in z: ", "split='t'"]
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(WORDS, max_size=14).map("".join))
def test_a_mend_of_any_program_is_done_once(text: str) -> None:
    fix_code(text.encode())
