"""Does anything in the repo say which bytes a file of this machine holds?

Promises: three answers. Known tracked: a file of the repo, or one that version control of data has a hash of. Known
untracked: an ignore file of the repo takes it out of every commit, no hash is kept, and the repo names it nowhere else.
Anything else cannot be told, and is counted. Refuses to know: what the disk holds now, and what a program writes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from functools import partial

from msgspec import Struct

from driftlint.documents.model import Node
from driftlint.facts import Finding, Place, Reference, Rule
from driftlint.gitignore import PatternList
from driftlint.judges.world import World, make_finding, texts
from driftlint.match.decisions import reach_of

_IGNORE_FILE = ".gitignore"
_INDEX = ".git/index"
_POINTER = ".dvc"
_STAGES = ("dvc.yaml", "dvc.lock")
_ALGORITHMS = ("md5", "sha256", "etag", "checksum", "version_id")
"""Keys under which such a file holds what fixes an output, the best first. Source: dvc 3.67.1 schema.py, hash_info.py."""


def judge_tracked(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding for each file of the rule's `kinds` that is known to be in no commit and under no hash."""
    kept = _Kept(world)
    for reference in world.references:
        if reference.subject.kind not in texts(rule, "kinds"):
            continue
        paths = list(_paths(reference))
        if any(kept.holds(path) for path in paths):
            continue
        ignored = next((path for path in paths if kept.ignores(path)), None)
        if ignored is None or kept.is_named_elsewhere(reference):
            why = f"whether a commit or a hash fixes `{reference.subject.name}` is not known"
            world.coverage.unknown.append((reference.where, why, reference.subject.kind))
            continue
        document = world.get_document(reference.where.path)
        uses = (reference.place, *reference.uses) if reference.place != reference.where else reference.uses
        yield make_finding(
            world,
            rule,
            reference.subject,
            reference.where,
            {"ignored": kept.ignores(ignored)},
            related=(*reference.trail, *(Place(use.path, use.span, "used here") for use in uses)),
            reach=reach_of(reference, document),
        )


def find_kept(world: World, references: Iterable[Reference]) -> frozenset[Reference]:
    """Return the references to files that the repo holds, or holds a hash of."""
    kept = _Kept(world)
    return frozenset(reference for reference in references if any(kept.holds(path) for path in _paths(reference)))


def _paths(reference: Reference) -> Iterator[str]:
    """Yield where the file may be, seen from the root and from the folder of the program; nothing outside the repo."""
    folder = posixpath.dirname(reference.place.path)
    for base in dict.fromkeys(("", folder)):
        path = posixpath.normpath(posixpath.join(base, reference.subject.name))
        if not path.startswith("..") and path != ".":
            yield path


class _Kept:
    """What the repo's own files say of files that are not in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.outputs = {out for path in world.paths for out in _outputs(world, path)}
        self.index = world.read(_INDEX) or b""
        self._ignore_files: dict[str, PatternList | None] = {}

    def holds(self, path: str) -> bool:
        """Return whether a path is a file or folder of the repo, or has a hash there."""
        if self.world.project.exists(path) or path.encode() in self.index:
            return True
        above = list(_with_parents(path))
        return any(at in self.outputs or self.world.read(at + _POINTER) is not None for at in above)

    def ignores(self, path: str) -> str:
        """Return the ignore file that takes a path out of every commit, "" where none does."""
        parts = list(_with_parents(path))
        for at in reversed(parts):  # from the top: what is below an ignored folder cannot be taken back
            for folder in reversed(["", *list(_with_parents(posixpath.dirname(at)))[::-1]]):
                patterns = self._patterns(folder)
                inside = at[len(folder) + 1 :] if folder else at
                said = patterns.decide(inside, posixpath.basename(at), at != path) if patterns is not None else None
                if said:
                    return posixpath.join(folder, _IGNORE_FILE)
                if said is False:
                    break
        return ""

    def is_named_elsewhere(self, reference: Reference) -> bool:
        """Return whether another place of the repo names it: something may write or fetch it.

        A file goes by its last word, a folder by its path: folders have everyday names.
        """
        path = posixpath.normpath(reference.subject.name)
        name = (posixpath.basename(path) if "." in posixpath.basename(path) else path).encode()
        said = {reference.where.path, reference.place.path, *(use.path for use in reference.uses)}
        own = 1 + sum(1 for use in reference.uses if use.path == reference.where.path)
        return any((self.world.read(at) or b"").count(name) > (own if at in said else 0) for at in self.world.paths)

    def _patterns(self, folder: str) -> PatternList | None:
        if folder not in self._ignore_files:
            data = self.world.read(posixpath.join(folder, _IGNORE_FILE))
            self._ignore_files[folder] = PatternList.from_bytes(data) if data else None
        return self._ignore_files[folder]


def _with_parents(path: str) -> Iterator[str]:
    """Yield a path and the folders above it, the nearest first; nothing for the root."""
    while path:
        yield path
        path = posixpath.dirname(path)


def _outputs(world: World, path: str) -> Iterator[str]:
    """Yield the outputs that a file of data versioning lists, from the root."""
    folder, name = posixpath.split(path)
    if name not in _STAGES and not name.endswith(_POINTER):
        return
    document = world.get_document(path)
    if document is None or not isinstance(document.body, Node):
        return
    stages = document.body.get("stages")
    holders = [document.body, *(entry.value for entry in stages.entries)] if stages is not None else [document.body]
    place = partial(posixpath.join, folder)
    for holder in holders:
        outs = holder.get("outs")
        for item in outs.items if outs is not None else ():
            if isinstance(item.value, str) and item.kind == "scalar":
                yield posixpath.normpath(place(item.value))
            listed = item.get("path")
            if listed is not None and isinstance(listed.value, str):
                yield posixpath.normpath(place(listed.value))
            elif item.kind == "map":
                yield from (posixpath.normpath(place(entry.key)) for entry in item.entries[:1])


class KeptOutput(Struct, frozen=True):
    """A file or folder of which a file of data versioning holds a hash. `stage` is what makes it, "" for nothing in the repo.

    `size` is in bytes, None where it is not said; `folder`: the hash is that of a listing.
    """

    path: str
    algorithm: str
    digest: str
    size: int | None
    stage: str
    place: Place

    @property
    def folder(self) -> bool:
        """Whether the hash is that of the listing of a folder."""
        return self.digest.endswith(".dir")


def list_outputs(world: World) -> tuple[KeptOutput, ...]:
    """Return every output with its hash, by path; of one that several files list, the first."""
    found: dict[str, KeptOutput] = {}
    for path in sorted(world.paths):
        document = world.get_document(path) if path.endswith((_POINTER, *_STAGES[1:])) else None
        if document is None or not isinstance(document.body, Node):
            continue
        stages = document.body.get("stages")
        holders = [("", document.body)]
        holders += [(entry.key, entry.value) for entry in stages.entries] if stages is not None else []
        for stage, holder in holders:
            outs = holder.get("outs")
            for item in outs.items if outs is not None else ():
                output = _kept_output(path, stage, item)
                if output is not None:
                    found.setdefault(output.path, output)
    return tuple(found[name] for name in sorted(found))


def _kept_output(path: str, stage: str, item: Node) -> KeptOutput | None:
    name, size = item.get("path"), item.get("size")
    if name is None or not isinstance(name.value, str):
        return None
    at = posixpath.normpath(posixpath.join(posixpath.dirname(path), name.value))
    for algorithm in _ALGORITHMS:
        digest = item.get(algorithm)
        if digest is not None and digest.raw:
            length = size.value if size is not None and type(size.value) is int else None
            return KeptOutput(at, algorithm, digest.raw, length, stage, Place(path, name.span))
    return None
