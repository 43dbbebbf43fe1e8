"""Is a lock fresh, stale, or can that not be told?

Promises: no tool is run; "stale" only where the manifest and the lock contradict each other, with the reason in words.
Refuses to know: whether newer versions exist, and what builds and environment variables add.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from driftlint.locks import pdm, pipenv, poetry, uv
from driftlint.locks.declared import read_manifest
from driftlint.locks.inputs import read_conda_environment, read_pixi, read_requirements
from driftlint.locks.model import Declared, Files, Freshness, Lock, LockError
from driftlint.locks.paths import join
from driftlint.locks.piptools import find_inputs
from driftlint.locks.semantic import Unmet, find_unmet
from driftlint.locks.tables import parse_toml, table

_HASHED: dict[str, Callable[[Lock, dict[str, Any], str, Files], Freshness]] = {
    "poetry": poetry.check_hash,
    "pdm": pdm.check_hash,
    "pipenv": pipenv.check_hash,
}
_ENVIRONMENTS = ("environment.yml", "environment.yaml")


def judge_freshness(lock: Lock, files: Files) -> Freshness:
    """Return the verdict on one lock. Never raises."""
    try:
        return _judge(lock, files)
    except LockError as error:
        return Freshness("unknown", str(error))
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        return Freshness("unknown", f"the files do not have the shape of their format ({type(error).__name__})")


def _judge(lock: Lock, files: Files) -> Freshness:
    folder = lock.path.rpartition("/")[0]
    if lock.format == "uv":
        if lock.path.endswith(".py.lock"):
            return uv.check_script(lock, files)
        return uv.check_manifests(lock, files)
    if lock.format == "compiled":
        return _check_compiled(lock, files)
    if lock.format == "explicit":
        return Freshness("unknown", "it is a list of archives that does not say what it was made from")
    if lock.format == "conda-lock":
        return _check_environment(lock, files)
    if lock.format == "pixi":
        return _check_pixi(lock, files)
    path = join(folder, "Pipfile" if lock.format == "pipenv" else "pyproject.toml")
    data = files.read(path)
    if data is None:
        return Freshness("unknown", f"there is no {path} beside the lock")
    manifest = parse_toml(data, path)
    declared = read_manifest(manifest, path)
    if lock.format == "pylock" and pdm.recorded_hash(lock)[1]:
        verdict = pdm.check_hash(lock, manifest, path, files)
    elif lock.format in _HASHED:
        verdict = _HASHED[lock.format](lock, manifest, path, files)
    else:
        return _check_pylock(lock, declared, path)
    groups = table(lock.content, "metadata").get("groups")
    if lock.format == "pdm" and isinstance(groups, list):
        declared = [item for item in declared if not item.groups or set(item.groups) & set(groups)]
    unmet = find_unmet(lock, declared)
    if verdict.state == "stale":
        return Freshness("stale", _because(verdict.reason, unmet), verdict.manifests, _names(unmet))
    if verdict.state == "unknown" and unmet:
        return Freshness("stale", unmet[0].reason, verdict.manifests, _names(unmet))
    return verdict


def _because(reason: str, unmet: list[Unmet]) -> str:
    return f"{reason}; {unmet[0].reason}" if unmet else reason


def _names(unmet: list[Unmet]) -> tuple[str, ...]:
    return tuple(sorted({item.name for item in unmet}))


def _check_pylock(lock: Lock, declared: list[Declared], path: str) -> Freshness:
    """The format names no input: what is missing counts only where most of the manifest is in the lock."""
    asked = [item for item in declared if not item.groups and not item.marker]
    if lock.path.rpartition("/")[2] != "pylock.toml" or not asked:
        return Freshness("unknown", "the format has no place for what the lock was made from", (path,))
    unmet = find_unmet(lock, asked)
    held = {package.name for package in lock.packages}
    if unmet and 2 * sum(item.name in held for item in asked) >= len(asked):
        return Freshness("stale", unmet[0].reason, (path,), _names(unmet))
    return Freshness("unknown", "it holds what is declared, but cannot show what was taken away since", (path,))


def _check_compiled(lock: Lock, files: Files) -> Freshness:
    inputs = find_inputs(lock, lambda path: files.read(path) is not None)
    missing = next((path for path in inputs if files.read(path) is None), None)
    if missing is not None:
        return Freshness("unknown", f"{missing}, which it was compiled from, is not in the repo")
    if not inputs:
        return Freshness("unknown", "it does not say what it was compiled from")
    declared: list[Declared] = []
    for path in inputs:
        if path.endswith((".in", ".txt")):
            declared += read_requirements(path, files)
        elif path.endswith(".toml"):
            data = files.read(path)
            declared += read_manifest(parse_toml(data or b"", path), path)
        else:
            return Freshness("unknown", f"{path} is code: what it asks for shows only when it runs", tuple(inputs))
    left_out = lock.content.get("left-out", set())
    # A compiler leaves out what its own platform does not need, so only unconditional requirements must be there.
    asked = [item for item in declared if not item.groups and not item.marker and item.name not in left_out]
    unmet = find_unmet(lock, asked)
    if unmet:
        return Freshness("stale", unmet[0].reason, tuple(inputs), _names(unmet))
    names = {item.name for item in declared}
    asked_before = lock.content.get("asked", {})
    stems = {path.rpartition("/")[2] for path in inputs}
    for name, sources in asked_before.items():
        direct = [source for source in sources if source.rpartition("/")[2] in stems]
        if direct and name not in names:
            reason = f"the lock holds `{name}` because {direct[0]} asked for it, and it no longer does"
            return Freshness("stale", reason, tuple(inputs), (name,))
    if not asked_before:
        return Freshness(
            "unknown", "it holds what is declared, but cannot show what was taken away since", tuple(inputs)
        )
    return Freshness(
        "fresh", f"it holds what {', '.join(inputs)} asks for, and nothing that was taken away", tuple(inputs)
    )


def _check_environment(lock: Lock, files: Files) -> Freshness:
    folder = lock.path.rpartition("/")[0]
    named = [path for path in lock.sources if files.read(path) is not None]
    paths = named or [path for name in _ENVIRONMENTS if files.read(path := join(folder, name)) is not None]
    environments = [path for path in paths if path.endswith((".yml", ".yaml"))]
    if not environments:
        return Freshness("unknown", "no environment file stands beside it")
    declared = [item for path in environments for item in read_conda_environment(path, files)]
    return _by_content(lock, declared, environments)


def _check_pixi(lock: Lock, files: Files) -> Freshness:
    folder = lock.path.rpartition("/")[0]
    for name in ("pixi.toml", "pyproject.toml"):
        path = join(folder, name)
        data = files.read(path)
        if data is not None:
            content = parse_toml(data, path)
            if name == "pixi.toml" or table(content, "tool", "pixi"):
                return _by_content(lock, read_pixi(content, path), [path])
    return Freshness("unknown", "no manifest stands beside it")


def _by_content(lock: Lock, declared: list[Declared], paths: list[str]) -> Freshness:
    unmet = find_unmet(lock, [item for item in declared if not item.marker])
    if unmet:
        return Freshness("stale", unmet[0].reason, tuple(paths), _names(unmet))
    return Freshness("unknown", "it holds what is declared, but cannot show what was taken away since", tuple(paths))
