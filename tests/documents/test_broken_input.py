"""Whatever a file holds, a reader neither raises nor hands out places outside the text."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from driftlint.documents import read_document
from driftlint.documents.model import Document, Instruction, Node, RequirementLine, Script
from driftlint.text import Span
from tests.documents.document_samples import DOCKERFILE, INI, MAGIC_CELL, MAKEFILE, REQUIREMENTS, SHELL, TOML, YAML

NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "source": ["# t"]},
            {"cell_type": "code", "outputs": [{"text": ["x"]}], "source": MAGIC_CELL.splitlines(keepends=True)},
            {"cell_type": "code", "source": "%%bash\npip install \u00e9"},
        ],
        "metadata": {"kernelspec": {"language": "python"}},
    },
    indent=1,
    ensure_ascii=False,
)
SAMPLES = {
    "conf.yaml": YAML,
    "pyproject.toml": TOML,
    "a.json": '{"a": [1, "\u00e9\\n", {"b": null}], // c\n "d": -1.5e3}',
    "setup.cfg": INI,
    "requirements.txt": REQUIREMENTS,
    "Dockerfile": DOCKERFILE,
    "run.sh": SHELL,
    "Makefile": MAKEFILE,
    "justfile": 'a := "b"\nx y="1":\n    @echo {{a}} {{y}}\nz:\n    #!/bin/sh\n    ls\n',
    ".env": "A=1\nexport B='x' # c\nC=\"${A}\n\"\n",
    "a.ipynb": NOTEBOOK,
    "a.py": "# %%\n" + MAGIC_CELL + "get_ipython().system('pip install \\'x\\'')\n",
}


def spans(document: Document) -> list[Span]:
    found = [comment.span for comment in document.comments]
    found.extend(problem.span for problem in document.problems)

    def add_script(script: Script | None) -> None:
        if script is not None:
            for command in script.commands:
                found.append(command.span)
                found.extend(word.span for word in command.words)
                found.extend(word.span for _, word in command.env)
            found.extend(word.span for _, word in script.assignments)

    body = document.body
    if isinstance(body, Node):
        stack = [body]
        while stack:
            node = stack.pop()
            found.append(node.span)
            found.extend(entry.key_span for entry in node.entries)
            stack.extend((*node.items, *(entry.value for entry in node.entries)))
    elif isinstance(body, Script):
        add_script(body)
    elif body is not None:
        for item in body:
            if isinstance(item, RequirementLine):
                found.append(item.span)
            elif isinstance(item, Instruction):
                found.append(item.span)
                found.extend(word.span for word in item.words)
                found.extend(word.span for _, word in item.flags)
                add_script(item.script)
    add_script(document.script)
    return found


def check(path: str, data: bytes) -> None:
    document = read_document(path, data)
    for problem in document.problems:
        assert "reader failed" not in problem.message, (path, data)
    for span in spans(document):
        assert 0 <= span.start <= span.end <= len(document.text), (path, data, span)
    if document.kind in ("python", "notebook"):
        assert len(document.code) == len(document.text)
    for cell in document.cells:
        assert document.locate(cell.start).cell == cell.index


@pytest.mark.parametrize("path", SAMPLES)
def test_truncation_at_every_byte(path: str) -> None:
    data = SAMPLES[path].encode()
    for end in range(len(data) + 1):
        check(path, data[:end])


@pytest.mark.parametrize("path", SAMPLES)
def test_loss_of_characters(path: str) -> None:
    text = SAMPLES[path]
    for at in range(0, len(text), 3):
        check(path, (text[:at] + text[at + 1 :]).encode())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_inserted_noise(path: str, data: st.DataObject) -> None:
    text = SAMPLES[path]
    at = data.draw(st.integers(0, len(text)))
    alphabet = "\"'`{}[]()<>$%!#\\\n\r\t :=;&|\u00e9\U0001f600\u2028\x0c"
    noise = data.draw(st.text(alphabet=alphabet, min_size=1, max_size=8))
    check(path, (text[:at] + noise + text[at:]).encode())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.binary(max_size=80))
@example("a.json", b'{"a": \x0b')
def test_any_bytes(path: str, data: bytes) -> None:
    check(path, data)


PIECES = ["(", "[", "{", "$(", "${a:-", "`", '"', "if x; then ", "<<E\n", "((", "{{", "# \\\n", "\\\n", "a: ", "- "]


@pytest.mark.parametrize("path", SAMPLES)
@pytest.mark.parametrize("piece", PIECES)
def test_long_repetition(path: str, piece: str) -> None:
    check(path, (piece * 2000).encode())


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", " " * 200_000 + "a"),
        ("requirements.txt", "a" + " " * 100_000 + "b"),
        (".env", " " * 200_000),
    ],
)
def test_runs_of_blanks_do_not_take_quadratic_time(path: str, text: str) -> None:
    start = time.process_time()
    check(path, text.encode())
    assert time.process_time() - start < 3
