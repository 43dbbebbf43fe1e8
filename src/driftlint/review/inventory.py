"""The inventory: every external reference of a run, with its pin, what settles it and how it stands.

Promises: one row a decision, in the order of kind, host, name and place; nothing is left out, whatever its severity. What a
lock settles shows what the lock holds. Refuses to know: which findings block (it is told), and how rows are shown.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec.structs import replace

from driftlint.distributions import canonicalize_name
from driftlint.facts import Finding, Pin, PinTarget, Reference, Rung, Suppressed
from driftlint.judges.tracked import find_kept
from driftlint.judges.world import World
from driftlint.locks import Lock, LockedPackage
from driftlint.locks.digests import read_digests
from driftlint.review.model import Evidence, Item, LockSummary, Standing

_NAMED = frozenset(("package", "tool", "python"))
"""Kinds that a lock may hold."""
_FILE = "local-data"
"""The kind of a file that a program reads from the machine it runs on."""
_EXACT = frozenset(("version", "sealed", "tag", "short", "retiring", "retired"))
"""States whose selector is one version."""


def summarise_locks(world: World) -> tuple[LockSummary, ...]:
    """Return the locks of the repo with what they hold, by path."""
    found = []
    for path, lock in sorted(world.locks.items()):
        data = world.read(path) or b""
        digests = read_digests(lock, data.decode("utf-8-sig", "replace"))
        verdict = world.freshness.get(path)
        packages = tuple((package, digests.get(package.line, ())) for package in lock.packages)
        found.append(
            LockSummary(
                path,
                lock.format,
                hashlib.sha256(data).hexdigest(),
                verdict.state if verdict is not None else "unknown",
                verdict.reason if verdict is not None else "",
                packages,
            )
        )
    return tuple(found)


def build_inventory(
    world: World,
    locks: Iterable[LockSummary],
    findings: Collection[Finding],
    suppressed: Collection[Suppressed],
    blocks: Callable[[Finding], bool],
) -> tuple[Item, ...]:
    """Return the rows of every reference. `blocks` says of a finding whether it blocks."""
    spoken: dict[Reference, list[Finding]] = {}
    for finding in findings:
        if isinstance(finding.target, PinTarget):
            spoken.setdefault(finding.target.reference, []).append(finding)
    accepted = {item.finding.target.reference for item in suppressed if isinstance(item.finding.target, PinTarget)}
    local = [reference for reference in world.references if reference.subject.kind == _FILE]
    kept = find_kept(world, local) if local else frozenset()
    by_path = {summary.path: summary for summary in locks}
    counts: Counter[tuple[str, ...]] = Counter()
    rows = []
    for reference in sorted(world.references, key=_order):
        subject = reference.subject
        key = (subject.kind, subject.host, subject.name, reference.where.path)
        counts[key] += 1
        evidence = _find_evidence(world, reference, by_path)
        demanded = world.demanded(subject.kind, reference.where.path)
        about = spoken.get(reference, ())
        kind = world.catalogue.kinds.get(subject.kind)
        standing = _find_standing(reference, demanded, about, reference in accepted, blocks)
        if reference in kept:
            reference = replace(reference, pin=Pin("sealed", "in this commit, or a hash of it"))
            standing = "held" if standing == "open" else standing
        rows.append(
            Item(
                "ref-" + _shorten(*key, str(counts[key])),
                reference,
                kind.label if kind is not None else subject.kind,
                world.host_label(subject.host),
                _find_version(reference, evidence),
                demanded,
                standing,
                evidence,
                tuple(finding.fingerprint for finding in about),
            )
        )
    return tuple(rows)


def _order(reference: Reference) -> tuple[object, ...]:
    subject, where = reference.subject, reference.where
    return subject.kind, subject.host, subject.name, where.path, where.span, reference.place.path, reference.place.span


def _shorten(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _find_standing(
    reference: Reference,
    demanded: Rung,
    about: Iterable[Finding],
    accepted: bool,
    blocks: Callable[[Finding], bool],
) -> Standing:
    told = [blocks(finding) for finding in about]
    if any(told):
        return "blocks"
    if accepted:
        return "accepted"
    if told:
        return "advice"
    return "held" if reference.pin.rung >= demanded else "open"


def _find_evidence(world: World, reference: Reference, locks: Mapping[str, LockSummary]) -> tuple[Evidence, ...]:
    """Return the nearest lock that holds what a reference gets, or the lock that the reference is written in."""
    if reference.subject.kind not in _NAMED:
        return ()
    name = canonicalize_name(reference.subject.name.split("[")[0])
    path = reference.where.path
    if path in locks:
        line = world.line_of(reference.where)
        return tuple(_hold(locks[path], p, d) for p, d in locks[path].packages if p.name == name and p.line == line)
    if "locked" not in reference.groups:
        return ()
    exact = (reference.pin.selector or "").lstrip("= ")
    for lock in _nearest(path, world.locks):
        held = [
            _hold(locks[lock.path], package, digests)
            for package, digests in locks[lock.path].packages
            if package.name == name and (package.version == exact or package.commit == exact)
        ]
        if held:
            return tuple(held[:1])
    return ()


def _nearest(path: str, locks: Mapping[str, Lock]) -> list[Lock]:
    """Return the locks that may settle a manifest: those that name it, then those above it, nearest first."""
    folder = posixpath.dirname(path)
    above = []
    for lock in locks.values():
        own = posixpath.dirname(lock.path)
        if path in lock.sources:
            above.append((0, 0, lock.path))
        elif not own or folder == own or folder.startswith(own + "/"):
            above.append((1, -len(own), lock.path))
    return [locks[name] for _, _, name in sorted(above)]


def _hold(summary: LockSummary, package: LockedPackage, digests: tuple[str, ...]) -> Evidence:
    return Evidence(
        summary.path,
        summary.form,
        summary.sha256,
        package.line,
        package.version or package.commit,
        digests,
        summary.freshness,
    )


def _find_version(reference: Reference, evidence: tuple[Evidence, ...]) -> str:
    if evidence:
        return evidence[0].version
    if reference.pin.state not in _EXACT or reference.pin.selector is None:
        return ""
    text = reference.pin.selector.strip()
    return "" if " " in text else text.lstrip("=").strip()
