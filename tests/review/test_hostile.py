"""A repo that tries to be markup, a formula, a link or another line: whatever it holds stays text in every form."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from unicodedata import category

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from driftlint.review.forms import FORMATS, write_review
from driftlint.review.forms.csv_form import guard
from driftlint.review.inputs import find_section, read_records
from driftlint.review.lay_out import lay_out
from driftlint.review.model import PARTS, PartRecord, ProgramRecord, Section, SectionItem
from driftlint.review.policy import PRESETS
from driftlint.review.sheet import Sheet
from driftlint.text import Span
from tests.review.made import Place, review, run_over

ATTACKS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/p.png)",
    "`code` | cell | **bold** <br>",
    "</details></td></tr>",
    "{{ 7 * 7 }}{% raw %}",
    "@everyone #1 www.evil.example $x$",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "a\u202eb\u2066c\u2069d",
    "line\u2028break\u2029and\x85more",
    "bell\x07esc\x1b[31mred",
    "\ufeff\u200bzero",
)
SECRET = "hf_" + "a1B2" * 9


def make_sheet(text: str) -> Sheet:
    """Return a review in which a text stands wherever a repo can put one."""
    quoted = json.dumps(text, ensure_ascii=False)
    path = "a" + re.sub(r"[/\\\0]", "_", text) + ".py"
    files: dict[str, str | bytes] = {
        path: (
            f"from datasets import load_dataset\n\nload_dataset({quoted})\n"
            f'load_dataset("team/x", revision={quoted})  # {text!r}\n'
            f'load_dataset("team/y")  # driftlint: ignore[dataset-unpinned] why {text} until=2027-01-01\n'
        ),
        "b" + path: (
            "import wandb\nfrom sklearn.linear_model import LogisticRegression\n\n\ndef main():\n"
            f"    run = wandb.init(config={{{quoted}: 1}})\n    LogisticRegression().fit([[0], [1]], [0, 1])\n"
            f"    run.log({{{quoted}: 1.0}})\n\n\nif __name__ == '__main__':\n    main()\n"
        ),
        "README.md": (
            f"# Reproducibility\n\nThe seed is 7 {text} and it takes 3 hours {text}\n\nAccuracy 0.5 {text}\n\n"
            f"## Reproducing {text}\n\n```sh\npython absent.py\n```\n\n```sh\n"
            f"python {text}\npython 'b{path}' --{text} {text}\npython missing.py '{text}'\n```\n"
        ),
        "requirements.txt": "datasets==3.6.0\n",
        "broken" + path + ".ipynb": '{"cells": [',
    }
    place = Place(path, Span(0, 4), text)
    parts = tuple(PartRecord(part, "conditional", text, text, (place,), text) for part in PARTS)
    _, run = run_over(files, PRESETS["standard"])
    found = find_section(run.world, run.report)
    assert found is not None
    assert found.place is not None
    assert "section-program-missing" in {fault.rule for fault in found.faults}
    read = read_records(run.world, run.report) or ()
    assert [program.path for program in read] == ["b" + path]
    records = (ProgramRecord(path, "training", place, ((text, place),), parts, text), *read)
    items = (SectionItem(text, text, place), SectionItem("tolerance"), *found.items)
    section = Section(found.place, f"{found.title} {text}", items, found.faults)
    made = review(files, records=records, section=section, rules_off={text: text}, title=text)
    return lay_out(made.review, made.session.get_document, title=text)


class Reader(HTMLParser):
    """Collects the tags, attributes and texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def check_visible(text: str) -> None:
    text.encode("utf-8")
    allowed = {"\n", "\r", "\u200b"}  # a zero-width space is written by the Markdown form itself
    assert [char for char in text if category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in allowed] == []


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("form", FORMATS)
def test_no_form_holds_what_a_terminal_or_a_reader_would_obey(form: str, text: str) -> None:
    check_visible(write_review(make_sheet(text), form))


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_of_the_repo_becomes_a_tag_or_an_attribute_of_the_page(text: str) -> None:
    plain, hostile = read(write_review(make_sheet("plain"), "html")), read(write_review(make_sheet(text), "html"))
    assert hostile.tags.count("script") == hostile.tags.count("style") == 1
    assert set(hostile.tags) <= set(plain.tags) | {"mark", "code"}
    assert {name for _, name, _ in hostile.attributes if name.startswith("on")} == set()
    assert {(tag, name) for tag, name, _ in hostile.attributes} <= {(tag, name) for tag, name, _ in plain.attributes}
    assert [value for _, name, value in hostile.attributes if name == "href" and not value.startswith("#")] == []
    shown = "".join(hostile.texts)
    assert re.sub(r"[^a-z]", "", text.lower())[:4] in re.sub(r"[^a-z]", "", shown.lower())


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_of_the_repo_becomes_markup_of_the_comment(text: str) -> None:
    comment = write_review(make_sheet(text), "markdown")
    tags = set(re.findall(r"</?([a-z]+)[^>]*>", comment))
    assert tags <= {"details", "summary", "code", "br"}
    assert re.findall(r"<(?:details|summary|code|br)\s+(?!open>)[^>]*>", comment) == []
    assert comment.count("<details") == comment.count("</details>")
    assert "javascript:" not in comment
    assert re.findall(r"!?\[[^\]]*\]\(", comment) == []
    assert not re.search(r"(?<![\w/])@(?:everyone|SUM)", comment)
    assert "www.evil" not in comment
    for line in comment.splitlines():
        if line.startswith("|"):
            assert line.count("|") in (5, 8, 9), line


@pytest.mark.parametrize("text", ATTACKS)
def test_no_cell_is_a_formula_and_no_cell_is_lost(text: str) -> None:
    table = write_review(make_sheet(text), "csv")
    rows = list(csv.reader(io.StringIO(table, newline="")))
    assert {len(row) for row in rows} == {15}
    assert [cell for row in rows for cell in row if cell.lstrip()[:1] in tuple("=+-@|%\t")] == []


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1", "'=1"),
        (" =1", "' =1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("＝1", "'＝1"),
        ("\t=1", "'\t=1"),
        ("a=1", "a=1"),
        ("", ""),
        ("'=1", "'=1"),
    ],
)
def test_a_cell_that_would_be_a_formula_becomes_text(cell: str, expected: str) -> None:
    assert guard(cell) == expected


@pytest.mark.parametrize("text", ATTACKS)
def test_json_forms_are_ascii_and_valid(text: str) -> None:
    sheet = make_sheet(text)
    assert write_review(sheet, "json").isascii()
    assert "</script" not in write_review(sheet, "html").split("<script>")[0]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(write_review(sheet, "cyclonedx")) is None


@pytest.mark.parametrize("form", FORMATS)
def test_no_form_shows_a_secret(form: str) -> None:
    files = {
        "requirements.txt": "datasets==3.6.0\n",
        "a.py": (
            "from datasets import load_dataset\n\n"
            f'load_dataset("team/x", token="{SECRET}")\n'
            f'load_dataset("https://user:{SECRET}@example.org/data")\n'
        ),
    }
    made = review(files)
    assert ("a.py:3:14") in {row.at.label for row in made.sheet.blockers if row.at}
    assert SECRET not in write_review(made.sheet, form)


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=30).filter(lambda text: "\0" not in text))
def test_any_text_can_be_written_in_every_form(text: str) -> None:
    sheet = make_sheet(text)
    for form in FORMATS:
        check_visible(write_review(sheet, form))
    page = read(write_review(sheet, "html"))
    assert page.tags.count("script") == 1
