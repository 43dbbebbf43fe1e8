"""The files of a repo: which there are, which are left out and why, and their bytes.

Promises: files of a checked repo are opened through this module alone. Nothing outside the root is listed or read,
symlinks that lead out of it are not followed, devices and pipes are not opened, and every path that is left out is
named with its reason. Refuses to know: what a file means, and which rules ask for it. git itself is not run for files
on disk (``git_tree.py`` reads those of a revision), and the machine's own git settings (``core.excludesFile``) do not
count: two machines list the same files.

Paths are posix and relative to the root. Names that are no UTF-8 are kept with ``surrogateescape``.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from driftlint.disk import (
    FolderEntry,
    WorkspaceError,
    find_real_path,
    is_folder,
    is_link,
    is_named,
    is_there,
    read_regular_file,
    scan_folder,
)
from driftlint.gitignore import PatternList

FILE_SIZE_LIMIT = 16 * 1024 * 1024
"""Largest file that is read, in bytes. Notebooks with pictures reach several MiB."""
_IGNORE_FILE_LIMIT = 1024 * 1024


class Scope(Struct, frozen=True):
    """What of a repo is looked at. Globs are gitignore patterns relative to the root.

    `exclude` and `extra_exclude` (configuration and command line) leave out; they win over `include`, which takes in
    what the ignore files and the layout conventions would leave out. `named` are files and folders that the user
    spelled out: they are listed in addition to everything else and nothing but a symlink out of the repo keeps them
    out. A named folder is walked with the conventions on, except those that already hold for the folder itself.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    extra_exclude: tuple[str, ...] = ()
    include_tests: bool = False
    include_vendored: bool = False
    respect_gitignore: bool = True
    named: tuple[str, ...] = ()


class Listing(Struct, frozen=True):
    """The files in scope, sorted. `left_out` maps a reason to sorted paths, where folders end in "/".

    `links` maps a symlink that stays inside the repo to the path it leads to. Links are not listed a second time
    under `files`.
    """

    files: tuple[str, ...]
    left_out: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


class DirectoryEntry(NamedTuple):
    """One name in a folder. `kind` is "file", "folder", "link", "submodule" or "other"; `size` is in bytes (files only).

    Only git's own trees have submodules; on a disk they are folders with a ``.git`` in them.
    """

    name: str
    kind: str
    size: int = 0
    target: str = ""
    """For links: the path it leads to inside the repo; "" when it leads out or nowhere (`dangling` tells which)."""
    dangling: bool = False


class Tree(Protocol):
    """What the walk asks of a place that holds files."""

    def scan(self, folder: str) -> list[DirectoryEntry]:
        """Return the entries of a folder ("" is the root). Raises OSError."""

    def read_ignore_file(self, path: str) -> bytes:
        """Return the bytes of an ignore file, b"" when it cannot be read."""

    def outer_ignores(self) -> list[tuple[PatternList, str]]:
        """Return the pattern lists from outside the walk, weakest first, with the prefix of the root in each."""


class Workspace(Protocol):
    """A repo as the engine sees it."""

    def list_files(self, scope: Scope) -> Listing:
        """Return the files in scope. Raises WorkspaceError when the root or a named path cannot be listed."""

    def read(self, path: str) -> bytes:
        """Return the bytes of a file. Raises WorkspaceError."""

    def exists(self, path: str) -> bool:
        """Return whether a file or folder is there, inside the repo."""


def normalize_path(path: str) -> str:
    """Return a posix path relative to the root without "." steps ("" is the root).

    Raises WorkspaceError when it leads out.
    """
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            if not steps:
                raise WorkspaceError(path, "leads out of the repo")
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    if path.startswith("/") or "\0" in path:
        raise WorkspaceError(path, "is not a path relative to the repo")
    return "/".join(steps)


class DiskWorkspace:
    """A repo on disk.

    `file_size` is the largest file that is listed and read, in bytes. Raises WorkspaceError if `root` is no folder.
    """

    def __init__(self, root: Path, *, file_size: int = FILE_SIZE_LIMIT) -> None:
        self.root = root
        self._real = find_real_path(root)
        self._inside = self._real.rstrip(os.sep) + os.sep
        self._file_size = file_size
        self._real_folders: dict[str, str | None] = {}
        if not is_folder(self._real):
            raise WorkspaceError(str(root), "is not a folder")

    def list_files(self, scope: Scope) -> Listing:
        """Return the files in scope. Raises WorkspaceError when the root or a named path cannot be listed."""
        from driftlint.walk import walk_tree

        self.forget_folders()
        return walk_tree(self, scope, self._file_size)

    def forget_folders(self) -> None:
        """Look folders up anew from now on: called before each listing, by whoever walks the tree."""
        self._real_folders.clear()

    def read(self, path: str) -> bytes:
        """Return the bytes of a file; symlinks are followed as long as they stay inside the repo.

        Raises WorkspaceError.
        """
        folder, _, name = normalize_path(path).rpartition("/")
        if not name:
            raise WorkspaceError(path, "is a folder")
        real = self._real_folder(folder)
        if real is None:
            raise WorkspaceError(path, "leads out of the repo")
        full = os.path.join(real, name)
        try:
            if is_link(full):
                full = find_real_path(full)
                if not full.startswith(self._inside):
                    raise WorkspaceError(path, "is a symlink out of the repo")
            return read_regular_file(full, self._file_size, follow=False)
        except WorkspaceError as error:
            raise WorkspaceError(path, error.message) from error

    def exists(self, path: str) -> bool:
        """Return whether a file or folder is there, inside the repo."""
        try:
            full = find_real_path(os.path.join(self._real, normalize_path(path)))
        except WorkspaceError:
            return False
        return (full + os.sep).startswith(self._inside) and is_there(full)

    def _real_folder(self, folder: str) -> str | None:
        """Return the real path of a folder of the repo, or None when it lies outside.

        Remembered until the next listing.
        """
        if folder not in self._real_folders:
            real = self._find_real_folder(folder)
            self._real_folders[folder] = real if (real + os.sep).startswith(self._inside) else None
        return self._real_folders[folder]

    def _find_real_folder(self, folder: str) -> str:
        if not folder:
            return self._real
        above, _, name = folder.rpartition("/")
        outer = self._real_folder(above)
        if outer is None:
            # A link leads out; what lies below may lead in again.
            return find_real_path(os.path.join(self._real, folder))
        full = os.path.join(outer, name)
        return find_real_path(full) if is_link(full) else full

    def scan(self, folder: str) -> list[DirectoryEntry]:
        """Return the entries of a folder ("" is the root). Raises OSError."""
        full = os.path.join(self._real, folder) if folder else self._real
        return [self._place(entry) for entry in scan_folder(full)]

    def changed_at(self, folder: str) -> int:
        """Return when a name of a folder was last added, removed or replaced, in ns since the epoch. Raises OSError."""
        return os.stat(os.path.join(self._real, folder)).st_mtime_ns

    def _place(self, entry: FolderEntry) -> DirectoryEntry:
        if entry.kind != "link":
            return DirectoryEntry(entry.name, entry.kind, entry.size)
        if not entry.real:
            return DirectoryEntry(entry.name, "link", dangling=True)
        if not (entry.real + os.sep).startswith(self._inside):
            return DirectoryEntry(entry.name, "link")
        inside = entry.real[len(self._inside) :].replace(os.sep, "/") or "."
        return DirectoryEntry(entry.name, "link", target=inside)

    def read_ignore_file(self, path: str) -> bytes:
        """Return the bytes of an ignore file, b"" when it cannot be read."""
        return _read_or_nothing(os.path.join(self._real, path), follow=False)

    def outer_ignores(self) -> list[tuple[PatternList, str]]:
        """Return ``info/exclude`` and the ignore files above the root within the work tree, weakest first."""
        top, steps = self._real, [""]
        while not is_named(os.path.join(top, ".git")):
            parent, name = os.path.split(top)
            if parent == top:
                return []
            top = parent
            steps = [f"{name}/{step}" for step in steps] + [""]
        exclude = _read_or_nothing(os.path.join(find_git_folder(top), "info", "exclude"))
        return collect_outer_ignores(
            exclude, steps[0], lambda path: _read_or_nothing(os.path.join(top, path), follow=False)
        )


def collect_outer_ignores(exclude: bytes, prefix: str, read: Callable[[str], bytes]) -> list[tuple[PatternList, str]]:
    """Return the pattern lists that hold for a root inside a repo, weakest first, with the prefix of the root in each.

    `exclude` is the text of ``info/exclude``, `prefix` the root's path from the top with a slash at its end ("" for the
    top), `read` returns a file by its path from the top, b"" where there is none.
    """
    found = [(PatternList.from_bytes(exclude), prefix)]
    steps = prefix.split("/")
    for at in range(len(steps) - 1):
        data = read("/".join([*steps[:at], ".gitignore"]))
        found.append((PatternList.from_bytes(data), "/".join(steps[at:])))
    if any(_ignores_folder(patterns, path.rstrip("/")) for patterns, path in found):
        # The root itself is ignored from above (a home folder under git, say): whoever checks it means it.
        return []
    return [(patterns, path) for patterns, path in found if patterns.has_patterns]


def _ignores_folder(patterns: PatternList, path: str) -> bool:
    steps = path.split("/") if path else []
    return any(patterns.decide("/".join(steps[: at + 1]), steps[at], True) for at in range(len(steps)))


def _read_or_nothing(path: str, *, follow: bool = True) -> bytes:
    try:
        return read_regular_file(path, _IGNORE_FILE_LIMIT, follow=follow)
    except WorkspaceError:
        return b""


def find_git_folder(top: str) -> str:
    """Return the git folder that holds ``info/`` of the repo at `top`, the repo itself when it is bare.

    For linked work trees and submodules ``.git`` is a file that names it.
    """
    git = os.path.join(top, ".git")
    if is_folder(git):
        return git
    pointer = _read_or_nothing(git).decode("utf-8", "surrogateescape").strip()
    folder = os.path.join(top, pointer.removeprefix("gitdir:").strip().split("\n")[0].replace("\0", ""))
    common = _read_or_nothing(os.path.join(folder, "commondir")).decode("utf-8", "surrogateescape").strip()
    return os.path.join(folder, common.split("\n")[0].replace("\0", "")) if common else folder


class MemoryWorkspace:
    """A repo made of a dict: rule examples and tests.

    The same rules of scope hold as on disk; str values are encoded as UTF-8.
    """

    def __init__(self, files: Mapping[str, str | bytes], *, file_size: int = FILE_SIZE_LIMIT) -> None:
        self._file_size = file_size
        self._files: dict[str, bytes] = {}
        self._folders: dict[str, dict[str, DirectoryEntry]] = {"": {}}
        for path, content in files.items():
            data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
            path = normalize_path(path)
            self._files[path] = data
            folder, _, name = path.rpartition("/")
            self._add_folder(folder)[name] = DirectoryEntry(name, "file", len(data))

    def _add_folder(self, folder: str) -> dict[str, DirectoryEntry]:
        if folder not in self._folders:
            parent, _, name = folder.rpartition("/")
            self._add_folder(parent)[name] = DirectoryEntry(name, "folder")
            self._folders[folder] = {}
        return self._folders[folder]

    def list_files(self, scope: Scope) -> Listing:
        """Return the files in scope. Raises WorkspaceError when a named path is not there."""
        from driftlint.walk import walk_tree

        return walk_tree(self, scope, self._file_size)

    def read(self, path: str) -> bytes:
        """Return the bytes of a file. Raises WorkspaceError."""
        key = normalize_path(path)
        if key in self._folders:
            raise WorkspaceError(path, "is a folder")
        if key not in self._files:
            raise WorkspaceError(path, "is not there (any more)")
        data = self._files[key]
        if len(data) > self._file_size:
            raise WorkspaceError(path, f"is too large: {len(data)} bytes, the limit is {self._file_size}")
        return data

    def exists(self, path: str) -> bool:
        """Return whether a file or folder is there."""
        try:
            key = normalize_path(path)
        except WorkspaceError:
            return False
        return key in self._files or key in self._folders

    def scan(self, folder: str) -> list[DirectoryEntry]:
        """Return the entries of a folder. Raises FileNotFoundError."""
        if folder not in self._folders:
            raise FileNotFoundError(errno.ENOENT, "is not there", folder)
        return list(self._folders[folder].values())

    def read_ignore_file(self, path: str) -> bytes:
        """Return the bytes of an ignore file, b"" when there is none."""
        return self._files.get(path, b"")

    def outer_ignores(self) -> list[tuple[PatternList, str]]:
        """Return ``.git/info/exclude`` when the dict holds one."""
        data = self._files.get(".git/info/exclude", b"")
        return [(PatternList.from_bytes(data), "")] if data else []


class ChangedWorkspace:
    """A workspace in which some files have other bytes, or are there though they were not: those count as in scope."""

    def __init__(self, base: Workspace) -> None:
        self._base = base
        self._files: dict[str, bytes] = {}

    def change(self, files: Mapping[str, bytes]) -> set[str]:
        """Give files other bytes, and all others their own again; return the paths whose bytes may differ from before."""
        touched = {path for path in files.keys() | self._files.keys() if files.get(path) != self._files.get(path)}
        self._files = dict(files)
        return touched

    def list_files(self, scope: Scope) -> Listing:
        """Return the files in scope. Raises WorkspaceError when the root or a named path cannot be listed."""
        listing = self._base.list_files(scope)
        new = self._files.keys() - set(listing.files)
        return replace(listing, files=tuple(sorted((*listing.files, *new)))) if new else listing

    def read(self, path: str) -> bytes:
        """Return the bytes of a file. Raises WorkspaceError."""
        data = self._files.get(path)
        return self._base.read(path) if data is None else data

    def exists(self, path: str) -> bool:
        """Return whether a file or folder is there, inside the repo."""
        return path in self._files or self._base.exists(path)
