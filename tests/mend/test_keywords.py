"""A loader's generator and the function of its workers, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftlint.mend.plan import Plan
from driftlint.mending import mend
from driftlint.pins import Pins
from driftlint.workspace import MemoryWorkspace
from tests.fixtures.expected import start

LOADER = """\
import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

rows = TensorDataset(torch.ones(64, 4))


def main():
    torch.manual_seed(0)
    loader = DataLoader({arguments})
    model = torch.nn.Linear(4, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for (batch,) in loader:
        model(batch).pow(2).mean().backward()
        optimizer.step()


if __name__ == "__main__":
    main()
"""
FUNCTION = """\


def seed_worker(worker_id):
    worker_seed = torch.initial_seed() % 2**32
    np.random.seed(worker_seed)
    random.seed(worker_seed)
"""
GIVEN = "generator=torch.Generator().manual_seed(42), worker_init_fn=seed_worker"


def mend_loader(text: str) -> tuple[str, Plan]:
    """Return a program after the mend of its loaders alone."""
    plan = mend(
        lambda workspace: start(Path("repo"), workspace=workspace),
        MemoryWorkspace({"train.py": text}),
        lambda _: Pins(),
        lambda finding, _: finding.rule == "loader-uncontrolled",
        frozenset(("safe", "suggest")),
    )
    return plan.files["train.py"].decode() if plan.files else text, plan


@pytest.mark.parametrize(
    ("arguments", "mended"),
    [
        ("rows, shuffle=True, num_workers=2", f"rows, shuffle=True, num_workers=2, {GIVEN}"),
        (
            "\n        rows,\n        num_workers=2,  # cores\n    ",
            f"\n        rows,\n        num_workers=2,  # cores\n        {GIVEN},\n    ",
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_loader_gets_a_generator_and_its_workers_a_seed(arguments: str, mended: str, newline: str) -> None:
    text = LOADER.format(arguments=arguments).replace("\n", newline)
    expected = (
        "import random\n\n"
        + LOADER.format(arguments=mended).replace("TensorDataset\n", f"TensorDataset\n{FUNCTION}", 1)
    ).replace("\n", newline)
    got, plan = mend_loader(text)
    assert got == expected
    assert [(fix.applicability, finding.rule) for finding, fix in plan.made] == [("suggest", "loader-uncontrolled")]
    assert mend_loader(expected)[0] == expected


def test_two_loaders_share_one_function() -> None:
    text = LOADER.format(arguments="rows, num_workers=2").replace(
        "    model =", "    other = DataLoader(rows, num_workers=1)\n    next(iter(other))\n    model =", 1
    )
    got, _ = mend_loader(text)
    assert got.count("def seed_worker") == 1
    assert f"DataLoader(rows, num_workers=2, {GIVEN})" in got
    assert f"DataLoader(rows, num_workers=1, {GIVEN})" in got


def test_a_function_of_that_name_that_does_something_else_is_not_called() -> None:
    text = LOADER.format(arguments="rows, num_workers=2").replace(
        "\n\ndef main", "\n\ndef seed_worker(number):\n    return number\n\n\ndef main", 1
    )
    assert mend_loader(text)[0] == text
