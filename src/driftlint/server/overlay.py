"""Open texts laid over the files of a repo.

Promises: an open text stands where its file stands, and a text that was never saved is listed like a file; the rules of
scope are those of the disk. Refuses to know: editors, and where the files below come from.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Collection, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from driftlint.disk import WorkspaceError
from driftlint.gitignore import PatternList
from driftlint.layout import load_conventions
from driftlint.walk import walk_tree
from driftlint.workspace import DirectoryEntry, DiskWorkspace, Listing, Scope, normalize_path

_SETTLED = 2_000_000_000
"""Nanoseconds after which a folder's time tells every change from now on: file systems count in steps of up to two seconds."""


class _Seen(NamedTuple):
    """A folder of the disk: its entries, when its names last changed, and whether that time tells later changes."""

    entries: list[DirectoryEntry]
    changed: int
    settled: bool


class _Listed(Struct):
    """A listing, and everything that the walk was told for it. `texts` says of each open text how many bounds it passes.

    `failed`: a folder could not be listed, and may be the next time.
    """

    scope: Scope
    texts: dict[str, int]
    outer: list[tuple[tuple[str, ...], str]]
    folders: dict[str, _Seen] = field(default_factory=dict)
    ignores: dict[str, bytes] = field(default_factory=dict)
    failed: bool = False
    listing: Listing | None = None


class OverlayWorkspace:
    """A repo on disk with open texts over it.

    `texts` maps paths relative to the root to bytes; `lay` replaces it between runs. `limit` is the largest file that is
    read, in bytes.
    """

    def __init__(self, disk: DiskWorkspace, limit: int) -> None:
        self._disk = disk
        self._limit = limit
        self.texts: Mapping[str, bytes] = {}
        self._listed: _Listed | None = None
        """The last listing, and what the walk was told for it."""
        self._touched: Collection[str] = ()
        larger = {convention.larger_than for convention in load_conventions()}
        self._bounds = sorted({limit, *larger} - {0})
        """Sizes in bytes beyond which a file may be left out."""
        self.read_count = 0
        """Files read since the last listing, for who shows progress."""
        self.total = 0

    def lay(self, texts: Mapping[str, bytes], changed: Collection[str] | None = None) -> None:
        """Take the texts that are open now.

        `changed` holds the paths that were written since the last listing, None says that any may have been.
        """
        self.texts = dict(texts)
        if changed is None:
            self._listed = None
        self._touched = changed or ()

    def list_files(self, scope: Scope) -> Listing:
        """Return the files in scope. Raises WorkspaceError when the root or a named path cannot be listed."""
        self._disk.forget_folders()
        self.read_count = 0
        if self._listed is None or not self._stands(self._listed, scope):
            self._listed = listed = _Listed(scope, self._weigh_texts(), self._outer_lines())
            listed.listing = walk_tree(self, scope, self._limit)
        assert self._listed.listing is not None
        self.total = len(self._listed.listing.files)
        return self._listed.listing

    def _stands(self, listed: _Listed, scope: Scope) -> bool:
        """Return whether a walk would be told what it was told for a listing.

        Of a folder that did not change for a while the names are not listed again, and the sizes in it are looked at only
        where a file is said to have changed.
        """
        if (
            listed.listing is None
            or listed.failed
            or listed.scope != scope
            or listed.texts != self._weigh_texts()
            or listed.outer != self._outer_lines()
        ):
            return False
        try:
            return (
                all(self._weighs_the_same(path, listed) for path in self._touched if path not in self.texts)
                and all(self._is_as_seen(folder, listed) for folder in listed.folders)
                and all(self._read_ignores(path) == data for path, data in listed.ignores.items())
            )
        except (OSError, WorkspaceError):
            return False

    def _is_as_seen(self, folder: str, listed: _Listed) -> bool:
        seen = listed.folders[folder]
        if seen.settled:
            return self._disk.changed_at(folder) == seen.changed
        now = self._scan_disk(folder)
        if self._outline(now.entries) != self._outline(seen.entries):
            return False
        listed.folders[folder] = now
        return True

    def _outline(self, entries: list[DirectoryEntry]) -> dict[str, DirectoryEntry]:
        return {entry.name: entry._replace(size=self._weigh(entry.size)) for entry in entries}

    def _weighs_the_same(self, path: str, listed: _Listed) -> bool:
        folder, _, name = path.rpartition("/")
        entries = listed.folders[folder].entries if folder in listed.folders else ()
        size = next((entry.size for entry in entries if entry.name == name and entry.kind == "file"), -1)
        return size >= 0 and self._weigh(size) == self._weigh(len(self._disk.read(path)))

    def _weigh(self, size: int) -> int:
        return bisect_left(self._bounds, size)

    def _weigh_texts(self) -> dict[str, int]:
        return {path: self._weigh(len(data)) for path, data in self.texts.items()}

    def _outer_lines(self) -> list[tuple[tuple[str, ...], str]]:
        return [(patterns.lines, prefix) for patterns, prefix in self.outer_ignores()]

    def _scan_disk(self, folder: str) -> _Seen:
        at = time.time_ns()
        changed = self._disk.changed_at(folder)
        return _Seen(self._disk.scan(folder), changed, at - changed > _SETTLED)

    def read(self, path: str) -> bytes:
        """Return the bytes of an open text, else of the file. Raises WorkspaceError."""
        self.read_count += 1
        data = self.texts.get(normalize_path(path))
        if data is None:
            return self._disk.read(path)
        if len(data) > self._limit:
            raise WorkspaceError(path, f"is too large: {len(data)} bytes, the limit is {self._limit}")
        return data

    def exists(self, path: str) -> bool:
        """Return whether a file or folder is there, inside the repo."""
        try:
            key = normalize_path(path)
        except WorkspaceError:
            return False
        return any(name == key or name.startswith(key + "/") for name in self.texts) or self._disk.exists(path)

    def scan(self, folder: str) -> list[DirectoryEntry]:
        """Return the entries of a folder ("" is the root). Raises OSError."""
        prefix = folder + "/" if folder else ""
        open_names: dict[str, DirectoryEntry] = {}
        for path, data in self.texts.items():
            if path.startswith(prefix):
                name, below, _ = path[len(prefix) :].partition("/")
                open_names[name] = DirectoryEntry(name, "folder") if below else DirectoryEntry(name, "file", len(data))
        try:
            seen = self._scan_disk(folder)
            entries = seen.entries
            if self._listed is not None:
                self._listed.folders[folder] = seen
        except OSError:
            if self._listed is not None:
                self._listed.failed = True
            if not open_names:
                raise
            return list(open_names.values())
        if not open_names:
            return entries
        found = {entry.name: entry for entry in entries}
        for name, entry in open_names.items():
            there = found.get(name)
            if there is None or there.kind == "file":
                found[name] = entry
        return list(found.values())

    def read_ignore_file(self, path: str) -> bytes:
        """Return the bytes of an ignore file, b"" when it cannot be read."""
        data = self._read_ignores(path)
        if self._listed is not None:
            self._listed.ignores[path] = data
        return data

    def _read_ignores(self, path: str) -> bytes:
        data = self.texts.get(path)
        return data if data is not None else self._disk.read_ignore_file(path)

    def outer_ignores(self) -> list[tuple[PatternList, str]]:
        """Return the pattern lists from outside the walk, weakest first, with the prefix of the root in each."""
        return self._disk.outer_ignores()
