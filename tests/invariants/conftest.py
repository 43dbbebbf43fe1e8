"""Keeps the compiled packs of the tests away from the user's cache."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache_in_tmp(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Send the cache to a folder of this session."""
    folder = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("DRIFTLINT_CACHE_DIR", str(folder))
    return folder
