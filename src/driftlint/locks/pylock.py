"""``pylock.toml``: packages.

Promises: the packages of the format, digests of every kind of archive. Refuses to know: what the file was made from (the
format has no place for it).
Source: PEP 751.
"""

from __future__ import annotations

from driftlint.distributions import canonicalize_name
from driftlint.locks.model import Lock, LockedPackage, Origin
from driftlint.locks.tables import packages, parse_toml, rows, table, text

_HEAD = 2_000
"""Bytes in which a tool names its command: there is no other place for what the lock was made from."""


def read_lock(path: str, data: bytes) -> Lock:
    """Return a lock of PEP 751. Raises LockError."""
    content = parse_toml(data, path)
    content["header"] = data[:_HEAD].decode("utf-8", "replace")
    found = []
    for entry, line in packages(content, data, path):
        origin: Origin = "index"
        if "vcs" in entry:
            origin = "vcs"
        elif "directory" in entry:
            origin = "path"
        elif "archive" in entry:
            origin = "url" if "url" in table(entry, "archive") else "file"
        files = [*rows(entry.get("wheels")), *(table(entry, key) for key in ("sdist", "archive") if key in entry)]
        found.append(
            LockedPackage(
                canonicalize_name(text(entry.get("name"))),
                text(entry.get("version")),
                bool(files) and all(table(item, "hashes") for item in files),
                origin,
                text(table(entry, "vcs").get("commit-id")),
                line=line,
            )
        )
    return Lock(path, "pylock", tuple(found), content)
