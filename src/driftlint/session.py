"""The engine: a workspace and packs in, a report out. Every door calls this and nothing else.

Promises: cold, warm and any file order give the same report; what could not be read is counted. Refuses to know: doors.
"""

from __future__ import annotations

import datetime
import gc
import hashlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from packaging.utils import canonicalize_name

from driftlint.cache import FactsCache
from driftlint.config import Config
from driftlint.documents import kind_of, kind_of_content, read_document
from driftlint.documents.model import Document, Node, Problem
from driftlint.extract import extract_all, facts_key
from driftlint.facts import Coverage, Finding, Mention, Place, Reference, Report, Rule, Subject
from driftlint.flow.calls import CallClassifier
from driftlint.flow.entries import Program, find_programs
from driftlint.judges import JUDGES, World
from driftlint.launches import Launch, find_launches
from driftlint.match.command_lines import CommandMatcher
from driftlint.match.config_keys import match_config_keys
from driftlint.match.patterns import WordGate
from driftlint.match.references import Found, ReferenceMatcher, drop_covered, merge
from driftlint.mentions import extract_mentions, recognise_lock, settle_mentions
from driftlint.mentions.repository import (
    RepositoryFacts,
    find_built_images,
    find_copied_projects,
    find_own_slugs,
    read_lock,
    settle_in_repository,
)
from driftlint.packs.catalogue import Catalogue
from driftlint.project import Project
from driftlint.python.module import outline
from driftlint.resolve import Resolver
from driftlint.suppress import apply_suppressions
from driftlint.text import Span
from driftlint.values import Forms
from driftlint.workspace import Workspace, WorkspaceError

_IDENTIFIER = re.compile(rb"[A-Za-z_]\w*")
_CODE = ("python", "notebook")
_WORKS = re.compile(rb"^(?:for|while|with|async)\b|^[A-Za-z_][\w.]*\(", re.MULTILINE)
"""A statement at the top level that does more than define: the file may be a script."""
_RELATIVE = re.compile(rb"^from[ \t]+\.", re.MULTILINE)
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+\(?([\w, \t\r\n]*)|import[ \t]+([\w., \t]+))", re.MULTILINE
)
_DIRECTIVE = b"driftlint:"
_RECURSION = 8_000
"""Frames that resolving may nest: expressions in chains of calls and imports go deeper than Python's 1,000."""
_LARGE = 64 * 1024
"""Bytes from which a data file is parsed only when its text can name a reference."""


@dataclass(slots=True)
class Run:
    """What one run found, for `check` and for the commands that look inside."""

    report: Report
    world: World
    programs: list[Program]
    documents: dict[str, Document]


@dataclass(slots=True)
class _Files:
    """The files of a workspace as bytes, and what became of them."""

    data: dict[str, bytes] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)


class Session:
    """One repo under one configuration."""

    def __init__(
        self,
        workspace: Workspace,
        config: Config,
        catalogue: Catalogue,
        rules: Mapping[str, Rule],
        *,
        known_rules: Iterable[str] = (),
        cache: FactsCache | None = None,
        named: tuple[str, ...] = (),
    ) -> None:
        self.workspace = workspace
        self.config = config
        self.catalogue = catalogue
        self.rules = dict(rules)
        self.known_rules = frozenset(known_rules) | frozenset(rules)
        self.cache = cache
        self.named = named
        self.today = config.today or datetime.date.today()
        self._documents: dict[str, Document | None] = {}
        self._files = _Files()
        self._facts: dict[str, bytes | None] = {}
        self._words: dict[str, frozenset[bytes]] = {}
        self._foreign: tuple[str, ...] = ()

    def run(self) -> Run:
        """Look at the whole workspace once."""
        collecting, depth = gc.isenabled(), sys.getrecursionlimit()
        gc.disable()  # millions of tuples without cycles: collections find nothing and cost a third of the run
        sys.setrecursionlimit(max(depth, _RECURSION))
        try:
            return self._run()
        finally:
            sys.setrecursionlimit(depth)
            if collecting:
                gc.enable()

    def _run(self) -> Run:
        coverage = Coverage()
        self._list(coverage)
        python = [path for path, kind in self._files.kinds.items() if kind in _CODE]
        refer, runnable = self._scan(python, coverage)
        forms = Forms.of([_table(entry) for entry in self.catalogue.bindings])
        project = Project(
            python,
            self._files.data,
            self._facts_of,
            self.get_document,
            self._words_of,
            lambda path: self._files.data.get(path, b""),
            self._launches,
        )
        project.note_imports(self._imports_of())
        self._load_facts(sorted({*refer, *project.reachable(runnable)}))
        resolver = Resolver(project, forms)
        found = Found()
        matcher = ReferenceMatcher(self.catalogue, project, resolver, self.today)
        for path in refer:
            known = project.outline(path)
            if known is not None and not matcher.index.words.isdisjoint(known.words):
                module = project.module(path)
                if module is not None:
                    matcher.match_module(module, found)
        found.references.extend(self._mentions(found))
        classifier = CallClassifier(self.catalogue, resolver)
        programs = find_programs(runnable, project, resolver, classifier, self.catalogue)
        coverage.entries = [f"{p.path} {p.kind}: {p.says or 'neither trains nor evaluates'}" for p in programs]
        coverage.unknown = sorted(set(found.unknown), key=lambda item: (item[0].path, item[0].span, item[1]))
        world = World(
            self.catalogue,
            project,
            resolver,
            self.config,
            drop_covered(merge(sorted(found.references, key=_order)), self.catalogue),
            programs,
            tuple(sorted(self._files.data)),
            self.today,
            self.get_document,
            coverage,
            self._foreign,
        )
        report = self._report(world, coverage)
        return Run(report, world, programs, {k: d for k, d in self._documents.items() if d is not None})

    # reading

    def _list(self, coverage: Coverage) -> None:
        listing = self.workspace.list_files(self.config.scope(self.named))
        self._foreign = find_copied_projects(listing.files)
        coverage.left_out = {reason: list(paths) for reason, paths in listing.left_out.items()}
        for path in listing.files:
            kind = kind_of(path)
            if kind is None and "." in path.rsplit("/", 1)[-1]:
                continue
            try:
                data = self.workspace.read(path)
            except WorkspaceError as error:
                coverage.unread.append((path, 1, str(error)))
                continue
            if kind is None:
                kind = kind_of_content(data[:200])
            if kind is None:
                continue
            self._files.data[path] = data
            self._files.kinds[path] = kind
            coverage.read[kind] = coverage.read.get(kind, 0) + 1
        coverage.files = len(self._files.data)

    def _scan(self, python: list[str], coverage: Coverage) -> tuple[list[str], list[str]]:
        """Return the Python files that may hold a reference, and those that may be programs.

        The rest is read only when a chain of imports or calls leads there.
        """
        gate = WordGate(
            [c for entry in self.catalogue.references for c in entry.calls]
            + [c for entry in self.catalogue.clients for c in (*entry.calls, *entry.assigns)]
        )
        refer: list[str] = []
        programs: list[str] = []
        for path in sorted(python):
            words = self._words_of(path)
            may_refer = gate.admits(words)
            may_run = path.endswith(".ipynb") or b"__main__" in words or self._may_be_script(path)
            if may_refer:
                refer.append(path)
            if may_run:
                programs.append(path)
            if not may_refer and not may_run:
                coverage.skipped_by_scan += 1
        return refer, programs

    def _may_be_script(self, path: str) -> bool:
        """Return whether a file works at its top level and can be started by itself: relative imports need a package."""
        data = self._files.data[path]
        return _WORKS.search(data) is not None and _RELATIVE.search(data) is None

    def _imports_of(self) -> Iterator[tuple[str, str, int, str]]:
        """Yield (path, module, level, imported name) of every import line of the Python files."""
        for path, kind in self._files.kinds.items():
            if kind == "python":
                for match in _IMPORT.finditer(self._files.data[path]):
                    for module, level, name in _import_targets(match):
                        yield path, module, level, name

    def _words_of(self, path: str) -> frozenset[bytes]:
        words = self._words.get(path)
        if words is None:
            words = self._words[path] = frozenset(_IDENTIFIER.findall(self._files.data.get(path, b"")))
        return words

    def get_document(self, path: str) -> Document | None:
        """Return a file as read, None when it is not in scope."""
        if path not in self._documents:
            data = self._files.data.get(path)
            self._documents[path] = read_document(path, data) if data is not None else None
        return self._documents[path]

    def _load_facts(self, paths: list[str]) -> None:
        digests = {path: hashlib.blake2b(self._files.data[path], digest_size=16).hexdigest() for path in paths}
        known = self.cache.get_many(digests.values()) if self.cache is not None else {}
        missing = {}
        for path, digest in digests.items():
            if digest in known:
                self._facts[path] = known[digest]
            else:
                missing[path] = self._files.data[path]
        made = extract_all(missing)
        self._facts.update(made)
        if self.cache is not None and made:
            self.cache.put_many({digests[path]: blob for path, blob in made.items()})

    def _facts_of(self, path: str) -> bytes | None:
        if path not in self._facts:
            data = self._files.data.get(path)
            self._facts[path] = None
            if data is not None and self._files.kinds.get(path) in _CODE:
                self._load_facts([path])
        return self._facts[path]

    # other texts

    def _mentions(self, found: Found) -> list[Reference]:
        mentions: list[tuple[str, Mention]] = []
        references: list[Reference] = []
        commands = CommandMatcher(self.catalogue, self.today)
        by_path: dict[str, list[Mention]] = {}
        for path in sorted(self._files.data):
            kind = self._files.kinds[path]
            if kind == "python" and not self._may_mention(self._files.data[path]):
                continue
            if recognise_lock(path) or (kind in ("json", "yaml") and not self._may_refer(path, kind)):
                continue
            document = self.get_document(path)
            if document is None:
                continue
            by_path[path] = extract_mentions(document)
            references.extend(commands.match_document(document))
            references.extend(match_config_keys(self.catalogue, document))
        settled = settle_in_repository(settle_mentions(by_path), self._repository(by_path))
        for path in sorted(settled):
            mentions.extend((path, mention) for mention in settled[path])
        references.extend(_reference(path, mention, self.get_document(path)) for path, mention in mentions)
        return references

    def _repository(self, paths: Iterable[str]) -> RepositoryFacts:
        """Return what the repo itself provides: its locks, the images that it builds, its own address."""
        facts = RepositoryFacts()
        for path, data in self._files.data.items():
            if recognise_lock(path):
                facts.locks[path.rpartition("/")[0]] = read_lock(path, data)
        for path in paths:
            document = self._documents.get(path)
            if document is not None and document.kind in ("shell", "makefile", "notebook", "dockerfile"):
                facts.built_images |= find_built_images(document)
        facts.own_packages = {name for path in paths for name in self._project_names(path)}
        readmes = [self._read_aside(name) for name in ("README.md", "README.rst", "README", "readme.md")]
        facts.own = find_own_slugs(self.config.root.name, [r for r in readmes if r], self._read_aside(".git/config"))
        return facts

    def _project_names(self, path: str) -> Iterator[str]:
        """Yield the distribution names that a manifest of the repo gives itself."""
        document = self._documents.get(path) if path.endswith("pyproject.toml") else None
        if document is not None and isinstance(document.body, Node):
            for route in (("project", "name"), ("tool", "poetry", "name")):
                node = document.body.walk(route)
                if node is not None and isinstance(node.value, str):
                    yield canonicalize_name(node.value)

    @cached_property
    def _found_launches(self) -> dict[str, list[Launch]]:
        scripts = (
            self.get_document(path)
            for path in sorted(self._files.data)
            if self._files.kinds[path] in ("shell", "makefile", "notebook", "dockerfile")
            and b".py" in self._files.data[path]
        )
        python = frozenset(path for path, kind in self._files.kinds.items() if kind == "python")
        return find_launches([d for d in scripts if d is not None], python)

    def _launches(self) -> dict[str, list[Launch]]:
        """Return how the repo's scripts start its programs, found when first asked for."""
        return self._found_launches

    def _read_aside(self, path: str) -> bytes:
        """Return a file that is not judged itself, b"" where there is none."""
        try:
            return self.workspace.read(path)
        except WorkspaceError:
            return b""

    def _may_refer(self, path: str, kind: str) -> bool:
        """Return whether a data file is small, or holds the words by which a mention or a config key is recognised."""
        data = self._files.data[path]
        if len(data) < _LARGE:
            return True
        if any(
            all(mark.encode() in data for mark in entry.marks) for entry in self.catalogue.config_keys if entry.marks
        ):
            return True
        words = (
            (b"image", b"uses:", b"run:", b"script", b"dependencies", b"repos:") if kind == "yaml" else (b'"image"',)
        )
        return any(word in data for word in words)

    @staticmethod
    def _may_mention(data: bytes) -> bool:
        """Return whether a Python file can hold a mention outside its code: a script block, or shell lines."""
        return b"/// script" in data or b"get_ipython" in data or b"# %%" in data or b"# COMMAND" in data

    # judging

    def _report(self, world: World, coverage: Coverage) -> Report:
        report = Report(".", coverage=coverage, rules=self.rules)
        findings: list[Finding] = []
        for name in sorted(self.rules):
            rule = self.rules[name]
            judge = JUDGES.get(rule.judge)
            if judge is not None:
                findings.extend(judge(rule, world))
        findings = [f for f in findings if not self._is_ignored(f)]
        findings = _fingerprinted(sorted(findings, key=_finding_order))
        documents = {path: d for path, d in ((p, self._for_suppression(p)) for p in sorted(self._files.data)) if d}
        result = apply_suppressions(
            findings, documents, self.config.accept, self.today, known=self.known_rules, ran=frozenset(self.rules)
        )
        report.findings = result.kept
        report.suppressed = result.suppressed
        world.unread.extend(self._problems(coverage))
        own = self._own_findings(world, [(p.kind, p.place, p.message) for p in result.problems])
        report.findings = sorted([*report.findings, *_fingerprinted(own)], key=_finding_order)
        return report

    def _is_ignored(self, finding: Finding) -> bool:
        off = self.config.ignored_at(finding.place.path)
        return bool(off & {finding.rule, finding.family, "all"})

    def _for_suppression(self, path: str) -> Document | None:
        if _DIRECTIVE not in self._files.data[path].lower():
            return None
        return self.get_document(path)

    def _problems(self, coverage: Coverage) -> Iterable[tuple[Place, str]]:
        for path, document in sorted(self._documents.items()):
            if document is None:
                continue
            for problem in document.problems:
                coverage.unread.append((path, document.locate(problem.span.start).line, problem.message))
                if problem.fatal:
                    yield Place(path, problem.span), problem.message
        for path, blob in sorted(self._facts.items()):
            if blob is None:
                continue
            for span, message in self._syntax_problems(path):
                document = self.get_document(path)
                line = document.locate(span.start).line if document is not None else 1
                coverage.unread.append((path, line, message))

    def _syntax_problems(self, path: str) -> list[tuple[Span, str]]:
        blob = self._facts.get(path)
        found = outline(blob) if blob is not None else None
        errors = found.errors if found is not None else ()
        message = "this part does not parse as Python and was left out"
        return [(Span(at, at + 1), message) for at in errors[:1]]

    def _own_findings(self, world: World, problems: list[tuple[str, Place, str]]) -> list[Finding]:
        """Findings about the run itself: files that could not be read, comments that suppress nothing."""
        from driftlint.judges.world import make_finding

        out: list[Finding] = []
        for rule in self.rules.values():
            if rule.judge == "read":
                for place, message in world.unread:
                    subject = Subject("file", "repository", place.path)
                    out.append(make_finding(world, rule, subject, place, {"problem": message}))
            elif rule.judge == "suppressed":
                wanted = rule.params.get("problems", ())
                for kind, place, message in problems:
                    if kind in wanted:  # type: ignore[operator]
                        subject = Subject("suppression", "repository", place.path)
                        out.append(make_finding(world, rule, subject, place, {"problem": message}))
        return out


def _import_targets(match: re.Match[bytes]) -> Iterator[tuple[str, int, str]]:
    """Yield (module, level, imported name) of one import line."""
    if match[3] is not None:
        for part in match[3].decode("utf-8", "replace").split(","):
            module = part.split(" as ")[0].strip()
            if module:
                yield module, 0, ""
        return
    source = match[1].decode("utf-8", "replace")
    module = source.lstrip(".")
    for name in match[2].decode("utf-8", "replace").split(","):
        yield module, len(source) - len(module), (name.split() or [""])[0]


def _table(entry: object) -> dict[str, object]:
    """A binding entry as the mapping that `Forms` takes, empty fields left out."""
    names = (
        "form",
        "calls",
        "decorators",
        "items",
        "add",
        "parse",
        "parse_first",
        "holders",
        "initialise",
        "tails",
        "methods",
        "key",
    )
    return {name: getattr(entry, name) for name in names if getattr(entry, name)}


def _reference(path: str, mention: Mention, document: Document | None) -> Reference:
    """Return a mention as a reference. Packages go by the name as it is written, in lower case."""
    place = Place(path, mention.span)
    name = mention.name
    if document is not None and mention.kind == "package":
        written = document.text[mention.name_span.start : mention.name_span.end].lower()
        name = written if canonicalize_name(written) == name else name
    return Reference(
        Subject(mention.kind, mention.host, name),
        mention.pin,
        place,
        place,
        mention.form,
        (),
        mention.groups,
        "high",
        "",
    )


def _order(reference: Reference) -> tuple[str, Span, str, Span]:
    return reference.where.path, reference.where.span, reference.place.path, reference.place.span


def _finding_order(finding: Finding) -> tuple[str, Span, str, str]:
    return finding.place.path, finding.place.span, finding.rule, finding.subject.name


def _fingerprinted(findings: list[Finding]) -> list[Finding]:
    """Give each finding its fingerprint: rule, path, subject and ordinal among equals. Lines do not count."""
    counts: dict[tuple[str, str, Subject], int] = {}
    out: list[Finding] = []
    for finding in findings:
        key = (finding.rule, finding.place.path, finding.subject)
        counts[key] = counts.get(key, 0) + 1
        text = "\0".join((finding.rule, finding.place.path, *_parts(finding.subject), str(counts[key])))
        digest = hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
        out.append(replace(finding, fingerprint=digest))
    return out


def _parts(subject: Subject) -> tuple[str, str, str]:
    return subject.kind, subject.host, subject.name


__all__ = ["Problem", "Run", "Session", "facts_key"]
