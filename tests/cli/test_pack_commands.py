from __future__ import annotations

from pathlib import Path

from tests.cli.program_run import Run

CATALOGUE = """\
version = 1

[[reference]]
id = "acme.load"
kind = "dataset"
host = "acme"
calls = ["acme.load"]
name = { arg = "name", pos = 0 }
pin = { arg = "revision", grammar = "git-revision" }
source = "the docs of acme"
"""


def make_pack(folder: Path, driftlint: Run) -> Path:
    """A pack with one rule, whose only example stands at lines 49 and 50 of the file."""
    assert driftlint("new", "data/acme-unpinned", "--pack", str(folder)).returncode == 0
    rule = folder / "data" / "acme-unpinned.md"
    text = rule.read_text().replace("from your_library import load", "from acme import load")
    rule.write_text(text)
    return rule


def line_of(rule: Path, text: str) -> int:
    return next(n for n, line in enumerate(rule.read_text().splitlines(), 1) if text in line)


def test_new_writes_a_rule_once_and_says_what_comes_next(driftlint: Run, tmp_path: Path) -> None:
    done = driftlint("new", "data/acme-unpinned", "--pack", "pack")
    assert done.stdout == "pack/data/acme-unpinned.md\n"
    assert "driftlint test pack\n" in done.stderr
    assert 'packs = ["pack"]' in done.stderr
    assert (tmp_path / "pack/data/acme-unpinned.md").read_text().startswith('+++\nname = "acme-unpinned"\n')
    again = driftlint("new", "data/acme-unpinned", "--pack", "pack")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == "error: pack/data/acme-unpinned.md: is there already\n"


def test_new_goes_to_the_pack_of_the_configuration(driftlint: Run, tmp_path: Path) -> None:
    (tmp_path / "driftlint.toml").write_text('packs = ["ours"]\n')
    done = driftlint("new", "data/acme-unpinned")
    assert done.stdout == "ours/data/acme-unpinned.md\n"
    assert "packs =" not in done.stderr


def test_new_refuses_what_is_no_rule_name(driftlint: Run) -> None:
    done = driftlint("new", "Acme")
    assert (done.returncode, done.stderr) == (
        2,
        "error: `Acme` is no rule name: write family/rule, as in data/table-unpinned\n",
    )


def test_a_failing_example_is_named_by_its_line(driftlint: Run, tmp_path: Path) -> None:
    rule = make_pack(tmp_path / "pack", driftlint)
    done = driftlint("test", "pack")
    line = line_of(rule, 'load("name")')
    assert done.returncode == 1
    assert done.stdout.startswith(f"pack/data/acme-unpinned.md:{line}: [acme-unpinned]\n  expected: ")
    assert done.stdout.endswith("  got:      no such finding\n")
    assert done.stderr == "1 of 1 examples does not hold\n"


def test_a_pack_whose_examples_hold(driftlint: Run, tmp_path: Path) -> None:
    make_pack(tmp_path / "pack", driftlint)
    (tmp_path / "pack/catalogue").mkdir()
    (tmp_path / "pack/catalogue/acme.toml").write_text(CATALOGUE)
    done = driftlint("test", "pack")
    assert (done.stdout, done.stderr, done.returncode) == ("", "1 examples hold\n", 0)


def test_a_pack_with_faults(driftlint: Run, tmp_path: Path) -> None:
    rule = make_pack(tmp_path / "pack", driftlint)
    rule.write_text(rule.read_text().replace('judge = "pinned"', 'judge = "pined"'))
    done = driftlint("test", "pack")
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: pack/data/acme-unpinned.md:{line_of(rule, 'judge =')}: ")
    assert driftlint("test", "nowhere").stderr == "error: nowhere: is no folder\n"
    assert driftlint("test", "nowhere").returncode == 2


def test_one_rule_of_a_pack(driftlint: Run, tmp_path: Path) -> None:
    make_pack(tmp_path / "pack", driftlint)
    assert driftlint("test", "pack", "--rule", "acme-unpinned").returncode == 1
    missing = driftlint("test", "pack", "--rule", "dataset-unpinned")
    assert (missing.returncode, missing.stderr) == (2, "error: no rule `dataset-unpinned` in pack\n")
