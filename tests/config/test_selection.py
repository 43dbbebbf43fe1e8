"""Which rules run under which selectors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from driftlint.config import Config, PerPath
from driftlint.facts import Rule
from driftlint.selection import select_rules


def rule(name: str, family: str, status: Any = "stable", since: str = "2026.11") -> Rule:
    return Rule(name, family, "pinned", "error", "high", status, since, "", "", {})


RULES = (
    rule("set-open", "data"),
    rule("set-new", "data", since="2027.2"),
    rule("seed-none", "streams"),
    rule("seed-late", "streams", "preview"),
    rule("seed-old", "streams", "deprecated"),
)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"set-open", "set-new", "seed-none"}),
        ({"select": ("data",)}, {"set-open", "set-new"}),
        ({"select": ("data",), "extend_select": ("seed-none",)}, {"set-open", "set-new", "seed-none"}),
        ({"extend_select": ("seed-late",)}, {"set-open", "set-new", "seed-none", "seed-late"}),
        ({"preview": True}, {"set-open", "set-new", "seed-none", "seed-late"}),
        ({"ignore": ("data",)}, {"seed-none"}),
        ({"select": ("set-open",), "ignore": ("data",)}, {"set-open"}),
        ({"select": ("data",), "ignore": ("set-open",)}, {"set-new"}),
        ({"select": ("data",), "ignore": ("all",)}, {"set-open", "set-new"}),
        ({"select": ("set-open",), "ignore": ("set-open",)}, set()),
        ({"select": ("seed-old",)}, {"seed-old"}),
        ({"ruleset": "2026.11"}, {"set-open", "seed-none"}),
        ({"ruleset": "2026.9"}, set()),
        ({"ruleset": "2027.10"}, {"set-open", "set-new", "seed-none"}),
        ({"ruleset": "2026.11", "extend_select": ("set-new",)}, {"set-open", "set-new", "seed-none"}),
    ],
)
def test_selection(options: dict[str, Any], expected: set[str]) -> None:
    assert set(select_rules(Config(Path(), **options), RULES).rules) == expected


def test_every_rule_that_is_off_has_its_reason() -> None:
    selection = select_rules(Config(Path(), select=("streams",), ignore=("seed-none",), ruleset="2026.11"), RULES)
    assert selection.off == {
        "set-open": "not selected",
        "set-new": "not selected",
        "seed-none": "ignored by the configuration",
        "seed-late": "preview rules are off",
        "seed-old": "deprecated",
    }
    assert select_rules(Config(Path(), ruleset="2026.11"), RULES).off["set-new"] == "newer than the ruleset 2026.11"


def test_a_rule_of_another_door_runs_there_and_when_it_is_named() -> None:
    there = replace(rule("run-recorded", "record"), door="review")
    assert select_rules(Config(Path()), (there,)).off == {"run-recorded": "runs in `driftlint review`"}
    assert list(select_rules(Config(Path()), (there,), "review").rules) == ["run-recorded"]
    assert list(select_rules(Config(Path(), select=("run-recorded",)), (there,)).rules) == ["run-recorded"]


def test_selectors_without_meaning_are_named_with_the_nearest_name() -> None:
    config = Config(
        Path(),
        select=("dta",),
        ignore=("set-opn",),
        per_path=(PerPath(("a/",), ("zzz",)),),
        origins={"select": "driftlint.toml:3", "ignore": "command line", "per-path": "driftlint.toml:9"},
    )
    assert [str(problem) for problem in select_rules(config, RULES).problems] == [
        "driftlint.toml:3: `select`: no rule or family `dta`; did you mean `data`?",
        "command line: `ignore`: no rule or family `set-opn`; did you mean `set-open`?",
        "driftlint.toml:9: `per-path` in table 1: no rule or family `zzz`",
    ]
