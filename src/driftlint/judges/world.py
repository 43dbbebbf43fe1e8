"""What judges look at, and how they word what they found.

Promises: one place builds findings, so that every rule's message is filled alike. Refuses to know: any rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from driftlint.config import Config
from driftlint.documents.model import Document
from driftlint.facts import Coverage, Finding, Place, Reference, Rule, Rung, Severity, Subject, Target
from driftlint.flow.entries import Program
from driftlint.late_regex import compile_late
from driftlint.locks import Freshness, Lock
from driftlint.mentions.groups import path_groups
from driftlint.packs.catalogue import Catalogue
from driftlint.project import Project
from driftlint.resolve import Resolver
from driftlint.roles import Decision
from driftlint.text import Span

if TYPE_CHECKING:
    from driftlint.suppress import SuppressionProblem

_ASIDE = frozenset(("docs", "test"))
"""Roles of a file's place whose findings are advice: they do not make the experiment's results."""
_LONGEST_NAME = 100
"""Code points of a name with spaces that a message holds; addresses and paths are never cut."""
_FIELD = compile_late(r"\{([a-z_]+)\}")


class World(Struct):
    """Everything that was found, for the judges of one run."""

    catalogue: Catalogue
    project: Project
    resolver: Resolver
    config: Config
    references: list[Reference]
    programs: list[Program]
    paths: tuple[str, ...]
    """All files in scope."""
    today: date
    get_document: Callable[[str], Document | None]
    coverage: Coverage
    foreign: tuple[str, ...] = ()
    """Folders (ending in "/") that hold a copied project."""
    locks: Mapping[str, Lock] = field(default_factory=dict)
    """Locks that could be read, by path."""
    freshness: Mapping[str, Freshness] = field(default_factory=dict)
    """The verdict on each of them."""
    read: Callable[[str], bytes | None] = lambda _: None
    """Return a file of the repo, in scope or not; None where there is none."""
    listed: tuple[str, ...] = ()
    """All files that the walk met, whether a reader knows them or not."""
    exists: Callable[[str], bool] = lambda _: False
    """Return whether a file or folder of the repo is there, in scope or not."""
    open_text: Callable[[str], Document | None] = lambda _: None
    """Open a report or README, whose places then have lines; None where there is none."""
    memo: dict[str, Any] = field(default_factory=dict)
    """What judges worked out once for several rules, by the name of the question."""
    roles: Mapping[str, Decision] = field(default_factory=dict)
    """What each folder with a project file is: an application or a library."""
    unread: list[tuple[Place, str]] = field(default_factory=list)
    suppression_problems: list[SuppressionProblem] = field(default_factory=list)

    def demanded(self, kind: str, path: str) -> Rung:
        """Return the lowest rung that satisfies for a kind of subject in a file."""
        asked = self.config.demand_at(path).get(kind)
        if asked is None:
            entry = self.catalogue.kinds.get(kind)
            if entry is None:
                return Rung.SEALED
            asked = entry.strict if self.config.preset == "strict" else entry.demand
        return Rung[asked]

    def usual_demand(self, kind: str) -> Rung:
        """Return the rung that the packs demand of a kind of subject by default."""
        entry = self.catalogue.kinds.get(kind)
        return Rung[entry.demand] if entry is not None else Rung.SEALED

    def host_label(self, host: str) -> str:
        """Return a host as people call it."""
        provider = self.catalogue.providers.get(host)
        return provider.label if provider is not None else host

    def is_foreign(self, path: str) -> bool:
        """Return whether a file belongs to another project that was copied into the repo, by its own licence and build."""
        return any(path.startswith(folder) for folder in self.foreign)

    def line_of(self, place: Place) -> int:
        """Return the 1-based line of a place as people find it, 1 where the file is not at hand."""
        document = self.get_document(place.path)
        return document.locate(place.span.start).line if document is not None else 1

    def spot(self, place: Place) -> str:
        """Return "path:line"."""
        return f"{place.path}:{self.line_of(place)}"

    def lines(self, place: Place) -> Span:
        """Return the whole lines that a place touches."""
        document = self.get_document(place.path)
        if document is None:
            return place.span
        last = document.position(max(place.span.end - 1, place.span.start)).line
        start = document.lines.offset(document.position(place.span.start).line)
        return Span(start, document.lines.offset(last) + len(document.lines.line_text(last)))


def fill(template: str, fields: Mapping[str, str]) -> str:
    """Fill ``{field}`` marks; a field that is empty leaves no double space or dangling clause behind."""
    text = _FIELD.sub(lambda match: fields.get(match[1], ""), template)
    text = re.sub(r"(?<!\s)\s+([.,;:)])(?=\s|$)", r"\1", text)
    return re.sub(r" {2,}", " ", text).strip().rstrip(";:,").strip()


def _in_one_line(name: str) -> str:
    """Return a subject's name as a message can hold it: in one line, and cut where it is a whole text such as a query."""
    line = " ".join(name.split())
    return line if len(line) <= _LONGEST_NAME or " " not in line else line[: _LONGEST_NAME - 1] + "…"


def make_finding(
    world: World,
    rule: Rule,
    subject: Subject,
    place: Place,
    fields: Mapping[str, str],
    *,
    related: tuple[Place, ...] = (),
    reach: Span | None = None,
    confidence: str = "",
    severity: Severity | None = None,
    reasoning: tuple[str, ...] = (),
    target: Target | None = None,
) -> Finding:
    """Build a finding of a rule, its message and remedy filled from `fields`."""
    known = {
        "name": _in_one_line(subject.name),
        "host": world.host_label(subject.host),
        "kind": world.catalogue.kinds[subject.kind].label if subject.kind in world.catalogue.kinds else subject.kind,
        "path": place.path,
        "line": str(world.line_of(place)),
        **fields,
    }
    seen: dict[tuple[str, int], Place] = {}
    for other in related:  # one place a line, and of two the one that says something
        at = (other.path, world.line_of(other))
        if at not in seen or (other.note and not seen[at].note):
            seen[at] = other
    seen.pop((place.path, world.line_of(place)), None)
    if severity is None and is_aside(world, place.path):
        severity = "info"
    return Finding(
        rule=rule.name,
        family=rule.family,
        severity=severity or rule.severity,
        confidence=confidence or rule.confidence,
        subject=subject,
        message=fill(rule.message, known),
        remedy=fill(rule.remedy, known),
        place=place,
        related=tuple(seen.values()),
        reach=reach or world.lines(place),
        reasoning=reasoning,
        target=target,
    )


def is_aside(world: World, path: str) -> bool:
    """Return whether a file does not make the experiment's results: documentation, a test, code of others."""
    return bool(set(path_groups(path)) & _ASIDE) or world.is_foreign(path)


def texts(rule: Rule, key: str) -> tuple[str, ...]:
    """Return a list parameter of a rule as texts, () when it is not given."""
    value = rule.params.get(key, ())
    return (value,) if isinstance(value, str) else tuple(str(item) for item in value)  # type: ignore[attr-defined]
