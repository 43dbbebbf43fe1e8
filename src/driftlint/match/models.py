"""Ids of hosted models: which provider, which state, until when.

Promises: the table of known ids decides before the grammar; a wrapper's prefix is taken off; a date is compared with the
day of the run. Refuses to know: which providers exist.
"""

from __future__ import annotations

from datetime import date

from driftlint.facts import Pin
from driftlint.packs.catalogue import Catalogue, Provider, find_case


def judge_model(catalogue: Catalogue, host: str, name: str, today: date) -> tuple[str, Pin]:
    """Return the provider's id and the pin of a model id used at a call of `host` (a provider, or a wrapper of many)."""
    bare = name.strip()
    own = catalogue.providers.get(host)
    if own is not None:
        pin = _judge(catalogue, own, own.strip(bare), today)
        if pin.state != "unknown" or not own.inherit:
            return own.id, pin
    for provider in catalogue.providers.values():
        stripped = provider.strip(bare)
        if stripped != bare:
            pin = _judge(catalogue, provider, stripped, today)
            if pin.state != "unknown":
                return provider.id, pin
    if own is None or own.inherit:
        row = catalogue.models.find(bare)
        if row is not None and "context" not in row.status:
            return row.provider, _pin(row.state, row.until, row.pin, bare, today)
        for provider in catalogue.providers.values():
            if provider.deployments or provider.inherit:
                continue
            pin = _judge(catalogue, provider, bare, today)
            if pin.state != "unknown":
                return provider.id, pin
    return host, Pin("unknown", name)


def _judge(catalogue: Catalogue, provider: Provider, name: str, today: date) -> Pin:
    for region in ("", *provider.regions):
        if region and not name.startswith(region):
            continue
        row = catalogue.models.find(name[len(region) :], provider.id)
        if row is not None:
            return _pin(row.state, row.until, row.pin, name, today)
    case = find_case(provider.cases, name)
    if case is None or case.open:
        return Pin("unknown", name)
    return Pin(case.state, name, advice=case.advice)


def _pin(state: str, until: str, target: str, name: str, today: date) -> Pin:
    advice = f"today it stands for {target}" if target and target != name else ""
    if until and date.fromisoformat(until) <= today:
        return Pin("retired", name, until, advice)
    if state == "retired":
        return Pin("retired", name, until, advice)
    if until and state in ("sealed", "family"):
        return Pin("retiring", name, until, advice)
    if state == "moving":
        return Pin("moving", name, until, advice)
    return Pin("family" if state == "family" else "sealed", name, until, advice)
