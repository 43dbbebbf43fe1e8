"""Dated ids that aliases of hosted models stand for, from the catalogue.

Promises: only what the provider states is proposed to be written; what is inferred is shown. Refuses to know: accounts,
regions, deployments.
"""

from __future__ import annotations

from datetime import date

from driftlint.facts import Reference
from driftlint.packs.catalogue import Catalogue
from driftlint.pins import Proposal, Scope

_STATED = "stated"


class StatedIds:
    """Answers for hosted models out of the catalogue's rows."""

    answers = (Scope(frozenset(("model",))),)

    def __init__(self, catalogue: Catalogue, today: date) -> None:
        self._catalogue = catalogue
        self._today = today

    def find(self, reference: Reference) -> Proposal | None:
        """Return the dated id of an alias that is not shut down and will not be soon."""
        if reference.pin.state != "moving":
            return None
        provider = self._catalogue.providers.get(reference.subject.host)
        if provider is None:
            return None
        row = self._catalogue.models.find(provider.strip(reference.subject.name), provider.id)
        if row is None or not row.pin or row.pin == row.id:
            return None
        target = self._catalogue.models.find(row.pin, provider.id)
        if target is not None and target.until and date.fromisoformat(target.until) <= self._today:
            return None
        stated = _STATED in row.status.split(",")
        return Proposal(row.pin, f"the catalogue: {row.id} stands for it", "suggest" if stated else "show")
