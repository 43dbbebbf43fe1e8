"""Words against an interface, as the program's own parser reads them."""

from __future__ import annotations

import argparse
import shlex

import pytest

from driftlint.documents.model import Word
from driftlint.facts import Place
from driftlint.interfaces.model import UNLIMITED, Interface, Option
from driftlint.interfaces.usage import find_misuse
from driftlint.text import Span

AT = Place("train.py", Span(0, 1))
OPTIONS = (
    Option((), "source", AT, required=True),
    Option((), "more", AT, 0, UNLIMITED),
    Option(("--rate", "-r"), "rate", AT, kind="float"),
    Option(("--ratio",), "ratio", AT),
    Option(("--size",), "size", AT, choices=("s", "m")),
    Option(("--pair",), "pair", AT, 2, 2, kind="int"),
    Option(("--names",), "names", AT, 1, UNLIMITED),
    Option(("-v", "--verbose"), "verbose", AT, 0, 0),
    Option(("-x",), "x", AT, 0, 0),
    Option(("--cache",), "cache", AT, 0, 0, switch_off=("--no-cache",)),
)
ARGPARSE = Interface("argparse", AT, OPTIONS)


def real() -> argparse.ArgumentParser:
    """Return the same parser, made by the library."""
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("source")
    parser.add_argument("more", nargs="*")
    parser.add_argument("--rate", "-r", type=float)
    parser.add_argument("--ratio")
    parser.add_argument("--size", choices=["s", "m"])
    parser.add_argument("--pair", nargs=2, type=int)
    parser.add_argument("--names", nargs="+")
    parser.add_argument("-v", "--verbose", action="count")
    parser.add_argument("-x", action="store_true")
    parser.add_argument("--cache", action=argparse.BooleanOptionalAction)
    return parser


def misuse(line: str, interface: Interface = ARGPARSE, *, loose: bool = False) -> list[tuple[str, str]]:
    words = tuple(Word(text, Span(n, n + 1), "$" not in text) for n, text in enumerate(shlex.split(line)))
    return [(found.kind, found.name) for found in find_misuse(interface, words, loose=loose)]


@pytest.mark.parametrize(
    "line",
    [
        "a",
        "a b c",
        "a --rate 0.1",
        "a --rate=1e-3",
        "a -r 0.1 -vx",
        "a -r0.1",
        "a -xr 0.1",
        "a --rat 3 --size m",
        "a --si m",
        "a --pair 1 2 --verb",
        "--names a b -- c",
        "a --no-cache",
        "a --rate -0.5",
        "a --ratio=--x",
        "a -vvv",
        "a --sizes m",
        "a --size l",
        "a --pair 1",
        "a --pair 1 x",
        "a --rate fast",
        "",
        "--rate 1",
        "a --names",
        "a --rat",
        "a --verbose=3",
        "a -y",
        "a --unknown 3 b",
        "a --rate 1 --rate",
    ],
)
def test_the_verdict_is_that_of_the_library(line: str) -> None:
    try:
        real().parse_args(shlex.split(line))
        accepted = True
    except (argparse.ArgumentError, SystemExit):
        accepted = False
    assert (misuse(line) == []) is accepted


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a --raet 1", [("unknown", "--raet")]),
        ("a --ra 1", [("ambiguous", "--ra")]),
        ("a --size l --rate x", [("value", "l"), ("value", "x")]),
        ("--rate 1", [("missing", "source")]),
        ("a --pair 1", [("no value", "--pair")]),
        ("a --rate $RATE --size $SIZE", []),
        ("$ALL", []),
        ("--rate 1 $REST", []),
        ("a -h --nothing", []),
    ],
)
def test_each_misuse_is_named(line: str, expected: list[tuple[str, str]]) -> None:
    assert misuse(line) == expected


def test_an_open_interface_refuses_no_name_but_its_own_values() -> None:
    assert misuse("a --other 3 --size l", Interface("argparse", AT, OPTIONS, "it hands on")) == [("value", "l")]


def test_what_may_be_continued_lacks_nothing() -> None:
    assert misuse("--rate 1", loose=True) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("--learning_rate 1", []),
        ("--learning-rate=1", []),
        ("--learning-rates 1", [("unknown", "--learning-rates")]),
        ("--flag", []),
        ("--no-flag", []),
    ],
)
def test_names_with_dashes_and_underscores_are_one(line: str, expected: list[tuple[str, str]]) -> None:
    options = (
        Option(("--learning_rate",), "learning_rate", AT),
        Option(("--flag",), "flag", AT, 0, 1, switch_off=("--no-flag",)),
    )
    assert misuse(line, Interface("loose names", AT, options)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-workdir=x --config=c.py", []),
        ("--workdir x --noeval --config.rate=1", []),
        ("--eval", [("missing", "--workdir")]),
        ("--workdir=x --steps=many", [("value", "many")]),
    ],
)
def test_flags(line: str, expected: list[tuple[str, str]]) -> None:
    options = (
        Option(("--workdir",), "workdir", AT, required=True),
        Option(("--eval",), "eval", AT, 0, 1, kind="bool"),
        Option(("--steps",), "steps", AT, kind="int"),
        Option(("--config",), "config", AT),
    )
    interface = Interface("flags", AT, options, "libraries define flags too", prefixes=("--config.",))
    assert misuse(line, interface) == expected


def test_subcommands() -> None:
    below = {"fit": Interface("exact", AT, (Option(("--rate",), "rate", AT, required=True),))}
    interface = Interface("exact", AT, (Option(("--debug",), "debug", AT, 0, 0),), commands=below, command_needed=True)
    assert misuse("--debug fit --rate 1", interface) == []
    assert misuse("fit --debug --rate 1", interface) == [("unknown", "--debug")]
    assert misuse("fit", interface) == [("missing", "--rate")]
    assert misuse("tune", interface) == [("command", "tune")]
    assert misuse("--debug", interface) == [("command", "")]
