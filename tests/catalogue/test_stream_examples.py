"""The rules show of every family of random numbers, order and worker a program that is told and one that is left alone.

The families are read off the catalogue, what becomes of them off runs over the examples of the rules.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest

from driftlint.facts import Example, Finding, Place
from driftlint.flow.calls import Carry, Control, Draw, Listing, Seed
from driftlint.flow.entries import Program
from driftlint.packs import builtin_pack
from driftlint.packs.read import read_packs
from tests.catalogue.made_programs import run

CATALOGUE, RULES, _ = read_packs([builtin_pack()])
DETERMINISM = {name: rule for name, rule in RULES.items() if rule.family == "determinism"}
KEYED = {s.id for s in CATALOGUE.streams.values() if s.keyed}
BARE_STREAMS = ("python", "numpy", "torch", "tensorflow")
Told = tuple[str, bool]
"""(family, whether a finding stands for it)."""


def families() -> list[str]:
    """Return the families of the catalogue: streams, libraries whose calls have seeds of their own, orders, workers, switches."""
    libraries = {
        f"library {call.partition('.')[0]}"
        for carrier in CATALOGUE.carriers
        for call in carrier.calls
        if not call.startswith("?.") and not carrier.inline
    }
    return sorted(
        {
            *(f"stream {s}" for s in CATALOGUE.streams),
            *libraries,
            *(f"order {o.id}" for o in CATALOGUE.orders),
            *(f"worker {w.id}" for w in CATALOGUE.workers),
            *(f"switch {s.id}" for s in CATALOGUE.switches if s.effect != "deterministic" and (s.calls or s.assigns)),
        }
    )


def tell(program: Program, findings: list[Finding]) -> Iterator[Told]:
    """Yield what the examples say of the families that a program touches."""
    at = {(f.place.path, f.place.span) for f in findings}
    open_streams = {
        f.subject.name.partition(" in ")[0]
        for f in findings
        if (f.subject.kind, f.subject.host) == ("stream", program.path)
    }

    def is_told(place: Place) -> bool:
        return (place.path, place.span) in at

    for event in program.events:
        what = event.what
        if isinstance(what, Draw):
            yield f"stream {what.stream}", what.stream in open_streams
        elif isinstance(what, Carry) and not what.carrier.inline:
            blamed = what.carrier.blame == "stream" and what.seed is None and what.carrier.fallback in open_streams
            wrong = what.seed is not None and what.seed.state != "set" and is_told(what.seed.where)
            told = is_told(what.place) or blamed or wrong
            yield f"library {what.name.partition('.')[0]}", told
            if what.carrier.fallback and (told or what.seed is not None):
                yield f"stream {what.carrier.fallback}", told
        elif isinstance(what, Listing):
            yield f"order {what.order.id}", is_told(what.place)
        elif isinstance(what, Control):
            beside = any(
                place == Place(what.place.path, what.place.span)
                for f in findings
                if f.subject.kind == "switch"
                for place in _bare(f)
            )
            yield f"switch {what.switch.id}", is_told(what.where) or (beside and what.on is True)
        elif isinstance(what, Seed):
            yield from ((f"stream {s}", is_told(what.value.where)) for s in KEYED.intersection(what.streams))
        if event.worker is not None:
            yield f"worker {event.worker.worker.id}", is_told(event.worker.place)


def _bare(finding: Finding) -> list[Place]:
    """Return the related places of a finding, without what is said of them."""
    return [Place(place.path, place.span) for place in finding.related]


@functools.cache
def shown() -> frozenset[Told]:
    found: set[Told] = set()
    for rule in DETERMINISM.values():
        for example in rule.examples:
            found |= show(example)
    return frozenset(found)


def show(example: Example) -> set[Told]:
    result = run(dict(example.files), CATALOGUE, DETERMINISM)
    return {told for program in result.world.programs for told in tell(program, list(result.report.findings))}


WITHOUT_FAULT = {f"worker {w.id}" for w in CATALOGUE.workers if set(BARE_STREAMS) <= set(w.inherits)}
"""Workers that take over every stream: they are in the catalogue so that nothing is said of them."""


@pytest.mark.parametrize("family", [f for f in families() if f not in WITHOUT_FAULT])
def test_a_family_is_told_in_an_example(family: str) -> None:
    assert (family, True) in shown(), f"no example of a rule shows a finding about the {family}"


@pytest.mark.parametrize("family", families())
def test_a_family_is_left_alone_in_an_example(family: str) -> None:
    assert (family, False) in shown(), f"no example of a rule shows a program that does right by the {family}"


def test_a_family_without_its_example_is_missed() -> None:
    examples = DETERMINISM["threads-racing"].examples
    few = {told for example in examples for told in show(example)}
    assert ("library gensim", True) in few
    assert ("library scipy", True) not in few
