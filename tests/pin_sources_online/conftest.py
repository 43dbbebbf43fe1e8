"""Servers on loopback, and references as a run over a small repo finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from driftlint.cli.common import Settings, open_target
from driftlint.session import Run
from tests.pin_sources_online.services_on_loopback import Served, serve

Judge: TypeAlias = "Callable[[Mapping[str, str]], Run]"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serve() as served:
        yield served


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judge:
    """Write files below ``repo`` and return a run over them."""
    monkeypatch.setenv("DRIFTLINT_CACHE_DIR", str(tmp_path / "cache"))

    def run(files: Mapping[str, str]) -> Run:
        for name, text in files.items():
            path = tmp_path / "repo" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        target = open_target([tmp_path / "repo"], Settings(None, True, {}))
        return target.open_session(target.open_workspace()).run()

    return run
