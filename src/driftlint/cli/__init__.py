"""The command line: the only door that knows typer.

Importing this package costs nothing beside the standard library; typer and the engine are imported when a command runs.
"""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line. ``--version`` answers without importing anything else."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from driftlint import __version__

        print(f"driftlint {__version__}")
        return
    gc.disable()  # one command a process; what a run holds has no cycles, and a collection looks through all of it
    from driftlint.cli.app import app

    try:
        app(prog_name="driftlint")
        code: object = 0
    except SystemExit as stop:
        code = stop.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(
        code if isinstance(code, int) else 0 if code is None else 1
    )  # taking a large run apart costs half a second
