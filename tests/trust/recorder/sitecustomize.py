"""Put on PYTHONPATH: every Python process of a watched run writes down what it does beside reading files.

One line an event, a list as Python writes it, appended to the file that DRIFTLINT_TRUST_LOG names. The hook is there before
anything else is imported (so it imports nothing that is not loaded anyway), cannot be taken off again, and stays in forked
children; other children read this file anew.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WATCHED = (
    "os.", "shutil.", "subprocess.", "socket.", "tempfile.", "urllib.", "http.", "ftplib.", "smtplib.", "ctypes.",
    "webbrowser.", "pty.", "mmap.", "fcntl.", "_winapi.",
)  # fmt: skip
_READS = frozenset(("os.listdir", "os.scandir", "os.walk", "os.fwalk", "os.getxattr", "os.listxattr", "os.putenv"))
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _start(log: str) -> None:
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.set_inheritable(handle, False)

    def show(value: object) -> object:
        if isinstance(value, (str, bytes)):
            return os.fsdecode(value)
        return int(value) if isinstance(value, int) else repr(value)

    def note(event: str, *values: object) -> None:
        os.write(handle, ascii([os.getpid(), event, *map(show, values)]).encode() + b"\n")

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = args
            writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else flags & _WRITES
            if not isinstance(path, int):
                note("write" if writes else "read", os.path.abspath(os.fspath(path)))
        elif event == "exec":
            note("exec", getattr(args[0], "co_filename", "?"))
        elif event == "import":
            here = os.getcwd()
            note("import", args[0], args[1] or "", here if {"", here} & set(args[2] or ()) else "")
        elif event.startswith(_WATCHED) and event not in _READS:
            note(event, *args)

    sys.addaudithook(hook)


if os.environ.get("DRIFTLINT_TRUST_LOG"):
    _start(os.environ["DRIFTLINT_TRUST_LOG"])
