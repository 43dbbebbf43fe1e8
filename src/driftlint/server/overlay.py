"""Open texts laid over the files of a repo.

Promises: an open text stands where its file stands, and a text that was never saved is listed like a file; the rules of
scope are those of the disk. Refuses to know: editors, and where the files below come from.
"""

from __future__ import annotations

from collections.abc import Mapping

from driftlint.gitignore import PatternList
from driftlint.walk import walk_tree
from driftlint.workspace import DirectoryEntry, DiskWorkspace, Listing, Scope, WorkspaceError, normalize_path


class OverlayWorkspace:
    """A repo on disk with open texts over it.

    `texts` maps paths relative to the root to bytes; `lay` replaces it between runs. `limit` is the largest file that is
    read, in bytes.
    """

    def __init__(self, disk: DiskWorkspace, limit: int) -> None:
        self._disk = disk
        self._limit = limit
        self.texts: Mapping[str, bytes] = {}
        self.read_count = 0
        """Files read since the last listing, for who shows progress."""
        self.total = 0

    def lay(self, texts: Mapping[str, bytes]) -> None:
        """Take the texts that are open now."""
        self.texts = dict(texts)

    def list_files(self, scope: Scope) -> Listing:
        """Return the files in scope. Raises WorkspaceError when the root or a named path cannot be listed."""
        self._disk.forget_folders()
        self.read_count = 0
        listing = walk_tree(self, scope, self._limit)
        self.total = len(listing.files)
        return listing

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
            entries = self._disk.scan(folder)
        except OSError:
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
        data = self.texts.get(path)
        return data if data is not None else self._disk.read_ignore_file(path)

    def outer_ignores(self) -> list[tuple[PatternList, str]]:
        """Return the pattern lists from outside the walk, weakest first, with the prefix of the root in each."""
        return self._disk.outer_ignores()
