"""Programs that differ, mended, run again: `python -m tests.truth.mended [NAME ...]` prints a table.

Each program of `recorded.json` whose runs differ gets the fixes of ``driftlint fix --suggested`` that need nothing but its own
files; then it is run in fresh processes and the outputs are compared, byte for byte. The interpreter is the one that
DRIFTLINT_TRUTH_PYTHON names, as in `runs`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from driftlint.config import Config
from driftlint.mending import gather_pins, mend
from driftlint.packs import load_packs
from driftlint.session import Session
from driftlint.workspace import MemoryWorkspace, Workspace
from tests.truth.runs import read_record, run_once
from tests.truth.verdicts import files_of


def mend_files(files: Mapping[str, str]) -> tuple[dict[str, str], list[str], list[str]]:
    """Return files after `fix --suggested`, the rules whose findings were mended, and those whose findings are left."""
    catalogue, rules = load_packs([])
    config = Config(root=Path(), include=("*",), include_tests=True, respect_gitignore=False)

    def start(workspace: Workspace) -> Session:
        return Session(workspace, config, catalogue, rules)

    levels = frozenset(("safe", "suggest"))
    plan = mend(start, MemoryWorkspace(files), lambda run: gather_pins(run, None), lambda finding, fix: True, levels)
    after = {path: plan.files.get(path, text.encode()).decode() for path, text in files.items()}
    left = [item.finding.rule for item in plan.left if item.finding.family == "determinism"]
    return after, sorted({finding.rule for finding, _ in plan.made}), sorted(set(left))


def run(python: Path, name: str, files: Mapping[str, str], number: int) -> str:
    """Return what a program prints, or the last line of its error."""
    try:
        return run_once(python, name, number, files)
    except RuntimeError as error:
        return f"failed: {str(error).strip().splitlines()[-1]}"


def main(names: list[str]) -> int:
    """Print what becomes of each program that differs."""
    python = Path(os.environ["DRIFTLINT_TRUTH_PYTHON"])
    differing = [name for name, repeats in sorted(read_record()["repeats"].items()) if not repeats]
    counts = {"repeats": 0, "differs": 0, "failed": 0, "not mended": 0}
    for name in names or differing:
        after, made, left = mend_files(files_of(name))
        if not made:
            outcome = "not mended"
        else:
            first = run(python, name, after, 0)
            outcome = (
                "failed"
                if first.startswith("failed")
                else "repeats"
                if run(python, name, after, 1) == first
                else "differs"
            )
            if outcome == "failed":
                left = [*left, first]
        counts[outcome] += 1
        print(
            f"{name:40} {outcome:10} mended: {', '.join(made) or 'nothing'}; left: {', '.join(left) or 'nothing'}",
            flush=True,
        )
    print(counts)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
