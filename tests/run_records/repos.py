"""Stored runs beside a repo whose commit they name."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

STORED = Path(__file__).parent / "stored"
RECORDED = b"18e934429d960dabfa8470362246421da314557b"
"""The commit in the stored runs."""
_IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")

TRAIN = """import argparse
import random


def train(seed):
    random.seed(seed)
    return random.random()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=7)
    train(parser.parse_args().seed)
"""
FILES = {
    "requirements.txt": "numpy==2.4.6\n",
    "data/train.csv": "x,y\n0,0\n1,1\n",
    **{f"train_{name}.py": TRAIN for name in ("mlflow", "wandb", "sacred", "guild", "clearml", "comet", "neptune")},
}
"""What the runs were made from."""


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *_IDENTITY, *words], cwd=folder, check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return done.stdout.strip()


def make_repo(folder: Path, files: dict[str, str]) -> str:
    """Commit files in a new repo and return the commit."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "core.autocrlf", "false")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    return git(folder, "rev-parse", "HEAD")


def store(name: str, folder: Path, commit: str) -> Path:
    """Copy a stored run to a folder, with another commit in the place of its own, and return where it is."""
    target = folder / name
    if (STORED / name).is_file():
        _copy_archive(STORED / name, target, commit)
        return target
    shutil.copytree(STORED / name, target)
    for path in target.rglob("*"):
        if path.suffix == ".zip":
            _copy_archive(path, path, commit)
        elif path.is_file():
            path.write_bytes(path.read_bytes().replace(RECORDED, commit.encode()))
    return target


def _copy_archive(source: Path, target: Path, commit: str) -> None:
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data.replace(RECORDED, commit.encode()))
