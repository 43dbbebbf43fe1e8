"""Keys written into data files of any layout: what is parsed differs by the one key, and no other byte changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import tomli
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from driftlint.documents import read_document
from driftlint.documents.model import Document, Node
from driftlint.mend.key import replace_value, set_key
from driftlint.mend.rewrite import apply_edits
from driftlint.text import Span
from tests.mend.repo import mend_files, plan_mend

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
DIGITS = "1234567890123456789012345678901234567890"
EVIDENCE = {"weights": COMMIT, "dataset": COMMIT, "repository": COMMIT}


def scalar_of(document: Document, name: str) -> Span:
    """Return the span of the one scalar that holds a text."""
    found: list[Span] = []

    def look(node: Node) -> None:
        if node.kind == "scalar" and node.value == name:
            found.append(node.span)
        for entry in node.entries:
            look(entry.value)
        for item in node.items:
            look(item)

    assert isinstance(document.body, Node)
    look(document.body)
    (span,) = set(found)
    return span


def add(path: str, text: str, route: str = "rev", value: str = COMMIT) -> str | None:
    document = read_document(path, text.encode())
    edits = set_key(document, scalar_of(document, "lab/w"), route, value)
    return apply_edits(text, sorted(edits, key=lambda edit: edit.span)) if edits else None


@pytest.mark.parametrize(
    ("path", "text", "mended"),
    [
        ("a.json", '{"m": "lab/w"}', '{"m": "lab/w", "rev": "C"}'),
        ("a.json", '{"m":"lab/w","n":1}\n', '{"m":"lab/w","rev":"C","n":1}\n'),
        ("a.json", '{\n  "m": "lab/w"\n}\n', '{\n  "m": "lab/w",\n  "rev": "C"\n}\n'),
        (
            "a.json",
            '{\r\n\t"m" : "lab/w",\r\n\t"n": 1\r\n}',
            '{\r\n\t"m" : "lab/w",\r\n\t"rev" : "C",\r\n\t"n": 1\r\n}',
        ),
        ("a.json", '{\n  "a": {"m": "lab/w"}, "b": 2\n}', '{\n  "a": {"m": "lab/w", "rev": "C"}, "b": 2\n}'),
        ("a.json", '[{"n": 1,\n  "m": "lab/w"}]', '[{"n": 1,\n  "m": "lab/w", "rev": "C"}]'),
        ("tsconfig.json", '{\n  "m": "lab/w" // é\n}', '{\n  "m": "lab/w", // é\n  "rev": "C"\n}'),
        (
            "tsconfig.json",
            '{\n  "m": "lab/w", /* a */\n  "n": 1,\n}',
            '{\n  "m": "lab/w", /* a */\n  "rev": "C",\n  "n": 1,\n}',
        ),
        ("a.json", '{"m": "lab/w", "rev": null}', '{"m": "lab/w", "rev": "C"}'),
        ("a.yaml", "m: lab/w", "m: lab/w\nrev: C"),
        (
            "a.yaml",
            "a:\r\n  - m: 'lab/w' # é\r\n    n: 1\r\n",
            "a:\r\n  - m: 'lab/w' # é\r\n    rev: C\r\n    n: 1\r\n",
        ),
        ("a.yaml", "- - m: lab/w\n  - n\n", "- - m: lab/w\n    rev: C\n  - n\n"),
        ("a.yaml", "a: {m: lab/w, n: 1} # x\n", "a: {m: lab/w, rev: C, n: 1} # x\n"),
        ("a.yaml", 'a: {\n  "m": "lab/w", # x\n  "n": 1}\n', 'a: {\n  "m": "lab/w", # x\n  "rev": "C",\n  "n": 1}\n'),
        ("a.yaml", "m: lab/w\nrev: ~ # x\n", "m: lab/w\nrev: C # x\n"),
        ("a.yaml", "m: lab/w\nrev:\nn: 1\n", "m: lab/w\nrev: C\nn: 1\n"),
        ("a.yaml", "b: &b\n  m: lab/w\nc:\n  <<: *b\n  n: 1\n", "b: &b\n  m: lab/w\n  rev: C\nc:\n  <<: *b\n  n: 1\n"),
        ("a.toml", 'm = "lab/w"', 'm = "lab/w"\nrev = "C"'),
        ("a.toml", "[a]\r\n  m='lab/w' # é\r\n\r\n[b]\r\n", "[a]\r\n  m='lab/w' # é\r\n  rev='C'\r\n\r\n[b]\r\n"),
        ("a.toml", '[[a]]\nb.m = "lab/w"\n', '[[a]]\nb.m = "lab/w"\nb.rev = "C"\n'),
        ("a.toml", 'a = [{ m = "lab/w", n = 1 }, 2]\n', 'a = [{ m = "lab/w", rev = "C", n = 1 }, 2]\n'),
    ],
)
def test_a_key_stands_beside_the_name_and_is_spelled_like_it(path: str, text: str, mended: str) -> None:
    assert add(path, text) == mended.replace("C", COMMIT)


@pytest.mark.parametrize(
    ("path", "text", "mended"),
    [
        ("a.yaml", "m: lab/w\nn: 1\n", "m: lab/w\nk:\n  rev: C\nn: 1\n"),
        (
            "a.yaml",
            "m: lab/w\nk:\n    n: 1\n    o: |\n      x\n",
            "m: lab/w\nk:\n    n: 1\n    rev: C\n    o: |\n      x\n",
        ),
        ("a.yaml", "m: lab/w\nk: {n: 1}\n", "m: lab/w\nk: {n: 1, rev: C}\n"),
        ("a.json", '{"m": "lab/w", "k": {"n": 1}}', '{"m": "lab/w", "k": {"n": 1, "rev": "C"}}'),
        ("a.json", '{"m": "lab/w"}', '{"m": "lab/w", "k": {"rev": "C"}}'),
        ("a.toml", 'm = "lab/w"\n[k]\nn = 1\n', 'm = "lab/w"\n[k]\nn = 1\nrev = "C"\n'),
        ("a.toml", 'm = "lab/w"\n', 'm = "lab/w"\nk.rev = "C"\n'),
    ],
)
def test_a_key_below_another_one(path: str, text: str, mended: str) -> None:
    assert add(path, text, "k.rev") == mended.replace("C", COMMIT)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yaml", "m: >-\n  lab/w\n"),
        ("a.yaml", "? m\n: lab/w\n"),
        ("a.yaml", "m: &x lab/w\n"),
        ("a.yaml", "m: [lab/w]\n"),
        ("a.yaml", "m: lab/w\nrev: main\n"),
        ("a.yaml", "m: lab/w\nrev: {a: 1}\n"),
        ("a.toml", 'm = """lab/w"""; \n'),
        ("a.json", '{"m": "lab/w", "rev": "main"}'),
    ],
)
def test_a_place_that_cannot_take_a_key_is_left(path: str, text: str) -> None:
    assert add(path, text) is None


@pytest.mark.parametrize(
    ("path", "text", "value", "mended"),
    [
        ("a.json", '{"m": "main"}', COMMIT, f'{{"m": "{COMMIT}"}}'),
        ("a.toml", "m = 'main'\n", COMMIT, f"m = '{COMMIT}'\n"),
        ("a.yaml", "m: main # x\n", COMMIT, f"m: {COMMIT} # x\n"),
        ("a.yaml", "m: main\n", DIGITS, f'm: "{DIGITS}"\n'),
        ("a.yaml", "m: main\n", "3", "m: 3\n"),
        ("a.yaml", 'm: "main"\n', COMMIT, f'm: "{COMMIT}"\n'),
        ("a.json", '{"m": "ma\\u0069n"}', COMMIT, None),
        ("a.toml", 'm = """main"""\n', COMMIT, None),
        ("a.yaml", "m: |\n  main\n", COMMIT, None),
    ],
)
def test_a_value_keeps_its_quotes_and_its_type(path: str, text: str, value: str, mended: str | None) -> None:
    document = read_document(path, text.encode())
    assert isinstance(document.body, Node)
    edit = replace_value(document, document.body.entries[0].value.span, value)
    assert (None if edit is None else apply_edits(text, [edit])) == mended


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "adapter_config.json",
            '{\n  "base_model_name_or_path": "lab/w",\n  "r": 8\n}\n',
            f'{{\n  "base_model_name_or_path": "lab/w",\n  "revision": "{COMMIT}",\n  "r": 8\n}}\n',
        ),
        (
            "c.yaml",
            "task: t\ndataset_path: lab/d\ndataset_kwargs:\n  n: 1\n",
            f"task: t\ndataset_path: lab/d\ndataset_kwargs:\n  n: 1\n  revision: {COMMIT}\n",
        ),
        (
            "c.yaml",
            "model_name_or_path: lab/w\nmodel_revision: null\n",
            f"model_name_or_path: lab/w\nmodel_revision: {COMMIT}\n",
        ),
    ],
)
def test_a_config_of_a_known_layout_is_pinned(name: str, text: str, expected: str) -> None:
    assert mend_files({name: text}, EVIDENCE)[name] == expected
    assert mend_files({name: expected}, EVIDENCE)[name] == expected


@pytest.mark.parametrize(
    ("name", "read", "text", "expected"),
    [
        (
            "c.json",
            "json.load(open('c.json'))",
            '{"m": "lab/w", "rev": "main"}',
            f'{{"m": "lab/w", "rev": "{COMMIT}"}}',
        ),
        ("c.json", "json.load(open('c.json'))", '{"m": "lab/w", "rev": null}', f'{{"m": "lab/w", "rev": "{COMMIT}"}}'),
        (
            "c.toml",
            "tomllib.load(open('c.toml', 'rb'))",
            'm = "lab/w"\nrev = "main" # x',
            f'm = "lab/w"\nrev = "{COMMIT}" # x',
        ),
        ("c.yaml", "yaml.safe_load(open('c.yaml'))", "m: lab/w\nrev:\r\n", f"m: lab/w\nrev: {COMMIT}\r\n"),
    ],
)
def test_a_revision_in_a_file_that_the_program_reads_is_changed_there(
    name: str, read: str, text: str, expected: str
) -> None:
    code = (
        f"import {read.split('.')[0]}\n\nfrom transformers import AutoModel\n\nconfig = {read}\n"
        'model = AutoModel.from_pretrained(config["m"], revision=config["rev"])\n'
    )
    mended = mend_files({name: text, "a.py": code}, EVIDENCE)
    assert mended == {name: expected, "a.py": code}


def test_a_commit_is_not_written_where_the_name_of_a_branch_is_read() -> None:
    files = {"job.json": '{"git_source": {"git_url": "https://github.com/lab/rank", "git_branch": "main"}}'}
    plan = plan_mend(files, EVIDENCE)
    assert plan.files == {}
    assert [(i.finding.rule, i.reason) for i in plan.left] == [("clone-unpinned", "the finding would stay")]


KEYS = st.sampled_from(["a", "n", "long_key", "rows"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(["x", "a b", "é", 1, True, None, "#no", "it's", "a, b", "a: b", "{"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=4,
)
MAPS = st.tuples(st.dictionaries(KEYS, VALUES, max_size=3), st.integers(0, 3), st.booleans())


def build(drawn: tuple[dict[str, Any], int, bool]) -> dict[str, Any]:
    """Return a map that holds the name somewhere among other keys, perhaps one level down."""
    others, at, below = drawn
    items = list(others.items())
    items.insert(at, ("m", "lab/w"))
    return {"top": dict(items), "z": 1} if below else dict(items)


def with_key(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    return {**{k: with_key(v) for k, v in tree.items()}, **({"rev": COMMIT} if tree.get("m") == "lab/w" else {})}


def only_added(before: str, after: str) -> bool:
    """Return whether `after` is `before` with text put in, and none taken away."""
    rest = iter(after)
    return all(character in rest for character in before)


@settings(max_examples=200, deadline=None)
@given(
    drawn=MAPS,
    indent=st.sampled_from([None, 0, 2, "\t"]),
    compact=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
)
def test_no_layout_of_json_changes_any_other_byte(
    drawn: tuple[dict[str, Any], int, bool], indent: int | str | None, compact: bool, end: str, last: bool
) -> None:
    tree = build(drawn)
    text = json.dumps(tree, indent=indent, separators=(",", ":") if compact else None, ensure_ascii=False)
    text = text.replace("\n", end) + (end if last else "")
    mended = add("a.json", text)
    assert mended is not None
    assert json.loads(mended) == with_key(tree)
    assert only_added(text, mended)
    assert mended.count("\r") == mended.count("\r\n")
    assert mended.endswith(end) == text.endswith(end)
    if end == "\r\n":
        assert mended.count("\n") == mended.count("\r\n")


@settings(max_examples=200, deadline=None)
@given(
    drawn=MAPS,
    flow=st.sampled_from([False, None, True]),
    indent=st.sampled_from([2, 4]),
    comment=st.sampled_from(["", "  # why, (really)"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_no_layout_of_yaml_changes_any_other_byte(
    drawn: tuple[dict[str, Any], int, bool], flow: bool | None, indent: int, comment: str, end: str
) -> None:
    tree = build(drawn)
    text = yaml.safe_dump(tree, default_flow_style=flow, indent=indent, sort_keys=False, allow_unicode=True, width=1000)
    lines = [line + comment if line.endswith("m: lab/w") else line for line in text.split("\n")]
    text = end.join(lines)
    mended = add("a.yaml", text)
    assert mended is not None
    assert yaml.safe_load(mended) == with_key(tree)
    assert only_added(text, mended)
    if end == "\r\n":
        assert mended.count("\n") == mended.count("\r\n")


@settings(max_examples=200, deadline=None)
@given(
    others=st.lists(st.tuples(KEYS, st.sampled_from(['"x"', "'#'", "1", "[1,\n 2]", "{ a = 1 }"])), max_size=3),
    at=st.integers(0, 3),
    quote=st.sampled_from(["'", '"']),
    mark=st.sampled_from([" = ", "=", "  =\t"]),
    lead=st.sampled_from(["", "  ", "\t", "b.", "b . c."]),
    after=st.sampled_from(["", " # why", "\t"]),
    table=st.sampled_from(["", "[t]\n", "[[t]]\n", "inline"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_no_layout_of_toml_changes_any_other_byte(
    others: list[tuple[str, str]], at: int, quote: str, mark: str, lead: str, after: str, table: str, end: str
) -> None:
    pairs = [f"{key} = {value}" for key, value in dict(others).items()]
    name = f"{lead}m{mark}{quote}lab/w{quote}"
    pairs.insert(at, name if table == "inline" else name + after)
    inline = f"t = {{ {', '.join(pair.replace(chr(10), '') for pair in pairs)} }}{after}\n"
    text = (inline if table == "inline" else table + "\n".join(pairs) + "\n").replace("\n", end)
    before = tomli.loads(text)
    mended = add("a.toml", text)
    assert mended is not None
    assert tomli.loads(mended) == _with_key_in_lists(before)
    assert only_added(text, mended)


def _with_key_in_lists(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_with_key_in_lists(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    added = {"rev": COMMIT} if tree.get("m") == "lab/w" else {}
    return {**{k: _with_key_in_lists(v) for k, v in tree.items()}, **added}
