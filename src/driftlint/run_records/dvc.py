"""Experiments of DVC: ``dvc.lock``, and the files of parameters and metrics that ``dvc.yaml`` lists.

Promises: hashes as the lock states them. Source: dvc 3.67.1 schema.py, dvclive 3.49.1 live.py. Refuses to know: the refs
under which git keeps experiments.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from driftlint.run_records.files import Files, read_json, read_yaml
from driftlint.run_records.model import DataHash, RunRecord, as_list, as_mapping, as_text, find_seeds, flatten

SYSTEM = "DVC"
_PARAMETERS = ("dvclive/params.yaml", "params.yaml")
_METRICS = ("dvclive/metrics.json", "metrics.json")


def find_runs(files: Files) -> Iterator[RunRecord]:
    """Yield a record for each folder with a ``dvc.lock`` or with files of DVCLive. Raises RecordError."""
    marks = ("dvc.lock", _METRICS[0], _PARAMETERS[0])
    folders = {
        n[: -len(mark)].rstrip("/") for n in files.names() for mark in marks if n == mark or n.endswith(f"/{mark}")
    }
    for folder in sorted(folders):
        yield _read(files, folder)


def _read(files: Files, folder: str) -> RunRecord:
    lock = as_mapping(_yaml(files, posixpath.join(folder, "dvc.lock")))
    stages = as_mapping(lock.get("stages"))
    data: list[DataHash] = []
    outputs: list[str] = []
    lineage: list[str] = []
    parameters: dict[str, str] = {}
    for stage, held in stages.items():
        said = as_mapping(held)
        lineage.append(f"stage {stage}: {as_text(said.get('cmd', ''))}")
        for item in as_list(said.get("deps")):
            if isinstance(item, Mapping):
                data.append(_hashed(item))
        outputs += [as_text(item.get("path", "")) for item in as_list(said.get("outs")) if isinstance(item, Mapping)]
        for values in as_mapping(said.get("params")).values():
            parameters |= flatten(values)
    for name in _PARAMETERS:
        parameters = flatten(as_mapping(_yaml(files, posixpath.join(folder, name)))) | parameters
    metrics: dict[str, float] = {}
    for name in _METRICS:
        path = posixpath.join(folder, name)
        if path in files.names():
            for key, text in flatten(read_json(files, path)).items():
                try:
                    metrics[key] = float(text)
                except ValueError:
                    continue
    return RunRecord(
        SYSTEM,
        posixpath.join(files.shown, folder) if folder else files.shown,
        hyperparameters=parameters,
        seeds=find_seeds(parameters),
        data=tuple(data),
        metrics=metrics,
        artifacts=tuple(outputs),
        lineage=tuple(lineage),
        notes=("the commit is the one that these files are part of, or the experiment's own ref in git",),
        untold=frozenset(("code", "environment")),
    )


def _hashed(item: Mapping[Any, Any]) -> DataHash:
    for algorithm in ("md5", "etag", "checksum"):
        if item.get(algorithm):
            return DataHash(as_text(item.get("path", "")), as_text(item[algorithm]), algorithm)
    return DataHash(as_text(item.get("path", "")), "")


def _yaml(files: Files, name: str) -> Any:
    return read_yaml(files, name) if name in files.names() else None
