"""Which files are programs, of which kind, and what they do."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.flow.walking import kinds

TRAINS = "for batch in rows:\n    loss.backward()\n"
NOTEBOOK = '{"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": ["import random\\n", "loss.backward()\\n"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'  # noqa: E501

CASES: dict[str, tuple[str | Mapping[str, str], list[str]]] = {
    "a script": (TRAINS, ["train.py:2 script training"]),
    "a script, where it first acts": (
        "import random\nX = 1\nprint(X)\nfor a in b: pass\nrandom.seed(0)\nrandom.random()\nloss.backward()",
        ["train.py:5 script training"],
    ),
    "a main guard": (
        "def main():\n    loss.backward()\nif __name__ == '__main__':\n    main()",
        ["train.py:3 main guard training"],
    ),
    "a notebook": ({"n.ipynb": NOTEBOOK}, ["n.ipynb:1 notebook training"]),
    "only definitions": ("def main():\n    loss.backward()\n", []),
    "only constants": ("A = f()\n", []),
    "what others import": (
        {"lib.py": "register('x')\ndef f(): pass\n", "train.py": "import lib\n" + TRAINS},
        ["train.py:3 script training"],
    ),
    "relative imports": ({"p/__init__.py": "", "p/a.py": "from . import b\nf()\n", "p/b.py": ""}, []),
    "a function that a decorator makes the main one": (
        "from sacred import Experiment\nex = Experiment('e')\n@ex.automain\ndef main():\n    loss.backward()\n",
        ["train.py:2 script training"],
    ),
    "setup.py and conftest.py": ({"setup.py": "setup(name='x')\n", "conftest.py": "f()\n"}, []),
    "__init__.py": ({"p/__init__.py": "f()\n"}, []),
    "a demonstration in a package": (
        {
            "p/__init__.py": "",
            "p/model.py": "class M: pass\nif __name__ == '__main__':\n    m = M()\n    loss.backward()\n",
        },
        ["p/model.py:2 main guard neither"],
    ),
    "a program in a package": (
        {
            "p/__init__.py": "",
            "p/train.py": "def main():\n    loss.backward()\nif __name__ == '__main__':\n    main()\n",
        },
        ["p/train.py:3 main guard training"],
    ),
    "a guard in a package that takes what its function returns": (
        {
            "p/__init__.py": "",
            "p/train.py": "def train():\n    loss.backward()\nif __name__ == '__main__':\n    a, b = train()\n",
            "p/make.py": "def make(): pass\nif __name__ == '__main__':\n    net = make()\n    loss.backward()\n",
        },
        ["p/make.py:2 main guard neither", "p/train.py:3 main guard training"],
    ),
    "a main function that a call finds by its name": (
        {
            "p/__init__.py": "",
            "p/train.py": "import tensorflow as tf\ndef main(_):\n    loss.backward()\n"
            "if __name__ == '__main__':\n    tf.app.run()\n",
            "p/other.py": "import tensorflow as tf\ndef main(_):\n    loss.backward()\ndef do(_): pass\n"
            "if __name__ == '__main__':\n    tf.app.run(do)\n",
        },
        ["p/other.py:5 main guard", "p/train.py:4 main guard training"],
    ),
    "a sign that says nothing without another": (
        {
            "a.py": "import gym, torch\nenv = gym.make('x')\nfor a in b: env.step(torch.load(a))\n",
            "b.py": "import gym\nenv = gym.make('x')\nfor a in b: env.step(a)\n",
        },
        ["a.py:3 script evaluation", "b.py:3 script"],
    ),
    "a program that hands its main function on": (
        {
            "p/__init__.py": "",
            "p/train.py": "import fire\ndef main():\n    loss.backward()\nif __name__ == '__main__':\n    fire.Fire(main)\n",
        },
        ["p/train.py:4 main guard training"],
    ),
    "no call says it, the name does": ({"train_it.py": "for a in b: f(a)\n"}, ["train_it.py:1 script perhaps training"]),
    "nothing says it": ({"tool.py": "for a in b: f(a)\n"}, ["tool.py:1 script"]),
    "training that is switched off": (
        "TRAIN = False\nif TRAIN:\n    loss.backward()\nfor a in b: pass",
        ["train.py:3 script perhaps training"],
    ),
    "an empty file": ("", []),
    "a broken file": ("for a in b:\n    loss.backward(\n", ["train.py:1 script perhaps training"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_programs(case: str) -> None:
    files, expected = CASES[case]
    assert kinds(files) == expected
