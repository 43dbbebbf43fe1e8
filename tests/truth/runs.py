"""What the programs really do: each is run in fresh processes and the outputs are compared, byte for byte.

`python -m tests.truth.runs --write [NAME ...]` records it in `recorded.json`, with the versions of the libraries. The programs
run under the interpreter that DRIFTLINT_TRUTH_PYTHON names; it needs the packages of `LIBRARIES`. Two runs must agree for a
program to repeat; one that is expected to differ and whose first two runs agree (threads race) is given four more. The record
holds a digest of each program's files, so that a program that has changed since it was run is told.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

from tests.truth.verdicts import files_of, judge, list_programs

RECORDED = Path(__file__).with_name("recorded.json")
LIBRARIES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "polars",
    "torch",
    "torchvision",
    "lightning",
    "transformers",
    "accelerate",
    "datasets",
    "tensorflow-cpu",
    "keras",
    "jax",
    "xgboost",
    "lightgbm",
    "catboost",
    "optuna",
    "hyperopt",
    "gymnasium",
    "stable-baselines3",
    "gensim",
    "networkx",
    "imbalanced-learn",
    "flax",
    "albumentations",
    "PyYAML",
    "hydra-core",
    "click",
    "typer",
    "fire",
    "absl-py",
)
MEMORY = Path("/dev/shm")
"""A file system in memory lists a folder in the order in which its files were made: the only way to see that order matters."""
TRIES = 6


class Record(TypedDict):
    """What was seen: the Python and the libraries, of each program whether its runs agreed, and a digest of what was run."""

    python: str
    libraries: dict[str, str]
    repeats: dict[str, bool]
    digests: dict[str, str]


def read_record() -> Record:
    """Return what was recorded."""
    record: Record = json.loads(RECORDED.read_text(encoding="utf-8"))
    return record


def digest_of(files: Mapping[str, str]) -> str:
    """Return the first 16 hex digits of the SHA-256 of files, paths and texts."""
    told = json.dumps(sorted(files.items()), ensure_ascii=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@contextmanager
def _folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def run_once(python: Path, name: str, number: int, files: Mapping[str, str] | None = None) -> str:
    """Return what a program prints in a fresh process. Files are made in the order of their names, in odd runs in reverse.

    `files` take the place of the program's own.

    Raises:
        RuntimeError: the program failed.
    """
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONHASHSEED", "PYTHONPATH", "VIRTUAL_ENV")}
    quiet = {
        "CUDA_VISIBLE_DEVICES": "",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "HF_HUB_OFFLINE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with _folder() as folder:
        for path, text in sorted((files_of(name) if files is None else files).items(), reverse=number % 2 == 1):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        done = subprocess.run(
            [str(python), f"{name}.py"],
            cwd=folder,
            env={**kept, **quiet},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"{name} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def repeats(python: Path, name: str, expected: bool | None = None) -> bool:
    """Return whether the runs of a program agree."""
    first = run_once(python, name, 0)
    for number in range(1, TRIES):
        if run_once(python, name, number) != first:
            return False
        if expected is not False:
            return True
    return True


def versions(python: Path) -> dict[str, str]:
    """Return the versions of the libraries that an interpreter has."""
    code = (
        "import importlib.metadata as m, json, sys\n"
        "found = {}\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n        found[name] = m.version(name)\n"
        "    except m.PackageNotFoundError:\n        pass\n"
        "print(json.dumps({'python': sys.version.split()[0], **found}))"
    )
    done = subprocess.run([str(python), "-c", code, *LIBRARIES], capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def row(name: str, repeated: bool) -> str:
    """Return a program's line of the table."""
    verdict = judge(name)
    agrees = "" if verdict.called != repeated else "  <-- disagree"
    told = ", ".join(verdict.calls) or "nothing"
    return f"{name:40} {'repeats' if repeated else 'differs':8} {told}{agrees}"


def write(names: list[str]) -> None:
    """Record programs (all, where none is named)."""
    python = Path(os.environ["DRIFTLINT_TRUTH_PYTHON"])
    old = read_record() if RECORDED.exists() else Record(python="", libraries={}, repeats={}, digests={})
    seen = {name: value for name, value in old["repeats"].items() if name in list_programs()}
    digests = {name: value for name, value in old["digests"].items() if name in seen}
    for name in names or list_programs():
        try:
            seen[name] = repeats(python, name, old["repeats"].get(name, not judge(name).called))
        except RuntimeError as error:
            print(error)
            continue
        digests[name] = digest_of(files_of(name))
        print(row(name, seen[name]), flush=True)
        found = versions(python)
        record = Record(
            python=found.pop("python"),
            libraries={**old["libraries"], **found} if names else found,
            repeats=dict(sorted(seen.items())),
            digests=dict(sorted(digests.items())),
        )
        RECORDED.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__" and "--write" in sys.argv:
    write([argument for argument in sys.argv[1:] if not argument.startswith("-")])
