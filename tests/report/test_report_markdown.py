"""Markdown that hostile names cannot break out of."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from driftlint.facts import Place, Report
from driftlint.report import render
from driftlint.report.markdown import code, escape, prose
from driftlint.text import Span
from tests.report.hand_built import make_document, make_finding, make_lookup, make_report

HOSTILE = [
    "a|b",
    "</code></td><script>alert(1)</script>",
    "![x](https://evil.example/p.png)",
    "[x](javascript:alert(1))",
    "`` ` ```",
    "**b** _i_ ~~s~~ $x$ <!-- c",
    "\\| \\` \\",
    "&lt;b&gt; &#124;",
    "@team #12 org/repo#3 https://evil.example www.evil.example me@evil.example :smile:",
    "x\n\n# title\n\n- item\n```\ncode",
    "x\r# title",
    "| --- | --- |",
]


def parse(text: str) -> list[Token]:
    found: list[Token] = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        found += [token, *(token.children or [])]
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name: str) -> None:
    source = f"x = 1  # {name}"
    finding = make_finding(
        Place("a.py", Span(0, 5)),
        message=f"dataset `{name}` and {name}",
        remedy=name,
        family=name,
        rule=name,
        related=(Place(name, Span(0, 0), name),),
    )
    plain = make_finding(
        Place("a.py", Span(0, 5)), message="dataset `n` and n", remedy="n", family="n", rule="n",
        related=(Place("n", Span(0, 0), "n"),),
    )  # fmt: skip
    lookup = make_lookup(make_document("a.py", source))
    hostile_tokens = parse(render(Report("", [finding]), "markdown", lookup=lookup))
    plain_tokens = parse(render(Report("", [plain]), "markdown", lookup=lookup))
    skip = ("text", "text_special", "html_inline")
    assert [t.type for t in hostile_tokens if t.type not in skip] == [
        t.type for t in plain_tokens if t.type not in skip
    ]
    assert {t.content for t in hostile_tokens if t.type == "html_inline"} <= {"<code>", "</code>"}


def test_escaped_text_reads_as_it_was() -> None:
    for name in HOSTILE[:8]:
        assert html.unescape(escape(name)).replace("\u200b", "") == name


def test_mentions_and_issue_numbers_are_broken_up() -> None:
    assert escape("@team #12") == "&#64;&#8203;team &#35;&#8203;12"
    assert "www." not in escape("www.evil.example")
    assert "://" not in escape("https://evil.example")


def test_back_quoted_parts_become_code() -> None:
    assert prose("a `b|c` d") == "a <code>b&#124;c</code> d"
    assert prose("a `b d") == "a &#96;b d"
    assert code("x_y") == "<code>x&#95;y</code>"


def test_tally_table_and_trail() -> None:
    report, lookup = make_report()
    text = render(report, "markdown", lookup=lookup, show_suppressed=True)
    lines = text.splitlines()
    assert lines[0] == "### driftlint: 1 error, 1 warning (1 info hidden)"
    assert "| data | 1 | 1 | 0 |" in lines
    assert (
        "| <code>train.py&#58;3&#58;7</code> | error | <code>dataset-unpinned</code> "
        "| dataset <code>allenai/c4</code> is read without a commit |"
    ) in lines
    assert "  - <code>conf/m.yaml&#58;2&#58;9</code> named here: <code>name&#58; org/模型-7b  &#35; 大</code>" in lines
    assert "3 paths left out; 1 reference could not be resolved." in lines
    assert any(line.endswith("(accepted: frozen &#124; by ops)") for line in lines)


def test_a_long_report_stays_under_the_length_of_a_comment() -> None:
    findings = [make_finding(Place(f"a{n}.py", Span(0, 0)), message="m" * 100) for n in range(2000)]
    text = render(Report("", findings), "markdown", lookup=make_lookup())
    assert len(text) < 65_536
    shown = text.count("| error |")
    assert f"{2000 - shown} more findings are left out here for length." in text


@given(st.text())
def test_escaped_text_is_one_paragraph_of_text(name: str) -> None:
    types = {token.type for token in parse("x " + escape(name) + " x")}
    assert types <= {"paragraph_open", "inline", "text", "text_special", "paragraph_close"}
