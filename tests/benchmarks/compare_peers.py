"""Measure driftlint beside its peers on the same input in the same run.

    python tests/benchmarks/compare_peers.py --input FOLDER [--peers VENV] [--rounds 3]

`FOLDER` holds Python code; ``--wheels`` fetches the wheels of trl, accelerate and timm with pip and unpacks them there first
(about 10 MB), ``--large`` those of transformers, diffusers and pytorch-lightning as well (about 94 MB). `VENV` is a virtual
environment with bandit, semgrep and ruff; a peer that is not there is left out and named. Prints wall time (the best of
`rounds`) and the ratio to driftlint. One file of the input gets another last line before each run of "one file changed", and its
own bytes back at the end. Nothing here asserts: a figure is read, not passed.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

WHEELS = ("trl==1.16.0", "accelerate==1.15.0", "timm==1.0.31")
MORE_WHEELS = ("transformers==5.24.0", "diffusers==0.42.1", "pytorch-lightning==2.6.6")
SEMGREP_RULES = """\
rules:
  - id: from-pretrained
    languages: [python]
    severity: INFO
    message: weights
    pattern: $X.from_pretrained(...)
  - id: load-dataset
    languages: [python]
    severity: INFO
    message: dataset
    pattern: load_dataset(...)
"""
SMALL = """\
import torch
from transformers import AutoModel

if __name__ == "__main__":
    torch.manual_seed(0)
    model = AutoModel.from_pretrained("bert-base-uncased", revision="86b5e0934494bd15c9632b12f734a8a67f723594").cuda()
"""
"""A small file, whose pin and seed are given."""


def fetch_wheels(folder: Path, wheels: tuple[str, ...]) -> None:
    """Fetch wheels and unpack them into `folder`. Nothing of them is installed or imported."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as down:
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", down, *wheels], check=True)
        for wheel in Path(down).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(folder)


def measure(
    command: list[str], rounds: int, environment: dict[str, str], change: Path | None = None
) -> tuple[float, float]:
    """Return the best wall time and the CPU time of that round, in seconds; `change` is a file that is changed before each."""
    best = (float("inf"), 0.0)
    text = change.read_bytes() if change is not None else b""
    for at in range(rounds):
        if change is not None:
            change.write_bytes(text + b"\n# %d\n" % at)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, check=False)
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best, (wall, cpu))
    if change is not None:
        change.write_bytes(text)
    return best


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--input", type=Path, required=True)
    ask.add_argument("--wheels", action="store_true")
    ask.add_argument("--large", action="store_true")
    ask.add_argument("--peers", type=Path)
    ask.add_argument("--rounds", type=int, default=3)
    args = ask.parse_args()
    if args.wheels or args.large:
        fetch_wheels(args.input, (*WHEELS, *(MORE_WHEELS if args.large else ())))
    size = sum(path.stat().st_size for path in args.input.rglob("*.py"))
    print(f"input: {size / 1e6:.1f} MB of Python; rounds: {args.rounds}; cores: {os.cpu_count()}\n")
    driftlint = str(Path(sys.executable).with_name("driftlint"))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # modules stay compiled, as they are once a tool is installed
    with tempfile.TemporaryDirectory() as work:
        rules = Path(work, "rules.yaml")
        rules.write_text(SEMGREP_RULES)
        cold = {**os.environ, "DRIFTLINT_CACHE_DIR": str(Path(work, "cache"))}
        check = [driftlint, "check", "--exit-zero", "--quiet"]
        rows = [("driftlint, cold", measure([*check, "--no-cache", str(args.input)], args.rounds, cold))]
        measure([*check, str(args.input)], 1, cold)
        some = min(args.input.rglob("*.py"), key=lambda path: (-path.stat().st_size, path))
        rows.append(("driftlint, one file changed", measure([*check, str(args.input)], args.rounds, cold, some)))
        measure([*check, str(args.input)], 1, cold)
        rows.append(("driftlint, nothing changed", measure([*check, str(args.input)], args.rounds, cold)))
        peers = {
            "bandit -t B615": ["bandit", "-q", "-r", "-t", "B615", "-f", "json", str(args.input)],
            "semgrep, two patterns": [
                "semgrep",
                "scan",
                "--metrics=off",
                "--disable-version-check",
                "--quiet",
                "--config",
                str(rules),
                str(args.input),
            ],
            "ruff --select NPY002": [
                "ruff",
                "check",
                "--no-cache",
                "--isolated",
                "--select",
                "NPY002",
                str(args.input),
            ],
        }
        for name, command in peers.items():
            program = args.peers / "bin" / command[0] if args.peers else None
            if program is None or not program.exists():
                print(f"left out: {name} ({command[0]} is not in --peers)")
                continue
            rows.append((name, measure([str(program), *command[1:]], args.rounds, cold)))
        small = Path(work, "small", "train.py")
        small.parent.mkdir()
        small.write_text(SMALL)
        measure([*check, str(small)], 1, cold)
        rows.append(("driftlint, one small file, changed", measure([*check, str(small)], 5, cold, small)))
        measure([*check, str(small)], 1, cold)
        rows.append(("driftlint, one small file, as before", measure([*check, str(small)], 5, cold)))
        rows.append(("driftlint --version", measure([driftlint, "--version"], 5, cold)))
        rows.append(("python -c pass", measure([sys.executable, "-c", "pass"], 5, cold)))
    base = rows[0][1][0]
    print("| command | wall s | CPU s | driftlint cold / this |")
    print("| --- | --- | --- | --- |")
    for name, (wall, cpu) in rows:
        print(f"| {name} | {wall:.3f} | {cpu:.3f} | {base / wall:.2f} |")
    changed, same, start, empty = (row[1][1] for row in rows[-4:])
    print(
        f"\nof the CPU of python -c pass: one small file {changed / empty:.1f} times, as before {same / empty:.1f}, "
        f"driftlint --version {start / empty:.1f}"
    )


if __name__ == "__main__":
    main()
