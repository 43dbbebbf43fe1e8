"""All services that may be asked in a run.

Promises: what was asked once stays known for all rounds of a mend. Refuses to know: how each is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from driftlint.documents.model import Document
from driftlint.pin_sources_online.ask import Asker
from driftlint.pin_sources_online.git_remotes import GitRemotes, RemoteCommits
from driftlint.pin_sources_online.hub import HubCommits, find_endpoint, find_token
from driftlint.pin_sources_online.package_index import IndexReleases, find_index
from driftlint.pin_sources_online.registry import RegistryDigests
from driftlint.pin_sources_online.troubles import Troubles
from driftlint.pins import PinSource


@dataclass(slots=True)
class Services:
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
