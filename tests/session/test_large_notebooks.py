"""Notebooks whose bytes are not their text: what they hold is found all the same."""

from __future__ import annotations

import json

import pytest

from tests.session.small_repos import spot, start

LOAD = "from datasets import load_dataset\nload_dataset('a/b')"


def notebook(output: str, encoding: str = "utf-8") -> bytes:
    cell = {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {},
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"image/png": output}}],
        "source": LOAD.splitlines(keepends=True),
    }
    body = {"cells": [cell], "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(body, indent=1).encode(encoding)


@pytest.mark.parametrize(
    "data",
    [notebook("iVBORw0KGgo="), notebook("A" * 1_200_000), notebook("iVBORw0KGgo=", "utf-16")],
    ids=["small", "with a picture of more than a megabyte", "in UTF-16"],
)
def test_the_cells_of_a_notebook_are_read_whatever_stands_beside_them(data: bytes) -> None:
    session = start({"explore.ipynb": data}, rules=("dataset-unpinned",))
    run = session.run()
    assert [(spot(session, f.place).split(":")[0], f.subject.name) for f in run.report.findings] == [
        ("explore.ipynb", "a/b")
    ]
    assert run.report.coverage.unread == []
