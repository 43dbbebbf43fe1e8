"""What a review is made of: plain, frozen data that every form of the page is written from.

Promises: nothing here reads a file, asks git or knows a rule, a tracker or a format. Places are spans; lines are made by
whoever writes a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from driftlint.facts import Finding, Place

PARTS = ("code", "data", "environment", "hyperparameters", "seeds", "metrics", "artifacts", "lineage")
"""What a tracked experiment records, in the order in which it is shown."""

Recording: TypeAlias = Literal[
    "automatic",  # the tracker records it with no call
    "conditional",  # it does under `condition`, and whether that holds cannot be told from the repo
    "explicit",  # a call in the program hands it over
    "missing",  # nothing records it
]


@dataclass(frozen=True, slots=True)
class PartRecord:
    """Whether a program records one of the eight parts.

    `tracker` is the one that records best, "" for none; `places` are the calls that do it; `remedy` is what to add where
    it is missing or conditional.
    """

    part: str
    recording: Recording
    tracker: str = ""
    condition: str = ""
    places: tuple[Place, ...] = ()
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class ProgramRecord:
    """What one entry point records: eight parts in the order of `PARTS`, under the trackers that it starts."""

    path: str
    says: str
    """"training" or "evaluation"."""
    place: Place
    trackers: tuple[tuple[str, Place], ...]
    """Name and the place where the run of each is started."""
    parts: tuple[PartRecord, ...]


@dataclass(frozen=True, slots=True)
class SectionItem:
    """One thing that a reproducibility section has to say. `said` is the text found, "" where it is missing."""

    name: str
    said: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """The reproducibility-and-replicability section of a report, found in the repo and compared with it.

    `place` is its heading, None where there is no section. `faults` are findings like any other.
    """

    place: Place | None
    title: str = ""
    items: tuple[SectionItem, ...] = ()
    faults: tuple[Finding, ...] = ()
