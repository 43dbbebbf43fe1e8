"""What the section states against what the repo holds: seeds, versions, revisions, tags, hosted models.

Promises: a statement is stale only where the repo says something else about the same thing, and nothing in it agrees.
Refuses to know: which of the two is right.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from driftlint.distributions import canonicalize_name
from driftlint.documents.model import Node
from driftlint.facts import Place, Reference
from driftlint.flow.calls import Carry, Seed
from driftlint.flow.entries import Program
from driftlint.judges.section.find import Written
from driftlint.judges.section.report import Fault, ReportSection
from driftlint.judges.section.words import Words
from driftlint.judges.world import World
from driftlint.late_regex import compile_late
from driftlint.match.models import judge_bare
from driftlint.mentions.version_sets import VersionSet, read_pythons, read_versions
from driftlint.text import Span

_SEED = compile_late(
    r"\b(?:random[ _-]?)?seeds?\b(?:\s+(?:is|are|was|of|to|used|value|number|numbers|values|fixed))*[\s=:`*(]*"
    r"(?P<numbers>\d+(?:\s*(?:,|and|&|`)+\s*\d+)*)(?![\d.]*\d|\s*(?:runs|seeds|times|different))",
    re.IGNORECASE,
)
_VERSION = r"(?:\s*(?:\(?(?:version|v|v\.|==|=)\s*|==\s*)?|\s+)[`*]*v?(?P<version>\d+(?:\.\d+)+(?:[.\w+]*\w)?)"
_PYTHON = compile_late(
    r"\bpython(?:\s+version)?[\s=`*:-]*v?(?P<version>3\.\d{1,2}(?:\.\d+)?)"
    r"(?P<more>\+|\s*(?:or|and)\s+(?:later|newer|above|higher|up))?",
    re.IGNORECASE,
)
_LOOSE_BEFORE = compile_late(
    r"(?:>=|<=|>|<|~=|!=|at least|since|below|before|after|from|newer than|older than|until|up to)[\s`*]*$",
    re.IGNORECASE,
)
_LOOSE_AFTER = compile_late(
    r"[`*)]*\s*(?:\+|or (?:later|newer|above|higher)|and (?:up|above|later|newer)|(?:,\s*)?<|\.?x\b|-\d|–|\(?min)"
    r"|\s*(?:[GMKT]i?B\b|%|[kKMB]\b|x\b|hours?\b|h\b|points?\b|times\b)",
    re.IGNORECASE,
)
_HEX = compile_late(r"(?<![0-9a-fA-F])(?:sha256:)?[0-9a-f]{40}(?:[0-9a-f]{24})?(?![0-9a-fA-F])")
_TOKEN = compile_late(r"(?<![\w/.:@-])[A-Za-z][\w.:@/-]*[\w]")


class _Known(Struct, frozen=True):
    """What the repo says about a name: version texts with the versions that they allow, and where."""

    text: str
    versions: VersionSet
    place: Place


class Agreement:
    """Compares one section."""

    def __init__(self, world: World, words: Words, written: Written, section: ReportSection) -> None:
        self.world = world
        self.words = words
        self.written = written
        self.section = section
        self.folders = set(_above(posixpath.dirname(written.path)))
        """Folders whose manifests and images the section speaks of: its own, and all above."""

    def _concerns(self, reference: Reference) -> bool:
        path = reference.where.path
        if path == self.written.path or reference.late:
            return False
        return posixpath.dirname(path) in self.folders or path in self.written.document.text

    def _stale(self, name: str, stated: str, place: Place, other: str, where: Place) -> Fault:
        return Fault("pin", name, place, {"name": stated, "other": other, "where": self.world.spot(where)}, (where,))

    def _place(self, base: int, start: int, end: int) -> Place:
        return Place(self.written.path, Span(base + start, base + end))

    def _texts(self) -> Iterator[tuple[str, int]]:
        """Yield the section's passages and lines of code with where they begin."""
        for passage in self.written.passages():
            yield passage.text, passage.span.start
        for code in self.written.codes():
            yield self.world_text(code.span), code.span.start

    def world_text(self, span: Span) -> str:
        """Return a part of the file."""
        return self.written.document.text[span.start : span.end]

    # seeds

    def seeds(self) -> Iterator[Fault]:
        """Yield seeds that are stated in words and are none that the commands give or the programs set."""
        known, where, sure = self._known_seeds()
        if not known or not sure:
            return
        for passage in self.written.passages():
            for found in _SEED.finditer(passage.text):
                numbers = re.findall(r"\d+", found["numbers"])
                if any(_bare(number) in known for number in numbers):
                    continue
                place = self._place(passage.span.start, found.start("numbers"), found.end("numbers"))
                fields = {
                    "name": found["numbers"],
                    "other": ", ".join(sorted(known, key=lambda number: (len(number), number))),
                    "where": self.world.spot(where),
                }
                yield Fault("seed", found["numbers"], place, fields, (where,))

    def _known_seeds(self) -> tuple[set[str], Place, bool]:
        """Return the seeds of what the section starts, one place of them, and whether all are known."""
        known: set[str] = set()
        where = self.written.place
        sure = True
        by_path = {program.path: program for program in self.world.programs}
        for start in self.section.starts:
            if start.what != "program" or not start.path:
                if start.what in ("script", "task") and self._starts_more(start.path):
                    sure = False  # what it starts, and with which seed, was not followed
                continue
            given = False
            for at, word in enumerate(start.words):
                name, equals, value = word.text.lstrip("-+~").partition("=")
                if "seed" not in re.split(r"[._/-]", name.lower()) and not name.lower().endswith("seed"):
                    continue
                text = value if equals else start.words[at + 1].text if at + 1 < len(start.words) else ""
                parts = re.findall(r"\d+", text)
                fixed = word.fixed and (bool(equals) or (at + 1 < len(start.words) and start.words[at + 1].fixed))
                if fixed and parts:
                    known.update(map(_bare, parts))
                    given, where = True, Place(self.written.path, word.span)
                elif text:
                    sure = False
            program = by_path.get(start.path)
            if given or program is None:
                continue
            for event in program.events:
                value_ = event.what.value if isinstance(event.what, Seed) else None
                if isinstance(event.what, Carry):
                    value_ = event.what.seed
                if value_ is None or event.off or event.dead:
                    continue
                if value_.text.isdecimal() and not concerns(self.world, program, value_.where.path):
                    sure = False  # a helper's callers give it, and another program was met first
                elif value_.text.isdecimal():
                    known.add(_bare(value_.text))
                    where = value_.where
                elif isinstance(event.what, Seed) and value_.state == "set":
                    sure = False
        return known, where, sure

    def _starts_more(self, path: str) -> bool:
        """Return whether a script or a file of tasks starts a program of the repo."""
        if self.world.project.starts_programs(path):
            return True
        document = self.world.get_document(path)
        return document is not None and any(program.path in document.text for program in self.world.programs)

    def _modules(self) -> frozenset[str]:
        """Return the files that the section's programs consist of."""
        return frozenset(self.world.project.reachable(self.section.programs()))

    # packages and the interpreter

    def packages(self) -> Iterator[Fault]:
        """Yield versions of packages that none of the repo's locks and manifests allows."""
        known = self._known_packages()
        own = own_packages(self.world)
        aliases = {**{name: name for name in known}, **{a: n for a, n in self.words.packages.items() if n in known}}
        if not aliases:
            return
        names = "|".join(re.escape(name) for name in sorted(aliases, key=len, reverse=True))
        pattern = re.compile(rf"(?<![\w/.-])(?P<name>{names})(?:\[[\w,-]*\])?{_VERSION}", re.IGNORECASE)
        lowered = {alias.lower(): name for alias, name in aliases.items()}
        for text, base in self._texts():
            for found in pattern.finditer(text):
                name = lowered[found["name"].lower()]
                if name in own or _is_loose(text, found) or not _is_stated(found):
                    continue
                stated = found["version"]
                wanted = read_versions(f"=={stated}" if stated.count(".") > 1 else f"=={stated}.*", "python")
                rows = known[name]
                if wanted is None or not all(wanted.contradicts(row.versions) for row in rows):
                    continue
                place = self._place(base, found.start("version"), found.end("version"))
                yield self._stale(name, f"{found['name']} {stated}", place, rows[0].text, rows[0].place)

    def _known_packages(self) -> dict[str, list[_Known]]:
        found: dict[str, list[_Known]] = {}
        for path, lock in sorted(self.world.locks.items()):
            if posixpath.dirname(path) not in self.folders:
                continue
            for package in lock.packages:
                versions = read_versions(f"=={package.version}", "python") if package.version else None
                if versions is not None:
                    place = self._line(path, package.line)
                    found.setdefault(package.name, []).append(_Known(f"{package.version} (the lock)", versions, place))
        for reference in self.world.references:
            if reference.subject.kind != "package" or not reference.pin.selector or not self._concerns(reference):
                continue
            name = canonicalize_name(reference.subject.name)
            grammar = "conda" if reference.subject.host == "conda" else "python"
            versions = read_versions(reference.pin.selector, "conda" if grammar == "conda" else "python")
            if versions is not None:
                found.setdefault(name, []).append(_Known(reference.pin.selector.strip(), versions, reference.where))
        return found

    def _line(self, path: str, line: int) -> Place:
        document = self.world.get_document(path)
        start = document.lines.offset(line) if document is not None else 0
        return Place(path, Span(start, start + 1))

    def pythons(self) -> Iterator[Fault]:
        """Yield versions of the interpreter that nothing in the repo that names one allows."""
        rows = [
            (reference, pythons)
            for reference in self.world.references
            if reference.subject.kind == "python"
            and reference.pin.selector
            and "ci" not in reference.groups
            and self._concerns(reference)
            and (pythons := read_pythons(reference.pin.selector))
        ]
        if not rows:
            return
        for text, base in self._texts():
            for found in _PYTHON.finditer(text):
                if found["more"] or _is_loose(text, found):
                    continue
                stated = read_pythons(f"=={found['version']}")
                if not stated or any(stated & pythons for _, pythons in rows):
                    continue
                reference = rows[0][0]
                place = self._place(base, found.start("version"), found.end("version"))
                said = f"Python {found['version']}"
                yield self._stale("python", said, place, str(reference.pin.selector), reference.where)

    # revisions, images, hosted models

    def revisions(self) -> Iterator[Fault]:
        """Yield commits and digests beside a name for which the repo has another."""
        sealed: dict[str, list[Reference]] = {}
        every: set[str] = set()
        for reference in self.world.references:
            selector = (reference.pin.selector or "").lower()
            for found in _HEX.finditer(selector):
                every.add(found.group().removeprefix("sha256:"))
                sealed.setdefault(reference.subject.name, []).append(reference)
        for text, base in self._texts():
            for found in _HEX.finditer(text):
                value = found.group().removeprefix("sha256:")
                if value in every:
                    continue
                line = _line_around(text, found.start())
                for name in sorted(sealed, key=len, reverse=True):
                    if not re.search(rf"(?<![\w/-]){re.escape(name)}(?![\w/-])", line):
                        continue
                    reference = sealed[name][0]
                    other = _HEX.findall((reference.pin.selector or "").lower())[0].removeprefix("sha256:")
                    if len(other) == len(value):
                        place = self._place(base, found.start(), found.end())
                        yield self._stale(name, f"{name} at {value[:12]}…", place, f"{other[:12]}…", reference.where)
                        break

    def images(self) -> Iterator[Fault]:
        """Yield tags of images of which the repo uses others only."""
        tags: dict[str, list[Reference]] = {}
        for reference in self.world.references:
            if reference.subject.kind == "image" and reference.pin.selector and self._concerns(reference):
                tags.setdefault(reference.subject.name, []).append(reference)
        for name, rows in sorted(tags.items()):
            pattern = re.compile(rf"(?<![\w/.-])(?:[\w.-]+(?::\d+)?/)?{re.escape(name)}:(?P<tag>\w[\w.-]*\w)")
            selectors = {str(row.pin.selector).partition("@")[0] for row in rows}
            for text, base in self._texts():
                for found in pattern.finditer(text):
                    tag = found["tag"]
                    if not re.search(r"\d", tag) or any(s == tag or s.startswith(f"{tag}-") for s in selectors):
                        continue
                    if not any(re.search(r"\d", selector) for selector in selectors):
                        continue
                    place = self._place(base, found.start("tag"), found.end("tag"))
                    other = f"{name}:{rows[0].pin.selector}"
                    yield self._stale(name, f"{name}:{tag}", place, other, rows[0].where)

    def models(self) -> Iterator[Fault]:
        """Yield hosted models that the section names in words where the code asks the same provider for others only."""
        used: dict[str, list[Reference]] = {}
        modules = self._modules()
        for reference in self.world.references:
            if reference.subject.kind == "model" and not reference.late and reference.place.path in modules:
                used.setdefault(reference.subject.host, []).append(reference)
        if not used:
            return
        names = {reference.subject.name for rows in used.values() for reference in rows}
        given = {word.text.partition("=")[2] or word.text for start in self.section.starts for word in start.words}
        for passage in self.written.passages():
            for found in _TOKEN.finditer(passage.text):
                token = found.group().rstrip(".:")
                bare = token.rpartition("/")[2]
                if token in names or token in given or bare in names or not re.search(r"\d", token) or "-" not in token:
                    continue
                judged = judge_bare(self.world.catalogue, token, self.world.today)
                if judged is None or judged[0] not in used:
                    continue
                reference = used[judged[0]][0]
                place = self._place(passage.span.start, found.start(), found.start() + len(token))
                yield self._stale(token, token, place, reference.subject.name, reference.where)


def concerns(world: World, program: Program, path: str) -> bool:
    """Return whether a value that stands in a file bears on a program: its own code, or no code at all."""
    return not path.endswith((".py", ".ipynb")) or path in world.project.reachable([program.path])


def _above(folder: str) -> Iterator[str]:
    yield folder
    while folder:
        folder = posixpath.dirname(folder)
        yield folder


def _is_loose(text: str, found: re.Match[str]) -> bool:
    """Return whether a version is only a bound, the beginning of a range, or a quantity."""
    start, end = found.span("version")
    return _LOOSE_BEFORE.search(text[max(start - 20, 0) : start]) is not None or bool(_LOOSE_AFTER.match(text, end))


def _is_stated(found: re.Match[str]) -> bool:
    """Return whether name and version stand on one line."""
    return "\n" not in found.group()


def _line_around(text: str, at: int) -> str:
    """Return the line that holds an offset, joined with the lines that continue it."""
    start = text.rfind("\n", 0, at) + 1
    while start > 1 and text[: start - 1].rstrip(" ").endswith("\\"):
        start = text.rfind("\n", 0, start - 1) + 1
    end = text.find("\n", at)
    while end >= 0 and text[:end].rstrip(" ").endswith("\\"):
        end = text.find("\n", end + 1)
    return text[start : end if end >= 0 else len(text)]


def own_packages(world: World) -> frozenset[str]:
    """Return the names under which the repo publishes itself."""
    found: set[str] = set()
    for path in world.paths:
        document = world.get_document(path) if path.endswith(("pyproject.toml", "setup.cfg", "setup.py")) else None
        if document is None:
            continue
        for route in (("project", "name"), ("tool", "poetry", "name"), ("metadata", "name")):
            node = document.body.walk(route) if isinstance(document.body, Node) else None
            if node is not None and isinstance(node.value, str):
                found.add(canonicalize_name(node.value))
        if path.endswith("setup.py"):
            found.update(canonicalize_name(name) for name in re.findall(r"\bname\s*=\s*['\"]([\w.-]+)", document.text))
    return frozenset(found)


def _bare(number: str) -> str:
    """Return a number's digits without leading zeros."""
    return number.lstrip("0") or "0"
