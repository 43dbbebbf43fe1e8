"""Three repos with a section that says everything and agrees with the repo."""

from __future__ import annotations

COMMON = """\
Hypothesis: a wider layer lowers the error on rare words. Measure: accuracy over the test split.

| quantity | expected |
| --- | --- |
| runtime | 4.2 hours |
| accuracy | 0.847 ± 0.003 |

It was run on one A100 with 80 GB of memory, and needs 60 GB of free disk space.
To replicate it, vary the seed or the corpus. The vocabulary and the number of steps must stay.
"""

ARGPARSE = {
    "README.md": f"""\
# Tagger

## Reproducing the results

{COMMON}
Random seed 7, Python 3.11, PyTorch 2.3.1 and NumPy 2.0.

```sh
git clone https://git.example.org/lab/tagger.git && cd tagger
python -m venv .venv && . .venv/bin/activate
pip install -r requirements.txt
bash scripts/fetch.sh data
CUDA_VISIBLE_DEVICES=0 torchrun --nproc_per_node 2 train.py data/corpus.txt \\
    --ep 3 --width=64 -v --no-cache --seed 7 \\
    --output-dir runs/made \\
    --config configs/base.yaml
python evaluate.py --checkpoint runs/made/last.pt --config runs/made/config.yaml --split test > scores.txt
python evaluate.py -h
```

Settings stand in [base.yaml](configs/base.yaml); the run writes `configs/resolved.yaml`.
""",
    "train.py": """\
import argparse
import random

parser = argparse.ArgumentParser()
parser.add_argument("corpus")
parser.add_argument("--epochs", type=int, default=1)
parser.add_argument("--width", type=int, choices=[64, 128], default=64)
parser.add_argument("-v", "--verbose", action="count")
parser.add_argument("--cache", action=argparse.BooleanOptionalAction, default=True)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--output-dir", required=True)
parser.add_argument("--config", required=True)
args = parser.parse_args()
random.seed(args.seed)
print(random.random())
""",
    "evaluate.py": """\
import argparse


def main():
    parser = argparse.ArgumentParser()
    for name in ("checkpoint", "config", "split"):
        parser.add_argument("--" + name)
    args, rest = parser.parse_known_args()
    print(args, rest)


if __name__ == "__main__":
    main()
""",
    "scripts/fetch.sh": "mkdir -p data\nwget -O data/corpus.txt https://example.org/corpus.txt\n",
    "configs/base.yaml": "width: 64\n",
    "requirements.txt": "torch==2.3.1\nnumpy==2.0.1\n",
    ".python-version": "3.11.9\n",
}

COMPOSED = {
    "docs/report.md": f"""\
# Report

## Results

They are in the table.

## Reproducibility and replicability

{COMMON}
The seed is `seed=3` in all runs. Everything runs in `registry.example.org/lab/train:1.4.2`.

1. Set the environment up:

   ```console
   $ conda env create --file environment.yml
   $ conda activate tagger
   ```

2. Train, then sweep over the width:

   ```console
   $ python src/train.py experiment=wide trainer.steps=1000 seed=3 +note=first hydra.run.dir=runs/a
   steps 1000, loss 0.3
   $ python src/train.py -m model=small,large 'optim.rate=choice(0.1, 0.2)' ~callback
   $ cd src
   $ python -m tools.report --runs ../runs
   ```

## Licence

None.
""",
    "src/train.py": """\
import hydra


@hydra.main(version_base="1.3", config_path="../conf", config_name="train.yaml")
def main(cfg):
    print(cfg)


if __name__ == "__main__":
    main()
""",
    "src/tools/report.py": """\
import fire


def main(runs, width=80):
    print(runs, width)


if __name__ == "__main__":
    fire.Fire(main)
""",
    "src/tools/__init__.py": "",
    "conf/train.yaml": (
        "defaults:\n  - model: small\n  - optional local: default\n  - override hydra/launcher: basic\n  - _self_\n"
        "  - experiment: null\nseed: 1\ntrainer:\n  steps: 10\ncallback: null\n"
    ),
    "conf/model/small.yaml": "# @package _global_\nmodel:\n  width: 8\noptim:\n  rate: 0.1\n",
    "conf/model/large.yaml": "# @package _global_\nmodel:\n  width: 80\noptim:\n  rate: 0.1\n",
    "conf/experiment/wide.yaml": "# @package _global_\nmodel:\n  width: 800\n",
    "environment.yml": "name: tagger\ndependencies:\n  - python=3.11.9\n",
    "Dockerfile": "FROM registry.example.org/lab/train:1.4.2\n",
}

STAGES = {
    "REPRODUCE.rst": f"""\
Reproducing
===========

{COMMON.replace("| quantity | expected |", "").replace("| --- | --- |", "").replace("|", "")}
All stages take the seed 20 from ``params.yaml``. Captions are graded by ``gpt-4o-2024-08-06``.

.. code-block:: bash

   uv sync --locked
   dvc repro prepare train
   make report FIGURES=2
   caption-grade --model gpt-4o-2024-08-06 scores.csv --dry-run
   jupyter nbconvert --execute notebooks/report.ipynb

.. the figures follow
""",
    "grade/cli.py": """\
import click
from openai import OpenAI


@click.command()
@click.argument("scores")
@click.option("--model", "-m", default="gpt-4o-2024-08-06")
@click.option("--dry-run/--real", default=False)
def main(scores, model, dry_run):
    OpenAI().chat.completions.create(model="gpt-4o-2024-08-06", messages=[], seed=20)


if __name__ == "__main__":
    main()
""",
    "grade/__init__.py": "",
    "pyproject.toml": '[project]\nname = "caption"\nversion = "0"\n\n[project.scripts]\ncaption-grade = "grade.cli:main"\n',
    "dvc.yaml": "stages:\n  prepare:\n    cmd: true\n  train:\n    cmd: true\n",
    "params.yaml": "seed: 20\n",
    "Makefile": "report: scores.csv\n\ttrue\n",
    "notebooks/report.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
}
