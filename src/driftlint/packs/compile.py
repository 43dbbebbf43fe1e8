"""The compiled form of packs: the merged catalogue and rules in the user's cache folder.

Promises: a compiled form is used only when version, file list, sizes and times agree and its checksum holds; anything
else is as if there were none, and a folder that cannot be written is no error. The stored bytes are `marshal` of plain
tuples, never pickle. Refuses to know: how packs are read.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from driftlint.cache_place import find_cache_folder, trim_folder, write_whole
from driftlint.facts import Rule
from driftlint.packs import catalogue as catalogue_classes
from driftlint.packs.catalogue import Catalogue, ModelTable
from driftlint.packs.files import list_pack

_MAGIC = b"driftlint packs 1\n"
_CHECKSUM = 16
_KEPT = 8
"""How many compiled forms stay in the folder; the oldest are removed when one is written."""


def compiled_key(packs: Sequence[Path]) -> str:
    """Return the name of the compiled form of these packs as they are now, "" when one of them cannot be listed."""
    from driftlint import __version__

    digest = blake2b(digest_size=16)
    digest.update(f"{__version__}\0{sys.version}\0{marshal.version}\0{_code_stamp()}\0".encode())
    for pack in packs:
        try:
            files = list_pack(pack)
        except OSError:
            return ""
        digest.update(f"{pack}\0{len(files)}\0".encode("utf-8", "surrogateescape"))
        for file in files:
            digest.update(f"{file.path}\0{file.size}\0{file.mtime_ns}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _code_stamp() -> str:
    """Return size and time of the modules that shape the compiled form; in a checkout the version stays."""
    stamps = []
    for name in (
        "catalogue.py",
        "entries.py",
        "services.py",
        "streams.py",
        "trackers.py",
        "stream_tables.py",
        "tracker_tables.py",
        "format.py",
        "tables.py",
        "check.py",
        "compile.py",
        "load.py",
        "rulefile.py",
        "marks.py",
    ):
        with suppress(OSError):
            stat = os.stat(os.path.join(os.path.dirname(__file__), name))
            stamps.append(f"{stat.st_size}.{stat.st_mtime_ns}")
    return " ".join(stamps)


def _file_of(key: str) -> Path:
    return Path(find_cache_folder(), "packs", f"{key}.bin")


def load_compiled(key: str) -> tuple[Catalogue, dict[str, Rule]] | None:
    """Return the compiled form of that name, or None when there is none that is whole."""
    try:
        raw = _file_of(key).read_bytes()
        start = len(_MAGIC) + _CHECKSUM
        if not raw.startswith(_MAGIC) or _sum(raw[start:]) != raw[len(_MAGIC) : start]:
            return None
        return _decode(marshal.loads(memoryview(raw)[start:]))
    except (OSError, ValueError, TypeError, EOFError, KeyError, AttributeError):
        return None


def store_compiled(key: str, catalogue: Catalogue, rules: dict[str, Rule]) -> None:
    """Write the compiled form under that name, all or nothing. A folder that cannot be written is passed over."""
    target = _file_of(key)
    try:
        payload = marshal.dumps(_encode(catalogue, rules))
        for folder in (
            target.parent.parent,
            target.parent,
        ):  # the mode does not hold for parents that are made on the way
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(target, (_MAGIC, _sum(payload), payload))
        trim_folder(target.parent, most=_KEPT)
    except (OSError, ValueError):
        return


def _sum(payload: bytes) -> bytes:
    return blake2b(payload, digest_size=_CHECKSUM).digest()


def _encode(catalogue: Catalogue, rules: dict[str, Rule]) -> tuple[Any, ...]:
    from driftlint.packs.tables import NESTED, TABLES

    def flatten(entry: Any) -> tuple[Any, ...]:
        values = [getattr(entry, name) for name in entry.__struct_fields__]
        for at, _ in NESTED[type(entry)]:
            values[at] = tuple(flatten(item) for item in values[at])
        return tuple(values)

    sections = []
    for table in TABLES.values():
        entries = getattr(catalogue, table.section)
        rows = entries.values() if isinstance(entries, dict) else entries
        sections.append((table.section, table.cls.__name__, tuple(flatten(entry) for entry in rows)))
    return (
        tuple((cls.__name__, tuple((at, inner.__name__) for at, inner in nested)) for cls, nested in NESTED.items()),
        tuple(sections),
        catalogue.models.texts,
        catalogue.extra,
        catalogue.digest,
        tuple(catalogue.trigger_words),
        tuple(tuple(getattr(rule, name) for name in Rule.__struct_fields__) for rule in rules.values()),
    )


def _decode(data: tuple[Any, ...]) -> tuple[Catalogue, dict[str, Rule]]:
    shapes, stored, texts, extra, digest, words, rows = data
    nested = dict(shapes)
    empty = Catalogue()
    sections: dict[str, Any] = {}
    for section, name, flat in stored:
        entries = _build_all(name, flat, nested)
        by_id = isinstance(getattr(empty, section), dict)
        sections[section] = {entry.id: entry for entry in entries} if by_id else tuple(entries)
    catalogue = Catalogue(**sections, models=ModelTable(texts), extra=extra, digest=digest)
    catalogue.__dict__["trigger_words"] = frozenset(words)
    return catalogue, {row[0]: Rule(*row) for row in rows}


def _build_all(name: str, rows: Sequence[tuple[Any, ...]], nested: dict[str, tuple[tuple[int, str], ...]]) -> list[Any]:
    cls = getattr(catalogue_classes, name)
    inside = nested[name]
    if not inside:
        return [cls(*row) for row in rows]
    built = []
    for row in rows:
        values = list(row)
        for at, inner in inside:
            if values[at]:
                values[at] = tuple(_build_all(inner, values[at], nested))
        built.append(cls(*values))
    return built
