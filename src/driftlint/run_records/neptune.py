"""Offline runs of Neptune: ``metadata.json`` and the operations of ``data-*.log``.

Promises: assignments, series and uploads in their order. Source: neptune 1.14.0 internal/operation.py,
internal/disk_queue.py. Refuses to know: the databases of newer clients.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from driftlint.run_records.files import Files, find_json, parse_json, read_text
from driftlint.run_records.model import (
    DataHash,
    RunRecord,
    as_list,
    as_text,
    find_seeds,
    find_version,
    read_requirements,
)

SYSTEM = "Neptune"
_OWN = frozenset(("sys", "monitoring", "source_code"))
_MOST = 1_000_000


def find_runs(files: Files) -> Iterator[RunRecord]:
    """Yield the runs among some files: each ``metadata.json`` of a container. Raises RecordError."""
    for name in files.names():
        if posixpath.basename(name) == "metadata.json":
            said = find_json(files, name)
            if isinstance(said, dict) and "containerId" in said:
                yield _read(files, posixpath.dirname(name), said)


def _operations(files: Files, folder: str) -> Iterator[dict[str, Any]]:
    prefix = f"{folder}/" if folder else ""
    for name in files.names():
        if name.startswith(f"{prefix}data-") and name.endswith(".log"):
            for number, line in enumerate(read_text(files, name).splitlines()[:_MOST], 1):
                if line.strip():
                    said = parse_json(line, f"{posixpath.join(files.shown, name)}:{number}")
                    operation = said.get("obj") if isinstance(said, dict) else None
                    if isinstance(operation, dict):
                        yield operation


def _read(files: Files, folder: str, said: dict[str, Any]) -> RunRecord:
    parameters: dict[str, str] = {}
    metrics: dict[str, float] = {}
    data: list[DataHash] = []
    artifacts: list[str] = []
    packages: dict[str, str] = {}
    program = ""
    commit = ""
    for operation in _operations(files, folder):
        route = [as_text(step) for step in as_list(operation.get("path"))]
        name, kind = "/".join(route), as_text(operation.get("type"))
        if kind.startswith("Assign"):
            if name == "source_code/entrypoint":
                program = as_text(operation.get("value"))
            elif route[:1] and route[0] not in _OWN:
                parameters[name.removeprefix("parameters/")] = as_text(operation.get("value"))
                if route[-1] in ("commit", "git_commit", "sha"):
                    commit = as_text(operation.get("value"))
        elif kind == "LogFloats" and route[:1] and route[0] not in _OWN:
            values = [v.get("value") for v in as_list(operation.get("values")) if isinstance(v, dict)]
            if values and isinstance(values[-1], (int, float)):
                metrics[name] = float(values[-1])
        elif kind == "TrackFilesToArtifact":
            data.append(DataHash(", ".join(as_text(e[0]) for e in as_list(operation.get("entries")) if e), ""))
        elif kind.startswith("UploadFile"):
            if route == ["source_code", "requirements"]:
                at = posixpath.join(folder, "upload_path", as_text(operation.get("tmp_file_name")))
                packages = read_requirements(read_text(files, at)) if at in files.names() else {}
            elif route[:1] != ["source_code"]:
                artifacts.append(name)
    notes = ["an offline run holds no commit; the client sends it when it is online"] if not commit else []
    if data:
        notes.append("hashes of tracked files are made when the run is sent")
    return RunRecord(
        SYSTEM,
        posixpath.join(files.shown, folder) if folder else files.shown,
        as_text(said.get("containerId", "")),
        program,
        commit,
        None,
        find_version(as_text(said.get("pythonVersion", ""))),
        packages,
        parameters,
        find_seeds(parameters),
        tuple(data),
        metrics,
        tuple(artifacts),
        (),
        tuple(notes),
        frozenset(("data",)) if data else frozenset(),
    )
