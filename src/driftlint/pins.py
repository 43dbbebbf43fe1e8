"""Which pin to write: sources of evidence, asked in order.

Promises: a pin comes from a source that names its evidence, and the first source that answers wins; no evidence, no
pin. Refuses to know: how a pin is written, and where a source looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from driftlint.facts import Reference


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pin with where it comes from. `version` is a release without operators, or a commit, a digest, an id."""

    version: str
    evidence: str
    applicability: Literal["safe", "suggest", "show"] = "safe"
    """"safe" only where this repo or this machine already uses the pin."""


class PinSource(Protocol):
    """One kind of evidence."""

    def find(self, reference: Reference) -> Proposal | None:
        """Return a pin for a reference, None where this source knows none. Never raises for what it reads."""


@dataclass(slots=True)
class Pins:
    """All sources of a run, asked in order: `sources` look at this machine, `services` are asked after them."""

    sources: Sequence[PinSource] = ()
    services: Sequence[PinSource] = ()
    _known: dict[Reference, Proposal | None] = field(default_factory=dict, repr=False)

    def find(self, reference: Reference) -> Proposal | None:
        """Return the first answer, None where no source knows."""
        if reference not in self._known:
            found = self.find_here(reference)
            answers = (service.find(reference) for service in self.services)
            self._known[reference] = found or next((answer for answer in answers if answer is not None), None)
        return self._known[reference]

    def find_here(self, reference: Reference) -> Proposal | None:
        """Return the first answer of this machine; nobody else is asked."""
        answers = (source.find(reference) for source in self.sources)
        return next((answer for answer in answers if answer is not None), None)
