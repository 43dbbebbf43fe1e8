"""New bytes of files, put in the place of the old.

Promises: a file is wholly the old or wholly the new one at every moment, also when the process or the machine stops; mode and
symlinks stay, the owner where the system allows it; a file that is no longer what was read is left alone; what an ended run
leaves behind is nothing that git shows, and the next one removes it; runs that write in one repo do so one after the other.
Refuses to know: what the bytes mean.

Between the last look at a file and its replacement lie some microseconds in which no system lets one look and write at once.
What another program writes into the old file then is seen afterwards and put back; a program that renames a new file into
place in just that time loses it.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from driftlint.disk import WorkspaceError, list_folder, read_regular_file
from driftlint.late_regex import compile_late

if sys.platform != "win32":
    import fcntl

_PREFIX, _SUFFIX = ".driftlint-", ".tmp"
_LEFT = compile_late(r"\.driftlint-[a-z0-9_]{8}\.tmp")
"""The names that `tempfile` makes of the two."""
_PATIENCE = 10.0
"""Seconds that a run waits for another one that writes."""
_USUAL_MODE = 0o644
"""The mode of a file that is new."""
_CHANGED = "has changed since it was read: nothing was written, run it again"


def clear_left(root: Path, listed: Iterable[str]) -> list[str]:
    """Remove the files that ended runs left below a root; return the paths of those that are gone, below the root.

    `listed` are the files of the project: beside them a new file waits where no git folder takes it. Nothing is removed
    while another run writes.
    """
    names = [path for path in listed if _LEFT.fullmatch(path.rpartition("/")[2])]
    git = _find_git_folder(os.path.realpath(root))
    if git is not None:
        found = (os.path.join(git, name) for name in list_folder(git) if _LEFT.fullmatch(name))
        names += [os.path.relpath(path, os.path.realpath(root)) for path in found]
    gone: list[str] = []
    with _alone(root) as mine:
        for name in sorted(names) if mine else ():
            with contextlib.suppress(OSError):
                os.unlink(root / name)
                gone.append(name.replace(os.sep, "/"))
    return gone


def write_files(root: Path, files: Mapping[str, tuple[bytes | None, bytes]], limit: int) -> dict[str, str]:
    """Write files below a root, given as (bytes that must stand there, new bytes); return why some were not written.

    None in the place of the bytes means that no file may stand there.

    `limit` bounds the size of a file that is read again, in bytes. Files that an ended run left beside a target are
    removed.
    """
    with _alone(root) as mine:
        if not mine:
            return dict.fromkeys(
                sorted(files), "another run is writing in this repo: nothing was written, run it again"
            )
        problems: dict[str, str] = {}
        for path, (old, new) in sorted(files.items()):
            try:
                if old is None:
                    _create(root, path, new)
                else:
                    _write(root, path, old, new, limit)
            except WorkspaceError as error:
                problems[path] = error.message
            except OSError as error:
                problems[path] = f"cannot be written: {error.strerror or error}"
        return problems


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[bool]:
    """Hold the lock on writing below a root, and say whether it could be had.

    The lock is on the folder itself, so no file is made for it, and it goes with the process. Where a system cannot lock
    folders (Windows, some network disks) the comparison before each replacement has to do.
    """
    try:
        handle = os.open(root, os.O_RDONLY)
    except OSError:
        yield True
        return
    try:
        yield _lock(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    if sys.platform == "win32":
        return True
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        except OSError:
            return True
        else:
            return True


def _write(root: Path, path: str, old: bytes, new: bytes, limit: int) -> None:
    inside = os.path.realpath(root) + os.sep
    real = os.path.realpath(root / path)
    if not real.startswith(inside):
        raise WorkspaceError(path, "leads out of the repo: nothing was written")
    folder = os.path.dirname(real)
    places = [place for place in (_find_git_folder(folder), folder) if place is not None]
    for place in places:
        _remove_left(place)
    for place in places:
        try:
            _replace(place, path, real, old, new, limit)
        except OSError:
            if place == folder:
                raise
        else:
            break
    _sync_folder(folder)


def _create(root: Path, path: str, new: bytes) -> None:
    """Write a file where there is none. Raises OSError and WorkspaceError."""
    inside = os.path.realpath(root) + os.sep
    folder = os.path.realpath((root / path).parent)
    if not (folder + os.sep).startswith(inside):
        raise WorkspaceError(path, "leads out of the repo: nothing was written")
    real = os.path.join(folder, os.path.basename(path))
    handle, aside = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=_find_git_folder(folder) or folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(aside, _USUAL_MODE)
        if os.path.lexists(real):
            raise WorkspaceError(path, _CHANGED)
        os.replace(aside, real)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside)
        raise
    _sync_folder(folder)


def _replace(place: str, path: str, real: str, old: bytes, new: bytes, limit: int) -> None:
    """Write a new file in the folder `place`, then move it to where the old one is. Raises OSError and WorkspaceError."""
    if read_regular_file(real, limit, follow=False) != old:
        raise WorkspaceError(path, _CHANGED)
    if not os.access(real, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise WorkspaceError(path, "is write-protected: nothing was written")
    status = os.stat(real)
    mode = stat.S_IMODE(status.st_mode)
    handle, aside = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=place)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        if hasattr(os, "chown"):
            with contextlib.suppress(OSError):  # only root gives files away; then the new one is the user's own
                os.chown(aside, status.st_uid, status.st_gid)
        os.chmod(aside, mode)
        with _open_old(real) as before:
            if read_regular_file(real, limit, follow=False) != old:
                raise WorkspaceError(path, _CHANGED)
            os.replace(aside, real)
            meanwhile = _read_again(before, limit)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside)
        raise
    if meanwhile is not None and meanwhile != old:
        _put_back(real, meanwhile, mode)
        raise WorkspaceError(path, "was written by another program at the same moment: its text stands, run it again")


def _find_git_folder(folder: str) -> str | None:
    """Return the git folder of the work tree around a folder, None where a file could not be moved out of it in one step.

    A new file waits there for its place, since what an ended run leaves in it no ``git status`` shows.
    """
    place = folder
    while True:
        git = os.path.join(place, ".git")
        if os.path.lexists(git):
            return git if os.path.isdir(git) and os.stat(git).st_dev == os.stat(folder).st_dev else None
        parent = os.path.dirname(place)
        if parent == place:
            return None
        place = parent


def _remove_left(folder: str) -> None:
    """Remove the files that an ended run left in a folder."""
    for name in list_folder(folder):
        if _LEFT.fullmatch(name):
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(folder, name))


@contextlib.contextmanager
def _open_old(path: str) -> Iterator[int | None]:
    """Hold a file open while another one takes its name. Windows does not replace files that are open: None there."""
    if sys.platform == "win32":
        yield None
        return
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        yield handle
    finally:
        os.close(handle)


def _read_again(handle: int | None, limit: int) -> bytes | None:
    return None if handle is None else os.pread(handle, limit + 1, 0)


def _put_back(path: str, data: bytes, mode: int) -> None:
    # Should the run be ended here, this is the only copy: its name is none that a later run removes.
    handle, aside = tempfile.mkstemp(prefix=f"{_PREFIX}saved-", suffix=_SUFFIX, dir=os.path.dirname(path))
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.chmod(aside, mode)
    os.replace(aside, path)


def _sync_folder(folder: str) -> None:
    """Make the new name last through a power cut, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
