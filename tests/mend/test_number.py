"""A number for an open seed: what is replaced, and where nothing is written because more hangs on it."""

from __future__ import annotations

import pytest

from tests.mend.repo import mend_files

RESULT = """
from sklearn.linear_model import Ridge

Ridge().fit(np.random.rand(40, 3), np.random.rand(40))
"""


def _mend(seeding: str, imports: str = "") -> str:
    program = f"import os\nimport time\n{imports}\nimport numpy as np\n\n{seeding}\n{RESULT}"
    after = mend_files({"train.py": program})["train.py"]
    head, _, rest = after.partition("import numpy as np\n\n")
    assert head == program.partition("import numpy as np\n\n")[0]
    assert rest.endswith(RESULT)
    return rest.removesuffix(RESULT).rstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("np.random.seed(os.getpid())", "np.random.seed(42)"),
        ("np.random.seed(seed=int(time.time() * 1000) % 2**32)", "np.random.seed(seed=42)"),
        ('np.random.seed(int.from_bytes(os.urandom(4), "big"))', "np.random.seed(42)"),
        (
            "seed = int(time.time())  # another one each time\nnp.random.seed(seed)",
            "seed = 42  # another one each time\nnp.random.seed(seed)",
        ),
        ("np.random.seed()", "np.random.seed(42)"),
        (
            'CONFIG = {"seed": int(time.time())}\nnp.random.seed(CONFIG["seed"])',
            'CONFIG = {"seed": 42}\nnp.random.seed(CONFIG["seed"])',
        ),
    ],
)
def test_the_whole_of_what_makes_the_seed_is_replaced(before: str, after: str) -> None:
    assert _mend(before) == after


@pytest.mark.parametrize(
    "seeding",
    [
        # one number for all would make the workers alike
        "def seed_worker(worker):\n    np.random.seed()\n\n\nstart(seed_worker)\nnp.random.seed(0)",
        # other parts differ within a run
        "for number in range(3):\n    np.random.seed(int(time.time()) + number)",
        # what is unpacked is no number
        "np.random.seed(struct.unpack('I', os.urandom(4))[0])",
        # the author's choice
        "np.random.seed(int(time.time()) if 'X' in os.environ else 0)",
    ],
)
def test_nothing_is_written_where_more_hangs_on_it(seeding: str) -> None:
    assert _mend(seeding, "import struct\n") == seeding


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('parser.add_argument("--seed", type=int)', 'parser.add_argument("--seed", type=int, default=42)'),
        (
            'parser.add_argument(\n    "--seed",\n    type=int,  # of all generators\n)',
            'parser.add_argument(\n    "--seed",\n    type=int,  # of all generators\n    default=42,\n)',
        ),
        (
            'parser.add_argument("--seed", type=int, default=None)',
            'parser.add_argument("--seed", type=int, default=42)',
        ),
    ],
)
def test_an_option_gets_a_default(before: str, after: str) -> None:
    frame = "parser = argparse.ArgumentParser()\n{}\nnp.random.seed(parser.parse_args().seed)"
    assert _mend(frame.format(before), "import argparse\n") == frame.format(after)
