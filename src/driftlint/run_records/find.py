"""Which runs are stored under a path: every format is asked.

Promises: one list for a folder, an archive or a database; what is none of the formats is one `RecordError` that names them.
Refuses to know: what a record is good for.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator
from pathlib import Path

from driftlint.run_records import aim, clearml, comet, dvc, guild, kubeflow, mlflow, neptune, sacred, wandb
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
    kubeflow.find_runs,
)
_NAMES = ", ".join(
    module.SYSTEM for module in (mlflow, wandb, sacred, guild, aim, clearml, comet, neptune, dvc, kubeflow)
)


def read_records(path: Path, shown: str) -> list[RunRecord]:
    """Return the runs that are stored under a path, by system, then place. Raises RecordError when there is none."""
    found, problems = search_records(path, shown)
    if found:
        return found
    if problems:
        raise problems[0]
    raise RecordError(shown, f"holds no run that can be read. Known are the records of {_NAMES}")


def search_records(path: Path, shown: str) -> tuple[list[RunRecord], list[RecordError]]:
    """Return the runs under a path, and what looked like one and could not be read.

    Raises RecordError for what is neither a folder nor an archive nor a database.
    """
    problems: list[RecordError] = []
    if path.is_dir():
        return _in_folder(FolderFiles(path, shown), problems), problems
    if not os.path.lexists(path):
        raise RecordError(shown, "does not exist; paths are taken from the current folder")
    if path.suffix == ".zip":
        return _ask(ArchiveFiles.of(path, shown), problems), problems
    if path.suffix in (".db", ".sqlite", ".sqlite3"):
        beside = FolderFiles(path.parent / mlflow.ARTIFACTS, posixpath.join(posixpath.dirname(shown), mlflow.ARTIFACTS))
        return _take(mlflow.read_database(path, shown, beside if beside.root.is_dir() else None), problems), problems
    if path.suffix in kubeflow.SUFFIXES:
        beside = FolderFiles(path.parent, posixpath.dirname(shown))
        return _take(kubeflow.read_pipeline(beside, path.name), problems), problems
    raise RecordError(shown, "is neither a folder nor an archive nor a database of runs, nor a compiled pipeline")


def _in_folder(files: FolderFiles, problems: list[RecordError]) -> list[RunRecord]:
    found: list[RunRecord] = []
    for name in mlflow.find_databases(files):
        shown = posixpath.join(files.shown, name)
        found += _take(mlflow.read_database(files.locate(name), shown, files), problems)
    found += _take(mlflow.read_folders(files), problems)
    found += _take(aim.find_runs(files), problems)
    found += _ask(files, problems)
    for name in files.names():
        if name.endswith(".zip") and not _is_beside(name, files):
            try:
                archive = ArchiveFiles.of(files.locate(name), posixpath.join(files.shown, name))
            except RecordError:
                continue  # folders hold archives of all kinds; one that is named is refused aloud
            found += _ask(archive, problems)
    return found


def _ask(files: Files, problems: list[RecordError]) -> list[RunRecord]:
    found = [record for reader in _READERS for record in _take(reader(files), problems)]
    problems += files.problems
    return found


def _take(records: Iterator[RunRecord], problems: list[RecordError]) -> list[RunRecord]:
    """Return what a reader finds until it fails; the failure is noted."""
    found: list[RunRecord] = []
    try:
        for record in records:
            found.append(record)
    except RecordError as error:
        problems.append(error)
    return found


def _is_beside(name: str, files: Files) -> bool:
    """Return whether an archive stands beside the folder that it was made of."""
    folder = name.removesuffix(".zip") + "/"
    return any(other.startswith(folder) for other in files.names())
