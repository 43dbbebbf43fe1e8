"""The readers of locks, by the kind of lock. Loading them takes longer than a run over a repo without a lock.

Promises: one function a kind. Refuses to know: which file is of which kind.
"""

from __future__ import annotations

from collections.abc import Callable

from driftlint.locks import conda, pdm, pipenv, piptools, pixi, poetry, pylock, uv
from driftlint.locks.model import Lock

READERS: dict[str, Callable[[str, bytes], Lock]] = {
    "poetry": poetry.read_lock,
    "pdm": pdm.read_lock,
    "pipenv": pipenv.read_lock,
    "uv": uv.read_lock,
    "pylock": pylock.read_lock,
    "pixi": pixi.read_lock,
    "conda-lock": conda.read_lock,
    "explicit": conda.read_lock,
    "compiled": piptools.read_lock,
}
