"""Is the same thing declared twice, with values that contradict each other?

Promises: only what one environment joins is compared, and two values contradict when nothing satisfies both. Where it is not
clear what belongs together there is no finding. Refuses to know: which of the two values is right.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from driftlint.distributions import canonicalize_name
from driftlint.facts import Finding, Place, Reference, Rule, Severity, Subject
from driftlint.judges.environments import Environments
from driftlint.judges.world import World, make_finding, texts
from driftlint.late_regex import compile_late
from driftlint.mentions.version_sets import Grammar, VersionSet, read_pythons, read_versions
from driftlint.text import Span

_CONDITION = compile_late(r";|#\s*\[|\bmarkers?\b|\bpython\s*=|\bplatform|\bsys_platform|\bextra\b")
"""What makes a line hold for some platforms, interpreters or extras only."""
_VERSION = compile_late(r"\d+(?:\.\d+)*")


class Claim(Struct, frozen=True):
    """One place that says a value. `weight` orders places: the finding stands at the lightest."""

    place: Place
    value: str
    weight: int
    subject: Subject


def judge_agreed(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding for each place whose value contradicts another place of the same environment.

    Parameters: `about` (what is compared: "requirement", "python", "image", "cuda"), `not_groups` (references with one of
    these tags do not count), and what the comparison named needs (see its function).
    """
    compare = _COMPARISONS.get(str(rule.params.get("about", "")))
    if compare is None:
        return
    left_out = frozenset(texts(rule, "not_groups"))
    references = [r for r in world.references if not left_out & set(r.groups) and not world.is_foreign(r.where.path)]
    pairs: dict[Place, tuple[Claim, dict[Place, Claim], Severity | None]] = {}
    seen: set[frozenset[Place]] = set()
    for one, other, severity in compare(rule, world, references, Environments(world)):
        key = frozenset((one.place, other.place))
        if key in seen or len(key) < 2:
            continue
        seen.add(key)
        weak, firm = sorted((one, other), key=lambda c: (c.weight, _reversed(c.place.path), -c.place.span.start))
        pairs.setdefault(weak.place, (weak, {}, severity))[1][firm.place] = firm
    for weak, others, severity in pairs.values():
        firmest = max(others.values(), key=lambda claim: (claim.weight, _reversed(claim.place.path)))
        related = [firmest, *(claim for claim in others.values() if claim is not firmest)]
        yield make_finding(
            world,
            rule,
            weak.subject,
            weak.place,
            {"value": weak.value, "other": firmest.value, "where": world.spot(firmest.place)},
            related=tuple(Place(c.place.path, c.place.span, f"says {c.value}") for c in related),
            severity=severity,
            reasoning=(
                f"{world.spot(weak.place)} says {weak.value}",
                *(f"{world.spot(c.place)} says {c.value}" for c in related),
                "they belong to one environment, and nothing satisfies both",
            ),
        )


def _reversed(path: str) -> tuple[int, ...]:
    return tuple(-ord(char) for char in path)


Pairs: TypeAlias = "Iterator[tuple[Claim, Claim, Severity | None]]"
Pythons: TypeAlias = "tuple[Claim, frozenset[tuple[int, int, int]]]"


# requirements


def _compare_requirements(rule: Rule, world: World, references: list[Reference], known: Environments) -> Pairs:
    """Two exact versions of a package, or an exact one outside a range. `forms`: the forms of references that count."""
    forms = texts(rule, "forms")
    by_path: dict[str, dict[str, list[tuple[Claim, VersionSet]]]] = {}
    for reference in references:
        if reference.subject.kind != "package" or reference.form not in forms or not reference.pin.selector:
            continue
        if _is_program(reference.where.path):
            continue
        if _is_conditional(world, reference):
            continue
        grammar: Grammar = "conda" if reference.subject.host == "conda" else "python"
        versions = read_versions(reference.pin.selector, grammar)
        if versions is None:
            continue
        name = canonicalize_name(reference.subject.name)
        value = f"`{name} {reference.pin.selector.strip()}`"
        if "locked" in reference.groups:
            value += " (the lock)"
        weight = 0 if versions.exact is None else 1 if "*" in str(versions.allowed) else 2
        claim = Claim(reference.where, value, weight, reference.subject)
        by_path.setdefault(reference.where.path, {}).setdefault(name, []).append((claim, versions))
    for group in known.groups(set(by_path)):
        paths = sorted(group & by_path.keys())
        for package in sorted({name for path in paths for name in by_path[path]}):
            rows = [row for path in paths for row in _settled_rows(world, path, by_path[path].get(package, []))]
            for at, (claim, versions) in enumerate(rows):
                for other, against in rows[at + 1 :]:
                    if versions.contradicts(against):
                        yield claim, other, None


def _settled_rows(world: World, path: str, rows: list[tuple[Claim, VersionSet]]) -> list[tuple[Claim, VersionSet]]:
    """Return what a file says of a package; nothing where it is a script that installs several versions on several ways."""
    document = world.get_document(path)
    several = len({str(versions.allowed) for _, versions in rows}) > 1
    return [] if several and (document is None or document.kind not in ("requirements", "toml", "yaml")) else rows


def _is_program(path: str) -> bool:
    """Return whether a file is code or a notebook, whose installs are its own; a setup script is not."""
    return path.endswith((".py", ".ipynb")) and posixpath.basename(path) != "setup.py"


def _is_conditional(world: World, reference: Reference) -> bool:
    document = world.get_document(reference.where.path)
    if document is None:
        return True
    lines = world.lines(reference.where)
    text = document.text[lines.start : lines.end]
    if document.kind in ("shell", "dockerfile"):
        text = document.text[reference.where.span.start : reference.where.span.end]
    return _CONDITION.search(text) is not None


# the interpreter


def _compare_pythons(rule: Rule, world: World, references: list[Reference], known: Environments) -> Pairs:
    """What must run the project against what runs it. `images`: names of images whose tag is the interpreter's version."""
    images = texts(rule, "images")
    declared: dict[str, list[Pythons]] = {}
    runs: dict[str, list[Pythons]] = {}
    pipelines: list[Pythons] = []
    for reference in references:
        is_image = reference.subject.kind == "image" and reference.subject.name in images
        if (reference.subject.kind != "python" and not is_image) or not reference.pin.selector:
            continue
        pythons = read_pythons(reference.pin.selector)
        if not pythons:
            continue
        path = reference.where.path
        document = world.get_document(path)
        if is_image and (document is None or document.kind != "dockerfile"):
            continue  # services and steps of pipelines may run other code
        value = f"`{reference.subject.name}:{reference.pin.selector}`" if is_image else f"`{reference.pin.selector}`"
        subject = Subject("python", "repository", "python")
        claim = Claim(reference.where, value, -len(pythons), subject)
        if "ci" in reference.groups:
            pipelines.append((claim, pythons))
        elif is_image or reference.form not in ("pyproject", "requirement"):
            if path.endswith((".py", ".ipynb")):
                continue
            runs.setdefault(path, []).append((claim, pythons))
        elif not path.endswith((".py", ".ipynb")) or posixpath.basename(path) == "setup.py":
            declared.setdefault(posixpath.dirname(path), []).append((claim, pythons))
    for folder, rows in declared.items():
        for claim, pythons in rows:
            for path in sorted(runs):
                if _runs_folder(known, path, folder):
                    yield from _outside(claim, pythons, runs[path])
        for at, (claim, pythons) in enumerate(rows):
            yield from (pair for other in rows[at + 1 :] for pair in _outside(claim, pythons, [other]))
    of_all = [row for rows in (*declared.values(), *runs.values()) for row in rows]
    if pipelines and not any(pythons & other for _, pythons in of_all for _, other in pipelines):
        for claim, pythons in declared.get("", []):
            yield from _outside(claim, pythons, pipelines)


def _runs_folder(known: Environments, path: str, folder: str) -> bool:
    """Return whether a build file or an environment file runs the project of a folder."""
    if any(posixpath.dirname(read) == folder for read in known.reads(path)):
        return True
    base = posixpath.basename(path).lower()
    is_variant = base.startswith(("dockerfile", "containerfile")) and base not in ("dockerfile", "containerfile")
    return posixpath.dirname(path) == folder and not is_variant


def _outside(claim: Claim, pythons: frozenset[tuple[int, int, int]], rows: list[Pythons]) -> Pairs:
    """Yield the pairs of a claim with a file's claims, if it meets none of them: several versions in a file are a choice."""
    if not any(pythons & other for _, other in rows):
        for other, _ in rows:
            yield claim, other, None


# images


def _compare_images(rule: Rule, world: World, references: list[Reference], known: Environments) -> Pairs:
    """Two versions of one image in the build and service files of a folder."""
    by_folder: dict[str, dict[tuple[str, str], list[tuple[Claim, str]]]] = {}
    for reference in references:
        subject, path = reference.subject, reference.where.path
        tag = reference.pin.selector or ""
        if (
            subject.kind != "image"
            or reference.pin.state in ("unknown", "sealed")
            or reference.place != reference.where
        ):
            continue
        number = _VERSION.search(tag)
        base = posixpath.basename(path).lower()
        if number is None or path.endswith((".py", ".ipynb", ".sh")):
            continue  # names of variants ("gpu", "slim") say nothing of a version
        scope = posixpath.dirname(path)
        if base.startswith(("dockerfile", "containerfile")) and base not in ("dockerfile", "containerfile"):
            scope = path  # one of several build files: an alternative
        claim = Claim(reference.where, f"`{subject.name}:{tag}`", number[0].count("."), subject)
        by_folder.setdefault(scope, {}).setdefault((subject.host, subject.name), []).append((claim, number[0]))
    for images in by_folder.values():
        for rows in images.values():
            for at, (claim, version) in enumerate(rows):
                for other, against in rows[at + 1 :]:
                    if not _is_prefix(version, against):
                        yield claim, other, None


def _is_prefix(one: str, other: str) -> bool:
    short, long = sorted((one.split("."), other.split(".")), key=len)
    return long[: len(short)] == short


# CUDA


def _compare_cuda(rule: Rule, world: World, references: list[Reference], known: Environments) -> Pairs:
    """The CUDA version of the base image, of wheel labels and indexes, and of conda packages.

    `images` (pattern of an image's name with its tag: group 1 is the version), `labels` (pattern of a label in a pin),
    `indexes` (pattern of an index address), `packages` (names whose version is that of CUDA).
    """
    image = re.compile(str(rule.params.get("images", "(?!)")))
    label = re.compile(str(rule.params.get("labels", "(?!)")))
    packages = texts(rule, "packages")
    by_path: dict[str, list[tuple[Claim, str, str]]] = {}

    def note(place: Place, value: str, kind: str, version: str, weight: int) -> None:
        claim = Claim(place, value, weight, Subject("environment", "repository", "cuda"))
        by_path.setdefault(place.path, []).append((claim, kind, version))

    references = [r for r in references if not _is_program(r.where.path)]
    for reference in references:
        subject, selector = reference.subject, reference.pin.selector or ""
        if subject.kind == "image" and (match := image.search(f"{subject.name}:{selector}")):
            note(reference.where, f"`{subject.name}:{selector}`", "image", match[1], 0)
        elif subject.kind == "package" and _is_conditional(world, reference):
            continue
        elif subject.kind == "package" and (match := label.search(selector)):
            note(reference.where, f"`{subject.name}{selector}`", "label", _dotted(match[1]), 3)
        elif subject.kind == "package" and subject.name in packages and (match := _VERSION.search(selector)):
            if reference.pin.state == "version" or re.match(r"=?=?\d", selector):
                note(reference.where, f"`{subject.name}{selector}`", "conda", match[0], 2)
    for path in sorted({r.where.path for r in references} | set(by_path)):
        for place, text, version in _indexes(world, path, str(rule.params.get("indexes", "(?!)"))):
            note(place, f"`{text}`", "index", version, 1)
    for path, rows in by_path.items():
        document = world.get_document(path)
        if document is None or document.kind in ("requirements", "toml", "yaml"):
            continue
        # One kind with two values in a script or build file: alternatives.
        counts = {kind: {_series(v) for _, k, v in rows if k == kind} for _, kind, _ in rows}
        by_path[path] = [row for row in rows if len(counts[row[1]]) == 1]
    for group in known.groups(set(by_path)):
        rows = [row for path in sorted(group & by_path.keys()) for row in by_path[path]]
        for at, (claim, kind, version) in enumerate(rows):
            for other, against_kind, against in rows[at + 1 :]:
                if _is_prefix(_series(version), _series(against)):
                    continue
                loose = "image" in (kind, against_kind) and version.split(".")[0] == against.split(".")[0]
                yield claim, other, "info" if loose else None


def _indexes(world: World, path: str, pattern: str) -> Iterator[tuple[Place, str, str]]:
    document = world.get_document(path)
    if document is None or document.kind not in ("requirements", "dockerfile", "toml", "yaml", "shell"):
        return
    for match in re.finditer(pattern, document.text):
        span = Span(*match.span())
        if not any(comment.span.covers(span) for comment in document.comments):
            yield Place(path, span), match[0], _dotted(match[1])


def _dotted(label: str) -> str:
    """Return a label such as "118" as a version: the last digit is the minor."""
    return label if "." in label else f"{label[:-1]}.{label[-1]}"


def _series(version: str) -> str:
    return ".".join(version.split(".")[:2])


_COMPARISONS: dict[str, Callable[[Rule, World, list[Reference], Environments], Pairs]] = {
    "requirement": _compare_requirements,
    "python": _compare_pythons,
    "image": _compare_images,
    "cuda": _compare_cuda,
}
