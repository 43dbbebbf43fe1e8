"""What manifests declare, as a lock has to meet it: PEP 621, PEP 735, Poetry, PDM, Pipfile.

Promises: every requirement of a group that a lock covers; what cannot be put in these terms is left out.
Refuses to know: locks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace
from packaging.requirements import Requirement

from driftlint.distributions import canonicalize_name
from driftlint.locks.model import Declared, Origin
from driftlint.locks.specifiers import read_poetry_specifier
from driftlint.locks.tables import rows, strings, table, text


def read_requirement(line: str, path: str, groups: tuple[str, ...] = ()) -> Declared | None:
    """Return a PEP 508 requirement, None for text that is none."""
    try:
        found = Requirement(line)
    except (ValueError, RecursionError):
        return None
    url = found.url or ""
    origin: Origin = "index" if not url else "vcs" if "+" in url.split(":", 1)[0] else "url"
    if url.startswith("file:"):
        origin = "path"
    marker = str(found.marker) if found.marker is not None else ""
    extras = tuple(sorted(canonicalize_name(extra) for extra in found.extras))
    name = canonicalize_name(found.name)
    return Declared(name, str(found.specifier), marker, origin, path, groups, extras=extras, url=url)


def read_pyproject(content: dict[str, Any], path: str) -> list[Declared]:
    """Return what a pyproject file declares: project, extras, dependency groups, and the groups of Poetry and PDM."""
    project, tool = table(content, "project"), table(content, "tool")
    lines: list[tuple[str, tuple[str, ...]]] = [(line, ()) for line in strings(project.get("dependencies"))]
    lines += [
        (line, (extra,)) for extra, part in table(project, "optional-dependencies").items() for line in strings(part)
    ]
    lines += [(line, (group,)) for group, part in table(content, "dependency-groups").items() for line in strings(part)]
    lines += [
        (line, (group,)) for group, part in table(tool, "pdm", "dev-dependencies").items() for line in strings(part)
    ]
    lines += [(line, ("dev",)) for line in strings(table(tool, "uv").get("dev-dependencies"))]
    found = [item for line, groups in lines if (item := read_requirement(line, path, groups)) is not None]
    named = list(_poetry(table(tool, "poetry"), path))
    enriched = {item.name: item for item in named if item.origin != "index"}
    # A Poetry entry of the same name says where a PEP 621 requirement comes from.
    return [enriched.get(item.name, item) for item in found] + [
        item for item in named if item.name not in {other.name for other in found}
    ]


def _poetry(poetry: dict[str, Any], path: str) -> Iterator[Declared]:
    optional = {canonicalize_name(name) for names in table(poetry, "extras").values() for name in strings(names)}
    tables: list[tuple[dict[str, Any], tuple[str, ...]]] = [(table(poetry, "dependencies"), ())]
    tables.append((table(poetry, "dev-dependencies"), ("dev",)))
    tables += [(table(group, "dependencies"), (name,)) for name, group in table(poetry, "group").items()]
    for entries, groups in tables:
        for name, value in entries.items():
            if name == "python":
                continue
            for one in value if isinstance(value, list) else [value]:
                found = read_entry(name, one, path, groups)
                if found.name in optional and not groups:
                    found = Declared(found.name, found.specifier, found.marker, found.origin, path, ("extra",))
                yield found


def read_entry(name: str, value: object, path: str, groups: tuple[str, ...]) -> Declared:
    """Return one name = value of a Poetry or Pipfile table."""
    if isinstance(value, str):
        return Declared(canonicalize_name(name), read_poetry_specifier(value), "", "index", path, groups)
    entry = table(value)
    origin: Origin = "index"
    for keys, kind in ((("git", "hg", "svn"), "vcs"), (("url", "file"), "url"), (("path",), "path")):
        if any(key in entry for key in keys):
            origin = kind  # type: ignore[assignment]
    marker = text(entry.get("markers"))
    if text(entry.get("python")) or text(entry.get("platform")) or text(entry.get("sys_platform")):
        marker = marker or "extra == 'conditional'"
    return Declared(
        canonicalize_name(name), read_poetry_specifier(text(entry.get("version"))), marker, origin, path, groups
    )


def read_pipfile(content: dict[str, Any], path: str) -> list[Declared]:
    """Return what a Pipfile declares: every table but those that name no packages."""
    aside = ("source", "requires", "scripts", "pipfile", "pipenv")
    return [
        read_entry(name, value, path, () if section == "packages" else (section,))
        for section, entries in content.items()
        if section not in aside and isinstance(entries, dict)
        for name, value in entries.items()
    ]


def read_manifest(content: dict[str, Any], path: str) -> list[Declared]:
    """Return what a manifest in TOML declares, the project itself and what its sources move from the index left out."""
    if path.endswith("Pipfile"):
        return read_pipfile(content, path)
    name = text(table(content, "project").get("name")) or text(table(content, "tool", "poetry").get("name"))
    own, moved = canonicalize_name(name) if name else "", own_sources(content)
    return [
        replace(item, specifier=None) if item.name in moved else item
        for item in read_pyproject(content, path)
        if item.name != own
    ]


def own_sources(content: dict[str, Any]) -> set[str]:
    """Return the normalised names whose origin uv's source table moves away from an index."""
    found: set[str] = set()
    for name, value in table(content, "tool", "uv", "sources").items():
        entries = rows(value) if isinstance(value, list) else [table(value)]
        if any(set(entry) & {"git", "url", "path", "workspace"} for entry in entries):
            found.add(canonicalize_name(name))
    return found
