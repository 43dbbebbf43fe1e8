"""A git repo with pre-commit's hook in it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from tests.git.repos import Git, write

Shipped: TypeAlias = "dict[str, dict[str, Any]]"


@dataclass(frozen=True)
class Attempt:
    """What became of a ``git commit``, and what was shown."""

    done: bool
    output: str


@dataclass(frozen=True)
class Hooked:
    """Makes repos with the hook and commits in them."""

    git: Git
    place: Path
    config: str

    def make(self, name: str = "repo", files: Mapping[str, str | bytes] = {}) -> Path:
        """Return a repo of one commit, the hook installed after it."""
        root = self.place / name
        root.mkdir()
        self.git(root, "init", "-q")
        write(root, {".pre-commit-config.yaml": self.config, **files})
        self.git(root, "add", "-A")
        self.git(root, "commit", "-qm", "first")
        self.install(root)
        return root

    def install(self, root: Path) -> None:
        """Install pre-commit's hook."""
        subprocess.run(["pre-commit", "install"], cwd=root, check=True, capture_output=True)

    def commit(self, root: Path, *arguments: str) -> Attempt:
        """Try to commit what is staged."""
        command = ["git", "commit", "-m", "step", *arguments]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        return Attempt(done.returncode == 0, done.stdout + done.stderr)
