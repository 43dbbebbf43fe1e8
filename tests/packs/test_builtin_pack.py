"""The built-in pack: it loads without faults, fits the schemas, and its generated files are current."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import tomli

from driftlint.packs import builtin_pack
from driftlint.packs import catalogue as catalogue_classes
from driftlint.packs.check import freeze
from driftlint.packs.files import list_pack
from driftlint.packs.format import INLINE, attribute
from driftlint.packs.read import read_packs
from driftlint.packs.schema import FOLDER, main, render_schemas
from driftlint.packs.tables import TABLES
from tests.packs.pack_texts import CATALOGUE, RULE

PACK_FILES = list_pack(builtin_pack())


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def front_matter(text: str) -> dict[str, Any]:
    data: dict[str, Any] = freeze(tomli.loads(text.split("+++\n")[1]))
    return data


def test_it_has_no_faults() -> None:
    _, rules, errors = read_packs([builtin_pack()])
    assert "\n".join(map(str, errors)) == ""
    assert {rule.path for rule in rules.values()} == {f.path for f in PACK_FILES if f.name.endswith(".md")}


@pytest.mark.parametrize("file", [f for f in PACK_FILES if f.name.endswith(".toml")], ids=lambda f: f.name)
def test_catalogue_files_fit_the_schema(file: Any) -> None:
    data = freeze(tomli.loads(Path(file.path).read_text(encoding="utf-8")))
    assert [e.json_path for e in validator("catalogue.schema.json").iter_errors(data)] == []


@pytest.mark.parametrize("file", [f for f in PACK_FILES if f.name.endswith(".md")], ids=lambda f: f.name)
def test_rule_files_fit_the_schema(file: Any) -> None:
    data = front_matter(Path(file.path).read_text(encoding="utf-8"))
    assert [e.json_path for e in validator("rule.schema.json").iter_errors(data)] == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('host = "lib"', 'hots = "lib"', "$.reference[0]"),
        ('demand = "SEALED"', 'demand = "SEALD"', "$.kind[0].demand"),
        ('["lib.load"', '["lib.load!"', "$.reference[0].calls[0]"),
        ("pos = 0", "pos = -1", "$.reference[0].name"),
        ('state = "moving"', 'state = "movin"', "$.grammar[0].cases[1].state"),
    ],
)
def test_the_catalogue_schema_refuses(old: str, new: str, path: str) -> None:
    check = validator("catalogue.schema.json")
    assert list(check.iter_errors(tomli.loads(CATALOGUE))) == []
    found = {e.json_path for e in check.iter_errors(tomli.loads(CATALOGUE.replace(old, new, 1)))}
    assert path in found


def test_the_rule_schema_refuses() -> None:
    check = validator("rule.schema.json")
    assert list(check.iter_errors(front_matter(RULE))) == []
    found = {e.json_path for e in check.iter_errors(front_matter(RULE.replace('"pinned"', '"pined"')))}
    assert found == {"$.judge"}


def test_schema_files_are_current(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert {name: (FOLDER / name).read_text(encoding="utf-8") for name in render_schemas()} == render_schemas()
    assert main(["--check"]) == 0
    assert main(["--path"]) == 0
    assert capsys.readouterr().out == f"{FOLDER}\n"
    monkeypatch.setattr("driftlint.packs.schema.FOLDER", tmp_path / "schemas")
    assert main(["--check"]) == 1
    assert "stale: catalogue.schema.json, rule.schema.json" in capsys.readouterr().out
    assert main(["--write"]) == 0
    assert main(["--check"]) == 0


def test_every_key_has_a_field_and_every_field_a_key() -> None:
    silent = {"replaces"}
    added = {"id", "has_default"}
    for name, table in {**TABLES, **INLINE}.items():
        keys = {attribute(key, spec) for key, spec in table.keys.items()} - silent
        fields = set(table.cls.__struct_fields__)
        assert keys - fields == set(), name
        assert fields - keys - added == set(), name
        assert getattr(catalogue_classes, table.cls.__name__) is table.cls


def test_trigger_words_come_from_calls_draws_and_assignments() -> None:
    catalogue = read_packs([builtin_pack()])[0]
    words = catalogue.trigger_words
    for entry in catalogue.references:
        for call in entry.calls:
            last = call.rsplit(".", 1)[-1].removesuffix("()")
            assert last in words or "*" in last, call
    for switch in catalogue.switches:
        assert {name.rsplit(".", 1)[-1] for name in switch.assigns} <= words
    assert not words & {"", "*", "?"}


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("a.b", "b"),
        ("a.B().c", "c"),
        ("a.random.*", "random"),
        ("?.backward", "backward"),
        ("a.*.from_x", "from_x"),
        ("a.B()", "B"),
    ],
)
def test_last_segment(pattern: str, word: str) -> None:
    assert catalogue_classes.last_segment(pattern) == word


def test_dates_become_text() -> None:
    assert freeze({"a": [datetime.date(2026, 1, 2)]}) == {"a": ["2026-01-02"]}
