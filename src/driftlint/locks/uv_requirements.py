"""Requirements as uv compares them: name, extras, specifier, origin, marker.

Promises: the requirements of a manifest and of a lock in one form, and which of them differ.
Refuses to know: files; what a list of sources chooses between.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from msgspec import Struct, field
from packaging.requirements import Requirement

from driftlint.distributions import canonicalize_name
from driftlint.locks.markers import same_markers
from driftlint.locks.specifiers import PythonRange, specifier_key
from driftlint.locks.tables import rows, strings, table, text

Origin: TypeAlias = "tuple[str, ...]"


class Comparable(Struct, frozen=True):
    """One requirement. `origin` begins with its kind: registry, index, git, url, path."""

    name: str
    extras: frozenset[str]
    specifier: frozenset[tuple[str, str]]
    origin: Origin
    marker: str


class Requirements(Struct):
    """Requirements of one place; `doubtful` are names of which some part could not be read."""

    requirements: list[Comparable] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)


class Compared(Struct):
    """Names that differ for certain, and names that may."""

    differs: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)


class Sources(Struct, frozen=True):
    """Where names come from: entries of the source tables with the folder they are relative to, index URLs, members."""

    entries: dict[str, tuple[object, str]]
    indexes: dict[str, str]
    members: dict[str, str]
    folder: str

    def moves(self, name: str) -> bool:
        """Return whether a member is required as a member."""
        return table(self.entries.get(name, ({}, ""))[0]).get("workspace") is True

    def origin(self, name: str, url: str | None) -> Origin | None:
        """Return the origin of a requirement, None where it cannot be told."""
        if url:
            return _url_origin(url, self.folder)
        found = self.entries.get(name)
        if found is None:
            return ("registry",)
        entry, base = table(found[0]), found[1]
        if not entry or "marker" in entry or "extra" in entry or "group" in entry:
            return None
        if entry.get("workspace") is True:
            return ("path", self.members[name]) if name in self.members else None
        if "index" in entry:
            address = self.indexes.get(text(entry["index"]))
            return ("index", _bare(address)) if address else None
        if "git" in entry:
            parts = [(key, text(entry[key])) for key in ("rev", "tag", "branch", "subdirectory") if key in entry]
            return ("git", _bare(text(entry["git"]).removeprefix("git+")), *_flat(parts))
        if "url" in entry:
            return ("url", _bare(text(entry["url"])), *_flat([("subdirectory", text(entry.get("subdirectory")))]))
        if "path" in entry:
            return ("path", posixpath.normpath(posixpath.join(base, text(entry["path"]))))
        return None


def _flat(parts: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{key}={value}" for key, value in sorted(parts) if value)


def _bare(url: str) -> str:
    """Return a URL without credentials, query and fragment."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2] if parts.scheme in ("http", "https") else parts.netloc
    return urlunsplit((parts.scheme, host, parts.path, "", "")).rstrip("/")


def _url_origin(url: str, folder: str) -> Origin | None:
    scheme, _, rest = url.partition("://")
    if scheme.startswith("git+"):
        address, _, fragment = f"{scheme.removeprefix('git+')}://{rest}".partition("#")
        host, slash, path = address.partition("://")[2].partition("/")
        path, _, revision = path.partition("@")
        parts = [*parse_qsl(fragment), ("rev", revision)]
        kept = [(key, value) for key, value in parts if key in ("rev", "subdirectory")]
        return ("git", _bare(f"{scheme.removeprefix('git+')}://{host}{slash}{path}"), *_flat(kept))
    if scheme == "file":
        return None
    wanted = dict(parse_qsl(urlsplit(url).fragment)).get("subdirectory", "")
    return ("url", _bare(url), *_flat([("subdirectory", wanted)]))


def read_declared(lines: Iterable[tuple[str, str]], sources: Sources, *, own: str) -> Requirements:
    """Return PEP 508 lines, each with the extra that asks for it ("" for none)."""
    found = Requirements()
    for line, extra in lines:
        try:
            requirement = Requirement(line)
        except (ValueError, RecursionError):
            found.doubtful.add(line.split("[")[0].split(" ")[0])
            continue
        name = canonicalize_name(requirement.name)
        marker = str(requirement.marker) if requirement.marker is not None else ""
        if extra:
            marker = f"({marker}) and extra == '{extra}'" if marker else f"extra == '{extra}'"
        origin = ("registry",) if name == own else sources.origin(name, requirement.url)
        if origin is None:
            found.doubtful.add(name)
            continue
        extras = frozenset(canonicalize_name(item) for item in requirement.extras)
        clauses = specifier_key(str(requirement.specifier)) if origin[0] in ("registry", "index") else frozenset()
        found.requirements.append(Comparable(name, extras, clauses, origin, marker))
    return found


def read_locked(entries: object) -> Requirements:
    """Return the requirements of a lock's metadata."""
    found = Requirements()
    for entry in rows(entries):
        name = canonicalize_name(text(entry.get("name")))
        origin: Origin = ("registry",)
        if "git" in entry:
            parts = parse_qsl(urlsplit(text(entry["git"])).query)
            origin = ("git", _bare(text(entry["git"])), *_flat(p for p in parts if p[0] != "lfs"))
        elif "url" in entry:
            origin = ("url", _bare(text(entry["url"])), *_flat([("subdirectory", text(entry.get("subdirectory")))]))
        elif "index" in entry:
            origin = ("index", _bare(text(entry["index"])))
        else:
            for key in ("path", "directory", "editable", "virtual"):
                if key in entry:
                    origin = ("path", posixpath.normpath(text(entry[key])))
        extras = frozenset(canonicalize_name(item) for item in strings(entry.get("extras")))
        try:
            clauses = specifier_key(text(entry.get("specifier"))) if origin[0] in ("registry", "index") else frozenset()
        except (ValueError, RecursionError):
            found.doubtful.add(name)
            continue
        found.requirements.append(Comparable(name, extras, clauses, origin, text(entry.get("marker"))))
    return found


def compare(declared: Requirements, locked: Requirements, python: PythonRange | None) -> Compared:
    """Return which names differ. A name of which one side could not be read is in doubt at most."""
    found = Compared(doubtful=declared.doubtful | locked.doubtful)
    for one, other in ((declared, locked), (locked, declared)):
        for item in one.requirements:
            if item.name in found.doubtful:
                continue
            answers = [
                same_markers(item.marker, rival.marker, python)
                for rival in other.requirements
                if _key(rival) == _key(item)
            ]
            if True in answers:
                continue
            (found.doubtful if None in answers else found.differs).add(item.name)
    found.differs -= found.doubtful
    return found


def _key(item: Comparable) -> tuple[object, ...]:
    return item.name, item.extras, item.specifier, item.origin


def expand_groups(groups: dict[str, Any], dev: list[str]) -> dict[str, list[str]] | None:
    """Return dependency groups with what they include, names normalised; None where they cannot be followed."""
    named: dict[str, Any] = {canonicalize_name(name): part for name, part in groups.items()}
    expanded: dict[str, list[str]] = {}

    def expand(name: str, seen: tuple[str, ...]) -> list[str]:
        if name in seen or not isinstance(named.get(name), list):
            raise RecursionError
        lines: list[str] = []
        for item in named[name]:
            if isinstance(item, str):
                lines.append(item)
            else:
                lines += expand(canonicalize_name(text(table(item).get("include-group"))), (*seen, name))
        return lines

    try:
        for name in named:
            expanded[name] = expand(name, ())
    except RecursionError:
        return None
    if dev:
        expanded["dev"] = [*expanded.get("dev", []), *dev]
    return expanded
