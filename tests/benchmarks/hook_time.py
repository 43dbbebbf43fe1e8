"""Measure the pre-commit hook beside ruff's hook on a generated repo, in the same run.

    python tests/benchmarks/hook_time.py [--lines 100000] [--rounds 5]

Makes a git repo with so many lines of Python, runs each hook through the real pre-commit once to warm its cache, then prints the
best wall time of the following runs, through pre-commit and alone, and the ratio to ruff. ruff and pre-commit are those of
this environment. Nothing here asserts: a figure is read, not passed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

TOP = Path(__file__).resolve().parents[2]
MODULE = '''\
"""Module {number}: a loader, a model and a step, as training code has them."""

import argparse
import os

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

{imports}


class Rows{number}(Dataset):
    """Rows of part {number}."""

    def __init__(self, rows, scale={number}.0):
        self.rows = list(rows)
        self.scale = scale

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        row = self.rows[index % len(self.rows)]
        return torch.tensor([value * self.scale for value in row])


class Net{number}(nn.Module):
    """A small network."""

    def __init__(self, width=64, depth=3):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x
'''
FUNCTION = '''

def step_{number}_{index}(model, batch, rate=0.{index}1, name="part-{number}-{index}"):
    """One step of part {number}."""
    values = [float(value) for value in batch]
    total = sum(values) / max(len(values), 1)
    if total > {index}:
        total = min(total, rate * {index})
    settings = {{"name": name, "rate": rate, "total": total, "folder": os.environ.get("OUT", "out")}}
    for key, value in sorted(settings.items()):
        if value is None:
            continue
        model.settings[key] = value
    return model, total
'''


def generate(root: Path, lines: int) -> int:
    """Write modules until there are so many lines, all seeded and pinned, and return how many lines there are."""
    written = number = 0
    while written < lines:
        imports = f"from pkg.part_{number - 1} import Net{number - 1}" if number else ""
        text = MODULE.format(number=number, imports=imports)
        text += "".join(FUNCTION.format(number=number, index=index) for index in range(12))
        path = root / "pkg" / f"part_{number}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        written += text.count("\n")
        number += 1
    (root / "pkg" / "__init__.py").write_text("")
    (root / "train.py").write_text(
        f"import random\n\nimport numpy as np\nimport torch\n\nfrom pkg.part_{number - 1} import Net{number - 1}\n\n\n"
        "def main():\n    random.seed(1)\n    np.random.seed(1)\n    torch.manual_seed(1)\n"
        f"    torch.use_deterministic_algorithms(True)\n    model = Net{number - 1}()\n"
        "    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n    optimizer.step()\n\n\n"
        'if __name__ == "__main__":\n    main()\n'
    )
    return written


def best(command: list[str], rounds: int, cwd: Path, environment: dict[str, str]) -> float:
    """Return the best wall time in seconds, after one run that is not counted."""
    times = []
    for turn in range(rounds + 1):
        start = time.perf_counter()
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        if turn:
            times.append(time.perf_counter() - start)
        if done.returncode not in (0, 1):
            sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return min(times)


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--lines", type=int, default=100_000)
    ask.add_argument("--rounds", type=int, default=5)
    args = ask.parse_args()
    tools = Path(sys.executable).parent
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # modules stay compiled, as they are once a tool is installed
    shipped = next(h for h in yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text()) if h["id"] == "driftlint")
    entry = shipped["entry"].split()
    driftlint = [str(tools / entry[0]), *entry[1:]]
    ruff = [str(tools / "ruff"), "check", "--force-exclude"]  # the entry of ruff's own hook
    with tempfile.TemporaryDirectory() as work:
        root = Path(work, "repo")
        root.mkdir()
        lines = generate(root, args.lines)
        hooks = [
            {**shipped, "language": "system", "entry": " ".join(driftlint)},
            {
                "id": "ruff",
                "name": "ruff",
                "language": "system",
                "entry": " ".join(ruff),
                "types_or": ["python", "pyi"],
                "require_serial": True,
            },
        ]
        (root / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}))
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "DRIFTLINT_CACHE_DIR": str(Path(work, "cache")),
            "PRE_COMMIT_HOME": str(Path(work, "pre-commit")),
        }
        for command in (["git", "init", "-q"], ["git", "add", "-A"]):
            subprocess.run(command, cwd=root, env=environment, check=True)
        files = sorted(str(path.relative_to(root)) for path in root.rglob("*.py"))
        print(
            f"{lines} lines of Python in {len(files)} files; second runs, best of {args.rounds}; cores: {os.cpu_count()}\n"
        )
        hook = [str(tools / "pre-commit"), "run", "--all-files"]
        cold = {**environment, "DRIFTLINT_CACHE_DIR": str(Path(work, "none"))}
        rows = [
            ("ruff, through pre-commit", best([*hook, "ruff"], args.rounds, root, environment)),
            ("driftlint, through pre-commit", best([*hook, "driftlint"], args.rounds, root, environment)),
            ("ruff alone", best([*ruff, *files], args.rounds, root, environment)),
            ("driftlint alone, staged", best(driftlint, args.rounds, root, environment)),
            ("driftlint alone, work tree, as before", best([driftlint[0], "check"], args.rounds, root, environment)),
            ("driftlint alone, no cache", best([*driftlint, "--no-cache"], 1, root, cold)),
        ]
    base = {"through": rows[0][1], "alone": rows[2][1]}
    for name, seconds in rows:
        ratio = seconds / base["through" if "through" in name else "alone"]
        print(f"{name:40} {seconds:7.2f} s  {ratio:6.1f} x ruff")


if __name__ == "__main__":
    main()
