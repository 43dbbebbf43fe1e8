"""Texts on which a grammar's work grows with the square of their size: given up at a bound of work, and told with their line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from driftlint.documents import read_document
from driftlint.extract import extract_one
from driftlint.grammar import GIVEN_UP
from driftlint.python.lower import lower_module
from driftlint.python.module import outline
from tests.cli.program_run import Run, Write

FAR = 8.0
"""Seconds of the processor for 200 KB: a square takes a quarter of an hour and more, what is given half a second."""
SIZE = 200_000
PYTHON = {
    "arrows": "-->",
    "operators": "~=",
    "comments of HTML": "<!--",
    "continued lines": "\\\n",
    "the same": "\\\r\n",
}
SHELL = {"here documents": "<<a\n", "functions": "def a():\n", "tests": "[[a]]\n", "pipes": "|a|a|\n"}
GOOD = 'from datasets import load_dataset\nload_dataset("stanfordnlp/imdb")\n'


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize("name", PYTHON)
def test_a_python_text_is_given_up(name: str) -> None:
    text = PYTHON[name] * (SIZE // len(PYTHON[name]))
    assert seconds(lambda: lower_module(text)) < FAR
    first, second = outline(extract_one("a.py", text.encode())), outline(extract_one("a.py", text.encode()))
    assert first is not None
    assert first.given_up
    assert first == second
    assert 0 <= first.errors[0] < len(text)


@pytest.mark.parametrize("name", SHELL)
def test_a_script_is_given_up(name: str) -> None:
    data = (SHELL[name] * (SIZE // len(SHELL[name]))).encode()
    assert seconds(lambda: read_document("run.sh", data)) < FAR
    first, second = read_document("run.sh", data), read_document("run.sh", data)
    assert [problem.message for problem in first.problems] == [GIVEN_UP]
    assert first.problems == second.problems


def test_what_is_parsed_after_a_text_that_was_given_up_is_whole() -> None:
    whole = lower_module(GOOD)
    assert lower_module(PYTHON["arrows"] * 5_000).given_up
    assert lower_module(GOOD) == whole
    assert len(whole.body) == 2


@pytest.mark.parametrize(
    "text",
    [
        GOOD * 20_000,
        "# a comment in a line of its own\n" * 3_000 + GOOD,
        "def f(a, b=[1, 2, 3], **c):\n    return {'a': a, 'b': [x for x in b if x], **c}\n" * 8_000,
        "x = [\n" + "    (1, 'a', 0x10, -1.5e3),\n" * 20_000 + "]\n",
        "print 'Python 2', `x`\nexec 'y' in z\n" * 5_000,
        "def f(:\n    return (1\n" * 1_000,
    ],
    ids=["calls", "comments", "functions", "table", "python 2", "broken"],
)
def test_a_large_text_that_people_write_is_read(text: str) -> None:
    assert not lower_module(text).given_up


def test_a_large_script_that_people_write_is_read() -> None:
    step = 'if [ "$1" = a ]; then\n  pip install torch==2.1.0 | tee log\nfi\ncat <<EOF\ntext $X\nEOF\n'
    document = read_document("run.sh", (step * 2_000).encode())
    assert document.problems == ()


def test_what_is_given_up_is_told_with_its_line_and_its_neighbours_are_judged(driftlint: Run, write: Write) -> None:
    write(
        {
            "bad.py": GOOD + PYTHON["arrows"] * 5_000,
            "beside.py": GOOD,
            "run.sh": "pip install torch\n" + SHELL["functions"] * 5_000,
        }
    )
    for _ in range(2):  # the second time out of the cache
        done = driftlint("check", "--output-format", "json", "--exit-zero")
        report = json.loads(done.stdout)
        unread = [(item["path"], item["line"]) for item in report["coverage"]["unread"] if item["message"] == GIVEN_UP]
        assert [path for path, _ in unread] == ["bad.py", "run.sh"]
        assert dict(unread)["bad.py"] == 3
        assert 2 < dict(unread)["run.sh"] < 5_000
        found = {(item["path"], item["line"], item["rule"]) for item in report["findings"]}
        assert ("beside.py", 2, "dataset-unpinned") in found
        assert {rule for path, _, rule in found if path in ("bad.py", "run.sh")} == {"unread-file"}
    assert "bad.py" in driftlint("facts", "bad.py").stdout
    assert GIVEN_UP in driftlint("facts", "bad.py").stdout
