"""Packages, images, interpreters and commands in Python calls, by a made-up pack."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from driftlint.match.patterns import WordGate, gated_words
from driftlint.packs import Catalogue, load_packs
from tests.session.small_repos import spot, start, texts

PACK = r"""
version = 1

[[kind]]
id = "package"
label = "package"
demand = "VERSION"
strict = "SEALED"
source = "made up"

[[binding]]
form = "mapping"
calls = ["dict"]
source = "made up"

[[names]]
id = "elsewhere"
local = ['[^/:]+(:latest)?']
source = "made up"

[[reference]]
id = "job.packages"
kind = "package"
host = "python"
calls = ["job.run"]
name = [{ arg = "env", route = "pip.packages" }, { arg = "env", route = "pip" }, { arg = "packages" }]
grammar = "requirement"
form = "install"
source = "made up"

[[reference]]
id = "job.conda"
kind = "package"
host = "conda"
calls = ["job.run"]
name = { arg = "env", route = "conda.dependencies" }
grammar = "conda-spec"
form = "install"
source = "made up"

[[reference]]
id = "job.conda.pip"
kind = "package"
host = "python"
calls = ["job.run"]
name = { arg = "env", route = "conda.dependencies[].pip" }
grammar = "requirement"
form = "install"
source = "made up"

[[reference]]
id = "job.words"
kind = "package"
host = "python"
calls = ["?.with_packages"]
name = { pos = 0 }
variadic = true
grammar = "requirement"
form = "install"
source = "made up"

[[reference]]
id = "job.image"
kind = "package"
host = "docker.io"
calls = ["job.run"]
name = { arg = "image" }
grammar = "image"
source = "made up"

[[reference]]
id = "job.specs"
kind = "package"
host = "docker.io"
calls = ["job.pools"]
name = { arg = "specs", route = "[].container.image" }
grammar = "image"
source = "made up"

[[reference]]
id = "job.pull"
kind = "package"
host = "docker.io"
calls = ["job.pull"]
name = { arg = "name", pos = 0 }
pin = { arg = "tag", pos = 1 }
grammar = "image"
source = "made up"

[[reference]]
id = "job.start"
kind = "package"
host = "docker.io"
calls = ["job.start"]
name = { pos = 0 }
names = "elsewhere"
grammar = "image"
source = "made up"

[[reference]]
id = "job.python"
kind = "package"
host = "python"
calls = ["job.run"]
name = { arg = "python" }
grammar = "python-version"
source = "made up"

[[reference]]
id = "run"
kind = "package"
host = "python"
calls = ["subprocess.run", "os.system"]
beside = ["pip", "git", "docker"]
name = { pos = 0 }
grammar = "command"
source = "made up"

[[reference]]
id = "installer"
kind = "package"
host = "python"
calls = ["?.install"]
name = { pos = 0 }
variadic = true
lead = "pip install"
grammar = "command-words"
groups = ["test"]
source = "made up"

[[reference]]
id = "commands"
kind = "package"
host = "python"
calls = ["job.commands"]
name = { pos = 0 }
variadic = true
grammar = "command"
source = "made up"
"""


@lru_cache(maxsize=1)
def made() -> Catalogue:
    with TemporaryDirectory() as folder:
        path = Path(folder, "catalogue", "made.toml")
        path.parent.mkdir()
        path.write_text(PACK, encoding="utf-8")
        return load_packs([Path(folder)], builtin=False, cache=False)[0]


def told(text: str, name: str = "train.py") -> list[str]:
    """Return "line kind name state selector" of each reference, by the place that decides."""
    session = start(texts(text, name), rules=(), catalogue=made())
    found = session.run().world.references
    rows = [
        " ".join(
            (
                spot(session, r.where).rpartition(":")[2],
                r.subject.kind,
                r.subject.name,
                r.pin.state,
                r.pin.selector or "",
            )
        )
        for r in found
    ]
    return [row.rstrip() for row in rows]


def source(text: str) -> list[str]:
    """Return what stands at the place of each reference."""
    session = start(texts(text, "train.py"), rules=(), catalogue=made())
    return [text[r.where.span.start : r.where.span.end] for r in session.run().world.references]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("packages=['torch', 'numpy==1.26.4']", ["torch absent", "numpy version ==1.26.4"]),
        ("packages=('torch',)", ["torch absent"]),
        ("packages='torch>=2'", ["torch range >=2"]),
        ("packages=['a', *MORE]", ["a absent", "b absent"]),
        ("packages=['a'] + MORE", ["a absent", "b absent"]),
        (
            "packages={'torch': '2.3.0', 'numpy': '>=1', 'scipy': ''}",
            ["torch version ==2.3.0", "numpy range >=1", "scipy absent"],
        ),
        ("packages='requirements.txt'", []),
        ("packages='envs/base.yml'", []),
        ("packages=['-r base.txt', '--pre', './local']", []),
        ("packages=[name, f'{name}==1']", []),
        ("packages=None", []),
        ("packages=[]", []),
        ("env={'pip': ['torch']}", ["torch absent"]),
        ("env={'pip': {'packages': ['torch']}}", ["torch absent"]),
        ("env={'pip': 'requirements.txt'}", []),
        ("env=dict(pip=['torch'])", ["torch absent"]),
        ("env={'working_dir': '.'}", []),
        ("env={**BASE}", ["c absent"]),
        ("env=get()", []),
        ("env={'conda': 'some-env'}", []),
        ("env={'conda': {'dependencies': ['numpy=1.26', {'pip': ['torch']}]}}", ["numpy range =1.26", "torch absent"]),
    ],
)
def test_lists_of_packages(arguments: str, expected: list[str]) -> None:
    head = "import job\nMORE = ['b']\nBASE = {'pip': ['c']}\n"
    rows = told(f"{head}job.run({arguments})\n")
    assert sorted(row.partition(" package ")[2] for row in rows) == sorted(expected)


def test_items_of_another_list_stand_there() -> None:
    assert told("import job\nMORE = ['b']\njob.run(packages=['a'] + MORE)\n") == [
        "2 package b absent",
        "3 package a absent",
    ]


def test_words_of_a_call_are_packages() -> None:
    text = "import job\nx = job.base().with_tools('z').with_packages('torch', ['numpy==1.26.4', 'scipy'])\n"
    assert told(text) == ["2 package torch absent", "2 package numpy version ==1.26.4", "2 package scipy absent"]
    assert source(text) == ["'torch'", "'numpy==1.26.4'", "'scipy'"]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("job.run(image='nvidia/cuda:latest')", ["image nvidia/cuda moving latest"]),
        ("job.run(image='nvidia/cuda')", ["image nvidia/cuda absent"]),
        ("job.run(image='python:3.11')", ["image python series 3.11"]),
        ("job.run(image='python:3.11.9-slim')", ["image python tag 3.11.9-slim"]),
        ("job.run(image=IMAGE)", []),
        ("job.run(image='logo.png')", []),
        ("job.pools(specs=[{'container': {'image': 'a/b:latest'}}, {'other': 1}])", ["image a/b moving latest"]),
        ("job.pools(specs=rows)", []),
        ("job.pull('ubuntu', tag='22.04')", ["image ubuntu series 22.04"]),
        ("job.pull('ubuntu', '22.04')", ["image ubuntu series 22.04"]),
        ("job.pull('ubuntu')", ["image ubuntu absent"]),
        ("job.start('mine')", []),
        ("job.start('mine:latest')", []),
        ("job.start('mine:1.2.3')", ["image mine tag 1.2.3"]),
        ("job.start('you/yours')", ["image you/yours absent"]),
        ("job.run(python='3.11')", ["python python range 3.11"]),
        ("job.run(python=['3.10.2'])", ["python python version 3.10.2"]),
        ("job.run(python=True)", []),
        ("job.run(python='pypy')", []),
    ],
)
def test_images_and_interpreters(call: str, expected: list[str]) -> None:
    assert told(f"import job\n{call}\n") == [f"2 {row}" for row in expected]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("subprocess.run(['pip', 'install', 'torch'])", ["package torch absent"]),
        ("subprocess.run([sys.executable, '-m', 'pip', 'install', 'torch==2.3.0'])", ["package torch version ==2.3.0"]),
        ("subprocess.run(['pip', 'install', name])", []),
        ("subprocess.run(['pip', 'install', f'{name}==1.0'])", []),
        ("subprocess.run(['pip', 'install', '-r', 'requirements.txt'])", []),
        ("subprocess.run(['pip', 'install', '-e', '.'])", []),
        ("subprocess.run(['pip', 'install', *names])", []),
        ("subprocess.run(['pip', 'show', 'torch'])", []),
        ("subprocess.run(PIP + ['torch'])", ["package torch absent"]),
        ("subprocess.run([*PIP, 'torch'])", ["package torch absent"]),
        (
            "subprocess.run('pip install torch && pip install x==1.0', shell=True)",
            ["package torch absent", "package x version ==1.0"],
        ),
        ("os.system('pip install ' + name)", []),
        ("os.system(f'pip install {name}')", []),
        ("os.system(f'{sys.executable} -m pip install torch')", ["package torch absent"]),
        ("os.system('echo pip install torch')", []),
        ("subprocess.run(['bash', '-c', 'pip install torch'])", ["package torch absent"]),
        ("subprocess.run(['git', 'clone', 'https://github.com/o/r'])", ["repository o/r absent"]),
        ("subprocess.run(['docker', 'run', 'a/b:latest'])", ["image a/b moving latest"]),
        ("subprocess.run(['docker', 'build', '-t', 'a/b', '.'])", []),
        ("subprocess.run(cmd)", []),
        ("subprocess.run()", []),
        ("session.install('torch', '-r', 'x.txt', 'y==1.0')", ["package torch absent", "package y version ==1.0"]),
        ("session.install('.')", []),
        ("job.commands('pip install torch', 'ls')", ["package torch absent"]),
        (
            "job.commands(['pip install torch', 'pip install x==1.0'])",
            ["package torch absent", "package x version ==1.0"],
        ),
    ],
)
def test_commands(call: str, expected: list[str]) -> None:
    head = "import job, os, subprocess, sys\nPIP = ['pip', 'install']\ndef f(session, name, names, cmd):\n"
    assert told(f"{head}    {call}\n") == [f"4 {row}" for row in expected]


def test_a_word_stands_at_its_own_literal() -> None:
    text = "import subprocess\nsubprocess.run(['pip', 'install', 'torch', 'numpy'])\n"
    assert source(text) == ["'torch'", "'numpy'"]


def test_a_word_of_a_shell_text_stands_in_that_text() -> None:
    text = "import os\nos.system('pip install -q torch numpy')\nos.system('''\npip install scipy\n''')\n"
    assert source(text) == ["torch", "numpy", "scipy"]
    assert [row.split()[0] for row in told(text)] == ["2", "2", "4"]


def test_tests_and_ci_files_are_told_apart() -> None:
    def groups(name: str) -> tuple[str, ...]:
        session = start(texts("import os\nos.system('pip install torch')\n", name), rules=(), catalogue=made())
        (reference,) = session.run().world.references
        return reference.groups

    assert groups("prepare.py") == ()
    assert groups("tests/prepare.py") == ("test",)
    assert groups("noxfile.py") == ("ci",)


def test_a_gated_pattern_needs_one_of_its_words() -> None:
    gate = WordGate(["lib.load"], [("subprocess.run", ("pip", "git"))])
    assert gate.admits(frozenset((b"subprocess", b"run", b"pip")))
    assert not gate.admits(frozenset((b"subprocess", b"run", b"ls")))
    assert gate.admits(frozenset((b"lib", b"load")))


def test_a_word_is_gated_only_if_all_its_patterns_are() -> None:
    gated = gated_words([(("a.run", "b.call()"), ("pip",)), (("c.run",), ("git",)), (("d.call",), ())])
    assert gated == {"run": frozenset(("pip", "git"))}


def test_an_image_that_the_repo_builds_is_its_own() -> None:
    files = {
        "train.py": "import job\njob.run(image='me/train:latest')\n",
        "build.sh": "docker build -t me/train:latest .\n",
    }
    session = start(texts(files), rules=(), catalogue=made())
    assert [r.subject.name for r in session.run().world.references] == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("packages=[name]", True),
        ("packages=['a', name]", True),
        ("packages=['a', *[1][job.n]]", True),
        ("packages=['a']", False),
        ("packages=[]", False),
        ("packages=None", False),
        ("", False),
    ],
)
def test_a_list_that_cannot_be_read_whole_is_told(arguments: str, expected: bool) -> None:
    session = start(texts(f"import job\njob.run({arguments})\n", "train.py"), rules=(), catalogue=made())
    reasons = [reason for _, reason, _ in session.run().report.coverage.unknown]
    assert ("a package that is listed here is known only when the program runs" in reasons) is expected


SETUP = """\
from setuptools import setup

extras = {"train": ["torch"], "dev": ["black"]}
extras["docs"] = ["sphinx"]
setup(
    name="lab",
    python_requires=">=3.10",
    extras_require={"test": ["pytest"], "all-tests": ["coverage"], **more, "gpu": ["apex"]},
)
setup(name="lab", extras_require=extras)
"""


def test_extras_of_setup_scripts_are_of_the_group_that_their_name_says() -> None:
    session = start(texts(SETUP, "setup.py"), rules=())
    rows = {r.subject.name: (r.subject.kind, r.groups) for r in session.run().world.references}
    assert rows == {
        "torch": ("package", ("optional", "library")),
        "black": ("package", ("optional", "library", "dev")),
        "sphinx": ("package", ("optional", "library", "docs")),
        "pytest": ("package", ("optional", "library", "test")),
        "coverage": ("package", ("optional", "library", "test")),
        "apex": ("package", ("optional", "library")),
        "python": ("python", ("python", "library")),
    }
