"""Does a manifest declare what a training program imports?

Promises: an import counts when every run of the program needs it: at the top of a module that the program loads, or in a
function of the program's own file, outside ``try`` and conditions. Anything that the folder of the program's or of the importing
file's environment names by any means counts as declared. Refuses to know: what a declared package brings along.
"""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Iterator

from msgspec import Struct, field

from driftlint.distributions import canonicalize_name
from driftlint.facts import Finding, Place, Reference, Rule, Subject
from driftlint.flow.entries import Program
from driftlint.judges.world import World, make_finding, texts
from driftlint.late_regex import compile_late
from driftlint.packs.catalogue import Module
from driftlint.python.module import ImportLine
from driftlint.text import Span

_WORD = compile_late(r"[a-z0-9]+")
_SHORTEST = 3
"""Letters of a name that may be compared with a part of another."""


class _Environment(Struct):
    """What one folder's manifests, install commands and images name."""

    manifest: Place
    declared: set[str] = field(default_factory=set)
    loose: set[str] = field(default_factory=set)
    """Last words of repositories and archives: the package in them may have a longer or shorter name."""
    images: set[str] = field(default_factory=set)


def judge_imports(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield one finding for each manifest and distribution that a program imports and nothing declares.

    Parameters: `says` (only programs of these kinds), `forms` (what makes a file a manifest), `notebook` (distributions that
    whatever runs a notebook brings), `standard` (modules that another release of Python has in its standard library).
    """
    says, forms, notebook = texts(rule, "says"), frozenset(texts(rule, "forms")), texts(rule, "notebook")
    names = _Names(world, sys.stdlib_module_names | frozenset(texts(rule, "standard")))
    known = _Environments(world, forms)
    found: dict[tuple[Place, str], tuple[Place, str, list[str]]] = {}

    for program in world.programs:
        own = known.of(program.path)
        if program.says not in says or world.is_foreign(program.path) or own is None:
            continue
        for path, loaded in _needed(world, program):
            environment = known.of(path) or own
            missing = names.missing_in(path, own, environment)
            for one in loaded:
                for module in one.modules:
                    if module not in missing:
                        missing[module] = names.find_missing(path, module, (own, environment))
                    distribution = missing[module]
                    if distribution is None or (distribution in notebook and program.kind == "notebook"):
                        continue
                    place = Place(path, Span(one.line.start, one.line.end), "imported here")
                    first, _, users = found.setdefault((environment.manifest, distribution), (place, module, []))
                    if program.path not in users:
                        users.append(program.path)
                    if (place.path, place.span) < (first.path, first.span):
                        found[environment.manifest, distribution] = (place, module, users)
    for (manifest, distribution), (place, module, users) in found.items():
        yield make_finding(
            world,
            rule,
            Subject("package", "python", distribution),
            place,
            {"module": module, "manifest": manifest.path},
            related=(Place(manifest.path, manifest.span, "the manifest that leaves it out"),),
            reasoning=(
                f"`{module}` is neither in the standard library nor in this repo",
                f"needed by {', '.join(users[:5])}",
                f"nothing under {posixpath.dirname(manifest.path) or 'the root'} names `{distribution}`",
            ),
        )


class _Environments:
    """The environments of a repo, by the folder of their manifest. `forms` say what makes a file a manifest."""

    def __init__(self, world: World, forms: frozenset[str]) -> None:
        self._by_folder: dict[str, list[Reference]] = {}
        self._manifests: dict[str, dict[str, list[Reference]]] = {}
        self._made: dict[str, _Environment] = {}
        self._of_folder: dict[str, _Environment | None] = {}
        for reference in world.references:
            path = reference.where.path
            folder, _, base = path.rpartition("/")
            self._by_folder.setdefault(folder, []).append(reference)
            if path.endswith(".py") and base != "setup.py":
                continue  # a script's own block says nothing of its neighbours
            if reference.subject.kind == "package" and reference.form in forms:
                self._manifests.setdefault(folder, {}).setdefault(path, []).append(reference)

    def of(self, path: str) -> _Environment | None:
        """Return the environment of a file: that of the nearest folder upwards with a manifest, None without one."""
        folder = path.rpartition("/")[0]
        if folder not in self._of_folder:
            at: str | None = next((f for f in (folder, *_above(folder)) if f in self._manifests), None)
            self._of_folder[folder] = self._make(at) if at is not None else None
        return self._of_folder[folder]

    def _make(self, folder: str) -> _Environment:
        """Return the environment of a folder: all that is named below it, and in the folders above."""
        if folder not in self._made:
            rows = max(self._manifests[folder].values(), key=len)
            made = self._made[folder] = _Environment(Place(rows[0].where.path, rows[0].where.span))
            above = set(_above(folder))
            for other, references in self._by_folder.items():
                if not folder or other == folder or other in above or other.startswith(f"{folder}/"):
                    for reference in references:
                        _note(made, reference)
        return self._made[folder]


def _above(folder: str) -> list[str]:
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:end]) for end in range(len(parts) - 1, -1, -1)]


def _note(environment: _Environment, reference: Reference) -> None:
    subject = reference.subject
    if subject.kind == "image":
        environment.images.update(_WORD.findall(f"{subject.name} {reference.pin.selector or ''}".lower()))
    elif reference.form in ("clone", "vcs", "url", "path"):
        environment.loose.add(canonicalize_name(subject.name.rsplit("/", 1)[-1]))
    if subject.kind == "package":
        environment.declared.add(canonicalize_name(subject.name))


class _Loaded(Struct, frozen=True):
    """An import line that every run of its module executes: the names that it may load, the files of the repo that it reads."""

    line: ImportLine
    modules: tuple[str, ...]
    targets: tuple[str, ...]


def _needed(world: World, program: Program) -> Iterator[tuple[str, tuple[_Loaded, ...]]]:
    """Yield the import lines that a program executes, file by file."""
    grounds = world.project.grounds
    loaded: dict[str, tuple[tuple[_Loaded, ...], int]] = grounds.store("loaded modules")
    seen = {program.path: None}
    stack = [program.path]
    while stack:
        path = stack.pop()
        lines = grounds.keep(loaded, path, lambda: tuple(_load(world, path)))  # noqa: B023
        yield path, lines if path == program.path else tuple(found for found in lines if not found.line.nested)
        for found in lines:
            nested = found.line.nested
            for target in found.targets:
                # Nothing says that a function of another file is called, unless the walk of the program came by.
                if target not in seen and (not nested or target in program.modules):
                    seen[target] = None
                    stack.append(target)


def _load(world: World, path: str) -> Iterator[_Loaded]:
    outline = world.project.outline(path)
    lines = outline.imports if outline is not None else ()
    for line in sorted((line for line in lines if not line.optional), key=lambda line: line.start):
        modules = (line.module, *(f"{line.module}.{name}".lstrip(".") for name in line.names if name))
        found = (world.project.find_module(path, m, line.level) for m in modules if m or line.level)
        yield _Loaded(line, _imported(line), tuple(target for target in found if target is not None))


def _imported(line: ImportLine) -> tuple[str, ...]:
    """Return the dotted names that an import may load, () for relative ones and those of Python itself."""
    if line.level or not line.module or line.module.split(".")[0] in sys.stdlib_module_names:
        return ()
    return (
        (line.module,)
        if not line.names
        else tuple(f"{line.module}.{n}" if n and n != "*" else line.module for n in line.names)
    )


class _Known(Struct, frozen=True):
    """What the catalogue says: the distributions that bring each import name, and the first words that several share."""

    distributions: dict[str, list[str]]
    shared: frozenset[str]


def _read_modules(modules: tuple[Module, ...]) -> _Known:
    found: dict[str, list[str]] = {}
    for entry in modules:
        found.setdefault(entry.import_name, []).append(canonicalize_name(entry.distribution))
    return _Known(found, frozenset(name.split(".")[0] for name in found if "." in name) - found.keys())


class _Names:
    """Which imports are from outside, and which distributions bring them."""

    def __init__(self, world: World, standard: frozenset[str]) -> None:
        self._project = world.project
        self._standard = standard
        grounds, modules = world.project.grounds, world.catalogue.modules
        kept: dict[str, tuple[_Known, int]] = grounds.store("distributions of the catalogue")
        self._known = grounds.keep(kept, "", lambda: _read_modules(modules))
        self._missing: dict[tuple[str, int, int], dict[str, str | None]] = {}
        self._local = set(world.project.names.import_words)
        for folder in world.project.folders:
            self._local.update(folder.split("/"))
        for paths in world.coverage.left_out.values():
            for path in paths:
                self._local.update(part.rsplit(".", 1)[0] for part in path.strip("/").split("/"))
        self._opaque = any(
            path.endswith("/")
            for reason, paths in world.coverage.left_out.items()
            for path in paths
            if reason == "vendored"
        )

    def missing_in(self, path: str, own: _Environment, other: _Environment) -> dict[str, str | None]:
        """Return what is known so far of what `find_missing` finds for a file, by module."""
        return self._missing.setdefault((path.rpartition("/")[0], id(own), id(other)), {})  # they live as long as this

    def find_missing(self, path: str, module: str, environments: tuple[_Environment, ...]) -> str | None:
        """Return the distribution that an import of a file needs and no environment names, None where all is well."""
        top = module.split(".")[0]
        if top in self._standard or top in self._local or not top.isidentifier():
            return None
        distributions = self._distributions(module)
        if not distributions:
            return None
        if self._project.find_module(path, top, 0) is not None or self._project.is_namespace(path, top, 0):
            return None
        words = {canonicalize_name(top), *distributions}
        for environment in environments:
            if not environment.declared.isdisjoint(self._full_names(module, distributions)):
                return None
            if any(_is_like(name, loose) for name in words for loose in environment.loose):
                return None
            if any(set(_WORD.findall(name)) <= environment.images for name in words):
                return None
        return distributions[0]

    @staticmethod
    def _full_names(module: str, distributions: list[str]) -> set[str]:
        """Return every name under which a dotted import may be declared: ``a.b`` may come from ``a-b``."""
        parts = module.split(".")
        return {*distributions, *(canonicalize_name("-".join(parts[:end])) for end in range(1, len(parts) + 1))}

    def _distributions(self, module: str) -> list[str]:
        """Return the distributions that bring a dotted name; those of the longest front that is known, else its own name."""
        parts = module.split(".")
        for end in range(len(parts), 0, -1):
            if known := self._known.distributions.get(".".join(parts[:end])):
                return known
        if parts[0] in self._known.shared or self._opaque:
            return []
        return [canonicalize_name(parts[0])]


def _is_like(name: str, other: str) -> bool:
    short, long = sorted((name.replace("-", ""), other.replace("-", "")), key=len)
    return len(short) >= _SHORTEST and short in long
