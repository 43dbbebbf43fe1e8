"""The named questions over small repos: which finding stands at which line, and what demands change."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from driftlint.judges.world import fill
from tests.session.small_repos import check, spot, start, texts

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LOAD = f"""
from datasets import load_dataset
load_dataset("a/b")
load_dataset("a/c", revision="main")
load_dataset("a/d", revision="v1.0")
load_dataset("a/e", revision="{COMMIT}")
"""
DATASETS = ("dataset-unpinned", "revision-weak")
FLOATING = ["train.py:2 error dataset-unpinned `a/b`", "train.py:3 error dataset-unpinned `a/c`"]
STEP = "for batch in rows:\n    loss.backward()\n"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [*FLOATING, "train.py:4 warning revision-weak `a/d`"]),
        ({"demand": {"weights": "ABSENT"}}, [*FLOATING, "train.py:4 warning revision-weak `a/d`"]),
        ({"demand": {"dataset": "VERSION"}}, FLOATING),
        ({"demand": {"dataset": "FLOATING"}}, ["train.py:2 error dataset-unpinned `a/b`"]),
        ({"demand": {"dataset": "ABSENT"}}, []),
    ],
)
def test_pinned_and_demands(options: dict[str, object], expected: list[str]) -> None:
    assert check(LOAD, DATASETS, **options) == expected


def test_packages_under_the_strict_preset() -> None:
    files = {"requirements.txt": "torch==2.1.0\n"}
    found = check(files, preset="strict")
    assert [text for text in found if text.split()[1] != "info"], "the strict preset demands hashes or a lock"


@pytest.mark.parametrize(
    ("lines", "noted"),
    [
        ("from model import Net\nnet = Net()", True),
        ("from model import Net\nimport torch\ntorch.manual_seed(0)\nnet = Net()", False),
        ("import torch\nnet = torch.nn.Linear(1, 1)", False),
    ],
)
def test_a_program_of_which_nothing_random_is_known_is_noted(lines: str, noted: bool) -> None:
    session = start(texts({"train.py": f"{lines}\n{STEP}"}), rules=("rng-unseeded",))
    said = [(place.path, why) for place, why, _ in session.run().report.coverage.unknown]
    assert [path for path, why in said if why.startswith("it trains, and neither")] == ["train.py"] * noted


def test_a_loader_that_many_programs_call_is_followed_to_each_of_them() -> None:
    files = {
        "models.py": "from transformers import AutoModel\ndef load(name):\n    return AutoModel.from_pretrained(name)\n",
        **{f"run_{n:03}.py": f"from models import load\nload('lab/model-{n}')\n" for n in range(150)},
    }
    found = check(files, ("weights-unpinned",))
    assert found == [f"run_{n:03}.py:2 error weights-unpinned `lab/model-{n}`" for n in range(150)]


def test_pinned_shows_use_and_decision() -> None:
    files = texts(
        {
            "conf.py": 'NAME = "a/b"\n',
            "train.py": "from datasets import load_dataset\nfrom conf import NAME\nload_dataset(NAME)\n",
        }
    )
    session = start(files, rules=DATASETS)
    (finding,) = session.run().report.findings
    assert spot(session, finding.place) == "conf.py:1"
    assert [spot(session, place) for place in finding.related] == ["train.py:2", "train.py:3"]
    assert finding.reasoning[1:] == (
        "its pin is not given: state absent, rung ABSENT",
        "the demand for dataset is SEALED",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import numpy as np\nnp.random.rand()\n" + STEP, ["train.py:2 error rng-unseeded `numpy`"]),
        ("import numpy as np\nnp.random.seed(0)\nnp.random.rand()\n" + STEP, []),
        (
            "import numpy as np\nnp.random.rand()\nnp.random.seed(0)\n" + STEP,
            ["train.py:3 error seed-after-draw `numpy`"],
        ),
        (
            "import numpy as np\nimport random\nnp.random.seed(0)\nrandom.random()\nnp.random.rand()\n" + STEP,
            ["train.py:3 error rng-unseeded `python`"],
        ),
        (
            "import numpy as np\nimport time\nnp.random.seed(int(time.time()))\nnp.random.rand()\n" + STEP,
            ["train.py:3 error seed-unset `seed`"],
        ),
        (
            "import argparse\nimport numpy as np\np = argparse.ArgumentParser()\np.add_argument('--seed', type=int)\n"
            "args = p.parse_args()\nif args.seed is not None:\n    np.random.seed(args.seed)\nnp.random.rand()\n"
            + STEP,
            ["train.py:4 error seed-unset `seed`"],
        ),
        (
            "import argparse\nimport numpy as np\np = argparse.ArgumentParser()\n"
            "p.add_argument('--seed', type=int, default=3)\nargs = p.parse_args()\nif args.seed is not None:\n"
            "    np.random.seed(args.seed)\nnp.random.rand()\n" + STEP,
            [],
        ),
        ("import numpy as np\nnp.random.rand()\nfor a in b: pass\n", []),
        (
            "import numpy as np\ndef seed():\n    np.random.seed(0)\nnp.random.rand()\n" + STEP,
            ["train.py:4 error rng-unseeded `numpy`"],
        ),
    ],
    ids=["unseeded", "seeded", "late", "another stream", "clock", "no default", "default", "no training", "not called"],
)
def test_seeds(text: str, expected: list[str]) -> None:
    assert check(text, ("rng-unseeded", "seed-after-draw", "seed-unset")) == expected


def test_an_unseeded_stream_names_draw_and_main() -> None:
    files = {
        "rows.py": "import random\ndef pick():\n    return random.random()\n",
        "train.py": "from rows import pick\ndef main():\n    pick()\n    loss.backward()\n"
        "if __name__ == '__main__':\n    main()\n",
    }
    session = start(files, rules=("rng-unseeded",))
    (finding,) = session.run().report.findings
    assert spot(session, finding.place) == "train.py:5"
    assert [spot(session, place) for place in finding.related] == ["rows.py:3", "train.py:2"]
    assert "drawn from at rows.py:3" in finding.message


BENCHMARK = "train.py:2 warning benchmark-on `torch.backends.cudnn.benchmark`"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["torch.backends.cudnn.benchmark = True"], [BENCHMARK]),
        (["torch.backends.cudnn.benchmark = False"], []),
        (["FAST = True", "torch.backends.cudnn.benchmark = FAST"], [BENCHMARK]),
        (["FAST = False", "if FAST:", "    torch.backends.cudnn.benchmark = True"], []),
    ],
)  # fmt: skip
def test_harmful_switches(lines: list[str], expected: list[str]) -> None:
    assert check("\n".join(["import torch", *lines, STEP]), ("benchmark-on",)) == expected


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("print(1)", True),
        ("torch.use_deterministic_algorithms(True)", False),
        ("torch.backends.cudnn.deterministic = True", False),
        ("torch.use_deterministic_algorithms(False)", True),
    ],
)
def test_missing_switches(line: str, missing: bool) -> None:
    text = f"import torch\n{line}\nmodel = torch.nn.Linear(2, 2).cuda()\n{STEP}"
    found = [text.split()[2] for text in check(text, ("switches-missing",))]
    assert found == (["switches-missing"] if missing else [])


SPLIT = "from sklearn.model_selection import train_test_split\n"
FIT = "from sklearn.linear_model import LogisticRegression\nLogisticRegression().fit(a, b)\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (SPLIT + "a, b = train_test_split(x)\n" + FIT, ["train.py:2"]),
        (SPLIT + "a, b = train_test_split(x, random_state=3)\n" + FIT, []),
        (SPLIT + "a, b = train_test_split(x, random_state=None)\n" + FIT, ["train.py:2"]),
        (SPLIT + "a, b = train_test_split(x, shuffle=False)\n" + FIT, []),
        (SPLIT + "import numpy as np\nnp.random.seed(0)\na, b = train_test_split(x)\n" + FIT, []),
        (SPLIT + "S = 3\na, b = train_test_split(x, **{'random_state': S})\n" + FIT, []),
        (SPLIT + "a, b = train_test_split(x, **more)\n" + FIT, []),
        (SPLIT + "a, b = train_test_split(x)\n", []),
    ],
    ids=["none", "given", "None", "no draw", "fallback seeded", "mapping", "unknown mapping", "no training"],
)
def test_carried(text: str, lines: list[str]) -> None:
    found = check(text, ("call-unseeded",))
    assert found == [f"{line} warning call-unseeded `sklearn.model_selection.train_test_split`" for line in lines]


TRAIN = {"train.py": STEP}


@pytest.mark.parametrize(
    ("files", "declared"),
    [
        ({}, False),
        ({"requirements.txt": "torch\n"}, True),
        ({"environment.yml": "dependencies:\n  - pytorch\n"}, True),
        ({"pyproject.toml": "[project]\nname = 'x'\ndependencies = ['torch']\n"}, True),
        ({"pyproject.toml": "[tool.ruff]\nline-length = 100\n"}, False),
        ({"uv.lock": "version = 1\n"}, True),
    ],
)
def test_declared(files: Mapping[str, str], declared: bool) -> None:
    found = check({**TRAIN, **files}, ("manifest-missing",))
    assert found == ([] if declared else [".:1 error manifest-missing `dependencies`"])
    assert check(dict(files) or {"a.py": "x = 1\n"}, ("manifest-missing",)) == [], "nothing runs here"


@pytest.mark.parametrize(
    ("files", "paths"),
    [
        ({"requirements.txt": "torch==2.1.0\n"}, ["requirements.txt"]),
        ({"requirements.txt": "torch==2.1.0\n", "uv.lock": "version = 1\n"}, []),
        ({"a/requirements.txt": "torch==2.1.0\n", "b/uv.lock": "version = 1\n"}, ["a/requirements.txt"]),
        ({"a/requirements.txt": "torch==2.1.0\n", "uv.lock": "version = 1\n"}, []),
        ({"requirements.txt": "torch==2.1.0\nnumpy>=1.26\n"}, []),  # the open line is a finding of its own
        ({"requirements.txt": f"torch==2.1.0 --hash=sha256:{'0' * 64}\n"}, []),
    ],
)
def test_locked(files: Mapping[str, str], paths: list[str]) -> None:
    assert [text.split("`")[1] for text in check(files, ("lock-missing",))] == paths


@pytest.mark.parametrize(
    ("template", "fields", "text"),
    [
        ("`{name}` moves", {"name": "a"}, "`a` moves"),
        ("it moves until {until}: {advice}", {"until": "today"}, "it moves until today"),
        ("{name} ({advice}) moves; {advice}", {"name": "a", "advice": "b"}, "a (b) moves; b"),
        ("a  {x} b", {}, "a b"),
        ("{name}", {"name": "{until}"}, "{until}"),
    ],
)
def test_filled_messages(template: str, fields: dict[str, str], text: str) -> None:
    assert fill(template, fields) == text


def test_findings_beside_the_experiment_are_advice() -> None:
    load = 'from datasets import load_dataset\nload_dataset("a/b")\n'
    assert check({"tests/test_rows.py": load, "docs/guide.py": load, "train.py": load}, DATASETS) == [
        "docs/guide.py:2 info dataset-unpinned `a/b`",
        "tests/test_rows.py:2 info dataset-unpinned `a/b`",
        "train.py:2 error dataset-unpinned `a/b`",
    ]
