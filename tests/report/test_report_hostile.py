"""No format crashes, leaks a control character or writes a lone surrogate, whatever the report holds."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftlint.facts import Coverage, Fix, Place, Report, Subject, Suppressed
from driftlint.report import FORMATS, render, render_statistics
from driftlint.text import Edit, Span
from tests.report.hand_built import make_document, make_finding, make_lookup
from tests.report.test_report_formats import check_report, check_sarif

TEXT = st.text(st.characters(), max_size=30)
SPAN = st.builds(Span, st.integers(-2, 60), st.integers(-2, 60))
PATH = st.one_of(st.just("a.py"), TEXT)
PLACE = st.builds(Place, PATH, SPAN, TEXT)
FIX = st.builds(
    Fix,
    TEXT,
    st.lists(st.builds(Edit, PATH, SPAN, TEXT, TEXT), max_size=2).map(tuple),
    st.sampled_from(["safe", "suggest", "show"]),
    TEXT,
)
FINDING = st.builds(
    lambda place, rule, message, related, fixes, name, severity, fingerprint: make_finding(
        place, rule or "r", message=message, remedy=message, related=tuple(related), fixes=tuple(fixes),
        subject=Subject(name, name, name), severity=severity, fingerprint=fingerprint, family=rule,
    ),
    PLACE, TEXT, TEXT, st.lists(PLACE, max_size=2), st.lists(FIX, max_size=2), TEXT,
    st.sampled_from(["error", "warning", "info"]), TEXT,
)  # fmt: skip
REPORT = st.builds(
    lambda root, findings, suppressed, unread, left_out, unknown: Report(
        root, findings, suppressed, Coverage(unread=unread, left_out=left_out, unknown=unknown, entries=[root])
    ),
    TEXT,
    st.lists(FINDING, max_size=3),
    st.lists(st.builds(Suppressed, FINDING, TEXT, PLACE), max_size=2),
    st.lists(st.tuples(PATH, st.integers(0, 9), TEXT), max_size=2),
    st.dictionaries(TEXT, st.lists(PATH, max_size=2), max_size=2),
    st.lists(st.tuples(PLACE, TEXT, TEXT), max_size=2),
)


def check_clean(output: str) -> None:
    output.encode("utf-8")
    bad = [char for char in output if not (char.isprintable() or char in "\n\u00a0\u3000")]
    assert not bad


@settings(max_examples=60, deadline=None)
@given(REPORT, TEXT)
def test_any_report_can_be_written_in_every_format(report: Report, text: str) -> None:
    lookup = make_lookup(make_document("a.py", text))
    for name in FORMATS:
        output = render(report, name, lookup=lookup, show_suppressed=True, show_info=True, prefix=report.root)
        check_clean(output)
        if name == "json":
            check_report(json.loads(output))
        elif name == "sarif":
            check_sarif(json.loads(output))
        elif name == "gitlab":
            json.loads(output)
        elif name == "junit":
            ElementTree.fromstring(output)
        elif name == "github":
            assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in output.splitlines())
    check_clean(render_statistics(report, show_info=True))


@pytest.mark.parametrize("name", FORMATS)
def test_a_path_of_undecodable_bytes_shows_the_byte(name: str) -> None:
    path = b"caf\xe9/\x1b[31m.py".decode("utf-8", "surrogateescape")
    output = render(
        Report("", [make_finding(Place(path, Span(0, 1)))]), name, lookup=make_lookup(make_document(path, "x"))
    )
    check_clean(output)
    wanted = {
        "sarif": "caf%E9/%1B%5B31m.py",
        "json": "caf\\\\xe9/\\u001b[31m.py",
        "gitlab": "caf\\\\xe9/\\u001b[31m.py",
        "markdown": "caf&#92;xe9/&#92;x1b&#91;31m.py",
    }
    assert wanted.get(name, "caf\\xe9/\\x1b[31m.py") in output


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_quotes_a_secret(name: str) -> None:
    key = "hf" + "_" + "q" * 34
    line = f'm = load("org/x", token="{key}")\n'
    finding = make_finding(
        Place("a.py", Span(0, len(line))),
        message=f"read with {key}",
        remedy=f"drop {key}",
        subject=Subject("weights", "hub", key),
        related=(Place("a.py", Span(0, 3), f"given {key}"), Place(".env", Span(0, 9), "set here")),
        fixes=(Fix(f"drop {key}", (Edit("a.py", Span(0, 1), "m", key),), "show", key),),
    )
    report = Report("", [finding], [Suppressed(finding, f"because {key}", finding.place)])
    report.coverage.unread.append(("b.py", 1, f"bad {key}"))
    report.coverage.unknown.append((Place("a.py", Span(0, 1), key), key, key))
    report.coverage.entries.append(f"a.py:1 {key}")
    lookup = make_lookup(make_document("a.py", line), make_document(".env", "PLAIN=visible\n", "dotenv"))
    output = render(report, name, lookup=lookup, show_suppressed=True)
    assert "qqqq" not in output
    assert "visible" not in output
    assert "***" in output.replace("&#42;", "*")


def test_the_schema_refuses_a_lost_field() -> None:
    value = json.loads(render(Report(""), "json", lookup=make_lookup()))
    del value["coverage"]["unread"]
    with pytest.raises(jsonschema.ValidationError, match="unread"):
        check_report(value)
