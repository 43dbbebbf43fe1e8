"""Helpers of the tests over real git repos."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

Git: TypeAlias = "Callable[..., str]"

LOAD = 'from datasets import load_dataset\n\nload_dataset("{}")\n'


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
