"""Where the members of a workspace stand.

Promises: folders below a root that patterns choose and that hold a ``pyproject.toml``. Refuses to know: what is in them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable
from functools import lru_cache


def find_members(
    paths: Collection[str], root: str, patterns: Iterable[str], excluded: Iterable[str]
) -> tuple[str, ...]:
    """Return the member folders, sorted, relative to `root` ("" for the root of the repo)."""
    prefix = f"{root}/" if root else ""
    folders = {
        path[len(prefix) :].rpartition("/")[0]
        for path in paths
        if path.startswith(prefix) and path.endswith("/pyproject.toml")
    }
    wanted = [_pattern(posixpath.normpath(text)) for text in patterns]
    out = [_pattern(posixpath.normpath(text)) for text in excluded]
    return tuple(
        sorted(
            folder
            for folder in folders
            if folder
            and any(p.fullmatch(f"{folder}/") for p in wanted)
            and not any(p.fullmatch(f"{folder}/") for p in out)
        )
    )


def join(folder: str, path: str) -> str:
    """Return a path relative to a folder as a repo path; it begins with ".." where it leaves the repo."""
    joined = posixpath.normpath(posixpath.join(folder, path))
    return "" if joined == "." else joined


@lru_cache(maxsize=256)
def _pattern(glob: str) -> re.Pattern[str]:
    parts = []
    for part in glob.split("/"):
        if part == "**":
            parts.append(r"(?:[^/]+/)*")
            continue
        text = "".join("[^/]*" if c == "*" else "[^/]" if c == "?" else c if c in "[]" else re.escape(c) for c in part)
        parts.append(f"{text}/")
    try:
        return re.compile("".join(parts))
    except re.error:
        return re.compile(re.escape(f"{glob}/"))
