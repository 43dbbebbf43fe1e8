"""The files of a git tree as a workspace: a commit's, or those of the index.

Promises: the same rules of scope as on disk, and the bytes that git stores, never those of the work tree. Links are
followed inside the repo only; submodules are left out by name; of a file in Git LFS the content is read when the clone has
it, else the file counts as unread. Refuses to know: how git stores objects, and what a file means.
"""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

from msgspec import Struct

from driftlint.disk import WorkspaceError, read_regular_file
from driftlint.git_objects import GitError, GitObjects, TreeEntry
from driftlint.gitignore import PatternList
from driftlint.late_regex import compile_late
from driftlint.workspace import (
    FILE_SIZE_LIMIT,
    DirectoryEntry,
    DiskWorkspace,
    Listing,
    Scope,
    collect_outer_ignores,
    find_git_folder,
    normalize_path,
)

_LINK, _SUBMODULE = 0o120000, 0o160000
_MOST_LINKS = 40
"""Links on the way to one file; what an operating system allows."""
_LFS_POINTER = compile_late(rb"version https://\S+/spec/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\nsize ([0-9]{1,18})\n")
_POINTER_SIZE = 1024
"""Largest pointer in bytes. Source: Git LFS specification, "The Pointer"."""


class Snapshot(Struct, frozen=True):
    """The files of a commit or of the index, by their path from the top of the repo. `name` is what people call it."""

    objects: GitObjects
    entries: dict[str, TreeEntry]
    sizes: dict[str, int]
    name: str

    @classmethod
    def of_commit(cls, objects: GitObjects, commit: str, name: str) -> Snapshot:
        """Return the files of a commit, none for the id "". Raises GitError."""
        return cls._measured(objects, objects.list_tree(commit), name)

    @classmethod
    def of_index(cls, objects: GitObjects) -> Snapshot:
        """Return the files as the next commit will hold them. Raises GitError."""
        return cls._measured(objects, objects.list_index(), "the index")

    @classmethod
    def _measured(cls, objects: GitObjects, entries: dict[str, TreeEntry], name: str) -> Snapshot:
        blobs = {entry.id: None for entry in entries.values() if entry.mode != _SUBMODULE}
        return cls(objects, entries, objects.measure(list(blobs)), name)

    def load(self, entry: TreeEntry) -> bytes | None:
        """Return what git stores of a file or link, None when it is not in this clone. Raises GitError."""
        return self.objects.read(entry.id) if entry.id in self.sizes else None

    def find(self, path: str) -> str | None:
        """Return the path from the top that a path leads to once links are followed, None when it leads out of the repo.

        Nothing need be there.
        """
        todo = path.split("/")[::-1]
        steps: list[str] = []
        links = 0
        while todo:
            step = todo.pop()
            if step in ("", "."):
                continue
            if step == "..":
                if not steps:
                    return None
                steps.pop()
                continue
            entry = self.entries.get("/".join([*steps, step]))
            if entry is None or entry.mode != _LINK:
                steps.append(step)
                continue
            links += 1
            target = (self.load(entry) or b"").decode("utf-8", "surrogateescape")
            if links > _MOST_LINKS or not target or target.startswith("/"):
                return None
            todo.extend(target.split("/")[::-1])
        return "/".join(steps)

    def is_file(self, path: Path) -> bool:
        """Return whether a file of this name (on disk) is in the snapshot; outside of the repo the disk answers."""
        inside = self._locate(path)
        if inside is None:
            return path.is_file()
        found = self.find(inside)
        return found is not None and found in self.entries and self.entries[found].mode != _SUBMODULE

    def read(self, path: Path, limit: int) -> bytes:
        """Return a file of this name (on disk) from the snapshot; outside of the repo from disk. Raises WorkspaceError."""
        inside = self._locate(path)
        if inside is None:
            return read_regular_file(path, limit)
        return self.read_at(inside, limit)

    def _locate(self, path: Path) -> str | None:
        own = os.path.relpath(os.path.abspath(path), self.objects.top).replace(os.sep, "/")
        return None if own == ".." or own.startswith("../") else own

    def read_at(self, path: str, limit: int) -> bytes:
        """Return a file by its path from the top. Raises WorkspaceError."""
        found = self.find(path)
        entry = self.entries.get(found) if found is not None else None
        if entry is None:
            raise WorkspaceError(path, "is a symlink out of the repo" if found is None else f"is not in {self.name}")
        if entry.mode == _SUBMODULE:
            raise WorkspaceError(path, "is a submodule")
        size = self.sizes.get(entry.id)
        if size is not None and size > limit:
            raise WorkspaceError(path, f"is too large: {size} bytes, the limit is {limit}")
        data = self.load(entry)
        if data is None:
            raise MissingObject(
                path, "is not in this partial clone: `git fetch --refetch --no-filter` brings all files"
            )
        if size is not None and size <= _POINTER_SIZE and (pointer := _LFS_POINTER.match(data)):
            return self._read_lfs(path, pointer[1].decode("ascii"), int(pointer[2]), limit)
        return data

    def _read_lfs(self, path: str, digest: str, size: int, limit: int) -> bytes:
        """Return a file's content from the store of Git LFS. Raises WorkspaceError."""
        if size > limit:
            raise WorkspaceError(path, f"is too large: {size} bytes, the limit is {limit}")
        stored = self.objects.common_folder / "lfs" / "objects" / digest[:2] / digest[2:4] / digest
        try:
            data = read_regular_file(stored, limit)
        except WorkspaceError as error:
            message = "is in Git LFS, and its content is not in this clone: `git lfs fetch` brings it"
            raise WorkspaceError(path, message) from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise WorkspaceError(path, "is in Git LFS, and its content in this clone is damaged")
        return data


class MissingObject(GitError):
    """A file of the snapshot is not in this clone, which was made without all files."""


class GitWorkspace:
    """A snapshot as the engine sees it, from a root inside the repo. `file_size` is the largest file that is read, in bytes.

    `missing` holds the errors of files that were asked for and that a partial clone does not have.
    """

    def __init__(self, snapshot: Snapshot, root: Path, *, file_size: int = FILE_SIZE_LIMIT) -> None:
        top = snapshot.objects.top
        own = os.path.relpath(os.path.abspath(root), top).replace(os.sep, "/")
        if own == ".." or own.startswith("../"):
            raise GitError(str(root), f"lies outside of the repo at {top}")
        self.missing: list[MissingObject] = []
        self._snapshot = snapshot
        self._prefix = "" if own == "." else own + "/"
        self._root = root
        self._file_size = file_size
        self._folders: dict[str, dict[str, str]] = {"": {}}
        for path in snapshot.entries:
            if path.startswith(self._prefix):
                folder, _, name = path[len(self._prefix) :].rpartition("/")
                self._add_folder(folder)[name] = path

    def _add_folder(self, folder: str) -> dict[str, str]:
        if folder not in self._folders:
            parent, _, name = folder.rpartition("/")
            self._add_folder(parent)[name] = ""
            self._folders[folder] = {}
        return self._folders[folder]

    def list_files(self, scope: Scope) -> Listing:
        """Return the files in scope. Raises WorkspaceError when a named path is not there."""
        from driftlint.walk import walk_tree

        return walk_tree(self, scope, self._file_size)

    def read(self, path: str) -> bytes:
        """Return the bytes of a file; links are followed as long as they stay below the root. Raises WorkspaceError."""
        key = normalize_path(path)
        if key in self._folders:
            raise WorkspaceError(path, "is a folder")
        if key == ".git/index":
            # What is asked of the index is whether it holds a name: these are the names that the tree holds.
            return b"\0".join(name.encode("utf-8", "surrogateescape") for name in self._snapshot.entries)
        if key.startswith(".git/"):
            # No tree holds git's own folder; what is looked up there (the repo's own address) is the same for all.
            return DiskWorkspace(self._root, file_size=self._file_size).read(key)
        found = self._snapshot.find(self._prefix + key)
        if found is None or not found.startswith(self._prefix):
            raise WorkspaceError(path, "leads out of the repo")
        try:
            return self._snapshot.read_at(found, self._file_size)
        except MissingObject as error:
            self.missing.append(error)
            raise
        except WorkspaceError as error:
            raise WorkspaceError(path, error.message) from error

    def exists(self, path: str) -> bool:
        """Return whether a file or folder is there, inside the root."""
        try:
            target = self._target(normalize_path(path))
        except WorkspaceError:
            return False
        return target is not None and self._is_there(target)

    def _target(self, path: str) -> str | None:
        """Return where a path leads once links are followed, relative to the root; None when it leads out of it."""
        found = self._snapshot.find(self._prefix + path)
        if found is None or not (found + "/").startswith(self._prefix):
            return None
        return found[len(self._prefix) :]

    def _is_there(self, path: str) -> bool:
        return path in self._folders or self._prefix + path in self._snapshot.entries

    def scan(self, folder: str) -> list[DirectoryEntry]:
        """Return the entries of a folder ("" is the root). Raises FileNotFoundError."""
        if folder not in self._folders:
            raise FileNotFoundError(errno.ENOENT, "is not there", folder)
        return [self._describe(name, path) for name, path in self._folders[folder].items()]

    def _describe(self, name: str, path: str) -> DirectoryEntry:
        if not path:
            return DirectoryEntry(name, "folder")
        entry = self._snapshot.entries[path]
        if entry.mode == _SUBMODULE:
            return DirectoryEntry(name, "submodule")
        if entry.mode != _LINK:
            return DirectoryEntry(name, "file", self._snapshot.sizes.get(entry.id, 0))
        target = self._target(path[len(self._prefix) :])
        if target is None:
            return DirectoryEntry(name, "link")
        if not self._is_there(target):
            return DirectoryEntry(name, "link", dangling=True)
        return DirectoryEntry(name, "link", target=target or ".")

    def read_ignore_file(self, path: str) -> bytes:
        """Return the bytes of an ignore file, b"" when it is a link or not there."""
        return self._read_plain(self._prefix + path)

    def _read_plain(self, path: str) -> bytes:
        entry = self._snapshot.entries.get(path)
        if (
            entry is None
            or entry.mode in (_LINK, _SUBMODULE)
            or self._snapshot.sizes.get(entry.id, 0) > self._file_size
        ):
            return b""
        return self._snapshot.load(entry) or b""

    def outer_ignores(self) -> list[tuple[PatternList, str]]:
        """Return ``info/exclude`` and the ignore files above the root within the repo, weakest first."""
        exclude = Path(find_git_folder(str(self._snapshot.objects.top)), "info", "exclude")
        try:
            excluded = read_regular_file(exclude, self._file_size)
        except WorkspaceError:
            excluded = b""
        return collect_outer_ignores(excluded, self._prefix, self._read_plain)
