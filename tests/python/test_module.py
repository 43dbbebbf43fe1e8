"""Scopes, guards, bindings and the outline of one file."""

from __future__ import annotations

import pytest

from driftlint.python.module import Module, Outline, extract_facts, outline
from tests.python.spelling import spell

TEXT = """\
import os
LIMIT = 3
def outer(a, b=make()):
    c = a
    def inner():
        return c
    return inner
class Thing(Base):
    size = 1
    def method(self):
        self.x = lambda v: v + 1
        return self.x
if LIMIT > 2:
    if not os:
        d = here()
    else:
        d = there()
elif LIMIT:
    def late():
        return 7
last = outer(1)
"""


def module_of(text: str) -> Module:
    return Module("train.py", extract_facts(text))


def outline_of(text: str) -> Outline:
    found = outline(extract_facts(text))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("part", "scope"),
    [
        ("LIMIT = 3", ""),
        ("make()", ""),
        ("a, b", ""),
        ("c = a", "outer"),
        ("return c", "outer.inner"),
        ("return inner", "outer"),
        ("Base", ""),
        ("size = 1", "Thing"),
        ("self.x = ", "Thing.method"),
        ("v + 1", "Thing.method.<lambda>"),
        ("return self.x", "Thing.method"),
        ("there()", ""),
        ("return 7", "late"),
        ("last", ""),
    ],
)
def test_scope_at(part: str, scope: str) -> None:
    assert module_of(TEXT).scope_at(TEXT.index(part)).qualname == scope


def test_a_default_of_a_lambda_belongs_to_the_scope_around_it() -> None:
    text = "f = lambda a=seed(): draw(a)\n"
    module = module_of(text)
    assert module.scope_at(text.index("seed")).qualname == ""
    assert module.scope_at(text.index("draw")).qualname == "<lambda>"


def test_an_empty_file_has_a_scope() -> None:
    module = module_of("")
    assert module.scope_at(0) is module.scope
    assert module.scope_at(99) is module.scope
    assert module.scope.bindings == {}


@pytest.mark.parametrize(
    ("part", "guards"),
    [
        ("LIMIT = 3", []),
        ("here()", [("(LIMIT > 2)", True), ("<not_operator: os>", True)]),
        ("there()", [("(LIMIT > 2)", True), ("<not_operator: os>", False)]),
        ("def late", [("(LIMIT > 2)", False), ("LIMIT", True)]),
        ("last", []),
    ],
)
def test_guards(part: str, guards: list[tuple[str, bool]]) -> None:
    module = module_of(TEXT)
    found = module.guards_at(module.scope, TEXT.index(part))
    assert [(spell(condition), wanted) for condition, wanted in found] == guards


def test_guards_inside_loops_and_tries() -> None:
    text = "for a in b:\n  try:\n    if c:\n      x = 1\n  except E:\n    if d:\n      y = 2\n"
    module = module_of(text)
    for part, guard in (("x = 1", "c"), ("y = 2", "d")):
        assert [spell(c) for c, _ in module.guards_at(module.scope, text.index(part))] == [guard]


def bindings(module: Module, name: str, scope: str = "") -> list[tuple[int, str, tuple[int, ...], tuple[str, ...]]]:
    """Return (line, kind, route, guards) of each binding of a name."""
    (found,) = [s for s in module.scopes() if s.qualname == scope]
    text = BOUND if module.path == "train.py" else ""
    return [
        (text.count("\n", 0, b.offset) + 1, b.kind, b.route, tuple(spell(c) for c, _ in b.guards))
        for b in found.bindings.get(name, [])
    ]


BOUND = """\
import a.b, c as d
from e import f as g
h = i = 1
j, (k, l) = 2
for m, n in 3: pass
with 4 as o: p = 5
if h: q = 6
else: q = 7
r.s = 8
t['u'] = 9
def v(w, *x): y = 10
class z: pass
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a", [(1, "import", (), ())]),
        ("d", [(1, "import", (), ())]),
        ("g", [(2, "import", (), ())]),
        ("h", [(3, "value", (), ())]),
        ("i", [(3, "value", (), ())]),
        ("j", [(4, "value", (0,), ())]),
        ("l", [(4, "value", (1, 1), ())]),
        ("n", [(5, "element", (1,), ())]),
        ("o", [(6, "context", (), ())]),
        ("p", [(6, "value", (), ())]),
        ("q", [(7, "value", (), ("h",)), (8, "value", (), ("h",))]),
        ("r.s", [(9, "value", (), ())]),
        ("t['u']", [(10, "value", (), ())]),
        ("v", [(11, "scope", (), ())]),
        ("z", [(12, "scope", (), ())]),
        ("b", []),
        ("y", []),
    ],
)
def test_bindings(name: str, expected: list[tuple[int, str, tuple[int, ...], tuple[str, ...]]]) -> None:
    assert bindings(module_of(BOUND), name) == expected


def test_parameters_bind_in_their_function() -> None:
    module = module_of(BOUND)
    assert bindings(module, "w", "v") == [(11, "param", (), ())]
    assert bindings(module, "x", "v") == [(11, "param", (), ())]
    assert bindings(module, "y", "v") == [(11, "value", (), ())]


def test_a_walrus_binds_its_name() -> None:
    text = "if (n := load('a')):\n    use(n)\n"
    found = module_of(text).scope.bindings.get("n", [])
    assert [(b.kind, b.offset) for b in found] == [("value", text.index("n :="))]


def test_calls_by_last_name() -> None:
    text = (
        "a.load(1)\ndef f(x=load(2)):\n    def g():\n        [load(3) for y in z]\n@load(4)\nclass C(load(5)): pass\n"
    )
    module = module_of(text)
    assert sorted(text[c[1] : c[2]] for c in module.calls["load"]) == [
        "a.load(1)", "load(2)", "load(3)", "load(4)", "load(5)"
    ]  # fmt: skip
    assert sorted(module.calls) == ["load"]


def test_outline_names() -> None:
    text = "import a.b\nfrom .c import d, e as f\ndef g():\n    from h import *\n    class i:\n        def j(self): k.l()\n"
    found = outline_of(text)
    assert sorted(line[:3] for line in found.imports) == [("a.b", 0, ()), ("c", 1, ("d", "e")), ("h", 0, ("*",))]
    assert found.defines == {"g", "i", "j"}
    assert found.words == {"l"}


@pytest.mark.parametrize(
    ("text", "guard", "work"),
    [
        ("if __name__ == '__main__':\n    main()\n", "if __name__ == '__main__'", None),
        ("if '__main__' == __name__:\n    main()\n", "if '__main__' == __name__", None),
        ("if __name__ != '__main__':\n    main()\n", None, None),
        ("if __name__ == '__mp_main__' or x:\n    main()\n", None, None),
        ("x = 1\nfor a in b:\n    f()\n", None, "for a in b:\n    f()"),
        ("x = f()\n", None, None),
        ("f()\n", None, "f()"),
        ("print('x')\nlogging.basicConfig()\nsys.path.append('.')\n", None, None),
        ("with open('x') as f:\n    pass\n", None, "with open('x') as f:\n    pass"),
        ("def f(): g()\n", None, None),
    ],
)
def test_outline_entry(text: str, guard: str | None, work: str | None) -> None:
    found = outline_of(text)
    assert (text[slice(*found.guard)] if found.guard else None) == guard
    assert (text[slice(*found.work)] if found.work else None) == work


def test_outline_errors() -> None:
    text = "a = 1\nf('x'\n"
    assert [text.count("\n", 0, at) + 1 for at in outline_of(text).errors] == [2]
    assert outline_of("a = 1\n").errors == ()
