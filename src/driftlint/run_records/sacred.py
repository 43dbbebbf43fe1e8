"""Runs of Sacred's FileStorageObserver.

Promises: ``run.json``, ``config.json``, ``metrics.json`` and the names of files. Source: sacred 0.8.7
observers/file_storage.py. Refuses to know: other observers.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from driftlint.late_regex import compile_late
from driftlint.run_records.files import Files, find_json, read_json
from driftlint.run_records.model import (
    DataHash,
    RunRecord,
    as_list,
    as_mapping,
    as_text,
    find_seeds,
    flatten,
    read_requirements,
)

SYSTEM = "Sacred"
_RUN, _CONFIG, _METRICS = "run.json", "config.json", "metrics.json"
_STORED = compile_late(r".*_([0-9a-f]{32})(?:\.\w+)?")


def find_runs(files: Files) -> Iterator[RunRecord]:
    """Yield the runs among some files: each ``run.json`` that tells of an experiment. Raises RecordError."""
    for name in files.names():
        if posixpath.basename(name) == _RUN:
            said = find_json(files, name)
            if isinstance(said, dict) and isinstance(said.get("experiment"), dict):
                yield _read(files, posixpath.dirname(name), said)


def _read(files: Files, folder: str, said: dict[str, Any]) -> RunRecord:
    def beside(name: str) -> Any:
        path = posixpath.join(folder, name)
        return read_json(files, path) if path in files.names() else {}

    experiment = said["experiment"]
    repositories = [r for r in as_list(experiment.get("repositories")) if isinstance(r, dict)]
    config = flatten(as_mapping(beside(_CONFIG)))
    metrics: dict[str, float] = {}
    recorded = beside(_METRICS)
    for name, series in as_mapping(recorded).items():
        values = as_list(as_mapping(series).get("values"))
        if values and isinstance(values[-1], (int, float)):
            metrics[str(name)] = float(values[-1])
    host = as_mapping(said.get("host"))
    commits = {as_text(r.get("commit")) for r in repositories if r.get("commit")}
    notes = ["packages are those that the program imported, not those that they need"]
    if len(commits) > 1:
        notes.append(f"sources of several commits: {', '.join(sorted(commits))}")
    return RunRecord(
        SYSTEM,
        posixpath.join(files.shown, folder) if folder else files.shown,
        posixpath.basename(folder),
        as_text(experiment.get("mainfile", "")),
        min(commits, default=""),
        any(bool(r.get("dirty")) for r in repositories) if repositories else None,
        as_text(host.get("python_version", "")),
        read_requirements("\n".join(map(str, as_list(experiment.get("dependencies"))))),
        config,
        find_seeds(config),
        tuple(_resources(said.get("resources"))),
        metrics,
        tuple(as_text(item) for item in as_list(said.get("artifacts"))),
        (),
        tuple(notes),
    )


def _resources(items: object) -> Iterator[DataHash]:
    """Yield the resources: (path of the file, path under which it is kept, which ends in its MD5)."""
    for item in as_list(items):
        if isinstance(item, list) and len(item) == 2:
            found = _STORED.fullmatch(posixpath.basename(as_text(item[1])))
            yield DataHash(as_text(item[0]), found[1] if found else "", "md5")
