"""Ids of hosted models: which provider, which state, until when.

Promises: the order of docs/packs.md ("How a hosted model's id is judged"): a provider's rows before its cases, a
gateway's own knowledge before what stands behind its prefix, rows of all providers before cases of any. A shutdown date
is compared with the day of the run. Refuses to know: which providers exist, and where a call goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from driftlint.facts import Pin, State
from driftlint.packs.catalogue import Case, Catalogue, Model, Provider

GRAMMAR = "model-id"
"""Id of the grammar that stands for the lookup here."""
ANY = "any"
"""Host of a call that does not say which provider it asks."""


def judge_model(catalogue: Catalogue, host: str, name: str, today: date) -> tuple[str, Pin]:
    """Return the id of the provider that knows a model's name, and its pin.

    `host` is a provider, a gateway or `ANY`. Where nobody knows the name, `host` comes back with the state "unknown".
    """
    found = _find(catalogue, host, name.strip())
    if found is None:
        return host, Pin("unknown", name)
    provider, form, known = found
    if isinstance(known, Model):
        return provider.id, _pin_of_row(catalogue, provider, known, form, today)
    return provider.id, _pin_of_case(catalogue, provider, known, form, today)


def judge_bare(catalogue: Catalogue, name: str, today: date) -> tuple[str, Pin] | None:
    """Return provider and pin of a string that no catalogued call receives, None where it may be something else.

    Everyday words do not count.
    """
    found = _find(catalogue, ANY, name)
    if found is None or (isinstance(found[2], Model) and "context" in found[2].status):
        return None
    return judge_model(catalogue, ANY, name, today)


_Known = tuple[Provider, str, "Model | Case"]
"""The provider, the form of the name that it knows, and the row or case that knows it."""


def _find(catalogue: Catalogue, host: str, name: str) -> _Known | None:
    own = catalogue.providers.get(host)
    if own is not None:
        found = _find_at(catalogue, own, name)
        if found is not None or not own.inherit:
            return found
        name = own.strip(name)
    named = _named_by_prefix(catalogue, name)
    if named is not None:
        return _find(catalogue, named.id, name)  # ends: every gateway on the way takes its own prefix off
    return _find_bare(catalogue, name)


def _find_at(catalogue: Catalogue, provider: Provider, name: str) -> _Known | None:
    """Look a name up at one provider: rows for every form of the name, then cases."""
    if provider.deployments:
        return None
    forms = tuple(_forms(provider, name))
    for form in forms:
        row = catalogue.models.find(form, provider.id)
        if row is not None:
            return provider, form, row
    for form in forms:
        for case in provider.cases:
            if case.pattern.fullmatch(form):
                return provider, form, case
    return None


def _forms(provider: Provider, name: str) -> Iterator[str]:
    """Yield a name as it is, without the provider's prefix, and without its region."""
    yield name
    bare = provider.strip(name)
    if bare != name:
        yield bare
    region = max((r for r in provider.regions if bare.startswith(r)), key=len, default="")
    if region:
        yield bare[len(region) :]


def _named_by_prefix(catalogue: Catalogue, name: str) -> Provider | None:
    """Return the provider with the longest prefix that a name begins with."""
    best: tuple[int, Provider] | None = None
    for provider in catalogue.providers.values():
        length = len(name) - len(provider.strip(name))
        if length and (best is None or length > best[0]):
            best = (length, provider)
    return best[1] if best is not None else None


def _find_bare(catalogue: Catalogue, name: str) -> _Known | None:
    """Look up a name without a prefix: the order of the providers decides, rows first; wide cases say nothing alone.

    A row counts where the name fits a case too, so that it is of the provider's own making: platforms list models of
    others, which anybody may serve. So is a family's name with a slash, a hub id.
    """
    providers = [p for p in catalogue.providers.values() if not (p.deployments or p.inherit)]
    for provider in providers:
        row = catalogue.models.find(name, provider.id)
        if row is None or (row.state == "family" and "/" in name):
            continue
        if any(case.pattern.fullmatch(name) for case in provider.cases):
            return provider, name, row
    for provider in providers:
        for case in provider.cases:
            if not case.open and case.pattern.fullmatch(name):
                return provider, name, case
    return None


def _pin_of_row(catalogue: Catalogue, provider: Provider, row: Model, name: str, today: date) -> Pin:
    state = _state_on(row.state, row.until, today)
    advice = _advise(catalogue, provider, row, today) if state == "moving" else ""
    return Pin(state, name, row.until, advice)


def _pin_of_case(catalogue: Catalogue, provider: Provider, case: Case, name: str, today: date) -> Pin:
    until = ""
    if "base" in case.pattern.groupindex:
        match = case.pattern.fullmatch(name)
        base = catalogue.models.find(match["base"], provider.id) if match is not None and match["base"] else None
        if base is not None:
            if base.state == "retired":
                return Pin("retired", name, base.until)
            until = base.until
    return Pin(_state_on(case.state, until, today), name, until, case.advice)


def _state_on(state: State, until: str, today: date) -> State:
    """Return the state on a day of an id that is shut down on the ISO date `until`, "" for no date."""
    if until and date.fromisoformat(until) <= today:
        return "retired"
    return "retiring" if until and state in ("sealed", "family") else state


def _advise(catalogue: Catalogue, provider: Provider, row: Model, today: date) -> str:
    """Say what an alias stands for, how that is known, and until when both live.

    A dated id that is shut is no advice.
    """
    target = catalogue.models.find(row.pin, provider.id) if row.pin else None
    ends = target.until if target is not None else ""
    if not row.pin or row.pin == row.id or (target and _state_on(target.state, ends, today) == "retired"):
        return f"The alias itself will be shut down on {row.until}" if row.until else ""
    if "stated" in row.status.split(","):
        text = f"{provider.label} states that it stands for `{row.pin}`"
    else:
        text = f"`{row.pin}` is the only dated id that is known for it; that it stands for this one is inferred"
    if ends and ends == row.until:
        return f"{text}. Both will be shut down on {ends}"
    if ends:
        text = f"{text}. That id will be shut down on {ends}"
    return f"{text}. The alias itself will be shut down on {row.until}" if row.until else text
