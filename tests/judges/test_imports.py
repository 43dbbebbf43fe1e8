"""Imports that no manifest declares."""

from __future__ import annotations

import pytest

from tests.session.small_repos import check, spot, start, texts

RULE = ("dependency-undeclared",)
STEP = "loss = torch.nn.Linear(2, 1)(torch.ones(1, 2)).sum()\nloss.backward()\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import numpy as np\n", ["train.py:2 info dependency-undeclared `numpy`"]),
        ("import os, sys, json\nimport distutils.util\n", []),
        ("try:\n    import wandb\nexcept ImportError:\n    wandb = None\n", []),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy\n", []),
        ("if args.wandb:\n    import wandb\n", []),
        ("def log():\n    import wandb\n", ["train.py:3 info dependency-undeclared `wandb`"]),
        ("from sklearn.metrics import auc\n", ["train.py:2 info dependency-undeclared `scikit-learn`"]),
        ("import google.cloud.storage\n", ["train.py:2 info dependency-undeclared `google-cloud-storage`"]),
        ("import google.unheard\n", []),
        ("import unheard_of\n", ["train.py:2 info dependency-undeclared `unheard-of`"]),
        ("from .rows import load\n", []),
    ],
)
def test_what_counts_as_an_import(text: str, expected: list[str]) -> None:
    files = {"train.py": "import torch\n" + text + STEP, "requirements.txt": "torch==2.3.1\n"}
    assert check(files, RULE) == expected


@pytest.mark.parametrize(
    "more",
    [
        {"requirements.txt": "torch==2.3.1\nopencv-python-headless==4.10.0.84\n"},
        {"requirements.txt": "torch==2.3.1\n", "requirements/extra.txt": "opencv-python==4.10.0.84\n"},
        {"requirements.txt": "torch==2.3.1\n", "install.sh": "pip install opencv-python\n"},
        {
            "requirements.txt": "torch==2.3.1\n",
            "environment.yml": "name: x\nchannels: [a]\ndependencies: [opencv=4.10.0]\n",
        },
        {"requirements.txt": "torch==2.3.1\n", "cv2/__init__.py": ""},
        {"requirements.txt": "torch==2.3.1\n", "third_party/cv2/setup.py": ""},
        {"other.txt": "torch==2.3.1\n"},
    ],
    ids=["another build", "another file", "install", "conda", "local", "vendored", "no manifest"],
)
def test_what_counts_as_declared(more: dict[str, str]) -> None:
    assert check({"train.py": "import cv2\nimport torch\n" + STEP, **more}, RULE) == []


def test_one_finding_at_the_first_import() -> None:
    files = texts(
        {
            "train.py": "import torch\nimport numpy\nfrom rows import load\n" + STEP,
            "rows.py": "import numpy\nimport numpy.random\ndef load(): pass\n",
            "idle.py": "import pandas\n",
            "requirements.txt": "tqdm==4.66.4\ntorch==2.3.1\n",
        }
    )
    session = start(files, rules=RULE)
    (finding,) = session.run().report.findings
    assert (spot(session, finding.place), finding.subject.name) == ("rows.py:1", "numpy")
    assert [spot(session, place) for place in finding.related] == ["requirements.txt:1"]


def test_a_library_answers_for_its_own_imports() -> None:
    files = {
        "pyproject.toml": '[project]\nname = "lib"\nversion = "0"\ndependencies = ["torch", "einops"]\n',
        "lib/__init__.py": "import einops\nimport scipy\n",
        "examples/requirements.txt": "torch==2.3.1\n",
        "examples/train.py": "import torch\nimport lib\nimport numpy\n" + STEP,
    }
    session = start(files, rules=RULE)
    found = [(spot(session, f.place), spot(session, f.related[0])) for f in session.run().report.findings]
    assert found == [("examples/train.py:3", "examples/requirements.txt:1"), ("lib/__init__.py:2", "pyproject.toml:4")]
