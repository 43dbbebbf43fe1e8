"""Keeps the caches of the tests away from the user's."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache_in_tmp(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Send compiled packs to a folder of this test."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("DRIFTLINT_CACHE_DIR", str(folder))
    return folder
