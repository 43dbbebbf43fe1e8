"""A repo that passes under every preset: what an honest team can write, and nothing more.

`FILES` holds it by path. Versions and names are real, digests are made: nothing is fetched.
"""

from __future__ import annotations

import hashlib


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


PYPROJECT = """\
[project]
name = "rows"
version = "1.0.0"
requires-python = "==3.11.9"
dependencies = ["datasets==3.6.0", "numpy==2.2.6", "torch==2.7.1", "wandb==0.19.11"]

[tool.uv]
package = false

[tool.driftlint.review]
preset = "regulated"
"""

_PACKAGES = {"datasets": "3.6.0", "numpy": "2.2.6", "torch": "2.7.1", "wandb": "0.19.11"}

_LOCKED = """\

[[package]]
name = "{name}"
version = "{version}"
source = {{ registry = "https://index.example.org/simple" }}
wheels = [
    {{ url = "https://index.example.org/packages/{name}-{version}-py3-none-any.whl", hash = "sha256:{digest}", size = 1 }},
]
"""

LOCK = (
    'version = 1\nrevision = 2\nrequires-python = "==3.11.9"\n'
    + "".join(_LOCKED.format(name=n, version=v, digest=_digest(n)) for n, v in _PACKAGES.items() if n < "rows")
    + '\n[[package]]\nname = "rows"\nversion = "1.0.0"\nsource = { virtual = "." }\ndependencies = [\n'
    + "".join(f'    {{ name = "{name}" }},\n' for name in _PACKAGES)
    + "]\n\n[package.metadata]\nrequires-dist = [\n"
    + "".join(f'    {{ name = "{name}", specifier = "=={version}" }},\n' for name, version in _PACKAGES.items())
    + "]\n"
    + "".join(_LOCKED.format(name=n, version=v, digest=_digest(n)) for n, v in _PACKAGES.items() if n > "rows")
)

DOCKERFILE = f"""\
FROM python:3.11.9-slim-bookworm@sha256:{_digest("python")}
COPY --from=ghcr.io/astral-sh/uv:0.7.13@sha256:{_digest("uv")} /uv /bin/uv
WORKDIR /work
COPY . .
RUN uv sync --locked
ENV CUBLAS_WORKSPACE_CONFIG=:4096:8
CMD ["uv", "run", "--locked", "python", "train.py", "--seed", "7"]
"""

TRAIN = '''\
"""Train a classifier of rows, and record all that somebody needs to do it again."""

import argparse
import os
import random
import subprocess

import numpy as np
import torch
import wandb
from datasets import load_dataset

ROWS = "team/rows"
REVISION = "1588ec454efa1a09f29cd18ddd04fe05fc8653a2"


def fix_seeds(seed):
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--steps", type=int, default=1000)
    args = parser.parse_args()
    fix_seeds(args.seed)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    config = {
        "seed": args.seed,
        "rate": args.rate,
        "steps": args.steps,
        "git_commit": commit,
        "data_revision": REVISION,
    }
    with wandb.init(project="rows", config=config) as run:
        run.use_artifact("rows-split:v3")
        run.save("uv.lock")
        rows = load_dataset(ROWS, revision=REVISION, split="train").with_format("torch")
        model = torch.nn.Linear(16, 2).cuda()
        optimizer = torch.optim.SGD(model.parameters(), lr=args.rate)
        order = torch.Generator().manual_seed(args.seed)
        loader = torch.utils.data.DataLoader(rows, batch_size=32, shuffle=True, generator=order)
        for step, batch in zip(range(args.steps), loader):
            loss = torch.nn.functional.cross_entropy(model(batch["x"].cuda()), batch["y"].cuda())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            run.log({"train/loss": loss.item()}, step=step)
        torch.save(model.state_dict(), "model.pt")
        run.log_artifact("model.pt", type="model")


if __name__ == "__main__":
    main()
'''

README = """\
# Rows

## Reproducibility and replicability

Hypothesis: a linear model over sixteen features tells the two kinds of rows apart. Measure: accuracy over the held-out split.

```sh
uv sync --locked
uv run --locked python train.py --seed 7 --rate 0.1
```

| quantity | expected |
| --- | --- |
| runtime | 20 minutes |
| accuracy | 0.913 ± 0.002 |

It was run on one A100 with 80 GB of memory, and needs 5 GB of free disk space. No external service is asked.
To replicate it, vary the seed or the rate. The split and the number of steps must stay.
"""

FILES: dict[str, str | bytes] = {
    ".python-version": "3.11.9\n",
    "Dockerfile": DOCKERFILE,
    "README.md": README,
    "pyproject.toml": PYPROJECT,
    "train.py": TRAIN,
    "uv.lock": LOCK,
}
