"""Measure time and peak memory of a check against the size of the repo.

    python tests/benchmarks/grow_repo.py --lines 10000 100000 1000000 [--work FOLDER]

Writes made-up training repos of that many lines of Python (packages of modules that import each other, a script with a draw and a
load in every fiftieth), checks each with an empty cache, after a change of one file, and unchanged, and prints wall time,
CPU time, and the peak resident memory of the largest process. The growth column is CPU seconds a million lines.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MODULE = '''"""Part {number} of package {package}."""

import math

from package_{package} import part_{before}


class Layer{number}:
    """A layer that scales what it is given."""

    def __init__(self, width: int, scale: float = 0.5, name: str = "layer-{number}") -> None:
        self.width = width
        self.scale = scale
        self.name = name
        self.weights = [scale * index for index in range(width)]

    def forward(self, values: list[float]) -> list[float]:
        """Return the scaled values."""
        total = sum(value * weight for value, weight in zip(values, self.weights))
        if math.isnan(total):
            raise ValueError(f"{{self.name}}: not a number")
        return [value / (1.0 + abs(total)) for value in values]


def build_{number}(width: int = {number}) -> Layer{number}:
    """Return a layer on top of the one before."""
    below = part_{before}.build_{before}(width) if {number} % 7 else None
    layer = Layer{number}(width, scale=0.1 if below is None else below.scale)
    return layer
'''
SCRIPT = '''"""Train part {number}."""

import numpy as np
from datasets import load_dataset

from package_{package} import part_{number}

NAME = "lab/rows-{number}"


def main() -> None:
    np.random.seed(7)
    rows = load_dataset(NAME, split="train")
    layer = part_{number}.build_{number}(8)
    for _ in range(3):
        print(layer.forward(list(np.random.rand(8))), len(rows))


if __name__ == "__main__":
    main()
'''
_PARTS = 100


def write_repo(folder: Path, lines: int) -> int:
    """Write a repo of about that many lines and return the bytes of its Python files."""
    each = MODULE.count("\n")
    size = 0
    for index in range(max(lines // each, 1)):
        package, number = divmod(index, _PARTS)
        home = folder / f"package_{package}"
        if number == 0:
            home.mkdir(parents=True)
            (home / "__init__.py").write_text("")
        text = MODULE.format(package=package, number=number, before=(number - 1) % _PARTS)
        (home / f"part_{number}.py").write_text(text)
        size += len(text)
        if index % 50 == 49:
            text = SCRIPT.format(package=package, number=number)
            (folder / f"train_{package}_{number}.py").write_text(text)
            size += len(text)
    return size


def measure(command: list[str], environment: dict[str, str]) -> tuple[float, float, int]:
    """Return wall seconds, CPU seconds and the peak resident memory in bytes of one run and its children."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, "
        "stderr=subprocess.DEVNULL); u = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(u.ru_utime + u.ru_stime, u.ru_maxrss)"
    )
    start = time.perf_counter()
    said = subprocess.run(
        [sys.executable, "-c", code, *command], capture_output=True, text=True, env=environment, check=True
    )
    wall = time.perf_counter() - start
    cpu, peak = said.stdout.split()
    return wall, float(cpu), int(peak) * (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--lines", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    ask.add_argument("--work", type=Path)
    args = ask.parse_args()
    driftlint = str(Path(sys.executable).with_name("driftlint"))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # modules stay compiled, as they are once a tool is installed
    print("| lines | MB | run | wall s | CPU s | CPU s a million lines | peak MB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for lines in args.lines:
        with tempfile.TemporaryDirectory(dir=args.work) as work:
            repo = Path(work, "repo")
            size = write_repo(repo, lines)
            environment = {**os.environ, "DRIFTLINT_CACHE_DIR": str(Path(work, "cache"))}
            for run in ("cold", "warm", "unchanged"):
                if run == "warm":
                    changed = min(repo.rglob("*.py"))
                    changed.write_bytes(changed.read_bytes() + b"\n# changed\n")
                wall, cpu, peak = measure([driftlint, "check", "--quiet", "--exit-zero", str(repo)], environment)
                each = cpu / lines * 1e6
                row = f"{lines:,} | {size / 1e6:.1f} | {run} | {wall:.1f} | {cpu:.1f} | {each:.1f} | {peak / 1e6:.0f}"
                print(f"| {row} |", flush=True)
            shutil.rmtree(repo)


if __name__ == "__main__":
    main()
