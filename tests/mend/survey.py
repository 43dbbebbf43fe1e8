"""What `fix` does to real repos: `python -m tests.mend.survey TREE... [--diffs DIR] [--labels DIR] [--figures DIR]`.

Each tree is copied, gets evidence for what is found in it (see `evidence`), and is mended with every suggestion. Of the
outcome is demanded: every file that parsed still parses, for readers that are not driftlint's too; the mended findings are
gone and none is new; no line changes that no edit names; a second run, of the command this time, changes nothing. Figures
are told by rule. Exit status: 0 all demands hold, 1 one does not.

`--labels DIR` takes `owner+name.jsonl` files, one JSON object a line with path, line, family and expect: it tells how many of
the "must" labels that a finding stands for were mended, of all and of those for which there was evidence (a fix was offered,
or a pin was known and could not be written).

`--figures DIR` keeps what came of each tree, and tells the figures of all that are there, those of earlier runs too: so a
long survey can be made in parts, and without a tree only the figures are told.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from driftlint.cli.common import Settings, open_target
from driftlint.facts import Finding, Fix
from driftlint.mend.plan import Plan
from driftlint.mend.write import write_files
from driftlint.mending import gather_pins, look_around, mend
from driftlint.pins import Pins
from driftlint.session import Run
from tests.mend.evidence import ServiceAnswers, lay_environment, lay_hub_cache, references_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_KNOWN = ("a pin is known", "one of them is wrong", "would stay", "would bring", "no longer parse")
LEVELS = frozenset(("safe", "suggest"))


@dataclass
class Outcome:
    """What came of one tree."""

    name: str
    found: Counter[str] = field(default_factory=Counter)
    offered: Counter[tuple[str, str]] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    demanded: int = 0
    mended: int = 0
    known: int = 0
    unmended: list[str] = field(default_factory=list)


def survey(tree: Path, scratch: Path, diffs: Path | None = None, labels: Path | None = None) -> Outcome:
    """Mend a copy of a tree below `scratch` and judge what came of it."""
    outcome = Outcome(tree.name)
    root = scratch / tree.name
    shutil.copytree(tree, root, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    _git(root, "init", "-q")
    _git(root, "add", "-A", "-f")
    _git(root, "commit", "-qm", "start")

    environment, hub = scratch / f"{tree.name}.env", scratch / f"{tree.name}.hub"
    hub.mkdir()
    os.environ["HF_HUB_CACHE"] = str(hub)
    target = open_target([root], Settings(None, True, {}))
    session = target.open_session(target.open_workspace())
    run = session.run()
    before = [f for f in run.report.findings if f.severity != "info"]
    asked = references_of(before)
    lay_environment(environment, asked, run.world.references)
    lay_hub_cache(hub, asked)

    first: list[Finding] = []
    around = look_around(root, environment)

    def gather(run: Run) -> Pins:
        return gather_pins(run, around, [ServiceAnswers(run.world.get_document)])

    def wanted(finding: Finding, fix: Fix) -> bool:
        first.append(finding)
        return finding.severity != "info"

    workspace = target.open_workspace()
    plan = mend(target.open_session, workspace, gather, wanted, LEVELS, online=True)
    old = {path: workspace.read(path) for path in plan.files}
    problems = write_files(root, {path: (old[path], new) for path, new in plan.files.items()}, target.config.file_size)
    outcome.wrong += [f"{path}: not written: {message}" for path, message in problems.items()]

    outcome.found.update(f.rule for f in before)
    outcome.made.update(f.rule for f, _ in plan.made)
    outcome.offered.update((f.rule, x.applicability) for f, x in plan.made)
    for item in plan.left:
        if item.finding.severity != "info":
            outcome.left[item.finding.rule, item.reason] += 1
            outcome.offered.update((item.finding.rule, x.applicability) for x in item.finding.fixes)

    for path, new in plan.files.items():
        outcome.wrong += _judge_file(path, old[path], new)
    outcome.wrong += _judge_lines(root, plan)
    after = target.open_session(target.open_workspace()).run().report.findings
    outcome.wrong += _judge_findings(before, [f for f in after if f.severity != "info"], plan)
    diff = _git(root, "diff")
    command = [sys.executable, "-m", "driftlint", "fix", "--suggested", "--exit-zero", "--isolated", "-q"]
    again = subprocess.run(
        [*command, "--allow-dirty", "--environment", str(environment)], cwd=root, capture_output=True, check=False
    )
    if again.returncode or _git(root, "diff") != diff:
        outcome.wrong.append(f"a second run changes something: {again.stderr.decode()[-300:]}")
    if diffs is not None:
        told = "".join(f"# {i.finding.place.path}: [{i.finding.rule}] {i.reason}\n" for i in plan.left)
        (diffs / f"{tree.name}.diff").write_bytes(diff + told.encode("utf-8", "surrogateescape"))
    if labels is not None and (labels / f"{tree.name}.jsonl").is_file():
        _judge_labels(outcome, labels / f"{tree.name}.jsonl", before, plan, session.get_document)
    return outcome


def _git(root: Path, *words: str) -> bytes:
    command = [
        "git",
        "-c",
        "user.email=a@b",
        "-c",
        "user.name=n",
        "-c",
        "core.autocrlf=false",
        "-c",
        "gc.auto=0",
        *words,
    ]
    return subprocess.run(command, cwd=root, capture_output=True, check=True).stdout


# what is demanded


def _judge_file(path: str, old: bytes, new: bytes) -> list[str]:
    """Return what other readers say against a file that they took before."""
    name = path.rsplit("/", 1)[-1]
    if _reads(name, old) and not _reads(name, new):
        return [f"{path}: no longer read by its own reader"]
    if new.count(b"\r\n") != new.count(b"\n") and old.count(b"\r\n") == old.count(b"\n") > 0:
        return [f"{path}: line ends are mixed now"]
    return []


def _reads(name: str, data: bytes) -> bool:
    try:
        if name.endswith(".py"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(data)
        elif name.endswith((".yml", ".yaml")):
            list(yaml.compose_all(data.decode()))
        elif name.endswith((".json", ".ipynb")):
            json.loads(data)
        elif name.endswith((".toml", "Pipfile")):
            tomllib.loads(data.decode())
        elif "requirements" in name and name.endswith(".txt"):
            return True
    except (SyntaxError, ValueError, yaml.YAMLError):
        return False
    return True


def _judge_lines(root: Path, plan: Plan) -> list[str]:
    """Return the files in which more lines changed than edits name."""
    wrong = []
    gone: Counter[str] = Counter()
    come: Counter[str] = Counter()
    for _, fix in plan.made:
        for edit in fix.edits:
            gone[edit.path] += edit.expect.count("\n") + 1
            come[edit.path] += edit.text.count("\n") + 1
    for line in _git(root, "diff", "--numstat", "-z").split(b"\0"):
        if line:
            added, removed, name = line.decode("utf-8", "surrogateescape").split("\t")
            if int(added) > come[name] or int(removed) > gone[name]:
                wrong.append(f"{name}: +{added} -{removed} lines, edits name +{come[name]} -{gone[name]}")
    return wrong


def _judge_findings(before: Iterable[Finding], after: Iterable[Finding], plan: Plan) -> list[str]:
    was, now = (Counter((f.rule, f.place.path, f.subject) for f in found) for found in (before, after))
    made = Counter((f.rule, f.place.path, f.subject) for f, _ in plan.made)
    wrong = [
        f"new: {rule} {path} {subject.name}" for (rule, path, subject), n in now.items() if n > was[rule, path, subject]
    ]
    wrong += [
        f"still there: {rule} {path} {subject.name}"
        for (rule, path, subject), n in made.items()
        if now[rule, path, subject] > was[rule, path, subject] - n
    ]
    return wrong


def _judge_labels(outcome: Outcome, path: Path, before: Sequence[Finding], plan: Plan, get_document: object) -> None:
    """Count the labels that a finding stands for, and those of them whose findings are gone."""
    assert callable(get_document)
    rows = []
    for finding in before:
        document = get_document(finding.place.path)
        if document is not None:
            start = document.locate(finding.place.span.start).line
            rows.append((finding, start))
    left = {(i.finding.rule, i.finding.place.path, i.finding.subject): i for i in plan.left}
    for text in path.read_text().splitlines():
        label = json.loads(text)
        if label["expect"] != "must":
            continue
        spots = [(label["path"], label["line"]), *map(tuple, label.get("alt", ()))]
        near = [
            f
            for f, line in rows
            if f.family == label["family"] and any(f.place.path == p and abs(line - n) <= 1 for p, n in spots)
        ]
        words = label["subject"].lower().replace("==", " ").replace(">=", " ").replace(",", " ").split()
        exact = [f for f in near if any(w in f.subject.name.lower() or f.subject.name.lower() in w for w in words)]
        standing = exact or near[:1]
        if not standing:
            continue
        outcome.demanded += 1
        items = [left[k] for f in standing if (k := (f.rule, f.place.path, f.subject)) in left]
        outcome.known += not items or any(i.finding.fixes or any(w in i.reason for w in _KNOWN) for i in items)
        outcome.mended += not items
        if items:
            spot = f"{label['path']}:{label['line']} {label['kind']} {label['subject']}"
            outcome.unmended.append(f"{spot}: {items[0].reason}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Survey trees and print what came of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.mend.survey", description=__doc__)
    parser.add_argument("trees", nargs="*", type=Path)
    parser.add_argument("--diffs", type=Path, help="folder for one diff a tree")
    parser.add_argument("--labels", type=Path, help="folder of owner+name.jsonl")
    parser.add_argument("--figures", type=Path, help="folder of what came of each tree")
    options = parser.parse_args(arguments)
    for folder in (options.diffs, options.figures):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    outcomes = []
    for tree in options.trees:
        with tempfile.TemporaryDirectory(prefix="driftlint-survey-") as scratch:
            os.environ["DRIFTLINT_CACHE_DIR"] = str(Path(scratch) / "cache")
            outcome = survey(tree.resolve(), Path(scratch).resolve(), options.diffs, options.labels)
        outcomes.append(outcome)
        print(
            f"{outcome.name}: {sum(outcome.found.values())} found, {sum(outcome.made.values())} mended, "
            f"{sum(outcome.left.values())} left, {len(outcome.wrong)} wrong",
            flush=True,
        )
        for line in outcome.wrong:
            print(f"  WRONG {line}", flush=True)
        if options.figures is not None:
            (options.figures / f"{tree.name}.txt").write_text(
                repr(outcome), encoding="utf-8", errors="backslashreplace"
            )
    if options.figures is not None:
        outcomes = [_read_outcome(path) for path in sorted(options.figures.glob("*.txt"))]
    _tell(outcomes)
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


def _read_outcome(path: Path) -> Outcome:
    """Return what `--figures` kept."""
    outcome = eval(path.read_text(encoding="utf-8"), {"Outcome": Outcome, "Counter": Counter})
    assert isinstance(outcome, Outcome)
    return outcome


def _tell(outcomes: Sequence[Outcome]) -> None:
    """Print the table of rules, the reasons, and the labels."""
    found, made, left, offered = Counter[str](), Counter[str](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for outcome in outcomes:
        found += outcome.found
        made += outcome.made
        left += outcome.left
        offered += outcome.offered
    print(f"\n| rule | found | offered safe | suggest | show | mended | left |\n|{' --- |' * 7}")
    for rule in sorted(found | made):
        kinds = " | ".join(str(offered[rule, kind]) for kind in ("safe", "suggest", "show"))
        rest = sum(count for (name, _), count in left.items() if name == rule)
        print(f"| {rule} | {found[rule]} | {kinds} | {made[rule]} | {rest} |")
    print(f"| all | {sum(found.values())} | | | | {sum(made.values())} | {sum(left.values())} |\n")
    for (rule, reason), count in sorted(left.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"{count:5} {rule}: {reason}")
    demanded, mended, known = (sum(getattr(o, name) for o in outcomes) for name in ("demanded", "mended", "known"))
    if demanded and known:
        print(
            f"\nlabels: {mended} of {demanded} mended ({mended / demanded:.0%}), of {known} with evidence {mended / known:.0%}"
        )
        for outcome in outcomes:
            for line in outcome.unmended:
                print(f"  {outcome.name} {line}")


if __name__ == "__main__":
    sys.exit(main())
