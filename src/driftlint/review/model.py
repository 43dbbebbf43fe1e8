"""What a review is made of: plain, frozen data that every form of the page is written from.

Promises: nothing here reads a file, asks git or knows a rule, a tracker or a format. Places are spans; lines are made by
whoever writes a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, TypeAlias

from msgspec import Struct, field

from driftlint.config_options import PARTS as PARTS
from driftlint.facts import Finding, Place, Reference, Report, Rung
from driftlint.judges.tracked import KeptOutput
from driftlint.locks import LockedPackage
from driftlint.review.policy import Policy

Recording: TypeAlias = Literal[
    "automatic",  # the tracker records it with no call
    "conditional",  # it does under `condition`, and whether that holds cannot be told from the repo
    "explicit",  # a call in the program hands it over
    "missing",  # nothing records it
]


class PartRecord(Struct, frozen=True):
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


class ProgramRecord(Struct, frozen=True):
    """What one entry point records: eight parts in the order of `PARTS`, under the trackers that it starts."""

    path: str
    says: str
    """"training" or "evaluation"."""
    place: Place
    trackers: tuple[tuple[str, Place], ...]
    """Name and the place where the run of each is started."""
    parts: tuple[PartRecord, ...]
    exempt: str = ""
    """Why the policy asks nothing of its records, "" where it does."""
    open: bool = False
    """It reports to trackers that nothing in the repo names, so that what they record is not known."""


class Trained(Struct, frozen=True):
    """What is known of the model that a program makes. `reads` are ids of rows of the inventory.

    `parameters` are (name, default) of the program's options, as far as the code writes their defaults out.
    """

    reads: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()


class SectionItem(Struct, frozen=True):
    """One thing that a reproducibility section has to say. `said` is the text found, "" where it is missing."""

    name: str
    said: str = ""
    place: Place | None = None


class Section(Struct, frozen=True):
    """The reproducibility-and-replicability section of a report, found in the repo and compared with it.

    `place` is its heading, None where there is no section. `faults` are findings like any other.
    """

    place: Place | None
    title: str = ""
    items: tuple[SectionItem, ...] = ()
    faults: tuple[Finding, ...] = ()


class Evidence(Struct, frozen=True):
    """A file of the repo that settles a reference: a lock, with the sha256 of its bytes and what is known of its freshness.

    `version` is what it holds, `line` where (1-based), `digests` those of the archives ("sha256:...").
    """

    path: str
    form: str
    sha256: str
    line: int
    version: str
    digests: tuple[str, ...]
    freshness: str


Standing: TypeAlias = Literal[
    "held",  # as firm as is demanded
    "accepted",  # it drifts, and somebody accepted that
    "advice",  # a finding speaks of it that does not block
    "blocks",  # a finding speaks of it that blocks
    "open",  # less firm than is demanded, and no rule that runs asks for more there
]


class Item(Struct, frozen=True):
    """One external reference of the inventory. `id` stays the same as long as kind, host, name and file do.

    `version` is the exact version or content id that a run gets, "" where none can be told. `findings` are fingerprints.
    """

    id: str
    reference: Reference
    label: str
    system: str
    version: str
    demanded: Rung
    standing: Standing
    evidence: tuple[Evidence, ...] = ()
    findings: tuple[str, ...] = ()


class LockSummary(Struct, frozen=True):
    """One lock of the repo. `packages` are all that it holds, each with its digests; `freshness` is a state, `reason` why."""

    path: str
    form: str
    sha256: str
    freshness: str
    reason: str
    packages: tuple[tuple[LockedPackage, tuple[str, ...]], ...]


class Accepted(Struct, frozen=True):
    """Drift that somebody accepted: the finding, with the comment or entry that does it. `lacks` is what the policy misses."""

    finding: Finding
    reason: str
    place: Place
    until: str
    by: str
    lacks: tuple[str, ...] = ()


BlockerKind: TypeAlias = Literal["finding", "unread", "unknown", "record", "section", "acceptance", "ignores"]


class Blocker(Struct, frozen=True):
    """One reason why a repo does not pass. `finding` is the finding that says it, where one does.

    `line` (1-based) is where in the file of `place` it is, where only the line is known; else 0.
    """

    kind: BlockerKind
    reason: str
    remedy: str
    place: Place | None = None
    finding: Finding | None = None
    line: int = 0


class Turned(Struct, frozen=True):
    """A reference that is there on both sides of a comparison, with another rung or pin."""

    before: Reference
    now: Item


class Comparison(Struct, frozen=True):
    """What a change made better or worse. `gone` findings and `removed` references have their places in the older tree."""

    revision: str
    commit: str
    merge_base: bool
    new: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    rose: tuple[Turned, ...] = ()
    fell: tuple[Turned, ...] = ()
    moved: tuple[Turned, ...] = ()
    """The rung is the same, the pin is another one."""
    added: tuple[Item, ...] = ()
    removed: tuple[Reference, ...] = ()


class Revision(Struct, frozen=True):
    """What was judged: the tag or branch that was named, "" for none, its commit, when it was committed (UTC) and its first line.

    `project` is the folder of the repo that was judged, "." for all of it.
    """

    name: str
    commit: str
    date: datetime
    subject: str
    project: str = "."


class Foundations(Struct, frozen=True):
    """What the verdict rests on: the digest of the rules and catalogues, and when the table of hosted models was read."""

    packs: str
    rules: int
    models_read: str = ""


class Review(Struct, frozen=True):
    """Everything that the forms of a review are written from."""

    revision: Revision
    policy: Policy
    tool: str
    """Version of driftlint."""
    today: date
    today_from: str
    """Where the day comes from: "the current day", "--today", or a line of the configuration."""
    configuration: str
    """Where the configuration was read from, "" for none."""
    report: Report
    items: tuple[Item, ...]
    locks: tuple[LockSummary, ...]
    programs: tuple[ProgramRecord, ...] | None
    """What programs record; None where that was not looked at."""
    section: Section | None
    """None where none was looked for."""
    accepted: tuple[Accepted, ...]
    blockers: tuple[Blocker, ...]
    rules_off: tuple[tuple[str, str], ...]
    """(rule, why) of every rule that the configuration turned off."""
    demands: tuple[tuple[str, str, str], ...]
    """(kind, label, name of the rung) of every kind of subject."""
    foundations: Foundations
    kept: tuple[KeptOutput, ...] = ()
    """Files and folders of which data versioning holds a hash."""
    trained: Mapping[str, Trained] = field(default_factory=dict)
    """What is known of the model of each program that trains, by path."""
    comparison: Comparison | None = None

    @property
    def verdict(self) -> Literal["pass", "fail"]:
        """Whether nothing blocks."""
        return "fail" if self.blockers else "pass"
