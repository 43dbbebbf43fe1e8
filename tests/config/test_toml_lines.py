"""Where keys stand, whatever way TOML spells them."""

from __future__ import annotations

import tomli

from driftlint.text import LineIndex
from driftlint.toml_lines import Route, find_keys

TEXT = '''\
# [not.a.table]
title = "a = [b]"  # x = 1
"quoted key" = 'c:\\'
a.b . c = 1
multi = """
[fake]
x = 1 \\""" y
""""
raw = \'\'\'
z = 2\'\'\'
list = [ # one
  "a", [1, 2],
  { k = 1, "l.m" = { n = [
    true] } },
]
when = 1979-05-27 07:32:00
[t.u]
v = +1.5e3
[[arr]]
x = 1
[[arr]]
x = 2
[arr.sub]
y = 3
[[arr.deep]]
w = 1
[ 'sp ace' . b ]
e = {}
'''


def lines(text: str) -> dict[Route, int]:
    index = LineIndex(text)
    return {route: index.position(span.start).line for route, span in find_keys(text).items()}


def test_every_spelling() -> None:
    tomli.loads(TEXT)
    assert lines(TEXT) == {
        ("title",): 2,
        ("quoted key",): 3,
        ("a",): 4,
        ("a", "b"): 4,
        ("a", "b", "c"): 4,
        ("multi",): 5,
        ("raw",): 9,
        ("list",): 11,
        ("list", 0): 12,
        ("list", 1): 12,
        ("list", 1, 0): 12,
        ("list", 1, 1): 12,
        ("list", 2): 13,
        ("list", 2, "k"): 13,
        ("list", 2, "l.m"): 13,
        ("list", 2, "l.m", "n"): 13,
        ("list", 2, "l.m", "n", 0): 14,
        ("when",): 16,
        ("t",): 17,
        ("t", "u"): 17,
        ("t", "u", "v"): 18,
        ("arr",): 19,
        ("arr", 0): 19,
        ("arr", 0, "x"): 20,
        ("arr", 1): 21,
        ("arr", 1, "x"): 22,
        ("arr", 1, "sub"): 23,
        ("arr", 1, "sub", "y"): 24,
        ("arr", 1, "deep"): 25,
        ("arr", 1, "deep", 0): 25,
        ("arr", 1, "deep", 0, "w"): 26,
        ("sp ace",): 27,
        ("sp ace", "b"): 27,
        ("sp ace", "b", "e"): 28,
    }


def test_carriage_returns_do_not_shift_lines() -> None:
    assert lines(TEXT.replace("\n", "\r\n")) == lines(TEXT)


def test_a_broken_text_gives_what_was_seen() -> None:
    assert set(find_keys("a = 1\nb = [")) == {("a",), ("b",), ("b", 0)}
    for text in ("a", "=", "[", "[[a", 'a = "', "a = {", "a = '''x", "a = [[[", "a.", "a = ,"):
        assert set(find_keys(text)) <= {("a",), ("a", 0), ("a", 0, 0), ("a", 0, 0, 0)}
