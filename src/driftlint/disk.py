"""Questions to the disk, and notes of them: what a run asked, and what each answer was.

Promises: a question is answered by what the disk holds now. While notes are taken, every question is noted with its answer,
files and folders by digest, and `holds` tells whether the disk would give all of them the same answers again. Nothing waits on a
pipe or a device. Refuses to know: what is a repo, and what the answers are for. ``git_objects.py`` and ``mend/`` ask in ways of
their own: no notes are taken where they run.
"""

from __future__ import annotations

import errno
import os
import stat
from hashlib import sha256

TYPE_CHECKING = False
"""Not the one of ``typing``, whose import takes longer than answering again."""
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class WorkspaceError(Exception):
    """A path cannot be listed or read. `path` is as the caller gave it, `message` says why in words."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


class FolderEntry:
    """One name in a folder. `kind` is "file", "folder", "link" or "other"; `size` is in bytes (files only).

    `real` is the real path of what a link leads to, "" when that is not there. `changed` is in ns since the epoch where times
    were asked for; then size and time are given for what links lead to, too.
    """

    __slots__ = ("changed", "kind", "name", "real", "size")

    def __init__(self, name: str, kind: str, size: int = 0, changed: int = 0, real: str = "") -> None:
        self.name = name
        self.kind = kind
        self.size = size
        self.changed = changed
        self.real = real


class Notes:
    """What was asked so far. `usable` turns False when a question got two answers, or something was asked in another way."""

    def __init__(self) -> None:
        self.usable = True
        self._answers: dict[tuple[str, str], str] = {}

    def add(self, question: str, path: str, answer: str) -> None:
        """Note an answer."""
        if self._answers.setdefault((question, path), answer) != answer:
            self.usable = False

    def list_notes(self) -> list[tuple[str, str, str]]:
        """Return each question, the path it is about, and its answer or the digest of that; the quickest to compare first."""
        notes = [(question, path, answer) for (question, path), answer in self._answers.items()]
        return sorted(notes, key=lambda note: note[0].startswith(_READ))


_taken: Notes | None = None


def take_notes() -> Notes:
    """Note every question from now on."""
    global _taken
    _taken = Notes()
    return _taken


def stop_notes() -> None:
    """Note no more questions."""
    global _taken
    _taken = None


def spoil_notes() -> None:
    """Say that the run asks for what is not noted, or does more than answer: no more is noted."""
    if _taken is not None:
        _taken.usable = False
        stop_notes()


def holds(notes: Iterable[tuple[str, str, str]]) -> bool:
    """Return whether each question has the noted answer still."""
    return all(_ask_again(question, path) == answer for question, path, answer in notes)


def _ask_again(question: str, path: str) -> str:
    flag = _FLAGS.get(question)
    if flag is not None:
        return _say(flag(path))
    if question.startswith(_READ):
        _, limit, follow = question.split(" ")
        try:
            return _digest(_read(path, int(limit), follow == "1"))
        except WorkspaceError as error:
            return error.message
    if question == "real":
        return os.path.realpath(path)
    if question == "names":
        return _digest_names(_list(path))
    try:
        return _digest_entries(_scan(path, question == "times"))
    except OSError as error:
        return str(error)


_READ = "read "
_FLAGS: dict[str, Callable[[str], bool]] = {
    "file": os.path.isfile,
    "folder": os.path.isdir,
    "there": os.path.exists,
    "named": os.path.lexists,
    "link": os.path.islink,
}


def is_file(path: str | os.PathLike[str]) -> bool:
    """Return whether there is a regular file, links followed."""
    return _ask_flag("file", path)


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Return whether there is a folder, links followed."""
    return _ask_flag("folder", path)


def is_there(path: str | os.PathLike[str]) -> bool:
    """Return whether there is anything, links followed."""
    return _ask_flag("there", path)


def is_named(path: str | os.PathLike[str]) -> bool:
    """Return whether there is anything, be it a link that leads nowhere."""
    return _ask_flag("named", path)


def is_link(path: str | os.PathLike[str]) -> bool:
    """Return whether there is a link."""
    return _ask_flag("link", path)


def find_real_path(path: str | os.PathLike[str]) -> str:
    """Return the path without links."""
    real = os.path.realpath(path)
    _note("real", path, real)
    return real


def list_folder(path: str | os.PathLike[str]) -> list[str]:
    """Return the names in a folder, sorted; [] for one that cannot be listed."""
    names = _list(path)
    if _taken is not None:
        _taken.add("names", os.fspath(path), _digest_names(names))
    return names


def scan_folder(path: str | os.PathLike[str], *, times: bool = False) -> list[FolderEntry]:
    """Return the entries of a folder, in no order; `times` asks for those of files too. Raises OSError."""
    question = "times" if times else "entries"
    try:
        entries = _scan(path, times)
    except OSError as error:
        _note(question, path, str(error))
        raise
    if _taken is not None:
        _taken.add(question, os.fspath(path), _digest_entries(entries))
    return entries


def read_regular_file(path: str | os.PathLike[str], limit: int, *, follow: bool = True) -> bytes:
    """Return the bytes of a regular file of at most `limit` bytes, without ever waiting on a pipe or a device.

    `follow` says whether a symlink in the last segment is followed. Raises WorkspaceError (`path` as given) for all
    else.
    """
    if _taken is None:
        return _read(path, limit, follow)
    question = f"{_READ}{limit} {follow:d}"
    try:
        data = _read(path, limit, follow)
    except WorkspaceError as error:
        _taken.add(question, os.fspath(path), error.message)
        raise
    _taken.add(question, os.fspath(path), _digest(data))
    return data


def _ask_flag(question: str, path: str | os.PathLike[str]) -> bool:
    answer = _FLAGS[question](os.fspath(path))
    _note(question, path, _say(answer))
    return answer


def _note(question: str, path: str | os.PathLike[str], answer: str) -> None:
    """Note an answer where notes are taken. Digests are made there alone: callers ask first whether they are."""
    if _taken is not None:
        _taken.add(question, os.fspath(path), answer)


def _say(flag: bool) -> str:
    return "yes" if flag else "no"


def _list(path: str | os.PathLike[str]) -> list[str]:
    try:
        return sorted(os.listdir(path))
    except (OSError, ValueError):
        return []


def _scan(path: str | os.PathLike[str], times: bool) -> list[FolderEntry]:
    entries = []
    with os.scandir(path) as found:
        for entry in found:
            try:
                if entry.is_symlink():
                    entries.append(_scan_link(entry, times))
                elif entry.is_dir(follow_symlinks=False):
                    entries.append(FolderEntry(entry.name, "folder"))
                elif entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    entries.append(FolderEntry(entry.name, "file", status.st_size, status.st_mtime_ns if times else 0))
                else:
                    entries.append(FolderEntry(entry.name, "other"))
            except OSError:
                # Vanished between the listing and the look at it: the same as never seen.
                continue
    return entries


def _scan_link(entry: os.DirEntry[str], times: bool) -> FolderEntry:
    real = os.path.realpath(entry.path)
    if not os.path.exists(real):
        return FolderEntry(entry.name, "link")
    status = os.stat(real) if times else None
    size, changed = (status.st_size, status.st_mtime_ns) if status is not None else (0, 0)
    return FolderEntry(entry.name, "link", size, changed, real)


def _read(path: str | os.PathLike[str], limit: int, follow: bool) -> bytes:
    shown = os.fspath(path)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(path, flags)
    except OSError as error:
        raise WorkspaceError(shown, _describe(error)) from error
    except ValueError as error:
        raise WorkspaceError(shown, "is not a file name") from error
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise WorkspaceError(shown, "is not a regular file")
        if status.st_size > limit:
            raise WorkspaceError(shown, f"is too large: {status.st_size} bytes, the limit is {limit}")
        chunks: list[bytes] = []
        left = limit + 1
        while left > 0 and (chunk := os.read(handle, min(left, max(status.st_size + 1, 65536)))):
            chunks.append(chunk)
            left -= len(chunk)
        if left <= 0:
            raise WorkspaceError(
                shown,
                f"is too large: it grew past the limit of {limit} bytes while it was read",
            )
        return b"".join(chunks)
    except OSError as error:
        raise WorkspaceError(shown, _describe(error)) from error
    finally:
        os.close(handle)


def _describe(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "is not there (any more)"
    if isinstance(error, IsADirectoryError):
        return "is a folder"
    if isinstance(error, PermissionError):
        return "cannot be read: permission denied"
    if error.errno == errno.ELOOP:
        return "is a symlink that leads nowhere"
    return f"cannot be read: {error.strerror or error}"


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _digest_names(names: Iterable[str]) -> str:
    return _digest("\0".join(names).encode("utf-8", "surrogateescape"))


def _digest_entries(entries: Iterable[FolderEntry]) -> str:
    lines = sorted(f"{e.name}\0{e.kind}\0{e.size}\0{e.changed}\0{e.real}" for e in entries)
    return _digest("\0".join(lines).encode("utf-8", "surrogateescape"))
