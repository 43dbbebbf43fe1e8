"""Chains of settings become the arguments of the call at their end."""

from __future__ import annotations

import pytest

from driftlint.match.chains import with_settings
from driftlint.python.ir import CONST, Expr, dotted
from tests.session.small_repos import start

METHODS = frozenset(("format", "option", "options"))


def spell(expr: Expr) -> str:
    """Return a constant or a dotted name as text."""
    return repr(expr[3]) if expr[0] == CONST else str(dotted(expr))


CASES = {
    "no settings": ("read.load('p')", "read.load('p')"),
    "a method that takes one value": ("read.format('delta').load('p')", "read.load('p', format='delta')"),
    "a name and a value": ("read.option('a', 1).option('b', 2).load('p')", "read.load('p', a=1, b=2)"),
    "keywords": ("read.options(a=1, b=2).load('p')", "read.load('p', a=1, b=2)"),
    "the later of two counts": ("read.option('a', 1).option('a', 2).load('p')", "read.load('p', a=2)"),
    "the call's own argument counts": ("read.option('a', 1).load('p', a=3)", "read.load('p', a=3)"),
    "a name that is not written out": ("read.option(key, 1).load('p')", "read.load('p', **key)"),
    "a mapping": ("read.options(**given).load('p')", "read.load('p', **given)"),
    "another method ends the chain": ("read.option('a', 1).where('x').load('p')", "None.load('p')"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_chain_is_one_call(case: str) -> None:
    text, expected = CASES[case]
    world = start({"train.py": text.encode()}, rules=()).run().world
    (found,) = [call for _, call in world.project.calls_of("load")]
    call = with_settings(found, METHODS)
    parts = [f"{'**' if k == '**' else k + '=' if k else ''}{spell(v)}" for k, v in call[4]]
    assert f"{dotted(call[3][3])}.{call[3][4]}({', '.join(parts)})" == expected
    assert (call[1], call[2]) == (found[1], found[2])
