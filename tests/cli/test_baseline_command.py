"""``driftlint baseline`` and what `check` makes of it, with the real program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program_run import Run, Write

LOAD = 'from datasets import load_dataset\n\nload_dataset("squad")\n'
ONLY = ("--select", "dataset-unpinned", "--output-format", "concise")
FILE = "driftlint-baseline.json"


def shown(driftlint: Run, *arguments: str) -> list[str]:
    lines = driftlint("check", *ONLY, *arguments).stdout.splitlines()
    return [" ".join(line.split()[:2]) for line in lines if "dataset-unpinned" in line]


def paths(root: Path) -> list[str]:
    return [row["path"] for row in json.loads((root / FILE).read_text())["findings"]]


@pytest.fixture
def repo(driftlint: Run, write: Write) -> Path:
    root = write({"train.py": LOAD, "driftlint.toml": 'select = ["dataset-unpinned"]\n'})
    done = driftlint("baseline")
    assert (done.returncode, done.stderr) == (0, f"{FILE}: wrote 1 finding\n")
    return root


def test_what_is_in_the_baseline_is_counted_and_does_not_fail(driftlint: Run, repo: Path) -> None:
    done = driftlint("check", *ONLY)
    assert (done.stdout, done.returncode) == ("Found no findings; 1 in the baseline\n", 0)
    assert shown(driftlint, "--no-baseline") == ["train.py:3:14: dataset-unpinned"]


def test_moved_lines_are_old(driftlint: Run, repo: Path) -> None:
    (repo / "train.py").write_text("import os\n\n\n# more\n" + LOAD)
    assert shown(driftlint) == []


def test_a_renamed_file_is_old(driftlint: Run, repo: Path) -> None:
    (repo / "src").mkdir()
    (repo / "train.py").rename(repo / "src" / "fit.py")
    assert shown(driftlint) == []


def test_a_copied_file_is_new(driftlint: Run, repo: Path) -> None:
    (repo / "copy.py").write_text(LOAD)
    assert shown(driftlint) == ["copy.py:3:14: dataset-unpinned"]


@pytest.mark.parametrize(
    ("text", "line"),
    [(LOAD + 'rows = load_dataset("squad")\n', 4), (LOAD.replace("\n\n", '\n\nrows = load_dataset("squad")\n'), 3)],
)
def test_of_two_equal_findings_the_new_one_is_shown(driftlint: Run, repo: Path, text: str, line: int) -> None:
    (repo / "train.py").write_text(text)
    assert shown(driftlint) == [
        f"train.py:{line}:{14 if 'rows' not in text.splitlines()[line - 1] else 21}: dataset-unpinned"
    ]


def test_check_says_how_many_are_gone_and_update_drops_them(driftlint: Run, repo: Path) -> None:
    (repo / "more.py").write_text(LOAD)
    driftlint("baseline")
    assert paths(repo) == ["more.py", "train.py"]
    (repo / "more.py").write_text("")
    (repo / "new.py").write_text(LOAD.replace("squad", "glue"))
    done = driftlint("check", *ONLY)
    assert f"1 entry of {FILE} is no longer found; `driftlint baseline --update` drops it" in done.stdout.splitlines()
    assert driftlint("baseline", "--update").stderr == f"{FILE}: dropped 1 finding, kept 1\n"
    assert paths(repo) == ["train.py"]
    assert shown(driftlint) == ["new.py:3:14: dataset-unpinned"]


def test_update_follows_a_rename_and_a_second_one_changes_nothing(driftlint: Run, repo: Path) -> None:
    (repo / "train.py").rename(repo / "fit.py")
    driftlint("baseline", "--update")
    assert paths(repo) == ["fit.py"]
    before = (repo / FILE).read_bytes()
    driftlint("baseline", "--update")
    assert (repo / FILE).read_bytes() == before


def test_a_rule_that_is_off_keeps_its_entries(driftlint: Run, repo: Path) -> None:
    (repo / "driftlint.toml").write_text('select = ["weights-unpinned"]\n')
    assert driftlint("check", "--output-format", "concise").stdout == "Found no findings\n"
    driftlint("baseline", "--update")
    assert paths(repo) == ["train.py"]


def test_show_lists_and_writes_nothing(driftlint: Run, repo: Path) -> None:
    before = (repo / FILE).read_bytes()
    (repo / "train.py").write_text("")
    done = driftlint("baseline", "--show")
    assert done.stdout == (
        "train.py: dataset-unpinned dataset `squad` at huggingface (no longer found)\n"
        f"{FILE} holds 1 finding, 1 of them no longer found\n"
    )
    told = json.loads(driftlint("baseline", "--show", "--output-format", "json").stdout)
    assert told["entries"] == [
        {
            "rule": "dataset-unpinned",
            "path": "train.py",
            "subject": {"kind": "dataset", "host": "huggingface", "name": "squad"},
            "ordinal": 1,
            "found": False,
        }
    ]
    assert (repo / FILE).read_bytes() == before


def test_the_setting_names_another_file_relative_to_the_configuration(driftlint: Run, repo: Path) -> None:
    (repo / FILE).unlink()
    (repo / "driftlint.toml").write_text('select = ["dataset-unpinned"]\nbaseline = "ci/known.json"\n')
    (repo / "ci").mkdir()
    missing = driftlint("check", *ONLY)
    assert missing.returncode == 2
    assert missing.stderr == "error: ci/known.json: there is no such baseline; `driftlint baseline` writes one\n"
    driftlint("baseline")
    assert (repo / "ci" / "known.json").is_file()
    assert driftlint("check", *ONLY, str(repo), cwd=repo / "ci").stdout.startswith(
        "Found no findings; 1 in the baseline"
    )


def test_a_named_baseline_that_is_not_there_is_an_error(driftlint: Run, repo: Path) -> None:
    done = driftlint("check", *ONLY, "--baseline", "typo.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "typo.json: there is no such baseline" in done.stderr


def test_a_broken_baseline_is_an_error_at_its_line(driftlint: Run, repo: Path) -> None:
    (repo / FILE).write_text('{\n  "version": 1,\n<<<<<<< ours\n')
    done = driftlint("check", *ONLY)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {FILE}:3: is not JSON")
    assert "a merge left its marks" in done.stderr


def test_info_is_taken_in_only_when_asked_for(driftlint: Run, write: Write) -> None:
    root = write({"README.md": "", "run.sh": "sudo apt-get install -y curl\n"})

    def severities() -> set[str]:
        return {row["rule"] for row in json.loads((root / FILE).read_text())["findings"]}

    driftlint("baseline")
    assert "apt-unpinned" not in severities()
    driftlint("baseline", "--info")
    assert "apt-unpinned" in severities()
    assert "apt-unpinned" not in driftlint("check", "--info", "--output-format", "concise").stdout


def test_json_and_sarif_tell_what_is_in_the_baseline(driftlint: Run, repo: Path) -> None:
    (repo / "new.py").write_text(LOAD)
    told = json.loads(driftlint("check", "--output-format", "json").stdout)
    assert [finding["path"] for finding in told["findings"]] == ["new.py"]
    assert [finding["path"] for finding in told["baselined"]] == ["train.py"]
    assert told["baseline"] == {"path": FILE, "gone": 0}
    log = json.loads(driftlint("check", "--output-format", "sarif", "--show-suppressed").stdout)
    states = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: (
            result["baselineState"],
            result.get("suppressions"),
        )
        for result in log["runs"][0]["results"]
    }
    assert states == {
        "new.py": ("new", None),
        "train.py": ("unchanged", [{"kind": "external", "justification": f"in the baseline {FILE}"}]),
    }


def test_why_says_that_a_finding_is_in_the_baseline(driftlint: Run, repo: Path) -> None:
    assert "not shown: in the baseline" in driftlint("why", "train.py:3").stdout


def test_the_baseline_itself_is_no_source_of_findings(driftlint: Run, repo: Path) -> None:
    done = driftlint("check", "--info", "--isolated", "--output-format", "json")
    told = json.loads(done.stdout)
    assert FILE not in {finding["path"] for finding in told["findings"]}


def test_a_secret_in_a_subject_is_not_written(driftlint: Run, write: Write) -> None:
    token = "ghp_" + "A1b2C3d4" * 4 + "E5f6"
    root = write({"requirements.txt": f"lib @ git+https://user:{token}@github.com/org/lib\n"})
    driftlint("baseline")
    assert paths(root) != []
    assert token not in (root / FILE).read_text()
