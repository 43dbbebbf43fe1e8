"""What the files that a compiler or an exporter read ask for today, beside what it wrote.

Promises: the inputs that the header of an output names, the files that these include, the groups and constraints that its
command chose; a verdict on compiled requirements files and on ``pylock.toml``. Refuses to know: inputs that are code.
Sources: as in `compiled`; the headers that pip-tools and uv write.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct, field
from packaging.version import Version

from driftlint.distributions import canonicalize_name
from driftlint.late_regex import compile_late
from driftlint.locks.compiled import Held, Outcome, Writing, compare, read_flags, select_groups
from driftlint.locks.declared import own_sources, read_requirement
from driftlint.locks.inputs import read_requirements
from driftlint.locks.markers import can_hold
from driftlint.locks.model import Declared, Files, Freshness, Lock
from driftlint.locks.paths import join
from driftlint.locks.piptools import find_inputs, locate, read_command
from driftlint.locks.specifiers import PythonRange, python_range
from driftlint.locks.tables import parse_toml, rows, strings, table, text

_PLATFORMS = (("linux", "linux"), ("windows", "win32"), ("darwin", "darwin"), ("macos", "darwin"), ("apple", "darwin"))
_WHEEL = compile_late(r"-(?:cp|pp)(?P<major>\d)(?P<minor>\d{1,9})-[^-]+-(?P<platform>[\w.]+)\.whl$")
_WHEEL_PLATFORMS = (("linux", "linux"), ("macosx", "darwin"), ("win", "win32"))


class Asked(Struct):
    """What inputs ask for. `options` are (name, value) of lines that go into the output as they are."""

    declared: list[Declared] = field(default_factory=list)
    limits: list[Declared] = field(default_factory=list)
    options: set[tuple[str, str]] = field(default_factory=set)
    doubts: list[str] = field(default_factory=list)


def check_compiled(lock: Lock, files: Files) -> Freshness:
    """Return whether a compiled requirements file still says what its inputs ask for."""
    folder, base = lock.path.rpartition("/")[0], lock.path.rpartition("/")[2]
    words: tuple[str, ...] = lock.content.get("words", ())
    if lock.content.get("tool") == "uv export":
        return Freshness("unknown", "it was exported from another lock, which is what counts")
    inputs, missing = _find(lock.content.get("inputs", ()), folder, files)
    if missing:
        return Freshness("unknown", f"{missing}, which it was compiled from, is not in the repo")
    beside = join(folder, f"{base.removesuffix('.txt')}.in")
    if not inputs and lock.content.get("compiled") and files.read(beside) is not None:
        inputs = [beside]
    if not inputs:
        return Freshness("unknown", "it does not say what it was compiled from")
    if any(not path.endswith((".in", ".txt", ".toml")) for path in inputs):
        return Freshness("unknown", "an input is code: what it asks for shows only when it runs", tuple(inputs))
    asked = _read(inputs, words, files)
    limits, missing = _find(lock.content.get("constraints", ()), folder, files)
    for path in limits:
        asked.limits += read_requirements(path, files).declared
    outcome = Outcome(doubts=list(asked.doubts))
    if missing:
        outcome.doubts.append(f"{missing}, which limits it, is not in the repo")
    by_uv = lock.content.get("tool") == "uv pip compile"
    universal = "--universal" in words
    entries: list[Held] = list(lock.content.get("entries", ()))
    if asked.options - lock.content.get("options", set()):
        option = min(asked.options - lock.content.get("options", set()))
        reason = f"{option[0]} {option[1]} stands in an input and not in the lock"
        if by_uv:
            outcome.doubts.append(reason)
        else:
            outcome.refute(reason)
    writing = Writing(
        _read_python(words, lock.content.get("python", ""), universal),
        _read_platform(words),
        universal,
        "meaning" if universal else "none" if by_uv else "words",
        bool(lock.content.get("asked")),
        frozenset(lock.content.get("left-out", ())),
    )
    limited = {item.name for item in asked.limits}
    known = {path.rpartition("/")[2] for path in (*inputs, *(item.path for item in asked.declared))}
    by_limit = {path.rpartition("/")[2] for path in (*limits, *(item.path for item in asked.limits))}
    seen = [_reduce(entry, known, by_limit, limited, outcome, writing.annotated) for entry in entries]
    compare(asked.declared, asked.limits, seen, writing, outcome)
    return outcome.settle(tuple(inputs))


def _reduce(
    entry: Held, known: set[str], limits: set[str], limited: set[str], outcome: Outcome, annotated: bool
) -> Held:
    """Return an entry whose sources are inputs only; a constraint in its comment must still limit it, and one new be there."""
    if annotated and limits and bool(entry.sources & limits) is not (entry.name in limited):
        outcome.refute(f"the constraints name `{entry.name}` otherwise than when it was compiled", harmless=True)
    sources = entry.sources & known
    return Held(entry.name, entry.version, entry.url, entry.marker, entry.extras, frozenset(sources), entry.shared)


def check_pylock(lock: Lock, files: Files) -> Freshness:
    """Return whether a ``pylock.toml`` still says what it was made from; only comments and its folders show what that was."""
    folder = lock.path.rpartition("/")[0]
    tool, words = read_command(text(lock.content.get("header")))
    by_tool = text(lock.content.get("created-by"))
    manifest = join(folder, "pyproject.toml")
    inputs = [manifest]
    if tool == "uv pip compile":
        inputs, missing = _find(find_inputs(words), folder, files)
        if missing or not inputs:
            return Freshness("unknown", f"{missing or 'what it was compiled from'} is not in the repo")
    elif tool != "uv export" and not (by_tool == "pip" and _holds_project(lock)):
        return Freshness("unknown", "nothing in it says what it was made from")
    data = files.read(manifest)
    if manifest in inputs and data is None:
        return Freshness("unknown", f"there is no {manifest} beside the lock")
    asked = _read(inputs, words, files, exported=tool == "uv export")
    outcome = Outcome(doubts=list(asked.doubts))
    python = python_range(text(lock.content.get("requires-python")))
    reach: frozenset[str] | None = None
    targets: frozenset[str] | None = None
    own: set[str] = set()
    if data is not None and manifest in inputs:
        content = parse_toml(data, manifest)
        own = {str(canonicalize_name(text(table(content, "project").get("name"))))}
        if tool == "uv export":
            wanted = text(table(content, "project").get("requires-python"))
            if wanted and python_range(wanted) != python:
                outcome.refute(
                    f"{manifest} asks for Python {wanted}, the lock for {lock.content.get('requires-python')}"
                )
            reach, targets = _follow(
                lock,
                join(folder, "uv.lock"),
                [item for item in asked.declared if can_hold(item.marker, python)],
                files,
                outcome,
            )
    entries = [entry for entry in _entries(lock, targets) if entry.name not in own]
    platform, by_wheels = _read_wheels(lock) if by_tool == "pip" else ("", None)
    if tool == "uv pip compile" and "--universal" not in words and python is not None:
        by_wheels = PythonRange(
            python.lower[:2], True, (python.lower[0], python.lower[1] + 1) if len(python.lower) > 1 else ()
        )
    universal = tool == "uv export" or "--universal" in words
    writing = Writing(
        python if tool == "uv export" else by_wheels,
        platform or _read_platform(words),
        universal,
        "meaning" if by_tool == "uv" else "none",
        False,
        frozenset(canonicalize_name(value) for flag, value in read_flags(words) if flag == "--no-emit-package"),
        reach,
    )
    compare(asked.declared, asked.limits, entries, writing, outcome)
    return outcome.settle(tuple(inputs))


def _holds_project(lock: Lock) -> bool:
    return any(table(entry, "directory").get("path") == "." for entry in rows(lock.content.get("packages")))


def _entries(lock: Lock, targets: frozenset[str] | None) -> Iterable[Held]:
    """Yield the entries of a lock; `targets` are the names that other packages ask for, None where nothing shows them."""
    for entry in rows(lock.content.get("packages")):
        vcs, archive = table(entry, "vcs"), table(entry, "archive")
        url = text(archive.get("url")) or text(archive.get("path"))
        if vcs:
            url = (
                f"{text(vcs.get('type'))}+{text(vcs.get('url')) or text(vcs.get('path'))}@{text(vcs.get('commit-id'))}"
            )
        if "directory" in entry:
            url = f"file:{text(table(entry, 'directory').get('path'))}"
        name = canonicalize_name(text(entry.get("name")))
        shared = targets is None or name in targets
        yield Held(name, text(entry.get("version")), url, text(entry.get("marker")), shared=shared)


def _read_wheels(lock: Lock) -> tuple[str, PythonRange | None]:
    """Return the (sys_platform, Python range) that the wheels of a lock fit; pip locks for one platform only."""
    platform, python = "", None
    for entry in rows(lock.content.get("packages")):
        for wheel in rows(entry.get("wheels")):
            tags = _WHEEL.search(text(wheel.get("name")) or text(wheel.get("url")))
            if tags is None:
                continue
            if "abi3" not in tags[0]:
                lower = (int(tags["major"]), int(tags["minor"]))
                python = PythonRange(lower, True, (lower[0], lower[1] + 1))
            platform = next((value for mark, value in _WHEEL_PLATFORMS if mark in tags["platform"]), platform)
    return platform, python


def _find(names: Iterable[str], folder: str, files: Files) -> tuple[list[str], str]:
    """Return the repo paths of a command's files, and the first that is not there."""
    found: list[str] = []
    for name in names:
        path = locate(name, folder, lambda path: files.read(path) is not None)
        if not path:
            return found, name
        found.append(path)
    return found, ""


def _read(paths: Iterable[str], words: tuple[str, ...], files: Files, *, exported: bool = False) -> Asked:
    asked = Asked()
    for path in paths:
        if path.endswith(".toml"):
            _read_project(parse_toml(files.read(path) or b"", path), path, words, exported, asked)
            continue
        found = read_requirements(path, files)
        asked.declared += found.declared
        asked.limits += found.limits
        asked.options |= found.options
        asked.doubts += found.doubts
    return asked


def _read_project(content: dict[str, Any], path: str, words: tuple[str, ...], exported: bool, asked: Asked) -> None:
    project, settings = table(content, "project"), table(content, "tool", "uv")
    if not project:
        asked.doubts.append(f"{path} has no [project] table: a build says what it asks for")
    if {"dependencies", "optional-dependencies"} & set(strings(project.get("dynamic"))):
        asked.doubts.append(f"{path} leaves its requirements to a build")
    optional, grouped = table(project, "optional-dependencies"), table(content, "dependency-groups")
    extras, groups = select_groups(words, {"extras": optional, "groups": grouped})
    if exported:
        flags = {word.partition("=")[0] for word in words}
        if not flags & {"--no-default-groups", "--no-dev"}:
            chosen = settings.get("default-groups", ["dev"])
            groups |= set(grouped) if chosen == "all" else set(strings(chosen))
        for flag in flags & {
            "--only-dev",
            "--only-group",
            "--no-group",
            "--no-extra",
            "--package",
            "--all-packages",
            "--prune",
        }:
            asked.doubts.append(f"the export was made with {flag}")
        if settings.get("dev-dependencies"):
            asked.doubts.append(f"{path} has requirements in an old table of its own")
    lines = [*strings(project.get("dependencies"))]
    for name, part in optional.items():
        if canonicalize_name(name) in {canonicalize_name(extra) for extra in extras}:
            lines += strings(part)
    lines += _expand({canonicalize_name(name) for name in groups}, grouped)
    own, moved = canonicalize_name(text(project.get("name")) or "-"), own_sources(content)
    found = [item for line in lines if (item := read_requirement(line, path)) is not None]
    if len(found) < len(lines):
        asked.doubts.append(f"{path} has requirements that cannot be read")
    replaced = {
        item.name for line in strings(settings.get("override-dependencies")) if (item := read_requirement(line, path))
    }
    if (moved | replaced) & {item.name for item in found}:
        asked.doubts.append(f"{path} replaces where requirements come from, or which versions they take")
    if any(item.name == own for item in found):
        asked.doubts.append(f"{path} asks for extras of its own")
    asked.declared += [item for item in found if item.name != own]
    limits = strings(settings.get("constraint-dependencies"))
    asked.limits += [item for line in limits if (item := read_requirement(line, path)) is not None]
    for key in sorted(
        {"resolution", "prerelease", "index", "environments", "exclude-newer", "fork-strategy"} & set(settings)
    ):
        asked.doubts.append(f"`tool.uv.{key}` takes part, and the lock does not say how it stood")


def _expand(wanted: set[str], grouped: dict[str, Any]) -> list[str]:
    """Return the requirement lines of groups and of the groups that they include."""
    lines: list[str] = []
    seen: set[str] = set()
    pending = sorted(wanted)
    while pending:
        name = pending.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for key, part in grouped.items():
            if canonicalize_name(key) == name and isinstance(part, list):
                lines += strings(part)
                pending += [canonicalize_name(text(row.get("include-group"))) for row in rows(part)]
    return lines


def _follow(
    lock: Lock, path: str, declared: list[Declared], files: Files, outcome: Outcome
) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """Return (every name that requirements lead to, those that packages ask for) by the lock of uv that was exported.

    Both are None without that lock.
    """
    data = files.read(path)
    if data is None:
        return None, None
    content = parse_toml(data, path)
    held: dict[str, list[dict[str, Any]]] = {}
    for entry in rows(content.get("package")):
        held.setdefault(canonicalize_name(text(entry.get("name"))), []).append(entry)
    for package in lock.packages:
        versions = {text(entry.get("version")) for entry in held.get(package.name, ())}
        if package.version and versions and package.version not in versions:
            reason = f"it holds `{package.name}` {package.version}, {path} {', '.join(sorted(versions))}"
            outcome.refute(reason, package.name)
    done: set[tuple[str, str]] = set()
    targets: set[str] = set()
    pending = [(item.name, extra) for item in declared for extra in ("", *item.extras)]
    while pending:
        name, extra = pending.pop()
        if (name, extra) in done:
            continue
        done.add((name, extra))
        entries = held.get(name, [])
        parts = [
            entry.get("dependencies") if not extra else table(entry, "optional-dependencies").get(extra)
            for entry in entries
        ]
        if extra and entries and all(part is None for part in parts):
            outcome.doubts.append(f"{path} does not hold `{name}` with the extras that are asked for")
        for row in (row for part in parts for row in rows(part)):
            found = str(canonicalize_name(text(row.get("name"))))
            targets.add(found)
            pending += [(found, wanted) for wanted in ("", *strings(row.get("extra")))]
    return frozenset(name for name, _ in done), frozenset(targets)


def _read_python(words: tuple[str, ...], written: str, universal: bool) -> PythonRange | None:
    flags = dict(read_flags(words))
    asked = next((flags[flag] for flag in ("--python-version", "-p", "--python") if flag in flags), written)
    try:
        release = Version(asked).release[:2]
    except (ValueError, RecursionError):
        return None
    if len(release) < 2:
        return None
    return PythonRange(release) if universal else PythonRange(release, True, (release[0], release[1] + 1))


def _read_platform(words: tuple[str, ...]) -> str:
    asked = dict(read_flags(words)).get("--python-platform", "")
    return next((value for mark, value in _PLATFORMS if mark in asked), "")
