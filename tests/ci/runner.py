"""Runs the shell steps of action.yml and of the GitLab job as they stand in the files, in a folder of the test.

Only what the host does is done here: expressions are filled in, outputs and environment files are kept.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.cli.program_run import SRC

TOP = SRC.parent
ACTION: dict[str, Any] = yaml.safe_load((TOP / "action.yml").read_text(encoding="utf-8"))
_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


def put_program(folder: Path) -> None:
    """Put a `driftlint` and a `python` where the first step would have installed them."""
    folder.mkdir(parents=True)
    program = folder / "driftlint"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m driftlint "$@"\n')
    program.chmod(0o755)
    (folder / "python").symlink_to(sys.executable)


@dataclass
class Job:
    """What a job of the action gave: `outputs` by step id, `log` by step name."""

    status: int
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    log: dict[str, str] = field(default_factory=dict)
    summary: str = ""


def run_action(
    workspace: Path, temp: Path, event: Mapping[str, str] = {}, *, install: bool = False, ref: str = "", **inputs: str
) -> Job:
    """Run the steps of the action in a work tree. Keyword arguments are inputs, with "_" for "-"."""
    values = {name: given.get("default", "") for name, given in ACTION["inputs"].items()}
    values |= {name.replace("_", "-"): value for name, value in inputs.items()}
    assert set(values) == set(ACTION["inputs"]), "an input that the action does not have"
    if not install:
        put_program(temp / "driftlint-venv" / "bin")
    summary = temp / "summary"
    summary.write_text("")
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=workspace, capture_output=True, text=True, check=True)
    job = Job(0)
    for step in ACTION["runs"]["steps"]:
        if "uses" in step or (step["name"] == "Install driftlint" and not install):
            continue
        known = {
            **{f"inputs.{name}": value for name, value in values.items()},
            **{f"github.event.{name}": value for name, value in event.items()},
            **{f"steps.{s}.outputs.{name}": text for s, found in job.outputs.items() for name, text in found.items()},
        }

        def fill(text: str, known: Mapping[str, str] = known) -> str:
            return _EXPRESSION.sub(lambda match: known.get(match[1], ""), text)

        assert "${{" not in step["run"], "an expression inside a script could become a part of the script"
        output = temp / "output"
        output.write_text("")
        environment = {
            **os.environ,
            **{name: fill(text) for name, text in step.get("env", {}).items()},
            "RUNNER_TEMP": str(temp),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_ACTION_PATH": str(TOP),
            "GITHUB_REF": ref or "refs/heads/main",
            "GITHUB_SHA": head.stdout.strip(),
            "DRIFTLINT_CACHE_DIR": str(temp / "cache"),
            **({} if install else {"PYTHONPATH": str(SRC)}),
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=workspace / fill(step.get("working-directory", ".")),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        job.log[step["name"]] = done.stdout + done.stderr
        lines = output.read_text().splitlines()
        job.outputs[step.get("id", step["name"])] = dict(line.split("=", 1) for line in lines)
        job.summary = summary.read_text()
        job.status = done.returncode
        if job.status:
            break
    return job
