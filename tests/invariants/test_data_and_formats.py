"""Sizes of modules, sources of catalogue entries, versions of what others store."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from driftlint.cache import FactsCache
from driftlint.packs import load_packs
from driftlint.packs.examples import Seen, run_examples
from driftlint.packs.load import complete_rule
from driftlint.report import render
from driftlint.rule_test import check_example, mend_example
from tests.fixtures.expected import TODAY
from tests.fixtures.expected import check as check_fixture
from tests.invariants.source import RULES, SRC, catalogue_files, entries, modules, rule_names

MOST_LINES = 450
LONGER: dict[str, tuple[int, str]] = {}
"""Most lines of modules that are allowed to be longer, and why."""


def lines_of(name: str) -> int:
    return len((SRC / name).read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("name", sorted(modules()))
def test_modules_stay_readable_in_one_sitting(name: str) -> None:
    assert lines_of(name) <= LONGER.get(name, (MOST_LINES, ""))[0]


def test_no_allowance_for_length_outlives_its_reason() -> None:
    assert [name for name in LONGER if name not in modules() or lines_of(name) <= MOST_LINES] == []


@pytest.mark.parametrize("name", sorted(modules()))
def test_modules_say_what_they_promise(name: str) -> None:
    if (SRC / name).read_text(encoding="utf-8").strip():
        assert ast.get_docstring(modules()[name])


def test_every_catalogue_entry_has_a_source() -> None:
    without = [
        f"{name}: [[{kind}]] {table.get('id', table)}"
        for name, kind, table in entries()
        if not str(table.get("source", "")).strip()
    ]
    assert without == []


@pytest.mark.parametrize("path", sorted(RULES.rglob("*.tsv")), ids=lambda path: path.name)
def test_tables_of_ids_carry_version_and_source(path: Path) -> None:
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    assert re.match(r"# (driftlint models 1|version 1;) \S+", first)


@pytest.mark.parametrize("name", sorted(catalogue_files()))
def test_pack_files_carry_the_version_of_their_format(name: str) -> None:
    assert catalogue_files()[name]["version"] == 1


def test_the_json_report_carries_its_version() -> None:
    session, run = check_fixture("notebook-only")
    report = json.loads(render(run.report, "json", lookup=session.get_document))
    assert report["version"] == 1
    schema = json.loads((SRC / "report" / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["version"] == {"const": 1}
    assert "version" in schema["required"]


def test_the_pack_schema_asks_for_the_version() -> None:
    schema = json.loads((SRC / "packs" / "schemas" / "catalogue.schema.json").read_text(encoding="utf-8"))
    assert "version" in schema["required"]
    assert schema["properties"]["version"]["const"] == 1


def test_the_cache_is_marked_with_the_version_of_its_format(tmp_path: Path) -> None:
    FactsCache(tmp_path, "key").put_many({"digest": b"blob"})
    (segment,) = tmp_path.glob("*.bin")
    assert segment.read_bytes()[:8] == b"drftlnt\x01"
    segment.write_bytes(b"drftlnt\x02" + segment.read_bytes()[8:])
    assert FactsCache(tmp_path, "key").get_many(["digest"]) == {}


@pytest.mark.parametrize("name", sorted(rule_names()))
def test_the_examples_of_the_built_in_rules_hold(name: str) -> None:
    """The examples are the tests of a rule: each marked line is found, and no other."""
    catalogue, rules = load_packs([])
    rule = complete_rule(rules[name])

    def check(files: dict[str, str], /, *, today: str = "") -> list[Seen]:
        return check_example(files, catalogue, rules, today or TODAY.isoformat())

    def mend(wanted: str, files: dict[str, str], today: str) -> dict[str, str]:
        return mend_example(wanted, files, catalogue, rules, today or TODAY.isoformat())

    assert rule.examples
    assert any(example.expect for example in rule.examples)
    assert [str(failure) for failure in run_examples([rule], check, mend)] == []
