"""Names, constants, imports, strings and conditions."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.resolve.probing import probe

CASES: dict[str, tuple[str | Mapping[str, str], list[str]]] = {
    "a module whose own import of its name finds something else": (
        {"a/part.py": "import part\nNAME = 'x'\n", "a/train.py": "from part import NAME\nprobe(NAME)"},
        ["'x' a/part.py:2"],
    ),
    "a literal": ("probe('a')", ["'a' train.py:1"]),
    "a number": ("probe(-3)", ["-3 train.py:1"]),
    "None": ("probe(None)", ["None train.py:1"]),
    "a constant of the module": ("A = 'a'\nprobe(A)", ["'a' train.py:1"]),
    "a constant by way of another": ("A = 'a'\nB = A\nprobe(B)", ["'a' train.py:1"]),
    "a constant used in a function": ("A = 'a'\ndef f():\n    probe(A)", ["'a' train.py:1"]),
    "a constant that stands below the function": ("def f():\n    probe(A)\nA = 'a'", ["'a' train.py:3"]),
    "the last assignment before the use": ("a = 'a'\na = 'b'\nprobe(a)\na = 'c'", ["'b' train.py:2"]),
    "a local name hides the constant": ("A = 'a'\ndef f():\n    A = 'b'\n    probe(A)", ["'b' train.py:3"]),
    "a class is no scope for its methods": (
        "A = 'a'\nclass C:\n    A = 'b'\n    def f(self):\n        probe(A)",
        ["'a' train.py:1"],
    ),
    "a constant of a class": ("class C:\n    A = 'a'\nprobe(C.A)", ["'a' train.py:2"]),
    "a constant of a class by self": (
        "class C:\n    A = 'a'\n    def f(self):\n        probe(self.A)",
        ["'a' train.py:2"],
    ),
    "a constant of a base class": (
        "class B:\n    A = 'a'\nclass C(B):\n    pass\nprobe(C().A)",
        ["'a' train.py:2"],
    ),
    "a constant by cls": (
        "class C:\n    A = 'a'\n    @classmethod\n    def f(cls):\n        probe(cls.A)",
        ["'a' train.py:2"],
    ),
    "unpacking": ("a, (b, c) = 'a', ('b', 'c')\nprobe(c)", ["'c' train.py:1"]),
    "an element of a loop": ("for a in ['a', 'b']:\n    probe(a)", ["'a' train.py:1", "'b' train.py:1"]),
    "a key in a loop over a dict": ("for a in {'a': 1, 'b': 2}:\n    probe(a)", ["'a' train.py:1", "'b' train.py:1"]),
    "an attribute that is assigned": ("import x\nx.a = 'a'\nprobe(x.a)", ["'a' train.py:2"]),
    "another name of a module": (
        "import tensorflow.compat.v1 as tf\nprobe(tf.layers.dense)",
        ["outside tensorflow.layers.dense"],
    ),
    "a part of another name of a module": (
        "from tensorflow.compat.v2 import data\nprobe(data.Dataset)",
        ["outside tensorflow.data.Dataset"],
    ),
    "another name of a module, by attributes": (
        "import tensorflow\nprobe(tensorflow.compat.v1.set_random_seed)",
        ["outside tensorflow.set_random_seed"],
    ),
    "what only begins like another name of a module": (
        "import tensorflow.compat.v11 as tf\nprobe(tf.layers)",
        ["outside tensorflow.compat.v11.layers"],
    ),
    "what another package makes of a class that it is given": (
        "import maker, trl\nprobe(maker.make(cls=trl.SFTTrainer).train)",
        ["outside maker.make().train", "outside trl.SFTTrainer().train"],
    ),
    "what another package makes of a class of the repo, and of one by position": (
        "import maker, trl\nclass C: pass\nprobe(maker.make(trl.SFTTrainer, cls=C))",
        ["outside maker.make()"],
    ),
    "a name that nothing sets": ("probe(a)", ["outside a"]),
    "itself": ("def f():\n    a = a\n    probe(a)", ["outside a"]),
    # imports
    "an imported constant": (
        {"conf.py": "\nA = 'a'", "train.py": "from conf import A\nprobe(A)"},
        ["'a' conf.py:1"],
    ),
    "under another name": (
        {"conf.py": "A = 'a'", "train.py": "from conf import A as B\nprobe(B)"},
        ["'a' conf.py:1"],
    ),
    "an attribute of a module": (
        {"conf.py": "A = 'a'", "train.py": "import conf as c\nprobe(c.A)"},
        ["'a' conf.py:1"],
    ),
    "what a folder named like an installed package does not hold": (
        {
            "p/__init__.py": "",
            "p/datasets/__init__.py": "class Rows: ...",
            "p/datasets/gsm8k.py": "from datasets import load_dataset\nprobe(load_dataset)",
        },
        ["outside datasets.load_dataset"],
    ),
    "what such a folder does hold": (
        {
            "p/__init__.py": "",
            "p/datasets/__init__.py": "A = 'a'",
            "p/datasets/gsm8k.py": "from datasets import A\nprobe(A)",
        },
        ["'a' p/datasets/__init__.py:1"],
    ),
    "a module of the repo that makes its names when it is asked": (
        {"conf.py": "def __getattr__(name): ...", "train.py": "from conf import A\nprobe(A)"},
        ["outside conf.py:A"],
    ),
    "a dotted module": (
        {"p/__init__.py": "", "p/conf.py": "A = 'a'", "train.py": "import p.conf\nprobe(p.conf.A)"},
        ["'a' p/conf.py:1"],
    ),
    "a module of a folder without __init__": (
        {"p/conf.py": "A = 'a'", "train.py": "from p import conf\nprobe(conf.A)"},
        ["'a' p/conf.py:1"],
    ),
    "a relative import": (
        {"p/__init__.py": "", "p/conf.py": "A = 'a'", "p/q/__init__.py": "", "p/q/t.py": "from ..conf import A\nprobe(A)"},
        ["'a' p/conf.py:1"],
    ),
    "a re-export": (
        {
            "p/__init__.py": "from .conf import A",
            "p/conf.py": "A = 'a'",
            "train.py": "from p import A\nprobe(A)",
        },
        ["'a' p/conf.py:1"],
    ),
    "a re-export of a re-export under other names": (
        {
            "a.py": "A = 'a'",
            "b.py": "from a import A as B",
            "c.py": "from b import B as C",
            "train.py": "import c\nprobe(c.C)",
        },
        ["'a' a.py:1"],
    ),
    "a wildcard": ({"conf.py": "A = 'a'", "train.py": "from conf import *\nprobe(A)"}, ["'a' conf.py:1"]),
    "a wildcard in between": (
        {
            "p/__init__.py": "from .conf import *",
            "p/conf.py": "A = 'a'",
            "train.py": "from p import A\nprobe(A)",
        },
        ["'a' p/conf.py:1"],
    ),
    "two wildcards, and the first brings the name": (
        {"conf.py": "A = 'a'", "more.py": "B = 'b'", "train.py": "from conf import *\nfrom more import *\nprobe(A)"},
        ["'a' conf.py:1"],
    ),
    "two wildcards that bring the name": (
        {"conf.py": "A = 'a'", "more.py": "A = 'b'", "train.py": "from conf import *\nfrom more import *\nprobe(A)"},
        ["'b' more.py:1"],
    ),
    "a wildcard of the repo before one of a package": (
        {"conf.py": "A = 'a'", "train.py": "from conf import *\nfrom torch.nn import *\nprobe(A)"},
        ["'a' conf.py:1"],
    ),
    "a wildcard of a package before one of the repo": (
        {"conf.py": "A = 'a'", "train.py": "from conf import *\nfrom torch.nn import *\nprobe(Linear)"},
        ["outside torch.nn.Linear"],
    ),
    "a wildcard of a package in between": (
        {
            "p/__init__.py": "from torch.nn import *\nfrom .conf import *",
            "p/conf.py": "A = 'a'",
            "train.py": "from p import A\nprobe(A)",
        },
        ["'a' p/conf.py:1"],
    ),
    "a name of Python beside a wildcard": (
        {"conf.py": "A = 'a'", "train.py": "from conf import *\nprobe(open)"},
        ["outside open"],
    ),
    "wildcards in a circle": (
        {"a.py": "from b import *", "b.py": "from a import *", "train.py": "from a import A\nprobe(A)"},
        ["outside a.py:A"],
    ),
    "imports in a circle": (
        {"a.py": "from b import A", "b.py": "from a import A", "train.py": "from a import A\nprobe(A)"},
        ["outside a.py:A"],
    ),
    "a src folder": (
        {"src/p/__init__.py": "", "src/p/conf.py": "A = 'a'", "scripts/train.py": "from p.conf import A\nprobe(A)"},
        ["'a' src/p/conf.py:1"],
    ),
    "an import in a function": (
        {"conf.py": "A = 'a'", "train.py": "def f():\n    from conf import A\n    probe(A)"},
        ["'a' conf.py:1"],
    ),
    "an import that is tried": (
        {"conf.py": "A = 'a'", "train.py": "try:\n    from conf import A\nexcept ImportError:\n    A = 'b'\nprobe(A)"},
        ["'a' conf.py:1", "'b' train.py:4"],
    ),
    "an outside name": ("from pkg.sub import f as g\nprobe(g)", ["outside pkg.sub.f"]),
    "an outside module": ("import pkg.sub as s\nprobe(s.f)", ["outside pkg.sub.f"]),
    "an instance of an outside class": (
        "from pkg import Client\nc = Client()\nprobe(c.items.get)",
        ["outside pkg.Client().items.get"],
    ),
    "a file called as a module of the standard library": (
        {"a/__init__.py": "", "a/random.py": "A = 'a'", "a/train.py": "import random\nprobe(random.A)"},
        ["outside random.A"],
    ),
    # strings
    "an f-string": ("A = 'a'\nprobe(f'{A}/b')", ["'a/b' train.py:1"]),
    "an f-string with an unknown part": ("probe(f'a/{x()}')", ["text a/{} train.py:1"]),
    "a sum": ("A = 'a'\nprobe(A + '/b')", ["'a/b' train.py:1"]),
    "a sum with an unknown part": ("probe(x() + '/b')", ["text {}/b train.py:1"]),
    "format": ("probe('{}/{}'.format('a', 'b'))", ["'a/b' train.py:1"]),
    "format with an unknown part": ("probe('a/{}'.format(x()))", ["text a/{} train.py:1"]),
    "format by name": ("probe('a/{n}'.format(n=x()))", ["text a/{} train.py:1"]),
    "a method of a string": ("A = 'A '\nprobe(A.strip().lower())", ["'a' train.py:1"]),
    "a joined path": ("import os\nprobe(os.path.join('a', 'b'))", ["local"]),
    "a path divided": ("from pathlib import Path\nprobe(Path('a') / 'b')", ["local"]),
    "str of a value": ("A = 'a'\nprobe(str(A))", ["'a' train.py:1"]),
    "a number and a rank": ("probe(1337 + rank())", ["1337 train.py:1"]),
    # conditions
    "a conditional value": ("probe('a' if x else 'b')", ["'a' train.py:1", "'b' train.py:1"]),
    "branches": (
        "if x:\n    a = 'a'\nelif y:\n    a = 'b'\nelse:\n    a = 'c'\nprobe(a)",
        ["'a' train.py:2", "'b' train.py:4", "'c' train.py:6"],
    ),
    "a branch over a default": ("a = 'a'\nif x:\n    a = 'b'\nprobe(a)", ["'a' train.py:1", "'b' train.py:3"]),
    "only what stands in the same branch": (
        "if x:\n    a = 'a'\n    probe(a)\nelse:\n    a = 'b'",
        ["'a' train.py:2"],
    ),
    "set again in the same branch": ("a = 'a'\nif x:\n    a = 'b'\n    probe(a)", ["'b' train.py:3"]),
    "set again one branch further in": (
        "a = 'a'\nif x:\n    a = 'b'\n    if y:\n        a = 'c'\n    probe(a)",
        ["'b' train.py:3", "'c' train.py:5"],
    ),
    "set again when it failed": (
        "try:\n    a = f('a')\nexcept E:\n    a = 'b'\n    probe(a)",
        ["outside f()", "'b' train.py:4"],
    ),
    "or takes the default": ("probe(None or 'a')", ["'a' train.py:1"]),
    "or with an unknown first": ("probe(x() or 'a')", ["outside x()", "'a' train.py:1"]),
    "or with a fixed first": ("probe('a' or 'b')", ["'a' train.py:1"]),
    "match": (
        "match x:\n    case 1:\n        a = 'a'\n    case _:\n        a = 'b'\nprobe(a)",
        ["'a' train.py:3", "'b' train.py:5"],
    ),
    "a value that the condition lets through": (
        "a = 'a' if x else 'b'\nif a == 'b':\n    probe(a)",
        ["'b' train.py:1"],
    ),
    "values that the condition keeps out": (
        "a = 'a'\nif a == 'b':\n    probe(a)",
        ["unknown: the condition above lets no known value through"],
    ),
    "a list that holds it": (
        "for a in ['a', 'b', 'c']:\n    if a in ('a', 'c'):\n        probe(a)",
        ["'a' train.py:1", "'c' train.py:1"],
    ),
    "the other branch": ("for a in ['a', 'b']:\n    if a != 'a':\n        pass\n    else:\n        probe(a)", ["'a' train.py:1"]),
    "a beginning": ("for a in ['x/a', 'b']:\n    if a.startswith('x/'):\n        probe(a)", ["'x/a' train.py:1"]),
    "not None": ("a = None if x else 'a'\nif a is not None:\n    probe(a)", ["'a' train.py:1"]),
    "truth": ("a = None if x else 'a'\nif a:\n    probe(a)", ["'a' train.py:1"]),
    "and": ("a = 'a' if x else 'b'\nif y and a == 'a':\n    probe(a)", ["'a' train.py:1"]),
    "not": ("a = 'a' if x else 'b'\nif not a == 'a':\n    probe(a)", ["'b' train.py:1"]),
    "a condition on another name": ("a = 'a'\nif b == 'c':\n    probe(a)", ["'a' train.py:1"]),
    # containers
    "a key of a dict": ("A = {'k': 'a', 'l': 'b'}\nprobe(A['k'])", ["'a' train.py:1"]),
    "a key by get": ("A = {'k': 'a'}\nprobe(A.get('k'))", ["'a' train.py:1"]),
    "the default of get": ("A = {'k': 'a'}\nprobe(A.get('l', 'b'))", ["'b' train.py:2"]),
    "a key that is not known": ("A = {'k': 'a', 'l': 'b'}\nprobe(A[x()])", ["'a' train.py:1", "'b' train.py:1"]),
    "a key that is set": ("A = {}\nA['k'] = 'a'\nprobe(A['k'])", ["'a' train.py:2"]),
    "nested dicts": ("A = {'k': {'l': 'a'}}\nprobe(A['k']['l'])", ["'a' train.py:1"]),
    "dict with keywords": ("A = dict(k='a')\nprobe(A['k'])", ["'a' train.py:1"]),
    "a dict in a dict": ("A = {'k': 'a'}\nB = {**A, 'l': 'b'}\nprobe(B['k'])", ["'a' train.py:1"]),
    "a later key wins": ("A = {'k': 'a'}\nB = {**A, 'k': 'b'}\nprobe(B['k'])", ["'b' train.py:2"]),
    "a key that is not there": ("A = {'k': 'a'}\nprobe(A['l'])", ["unknown: no key 'l' in the mapping"]),
    "an item of a list": ("A = ['a', 'b']\nprobe(A[-1])", ["'b' train.py:1"]),
    "a namespace": ("from types import SimpleNamespace\nA = SimpleNamespace(k='a')\nprobe(A.k)", ["'a' train.py:2"]),
    "a dict of itself": ("A = {}\nA = {**A}\nprobe(A['k'])", ["unknown: no key 'k' in the mapping"]),
    "a registry of functions": (
        "def f():\n    return 'a'\nR = {'f': f}\nprobe(R['f']())",
        ["'a' train.py:2"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_values(case: str) -> None:
    files, expected = CASES[case]
    assert probe(files) == expected
