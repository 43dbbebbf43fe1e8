"""Lay what bandit's B615 reports beside what driftlint says at the same places, and say why the two differ.

    python -m tests.benchmarks.compare_findings --bandit PROGRAM [--list] [--keep FOLDER] DIR ...

Each `DIR` is a repo that lies on disk; none of its code is run. `PROGRAM` is bandit's. ``--keep`` names a folder for bandit's
reports, which are taken from there where they already are. Prints a table of reasons; ``--list`` prints every place as well.
A finding of bandit counts as shared when driftlint reports something of the family data whose place or trail touches the lines of
the call. Nothing here asserts: a table is read, not passed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from driftlint.config import load_config
from driftlint.facts import Place
from driftlint.packs import load_packs
from driftlint.selection import select_rules
from driftlint.session import Run, Session
from driftlint.workspace import DiskWorkspace

FAMILY = "data"


@dataclass(frozen=True)
class Call:
    """A call that bandit reports: 1-based lines, first and last."""

    repo: str
    path: str
    first: int
    last: int
    text: str


def run_bandit(program: str, folder: Path, keep: Path) -> list[Call]:
    """Return what bandit reports in a folder."""
    report = keep / f"{folder.name}.json"
    if not report.exists():
        settings = keep / "bandit.ini"  # a repo's own .bandit would choose other tests
        settings.write_text("[bandit]\n", encoding="utf-8")
        command = [
            program,
            "-q",
            "--ini",
            str(settings),
            "-r",
            "-t",
            "B615",
            "-f",
            "json",
            "-o",
            str(report),
            str(folder),
        ]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = []
    for result in json.loads(report.read_text(encoding="utf-8"))["results"]:
        path = Path(result["filename"]).resolve().relative_to(folder.resolve()).as_posix()
        lines = (folder / path).read_text(encoding="utf-8", errors="replace").splitlines()
        first, last = min(result["line_range"]), max(result["line_range"])
        text = " ".join(line.strip() for line in lines[first - 1 : last])
        found.append(Call(folder.name, path, first, last, text))
    return found


def check(folder: Path) -> tuple[Session, Run]:
    """Return a check of a folder with everything shown."""
    config = replace(load_config(folder, override=None, isolated=True, cli={"severity": "info"}), root=folder)
    catalogue, rules = load_packs([])
    chosen = {name: r for name, r in select_rules(config, rules.values()).rules.items() if r.family == FAMILY}
    session = Session(DiskWorkspace(folder), config, catalogue, chosen, known_rules=rules)
    return session, session.run()


def explain(session: Session, run: Run, call: Call) -> tuple[str, str]:
    """Return ("shared" or "silent", why)."""

    def touches(place: Place) -> bool:
        document = session.get_document(place.path) if place.path == call.path else None
        return document is not None and call.first <= document.locate(place.span.start).line <= call.last

    for finding in run.report.findings:
        if touches(finding.place) or any(map(touches, finding.related)):
            shown = "" if finding.severity != "info" else ", as advice"
            return "shared", f"{finding.rule}{shown}"
    if call.path not in session.files.data:
        left_out = run.report.coverage.left_out
        above = [call.path, *(f"{folder}/" for folder in Path(call.path).parents), *map(str, Path(call.path).parents)]
        why = next((reason for reason, paths in left_out.items() if not set(above).isdisjoint(paths)), "not read")
        return "silent", f"the file is left out: {why}"
    states = {r.pin.state for r in run.world.references if touches(r.place) or touches(r.where)}
    if states:
        return "silent", f"the reference is {', '.join(sorted(states))}"
    unknown = sorted({why for place, why, _ in run.report.coverage.unknown if touches(place)})
    if unknown:
        return "silent", "counted as not known"
    return "silent", "no name of the Hub: a path, or what another file or the command line gives"


def compare(program: str, folders: list[Path], keep: Path) -> Iterator[tuple[Call, str, str]]:
    """Yield each call that bandit reports, with what driftlint makes of it."""
    for folder in folders:
        calls = run_bandit(program, folder, keep)
        if calls:
            session, run = check(folder)
            for call in calls:
                yield (call, *explain(session, run, call))


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--bandit", required=True)
    ask.add_argument("--list", action="store_true")
    ask.add_argument("--keep", type=Path)
    ask.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    args = ask.parse_args()
    with tempfile.TemporaryDirectory() as made:
        keep = args.keep or Path(made)
        keep.mkdir(parents=True, exist_ok=True)
        counts: Counter[tuple[str, str]] = Counter()
        for call, answer, why in compare(args.bandit, args.folders, keep):
            counts[answer, why] += 1
            if args.list:
                print(f"{answer}\t{why}\t{call.repo}/{call.path}:{call.first}\t{call.text[:140]}")
        print("| driftlint | why | findings of bandit |\n| --- | --- | --- |")
        for (answer, why), count in sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
            print(f"| {answer} | {why} | {count} |")
        print(f"\nall: {sum(counts.values())}, shared: {sum(n for (a, _), n in counts.items() if a == 'shared')}")


if __name__ == "__main__":
    main()
