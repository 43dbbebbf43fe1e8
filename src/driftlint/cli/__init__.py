"""The command line: the only door that knows typer.

Importing this package costs nothing beside the standard library; typer and the engine are imported when a command runs.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from driftlint.cli.kept import KeptAnswer


def main() -> None:
    """Run the command line. ``--version`` answers without importing anything else."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from driftlint import __version__

        print(f"driftlint {__version__}")
        return
    gc.disable()  # one command a process; what a run holds has no cycles, and a collection looks through all of it
    code: object = _answer(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(
        code if isinstance(code, int) else 0 if code is None else 1
    )  # taking a large run apart costs half a second


def _answer(words: list[str]) -> object:
    kept = None
    if words[:1] == ["check"]:
        from driftlint.cli.kept import find_kept_answer
        from driftlint.cli.streams import CommandError, complain

        kept = find_kept_answer(words)
        try:
            if kept is not None and (code := kept.give_again()) is not None:
                return code
        except CommandError as error:
            from driftlint.cli.common import FAILED

            complain(*error.messages)
            return FAILED
    from driftlint.cli.quick import read_check

    given = read_check(words)
    return _check(given, kept) if given is not None else _run_command()


def _check(given: dict[str, object], kept: KeptAnswer | None) -> int:
    from driftlint.cli.common import CLEAN, FOUND, guard

    def command() -> int:
        from driftlint.cli.check import check_given

        return check_given(**given)  # type: ignore[arg-type]  # `read_check` gives what it takes, which a test compares

    if kept is not None:
        kept.take_notes()
    code = guard(command, bool(given.get("verbose")))
    if kept is not None and code in (CLEAN, FOUND):
        kept.keep(code)
    return code


def _run_command() -> object:
    from driftlint.cli.app import app

    try:
        app(prog_name="driftlint")
    except SystemExit as stop:
        return stop.code
    return 0
