"""What can be wrong with packs, as data.

Promises: a file, a line, what is wrong and what to do. Refuses to know: how faults are found or shown.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class PackError(Struct, frozen=True, order=True):
    """A fault of a pack: the file, the 1-based line, what is wrong and what to do about it."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class InvalidPack(Exception):
    """Packs with faults; `errors` has all of them, sorted by file and line."""

    def __init__(self, errors: Iterable[PackError]) -> None:
        self.errors: tuple[PackError, ...] = tuple(sorted(set(errors)))
        super().__init__("\n".join(map(str, self.errors)))
