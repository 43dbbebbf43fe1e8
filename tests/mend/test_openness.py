"""Pins at calls whose name something else can give: who can is told, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftlint.mending import offer_fixes
from driftlint.pins import Pins
from driftlint.workspace import MemoryWorkspace
from tests.fixtures.expected import start
from tests.mend.repo import Stated, mend_files

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
EVIDENCE = {"weights": COMMIT}
PARSED = """\
import argparse

from transformers import AutoModel

parser = argparse.ArgumentParser()
parser.add_argument("--model", default="lab/weights")
args = parser.parse_args()
model = AutoModel.from_pretrained(args.model)
"""
FIELD = """\
from dataclasses import dataclass

from transformers import AutoModel


@dataclass
class Config:
    name: str = "lab/weights"


config = Config()
model = AutoModel.from_pretrained(config.name)
"""
GIVEN = PARSED.replace('"--model", default="lab/weights"', '"--model"')
READ = """\
from omegaconf import OmegaConf
from transformers import AutoModel

config = OmegaConf.load("conf/base.yaml")
model = AutoModel.from_pretrained(config.model)
"""
BASE = "model: lab/weights\nsteps: 10\n"


def offered(files: dict[str, str]) -> list[tuple[str, str]]:
    """Return (title, applicability) of the fixes for weights."""
    run = start(Path("repo"), workspace=MemoryWorkspace(files)).run()
    report = offer_fixes(run, Pins((Stated(EVIDENCE, "safe"),)))
    return [
        (f.title, f.applicability) for finding in report.findings for f in finding.fixes if finding.family == "data"
    ]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"train.py": PARSED}, "a run is given another `--model`"),
        ({"train.py": FIELD}, "`name` is given another value"),
        ({"train.py": GIVEN, "run.sh": "python train.py --model lab/weights\n"}, "a run is given another `model`"),
        (
            {"train.py": READ, "conf/base.yaml": BASE, "run.sh": "python train.py model=$1\n"},
            "a command sets `model` to another",
        ),
    ],
)
def test_a_pin_beside_a_name_that_can_change_is_shown_with_what_changes_it(files: dict[str, str], why: str) -> None:
    assert offered(files) == [(f"pin lab/weights to {COMMIT}, which is wrong where {why}", "show")]
    assert mend_files(files, EVIDENCE) == files


@pytest.mark.parametrize(
    ("argument", "applicability"),
    [("", "safe"), (", cache_dir=None", "safe"), (', cache_dir="copies"', "suggest"), (", cache_dir=PLACE", "suggest")],
)
def test_what_lies_in_the_usual_place_is_weaker_evidence_beside_a_place_of_its_own(
    argument: str, applicability: str
) -> None:
    text = f'from transformers import AutoModel\n\nPLACE = "x"\nAutoModel.from_pretrained("lab/weights"{argument})\n'
    assert offered({"train.py": text}) == [(f"pin lab/weights to {COMMIT}", applicability)]


def test_an_option_of_its_own_takes_the_pin() -> None:
    text = PARSED.replace(
        'default="lab/weights")\n', 'default="lab/weights")\nparser.add_argument("--revision", default="main")\n'
    ).replace("(args.model)", "(args.model, revision=args.revision)")
    assert offered({"train.py": text}) == [(f"pin lab/weights to {COMMIT}", "suggest")]
    assert mend_files({"train.py": text}, EVIDENCE)["train.py"] == text.replace('"main"', f'"{COMMIT}"')


def test_a_config_key_that_no_command_sets_is_pinned_at_the_call() -> None:
    files = {"train.py": READ, "conf/base.yaml": BASE, "run.sh": "python train.py steps=3\n"}
    assert offered(files) == [(f"pin lab/weights to {COMMIT}", "suggest")]
    assert mend_files(files, EVIDENCE)["train.py"] == READ.replace(
        "(config.model)", f'(config.model, revision="{COMMIT}")'
    )


BRANCH = """\
import sys

from transformers import AutoModel


def load(path, base=False):
    if base:
        path = "lab/weights"
    return AutoModel.from_pretrained(path)


load(sys.argv[1])
"""


def test_a_literal_that_is_one_of_several_names_of_a_call_is_not_pinned_for_all_of_them() -> None:
    why = "the function is called with another `path`"
    assert offered({"train.py": BRANCH}) == [(f"pin lab/weights to {COMMIT}, which is wrong where {why}", "show")]
    assert mend_files({"train.py": BRANCH}, EVIDENCE)["train.py"] == BRANCH


def test_a_folder_beside_the_name_takes_no_pin_and_forbids_none() -> None:
    text = BRANCH.replace("import sys\n\n", "").replace("sys.argv[1]", '"./checkpoint"')
    assert offered({"train.py": text}) == [(f"pin lab/weights to {COMMIT}", "safe")]
    assert mend_files({"train.py": text}, EVIDENCE)["train.py"] == text.replace(
        "(path)", f'(path, revision="{COMMIT}")'
    )
