"""A few lines that ask for more work or memory than there is: the run ends, and what stands beside them is judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cli.program_run import Run, Write

resource = pytest.importorskip("resource")
HEAD = "import os\nimport sys\nfrom datasets import load_dataset\n"
N = 60


def doubling(step: str, first: str = '"x"') -> str:
    """Return a program in which each of 60 lines names the one before it twice."""
    lines = [f"a{at + 1} = {step.format(a=f'a{at}')}\n" for at in range(N)]
    return HEAD + f"a0 = {first}\n" + "".join(lines) + f"load_dataset(a{N})\n"


def keys(form: str) -> str:
    return "".join(form.format(new=at + 1, old=at) for at in range(N))


BOMBS: dict[str, str] = {
    "plus.py": doubling("{a} + {a}"),
    "fstring.py": doubling('f"{{{a}}}{{{a}}}"'),
    "empty_fstring.py": doubling('f"{{{a}}}{{{a}}}"', '""'),
    "unknown_fstring.py": doubling('f"{{{a}}}{{{a}}}"', "sys.argv[1]"),
    "format.py": doubling('"{{}}{{}}".format({a}, {a})'),
    "percent.py": doubling('"%s%s" % ({a}, {a})'),
    "paths.py": doubling("os.path.join({a}, {a})"),
    "nested.py": doubling("[{a}, {a}]"),
    "merged.py": doubling('{{**{a}, "k": {a}}}', '{"x": 1}'),
    "replace.py": HEAD
    + 'a0 = "aaaaaaaaaa"\n'
    + "".join(f'a{at + 1} = a{at}.replace("a", "aaaaaaaaaa")\n' for at in range(N))
    + f"load_dataset(a{N})\n",
    "numbers.py": HEAD
    + 'load_dataset("x" * 10**11)\nload_dataset(str(9**9**9**9))\nload_dataset(f"{1:>99999999999}")\n',
    "branches.py": HEAD
    + 'a0 = "x"\n'
    + "".join(f'a{at + 1} = (a{at} + "p") if sys.argv else (a{at} + "q")\n' for at in range(N))
    + f"load_dataset(a{N})\n",
    "calls.py": HEAD
    + "def f0(x):\n    load_dataset(x)\n"
    + "".join(f"def f{at + 1}(x):\n    f{at}(x + 'a')\n    f{at}(x + 'b')\n" for at in range(N))
    + f"f{N}('a')\n",
    "recursion.py": HEAD + "def f(x):\n    return f(x + 'a')\nload_dataset(f('a'))\n",
    "classes.py": HEAD + "class A(B):\n    pass\nclass B(A):\n    pass\nload_dataset(A.x)\n",
    "hydra.py": HEAD + "import hydra\n@hydra.main(config_path='conf', config_name='a')\ndef main(cfg):\n"
    "    load_dataset(cfg.dataset)\nmain()\n",
    "conf/a.yaml": "defaults:\n  - b\n  - a\ndataset: x\n",
    "conf/b.yaml": "defaults:\n  - a\n  - b\n",
    "conf/c.yaml": "a0: x\n" + keys("a{new}: ${{a{old}}}${{a{old}}}\n"),
    "aliases.yaml": "a0: &a0 [x]\n" + keys("a{new}: &a{new} [*a{old}, *a{old}]\n"),
    "Dockerfile": "ARG A0=x\n" + keys("ARG A{new}=${{A{old}}}${{A{old}}}\n") + f"FROM ${{A{N}}}\n",
    "run.sh": "A0=x\n" + keys("A{new}=$A{old}$A{old}\n") + f"pip install $A{N} {'{a,b}' * 40} {{1..999999999}}\n",
    "Makefile": "A0=x\n" + keys("A{new}=$(A{old})$(A{old})\n") + f"all:\n\tpip install $(A{N})\n",
    "requirements.txt": "-r requirements.txt\n-r a-requirements.txt\n",
    "a-requirements.txt": "-r requirements.txt\n-c a-requirements.txt\n" + "torch==" + "9" * 5_000 + "\n",
    ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    strategy:\n      matrix:\n"
    + "".join(f"        k{at}: [a, b, c, d]\n" for at in range(40))
    + "    runs-on: x\n    steps:\n    - run: pip install "
    + "".join(f"${{{{ matrix.k{at} }}}}" for at in range(40))
    + "\n",
}


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """Bound the address space (bytes) of processes that are started meanwhile."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize("name", [name for name in BOMBS if not name.startswith("conf/")])
def test_a_run_ends(name: str, driftlint: Run, write: Write) -> None:
    """A run takes about a second, and no gigabytes: past two minutes or 2 GiB it is ended, and the test fails."""
    chosen = {
        path: text for path, text in BOMBS.items() if path in (name, "a-requirements.txt") or path.startswith("conf/")
    }
    write({**chosen, "beside.py": HEAD + 'load_dataset("stanfordnlp/imdb")\n'})
    with at_most(2 << 30):
        done = driftlint("check", "--output-format", "json", "--no-cache")
    assert done.returncode == 1, done.stderr
    assert "MemoryError" not in done.stderr + done.stdout
    found = [(f["path"], f["line"], f["rule"]) for f in json.loads(done.stdout)["findings"]]
    assert ("beside.py", 4, "dataset-unpinned") in found
