"""Whatever a file holds, it lowers, and every span lies where it should."""

from __future__ import annotations

import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from driftlint.python.lower import lower_module
from driftlint.python.module import Module, decode, encode
from tests.python.spelling import nodes

PIECES = st.sampled_from(
    [
        "import a", "from b import (c", "def f(", "):\n    ", "class C:\n  ", "x = ", "f'{", "}'", "'''", '"', "\\",
        "\n", "\n    ", "\t", "(", ")", "[", "]", "{", "}", ":", ",", "*", "**", "=", "==", "if a:\n  ", "else:\n",
        "lambda ", "return ", "yield ", "await ", "@d\n", "é", "名", "𝄞", "\r\n", "\r", "\x00", "\x0c", "\ufeff", "0x",
        "1e", "print 'a'", "match x:\n  case ", "with a as b:\n ", "try:\n ", "except E, e:\n ", "#", "...", ".", ":=",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=120),
    st.text(alphabet=string.printable, max_size=200),
    st.lists(PIECES, max_size=40).map("".join),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_any_text_lowers(text: str) -> None:
    result = lower_module(text)
    body = result.body
    for tag, start, end, (above, below) in nodes(body, (0, len(text))):
        assert 0 <= start <= end <= len(text), (tag, start, end)
        assert end <= below, (tag, start, end, below)
        assert above <= start or text[start - 1] == "@" or "@" in text[:start], (tag, start, end, above)
    assert all(0 <= at <= len(text) for at in result.errors)
    decoded = decode(encode(result))
    assert decoded is not None
    assert decoded[0] == body
    module = Module("x.py", encode(result))
    for scope in module.scopes():
        assert scope.bindings is scope.bindings
        module.guards_at(scope, scope.start)
    for offset in range(0, len(text), 7):
        module.scope_at(offset)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["é", "名", "𝄞", "a"]), max_size=6).map("".join), st.integers(0, 3))
def test_literals_stand_where_they_are_written(name: str, blanks: int) -> None:
    text = f"# {name}\n" + "\n" * blanks + f"load('{name}', k='{name}')\n"
    (stmt,) = lower_module(text).body
    for _, value in stmt[3][4]:
        assert text[value[1] : value[2]] == f"'{name}'"
        assert value[3] == name
