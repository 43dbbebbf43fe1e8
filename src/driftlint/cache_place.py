"""Where driftlint keeps what it may forget, and how a file comes there.

Promises: one folder for all that is kept between runs, by the rules of the platform; a file in it is whole or not there. Refuses
to know: what lies in it. It imports little: an answer that is given again is looked up here first.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

TYPE_CHECKING = False
"""Not the one of ``typing``, whose import takes longer than answering again."""
if TYPE_CHECKING:
    from collections.abc import Iterable


_STALE_SECONDS = 3600
"""Age at which a file has been left behind half written by a run that died."""


def find_cache_folder() -> str:
    """Return the user's cache folder for driftlint, absolute; it need not exist yet.

    ``DRIFTLINT_CACHE_DIR`` wins, then ``XDG_CACHE_HOME`` (absolute paths only, as the XDG base directory
    specification 0.8 asks), then the platform's own place.
    """
    if own := os.environ.get("DRIFTLINT_CACHE_DIR"):
        return os.path.abspath(os.path.expanduser(own))
    shared = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(shared):
        return os.path.join(shared, "driftlint")
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return os.path.join(local, "driftlint", "Cache")
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        # No home folder (a container with an unknown user id).
        import tempfile

        return os.path.join(tempfile.gettempdir(), f"driftlint-{getattr(os, 'getuid', int)()}")
    return os.path.join(home, "Library/Caches" if sys.platform == "darwin" else ".cache", "driftlint")


def write_whole(path: str | os.PathLike[str], parts: Iterable[bytes]) -> None:
    """Write a file that its user alone may read: beside its place first, under a name that ends in ".tmp", then renamed.

    Raises OSError. ``tempfile`` would do the same; loading it takes longer than writing.
    """
    aside = f"{os.fspath(path)}.{os.getpid()}.{time.time_ns()}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(aside, flags, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
        os.replace(aside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(aside)
        raise


def trim_folder(
    folder: str | os.PathLike[str], *, room: int = sys.maxsize, most: int = sys.maxsize, prefix: str = ""
) -> None:
    """Keep the newest files that end in ".bin", `most` of them in `room` bytes, and remove what `write_whole` left behind.

    `prefix` is that of the names that count. Raises OSError where the folder cannot be listed.
    """
    files: list[tuple[int, int, str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith(prefix):
                continue
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if entry.name.endswith(".bin"):
                    files.append((status.st_mtime_ns, status.st_size, entry.path))
                elif entry.name.endswith(".tmp") and time.time() - status.st_mtime > _STALE_SECONDS:
                    os.unlink(entry.path)
    for at, (_, size, path) in enumerate(sorted(files, reverse=True)):
        room -= size
        if at >= most or room < 0:
            with suppress(OSError):
                os.unlink(path)
