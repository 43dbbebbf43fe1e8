"""The engine: a workspace and packs in, a report out. Every door calls this and nothing else.

Promises: cold, warm and any file order give the same report; what could not be read is counted. Refuses to know: doors.
"""

from __future__ import annotations

import datetime
import gc
import hashlib
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from driftlint.baseline import Baseline
from driftlint.baseline import apply as apply_baseline
from driftlint.cache import FactsCache
from driftlint.config import Config
from driftlint.distributions import canonicalize_name
from driftlint.documents.model import Document, Node
from driftlint.facts import Coverage, Finding, Mention, Place, Reference, Report, Rule, Subject
from driftlint.flow.entries import Program, find_programs
from driftlint.judges import AFTERWARDS, JUDGES, World
from driftlint.judges.publishers import find_publishers
from driftlint.linking import Linker
from driftlint.locks import (
    Files,
    Freshness,
    Lock,
    judge_freshness,
    may_be_lock,
    read_locks,
    recognise_lock,
)
from driftlint.match.command_lines import CommandMatcher
from driftlint.match.config_keys import match_config_keys
from driftlint.match.decisions import drop_covered, merge
from driftlint.match.references import Found
from driftlint.mentions import extract_mentions, settle_mentions
from driftlint.mentions.repository import (
    RepositoryFacts,
    find_built_images,
    find_library_files,
    find_own_slugs,
    provides,
    settle_in_repository,
)
from driftlint.packs.catalogue import Catalogue
from driftlint.reading import RepoFiles
from driftlint.roles import Decision, apply_roles, decide_roles
from driftlint.suppress import apply_suppressions
from driftlint.text import Span
from driftlint.workspace import Workspace

_DIRECTIVE = b"driftlint:"
_RECURSION = 8_000
"""Frames that resolving may nest: expressions in chains of calls and imports go deeper than Python's 1,000."""
_LARGE = 64 * 1024
"""Bytes from which a data file is parsed only when its text can name a reference."""


class Run(Struct):
    """What one run found, for `check` and for the commands that look inside."""

    report: Report
    world: World
    programs: list[Program]
    documents: dict[str, Document]


class Stopped(Exception):
    """A run was ended before it had an answer."""


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
        parallel: bool = True,
        baseline: Baseline | None = None,
    ) -> None:
        self.config = config
        self.catalogue = catalogue
        self.rules = dict(rules)
        self.known_rules = frozenset(known_rules) | frozenset(rules)
        self.today = config.today or datetime.date.today()
        self.files = RepoFiles(workspace, config.scope(named), cache, parallel=parallel, limits=config.limits)
        self.stopping: Callable[[], bool] = lambda: False
        """Asked now and then during a run; True ends it with `Stopped`."""
        self.locks: dict[str, Lock | None] = {}
        self.freshness: dict[str, Freshness] = {}
        self._linker = Linker(self.files, catalogue)
        self._silent: set[str] = set()
        """Files that mentioned nothing in the last run."""
        self.baseline = baseline

    def get_document(self, path: str) -> Document | None:
        """Return a file as read, None when it is not in scope."""
        return self.files.get_document(path)

    def expect_updates(self) -> None:
        """Note from the next run on what answers rest on, so that `update` keeps those that an edit leaves as they are."""
        self._linker.expect_updates()

    def update(self, changed: Collection[str] | None = None, *, lenient: Collection[str] = ()) -> Run:
        """Look again after a run, with the answer that a new session would give.

        `changed` holds every path whose bytes may differ from the last run, None says that any may; the files are
        always listed anew. What was made of unchanged files alone is kept, and after `expect_updates` every answer that rests
        on nothing that reads otherwise now; judging runs whole. A file of
        `lenient` that no longer parses keeps its last good text (`files.held` says which). After `Stopped` the next
        update must be told the changes of both.
        """
        today = self.config.today or datetime.date.today()
        if today != self.today:
            self.today = today
            self.files.drop_derived()
            self._linker.forget()
        self.files.forget(changed, lenient)
        return self.run()

    def run(self) -> Run:
        """Look at the whole workspace once. Raises Stopped when `stopping` says so."""
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
        files = self.files
        silent, self._silent = self._silent, set()  # a run that is stopped knows none
        files.list_files(coverage)
        linked = self._linker.link(self.today)
        project, resolver = linked.project, linked.resolver
        self.locks = read_locks(files.data, project.names.where(may_be_lock))
        whole = Files(self._read, project.names.all)
        self.freshness = {path: judge_freshness(lock, whole) for path, lock in self.locks.items() if lock is not None}
        refer, runnable = files.scan(self._linker.gate, self._linker.mains, coverage)
        files.load_facts(sorted({*refer, *project.reachable(runnable)}))
        found = Found()
        for path in refer:
            self._pause()
            found.add(linked.matcher.match_file(path))
        self._pause()
        mentioned, provided = self._mentions(silent)
        found.references = [
            r for r in found.references if not provides(provided, r.subject.kind, r.subject.name, r.form)
        ]
        found.references.extend(mentioned)
        programs = find_programs(runnable, project, resolver, linked.classifier, self.catalogue, self._pause)
        coverage.entries = [f"{p.path} {p.kind}: {p.says or 'neither trains nor evaluates'}" for p in programs]
        coverage.unknown = sorted(set(found.unknown), key=lambda item: (item[0].path, item[0].span, item[1]))
        references = drop_covered(merge(sorted(found.references, key=_order)), self.catalogue)
        roles = self._roles(references, programs)
        world = World(
            self.catalogue,
            project,
            resolver,
            self.config,
            apply_roles(references, roles),
            programs,
            project.names.all,
            self.today,
            self.get_document,
            coverage,
            files.foreign,
            locks={path: lock for path, lock in self.locks.items() if lock is not None},
            freshness=self.freshness,
            read=self._read,
            roles=roles,
            listed=files.listed,
            exists=files.workspace.exists,
            open_text=files.open_text,
        )
        report = self._report(world, coverage)
        files.save_facts()
        return Run(report, world, programs, {k: d for k, d in files.documents.items() if d is not None})

    def _pause(self) -> None:
        if self.stopping():
            raise Stopped

    def _roles(self, references: list[Reference], programs: list[Program]) -> dict[str, Decision]:
        """Return which projects of the repo are applications, and which published libraries."""
        known = self.catalogue.extra.get("publishing")
        publishing = known if isinstance(known, dict) else {}
        return decide_roles(
            self.files.data,
            self.get_document,
            references,
            [program.path for program in programs if program.says in ("training", "evaluation")],
            publishing,
            self.config.role,
            find_publishers(self.files.data, self.get_document, publishing),
        )

    def _read(self, path: str) -> bytes | None:
        """Return a file of the repo, in scope or not; None where there is none."""
        return self.files.data.get(path) or self.files.read_aside(path) or None

    # other texts

    def _mentions(self, silent: set[str]) -> tuple[list[Reference], RepositoryFacts]:
        """Return what other texts than Python name, and what the repo itself provides.

        `silent` are the files that mentioned nothing in the last run.
        """
        mentions: list[tuple[str, Mention]] = []
        references: list[Reference] = []
        by_path: dict[str, list[Mention]] = {}
        commands: list[CommandMatcher] = []
        replaced = self.files.replaced
        silent = silent.difference(replaced) if replaced is not None else set()
        for path in sorted(self.files.data.keys() - silent):
            read = self.files.derive(path, "mentions", partial(self._read_mentions, path, commands))
            if read is None:
                silent.add(path)
            else:
                self.get_document(path)  # its problems are told, in this run as in the one that read it
                found, referred = read
                by_path[path] = list(found)
                references.extend(referred)
        self._silent = silent
        provided = self._repository(by_path)
        settled = settle_in_repository(settle_mentions(by_path), provided)
        for path in sorted(settled):
            mentions.extend((path, mention) for mention in settled[path])
        references.extend(_reference(path, mention, self.get_document(path)) for path, mention in mentions)
        return references, provided

    def _read_mentions(
        self, path: str, commands: list[CommandMatcher]
    ) -> tuple[tuple[Mention, ...], tuple[Reference, ...]] | None:
        """Return what one file mentions, and what the catalogue recognises in it; None where that is not looked for.

        `commands` holds the matcher of command lines, made when first needed.
        """
        kind = self.files.kinds[path]
        if kind == "python" and not self._may_mention(self.files.data[path]):
            return None
        if recognise_lock(path) or (kind in ("json", "yaml") and not self._may_refer(path, kind)):
            return None
        document = self.get_document(path)
        if document is None:
            return None
        if not commands:
            commands.append(CommandMatcher(self.catalogue, self.today))
        referred = [*commands[0].match_document(document), *match_config_keys(self.catalogue, document)]
        return tuple(extract_mentions(document)), tuple(referred)

    def _repository(self, paths: Iterable[str]) -> RepositoryFacts:
        """Return what the repo itself provides: its locks, the images that it builds, its own address."""
        facts = RepositoryFacts()
        for path, lock in self.locks.items():
            facts.locks.setdefault(path.rpartition("/")[0], []).append(lock)
            if lock is not None:
                for source in lock.sources:
                    facts.locks_of.setdefault(source, []).append(lock)
        for verdict in self.freshness.values():
            if verdict.state == "stale" and not verdict.harmless:
                facts.unmet |= {(m, canonicalize_name(name)) for m in verdict.manifests for name in verdict.differs}
        for path in paths:
            document = self.files.documents.get(path)
            if document is not None and document.kind in ("shell", "makefile", "notebook", "dockerfile"):
                facts.built_images |= find_built_images(document)
        facts.library_files = find_library_files(self.files.data)
        facts.own_packages = {name for path in paths for name in self._project_names(path)}
        readmes = [self.files.read_aside(name) for name in ("README.md", "README.rst", "README", "readme.md")]
        facts.own = find_own_slugs(
            self.config.root.name, [r for r in readmes if r], self.files.read_aside(".git/config")
        )
        return facts

    def _project_names(self, path: str) -> Iterator[str]:
        """Yield the distribution names that a manifest of the repo gives itself."""
        document = self.files.documents.get(path) if path.endswith("pyproject.toml") else None
        if document is not None and isinstance(document.body, Node):
            for route in (("project", "name"), ("tool", "poetry", "name")):
                node = document.body.walk(route)
                if node is not None and isinstance(node.value, str):
                    yield canonicalize_name(node.value)

    def _may_refer(self, path: str, kind: str) -> bool:
        """Return whether a data file is small, or holds the words by which a mention or a config key is recognised."""
        data = self.files.data[path]
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
        findings = self._judge(world, False)
        documents = {path: d for path, d in ((p, self._for_suppression(p)) for p in sorted(self.files.data)) if d}
        documents |= self.files.opened
        result = apply_suppressions(
            findings, documents, self.config.accept, self.today, known=self.known_rules, ran=frozenset(self.rules)
        )
        report.suppressed = result.suppressed
        self._linker.count_as_read()
        self.files.note_problems(coverage)
        world.unread.extend(sorted(self.files.unreadable, key=lambda item: (item[0].path, item[0].span)))
        world.suppression_problems.extend(result.problems)
        report.findings = sorted([*result.kept, *self._judge(world, True)], key=_finding_order)
        if self.baseline is not None:
            exists = self.files.workspace.exists
            apply_baseline(report, self.baseline, self.get_document, exists, self.known_rules)
        return report

    def _judge(self, world: World, afterwards: bool) -> list[Finding]:
        """Run the judges that look at the repo, or those that look at what became of the findings."""
        findings: list[Finding] = []
        for name in sorted(self.rules):
            rule = self.rules[name]
            judge = JUDGES.get(rule.judge)
            if judge is not None and (rule.judge in AFTERWARDS) is afterwards:
                findings.extend(judge(rule, world))
        return _fingerprinted(sorted((f for f in findings if not self._is_ignored(f)), key=_finding_order))

    def _is_ignored(self, finding: Finding) -> bool:
        off = self.config.ignored_at(finding.place.path)
        return bool(off & {finding.rule, finding.family, "all"})

    def _for_suppression(self, path: str) -> Document | None:
        directs = self.files.derive(path, "directs", lambda: _DIRECTIVE in self.files.data[path].lower())
        return self.get_document(path) if directs else None


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
