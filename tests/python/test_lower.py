"""Every shape of expression and statement, spelled; spans as the text that they cover."""

from __future__ import annotations

import marshal

import pytest

from driftlint.python import ir
from driftlint.python.lower import lower_module
from driftlint.python.module import FACTS_VERSION, decode, encode, extract_facts, outline
from tests.python.spelling import expression, lowered, nodes, spell_block


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("x", "x"),
        ("1", "1"),
        ("0x10", "16"),
        ("1_000", "1000"),
        ("1e-3", "0.001"),
        ("-1", "-1"),
        ("+2", "2"),
        ("~x", "<unary: x>"),
        ("2j", "'2j'"),
        ("True", "True"),
        ("None", "None"),
        ("(a)", "a"),
        ("a.b.c", "a.b.c"),
        ("f()", "f()"),
        ("f(1, k=2, *a, **b)", "f(1, k=2, *a, **b)"),
        ("f(x for x in y)", "f(comprehension[x, y, x])"),
        ("f(a, # why\n  b)", "f(a, b)"),
        ("a().b(c)", "a().b(c)"),
        ("a if c else b", "either(a, b if c)"),
        ("a or b", "either(a, b)"),
        ("a or b or c", "either(either(a, b), c)"),
        ("a and b", "<and: a, b>"),
        ("not a", "<not_operator: a>"),
        ("[1, *a]", "list[1, <list_splat: a>]"),
        ("(1, 2)", "tuple[1, 2]"),
        ("{1, 2}", "set[1, 2]"),
        ("{'a': 1, **b}", "{'a': 1, **b}"),
        ("{}", "{}"),
        ("[f(x) for x in y if z]", "comprehension[x, y, z, f(x)]"),
        ("{k: v for k, v in y}", "comprehension[tuple[k, v], y, <pair: k, v>]"),
        ("a[0]", "a[0]"),
        ("a['k'][b]", "a['k'][b]"),
        ("a[1:2]", "a[<slice: 1, 2>]"),
        ("a == 'b'", "(a == 'b')"),
        ("a is not None", "(a is not None)"),
        ("a not in (1, 2)", "(a not in tuple[1, 2])"),
        ("1 < a < 2", "<comparison_operator: 1, a, 2>"),
        ("lambda: 0", "lambda(): 0"),
        ("lambda x, y=1, *z: x", "lambda(x, y = 1, *z): x"),
        ("a + 1", "<binary +: a, 1>"),
        ("a / 'b'", "<binary /: a, 'b'>"),
        ("await f()", "f()"),
        ("a @ b", "<binary @: a, b>"),
    ],
)
def test_expressions(text: str, shape: str) -> None:
    assert expression(text) == shape


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("x = 'a'", "'a'"),
        ('x = "it\'s"', '"it\'s"'),
        ("x = ''", "''"),
        ("x = 'a\\tb'", r"'a\tb'"),
        ("x = '\\x41\\u00e9\\N{BULLET}'", "'Aé•'"),
        ("x = r'a\\tb'", r"'a\\tb'"),
        ("x = R'\\d'", r"'\\d'"),
        ("x = '''a\nb'''", r"'a\nb'"),
        ('x = """a"b"""', "'a\"b'"),
        ("x = 'a' 'b' \"c\"", "'abc'"),
        ("x = ('a'\n     'b')", "'ab'"),
        ("x = 'a\\\nb'", "'ab'"),
        ("x = u'a'", "'a'"),
        ("x = f'a'", "'a'"),
        ("x = f'{a}'", "join(a)"),
        ("x = f'p/{a}-{b.c!r:>{w}}'", "join('p/', a, '-', b.c)"),
        ("x = f'{{a}}'", "'{a}'"),
        ("x = f'{{a}}\\t{b}'", r"join('{a}\t', b)"),
        ("x = rf'\\d{b}'", r"join('\\d', b)"),
        ('x = f"""a\n{b}"""', r"join('a\n', b)"),
        ("x = 'p/' f'{a}'", "join('p/', join(a))"),
        ("x = 'a' + b", "join('a', b)"),
        ("x = a + '/b'", "join(a, '/b')"),
        ("x = a + b", "<binary +: a, b>"),
        ("x = 'a' + b + 'c'", "join(join('a', b), 'c')"),
        ("x = '%s/b' % a", "<binary %: '%s/b', a>"),
    ],
)
def test_strings(text: str, shape: str) -> None:
    assert lowered(text) == [f"x = {shape}"]


@pytest.mark.parametrize("text", ["x = b'a'", "x = rb'a\\n'", "x = Rb'''a'''"])
def test_bytes_are_no_text(text: str) -> None:
    assert lowered(text) == ["x = <bytes: >"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a = 1, 2", ["a = tuple[1, 2]"]),
        ("a = b = 1", ["a = 1", "b = 1"]),
        ("a: int = 1", ["a: int = 1"]),
        ("a: 'list[str]'", ["a: 'list[str]'"]),
        ("a, (b, c) = d", ["tuple[a, tuple[b, c]] = d"]),
        ("[a, b] = d", ["list[a, b] = d"]),
        ("a, *b = d", ["tuple[a, <list_splat_pattern: b>] = d"]),
        ("a.b = a['c'] = 1", ["a.b = 1", "a['c'] = 1"]),
        ("a += 1", ["a = <augmented: a, 1>"]),
        ("a; b()", ["a", "b()"]),
        ("'docs'", []),
        ("pass", []),
        ("def f():\n  return", ["def f()", "  return"]),
        ("def f():\n  return a, b", ["def f()", "  return tuple[a, b]"]),
        ("async def f():\n  await g()", ["def f()", "  g()"]),
        (
            "def f(a, b: int, c=1, d: str = 'x', /, *e, g, h=2, **k): pass",
            ["def f(a, b: int, c = 1, d: str = 'x', *e, g (keyword), h = 2 (keyword), **k)"],
        ),
        ("def f(*, a): pass", ["def f(a (keyword))"]),
        ("def f(*a: int, **k: str): pass", ["def f(*a: int, **k: str)"]),
        ("@d\n@e(1)\ndef f(): pass", ["@d", "@e(1)", "def f()"]),
        ("@d\nclass C(B, metaclass=M):\n  x: int = 1", ["@d", "class C(B, metaclass=M)", "  x: int = 1"]),
        ("class C: pass", ["class C()"]),
        ("if a: b()", ["if a", "  b()"]),
        (
            "if a:\n  1\nelif b:\n  2\nelse:\n  3",
            ["if a", "  1", "else", "  if b", "    2", "  else", "    3"],
        ),
        ("for a, b in c:\n  d()\nelse:\n  e()", ["for tuple[a, b] in c", "  d()", "  e()"]),
        ("while a:\n  b()", ["while a", "  b()"]),
        ("async def f():\n  async for a in b: c()", ["def f()", "  for a in b", "    c()"]),
        (
            "try:\n  a()\nexcept E as e:\n  b()\nelse:\n  c()\nfinally:\n  d()",
            ["branch", "  a()", "branch", "  b()", "branch", "  c()", "branch", "  d()"],
        ),
        ("try:\n  a()\nexcept* E:\n  b()", ["branch", "  a()", "branch", "  b()"]),
        ("with a() as b, c:\n  d()", ["with a() as b, c", "  d()"]),
        ("with (a() as b, c() as (d, e)):\n  f()", ["with a() as b, c() as tuple[d, e]", "  f()"]),
        (
            "match a:\n  case 'x':\n    b()\n  case {'k': v} if v:\n    c()\n  case _:\n    d()",
            ["branch", "  b()", "branch", "  c()", "branch", "  d()"],
        ),
        ("import a.b, c as d", ["import a.b", "import c (None as d)"]),
        ("from a.b import c, d as e", ["import a.b (c as c, d as e)"]),
        ("from . import a", ["import . (a as a)"]),
        ("from ..a.b import (\n  c,\n)", ["import ..a.b (c as c)"]),
        ("from a import *", ["import a (* as *)"]),
        ("assert f(), g()", ["<assert_statement: f(), g()>"]),
        ("raise E(f()) from e", ["<raise_statement: E(f()), e>"]),
        ("del a[0]", ["<delete_statement: a[0]>"]),
        ("def f():\n  x = yield g()", ["def f()", "  x = <yield: g()>"]),
        ("def f():\n  yield from g()", ["def f()", "  <yield: g()>"]),
        ("if x: import a", ["if x", "  import a"]),
        ("if (n := f(x)): g(n)", ["n = f(x)", "if n", "  g(n)"]),
        ("def f():\n  return (a := (b := c()))", ["def f()", "  b = c()", "  a = b", "  return a"]),
        ("x = lambda: (n := f())", ["x = lambda(): f()"]),
        ("type A = int", []),
        ("global a", []),
        ("", []),
    ],
)
def test_statements(text: str, lines: list[str]) -> None:
    result = lower_module(text)
    assert spell_block(result.body) == lines
    assert result.errors == ()


def test_spans_are_code_points_behind_letters_of_several_bytes() -> None:
    text = "α = 'é𝄞'  # ü\nладда(β='名', c=f'p{α}q')\n"
    assign, call = lower_module(text).body
    assert text[assign[1] : assign[2]] == "α = 'é𝄞'"
    assert text[assign[4][1] : assign[4][2]] == "'é𝄞'"
    assert text[call[1] : call[2]] == "ладда(β='名', c=f'p{α}q')"
    (_, name), (_, joined) = call[3][4]
    assert text[name[1] : name[2]] == "'名'"
    assert [text[part[1] : part[2]] for part in joined[3]] == ["p", "α", "q"]


def test_a_definition_begins_at_its_keyword_and_knows_its_name() -> None:
    text = "@deco(1)\nasync def   größe(a=1): pass\nclass  Ü(B): pass\n"
    function, cls = lower_module(text).body
    assert text[function[1] : function[2]] == "async def   größe(a=1): pass"
    assert text[function[7] :].startswith("größe")
    assert text[cls[7] :].startswith("Ü")
    (param,) = function[4]
    assert text[param[4] : param[5]] == "a=1"


@pytest.mark.parametrize(
    ("text", "kept", "line"),
    [
        ("a = 1\nf('x'\nb = 2\n", "a = 1", 2),
        ("print 'x', f(1)\na = 1\n", "a = 1", None),
        ("exec 'x'\na = 1\n", "a = 1", None),
        ("try:\n  a = 1\nexcept E, e:\n  b()\n", "a = 1", None),
        ("def f(:\n  pass\na = 1\n", "a = 1", 1),
        ("if x:\n\ta = 1\n        b = 2\n", "a = 1", None),
        ("a = 1\n$$$ ???\nb = 2\n", "b = 2", 2),
        ("a = 1\n<<<<<<< HEAD\nb = 2\n=======\nc = 3\n>>>>>>> x\n", "a = 1", 2),
        ("a = 1\nx = 'open\nb = 2\n", "a = 1", 2),
        ("a = 1\n\x00\n", "a = 1", None),
    ],
)
def test_broken_code_keeps_what_parses(text: str, kept: str, line: int | None) -> None:
    result = lower_module(text)
    assert kept in [spelled.strip() for spelled in spell_block(result.body)]
    if line is not None:
        assert line in {text.count("\n", 0, at) + 1 for at in result.errors}, "no error is counted where it is broken"


def test_python_2_print_keeps_its_calls() -> None:
    assert lowered("print load('x'), 1\n") == ["<print_statement: load('x'), 1>"]


def test_a_call_in_a_broken_block_is_found() -> None:
    lines = lowered("def main():\n    x = load('a')\n    y = other(\n")
    assert [line for line in lines if "load('a')" in line]


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 5000 + "1" + ")" * 5000,
        "x = " + "[" * 3000 + "]" * 3000,
        "x = " + "f(" * 2000 + ")" * 2000,
        "x = " + "not " * 3000 + "a",
        "x = " + " + ".join(["'a'"] * 5000),
        "x = a" + ".b" * 5000,
        "x = a" + "[0]" * 3000,
        "x = " + "lambda: " * 1500 + "0",
        "x = " + " if c else ".join(["a"] * 2000),
        "{" * 4000,
    ],
    ids=["parentheses", "lists", "calls", "not", "plus", "attributes", "items", "lambdas", "conditions", "open"],
)
def test_deep_expressions_are_cut(text: str) -> None:
    result = lower_module(text + "\nload('after')\n")
    decoded = decode(encode(result))
    assert decoded is not None
    assert decoded[0] == result.body


@pytest.mark.parametrize("line", ["if a:", "for a in b:", "with a:", "def f():", "class C:", "try:"])
def test_deep_blocks_are_cut(line: str) -> None:
    text = "".join(" " * depth + line + "\n" for depth in range(400)) + " " * 400 + "load('x')\nlast = 1\n"
    assert decode(encode(lower_module(text))) is not None


def test_a_long_elif_chain_is_no_recursion() -> None:
    text = "if a == 0:\n  x = 0\n" + "".join(f"elif a == {n}:\n  x = {n}\n" for n in range(1, 1500))
    assert decode(extract_facts(text + "last = 1\n")) is not None


EVERYTHING = """\
import a.b as c
from . import d
@e(1)
class F(G, m=H):
    x: int = 1.5
    def g(self, p, *q, r=None, **s):
        with t() as u: return [v for v in w if v] or {**x, 'k': -1}
for y in z: i, j = (lambda n: n)(f'a{b}c') if k else 'é'
while l: l -= 1
try: m()
except N: raise
"""


def test_facts_survive_storing() -> None:
    result = lower_module(EVERYTHING)
    body = result.body
    blob = encode(result)
    decoded = decode(blob)
    assert decoded is not None
    assert decoded[0] == body
    assert [EVERYTHING[e[1] : e[2]] for e in decoded[1]] == ["lambda n: n"]
    assert decoded[2] == ()
    assert decoded[3] == {
        "t": [body[2][6][1][6][0][3][0][0]],
        "e": [body[2][5][0]],
        "": [body[3][5][0][4][3][0]],
        "m": [body[5][3][0][0][3]],
    }
    assert marshal.loads(marshal.dumps(body)) == body
    kept = outline(blob)
    assert kept is not None
    assert kept.errors == ()


@pytest.mark.parametrize("blob", [b"", b"\0\0\0\0", b"junk that is no marshal", b"\xff\xff\xff\xff" + b"x" * 20])
def test_foreign_bytes_are_no_facts(blob: bytes) -> None:
    assert outline(blob) is None
    assert decode(blob) is None


def test_facts_of_another_version_are_not_used() -> None:
    head = marshal.dumps((FACTS_VERSION + 1, (), (), (), None, None, None, ()))
    assert outline(len(head).to_bytes(4, "little") + head + marshal.dumps(((), {}))) is None


def test_spans_nest_in_everything() -> None:
    body = lower_module(EVERYTHING).body
    # a target of an assignment stands inside the statement, the body of a lambda inside the lambda
    outside = [n for n in nodes(body, (0, len(EVERYTHING))) if not n[3][0] <= n[1] <= n[2] <= n[3][1]]
    assert [EVERYTHING[s:e] for tag, s, e, _ in outside] == ["e(1)"], "only decorators stand before their definition"


def test_calls_in_goes_inside_out() -> None:
    (stmt,) = lower_module("a(b(c()), d=e())(f())").body
    assert [ir.tail(call[3]) for call in ir.calls_in(stmt[3])] == ["c", "b", "e", "a", "f", ""]
