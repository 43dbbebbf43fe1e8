"""A repo whose commits go through the real pre-commit, with the hooks as they are shipped."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.program_run import SRC
from tests.git.conftest import git
from tests.git.repos import Git
from tests.precommit.hooked import Hooked, Shipped

__all__ = ["git"]


@pytest.fixture(scope="session")
def shipped() -> Shipped:
    """The hooks of .pre-commit-hooks.yaml by their id."""
    text = (SRC.parent / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    hooks: list[dict[str, Any]] = yaml.safe_load(text)
    return {hook["id"]: hook for hook in hooks}


@pytest.fixture
def hooked(git: Git, tmp_path: Path, shipped: Shipped, monkeypatch: pytest.MonkeyPatch) -> Hooked:
    """Make a repo with the hook `driftlint` installed. Only how the program is started differs from what is shipped."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit-home"))
    monkeypatch.setenv("DRIFTLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(SRC))
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    monkeypatch.delenv("DRIFTLINT_OUTPUT_FORMAT", raising=False)
    assert shutil.which("pre-commit"), "pre-commit belongs to the tools for development"
    return Hooked(git, tmp_path, _configure(shipped["driftlint"]))


@pytest.fixture
def mending(hooked: Hooked, git: Git, tmp_path: Path, shipped: Shipped) -> Hooked:
    """Make a repo with both hooks installed, the one that mends first."""
    return Hooked(git, tmp_path, _configure(shipped["driftlint-fix"], shipped["driftlint"]))


def _configure(*hooks: dict[str, Any]) -> str:
    """Return a configuration in which only how the program is started differs from what is shipped."""
    local = [
        {**hook, "language": "system", "entry": hook["entry"].replace("driftlint", f"{sys.executable} -m driftlint", 1)}
        for hook in hooks
    ]
    return yaml.safe_dump({"repos": [{"repo": "local", "hooks": local}]})
