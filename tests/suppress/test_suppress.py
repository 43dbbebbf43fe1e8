"""What ignore comments and accept entries do, and what is said about those that do nothing."""

from __future__ import annotations

import datetime
import io
import tokenize

import pytest

from driftlint.config import Accept
from driftlint.documents.model import Cell, Comment, Document
from driftlint.facts import Finding, Place, Subject
from driftlint.suppress import SuppressionResult, apply_suppressions
from driftlint.text import LineIndex, Span

TODAY = datetime.date(2026, 11, 25)
KNOWN = ("set-open", "seed-none", "image-tag")


def read_python(text: str, path: str = "train.py", cells: tuple[Cell, ...] = ()) -> Document:
    lines = LineIndex(text)
    comments = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            start = lines.offset(token.start[0], token.start[1] + 1)
            comments.append(Comment(Span(start, start + len(token.string)), token.string.lstrip("#").strip()))
    return Document(path, "python", text, "", tuple(comments), cells=cells)


def find(document: Document, first: int, last: int | None = None, rule: str = "set-open", name: str = "c4") -> Finding:
    """A finding whose reach is the lines `first` to `last`."""
    end = (
        document.lines.offset((last or first) + 1) - 1
        if (last or first) < document.lines.line_count
        else len(document.text)
    )
    span = Span(document.lines.offset(first), end)
    return Finding(
        rule, "data", "error", "high", Subject("dataset", "hub", name), "", "", Place(document.path, span), reach=span
    )


def apply(
    document: Document, *findings: Finding, accept: tuple[Accept, ...] = (), ran: tuple[str, ...] = KNOWN
) -> SuppressionResult:
    return apply_suppressions(findings, {document.path: document}, accept, TODAY, known=KNOWN, ran=ran)


def problems_of(document: Document, result: SuppressionResult) -> list[tuple[str, int, str, str]]:
    """(kind, line, text at the place, rule)"""
    return [
        (
            p.kind,
            document.lines.position(p.place.span.start).line,
            document.text[p.place.span.start : p.place.span.end],
            p.rule,
        )
        for p in result.problems
    ]


def test_a_comment_on_any_line_of_the_reach() -> None:
    document = read_python("a(\n  1,  # driftlint: ignore[set-open] frozen by the paper\n)\nb()\n")
    inside, outside = find(document, 1, 3), find(document, 4)
    result = apply(document, inside, outside)
    assert result.kept == [outside]
    (accepted,) = result.suppressed
    assert (accepted.finding, accepted.reason) == (inside, "frozen by the paper")
    assert (
        document.text[accepted.place.span.start : accepted.place.span.end]
        == "driftlint: ignore[set-open] frozen by the paper"
    )
    assert result.problems == []


@pytest.mark.parametrize(
    ("text", "line", "works"),
    [
        ("# driftlint: ignore[set-open] why\na()\n", 2, True),
        ("    # driftlint: ignore[set-open] why\na()\n", 2, True),
        ("# driftlint: ignore[set-open] why\n\na()\n", 3, False),
        ("b()  # driftlint: ignore[set-open] why\na()\n", 2, False),
        ("a()\n# driftlint: ignore[set-open] why\n", 1, False),
        ("# driftlint: ignore[set-open] why\n# driftlint: ignore[seed-none] other\na()\n", 3, True),
        ("# driftlint: ignore[set-open] why\n# some words\na()\n", 3, False),
        ("#driftlint:ignore[ seed-none , set-open ] why\na()\n", 2, True),
        ("a()  # noqa: E501  # driftlint: ignore[set-open] why\n", 1, True),
        ("a()  # driftlint: ignore[seed-none] why\n", 1, False),
        ("a()  # we use driftlint: ignore[set-open] why\n", 1, False),
        ("s = '# driftlint: ignore[set-open] why'\n", 1, False),
    ],
)
def test_where_a_comment_works(text: str, line: int, works: bool) -> None:
    document = read_python(text.replace("    #", "#") if text.startswith("    ") else text)
    result = apply(document, find(document, line))
    assert (len(result.kept), len(result.suppressed)) == ((0, 1) if works else (1, 0))


def test_one_comment_may_name_several_rules_and_the_useless_one_is_told() -> None:
    document = read_python("a()  # driftlint: ignore[set-open, seed-none] why\n")
    result = apply(document, find(document, 1))
    assert [s.finding.rule for s in result.suppressed] == ["set-open"]
    assert problems_of(document, result) == [("unused", 1, "seed-none", "seed-none")]
    assert result.problems[0].message == "`seed-none` finds nothing here: remove it"


def test_a_rule_that_did_not_run_makes_no_comment_unused() -> None:
    document = read_python("a()  # driftlint: ignore[seed-none] why\n")
    assert apply(document, ran=("set-open",)).problems == []
    assert problems_of(document, apply(document)) == [("unused", 1, "seed-none", "seed-none")]


@pytest.mark.parametrize(
    ("comment", "kind", "shown", "message"),
    [
        (
            "driftlint: ignore[set-open]",
            "no-reason",
            "driftlint: ignore[set-open]",
            "a reason must follow the brackets: without one nothing is ignored",
        ),
        (
            "driftlint: ignore[set-open] -- ",
            "no-reason",
            "driftlint: ignore[set-open] --",
            "a reason must follow the brackets: without one nothing is ignored",
        ),
        (
            "driftlint: ignore[set-open] until=2027-01-01",
            "no-reason",
            "driftlint: ignore[set-open] until=2027-01-01",
            "a reason must follow the brackets: without one nothing is ignored",
        ),
        (
            "driftlint: ignore[set-open]  # noqa",
            "no-reason",
            "driftlint: ignore[set-open]",
            "a reason must follow the brackets: without one nothing is ignored",
        ),
        (
            "driftlint: ignore why",
            "malformed",
            "driftlint: ignore why",
            "name the rules in brackets: `driftlint: ignore[rule] reason`",
        ),
        (
            "driftlint: ignore[set-open why",
            "malformed",
            "driftlint: ignore[set-open why",
            "name the rules in brackets: `driftlint: ignore[rule] reason`",
        ),
        (
            "driftlint: ignores[set-open] why",
            "malformed",
            "driftlint: ignores[set-open] why",
            "no directive `ignores`; did you mean `ignore`?",
        ),
        (
            "Driftlint: ignore[set-open] why",
            "malformed",
            "Driftlint: ignore[set-open] why",
            "write `driftlint:` in lower case",
        ),
        ("driftlint:", "malformed", "driftlint:", "a directive must follow: ignore[...]"),
        (
            "driftlint: ignore[set-open] why until=soon",
            "malformed",
            "driftlint: ignore[set-open] why until=soon",
            "`until=soon`: write one date as until=2027-06-30",
        ),
        (
            "driftlint: ignore[set-open] why until=2026-02-30",
            "malformed",
            "driftlint: ignore[set-open] why until=2026-02-30",
            "`until=2026-02-30`: write one date as until=2027-06-30",
        ),
        ("driftlint: ignore[] why", "malformed", "driftlint: ignore[] why", "a rule name is missing in the brackets"),
        ("driftlint: ignore[set-opn] why", "unknown-rule", "set-opn", "no rule `set-opn`; did you mean `set-open`?"),
    ],
)
def test_what_is_wrong_with_a_comment(comment: str, kind: str, shown: str, message: str) -> None:
    document = read_python(f"x()\na()  # {comment}\n")
    finding = find(document, 2)
    result = apply(document, finding)
    assert result.kept == [finding]
    (problem,) = result.problems
    assert (problem.kind, problem.message) == (kind, message)
    assert document.text[problem.place.span.start : problem.place.span.end] == shown


def test_the_known_rules_of_a_comment_work_beside_an_unknown_one() -> None:
    document = read_python("a()  # driftlint: ignore[nothing-like-it, set-open] why\n")
    result = apply(document, find(document, 1))
    assert len(result.suppressed) == 1
    assert problems_of(document, result) == [("unknown-rule", 1, "nothing-like-it", "nothing-like-it")]


@pytest.mark.parametrize(("until", "works"), [("2026-11-26", True), ("2026-11-25", True), ("2026-11-24", False)])
def test_a_date_counts_to_its_end_and_no_longer(until: str, works: bool) -> None:
    document = read_python(f"a()  # driftlint: ignore[set-open] until={until} waiting for the new release\n")
    result = apply(document, find(document, 1))
    assert [s.reason for s in result.suppressed] == (["waiting for the new release"] if works else [])
    assert [(p.kind, p.rule) for p in result.problems] == ([] if works else [("expired", "set-open")])


def test_an_ignore_file_comment_stands_at_the_top() -> None:
    top = "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n\n# driftlint: ignore-file[set-open] generated\n"
    document = read_python(top + "import a\na()\n")
    result = apply(document, find(document, 6), find(document, 5, rule="seed-none"))
    assert [s.reason for s in result.suppressed] == ["generated"]
    assert [finding.rule for finding in result.kept] == ["seed-none"]
    assert result.problems == []

    document = read_python("import a\n# driftlint: ignore-file[set-open] generated\na()\n")
    result = apply(document, find(document, 3))
    assert len(result.kept) == 1
    assert [(p.kind, p.message) for p in result.problems] == [
        ("malformed", "`ignore-file` works only in the comments at the top of the file")
    ]


def test_the_reason_nearest_to_the_finding_is_given_and_both_comments_count_as_used() -> None:
    document = read_python(
        "# driftlint: ignore-file[set-open] all of it\n\na()  # driftlint: ignore[set-open] this one\n"
    )
    result = apply(document, find(document, 3))
    assert [s.reason for s in result.suppressed] == ["this one"]
    assert result.problems == []


def test_a_comment_does_not_reach_into_the_next_cell() -> None:
    text = "a()\n# driftlint: ignore[set-open] why\nb()\n"
    cells = (Cell(0, "code", 0, (10, 11)), Cell(1, "code", text.index("b()"), (20,)))
    assert len(apply(read_python(text), find(read_python(text), 3)).suppressed) == 1
    document = read_python(text, "x.ipynb", cells)
    assert len(apply(document, find(document, 3)).kept) == 1


def test_other_comment_markers() -> None:
    text = "a: 1 // driftlint: ignore[set-open] why /x\n<!-- driftlint: ignore[seed-none] because -->\n"
    starts = [text.index("//"), text.index("<!--")]
    comments = tuple(Comment(Span(start, text.index("\n", start)), "") for start in starts)
    document = Document("a.md", "text", text, "", comments)
    result = apply(document, find(document, 1), find(document, 2, rule="seed-none"))
    assert [s.reason for s in result.suppressed] == ["why /x", "because"]


def test_accept_entries() -> None:
    document = Document("conf/model.json", "json", '{"a": 1}\n', "")
    finding = find(document, 1, name="org/name-7b")
    far = Place("driftlint.toml", Span(10, 14))
    for entry, works in (
        (Accept("set-open", ("conf/*.json",), "agreed", place=far), True),
        (Accept("set-open", ("conf/",), "agreed", subject="org/*", place=far), True),
        (Accept("set-open", ("conf/*.json",), "agreed", subject="org/other", place=far), False),
        (Accept("seed-none", ("conf/*.json",), "agreed", place=far), False),
        (Accept("set-open", ("*.yaml",), "agreed", place=far), False),
        (Accept("set-open", ("conf/*.json",), "agreed", until=TODAY, place=far), True),
    ):
        result = apply(document, finding, accept=(entry,))
        assert [(s.reason, s.place) for s in result.suppressed] == ([("agreed", far)] if works else []), entry
        assert [(p.kind, p.place) for p in result.problems] == ([] if works else [("unused", far)]), entry


def test_accept_entries_expire_and_know_the_rules() -> None:
    document = Document("a.json", "json", "{}\n", "")
    finding = find(document, 1)
    entries = (
        Accept(
            "set-open",
            ("a.json",),
            "agreed",
            until=datetime.date(2026, 11, 24),
            place=Place("driftlint.toml", Span(1, 2)),
        ),
        Accept("set-opn", ("a.json",), "agreed", place=Place("driftlint.toml", Span(3, 4))),
    )
    result = apply(document, finding, accept=entries)
    assert result.kept == [finding]
    assert [(p.kind, p.message) for p in result.problems] == [
        ("expired", "expired on 2026-11-24: decide again, then renew the date or remove the entry"),
        ("unknown-rule", "no rule `set-opn`; did you mean `set-open`?"),
    ]


def test_an_entry_for_a_rule_that_did_not_run_is_not_unused() -> None:
    document = Document("a.json", "json", "{}\n", "")
    assert apply(document, accept=(Accept("seed-none", ("a.json",), "x"),), ran=("set-open",)).problems == []


def test_offsets_are_code_points() -> None:
    document = read_python("s = '\U0001f600\u00e9'\na()  # driftlint: ignore[set-opn] caf\u00e9 \U0001f600\n")
    (problem,) = apply(document).problems
    assert document.text[problem.place.span.start : problem.place.span.end] == "set-opn"


def test_findings_of_files_without_a_document_are_kept() -> None:
    document = read_python("a()\n")
    finding = find(document, 1)
    assert apply_suppressions([finding], {}, (), TODAY, known=KNOWN).kept == [finding]
