"""Real git repos, made with settings of their own: nothing of the user's counts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.git.repos import Git, make_git


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in a folder and return what it says."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return make_git(tmp_path)
