"""The formats that tools read: against their schemas, and value by value."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from msgspec.structs import replace

from driftlint.facts import BaselineUse, Coverage, Fix, Place, Report, Since
from driftlint.report import FORMATS, render, render_statistics
from driftlint.text import Edit, Span
from tests.report.hand_built import COMMIT, TRAIN, make_document, make_finding, make_lookup, make_report, span_of

HERE = Path(__file__).parent
REPORT_SCHEMA = json.loads((files("driftlint.report") / "schemas/report.schema.json").read_text("utf-8"))
SARIF_SCHEMA = json.loads((HERE / "sarif-schema-2.1.0-rtm.5.json").read_text("utf-8"))


def render_json(report: Report, lookup: Any, format: str = "json", **options: Any) -> Any:
    return json.loads(render(report, format, lookup=lookup, **options))


def check_report(value: object) -> None:
    jsonschema.Draft202012Validator(REPORT_SCHEMA).validate(value)


def check_sarif(value: object) -> None:
    jsonschema.Draft4Validator(SARIF_SCHEMA).validate(value)


def test_an_unknown_format_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="unknown format 'xml'"):
        render(Report(""), "xml", lookup=make_lookup())


def test_json_follows_its_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(REPORT_SCHEMA)
    report, lookup = make_report()
    value = render_json(report, lookup, show_info=True)
    check_report(value)
    check_report(render_json(Report(""), lookup))
    value["findings"][0]["extra"] = 1
    with pytest.raises(jsonschema.ValidationError, match="extra"):
        check_report(value)
    del value["findings"][0]["extra"]
    value["suppressed"][0].pop("reason")
    with pytest.raises(jsonschema.ValidationError, match="reason"):
        check_report(value)


def make_compared() -> tuple[Report, Any]:
    """A report with a finding in the baseline and one that an older commit has."""
    report, lookup = make_report()
    known, older = (make_finding(Place("train.py", span_of(TRAIN, part)), fingerprint=part) for part in ("ds", "print"))
    return replace(
        report,
        baselined=[known],
        baseline=BaselineUse("known.json", 2),
        earlier=[older],
        since=Since("main", COMMIT, merge_base=True),
    ), lookup


def test_json_tells_what_was_compared() -> None:
    report, lookup = make_compared()
    value = render_json(report, lookup)
    check_report(value)
    assert value["baseline"] == {"path": "known.json", "gone": 2}
    assert value["since"] == {"revision": "main", "commit": COMMIT, "merge_base": True}
    assert [finding["fingerprint"] for finding in value["baselined"]] == ["ds"]
    assert [finding["fingerprint"] for finding in value["earlier"]] == ["print"]
    assert (value["summary"]["baselined"], value["summary"]["earlier"], value["summary"]["errors"]) == (1, 1, 1)


def test_sarif_gives_every_result_a_state_once_something_was_compared() -> None:
    report, lookup = make_compared()
    shown = render_json(report, lookup, "sarif")
    check_sarif(shown)
    assert [result["baselineState"] for result in shown["runs"][0]["results"]] == ["new", "new"]
    everything = render_json(report, lookup, "sarif", show_suppressed=True)
    check_sarif(everything)
    results = everything["runs"][0]["results"]
    states = {r["partialFingerprints"]["driftlint/v1"]: (r["baselineState"], r.get("suppressions")) for r in results}
    accepted = [{"kind": "external", "justification": "in the baseline known.json"}]
    assert states["ds"] == ("unchanged", accepted)
    assert states["print"] == ("unchanged", None)
    assert (
        "baselineState"
        not in render_json(replace(report, baseline=None, since=None), lookup, "sarif")["runs"][0]["results"][0]
    )


@pytest.mark.parametrize("name", ["text", "concise"])
def test_the_tally_says_what_was_compared(name: str) -> None:
    report, lookup = make_compared()
    lines = render(report, name, lookup=lookup).splitlines()
    tally = next(line for line in lines if line.startswith("Found "))
    assert tally.endswith("; 1 info hidden; 1 suppressed; 1 in the baseline; 1 older")
    assert f"Compared with main ({COMMIT[:12]}, where it and HEAD part)" in lines
    assert "2 entries of known.json are no longer found; `driftlint baseline --update` drops them" in lines


def test_markdown_says_what_was_compared() -> None:
    report, lookup = make_compared()
    text = render(report, "markdown", lookup=lookup)
    assert text.startswith("### driftlint: 1 error, 1 warning (1 info hidden) (1 in the baseline) (1 older)\n")
    assert f"Compared with main ({COMMIT[:12]}, where it and HEAD part).\n" in text


def test_json_tells_the_finding_its_trail_and_its_fix() -> None:
    report, lookup = make_report()
    finding = render_json(report, lookup)["findings"][1]
    spot = {"line": 3, "column": 47, "cell": None, "cell_line": None}
    assert finding == {
        "rule": "dataset-unpinned",
        "family": "data",
        "severity": "error",
        "confidence": "high",
        "subject": {"kind": "dataset", "host": "hub", "name": "allenai/c4"},
        "message": "dataset `allenai/c4` is read without a commit",
        "remedy": 'pass revision="<40-hex commit>"',
        "path": "train.py",
        "line": 3,
        "column": 7,
        "end_line": 3,
        "end_column": 48,
        "cell": None,
        "cell_line": None,
        "related": [
            {
                "path": "conf/m.yaml",
                "line": 2,
                "column": 9,
                "end_line": 2,
                "end_column": 18,
                "cell": None,
                "cell_line": None,
                "message": "named here",
            }
        ],
        "fixes": [
            {
                "title": "pin the commit",
                "applicability": "safe",
                "evidence": "local cache, refs/main",
                "edits": [{"path": "train.py", "start": spot, "end": spot, "text": f', revision="{COMMIT}"'}],
            }
        ],
        "fingerprint": "dataset-unpinned:train.py:0",
    }


def test_json_lines_of_a_notebook_are_raw_lines() -> None:
    report, lookup = make_report()
    finding = render_json(report, lookup)["findings"][0]
    assert [finding[key] for key in ("path", "line", "column", "cell", "cell_line")] == ["nb.ipynb", 21, 5, 2, 2]
    assert finding["fixes"][0]["edits"][0]["end"] == {"line": 21, "column": 20, "cell": 2, "cell_line": 2}


def test_json_holds_suppressed_findings_and_coverage() -> None:
    report, lookup = make_report()
    value = render_json(report, lookup)
    assert value["summary"] == {
        "errors": 1,
        "warnings": 1,
        "info": 0,
        "hidden_info": 1,
        "suppressed": 1,
        "baselined": 0,
        "earlier": 0,
    }
    assert value["suppressed"][0]["reason"] == "frozen | by ops"
    assert value["suppressed"][0]["accepted"]["column"] == 20
    coverage = value["coverage"]
    assert coverage["unread"][1] == {"path": "bad.py", "line": 3, "message": "unexpected indent"}
    assert coverage["left_out"] == {"too large": ["a.json", "b.json"], "vendored": ["third/"]}
    assert coverage["unknown"][0]["reason"] == "comes from the command line"
    assert list(coverage["read"]) == ["notebook", "python", "yaml"]


@pytest.mark.parametrize("name", FORMATS)
def test_the_order_of_building_does_not_show(name: str) -> None:
    report, lookup = make_report()
    turned = replace(report, findings=report.findings[::-1])
    turned.coverage.unread.reverse()
    turned.coverage.left_out = dict(reversed(turned.coverage.left_out.items()))
    first = render(make_report()[0], name, lookup=lookup, show_suppressed=True, show_info=True)
    assert render(turned, name, lookup=lookup, show_suppressed=True, show_info=True) == first


def test_sarif_follows_the_standard() -> None:
    report, lookup = make_report()
    value = render_json(report, lookup, "sarif", show_suppressed=True, show_info=True)
    check_sarif(value)
    check_sarif(render_json(Report("relative"), lookup, "sarif"))
    value["runs"][0]["results"][0]["level"] = "info"
    with pytest.raises(jsonschema.ValidationError, match="info"):
        check_sarif(value)


def test_sarif_tells_place_trail_fix_and_fingerprint() -> None:
    report, lookup = make_report()
    run = render_json(report, lookup, "sarif")["runs"][0]
    result = run["results"][1]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["originalUriBaseIds"]["SRCROOT"]["uri"] == "file:///repo/"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "dataset-unpinned"
    assert result["level"] == "error"
    assert result["message"]["text"] == (
        'dataset `allenai/c4` is read without a commit\nhelp: pass revision="<40-hex commit>"\nsee [named here](1)'
    )
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "train.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 3, "startColumn": 7, "endLine": 3, "endColumn": 48},
    }
    assert result["relatedLocations"][0]["id"] == 1
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["startColumn"] == 9
    assert result["partialFingerprints"] == {"driftlint/v1": "dataset-unpinned:train.py:0"}
    assert result["fixes"][0]["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": {"startLine": 3, "startColumn": 47, "endLine": 3, "endColumn": 47},
            "insertedContent": {"text": f', revision="{COMMIT}"'},
        }
    ]


def test_sarif_describes_rules_from_their_prose() -> None:
    report, lookup = make_report()
    rule = render_json(report, lookup, "sarif")["runs"][0]["tool"]["driver"]["rules"][0]
    assert rule["shortDescription"]["text"] == "A dataset is read without a commit."
    assert rule["fullDescription"]["text"] == "A read without a commit."
    assert "## Why it drifts\n\nRows change." in rule["help"]["markdown"]
    assert rule["defaultConfiguration"] == {"enabled": True, "level": "error"}
    assert rule["properties"]["precision"] == "high"
    assert "data" in rule["properties"]["tags"]


def test_sarif_points_at_raw_lines_of_notebooks_without_columns_or_fixes() -> None:
    report, lookup = make_report()
    result = render_json(report, lookup, "sarif")["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 21, "endLine": 21}
    assert "fixes" not in result
    assert (result["properties"]["cell"], result["properties"]["cellLine"]) == (2, 2)


def test_sarif_writes_suppressions_only_when_asked_for() -> None:
    report, lookup = make_report()
    shown = render_json(report, lookup, "sarif", show_suppressed=True)["runs"][0]["results"]
    assert [r["suppressions"][0]["justification"] for r in shown if "suppressions" in r] == ["frozen | by ops"]
    assert not [r for r in render_json(report, lookup, "sarif")["runs"][0]["results"] if "suppressions" in r]


def test_sarif_notes_files_that_were_not_read() -> None:
    report, lookup = make_report()
    notes = render_json(report, lookup, "sarif")["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notes[1]["message"]["text"] == "could not be read: unexpected indent"
    assert notes[1]["locations"][0]["physicalLocation"]["region"]["startLine"] == 3
    assert [n["message"]["text"] for n in notes[2:]] == ["left out: too large", "left out: vendored"]
    assert notes[2]["locations"][1]["physicalLocation"]["artifactLocation"]["uri"] == "b.json"


def test_sarif_percent_encodes_paths_byte_by_byte() -> None:
    finding = make_finding(Place("a b/c:d#é\udce9%.py", Span(0, 0)))
    value = render_json(Report("/my repo", [finding]), make_lookup(), "sarif")
    check_sarif(value)
    run = value["runs"][0]
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20b/c%3Ad%23%C3%A9%E9%25.py"
    assert run["originalUriBaseIds"]["SRCROOT"]["uri"] == "file:///my%20repo/"


def test_sarif_takes_no_links_from_names() -> None:
    related = Place("a.py", Span(0, 0), "from [x](9)")
    finding = make_finding(Place("a.py", Span(0, 0)), message="see [here](https://evil.example)", related=(related,))
    result = render_json(Report("", [finding]), make_lookup(), "sarif")["runs"][0]["results"][0]
    lines = result["message"]["text"].splitlines()
    assert lines[0] == "see \\[here](https://evil.example)"
    assert lines[2] == "see [from \\[x\\](9)](1)"


def test_a_fix_that_would_write_a_secret_is_left_out() -> None:
    key = "hf" + "_" + "a" * 34
    edit = Edit("train.py", Span(0, 0), "", f'token = "{key}"\n')
    finding = make_finding(Place("train.py", Span(0, 1)), fixes=(Fix("t", (edit,), "show"),))
    report, lookup = Report("", [finding]), make_lookup(make_document("train.py", TRAIN))
    assert render_json(report, lookup)["findings"][0]["fixes"] == []
    assert "fixes" not in render_json(report, lookup, "sarif")["runs"][0]["results"][0]


def test_github_commands_escape_data_and_properties() -> None:
    text = "x\n" * 3
    document = make_document("a,b:c%.py", text)
    finding = make_finding(Place("a,b:c%.py", Span(2, 3)), message="100%\r\n::error::x", remedy="do: it")
    assert render(Report("", [finding]), "github", lookup=make_lookup(document)) == (
        "::error file=a%2Cb%3Ac%25.py,line=2,col=1,endLine=2,endColumn=2,title=driftlint (dataset-unpinned)"
        "::100%25 ::error::x%0Ahelp: do: it\n"
    )


def test_github_gives_no_columns_for_several_lines_and_notebooks() -> None:
    report, lookup = make_report()
    assert render(report, "github", lookup=lookup).splitlines()[0] == (
        "::warning file=nb.ipynb,line=21,endLine=21,title=driftlint (weights-unpinned)"
        "::cell 3:2:5: weights `org/base` are read from a branch"
    )
    finding = make_finding(Place("train.py", Span(0, len(TRAIN))), severity="info", message="m", remedy="")
    out = render(Report("", [finding]), "github", lookup=lookup, show_info=True, prefix="sub/dir/")
    assert out == "::notice file=sub/dir/train.py,line=1,endLine=4,title=driftlint (dataset-unpinned)::m\n"


def test_gitlab_issues_have_unique_fingerprints() -> None:
    place = Place("train.py", span_of(TRAIN, "print(ds)"))
    same = [make_finding(place, message=text, remedy="") for text in ("one", "two", "zzz")]
    lookup = make_lookup(make_document("train.py", TRAIN))
    issues = render_json(Report("", same), lookup, "gitlab", prefix="sub")
    assert issues[0] == {
        "description": "one",
        "check_name": "dataset-unpinned",
        "fingerprint": "dataset-unpinned:train.py:0",
        "severity": "major",
        "location": {"path": "sub/train.py", "lines": {"begin": 4, "end": 4}},
    }
    assert issues[1]["description"] == "two"
    assert len({issue["fingerprint"] for issue in issues}) == 3
    turned = render_json(Report("", same[::-1]), lookup, "gitlab", prefix="sub")
    assert turned == issues


def test_junit_has_one_suite_a_file() -> None:
    report, lookup = make_report()
    root = ElementTree.fromstring(render(report, "junit", lookup=lookup, show_suppressed=True, show_info=True))
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["bad.py", "conf/m.yaml", "nb.ipynb", "train.py"]
    case = suites["train.py"][0]
    assert case.get("name") == "dataset-unpinned at 3:7"
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("type") == "error"
    assert failure.text == (
        "train.py:3:7: dataset `allenai/c4` is read without a commit\n"
        'note: conf/m.yaml:2:9: named here\nhelp: pass revision="<40-hex commit>"'
    )
    assert suites["train.py"].get("failures") == "1"
    assert suites["train.py"][1].find("system-out") is not None
    skipped = suites["conf/m.yaml"][0].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "suppressed: frozen | by ops"


def test_junit_of_a_clean_run_is_one_passed_case() -> None:
    root = ElementTree.fromstring(render(Report(""), "junit", lookup=make_lookup()))
    assert (root.get("tests"), root.get("failures"), root[0][0].get("name")) == ("1", "0", "no findings")


def test_statistics_in_json() -> None:
    report, _ = make_report()
    assert json.loads(render_statistics(report, "json", show_info=True))[0] == {
        "rule": "advice",
        "family": "data",
        "severity": "info",
        "count": 1,
        "fixable": 0,
    }


def test_a_coverage_without_counts_is_valid() -> None:
    value = render_json(Report("", coverage=Coverage()), make_lookup())
    check_report(value)
    assert value["coverage"]["left_out"] == {}
