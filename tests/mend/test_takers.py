"""Pins as options of the repo's own programs: none is written that the program would not take."""

from __future__ import annotations

import pytest

from tests.mend.repo import mend_files, plan_mend

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
EVIDENCE = {"weights": COMMIT}
COMMAND = "accelerate launch train.py --model_name_or_path lab/weights --epochs 3\n"
CONFIG = "model_name_or_path: lab/weights\nepochs: 3\n"
PINNED = f"lab/weights --model_revision {COMMIT} --epochs"
ARGPARSE = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--model_name_or_path")
parser.add_argument("--epochs", type=int)
args = parser.parse_args()
"""
FIELDS = """\
from dataclasses import dataclass

from transformers import HfArgumentParser, TrainingArguments


@dataclass
class ModelArguments:
    model_name_or_path: str
    epochs: int = 3


if __name__ == "__main__":
    model, training = HfArgumentParser((ModelArguments, TrainingArguments)).parse_args_into_dataclasses()
"""


def reasons(files: dict[str, str], path: str) -> list[str]:
    return [left.reason for left in plan_mend(files, EVIDENCE).left if left.finding.place.path == path]


@pytest.mark.parametrize(
    "program",
    [
        ARGPARSE.replace("args = ", 'parser.add_argument("--model-revision", default="main")\nargs = '),
        FIELDS.replace("    epochs", '    model_revision: str = "main"\n    epochs'),
    ],
)
def test_an_option_that_the_program_declares_is_given(program: str) -> None:
    mended = mend_files({"train.py": program, "run.sh": COMMAND, "base.yaml": CONFIG}, EVIDENCE)
    assert mended["run.sh"] == COMMAND.replace("lab/weights --epochs", PINNED)
    assert mended["base.yaml"] == CONFIG.replace("weights\n", f"weights\nmodel_revision: {COMMIT}\n")


@pytest.mark.parametrize(
    ("program", "why"),
    [
        (ARGPARSE, "train.py takes no `--model_revision`"),
        (FIELDS, "train.py declares no `--model_revision` that was found: write it by hand if it takes it"),
        ("print()\n", "train.py declares no `--model_revision` that was found: write it by hand if it takes it"),
    ],
)
def test_an_option_that_it_does_not_declare_is_not(program: str, why: str) -> None:
    files = {"train.py": program, "run.sh": COMMAND}
    assert mend_files(files, EVIDENCE)["run.sh"] == COMMAND
    assert reasons(files, "run.sh") == [f"a pin is known, but {why}"]


def test_of_a_program_that_is_elsewhere_nothing_is_known() -> None:
    assert mend_files({"run.sh": COMMAND}, EVIDENCE)["run.sh"] == COMMAND
    assert reasons({"run.sh": COMMAND}, "run.sh") == [
        "a pin is known, but whether the program takes `--model_revision` is not known: write it by hand where it does"
    ]


def test_a_key_that_the_programs_of_the_repo_do_not_declare_is_not_written() -> None:
    files = {"train.py": FIELDS, "base.yaml": CONFIG}
    assert mend_files(files, EVIDENCE)["base.yaml"] == CONFIG
    assert reasons(files, "base.yaml") == [
        "a pin is known, but train.py takes `model_name_or_path` and declares no `model_revision`"
    ]


def test_a_key_that_a_library_reads_is() -> None:
    mended = mend_files({"base.yaml": CONFIG, "run.sh": "trl sft --config base.yaml\n"}, EVIDENCE)
    assert mended["base.yaml"] == CONFIG.replace("weights\n", f"weights\nmodel_revision: {COMMIT}\n")


READ = """\
from transformers import AutoModel


def read(model_id):
    return AutoModel.from_pretrained(model_id)


"""


@pytest.mark.parametrize(
    ("files", "path", "kinds", "why"),
    [
        (
            {"train.py": f'{READ}read("lab/one")\nread("lab/two")\n'},
            "train.py",
            EVIDENCE,
            "a pin is known, but several names come to the call, and each has its own: pass it beside the name",
        ),
        (
            {"run.sh": "pip install lib>=2.0\n"},
            "run.sh",
            {"package": "2.1"},
            "a pin is known, but the shell takes the unquoted range for a redirection: quote it",
        ),
        (
            {"requirements.txt": f"lib>=2.0 --hash=sha256:{'0' * 64}\n", "train.py": "import torch\n"},
            "requirements.txt",
            {"package": "2.1"},
            "a pin is known, but the hashes on its line are of another file: lock it anew",
        ),
    ],
)
def test_what_is_left_says_why(files: dict[str, str], path: str, kinds: dict[str, str], why: str) -> None:
    left = [
        i.reason for i in plan_mend(files, kinds).left if i.finding.place.path == path and i.finding.severity != "info"
    ]
    assert why in left
