"""Locks of conda environments: ``conda-lock.yml`` and explicit lists.

Promises: packages, versions and digests, read line by line (the files are written by a program and large).
Refuses to know: the content hash of conda-lock: it covers the index as it was that day, and its own tool distrusts it.
Sources: conda-lock 4.0.3 ``lockfile/v1``; conda ``@EXPLICIT`` files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.utils import canonicalize_name

from driftlint.locks.model import Lock, LockedPackage, LockError
from driftlint.locks.paths import join

_ARCHIVE = re.compile(
    r"(?P<name>[^/\s]+)-(?P<version>[^-/\s]+)-[^-/\s]+(?:\.conda|\.tar\.bz2)(?:#(?P<hash>[0-9a-f]+))?"
)
_FIELD = re.compile(r"^(?P<indent>\s*)(?P<dash>- )?(?P<key>[\w-]+):(?:\s+(?P<value>\S.*))?$")


def read_lock(path: str, data: bytes) -> Lock:
    """Return a lock of a conda environment. Raises LockError."""
    source = data.decode("utf-8", "replace")
    if "@EXPLICIT" in source[:4000]:
        found = [
            LockedPackage(match["name"].lower(), match["version"], match["hash"] is not None, "index", "", True)
            for line in source.splitlines()
            if (match := _ARCHIVE.search(line)) is not None
        ]
        return Lock(path, "conda-lock", tuple(found))
    entries = list(_entries(source))
    if not entries and "\npackage:" not in f"\n{source}":
        raise LockError(f"{path} is no conda-lock file")
    packages = [
        LockedPackage(
            entry["name"].lower() if entry.get("manager") != "pip" else canonicalize_name(entry["name"]),
            entry.get("version", ""),
            "sha256" in entry or "md5" in entry,
            "index",
            "",
            entry.get("manager") != "pip",
        )
        for entry in entries
        if "name" in entry
    ]
    folder = path.rpartition("/")[0]
    named = re.search(r"^  sources:\n(?P<items>(?:  +- .*\n)+)", source, re.MULTILINE)
    sources = [line.strip()[2:].strip("'\"") for line in named["items"].splitlines()] if named is not None else []
    return Lock(path, "conda-lock", tuple(packages), {}, tuple(join(folder, name) for name in sources))


def _entries(source: str) -> Iterator[dict[str, str]]:
    """Yield the scalar fields of each item of the top-level list ``package``."""
    inside, depth = False, -1
    current: dict[str, str] = {}
    for line in source.splitlines():
        match = _FIELD.match(line)
        if match is None:
            continue
        indent = len(match["indent"]) + (2 if match["dash"] else 0)
        if indent == 0:
            inside = match["key"] in ("package", "packages")
            continue
        if not inside:
            continue
        if match["dash"] and (depth < 0 or indent == depth):
            if current:
                yield current
            current, depth = {}, indent
        value = (match["value"] or "").strip("'\"")
        if value and (indent == depth or match["key"] in ("sha256", "md5")):
            current.setdefault(match["key"], value)
    if current:
        yield current
