"""One of each kind of place that a pin is written to, whole files before and after."""

from __future__ import annotations

import json

import pytest

from tests.mend.repo import plan_mend

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
DIGEST = "sha256:" + "a" * 64
EVIDENCE = {
    "weights": COMMIT,
    "dataset": COMMIT,
    "package": "1.2.3",
    "tool": "1.2.3",
    "image": DIGEST,
    "action": COMMIT,
}
HASH = "sha256:" + "0" * 64
LOAD = "from transformers import AutoModel, AutoTokenizer\n\n"


@pytest.mark.parametrize(
    ("label", "files", "expected"),
    [
        (
            "a call, by keyword",
            {"a.py": LOAD + "AutoModel.from_pretrained('lab/w', None)  # é\r\n"},
            {"a.py": LOAD + f"AutoModel.from_pretrained('lab/w', None, revision=\"{COMMIT}\")  # é\r\n"},
        ),
        (
            "an argument that is given by its position",
            {"a.py": 'from modelscope import snapshot_download\n\nsnapshot_download("lab/w", "master")\n'},
            {"a.py": f'from modelscope import snapshot_download\n\nsnapshot_download("lab/w", "{COMMIT}")\n'},
        ),
        (
            "a constant that several calls share",
            {
                "names.py": "REV = 'main'  # why\n",
                "a.py": "from names import REV\n" + LOAD + 'AutoModel.from_pretrained("lab/w", revision=REV)\n'
                'AutoTokenizer.from_pretrained("lab/w", revision=REV)\n',
            },
            {"names.py": f"REV = '{COMMIT}'  # why\n"},
        ),
        (
            "the default of an option",
            {
                "a.py": "import argparse\n\n"
                + LOAD
                + 'p = argparse.ArgumentParser()\np.add_argument("--rev", default=None)\n'
                'AutoModel.from_pretrained("lab/w", revision=p.parse_args().rev)\n'
            },
            {
                "a.py": "import argparse\n\n" + LOAD + 'p = argparse.ArgumentParser()\np.add_argument("--rev", '
                f'default="{COMMIT}")\n' + 'AutoModel.from_pretrained("lab/w", revision=p.parse_args().rev)\n'
            },
        ),
        (
            "the default of a field",
            {
                "a.py": "from dataclasses import dataclass\n\n"
                + LOAD
                + '@dataclass\nclass C:\n    rev: str = "main"\n\n\nc = C()\n'
                'AutoModel.from_pretrained("lab/w", revision=c.rev)\n'
            },
            {
                "a.py": "from dataclasses import dataclass\n\n"
                + LOAD
                + f'@dataclass\nclass C:\n    rev: str = "{COMMIT}"\n\n\nc = C()\n'
                'AutoModel.from_pretrained("lab/w", revision=c.rev)\n'
            },
        ),
        (
            "items of a list in YAML",
            {"environment.yml": "dependencies:\n  - numpy>=1  # why\n  - pip:\n    - 'scipy[x]'\n"},
            {"environment.yml": "dependencies:\n  - numpy==1.2.3  # why\n  - pip:\n    - 'scipy[x]==1.2.3'\n"},
        ),
        (
            "requirement lines",
            {
                "requirements.txt": '# top\r\nnumpy[a,b] >= 1 ; python_version > "3"  # why\r\nscipy\r\n'
                f"pandas==2.0 \\\r\n    --hash={HASH}"
            },
            {
                "requirements.txt": '# top\r\nnumpy[a,b]==1.2.3 ; python_version > "3"  # why\r\nscipy==1.2.3\r\n'
                f"pandas==2.0 \\\r\n    --hash={HASH}"
            },
        ),
        (
            "an array of pyproject.toml",
            {
                "pyproject.toml": '[project]\nname = "x"\nversion = "1"\nclassifiers = ["Private :: Do Not Upload"]\n'
                "dependencies = [\n  'numpy>=1', # why\n  \"scipy\"\n]\n",
                "train.py": "import numpy\n",
            },
            {
                "pyproject.toml": '[project]\nname = "x"\nversion = "1"\nclassifiers = ["Private :: Do Not Upload"]\n'
                "dependencies = [\n  'numpy==1.2.3', # why\n  \"scipy==1.2.3\"\n]\n"
            },
        ),
        (
            "an image and a word in an image build",
            {
                "Dockerfile": 'FROM lab/train:latest AS base\nRUN pip install numpy && \\\n    pip install "scipy>=1" # why\n'
            },
            {
                "Dockerfile": f"FROM lab/train:latest@{DIGEST} AS base\nRUN pip install numpy==1.2.3 && \\\n"
                '    pip install "scipy==1.2.3" # why\n'
            },
        ),
        (
            "a word in a script",
            {"a.sh": "pip install -q numpy # why\n"},
            {"a.sh": "pip install -q numpy==1.2.3 # why\n"},
        ),
        (
            "the steps of a workflow",
            {
                ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
                "      - uses: lab/act@v4\n      - run: |\n          pip install numpy\n"
            },
            {
                ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
                f"      - uses: lab/act@{COMMIT} # v4\n      - run: |\n          pip install numpy==1.2.3\n"
            },
        ),
    ],
)
def test_each_kind_of_place_takes_its_pin(label: str, files: dict[str, str], expected: dict[str, str]) -> None:
    plan = plan_mend(files, EVIDENCE, info=True)
    assert {path: data.decode() for path, data in plan.files.items()} == expected, label
    again = plan_mend({**files, **expected}, EVIDENCE, info=True)
    assert again.files == {}


def test_of_a_notebook_only_the_lines_of_the_source_change() -> None:
    source = ["!pip install numpy\n", "from transformers import AutoModel\n", 'AutoModel.from_pretrained("lab/w")']
    book = {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": 3,
                "id": "a1",
                "metadata": {"é": 1},
                "outputs": [{"a": 1.0}],
                "source": source,
            }
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(book, indent=1, ensure_ascii=False)
    mended = plan_mend({"a.ipynb": text}, EVIDENCE, info=True).files["a.ipynb"].decode()
    assert mended == text.replace("install numpy", "install numpy==1.2.3").replace(
        '(\\"lab/w\\")', f'(\\"lab/w\\", revision=\\"{COMMIT}\\")'
    )
