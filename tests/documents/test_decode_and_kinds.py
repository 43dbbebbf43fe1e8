"""Which reader a file gets, and how its bytes become text."""

from __future__ import annotations

from hashlib import blake2b

import pytest

from driftlint.documents import Limits, decode, kind_of, kind_of_content, read_document


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("train.py", "python"),
        ("src/stubs.pyi", "python"),
        ("nb/Run.ipynb", "notebook"),
        ("environment.yml", "yaml"),
        ("data/train.csv.dvc", "yaml"),
        ("dvc.lock", "yaml"),
        (".dvc/config", "ini"),
        ("uv.lock", "toml"),
        ("poetry.lock", "toml"),
        ("pdm.lock", "toml"),
        ("pylock.gpu.toml", "toml"),
        ("Pipfile", "toml"),
        ("Pipfile.lock", "json"),
        ("rows.jsonl", None),
        ("requirements.txt", "requirements"),
        ("requirements-gpu.in", "requirements"),
        ("requirements/base.txt", "requirements"),
        ("dev_requirements.txt", "requirements"),
        ("constraints-2024.txt", "requirements"),
        ("docs/notes.txt", None),
        ("Dockerfile", "dockerfile"),
        ("docker/Dockerfile.gpu", "dockerfile"),
        ("docker/gpu.dockerfile", "dockerfile"),
        ("dockerfile", "dockerfile"),
        ("Dockerfile.jinja", "dockerfile"),
        ("Dockerfile.dockerignore", None),
        ("dockerfile_parser.py", "python"),
        ("dockerfile.vim", None),
        ("Containerfile", "dockerfile"),
        ("run.sbatch", "shell"),
        ("Makefile", "makefile"),
        ("rules.mk", "makefile"),
        ("makefile.cpython-311.pyc", None),
        ("justfile", "makefile"),
        (".env", "dotenv"),
        (".env.example", "dotenv"),
        ("prod.env", "dotenv"),
        ("setup.cfg", "ini"),
        ("configs/t5.gin", "gin"),
        ("tox.ini", "ini"),
        ("README.md", None),
    ],
)
def test_kind_of_a_name(path: str, kind: str | None) -> None:
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"#!/usr/bin/env python3.11\nprint()", "python"),
        (b"#!/bin/bash -e\nls", "shell"),
        (b"#! /bin/sh\n", "shell"),
        (b"#!/usr/bin/env -S bash -x\n", "shell"),
        (b"#!/usr/bin/perl\n", None),
        (b"#!/usr/bin/shellcheck\n", None),
        (b"print('#!/bin/sh')", None),
        (b"", None),
    ],
)
def test_kind_of_a_first_line(head: bytes, kind: str | None) -> None:
    assert kind_of_content(head) == kind


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"a = 1\r\n", "a = 1\r\n", "utf-8"),
        (b"\xef\xbb\xbfa = 1", "a = 1", "utf-8"),
        ("\ufeffa: \u00e9\n".encode("utf-16-le"), "a: \u00e9\n", "utf-16-le"),
        ("\ufeffa: \u00e9\n".encode("utf-16-be"), "a: \u00e9\n", "utf-16-be"),
        ("torch==2.0\n".encode("utf-16-le"), "torch==2.0\n", "utf-16-le"),
        ("torch==2.0\n".encode("utf-16-be"), "torch==2.0\n", "utf-16-be"),
        (b"name = caf\xe9\n", "name = caf\xe9\n", "cp1252"),
        (b"name = \x81\xe9\n", "name = \x81\xe9\n", "latin-1"),
    ],
)
def test_decoding_gives_text_and_a_codec_that_writes_the_same_bytes(data: bytes, text: str, encoding: str) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.encoding) == (text, encoding)
    assert decoded.bom + decoded.text.encode(decoded.encoding) == data


def test_a_coding_cookie_is_followed_in_python_only() -> None:
    data = "# -*- coding: koi8-r -*-\ns = '\u043c\u0438\u0440'\n".encode("koi8-r")
    assert decode(data, python=True).text.splitlines()[1] == "s = '\u043c\u0438\u0440'"
    assert decode(data).encoding == "cp1252"


def test_a_cookie_after_code_is_no_cookie() -> None:
    data = "x = 1\n# coding: koi8-r\ns = '\u00e9'\n".encode()
    assert decode(data, python=True).text.endswith("'\u00e9'\n")


@pytest.mark.parametrize("cookie", ["nonsense", "rot13", "unicode_escape", "idna", "hex", "utf-7"])
def test_a_useless_cookie_is_a_problem_and_the_text_is_read(cookie: str) -> None:
    decoded = decode(f"# coding: {cookie}\nx = 1\n".encode(), python=True)
    assert decoded.text.endswith("x = 1\n")
    assert cookie in decoded.problems[0].message


def test_a_wrong_byte_names_its_place() -> None:
    document = read_document("setup.cfg", b"[a]\nb = \xe9\n")
    assert document.problems[0].span.start == 8
    assert not document.problems[0].fatal
    assert document.body is not None


def test_binary_data_is_unread_with_one_fatal_problem() -> None:
    document = read_document("data.json", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR")
    assert document.kind == "unread"
    assert [(p.message, p.fatal) for p in document.problems] == [("not a text file", True)]


def test_the_digest_is_that_of_the_bytes() -> None:
    assert read_document("a.toml", b"a=1").digest == blake2b(b"a=1", digest_size=16).hexdigest()
    assert read_document("a.toml", b"\xef\xbb\xbfa=1").digest != read_document("a.toml", b"a=1").digest


def test_limits_make_a_file_unread() -> None:
    small = Limits(config_bytes=10, max_line=20)
    assert read_document("a.toml", b"a = 'xxxxxxx'\n", limits=small).kind == "unread"
    assert read_document("a.py", b"#" + b"x" * 30, limits=small).problems[0].message == (
        "a line is longer than 20 characters: not read"
    )
    assert read_document("a.py", b"#" + b"x" * 15 + b"\n" + b"y" * 15, limits=small).kind == "python"
