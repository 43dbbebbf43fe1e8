"""Command lines and keys of config files by the made-up pack."""

from __future__ import annotations

import pytest

from tests.match.made_pack import COMMIT, references, told


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("tool get a/b", ["a/b absent"]),
        ("tool-cli get a/b", ["a/b absent"]),
        ("/usr/bin/tool get a/b", ["a/b absent"]),
        ("python -m tool get a/b", ["a/b absent"]),
        ("python3.11 -m tool get a/b", ["a/b absent"]),
        ("sudo tool get a/b", ["a/b absent"]),
        ("sudo -E tool get a/b", ["a/b absent"]),
        ("env A=1 B=2 tool get a/b", ["a/b absent"]),
        ("A=1 tool get a/b", ["a/b absent"]),
        ("nohup tool get a/b &", ["a/b absent"]),
        ("sudo env A=1 nice tool get a/b", ["a/b absent"]),
        ("cd x && tool get a/b", ["a/b absent"]),
        ("tool get 'a/b'", ["a/b absent"]),
        ("tool get \\\n  a/b", ["a/b absent"]),
        ("tool get --to dir a/b", ["a/b absent"]),
        ("tool get --to=dir a/b", ["a/b absent"]),
        ("tool get -o dir a/b", ["a/b absent"]),
        ("tool get -vo dir a/b", ["a/b absent"]),
        ("tool get --quiet a/b", ["a/b absent"]),
        ("tool get a/b --revision main", ["a/b moving main"]),
        ("tool get --revision=v1.0 a/b", ["a/b tag v1.0"]),
        ("tool get --revision v1.0 a/b", ["a/b tag v1.0"]),
        (f"tool get a/b --revision {COMMIT}", [f"a/b sealed {COMMIT}"]),
        ('tool get a/b --revision "$REV"', ["a/b unknown $REV"]),
        ("tool get a/b --offline", []),
        ("tool get ./here", []),
        ("tool get $NAME", []),
        ("tool get", []),
        ("tool put a/b", []),
        ("mytool get a/b", []),
        ("echo tool get a/b", []),
        ("# tool get a/b", []),
        ("tool serve --model a/b --revision main", ["a/b moving main"]),
        ("tool serve --model=a/b", ["a/b absent"]),
        ("tool serve a/b", []),
        ("tool at a/b", ["a/b absent"]),
        ("tool at a/b@v1.0", ["a/b@v1.0 tag v1.0"]),
        ("grab https://example.org/x", ["https://example.org/x moving"]),
        ("grab -o x https://example.org/x", ["https://example.org/x moving"]),
        ("grab https://files.example.org/a/at/v1.0/x", ["a tag v1.0"]),
        ("grab --sum 00 https://example.org/x", ["https://example.org/x sealed a checksum is verified beside it"]),
        (
            "grab https://example.org/x && echo '00 x' | sha256sum -c -",
            ["https://example.org/x sealed a checksum is verified beside it"],
        ),
        ("grab local-file", []),
    ],
)
def test_commands(line: str, expected: list[str]) -> None:
    assert told(f"set -e\n{line}\n", "get.sh") == [f"get.sh:{3 if chr(92) in line else 2} {text}" for text in expected]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("Makefile", "all:\n\ttool get a/b\n", 2),
        ("Dockerfile", "FROM x\nRUN true && \\\n    tool get a/b\n", 3),
        ("setup", "#!/bin/bash\ntool get a/b\n", 2),
    ],
)
def test_where_commands_stand(name: str, text: str, line: int) -> None:
    assert [t for t in told({name: text}) if "a/b" in t] == [f"{name}:{line} a/b absent"]


def test_commands_of_a_notebook() -> None:
    cell = '{"cell_type": "code", "source": ["x = 1\\n", "!tool get a/b\\n"], "metadata": {}, "outputs": []}'
    text = f'{{"cells": [\n{cell}\n], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}\n'
    assert [t.split(" ", 1)[1] for t in told({"n.ipynb": text})] == ["a/b absent"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("base: a/b\nthings: []\n", ["c.yaml:1 a/b absent"]),
        ("base: a/b\nthings: []\nbase_revision: main\n", ["c.yaml:3 a/b moving main"]),
        (f"base: a/b\nbase_revision: {COMMIT}\nthings: []\n", [f"c.yaml:2 a/b sealed {COMMIT}"]),
        ("base: a/b\nbase_revision: null\nthings: []\n", ["c.yaml:1 a/b absent"]),
        ("base: a/b\nbase_revision: 1.10\nthings: []\n", ["c.yaml:2 a/b tag 1.10"]),
        ("base: ./here\nthings: []\n", []),
        ("base: ${env:X}\nthings: []\n", []),
        ("base: a/b\n", []),
        ("base: [a/b]\nthings: []\n", []),
        (
            "base: ./x\nthings:\n  - path: c/d\n  - path: csv\n  - path: e/f\n    revision: v1.0\n  - other: g/h\n",
            ["c.yaml:3 c/d absent", "c.yaml:6 e/f tag v1.0"],
        ),
        ("- base: a/b\n  things: []\n", []),
        ("", []),
    ],
)
def test_config_keys(text: str, expected: list[str]) -> None:
    assert told(text, "c.yaml") == expected


def test_a_config_file_of_another_ending_is_not_the_tool_s() -> None:
    assert told({"c.json": '{"base": "a/b", "things": []}'}) == []


def test_the_key_of_the_pin_is_named() -> None:
    assert [r.pin_name for r in references("base: a/b\nthings: []\n", "c.yaml")] == ["base_revision"]
