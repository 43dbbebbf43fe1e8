"""Reviews of small repos in memory."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from driftlint.config import Accept, Config, PerPath
from driftlint.facts import Place, Rule
from driftlint.packs import load_packs
from driftlint.packs.catalogue import Catalogue
from driftlint.review.build import build_review
from driftlint.review.lay_out import lay_out
from driftlint.review.model import ProgramRecord, Review, Revision, Section
from driftlint.review.policy import PRESETS, Policy, configure
from driftlint.review.sheet import BlockerRow, ItemRow, Sheet
from driftlint.selection import select_rules
from driftlint.session import Run, Session
from driftlint.workspace import MemoryWorkspace

TODAY = datetime.date(2026, 11, 25)
DATE = datetime.datetime(2026, 11, 20, 9, 30, tzinfo=datetime.timezone.utc)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
LOAD = 'from datasets import load_dataset\n\nload_dataset("{}")\n'
SEALED = (
    'from datasets import load_dataset\n\nload_dataset("a/b", revision="1588ec454efa1a09f29cd18ddd04fe05fc8653a2")\n'
)
NO_SECTION = Section(None)
REQUIREMENTS = {"requirements.txt": "datasets==3.6.0\n"}


@lru_cache(maxsize=1)
def packs() -> tuple[Catalogue, dict[str, Rule]]:
    catalogue, rules = load_packs([])
    return catalogue, dict(rules)


@dataclass(frozen=True)
class Made:
    """A review with what it was made of."""

    review: Review
    sheet: Sheet
    session: Session
    run: Run

    def blockers(self) -> list[tuple[str, str, str]]:
        """Return (kind, place, rule) of each blocker."""
        return [(row.kind, row.at.label if row.at else "", row.rule) for row in self.sheet.blockers]

    def blocker(self, kind: str) -> BlockerRow:
        (found,) = (row for row in self.sheet.blockers if row.kind == kind)
        return found

    def item(self, name: str) -> ItemRow:
        (found,) = (row for row in self.sheet.inventory if row.name == name)
        return found


def run_over(files: Mapping[str, str | bytes], policy: Policy, **options: object) -> tuple[Session, Run]:
    catalogue, rules = packs()
    config = configure(replace(Config(Path("/repo"), today=TODAY), **options), policy)
    chosen = select_rules(config, rules.values(), "review").rules
    session = Session(
        MemoryWorkspace(files), config, catalogue, chosen, known_rules=rules, named=tuple(files), parallel=False
    )
    return session, session.run()


def review(
    files: Mapping[str, str | bytes],
    policy: Policy = PRESETS["standard"],
    *,
    records: tuple[ProgramRecord, ...] | None = (),
    section: Section | None = NO_SECTION,
    rules_off: Mapping[str, str] | None = None,
    title: str = "",
    **options: object,
) -> Made:
    """Return the review of files by name; `options` are fields of the configuration."""
    session, run = run_over(files, policy, **options)
    found = build_review(
        session,
        run,
        policy,
        Revision("v1", COMMIT, DATE, "step"),
        records=records,
        section=section,
        rules_off=rules_off,
    )
    return Made(found, lay_out(found, session.get_document, title=title), session, run)


__all__ = ["Accept", "Made", "PerPath", "Place", "review", "run_over"]
