"""The GitLab job, its script run as it is shipped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci.runner import TOP, put_program
from tests.cli.program_run import SRC
from tests.git.repos import LOAD, Git, commit, make_repo

TEMPLATE = TOP / "ci" / "gitlab.yml"
JOB: dict[str, Any] = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))


def run_job(root: Path, tmp_path: Path, **variables: str) -> tuple[int, list[dict[str, Any]]]:
    """Run the last script line with the program in place; return its status and the Code Quality report."""
    bin_folder = tmp_path / "driftlint-venv" / "bin"
    if not bin_folder.exists():
        put_program(bin_folder)
    script = JOB["driftlint"]["script"][-1].replace("/tmp/driftlint-venv", str(tmp_path / "driftlint-venv"))
    defaults = {name: value for name, value in JOB["variables"].items() if name != "DRIFTLINT_IMAGE"}
    environment = {**os.environ, "PYTHONPATH": str(SRC), **defaults, **variables}
    done = subprocess.run(["sh", "-c", script], cwd=root, env=environment, capture_output=True, text=True, check=False)
    report = root / "gl-code-quality-report.json"
    assert report.is_file(), done.stderr
    return done.returncode, json.loads(report.read_text())


def test_the_template_follows_the_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci"]
    command += ["--data-transform", "gitlab-ci", str(TEMPLATE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_first_lines_install_where_the_last_one_looks() -> None:
    script = JOB["driftlint"]["script"]
    assert script[0] == "python3 -m venv /tmp/driftlint-venv"
    assert script[1].startswith("/tmp/driftlint-venv/bin/python -m pip install")
    assert "/tmp/driftlint-venv/bin/driftlint" in script[2]


def test_a_branch_reports_everything(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"old.py": LOAD.format("squad")})
    status, report = run_job(root, tmp_path)
    assert status == 1
    assert [(issue["check_name"], issue["location"]) for issue in report] == [
        ("dataset-unpinned", {"path": "old.py", "lines": {"begin": 3, "end": 3}})
    ]


@pytest.mark.parametrize("depth", [1, 50])
def test_a_merge_request_reports_what_it_brings(git: Git, tmp_path: Path, depth: int) -> None:
    origin = make_repo(git, tmp_path / "origin", {"old.py": LOAD.format("squad")})
    base = git(origin, "rev-parse", "HEAD")
    git(origin, "checkout", "-qb", "change")
    commit(git, origin, {"new.py": LOAD.format("glue")})
    git(tmp_path, "clone", "-q", f"--depth={depth}", "--branch=change", origin.as_uri(), "clone")
    status, report = run_job(tmp_path / "clone", tmp_path, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert status == 1
    assert [issue["location"]["path"] for issue in report] == ["new.py"]
    _, everything = run_job(
        tmp_path / "clone",
        tmp_path,
        CI_MERGE_REQUEST_DIFF_BASE_SHA=base,
        DRIFTLINT_ONLY_NEW="false",
        DRIFTLINT_ARGS="--no-cache",
    )
    assert [issue["location"]["path"] for issue in everything] == ["new.py", "old.py"]
