"""Finding, checking and merging the configuration."""

# ruff: noqa: E501
from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from msgspec import NODEFAULT
from msgspec.structs import fields

from driftlint.config import Accept, Config, ReviewOptions, load_config, main
from driftlint.config_options import OPTIONS, render_configuration_docs
from driftlint.config_source import ConfigError, find_config
from driftlint.facts import Place
from driftlint.text import Span


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/src/deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repo")
    return tmp_path / "repo"


def write(repo: Path, text: str, name: str = "driftlint.toml") -> Path:
    (repo / name).write_text(text, encoding="utf-8")
    return repo / name


def problems_of(repo: Path, text: str, name: str = "driftlint.toml") -> list[str]:
    write(repo, text, name)
    with pytest.raises(ConfigError) as caught:
        load_config(repo)
    return [str(problem) for problem in caught.value.problems]


def test_the_nearest_file_decides_and_nothing_is_merged(repo: Path) -> None:
    write(repo, 'ignore = ["a"]\npreview = true\n')
    (repo / "src/pyproject.toml").write_text("[tool.other]\n")
    assert load_config(repo / "src/deep").ignore == ("a",)
    (repo / "src/pyproject.toml").write_text('[tool.driftlint]\nselect = ["b"]\n')
    config = load_config(repo / "src/deep")
    assert (config.select, config.ignore, config.preview) == (("b",), (), False)
    assert (config.root, config.source) == (repo / "src", repo / "src/pyproject.toml")


def test_the_order_of_names(repo: Path) -> None:
    write(repo, "[tool.driftlint]\n", "pyproject.toml")
    assert find_config(repo) == repo / "pyproject.toml"
    write(repo, "", ".driftlint.toml")
    assert find_config(repo) == repo / ".driftlint.toml"
    write(repo, "")
    assert find_config(repo) == repo / "driftlint.toml"


def test_the_search_starts_at_a_file_and_ends_at_the_work_tree(repo: Path) -> None:
    write(repo.parent, "preview = true\n")
    (repo / "src/a.py").write_text("")
    config = load_config(repo / "src/a.py")
    assert (config.preview, config.source, config.root) == (False, None, repo)
    write(repo, "preview = true\n")
    assert load_config(repo / "src/a.py").preview is True


def test_isolated_and_named_files(repo: Path) -> None:
    write(repo, "preview = true\n")
    (repo / "src/other.toml").write_text('packs = ["rules"]\nexclude = ["x/"]\n')
    assert load_config(repo, isolated=True).preview is False
    config = load_config(repo, override=repo / "src/other.toml")
    assert (config.preview, config.exclude, config.root) == (False, ("x/",), repo)
    assert config.packs == (repo / "src/rules",)
    with pytest.raises(ConfigError, match="isolated run"):
        load_config(repo, isolated=True, override=repo / "src/other.toml")
    with pytest.raises(ConfigError, match=r"gone\.toml: there is no such configuration file"):
        load_config(repo, override=repo / "gone.toml")


def test_every_value_arrives_with_its_origin(repo: Path) -> None:
    write(
        repo,
        """\
select = ["data"]
ruleset = "2026.11"

preset = "strict"
respect-gitignore = false
today = 2026-11-25
cache-dir = ".cache/driftlint"
demand.dataset = "VERSION"
demand.image = "SEALED"
[limits]
file-size = "1 MiB"
cache-size = 1000
""",
    )
    config = load_config(repo, cli={"severity": "info", "preview": None, "demand": {"image": "RANGE"}})
    assert (config.select, config.ruleset, config.preset, config.respect_gitignore) == (
        ("data",),
        "2026.11",
        "strict",
        False,
    )
    assert config.today == datetime.date(2026, 11, 25)
    assert config.cache_dir == repo / ".cache/driftlint"
    assert (config.file_size, config.cache_size) == (1048576, 1000)
    assert config.severity == "info"
    assert config.demand == {"dataset": "VERSION", "image": "RANGE"}
    shown = {
        key: config.origins[key]
        for key in ("select", "preset", "demand.dataset", "demand.image", "limits.file-size", "severity", "preview")
    }
    assert shown == {
        "select": "driftlint.toml:1",
        "preset": "driftlint.toml:4",
        "demand.dataset": "driftlint.toml:8",
        "demand.image": "command line",
        "limits.file-size": "driftlint.toml:11",
        "severity": "command line",
        "preview": "default",
    }


def test_all_problems_are_reported_at_once_with_their_lines(repo: Path) -> None:
    text = """\
selct = ["a"]
ignore = "data"
preview = "yes"
preset = "strikt"
exclude = [
  "ok/",
  3,
]
ruleset = "new"
today = "2026-13-01"
demand = { dataset = "sealed", image = 4 }
severity = "warnings"
include_tests = true
include = ["[a"]
[limits]
file-sise = 3
cache-size = 0
[[per-path]]
ignore = ["a"]
[[accept]]
rule = "r"
path = "a.json"
reason = " "
untill = 2026-01-01
"""
    assert problems_of(repo, text) == [
        "driftlint.toml:1: unknown key `selct`; did you mean `select`?",
        'driftlint.toml:2: `ignore`: must be a list of texts, not "data"; write ["data"]',
        'driftlint.toml:3: `preview`: must be true or false, not "yes"',
        'driftlint.toml:4: `preset`: must be "default" or "strict", not "strikt"; did you mean `strict`?',
        "driftlint.toml:7: `exclude`: item 2 must be text, not 3",
        'driftlint.toml:9: `ruleset`: must be a release such as "0.1.0", not "new"',
        'driftlint.toml:10: `today`: must be a date such as 2026-12-31, not "2026-13-01"',
        'driftlint.toml:11: `demand`: `dataset` must be one of ABSENT, FLOATING, RANGE, VERSION, SEALED, not "sealed"; did you mean `SEALED`?',
        'driftlint.toml:12: `severity`: must be "error" or "warning" or "info", not "warnings"; did you mean `warning`?',
        "driftlint.toml:13: unknown key `include_tests`; did you mean `include-tests`?",
        "driftlint.toml:14: `include`: the pattern '[a' matches nothing: a bracket is not closed",
        "driftlint.toml:16: unknown key `limits.file-sise`; did you mean `file-size`?",
        'driftlint.toml:17: `limits.cache-size`: must be a number of bytes or a text such as "16 MiB", not 0',
        "driftlint.toml:18: `per-path`: `paths` is missing",
        "driftlint.toml:23: `accept`: `reason` must not be empty",
        "driftlint.toml:24: unknown key `untill` in `accept`; did you mean `until`?",
    ]


def test_lines_are_right_in_pyproject(repo: Path) -> None:
    text = '[project]\nname = "x"\n\n[tool.driftlint]\n# why\npreview = 1\n\n[tool."driftlint".limits]\nx = 1\n'
    assert problems_of(repo, text, "pyproject.toml") == [
        "pyproject.toml:6: `preview`: must be true or false, not 1",
        "pyproject.toml:9: unknown key `limits.x`",
    ]


def test_the_table_of_pyproject_in_an_own_file_is_explained(repo: Path) -> None:
    assert problems_of(repo, "\n[tool.driftlint]\npreview = true\n") == [
        "driftlint.toml:2: in driftlint.toml the keys stand at the top level, without `tool.driftlint`"
    ]


def test_broken_files(repo: Path) -> None:
    assert problems_of(repo, "preview = true\nselect = [\n")[0].startswith("driftlint.toml:")
    assert "is not TOML" in problems_of(repo, "preview = true\nselect == 3\n")[0]
    (repo / "driftlint.toml").write_bytes(b"# \xff\n")
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load_config(repo)


def test_a_broken_pyproject_of_somebody_else_is_no_matter_of_ours(repo: Path) -> None:
    write(repo, "[project\n", "pyproject.toml")
    assert load_config(repo).source is None
    assert problems_of(repo, "[tool.driftlint]\nselect = [\n", "pyproject.toml")[0].startswith("pyproject.toml:")


def test_command_line_values_are_checked_alike(repo: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(repo, cli={"severity": "loud", "zzz": 1})
    assert [str(problem) for problem in caught.value.problems] == [
        'command line: `severity`: must be "error" or "warning" or "info", not "loud"',
        "command line: unknown key `zzz`",
    ]


def test_per_path_tables(repo: Path) -> None:
    write(
        repo,
        """\
demand = { dataset = "SEALED" }
[[per-path]]
paths = ["notebooks/", "/demo.py"]
ignore = ["seed-missing"]
demand = { dataset = "VERSION", image = "RANGE" }
[[per-path]]
paths = ["notebooks/final/*.ipynb"]
ignore = ["data"]
demand = { dataset = "SEALED" }
""",
    )
    config = load_config(repo)
    assert config.demand_at("train.py") == {"dataset": "SEALED"}
    assert config.demand_at("lab/notebooks/a.ipynb") == {"dataset": "VERSION", "image": "RANGE"}
    assert config.demand_at("notebooks/final/a.ipynb") == {"dataset": "SEALED", "image": "RANGE"}
    assert config.ignored_at("src/demo.py") == frozenset()
    assert config.ignored_at("demo.py") == {"seed-missing"}
    assert config.ignored_at("notebooks/final/a.ipynb") == {"seed-missing", "data"}


def test_accept_entries_carry_their_place(repo: Path) -> None:
    text = '[[accept]]\npath = "a.json"\nreason = "r"\n\n[[accept]]\nrule = "x"\npath = "conf/*.json"\nreason = "why"\nuntil = "2027-01-31"\n'
    assert problems_of(repo, text) == ["driftlint.toml:1: `accept`: `rule` is missing"]
    text = text.replace('[[accept]]\npath = "a.json"\nreason = "r"\n\n', "# note\n")
    write(repo, text)
    (entry,) = load_config(repo).accept
    start = text.index("rule")
    assert entry == Accept(
        "x",
        ("conf/*.json",),
        "why",
        "",
        datetime.date(2027, 1, 31),
        "",
        Place("driftlint.toml", Span(start, start + 4)),
        3,
    )


def test_scope_of_a_configuration(repo: Path) -> None:
    write(repo, 'exclude = ["a/"]\ninclude-tests = true\n')
    scope = load_config(repo, cli={"extend-exclude": ("b/",)}).scope(("c.py",))
    assert (scope.exclude, scope.extra_exclude, scope.include_tests, scope.named) == (("a/",), ("b/",), True, ("c.py",))


def test_the_defaults_of_config_are_those_of_the_table() -> None:
    flat = [option for option in OPTIONS if option.key != "review"]
    leaves = [leaf for option in flat for leaf in (option.children if option.kind == "table" else (option,))]
    table = {leaf.key.replace("-", "_"): leaf.default for leaf in leaves}
    held = {f.name: f.default_factory() if f.default_factory is not NODEFAULT else f.default for f in fields(Config)}
    assert {name: held[name] for name in table} == table
    assert set(held) - set(table) == {"root", "source", "origins", "review"}
    (review,) = (option for option in OPTIONS if option.key == "review")
    assert {leaf.key.replace("-", "_"): leaf.default for leaf in review.children} == {
        f.name: f.default_factory() if f.default_factory is not NODEFAULT else f.default for f in fields(ReviewOptions)
    }


def test_the_documentation_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err
    assert '| `preset` | `"default"` \\| `"strict"` | `"default"` |' in render_configuration_docs()
    assert main([]) == 2
