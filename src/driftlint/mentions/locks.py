"""Which files are locks.

Promises: the format of a lock from its path alone. Refuses to know: what the lock holds, and whether it is fresh.
"""

from __future__ import annotations

import re

_LOCKS = (
    ("poetry", re.compile(r"poetry\.lock")),
    ("uv", re.compile(r"uv\.lock|.+\.py\.lock")),
    ("pdm", re.compile(r"pdm(?:\.[\w-]+)?\.lock")),
    ("pipenv", re.compile(r"Pipfile\.lock")),
    ("pylock", re.compile(r"pylock(?:\.[^.]+)?\.toml")),  # names fixed by PEP 751
    ("pixi", re.compile(r"pixi\.lock")),
    ("conda-lock", re.compile(r"(?:.+[.-])?conda-lock\.ya?ml|conda-(?:linux|osx|win)-[\w-]+\.lock")),
)


def recognise_lock(path: str) -> str | None:
    """Return the lock format of a repo path, such as "uv", "poetry", "pylock" or "conda-lock", or None."""
    base = path.rsplit("/", 1)[-1]
    for format_name, pattern in _LOCKS:
        if pattern.fullmatch(base):
            return format_name
    return None
