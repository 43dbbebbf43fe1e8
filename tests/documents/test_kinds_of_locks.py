"""Every name of a lock is that of a file that is read."""

from __future__ import annotations

import pytest

from driftlint.documents import kind_of
from driftlint.locks import recognise_lock


@pytest.mark.parametrize(
    ("path", "kind", "lock"),
    [
        ("uv.lock", "toml", "uv"),
        ("scripts/train.py.lock", "toml", "uv"),
        ("poetry.lock", "toml", "poetry"),
        ("pdm.lock", "toml", "pdm"),
        ("pdm.gpu.lock", "toml", "pdm"),
        ("Pipfile.lock", "json", "pipenv"),
        ("pylock.toml", "toml", "pylock"),
        ("pylock.dev.toml", "toml", "pylock"),
        ("pixi.lock", "yaml", "pixi"),
        ("conda-lock.yml", "yaml", "conda-lock"),
        ("gpu.conda-lock.yml", "yaml", "conda-lock"),
        ("conda-linux-64.lock", "text", "conda-lock"),
        ("env/spec-file.txt", "text", None),
        ("explicit.txt", "text", None),
        ("linux-explicit.txt", "text", None),
        ("notes.txt", None, None),
        ("inspections.txt", None, None),
    ],
)
def test_names_of_locks(path: str, kind: str | None, lock: str | None) -> None:
    assert (kind_of(path), recognise_lock(path)) == (kind, lock)
