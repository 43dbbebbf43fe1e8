"""What the repo itself provides: locked versions, images that it builds, its own address.

Promises: a requirement that the lock beside it holds inside its range is exact; an image that the repo builds and a clone of
the repo itself are nothing from outside. Refuses to know: whether an install command enforces the lock.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from driftlint.distributions import canonicalize_name
from driftlint.documents.model import Command, Document, Instruction, Script
from driftlint.facts import Mention, Pin, Rung
from driftlint.late_regex import compile_late
from driftlint.locks import Lock

_MANIFESTS = frozenset(
    ("pyproject.toml", "Pipfile", "setup.cfg", "setup.py", "pixi.toml", "environment.yml", "environment.yaml")
)
_LOCKED_BY = {
    "Pipfile": ("pipenv",),
    "pixi.toml": ("pixi",),
    "environment.yml": ("conda-lock",),
    "environment.yaml": ("conda-lock",),
}
"""Manifests that one tool only reads, with the format of its lock."""
_PUBLISHED_BY = (b"classifiers", b"python_requires", b"extras_require", b"keywords", b"project_urls")
_BUILDERS = frozenset(("docker", "podman", "buildah", "nerdctl", "buildx"))
_FORGE = compile_late(rb"github\.com[/:]([A-Za-z0-9-]+)/([A-Za-z0-9._-]+)")
_ORIGIN = compile_late(rb"url\s*=\s*\S*?[/:]([A-Za-z0-9._-]+)/([A-Za-z0-9._-]+?)(?:\.git)?\s*$", re.MULTILINE)


class RepositoryFacts(Struct):
    """Locks by folder (None: one that is broken), image names that are built, own slugs."""

    locks: dict[str, list[Lock | None]] = field(default_factory=dict)
    locks_of: dict[str, list[Lock]] = field(default_factory=dict)
    """Locks by the manifests that they name as what they were made from."""
    unmet: set[tuple[str, str]] = field(default_factory=set)
    """Manifest and normalised name of what an out-of-date lock fails to hold: that is said of the lock, once."""
    built_images: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    own_packages: set[str] = field(default_factory=set)
    library_files: set[str] = field(default_factory=set)
    """Requirements files that a published library's build script reads as its own requirements."""


def find_own_slugs(root_name: str, readmes: list[bytes], git_config: bytes) -> set[str]:
    """Return the ``owner/name`` slugs that mean this repo: its remotes, else what its README links to most, if twice."""
    own = {b"/".join(match).decode().lower() for match in _ORIGIN.findall(git_config)}
    if own:
        return own
    links = Counter(
        b"/".join((o, n.removesuffix(b".git"))).decode().lower() for text in readmes for o, n in _FORGE.findall(text)
    )
    ranked = links.most_common(2)
    if ranked and ranked[0][1] >= 2 and (len(ranked) < 2 or ranked[0][1] > ranked[1][1]):
        own.add(ranked[0][0])
    own.update(slug for slug in links if slug.rsplit("/", 1)[-1] == root_name.lower())
    return own


def find_copied_projects(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the folders below the root that hold a whole project of its own: a licence, a README and a build manifest."""
    marks: dict[str, set[str]] = {}
    for path in paths:
        folder, _, base = path.rpartition("/")
        if not folder:
            continue
        stem = base.split(".")[0].lower()
        if stem in ("license", "licence", "copying"):
            marks.setdefault(folder, set()).add("licence")
        elif stem == "readme":
            marks.setdefault(folder, set()).add("readme")
        elif base in ("setup.py", "pyproject.toml", "setup.cfg"):
            marks.setdefault(folder, set()).add("manifest")
    return tuple(sorted(f"{folder}/" for folder, seen in marks.items() if len(seen) == 3))


def find_built_images(document: Document) -> set[str]:
    """Return the names of images that a document's commands build or tag, without their tags."""
    found: set[str] = set()
    for script in _scripts(document):
        for command in script.commands:
            if command.program in _BUILDERS and any(
                word.text in ("build", "tag", "bake") for word in command.words[1:4]
            ):
                found.update(_tags(command))
    return found


def _scripts(document: Document) -> list[Script]:
    scripts = [part for part in (document.body, document.script) if isinstance(part, Script)]
    if isinstance(document.body, tuple):
        scripts += [i.script for i in document.body if isinstance(i, Instruction) and i.script is not None]
    return scripts


def _tags(command: Command) -> set[str]:
    texts = [word.text for word in command.words]
    tags = {texts[i + 1] for i, text in enumerate(texts[:-1]) if text in ("-t", "--tag")}
    tags |= {text.partition("=")[2] for text in texts if text.startswith("--tag=")}
    if "tag" in texts[1:3]:
        tags.add(texts[-1])
    return {_bare(tag) for tag in tags if tag}


def _bare(image: str) -> str:
    head, _, last = image.rpartition("/")
    name = last.split("@")[0].split(":")[0]
    return f"{head}/{name}" if head else name


def settle_in_repository(by_path: Mapping[str, list[Mention]], facts: RepositoryFacts) -> dict[str, list[Mention]]:
    """Return the mentions of a repo with what the repo provides taken into account."""
    settled: dict[str, list[Mention]] = {}
    for path, mentions in by_path.items():
        kept: list[Mention] = []
        mirrored = _library_names(path, by_path)
        for mention in mentions:
            if mention.form == "requirement" and (path in facts.library_files or mention.name in mirrored):
                mention = replace(mention, groups=(*mention.groups, "library"))
            if mention.kind == "image" and _bare(mention.name) in facts.built_images:
                continue
            if _is_own(mention, facts):
                mention = replace(mention, groups=(*mention.groups, "self"))
            elif mention.kind == "package" and (
                posixpath.basename(path) in _MANIFESTS or _is_script(path) or path in facts.locks_of
            ):
                mention = _locked(path, mention, facts)
            kept.append(mention)
        settled[path] = kept
    return settled


def _is_own(mention: Mention, facts: RepositoryFacts) -> bool:
    """Return whether a mention names the repo itself: a clone of it, an install of its head, its own distribution."""
    if mention.form == "clone":
        return _slug(mention.name) in facts.own
    if mention.form == "vcs" and any(slug in mention.note.lower() for slug in facts.own):
        return True
    return mention.kind == "package" and mention.name in facts.own_packages


def _library_names(path: str, by_path: Mapping[str, list[Mention]]) -> frozenset[str]:
    """Return the names that a published library beside a requirements file declares: the file mirrors them."""
    if not path.endswith((".txt", ".in")):
        return frozenset()
    beside = by_path.get(posixpath.join(posixpath.dirname(path), "pyproject.toml"), ())
    return frozenset(m.name for m in beside if "library" in m.groups)


def find_library_files(files: Mapping[str, bytes]) -> set[str]:
    """Return the requirements files that a published library's ``setup.py`` reads for its ``install_requires``."""
    found: set[str] = set()
    for path, data in files.items():
        if path.rpartition("/")[2] != "setup.py" or b"install_requires" not in data:
            continue
        if not any(mark in data for mark in _PUBLISHED_BY):
            continue
        for name in re.findall(rb"[\"']([\w./-]*requirements[\w./-]*\.txt)[\"']", data):
            found.add(posixpath.normpath(posixpath.join(posixpath.dirname(path), name.decode())))
    return found


def provides(facts: RepositoryFacts, kind: str, name: str, form: str) -> bool:
    """Return whether the repo itself is or builds what code names: an image that it builds, a clone or package of itself."""
    if kind == "image":
        return _bare(name) in facts.built_images
    if kind == "package":
        return canonicalize_name(name) in facts.own_packages and form != "call"
    return form == "clone" and _slug(name) in facts.own


def _slug(name: str) -> str:
    return "/".join(name.lower().removesuffix(".git").rsplit("/", 2)[-2:])


def _is_script(path: str) -> bool:
    """Return whether a file may carry its own requirements and have a lock of its own (PEP 723)."""
    return path.endswith(".py") and posixpath.basename(path) != "setup.py"


def _locked(path: str, mention: Mention, facts: RepositoryFacts) -> Mention:
    """Return a manifest's requirement with what its lock holds, if that satisfies it."""
    if mention.pin.rung >= Rung.SEALED or mention.form in ("url", "path"):
        return mention
    pins = [pin for lock in _locks_of(path, facts) if (pin := _held(lock, mention)) is not None]
    if mention.pin.rung >= Rung.VERSION and all(pin.rung <= mention.pin.rung for pin in pins):
        return mention  # an exact requirement says as much as a lock without digests
    if pins:
        return replace(mention, pin=max(pins, key=lambda pin: pin.rung), groups=(*mention.groups, "locked"))
    if (path, canonicalize_name(mention.name)) in facts.unmet and "covered" not in mention.groups:
        return replace(mention, groups=(*mention.groups, "covered"))
    return mention


def _locks_of(path: str, facts: RepositoryFacts) -> Sequence[Lock | None]:
    """Return the locks that name a manifest, else the nearest that cover it, in its folder or above."""
    if path in facts.locks_of:
        return facts.locks_of[path]
    folder = posixpath.dirname(path)
    while True:
        locks = [lock for lock in facts.locks.get(folder, ()) if _covers(lock, path)]
        if locks or not folder:
            return locks
        folder = posixpath.dirname(folder)


def _covers(lock: Lock | None, path: str) -> bool:
    """Return whether a lock that stands near is that of a manifest: not one that names its inputs; a script has its own.

    None is a lock that is broken. A list of archives says nothing of what it was made from.
    """
    if _is_script(path):
        return lock is not None and lock.path == f"{path}.lock"
    if lock is None:
        return True
    if lock.path.endswith(".py.lock") or lock.format in ("compiled", "explicit") or lock.sources:
        return False
    return lock.format in _LOCKED_BY.get(posixpath.basename(path), (lock.format,))


def _held(lock: Lock | None, mention: Mention) -> Pin | None:
    """Return the pin that a lock gives a requirement, None where it holds nothing that satisfies it."""
    if lock is None:
        return None if mention.form == "vcs" else Pin("version", "held by a lock")
    from driftlint.locks.specifiers import fits

    conda = mention.host == "conda"
    for package in lock.packages:
        if package.name != mention.name or package.conda is not conda:
            continue
        if mention.form == "vcs":
            if package.commit:
                return Pin("sealed", package.commit)
        elif package.version and fits(package.version, mention.pin.selector, conda=conda):
            return Pin("sealed" if package.hashed else "version", f"=={package.version}")
    return None
