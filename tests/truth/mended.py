"""Programs that differ, mended, run again: `python -m tests.truth.mended [NAME ...]` prints a table, `--write` records it.

Each program of `recorded.json` whose runs differ gets the fixes of ``driftlint fix --suggested`` that need nothing but its own
files; then it is run in fresh processes and the outputs are compared, byte for byte. `mended.json` holds what came of it, with a
digest of the mended files: when a mend comes to write something else, the record is out of date and a test says so. The
interpreter is the one that DRIFTLINT_TRUTH_PYTHON names, as in `runs`.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from driftlint.config import Config
from driftlint.mending import gather_pins, mend
from driftlint.packs import load_packs
from driftlint.session import Session
from driftlint.workspace import MemoryWorkspace, Workspace
from tests.truth.runs import digest_of, read_record, run_once
from tests.truth.verdicts import HARDWARE, files_of

MENDED = Path(__file__).with_name("mended.json")


class Mended(TypedDict):
    """What a mend made of a program. `outcome`: "repeats", "differs", "failed" or "not mended" (nothing was written)."""

    outcome: str
    rules: list[str]
    """Rules whose findings were mended."""
    left: list[str]
    """Rules of the family determinism whose findings are left; those about accelerators are not counted."""
    evidence: list[str]
    """What the written values rest on, beside the program's own files."""
    digest: str
    """Of the files that were run."""


def read_mended() -> dict[str, Mended]:
    """Return what was recorded, by program."""
    record: dict[str, Mended] = json.loads(MENDED.read_text(encoding="utf-8"))
    return record


def mend_files(files: Mapping[str, str]) -> tuple[dict[str, str], Mended]:
    """Return files after `fix --suggested`, and what was done; its outcome is left blank where there is something to run."""
    catalogue, rules = load_packs([])
    config = Config(root=Path(), include=("*",), include_tests=True, respect_gitignore=False)

    def start(workspace: Workspace) -> Session:
        return Session(workspace, config, catalogue, rules)

    levels = frozenset(("safe", "suggest"))
    plan = mend(start, MemoryWorkspace(files), lambda run: gather_pins(run, None), lambda finding, fix: True, levels)
    after = {path: plan.files.get(path, text.encode()).decode() for path, text in files.items()}
    left = {item.finding.rule for item in plan.left if item.finding.family == "determinism"} - HARDWARE
    made = Mended(
        outcome="" if plan.made else "not mended",
        rules=sorted({finding.rule for finding, _ in plan.made}),
        left=sorted(left),
        evidence=sorted({fix.evidence for _, fix in plan.made if fix.evidence}),
        digest=digest_of(after),
    )
    return after, made


def judge_again(python: Path, name: str) -> Mended:
    """Mend a program, run it twice, and return what came of it."""
    after, made = mend_files(files_of(name))
    if not made["outcome"]:
        try:
            first = run_once(python, name, 0, after)
            made["outcome"] = "repeats" if run_once(python, name, 1, after) == first else "differs"
        except RuntimeError as error:
            print(str(error).strip().splitlines()[-1], file=sys.stderr)
            made["outcome"] = "failed"
    return made


def row(name: str, made: Mended) -> str:
    """Return a program's line of the table."""
    told = [
        f"mended: {', '.join(made['rules']) or 'nothing'}",
        f"evidence: {', '.join(made['evidence']) or 'none needed'}",
        f"left: {', '.join(made['left']) or 'nothing'}",
    ]
    return f"{name:40} {made['outcome']:10} {'; '.join(told)}"


def main(arguments: list[str]) -> int:
    """Print what becomes of each program that differs."""
    python = Path(os.environ["DRIFTLINT_TRUTH_PYTHON"])
    names = [argument for argument in arguments if not argument.startswith("-")]
    differing = [name for name, repeats in sorted(read_record()["repeats"].items()) if not repeats]
    seen = {name: made for name, made in read_mended().items() if name in differing} if MENDED.exists() else {}
    for name in names or differing:
        seen[name] = judge_again(python, name)
        print(row(name, seen[name]), flush=True)
        if "--write" in arguments:
            MENDED.write_text(json.dumps(dict(sorted(seen.items())), indent=1) + "\n", encoding="utf-8", newline="\n")
    print(dict(Counter(made["outcome"] for made in seen.values())))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
