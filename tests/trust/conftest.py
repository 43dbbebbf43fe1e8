"""The program in a process of its own, as in tests/cli."""

from tests.cli.conftest import driftlint, environment, write  # noqa: F401
