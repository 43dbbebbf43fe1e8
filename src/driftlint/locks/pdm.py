"""``pdm.lock``: its packages, and its content hash.

Promises: the hash as PDM computes it over the parsed manifest, workspace members folded in.
Refuses to know: locks that record their inputs one by one instead (opt-in since 2.29), projects in other tools' tables.
Source: PDM 2.29.4 ``project/project_file.py``, ``project/workspace.py``, ``project/lockfile``.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from driftlint.digits import read_int
from driftlint.distributions import canonicalize_name
from driftlint.locks.model import Files, Freshness, Lock, LockedPackage, LockError, Origin
from driftlint.locks.paths import find_members
from driftlint.locks.tables import is_archive, packages, parse_toml, rows, strings, table, text


def read_lock(path: str, data: bytes) -> Lock:
    """Return a lock of PDM. Raises LockError."""
    content = parse_toml(data, path)
    digests = table(content, "metadata", "files")
    found = []
    for entry, line in packages(content, data, path):
        name, version = text(entry.get("name")), text(entry.get("version"))
        origin: Origin = "index"
        if any(key in entry for key in ("git", "hg", "svn")):
            origin = "vcs"
        elif "url" in entry:
            origin = "url"
        elif "path" in entry:
            origin = "file" if is_archive(text(entry.get("path"))) else "path"
        listed = rows(entry.get("files")) or rows(digests.get(f"{name} {version}"))
        hashed = bool(listed) and all(text(item.get("hash")) for item in listed)
        commit = text(entry.get("revision")) if origin == "vcs" else ""
        found.append(LockedPackage(canonicalize_name(name), version, hashed, origin, commit, line=line))
    return Lock(path, "pdm", tuple(found), content)


def recorded_hash(lock: Lock) -> tuple[str, str]:
    """Return (algorithm, digest) that a lock carries, ("", "") where it carries none."""
    if lock.format == "pylock":
        digest = text(table(lock.content, "tool", "pdm", "hashes").get("sha256"))
        return ("sha256", digest) if digest else ("", "")
    algorithm, mark, digest = text(table(lock.content, "metadata").get("content_hash")).partition(":")
    return (algorithm, digest) if mark else ("", "")


def check_hash(lock: Lock, manifest: dict[str, Any], path: str, files: Files) -> Freshness:
    """Return whether a lock was made for this manifest, by its content hash."""
    inputs = table(lock.content, "tool", "pdm") if lock.format == "pylock" else table(lock.content, "metadata")
    algorithm, digest = recorded_hash(lock)
    wants_inputs = table(manifest, "tool", "pdm", "resolution").get("lock_inputs") is True
    if "lock_inputs" in inputs:
        return Freshness("unknown", "the lock records its inputs one by one, in a form that is not read here", (path,))
    if wants_inputs:
        return Freshness("stale", f"{path} asks for a lock that records its inputs, and this one does not", (path,))
    if not table(manifest, "project"):
        return Freshness("unknown", f"{path} has no [project] table: the tool converts another one first", (path,))
    if algorithm not in ("sha256", "sha512", "md5"):
        return Freshness("unknown", "the lock carries no content hash", (path,))
    version = _numbers(text(table(lock.content, "metadata").get("lock_version")))
    if lock.format == "pdm" and version[:2] > (4, 5):
        return Freshness("unknown", "the lock's format is newer than what is known here", (path,))
    try:
        current = _with_members(manifest, path, files, algorithm, "resolution")
        older = _with_members(manifest, path, files, algorithm, "overrides")
    except LockError as error:
        return Freshness("unknown", str(error), (path,))
    if digest == current:
        if lock.format == "pdm" and version[:1] != (4,):
            return Freshness("unknown", "its content hash fits, but the current tool refuses its format", (path,))
        return Freshness("fresh", f"its content hash is that of {path}", (path,))
    if table(manifest, "tool", "pdm", "workspace"):
        return Freshness("unknown", "the content hash covers members that may be out of scope", (path,))
    if digest == older:
        return Freshness("unknown", f"its content hash is that of {path} for older versions of the tool only", (path,))
    if lock.format == "pdm" and version[:2] < (4, 4):
        return Freshness("unknown", "the lock is of a format whose content hash is not known here", (path,))
    return Freshness(
        "stale", f"its content hash is not that of {path}: the manifest was changed after locking", (path,)
    )


def _with_members(manifest: dict[str, Any], path: str, files: Files, algorithm: str, key: str) -> str:
    own = content_hash(manifest, algorithm, key)
    workspace = table(manifest, "tool", "pdm", "workspace")
    if not workspace:
        return own
    digest = hashlib.new(algorithm, own.encode(), usedforsecurity=False)
    folder = path.rpartition("/")[0]
    for member in find_members(files.paths, folder, strings(workspace.get("members")), ()):
        other = f"{folder}/{member}/pyproject.toml" if folder else f"{member}/pyproject.toml"
        data = files.read(other)
        if data is None:
            raise LockError(f"the member {other} cannot be read")
        part = content_hash(parse_toml(data, other), algorithm, key)
        digest.update(b"\0" + member.encode() + b"\0" + part.encode())
    return digest.hexdigest()


def content_hash(manifest: dict[str, Any], algorithm: str = "sha256", key: str = "resolution") -> str:
    """Return the content hash of one manifest; `key` "overrides" is the form of versions before 2.9."""
    project, settings = table(manifest, "project"), table(manifest, "tool", "pdm")
    groups: dict[str, list[Any]] = {}
    for name, entries in table(manifest, "dependency-groups").items():
        groups[_group_name(name)] = list(entries) if isinstance(entries, list) else []
    for name, entries in table(settings, "dev-dependencies").items():
        groups.setdefault(_group_name(name), []).extend(entries if isinstance(entries, list) else [])
    resolution = settings.get("resolution", {})
    content = {
        "sources": settings.get("source", []),
        "dependencies": project.get("dependencies", []),
        "dev-dependencies": groups,
        "optional-dependencies": project.get("optional-dependencies", {}),
        "requires-python": project.get("requires-python", ""),
        key: resolution if key == "resolution" else table(resolution, "overrides"),
    }
    dumped = json.dumps(content, sort_keys=True, default=str)
    return hashlib.new(algorithm, dumped.encode(), usedforsecurity=False).hexdigest()


def _group_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name).lower()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(number for part in version.split(".") if (number := read_int(part)) is not None)
