"""Repos of Aim: what its plain files tell of each run.

Promises: names and experiments out of the SQLite file, under limits. Source: aim 3.29.1 storage/structured/db.py,
sdk/repo.py. Refuses to know: the RocksDB files that hold parameters, metrics and system information; the record says so.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from driftlint.run_records.files import FolderFiles
from driftlint.run_records.model import PARTS, RunRecord, as_text
from driftlint.run_records.sqlite_files import open_rows

SYSTEM = "Aim"
_DATABASE = "run_metadata.sqlite"
_UNREAD = (
    "parameters, metrics, commit and packages are in RocksDB files, which are not read: "
    "`aim runs`, or a script with aim's own Repo, shows them"
)


def find_runs(files: FolderFiles) -> Iterator[RunRecord]:
    """Yield the runs of each repo among some files. Raises RecordError."""
    for name in files.names():
        if posixpath.basename(name) == _DATABASE:
            path, shown = files.locate(name), posixpath.join(files.shown, posixpath.dirname(name)).rstrip("/")
            with open_rows(path, posixpath.join(files.shown, name)) as store:
                rows = store.rows("SELECT hash FROM run WHERE NOT is_archived ORDER BY created_at DESC LIMIT 1000")
            for (run,) in rows:
                yield RunRecord(SYSTEM, shown, as_text(run), notes=(_UNREAD,), untold=frozenset(PARTS))
