"""Every entry of the catalogue is exercised by an example of its pack, and every spelling of a call is matched."""

from __future__ import annotations

import functools

import pytest

from driftlint.facts import Rule
from driftlint.match.patterns import fits
from driftlint.packs import builtin_pack
from driftlint.packs.catalogue import Catalogue
from driftlint.packs.read import read_packs
from tests.catalogue.touched import entries_of, reached_by


@functools.cache
def pack() -> tuple[Catalogue, dict[str, Rule]]:
    catalogue, rules, errors = read_packs([builtin_pack()])
    assert errors == ()
    return catalogue, dict(rules)


@functools.cache
def reached() -> set[tuple[str, str]]:
    catalogue, rules = pack()
    return reached_by(rules.values(), catalogue)


@pytest.mark.parametrize("entry", sorted(entries_of(pack()[0])), ids=lambda entry: ".".join(entry))
def test_an_example_reaches(entry: tuple[str, str]) -> None:
    assert entry in reached(), f"no example of the pack reaches the {entry[0]} `{entry[1]}`"


def test_an_entry_without_an_example_is_told() -> None:
    catalogue, rules = pack()
    few = reached_by([rules["metric-unpinned"]], catalogue)
    assert ("reference", "evaluate.load.canonical") in few
    assert ("reference", "torch.hub.load") in entries_of(catalogue) - few


def test_calls_of_an_entry_are_patterns_that_can_match() -> None:
    for entry in pack()[0].references:
        for call in entry.calls:
            name = call.replace("*", "Some")
            assert fits(call, name if not call.startswith("?.") else f"some.{call[2:]}"), (entry.id, call)
