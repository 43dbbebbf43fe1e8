"""Fixtures of other folders that reviews need, too."""

from __future__ import annotations

from tests.cli.conftest import driftlint, environment
from tests.git.conftest import git

__all__ = ["driftlint", "environment", "git"]
