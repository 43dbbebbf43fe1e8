"""A review becomes a sheet: spans become lines, every text is cleaned, everything gets an id that stays.

Promises: the same review gives the same sheet; ids depend on what a row is about and on no line number. Refuses to know: forms.
"""

from __future__ import annotations

import hashlib
from collections import Counter

from msgspec.structs import replace

from driftlint.facts import Finding, Place, Reference, Rung
from driftlint.judges.tracked import KeptOutput
from driftlint.report.located import Locator, Lookup, Region
from driftlint.report.redact import clean, make_visible, show_path
from driftlint.report.text import Pen, draw_line, show_region
from driftlint.review.model import (
    Accepted,
    Blocker,
    Comparison,
    Item,
    LockSummary,
    ProgramRecord,
    Review,
    Trained,
    Turned,
)
from driftlint.review.sheet import (
    VERSION,
    AcceptedRow,
    BlockerRow,
    ComparisonSheet,
    CoverageSheet,
    EvidenceRow,
    FindingRow,
    ItemRow,
    KeptRow,
    KindCount,
    LockedRow,
    LockRow,
    PartRow,
    PlainRow,
    PolicySheet,
    ProgramRow,
    RevisionSheet,
    SectionRow,
    Sheet,
    Spot,
    Summary,
    ToolSheet,
    TurnedRow,
    UnknownRow,
)
from driftlint.review.verdict import blocks, is_enough

_WHOLE = "the repo as a whole"
_LONGEST = 2_000
"""Code points of a name or pin that are kept; a query or a prompt may be a whole text."""


def lay_out(review: Review, lookup: Lookup, older: Lookup | None = None, *, title: str = "") -> Sheet:
    """Return the sheet of a review. `lookup` gives documents of the tree, `older` those that it was compared with."""
    return _Desk(review, lookup, older, title).lay_out()


class _Desk:
    """One sheet under way."""

    def __init__(self, review: Review, lookup: Lookup, older: Lookup | None, title: str) -> None:
        self.review = review
        self.locator = Locator(lookup)
        self.older = Locator(older) if older is not None else self.locator
        self.title = title
        self._ids: Counter[str] = Counter()
        self._blocking = {blocker.finding.fingerprint for blocker in review.blockers if blocker.finding is not None}

    def lay_out(self) -> Sheet:
        review = self.review
        report, revision, policy = review.report, review.revision, review.policy
        coverage = self._cover()
        severities = Counter(finding.severity for finding in report.findings)
        standings = Counter(item.standing for item in review.items)
        return Sheet(
            VERSION,
            review.verdict,
            _text(self.title),
            ToolSheet(
                "driftlint",
                review.tool,
                review.foundations.rules,
                review.foundations.packs[:12],
                review.foundations.models_read,
            ),
            RevisionSheet(
                _text(revision.name),
                revision.commit,
                revision.date.strftime("%Y-%m-%dT%H:%M:%SZ"),
                _text(revision.subject),
                show_path(revision.project),
            ),
            PolicySheet(
                policy.preset,
                policy.digest,
                policy.severity,
                policy.block,
                policy.allow,
                policy.record,
                policy.conditional,
                policy.unread,
                policy.unknown,
                policy.ignores,
                policy.section,
                policy.accept_until,
                policy.accept_by,
                review.demands,
            ),
            review.today.isoformat(),
            _text(review.today_from),
            show_path(review.configuration) if review.configuration else "",
            Summary(
                len(review.blockers),
                severities["error"],
                severities["warning"],
                severities["info"],
                len(review.items),
                standings["held"],
                len(review.accepted),
                len({path for path, _, _ in coverage.unread}),
                len(coverage.unknown),
                sum(len(paths) for _, paths in coverage.left_out),
                len(review.rules_off),
                _count_kinds(review.items),
            ),
            tuple(self._block(blocker) for blocker in review.blockers),
            self._compare(review.comparison) if review.comparison is not None else None,
            tuple(self._item(item) for item in review.items),
            tuple(_lock(lock) for lock in review.locks),
            tuple(self._kept(output) for output in review.kept),
            None if review.programs is None else tuple(self._program(record) for record in review.programs),
            self._section(),
            tuple(self._accept(item) for item in review.accepted),
            tuple(self._finding(finding) for finding in report.findings),
            tuple((make_visible(name), _text(why)) for name, why in review.rules_off),
            coverage,
        )

    # places

    def spot(self, place: Place, locator: Locator | None = None) -> Spot:
        locator = locator or self.locator
        region = locator.region(place)
        source, mark = _excerpt(locator, region)
        return Spot(
            show_path(region.path),
            region.line,
            region.column,
            region.cell,
            region.cell_line,
            _WHOLE if region.path == "." else show_region(region, Pen()),
            _text(region.note),
            source,
            mark,
        )

    def _id(self, prefix: str, *parts: str) -> str:
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:12]
        self._ids[prefix + digest] += 1
        count = self._ids[prefix + digest]
        return f"{prefix}-{digest}" + (f"-{count}" if count > 1 else "")

    # rows

    def _finding(self, finding: Finding, locator: Locator | None = None) -> FindingRow:
        subject = finding.subject
        return FindingRow(
            _finding_id(finding),
            make_visible(finding.rule),
            make_visible(finding.family),
            finding.severity,
            finding.confidence,
            make_visible(subject.kind),
            _text(subject.host),
            _text(subject.name),
            clean(finding.message),
            clean(finding.remedy),
            finding.fingerprint in self._blocking or blocks(self.review.policy, self.review.report.rules, finding),
            self.spot(finding.place, locator),
            tuple(self.spot(place, locator) for place in finding.related),
            finding.fingerprint,
            tuple(clean(fix.title) for fix in finding.fixes),
        )

    def _block(self, blocker: Blocker) -> BlockerRow:
        finding = blocker.finding
        path = blocker.place.path if blocker.place is not None else ""
        at = self.spot(blocker.place) if blocker.place is not None else None
        if at is not None and blocker.line > 1:
            at = replace(at, line=blocker.line, label=f"{at.path}:{blocker.line}:1", source="", mark=None)
        if finding is None:
            return BlockerRow(
                self._id("block", blocker.kind, path, blocker.reason),
                blocker.kind,
                clean(blocker.reason),
                clean(blocker.remedy),
                at,
            )
        return BlockerRow(
            "block-" + finding.fingerprint[:12],
            blocker.kind,
            clean(blocker.reason),
            clean(blocker.remedy),
            at,
            tuple(self.spot(place) for place in finding.related),
            _finding_id(finding),
            make_visible(finding.rule),
            make_visible(finding.family),
            "" if blocker.kind in ("record", "section") else finding.severity,  # the policy makes it block
        )

    def _item(self, item: Item) -> ItemRow:
        reference = item.reference
        subject, pin = reference.subject, reference.pin
        used = [place for place in (reference.place, *reference.uses) if place != reference.where]
        return ItemRow(
            item.id,
            make_visible(subject.kind),
            make_visible(item.label),
            _text(subject.host),
            _text(item.system),
            _text(subject.name),
            _text(pin.selector or ""),
            pin.state,
            pin.rung.name,
            item.demanded.name,
            item.standing,
            _text(item.version),
            pin.until,
            reference.form,
            reference.groups,
            self.spot(reference.where),
            tuple(self.spot(place) for place in used),
            tuple(self.spot(place) for place in reference.trail),
            tuple(
                EvidenceRow(show_path(e.path), e.line, e.form, e.sha256, _text(e.version), e.digests, e.freshness)
                for e in item.evidence
            ),
            tuple(f"finding-{fingerprint[:12]}" for fingerprint in item.findings),
            reference.late,
        )

    def _program(self, record: ProgramRecord) -> ProgramRow:
        policy = self.review.policy
        asked = () if record.exempt else policy.record
        trained = self.review.trained.get(record.path, Trained())
        return ProgramRow(
            self._id("program", record.path),
            show_path(record.path),
            record.says,
            self.spot(record.place),
            tuple(_text(name) for name, _ in record.trackers),
            tuple(
                PartRow(
                    part.part,
                    part.recording,
                    _text(part.tracker),
                    clean(part.condition),
                    clean(part.remedy),
                    part.part in asked,
                    part.part in asked and not is_enough(policy, part),
                    tuple(self.spot(place) for place in part.places),
                )
                for part in record.parts
            ),
            clean(record.exempt),
            record.open,
            trained.reads,
            tuple((_text(name), clean(default)) for name, default in trained.parameters),
        )

    def _kept(self, output: KeptOutput) -> KeptRow:
        return KeptRow(
            show_path(output.path),
            output.algorithm,
            _text(output.digest),
            output.size,
            _text(output.stage),
            output.folder,
            self.spot(output.place),
        )

    def _section(self) -> SectionRow:
        section, required = self.review.section, self.review.policy.section
        if section is None:
            return SectionRow(False, False, required, "", None, (), ())
        return SectionRow(
            True,
            section.place is not None,
            required,
            _text(section.title),
            self.spot(section.place) if section.place is not None else None,
            tuple((_text(item.name), _text(item.said)) for item in section.items),
            tuple(_finding_id(finding) for finding in section.faults),
        )

    def _accept(self, item: Accepted) -> AcceptedRow:
        finding = item.finding
        return AcceptedRow(
            "accepted-" + finding.fingerprint[:12],
            make_visible(finding.rule),
            clean(finding.message),
            _text(item.reason),
            _text(item.by),
            item.until,
            item.lacks,
            self.spot(finding.place),
            self.spot(item.place),
        )

    def _compare(self, found: Comparison) -> ComparisonSheet:
        return ComparisonSheet(
            _text(found.revision),
            found.commit,
            found.merge_base,
            tuple(self._finding(finding) for finding in found.new),
            tuple(self._finding(finding, self.older) for finding in found.gone),
            tuple(self._turn(pair) for pair in found.rose),
            tuple(self._turn(pair) for pair in found.fell),
            tuple(self._turn(pair) for pair in found.moved),
            tuple(self._plain(item.reference, self.locator) for item in found.added),
            tuple(self._plain(reference, self.older) for reference in found.removed),
        )

    def _turn(self, pair: Turned) -> TurnedRow:
        now = pair.now.reference
        return TurnedRow(
            pair.now.id,
            make_visible(now.subject.kind),
            _text(now.subject.name),
            _text(pair.before.pin.selector or ""),
            pair.before.pin.rung.name,
            _text(now.pin.selector or ""),
            now.pin.rung.name,
            self.spot(now.where),
        )

    def _plain(self, reference: Reference, locator: Locator) -> PlainRow:
        return PlainRow(
            make_visible(reference.subject.kind),
            _text(reference.subject.name),
            _text(reference.pin.selector or ""),
            reference.pin.rung.name,
            self.spot(reference.where, locator),
        )

    def _cover(self) -> CoverageSheet:
        coverage = self.review.report.coverage
        unknown = [
            UnknownRow(make_visible(kind), clean(why), self.spot(place)) for place, why, kind in coverage.unknown
        ]
        return CoverageSheet(
            coverage.files,
            tuple((make_visible(kind), count) for kind, count in sorted(coverage.read.items())),
            tuple((show_path(path), line, clean(message)) for path, line, message in sorted(coverage.unread)),
            tuple(sorted(unknown, key=lambda row: (row.at.path, row.at.line, row.at.column, row.reason))),
            tuple(
                (make_visible(reason), tuple(show_path(path) for path in sorted(paths)))
                for reason, paths in sorted(coverage.left_out.items())
                if paths
            ),
            tuple(clean(entry) for entry in sorted(coverage.entries)),
        )


def _finding_id(finding: Finding) -> str:
    return "finding-" + finding.fingerprint[:12]


def _text(text: str) -> str:
    shown = clean(text)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def _excerpt(locator: Locator, region: Region) -> tuple[str, tuple[int, int] | None]:
    """Return the first line of a region as it can be shown, and the range of it that is meant."""
    document = locator.document(region.path)
    if document is None or not region.text_line:
        return "", None
    line = document.lines.line_text(region.text_line)
    more = region.text_end_line != region.text_line
    end = len(line.rstrip()) if more else region.end_column - 1
    shown, marks = draw_line(line, region.column - 1, end, document.kind)
    indent = len(shown) - len(shown.lstrip())
    source = shown.strip()
    start, stop = len(marks) - len(marks.lstrip()) - indent, len(marks) - indent
    if not shown.isascii() or (region.end_column <= region.column and not more):
        return source, None  # a column is no code point there
    if not 0 <= start < min(stop, len(source)):
        return source, None
    return source, (start, min(stop, len(source)))


def _lock(lock: LockSummary) -> LockRow:
    packages = tuple(
        LockedRow(
            make_visible(package.name),
            make_visible(package.version),
            package.origin,
            package.conda,
            make_visible(package.commit),
            bool(package.hashed or package.commit or package.origin in ("path", "file")),
            digests,
            package.line,
        )
        for package, digests in lock.packages
    )
    return LockRow(
        show_path(lock.path),
        lock.form,
        lock.sha256,
        lock.freshness,
        clean(lock.reason),
        sum(package.held for package in packages),
        packages,
    )


def _count_kinds(items: tuple[Item, ...]) -> tuple[KindCount, ...]:
    rungs: dict[tuple[str, str], Counter[Rung]] = {}
    blocking: Counter[str] = Counter()
    for item in items:
        kind = item.reference.subject.kind
        rungs.setdefault((kind, item.label), Counter())[item.reference.pin.rung] += 1
        blocking[kind] += item.standing == "blocks"
    return tuple(
        KindCount(
            make_visible(kind),
            make_visible(label),
            found[Rung.SEALED],
            found[Rung.VERSION],
            found[Rung.RANGE],
            found[Rung.FLOATING],
            found[Rung.ABSENT],
            blocking[kind],
        )
        for (kind, label), found in sorted(
            rungs.items(), key=lambda pair: (-blocking[pair[0][0]], -pair[1].total(), pair[0])
        )
    )
