"""New bytes of files, put in the place of the old.

Promises: a file is wholly the old or wholly the new one at every moment, also when the process or the machine stops; mode and
symlinks stay; a file that is no longer what was read is left alone. Refuses to know: what the bytes mean.
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
    for name in list_folder(folder):
        if name.startswith(_PREFIX) and name.endswith(_SUFFIX):
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(folder, name))
    if read_regular_file(real, limit, follow=False) != old:
        raise WorkspaceError(path, "has changed since it was read: nothing was written, run it again")
    mode = stat.S_IMODE(os.stat(real).st_mode)
    handle, aside = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(aside, mode)
        if read_regular_file(real, limit, follow=False) != old:
            raise WorkspaceError(path, "has changed since it was read: nothing was written, run it again")
        os.replace(aside, real)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside)
        raise
    _sync_folder(folder)


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
