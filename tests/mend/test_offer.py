"""Which fixes are offered, and how far each is trusted."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from driftlint.documents import read_document
from driftlint.mend.rewrite import apply_edits, rewrite
from driftlint.text import Edit, Span
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


FIT = """\
import torch

model = torch.nn.Linear(2, 1).cuda()
loss = model(torch.rand(3, 2).cuda()).sum()
loss.backward()
torch.optim.SGD(model.parameters(), lr=0.1).step()
"""


def test_no_call_is_written_that_the_release_in_use_does_not_have() -> None:
    """Where the manifest rules it out, an older switch is written; where only the environment does, none."""
    older = mend_files({"train.py": FIT, "requirements.txt": "torch==1.7.1\n"})["train.py"]
    assert older == FIT.replace(
        "import torch\n", "import torch\n\ntorch.backends.cudnn.deterministic = True\n\ntorch.manual_seed(42)\n"
    )
    plan = plan_mend({"train.py": FIT}, {"package": "1.7.1"})
    assert plan.files["train.py"].decode() == FIT.replace("import torch\n", "import torch\n\ntorch.manual_seed(42)\n")
    assert [i.reason for i in plan.left if i.finding.rule == "switches-missing"] == [
        "a table names 1.7.1, and it takes torch>=1.8"
    ]


KERAS = """\
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
with tf.device("/GPU:0"):
    model.compile("sgd", "mse")
    model.fit(tf.ones((4, 2)), tf.ones((4, 1)), shuffle=False)
"""


def test_a_switch_that_needs_a_seed_comes_after_the_seed() -> None:
    """The calls of the mode raise as long as the framework has no seed."""
    plan = plan_mend({"train.py": KERAS})
    assert [finding.rule for finding, _ in plan.made] == ["rng-unseeded", "switches-missing"]
    assert plan.files["train.py"].decode() == KERAS.replace(
        "tf\n",
        "tf\nimport keras\n\ntf.config.experimental.enable_op_determinism()\n\nkeras.utils.set_random_seed(42)\n",
        1,
    )


def test_an_unused_comment_goes_with_its_line_ends_and_out_of_notebooks() -> None:
    text = "x = 1  # driftlint: ignore[rng-unseeded] never\r\n# driftlint: ignore[rng-unseeded] never\r\ny = 2\r\n"
    cell = '["# driftlint: ignore[rng-unseeded] never\\n",\n "x = 1  # driftlint: ignore[rng-unseeded] never"]'
    book = f'{{"cells": [{{"cell_type": "code", "source": {cell}}}], "nbformat": 4, "nbformat_minor": 5, "metadata": {{}}}}'
    mended = mend_files({"train.py": text, "a.ipynb": book})
    assert mended["train.py"] == "x = 1\r\ny = 2\r\n"
    assert json.loads(mended["a.ipynb"])["cells"][0]["source"] == ["x = 1"]


def test_a_comment_with_a_name_that_no_rule_has_stays() -> None:
    text = "x = 1  # driftlint: ignore[rng-unseeded, rng-unseded] never\n"
    assert mend_files({"train.py": text})["train.py"] == text


def test_a_lock_is_made_by_a_command_that_is_named() -> None:
    files = {
        "exp/pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["numpy>=2"]\n',
        "exp/uv.lock": (
            'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n\n[[package]]\nname = "x"\nversion = "1"\n'
            'source = { virtual = "." }\n'
        ),
        "train.py": "import numpy\n",
    }
    plan = plan_mend(files)
    assert [i.reason for i in plan.left if i.finding.rule == "lock-stale"] == ["run `cd exp && uv lock`"]
    plan = plan_mend({"requirements.txt": "numpy==2.1.0\n", "train.py": "import numpy\n"})
    assert [i.reason for i in plan.left if i.finding.rule == "lock-missing"] == [
        "run `uv pip compile --generate-hashes requirements.txt -o requirements.lock.txt`, "
        "or `driftlint fix --online --suggested --info`"
    ]


_ANY_EDITS = st.text("ab\n\r é𝄞", max_size=40).flatmap(
    lambda text: st.tuples(
        st.just(text),
        st.lists(st.integers(0, len(text)), max_size=8, unique=True).map(sorted),
        st.lists(st.text("xy\n", max_size=4), min_size=4, max_size=4),
    )
)


@given(_ANY_EDITS)
def test_edits_invert(drawn: tuple[str, list[int], list[str]]) -> None:
    text, cuts, news = drawn
    edits = [
        Edit("a.py", Span(start, end), text[start:end], new)
        for start, end, new in zip(cuts[::2], cuts[1::2], news, strict=False)
    ]
    mended = apply_edits(text, edits)
    moved, back = 0, []
    for edit in edits:
        start = edit.span.start + moved
        back.append(Edit("a.py", Span(start, start + len(edit.text)), edit.text, edit.expect))
        moved += len(edit.text) - len(edit.expect)
    assert apply_edits(mended, back) == text
    data = text.encode()
    document = read_document("a.py", data)
    if document.text == text and not document.problems:
        there = rewrite(data, document, edits)
        assert there == mended.encode()


SEEDED = """\
import random

import numpy as np
import torch


def seed_nothing(seed):
    return seed


def seed_all(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
"""
PROGRAM = """\
import torch

{imported}
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model(torch.rand(3, 2)).sum().backward()
optimizer.step()
"""


def test_the_function_that_the_file_knows_seeds_it() -> None:
    text = PROGRAM.format(imported="from seeding import seed_nothing, seed_all\n")
    mended = mend_files({"seeding.py": SEEDED, "train.py": text})["train.py"]
    assert mended == text.replace("seed_all\n", "seed_all\n\nseed_all(42)\n")


def test_a_function_that_only_another_package_can_import_is_not_called() -> None:
    text = PROGRAM.format(imported="")
    other = PROGRAM.format(imported="from .seeding import seed_all\n\nseed_all(1)")
    mended = mend_files({"seeding.py": SEEDED, "train.py": text, "tune.py": other})["train.py"]
    assert mended == text.replace("import torch\n", "import torch\n\ntorch.manual_seed(42)\n", 1)
