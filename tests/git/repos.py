"""Helpers of the tests over real git repos."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

Git: TypeAlias = "Callable[..., str]"

LOAD = 'from datasets import load_dataset\n\nload_dataset("{}")\n'


def make_git(folder: Path) -> Git:
    """Return a call of git with settings of its own, which lie in a folder: nothing of the user's counts."""
    settings = folder / "gitconfig"
    settings.write_text(
        '[user]\nname = n\nemail = n@example.org\n[init]\ndefaultBranch = main\n[protocol "file"]\nallow = always\n'
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = {**kept, "GIT_CONFIG_GLOBAL": str(settings), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(folder: Path, *arguments: str) -> str:
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
        return done.stdout.strip()

    return run


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)


def make_repo(git: Git, root: Path, files: Mapping[str, str | bytes], *options: str) -> Path:
    """Make a repo of one commit."""
    root.mkdir(parents=True)
    git(root, "init", "--quiet", *options)
    return commit(git, root, files)


def commit(git: Git, root: Path, files: Mapping[str, str | bytes], message: str = "step") -> Path:
    """Write files and commit everything."""
    write(root, files)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "-m", message)
    return root
