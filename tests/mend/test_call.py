"""Keyword arguments written into calls of any layout."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftlint.extract import extract_one
from driftlint.mend.call import set_argument
from driftlint.mend.rewrite import apply_edits
from driftlint.python.module import Module


def mend(source: str) -> str | None:
    module = Module("a.py", extract_one("a.py", source.encode()))
    (call,) = module.calls["f"]
    edit = set_argument("a.py", source, call, "pin", '"1"')
    return None if edit is None else apply_edits(source, [edit])


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        ("f()\n", 'f(pin="1")\n'),
        ("f(a)\n", 'f(a, pin="1")\n'),
        ("f(a, )\n", 'f(a, pin="1" )\n'),
        ("f(a,)\n", 'f(a, pin="1")\n'),
        ("f(\n    a,\n    b=2,\n)\n", 'f(\n    a,\n    b=2,\n    pin="1",\n)\n'),
        ("f(\n    a,  # why, (really)\n)\n", 'f(\n    a,  # why, (really)\n    pin="1",\n)\n'),
        ("f(\r\n\ta,\r\n)\r\n", 'f(\r\n\ta,\r\n\tpin="1",\r\n)\r\n'),
        ("f(\n    a\n)\n", 'f(\n    a,\n    pin="1"\n)\n'),
        ("f(\r\n\ta=g(\r\n\t\tb\r\n\t)\r\n)\r\n", 'f(\r\n\ta=g(\r\n\t\tb\r\n\t),\r\n\tpin="1"\r\n)\r\n'),
        ("f(\n    a, b\n)\n", 'f(\n    a, b, pin="1"\n)\n'),
        ("f(\n    a  # why\n)\n", 'f(\n    a, pin="1"  # why\n)\n'),
        ("f(\n    *a\n)\n", 'f(\n    *a,\n    pin="1"\n)\n'),
        ("f(a,\n  b=2)\n", 'f(a,\n  b=2,\n  pin="1")\n'),
        ("f(\n    a,\n    b)\n", 'f(\n    a,\n    b,\n    pin="1")\n'),
        ("f(a, b,\n  c, d)\n", 'f(a, b,\n  c, d, pin="1")\n'),
        ("f((a))\n", 'f((a), pin="1")\n'),
        ("f((a),)\n", 'f((a), pin="1")\n'),
        ("f(a, \\\n  b)\n", 'f(a, \\\n  b, pin="1")\n'),
        ("f(pin=None)\n", 'f(pin="1")\n'),
        ("f(g(1), x=[1,2])\n", 'f(g(1), x=[1,2], pin="1")\n'),
        ("f(*a)\n", 'f(*a, pin="1")\n'),
        ("x = f('é', 'ß')  # ü\n", "x = f('é', 'ß', pin=\"1\")  # ü\n"),
    ],
)
def test_the_argument_is_the_last_keyword(source: str, mended: str) -> None:
    assert mend(source) == mended


def test_arguments_that_are_handed_on_may_hold_it() -> None:
    assert mend("f(a, **kwargs)\n") is None


GAPS = st.sampled_from(["", " ", "\n    ", "  # a, (comment)\n  ", " \\\n ", "\t"])
ARGUMENTS = st.sampled_from(
    [
        "a",
        "(b)",
        "f\"{a['k']}, {b!r:>{w}}\"",
        '"\\", )"',
        "r'\\'",
        "'a' \"b)\"",
        "((c))",
        "x[1:2, ...]",
        "'s, )'",
        '"""t\n"""',
        "[1, 2]",
        "{'k': (1,)}",
        "lambda: (1, 2)",
        "x=1",
        "y=(2,)",
        "*z",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    arguments=st.lists(ARGUMENTS, max_size=4),
    gaps=st.lists(GAPS, min_size=12, max_size=12),
    comma=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_no_layout_changes_any_other_byte(arguments: list[str], gaps: list[str], comma: bool, end: str) -> None:
    ordered = sorted(dict.fromkeys(arguments), key=lambda a: "=" in a and a[0] in "xy")
    inside = ""
    for at, argument in enumerate(ordered):
        last = at == len(ordered) - 1
        inside += gaps[at * 2] + argument + gaps[at * 2 + 1] + ("" if last and not comma else ",")
    source = f"r = f({inside}{gaps[-1]})  # end\n".replace("\n", end)
    try:
        before = ast.parse(source)
    except SyntaxError:
        return
    mended = mend(source)
    assert mended is not None, source
    # Only one piece of text was added, and what is parsed differs by the one keyword.
    shared = 0
    while source[shared : shared + 1] == mended[shared : shared + 1] and shared < len(source):
        shared += 1
    added = len(mended) - len(source)
    assert any(mended[:at] + mended[at + added :] == source for at in range(max(shared - added, 0), shared + 1)), mended
    after = ast.parse(mended)
    call = after.body[0].value  # type: ignore[attr-defined]
    assert (call.keywords[-1].arg, ast.unparse(call.keywords[-1].value)) == ("pin", "'1'")
    call.keywords.pop()
    assert ast.dump(after) == ast.dump(before)
