"""Loading: the built-in pack, merging, the compiled form."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from driftlint.cache_place import find_cache_folder
from driftlint.packs import Catalogue, InvalidPack, builtin_pack, complete_rule, load_packs
from driftlint.packs import files as pack_files
from driftlint.packs.read import read_packs
from driftlint.packs.tables import TABLES
from tests.packs.pack_texts import CATALOGUE, RULE, write_pack

FILES = {"catalogue/a.toml": CATALOGUE, "data/thing-unpinned.md": RULE}


def as_data(catalogue: Catalogue) -> dict[str, object]:
    sections: dict[str, object] = {t.section: getattr(catalogue, t.section) for t in TABLES.values()}
    return {**sections, "extra": catalogue.extra, "digest": catalogue.digest, "words": catalogue.trigger_words}


def compiled(folder: Path) -> list[Path]:
    return sorted((folder / "packs").glob("*"))


def test_warm_is_cold(tmp_path: Path, cache_in_tmp: Path) -> None:
    pack = write_pack(tmp_path, FILES)
    cold, cold_rules = load_packs([pack], builtin=False)
    assert len(compiled(cache_in_tmp)) == 1
    warm, warm_rules = load_packs([pack], builtin=False)
    assert as_data(warm) == as_data(cold)
    assert warm_rules == cold_rules
    read, rules, _ = read_packs([pack])
    assert as_data(warm) == as_data(read)
    assert warm_rules == {name: replace(rule, sections=(), examples=()) for name, rule in rules.items()}


def test_warm_is_what_the_compiled_form_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = write_pack(tmp_path, FILES)
    load_packs([pack], builtin=False)
    monkeypatch.setattr("driftlint.packs.read.read_packs", lambda packs: pytest.fail("was read again"))
    catalogue, _ = load_packs([pack], builtin=False)
    assert catalogue.references[0].pins[1].env == "LIB_REVISION"


def test_a_change_is_seen(tmp_path: Path) -> None:
    pack = write_pack(tmp_path, FILES)
    load_packs([pack], builtin=False)
    write_pack(tmp_path, {"catalogue/a.toml": CATALOGUE.replace('host = "lib"', 'host = "bil"')})
    os.utime(tmp_path / "catalogue" / "a.toml", ns=(1, 1))
    assert load_packs([pack], builtin=False)[0].references[0].host == "bil"


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "other"])
def test_a_damaged_compiled_form_is_passed_over(tmp_path: Path, cache_in_tmp: Path, damage: str) -> None:
    pack = write_pack(tmp_path, FILES)
    load_packs([pack], builtin=False)
    (path,) = compiled(cache_in_tmp)
    raw = path.read_bytes()
    flipped = raw[:-5] + bytes([raw[-5] ^ 1]) + raw[-4:]
    path.write_bytes({"cut": raw[:-7], "flip": flipped, "empty": b"", "other": b"x" * 100}[damage])
    assert load_packs([pack], builtin=False)[0].references[0].host == "lib"
    assert path.read_bytes() == raw


def test_a_cache_folder_that_cannot_be_made_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DRIFTLINT_CACHE_DIR", str(tmp_path / "file" / "below"))
    pack = write_pack(tmp_path / "pack", FILES)
    assert load_packs([pack], builtin=False)[0].references[0].host == "lib"


def test_faults_are_raised_together_and_not_kept(tmp_path: Path, cache_in_tmp: Path) -> None:
    bad = {**FILES, "catalogue/b.toml": "x = 1\n", "data/other.md": "no metadata\n"}
    with pytest.raises(InvalidPack) as caught:
        load_packs([write_pack(tmp_path, bad)], builtin=False)
    assert [(Path(e.path).name, e.line) for e in caught.value.errors] == [("b.toml", 1), ("b.toml", 1), ("other.md", 1)]
    assert compiled(cache_in_tmp) == []


def test_a_team_pack_stands_over_the_builtin_one(tmp_path: Path) -> None:
    pack = write_pack(tmp_path, FILES)
    catalogue, rules = load_packs([pack], cache=False)
    assert rules["thing-unpinned"].path == str(pack / "data" / "thing-unpinned.md")
    assert "thing" in catalogue.kinds
    assert catalogue.references[-1].id == "lib.load"
    assert len(catalogue.references) > 1


def test_a_rule_twice_needs_replaces(tmp_path: Path) -> None:
    first = write_pack(tmp_path / "1", FILES)
    second = write_pack(tmp_path / "2", {"data/thing-unpinned.md": RULE})
    with pytest.raises(InvalidPack, match="the rule `thing-unpinned` is already defined"):
        load_packs([first, second], builtin=False, cache=False)
    write_pack(
        second, {"data/thing-unpinned.md": RULE.replace("since", "replaces = true\nsince").replace("error", "info")}
    )
    assert load_packs([first, second], builtin=False, cache=False)[1]["thing-unpinned"].severity == "info"


def test_a_rule_gets_its_prose_and_examples_on_demand(tmp_path: Path) -> None:
    _, rules = load_packs([write_pack(tmp_path, FILES)], builtin=False)
    assert rules["thing-unpinned"].examples == ()
    rule = complete_rule(rules["thing-unpinned"])
    assert dict(rule.sections)["Why it drifts"] == "It moves."
    assert rule.examples[0].expect == (("example.py", 3, "thing-unpinned", "`a`"),)


def test_the_builtin_pack_of_a_wheel_and_of_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = tmp_path / "src" / "driftlint" / "packs" / "files.py"
    monkeypatch.setattr(pack_files, "__file__", str(code))
    with pytest.raises(FileNotFoundError):
        builtin_pack()
    (tmp_path / "rules" / "catalogue").mkdir(parents=True)
    assert builtin_pack() == (tmp_path / "rules").resolve()
    (tmp_path / "src" / "driftlint" / "_rules" / "catalogue").mkdir(parents=True)
    assert builtin_pack() == (tmp_path / "src" / "driftlint" / "_rules").resolve()


def test_cache_folder_rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DRIFTLINT_CACHE_DIR", str(tmp_path / "own"))
    assert Path(find_cache_folder()) == tmp_path / "own"
    monkeypatch.delenv("DRIFTLINT_CACHE_DIR")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert Path(find_cache_folder()) == tmp_path / "xdg" / "driftlint"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert Path(find_cache_folder()) == tmp_path / ".cache" / "driftlint"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert Path(find_cache_folder()) == tmp_path / "Library" / "Caches" / "driftlint"


def test_a_warm_load_imports_no_parser(tmp_path: Path, cache_in_tmp: Path) -> None:
    pack = write_pack(tmp_path, FILES)
    load_packs([pack], builtin=False)
    code = (
        "import sys\nfrom pathlib import Path\nfrom driftlint.packs import load_packs\n"
        "c, _ = load_packs([Path(sys.argv[1])], builtin=False)\n"
        "parsers = {'tomli', 'driftlint.packs.read', 'driftlint.packs.tables'}\n"
        "print(c.references[0].id, *sorted(parsers & set(sys.modules)))"
    )
    source = Path(pack_files.__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, str(pack)],
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["lib.load"]
