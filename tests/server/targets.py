"""Projects on disk, opened as the server opens them."""

from __future__ import annotations

from pathlib import Path

from driftlint.cli.common import Settings, Target, open_target


def target_of(root: Path) -> Target:
    """Return the project of a folder under its own configuration."""
    return open_target([root], Settings(options={"cache": False}))
