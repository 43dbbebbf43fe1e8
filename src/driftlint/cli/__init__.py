"""The command line: the only door that knows typer.

Importing this package costs nothing beside the standard library; typer and the engine are imported when a command runs.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line. ``--version`` answers without importing anything else."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from driftlint import __version__

        print(f"driftlint {__version__}")
        return
    from driftlint.cli.app import app

    app()
