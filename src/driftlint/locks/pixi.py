"""``pixi.lock``: packages of conda channels and of Python indexes.

Promises: packages, versions and digests, read line by line. Refuses to know: which environment holds which package.
Source: pixi's lock file versions 4 to 6 (rattler_lock).
"""

from __future__ import annotations

import re

from driftlint.distributions import canonicalize_name
from driftlint.late_regex import compile_late
from driftlint.locks.model import Lock, LockedPackage, LockError, Origin
from driftlint.locks.pixi_check import read_requirement_names
from driftlint.locks.tables import count_lines, is_archive

_FILE = compile_late(r"(?P<name>[^/\s]+)-(?P<version>[^-/\s]+)-[^-/\s]+(?:\.conda|\.tar\.bz2)")
_WHEEL = compile_late(
    r"(?P<name>[^/\s-]+)-(?P<version>[^/\s-]+)-.*\.whl|(?P<sdist>[^/\s]+)-(?P<of>\d[^/\s-]*)\.(?:tar\.gz|zip)"
)
_LONGEST = 2_000
"""Characters of the end of an address in which a file name is looked for."""
_ITEM = compile_late(r"^- (?P<kind>\w+):\s*(?P<value>\S+)", re.MULTILINE)
_INDENT = compile_late(r"\s*\n( +)- ")
_SOURCE = compile_late(r"(?P<name>[\w.-]+)\[")
_PURL = compile_late(r"pkg:pypi/([\w.-]+)")
_COMMIT = compile_late(r"#([0-9a-f]{40})")


def read_lock(path: str, data: bytes) -> Lock:
    """Return a lock of pixi. Raises LockError."""
    source = data.decode("utf-8", "replace")
    start = re.search(r"^packages:", source, re.MULTILINE)
    if start is None:
        raise LockError(f"{path} is no pixi lock")
    listing = source[start.end() :]
    if (indent := _INDENT.match(listing)) is not None:  # formatters move the items to the right
        listing = listing.replace("\n" + indent[1], "\n")
    marks = list(_ITEM.finditer(listing))
    lines = count_lines(listing, (mark.start() for mark in marks))
    above = source.count("\n", 0, start.end())
    packages: list[LockedPackage] = []
    depends: dict[str, set[str]] = {}
    purls: set[str] = set()
    indexes = False
    urls: dict[str, str] = {}
    for at, mark in enumerate(marks):
        block = listing[mark.start() : marks[at + 1].start() if at + 1 < len(marks) else len(listing)]
        fields = dict(re.findall(r"^  ([a-z0-9_]+): *(\S.*)$", block, re.MULTILINE))
        kind, value = mark["kind"], mark["value"]
        if kind == "kind":
            kind, value = value, fields.get("url", fields.get("path", ""))
        name, version = fields.get("name", ""), fields.get("version", "").strip("'\"")
        built = _SOURCE.match(value) if kind.endswith("_source") else None
        if built is not None:
            name = built["name"]
        conda = kind.startswith("conda")
        file = (_FILE if conda else _WHEEL).search(value.rsplit("/", 1)[-1][-_LONGEST:])
        if file is not None and not name:
            parts = [part for part in file.groups() if part]
            name, version = parts[0], parts[1]
        if not name:
            raise LockError(f"{path} holds something that is no package")
        purls.update({canonicalize_name(found) for found in _PURL.findall(block)} if conda else ())
        indexes = indexes or "index" in fields
        depends[value] = read_requirement_names(block)
        urls[value] = name.lower() if conda else canonicalize_name(name)
        commit = _COMMIT.search(value)
        origin: Origin = "index"
        if "git+" in value:
            origin = "vcs"
        elif not value.startswith(("http:", "https:")):
            origin = "file" if is_archive(value) else "path"
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
    content = {"head": source[: start.start()], "depends": depends, "urls": urls, "purls": purls, "indexes": indexes}
    return Lock(path, "pixi", tuple(packages), content)
