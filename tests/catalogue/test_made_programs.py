"""Every call that the catalogue of streams names is matched: a program of one line is told or left alone, as the entry says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from driftlint.packs import builtin_pack
from driftlint.packs.catalogue import Carrier, Seeder, Stream
from driftlint.packs.read import read_packs
from tests.catalogue.made_programs import arguments_of, check, spell, write

CATALOGUE, RULES, _ = read_packs([builtin_pack()])
DETERMINISM = {name: rule for name, rule in RULES.items() if rule.family == "determinism"}
RULE_OF_GROUP = {str(r.params["group"]): name for name, r in DETERMINISM.items() if "group" in r.params}
NAMED = Counter((c.group, call) for c in CATALOGUE.carriers for call in c.calls)
CARRIERS = {c.id: c for c in CATALOGUE.carriers if not c.inline}
BARE = {s.id: next(d for d in (*s.draws, *s.weak_draws) if "?" not in d) for s in CATALOGUE.streams.values() if s.draws}
FUNCTIONS = {
    s.id: s for s in CATALOGUE.streams.values() if s.import_line and s.seed.startswith(s.import_line.split()[-1])
}
"""Streams that a function of their library seeds, not a method of an object."""


def told(files: dict[str, str], carrier: Carrier) -> set[str]:
    """Return the programs of which a check says that what a carrier draws does not repeat."""
    rule = "rng-unseeded" if carrier.blame == "stream" else RULE_OF_GROUP[carrier.group]
    return {path for path, found in check(files, CATALOGUE, DETERMINISM).items() if any(f.rule == rule for f in found)}


def made(carrier: Carrier, more: dict[str, str], *imports: str, draws: bool = True) -> dict[str, str]:
    files = {}
    for number, call in enumerate(carrier.calls):
        line, expression = spell(call, {**arguments_of(carrier, draws=draws), **more})
        files[f"{number}.py"] = write([f"made = {expression}"], [line, *imports])
    return files


def seed_of(carrier: Carrier, text: str) -> dict[str, str]:
    return {carrier.args[0].arg: text} if carrier.args and carrier.args[0].arg else {}


@pytest.mark.parametrize("carrier", CARRIERS.values(), ids=CARRIERS.keys())
def test_a_call_without_its_seed_is_told(carrier: Carrier) -> None:
    files = made(carrier, {})
    assert told(files, carrier) == (set() if carrier.has_default else set(files))


@pytest.mark.parametrize("carrier", CARRIERS.values(), ids=CARRIERS.keys())
def test_a_call_with_its_seed_is_not(carrier: Carrier) -> None:
    files = made(carrier, seed_of(carrier, "3"))
    assert told(files, carrier) == (set() if carrier.args else set(files)), "no seed helps where threads race"


@pytest.mark.parametrize("carrier", [c for c in CARRIERS.values() if c.when], ids=lambda c: c.id)
def test_a_call_that_does_not_draw_is_not(carrier: Carrier) -> None:
    only_its_own = {
        path: text
        for (path, text), call in zip(made(carrier, {}, draws=False).items(), carrier.calls, strict=True)
        if NAMED[carrier.group, call] == 1
    }
    assert told(only_its_own, carrier) == set()


@pytest.mark.parametrize("carrier", [c for c in CARRIERS.values() if seed_of(c, "")], ids=lambda c: c.id)
def test_the_clock_is_no_seed_of_a_call(carrier: Carrier) -> None:
    files = made(carrier, seed_of(carrier, "time.time_ns()"), "import time")
    found = check(files, CATALOGUE, DETERMINISM)
    assert {path for path in files if any(f.rule == "seed-unset" for f in found[path])} == set(files)


@pytest.mark.parametrize("stream", CATALOGUE.streams.values(), ids=CATALOGUE.streams.keys())
def test_a_draw_is_told_until_its_stream_is_seeded(stream: Stream) -> None:
    files, seeded = {}, {}
    for number, call in enumerate((*stream.draws, *stream.weak_draws)):
        line, expression = spell(call, {})
        files[f"{number}.py"] = write([f"made = {expression}"], [line])
        if stream.id in FUNCTIONS:
            lines = [stream.seed.replace("SEED", "7"), f"made = {expression}"]
            seeded[f"seeded_{number}.py"] = write(lines, [line, stream.import_line])
    found = check({**files, **seeded}, CATALOGUE, DETERMINISM)
    assert {
        p for p, f in found.items() if (("rng-unseeded", stream.id) in {(x.rule, x.subject.name) for x in f})
    } == set(files)


@pytest.mark.parametrize("stream", [s for s in CATALOGUE.streams.values() if s.quiet], ids=lambda s: s.id)
def test_a_quiet_call_is_no_draw(stream: Stream) -> None:
    files = {}
    for number, call in enumerate(stream.quiet):
        line, expression = spell(call, {})
        files[f"{number}.py"] = write([f"made = {expression}"], [line])
    found = check(files, CATALOGUE, DETERMINISM)
    assert [(p, f.subject.name) for p, x in found.items() for f in x if f.rule == "rng-unseeded"] == []


def seedings() -> Iterator[tuple[Seeder, str]]:
    for seeder in CATALOGUE.seeders:
        yield from ((seeder, stream) for stream in seeder.streams if stream in BARE)


@pytest.mark.parametrize(("seeder", "stream"), list(seedings()), ids=lambda x: x if isinstance(x, str) else x.id)
def test_a_seeder_seeds_each_of_its_streams(seeder: Seeder, stream: str) -> None:
    files = {}
    drawing, draw = spell(BARE[stream], {})
    for number, call in enumerate(seeder.calls):
        argument = next((spec.arg for spec in seeder.args if spec.arg), "")
        line, expression = spell(call, {argument: "5"} if argument else {})
        entered = [f"with {expression}:", "    pass"] if seeder.covers == "block" else [expression]
        files[f"{number}.py"] = write([*entered, f"made = {draw}"], [line, drawing])
    found = check(files, CATALOGUE, DETERMINISM)
    open_ = {p for p, x in found.items() if ("rng-unseeded", stream) in {(f.rule, f.subject.name) for f in x}}
    assert open_ == (set() if seeder.covers == "after" else set(files))


def test_every_group_of_carriers_has_a_rule() -> None:
    assert {c.group for c in CARRIERS.values()} <= set(RULE_OF_GROUP)
