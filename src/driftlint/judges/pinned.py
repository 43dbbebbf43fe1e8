"""Does this repo's own text decide which bytes a reference gets?

Promises: a reference whose rung satisfies the demand is at most advice (info), and advice about a reference below a demand
that the user raised is a warning. Refuses to know: how references were found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from driftlint.facts import Finding, PinTarget, Place, Reference, Rule, Severity
from driftlint.judges.world import World, make_finding, texts
from driftlint.match.decisions import reach_of
from driftlint.mentions.image_reference import image_address

_JUDGED_ANYWAY = frozenset(("retired", "retiring", "family", "unpinnable"))
"""States that are reported whatever rung is demanded: no demand can be met or the pin dies."""


def judge_pinned(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding for each reference of the rule's kinds and states that is below the demand.

    Parameters: `kinds`, `states`, `forms`, `groups` (one of them must be there), `not_groups` (none of them may),
    `within_days` (only pins that die within so many days), `defaulted` (only references whose name was not given, fixed
    or not, as an upgrade changes them; rules without it never see those), `role` (only distributions that the catalogue
    gives this role), `without` (a regular expression that the selector must not hold).
    """
    kinds, states, forms = texts(rule, "kinds"), texts(rule, "states"), texts(rule, "forms")
    groups, not_groups = texts(rule, "groups"), texts(rule, "not_groups")
    within, defaulted = rule.params.get("within_days"), rule.params.get("defaulted") is True
    role, without = rule.params.get("role"), rule.params.get("without")
    known = world.catalogue.distributions_of(role) if isinstance(role, str) else frozenset()
    for reference in world.references:
        pin = reference.pin
        if reference.subject.kind not in kinds or (states and pin.state not in states):
            continue
        if role and re.sub(r"[-_.]+", "-", reference.subject.name) not in known:
            continue
        if isinstance(without, str) and re.search(without, pin.selector or ""):
            continue
        if defaulted is not (reference.form == "default"):
            continue
        if forms and reference.form not in forms:
            continue
        if groups and not set(groups) & set(reference.groups):
            continue
        if set(not_groups) & set(reference.groups):
            continue
        demanded = world.demanded(reference.subject.kind, reference.where.path)
        if pin.rung >= demanded and pin.state not in _JUDGED_ANYWAY and not (defaulted or rule.severity == "info"):
            continue
        if isinstance(within, int) and pin.until and (date.fromisoformat(pin.until) - world.today).days > within:
            continue
        raised = world.usual_demand(reference.subject.kind) <= pin.rung < demanded
        severity: Severity | None = "warning" if raised and rule.severity == "info" else None
        if reference.confidence == "low":
            severity = "info"  # remote in form, a folder of this machine by habit
        yield _finding(rule, reference, world, demanded.name, severity)


def _finding(rule: Rule, reference: Reference, world: World, demanded: str, severity: Severity | None) -> Finding:
    pin = reference.pin
    related: list[Place] = list(reference.trail)
    if reference.place != reference.where:
        related.append(Place(reference.place.path, reference.place.span, "used here"))
    related.extend(Place(use.path, use.span, "used here") for use in reference.uses)
    document = world.get_document(reference.where.path)
    reasoning = (
        f"recognised as {reference.entry or reference.form}: {reference.subject.kind} `{reference.subject.name}` "
        f"at {reference.subject.host}",
        f"its pin is {pin.selector or 'not given'}: state {pin.state}, rung {pin.rung.name}",
        f"the demand for {reference.subject.kind} is {demanded}",
    )
    return make_finding(
        world,
        rule,
        reference.subject,
        reference.where,
        {
            "pin": _spelled(reference, world),
            "image": image_address(reference.subject.host, reference.subject.name),
            "selector": pin.selector or "",
            "until": pin.until or "a day that is not recorded",
            "advice": pin.advice,
        },
        related=tuple(related),
        reach=reach_of(reference, document),
        confidence=reference.confidence if reference.confidence != "high" else rule.confidence,
        severity=severity,
        reasoning=reasoning,
        target=PinTarget(reference),
    )


def _spelled(reference: Reference, world: World) -> str:
    """Return how the pin is written where the reference stands: an argument, a flag, a key."""
    name = reference.pin_name or "revision"
    grammar = world.catalogue.grammars.get(reference.pin_grammar)
    text = (grammar.sealed_as if grammar is not None else "") or "<40-hex commit>"
    if name.startswith("-"):
        return f"{name} {text}"
    if reference.form == "config":
        return f"{': '.join(name.split('.'))}: {text}"
    return f'{name}="{text}"'
