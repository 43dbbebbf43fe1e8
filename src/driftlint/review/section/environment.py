"""The environment of a draft: interpreter, lock or manifest, image, and the commands that set it up.

Promises: a lock before a manifest, a fresh one before a stale one, the top of the repo before its folders. Refuses to know: how
the tools are called (the packs' ``[report.draft]`` says it).
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from driftlint.judges.tracked import list_outputs
from driftlint.judges.world import World
from driftlint.locks import Lock

_MOST_FETCHED = 6


def setup_commands(world: World) -> tuple[str, ...]:
    """Return the commands that set the environment up, () where the repo has neither lock nor manifest."""
    table = _table(world)
    lock = main_lock(world)
    if lock is not None:
        lines = table.get("locks", {}).get(lock.format, ())
        return tuple(str(line).format(path=lock.path) for line in lines)
    found = main_manifest(world)
    if found is None:
        return ()
    name, path = found
    return tuple(str(line).format(path=path) for line in table.get("manifests", {})[name])


def fetch_commands(world: World) -> tuple[str, ...]:
    """Return the commands that fetch the data which nothing in the repo makes and version control of data holds a hash of."""
    fetches = _table(world).get("kept", {})
    pointers = dict.fromkeys(o.place.path for o in list_outputs(world) if not o.stage)
    return tuple(
        str(line).format(path=shlex.quote(path))
        for path in pointers
        for ending, line in fetches.items()
        if path.endswith(ending)
    )[:_MOST_FETCHED]


def _table(world: World) -> Mapping[str, Any]:
    report = world.catalogue.extra.get("report")
    draft = report.get("draft") if isinstance(report, Mapping) else None
    return draft if isinstance(draft, Mapping) else {}


def main_lock(world: World) -> Lock | None:
    """Return the lock at the top of the repo, one that holds before one that is out of date."""
    known = _table(world).get("locks", {})
    locks = [lock for path, lock in sorted(world.locks.items()) if "/" not in path and lock.format in known]
    order = {"fresh": 0, "unknown": 1, "stale": 2}
    return min(
        locks,
        key=lambda k: (order[world.freshness[k.path].state] if k.path in world.freshness else 1, k.path),
        default=None,
    )


def main_manifest(world: World) -> tuple[str, str] | None:
    """Return the name and path of the manifest from which the environment is made: at the top, else the only one of its name."""
    for name in _table(world).get("manifests", {}):
        if name in world.listed:
            return name, name
    for name in _table(world).get("manifests", {}):
        below = [path for path in world.listed if path.endswith("/" + name) and not world.is_foreign(path)]
        if len(below) == 1:
            return name, below[0]
    return None


def describe_environment(world: World, blank: Callable[[str], str]) -> Iterator[str]:
    """Yield what is known of the environment, a line each."""
    pythons = [
        r
        for r in world.references
        if r.subject.kind == "python" and r.pin.selector and "/" not in r.where.path and "ci" not in r.groups
    ]
    exact = [r for r in pythons if r.pin.state in ("version", "sealed")] or pythons
    if exact:
        best = exact[0]
        text = f"- Python `{str(best.pin.selector).strip()}` ({world.spot(best.where)})"
        yield (
            text
            if best.pin.state in ("version", "sealed", "series")
            else f"{text}; the run used {blank('exact Python version')}"
        )
    else:
        yield f"- Python: {blank('exact Python version')}"
    lock = main_lock(world)
    if lock is not None:
        hashed = sum(1 for package in lock.packages if package.hashed or package.commit)
        state = world.freshness[lock.path].state if lock.path in world.freshness else "unknown"
        said = {"fresh": "", "stale": ", which is out of date", "unknown": ""}[state]
        yield f"- Packages: `{lock.path}`{said}, {len(lock.packages)} packages, {hashed} of them held by a digest or a commit"
    else:
        yield from _manifest_rows(world, blank)
    images: dict[str, None] = {}
    for reference in world.references:
        if (
            reference.subject.kind == "image"
            and "ci" not in reference.groups
            and reference.pin.selector
            and "/" not in reference.where.path
        ):
            pin = reference.pin.selector
            mark = "@" if reference.pin.state == "sealed" and "@" not in pin else ":"
            images.setdefault(f"- Image `{reference.subject.name}{mark}{pin}` ({world.spot(reference.where)})")
    yield from list(images)[:4]


def _manifest_rows(world: World, blank: Callable[[str], str]) -> Iterator[str]:
    found = main_manifest(world)
    if found is None:
        yield f"- Packages: {blank('lock file or list of exact versions')}"
        return
    _, path = found
    rows = [r for r in world.references if r.subject.kind == "package" and r.where.path == path]
    exact = sum(1 for r in rows if r.pin.state in ("version", "sealed"))
    count = f"{len(rows)} requirement" + ("s" if len(rows) != 1 else "")
    text = f"- Packages: `{path}`, {count}, {exact} of them with an exact version, and no lock file"
    yield (
        text if rows and exact == len(rows) else f"{text}; the run used {blank('lock file or list of exact versions')}"
    )
