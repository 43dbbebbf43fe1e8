"""Parameters, wrappers, objects, mappings that are passed on, functions that are handed on."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.resolve.probing import probe, trail

CASES: dict[str, tuple[str | Mapping[str, str], list[str]]] = {
    "a parameter that callers give": ("def f(a):\n    probe(a)\nf('a')\nf(a='b')", ["'a' train.py:3", "'b' train.py:4"]),
    "a default that a caller uses": (
        "def f(a='d'):\n    probe(a)\nf()\nf('a')",
        ["'a' train.py:4", "'d' train.py:1"],
    ),
    "a default that no caller uses": ("def f(a='d'):\n    probe(a)\nf('a')", ["'a' train.py:3"]),
    "a default without a caller": ("def f(a='d'):\n    probe(a)", ["'d' train.py:1"]),
    "no default and no caller": (
        "def f(a):\n    probe(a)",
        ["unknown: the caller gives `a`, and no call of f() is in this repo"],
    ),
    "a keyword-only parameter": ("def f(*, a='d'):\n    probe(a)\nf(a='b')", ["'b' train.py:3"]),
    "called under another name": (
        {"lib.py": "def f(a):\n    probe(a)\n", "train.py": "from lib import f as g\ng('a')"},
        ["'a' train.py:2"],
    ),
    "by position after others": ("def f(x, y=1, a='d'):\n    probe(a)\nf(1, 2, 'a')", ["'a' train.py:3"]),
    "the rest of the arguments": (
        "def f(*a):\n    probe(a)\nf('a')",
        ["unknown: it is whatever the caller passes"],
    ),
    "a call with a splat": (
        "def f(a='d'):\n    probe(a)\nf(*x())",
        ["unknown: `a` is passed on through a mapping that is not known"],
    ),
    "what a function returns": ("def f():\n    return 'a'\nprobe(f())", ["'a' train.py:2"]),
    "all returns": (
        "def f():\n    if x:\n        return 'a'\n    return 'b'\nprobe(f())",
        ["'a' train.py:3", "'b' train.py:4"],
    ),
    "a returned parameter": ("def f(a):\n    return a\nprobe(f('a'))", ["'a' train.py:3"]),
    "a lambda": ("f = lambda: 'a'\nprobe(f())", ["'a' train.py:1"]),
    "a wrapper of depth 4": (
        "def a(n):\n    probe(n)\ndef b(n):\n    a(n)\ndef c(n):\n    b(n=n)\ndef d(n='d'):\n    c(n)\nd()\nd('e')",
        ["'e' train.py:10", "'d' train.py:7"],
    ),
    "a wrapper over files": (
        {
            "lib/__init__.py": "from .io import read",
            "lib/io.py": "def read(n):\n    probe(n)",
            "train.py": "from lib import read\nread('a')",
        },
        ["'a' train.py:2"],
    ),
    "a recursive function": (
        "def f(a, n=0):\n    probe(a)\n    f(a, n + 1)\nf('a')",
        ["'a' train.py:4", "unknown: it depends on itself"],
    ),
    "a function of the same name elsewhere": (
        {"other.py": "def f(a):\n    pass\nf('b')", "train.py": "def f(a):\n    probe(a)\nf('a')"},
        ["'a' train.py:3"],
    ),
    "a closure": ("def f(a):\n    def g():\n        probe(a)\n    return g\nf('a')", ["'a' train.py:5"]),
    # objects
    "set in __init__": (
        "class C:\n    def __init__(self, a):\n        self.a = a\n    def f(self):\n        probe(self.a)\nC('a')",
        ["'a' train.py:6"],
    ),
    "a default of __init__": (
        "class C:\n    def __init__(self, a='d'):\n        self.a = a\n    def f(self):\n        probe(self.a)\nC()",
        ["'d' train.py:2"],
    ),
    "read from outside": (
        "class C:\n    def __init__(self):\n        self.a = 'a'\nc = C()\nprobe(c.a)",
        ["'a' train.py:3"],
    ),
    "set by a subclass through super": (
        "class B:\n    def __init__(self, a):\n        self.a = a\n    def f(self):\n        probe(self.a)\n"
        "class C(B):\n    def __init__(self):\n        super().__init__('a')",
        ["'a' train.py:8"],
    ),
    "an argument of a method": (
        "class C:\n    def f(self, a):\n        probe(a)\nC().f('a')",
        ["'a' train.py:4"],
    ),
    "an argument of a static method": (
        "class C:\n    @staticmethod\n    def f(a):\n        probe(a)\nC.f('a')",
        ["'a' train.py:5"],
    ),
    "an argument of a class method": (
        "class C:\n    @classmethod\n    def f(cls, a):\n        probe(a)\nC.f('a')",
        ["'a' train.py:5"],
    ),
    "a method of self": (
        "class C:\n    def f(self, a):\n        probe(a)\n    def g(self):\n        self.f('a')",
        ["'a' train.py:5"],
    ),
    "a property": (
        "class C:\n    @property\n    def a(self):\n        return 'a'\nprobe(C().a)",
        ["'a' train.py:4"],
    ),
    "an enum's member": (
        "from enum import Enum\nclass E(str, Enum):\n    A = 'a'\nprobe(E.A)",
        ["'a' train.py:3"],
    ),
    "a dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: str = 'a'\nprobe(C().a)",
        ["'a' train.py:4"],
    ),
    "a dataclass that is given the field": (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: str = 'a'\nprobe(C(a='b').a)",
        ["'b' train.py:5"],
    ),
    "a dataclass by position": (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    n: int\n    a: str = 'a'\nprobe(C(1, 'b').a)",
        ["'b' train.py:6"],
    ),
    "field(default=...)": (
        "from dataclasses import dataclass, field\n@dataclass\nclass C:\n    a: str = field(default='a')\nprobe(C().a)",
        ["'a' train.py:4"],
    ),
    "field(default_factory=...)": (
        "from dataclasses import dataclass, field\n@dataclass\nclass C:\n"
        "    a: str = field(default_factory=lambda: 'a')\nprobe(C().a)",
        ["'a' train.py:4"],
    ),
    "a nested dataclass": (
        "from dataclasses import dataclass, field\n@dataclass\nclass D:\n    a: str = 'a'\n@dataclass\nclass C:\n"
        "    d: D = field(default_factory=D)\nprobe(C().d.a)",
        ["'a' train.py:4"],
    ),
    "a model": (
        "from pydantic import BaseModel, Field\nclass C(BaseModel):\n    a: str = Field('a', description='d')\nprobe(C().a)",
        ["'a' train.py:3"],
    ),
    "settings": (
        "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    a: str = 'a'\ns = S()\nprobe(s.a)",
        ["'a' train.py:3"],
    ),
    "settings of another module": (
        {
            "conf.py": "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    a: str = 'a'\nsettings = S()",
            "train.py": "from conf import settings\nprobe(settings.a)",
        },
        ["'a' conf.py:3"],
    ),
    "vars of an object": (
        "from dataclasses import asdict, dataclass\n@dataclass\nclass C:\n    a: str = 'a'\nprobe(asdict(C())['a'])",
        ["'a' train.py:4"],
    ),
    "getattr": ("class C:\n    a = 'a'\nprobe(getattr(C(), 'a', 'd'))", ["'a' train.py:2"]),
    "the default of getattr": (
        "class C:\n    a = 'a'\nprobe(getattr(C(), 'b', 'd'))",
        ["unknown: `b` of a `C` is set outside of its class", "'d' train.py:3"],
    ),
    "a dataclass by position behind inherited fields": (
        "from dataclasses import dataclass\n@dataclass\nclass B:\n    n: int\n@dataclass\nclass C(B):\n    a: str = 'a'\n"
        "probe(C(1, 'b').a)",
        ["'b' train.py:8"],
    ),
    "an annotated parameter": (
        "class C:\n    a = 'a'\ndef f(c: C):\n    probe(c.a)",
        ["'a' train.py:2"],
    ),
    # mappings that are passed on
    "a splat of a dict": ("def f(a='d'):\n    probe(a)\nf(**{'a': 'a'})", ["'a' train.py:3"]),
    "a splat of a named dict": ("def f(a='d'):\n    probe(a)\nk = dict(a='a')\nf(**k)", ["'a' train.py:3"]),
    "a splat through a function": (
        "def f(a='d'):\n    probe(a)\ndef g(**k):\n    f(**k)\ng(a='a')",
        ["'a' train.py:5"],
    ),
    "a splat through two functions": (
        "def f(a='d'):\n    probe(a)\ndef g(**k):\n    f(**k)\ndef h(**m):\n    g(x=1, **m)\nh(a='a')",
        ["'a' train.py:7"],
    ),
    "a splat that leaves it out": (
        "def f(a='d'):\n    probe(a)\ndef g(**k):\n    f(**k)\ng(b='b')",
        ["'d' train.py:1"],
    ),
    "a splat that nobody knows": (
        "def f(a='d'):\n    probe(a)\nf(**x())",
        ["unknown: `a` is passed on through a mapping that is not known"],
    ),
    "keyword arguments that are set in between": (
        "def f(a='d'):\n    probe(a)\ndef g(**k):\n    k['a'] = 'a'\n    f(**k)\ng()",
        ["'a' train.py:4"],
    ),
    # functions that are handed on
    "partial": (
        "from functools import partial\ndef f(a, b):\n    probe(b)\ng = partial(f, 'a', b='b')",
        ["'b' train.py:4"],
    ),
    "partial by position": (
        "import functools\ndef f(a, b):\n    probe(a)\ng = functools.partial(f, 'a')",
        ["'a' train.py:4"],
    ),
    "submit": (
        "from concurrent.futures import ThreadPoolExecutor\ndef f(a):\n    probe(a)\n"
        "with ThreadPoolExecutor() as pool:\n    pool.submit(f, 'a')",
        ["'a' train.py:5"],
    ),
    "a remote function": ("import ray\n@ray.remote\ndef f(a):\n    probe(a)\nf.remote('a')", ["'a' train.py:5"]),
    "to_thread": ("import asyncio\ndef f(a):\n    probe(a)\nawait asyncio.to_thread(f, 'a')", ["'a' train.py:4"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_values(case: str) -> None:
    files, expected = CASES[case]
    assert probe(files) == expected


@pytest.mark.parametrize("use", ["k['a']", "k.get('a', 'd')", "k.pop('a', 'd')"])
def test_a_key_of_the_keyword_arguments(use: str) -> None:
    assert probe(f"def f(**k):\n    probe({use})\nf(a='a')") == ["'a' train.py:3"]


def test_the_trail_of_a_wrapper() -> None:
    assert trail(
        {
            "lib.py": "def read(name):\n    probe(name)\ndef fetch(name='d'):\n    return read(name)\n",
            "conf.py": "\nA = 'a'\nB = A\n",
            "train.py": "from conf import B\nfrom lib import fetch\nfetch(B)\n",
        }
    ) == [
        "lib.py:1 parameter `name` of read()",
        "lib.py:4 passed to read() as `name`",
        "lib.py:3 parameter `name` of fetch()",
        "train.py:3 passed to fetch() as `name`",
        "train.py:1 `B` is imported from conf.py",
        "conf.py:2 `B` is set here",
        "conf.py:1 `A` is set here",
        "conf.py:1",
    ]


def test_the_trail_of_a_field() -> None:
    assert trail("""
        class C:
            def __init__(self, a='d'):
                self.a = a
            def f(self):
                probe(self.a)
        C()
    """) == [
        "train.py:5",
        "train.py:3 `self.a` is set here",
        "train.py:2 parameter `a` of __init__()",
        "train.py:2",
    ]


def test_the_trail_of_a_parser() -> None:
    assert trail("""
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument('--name', default='a')
        args = parser.parse_args()
        name = args.name
        probe(name)
    """) == ["train.py:5 `name` is set here", "train.py:5", "train.py:3 default of `--name`", "train.py:3"]
