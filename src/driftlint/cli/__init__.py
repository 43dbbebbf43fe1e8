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
    from driftlint.cli.quick import read_check

    given = read_check(sys.argv[1:])
    code: object = _check(given) if given is not None else _run_command()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(
        code if isinstance(code, int) else 0 if code is None else 1
    )  # taking a large run apart costs half a second


def _check(given: dict[str, object]) -> int:
    from driftlint.cli.common import guard

    def command() -> int:
        from driftlint.cli.check import check_given

        return check_given(**given)  # type: ignore[arg-type]  # `read_check` gives what it takes, which a test compares

    return guard(command, bool(given.get("verbose")))


def _run_command() -> object:
    from driftlint.cli.app import app

    try:
        app(prog_name="driftlint")
    except SystemExit as stop:
        return stop.code
    return 0
