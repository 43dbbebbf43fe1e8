"""Python sources and notebooks: what is code, what is a command, and which raw line a person looks at."""

from __future__ import annotations

import ast
import json

import pytest

from driftlint.documents import read_document
from driftlint.documents.model import Document
from driftlint.documents.python_source import find_comments, read_magics
from tests.documents.document_samples import MAGIC_CELL


def notebook(*cells: str | tuple[str, str], language: str = "python") -> Document:
    made = []
    for cell in cells:
        kind, source = cell if isinstance(cell, tuple) else ("code", cell)
        made.append({"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)})
    body = {"cells": made, "metadata": {"language_info": {"name": language}}, "nbformat": 4, "nbformat_minor": 5}
    return read_document("a.ipynb", json.dumps(body, indent=1).encode())


def commands(document: Document) -> list[str]:
    assert document.script is not None
    return [" ".join(word.text for word in command.words) for command in document.script.commands]


def test_notebook_text_is_the_source_of_the_code_cells() -> None:
    document = notebook("import os\nx = 1", ("markdown", "# title"), "y = 2\n")
    assert document.text == "import os\nx = 1\ny = 2\n"
    assert [(cell.index, cell.start) for cell in document.cells] == [(0, 0), (2, 16)]
    place = document.locate(document.text.index("y = 2"))
    assert (place.cell, place.cell_line, place.column) == (2, 1, 1)


def test_notebook_lines_are_those_of_the_file() -> None:
    text = '{"cells": [\n{"source": [\n"a\\n",\n"b\\n"], "cell_type": "code"},\n'
    text += '{"cell_type": "code",\n"source": "c\\nd"}]}'
    document = read_document("b.ipynb", text.encode())
    assert document.text == "a\nb\nc\nd\n"
    assert [document.locate(at).line for at in (0, 2, 4, 6)] == [3, 4, 6, 6]
    assert document.locate(6).cell_line == 2


def test_magics_leave_code_that_parses() -> None:
    document = notebook(MAGIC_CELL)
    assert len(document.code) == len(document.text)
    ast.parse(document.code)
    lines = document.code.split("\n")
    assert lines[0].strip() == ""
    assert lines[1] == "import torch  # gpu"
    assert lines[11].strip() == "pass"
    assert lines[14].strip() == "0"
    assert lines[15] == "0;    model.fit(x)"
    assert lines[19] == "!not a command"
    assert lines[23] == "v = a % b"


def test_magics_give_commands() -> None:
    document = notebook(MAGIC_CELL)
    assert commands(document) == [
        "pip install -q torch=={version} numpy scipy",
        "ls data",
        "cat x",
        "pip install transformers",
        "python train.py --i $i",
        "ls",
        "pip install einops",
    ]
    assert document.script is not None
    first = document.script.commands[0]
    assert [word.fixed for word in first.words] == [True, True, True, False, True, True]
    assert document.text[first.words[4].span.start : first.words[4].span.end] == "numpy"
    assert [(n, w.text) for n, w in document.script.assignments] == [("SEED", "42")]
    assert [c.text for c in document.comments] == ["gpu", "now"]


@pytest.mark.parametrize(
    ("cell", "code", "found"),
    [
        ("%%bash\npip install a\npython b.py", "", ["pip install a", "python b.py"]),
        ("%%sh -e\npip install a", "", ["pip install a"]),
        ("%%script bash --bg\npip install a", "", ["pip install a"]),
        ("#@title x\n%%bash\npip install a", "", ["pip install a"]),
        ("%%capture\n!pip install a\nx = 1", "x = 1", ["pip install a"]),
        ("%%time\nx = 1", "x = 1", []),
        ("%%timeit -n 10\nx = 1", "x = 1", []),
        ("%%writefile f.py\nimport os\nx = 1", "", []),
        ("%%html\n<b>!</b>", "", []),
        ("%%unknown thing\nselect * from x", "", []),
        ("%%unknown thing\nx = f(1)", "x = f(1)", []),
        ("!ls", "", ["ls"]),
        ("pip install -U a", "", ["pip install -U a"]),
        ("pip = install", "pip = install", []),
    ],
)
def test_cell_magics(cell: str, code: str, found: list[str]) -> None:
    document = notebook(cell)
    assert document.code.strip() == code
    assert len(document.code) == len(document.text)
    assert commands(document) == found


def test_cell_magic_is_named() -> None:
    assert notebook("%%bash\nls").cells[0].magic == "bash"


def test_a_foreign_kernel_has_no_python() -> None:
    document = notebook("library(x)\n!flag", language="R")
    assert document.code.strip() == ""
    assert commands(document) == []


def test_a_shell_kernel_is_all_commands() -> None:
    assert commands(notebook("pip install a\nls", language="bash")) == ["pip install a", "ls"]


def test_version_3_notebooks() -> None:
    body = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1\n", "!ls"], "language": "python"}]}]}
    document = read_document("a.ipynb", json.dumps(body, indent=1).encode())
    assert document.text == "x = 1\n!ls\n"
    assert document.code == "x = 1\n   \n"


def test_surrogates_in_a_source_can_be_encoded() -> None:
    document = read_document("a.ipynb", b'{"cells": [{"cell_type": "code", "source": "a = \'\\ud83d\'"}]}')
    assert document.text == "a = '\ufffd'\n"


@pytest.mark.parametrize(
    ("data", "message", "fatal"),
    [
        (b"", "empty file", True),
        (b"{}", "without cells", True),
        (b"[1]", "broken on line 1", True),
        (b'{"cells": [{"cell_type": "code", "source": ["x=1"]},\n<<<<<<< HEAD\n', "conflict", False),
        (b'{"cells": [{"cell_type": "code", "source": ["x=1"', "the file ends", False),
        (b'{"metadata": ' + b"[" * 100_000, "broken on line 1", True),
    ],
)
def test_broken_notebooks_say_what_is_wrong(data: bytes, message: str, fatal: bool) -> None:
    document = read_document("a.ipynb", data)
    assert message in document.problems[0].message
    assert document.problems[0].fatal is fatal
    if not fatal:
        assert document.text.startswith("x=1")


def test_python_comments_respect_strings() -> None:
    text = "a = \"# no\" # yes\nb = '''\n# no\n'''\n# /// script\n# dependencies = [\"a\"]\n# ///\n"
    text += 'c = r"\\" + "#"  #: t\nd = f"{x}#"\n'
    comments = find_comments(text)
    assert [c.text for c in comments][:4] == ["yes", "/// script", 'dependencies = ["a"]', "///"]
    assert text[comments[0].span.start : comments[0].span.end] == "# yes"
    assert not any(c.text.startswith("no") for c in comments)


def test_an_unclosed_string_ends_with_its_line() -> None:
    assert [comment.text for comment in find_comments("a = 'oops # no\nb = 1 # yes\n")] == ["yes"]


def test_plain_python_is_left_alone() -> None:
    document = read_document("a.py", b"x = 1\n!ls\n")
    assert document.code == document.text
    assert document.script is None


def test_percent_scripts_are_read_like_cells() -> None:
    document = read_document("a.py", b"# %%\n!pip install a\nx = 1\n# %% [markdown]\n")
    assert document.code == "# %%\n              \nx = 1\n# %% [markdown]\n"
    assert commands(document) == ["pip install a"]


def test_exported_magics_give_commands() -> None:
    text = (
        "get_ipython().system('pip install -q a')\n"
        "get_ipython().run_line_magic('pip', 'install b==1')\n"
        "get_ipython().run_line_magic('matplotlib', 'inline')\n"
        "get_ipython().run_cell_magic('bash', '', 'pip install c\\nls\\n')\n"
        "get_ipython().magic('conda install d')\n"
        "# get_ipython().system('pip install no')\n"
    )
    document = read_document("a.py", text.encode())
    assert commands(document) == ["pip install -q a", "pip install b==1", "pip install c", "ls", "conda install d"]
    assert document.code == text
    assert document.script is not None
    span = document.script.commands[1].words[2].span
    assert text[span.start : span.end] == "b==1"


def test_commented_magics_of_notebook_sources() -> None:
    text = "# Databricks notebook source\n# MAGIC %pip install a\n# COMMAND ----------\n"
    text += "# MAGIC %sh\n# MAGIC pip install b\n"
    document = read_document("a.py", text.encode())
    assert commands(document) == ["pip install a", "pip install b"]


def test_magics_keep_the_length_of_crlf_text() -> None:
    magics = read_magics("!pip install a\r\nfor x in y:\r\n    %cd z\r\n")
    assert magics.code == " " * 14 + "\r\nfor x in y:\r\n    pass \r\n"
