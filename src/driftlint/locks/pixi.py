"""``pixi.lock``: packages of conda channels and of Python indexes.

Promises: packages, versions and digests, read line by line. Refuses to know: which environment holds which package.
Source: pixi's lock file versions 4 to 6 (rattler_lock).
"""

from __future__ import annotations

import re

from packaging.utils import canonicalize_name

from driftlint.locks.model import Lock, LockedPackage, LockError, Origin
from driftlint.locks.tables import count_lines, is_archive

_FILE = re.compile(r"(?P<name>[^/\s]+)-(?P<version>[^-/\s]+)-[^-/\s]+(?:\.conda|\.tar\.bz2)")
_WHEEL = re.compile(
    r"(?P<name>[^/\s-]+)-(?P<version>[^/\s-]+)-.*\.whl|(?P<sdist>[^/\s]+)-(?P<of>\d[^/\s-]*)\.(?:tar\.gz|zip)"
)
_ITEM = re.compile(r"^- (?P<kind>conda|pypi|kind):\s*(?P<value>\S+)", re.MULTILINE)
_COMMIT = re.compile(r"#([0-9a-f]{40})")


def read_lock(path: str, data: bytes) -> Lock:
    """Return a lock of pixi. Raises LockError."""
    source = data.decode("utf-8", "replace")
    start = re.search(r"^packages:", source, re.MULTILINE)
    if start is None:
        raise LockError(f"{path} is no pixi lock")
    listing = source[start.end() :]
    marks = list(_ITEM.finditer(listing))
    lines = count_lines(listing, (mark.start() for mark in marks))
    above = source.count("\n", 0, start.end())
    packages = []
    for at, mark in enumerate(marks):
        block = listing[mark.start() : marks[at + 1].start() if at + 1 < len(marks) else len(listing)]
        fields = dict(re.findall(r"^  ([a-z0-9_]+): *(\S.*)$", block, re.MULTILINE))
        kind, value = mark["kind"], mark["value"]
        if kind == "kind":
            kind, value = value, fields.get("url", fields.get("path", ""))
        name, version = fields.get("name", ""), fields.get("version", "").strip("'\"")
        file = (_FILE if kind == "conda" else _WHEEL).search(value.rsplit("/", 1)[-1])
        if file is not None and not name:
            parts = [part for part in file.groups() if part]
            name, version = parts[0], parts[1]
        if not name:
            raise LockError(f"{path} holds something that is no package")
        commit = _COMMIT.search(value)
        origin: Origin = "index"
        if "git+" in value:
            origin = "vcs"
        elif not value.startswith(("http:", "https:")):
            origin = "file" if is_archive(value) else "path"
        conda = kind == "conda"
        packages.append(
            LockedPackage(
                name.lower() if conda else canonicalize_name(name),
                version,
                "sha256" in fields or "md5" in fields,
                origin,
                commit[1] if commit is not None and origin == "vcs" else "",
                conda,
                above + lines[at],
            )
        )
    return Lock(path, "pixi", tuple(packages))
