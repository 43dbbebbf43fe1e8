"""Reading parsed TOML and JSON whose shape nobody has checked.

Promises: a value of the asked shape, or an empty one. Refuses to know: formats.
"""

from __future__ import annotations

from typing import Any

import tomli

from driftlint.locks.model import LockError


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
