"""What is said when a file that was asked for cannot be written.

Promises: the path, what is wrong with it, and what helps. Refuses to know: what would have been written.
"""

from __future__ import annotations

import os

from driftlint.cli.streams import CommandError


def refuse_output(path: str | os.PathLike[str], error: OSError) -> CommandError:
    """Return the error of a command whose output cannot be written to a path."""
    folder = os.path.dirname(os.fspath(path))
    if isinstance(error, FileNotFoundError) and folder and not os.path.isdir(folder):
        return CommandError(f"{os.fspath(path)}: cannot be written: the folder {folder} does not exist; make it first")
    return CommandError(f"{os.fspath(path)}: cannot be written: {error.strerror or error}")
