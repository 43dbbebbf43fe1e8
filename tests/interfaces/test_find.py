"""Interfaces read off code: which options there are, and where nothing is said of others."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from textwrap import dedent

import pytest

from driftlint.documents.model import Word
from driftlint.interfaces.find import Found, InterfaceFinder
from driftlint.interfaces.keys import compose_with
from driftlint.interfaces.model import Interface
from driftlint.text import Span
from tests.session.small_repos import builtin, start, texts


def find(files: str | Mapping[str, str], path: str = "train.py", function: str = "") -> Found:
    world = start(texts(files), rules=[]).run().world
    table = builtin()[0].extra["interfaces"]
    assert isinstance(table, dict)
    return InterfaceFinder(world.resolver, table).of(path, function)


def interface(files: str | Mapping[str, str], path: str = "train.py", function: str = "") -> Interface:
    found = find(files, path, function).interface
    assert found is not None
    return found


def flags(of: Interface) -> list[str]:
    return [option.flags[0] if option.flags else option.name for option in of.options]


def test_groups_helpers_and_other_files() -> None:
    files = {
        "train.py": """
            from options import parse
            from other import unused

            if __name__ == "__main__":
                print(parse())
            """,
        "options.py": """
            import argparse
            from common import add_common


            def parse():
                parser = argparse.ArgumentParser(parents=[base()])
                optim = parser.add_argument_group("optim").add_mutually_exclusive_group()
                optim.add_argument("--lr", type=float, required=True)
                add_common(parser)
                return parser.parse_args()


            def base():
                inner = argparse.ArgumentParser(add_help=False)
                inner.add_argument("--root", default="data")
                return inner
            """,
        "common.py": """
            SIZES = ["s", "m"]


            def add_common(p):
                p.add_argument("--size", choices=SIZES, default=SIZES[0])
            """,
        "other.py": """
            import argparse


            def unused():
                parser = argparse.ArgumentParser()
                parser.add_argument("--other")
                return parser.parse_args()
            """,
    }
    found = interface(files)
    assert sorted(flags(found)) == ["--lr", "--root", "--size"]
    assert found.open == ""
    by_name = {option.name: option for option in found.options}
    assert by_name["lr"].required
    assert by_name["lr"].kind == "float"
    assert by_name["size"].choices == ("s", "m")
    assert by_name["size"].place.path == "common.py"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("for n in NAMES:\n    parser.add_argument('--' + n)\nparser.parse_args()", "made up there (train.py:5)"),
        ("args, rest = parser.parse_known_args()", "passes on what it does not know"),
        ("from lib import extend\nextend(parser)\nparser.parse_args()", "code that was not read (train.py:5)"),
        ("parser.add_argument(*FLAGS)\nparser.parse_args()", "made up there (train.py:4)"),
    ],
)
def test_what_is_made_up_leaves_the_interface_open(body: str, why: str) -> None:
    code = f"import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--a')\n{body}\n"
    assert why in interface(code).open


def test_a_first_look_at_the_words_does_not_open_what_the_second_closes() -> None:
    code = """
        import argparse

        first = argparse.ArgumentParser(add_help=False)
        first.add_argument("--config")
        second = argparse.ArgumentParser()
        second.add_argument("--lr", required=True)
        known, rest = first.parse_known_args()
        args = second.parse_args(rest)
        """
    found = interface(code)
    assert sorted(flags(found)) == ["--config", "--lr"]
    assert found.open == ""


def test_words_that_the_code_gives_are_no_command_line() -> None:
    code = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--a')\np.parse_args(['--a', '1'])\n"
    assert find(code).interface is None


def test_subparsers() -> None:
    code = """
        import argparse

        parser = argparse.ArgumentParser()
        parser.add_argument("--debug", action="store_true")
        below = parser.add_subparsers(dest="what", required=True)
        fit = below.add_parser("fit", aliases=["f"])
        fit.add_argument("--rate")
        args = parser.parse_args()
        """
    found = interface(code)
    assert flags(found) == ["--debug"]
    assert {name: flags(inner) for name, inner in found.commands.items()} == {"fit": ["--rate"], "f": ["--rate"]}
    assert found.command_needed


def test_click_groups_and_typer_applications() -> None:
    code = """
        import click

        @click.group()
        @click.option("--debug/--quiet")
        def cli(debug): ...

        @cli.command(name="fit")
        @click.argument("data", nargs=-1)
        @click.option("-n", "--steps", type=int, required=True)
        def fit_model(data, steps): ...

        @cli.command()
        @plugin_options
        def tune_command(): ...

        if __name__ == "__main__":
            cli()
        """
    found = interface(code)
    assert flags(found) == ["--debug"]
    assert [(option.name, option.required) for option in found.commands["fit"].options] == [
        ("data", False),
        ("steps", True),
    ]
    assert found.commands["tune"].open
    code = """
        import typer
        from typing import Annotated

        app = typer.Typer()

        @app.command()
        def fit(data: str, steps: Annotated[int, typer.Option("--steps", "-n")] = 3, amp: bool = False): ...

        @app.command("eval")
        def evaluate(rate: float = typer.Option(..., help="x")): ...

        if __name__ == "__main__":
            app()
        """
    found = interface(code)
    assert flags(found.commands["fit"]) == ["data", "--steps", "--amp"]
    assert [option.required for option in found.commands["eval"].options] == [True]
    assert found.commands["fit"].options[2].switch_off == ("--no-amp",)


def test_fields_of_classes() -> None:
    code = """
        from dataclasses import dataclass, field
        from typing import Literal, Optional

        import tyro

        @dataclass
        class Optim:
            lr: float = 0.1

        @dataclass
        class Args:
            data: str
            optim: Optim = field(default_factory=Optim)
            size: Literal["s", "m"] = "s"
            steps: Optional[int] = None
            amp: bool = False

        args = tyro.cli(Args)
        """
    found = interface(code)
    assert flags(found) == ["--data", "--optim.lr", "--size", "--steps", "--amp"]
    assert [option.name for option in found.options if option.required] == ["data"]
    assert found.options[2].choices == ("s", "m")
    assert found.open == ""
    code = """
        from dataclasses import dataclass

        from transformers import HfArgumentParser, TrainingArguments

        @dataclass
        class Args:
            data: str

        args, training = HfArgumentParser((Args, TrainingArguments)).parse_args_into_dataclasses()
        """
    found = interface(code)
    assert flags(found) == ["--data"]
    assert "TrainingArguments" in found.open


def test_flags_and_functions() -> None:
    code = """
        from absl import app, flags

        flags.DEFINE_string("workdir", None, "where")
        flags.DEFINE_enum("mode", "train", ["train", "eval"], "what")
        flags.mark_flags_as_required(["workdir"])

        def main(_): ...

        if __name__ == "__main__":
            app.run(main)
        """
    found = interface(code)
    assert flags(found) == ["--workdir", "--mode"]
    assert [option.required for option in found.options] == [True, False]
    assert found.options[1].choices == ("train", "eval")
    assert found.open
    assert flags(interface("import fire\n\ndef main(a, b=1): ...\n\nfire.Fire(main)\n")) == ["--a", "--b"]


CONF = {
    "train.py": """
        import hydra

        @hydra.main(config_path="conf", config_name="config", version_base=None)
        def main(cfg): ...

        if __name__ == "__main__":
            main()
        """,
    "conf/config.yaml": "defaults:\n  - model: small\n  - _self_\nseed: 1\noptim: {lr: 0.1, betas: [1, 2]}\nfree: ${optim}\n",
    "conf/model/small.yaml": "width: 1\n",
    "conf/model/large.yaml": "width: 2\ndepth: 3\n",
}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("seed=2 optim.lr=3 model=large model.depth=4 model.width=1 hydra.job.name=a ++x.y=1 +z=1", []),
        ("model.depth=4", [("unknown", "model.depth")]),
        ("optim.rl=4", [("unknown", "optim.rl")]),
        ("model=huge", [("value", "huge")]),
        ("-m model=small,huge", [("value", "huge")]),
        ("~seed", []),
        ("~sed", [("unknown", "sed")]),
        ("optim.betas.0=3 free.lr=2", []),
        ("seed=$SEED $MORE", []),
        ("--config-name other anything=1", []),
    ],
)
def test_keys(line: str, expected: list[tuple[str, str]]) -> None:
    world = start(texts(CONF), rules=[]).run().world
    composition = find(CONF).composition
    assert composition is not None
    words = tuple(Word(text, Span(n, n + 1), "$" not in text) for n, text in enumerate(shlex.split(line)))
    found = compose_with(world.project, composition, words)
    assert [(misuse.kind, misuse.name) for misuse in found.misuse] == expected


def test_keys_that_code_registers_are_not_refused() -> None:
    files = {**CONF, "store.py": dedent("from hydra.core.config_store import ConfigStore\n")}
    world = start(texts(files), rules=[]).run().world
    composition = find(files).composition
    assert composition is not None
    found = compose_with(world.project, composition, (Word("other=1", Span(0, 1)), Word("model=made", Span(1, 2))))
    assert found.misuse == []
    assert "registers" in found.why


def test_what_has_no_parser_says_so() -> None:
    assert find("print(1)\n").why == "no parser of its command line was found"
    assert find("print(1)\n", "gone.py").why == "the file was not read as Python"


WORDS = (
    "import argparse\nimport sys\n\n\ndef main():\n    {}\n    parser = argparse.ArgumentParser()\n"
    "    parser.add_argument('--lr')\n    parser.parse_args({})\n\n\nif __name__ == '__main__':\n    main()\n"
)


@pytest.mark.parametrize(
    ("before", "given", "changes"),
    [
        ("mode = sys.argv.pop(1)", "", True),
        ("sys.argv = sys.argv[1:]", "", True),
        ("sys.argv[1:] = ['--lr', '1']", "", True),
        ("del sys.argv[1]", "", True),
        ("sys.argv.append('--lr=1')", "", True),
        ("mode = sys.argv[1]", "sys.argv[2:]", True),
        ("mode = sys.argv[1]", "", False),
        ("print(' '.join(sys.argv))", "sys.argv[1:]", False),
        ("words = list(sys.argv)\n    words.append('x')", "", False),
    ],
)
def test_words_that_are_changed_before_they_are_parsed_leave_the_options_open(
    before: str, given: str, changes: bool
) -> None:
    found = interface(WORDS.format(before, given))
    assert flags(found)[-1:] == ["--lr"]
    assert ("changes the words" in found.open) is changes
    assert found.settled is not changes


def test_a_program_that_reads_its_words_by_hand_has_no_parser() -> None:
    found = find("import sys\n\nif __name__ == '__main__':\n    print(sys.argv[1])\n")
    assert (found.interface, found.why) == (None, "no parser of its command line was found")


def test_a_program_of_lightnings_command_line_has_no_parser() -> None:
    code = "from lightning.pytorch.cli import LightningCLI\n\nif __name__ == '__main__':\n    LightningCLI()\n"
    assert find(code).why == "no parser of its command line was found"
