"""Which entries of the catalogue the examples of a pack reach.

Promises: an entry counts as reached when a reference came from it, or a call, a client or a URL was judged by it, in the
files of an example. Refuses to know: whether a finding came of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from driftlint.config import Config
from driftlint.facts import Example, Reference, Rule
from driftlint.match import clients, command_lines, config_keys, references, urls
from driftlint.packs.catalogue import Catalogue
from driftlint.packs.marks import MarkedExample
from driftlint.session import Session
from driftlint.workspace import MemoryWorkspace

TABLES = ("reference", "command", "config_key", "url", "client", "provider")


def entries_of(catalogue: Catalogue) -> set[tuple[str, str]]:
    """Return (table, id) of every entry that an example can reach."""
    tables: dict[str, Iterable[Any]] = {
        "reference": catalogue.references,
        "command": catalogue.commands,
        "config_key": catalogue.config_keys,
        "url": catalogue.urls,
        "client": catalogue.clients,
        # A gateway hands its ids on to the provider behind it, deployments are never judged: neither is a subject's host.
        "provider": [p for p in catalogue.providers.values() if not (p.inherit or p.deployments)],
    }
    return {(table, entry.id) for table in TABLES for entry in tables[table]}


@contextmanager
def recording(catalogue: Catalogue, reached: set[tuple[str, str]]) -> Iterator[None]:
    """Note what is reached while the block runs."""
    plain_url, plain_client = urls.judge_url, clients.ClientMatcher._asked_by
    plain_call = references.ReferenceMatcher._refer_once

    def judge_url(catalogue: Catalogue, url: str) -> Any:
        reached.update(
            [("url", entry.id) for entry in catalogue.urls if entry.pattern.fullmatch(url.strip())][:1],
        )
        return plain_url(catalogue, url)

    def asked_by(self: clients.ClientMatcher, client: Any, *rest: Any) -> Any:
        reached.add(("client", client.id))
        return plain_client(self, client, *rest)

    def refer_once(self: Any, entry: Any, call: Any, scope: Any, callee: Any, loose: bool, found: Any) -> None:
        own = catalogue.providers.get(entry.host)
        before = len(found.references), len(found.unknown)
        plain_call(self, entry, call, scope, callee, loose, found)
        counted = own is not None and own.deployments and len(found.unknown) > before[1]
        if len(found.references) > before[0] or counted:  # a deployment's name is only ever counted
            reached.add(("reference", entry.id))

    with pytest.MonkeyPatch.context() as patch:
        for module in (references, command_lines, config_keys):
            patch.setattr(module, "judge_url", judge_url)
        patch.setattr(clients.ClientMatcher, "_asked_by", asked_by)
        patch.setattr(references.ReferenceMatcher, "_refer_once", refer_once)
        yield


def run_example(example: Example, catalogue: Catalogue) -> list[Reference]:
    """Return the references in the files of one example."""
    files = dict(example.files)
    today = example.today if isinstance(example, MarkedExample) and example.today else "2026-11-25"
    config = Config(
        root=Path(),
        include=("*",),
        include_tests=True,
        include_vendored=True,
        respect_gitignore=False,
        preview=True,
        severity="info",
        today=datetime.date.fromisoformat(today),
    )
    return Session(MemoryWorkspace(files), config, catalogue, {}, named=tuple(files)).run().world.references


def reached_by(rules: Iterable[Rule], catalogue: Catalogue) -> set[tuple[str, str]]:
    """Return (table, id) of the entries that the examples of `rules` reach."""
    reached: set[tuple[str, str]] = set()
    by_id = {entry.id: ("command", entry.id) for entry in catalogue.commands}
    keys = {entry.id: ("config_key", entry.id) for entry in catalogue.config_keys}
    with recording(catalogue, reached):
        for rule in rules:
            for example in rule.examples:
                for reference in run_example(example, catalogue):
                    if reference.form == "command" and reference.entry in by_id:
                        reached.add(by_id[reference.entry])
                    if reference.form == "config" and reference.entry in keys:
                        reached.add(keys[reference.entry])
                    if reference.subject.host in catalogue.providers:
                        reached.add(("provider", reference.subject.host))
    return reached
