"""What the repo says at the commit of a run: locks, exact requirements, seeds, hashes of data, names of models.

Promises: read off one finished session over the tree of that commit. Refuses to know: the record.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from driftlint.distributions import canonicalize_name
from driftlint.documents.model import Document, Node
from driftlint.flow.calls import Carry, Seed
from driftlint.late_regex import compile_late
from driftlint.session import Run

_HASHES: Mapping[str, Callable[[bytes], str]] = {
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).hexdigest(),
    "sha256": lambda data: hashlib.sha256(data).hexdigest(),
}
_EXACT = compile_late(r"={2,3}\s*([\w.!+-]+)")
_LISTS = ("dvc.lock", "dvc.yaml")


class SaidSeed(Struct, frozen=True):
    """A seed as the repo fixes it, and where."""

    program: str
    value: str
    where: str


class SaidModel(Struct, frozen=True):
    """Something outside that the repo names, and whether its own text says which bytes that is."""

    name: str
    pin: str
    where: str
    satisfied: bool


class RepoAtCommit(Struct, frozen=True):
    """What the repo says. `packages` maps a lock or manifest to normalised name -> versions."""

    packages: Mapping[str, Mapping[str, tuple[str, ...]]]
    seeds: tuple[SaidSeed, ...]
    models: tuple[SaidModel, ...]
    hashes: Mapping[str, tuple[str, str]]
    """Path of a file under version control of data -> (hash, file that states it)."""
    paths: tuple[str, ...]
    read: Callable[[str], bytes | None] = lambda _: None

    def hash_of(self, path: str, algorithm: str) -> str:
        """Return the hash of a file of the tree, "" where it is not there or the algorithm is not known."""
        compute = _HASHES.get(algorithm)
        data = self.read(path) if compute is not None else None
        return compute(data) if compute is not None and data is not None else ""

    def find(self, name: str) -> str:
        """Return the file of the tree that a recorded path means: it, or the one with the longest common end; "" for none."""
        parts = posixpath.normpath(name.replace("\\", "/")).strip("/").split("/")
        known = {*self.paths, *self.hashes}
        for start in range(len(parts)):
            ending = "/".join(parts[start:])
            if ending in known:
                return ending
            near = [path for path in known if path.endswith(f"/{ending}")]
            if len(near) == 1:
                return near[0]
        return ""

    def find_program(self, name: str) -> str:
        """Return the file of the tree that a recorded program means: a path, or a module; "" for none."""
        return self.find(name) or (self.find(f"{name.replace('.', '/')}.py") if name else "")


def read_repo(run: Run, get_document: Callable[[str], Document | None], paths: tuple[str, ...]) -> RepoAtCommit:
    """Return what a session over the tree of a commit found. `paths` are all files of the tree, in scope or not."""
    world = run.world
    packages: dict[str, dict[str, tuple[str, ...]]] = {}
    for path, lock in sorted(world.locks.items()):
        held = {p.name: lock.versions(p.name) for p in lock.packages if p.name and p.version}
        if held:
            packages[path] = held
    if not packages:
        for reference in world.references:
            exact = _EXACT.fullmatch(reference.pin.selector or "") if reference.subject.kind == "package" else None
            if exact is not None:
                held = packages.setdefault(reference.where.path, {})
                held[canonicalize_name(reference.subject.name)] = (exact[1],)
    return RepoAtCommit(
        packages,
        tuple(_seeds(run)),
        tuple(_models(run)),
        {name: found for path in world.paths for name, found in _hashes(path, get_document)},
        paths,
        world.read,
    )


def _seeds(run: Run) -> Iterator[SaidSeed]:
    for program in run.programs:
        for event in program.events:
            what = event.what
            value = what.value if isinstance(what, Seed) else what.seed if isinstance(what, Carry) else None
            if value is not None and value.state == "set" and value.text.lstrip("-").isdigit():
                yield SaidSeed(program.path, value.text, run.world.spot(value.where))


def _models(run: Run) -> Iterator[SaidModel]:
    world = run.world
    for reference in world.references:
        if reference.form in ("call", "config") and reference.subject.kind not in ("package", "image", "repository"):
            satisfied = reference.pin.rung >= world.demanded(reference.subject.kind, reference.where.path)
            yield SaidModel(
                reference.subject.name, reference.pin.selector or "", world.spot(reference.where), satisfied
            )


def _hashes(path: str, get_document: Callable[[str], Document | None]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the files whose hash a file of data versioning states, with the hash."""
    folder, name = posixpath.split(path)
    if name not in _LISTS and not name.endswith(".dvc"):
        return
    document = get_document(path)
    if document is None or not isinstance(document.body, Node):
        return
    stack = [document.body]
    while stack:
        node = stack.pop()
        at, digest = node.get("path"), node.get("md5")
        if at is not None and digest is not None and isinstance(at.value, str):
            yield posixpath.normpath(posixpath.join(folder, at.value)), (digest.raw, path)
        stack += [entry.value for entry in node.entries]
        stack += node.items
