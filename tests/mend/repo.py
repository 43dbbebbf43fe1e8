"""Small repos in memory, mended with the evidence that a test states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from driftlint.facts import Reference
from driftlint.mend.plan import Plan
from driftlint.mending import mend
from driftlint.pins import Pins, Proposal, Scope
from driftlint.workspace import MemoryWorkspace
from tests.fixtures.expected import start


@dataclass
class Stated:
    """Evidence that is there for kinds of subjects."""

    kinds: Mapping[str, str]
    applicability: str = "suggest"

    @property
    def answers(self) -> tuple[Scope, ...]:
        """What is stated."""
        return (Scope(frozenset(self.kinds)),)

    def find(self, reference: Reference) -> Proposal | None:
        """Return what is stated for the kind of a reference's subject."""
        version = self.kinds.get(reference.subject.kind)
        return Proposal(version, "a table", "safe" if self.applicability == "safe" else "suggest") if version else None


def plan_mend(
    files: Mapping[str, str], kinds: Mapping[str, str] | None = None, *, online: bool = False, info: bool = False
) -> Plan:
    """Return the mend of a repo with every suggestion; `info` mends what is advice, too."""
    return mend(
        lambda workspace: start(Path("repo"), workspace=workspace),
        MemoryWorkspace(files),
        lambda _: Pins((Stated(kinds or {}, "safe"),)),
        lambda finding, _: info or finding.severity != "info",
        frozenset(("safe", "suggest")),
        online=online,
    )


def mend_files(
    files: Mapping[str, str], kinds: Mapping[str, str] | None = None, *, info: bool = False
) -> dict[str, str]:
    """Return the texts of a repo after its mend."""
    plan = plan_mend(files, kinds, info=info)
    return {path: plan.files[path].decode() if path in plan.files else text for path, text in files.items()}
