"""What a file that starts a program lists beside it: the keys of a stage or an operation.

Promises: "not listed" only where all names are written there. Refuses to know: which file, and what the names are wanted for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from driftlint.documents.model import Node
from driftlint.packs.catalogue import RecordEntry

_DEPTH = 6
_OFF = ("", "none", "null", "~", "false", "no", "off")


def lists(holder: Node, entry: RecordEntry) -> bool | None:
    """Return whether one of the keys `entry.beside` of a mapping lists what is asked for; None when that is not told.

    Without `entry.names` it is enough that the key says something. A value among `entry.every` lists all there is.
    """
    certain = True
    for key in entry.beside:
        value = holder.get(key)
        if value is None or _is_empty(value):
            continue
        if not entry.names or (value.kind == "scalar" and value.raw in entry.every):
            return True
        for name in _names(value):
            if name is None:
                certain = False
            elif re.fullmatch(entry.names, name, re.IGNORECASE):
                return True
    return False if certain else None


def _is_empty(value: Node) -> bool:
    if value.kind == "scalar":
        return value.raw.lower() in _OFF
    return not value.entries and not value.items


def _names(value: Node, depth: int = 0) -> Iterator[str | None]:
    """Yield the names that a value lists: its items, the keys of its mappings; None for a file of which all is taken."""
    if depth > _DEPTH:
        yield None
    elif value.kind == "scalar":
        yield None if "${" in value.raw or "{{" in value.raw else value.raw
    for item in value.items:
        if item.kind == "map":
            for entry in item.entries:
                if _is_empty(entry.value):
                    yield None
                else:
                    yield from _names(entry.value, depth + 1)
        else:
            yield from _names(item, depth + 1)
    for entry in value.entries:
        yield entry.key
