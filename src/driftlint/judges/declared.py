"""Does the repo declare what it needs at all?

Promises: absence is judged over the whole repo. Refuses to know: whether a declaration is good (`pinned` does).
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.facts import Finding, Place, Rule, Subject
from driftlint.judges.imports import judge_imports
from driftlint.judges.world import World, make_finding, texts
from driftlint.locks import recognise_lock
from driftlint.text import Span

_ROOT = Place(".", Span(0, 0))


def judge_declared(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield at most one finding, about the repo: nothing of the rule's `kinds` is declared in any of its `forms`.

    Parameters: `kinds`, `forms` (what counts as a declaration), `locks` (a lock file counts too), `says` (only repos with
    an entry point of these kinds), `name` (the subject's name). With `imports` the question is asked of each imported package.
    """
    kinds, forms, says = texts(rule, "kinds"), texts(rule, "forms"), texts(rule, "says")
    if rule.params.get("imports"):
        yield from judge_imports(rule, world)
        return
    programs = [p for p in world.programs if not says or p.says in says]
    if not programs:
        return
    for reference in world.references:
        if reference.subject.kind in kinds and (not forms or reference.form in forms):
            return
    if rule.params.get("locks") and world.project.names.where(recognise_lock):
        return
    name = str(rule.params.get("name", "dependencies"))
    first = programs[0]
    yield make_finding(
        world,
        rule,
        Subject("environment", "repository", name),
        _ROOT,
        {"entry": world.spot(first.place)},
        related=tuple(Place(p.place.path, p.place.span, "an entry point that needs it") for p in programs[:5]),
        reasoning=(f"{len(programs)} entry points, and no file declares {', '.join(kinds)}",),
    )
