"""Check one example of a rule file as if it were a repo.

Promises: every file of the example is in scope whatever it is called, and findings of every severity are returned.
Refuses to know: what the example expects, and where its rule file stands.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

from driftlint.config import Config
from driftlint.facts import Place, Rule
from driftlint.mending import gather_pins, mend
from driftlint.packs.catalogue import Catalogue
from driftlint.packs.examples import Seen
from driftlint.session import Session
from driftlint.workspace import MemoryWorkspace, Workspace


def check_example(
    files: Mapping[str, str], catalogue: Catalogue, rules: Mapping[str, Rule], today: str = ""
) -> list[Seen]:
    """Return what the given rules find in a small repo of file names and texts.

    `rules` run whatever their status is. `today` is an ISO date, "" for the current day. Raises ValueError for a text
    that is no date, WorkspaceError for a file name that is none.
    """
    config = _config(today)
    session = Session(MemoryWorkspace(files), config, catalogue, rules, named=tuple(files))
    report = session.run().report

    def line_of(place: Place) -> int:
        document = session.get_document(place.path)
        return document.locate(place.span.start).line if document is not None else 1

    return [
        Seen(
            finding.rule,
            finding.place.path,
            line_of(finding.place),
            finding.message,
            finding.severity,
            tuple((place.path, line_of(place)) for place in finding.related),
        )
        for finding in report.findings
    ]


def mend_example(
    rule: str, files: Mapping[str, str], catalogue: Catalogue, rules: Mapping[str, Rule], today: str = ""
) -> dict[str, str]:
    """Return the texts of a small repo after the fixes of one rule, as far as the repo and the catalogue hold the evidence."""

    def start(workspace: Workspace) -> Session:
        return Session(workspace, _config(today), catalogue, rules, named=tuple(files))

    workspace = MemoryWorkspace(files)
    levels = frozenset(("safe", "suggest"))
    plan = mend(start, workspace, lambda run: gather_pins(run, None), lambda finding, fix: finding.rule == rule, levels)
    return {path: plan.files.get(path, text.encode()).decode() for path, text in files.items()}


def _config(today: str) -> Config:
    return Config(
        root=Path(),
        include=("*",),
        include_tests=True,
        include_vendored=True,
        respect_gitignore=False,
        preview=True,
        severity="info",
        today=datetime.date.fromisoformat(today) if today else None,
    )
