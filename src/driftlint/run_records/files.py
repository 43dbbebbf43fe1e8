"""The files of a stored run, in a folder or an archive, under limits.

Promises: links are not followed, archives are read in memory and never unpacked to disk; too many, too large or too deep is
one `RecordError`. Refuses to know: formats of trackers.
"""

from __future__ import annotations

import json
import os
import posixpath
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct, field

from driftlint.digits import read_int
from driftlint.disk import WorkspaceError, read_regular_file
from driftlint.documents import read_document
from driftlint.documents.model import Node
from driftlint.run_records.model import RecordError

LARGEST = 32 << 20
"""Bytes of one file that is read."""
_LARGEST_ARCHIVE = 512 << 20
_UNPACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing that need no more memory than what is asked of them: LZMA reserves what the archive says."""
_MOST_FILES = 20_000
_DEEPEST = 16
_PASSED_OVER = frozenset((".git", "__pycache__", "node_modules", "site-packages", ".venv", "venv"))
"""Folders without runs in them that may hold very many files."""
_MOST_LINES = 1_000_000
_MOST_NODES = 200_000


class Files(Protocol):
    """Files by their path with /, relative to where the record is."""

    shown: str
    problems: list[RecordError]
    """What looked like a part of a record and could not be read."""

    def names(self) -> tuple[str, ...]:
        """Return the paths of all files, sorted."""

    def read(self, name: str) -> bytes:
        """Return the bytes of a file. Raises RecordError."""


class FolderFiles(Struct):
    """The files below a folder."""

    root: Path
    shown: str
    problems: list[RecordError] = field(default_factory=list)
    _names: tuple[str, ...] | None = None

    def names(self) -> tuple[str, ...]:
        """Return the paths of all regular files, sorted; links are left out. Raises RecordError for too many."""
        if self._names is None:
            self._names = tuple(sorted(self._walk()))
        return self._names

    def _walk(self) -> Iterator[str]:
        stack = [("", 0)]
        count = 0
        while stack:
            folder, depth = stack.pop()
            try:
                with os.scandir(self.root / folder) as entries:
                    found = list(entries)
            except OSError as error:
                raise RecordError(self.shown, f"cannot be listed: {error.strerror or error}") from error
            for entry in found:
                name = f"{folder}{entry.name}"
                count += 1
                if count > _MOST_FILES:
                    raise RecordError(self.shown, f"holds more than {_MOST_FILES} files: name the folder of one run")
                if entry.is_dir(follow_symlinks=False):
                    if depth < _DEEPEST and entry.name not in _PASSED_OVER:
                        stack.append((f"{name}/", depth + 1))
                elif entry.is_file(follow_symlinks=False):
                    yield name

    def read(self, name: str) -> bytes:
        """Return the bytes of a file below the folder. Raises RecordError, also for a link."""
        try:
            return read_regular_file(self.root / name, LARGEST, follow=False)
        except WorkspaceError as error:
            raise RecordError(posixpath.join(self.shown, name), error.message) from error

    def locate(self, name: str) -> Path:
        """Return where a regular file lies on the disk. Raises RecordError."""
        path = self.root / name
        try:
            regular = stat.S_ISREG(os.lstat(path).st_mode)
        except OSError:
            regular = False
        if not regular:
            raise RecordError(posixpath.join(self.shown, name), "is no regular file")
        return path


class ArchiveFiles(Struct):
    """The members of a zip archive."""

    archive: zipfile.ZipFile
    shown: str
    problems: list[RecordError] = field(default_factory=list)
    _members: dict[str, zipfile.ZipInfo] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, shown: str) -> ArchiveFiles:
        """Return an archive's members. Raises RecordError for what is none, and for too many members."""
        try:
            status = os.lstat(path)
            if not stat.S_ISREG(status.st_mode):
                raise RecordError(shown, "is no regular file")
            if status.st_size > _LARGEST_ARCHIVE:
                raise RecordError(shown, f"is too large: {status.st_size} bytes, the limit is {_LARGEST_ARCHIVE}")
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, RuntimeError, ValueError, OSError, struct.error, OverflowError) as error:
            raise RecordError(shown, f"is no zip archive: {error}") from error
        members = archive.infolist()
        if len(members) > _MOST_FILES:
            raise RecordError(shown, f"holds more than {_MOST_FILES} files")
        made = cls(archive, shown)
        for member in members:
            name = member.filename.replace("\\", "/")
            if name and not name.endswith("/") and not name.startswith("/") and ".." not in name.split("/"):
                made._members[name] = member
        return made

    def names(self) -> tuple[str, ...]:
        """Return the paths of all members that lie inside, sorted."""
        return tuple(sorted(self._members))

    def read(self, name: str) -> bytes:
        """Return the bytes of a member, counted while they are unpacked. Raises RecordError."""
        shown = f"{self.shown}!{name}"
        member = self._members.get(name)
        if member is None:
            raise RecordError(shown, "is not in the archive")
        if member.compress_type not in _UNPACKED:
            raise RecordError(shown, "is packed in a way that trackers do not use")
        try:
            with self.archive.open(member) as stream:
                data = stream.read(LARGEST + 1)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError, struct.error) as error:
            raise RecordError(shown, f"cannot be unpacked: {error}") from error
        if len(data) > LARGEST:
            raise RecordError(shown, f"is too large: more than {LARGEST} bytes once unpacked")
        return data


def read_text(files: Files, name: str) -> str:
    """Return a file as text; bytes that are no UTF-8 are replaced. Raises RecordError."""
    return files.read(name).decode("utf-8", "replace")


def read_text_if(files: Files, name: str) -> str:
    """Return a file as text, "" where there is none. Raises RecordError."""
    return read_text(files, name) if name in files.names() else ""


def read_json(files: Files, name: str) -> Any:
    """Return what a JSON file holds. Raises RecordError for what is none, or nested too deeply."""
    return parse_json(read_text(files, name), posixpath.join(files.shown, name))


def find_json(files: Files, name: str) -> Any:
    """Return what a JSON file holds that may or may not be of a run; None, and a problem noted, where it is not read."""
    try:
        return read_json(files, name)
    except RecordError as error:
        files.problems.append(error)
        return None


def parse_json(text: str, shown: str) -> Any:
    """Return what a JSON text holds. Raises RecordError (`shown` says where)."""
    try:
        return json.loads(text, parse_int=_read_number)
    except ValueError as error:
        raise RecordError(shown, f"is not JSON: {error}") from error
    except RecursionError as error:
        raise RecordError(shown, "is nested too deeply") from error


def _read_number(text: str) -> int | float:
    """Return a whole number; one of hundreds of digits is infinite, as a float of that size is."""
    number = read_int(text)
    return float(text) if number is None else number


def read_json_lines(files: Files, name: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file with one JSON object, or one list of them, a line. Raises RecordError."""
    for number, line in enumerate(read_text_if(files, name).splitlines(), 1):
        if number > _MOST_LINES:
            raise RecordError(posixpath.join(files.shown, name), f"has more than {_MOST_LINES} lines")
        if not line.strip():
            continue
        value = parse_json(line, f"{posixpath.join(files.shown, name)}:{number}")
        yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict))


def read_yaml(files: Files, name: str) -> Any:
    """Return what a YAML file holds as mappings, lists and scalars. Raises RecordError."""
    document = read_document(f"{posixpath.basename(name)}.yaml", files.read(name))
    shown = posixpath.join(files.shown, name)
    for problem in document.problems:
        raise RecordError(f"{shown}:{document.locate(problem.span.start).line}", problem.message)
    return _plain(document.body, [0]) if isinstance(document.body, Node) else None


def _plain(node: Node, count: list[int]) -> Any:
    count[0] += 1
    if count[0] > _MOST_NODES:
        return None
    if node.kind == "map":
        return {entry.key: _plain(entry.value, count) for entry in node.entries}
    if node.kind == "list":
        return [_plain(item, count) for item in node.items]
    return node.value
