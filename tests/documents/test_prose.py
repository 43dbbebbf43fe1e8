"""Reports as text with places: every character of a code block is found in the file where it stands."""

from __future__ import annotations

import pytest

from driftlint.documents.prose import Prose, read_prose
from driftlint.text import LineIndex, Span

MARKDOWN = """\
<h1 align="center">Tagger <!-- logo --></h1>

<!-- driftlint: ignore[rule] why -->

Set up
------

1. Install:

   ```console
   $ pip install -r requirements.txt

   $ make
   ```

> Then run
>
> ~~~sh
> python train.py
> ~~~

    python indented.py

| a | F1 |
| - | -- |
| b | 2 |

## With `code` and [a link](x.md) ##

# inside
"""


def lines_of(prose: Prose) -> list[tuple[str, int, str]]:
    """Return (language, 1-based line in the file, text) of each line of code that is not blank."""
    index = LineIndex(prose.text)
    found = []
    for code in prose.codes:
        at = 0
        for line in code.source.text.split("\n"):
            if line.strip():
                span = code.source.span(Span(at, at + len(line)))
                assert prose.text[span.start : span.end] == line
                found.append((code.language, index.position(span.start).line, line))
            at += len(line) + 1
    return found


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_markdown(end: str) -> None:
    prose = read_prose("README.md", MARKDOWN.replace("\n", end))
    assert [(h.level, h.text) for h in prose.headings] == [
        (1, "Tagger"),
        (2, "Set up"),
        (2, "With code and a link"),
        (1, "inside"),
    ]
    assert lines_of(prose) == [
        ("console", 11, "$ pip install -r requirements.txt"),
        ("console", 13, "$ make"),
        ("sh", 19, "python train.py"),
        ("", 22, "python indented.py"),
    ]
    assert [c.text for c in prose.comments] == ["logo", "driftlint: ignore[rule] why"]
    rows = [(p.text, p.above) for p in prose.passages if "|" in p.text]
    assert rows == [("| a | F1 |", ""), ("| b | 2 |", "| a | F1 |")]


def test_a_hash_in_code_is_no_heading() -> None:
    prose = read_prose("README.md", "# A\n\n```sh\n# Reproducing\ntrue\n```\n")
    assert [h.text for h in prose.headings] == ["A"]
    assert lines_of(prose) == [("sh", 4, "# Reproducing"), ("sh", 5, "true")]


STRUCTURED = """\
======
Report
======

Reproducing
===========

Run it::

   python train.py

     --deeper

.. code-block:: bash
   :linenos:

   make

Last
----

.. a comment
   of two lines

text
"""


def test_structured_text() -> None:
    prose = read_prose("docs/report.rst", STRUCTURED)
    assert [(h.level, h.text) for h in prose.headings] == [(1, "Report"), (2, "Reproducing"), (3, "Last")]
    assert lines_of(prose) == [("", 10, "python train.py"), ("", 12, "  --deeper"), ("bash", 17, "make")]
    assert [c.text.split() for c in prose.comments] == [["a", "comment", "of", "two", "lines"]]
    assert [p.text for p in prose.passages] == ["Run it::", "text"]


@pytest.mark.parametrize(
    "text", ["", "\0", "`" * 3, "# ", "<!--", "|a|\n|-|\n", "- ```\n", ">" * 500, "\ufeff# A\n", "x" * 2_000_000]
)
@pytest.mark.parametrize("path", ["README.md", "README.rst", "README"])
def test_no_text_raises(path: str, text: str) -> None:
    assert read_prose(path, text).path == path
