"""Several outputs of one run, and what services get."""

from __future__ import annotations

import json

import pytest

from tests.cli.program_run import Run, Write

LOAD = 'from datasets import load_dataset\n\nload_dataset("squad")\n'


def test_one_run_writes_several_formats_and_fails_once(driftlint: Run, write: Write) -> None:
    root = write({"train.py": LOAD})
    outputs = ("sarif=a.sarif", "gitlab=quality.json", "markdown=summary.md", "json=a.json")
    done = driftlint("check", "--output-format", "concise", *(part for text in outputs for part in ("--also", text)))
    assert done.returncode == 1
    assert done.stdout.startswith("train.py:3:14: dataset-unpinned ")
    alone = {name: driftlint("check", "--output-format", name).stdout for name in ("sarif", "gitlab", "markdown")}
    assert (root / "a.sarif").read_text() == alone["sarif"]
    assert (root / "quality.json").read_text() == alone["gitlab"]
    assert (root / "summary.md").read_text() == alone["markdown"]
    assert [finding["rule"] for finding in json.loads((root / "a.json").read_text())["findings"]] == [
        "dataset-unpinned"
    ]


@pytest.mark.parametrize("text", ["sarif", "sarif=", "xml=a.xml", "=a"])
def test_a_further_output_without_format_or_path_is_refused(driftlint: Run, write: Write, text: str) -> None:
    write({"train.py": LOAD})
    done = driftlint("check", "--also", text)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"--also `{text}`: write FORMAT=PATH" in done.stderr


def test_sarif_carries_the_page_of_a_rule_and_paths_from_the_top_of_the_repo(driftlint: Run, write: Write) -> None:
    root = write({"exp one/driftlint.toml": "", "exp one/train.py": LOAD})
    (root / ".git").mkdir()
    run = json.loads(driftlint("check", "--output-format", "sarif", cwd=root / "exp one").stdout)["runs"][0]
    result = next(result for result in run["results"] if result["ruleId"] == "dataset-unpinned")
    where = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert where == {"uri": "exp%20one/train.py", "uriBaseId": "SRCROOT"}
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == "dataset-unpinned"
    page = driftlint("explain", "dataset-unpinned").stdout
    headings = [line.removeprefix("## ") for line in rule["help"]["markdown"].splitlines() if line.startswith("## ")]
    assert "What it finds" in headings
    assert all(heading in page for heading in headings)
