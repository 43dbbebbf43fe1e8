"""A service on loopback, and the program and small repos of the command line's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.audit.vulnerability_server import Served, serve
from tests.cli.conftest import driftlint, environment, write

__all__ = ["driftlint", "environment", "write"]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of this machine would not lead back to it."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def service() -> Iterator[Served]:
    with serve() as served:
        yield served
