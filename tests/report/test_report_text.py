"""Excerpts, trails and the tally of the text and concise formats."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from driftlint.facts import Place, Report
from driftlint.report import render, render_statistics
from driftlint.report.located import locate_report
from driftlint.report.text import draw_line
from driftlint.text import Span
from tests.report.hand_built import (
    CELLS,
    TRAIN,
    make_document,
    make_finding,
    make_lookup,
    make_notebook,
    make_report,
    span_of,
)


def render_one(text: str, part: str, kind: str = "python", path: str = "a.py") -> list[str]:
    finding = make_finding(Place(path, span_of(text, part)), message="m", remedy="")
    document = make_document(path, text, kind)  # type: ignore[arg-type]
    return render(Report("", [finding]), "text", lookup=make_lookup(document)).splitlines()


def test_carets_stand_under_the_span_after_tabs() -> None:
    assert render_one(TRAIN, '"allenai/c4"')[:4] == [
        "a.py:3:20: error[dataset-unpinned] m",
        "  |",
        '3 |     ds = load_dataset("allenai/c4", split="train")',
        "  |                       ^^^^^^^^^^^^",
    ]


def test_wide_characters_take_two_columns_and_combining_ones_none() -> None:
    assert draw_line("模型 = e\u0301x", 5, 8) == ("模型 = e\u0301x", "       ^^")
    assert draw_line("模型 = 1", 0, 2) == ("模型 = 1", "^^^^")


def test_carriage_returns_are_no_part_of_a_line() -> None:
    assert render_one("a = 1\r\nbb = 2\r\n", "bb = 2\r\n")[2:4] == ["2 | bb = 2", "  | ^^^^^^"]


def test_a_long_line_is_cut_around_the_span() -> None:
    shown, marks = draw_line("x" * 5000 + "NAME" + "y" * 5000, 5000, 5004)
    assert shown.startswith("...xxx")
    assert shown.endswith("yyy...")
    assert len(shown) <= 123
    assert shown[len(marks) - 4 : len(marks)] == "NAME"
    assert marks.strip() == "^^^^"


def test_a_span_longer_than_the_line_shown_is_marked_to_the_cut() -> None:
    shown, marks = draw_line("ab" + "x" * 500, 2, 502)
    assert shown == "ab" + "x" * 115 + "..."
    assert marks == "  " + "^" * 115


def test_an_empty_span_gets_one_mark_even_past_the_end() -> None:
    assert draw_line("abc", 3, 3) == ("abc", "   ^")
    assert draw_line("", 0, 0) == ("", "^")


def test_a_secret_is_masked_and_the_marks_move_with_it() -> None:
    line = 'f(token="' + "q" * 30 + '", name="x")'
    shown, marks = draw_line(line, line.index('"x"'), line.index('"x"') + 3, "python")
    assert shown == 'f(token="***", name="x")'
    assert marks == " " * 20 + "^^^"


def test_a_span_on_a_secret_marks_the_mask() -> None:
    line = 'f(token="' + "q" * 30 + '")'
    assert draw_line(line, 9, 39, "python") == ('f(token="***")', "         ^^^")
    assert draw_line(line, 12, 20, "python") == ('f(token="***")', "         ^^^")


def test_a_secret_cut_by_the_window_stays_hidden() -> None:
    line = 'f(token="' + "q" * 300 + '", name="x")'
    shown, _ = draw_line(line, line.index('"x"'), line.index('"x"') + 3, "python")
    assert "q" not in shown
    assert 'name="x"' in shown


def test_many_lines_leave_out_the_middle() -> None:
    text = "f(\n" + "".join(f"    a{n},\n" for n in range(10)) + ")\n"
    assert render_one(text, text.rstrip("\n"))[1:11] == [
        "    |",
        "  1 | f(",
        "    | ^^",
        "  2 |     a0,",
        "    |     ^^^",
        "  3 |     a1,",
        "    |     ^^^",
        "... |",
        " 12 | )",
        "    | ^",
    ]


def test_the_trail_shows_note_and_source_with_marks_of_its_own() -> None:
    report, lookup = make_report()
    lines = render(report, "text", lookup=lookup).splitlines()
    at = lines.index("  = note: conf/m.yaml:2:9: named here")
    assert lines[at + 1 : at + 6] == [
        "  |",
        "2 |   name: org/模型-7b  # 大",
        "  |         -----------",
        "  |",
        '  = help: pass revision="<40-hex commit>"',
    ]


def test_a_notebook_shows_cell_line_and_raw_line() -> None:
    report, lookup = make_report()
    assert render(report, "text", lookup=lookup).splitlines()[:4] == [
        "nb.ipynb:cell 3:2:5 (line 21): warning[weights-unpinned] weights `org/base` are read from a branch",
        "  |",
        "2 | m = load('org/base')",
        "  |     ^^^^^^^^^^^^^^^^",
    ]


def test_a_span_that_ends_with_a_cell_stays_in_it() -> None:
    text = "".join(CELLS)
    start = text.index("m = load")
    finding = make_finding(Place("nb.ipynb", Span(start, start + len("m = load('org/base')\n"))))
    at = locate_report(Report("", [finding]), make_lookup(make_notebook())).findings[0].at
    assert (at.line, at.end_line, at.end_column, at.cell, at.cell_line) == (21, 21, 21, 2, 2)


def test_the_footer_tells_counts_hidden_and_gaps() -> None:
    report, lookup = make_report()
    assert render(report, "text", lookup=lookup).splitlines()[-3:] == [
        "Found 2 findings (1 error, 1 warning); 1 info hidden; 1 suppressed",
        "Can be mended: 1 with `driftlint fix`, 1 more with `driftlint fix --suggested`",
        "Could not read 1 file (bad.py); left out 3 paths (2 too large, 1 vendored); could not resolve 1 reference; "
        "see --output-format json",
    ]


def test_an_empty_report_says_so_in_one_line() -> None:
    assert render(Report("/r"), "text", lookup=make_lookup()) == "Found no findings\n"


def test_info_is_shown_when_asked_for() -> None:
    report, lookup = make_report()
    assert "train.py:4:1: advice advice\n" in render(report, "concise", lookup=lookup, show_info=True)
    assert "advice" not in render(report, "concise", lookup=lookup)


def test_suppressed_findings_are_shown_with_their_reason_only_when_asked_for() -> None:
    report, lookup = make_report()
    line = "conf/m.yaml:2:9: dataset-unpinned model is unpinned (suppressed: frozen | by ops)"
    assert line in render(report, "concise", lookup=lookup, show_suppressed=True).splitlines()
    assert "frozen" not in render(report, "concise", lookup=lookup)
    text = render(report, "text", lookup=lookup, show_suppressed=True)
    assert "  = accepted at conf/m.yaml:2:20: frozen | by ops\n" in text


def test_colour_and_links_come_only_when_asked_for_and_change_no_text() -> None:
    report, lookup = make_report()
    for name in ("text", "concise"):
        plain = render(report, name, lookup=lookup)
        assert "\x1b" not in plain
        rich = render(report, name, lookup=lookup, color=True, hyperlinks=True)
        assert "\x1b]8;;file:///repo/train.py\x1b\\train.py\x1b]8;;\x1b\\" in rich
        assert "\x1b[1;31m" in rich
        assert re.sub(r"\x1b\[[\d;]*m|\x1b\]8;;[^\x1b]*\x1b\\", "", rich) == plain


def test_a_place_without_a_document_is_line_one_without_an_excerpt() -> None:
    finding = make_finding(Place("gone.py", Span(50, 60)), message="m", remedy="r")
    assert render(Report("", [finding]), "text", lookup=make_lookup()).splitlines()[:2] == [
        "gone.py:1:1: error[dataset-unpinned] m",
        "  = help: r",
    ]


def test_findings_are_sorted_by_path_line_column_rule() -> None:
    text = "a\nb\nb\n"
    places = [("z.py", 0, "r1"), ("a.py", 4, "r1"), ("a.py", 2, "r2"), ("a.py", 2, "r1")]
    findings = [make_finding(Place(path, Span(at, at + 1)), rule, message="m") for path, at, rule in places]
    documents = make_lookup(make_document("a.py", text), make_document("z.py", text))
    wanted = ["a.py:2:1: r1 m", "a.py:2:1: r2 m", "a.py:3:1: r1 m", "z.py:1:1: r1 m"]
    for order in (findings, findings[::-1]):
        assert render(Report("", list(order)), "concise", lookup=documents).splitlines()[:4] == wanted


def test_statistics_count_rules_most_frequent_first() -> None:
    report, _ = make_report()
    report.findings.append(replace(report.findings[2]))
    assert render_statistics(report) == (
        "2  [ ]  weights-unpinned  warning  data\n1  [*]  dataset-unpinned  error    data\n"
    )
    with pytest.raises(ValueError, match="statistics"):
        render_statistics(report, "sarif")


@given(st.text(st.characters(exclude_characters="\r\n"), max_size=300), st.integers(0, 310), st.integers(0, 310))
def test_an_excerpt_is_printable_and_marks_never_pass_its_end(line: str, start: int, end: int) -> None:
    shown, marks = draw_line(line, start, end, "python")
    assert all(char.isprintable() or char in "\u00a0\u3000" for char in shown)
    assert set(marks) <= {" ", "^"}
    assert "^" in marks
