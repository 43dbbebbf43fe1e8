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
from driftlint.packs.catalogue import Catalogue
from driftlint.packs.examples import Seen
from driftlint.session import Session
from driftlint.workspace import MemoryWorkspace


def check_example(
    files: Mapping[str, str], catalogue: Catalogue, rules: Mapping[str, Rule], today: str = ""
) -> list[Seen]:
    """Return what the given rules find in a small repo of file names and texts.

    `rules` run whatever their status is. `today` is an ISO date, "" for the current day. Raises ValueError for a text
    that is no date, WorkspaceError for a file name that is none.
    """
    config = Config(
        root=Path(),
        include=("*",),
        include_tests=True,
        include_vendored=True,
        respect_gitignore=False,
        preview=True,
        severity="info",
        today=datetime.date.fromisoformat(today) if today else None,
    )
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
