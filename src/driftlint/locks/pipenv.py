"""``Pipfile.lock``: its packages, and the hash of the Pipfile.

Promises: the hash as Pipenv computes it, in today's form and in the one before names were normalised.
Refuses to know: environment variables in source URLs (the hash is over the text as written).
Source: Pipenv 2026.10 ``utils/pipfile.py``, plette ``pipfiles.py``.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any
from urllib.parse import urlsplit

from driftlint.distributions import canonicalize_name
from driftlint.late_regex import compile_late
from driftlint.locks.model import Files, Freshness, Lock, LockedPackage, LockError, Origin
from driftlint.locks.tables import count_lines, rows, strings, table, text

_KEY = compile_late(r'^(?P<indent>[ \t]*)"(?P<name>(?:[^"\\]|\\.)*)"[ \t]*:[ \t]*\{', re.MULTILINE)
_NO_PACKAGES = ("source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", "develop")


def read_lock(path: str, data: bytes) -> Lock:
    """Return a lock of Pipenv. Raises LockError."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise LockError(f"{path} is no JSON: {error}") from None
    found = []
    lines = _read_lines(data.decode("utf-8-sig"))
    for section, entries in table(content).items():
        if section == "_meta":
            continue
        if not isinstance(entries, dict):
            raise LockError(f"{path} holds something that is no package")
        for name, entry in entries.items():
            origin: Origin = "index"
            if "git" in table(entry):
                origin = "vcs"
            elif "path" in table(entry):
                origin = "path"
            elif "file" in table(entry):
                origin = "url" if "://" in text(table(entry).get("file")) else "file"
            found.append(
                LockedPackage(
                    canonicalize_name(name),
                    text(table(entry).get("version")).removeprefix("=="),
                    bool(strings(table(entry).get("hashes"))),
                    origin,
                    text(table(entry).get("ref")) if origin == "vcs" else "",
                    line=lines.get((section, name), 1),
                )
            )
    return Lock(path, "pipenv", tuple(found), table(content))


def _read_lines(source: str) -> dict[tuple[str, str], int]:
    """Return the 1-based line of each (section, package) whose entry begins on a line of its own, as the tool writes it."""
    keys = list(_KEY.finditer(source))
    found: dict[tuple[str, str], int] = {}
    section = ""
    for match, line in zip(keys, count_lines(source, (match.start() for match in keys)), strict=True):
        indent = len(match["indent"])
        if indent <= 4:
            section = match["name"]
        elif indent == 8:
            found[section, match["name"]] = line
    return found


def check_hash(lock: Lock, manifest: dict[str, Any], path: str, files: Files) -> Freshness:
    """Return whether a lock was made for this Pipfile, by its hash."""
    recorded = text(table(lock.content, "_meta", "hash").get("sha256"))
    if not recorded:
        return Freshness("unknown", "the lock carries no hash of the Pipfile", (path,))
    sources = manifest.get("source")
    assumed = sources is None
    if assumed:
        # The tool then puts a default in front; the lock holds it as it was.
        sources = table(lock.content, "_meta").get("sources")
        if not _is_default(sources):
            return Freshness("unknown", f"{path} names no source, and the lock holds another than the default", (path,))
    if recorded in (
        content_hash(manifest, sources, normalised=True),
        content_hash(manifest, sources, normalised=False),
    ):
        return Freshness("fresh", f"its hash is that of {path}", (path,))
    if assumed:
        return Freshness(
            "unknown", f"{path} names no source: the hash covers what the user's own settings add", (path,)
        )
    return Freshness("stale", f"its hash is not that of {path}: the manifest was changed after locking", (path,))


def _is_default(sources: object) -> bool:
    """Return whether a list of sources is the one that Pipenv assumes: the public index, under its own name."""
    listed = rows(sources)
    if len(listed) != 1 or set(listed[0]) != {"name", "url", "verify_ssl"}:
        return False
    address, name = urlsplit(text(listed[0]["url"])), text(listed[0]["name"])
    host = address.hostname or ""
    return bool(name) and host.startswith(f"{name}.") and host.count(".") == 1 and address.path == "/simple"


def content_hash(manifest: dict[str, Any], sources: object, *, normalised: bool) -> str:
    """Return the hash of a Pipfile; `normalised`: package names in PEP 503 form, as written by releases since 2025."""

    def section(entries: object) -> object:
        if not normalised or not isinstance(entries, dict):
            return entries
        return {canonicalize_name(name): value for name, value in entries.items()}

    content: dict[str, Any] = {
        "_meta": {"sources": sources, "requires": manifest.get("requires", {})},
        "default": section(manifest.get("packages", {})),
        "develop": section(manifest.get("dev-packages", {})),
    }
    for name, entries in manifest.items():
        if name not in _NO_PACKAGES:
            content[name] = section(entries)
    dumped = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(dumped.encode()).hexdigest()
