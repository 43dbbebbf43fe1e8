"""What requirement files, conda environments and pixi manifests declare, as a lock has to meet it.

Promises: unconditional requirements with their range; what cannot be put in these terms is left out.
Refuses to know: locks; files outside the repo.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from driftlint.distributions import canonicalize_name
from driftlint.documents import read_document
from driftlint.documents.model import Node, RequirementLine
from driftlint.late_regex import compile_late
from driftlint.locks.declared import read_entry, read_requirement
from driftlint.locks.model import Declared, Files
from driftlint.locks.paths import join
from driftlint.locks.specifiers import read_conda_specifier
from driftlint.locks.tables import strings, table, text

_SPEC = compile_late(r"(?:[\w./-]+::?)?(?P<name>[A-Za-z0-9_][\w.-]*)\s*(?P<rest>.*)")
_INCLUDES = ("-r", "--requirement")
_LIMITS = ("-c", "--constraint")
_DEPTH = 8
"""Files that may include each other in a row."""


class Requirements(Struct):
    """What a requirements file and those that it includes hold. `limits` are constraints, `options` lines such as indexes."""

    declared: list[Declared] = field(default_factory=list)
    limits: list[Declared] = field(default_factory=list)
    options: set[tuple[str, str]] = field(default_factory=set)
    doubts: list[str] = field(default_factory=list)


def read_requirements(path: str, files: Files) -> Requirements:
    """Return the requirements of a file and of the files that it includes, its constraints and its options."""
    found = Requirements()
    _add_requirements(path, files, found, found.declared, 0)
    return found


def _add_requirements(path: str, files: Files, found: Requirements, into: list[Declared], depth: int) -> None:
    data = files.read(path)
    if data is None or depth > _DEPTH:
        found.doubts.append(f"{path}, which an input names, is not in the repo")
        return
    body = read_document("requirements.txt", data).body  # whatever the file is called, it is read as one
    for line in body if isinstance(body, tuple) else ():
        if not isinstance(line, RequirementLine):
            continue
        if line.option in (*_INCLUDES, *_LIMITS) and line.value:
            limits = line.option in _LIMITS
            other = join(path.rpartition("/")[0], line.value)
            _add_requirements(other, files, found, found.limits if limits else into, depth + 1)
        elif line.option in ("-e", "--editable"):
            found.doubts.append(f"{path} installs a folder, whose requirements a build says")
        elif line.option:
            found.options.add((line.option, line.value or ""))
        else:
            item = read_requirement(line.value or line.text, path)
            if item is not None:
                into.append(item)
            else:
                found.doubts.append(f"{path} has requirements that cannot be read")


def read_conda_environment(path: str, files: Files) -> list[Declared]:
    """Return the packages of a conda environment file and of its pip section."""
    data = files.read(path)
    if data is None:
        return []
    document = read_document(path, data)
    root = document.body
    listed = root.get("dependencies") if isinstance(root, Node) else None
    found: list[Declared] = []
    for item in listed.items if listed is not None else ():
        if item.kind == "scalar" and isinstance(item.value, str):
            end = document.text.find("\n", item.span.end)
            if "# [" in document.text[item.span.end : end if end >= 0 else None]:
                continue  # a selector: some platforms only
            declared = _read_spec(item.value, path)
            if declared is not None:
                found.append(declared)
        elif item.kind == "map" and (pip := item.get("pip")) is not None:
            lines = (line.value for line in pip.items if isinstance(line.value, str))
            found += [one for line in lines if (one := read_requirement(line, path)) is not None]
    return found


def _read_spec(spec: str, path: str) -> Declared | None:
    match = _SPEC.fullmatch(spec.strip())
    if match is None or match["name"].startswith("__"):
        return None
    rest = match["rest"].strip()
    if rest.startswith("["):
        return Declared(match["name"].lower(), None, "", "index", path, (), True)
    spaced = re.fullmatch(r"(?P<version>[^=<>!~\s]\S*)(?:\s+\S+)?", rest)
    build = re.fullmatch(r"=(?P<version>[^=\s]+)=\S+", rest)
    if build is not None:
        rest = f"=={build['version']}" if "*" not in build["version"] else f"={build['version']}"
    elif spaced is not None:
        rest = spaced["version"]
    return Declared(match["name"].lower(), read_conda_specifier(rest.replace(" ", "")), "", "index", path, (), True)


def read_pixi(content: dict[str, Any], path: str) -> list[Declared]:
    """Return what every environment of a pixi manifest takes: the tables outside features and targets."""
    own = table(content, "tool", "pixi") or content
    found = []
    for name, value in table(own, "dependencies").items():
        version = value if isinstance(value, str) else text(table(value).get("version"))
        path_or_git = isinstance(value, dict) and bool({"path", "git", "url"} & set(value))
        found.append(
            Declared(
                name.lower(),
                None if path_or_git else read_conda_specifier(version.replace(" ", "")),
                "",
                "index",
                path,
                (),
                True,
            )
        )
    for name, value in table(own, "pypi-dependencies").items():
        item = read_entry(name, value, path, ())
        found.append(replace(item, marker=text(table(value).get("env-markers")) or item.marker))
    if own is not content:
        name = canonicalize_name(text(table(content, "project").get("name")))
        lines = strings(table(content, "project").get("dependencies"))
        found += [one for line in lines if (one := read_requirement(line, path)) is not None and one.name != name]
    return found
