"""What says everything and agrees with the repo is left alone; one word less, and it is missed."""

from __future__ import annotations

import pytest

from tests.section.good_repos import ARGPARSE, COMPOSED, STAGES
from tests.section.test_stale_section import reviewed

GOOD = {"argparse": ARGPARSE, "composed": COMPOSED, "stages": STAGES}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_section_has_no_finding(name: str) -> None:
    assert reviewed(GOOD[name]) == []


@pytest.mark.parametrize(
    ("name", "path", "old", "new", "expected"),
    [
        ("argparse", "README.md", "runtime | 4.2 hours", "runtime | long", "section-runtime-missing"),
        ("argparse", "README.md", " ± 0.003", "", "section-tolerance-missing"),
        ("argparse", "README.md", "one A100 with 80 GB of memory", "a machine", "section-hardware-missing"),
        ("argparse", "README.md", "60 GB of free disk space", "room", "section-hardware-missing"),
        ("argparse", "README.md", "Random seed 7,", "Random seed 8,", "section-seed-stale"),
        ("argparse", "README.md", "PyTorch 2.3.1", "PyTorch 2.2.0", "section-pin-stale"),
        ("argparse", "README.md", "data/corpus.txt \\", "\\", "section-option-missing"),
        ("argparse", "README.md", "--ep 3", "--e 3 --epo x", "section-value-refused"),
        ("argparse", "README.md", "must stay", "are given", "section-variation-missing"),
        ("argparse", "train.py", '"--width"', '"--hidden"', "section-option-unknown"),
        ("argparse", "configs/base.yaml", "width: 64\n", "", ""),
        ("composed", "docs/report.md", "experiment=wide", "experiment=wider", "section-value-refused"),
        ("composed", "docs/report.md", "trainer.steps", "trainer.step", "section-key-unknown"),
        ("composed", "docs/report.md", "train:1.4.2", "train:1.4.1", "section-pin-stale"),
        ("composed", "docs/report.md", "--runs", "--rnus", "section-option-unknown"),
        ("composed", "docs/report.md", "tools.report", "tools.reports", "section-program-missing"),
        ("composed", "conf/train.yaml", "callback: null", "other: null", "section-key-unknown"),
        ("stages", "REPRODUCE.rst", "prepare train", "prepare fit", "section-program-missing"),
        ("stages", "REPRODUCE.rst", "make report", "make reports", "section-program-missing"),
        ("stages", "REPRODUCE.rst", "--dry-run", "--dry", "section-option-unknown"),
        ("stages", "REPRODUCE.rst", "report.ipynb", "reports.ipynb", "section-path-missing"),
        ("stages", "REPRODUCE.rst", "uv sync --locked", "true", "section-setup-missing"),
    ],
)
def test_one_change_brings_one_finding(name: str, path: str, old: str, new: str, expected: str) -> None:
    text = GOOD[name][path]
    assert old in text
    files = {**GOOD[name], path: text.replace(old, new)}
    assert [rule for _, rule, _ in reviewed(files)] == ([expected] if expected else [])
