"""``poetry.lock``: its packages, and its content hash.

Promises: the hash as Poetry computes it over the parsed manifest. Refuses to know: what an index holds.
Source: Poetry 2.5.1 ``packages/locker.py``; lock versions 1.1 to 2.1 (Poetry 1.0 to 2.5).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from packaging.version import Version

from driftlint.distributions import canonicalize_name
from driftlint.late_regex import compile_late
from driftlint.locks.model import Files, Freshness, Lock, LockedPackage, Origin
from driftlint.locks.tables import packages, parse_toml, table, text

_LEGACY = ("dependencies", "source", "extras", "dev-dependencies")
_PROJECT = ("requires-python", "dependencies", "optional-dependencies")
_WRITER = compile_late(rb"Poetry (\d[^\s]*)")
_GROUPS_COUNT = Version("2.3.0")
"""The first version whose hash covers ``[dependency-groups]``."""
_PROJECT_COUNTS = Version("2.0.0")
"""The first version that reads ``[project]``."""
_ORIGINS: dict[str, Origin] = {"git": "vcs", "url": "url", "file": "file", "directory": "path"}


def read_lock(path: str, data: bytes) -> Lock:
    """Return a lock of Poetry. Raises LockError."""
    content = parse_toml(data, path)
    hashes = table(content, "metadata", "files") or table(content, "metadata", "hashes")
    found = []
    for entry, line in packages(content, data, path):
        name, source = text(entry.get("name")), table(entry, "source")
        origin = _ORIGINS.get(text(source.get("type")), "index")
        files = entry.get("files") or hashes.get(name)
        commit = text(source.get("resolved_reference")) if origin == "vcs" else ""
        version = text(entry.get("version"))
        found.append(LockedPackage(canonicalize_name(name), version, bool(files), origin, commit, line=line))
    writer = _WRITER.search(data[:200])
    content["written-by"] = writer[1].decode("ascii", "replace") if writer is not None else ""
    return Lock(path, "poetry", tuple(found), content)


def check_hash(lock: Lock, manifest: dict[str, Any], path: str, files: Files) -> Freshness:
    """Return whether a lock was made for this manifest, by its content hash."""
    recorded = text(table(lock.content, "metadata").get("content-hash"))
    if not recorded:
        return Freshness("unknown", "the lock carries no content hash", (path,))
    if recorded == content_hash(manifest):
        return Freshness("fresh", f"its content hash is that of {path}", (path,))
    writer = _version(text(lock.content.get("written-by")))
    if (writer is None or writer < _GROUPS_COUNT) and recorded == content_hash(manifest, groups=False):
        return Freshness("fresh", f"its content hash is that of {path} without dependency groups", (path,))
    if (writer is None or writer < _PROJECT_COUNTS) and recorded == content_hash(manifest, groups=False, project=False):
        reason = f"its content hash is that of {path} for versions that do not read [project], and for no later one"
        return Freshness("unknown", reason, (path,))
    return Freshness(
        "stale", f"its content hash is not that of {path}: the manifest was changed after locking", (path,)
    )


def content_hash(manifest: dict[str, Any], *, groups: bool = True, project: bool = True) -> str:
    """Return the content hash of a manifest; `groups` and `project` say whether those tables count."""
    declared = table(manifest, "project") if project else {}
    relevant: dict[str, Any] = {}
    chosen = {key: declared[key] for key in _PROJECT if declared.get(key) is not None}
    grouped = table(manifest, "dependency-groups") if groups else {}
    poetry = table(manifest, "tool", "poetry")
    own: dict[str, Any] = {}
    for key in (*_LEGACY, "group"):
        value = poetry.get(key)
        if value is None and (key not in _LEGACY or chosen or grouped):
            continue
        own[key] = value
    if chosen:
        relevant["project"] = chosen
    if grouped:
        relevant["dependency-groups"] = grouped
    relevant = {**relevant, "tool": {"poetry": own}} if relevant else own
    return hashlib.sha256(json.dumps(relevant, sort_keys=True, default=str).encode()).hexdigest()


def _version(written: str) -> Version | None:
    try:
        return Version(written) if written else None
    except (ValueError, RecursionError):
        return None
