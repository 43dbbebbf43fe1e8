"""Packs with anything in them: faults, never an exception."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from driftlint.packs.read import read_packs
from driftlint.packs.rulefile import parse_rule_file
from driftlint.packs.spans import TomlLines
from driftlint.packs.tables import TABLES
from tests.packs.pack_texts import CATALOGUE, RULE, write_pack

VALUES = [
    "1",
    "-1",
    "true",
    '""',
    '"x"',
    "[]",
    "[1]",
    '[["x"]]',
    "{}",
    "{a=1}",
    "[{}]",
    "2026-01-02",
    "1.5",
    "[{arg=3}]",
]


def mutate(text: str, seed: int) -> str:
    """Change a few lines of a text: drop, double, swap, or put another value behind a key."""
    pick = random.Random(seed)
    lines = text.split("\n")
    for _ in range(pick.randint(1, 4)):
        at = pick.randrange(len(lines))
        what = pick.randrange(5)
        if what == 0:
            del lines[at]
        elif what == 1:
            lines.insert(at, lines[at])
        elif what == 2:
            other = pick.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif " = " in lines[at]:
            lines[at] = lines[at].split(" = ")[0] + " = " + pick.choice(VALUES)
        else:
            lines[at] = lines[at][: pick.randint(0, len(lines[at]))]
    return "\n".join(lines)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_mutated_catalogues_give_faults_inside_the_file(seed: int) -> None:
    text = mutate(CATALOGUE, seed)
    with tempfile.TemporaryDirectory() as folder:
        _, _, errors = read_packs([write_pack(Path(folder), {"catalogue/a.toml": text})])
    assert all(1 <= e.line <= max(len(text.split("\n")), 1) for e in errors)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(TABLES)), st.data())
def test_any_value_behind_any_key(table: str, data: st.DataObject) -> None:
    keys = data.draw(st.lists(st.sampled_from([*TABLES[table].keys, "other"]), unique=True, max_size=6))
    rows = "".join(f"{key} = {data.draw(st.sampled_from(VALUES))}\n" for key in keys)
    with tempfile.TemporaryDirectory() as folder:
        _, _, errors = read_packs([write_pack(Path(folder), {"catalogue/a.toml": f"version = 1\n[[{table}]]\n{rows}"})])
    if "source" not in keys:
        assert any("needs `source`" in e.message for e in errors)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_mutated_rules_give_faults_inside_the_file(seed: int) -> None:
    text = mutate(RULE, seed)
    parsed = parse_rule_file(text, "data/thing-unpinned.md", "data")
    assert all(1 <= e.line <= max(len(text.split("\n")), 1) for e in parsed.errors)
    assert parsed.rule is not None or parsed.errors


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="[]{}=\"'#\n\\a. +`", max_size=60))
def test_any_text(text: str) -> None:
    assert all(table.line >= 1 for table in TomlLines(text).tables)
    assert parse_rule_file(text, "data/x.md", "data").errors
    assert parse_rule_file(f"+++\n{text}\n+++\n{text}", "data/x.md", "data").errors
