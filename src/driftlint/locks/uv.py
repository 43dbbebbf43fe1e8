"""``uv.lock`` and the locks of scripts: packages, and the comparison with the manifests.

Promises: what uv compares before it resolves: members, Python range, requirements with extras, specifiers, markers and sources,
dependency groups, extras, versions, constraints, options and indexes. Refuses to know: metadata that a build makes,
environment variables and user configuration.
Source: uv 0.13 ``crates/uv-resolver/src/lock`` (``Lock::satisfies``) and ``crates/uv/src/commands/project/lock.rs``.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from msgspec import Struct
from packaging.version import Version

from driftlint.distributions import canonicalize_name
from driftlint.late_regex import compile_late
from driftlint.locks.markers import same_markers
from driftlint.locks.model import Files, Freshness, Lock, LockedPackage, LockError, Origin
from driftlint.locks.paths import find_members, join
from driftlint.locks.specifiers import PythonRange, python_range
from driftlint.locks.tables import is_archive, packages, parse_toml, rows, strings, table, text
from driftlint.locks.uv_requirements import Compared, Sources, compare, expand_groups, read_declared, read_locked
from driftlint.locks.uv_verdict import Verdict, check_options, words

_ORIGINS: dict[str, Origin] = {
    "git": "vcs",
    "url": "url",
    "path": "path",
    "directory": "path",
    "editable": "path",
    "virtual": "path",
}
_BLOCK_HEAD = compile_late(r"^# /// script", re.MULTILINE)
_MOST_HEADS = 20
"""Lines that may begin a block and are looked at: a script has one."""
_BLOCK = compile_late(r"^# /// script\s*\n(?P<lines>(?:#(?: .*)?\n)+?)# ///\s*$", re.MULTILINE)
_MANIFEST = {
    "constraint-dependencies": "constraints",
    "override-dependencies": "overrides",
    "build-constraint-dependencies": "build-constraints",
}


def read_lock(path: str, data: bytes) -> Lock:
    """Return a lock of uv. Raises LockError."""
    content = parse_toml(data, path)
    found = []
    for entry, line in packages(content, data, path):
        source = table(entry, "source")
        kind = next((key for key in source if key in _ORIGINS), "registry")
        files = [*rows(entry.get("wheels")), *([table(entry, "sdist")] if "sdist" in entry else [])]
        commit = text(source.get("git")).rpartition("#")[2] if kind == "git" else ""
        found.append(
            LockedPackage(
                canonicalize_name(text(entry.get("name"))),
                text(entry.get("version")),
                bool(files) and all(text(item.get("hash")) for item in files),
                "file" if kind == "path" and is_archive(text(source.get(kind))) else _ORIGINS.get(kind, "index"),
                commit if len(commit) >= 40 else "",
                line=line,
            )
        )
    return Lock(path, "uv", tuple(found), content)


class _Member(Struct, frozen=True):
    """One project of a workspace; `folder` is relative to the lock's own."""

    folder: str
    path: str
    content: dict[str, Any]
    name: str


def check_manifests(lock: Lock, files: Files) -> Freshness:
    """Return whether a lock of uv still says what its manifests say."""
    folder = lock.path.rpartition("/")[0]
    path = join(folder, "pyproject.toml")
    verdict = Verdict()
    try:
        root, members = _read_members(lock, path, files)
    except LockError as error:
        return Freshness("unknown", str(error), (path,))
    settings = table(root, "tool", "uv")
    paths = tuple(dict.fromkeys((path, *(member.path for member in members))))
    python = python_range(text(lock.content.get("requires-python")))
    _check_members(lock, root, members, verdict)
    _check_python(lock, root, members, python, verdict)
    context = _Context(lock, folder, files, settings, members, python)
    for member in members:
        _check_member(context, member, verdict)
    _check_manifest_table(context, root, verdict)
    check_options(lock, settings, files.read(join(folder, "uv.toml")) is not None, verdict)
    _check_indexes(lock, settings, members, verdict)
    if verdict.stale:
        return Freshness("stale", verdict.stale, paths, tuple(sorted(verdict.differs)))
    if verdict.doubts:
        return Freshness("unknown", verdict.doubts[0], paths)
    if verdict.renumbered:
        return Freshness("stale", verdict.renumbered, paths, harmless=True)
    return Freshness(
        "fresh", f"it holds exactly what {', '.join(paths)} {'ask' if len(paths) > 1 else 'asks'} for", paths
    )


def check_script(lock: Lock, files: Files) -> Freshness:
    """Return whether the lock of a script still says what the script's own block says."""
    path = lock.path.removesuffix(".lock")
    data = files.read(path)
    source = data.decode("utf-8", "replace") if data is not None else ""
    begun = (_BLOCK.match(source, head.start()) for head in islice(_BLOCK_HEAD.finditer(source), _MOST_HEADS))
    block = next(filter(None, begun), None)
    if block is None:
        return Freshness("unknown", f"{path} has no block that declares requirements", (path,))
    lines = (line.removeprefix("#").removeprefix(" ") for line in block["lines"].splitlines())
    try:
        content = parse_toml("\n".join(lines).encode(), path)
    except LockError as error:
        return Freshness("unknown", str(error), (path,))
    verdict = Verdict()
    settings = table(content, "tool", "uv")
    python = python_range(text(lock.content.get("requires-python")))
    context = _Context(lock, lock.path.rpartition("/")[0], files, settings, [], python)
    asked = text(content.get("requires-python"))
    if asked and python_range(asked) != python:
        verdict.refute(f"the script asks for Python {asked}, the lock for {text(lock.content.get('requires-python'))}")
    elif not asked:
        verdict.doubt("the script names no Python range, so the interpreter at hand decides")
    declared = read_declared(
        [(line, "") for line in strings(content.get("dependencies"))], context.sources(None), own=""
    )
    locked = read_locked(table(lock.content, "manifest").get("requirements"))
    verdict.take(compare(declared, locked, python), f"the requirements of {path}")
    check_options(lock, settings, False, verdict)
    if verdict.stale:
        return Freshness("stale", verdict.stale, (path,), tuple(sorted(verdict.differs)))
    if verdict.doubts:
        return Freshness("unknown", verdict.doubts[0], (path,))
    return Freshness("fresh", f"it holds exactly what {path} asks for", (path,))


class _Context(Struct, frozen=True):
    lock: Lock
    folder: str
    files: Files
    settings: dict[str, Any]
    members: list[_Member]
    python: PythonRange | None

    def sources(self, member: _Member | None) -> Sources:
        """Return where names come from for one member: the root's table, then its own."""
        own = table(member.content, "tool", "uv") if member is not None else {}
        indexes = {
            text(item.get("name")): text(item.get("url"))
            for item in [*rows(self.settings.get("index")), *rows(own.get("index"))]
        }
        shared: dict[str, tuple[object, str]] = {
            canonicalize_name(name): (value, "") for name, value in table(self.settings, "sources").items()
        }
        base = member.folder if member is not None else ""
        shared |= {canonicalize_name(name): (value, base) for name, value in table(own, "sources").items()}
        folders = {other.name: other.folder or "." for other in self.members}
        return Sources(shared, indexes, folders, base)


def _read_members(lock: Lock, path: str, files: Files) -> tuple[dict[str, Any], list[_Member]]:
    data = files.read(path)
    if data is None:
        raise LockError(f"there is no {path} beside the lock")
    root = parse_toml(data, path)
    folder = path.rpartition("/")[0]
    workspace = table(root, "tool", "uv", "workspace")
    members = [_Member("", path, root, "")] if table(root, "project") else []
    # Folders that the lock knows count as well: not every file of the repo need be in scope.
    held = [
        join(folder, f"{text(value)}/pyproject.toml")
        for entry in rows(lock.content.get("package"))
        for value in table(entry, "source").values()
        if isinstance(value, str) and "://" not in value
    ]
    known = {*files.paths, *(other for other in held if files.read(other) is not None)} if workspace else set()
    for name in find_members(known, folder, strings(workspace.get("members")), strings(workspace.get("exclude"))):
        other = join(folder, f"{name}/pyproject.toml")
        content = files.read(other)
        if content is None:
            raise LockError(f"the member {other} cannot be read")
        parsed = parse_toml(content, other)
        if table(parsed, "project") and table(parsed, "tool", "uv").get("managed") is not False:
            members.append(_Member(name, other, parsed, ""))
    named = [
        _Member(m.folder, m.path, m.content, canonicalize_name(text(table(m.content, "project").get("name"))))
        for m in members
    ]
    return root, named


def _check_members(lock: Lock, root: dict[str, Any], members: list[_Member], verdict: Verdict) -> None:
    listed = {canonicalize_name(name) for name in strings(table(lock.content, "manifest").get("members"))}
    names = {member.name for member in members}
    if len(members) == 1 and not members[0].folder:
        names = set()
    if listed != names:
        verdict.refute(f"the workspace has the members {words(names)}, the lock {words(listed)}", names ^ listed)


def _check_python(
    lock: Lock, root: dict[str, Any], members: list[_Member], locked: PythonRange | None, verdict: Verdict
) -> None:
    asked = [text(table(member.content, "project").get("requires-python")) for member in members]
    declared = [item for item in asked if item]
    if table(root, "tool", "uv", "dependency-groups"):
        verdict.doubt("dependency groups have Python ranges of their own")
        return
    if not declared:
        verdict.doubt("the manifest names no Python range, so the interpreter at hand decides")
        return
    found: PythonRange | None = PythonRange()
    for item in declared:
        part = python_range(item)
        found = found.meet(part) if found is not None and part is not None else None
    if found is None or locked is None:
        verdict.doubt("the Python range is in a form that cannot be compared")
    elif found != locked:
        text_of_lock = text(lock.content.get("requires-python"))
        verdict.refute(f"the manifest asks for Python {', '.join(declared)}, the lock was made for {text_of_lock}")


def _package(lock: Lock, name: str) -> dict[str, Any]:
    for entry in rows(lock.content.get("package")):
        if canonicalize_name(text(entry.get("name"))) == name and set(table(entry, "source")) & {
            "virtual",
            "editable",
            "directory",
        }:
            return entry
    return {}


def _revision(lock: Lock) -> tuple[int, int]:
    version, revision = lock.content.get("version"), lock.content.get("revision", 0)
    return (version if isinstance(version, int) else 0, revision if isinstance(revision, int) else 0)


def _check_member(context: _Context, member: _Member, verdict: Verdict) -> None:
    lock, project, settings = context.lock, table(member.content, "project"), table(member.content, "tool", "uv")
    entry = _package(lock, member.name)
    if not entry:
        verdict.refute(f"the lock does not hold the project {member.name} itself", (member.name,))
        return
    packaged = settings.get("package")
    is_package = packaged if isinstance(packaged, bool) else "build-system" in member.content
    required = any(context.sources(other).moves(member.name) for other in context.members if other is not member)
    if required and not isinstance(packaged, bool):
        is_package = True  # a member that another one needs is installed, with or without a build system
    if is_package is ("virtual" in table(entry, "source")):
        verdict.refute(f"{member.path} is {'' if is_package else 'no longer '}a package, the lock says otherwise")
    dynamic = set(strings(project.get("dynamic")))
    _check_version(entry, text(project.get("version")), "version" in dynamic, member.path, verdict)
    if dynamic & {"dependencies", "optional-dependencies"}:
        verdict.doubt(f"the requirements of {member.path} are dynamic: a build makes them")
        return
    metadata, sources = table(entry, "metadata"), context.sources(member)
    extras: dict[str, Any] = {
        canonicalize_name(name): part for name, part in table(project, "optional-dependencies").items()
    }
    lines = [(line, "") for line in strings(project.get("dependencies"))]
    lines += [(line, extra) for extra, part in extras.items() for line in strings(part)]
    declared = read_declared(lines, sources, own=member.name)
    locked = read_locked(metadata.get("requires-dist"))
    compared = compare(declared, locked, context.python)
    if member.name in {item.name for item in declared.requirements}:
        # Extras that name the project itself are spelled out by some build systems.
        compared = Compared(set(), compared.differs | compared.doubtful)
    verdict.take(compared, f"the requirements of {member.path}")
    if _revision(lock) >= (1, 1) and set(extras) != {
        canonicalize_name(x) for x in strings(metadata.get("provides-extras"))
    }:
        verdict.refute(f"{member.path} offers the extras {words(extras)}, the lock others")
    if _revision(lock) >= (1, 5):
        asked, held = (_group_set(where.get("default-groups")) for where in (settings, entry))
        if asked != held:
            verdict.refute(f"{member.path} installs the groups {words(asked)} by default, the lock {words(held)}")
    groups = expand_groups(table(member.content, "dependency-groups"), strings(settings.get("dev-dependencies")))
    _check_groups(groups, table(metadata, "requires-dev"), sources, context, member.path, verdict)


def _group_set(value: object) -> set[str]:
    """Return the groups that are installed by default: "dev" where nothing is said, {"all"} for every group."""
    if value is None:
        return {"dev"}
    return {value} if isinstance(value, str) else {canonicalize_name(name) for name in strings(value)}


def _check_version(entry: dict[str, Any], version: str, dynamic: bool, path: str, verdict: Verdict) -> None:
    locked = text(entry.get("version"))
    if dynamic is bool(locked):
        verdict.refute(f"the version of {path} is {'' if dynamic else 'no longer '}dynamic, the lock says otherwise")
    elif version and not dynamic:
        try:
            same = Version(version) == Version(locked)
        except (ValueError, RecursionError):
            same = version == locked
        if not same:
            verdict.renumber(f"{path} has version {version}, the lock holds {locked}")


def _check_groups(
    groups: dict[str, list[str]] | None,
    locked: dict[str, Any],
    sources: Sources,
    context: _Context,
    path: str,
    verdict: Verdict,
) -> None:
    if groups is None:
        verdict.doubt(f"the dependency groups of {path} include each other in a way that cannot be followed")
        return
    with_empty = _revision(context.lock) >= (1, 1)
    names = {name for name, lines in groups.items() if lines or with_empty}
    held: dict[str, Any] = {canonicalize_name(name): part for name, part in locked.items() if part or with_empty}
    if names != set(held):
        verdict.refute(f"{path} has the dependency groups {words(names)}, the lock {words(held)}")
    for name in sorted(names & set(held)):
        declared = read_declared([(line, "") for line in groups[name]], sources, own="")
        verdict.take(
            compare(declared, read_locked(held[name]), context.python), f"the requirements of group {name} in {path}"
        )


def _check_manifest_table(context: _Context, root: dict[str, Any], verdict: Verdict) -> None:
    manifest = table(context.lock.content, "manifest")
    sources = context.sources(None)
    for key, held in _MANIFEST.items():
        asked = context.settings.get(key, [])
        if any(not isinstance(item, str) for item in asked if isinstance(asked, list)):
            verdict.doubt(f"{key} holds more than requirements")
            continue
        declared = read_declared([(line, "") for line in strings(asked)], sources, own="")
        verdict.take(compare(declared, read_locked(manifest.get(held)), context.python), f"the {key}")
    excluded = context.settings.get("exclude-dependencies", [])
    if set(map(str, excluded)) != set(map(str, manifest.get("excludes", []))):
        verdict.refute("the excluded dependencies are others than the lock's")
    if not table(root, "project"):
        groups = expand_groups(table(root, "dependency-groups"), strings(context.settings.get("dev-dependencies")))
        filled = {name: lines for name, lines in (groups or {}).items() if lines}
        held_groups = {name: part for name, part in table(manifest, "dependency-groups").items() if part}
        _check_groups(None if groups is None else filled, held_groups, sources, context, "the root", verdict)
    for key, held, where in (
        ("dependency-metadata", "dependency-metadata", manifest),
        ("environments", "supported-markers", context.lock.content),
        ("required-environments", "required-markers", context.lock.content),
        ("conflicts", "conflicts", context.lock.content),
    ):
        _check_setting(context, key, where.get(held), verdict)


def _check_setting(context: _Context, key: str, held: object, verdict: Verdict) -> None:
    asked = context.settings.get(key)
    if not asked and not held:
        return
    if bool(asked) is not bool(held):
        verdict.refute(f"`{key}` is set in {'the manifest' if asked else 'the lock'} only")
        return
    if not key.endswith("environments"):
        if asked != held:
            verdict.doubt(f"`{key}` cannot be compared")
        return
    wanted = [asked] if isinstance(asked, str) else strings(asked)
    markers = strings(held)
    answers = [same_markers(a, b, context.python) for a, b in zip(wanted, markers, strict=False)]
    if len(wanted) != len(markers) or False in answers:
        verdict.refute(f"`{key}` is another than the lock's")
    elif None in answers:
        verdict.doubt(f"`{key}` cannot be compared")


def _check_indexes(lock: Lock, settings: dict[str, Any], members: list[_Member], verdict: Verdict) -> None:
    """An index that direct packages were locked from must still be named, once any index is."""
    named = rows(settings.get("index"))
    own = [item for member in members for item in rows(table(member.content, "tool", "uv").get("index"))]
    simple = text(settings.get("index-url"))
    extra, links = strings(settings.get("extra-index-url")), strings(settings.get("find-links"))
    if not (named or simple or extra or links):
        return
    known = {text(item.get("url")).rstrip("/") for item in [*named, *own]} | {
        url.rstrip("/") for url in (simple, *extra)
    }
    replaced = bool(simple) or any(item.get("default") is True for item in named)
    direct = {
        canonicalize_name(text(item.get("name"))) for member in members for item in _edges(_package(lock, member.name))
    }
    others = set()
    for entry in rows(lock.content.get("package")):
        url = table(entry, "source").get("registry")
        if (
            isinstance(url, str)
            and canonicalize_name(text(entry.get("name"))) in direct
            and url.rstrip("/") not in known
        ):
            others.add(url)
    if links or any("://" not in url for url in others):
        if others:
            verdict.doubt("packages come from a folder that cannot be compared with the settings")
    elif len(others) > (0 if replaced else 1):
        verdict.refute("packages were locked from an index that the manifest no longer names")


def _edges(entry: dict[str, Any]) -> list[dict[str, Any]]:
    found = rows(entry.get("dependencies"))
    for part in ("optional-dependencies", "dev-dependencies"):
        for edges in table(entry, part).values():
            found += rows(edges)
    return found
