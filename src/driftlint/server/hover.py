"""What hovering says: the findings at a place, how they came about, the pin that was read there, the rule's prose.

Promises: the words are those of `driftlint why` and `driftlint explain`. Refuses to know: the protocol.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.cli.facts import Look, describe_reference
from driftlint.cli.why import Answer as Fate
from driftlint.cli.why import write_answer
from driftlint.facts import Reference, Rule
from driftlint.packs.faults import InvalidPack
from driftlint.packs.load import complete_rule
from driftlint.report.text import Pen
from driftlint.server.answer import Answer, Extent, Placer, Shown

_PROSE = 2
"""Sections of a rule's page that are shown: what it finds, and why it matters."""


def covers(at: Extent, line: int, column: int, cell: int | None = None) -> bool:
    """Return whether a position lies in an extent, its end included."""
    if at.cell != cell:
        return False
    return (at.line, at.column) <= (line, column) <= (at.end_line, at.end_column)


def write_hover(answer: Answer, placer: Placer, path: str, line: int, column: int, cell: int | None) -> str:
    """Return Markdown for a position, "" when there is nothing to say."""
    if answer.run is None or answer.target is None:
        return ""
    look = Look(answer.target, answer.run, path, "", placer.locator)
    parts = [
        part
        for shown in answer.file(path).shown
        if covers(shown.at, line, column, cell)
        for part in _finding(look, shown)
    ]
    if path not in answer.held:
        parts += [
            f"**Pin**: {describe_reference(reference)}"
            for reference in references_at(answer, path)
            if any(
                p.path == path and covers(placer.extent(p), line, column, cell)
                for p in (reference.where, reference.place)
            )
        ]
    return "\n\n".join(dict.fromkeys(parts))


def _finding(look: Look, shown: Shown) -> Iterator[str]:
    finding = shown.finding
    yield "```text\n" + "\n".join(write_answer(look, Fate(finding), Pen())).replace("```", "'''") + "\n```"
    for fix in finding.fixes:
        evidence = f" ({fix.evidence})" if fix.evidence else ""
        yield f"Fix, {fix.applicability}: {fix.title}{evidence}"
    rule = look.run.report.rules.get(finding.rule)
    if rule is not None:
        yield from _prose(rule)
    yield f"`driftlint explain {finding.rule}` shows the whole page."


def _prose(rule: Rule) -> Iterator[str]:
    try:
        sections = complete_rule(rule).sections
    except (InvalidPack, OSError):
        return
    for heading, body in sections[:_PROSE]:
        yield f"**{heading}**: {body.strip()}"


def references_at(answer: Answer, path: str) -> list[Reference]:
    """Return the references that are decided or used in a file."""
    if answer.run is None:
        return []
    return [r for r in answer.run.world.references if path in (r.where.path, r.place.path)]
