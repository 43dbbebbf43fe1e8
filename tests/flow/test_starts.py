"""What starts a program, and which of its commands and options count."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.flow.walking import kinds, programs, walk

LIB = "def main():\n    loss.backward()\n"
"""Trains when it is called, and is no program by itself."""
WORKS = "from . import other\nloss.backward()\n"
"""Works at its top level, as a module of a package only."""

CASES: dict[str, tuple[str | Mapping[str, str], list[str]]] = {
    "a console script": (
        {"pyproject.toml": "[project.scripts]\ntrain = 'pkg.cli:main'\n", "pkg/__init__.py": "", "pkg/cli.py": LIB},
        ["pkg/cli.py:1 console script training"],
    ),
    "a console script of Poetry": (
        {"pyproject.toml": "[tool.poetry.scripts]\nt = {callable = 'pkg.cli:main'}\n", "src/pkg/cli.py": LIB},
        ["src/pkg/cli.py:1 console script training"],
    ),
    "a console script of setup.cfg": (
        {"setup.cfg": "[options.entry_points]\nconsole_scripts =\n    t = cli:main\n    u = no:such\n", "cli.py": LIB},
        ["cli.py:1 console script training"],
    ),
    "a console script of setup.py": (
        {"setup.py": "setup(entry_points={'console_scripts': ['t = cli:main'], 'x': ['p = cli:other']})", "cli.py": LIB},
        ["cli.py:1 console script training"],
    ),
    "a console script of setup.py, in INI text": (
        {"setup.py": "setup(entry_points='''\n[console_scripts]\nt = cli:main\n[p]\nx=cli:y\n''')", "cli.py": LIB},
        ["cli.py:1 console script training"],
    ),
    "a plugin of another group is no program": (
        {"pyproject.toml": "[project.entry-points.plugins]\nx = 'cli:main'\n", "cli.py": LIB},
        [],
    ),
    "a console script of a function that a guard calls": (
        {
            "pyproject.toml": "[project.scripts]\nt = 'cli:main'\n",
            "cli.py": LIB + "if __name__ == '__main__':\n    main()\n",
        },
        ["cli.py:3 main guard training"],
    ),
    "a console script of an object with commands": (
        {
            "pyproject.toml": "[project.scripts]\nt = 'pkg.cli:app'\n",
            "pkg/cli.py": "import typer\napp = typer.Typer()\n@app.command()\ndef fit():\n    loss.backward()\n",
        },
        ["pkg/cli.py:4 console script training"],
    ),
    "a package's own main": (
        {"pkg/__init__.py": "", "pkg/cli.py": LIB, "pkg/__main__.py": "from .cli import main\nmain()\n"},
        ["pkg/__main__.py:2 module training"],
    ),
    "a module that is started by its name": (
        {"run.sh": "python -m pkg.train --x 1\n", "pkg/__init__.py": "", "pkg/other.py": "", "pkg/train.py": WORKS},
        ["pkg/train.py:2 module training"],
    ),
    "a module that nothing starts": (
        {"run.sh": "pytest -m pkg.train\n", "pkg/__init__.py": "", "pkg/other.py": "", "pkg/train.py": WORKS},
        [],
    ),
    "a file that others import, and a script starts": (
        {"Makefile": "train:\n\tcd src && python3 train.py\n", "src/train.py": "loss.backward()\n", "src/b.py": "import train\n"},
        ["src/train.py:1 script training"],
    ),
    "a file that is only copied": (
        {"Makefile": "train:\n\tcp train.py out\n", "train.py": "loss.backward()\n", "b.py": "import train\n"},
        [],
    ),
    "a stage of dvc.yaml": (
        {
            "dvc.yaml": "stages:\n  fit:\n    wdir: src\n    cmd: python -m fit ${lr}\n",
            "src/fit.py": "loss.backward()\n",
            "src/b.py": "import fit\n",
        },
        ["src/fit.py:1 module training"],
    ),
    "an MLproject": (
        {
            "MLproject": "entry_points:\n  main:\n    command: 'python fit.py {lr}'\n",
            "fit.py": "loss.backward()\n",
            "b.py": "import fit\n",
        },
        ["fit.py:1 script training"],
    ),
    "a job of a workflow": (
        {
            ".github/workflows/t.yml": "jobs:\n  a:\n    steps:\n      - working-directory: src\n        run: |\n          torchrun fit.py\n",  # noqa: E501
            "src/fit.py": "loss.backward()\n",
            "src/b.py": "import fit\n",
        },
        ["src/fit.py:1 script training"],
    ),
    "an image's entry point, its command in CMD": (
        {
            "Dockerfile": 'FROM python:3.12.1\nENTRYPOINT ["python"]\nCMD ["fit.py"]\n',
            "fit.py": "loss.backward()\n",
            "b.py": "import fit\n",
        },
        ["fit.py:1 script training"],
    ),
    "commands of typer": (
        "import typer\napp = typer.Typer()\n@app.command()\ndef fit():\n    loss.backward()\n"
        "@app.command()\ndef show():\n    pass\nif __name__ == '__main__':\n    app()\n",
        ["train.py:4 main guard training", "train.py:7 main guard perhaps training"],
    ),
    "commands of click, in groups": (
        "import click\n@click.group()\ndef cli(): pass\n@cli.group()\ndef models(): pass\n"
        "@models.command()\ndef fit():\n    loss.backward()\nif __name__ == '__main__':\n    cli()\n",
        ["train.py:9 main guard training"],
    ),
    "a command that is added": (
        "import click\n@click.group()\ndef cli(): pass\n@click.command()\ndef fit():\n    loss.backward()\n"
        "@cli.command()\ndef show(): pass\ncli.add_command(fit)\nif __name__ == '__main__':\n    cli()\n",
        ["train.py:5 main guard training", "train.py:8 main guard training"],
    ),
    "commands that fire makes of a class": (
        "import fire\nclass Runs:\n    def fit(self):\n        loss.backward()\nif __name__ == '__main__':\n    fire.Fire(Runs)\n",  # noqa: E501
        ["train.py:5 main guard training"],
    ),
    "commands that fire makes of the whole file": (
        "import fire\ndef fit():\n    loss.backward()\nif __name__ == '__main__':\n    fire.Fire()\n",
        ["train.py:4 main guard training"],
    ),
    "commands that fire makes of a mapping": (
        "import fire\ndef fit():\n    loss.backward()\nif __name__ == '__main__':\n    fire.Fire({'fit': fit})\n",
        ["train.py:4 main guard training"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_starts(case: str) -> None:
    files, expected = CASES[case]
    assert kinds(files) == expected


FLAG = """\
import argparse, random
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--do_train", action="store_true")
    parser.add_argument("--noise", default=False, type=bool)
    args = parser.parse_args()
    evaluate_it()
    if args.noise:
        random.random()
    if args.do_train:
        loss.backward()
if __name__ == "__main__":
    main()
"""
SILENT = FLAG.replace("    evaluate_it()\n", "    sklearn.metrics.f1_score(a, b)\n").replace(
    "import argparse", "import sklearn.metrics, argparse"
)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"train.py": FLAG}, "training"),
        ({"train.py": SILENT}, "evaluation"),
        ({"train.py": SILENT, "run.sh": "python train.py --do_train\n"}, "training"),
        ({"train.py": SILENT, "run.sh": "python train.py --do_eval\n"}, "evaluation"),
        ({"train.py": SILENT, "run.sh": "python train.py --do_train False\n"}, "evaluation"),
        ({"train.py": SILENT, "k8s.yaml": "args: [python, train.py, --do_train=true]\n"}, "training"),
        ({"train.py": FLAG.replace('action="store_true"', "default=False, type=bool")}, "training"),
        ({"train.py": FLAG.replace("if args.do_train", "if False")}, "perhaps training"),
    ],
    ids=[
        "alone",
        "not the default",
        "launched",
        "launched otherwise",
        "launched off",
        "in YAML",
        "a default",
        "a constant",
    ],
)
def test_an_option_that_turns_training_on(files: Mapping[str, str], says: str) -> None:
    assert [program.says for program in programs(files)[1]] == [says]


def test_what_an_option_guards_is_live_where_a_script_turns_it_on() -> None:
    launched = programs({"train.py": FLAG, "run.sh": "python train.py --do_train --noise yes\n"})[1][0]
    assert [(e.dead, e.off) for e in launched.events] == [(False, False)] * 3
    alone = programs({"train.py": SILENT})[1][0]
    assert [(e.dead, e.off, e.asked) for e in alone.events] == [
        (False, False, False),
        *[(True, True, True)] * 3,
    ]


FIELDS = """\
from dataclasses import dataclass, field
from transformers import HfArgumentParser
import sklearn.metrics
@dataclass
class Run:
    do_train: bool = field(default=False)
def main():
    parser = HfArgumentParser((Run,))
    run, = parser.parse_args_into_dataclasses()
    if run.do_train:
        loss.backward()
if __name__ == "__main__":
    main()
"""


def test_a_field_that_a_parser_fills_is_an_option() -> None:
    assert [p.says for p in programs({"train.py": FIELDS})[1]] == ["training"]
    plain = FIELDS.replace(
        "    parser = HfArgumentParser((Run,))\n    run, = parser.parse_args_into_dataclasses()", "    run = Run()"
    )
    assert [p.says for p in programs({"train.py": plain})[1]] == ["perhaps training"]


def test_the_reasons_name_the_start() -> None:
    files = {
        "run.sh": "set -e\nCUDA_VISIBLE_DEVICES=0 accelerate launch --mixed_precision fp16 train.py\n",
        "train.py": "loss.backward()\n",
    }
    program = programs(files)[1][0]
    assert program.reasons == (
        "training: calls loss.backward (torch.backward)",
        "started by accelerate launch at run.sh:2",
    )
    assert [(sign.name, sign.place.path) for sign in program.accelerator] == [("accelerate launch", "run.sh")]


def test_a_seed_of_one_command_is_none_of_another() -> None:
    text = (
        "import click, torch\n@click.group()\ndef cli():\n    pass\n"
        "@cli.command()\ndef first():\n    torch.manual_seed(0)\n    torch.rand(1)\n"
        "@cli.command()\ndef second():\n    torch.rand(2)\n"
        "cli()\n"
    )
    _, found = programs(text)
    assert [[type(e.what).__name__ for e in p.events] for p in found] == [["Seed", "Draw"], ["Draw"]]


def test_a_callback_runs_before_each_command() -> None:
    text = (
        "import typer, torch\napp = typer.Typer()\n@app.callback()\ndef common():\n    torch.manual_seed(0)\n"
        "@app.command()\ndef only():\n    torch.rand(1)\napp()\n"
    )
    assert walk(text) == ["seed torch set train.py:5", "draw torch train.py:8"]
