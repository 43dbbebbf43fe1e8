"""Locks: what they hold, and whether they still hold what the manifests ask for.

Promises: one module a format; three-valued verdicts with a reason, made without running any tool.
Refuses to know: rules, severities, and whether an install command enforces a lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from driftlint.locks.model import Files, Freshness, Lock, LockedPackage, LockError
from driftlint.locks.recognise import may_be_lock, recognise_compiled, recognise_explicit, recognise_lock

__all__ = [
    "Files",
    "Freshness",
    "Lock",
    "LockError",
    "LockedPackage",
    "judge_freshness",
    "may_be_lock",
    "read_lock",
    "read_locks",
    "recognise_compiled",
    "recognise_lock",
]


def read_lock(path: str, data: bytes) -> Lock | None:
    """Return a lock by its path, or by its first lines where those say it; None for a file that is none.

    Raises LockError for a lock that is broken.
    """
    kind = recognise_lock(path)
    if kind is None:
        kind = "compiled" if recognise_compiled(path, data) else "explicit" if recognise_explicit(path, data) else None
    if kind is None:
        return None
    from driftlint.locks.readers import READERS

    try:
        return READERS[kind](path, data)
    except (AttributeError, TypeError, KeyError, ValueError, RecursionError) as error:
        if isinstance(error, LockError):
            raise
        raise LockError(f"{path} does not have the shape of its format ({type(error).__name__})") from None


def read_locks(files: Mapping[str, bytes], paths: Iterable[str] | None = None) -> dict[str, Lock | None]:
    """Return every lock among files by path, with those of its sources that are among them; None for one that is broken.

    `paths` are the files that may be locks by their names, all unless given.
    """
    found: dict[str, Lock | None] = {}
    for path in files if paths is None else paths:
        try:
            lock = read_lock(path, files[path])
        except LockError:
            found[path] = None
            continue
        if lock is not None:
            from driftlint.locks.piptools import locate_inputs

            there = files.__contains__
            named = locate_inputs(lock, there) if lock.format == "compiled" else filter(there, lock.sources)
            found[path] = replace(lock, sources=tuple(named))
    return found


def judge_freshness(lock: Lock, files: Files) -> Freshness:
    """Return the verdict on one lock: whether it still holds what its manifests ask for. Never raises."""
    from driftlint.locks import freshness

    return freshness.judge_freshness(lock, files)
