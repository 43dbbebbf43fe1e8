"""Which pin to write: sources of evidence, asked in order.

Promises: a pin comes from a source that names its evidence, and the first source that answers wins; no evidence, no
pin. A source is asked only about what its evidence is of, so what one kind of thing is fixed by never stands for another.
Refuses to know: how a pin is written, and where a source looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct, field

from driftlint.facts import Reference


class Proposal(Struct, frozen=True):
    """A pin with where it comes from. `version` is a release without operators, or a commit, a digest, an id."""

    version: str
    evidence: str
    applicability: Literal["safe", "suggest", "show"] = "safe"
    """"safe" only where this repo or this machine already uses the pin."""


class Scope(Struct, frozen=True):
    """What a kind of evidence is of: references of one of `kinds`, where they are given at one of `hosts`, in one of `forms`.

    Without hosts or forms any counts; `not_forms` never do.
    """

    kinds: frozenset[str]
    hosts: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    not_forms: frozenset[str] = frozenset()

    def holds(self, reference: Reference) -> bool:
        """Return whether a reference is in the scope."""
        return (
            reference.subject.kind in self.kinds
            and (not self.hosts or reference.subject.host in self.hosts)
            and (not self.forms or reference.form in self.forms)
            and reference.form not in self.not_forms
        )


PACKAGES = frozenset(("package", "tool"))
RELEASES = Scope(PACKAGES, not_forms=frozenset(("vcs", "url")))
"""Packages that are fixed by a release: those from version control or an address are fixed by other things."""


class MadeLock(Struct, frozen=True):
    """The text of a lock that was made, with where it comes from."""

    text: str
    evidence: str


class LockMaker(Protocol):
    """Makes locks for manifests that have none."""

    def make(self, manifest: str, lock: str) -> MadeLock | None:
        """Return the lock of the manifest at a path, to be written at another; None where there is none to be had."""


class PinSource(Protocol):
    """One kind of evidence."""

    @property
    def answers(self) -> Sequence[Scope]:
        """What the evidence is of: this source is asked about nothing else."""

    def find(self, reference: Reference) -> Proposal | None:
        """Return a pin for a reference, None where this source knows none. Never raises for what it reads."""


class Pins(Struct):
    """All sources of a run, asked in order: `sources` look at this machine, `services` are asked after them."""

    sources: Sequence[PinSource] = ()
    services: Sequence[PinSource] = ()
    locks: LockMaker | None = None
    """Asked for what no lock fixes yet; None where nobody is."""
    _known: dict[Reference, Proposal | None] = field(default_factory=dict)

    def find(self, reference: Reference) -> Proposal | None:
        """Return the first answer, None where no source knows."""
        if reference not in self._known:
            found = self.find_here(reference)
            self._known[reference] = found or _ask(self.services, reference)
        return self._known[reference]

    def find_here(self, reference: Reference) -> Proposal | None:
        """Return the first answer of this machine; nobody else is asked."""
        return _ask(self.sources, reference)


def _ask(sources: Sequence[PinSource], reference: Reference) -> Proposal | None:
    """Return the first answer of those whose evidence is of the reference's kind."""
    asked = (source for source in sources if any(scope.holds(reference) for scope in source.answers))
    answers = (source.find(reference) for source in asked)
    return next((answer for answer in answers if answer is not None), None)
