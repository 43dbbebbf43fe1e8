"""A finished run becomes a review.

Promises: the same run, policy and day give the same review. Refuses to know: git, files, doors, how a review is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from msgspec.structs import replace

from driftlint import __version__
from driftlint.judges.tracked import list_outputs
from driftlint.review.compare import compare
from driftlint.review.inventory import build_inventory, summarise_locks
from driftlint.review.model import Foundations, ProgramRecord, Review, Revision, Section
from driftlint.review.policy import Policy
from driftlint.review.trained import describe_trained
from driftlint.review.verdict import blocks, judge_review, weigh_acceptances
from driftlint.session import Run, Session


def build_review(
    session: Session,
    run: Run,
    policy: Policy,
    revision: Revision,
    *,
    today_from: str = "the current day",
    configuration: str = "",
    rules_off: Mapping[str, str] | None = None,
    records: tuple[ProgramRecord, ...] | None = None,
    section: Section | None = None,
) -> Review:
    """Return the review of a run. `rules_off` are the rules that the configuration turned off, each with the reason."""
    world, report = run.world, run.report
    judged = partial(blocks, policy, report.rules)
    locks = summarise_locks(world)
    accepted = weigh_acceptances(policy, report.suppressed)
    off = tuple(sorted((rules_off or {}).items()))
    problems = list(world.suppression_problems)
    kinds = world.catalogue.kinds
    items = build_inventory(world, locks, report.findings, report.suppressed, judged)
    trains = [record.path for record in records or () if record.says == "training" and not record.exempt]
    return Review(
        revision,
        policy,
        __version__,
        session.today,
        today_from,
        configuration,
        report,
        items,
        locks,
        records,
        section,
        accepted,
        judge_review(policy, report, accepted, problems, off, records, section),
        off,
        tuple((name, kinds[name].label, world.demanded(name, "").name) for name in kinds),
        Foundations(world.catalogue.digest, len(report.rules), world.catalogue.models.day),
        list_outputs(world),
        describe_trained(world, items, trains),
    )


def add_comparison(
    review: Review, session: Session, before: Run, session_before: Session, revision: str, commit: str, merge_base: bool
) -> Review:
    """Return a review that says what changed since an older run of the same rules."""
    return replace(
        review,
        comparison=compare(
            review.items,
            review.report.findings,
            session.get_document,
            session.files.workspace.exists,
            before.world.references,
            before.report.findings,
            session_before.get_document,
            revision,
            commit,
            merge_base,
        ),
    )
