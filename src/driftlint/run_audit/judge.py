"""Does the record of a run hold its eight parts, and do they agree with the repo at its commit?

Promises: each answer is "agrees", "differs" or "unknown", with the two values; nothing is guessed. Refuses to know: how a
record is read, how git is asked.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from driftlint.distributions import canonicalize_name
from driftlint.late_regex import compile_late
from driftlint.run_audit.repo import RepoAtCommit
from driftlint.run_records.model import PARTS, RunRecord

State: TypeAlias = Literal["agrees", "differs", "unknown"]
_FULL = compile_late(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MODEL_KEY = compile_late(
    r"(?:.*[_./-])?(?:model|checkpoint|tokenizer)(?:[_./-](?:name|id|path|name_or_path))*", re.IGNORECASE
)
_SHOWN = 8
"""Names that one line lists."""


class Check(Struct, frozen=True):
    """One comparison of the record with the repo."""

    question: Literal["commit", "changes", "packages", "seeds", "data", "models"]
    state: State
    text: str


class PartFound(Struct, frozen=True):
    """One part of the record: "recorded", "missing", or "untold" where it may be there in a form that is not read."""

    part: str
    state: Literal["recorded", "missing", "untold"]
    text: str = ""


class Audit(Struct, frozen=True):
    """One record, its parts in the order of `PARTS`, and what was compared."""

    record: RunRecord
    parts: tuple[PartFound, ...]
    checks: tuple[Check, ...]

    def fails(self, required: tuple[str, ...]) -> bool:
        """Return whether a required part is not known to be recorded, or anything differs."""
        return any(p.part in required and p.state != "recorded" for p in self.parts) or any(
            check.state == "differs" for check in self.checks
        )


def find_parts(record: RunRecord) -> tuple[PartFound, ...]:
    """Return what the record holds of each part."""
    told = record.parts()
    return tuple(
        PartFound(part, "recorded", told[part])
        if told[part]
        else PartFound(part, "untold" if part in record.untold else "missing")
        for part in PARTS
    )


def compare_commit(record: RunRecord, found: str) -> Iterator[Check]:
    """Yield whether the commit of the record is one of the repo; `found` is its full id there, "" when it is not."""
    if not record.commit:
        yield Check("commit", "unknown", "the record names no commit")
        return
    if not found:
        yield Check("commit", "differs", f"{record.commit} is no commit of this repo, or not in this clone")
        return
    if _FULL.fullmatch(record.commit) is None:
        yield Check("commit", "unknown", f"{record.commit} is shortened; today it can only mean {found}")
    else:
        yield Check("commit", "agrees", f"{found} is a commit of this repo")
    if record.dirty is None:
        yield Check("changes", "unknown", "the record does not say whether there were changes that were not committed")
    elif record.dirty:
        yield Check("changes", "differs", "the run was started with changes that were not committed")
    else:
        yield Check("changes", "agrees", "the run was started from a clean tree")


def compare_with(record: RunRecord, repo: RepoAtCommit) -> Iterator[Check]:
    """Yield what of the record agrees with the repo at the commit of the run."""
    yield from _packages(record, repo)
    yield from _seeds(record, repo)
    yield from _data(record, repo)
    yield from _models(record, repo)


def _packages(record: RunRecord, repo: RepoAtCommit) -> Iterator[Check]:
    recorded = {canonicalize_name(name): version for name, version in record.packages.items()}
    if not recorded:
        return
    if not repo.packages:
        yield Check("packages", "unknown", "the repo has neither a lock nor exact requirements at that commit")
    for path, held in sorted(repo.packages.items()):
        common = sorted(recorded.keys() & held.keys())
        if not common:
            yield Check("packages", "unknown", f"{path} and the record have no package in common")
            continue
        other = [name for name in common if not _is_one_of(recorded[name], held[name])]
        if other:
            listed = ", ".join(f"{n} {recorded[n]} ({' or '.join(held[n])} there)" for n in other[:_SHOWN])
            more = f" and {len(other) - _SHOWN} more" if len(other) > _SHOWN else ""
            yield Check("packages", "differs", f"{len(other)} of {len(common)} differ from {path}: {listed}{more}")
        else:
            yield Check("packages", "agrees", f"all {len(common)} that {path} names have its version")


def _is_one_of(version: str, held: tuple[str, ...]) -> bool:
    """Return whether a recorded version is one that is held; a local label such as a CUDA build may be on either side."""
    return version in held or version.split("+")[0] in {other.split("+")[0] for other in held}


def _seeds(record: RunRecord, repo: RepoAtCommit) -> Iterator[Check]:
    if not record.seeds:
        return
    program = repo.find_program(record.program)
    said = [s for s in repo.seeds if s.program == program] or list(repo.seeds)
    for name, value in record.seeds.items():
        if not said:
            yield Check("seeds", "unknown", f"{name}={value}; the repo fixes no seed at that commit")
        elif any(s.value == value for s in said):
            where = next(s.where for s in said if s.value == value)
            yield Check("seeds", "agrees", f"{name}={value}, as {where} says")
        else:
            others = ", ".join(dict.fromkeys(f"{s.value} ({s.where})" for s in said[:3]))
            yield Check(
                "seeds", "unknown", f"{name}={value}, the repo's own is {others}: start it with the recorded one"
            )


def _data(record: RunRecord, repo: RepoAtCommit) -> Iterator[Check]:
    for item in record.data:
        if not item.digest:
            continue
        path = repo.find(item.name)
        if not path:
            yield Check("data", "unknown", f"{item.name} {item.digest}: no file of the repo at that commit")
            continue
        stated = repo.hashes.get(path)
        mine = (
            stated[0].removesuffix(".dir")
            if stated is not None and item.algorithm == "md5"
            else repo.hash_of(path, item.algorithm)
        )
        source = stated[1] if stated is not None else path
        if not mine:
            covers = f", and covers only {item.covers}" if item.covers else ""
            yield Check("data", "unknown", f"{path}: the digest {item.digest} is the tracker's own{covers}")
        elif mine == item.digest.removesuffix(".dir"):
            yield Check("data", "agrees", f"{path} has the {item.algorithm} {item.digest} ({source})")
        else:
            yield Check("data", "differs", f"{path} had {item.digest}, at that commit it has {mine} ({source})")


def _models(record: RunRecord, repo: RepoAtCommit) -> Iterator[Check]:
    for name, value in record.hyperparameters.items():
        if _MODEL_KEY.fullmatch(name) is None or not value:
            continue
        said = [model for model in repo.models if model.name == value]
        if not said:
            continue
        pinned = next((model for model in said if model.satisfied), None)
        if pinned is not None:
            yield Check("models", "agrees", f"{name}={value} is pinned to {pinned.pin or 'itself'} at {pinned.where}")
        else:
            text = f"{name}={value} is not pinned at {said[0].where}: the record does not say which one it was"
            yield Check("models", "unknown", text)


class Change(Struct, frozen=True):
    """One thing in which two runs differ; "" where a run has no such thing."""

    part: str
    name: str
    before: str
    after: str


def compare_records(before: RunRecord, after: RunRecord) -> tuple[Change, ...]:
    """Return in what two runs differ, part by part."""
    changes = [
        Change("code", "commit", before.commit, after.commit),
        Change("code", "changes", _told(before.dirty), _told(after.dirty)),
        Change("code", "program", posixpath.basename(before.program), posixpath.basename(after.program)),
        Change("environment", "python", before.python, after.python),
    ]
    pairs = (
        ("environment", _normalised(before), _normalised(after)),
        ("environment", dict.fromkeys(before.images, "used"), dict.fromkeys(after.images, "used")),
        ("hyperparameters", before.hyperparameters, after.hyperparameters),
        ("data", _digests(before), _digests(after)),
        ("metrics", _numbers(before), _numbers(after)),
        ("artifacts", dict.fromkeys(before.artifacts, "stored"), dict.fromkeys(after.artifacts, "stored")),
        ("lineage", dict.fromkeys(before.lineage, "recorded"), dict.fromkeys(after.lineage, "recorded")),
    )
    for part, old, new in pairs:
        changes += [Change(part, name, old.get(name, ""), new.get(name, "")) for name in sorted({*old, *new})]
    return tuple(change for change in changes if change.before != change.after)


def _told(dirty: bool | None) -> str:
    return "" if dirty is None else "not committed" if dirty else "none"


def _normalised(record: RunRecord) -> dict[str, str]:
    return {str(canonicalize_name(name)): version for name, version in record.packages.items()}


def _digests(record: RunRecord) -> dict[str, str]:
    return {item.name: item.digest or "no hash" for item in record.data}


def _numbers(record: RunRecord) -> dict[str, str]:
    return {name: f"{value:.12g}" for name, value in record.metrics.items()}
