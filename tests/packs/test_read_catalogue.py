"""Catalogue files: what is read, and where every fault is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftlint.packs.catalogue import ArgSpec, Condition
from driftlint.packs.read import read_packs
from tests.packs.pack_texts import CATALOGUE, line_of, write_pack


def faults_of(tmp_path: Path, text: str, name: str = "catalogue/a.toml") -> list[tuple[int, str]]:
    _, _, errors = read_packs([write_pack(tmp_path, {name: text})])
    assert {Path(e.path).name for e in errors} <= {Path(name).name}
    return [(e.line, e.message) for e in errors]


def test_entries_are_built_with_their_defaults(tmp_path: Path) -> None:
    catalogue, _, errors = read_packs([write_pack(tmp_path, {"catalogue/deep/a.toml": CATALOGUE})])
    assert errors == ()
    (entry,) = catalogue.references
    assert entry.names == (ArgSpec(arg="name", pos=0),)
    assert entry.pins == (
        ArgSpec(arg="revision", grammar="revision"),
        ArgSpec(env="LIB_REVISION", grammar="revision"),
    )
    assert entry.unless == (
        Condition(arg="offline", values=(True,), default=False, has_default=True),
        Condition(arg="folder"),
    )
    assert (entry.absent, entry.requires_name, entry.default_name, entry.note) == ("absent", True, None, "a trap")
    assert catalogue.kinds["thing"].demand == "SEALED"
    assert catalogue.grammars["revision"].judge("a" * 40) == "sealed"
    assert catalogue.grammars["revision"].judge("main") == "moving"
    assert catalogue.trigger_words == {"load", "load_all"}


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ('host = "lib"', 'hots = "lib"', "hots", "reference has no key `hots`: did you mean `host`?"),
        ('host = "lib"', "host = 3", "host = 3", "`host` must be a text in quotes, not a number"),
        ('host = "lib"\n', "", "[[reference]]", "reference needs `host`"),
        ('kind = "thing"', 'kind = "thnig"', 'kind = "thnig"', "no kind has the id `thnig`: did you mean `thing`?"),
        ('demand = "SEALED"', 'demand = "SEALD"', "SEALD", "`demand` cannot be `SEALD`: did you mean `SEALED`?"),
        ("[0-9a-f]{40}", "[0-9a-f{40}", "[0-9a-f{40}", "is no regular expression"),
        ('state = "moving"', 'state = "movin"', "{ match = '.*'", "`state` cannot be `movin`: did you mean `moving`?"),
        ('"lib.Client().load_all"', '"lib.Client(x)"', "lib.Client(x)", "is no qualified name"),
        ('"lib.Client().load_all"', '"*.*"', "*.*", "it would match everything"),
        ("pos = 0", "pos = -1", "pos = -1", "must be a whole number from 0 on"),
        ("pos = 0", 'pso = "x"', 'pso = "x"', "argument has no key `pso`: did you mean `pos`?"),
        (
            'name = { arg = "name", pos = 0 }',
            "name = { grammar = 'revision' }",
            "name = {",
            "needs one of `arg`, `pos`",
        ),
        (', grammar = "revision" }]', ', grammar = "revison" }]', "revison", "no grammar has the id `revison`"),
        ("value = true", "value = { a = 1 }", "unless = [", "`value` must be a text, a number, true or false"),
        ('"lib.load", ', '"lib.load", "lib.load", ', "calls =", "lists `lib.load` twice"),
        ("[[reference]]", "[[refrence]]", "[[refrence]]", "a pack has no table `refrence`: did you mean `reference`?"),
        ("[[kind]]", "[kind]", "[kind]", "`kind` must be a list of tables: write [[kind]]"),
        ("version = 1\n", "", "", "the file must start with `version = 1`"),
        ("version = 1", "version = 2", "version", "version 2 is unknown"),
        ('note = "a trap"', "note = [", "note = [", "is no TOML"),
    ],
)
def test_a_fault_is_reported_at_its_line(tmp_path: Path, old: str, new: str, at: str, message: str) -> None:
    assert old in CATALOGUE
    text = CATALOGUE.replace(old, new, 1)
    faults = faults_of(tmp_path, text)
    lines = [line for line, said in faults if message in said]
    assert lines[:1] == [line_of(text, at)], faults


def test_a_missing_source_is_a_fault_of_every_table(tmp_path: Path) -> None:
    text = CATALOGUE.replace('source = "made up"\n', "")
    assert [line for line, said in faults_of(tmp_path, text) if "needs `source`" in said] == [
        line_of(text, "[[kind]]"),
        line_of(text, "[[grammar]]"),
        line_of(text, "[[reference]]"),
    ]


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    files = {
        "catalogue/a.toml": CATALOGUE.replace('host = "lib"', 'hots = "lib"'),
        "catalogue/b.toml": "version = 1\n\n[[module]]\nimport = 'a'\n",
        "catalogue/c.toml": "x = [\n",
    }
    _, _, errors = read_packs([write_pack(tmp_path, files)])
    assert sorted({Path(e.path).name for e in errors}) == ["a.toml", "b.toml", "c.toml"]
    assert str(errors[0]).startswith(f"{tmp_path / 'catalogue' / 'a.toml'}:")


def test_a_case_in_a_table_of_its_own_is_found(tmp_path: Path) -> None:
    text = """version = 1
[[provider]]
id = "one"
label = "One"
source = "made up"
[[provider.case]]
match = 'a'
state = "sealed"

[[provider]]
id = "two"
label = "Two"
source = "made up"
[[provider.case]]
match = 'b'
state = "sealed"
[[provider.case]]
match = '(c'
state = "sealed"
"""
    assert [line for line, said in faults_of(tmp_path, text) if "no regular expression" in said] == [
        line_of(text, "'(c'")
    ]


def test_an_id_twice_names_the_first_place(tmp_path: Path) -> None:
    text = CATALOGUE + CATALOGUE[CATALOGUE.index("[[reference]]") :]
    second = text.rindex("[[reference]]")
    first = line_of(text, "[[reference]]")
    faults = faults_of(tmp_path, text)
    assert faults == [
        (
            text[:second].count("\n") + 1,
            f"the reference `lib.load` is already defined at {tmp_path / 'catalogue' / 'a.toml'}:{first}: "
            "give one of them another id",
        )
    ]


def test_entries_without_id_may_share_a_call_but_not_everything(tmp_path: Path) -> None:
    carrier = "[[carrier]]\ncalls = ['lib.split']\narg = { arg = 'seed' }\nsource = 'made up'\n"
    other = carrier.replace("'seed'", "'rng'")
    catalogue, _, errors = read_packs(
        [write_pack(tmp_path / "a", {"catalogue/a.toml": f"version = 1\n{carrier}{other}"})]
    )
    assert errors == ()
    assert [c.args[0].arg for c in catalogue.carriers] == ["seed", "rng"]
    _, _, errors = read_packs([write_pack(tmp_path / "b", {"catalogue/a.toml": f"version = 1\n{carrier}{carrier}"})])
    assert [e.line for e in errors] == [6]


def test_a_later_pack_needs_replaces(tmp_path: Path) -> None:
    own = CATALOGUE[CATALOGUE.index("[[reference]]") :].replace('host = "lib"', 'host = "ours"')
    builtin = write_pack(tmp_path / "builtin", {"catalogue/a.toml": CATALOGUE})
    silent = write_pack(tmp_path / "silent", {"catalogue/a.toml": f"version = 1\n{own}"})
    _, _, errors = read_packs([builtin, silent])
    assert [(e.path, e.line) for e in errors] == [(str(silent / "catalogue" / "a.toml"), 2)]
    assert "write `replaces = true`" in errors[0].message
    open_ = write_pack(tmp_path / "open", {"catalogue/a.toml": f"version = 1\n{own}replaces = true\n"})
    catalogue, _, errors = read_packs([builtin, open_])
    assert errors == ()
    assert [r.host for r in catalogue.references] == ["ours"]


def test_replacing_nothing_is_a_fault(tmp_path: Path) -> None:
    text = CATALOGUE.replace('note = "a trap"', "replaces = true")
    assert faults_of(tmp_path, text) == [
        (line_of(text, "[[reference]]"), "no pack before has a reference `lib.load` to replace: take `replaces` out")
    ]


def test_extra_tables_of_later_packs_add_to_lists(tmp_path: Path) -> None:
    first = "version = 1\n[model_keywords]\nnames = ['a']\n[model_keywords.never]\npaths = ['x']\n"
    second = "version = 1\n[model_keywords]\nnames = ['b', 'a']\n[model_keywords.never]\npaths = ['y']\n"
    packs = [
        write_pack(tmp_path / "1", {"catalogue/k.toml": first}),
        write_pack(tmp_path / "2", {"catalogue/k.toml": second}),
    ]
    catalogue, _, errors = read_packs(packs)
    assert errors == ()
    assert catalogue.extra == {"model_keywords": {"names": ["a", "b"], "never": {"paths": ["x", "y"]}}}


def test_models_are_found_by_provider_and_later_packs_win(tmp_path: Path) -> None:
    head = "# driftlint models 1 2026-01-01 sources: made up\n"
    rows = "big\tone\tmoving\t2027-01-31\tbig-0101\tstated\nbig\ttwo\tfamily\t\t\t\nsmall\tone\tsealed\n"
    packs = [
        write_pack(tmp_path / "1", {"catalogue/models.tsv": head + rows}),
        write_pack(tmp_path / "2", {"catalogue/models.tsv": head + "big\ttwo\tsealed\t\t\t\n"}),
    ]
    catalogue, _, errors = read_packs(packs)
    assert errors == ()
    model = catalogue.models.find("big", "one")
    assert model is not None
    assert (model.state, model.until, model.pin, model.status) == ("moving", "2027-01-31", "big-0101", "stated")
    assert catalogue.models.find("big", "two").state == "sealed"  # type: ignore[union-attr]
    assert catalogue.models.find("small").state == "sealed"  # type: ignore[union-attr]
    assert catalogue.models.find("small", "two") is None
    assert catalogue.models.names() == ["big", "small"]


def test_faults_of_the_model_table(tmp_path: Path) -> None:
    text = (
        "# driftlint models 1 2026-01-01 sources: made up\n"
        "a\tone\tsealed\n"
        "b\tone\tseeled\n"
        "c\tone\tsealed\t2027-13-01\n"
        "d\n"
        "a\tone\tfamily\n"
    )
    faults = faults_of(tmp_path, text, "catalogue/models.tsv")
    assert [(line, said.split(":")[0]) for line, said in faults] == [
        (3, "the state cannot be `seeled`"),
        (4, "`2027-13-01` is no date"),
        (5, "has 1 columns"),
        (6, "`a` of `one` already stands in line 2"),
    ]


def test_a_folder_that_is_no_pack(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    _, _, errors = read_packs([tmp_path / "missing", tmp_path / "empty"])
    assert [(e.path, e.message.split(":")[0]) for e in errors] == [
        (str(tmp_path / "empty"), "the pack is empty"),
        (str(tmp_path / "missing"), "no pack can be read here"),
    ]


def test_crlf_and_bom_are_read(tmp_path: Path) -> None:
    text = "\ufeff" + CATALOGUE.replace("\n", "\r\n")
    assert faults_of(tmp_path, text) == []


def test_bytes_that_are_no_text_are_a_fault(tmp_path: Path) -> None:
    write_pack(tmp_path, {"catalogue/a.toml": CATALOGUE})
    (tmp_path / "catalogue" / "b.toml").write_bytes(b"version = 1 # \xff\n")
    _, _, errors = read_packs([tmp_path])
    assert [(Path(e.path).name, e.line) for e in errors] == [("b.toml", 1)]


def test_the_digest_follows_the_contents(tmp_path: Path) -> None:
    def digest(text: str) -> str:
        return read_packs([write_pack(tmp_path, {"catalogue/a.toml": text})])[0].digest

    first = digest(CATALOGUE)
    assert digest(CATALOGUE + "# more\n") != first
    assert digest(CATALOGUE) == first


RELEASES = """\
version = 1
[[stream]]
id = "s"
label = "a stream"
source = "lib 1"
[[seeder]]
calls = ["lib.seed"]
streams = ["s"]
older = "lib<2"
source = "lib 1"
[[carrier]]
calls = ["lib.Loader"]
fallback = "s"
hands = ["s"]
hands_from = "lib>=1.9"
source = "lib 1"
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('older = "lib<2"', 'older = "lib"'),
        ('older = "lib<2"', 'older = "lib << 2"'),
        ('older = "lib<2"', "older = 2"),
        ('hands_from = "lib>=1.9"', 'hands_from = "1.9"'),
        ('hands_from = "lib>=1.9"', "hands_from = \"lib>=1.9; python_version > '3'\""),
    ],
)
def test_releases_are_named_as_a_requirement(tmp_path: Path, old: str, new: str) -> None:
    assert faults_of(tmp_path, RELEASES) == []
    key = new.partition(" ")[0]
    faults = faults_of(tmp_path, RELEASES.replace(old, new, 1))
    assert [line for line, _ in faults] == [line_of(RELEASES, old)]
    wanted = (
        "a text in quotes, not a number"
        if new == "older = 2"
        else "a distribution and its releases, such as `name>=1.9`"
    )
    assert f": `{key}` must" in faults[0][1]
    assert wanted in faults[0][1]


def test_patterns_name_a_module_by_what_its_other_names_stand_for(tmp_path: Path) -> None:
    text = """version = 1

[[binding]]
form = "alias"
calls = ["lib.old.v1", "lib.old.v2"]
stands_for = "lib"
source = "s"

[[signal]]
id = "s"
calls = ["lib.old.v1.fit", "lib.old.v2.Model().fit", "lib.old.v11.fit", "lib.fit"]
says = "training"
source = "s"
"""
    catalogue, _, errors = read_packs([write_pack(tmp_path, {"catalogue/a.toml": text})])
    assert errors == ()
    assert catalogue.signals[0].calls == ("lib.fit", "lib.Model().fit", "lib.old.v11.fit")
    assert catalogue.bindings[0].calls == ("lib.old.v1", "lib.old.v2")
