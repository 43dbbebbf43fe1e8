"""A training repo whose reproducibility section was written for an earlier state of it: thirty faults, each marked in its line.

A mark is the name of a rule in braces at the end of a line; `written` takes the marks out and says where they stood.
"""

from __future__ import annotations

import re

README = """\
# Segmenter

Trains a segmentation model and compares it with a baseline.

## Reproducibility and replicability {section-hardware-missing} {section-services-missing} {section-variation-missing}

Hypothesis: a PyTorch encoder with more layers makes fewer errors on thin structures. {section-hypothesis-tied}
Measure: the mean Dice score over the test split.

Results were made with Python 3.8, {section-pin-stale}
PyTorch 2.1.2 and {section-pin-stale}
NumPy 1.26, in the image `nvcr.io/acme/train:23.10`. {section-pin-stale} {section-pin-stale}
Images come from `acme/vessels` at `2222222222222222222222222222222222222222`. {section-pin-stale}
Answers are graded by `gpt-4o-2024-05-13`. {section-pin-stale}

```sh
python src/train.py --data-root data --config configs/base.yaml
pip install -r requirements/gpu.txt {section-setup-late} {section-path-missing}
python src/train.py --data-root data --config configs/vessel.yml {section-path-missing}
python src/train.py --config configs/base.yaml {section-option-missing}
python src/train.py --data-root data --lerning-rate 0.1 {section-option-unknown}
python src/train.py --data-root data --model unet4 {section-value-refused}
python src/train.py --data-root data \\
    --epochs ten {section-value-refused}
python src/train.py --data-root data --amp yes {section-option-unknown}
python src/trainer.py --data-root data {section-program-missing}
python -m segment.evaluation --split test {section-program-missing}
python -m segment.score --split held-out {section-value-refused}
python -m segment.score --s test --no-cache {section-option-unknown}
bash scripts/run_al.sh {section-program-missing}
bash scripts/run_all.sh
```

```console
$ make prepare
$ make evalute {section-program-missing}
$ dvc repro trian {section-program-missing}
$ segment-export run1 {section-option-missing}
$ segment-exprt run1 --to onnx {section-program-missing}
$ segment-export run1 --to pickle {section-value-refused}
$ python src/compose.py model=unet optim.learning_rate=0.1 {section-key-unknown}
$ python src/compose.py model=resnet {section-value-refused}
$ python src/compose.py +note=x seed=3
```

The baseline is described in [its settings](configs/baseline.yaml). {section-path-missing}
- Expected runtime: ____ <!-- driftlint: fill in: expected runtime --> {section-blank}

| run | Dice |
| --- | --- |
| ours | 0.812 | {section-tolerance-missing}

To replicate it on other data, vary the images.
"""
FILES = {
    "src/train.py": """\
import argparse

from segment.model import build


def parse():
    parser = argparse.ArgumentParser()
    add_data(parser)
    group = parser.add_argument_group("optimisation")
    group.add_argument("--learning-rate", type=float, default=1e-3)
    group.add_argument("--epochs", type=int, default=40)
    group.add_argument("--amp", action="store_true")
    parser.add_argument("--config", default="configs/base.yaml")
    parser.add_argument("--model", choices=["unet", "unet3"], default="unet")
    return parser.parse_args()


def add_data(parser):
    parser.add_argument("--data-root", required=True)


if __name__ == "__main__":
    build(parse())
""",
    "src/segment/__init__.py": "",
    "src/segment/model.py": """\
from datasets import load_dataset
from openai import OpenAI


def build(args):
    load_dataset("acme/vessels", revision="1111111111111111111111111111111111111111")
    OpenAI().chat.completions.create(model="gpt-4o-2024-08-06", messages=[])
""",
    "src/segment/score.py": """\
import click


@click.command()
@click.option("--split", type=click.Choice(["train", "test"]), required=True)
@click.option("--cache/--no-cache", default=True)
def main(split, cache):
    print(split)


if __name__ == "__main__":
    main()
""",
    "src/segment/export.py": """\
from enum import Enum

import typer

app = typer.Typer()


class Form(str, Enum):
    onnx = "onnx"
    script = "script"


@app.command()
def export(run: str, to: Form = typer.Option(...), opset: int = 17):
    print(run, to, opset)
""",
    "src/compose.py": """\
import hydra


@hydra.main(version_base=None, config_path="../conf", config_name="config")
def main(cfg):
    print(cfg)


if __name__ == "__main__":
    main()
""",
    "conf/config.yaml": "defaults:\n  - model: unet\n  - _self_\nseed: 1\noptim:\n  rate: 0.1\n",
    "conf/model/unet.yaml": "width: 64\n",
    "configs/base.yaml": "width: 64\n",
    "configs/vessels.yaml": "width: 64\n",
    "scripts/run_all.sh": "python src/train.py --data-root data\n",
    "requirements.txt": "torch==2.3.1\nnumpy==2.0.1\n",
    ".python-version": "3.11.9\n",
    "Dockerfile": "FROM nvcr.io/acme/train:24.03\n",
    "Makefile": ".PHONY: prepare evaluate\nprepare:\n\tpython src/train.py --data-root data\n\nevaluate: prepare\n\ttrue\n",
    "dvc.yaml": "stages:\n  train:\n    cmd: python src/train.py --data-root data\n",
    "pyproject.toml": '[project]\nname = "segment"\nversion = "0"\n\n[project.scripts]\nsegment-export = "segment.export:app"\n',
}
_MARK = re.compile(r"[ \t]*\{(section-[a-z-]+)\}")


def written() -> tuple[dict[str, str], list[tuple[int, str]]]:
    """Return the repo without its marks, and (1-based line, rule) of each mark."""
    marks: list[tuple[int, str]] = []
    lines: list[str] = []
    for number, line in enumerate(README.split("\n"), 1):
        marks.extend((number, name) for name in _MARK.findall(line))
        lines.append(_MARK.sub("", line))
    return {"README.md": "\n".join(lines), **FILES}, sorted(marks)
