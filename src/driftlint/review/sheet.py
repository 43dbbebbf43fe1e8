"""A review as every form writes it: located, cleaned, in a fixed order; its JSON form is these classes field by field.

Promises: plain texts, numbers and lists; texts hold no control character and nothing that looks like a secret. Refuses to know:
documents, spans, and how any form escapes what it writes.
"""

from __future__ import annotations

from msgspec import Struct, field

VERSION = 1
"""Version of the JSON form. It changes whenever a reader of the old form would break."""


class Spot(Struct, frozen=True):
    """A place as people find it. Lines and columns are 1-based; `cell` is the 0-based cell of a notebook, else None.

    `label` is how people write it. `source` is the line there, cut and without its indent; `mark` the half-open range of
    code points in it that is meant, None where that cannot be told.
    """

    path: str
    line: int
    column: int
    cell: int | None
    cell_line: int | None
    label: str
    note: str = ""
    source: str = ""
    mark: tuple[int, int] | None = None


class FindingRow(Struct, frozen=True):
    """A finding. `fixes` are titles of what `driftlint fix` would write."""

    id: str
    rule: str
    family: str
    severity: str
    confidence: str
    kind: str
    host: str
    name: str
    message: str
    remedy: str
    blocks: bool
    at: Spot
    trail: tuple[Spot, ...]
    fingerprint: str
    fixes: tuple[str, ...] = ()


class BlockerRow(Struct, frozen=True):
    """A reason why the repo does not pass. `finding` is the id of the finding that says it, "" for none."""

    id: str
    kind: str
    reason: str
    remedy: str
    at: Spot | None
    trail: tuple[Spot, ...] = ()
    finding: str = ""
    rule: str = ""
    family: str = ""
    severity: str = ""


class EvidenceRow(Struct, frozen=True):
    """A lock that settles a row."""

    path: str
    line: int
    form: str
    sha256: str
    version: str
    digests: tuple[str, ...]
    freshness: str


class ItemRow(Struct, frozen=True):
    """One external reference. `findings` are ids of what is said of it.

    `late`: the name is given when the program runs, and `name` is the expression that holds it.
    """

    id: str
    kind: str
    label: str
    host: str
    system: str
    name: str
    pin: str
    state: str
    rung: str
    demanded: str
    standing: str
    version: str
    until: str
    form: str
    groups: tuple[str, ...]
    written: Spot
    used: tuple[Spot, ...]
    trail: tuple[Spot, ...]
    evidence: tuple[EvidenceRow, ...]
    findings: tuple[str, ...]
    late: bool


class LockRow(Struct, frozen=True):
    """One lock. `packages` are (name, version, origin, digests, line); `sealed` counts those held by digest or commit."""

    path: str
    form: str
    sha256: str
    freshness: str
    reason: str
    sealed: int
    packages: tuple[LockedRow, ...]


class LockedRow(Struct, frozen=True):
    """One package that a lock holds. `conda`: it comes from a channel of conda."""

    name: str
    version: str
    origin: str
    conda: bool
    commit: str
    held: bool
    digests: tuple[str, ...]
    line: int


class PartRow(Struct, frozen=True):
    """Whether a part is recorded, and by what. `lacking`: the policy asks for it, and this is not enough."""

    part: str
    recording: str
    tracker: str
    condition: str
    remedy: str
    demanded: bool
    lacking: bool
    places: tuple[Spot, ...]


class ProgramRow(Struct, frozen=True):
    """One entry point with the eight parts in their order. `exempt` is why the policy asks nothing of it, "" where it does.

    `open`: it reports to trackers that are not known.
    """

    id: str
    path: str
    says: str
    at: Spot
    trackers: tuple[str, ...]
    parts: tuple[PartRow, ...]
    exempt: str
    open: bool
    reads: tuple[str, ...]
    """Ids of the rows of the inventory that stand in the files which the program reaches, where it trains."""
    parameters: tuple[tuple[str, str], ...]
    """(name, default) of the options that it has, as far as the code writes their defaults out."""


class KeptRow(Struct, frozen=True):
    """A file or folder of which data versioning holds a hash. `size` is in bytes, None where it is not said.

    `stage` is what makes it, "" for nothing in the repo; `folder`: the hash is that of a listing.
    """

    path: str
    algorithm: str
    digest: str
    size: int | None
    stage: str
    folder: bool
    at: Spot


class SectionRow(Struct, frozen=True):
    """The reproducibility section: where it is, what it says, what it lacks.

    `items` are (part, the text that says it), `faults` the ids of findings about what it says.
    """

    looked_for: bool
    found: bool
    required: bool
    title: str
    at: Spot | None
    items: tuple[tuple[str, str], ...]
    faults: tuple[str, ...]


class AcceptedRow(Struct, frozen=True):
    """Drift that somebody accepted."""

    id: str
    rule: str
    message: str
    reason: str
    by: str
    until: str
    lacks: tuple[str, ...]
    at: Spot
    accepted_at: Spot


class TurnedRow(Struct, frozen=True):
    """A reference whose pin became another one."""

    id: str
    kind: str
    name: str
    before: str
    before_rung: str
    now: str
    now_rung: str
    at: Spot


class PlainRow(Struct, frozen=True):
    """A reference that came or went."""

    kind: str
    name: str
    pin: str
    rung: str
    at: Spot


class ComparisonSheet(Struct, frozen=True):
    """What a change made better or worse."""

    revision: str
    commit: str
    merge_base: bool
    new: tuple[FindingRow, ...]
    gone: tuple[FindingRow, ...]
    rose: tuple[TurnedRow, ...]
    fell: tuple[TurnedRow, ...]
    moved: tuple[TurnedRow, ...]
    added: tuple[PlainRow, ...]
    removed: tuple[PlainRow, ...]


class UnknownRow(Struct, frozen=True):
    """A reference that could not be resolved."""

    kind: str
    reason: str
    at: Spot


class CoverageSheet(Struct, frozen=True):
    """What was looked at and what was not. `left_out` holds (reason, paths), `unread` (path, line, message)."""

    files: int
    read: tuple[tuple[str, int], ...]
    unread: tuple[tuple[str, int, str], ...]
    unknown: tuple[UnknownRow, ...]
    left_out: tuple[tuple[str, tuple[str, ...]], ...]
    entries: tuple[str, ...]


class KindCount(Struct, frozen=True):
    """How many references of a kind stand on each rung, firmest first, and how many of them block."""

    kind: str
    label: str
    sealed: int
    version: int
    range: int
    floating: int
    absent: int
    blocking: int

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """Rungs by name with their counts, firmest first."""
        return (
            ("SEALED", self.sealed),
            ("VERSION", self.version),
            ("RANGE", self.range),
            ("FLOATING", self.floating),
            ("ABSENT", self.absent),
        )

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(count for _, count in self.counts)


class Summary(Struct, frozen=True):
    """The counts of the head. `unread` counts files, `left_out` paths."""

    blockers: int
    errors: int
    warnings: int
    info: int
    references: int
    held: int
    accepted: int
    unread: int
    unknown: int
    left_out: int
    rules_off: int
    kinds: tuple[KindCount, ...]


class RevisionSheet(Struct, frozen=True):
    """What was judged. `date` is ISO 8601 in UTC."""

    name: str
    commit: str
    date: str
    subject: str
    project: str


class PolicySheet(Struct, frozen=True):
    """What was asked. `demands` are (kind, label, rung)."""

    preset: str
    digest: str
    severity: str
    block: tuple[str, ...]
    allow: tuple[str, ...]
    record: tuple[str, ...]
    conditional: bool
    unread: str
    unknown: tuple[str, ...]
    ignores: str
    section: bool
    accept_until: bool
    accept_by: bool
    demands: tuple[tuple[str, str, str], ...]


class ToolSheet(Struct, frozen=True):
    """What judged it."""

    name: str
    version: str
    rules: int
    packs: str
    models_read: str


class Sheet(Struct, frozen=True):
    """A whole review."""

    version: int
    verdict: str
    title: str
    tool: ToolSheet
    revision: RevisionSheet
    policy: PolicySheet
    today: str
    today_from: str
    configuration: str
    summary: Summary
    blockers: tuple[BlockerRow, ...]
    comparison: ComparisonSheet | None
    inventory: tuple[ItemRow, ...]
    locks: tuple[LockRow, ...]
    kept: tuple[KeptRow, ...]
    records: tuple[ProgramRow, ...] | None
    """None where what programs record was not looked at."""
    section: SectionRow
    accepted: tuple[AcceptedRow, ...]
    findings: tuple[FindingRow, ...]
    rules_off: tuple[tuple[str, str], ...] = ()
    coverage: CoverageSheet = field(default_factory=lambda: CoverageSheet(0, (), (), (), (), ()))
