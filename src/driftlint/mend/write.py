"""New bytes of files, put in the place of the old.

Promises: a file is wholly the old or wholly the new one at every moment, also when the process or the machine stops; mode and
symlinks stay; a file that is no longer what was read is left alone; what an ended run leaves behind is nothing that git
shows. Refuses to know: what the bytes mean.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from driftlint.workspace import WorkspaceError, list_folder, read_regular_file

_PREFIX, _SUFFIX = ".driftlint-", ".tmp"
_CHANGED = "has changed since it was read: nothing was written, run it again"


def write_files(root: Path, files: Mapping[str, tuple[bytes, bytes]], limit: int) -> dict[str, str]:
    """Write files below a root, given as (bytes that must stand there, new bytes); return why some were not written.

    `limit` bounds the size of a file that is read again, in bytes. Files that an ended run left beside a target are
    removed.
    """
    problems: dict[str, str] = {}
    for path, (old, new) in sorted(files.items()):
        try:
            _write(root, path, old, new, limit)
        except WorkspaceError as error:
            problems[path] = error.message
        except OSError as error:
            problems[path] = f"cannot be written: {error.strerror or error}"
    return problems


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


def _replace(place: str, path: str, real: str, old: bytes, new: bytes, limit: int) -> None:
    """Write a new file in the folder `place`, then move it to where the old one is. Raises OSError and WorkspaceError."""
    if read_regular_file(real, limit, follow=False) != old:
        raise WorkspaceError(path, _CHANGED)
    mode = stat.S_IMODE(os.stat(real).st_mode)
    handle, aside = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=place)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(aside, mode)
        if read_regular_file(real, limit, follow=False) != old:
            raise WorkspaceError(path, _CHANGED)
        os.replace(aside, real)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside)
        raise


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
        if name.startswith(_PREFIX) and name.endswith(_SUFFIX):
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(folder, name))


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
