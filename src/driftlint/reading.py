"""The files of a workspace in one run: bytes, identifiers, documents, facts, each made when first asked for.

Promises: a file is read once; what cannot be read is noted and the rest goes on. After `forget` the next listing takes
over what was made of files whose bytes stayed, and nothing else: its answers are those of a new object. Refuses to know:
rules, references.
"""

from __future__ import annotations

import hashlib
from bisect import insort
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property, partial
from typing import TypeVar

from driftlint.cache import FactsCache
from driftlint.disk import WorkspaceError
from driftlint.documents import DEFAULT, Limits, decode, kind_of, kind_of_content
from driftlint.documents.model import Document
from driftlint.extract import extract_all
from driftlint.facts import Coverage, Place
from driftlint.launches import ConsoleScript, Launch, find_console_scripts, find_launches
from driftlint.match.patterns import WordGate
from driftlint.mentions.repository import find_copied_projects
from driftlint.python.module import Module, Outline, drop_body, outline
from driftlint.scanning import find_definitions, find_imports, find_words, is_text, may_be_script, may_start
from driftlint.text import Span
from driftlint.versions import CODE, Held, Made, Version, find_worse, syntax_problems
from driftlint.workspace import Listing, Scope, Workspace

_DECLARES = ("pyproject.toml", "setup.cfg")
"""Names of files that may say which commands installing a project makes."""
T = TypeVar("T")


class RepoFiles:
    """The files of one workspace and scope."""

    def __init__(
        self,
        workspace: Workspace,
        scope: Scope,
        cache: FactsCache | None,
        *,
        parallel: bool = True,
        limits: Limits = DEFAULT,
    ) -> None:
        self._limits = limits
        self._longest = min(limits.max_line, limits.python_bytes, limits.notebook_bytes)
        self.workspace = workspace
        self.cache = cache
        self.parallel = parallel
        self.data: dict[str, bytes] = {}
        self.kinds: dict[str, str] = {}
        self.foreign: tuple[str, ...] = ()
        """Folders that hold a copied project."""
        self.unreadable: list[tuple[Place, str]] = []
        """Files of which nothing can be used."""
        self.documents: dict[str, Document | None] = {}
        self.facts: dict[str, bytes | None] = {}
        self.listed: tuple[str, ...] = ()
        """Every file that the walk met, those that no reader knows and those that are left out by themselves included."""
        self.opened: dict[str, Document] = {}
        """Reports that were opened by `open_text`."""
        self._scope = scope
        self._unsaved: dict[str, bytes] = {}
        self._made: dict[str, Made] = {}
        self.starts_changed = True
        """Whether a file was replaced that may start programs or make commands of them."""
        self._old: dict[str, Made] = {}
        self._before: tuple[dict[str, bytes], dict[str, str]] = {}, {}
        self._changed: Collection[str] | None = ()
        self._lenient: Collection[str] = ()
        self._index: dict[bytes, list[str]] = {}
        self._indexed: dict[str, frozenset[bytes]] = {}
        self._unindexed: set[str] | None = None
        """Files whose words the index does not hold as they are now; None means all."""
        self._listing: Listing | None = None
        self._counts: dict[str, int] = {}
        """Files of each kind in the last listing, for the coverage."""
        self._unusual: set[str] = set()
        """Code of the last listing that is looked at even where no word of the catalogue stands in it."""
        self.replaced: dict[str, tuple[Version, Version]] | None = None
        """Files whose bytes changed since the last listing, as they were and are; None when other files are listed than
        then."""
        self.held: dict[str, Held] = {}
        """Files whose new text does not parse while the one before did: their last good text stands for them."""

    def forget(self, changed: Collection[str] | None, lenient: Collection[str]) -> None:
        """Prepare to list anew.

        Of the files that were read before only `changed` are read again; None means all. A file of `lenient` whose new
        bytes do not parse keeps its last good ones, if it has any.
        """
        for old, _ in (self.replaced or {}).values():
            if old.made.module is not None:
                old.made.module.release()  # not before now: the answers of the last run may have been shown meanwhile
        self._old, self._made = self._made, {}
        self._changed = None if changed is None else {*changed, *self.held}  # what is held is looked at in each run
        self._lenient = lenient
        self._before = self.data, self.kinds
        self.data, self.kinds, self.documents, self.facts = {}, {}, {}, {}
        self.unreadable, self.held, self.opened = [], {}, {}
        self.cache = None  # what is typed is not worth a place on disk

    def drop_derived(self) -> None:
        """Drop what `derive` made: something that it was made with has changed."""
        for made in self._made.values():
            made.more.clear()

    def list_files(self, coverage: Coverage) -> None:
        """Read the files in scope and note what is left out."""
        listing = self.workspace.list_files(self._scope)
        same = listing == self._listing and self._take_over()
        self._listing = listing
        coverage.left_out = {reason: list(paths) for reason, paths in listing.left_out.items()}
        if not same:
            self._read_all(listing)
        for path in self._unusual:
            self.get_document(path)  # its problem is noted
        coverage.read = dict(self._counts)
        self.replaced = self._compare()
        self.starts_changed = self.replaced is None or any(
            may_start(self.kinds[path], version.data) or path.rpartition("/")[2] in _DECLARES
            for path, versions in self.replaced.items()
            for version in versions
        )
        if self.starts_changed:
            for name in ("_found_launches", "_found_console_scripts"):
                self.__dict__.pop(name, None)
        known = self._unindexed if self.replaced is not None else None
        self._unindexed = None if known is None else known | set(self.replaced or ())
        self._old = {}
        coverage.files = len(self.data)

    def _read_all(self, listing: Listing) -> None:
        self.__dict__.pop("code_paths", None)
        self.data, self.kinds, self.documents, self.facts, self._made = {}, {}, {}, {}, {}
        self._counts, self._unusual = {}, set()
        self.foreign = find_copied_projects(listing.files)
        aside = {path for paths in listing.left_out.values() for path in paths if not path.endswith("/")}
        self.listed = tuple(sorted({*listing.files, *aside}))
        for path in listing.files:
            kind = kind_of(path)
            if kind is None and "." in path.rsplit("/", 1)[-1]:
                continue
            try:
                data = self._read(path)
            except WorkspaceError as error:
                self.unreadable.append((Place(path, Span(0, 0)), error.message))
                self._listing = None
                continue
            if kind is None:
                kind = kind_of_content(data[:200])
            if kind is None:
                continue
            self.kinds[path] = kind
            self.data[path] = data
            self._take_text(path, data)
            self._counts[kind] = self._counts.get(kind, 0) + 1

    def _take_over(self) -> bool:
        """Read what changed of the files that were listed before; return False where all have to be looked at again.

        The listing is the same: an edit then costs what its files cost, and not what the repo does.
        """
        data, kinds = self._before
        if self._changed is None or not self._old:
            return False
        changed = [path for path in self._changed if path in self._old]
        if any(path not in kinds or kind_of(path) is None for path in changed):
            return False
        self.data, self.kinds, self._made = dict(data), dict(kinds), dict(self._old)
        for path in changed:
            try:
                self.data[path] = self._read(path)
            except WorkspaceError:
                return False
            self._unusual.discard(path)
            self._take_text(path, self.data[path])
        return True

    def _take_text(self, path: str, data: bytes) -> None:
        """Have words found in the text of code whose bytes do not hold it as it is."""
        if self.kinds[path] in CODE and (len(data) > self._longest or not is_text(data)):
            self._unusual.add(path)
            document = self.get_document(path)
            if document is not None and document.text:
                self.data[path] = document.text.encode("utf-8", "surrogatepass")

    def _compare(self) -> dict[str, tuple[Version, Version]] | None:
        data, kinds = self._before
        self._before = {}, {}
        if kinds != self.kinds:
            return None
        return {
            path: (Version(data[path], self._old[path]), Version(self.data[path], self._made[path]))
            for path in self.data
            if self._old[path] is not self._made[path]
        }

    def _read(self, path: str) -> bytes:
        """Return the bytes of a file, and take over what was made of them. Raises WorkspaceError."""
        old = self._old.get(path)
        if old is not None and self._changed is not None and path not in self._changed:
            self._made[path] = old
            return old.raw
        data = self.workspace.read(path)
        if old is not None and old.raw == data:
            self._made[path] = old
            return data
        made = Made(data)
        if old is not None and path in self._lenient and (problem := find_worse(path, old, made, self._limits)):
            self.held[path] = Held(data, problem)
            made = old
        self._made[path] = made
        return made.raw

    @cached_property
    def code_paths(self) -> list[str]:
        """Python files and notebooks, sorted."""
        return sorted(path for path, kind in self.kinds.items() if kind in CODE)

    def text_of(self, path: str) -> bytes:
        """Return a file's bytes, b"" for one that is not in scope."""
        return self.data.get(path, b"")

    def scan(self, gate: WordGate, mains: WordGate, coverage: Coverage) -> tuple[list[str], list[str]]:
        """Return the Python files that may hold a reference, and those that may be programs.

        `mains` admits files in which a decorator may make a function the main one. The rest is read only when a chain of
        imports or calls leads there. The gates are the same in all runs.
        """
        refer: list[str] = []
        programs: list[str] = []
        for path in self.code_paths:
            may_refer, may_run = self.derive(path, "gates", partial(self._pass_gates, path, gate, mains))
            if may_refer:
                refer.append(path)
            if may_run:
                programs.append(path)
            if not may_refer and not may_run:
                coverage.skipped_by_scan += 1
        return refer, programs

    def _pass_gates(self, path: str, gate: WordGate, mains: WordGate) -> tuple[bool, bool]:
        words = self.words_of(path)
        runs = path.endswith(".ipynb") or b"__main__" in words or mains.admits(words)
        return gate.admits(words), runs or may_be_script(self.data[path])

    def import_lines(self) -> Iterator[tuple[str, str, int, str]]:
        """Yield (path, module, level, imported name) of every import line of the Python files."""
        for path, kind in self.kinds.items():
            if kind == "python":
                for module, level, name in self.derive(path, "imports", partial(find_imports, self.data[path])):
                    yield path, module, level, name

    def paths_with(self, word: bytes) -> list[str]:
        """Return the Python files whose text holds an identifier, in path order. The list is not to be changed."""
        if self._unindexed is None or self._unindexed:
            self._renew_index()
        return self._index.get(word, [])

    def _renew_index(self) -> None:
        """Take the words of files that went or changed out of the index, and those that came or changed in."""
        paths = self.code_paths if self._unindexed is None else sorted(self._unindexed & self._indexed.keys())
        words = {path: self.words_of(path) for path in paths}
        gone = set(self._indexed) - set(words) if self._unindexed is None else ()
        for path in (*gone, *(path for path in words if self._indexed.get(path, words[path]) is not words[path])):
            for word in self._indexed.pop(path):
                self._index[word].remove(path)
                if not self._index[word]:
                    del self._index[word]
        for path, found in words.items():
            if path not in self._indexed:
                self._indexed[path] = found
                for word in found:
                    paths = self._index.setdefault(word, [])
                    if paths and paths[-1] > path:
                        insort(paths, path)
                    else:
                        paths.append(path)
        self._unindexed = set()

    def words_of(self, path: str) -> frozenset[bytes]:
        """Return the identifiers of a file's text, comments and strings included."""
        made = self._made.get(path)
        if made is None or path not in self.data:
            return frozenset()
        if made.words is None:
            made.words = find_words(self.data[path])
        return made.words

    def definitions_of(self, path: str) -> tuple[bytes, ...]:
        """Return the names of the functions and classes of a Python file, by its text."""
        return self.derive(path, "definitions", lambda: find_definitions(self.data[path]))

    def get_document(self, path: str) -> Document | None:
        """Return a file as read, None when it is not in scope."""
        if path not in self.documents:
            made = self._made.get(path)
            if made is None or path not in self.data:
                self.documents[path] = None
            else:
                self.documents[path] = made.read(path, self._limits)
        return self.documents[path]

    def open_text(self, path: str) -> Document | None:
        """Return a report or README, which is no source of facts, as a document; None when it cannot be read as text."""
        document = self.get_document(path)
        if document is not None or path in self.data:
            return document
        raw = self.read_aside(path)
        decoded = decode(raw)
        if not raw or decoded.binary:
            return None
        document = Document(path, "text", decoded.text, hashlib.blake2b(raw, digest_size=16).hexdigest())
        self.documents[path] = self.opened[path] = document
        return document

    def derive(self, path: str, name: str, make: Callable[[], T]) -> T:
        """Return what `make` makes of one file in scope, and of nothing else that can change, made once under `name`."""
        more = self._made[path].more
        if name not in more:
            more[name] = make()
        return more[name]  # type: ignore[return-value]

    def _digest(self, path: str) -> str:
        """Return the cache's key of a file: its bytes and its kind, since one text may be read as either."""
        return hashlib.blake2b(self._made[path].raw, digest_size=16, person=self.kinds[path].encode()[:16]).hexdigest()

    def load_facts(self, paths: list[str]) -> None:
        """Make the facts of Python files, from the cache where it has them."""
        for path in paths:
            if (blob := self._made[path].facts) is not None:
                self.facts[path] = blob
        digests = {path: self._digest(path) for path in paths if self.facts.get(path) is None}
        known = self.cache.get_many(digests.values()) if self.cache is not None else {}
        missing = {}
        for path, digest in digests.items():
            if digest in known:
                self.facts[path] = known[digest]
            else:
                missing[path] = self._made[path].raw
        made = extract_all(missing, parallel=self.parallel, limits=self._limits)
        self.facts.update(made)
        for path in digests:
            self._made[path].facts = self.facts[path]
        self._unsaved.update((digests[path], blob) for path, blob in made.items())

    def save_facts(self) -> None:
        """Put the facts that were made into the cache, all at once: each call costs a file."""
        if self.cache is not None:
            self.cache.put_many(self._unsaved)
        self._unsaved.clear()

    def facts_of(self, path: str) -> bytes | None:
        """Return the encoded facts of a Python file, None when it is none."""
        if path not in self.facts:
            data = self.data.get(path)
            self.facts[path] = None
            if data is not None and self.kinds.get(path) in CODE:
                self.load_facts([path])
        return self.facts[path]

    def outline_of(self, path: str) -> Outline | None:
        """Return what is known of a Python file without decoding its facts, None when it is none."""
        blob = self.facts_of(path)
        if blob is None:
            return None
        made = self._made[path]
        if made.outline is None:
            made.outline = outline(blob)
        return made.outline

    def module_of(self, path: str) -> Module | None:
        """Return the decoded facts of a Python file, None when it has none."""
        blob = self.facts_of(path)
        if blob is None:
            return None
        made = self._made[path]
        if made.module is None:
            made.module = Module(path, blob)
            self.facts[path] = made.facts = drop_body(blob)
        return made.module

    @cached_property
    def _found_launches(self) -> dict[str, list[Launch]]:
        scripts = (
            self.get_document(path) for path in sorted(self.data) if may_start(self.kinds[path], self.data[path])
        )
        python = frozenset(path for path, kind in self.kinds.items() if kind == "python")
        return find_launches([d for d in scripts if d is not None], python)

    def console_scripts(self) -> list[ConsoleScript]:
        """Return the commands that installing a project of the repo makes, found when first asked for."""
        return self._found_console_scripts

    @cached_property
    def _found_console_scripts(self) -> list[ConsoleScript]:
        named = (p for p in sorted(self.data) if p.rpartition("/")[2] in _DECLARES)
        return find_console_scripts([d for d in map(self.get_document, named) if d is not None])

    def launches(self) -> dict[str, list[Launch]]:
        """Return how the repo's scripts start its programs, found when first asked for."""
        return self._found_launches

    def read_aside(self, path: str) -> bytes:
        """Return a file that is not judged itself, b"" where there is none."""
        try:
            return self.workspace.read(path)
        except WorkspaceError:
            return b""

    def read_again(self, facts: Iterable[str], documents: Iterable[str]) -> None:
        """Count files as read in this run: what was kept of the last one was made of them."""
        for path in facts:
            self.facts_of(path)
        for path in documents:
            self.get_document(path)

    def note_problems(self, coverage: Coverage) -> None:
        """Note what readers and the parser could not understand."""
        for place, message in self.unreadable:
            coverage.unread.append((place.path, 1, message))
        for path, document in sorted(self.documents.items()):
            if document is None:
                continue
            for problem in document.problems:
                coverage.unread.append((path, document.locate(problem.span.start).line, problem.message))
                if problem.fatal:
                    self.unreadable.append((Place(path, problem.span), problem.message))
        for path in sorted(self.facts):
            found = self.outline_of(path)
            for problem in syntax_problems(found)[:1] if found is not None else ():
                document = self.get_document(path)
                line = document.locate(problem.span.start).line if document is not None else 1
                coverage.unread.append((path, line, problem.message))
                if problem.fatal:
                    self.unreadable.append((Place(path, problem.span), problem.message))
