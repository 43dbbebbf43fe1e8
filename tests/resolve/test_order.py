"""What an expression may be does not depend on which questions were asked before, circles of names included."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from driftlint.python.ir import Expr, calls_in, statement_expressions, walk
from driftlint.python.module import Scope
from driftlint.resolve import Resolver
from driftlint.values import Known
from tests.session.small_repos import start

CIRCLES = {
    "two functions that call each other": """
def even(n, mark="a"):
    return odd(n, mark) if n else mark
def odd(n, mark="b"):
    return even(n, mark) if n else mark
one = even(3)
two = odd(4, "c")
""",
    "a function that hands on its own parameter": """
def down(n, name="top"):
    if n:
        return down(n - 1, name)
    return name
first = down(3)
second = down(2, "other")
""",
    "names that are set from each other": """
a = "x"
for _ in range(3):
    b = a
    a = b or "y"
c = a
""",
    "methods of one object": """
class Box:
    def __init__(self, tag="t"):
        self.tag = tag
        self.other = self.read()
    def read(self):
        return self.write(self.tag)
    def write(self, value):
        self.tag = value
        return self.read() or value
box = Box("u")
seen = box.read()
""",
}


def asked(resolver: Resolver, order: tuple[int, ...], calls: list[tuple[Expr, Scope]]) -> dict[int, list[str]]:
    answers = {}
    for number in order:
        call, scope = calls[number]
        answers[number] = sorted(
            repr(v.value) if isinstance(v, Known) else type(v).__name__ for v in resolver.evaluate(call, scope)
        )
    return answers


def calls_of(scope: Scope) -> Iterator[tuple[Expr, Scope]]:
    for stmt in walk(scope.body):
        for expr in statement_expressions(stmt):
            yield from ((call, scope) for call in calls_in(expr))
    for inner in scope.inner:
        yield from calls_of(inner)


@pytest.mark.parametrize("name", CIRCLES)
def test_any_order(name: str) -> None:
    world = start({"train.py": CIRCLES[name]}, rules=()).run().world
    project, forms = world.project, world.resolver.forms
    module = project.module("train.py")
    assert module is not None
    calls = list(calls_of(module.scope))[:6]
    orders = itertools.permutations(range(len(calls)))
    first = asked(Resolver(project, forms), next(orders), calls)
    for order in orders:
        assert asked(Resolver(project, forms), order, calls) == first, order
