"""Runs of Weights & Biases: the files of a run's folder, and its binary log.

Promises: plain files count where they are there, the log fills what they leave open. Source: wandb 0.31.0 (offline runs keep
commit, configuration and metrics in the log alone), wandb 0.16.6 (config.yaml, wandb-metadata.json); field numbers from
proto/wandb_internal_pb2.py. Refuses to know: the server.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from driftlint.late_regex import compile_late
from driftlint.run_records.files import Files, parse_json, read_json, read_text_if, read_yaml
from driftlint.run_records.model import (
    PARTS,
    DataHash,
    RecordError,
    RunRecord,
    as_mapping,
    as_text,
    find_seeds,
    find_version,
    flatten,
    read_requirements,
)
from driftlint.run_records.wandb_log import LogError, find_all, find_text, read_log

SYSTEM = "Weights & Biases"
_FOLDER = compile_late(r"(?:offline-)?run-\d{8}_\d{6}-(\w+)")
_HISTORY, _SUMMARY, _CONFIG, _ARTIFACT, _RUN, _USED, _PLACE = 2, 3, 5, 8, 17, 25, 26
"""Field numbers of a record: what it may be."""
_KEY, _NESTED, _JSON = 1, 2, 16
_DATA = "data"
"""What the type of an artifact says somewhere when it is a data set; types are the user's own words."""


class _Told(Struct):
    """What the log tells."""

    run: str = ""
    program: str = ""
    commit: str = ""
    python: str = ""
    config: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    data: list[DataHash] = field(default_factory=list)
    artifacts: list[str] = field(default_factory=list)
    lineage: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    untold: frozenset[str] = frozenset()


def find_runs(files: Files) -> Iterator[RunRecord]:
    """Yield the runs among some files, by their folders. Raises RecordError."""
    folders: dict[str, str] = {}
    for name in files.names():
        parts = name.split("/")
        for depth, part in enumerate(parts[:-1], 1):
            if _FOLDER.fullmatch(part):
                folders["/".join(parts[:depth])] = part
        if len(parts) == 1 and name.startswith("run-") and name.endswith(".wandb"):
            folders[""] = name
    for folder in sorted(folders, reverse=True):
        yield _read(files, folder)


def _read(files: Files, folder: str) -> RunRecord:
    below = f"{folder}/" if folder else ""
    told = _Told()
    for name in files.names():
        if name.startswith(f"{below}run-") and name.endswith(".wandb"):
            _read_log(files, name, told)
    meta = (
        as_mapping(read_json(files, f"{below}files/wandb-metadata.json"))
        if _has(files, below, "wandb-metadata.json")
        else {}
    )
    if _has(files, below, "config.yaml"):
        said = as_mapping(read_yaml(files, f"{below}files/config.yaml"))
        told.config = {
            name: text
            for key, value in said.items()
            if not str(key).startswith(("_wandb", "wandb_version"))
            for name, text in flatten(as_mapping(value).get("value", value), str(key)).items()
        } | told.config
    if _has(files, below, "wandb-summary.json"):
        _add_numbers(as_mapping(read_json(files, f"{below}files/wandb-summary.json")), told.metrics)
    diff = any(name.startswith(f"{below}files/diff") for name in files.names())
    commit = told.commit or as_text(as_mapping(meta.get("git")).get("commit") or "")
    notes = list(told.notes)
    if commit and not diff:
        notes.append("no diff is stored: changes that were not committed are not in the record, if there were any")
    return RunRecord(
        SYSTEM,
        posixpath.join(files.shown, folder) if folder else files.shown,
        told.run or (_FOLDER.sub(r"\1", posixpath.basename(folder)) if folder else ""),
        told.program or as_text(meta.get("program") or ""),
        commit,
        True if diff else None,
        find_version(told.python or as_text(meta.get("python") or "")),
        read_requirements(read_text_if(files, f"{below}files/requirements.txt")),
        told.config,
        find_seeds(told.config),
        tuple(told.data),
        told.metrics,
        tuple(told.artifacts),
        tuple(told.lineage),
        tuple(notes),
        told.untold,
    )


def _has(files: Files, below: str, name: str) -> bool:
    return f"{below}files/{name}" in files.names()


def _read_log(files: Files, name: str, told: _Told) -> None:
    shown = posixpath.join(files.shown, name)
    try:
        data = files.read(name)
    except RecordError as error:
        told.notes.append(f"{posixpath.basename(name)} {error.message}: only the plain files beside it are read")
        told.untold = frozenset(PARTS)
        return
    try:
        for message in read_log(data):
            _take(message, told, shown)
    except LogError as error:
        told.notes.append(f"{posixpath.basename(name)} {error}; what stands before is read")


def _take(message: bytes, told: _Told, shown: str) -> None:
    for run in find_all(message, _RUN):
        told.run = find_text(run, 1) or told.run
        told.commit = find_text(run, 21, 2) or told.commit
        for item in find_all(run, 4, 1):
            _take_config(item, told, shown)
    for item in find_all(message, _CONFIG, 1):
        _take_config(item, told, shown)
    for place in find_all(message, _PLACE):
        told.python = find_text(place, 2) or told.python
        told.program = find_text(place, 6) or told.program
        told.commit = find_text(place, 9, 2) or told.commit
    for kind in (_SUMMARY, _HISTORY):
        for item in find_all(message, kind, 1):
            key, value = _item(item, shown)
            if not key.startswith("_"):
                _add_numbers({key: value}, told.metrics)
    for used in find_all(message, _USED):
        told.lineage.append(f"uses {find_text(used, 3) or find_text(used, 1)}")
    for artifact in find_all(message, _ARTIFACT):
        _take_artifact(artifact, told)


def _take_config(item: bytes, told: _Told, shown: str) -> None:
    key, value = _item(item, shown)
    if key and not key.startswith("_wandb"):
        told.config |= flatten(value, key)


def _item(item: bytes, shown: str) -> tuple[str, Any]:
    nested = [part.decode("utf-8", "replace") for part in find_all(item, _NESTED)]
    text = find_text(item, _JSON)
    try:
        value = parse_json(text, shown) if text else None
    except RecordError:
        value = text  # NaN and the like, as the client writes them
    return find_text(item, _KEY) or ".".join(nested), value


def _take_artifact(artifact: bytes, told: _Told) -> None:
    kind, name = find_text(artifact, 4), find_text(artifact, 5)
    if _DATA not in kind.lower():
        told.artifacts.append(f"{kind} {name}".strip())
        return
    entries = [(find_text(e, 1), find_text(e, 2)) for e in find_all(artifact, 12, 4)]
    told.data += [DataHash(path, _hex(digest), "md5") for path, digest in entries]
    if not entries:
        told.data.append(DataHash(name, find_text(artifact, 6), ""))


def _hex(digest: str) -> str:
    """Return an MD5 that is stored as base 64 in hexadecimal digits; anything else as it stands."""
    try:
        raw = base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError):
        return digest
    return raw.hex() if len(raw) == 16 else digest


def _add_numbers(values: Mapping[Any, Any], into: dict[str, float]) -> None:
    for key, value in values.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool) and not str(key).startswith("_"):
            into[str(key)] = float(value)
