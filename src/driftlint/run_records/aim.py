"""Repos of Aim: what each run holds, out of its own files.

Promises: ids out of the SQLite file, read-only; parameters, packages, the commit, last values of metrics and artifacts out of
the RocksDB files of a run, which need no package of Aim. Source: aim 3.29.1 storage/structured/db.py, sdk/repo.py, sdk/run.py,
ext/utils.py, storage/encoding. Refuses to know: the values of a metric but its last, runs on a server of Aim.
"""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from driftlint.late_regex import compile_late
from driftlint.run_records.files import FolderFiles
from driftlint.run_records.model import PARTS, DataHash, RecordError, RunRecord, as_text, find_seeds
from driftlint.run_records.rocksdb import StoreError, read_store
from driftlint.run_records.sqlite_files import open_rows

SYSTEM = "Aim"
_DATABASE = "run_metadata.sqlite"
_CHUNKS = "meta/chunks"
_MARK = 0xFE
_SYSTEM_PARAMS = "__system_params"
_OWN_METRICS = "__system__"
"""How the names of metrics begin that Aim takes of the machine."""

_COMMIT = compile_late(r"[0-9a-f]{40}|[0-9a-f]{64}")

_Path: TypeAlias = tuple[object, ...]
"""Keys from the top: texts and numbers."""


def find_runs(files: FolderFiles) -> Iterator[RunRecord]:
    """Yield the runs of each repo among some files. Raises RecordError."""
    for name in files.names():
        if posixpath.basename(name) == _DATABASE:
            folder = posixpath.dirname(name)
            for run in _list_runs(files, name):
                yield _read(files, folder, run)


def _list_runs(files: FolderFiles, name: str) -> list[str]:
    with open_rows(files.locate(name), posixpath.join(files.shown, name)) as store:
        rows = store.rows("SELECT hash FROM run WHERE NOT is_archived ORDER BY created_at DESC LIMIT 1000")
    return [as_text(run) for (run,) in rows]


def _read(files: FolderFiles, folder: str, run: str) -> RunRecord:
    shown = posixpath.join(files.shown, folder).rstrip("/")
    store = posixpath.join(folder, _CHUNKS, run)
    try:
        held = {_path_of(key): value for key, value in read_store(files, store).items() if key.startswith(b"meta")}
    except (StoreError, RecordError) as error:
        return _unread(shown, run, f"{_CHUNKS}/{run} cannot be read: {error}")
    own = {path[3:]: value for path, value in held.items() if path[1:3] == ("chunks", run)}
    if not own:
        return _unread(shown, run, f"{_CHUNKS}/{run} is not there, or empty")
    values = {path[1:]: _value_of(value) for path, value in own.items() if path[:1] == ("attrs",)}
    system = {path[1:]: as_text(v) for path, v in values.items() if path[:1] == (_SYSTEM_PARAMS,) and v is not _BRANCH}
    data = sorted({path[:-2] for path in values if path[-2:] == ("dataset", "source")}, key=str)
    parameters = {
        ".".join(map(str, path)): as_text(value)
        for path, value in values.items()
        if value is not _BRANCH and path[0] != _SYSTEM_PARAMS and not any(path[: len(d)] == d for d in data)
    }
    commit = system.get(("git_info", "commit", "hash"), "")
    whole = parameters.get("commit", "")
    if _COMMIT.fullmatch(whole) and whole.startswith(commit):
        commit = whole
    return RunRecord(
        SYSTEM,
        shown,
        run,
        system.get(("arguments", 0), ""),
        commit,
        None,
        "",
        {str(path[1]): version for path, version in system.items() if path[0] == "packages" and len(path) == 2},
        parameters,
        find_seeds(parameters),
        tuple(DataHash(".".join(map(str, path)), "") for path in data),
        _metrics(own),
        tuple(sorted({str(path[1]) for path in own if path[0] == "artifacts" and len(path) > 1})),
        (),
        ("nothing says whether the tree was clean",) if commit else (),
    )


def _unread(shown: str, run: str, why: str) -> RunRecord:
    note = (
        f"{why}. Aim's own reader shows the run: "
        f"`python -c \"import aim; r = aim.Run('{run}', read_only=True); print(r.dataframe().T.to_string())\"` "
        "beside the folder .aim, where aim is installed"
    )
    return RunRecord(SYSTEM, shown, run, notes=(note,), untold=frozenset(PARTS))


def _metrics(own: Mapping[_Path, bytes]) -> dict[str, float]:
    """Return the last value of each metric, with its context where it has one."""
    contexts: dict[object, dict[str, str]] = {}
    for path, value in own.items():
        told = _value_of(value)
        if path[:1] == ("contexts",) and len(path) > 2 and told is not _BRANCH:
            contexts.setdefault(path[1], {})[".".join(map(str, path[2:]))] = as_text(told)
    found: dict[str, float] = {}
    for path, value in own.items():
        if len(path) != 4 or path[0] != "traces" or path[3] != "last" or str(path[2]).startswith(_OWN_METRICS):
            continue
        last = _value_of(value)
        if isinstance(last, (int, float)):
            context = ", ".join(f"{key}={text}" for key, text in sorted(contexts.get(path[1], {}).items()))
            found[f"{path[2]} ({context})" if context else str(path[2])] = float(last)
    return found


def _path_of(key: bytes) -> _Path:
    """Return the keys of an encoded path: texts end with a mark, and a number stands between two."""
    path: list[object] = []
    at = 0
    while at < len(key):
        if key[at] == _MARK:
            path.append(int.from_bytes(key[at + 1 : at + 9], "big", signed=True))
            at += 10
            continue
        end = key.find(_MARK, at)
        end = end if end >= 0 else len(key)
        path.append(key[at:end].decode("utf-8", "replace"))
        at = end + 1
    return tuple(path)


class _Branch:
    """The value of what only holds others: a list, a mapping or an object."""


_BRANCH = _Branch()


def _value_of(data: bytes) -> object:
    kind, held = data[:1], data[1:]
    try:
        if kind == b"\x01":
            return held[0] != 0
        if kind == b"\x02":
            return struct.unpack("<q", held)[0]
        if kind == b"\x03":
            return struct.unpack("<d", held)[0]
    except (struct.error, IndexError):
        return "a damaged value"
    if kind == b"\x04":
        return held.decode("utf-8", "replace")
    if kind == b"\x05":
        return f"{len(held)} bytes"
    return None if kind == b"\x00" else _BRANCH
