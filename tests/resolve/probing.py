"""Ask the resolver what the arguments of ``probe(...)`` calls may be, in the text of small repos."""

from __future__ import annotations

from collections.abc import Mapping

from driftlint.session import Session
from driftlint.values import (
    Class,
    Config,
    Function,
    Instance,
    Known,
    Local,
    Outside,
    Text,
    Unknown,
    Value,
)
from tests.session.small_repos import spot, start, texts


def spell(session: Session, value: Value) -> str:
    """Return a value with the place that decides it."""
    at = spot(session, value.where)
    if isinstance(value, Known):
        return f"{value.value!r} {at}"
    if isinstance(value, Text):
        return f"text {''.join('{}' if part is None else part for part in value.parts)} {at}"
    if isinstance(value, Unknown):
        return f"unknown: {value.why}"
    if isinstance(value, Outside):
        return f"outside {value.name}"
    if isinstance(value, (Function, Class, Instance)):
        return f"{type(value).__name__.lower()} {value.scope.qualname or value.scope.name}"
    if isinstance(value, Config):
        return f"config {at}"
    if isinstance(value, Local):
        return "local"
    return type(value).__name__.lower()


def ask(files: str | Mapping[str, str]) -> tuple[Session, list[Value]]:
    """Return the values of the first argument of the only ``probe(...)`` call of a small repo."""
    session = start(texts(files), rules=())
    world = session.run().world
    calls = list(world.project.calls_of("probe"))
    assert len(calls) == 1, "a test asks about one place"
    ((module, call),) = calls
    values = world.resolver.evaluate(call[4][0][1], module.scope_at(call[1]))
    return session, list(values)


def probe(files: str | Mapping[str, str]) -> list[str]:
    """Return what the argument of ``probe(...)`` may be: values and the places that decide them."""
    session, values = ask(files)
    return [spell(session, value) for value in values]


def trail(files: str | Mapping[str, str]) -> list[str]:
    """Return the trail of the one value of ``probe(...)``: "path:line note" from the use to the place that decides."""
    session, values = ask(files)
    (value,) = values
    return [f"{spot(session, p)} {p.note}".rstrip() for p in (*value.trail, value.where)]
