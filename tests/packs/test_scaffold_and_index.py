"""New rule files, and the index page."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftlint.facts import Rule
from driftlint.packs import keys
from driftlint.packs.index import main, render_index
from driftlint.packs.rulefile import parse_rule_file
from driftlint.packs.scaffold import new_rule


def test_a_new_rule_parses_without_faults(tmp_path: Path) -> None:
    path = new_rule(tmp_path, "data/table-unpinned", since="1.2")
    assert path == tmp_path / "data" / "table-unpinned.md"
    parsed = parse_rule_file(path.read_text(encoding="utf-8"), str(path), "data")
    assert parsed.errors == ()
    assert parsed.rule is not None
    assert (parsed.rule.name, parsed.rule.since, parsed.rule.status) == ("table-unpinned", "1.2", "preview")
    assert parsed.rule.message == "`{name}` is read from {host} without a pin"
    assert [e[:3] for e in parsed.rule.examples[0].expect] == [("example.py", 3, "table-unpinned")]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = new_rule(tmp_path, "data/x")
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        new_rule(tmp_path, "data/x")
    assert path.read_text() == "mine"


@pytest.mark.parametrize("name", ["x", "data/X", "data/a_b", "../x", "data/x/y", "catalogue/x", "data/", "data/x.md"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="is no rule name"):
        new_rule(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def rule(name: str, family: str, summary: str) -> Rule:
    return Rule(name, family, "pinned", "error", "high", "stable", "1", "", "", {}, summary=summary)


def test_the_index_has_a_table_for_each_family() -> None:
    text = render_index([rule("b", "two", "B."), rule("c", "one", "C | c."), rule("a", "two", "A.")])
    lines = text.splitlines()
    assert [line for line in lines if line.startswith("## ")] == ["## one", "## two"]
    assert [line for line in lines if line.startswith("| [")] == [
        "| [c](../rules/one/c.md) | error | stable | C \\| c. |",
        "| [a](../rules/two/a.md) | error | stable | A. |",
        "| [b](../rules/two/b.md) | error | stable | B. |",
    ]


def test_the_page_is_checked_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("driftlint.packs.index.load_packs", lambda paths, cache: (None, {"a": rule("a", "one", "A.")}))
    page = tmp_path / "rules.md"
    assert main(["--check"], page) == 1
    assert "is stale" in capsys.readouterr().err
    assert main(["--write"], page) == 0
    assert main(["--check"], page) == 0
    page.write_text(page.read_text() + "edited\n")
    assert main(["--check"], page) == 1


def test_the_reference_of_keys_is_checked_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = keys.render_keys()
    for line in (
        "| **`demand`** | `ABSENT` or `FLOATING`",
        "| `pin` | table or list of tables: argument |",
        "| `names` | text, the id of a `names` |",
    ):
        assert line in text
    page = tmp_path / "pack-keys.md"
    assert keys.main(["--check"], page) == 1
    assert "is stale" in capsys.readouterr().err
    assert keys.main(["--write"], page) == 0
    assert keys.main(["--check"], page) == 0
    assert keys.main(["--check"]) == 0, "the page of this repo is current"
