"""All services that may be asked in a run.

Promises: what was asked once stays known for all rounds of a mend. Refuses to know: how each is asked.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timezone
from pathlib import Path

from msgspec import Struct, field

from driftlint.documents.model import Document
from driftlint.facts import Reference
from driftlint.git_objects import GitError, GitObjects
from driftlint.pin_sources_online.ask import Asker, AskError
from driftlint.pin_sources_online.git_remotes import GitRemotes, RemoteCommits
from driftlint.pin_sources_online.hub import HubCommits, find_endpoint, find_token
from driftlint.pin_sources_online.locks import LockMaker
from driftlint.pin_sources_online.package_index import IndexReleases, find_index
from driftlint.pin_sources_online.registry import RegistryDigests
from driftlint.pin_sources_online.troubles import Troubles
from driftlint.pins import PinSource


class Services(Struct):
    """The services of one run over the project at `top`.

    `until` is the last day whose releases count, None for `today`; `index_url` names an index in the place of the
    configured one.
    """

    top: Path
    today: date
    until: date | None = None
    index_url: str | None = None
    troubles: Troubles = field(default_factory=Troubles)
    _asker: Asker = field(default_factory=Asker)
    _remotes: GitRemotes | None = None
    _locks: dict[tuple[str, ...], str | AskError] = field(default_factory=dict)

    def open_lock_maker(
        self, get_document: Callable[[str], Document | None], references: Sequence[Reference]
    ) -> LockMaker:
        """Return what makes locks over the documents of one judgement; `references` are all of it."""
        return LockMaker(
            self.top,
            self.troubles,
            get_document,
            [reference for reference in references if reference.subject.kind == "python"],
            self._moment(),
            self.index_url or find_index(),
            self.index_url is not None,
            f"{sys.version_info.major}.{sys.version_info.minor}",
            self._locks,
        )

    def _moment(self) -> datetime:
        """Return up to when releases count for a lock: the end of the day that is given, else the last commit, else today."""
        if self.until is None:
            try:
                with GitObjects.find(self.top) as objects:
                    return objects.describe(objects.resolve("HEAD")).date
            except GitError:
                pass
        return datetime.combine(self.until or self.today, time(23, 59, 59), timezone.utc)

    def open_sources(self, get_document: Callable[[str], Document | None]) -> tuple[PinSource, ...]:
        """Return the sources over the documents of one judgement."""
        if self._remotes is None:
            self._remotes = GitRemotes(self.top)
        chosen = self.index_url is not None
        index, until = self.index_url or find_index(), self.until or self.today
        dated = self.until is not None
        return (
            IndexReleases(self._asker, self.troubles, get_document, index, until, dated, chosen),
            RemoteCommits(self._remotes, self.troubles, get_document, self.today),
            HubCommits(self._asker, self.troubles, get_document, find_endpoint(), find_token(), self.today),
            RegistryDigests(self._asker, self.troubles, get_document, self.today),
        )
