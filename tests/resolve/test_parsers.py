"""Command-line parsers, settings and environment variables: the default that decides, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.resolve.probing import probe

ARGPARSE = "import argparse\np = argparse.ArgumentParser()\n"
HF = """\
from dataclasses import dataclass, field
from transformers import HfArgumentParser, TrainingArguments
@dataclass
class M:
    name: str = field(default='a')
@dataclass
class D:
    rows: str = 'b'
"""
CASES: dict[str, tuple[str | Mapping[str, str], list[str]]] = {
    "argparse": (ARGPARSE + "p.add_argument('--a', default='a')\nargs = p.parse_args()\nprobe(args.a)", ["'a' train.py:3"]),
    "dashes": (
        ARGPARSE + "p.add_argument('-m', '--my-model', default='a')\nargs = p.parse_args()\nprobe(args.my_model)",
        ["'a' train.py:3"],
    ),
    "a short flag alone": (
        ARGPARSE + "p.add_argument('-m', default='a')\nargs = p.parse_args()\nprobe(args.m)",
        ["'a' train.py:3"],
    ),
    "dest": (
        ARGPARSE + "p.add_argument('--a', dest='b', default='a')\nargs = p.parse_args()\nprobe(args.b)",
        ["'a' train.py:3"],
    ),
    "the first long flag": (
        ARGPARSE + "p.add_argument('--a', '--b', default='a')\nargs = p.parse_args()\nprobe(args.a)",
        ["'a' train.py:3"],
    ),
    "store_true": (
        ARGPARSE + "p.add_argument('--a', action='store_true')\nargs = p.parse_args()\nprobe(args.a)",
        ["False train.py:3"],
    ),
    "store_false": (
        ARGPARSE + "p.add_argument('--a', action='store_false')\nargs = p.parse_args()\nprobe(args.a)",
        ["True train.py:3"],
    ),
    "required": (
        ARGPARSE + "p.add_argument('--a', required=True)\nargs = p.parse_args()\nprobe(args.a)",
        ["unknown: `--a` must be given on the command line"],
    ),
    "a positional argument": (
        ARGPARSE + "p.add_argument('a')\nargs = p.parse_args()\nprobe(args.a)",
        ["unknown: `--a` must be given on the command line"],
    ),
    "an optional positional argument": (
        ARGPARSE + "p.add_argument('a', nargs='?', default='a')\nargs = p.parse_args()\nprobe(args.a)",
        ["'a' train.py:3"],
    ),
    "no default": (
        ARGPARSE + "p.add_argument('--a')\nargs = p.parse_args()\nprobe(args.a)",
        ["None train.py:3"],
    ),
    "not declared": (
        ARGPARSE + "args = p.parse_args()\nprobe(args.a)",
        ["unknown: no `--a` is declared in this repo"],
    ),
    "a default that is a constant": (
        ARGPARSE + "A = 'a'\np.add_argument('--a', default=A)\nargs = p.parse_args()\nprobe(args.a)",
        ["'a' train.py:3"],
    ),
    "a group": (
        ARGPARSE + "g = p.add_argument_group('g')\ng.add_argument('--a', default='a')\nprobe(p.parse_args().a)",
        ["'a' train.py:4"],
    ),
    "parse_known_args": (
        ARGPARSE + "p.add_argument('--a', default='a')\nargs, rest = p.parse_known_args()\nprobe(args.a)",
        ["'a' train.py:3"],
    ),
    "parse_known_args by index": (
        ARGPARSE + "p.add_argument('--a', default='a')\nargs = p.parse_known_args()[0]\nprobe(args.a)",
        ["'a' train.py:3"],
    ),
    "vars": (
        ARGPARSE + "p.add_argument('--a', default='a')\nk = vars(p.parse_args())\nprobe(k['a'])",
        ["'a' train.py:3"],
    ),
    "a splat of vars": (
        ARGPARSE + "p.add_argument('--a', default='a')\ndef f(a=None):\n    probe(a)\nf(**vars(p.parse_args()))",
        ["'a' train.py:3"],
    ),
    "a parser that a function makes": (
        "import argparse\ndef get_args():\n    p = argparse.ArgumentParser()\n    p.add_argument('--a', default='a')\n"
        "    return p.parse_args()\nargs = get_args()\nprobe(args.a)",
        ["'a' train.py:4"],
    ),
    "a parser that is handed to a function": (
        "import argparse\ndef add(p):\n    p.add_argument('--a', default='a')\n"
        "def main():\n    p = argparse.ArgumentParser()\n    add(p)\n    args = p.parse_args()\n    probe(args.a)",
        ["'a' train.py:3"],
    ),
    "a parser that another file fills": (
        {
            "opts.py": "def add(p):\n    p.add_argument('--a', default='a')\n",
            "train.py": ARGPARSE + "from opts import add\nadd(p)\nargs = p.parse_args()\nprobe(args.a)",
        },
        ["'a' opts.py:2"],
    ),
    "two parsers of one file": (
        "import argparse\ndef f():\n    p = argparse.ArgumentParser()\n    p.add_argument('--a', default='a')\n"
        "    probe(p.parse_args().a)\ndef g():\n    p = argparse.ArgumentParser()\n    p.add_argument('--a', default='b')\n"
        "    return p.parse_args()",
        ["'a' train.py:4"],
    ),
    "arguments that are passed on": (
        ARGPARSE + "p.add_argument('--a', default='a')\ndef main(args):\n    probe(args.a)\nmain(p.parse_args())",
        ["'a' train.py:3"],
    ),
    "arguments that are kept in an object": (
        ARGPARSE + "p.add_argument('--a', default='a')\nclass T:\n    def __init__(self, args):\n        self.args = args\n"
        "    def f(self):\n        probe(self.args.a)\nT(p.parse_args())",
        ["'a' train.py:3"],
    ),
    "an argument that is set again": (
        ARGPARSE + "p.add_argument('--a', default='a')\nargs = p.parse_args()\nargs.a = 'b'\nprobe(args.a)",
        ["'b' train.py:5"],
    ),
    # dataclasses
    "HfArgumentParser": (
        HF + "m, d, t = HfArgumentParser((M, D, TrainingArguments)).parse_args_into_dataclasses()\nprobe(m.name)",
        ["'a' train.py:5"],
    ),
    "HfArgumentParser, the second": (
        HF + "p = HfArgumentParser((M, D, TrainingArguments))\nm, d, t = p.parse_args_into_dataclasses()\nprobe(d.rows)",
        ["'b' train.py:8"],
    ),
    "HfArgumentParser with one class": (
        HF + "p = HfArgumentParser(M)\nm = p.parse_args_into_dataclasses()[0]\nprobe(m.name)",
        ["'a' train.py:5"],
    ),
    "HfArgumentParser from a file of the command line": (
        HF + "import sys\np = HfArgumentParser((M, D))\nif len(sys.argv) == 2:\n    m, d = p.parse_json_file(sys.argv[1])\n"
        "else:\n    m, d = p.parse_args_into_dataclasses()\nprobe(m.name)",
        ["'a' train.py:5"],
    ),
    "tyro": (
        "import tyro\nfrom dataclasses import dataclass\n@dataclass\nclass C:\n    a: str = 'a'\nc = tyro.cli(C)\nprobe(c.a)",
        ["'a' train.py:5"],
    ),
    "tyro on a function": (
        "import tyro\ndef main(a: str = 'a'):\n    probe(a)\nif __name__ == '__main__':\n    tyro.cli(main)",
        ["'a' train.py:2"],
    ),
    # decorators and annotations
    "click": (
        "import click\n@click.command()\n@click.option('--a', default='a')\ndef main(a):\n    probe(a)\nmain()",
        ["'a' train.py:3"],
    ),
    "click with a name of its own": (
        "import click\n@click.command()\n@click.option('--my-a', '-m', 'a', default='a')\ndef main(a):\n    probe(a)",
        ["'a' train.py:3"],
    ),
    "click, dashes": (
        "import click\n@click.command()\n@click.option('--my-a', default='a')\ndef main(my_a):\n    probe(my_a)",
        ["'a' train.py:3"],
    ),
    "click, required": (
        "import click\n@click.command()\n@click.option('--a', required=True)\ndef main(a):\n    probe(a)",
        ["unknown: `--a` must be given on the command line"],
    ),
    "click, a flag": (
        "import click\n@click.command()\n@click.option('--a', is_flag=True)\ndef main(a):\n    probe(a)",
        ["False train.py:3"],
    ),
    "typer": (
        "import typer\napp = typer.Typer()\n@app.command()\ndef main(a: str = typer.Option('a', help='h')):\n    probe(a)\napp()",
        ["'a' train.py:4"],
    ),
    "typer, plain": (
        "import typer\ndef main(a: str = 'a'):\n    probe(a)\ntyper.run(main)",
        ["'a' train.py:2"],
    ),
    "absl": (
        "from absl import app, flags\nflags.DEFINE_string('a', 'a', 'h')\nFLAGS = flags.FLAGS\ndef main(_):\n    probe(FLAGS.a)\n"
        "app.run(main)",
        ["'a' train.py:2"],
    ),
    "absl, by keyword": (
        "from absl import flags\nflags.DEFINE_integer('a', default=3, help='h')\nprobe(flags.FLAGS.a)",
        ["3 train.py:2"],
    ),
    "absl in another file": (
        {
            "opts.py": "from absl import flags\nflags.DEFINE_string('a', 'a', 'h')\n",
            "train.py": "from absl import flags\nimport opts\nprobe(flags.FLAGS.a)",
        },
        ["'a' opts.py:2"],
    ),
    "fire": ("import fire\ndef main(a='a'):\n    probe(a)\nfire.Fire(main)", ["'a' train.py:2"]),
    # launch scripts
    "a value of a launch script": (
        {
            "run.sh": "set -e\npython train.py --a b\n",
            "train.py": ARGPARSE + "p.add_argument('--a')\nprobe(p.parse_args().a)",
        },
        ["'b' run.sh:2"],
    ),
    "two launch scripts": (
        {
            "one.sh": "python train.py --my-a=b\n",
            "two.sh": "accelerate launch train.py --my-a c\n",
            "train.py": ARGPARSE + "p.add_argument('--my-a', required=True)\nprobe(p.parse_args().my_a)",
        },
        ["'b' one.sh:1", "'c' two.sh:1"],
    ),
    "a launch script with a variable": (
        {
            "run.sh": "python train.py --a $A\n",
            "train.py": ARGPARSE + "p.add_argument('--a', required=True)\nprobe(p.parse_args().a)",
        },
        ["unknown: `--a` must be given on the command line"],
    ),
    "a launch script of another program": (
        {
            "run.sh": "python eval.py --a b\n",
            "eval.py": "",
            "train.py": ARGPARSE + "p.add_argument('--a', required=True)\nprobe(p.parse_args().a)",
        },
        ["unknown: `--a` must be given on the command line"],
    ),
    # the environment
    "os.environ.get": ("import os\nprobe(os.environ.get('A', 'a'))", ["'a' train.py:2"]),
    "os.getenv": ("from os import getenv\nprobe(getenv('A', default='a'))", ["'a' train.py:2"]),
    "without a default": ("import os\nprobe(os.getenv('A'))", ["unknown: the environment variable A gives it"]),
    "os.environ[...]": ("import os\nprobe(os.environ['A'])", ["unknown: it comes from the environment"]),
    "with an or": (
        "import os\nprobe(os.getenv('A') or 'a')",
        ["unknown: the environment variable A gives it", "'a' train.py:2"],
    ),
    "a constant of the environment": (
        {"conf.py": "import os\nA = os.environ.get('A', 'a')", "train.py": "from conf import A\nprobe(A)"},
        ["'a' conf.py:2"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_values(case: str) -> None:
    files, expected = CASES[case]
    assert probe(files) == expected


def test_the_holder_of_a_flag() -> None:
    files = "from absl import flags\n_A = flags.DEFINE_string('a', 'a', 'h')\nprobe(_A.value)"
    assert probe(files) == ["'a' train.py:2"]
