"""Lay what dslinter's rules for randomness report beside what driftlint says of the same modules, and say why the two differ.

    python -m tests.benchmarks.compare_seeds --pylint PROGRAM [--list] [--keep FOLDER] [--limit SECONDS] DIR ...

Each `DIR` is a repo that lies on disk; none of its code is run. `PROGRAM` is the pylint beside which dslinter is installed.
``--keep`` names a folder for its reports, which are taken from there where they already are. A repo that takes it longer than
the limit, or that it ends without a report, is named and left out. dslinter judges a module; a finding counts as shared when
driftlint reports the same kind of drift with a place or a related place in that module, for calls at that line, and for streams
a seed that is open in a module that the program comes by. Nothing here asserts: a table is read, not passed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from driftlint.config import load_config
from driftlint.facts import Finding
from driftlint.flow.calls import Control, Seed
from driftlint.flow.entries import Program
from driftlint.packs import load_packs
from driftlint.selection import select_rules
from driftlint.session import Run, Session
from driftlint.workspace import DiskWorkspace

STREAMS = {
    "randomness-control-pytorch": ("torch",),
    "randomness-control-numpy": ("numpy",),
    "randomness-control-tensorflow": ("tensorflow", "keras"),
}
SWITCHES = {"deterministic-pytorch": "torch"}
CALLS = {
    "randomness-control-dataloader-pytorch": ("loader-uncontrolled",),
    "randomness-control-scikitlearn": ("call-unseeded",),
}
RESULTS = ("training", "evaluation")


@dataclass(frozen=True)
class Told:
    """What dslinter reports: a 1-based line of a file, 1 for the module as a whole."""

    repo: str
    path: str
    line: int
    symbol: str


def run_dslinter(program: str, folder: Path, keep: Path, limit: int) -> list[Told] | None:
    """Return what dslinter reports in a folder, None where it does not end in time or without a report."""
    report = keep / f"{folder.name}.json"
    if not report.exists():
        files = [str(path.relative_to(folder.parent)) for path in sorted(folder.rglob("*.py"))]
        symbols = ",".join([*STREAMS, *SWITCHES, *CALLS])
        command = [program, "--rcfile=/dev/null", "--load-plugins=dslinter", "--disable=all", f"--enable={symbols}"]
        try:
            done = subprocess.run(
                [*command, "--output-format=json", *files],
                cwd=folder.parent,
                capture_output=True,
                text=True,
                timeout=limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
        report.write_text(done.stdout, encoding="utf-8")
    try:
        found = json.loads(report.read_text(encoding="utf-8") or "null")
    except json.JSONDecodeError:
        return None
    if found is None:
        return None
    front = f"{folder.name}/"
    return [
        Told(folder.name, row["path"].removeprefix(front), row["line"], row["symbol"])
        for row in found
        if row["symbol"] in {*STREAMS, *SWITCHES, *CALLS}
    ]


def check(folder: Path) -> tuple[Session, Run]:
    """Return a check of a folder with everything shown."""
    config = replace(
        load_config(folder, override=None, isolated=True, cli={"severity": "info"}), root=folder, preview=True
    )
    catalogue, rules = load_packs([])
    chosen = {name: r for name, r in select_rules(config, rules.values()).rules.items() if r.family == "determinism"}
    session = Session(DiskWorkspace(folder), config, catalogue, chosen, known_rules=rules)
    return session, session.run()


def explain(session: Session, run: Run, told: Told) -> tuple[str, str]:
    """Return ("shared" or "silent", why)."""
    own = [p for p in run.programs if p.path == told.path]
    reached = {path for program in own for path in program.modules}
    for finding in run.report.findings:
        if _is_the_same(session, finding, told):
            return "shared", finding.rule
        if finding.rule == "seed-unset" and told.symbol in STREAMS and finding.place.path in reached:
            return "shared", "seed-unset, in a module that the program comes by"
    if told.path not in session.files.data:
        return "silent", "the file is left out: a test, documentation, of others, or ignored by git"
    if told.symbol in CALLS:
        return (
            "silent",
            "the call draws nothing that is not seeded: no workers, a seed elsewhere, or an estimator that repeats",
        )
    if not own:
        users = [p for p in run.programs if told.path in run.world.project.reachable([p.path])]
        whose = "the programs that import it are judged" if users else "no program imports it"
        return "silent", f"the module is no program: {whose}"
    if not any(p.says in RESULTS for p in own):
        return "silent", "a program that neither trains nor evaluates"
    return "silent", _why_not(told, own)


def _why_not(told: Told, programs: list[Program]) -> str:
    events = [event for program in programs for event in program.events]
    if told.symbol in SWITCHES:
        if any(
            isinstance(e.what, Control) and e.what.switch.effect == "deterministic" and e.what.on is not False
            for e in events
        ):
            return "a deterministic mode is asked for, in the program or in what it imports"
        if not any(p.says == "training" for p in programs):
            return "a program that only evaluates"
        if not any(p.accelerator for p in programs):
            return "training that stays on the CPU"
        return "told of another program that this one starts, or a script turns a mode on"
    seeds = {s for e in events if isinstance(e.what, Seed) and e.what.value.state == "set" for s in e.what.streams}
    if seeds.intersection(STREAMS[told.symbol]):
        return "seeded, in the program or in what it imports"
    return "never drawn from"


def _is_the_same(session: Session, finding: Finding, told: Told) -> bool:
    if told.symbol in CALLS:
        document = session.get_document(told.path)
        at = [place for place in (finding.place, *finding.related) if place.path == told.path]
        return (
            finding.rule in CALLS[told.symbol]
            and document is not None
            and any(document.locate(place.span.start).line == told.line for place in at)
        )
    if not any(place.path == told.path for place in (finding.place, *finding.related)):
        return False
    if told.symbol in SWITCHES:
        return finding.rule in ("switches-missing", "workspace-unset", "benchmark-on")
    return finding.subject.kind == "stream" and (
        finding.subject.name.partition(" in ")[0] in STREAMS[told.symbol] or finding.rule == "seed-unset"
    )


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--pylint", required=True)
    ask.add_argument("--list", action="store_true")
    ask.add_argument("--keep", type=Path)
    ask.add_argument("--limit", type=int, default=100)
    ask.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    args = ask.parse_args()
    counts: Counter[tuple[str, str, str]] = Counter()
    with tempfile.TemporaryDirectory() as made:
        keep = args.keep or Path(made)
        keep.mkdir(parents=True, exist_ok=True)
        for folder in args.folders:
            found = run_dslinter(args.pylint, folder, keep, args.limit)
            if found is None:
                print(f"left out: {folder.name}")
                continue
            if not found:
                continue
            session, run = check(folder)
            for told in found:
                answer, why = explain(session, run, told)
                counts[told.symbol, answer, why] += 1
                if args.list:
                    print(f"{told.symbol}\t{answer}\t{why}\t{told.repo}/{told.path}:{told.line}")
    print("| dslinter | driftlint | why | findings |\n| --- | --- | --- | --- |")
    for (symbol, answer, why), count in sorted(counts.items(), key=lambda i: (i[0][0], i[0][1], -i[1])):
        print(f"| {symbol} | {answer} | {why} | {count} |")


if __name__ == "__main__":
    main()
