"""Locks of conda environments: ``conda-lock.yml`` and explicit lists.

Promises: packages, versions and digests, read line by line (the files are written by a program and large).
Refuses to know: the content hash of conda-lock: it covers the index as it was that day, and its own tool distrusts it.
Sources: conda-lock 4.0.3 ``lockfile/v1``, ``conda_lock.py`` (``# pip`` lines of explicit lists); conda ``@EXPLICIT`` files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.utils import parse_sdist_filename, parse_wheel_filename

from driftlint.distributions import canonicalize_name
from driftlint.late_regex import compile_late
from driftlint.locks.model import Lock, LockedPackage, LockError, Origin
from driftlint.locks.paths import join
from driftlint.locks.recognise import is_explicit, recognise_lock
from driftlint.text import LineIndex

_ARCHIVE = compile_late(
    r"(?P<name>[^/\s]+)-(?P<version>[^-/\s]+)-[^-/\s]+(?:\.conda|\.tar\.bz2)(?:#(?:sha256:)?(?P<hash>[0-9a-f]+))?"
)
_LONGEST = 2_000
"""Characters of the end of an address in which a file name is looked for."""
_PIP = compile_late(r"# pip (?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])? @ (?P<url>\S+)(?P<rest>.*)")
_NEEDS = "needs"
_FIELD = compile_late(r"^(?P<indent>\s*)(?P<dash>- )?(?P<key>[\w-]+):(?:\s+(?P<value>\S.*))?$")
_COMMIT = compile_late(r"@([0-9a-f]{40})(?:[#\s]|$)")


def read_lock(path: str, data: bytes) -> Lock:
    """Return a lock of a conda environment; an explicit list of any other name has the format "explicit". Raises LockError."""
    source = data.decode("utf-8", "replace")
    if is_explicit(data):
        return Lock(path, "conda-lock" if recognise_lock(path) else "explicit", tuple(_read_explicit(source)))
    entries = list(_entries(source))
    if not entries and "\npackage:" not in f"\n{source}":
        raise LockError(f"{path} is no conda-lock file")
    if not all(entry.get("name") for _, entry in entries):
        raise LockError(f"{path} holds something that is no package")
    packages = [_read_entry(entry, line) for line, entry in entries]
    asked = {name.lower() for _, entry in entries for name in entry.get(_NEEDS, "").split()}
    folder = path.rpartition("/")[0]
    named = re.search(r"^  sources:\n(?P<items>(?:  +- .*\n)+)", source, re.MULTILINE)
    sources = [line.strip()[2:].strip("'\"") for line in named["items"].splitlines()] if named is not None else []
    return Lock(path, "conda-lock", tuple(packages), {"asked": asked}, tuple(join(folder, name) for name in sources))


def _read_entry(entry: dict[str, str], line: int) -> LockedPackage:
    conda, url = entry.get("manager") != "pip", entry.get("url", "")
    name = entry["name"].lower() if conda else canonicalize_name(entry["name"])
    hashed = "sha256" in entry or "md5" in entry
    origin, commit = _find_origin("" if conda else url)
    return LockedPackage(name, entry.get("version", ""), hashed, origin, commit, conda, line)


def _find_origin(url: str) -> tuple[Origin, str]:
    """Return where a package of pip comes from, and its commit: the file of an index bears a name of its own."""
    if url.startswith(("git+", "hg+", "svn+")):
        commit = _COMMIT.search(url)
        return "vcs", commit[1] if commit is not None else ""
    if url.startswith("file:") or (url and "://" not in url):
        return "file", ""
    return "index", ""


def _read_explicit(source: str) -> Iterator[LockedPackage]:
    """Yield the archives of an explicit list, without a name where a line names none.

    Its ``# pip`` lines are packages of a Python index.
    """
    for number, line in enumerate(LineIndex(source).rows(), 1):
        pip = _PIP.match(line)
        if pip is not None:
            origin, commit = _find_origin(pip["url"])
            hashed = "sha256=" in line or "md5=" in line
            version = read_file_version(pip["url"])
            yield LockedPackage(canonicalize_name(pip["name"]), version, hashed, origin, commit, False, number)
        elif not line.lstrip().startswith(("#", "@")) and line.strip():
            archive = _ARCHIVE.search(line[-_LONGEST:])
            name, version = (archive["name"].lower(), archive["version"]) if archive is not None else ("", "")
            hashed = archive is not None and archive["hash"] is not None
            yield LockedPackage(name, version, hashed, "index", "", True, number)


def read_file_version(url: str) -> str:
    """Return the version in the file name that a URL ends with, "" where it is no wheel or source archive."""
    base = url.split("#")[0].split("?")[0].rsplit("/", 1)[-1]
    try:
        return str(parse_wheel_filename(base)[1] if base.endswith(".whl") else parse_sdist_filename(base)[1])
    except (ValueError, RecursionError):
        return ""


def _entries(source: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (1-based line, scalar fields) of each item of the top-level list ``package``."""
    inside, depth, start, part = False, -1, 0, ""
    current: dict[str, str] = {}
    for number, line in enumerate(LineIndex(source).rows(), 1):
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
                yield start, current
            current, depth, start = {}, indent, number
        value = (match["value"] or "").strip("'\"")
        if indent == depth:
            part = match["key"]
        elif part == "dependencies":
            current[_NEEDS] = f"{current.get(_NEEDS, '')} {match['key']}"
            continue
        if value and (indent == depth or match["key"] in ("sha256", "md5")):
            current.setdefault(match["key"], value)
    if current:
        yield start, current
