"""A text that is lowered again after an edit comes out as if it were lowered for the first time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import driftlint.python.edited
from driftlint.python.edited import EditedText, begin_editing
from driftlint.python.ir import CALL, LAMBDA
from driftlint.python.lower import Lowered, Piece, Unparsed, lower_module, lower_pieces
from driftlint.python.moved import move_piece

STATEMENTS = (
    "import numpy as np\n",
    "from a.b import c as d, e\n",
    "d(1, *x, key={1, 2}, **y)\n",
    "x: int = y = f(g(1))(h)\n",
    "a, (b, *c) = [z for z in load('é') if z]\n",
    "s = f'{name!r} of {count(1)}' 'more'\n",
    "k = {**p, 'a': 1, 2: lambda q, *r, t=draw(), **u: {v for v in q()}}\n",
    "m = x.keys() & y.items() | {1} ^ z\n",
    "if (n := read()) > 1:\n    go(n)\nelif other[1:2]:\n    stay()\nelse:\n    pass\n",
    "for i, j in pairs(x):\n    use(i)\nelse:\n    done()\n",
    "while wait(): pass\n",
    "try:\n    a()\nexcept (E, F) as error:\n    b()\nfinally:\n    c()\n",
    "with open(p) as f, lock:\n    g()\n",
    "@wrap(1)\n@plain\nasync def run(a, b=first(), *c: int, d, e: str = 'é', **f) -> None:\n    return await a(b)\n",
    "class A(B, C[int], metaclass=M):\n    x = 1\n    def f(self):\n        self.y = d()\n        yield self.y\n",
    "match x:\n    case 1:\n        one()\n    case _:\n        rest()\n",
    "# a remark\n",
    "    # one that stands in\n",
    "\n",
    "assert a(1) and not b, c if d() else -1\n",
    "del a[0], b.c; raise E() from f\n",
    "def inner():\n    def most():\n        return d(2)\n    # after\n    return most\n",
    "if __name__ == '__main__':\n    main()\n",
)
SCRAPS = (*STATEMENTS, *"():#é'\\\f", '"""', "\\\n", "\r\n", "    ", "else:\n    pass\n", "elif b:\n    c()\n")
TEXTS = st.lists(st.sampled_from(STATEMENTS), max_size=12).map("".join)


def shown(lowered: Lowered) -> tuple[object, ...]:
    """Return what a text is lowered to, the order of its calls' names included."""
    return lowered, list(lowered.calls)


@settings(deadline=None, max_examples=400)
@given(TEXTS, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.sampled_from(SCRAPS)), max_size=4))
def test_after_edits_it_is_what_a_fresh_look_gives(text: str, edits: list[tuple[float, float, str]]) -> None:
    edited = begin_editing(text)
    for place, length, scrap in edits:
        if isinstance(edited, Unparsed):
            return
        at = int(place * len(edited.text))
        new = edited.text[:at] + scrap + edited.text[at + int(length * length * 60) :]
        edited = edited.edit(new)
        fresh = lower_module(new)
        if isinstance(edited, Unparsed):
            assert (edited.errors, edited.given_up) == (fresh.errors, fresh.given_up)
        else:
            assert edited.text == new
            assert shown(edited.lower()) == shown(fresh)


@settings(deadline=None, max_examples=200)
@given(TEXTS, st.integers(1, 50))
def test_a_moved_piece_is_what_is_lowered_further_on(text: str, by: int) -> None:
    here, there = lower_pieces(text), lower_pieces("\n" * by + text)
    if isinstance(here, Unparsed) or isinstance(there, Unparsed):
        assert type(here) is type(there)
        return
    assert [move_piece(piece, by) for piece in here] == there
    assert [move_piece(piece, -by) for piece in there] == here


def test_what_stands_in_two_lists_is_one_object_after_a_move_too() -> None:
    pieces = lower_pieces("x = f(lambda: g(1))\n")
    assert isinstance(pieces, list)
    moved = move_piece(pieces[0], 3)
    call = moved.body[0][4]
    assert (call[0], call[4][0][1][0]) == (CALL, LAMBDA)
    assert moved.calls["f"][0] is call
    assert moved.lambdas[0] is call[4][0][1]


LONG = "".join(f"def f{number}(a):\n    return a + {number}\n\n" for number in range(50))


def test_an_edit_is_parsed_with_its_neighbours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    edited = begin_editing(LONG)
    assert isinstance(edited, EditedText)
    seen: list[str] = []

    def see(text: str) -> list[Piece] | Unparsed:
        seen.append(text)
        return lower_pieces(text)

    monkeypatch.setattr(driftlint.python.edited, "lower_pieces", see)
    new = LONG.replace("return a + 20\n", "return a + draw(20)\n")
    after = edited.edit(new)
    assert isinstance(after, EditedText)
    assert shown(after.lower()) == shown(lower_module(new))
    assert seen == [new[new.index("def f19") : new.index("def f22")]]
    assert after.pieces[10] is edited.pieces[10]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return a + 20\n", "return a + 20)\n"),
        ("return a + 20\n", 'return a + """\n'),
        ("return a + 20\n", "return (a + 20\n"),
    ],
)
def test_what_does_not_parse_is_said_to_stand_where_it_stands(old: str, new: str) -> None:
    edited = begin_editing(LONG)
    assert isinstance(edited, EditedText)
    text = LONG.replace(old, new)
    assert edited.edit(text) == Unparsed(lower_module(text).errors)


def test_a_quote_that_turns_texts_into_code_is_seen() -> None:
    old = '"""\n' + LONG + '"""\nx = 1\ny = 2\n"""\n' + LONG + '"""\n'
    edited = begin_editing(old)
    assert isinstance(edited, EditedText)
    new = old[4:].removesuffix('"""\n')
    after = edited.edit(new)
    assert isinstance(after, EditedText)
    assert shown(after.lower()) == shown(lower_module(new))
