"""YAML, TOML, JSON, INI and gin: values, their places, and what survives a broken text."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import tomli
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from driftlint.documents import DEFAULT, Limits, read_document
from driftlint.documents.gin_reader import read_gin
from driftlint.documents.json_reader import read_json
from driftlint.documents.model import Document, Node
from driftlint.documents.toml_reader import read_toml
from driftlint.documents.yaml_reader import read_yaml
from tests.documents.document_samples import INI, TOML, YAML


def read(path: str, text: str) -> tuple[Document, Node]:
    document = read_document(path, text.encode())
    assert isinstance(document.body, Node), document.problems
    return document, document.body


def at(document: Document, node: Node | None) -> str:
    assert node is not None
    return document.text[node.span.start : node.span.end]


def plain(node: Node) -> Any:
    if node.kind == "map":
        return {entry.key: plain(entry.value) for entry in node.entries}
    if node.kind == "list":
        return [plain(item) for item in node.items]
    return node.value


def walk(node: Node) -> list[Node]:
    found, stack = [], [node]
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(node.items)
        stack.extend(entry.value for entry in node.entries)
    return found


def test_yaml_values_are_typed_and_keep_their_text() -> None:
    document, body = read("conf.yaml", YAML)
    assert document.problems == ()
    python = body.get("python")
    assert python is not None
    assert (python.value, python.raw) == (3.1, "3.10")
    assert [entry.key for entry in body.entries][:3] == ["name", "on", "python"]
    assert plain(body)["on"] == "yes"
    assert plain(body)["nothing"] is None
    assert plain(body)["flag"] is True
    assert plain(body)["lr"] == 1e-4
    assert plain(body)["steps"] == 1000


def test_yaml_spans_are_code_points() -> None:
    document, body = read("conf.yaml", YAML)
    assert at(document, body.get("name")) == "caf\u00e9 \U0001f600"
    assert at(document, body.walk(("defaults", "tags", "1"))) == '"b # no comment"'
    assert at(document, body.walk(("run", "after"))) == '"x"'
    assert at(document, body.walk(("run", "text"))) == "|\n    # not a comment\n    line"
    assert at(document, body.get("defaults")).endswith("'it''s']")


def test_yaml_tags_anchors_and_merges() -> None:
    document, body = read("conf.yaml", YAML)
    function = body.walk(("run", "fn"))
    assert function is not None
    assert (function.tag, function.value, at(document, function)) == ("!function", "utils.load", "utils.load")
    run = body.get("run")
    assert run is not None
    assert run.get("seed") is not None
    assert run.get("seed").value == 7  # type: ignore[union-attr]
    assert run.walk(("tags", "0")).value == "a"  # type: ignore[union-attr]


def test_yaml_comments_respect_scalars() -> None:
    document, _ = read("conf.yaml", YAML)
    assert [comment.text for comment in document.comments] == ["env for training", "wide", "tagged"]
    assert document.position(document.comments[2].span.start).line == 15


def test_yaml_merge_takes_the_first_of_several_maps() -> None:
    _, body = read("a.yaml", "a: &a {x: 1}\nb: &b {x: 2, y: 3}\nc:\n  <<: [*a, *b]\n")
    assert plain(body)["c"] == {"x": 1, "y": 3}


def test_yaml_several_documents_become_a_list() -> None:
    _, body = read("k8s.yaml", "kind: Job\n---\nkind: Pod\n")
    assert body.tag == "!documents"
    assert plain(body) == [{"kind": "Job"}, {"kind": "Pod"}]


def test_yaml_tab_loses_its_line_only() -> None:
    document, body = read("a.yaml", "a: 1\nb:\n\tc: 2\nd: 3\n")
    assert plain(body)["a"] == 1
    assert plain(body)["d"] == 3
    assert document.position(document.problems[0].span.start).line == 3
    assert "tab" in document.problems[0].message


def test_yaml_template_is_read_around_its_marks() -> None:
    text = "{% set v = '1' %}\npackage:\n  name: x\n  version: {{ v }}\n{% if gpu %}\ncuda: 12\n{% endif %}\n"
    document, body = read("meta.yaml", text)
    assert plain(body) == {"package": {"name": "x", "version": "{{ v }}"}, "cuda": 12}
    assert "template" in document.problems[0].message
    assert document.position(document.problems[0].span.start).line == 1


def test_yaml_workflow_expressions_are_no_template() -> None:
    document, body = read("ci.yaml", "env:\n  A: ${{ matrix.python }}\n")
    assert document.problems == ()
    assert plain(body) == {"env": {"A": "${{ matrix.python }}"}}


def test_yaml_prompts_with_braces_are_no_template() -> None:
    text = "doc_to_text: '### Q:\n\n  {{question}}'\nbody: |\n  {% if a %}\n   {{ x }}\nlist: [\"{{ y }}\"]\n"
    document, body = read("task.yaml", text)
    assert document.problems == ()
    assert plain(body) == yaml.safe_load(text)


def test_yaml_template_keeps_the_text_of_its_scalars() -> None:
    document, body = read("a.yaml", 'a: {{ x }}\nb: "{{ y }}-1"\nc: |\n  {{ z }}\n')
    assert plain(body) == {"a": "{{ x }}", "b": "{{ y }}-1", "c": "  {{ z }}\n"}
    assert document.position(document.problems[0].span.start).column == 4


def test_yaml_unclosed_quote_keeps_the_rest() -> None:
    document, body = read("a.yaml", 'a: 1\nb: "oops\nc: 3\n')
    assert plain(body) == {"a": 1, "c": 3}
    assert document.position(document.problems[0].span.start).line == 2


def test_yaml_alias_bomb_is_cut_off() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    document, body = read("bomb.yaml", "\n".join(lines))
    assert len(walk(body)) < 40_000
    assert "aliases" in document.problems[0].message


def test_yaml_alias_of_itself_and_of_nothing() -> None:
    document, body = read("a.yaml", "a: &a [1, *a]\nb: *none\n")
    assert plain(body) == {"a": [1, "*a"], "b": "*none"}
    assert "*none" in document.problems[1].message


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 50_000, "- " * 20_000, "a:\n" + " " * 3 + "? " * 9000])
def test_yaml_deep_nesting_is_a_problem(text: str) -> None:
    document = read_document("a.yaml", text.encode())
    assert document.problems


def test_yaml_values_agree_with_the_loader_on_a_config() -> None:
    text = "a: [1, 2.5, x]\nb: {c: 'q', d: \"\\u00e9\\n\"}\ne:\n- f: >\n    folded\n    text\n  g: |-\n    keep\n"
    assert plain(read("a.yaml", text)[1]) == yaml.safe_load(text)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON_VALUES, st.sampled_from([None, 1, 4]), st.booleans())
def test_json_reads_what_json_writes(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    reading = read_json(text, DEFAULT)
    assert reading.problems == []
    assert isinstance(reading.body, Node)
    assert plain(reading.body) == value
    for node in walk(reading.body):
        assert plain(node) == json.loads(text[node.span.start : node.span.end])


def test_json_comments_and_trailing_commas_are_read_and_reported() -> None:
    document, body = read("a.json", '{\n  // why\n  "a": [1, 2,],\n  /* b */ "b": "x//y",\n}\n')
    assert plain(body) == {"a": [1, 2], "b": "x//y"}
    assert [comment.text for comment in document.comments] == ["why", "b"]
    assert not any(problem.fatal for problem in document.problems)


def test_json_truncated_keeps_the_start() -> None:
    document, body = read("a.json", '{"model": {"name": "gpt2", "rev": "abc"}, "x": [1, ')
    assert plain(body) == {"model": {"name": "gpt2", "rev": "abc"}, "x": [1]}
    assert "never closed" in document.problems[0].message


def test_json_lone_surrogate_can_be_encoded() -> None:
    _, body = read("a.json", '{"a": "\\ud83d", "b": "\\ud83d\\ude00"}')
    assert plain(body) == {"a": "\ufffd", "b": "\U0001f600"}


def test_json_nan_and_long_integers() -> None:
    _, body = read("a.json", "[NaN, -Infinity, " + "9" * 5000 + "]")
    assert math.isnan(body.items[0].value)  # type: ignore[arg-type]
    assert body.items[1].value == -math.inf
    assert body.items[2].value == "9" * 5000


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000])
def test_json_deep_nesting_is_a_problem(text: str) -> None:
    document = read_document("a.json", text.encode())
    assert "nested deeper than 200" in document.problems[0].message


def test_toml_values_and_places() -> None:
    document, body = read("pyproject.toml", TOML)
    assert document.problems == ()
    expected = tomli.loads(TOML)
    expected["project"]["when"] = "2024-01-15T10:00:00Z"
    assert plain(body) == expected
    assert at(document, body.walk(("project", "dependencies", "1"))) == "'numpy==1.26'"
    assert at(document, body.walk(("tool", "uv", "index", "0", "url"))) == '"https://x"'
    assert at(document, body.walk(("tool", "uv", "a", "b", "c d"))) == "0x1F"
    assert at(document, body.walk(("package", "0"))) == (
        '[[package]]\nname = "a"\n[package.source]\ngit = """\nx\\\n   y"""'
    )
    assert [comment.text for comment in document.comments] == ["project", "t", "why"]


def test_toml_half_typed_line_keeps_the_other_tables() -> None:
    document, body = read("pyproject.toml", '[a]\nx = 1\ny = \n[b]\nz = "2"\n')
    assert plain(body) == {"a": {"x": 1}, "b": {"z": "2"}}
    assert document.position(document.problems[0].span.start).line == 3
    assert "TOML" in document.problems[0].message


@pytest.mark.parametrize("text", ["a=" + "[" * 50_000, "a=" + "{b=" * 50_000, "[" + "a." * 50_000 + "a]", "a." * 9999])
def test_toml_deep_nesting_is_a_problem(text: str) -> None:
    document = read_document("a.toml", text.encode())
    assert document.problems
    assert not any("reader failed" in problem.message for problem in document.problems)


TOML_TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)
TOML_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | TOML_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TOML_TEXT, inner, max_size=4),
    max_leaves=12,
)


def to_toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(to_toml, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{to_toml(k)} = {to_toml(v)}" for k, v in value.items()) + "}"
    return repr(value)


@given(st.dictionaries(TOML_TEXT, TOML_VALUES, max_size=4))
def test_toml_agrees_with_tomli(value: dict[str, Any]) -> None:
    text = "".join(f"{to_toml(key)} = {to_toml(item)}\n" for key, item in value.items())
    assert plain(read_toml(text, DEFAULT).body) == tomli.loads(text)  # type: ignore[arg-type]


ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "path", [ROOT / "pyproject.toml", *sorted((ROOT / "rules").rglob("*.toml"))], ids=lambda p: p.name
)
def test_toml_agrees_with_tomli_on_real_files(path: Path) -> None:
    text = path.read_text("utf-8")
    expected = tomli.loads(text)
    body = read_toml(text, DEFAULT).body
    assert isinstance(body, Node)
    assert json.dumps(plain(body), sort_keys=True) == json.dumps(expected, default=str, sort_keys=True)


def test_ini_lists_keep_a_span_for_each_line() -> None:
    document, body = read("setup.cfg", INI)
    requires = body.walk(("options", "install_requires"))
    assert requires is not None
    assert plain(requires) == ["torch==2.0", "numpy>=1.20", "scipy"]
    assert [document.position(item.span.start).line for item in requires.items] == [6, 8, 10]
    assert at(document, requires.items[1]) == "numpy>=1.20"
    assert plain(body)["options"]["python_requires"] == ">=3.8"
    assert plain(body)["tool:pytest"] == {"addopts": "-q"}
    assert [comment.text for comment in document.comments] == ["a remark", "held back"]


def test_ini_reads_git_style_indentation() -> None:
    _, body = read(
        ".dvc/config", "[core]\n    remote = s3\n    autostage = true\n['remote \"s3\"']\n    url = s3://b\n"
    )
    assert plain(body) == {"core": {"remote": "s3", "autostage": "true"}, "'remote \"s3\"'": {"url": "s3://b"}}


def test_gin_bindings() -> None:
    text = (
        "import a.b\n"
        "include 'base.gin'  # the rest\n"
        "SEED = 7\n"
        "train/make.lr = 1e-3 # why\n"
        "make.names = [\n  'a',  # one\n  'b',\n]\n"
        "make.one = ('a'\n  'b')\n"
        "make.pair = ('a',)\n"
        "make.table = {'k': [1, None], 'm': {}}\n"
        "make.seed = %SEED\n"
        "make.net = @scope/Net()\n"
        "make.many = [@a, @b(c)]\n"
        "make.text = \\\n  '''x\ny'''\n"
    )
    document, body = read("config.gin", text)
    assert plain(body) == {
        "SEED": 7,
        "train/make.lr": 0.001,
        "make.names": ["a", "b"],
        "make.one": "ab",
        "make.pair": ["a"],
        "make.table": {"k": [1, None], "m": {}},
        "make.seed": "%SEED",
        "make.net": "@scope/Net()",
        "make.many": ["@a", "@b(c)"],
        "make.text": "x\ny",
    }
    names = body.get("make.names")
    assert names is not None
    assert [document.position(item.span.start).line for item in names.items] == [6, 7]
    assert [(e.value.tag, at(document, e.value)) for e in body.entries if e.value.tag] == [
        ("%", "%SEED"),
        ("@", "@scope/Net()"),
    ]
    assert [comment.text for comment in document.comments] == ["the rest", "why", "one"]
    assert document.problems == ()


@pytest.mark.parametrize("line", ["make.a =", "make.a = [1", "make.a = 1, 2", "make a = 1", "= 1", "make.a = )"])
def test_a_broken_gin_binding_is_named(line: str) -> None:
    document, body = read("config.gin", f"{line}\nmake.b = 2\n")
    assert [document.position(problem.span.start).line for problem in document.problems] == [1]
    if "[" not in line:
        assert plain(body) == {"make.b": 2}, "the next binding is read"


@settings(max_examples=150)
@given(st.text(alphabet="ab:-# \n\t'\"[]{},&*!|>%<?=.$\u00e9", max_size=60))
def test_no_text_makes_a_config_reader_raise(text: str) -> None:
    for reader in (read_yaml, read_toml, read_json, read_gin):
        reading = reader(text, Limits())
        for problem in reading.problems:
            assert 0 <= problem.span.start <= problem.span.end <= len(text)
        if isinstance(reading.body, Node):
            for node in walk(reading.body):
                assert 0 <= node.span.start <= node.span.end <= len(text)


@pytest.mark.parametrize(
    ("path", "problems"),
    [
        ("config.json", ["comments are not part of JSON; tools other than the one this file is for may refuse it"]),
        (".devcontainer/devcontainer.json", []),
        ("settings.jsonc", []),
        (".vscode/settings.json", []),
    ],
)
def test_comments_are_a_problem_only_where_the_form_has_none(path: str, problems: list[str]) -> None:
    document = read_document(path, b'{\n  // the image\n  "image": "a:1.2.3",\n}\n')
    assert isinstance(document.body, Node)
    assert document.body.get("image") is not None
    assert [problem.message for problem in document.problems] == problems
