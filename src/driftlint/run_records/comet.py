"""Offline experiments of Comet: ``experiment.json`` and ``messages.json`` of an archive.

Promises: one message a line, kinds that are not known are passed over. Source: comet_ml 3.58.8 offline.py, messages.py.
Refuses to know: the server.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from driftlint.run_records.files import Files, find_json, read_json_lines
from driftlint.run_records.model import (
    DataHash,
    RunRecord,
    as_list,
    as_mapping,
    as_text,
    find_seeds,
    read_requirements,
)

SYSTEM = "Comet"
_MESSAGES, _EXPERIMENT = "messages.json", "experiment.json"
_OWN = frozenset(("curr_step", "curr_epoch", "dataset_hash"))


def find_runs(files: Files) -> Iterator[RunRecord]:
    """Yield the experiment among some files, if its two files are there. Raises RecordError."""
    for name in files.names():
        if posixpath.basename(name) == _MESSAGES:
            folder = posixpath.dirname(name)
            at = posixpath.join(folder, _EXPERIMENT)
            said = find_json(files, at) if at in files.names() else None
            if isinstance(said, dict):
                yield _read(files, folder, said)


def _read(files: Files, folder: str, said: dict[str, Any]) -> RunRecord:
    parameters: dict[str, str] = {}
    metrics: dict[str, float] = {}
    packages: dict[str, str] = {}
    artifacts: list[str] = []
    data: list[DataHash] = []
    program = commit = python = ""
    patched = False
    for message in read_json_lines(files, posixpath.join(folder, _MESSAGES)):
        kind, payload = message.get("type"), as_mapping(message.get("payload"))
        if kind == "git_metadata":
            commit = as_text(as_mapping(payload.get("git_metadata")).get("parent") or "")
        elif kind == "installed_packages":
            packages = read_requirements("\n".join(map(as_text, as_list(payload.get("installed_packages")))))
        elif kind == "file_name":
            program = as_text(payload.get("file_name", ""))
        elif kind == "system_details":
            python = as_text(payload.get("python_version", ""))
        elif kind == "parameter_msg":
            said_of = as_mapping(payload.get("param"))
            name, value = as_text(said_of.get("paramName")), as_text(said_of.get("paramValue"))
            if name == "dataset_hash":
                data.append(DataHash("data set", value, "", "what the data prints as"))
            if name not in _OWN:
                parameters[name] = value
        elif kind == "metric_msg":
            metric = as_mapping(payload.get("metric"))
            name = as_text(metric.get("metricName"))
            if isinstance(metric.get("metricValue"), (int, float)) and not name.startswith("sys."):
                metrics[name] = float(metric["metricValue"])
        elif kind == "file_upload":
            if payload.get("upload_type") == "git-patch":
                patched = True
            elif payload.get("upload_type") != "source_code":
                extra = as_mapping(payload.get("additional_params"))
                artifacts.append(as_text(extra.get("fileName") or extra.get("logicalPath") or ""))
    return RunRecord(
        SYSTEM,
        posixpath.join(files.shown, folder) if folder else files.shown,
        as_text(said.get("offline_id") or ""),
        program,
        commit,
        patched if commit else None,
        python,
        packages,
        parameters,
        find_seeds(parameters),
        tuple(data),
        {name: value for name, value in metrics.items() if name != "process duration"},
        tuple(filter(None, artifacts)),
    )
