"""Does the report say how the experiment is run again, and does the repo agree with it?

Promises: one reading of the section for all rules. Refuses to know: what the section's words are, and any tool that it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from driftlint.facts import Finding, Place, Rule, Subject
from driftlint.judges.section.read import section_of
from driftlint.judges.world import World, make_finding, texts


def judge_reported(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield the faults of the reproducibility section that a rule is about.

    Parameters: `faults` (kinds of faults, see `section.report.Kind`), `items` (for the kind "item": which parts, in the
    order in which they are named), `together` (one finding for all of them).
    """
    kinds, items = texts(rule, "faults"), texts(rule, "items")
    section = section_of(world)
    wanted = [f for f in section.faults if f.kind in kinds and (f.kind != "item" or f.name in items)]
    wanted.sort(key=lambda fault: items.index(fault.name) if fault.kind == "item" else -1)
    if rule.params.get("together") and wanted:
        first = wanted[0]
        names = [fault.fields["name"] for fault in wanted]
        fields = {**first.fields, "name": _listed(names)}
        yield _finding(rule, world, first.name if len(wanted) == 1 else "section", first.place, fields, first.related)
        return
    for fault in wanted:
        yield _finding(rule, world, fault.name, fault.place, fault.fields, fault.related)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _finding(
    rule: Rule, world: World, name: str, place: Place, fields: Mapping[str, str], related: tuple[Place, ...]
) -> Finding:
    return make_finding(
        world,
        rule,
        Subject("section", "repository", name),
        place,
        fields,
        related=related,
        severity=rule.severity,  # the section is no aside, wherever in the documentation it stands
    )
