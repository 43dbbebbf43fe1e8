"""Which fixes are offered, and how far each is trusted."""

from __future__ import annotations

from tests.mend.repo import mend_files, plan_mend

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
LOADER = """\
from transformers import AutoModel


class Net:
    def __init__(self, name):
        self.body = AutoModel.from_pretrained(name)
"""
TRAIN = """\
from transformers import AutoTokenizer

from loader import Net

NAME = "lab/weights"
tokenizer = AutoTokenizer.from_pretrained(NAME)
net = Net(NAME)
"""


def test_a_pin_is_not_written_into_a_function_that_others_may_call_with_another_name() -> None:
    files = {"loader.py": LOADER, "train.py": TRAIN}
    plan = plan_mend(files, {"weights": COMMIT})
    assert plan.files == {}
    assert [(i.finding.subject.name, i.reason) for i in plan.left if i.finding.rule == "weights-unpinned"] == [
        ("lab/weights", "for a person to decide")
    ]


def test_calls_that_share_a_name_share_the_pin() -> None:
    text = TRAIN.replace("from loader import Net\n", "from transformers import AutoModel\n").replace(
        "Net(NAME)", "AutoModel.from_pretrained(NAME)"
    )
    assert mend_files({"train.py": text}, {"weights": COMMIT})["train.py"] == text.replace(
        "from_pretrained(NAME)", f'from_pretrained(NAME, revision="{COMMIT}")'
    )
