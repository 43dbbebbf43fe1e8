"""Runs of MLflow: the SQLite store and the file store.

Promises: the database is only read, under limits. Source:
mlflow-skinny 3.17.2 store/tracking/dbmodels/models.py, store/tracking/file_store.py. Refuses to know: remote stores.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path

from driftlint.run_records.files import Files, FolderFiles, parse_json, read_text, read_text_if, read_yaml
from driftlint.run_records.model import DataHash, RecordError, RunRecord, as_text, find_seeds, read_requirements
from driftlint.run_records.sqlite_files import StoredRows, open_rows

SYSTEM = "MLflow"
ARTIFACTS = "mlruns"
"""The folder beside a database where artifacts are kept unless another place is named."""
_COMMIT = "mlflow.source.git.commit"
_PROGRAM = "mlflow.source.name"
_COVERS = "the first 10,000 rows, the row count and the column names"
_DIRTY = "the record has no flag for changes that were not committed"
_META = "meta.yaml"


def find_databases(files: Files) -> Iterator[str]:
    """Yield the files that may be a store: ``mlflow.db``, and any other SQLite file beside a folder of artifacts."""
    yield from (name for name in files.names() if posixpath.basename(name) == "mlflow.db")


def read_database(path: Path, shown: str, artifacts: FolderFiles | None = None) -> Iterator[RunRecord]:
    """Yield the runs of a SQLite store, newest first. Raises RecordError."""
    unmerged = os.path.exists(f"{path}-wal") and os.path.getsize(f"{path}-wal") > 0
    with open_rows(path, shown) as store:
        yield from _runs(store, shown, artifacts, unmerged)


def _runs(store: StoredRows, shown: str, artifacts: FolderFiles | None, unmerged: bool) -> Iterator[RunRecord]:
    query = (
        "SELECT run_uuid, artifact_uri FROM runs WHERE lifecycle_stage = 'active' ORDER BY start_time DESC LIMIT 1000"
    )
    for run, uri in store.rows(query):
        tags = _pairs(store, "SELECT key, value FROM tags WHERE run_uuid = ?", run)
        parameters = _pairs(store, "SELECT key, value FROM params WHERE run_uuid = ?", run)
        metrics = {
            str(key): float(value)
            for key, value in store.rows("SELECT key, value FROM latest_metrics WHERE run_uuid = ?", run)
            if isinstance(value, (int, float))
        }
        inputs = store.rows(
            "SELECT d.name, d.digest, d.dataset_source FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id "
            "WHERE i.destination_type = 'RUN' AND i.source_type = 'DATASET' AND i.destination_id = ?",
            run,
        )
        stored = _stored(artifacts, str(uri), str(run))
        packages, python = _environment(artifacts, stored)
        notes = ["changes in the write-ahead log beside the store are not read"] if unmerged else []
        yield _record(
            shown,
            str(run),
            tags,
            parameters,
            metrics,
            [(as_text(name), as_text(digest), as_text(source)) for name, digest, source in inputs],
            stored,
            packages,
            python,
            notes,
        )


def _pairs(store: StoredRows, query: str, run: object) -> dict[str, str]:
    return {as_text(key): as_text(value) for key, value in store.rows(query, run)}


def _stored(artifacts: FolderFiles | None, uri: str, run: str) -> list[str]:
    """Return the artifacts that lie below the record, by their path there."""
    if artifacts is None:
        return []
    mark = f"{run}/artifacts/"
    return [name for name in artifacts.names() if mark in name and uri]


def _environment(files: Files | None, stored: list[str]) -> tuple[dict[str, str], str]:
    """Return the packages and the Python release that a logged model's files name."""
    packages: dict[str, str] = {}
    python = ""
    for name in stored if files is not None else ():
        assert files is not None
        if posixpath.basename(name) == "requirements.txt":
            packages |= read_requirements(read_text(files, name))
        elif posixpath.basename(name) == "python_env.yaml":
            said = read_yaml(files, name)
            python = as_text(said.get("python", "")) if isinstance(said, Mapping) else ""
    return packages, python


def _record(
    shown: str,
    run: str,
    tags: Mapping[str, str],
    parameters: Mapping[str, str],
    metrics: Mapping[str, float],
    inputs: list[tuple[str, str, str]],
    stored: list[str],
    packages: Mapping[str, str],
    python: str,
    notes: list[str],
) -> RunRecord:
    mark = f"{run}/artifacts/"
    return RunRecord(
        SYSTEM,
        shown,
        run,
        tags.get(_PROGRAM, ""),
        tags.get(_COMMIT, ""),
        None,
        python,
        packages,
        parameters,
        find_seeds(parameters),
        tuple(DataHash(_address(source) or name, digest, "", _COVERS) for name, digest, source in inputs),
        metrics,
        tuple(name.split(mark, 1)[-1] for name in stored),
        tuple(f"reads {_address(source) or name}" for name, _, source in inputs),
        (*notes, _DIRTY) if tags.get(_COMMIT) else tuple(notes),
    )


def _address(source: str) -> str:
    """Return where a data set comes from, "" where its source says no address."""
    try:
        said = parse_json(source, "")
    except RecordError:
        return source
    if not isinstance(said, dict):
        return ""
    return as_text(next((said[key] for key in ("uri", "url", "path", "table_name") if said.get(key)), ""))


def read_folders(files: FolderFiles) -> Iterator[RunRecord]:
    """Yield the runs of a file store: folders of which the ``meta.yaml`` names a run. Raises RecordError."""
    for name in files.names():
        if posixpath.basename(name) != _META:
            continue
        run = posixpath.dirname(name)
        prefix = f"{run}/" if run else ""
        if not any(
            other.startswith((f"{prefix}tags/", f"{prefix}params/", f"{prefix}metrics/")) for other in files.names()
        ):
            continue
        meta = read_yaml(files, name)
        if isinstance(meta, Mapping) and "run_id" in meta and meta.get("lifecycle_stage", "active") == "active":
            yield _read_folder(files, prefix, as_text(meta["run_id"]))


def _read_folder(files: FolderFiles, prefix: str, run: str) -> RunRecord:
    def values(kind: str) -> dict[str, str]:
        start = f"{prefix}{kind}/"
        return {n[len(start) :]: read_text(files, n) for n in files.names() if n.startswith(start)}

    metrics: dict[str, float] = {}
    for name, text in values("metrics").items():
        words = text.strip().splitlines()[-1:]
        try:
            metrics[name] = float(words[0].split()[1]) if words else float("nan")
        except (IndexError, ValueError):
            continue
    stored = [name for name in files.names() if name.startswith(f"{prefix}artifacts/")]
    packages, python = _environment(files, stored)
    return _record(
        posixpath.join(files.shown, prefix.rstrip("/")) if prefix else files.shown,
        run,
        values("tags"),
        {name: text.rstrip("\n") for name, text in values("params").items()},
        metrics,
        list(_inputs(files, prefix)),
        [f"{run}/artifacts/{name[len(prefix) + len('artifacts/') :]}" for name in stored],
        packages,
        python,
        [],
    )


def _inputs(files: FolderFiles, prefix: str) -> Iterator[tuple[str, str, str]]:
    """Yield (name, digest, source) of the data sets that a run of the file store reads."""
    above = posixpath.dirname(prefix.rstrip("/"))
    for name in files.names():
        if name.startswith(f"{prefix}inputs/") and posixpath.basename(name) == _META:
            link = read_yaml(files, name)
            source = as_text(link.get("source_id", "")) if isinstance(link, Mapping) else ""
            at = posixpath.join(above, "datasets", source, _META)
            said = read_yaml(files, at) if read_text_if(files, at) else None
            if isinstance(said, Mapping):
                yield as_text(said.get("name", "")), as_text(said.get("digest", "")), as_text(said.get("source", ""))
            else:
                yield source, "", ""
