"""The files of a repo joined: its project, its resolver, and what recognises calls by the catalogue.

Promises: between runs that list the same files they stay, less what an edit may have changed. Refuses to know: rules.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property

from msgspec import Struct

from driftlint.flow.calls import CallClassifier
from driftlint.grounds import Grounds
from driftlint.match.patterns import WordGate
from driftlint.match.references import ReferenceMatcher
from driftlint.packs.catalogue import Catalogue
from driftlint.project import Project
from driftlint.reading import RepoFiles
from driftlint.renewal import find_changed
from driftlint.resolve import Resolver
from driftlint.values import Forms


class Linked(Struct, frozen=True):
    """What one run asks."""

    project: Project
    resolver: Resolver
    matcher: ReferenceMatcher
    classifier: CallClassifier


class Linker:
    """Links the files of one session under one catalogue.

    `expect_updates` says that runs follow each other: what answers rest on is then noted.
    """

    def __init__(self, files: RepoFiles, catalogue: Catalogue) -> None:
        self.files = files
        self.catalogue = catalogue
        self._grounds = Grounds()
        self._linked: Linked | None = None

    def expect_updates(self) -> None:
        """Note from the next run on what answers rest on."""
        self._grounds.lasting = True

    def forget(self) -> None:
        """Drop everything: what answers were made with has changed."""
        self._linked = None
        self._grounds.clear()

    def link(self, today: date) -> Linked:
        """Return the files as they are listed now, linked."""
        files, grounds = self.files, self._grounds
        if self._linked is None or files.replaced is None or not grounds.lasting:
            grounds.clear()
            self._linked = self._make(today)
            self._linked.project.note_imports(files.import_lines())
            return self._linked
        changed = find_changed(grounds, files.replaced, files.kinds, starts=files.starts_changed)
        grounds.drop(changed)
        project = self._linked.project
        project.forget(files.replaced, defined=any(question == "defined" for question, _ in changed))
        if ("imports", "") in changed:
            project.note_imports(files.import_lines())
        return self._linked

    def count_as_read(self) -> None:
        """Count the files as read on which the answers of this run rest, kept ones included."""
        self.files.read_again(self._grounds.read_of("facts"), self._grounds.read_of("document"))

    def _make(self, today: date) -> Linked:
        files = self.files
        project = Project(
            files.code_paths,
            files.data,
            files.outline_of,
            files.module_of,
            files.get_document,
            files.words_of,
            files.text_of,
            files.paths_with,
            files.definitions_of,
            files.launches,
            files.console_scripts,
            self._grounds,
        )
        resolver = Resolver(project, self._forms)
        matcher = ReferenceMatcher(self.catalogue, project, resolver, today)
        return Linked(project, resolver, matcher, CallClassifier(self.catalogue, resolver))

    @cached_property
    def _forms(self) -> Forms:
        return Forms.of([_table(entry) for entry in self.catalogue.bindings])

    @cached_property
    def gate(self) -> WordGate:
        """The gate that says which Python files may hold a reference."""
        references, clients = self.catalogue.references, self.catalogue.clients
        return WordGate(
            [c for entry in references if not entry.beside for c in entry.calls]
            + [c for e in clients for c in (*e.calls, *e.assigns)],
            [(c, entry.beside) for entry in references for c in entry.calls if entry.beside],
        )

    @cached_property
    def mains(self) -> WordGate:
        """The gate that says in which files a decorator may make a function the program's main one."""
        return WordGate(name for entry in self.catalogue.bindings if entry.form == "entry" for name in entry.decorators)


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
        "unnamed",
        "stands_for",
    )
    return {name: getattr(entry, name) for name in names if getattr(entry, name)}
