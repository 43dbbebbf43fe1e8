"""The action, its steps run as they are shipped."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from driftlint.report import FORMATS
from tests.ci.runner import ACTION, TOP, run_action
from tests.git.repos import LOAD, Git, commit, make_repo, write

ANNOTATION = "::error file={},line=3,col=14,endLine=3,endColumn=21,title=driftlint (dataset-unpinned)::"


@pytest.fixture
def temp(tmp_path: Path) -> Path:
    folder = tmp_path / "runner temp"
    folder.mkdir()
    return folder


def test_the_action_follows_the_schema_of_actions() -> None:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-actions",
        str(TOP / "action.yml"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_input_or_event_is_pasted_into_a_script_and_what_it_uses_is_a_commit() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        if "uses" in step:
            assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", step["uses"])


def test_findings_are_shown_annotated_summarised_and_fail_the_job(git: Git, tmp_path: Path, temp: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"train.py": LOAD.format("squad")})
    job = run_action(root, temp)
    assert job.status == 1
    assert list(job.log) == ["Find the base", "Check", "Judge"]
    log = job.log["Check"].splitlines()
    assert "train.py:3:14: error[dataset-unpinned] dataset `squad` is read from huggingface" in job.log["Check"]
    assert any(line.startswith(ANNOTATION.format("train.py")) for line in log)
    assert job.summary.startswith("### driftlint: 1 error")
    assert job.outputs["base"] == {"since": ""}
    outputs = job.outputs["check"]
    assert outputs["status"] == "1"
    assert json.loads(Path(outputs["sarif-file"]).read_text())["runs"][0]["results"][0]["ruleId"] == "dataset-unpinned"
    assert json.loads(Path(outputs["json-file"]).read_text())["findings"][0]["path"] == "train.py"


def test_the_output_of_the_check_cannot_speak_to_the_runner(git: Git, tmp_path: Path, temp: Path) -> None:
    name = "::add-mask::x.py"
    root = make_repo(git, tmp_path / "repo", {name: LOAD.format("squad")})
    log = run_action(root, temp).log["Check"].splitlines()
    token = log[0].removeprefix("::stop-commands::")
    assert re.fullmatch("[0-9a-f]{32}", token)
    end = log.index(f"::{token}::")
    assert any(line.startswith(name) for line in log[:end])
    assert [line for line in log[end + 1 :] if not line.startswith("::error file=%3A%3Aadd-mask%3A%3Ax.py,")] == []


def test_what_is_switched_off_stays_away(git: Git, tmp_path: Path, temp: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"train.py": LOAD.format("squad")})
    job = run_action(root, temp, annotations="false", summary="false", fail="false")
    assert job.status == 0
    assert job.outputs["check"]["status"] == "1"
    assert "::error" not in job.log["Check"]
    assert job.summary == ""


def test_wrong_usage_fails_the_job_whatever_fail_says(git: Git, tmp_path: Path, temp: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"train.py": ""})
    job = run_action(root, temp, args="--no-such-option", fail="false")
    assert job.status == 2
    assert "--no-such-option" in job.log["Check"]
    second = tmp_path / "second"
    second.mkdir()
    assert run_action(root, second, only_new="yes").status == 2


def test_paths_and_options_keep_their_words(git: Git, tmp_path: Path, temp: Path) -> None:
    files = {"a b/x.py": LOAD.format("squad"), "c/y.py": LOAD.format("glue"), "d/z.py": LOAD.format("c4"), "$HOME": ""}
    root = make_repo(git, tmp_path / "repo", {**files, "driftlint.toml": ""})
    job = run_action(
        root, temp, paths="'a b' c", args="--select dataset-unpinned,'weights-unpinned' --severity \"error\""
    )
    found = json.loads(Path(job.outputs["check"]["json-file"]).read_text())["findings"]
    assert [finding["path"] for finding in found] == ["a b/x.py", "c/y.py"]


def test_a_working_directory_gives_paths_from_the_top(git: Git, tmp_path: Path, temp: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"exp/train.py": LOAD.format("squad"), "exp/driftlint.toml": ""})
    job = run_action(root, temp, working_directory="exp")
    assert any(line.startswith(ANNOTATION.format("exp/train.py")) for line in job.log["Check"].splitlines())
    where = json.loads(Path(job.outputs["check"]["sarif-file"]).read_text())["runs"][0]["results"][0]["locations"][0]
    assert where["physicalLocation"]["artifactLocation"]["uri"] == "exp/train.py"


@pytest.fixture
def pull(git: Git, tmp_path: Path) -> tuple[Path, str]:
    """A clone of depth 1 at the merge that a host makes of a pull request, and the base in the event, by now out of date."""
    origin = make_repo(git, tmp_path / "origin", {"old.py": LOAD.format("squad")})
    stale = git(origin, "rev-parse", "HEAD")
    git(origin, "checkout", "-qb", "change")
    commit(git, origin, {"new.py": LOAD.format("glue")})
    git(origin, "checkout", "-q", "main")
    commit(git, origin, {"theirs.py": LOAD.format("c4")})
    git(origin, "checkout", "-q", "--detach")
    git(origin, "merge", "-q", "--no-ff", "-m", "merge", "change")
    git(origin, "update-ref", "refs/pull/7/merge", "HEAD")
    git(origin, "checkout", "-q", "main")
    clone = tmp_path / "clone"
    clone.mkdir()
    git(clone, "init", "-q")
    git(clone, "remote", "add", "origin", origin.as_uri())
    git(clone, "fetch", "-q", "--depth=1", "origin", "refs/pull/7/merge")
    git(clone, "checkout", "-q", "FETCH_HEAD")
    return clone, stale


def paths_of(outputs: dict[str, str]) -> list[str]:
    return [finding["path"] for finding in json.loads(Path(outputs["json-file"]).read_text())["findings"]]


def test_a_pull_request_shows_what_it_brings_from_a_clone_of_depth_one(pull: tuple[Path, str], temp: Path) -> None:
    clone, stale = pull
    job = run_action(clone, temp, {"pull_request.base.sha": stale}, ref="refs/pull/7/merge")
    assert job.outputs["base"]["since"] not in ("", stale)
    assert paths_of(job.outputs["check"]) == ["new.py"]


def test_a_head_that_was_checked_out_by_hand_is_compared_with_the_base_of_the_event(
    git: Git, tmp_path: Path, temp: Path
) -> None:
    root = make_repo(git, tmp_path / "repo", {"old.py": LOAD.format("squad")})
    base = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-qb", "change")
    commit(git, root, {"new.py": LOAD.format("glue")})
    git(root, "checkout", "-q", "main")
    commit(git, root, {"old.py": ""})
    tip = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-q", "change")
    job = run_action(root, temp, {"pull_request.base.sha": tip})
    assert job.outputs["base"]["since"] == base
    assert paths_of(job.outputs["check"]) == ["new.py"]


def test_everything_is_shown_when_only_new_is_off(pull: tuple[Path, str], temp: Path) -> None:
    clone, stale = pull
    job = run_action(clone, temp, {"pull_request.base.sha": stale}, ref="refs/pull/7/merge", only_new="false")
    assert job.outputs["base"] == {"since": ""}
    assert paths_of(job.outputs["check"]) == ["new.py", "old.py", "theirs.py"]


def test_a_branch_as_base_is_fetched(pull: tuple[Path, str], git: Git, temp: Path) -> None:
    clone, _ = pull
    job = run_action(clone, temp, base="main")
    assert job.outputs["base"]["since"] == git(clone, "ls-remote", "origin", "refs/heads/main").split()[0]
    assert paths_of(job.outputs["check"]) == ["new.py"]


def test_pushes_and_merge_queues(git: Git, tmp_path: Path, temp: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"old.py": LOAD.format("squad")})
    before = git(root, "rev-parse", "HEAD")
    commit(git, root, {"new.py": LOAD.format("glue")})
    second, third, fourth = (tmp_path / name for name in ("t2", "t3", "t4"))
    for folder in (second, third, fourth):
        folder.mkdir()
    assert run_action(root, temp, {"before": before}).outputs["base"]["since"] == ""
    assert paths_of(run_action(root, second, {"before": before}, only_new="true").outputs["check"]) == ["new.py"]
    assert run_action(root, third, {"before": "0" * 40}, only_new="true").outputs["base"]["since"] == ""
    assert run_action(root, fourth, {"merge_group.base_sha": before}).outputs["base"]["since"] == before


def test_a_change_that_brings_nothing_passes(git: Git, tmp_path: Path, temp: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"old.py": LOAD.format("squad")})
    before = git(root, "rev-parse", "HEAD")
    commit(git, root, {"a.py": "print(1)\n"})
    job = run_action(root, temp, {"before": before}, only_new="true")
    assert job.status == 0
    assert "Compared with" in job.summary


def test_the_formats_that_it_asks_for_are_there() -> None:
    script = next(step["run"] for step in ACTION["runs"]["steps"] if step.get("id") == "check")
    wanted = re.search(r"for format in ([\w ]+); do", script)
    assert wanted is not None
    assert set(wanted[1].split()) < set(FORMATS)


@pytest.mark.world
def test_the_step_that_installs(git: Git, tmp_path: Path, temp: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"train.py": LOAD.format("squad")})
    write(root, {"untracked.txt": ""})
    job = run_action(root, temp, install=True, python=sys.executable)
    assert any(line.startswith("driftlint 0.") for line in job.log["Install driftlint"].splitlines())
    assert job.status == 1
    assert paths_of(job.outputs["check"]) == ["train.py"]
