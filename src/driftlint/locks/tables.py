"""Reading parsed TOML and JSON whose shape nobody has checked.

Promises: a value of the asked shape, or an empty one. Refuses to know: formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import tomli

from driftlint.late_regex import compile_late
from driftlint.locks.model import LockError

_HEADER = compile_late(r"^[ \t]*\[\[[ \t]*packages?[ \t]*\]\]", re.MULTILINE)
_ARCHIVE = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


def parse_toml(data: bytes, path: str) -> dict[str, Any]:
    """Return the content of a TOML file. Raises LockError."""
    try:
        return tomli.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise LockError(f"{path} is no TOML: {error}") from None


def table(value: object, *route: str) -> dict[str, Any]:
    """Return the table at a route of keys, {} where there is none."""
    for key in route:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[dict[str, Any]]:
    """Return the tables of a list, [] where it is none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def strings(value: object) -> list[str]:
    """Return the texts of a list, [] where it is none."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def text(value: object) -> str:
    """Return a text, "" where it is none."""
    return value if isinstance(value, str) else ""


def packages(content: dict[str, Any], data: bytes, path: str) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield the package tables of a lock in TOML, each with the 1-based line on which it begins.

    The line is 1 where they are written some other way than by one header each. Raises LockError for what is no package.
    """
    listed = content.get("package", content.get("packages", []))
    if not isinstance(listed, list) or not all(isinstance(item, dict) and text(item.get("name")) for item in listed):
        raise LockError(f"{path} holds something that is no package")
    source = data.decode("utf-8-sig")
    lines = count_lines(source, (match.start() for match in _HEADER.finditer(source)))
    yield from zip(listed, lines if len(lines) == len(listed) else [1] * len(listed), strict=True)


def count_lines(source: str, offsets: Iterable[int]) -> list[int]:
    """Return the 1-based lines of ascending offsets, in one pass."""
    lines, line, at = [], 1, 0
    for offset in offsets:
        line += source.count("\n", at, offset)
        at = offset
        lines.append(line)
    return lines


def is_archive(path: str) -> bool:
    """Return whether a path on disk is an archive of a package, not a folder."""
    return path.lower().endswith(_ARCHIVE)
