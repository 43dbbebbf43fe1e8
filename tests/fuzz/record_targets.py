"""What is fuzzed of run records: one file of a stored run, or an archive, holds any bytes.

Promises: the first byte of an input says which file of the tracker's stored run it is, the rest is the file. Refuses to know:
where inputs come from.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from functools import cache, lru_cache, partial
from pathlib import Path

from driftlint.run_audit.judge import Audit, Check, compare_commit, compare_records, find_parts
from driftlint.run_audit.report import write_changes, write_changes_json, write_json, write_text
from driftlint.run_records import clearml, comet, dvc, guild, mlflow, neptune, sacred, wandb
from driftlint.run_records.files import Files
from driftlint.run_records.find import search_records
from driftlint.run_records.model import RecordError, RunRecord
from driftlint.run_records.wandb_log import LogError, read_fields, read_log

STORED = Path(__file__).parents[1] / "run_records" / "stored"
_READERS: dict[str, Callable[[Files], Iterator[RunRecord]]] = {
    "wandb": wandb.find_runs,
    "sacred": sacred.find_runs,
    "guild": guild.find_runs,
    "clearml": clearml.find_runs,
    "comet": comet.find_runs,
    "neptune": neptune.find_runs,
    "dvc": dvc.find_runs,
    "mlflow-files": mlflow.read_folders,  # type: ignore[dict-item]  # asks for names and bytes alone
}


class FilesInMemory:
    """The files of a record by name."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.shown = "run"
        self.problems: list[RecordError] = []
        self._files = files

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._files))

    def read(self, name: str) -> bytes:
        if name not in self._files:
            raise RecordError(f"run/{name}", "is not there")
        return self._files[name]


@cache
def stored_files(tracker: str) -> dict[str, bytes]:
    """Return the files of the stored run of a tracker by name, those of an archive too."""
    root = STORED / tracker
    found: dict[str, bytes] = {}
    for path in sorted(root.rglob("*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                found |= {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
        elif path.is_file():
            found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def _show(records: list[RunRecord], problems: list[RecordError]) -> None:
    """Write all forms of what was found: no text leads out of its line."""
    audits = [Audit(r, find_parts(r), (*compare_commit(r, ""), Check("data", "unknown", "y"))) for r in records]
    texts = [write_text(audits), write_json(audits), *(str(problem) for problem in problems)]
    if records:
        changes = compare_records(records[0], records[-1])
        texts += [write_changes(records[0], records[-1], changes), write_changes_json(records[0], records[-1], changes)]
    for text in texts[:2] + texts[2 + len(problems) :]:
        assert "\x1b" not in text
        text.encode()


def read_run(tracker: str, data: bytes) -> None:
    """Read a stored run of which one file is replaced: records, or one message each."""
    stored = stored_files(tracker)
    chosen = sorted(stored)[(data[0] if data else 0) % len(stored)]
    files = FilesInMemory({**stored, chosen: data[1:]})
    records: list[RunRecord] = []
    try:
        records.extend(_READERS[tracker](files))
    except RecordError as error:
        files.problems.append(error)
    _show(records, files.problems)


@lru_cache(maxsize=1)
def _folder() -> Path:
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="driftlint-fuzz-", dir=memory if os.access(memory, os.W_OK) else None))


def _read_file(name: str, data: bytes) -> None:
    path = _folder() / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    _read_at(path)


def _read_database(name: str, stored: str, data: bytes) -> None:
    """Read a database: one that the input is, the stored one with other bytes in some places, or with other values in some cells.

    A file that is cut short is refused before a table is looked at, so an input is mostly a change of the stored one.
    """
    path = _folder() / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data if data.startswith(b"SQLite") else _change_bytes((STORED / stored).read_bytes(), data))
    if data.startswith(b"cells"):
        path.write_bytes((STORED / stored).read_bytes())
        _change_cells(path, data[5:])
    _read_at(path)


def _change_bytes(whole: bytes, data: bytes) -> bytes:
    """Write one byte at a place for every four of the input: three say where."""
    changed = bytearray(whole)
    for at in range(0, len(data) - 3, 4):
        changed[int.from_bytes(data[at : at + 3], "big") % len(changed)] = data[at + 3]
    return bytes(changed)


def _change_cells(path: Path, data: bytes) -> None:
    """Give columns other values: bytes say which column and which type, the next up to 40 are the value."""
    with closing(sqlite3.connect(path)) as connection, connection:
        tables = [
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        columns = [(name, row[1]) for name in tables for row in connection.execute(f'PRAGMA table_info("{name}")')]
        while len(data) > 2:
            (table, column), kind, size = columns[data[0] % len(columns)], data[1] % 5, data[2] % 40
            raw, data = data[3 : 3 + size], data[3 + size :]
            number = int.from_bytes(raw[:8], "big", signed=True)
            value = (None, number, number / 7 * 1e300 * 1e9, raw.decode("utf-8", "replace"), raw)[kind]
            # A text of bytes that are no UTF-8 is what a damaged store holds.
            as_text = "CAST(? AS TEXT)" if kind == 4 and raw[:1] > b"\x7f" else "?"
            with suppress(sqlite3.Error):
                connection.execute(f'UPDATE "{table}" SET "{column}" = {as_text}', (value,))


def _read_at(path: Path) -> None:
    try:
        named = path.parent if path.suffix == ".sqlite" else path
        records, problems = search_records(named, "run")
    except RecordError as error:
        records, problems = [], [error]
    _show(records, problems)


def read_wandb_log(data: bytes) -> None:
    """Read messages and their fields: LogError, and nothing else."""
    try:
        for message in read_log(b":W&B\xe1\xbe\x00" + data):
            list(read_fields(message))
        list(read_fields(data))
    except LogError:
        pass


RECORDS: dict[str, Callable[[bytes], None]] = {
    **{f"record-{name}": partial(read_run, name) for name in _READERS},
    "record-wandb-log": read_wandb_log,
    "record-archive": partial(_read_file, "run.zip"),
    "record-mlflow-database": partial(_read_database, "mlflow.db", "mlflow-database/mlflow.db"),
    "record-aim-database": partial(_read_database, "aim/run_metadata.sqlite", "aim/.aim/run_metadata.sqlite"),
}
