"""Every package that a lock file holds, with the line on which its entry begins.

Promises: all entries, also several versions of one name; those that come from a repository, an address or a folder are
marked. Refuses to know: which entries an install would take (markers, groups, platforms).
Sources: the lock formats of poetry 2.5, uv 0.13, pdm 2.29, Pipenv 2026 and PEP 751.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import tomli
from packaging.utils import canonicalize_name

from driftlint.mentions import recognise_lock

_TABLES = frozenset(("poetry", "uv", "pdm", "pylock"))
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*packages?[ \t]*\]\]", re.MULTILINE)
_PIPFILE_KEY = re.compile(r'^[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*:[ \t]*\{', re.MULTILINE)
_OWN = ("editable", "virtual", "directory", "path")
_REMOTE = ("git", "hg", "vcs", "url", "file", "archive", "subdirectory")
_FOLDER, _ADDRESS = "directory", "address"


@dataclass(frozen=True, slots=True)
class LockEntry:
    """One locked package: normalised name, version as written ("" when there is none), 1-based line.

    `origin` is "" for a release of an index, "address" for a repository or a URL; folders of the repo are left out.
    """

    name: str
    version: str
    line: int
    origin: str = ""


class UnreadLock(Exception):
    """A lock whose entries are not known; the text says why."""


def read_lock_entries(path: str, data: bytes) -> list[LockEntry]:
    """Return the entries of a lock in file order. Raises UnreadLock for formats that are not read and broken text."""
    kind = recognise_lock(path)
    if kind not in _TABLES and kind != "pipenv":
        raise UnreadLock(f"the lock format {kind} is not read")
    try:
        text = data.decode("utf-8-sig")
        return list(_read_pipenv(text) if kind == "pipenv" else _read_tables(text))
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise UnreadLock("the lock is broken") from None


def _read_tables(text: str) -> Iterator[LockEntry]:
    content = tomli.loads(text.replace("\r\n", "\n"))
    packages = content.get("package", content.get("packages", []))
    lines = _count_lines(text, [match.start() for match in _HEADER.finditer(text)])
    if len(lines) != len(packages):
        lines = [1] * len(packages)  # the entries are written some other way than by one header each
    for entry, line in zip(packages, lines, strict=True):
        origin = _find_origin(entry)
        if origin != _FOLDER:
            yield LockEntry(canonicalize_name(entry["name"]), str(entry.get("version", "")), line, origin)


def _find_origin(entry: dict[str, Any]) -> str:
    source = entry.get("source")
    table = source if isinstance(source, dict) else {}
    kind = table.get("type", "")
    if kind == "directory" or any(key in table or key in entry for key in _OWN):
        return _FOLDER
    if kind in ("git", "url", "file") or any(key in table or key in entry for key in _REMOTE):
        return _ADDRESS
    return ""


def _read_pipenv(text: str) -> Iterator[LockEntry]:
    content = json.loads(text)
    starts = [(match[1], match.start()) for match in _PIPFILE_KEY.finditer(text)]
    line_of = dict(zip((name for name, _ in starts), _count_lines(text, [at for _, at in starts]), strict=True))
    for section, entries in content.items():
        if section == "_meta":
            continue
        for name, entry in entries.items():
            origin = _find_origin(entry)
            if origin != _FOLDER:
                version = str(entry.get("version", "")).lstrip("=")
                yield LockEntry(canonicalize_name(name), version, line_of.get(name, 1), origin)


def _count_lines(text: str, offsets: list[int]) -> list[int]:
    """Return the 1-based lines of ascending offsets, in one pass."""
    lines, line, at = [], 1, 0
    for offset in offsets:
        line += text.count("\n", at, offset)
        at = offset
        lines.append(line)
    return lines
