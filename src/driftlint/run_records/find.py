"""Which runs are stored under a path: every format is asked.

Promises: one list for a folder, an archive or a database; what is none of the formats is one `RecordError` that names them.
Refuses to know: what a record is good for.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator
from pathlib import Path

from driftlint.run_records import aim, clearml, comet, dvc, guild, mlflow, neptune, sacred, wandb
from driftlint.run_records.files import ArchiveFiles, Files, FolderFiles
from driftlint.run_records.model import RecordError, RunRecord

_READERS: tuple[Callable[[Files], Iterator[RunRecord]], ...] = (
    wandb.find_runs,
    sacred.find_runs,
    guild.find_runs,
    clearml.find_runs,
    comet.find_runs,
    neptune.find_runs,
    dvc.find_runs,
)
_NAMES = ", ".join(module.SYSTEM for module in (mlflow, wandb, sacred, guild, aim, clearml, comet, neptune, dvc))


def read_records(path: Path, shown: str) -> list[RunRecord]:
    """Return the runs that are stored under a path, by system, then place. Raises RecordError when there is none."""
    found = list(_read(path, shown))
    if not found:
        raise RecordError(shown, f"holds no run that can be read. Known are the records of {_NAMES}")
    return found


def _read(path: Path, shown: str) -> Iterator[RunRecord]:
    if path.is_dir():
        files = FolderFiles(path, shown)
        for name in mlflow.find_databases(files):
            yield from mlflow.read_database(files.locate(name), posixpath.join(shown, name), files)
        yield from mlflow.read_folders(files)
        yield from aim.find_runs(files)
        yield from _ask(files)
        for name in files.names():
            if name.endswith(".zip") and not _is_beside(name, files):
                yield from _ask(ArchiveFiles.of(files.locate(name), posixpath.join(shown, name)))
    elif not os.path.lexists(path):
        raise RecordError(shown, "does not exist")
    elif path.suffix == ".zip":
        yield from _ask(ArchiveFiles.of(path, shown))
    elif path.suffix in (".db", ".sqlite", ".sqlite3"):
        beside = FolderFiles(path.parent / mlflow.ARTIFACTS, posixpath.join(posixpath.dirname(shown), mlflow.ARTIFACTS))
        yield from mlflow.read_database(path, shown, beside if beside.root.is_dir() else None)
    else:
        raise RecordError(shown, "is neither a folder nor an archive nor a database of runs")


def _ask(files: Files) -> Iterator[RunRecord]:
    for reader in _READERS:
        yield from reader(files)


def _is_beside(name: str, files: Files) -> bool:
    """Return whether an archive stands beside the folder that it was made of."""
    folder = name.removesuffix(".zip") + "/"
    return any(other.startswith(folder) for other in files.names())
