"""Does a lock hold what the manifests declare, and does what installs it keep to it?

Promises: a manifest with hashes, one with lines that are open anyway, or one that a lock in its folder or above covers, is never
missing a lock; a lock is out of date only where manifest and lock contradict each other. Refuses to know: formats of locks
(`driftlint.locks` does).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping

from driftlint.distributions import canonicalize_name
from driftlint.facts import CommandTarget, Finding, LiteralTarget, Place, Rule, Rung, Severity, Subject
from driftlint.judges.enforced import Unenforced, find_unenforced
from driftlint.judges.world import World, make_finding, texts
from driftlint.late_regex import compile_late
from driftlint.locks import Freshness, Lock, recognise_lock
from driftlint.text import Span

_TOP = Span(0, 0)
_PLAIN = compile_late(r"[\w./+-]+")
_SHOWN = 5
"""Related lines and names that a finding lists."""


def judge_locked(rule: Rule, world: World) -> Iterator[Finding]:
    """Answer the rule's `question` about locks: "missing" (default), "stale", "unhashed" or "unenforced".

    Parameters of "missing": `forms` (which mentions make a file a manifest), `not_groups`. Of "stale" and "unhashed":
    `formats` (all when left out). Of "unenforced": `installs`, see `judges/enforced.py`. `commands` of "missing" and "stale"
    is a table of the command that makes the lock, by form or format; {path} in it is the manifest or the lock. `makes` is a table
    of the files that such commands write from the manifest alone.
    """
    yield from _QUESTIONS[str(rule.params.get("question", "missing"))](rule, world)


def _judge_missing(rule: Rule, world: World) -> Iterator[Finding]:
    forms, not_groups = texts(rule, "forms"), texts(rule, "not_groups")
    locked = {
        posixpath.dirname(path) for path in world.project.names.where(recognise_lock) if not path.endswith(".py.lock")
    }
    covered = {source for lock in world.locks.values() for source in lock.sources}
    seen: dict[str, Place] = {}
    form_of: dict[str, str] = {}
    sealed: set[str] = set()
    open_: set[str] = set()
    for reference in world.references:
        if reference.subject.kind != "package" or (forms and reference.form not in forms):
            continue
        if set(not_groups) & set(reference.groups):
            continue
        if reference.pin.state == "sealed" or "compiled" in reference.groups:
            sealed.add(reference.where.path)
        if reference.pin.rung < Rung.VERSION:
            open_.add(reference.where.path)
        seen.setdefault(reference.where.path, reference.where)
        form_of.setdefault(reference.where.path, reference.form)
    for path, place in seen.items():
        folder = posixpath.dirname(path)
        if path in sealed or path in open_ or path in covered or f"{path}.lock" in world.locks:
            continue
        if any(folder == lock or folder.startswith(lock + "/") or not lock for lock in locked):
            continue
        yield make_finding(
            world,
            rule,
            Subject("environment", "repository", path),
            Place(path, Span(place.span.start, place.span.end)),
            {},
            severity=_raised(rule, world, path),
            reasoning=("no lock file stands in its folder or above, and no line carries a hash",),
            target=_ask_to_run(rule, form_of[path], path),
        )


def _judge_stale(rule: Rule, world: World) -> Iterator[Finding]:
    for path, lock in _chosen(rule, world):
        verdict = world.freshness[path]
        if verdict.state != "stale":
            continue
        yield make_finding(
            world,
            rule,
            Subject("environment", "repository", path),
            Place(path, _TOP),
            {"reason": verdict.reason, "manifests": ", ".join(verdict.manifests[:_SHOWN])},
            related=_differing(world, verdict),
            severity="info" if verdict.harmless else None,
            reasoning=(f"{lock.format} lock compared with {', '.join(verdict.manifests)}", verdict.reason),
            target=_ask_to_run(rule, lock.format, path),
        )


def _ask_to_run(rule: Rule, key: str, path: str) -> CommandTarget | None:
    """Return the command that makes a lock beside `path`; None where the rule names none, or the path is no plain word."""
    commands = rule.params.get("commands")
    command = commands.get(key) if isinstance(commands, Mapping) else None
    if not isinstance(command, str) or not _PLAIN.fullmatch(path):
        return None
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    made = command.replace("{path}", name).replace("{stem}", stem)
    written = rule.params.get("makes")
    new = written.get(key) if isinstance(written, Mapping) else None
    makes = posixpath.join(folder, new.replace("{stem}", stem)) if isinstance(new, str) else ""
    return CommandTarget(f"cd {folder} && {made}" if folder else made, path, makes)


def _differing(world: World, verdict: Freshness) -> tuple[Place, ...]:
    """Return the manifest lines of requirements that the lock does not meet."""
    names = set(verdict.differs)
    found = [
        Place(reference.where.path, reference.where.span, "declared here, and the lock does not hold it so")
        for reference in world.references
        if reference.subject.kind in ("package", "python")
        and reference.where.path in verdict.manifests
        and canonicalize_name(reference.subject.name) in names
    ]
    return tuple(found[:_SHOWN])


def _judge_unhashed(rule: Rule, world: World) -> Iterator[Finding]:
    for path, lock in _chosen(rule, world):
        bare = [p.name for p in lock.packages if p.origin in ("index", "url") and not p.hashed and not p.commit]
        if not bare:
            continue
        shown = ", ".join(f"`{name}`" for name in bare[:3]) + (f" and {len(bare) - 3} more" if len(bare) > 3 else "")
        yield make_finding(
            world,
            rule,
            Subject("environment", "repository", path),
            Place(path, _TOP),
            {"packages": shown},
            severity=_raised(rule, world, path),
            reasoning=(f"{len(bare)} of {len(lock.packages)} packages of the lock carry no hash",),
        )


def _judge_unenforced(rule: Rule, world: World) -> Iterator[Finding]:
    for found in find_unenforced(rule, world):
        yield make_finding(
            world,
            rule,
            Subject("environment", "repository", found.command),
            found.place,
            {"command": found.command, "lock": found.lock, "instead": found.instead, "why": found.why},
            related=found.others,
            severity=found.severity,
            reasoning=(f"{found.lock} stands beside what the command installs", found.why),
            target=_ask_to_enforce(found, world),
        )


def _ask_to_enforce(found: Unenforced, world: World) -> LiteralTarget | None:
    """Return what makes a command hold to its lock, None where it would then fail over a lock that is out of date."""
    verdict = world.freshness.get(found.lock)
    if found.word is None or not found.write or (verdict is not None and verdict.state == "stale"):
        return None
    return LiteralTarget(found.word, ((found.old, found.write),), found.words)


def _chosen(rule: Rule, world: World) -> Iterator[tuple[str, Lock]]:
    formats = texts(rule, "formats")
    for path, lock in sorted(world.locks.items()):
        if not formats or lock.format in formats:
            yield path, lock


def _raised(rule: Rule, world: World, path: str) -> Severity | None:
    """Advice becomes a warning where hashes are demanded."""
    raised = world.demanded("package", path) > world.usual_demand("package")
    return "warning" if raised and rule.severity == "info" else None


_QUESTIONS: dict[str, Callable[[Rule, World], Iterator[Finding]]] = {
    "missing": _judge_missing,
    "stale": _judge_stale,
    "unhashed": _judge_unhashed,
    "unenforced": _judge_unenforced,
}
