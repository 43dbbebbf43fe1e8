"""SQLite files that trackers keep, under limits.

Promises: opened read-only and immutable, nothing is written beside them; a query that takes too long, a value that is too
long and rows that hold too much are one `RecordError`. Refuses to know: tables.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from driftlint.run_records.files import LARGEST
from driftlint.run_records.model import RecordError

_LARGEST = 1 << 30
_MOST_ROWS = 100_000
_MOST_TEXT = 256 << 20
"""Characters and bytes of all rows of one file."""
_LENGTH = 0
"""SQLITE_LIMIT_LENGTH of sqlite3.h."""
_STEPS, _MOST_STEPS = 100_000, 2_000


class StoredRows:
    """An open file. `shown` is what people call it."""

    def __init__(self, connection: sqlite3.Connection, shown: str) -> None:
        self._connection = connection
        self._shown = shown
        self._held = 0

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Return the rows of a query, the first 100,000 of them. Raises RecordError."""
        found: list[tuple[object, ...]] = []
        try:
            for row in self._connection.execute(query, values):
                self._held += sum(len(value) for value in row if isinstance(value, (str, bytes)))
                if self._held > _MOST_TEXT:
                    raise RecordError(self._shown, f"holds more than {_MOST_TEXT} bytes of text")
                found.append(row)
                if len(found) == _MOST_ROWS:
                    break
        except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
            raise RecordError(self._shown, f"is no store that can be read: {error}") from error
        return found


@contextmanager
def open_rows(path: Path, shown: str) -> Iterator[StoredRows]:
    """Open a file for reading. Raises RecordError."""
    try:
        size = os.lstat(path).st_size
    except OSError as error:
        raise RecordError(shown, f"cannot be read: {error.strerror or error}") from error
    if size > _LARGEST:
        raise RecordError(shown, f"is too large: {size} bytes, the limit is {_LARGEST}")
    address = f"file:{quote(os.path.abspath(path))}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(address, uri=True)
    except sqlite3.Error as error:
        raise RecordError(shown, f"is no store that can be read: {error}") from error
    with closing(connection):
        connection.set_progress_handler(_end_after(_MOST_STEPS), _STEPS)
        if hasattr(connection, "setlimit"):  # Python 3.11
            connection.setlimit(_LENGTH, LARGEST)
        store = StoredRows(connection, shown)
        store.rows("PRAGMA trusted_schema = OFF")
        yield store


def _end_after(most: int) -> Callable[[], int]:
    count = [0]

    def step() -> int:
        count[0] += 1
        return int(count[0] > most)

    return step
