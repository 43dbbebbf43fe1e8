"""Is a lock fresh, stale, or can that not be told?

Promises: no tool is run; "stale" only where the manifest and the lock contradict each other, with the reason in words.
Refuses to know: whether newer versions exist, and what builds and environment variables add.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from driftlint.locks import pdm, pipenv, poetry, uv
from driftlint.locks.compiled_inputs import check_compiled, check_pylock
from driftlint.locks.declared import read_manifest
from driftlint.locks.inputs import read_conda_environment
from driftlint.locks.model import Declared, Files, Freshness, Lock, LockError
from driftlint.locks.paths import join
from driftlint.locks.pixi_check import check_pixi
from driftlint.locks.semantic import Unmet, find_unmet
from driftlint.locks.tables import parse_toml, table

_HASHED: dict[str, Callable[[Lock, dict[str, Any], str, Files], Freshness]] = {
    "poetry": poetry.check_hash,
    "pdm": pdm.check_hash,
    "pylock": pdm.check_hash,
    "pipenv": pipenv.check_hash,
}
_OFFERED = frozenset(("pip",))
"""What an interpreter brings along without being asked for."""
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
        return check_compiled(lock, files)
    if lock.format == "explicit":
        return Freshness("unknown", "it is a list of archives that does not say what it was made from")
    if lock.format == "conda-lock":
        return _check_environment(lock, files)
    if lock.format == "pixi":
        return _check_pixi(lock, files)
    if lock.format == "pylock" and not pdm.recorded_hash(lock)[1]:
        return check_pylock(lock, files)
    path = join(folder, "Pipfile" if lock.format == "pipenv" else "pyproject.toml")
    data = files.read(path)
    if data is None:
        return Freshness("unknown", f"there is no {path} beside the lock")
    manifest = parse_toml(data, path)
    declared = read_manifest(manifest, path)
    verdict = _HASHED[lock.format](lock, manifest, path, files)
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


def _check_environment(lock: Lock, files: Files) -> Freshness:
    folder = lock.path.rpartition("/")[0]
    named = [path for path in lock.sources if files.read(path) is not None]
    paths = named or [path for name in _ENVIRONMENTS if files.read(path := join(folder, name)) is not None]
    environments = [path for path in paths if path.endswith((".yml", ".yaml"))]
    if not environments:
        return Freshness("unknown", "no environment file stands beside it")
    declared = [item for path in environments for item in read_conda_environment(path, files)]
    return _by_content(lock, declared, environments, whole=len(environments) == len(lock.sources) > 0)


def _check_pixi(lock: Lock, files: Files) -> Freshness:
    folder = lock.path.rpartition("/")[0]
    for name in ("pixi.toml", "pyproject.toml"):
        path = join(folder, name)
        data = files.read(path)
        if data is not None:
            content = parse_toml(data, path)
            if name == "pixi.toml" or table(content, "tool", "pixi"):
                return check_pixi(lock, content, path)
    return Freshness("unknown", "no manifest stands beside it")


def _by_content(lock: Lock, declared: list[Declared], paths: list[str], *, whole: bool) -> Freshness:
    """Compare what is declared with what is held; `whole`: these are all the files that the lock was made from."""
    unmet = find_unmet(lock, [item for item in declared if not item.marker])
    if unmet:
        return Freshness("stale", unmet[0].reason, tuple(paths), _names(unmet))
    asked = {item.name for item in declared} | set(lock.content.get("asked", ()))
    rest = [package.name for package in lock.packages if package.name not in asked and package.name not in _OFFERED]
    if whole and rest:
        return Freshness("stale", f"nothing asks for `{rest[0]}`, which it holds", tuple(paths), (rest[0],))
    return Freshness(
        "unknown", "it holds what is declared, and the rest of its inputs cannot be compared", tuple(paths)
    )
