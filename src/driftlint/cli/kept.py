"""The answer of a whole `check`, kept, and given again while nothing has changed that it rests on.

Promises: an answer is given again only where the same command line in the same folder, with the same environment, day, Python and
code of driftlint, would ask the disk the same questions and get the same answers: every name in every folder, every byte of every
file that the run read, whatever their times say. A file that is damaged, foreign or half written is as none; a folder that cannot
be written is no error. Nothing of an answer is used for another: a finding is never kept by itself, since most rules speak of
what is absent. Refuses to know: what a run does, and what it said.

It imports no more than it needs: an answer that is given again takes less time than loading the engine.
"""

from __future__ import annotations

import marshal
import os
import sys
import time
from contextlib import suppress
from hashlib import sha256

from driftlint.cache_place import find_cache_folder, trim_folder, write_whole
from driftlint.cli.streams import hear, say_again, stop_hearing
from driftlint.disk import Notes, holds, stop_notes, take_notes

_MAGIC = b"driftlint answer 1\n"
"""The number is the format's version."""
_SUM = 32
"""Bytes of a SHA-256."""
_LARGEST = 16 << 20
"""Bytes of an answer with its notes; larger ones are not kept."""
_MOST, _ROOM = 32, 32 << 20
"""How many answers are kept, and how many bytes; those used longest ago go first."""
_UNRELATED = frozenset(("_", "OLDPWD", "PWD", "SHLVL", "TERM_SESSION_ID", "WINDOWID"))
"""Variables that differ from one shell to the next and that nothing reads."""


class KeptAnswer:
    """The place of one answer, and what is noted for it. `path` is that of its file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._notes: Notes | None = None
        self._said: list[tuple[str, bool, bool]] = []

    def give_again(self) -> int | None:
        """Say what the run said and return its exit status; None where there is no answer, or it may be another now.

        Raises CommandError as `write_out` does.
        """
        try:
            with open(self.path, "rb") as file:
                raw = file.read(_LARGEST + 1)
            start = len(_MAGIC) + _SUM
            if not raw.startswith(_MAGIC) or sha256(raw[start:]).digest() != raw[len(_MAGIC) : start]:
                return None
            code, said, notes = marshal.loads(memoryview(raw)[start:])
            if not holds(notes):
                return None
        except (OSError, ValueError, TypeError, EOFError):
            return None
        with suppress(OSError):
            os.utime(self.path)
        say_again(said)
        return int(code)

    def take_notes(self) -> None:
        """Note from now on what the run asks of the disk and what it says."""
        self._notes, self._said = take_notes(), hear()

    def keep(self, code: int) -> None:
        """Keep the answer of the run that has ended with an exit status, where its notes are usable."""
        notes = self._notes
        stop_notes()
        stop_hearing()
        if notes is None or not notes.usable:
            return
        payload = marshal.dumps((code, self._said, notes.list_notes()))
        if len(payload) > _LARGEST - _SUM - len(_MAGIC):
            return
        try:
            _write(self.path, _MAGIC + sha256(payload).digest() + payload)
        except OSError:
            # A full disk or a read-only home must not stop a run.
            return


def find_kept_answer(words: list[str]) -> KeptAnswer | None:
    """Return the place of the answer to a command line, as things are now; None where none is to be kept."""
    if "--no-cache" in words or sys.platform == "win32" or sys.stdout is None or sys.stderr is None:
        return None
    try:
        key = repr((words, _describe_process(), _describe_code()))
    except OSError:
        # The current folder is gone, or driftlint is being installed anew.
        return None
    name = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return KeptAnswer(os.path.join(find_cache_folder(), "answers", f"{name}.bin"))


def _describe_process() -> object:
    streams = [(stream.isatty(), stream.encoding, stream.errors) for stream in (sys.stdout, sys.stderr)]
    environment = sorted(item for item in os.environ.items() if item[0] not in _UNRELATED)
    return os.getcwd(), environment, streams, time.localtime()[:3], sys.version, sys.flags


def _describe_code() -> object:
    """Return what tells this code from another: sizes and times of its modules, and when packages were last installed."""
    stamps: list[tuple[str, int, int]] = []
    folders = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    status = entry.stat()
                    stamps.append((entry.path, status.st_size, status.st_mtime_ns))
                elif entry.is_dir() and entry.name != "__pycache__":
                    folders.append(entry.path)
    for path in sys.path:
        try:
            stamps.append((path, 0, os.stat(path or ".").st_mtime_ns))
        except OSError:
            continue
    return sorted(stamps)


def _write(path: str, data: bytes) -> None:
    """Write a file whole, then bring the folder under its bounds."""
    folder = os.path.dirname(path)
    for place in (os.path.dirname(folder), folder):
        os.makedirs(place, mode=0o700, exist_ok=True)
    write_whole(path, (data,))
    trim_folder(folder, room=_ROOM, most=_MOST)
