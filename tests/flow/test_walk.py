"""The order of draws, seeds and switches; what is switched off; what frameworks call."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from driftlint.flow.calls import Draw
from tests.flow.walking import programs, spell, walk

CASES: dict[str, tuple[str | Mapping[str, str], list[str]]] = {
    "a seed, then a draw": (
        "import numpy as np\nnp.random.seed(0)\nnp.random.rand()",
        ["seed numpy set train.py:2", "draw numpy train.py:3"],
    ),
    "a draw, then a seed": (
        "import numpy as np\nnp.random.rand()\nnp.random.seed(0)",
        ["draw numpy train.py:2", "seed numpy set train.py:3"],
    ),
    "arguments before the call": (
        "import numpy as np\nnp.random.seed(np.random.randint(9))",
        ["draw numpy train.py:2", "seed numpy set train.py:2"],
    ),
    "in a function, where it is called": (
        "import numpy as np\ndef f():\n    np.random.seed(0)\ndef g():\n    np.random.rand()\ng()\nf()",
        ["draw numpy train.py:5", "seed numpy set train.py:3"],
    ),
    "a function twice": (
        "import numpy as np\ndef g():\n    np.random.rand()\ng()\ng()",
        ["draw numpy train.py:3"],
    ),
    "a function that is never called": (
        "import numpy as np\ndef seed():\n    np.random.seed(0)\nnp.random.rand()",
        ["draw numpy train.py:4"],
    ),
    "a function of another module": (
        {
            "lib/__init__.py": "from .seeding import seed_all\n",
            "lib/seeding.py": "import random\nimport numpy as np\ndef seed_all(n):\n    random.seed(n)\n    np.random.seed(n)\n",
            "train.py": "from lib import seed_all\nimport numpy as np\nseed_all(3)\nnp.random.rand()\n",
        },
        ["seed python+keras set lib/seeding.py:4", "seed numpy set lib/seeding.py:5", "draw numpy train.py:4"],
    ),
    "a draw while a module is imported": (
        {
            "data.py": "import numpy as np\nROWS = np.random.rand(3)\n",
            "train.py": "import data\nimport numpy as np\nnp.random.seed(0)\nprint(data.ROWS)\n",
        },
        ["draw numpy data.py:2", "seed numpy set train.py:3"],
    ),
    "an import below the seed": (
        {
            "data.py": "import numpy as np\nROWS = np.random.rand(3)\n",
            "train.py": "import numpy as np\nnp.random.seed(0)\nimport data\nprint(data.ROWS)\n",
        },
        ["seed numpy set train.py:2", "draw numpy data.py:2"],
    ),
    "a module is imported once": (
        {
            "a.py": "import numpy as np\nX = np.random.rand()\n",
            "b.py": "import a\n",
            "train.py": "import a\nimport b\nimport numpy as np\nnp.random.seed(0)\n",
        },
        ["draw numpy a.py:2", "seed numpy set train.py:4"],
    ),
    "modules that import each other": (
        {
            "a.py": "import b\nimport numpy as np\nX = np.random.rand()\n",
            "b.py": "import a\n",
            "train.py": "import a\nimport numpy as np\nnp.random.seed(0)\n",
        },
        ["draw numpy a.py:3", "seed numpy set train.py:3"],
    ),
    "a branch of the command line": (
        "import argparse\nimport numpy as np\np = argparse.ArgumentParser()\np.add_argument('--seed', type=int)\n"
        "args = p.parse_args()\nif args.seed is not None:\n    np.random.seed(args.seed)\nnp.random.rand()",
        ["seed numpy unset train.py:7 off", "draw numpy train.py:8"],
    ),
    "a branch whose default is on": (
        "import argparse\nimport numpy as np\np = argparse.ArgumentParser()\np.add_argument('--seed', type=int, default=3)\n"
        "args = p.parse_args()\nif args.seed is not None:\n    np.random.seed(args.seed)\nnp.random.rand()",
        ["seed numpy set train.py:7", "draw numpy train.py:8"],
    ),
    "a switch that is off": (
        "import argparse\nimport numpy as np\np = argparse.ArgumentParser()\np.add_argument('--noise', action='store_true')\n"
        "args = p.parse_args()\nif args.noise:\n    np.random.rand()\nelse:\n    np.random.randn()",
        ["draw numpy train.py:7 off", "draw numpy train.py:9"],
    ),
    "a choice among equals": (
        "import argparse\nimport numpy as np\np = argparse.ArgumentParser()\np.add_argument('--mode', default='a')\n"
        "args = p.parse_args()\nif args.mode == 'a':\n    np.random.rand()\nelif args.mode == 'b':\n    np.random.randn()",
        ["draw numpy train.py:7", "draw numpy train.py:9 choice"],
    ),
    "dead code of a constant": (
        "import numpy as np\nDEBUG = False\nif DEBUG:\n    np.random.seed(0)\nnp.random.rand()",
        ["seed numpy set train.py:4 off", "draw numpy train.py:5"],
    ),
    "a rate of nothing": (
        "import numpy as np\nRATE = 0.0\nif RATE > 0:\n    np.random.rand()\nfor a in b: pass",
        ["draw numpy train.py:4 off"],
    ),
    "a condition that cannot be told": (
        "import numpy as np\nimport sys\nif len(sys.argv) > 2:\n    np.random.seed(0)\nnp.random.rand()",
        ["seed numpy set train.py:4", "draw numpy train.py:5"],
    ),
    "a function that a dead and a living branch call": (
        "import numpy as np\nX = False\ndef f():\n    np.random.rand()\nif X:\n    f()\nf()",
        ["draw numpy train.py:4 off", "draw numpy train.py:4"],
    ),
    "the main guard": (
        "import numpy as np\ndef main():\n    np.random.rand()\nif __name__ == '__main__':\n    np.random.seed(0)\n    main()",
        ["seed numpy set train.py:5", "draw numpy train.py:3"],
    ),
    "a seed that comes from the clock": (
        "import numpy as np\nimport time\nnp.random.seed(int(time.time()))\nnp.random.rand()",
        ["seed numpy entropy train.py:3", "draw numpy train.py:4"],
    ),
    "a seed of nothing": (
        "import random\nrandom.seed()\nrandom.random()",
        ["seed python+keras unset train.py:2", "draw python train.py:3"],
    ),
    "a seed of None": (
        "import random\nSEED = None\nrandom.seed(SEED)\nrandom.random()",
        ["seed python+keras unset train.py:3", "draw python train.py:4"],
    ),
    "a seed of the command line": (
        "import random\nimport sys\nrandom.seed(int(sys.argv[1]))\nrandom.random()",
        ["seed python+keras set train.py:3", "draw python train.py:4"],
    ),
    # objects
    "__init__ now, other methods when they are called": (
        "import numpy as np\nclass C:\n    def __init__(self):\n        np.random.rand()\n    def f(self):\n"
        "        np.random.randn()\nc = C()\nnp.random.seed(0)\nc.f()",
        ["draw numpy train.py:4", "seed numpy set train.py:8", "draw numpy train.py:6"],
    ),
    "methods that a framework calls come last": (
        "import numpy as np\nclass Rows(Base):\n    def __getitem__(self, i):\n        return np.random.rand()\n"
        "rows = Rows()\nnp.random.seed(0)",
        ["seed numpy set train.py:6", "draw numpy train.py:4 later"],
    ),
    "an __init__ of a base class": (
        "import numpy as np\nclass B:\n    def __init__(self):\n        np.random.rand()\n"
        "class C(B):\n    pass\nC()\nnp.random.seed(0)",
        ["draw numpy train.py:4", "seed numpy set train.py:8"],
    ),
    "a class that is passed by name": (
        "import numpy as np\nfrom pkg import run\nclass C:\n    def __init__(self):\n        np.random.rand()\nrun(C)",
        ["draw numpy train.py:5 later"],
    ),
    "a class that is asked about": (
        "import numpy as np\nclass C:\n    def __init__(self):\n        np.random.rand()\nisinstance(x, C)\nnp.random.seed(0)",
        ["seed numpy set train.py:6"],
    ),
    "a function that is passed by name": (
        "import numpy as np\ndef f(x):\n    return np.random.rand()\nlist(map(f, rows))\nnp.random.seed(0)",
        ["draw numpy train.py:3", "seed numpy set train.py:5"],
    ),
    "a lambda that is passed": (
        "import numpy as np\nlist(map(lambda x: np.random.rand(), rows))\nnp.random.seed(0)",
        ["draw numpy train.py:2", "seed numpy set train.py:3"],
    ),
    "a main function that a library runs": (
        "import fire\nimport numpy as np\ndef main():\n    np.random.rand()\nif __name__ == '__main__':\n    fire.Fire(main)",
        ["draw numpy train.py:4"],
    ),
    "a decorated main function": (
        "import hydra\nimport numpy as np\n@hydra.main(config_path=None)\ndef main(cfg):\n    np.random.rand()\n"
        "if __name__ == '__main__':\n    main()",
        ["draw numpy train.py:5"],
    ),
    "recursion": (
        "import numpy as np\ndef f(n):\n    np.random.rand()\n    f(n - 1)\nf(3)",
        ["draw numpy train.py:3"],
    ),
    "a loop": ("import numpy as np\nfor i in range(3):\n    np.random.rand()", ["draw numpy train.py:3"]),
    "a comprehension": ("import numpy as np\ntotal([np.random.rand() for i in x])", ["draw numpy train.py:2"]),
    "with, try": (
        "import numpy as np\nwith a():\n    np.random.seed(0)\ntry:\n    np.random.rand()\nfinally:\n    np.random.randn()",
        ["seed numpy set train.py:3", "draw numpy train.py:5", "draw numpy train.py:7"],
    ),
    "a generator of its own": (
        "import numpy as np\nrng = np.random.default_rng(0)\nother = np.random.default_rng()\nrng.random()",
        ["carry numpy.random.default_rng set train.py:2", "carry numpy.random.default_rng nothing train.py:3"],
    ),
    "a class that a config names": (
        {
            "conf/config.yaml": "data:\n  _target_: lib.Data\n",
            "lib.py": "import numpy as np\nclass Data:\n    def __init__(self):\n        np.random.rand()\n",
            "train.py": "import hydra\nimport numpy as np\nfrom hydra.utils import instantiate\n"
            "@hydra.main(config_path='conf', config_name='config')\ndef main(cfg):\n    instantiate(cfg.data)\n"
            "    np.random.seed(0)\nif __name__ == '__main__':\n    main()\n",
        },
        ["draw numpy lib.py:4", "seed numpy set train.py:7"],
    ),
    # switches
    "a switch that is assigned": (
        "import torch\ntorch.backends.cudnn.benchmark = True\nprint(1)\nfor a in b: pass",
        ["switch torch.cudnn.benchmark True train.py:2"],
    ),
    "a switch that is called": (
        "import torch\ntorch.use_deterministic_algorithms(True)",
        ["switch torch.use_deterministic_algorithms True train.py:2"],
    ),
    "a switch that is turned off": (
        "import torch\ntorch.use_deterministic_algorithms(False)",
        ["switch torch.use_deterministic_algorithms False train.py:2"],
    ),
    "a switch under an alias": (
        "import torch\nimport torch.backends.cudnn as cudnn\ncudnn.benchmark = True\nfor a in b: pass",
        ["switch torch.cudnn.benchmark True train.py:3"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_order(case: str) -> None:
    files, expected = CASES[case]
    assert walk(files) == expected


def test_the_main_guard_of_an_imported_module_does_not_run() -> None:
    files = {
        "lib.py": "import numpy as np\nif __name__ == '__main__':\n    np.random.seed(0)\n",
        "train.py": "import lib\nimport numpy as np\nnp.random.rand()\n",
    }
    session, found = programs(files)
    told = {p.path: [spell(session, event) for event in p.events] for p in found}
    assert told == {"lib.py": ["seed numpy set lib.py:3"], "train.py": ["draw numpy train.py:3"]}


def test_what_a_worker_does_is_marked() -> None:
    text = (
        "import numpy as np\nfrom multiprocessing import Pool\n"
        "def work(i):\n    return helper(i)\ndef helper(i):\n    return np.random.rand()\n"
        "np.random.seed(0)\nhelper(1)\nwith Pool(2) as pool:\n    pool.map(work, range(3))\n"
    )
    _, found = programs(text)
    assert [(type(e.what).__name__, e.worker.name if e.worker else "") for e in found[0].events] == [
        ("Seed", ""),
        ("Draw", ""),
        ("Draw", "multiprocessing.Pool.map"),
    ]


@pytest.mark.parametrize(
    ("call", "worker"),
    [
        ("mp.Process(target=work)", "multiprocessing.Process"),
        ("mp.get_context('spawn').Process(target=partial(work, 1))", "multiprocessing.spawned"),
        ("mp.get_context('fork').Process(target=work)", "multiprocessing.Process"),
        ("ProcessPoolExecutor(2).submit(work, 1)", "concurrent.futures.ProcessPoolExecutor"),
        ("ProcessPoolExecutor(2, initializer=seed).submit(work, 1)", "concurrent.futures.ProcessPoolExecutor"),
        ("ProcessPoolExecutor(1, initializer=seed).submit(work, 1)", "concurrent.futures.ProcessPoolExecutor.alone"),
        ("ThreadPoolExecutor(2).map(work, range(2))", "threads.map"),
        ("ThreadPoolExecutor(1).map(work, range(2))", None),
        ("pool = ThreadPoolExecutor(2)\nfor i in range(2):\n    pool.submit(work, i)", "threads.submit"),
        ("Parallel(n_jobs=-1)(delayed(work)(i) for i in range(2))", "joblib.Parallel"),
        ("Parallel(2, prefer='threads')(delayed(work)(i) for i in range(2))", "joblib.threads.preferred"),
        ("Parallel(2, require='sharedmem')(delayed(work)(i) for i in range(2))", None),
        ("ThreadPoolExecutor(2).map(work, [1])", "threads.map"),
        ("ThreadPoolExecutor(max_workers=1).map(work, [1])", None),
        ("ThreadPoolExecutor(2).submit(work, 1)", None),
        ("for i in 'ab': ThreadPoolExecutor(2).submit(work, i)", "threads.submit"),
        ("Parallel()(delayed(work)(i) for i in range(2))", None),
        ("ray.remote(work).remote(1)", "ray.remote"),
        ("work(1)", None),
    ],
)
def test_which_calls_start_workers(call: str, worker: str | None) -> None:
    text = (
        "import multiprocessing as mp, random, ray\nfrom concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor\n"
        "from functools import partial\nfrom joblib import Parallel, delayed\n"
        f"def work(i):\n    return random.random()\n{call}\n"
    )
    _, found = programs(text)
    draws = [e for p in found for e in p.events if isinstance(e.what, Draw)]
    assert [e.worker.worker.id if e.worker else None for e in draws] == [worker]
