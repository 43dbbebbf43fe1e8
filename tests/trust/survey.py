"""Watch the program over real repos: ``python -m tests.trust.survey DIR...``.

Promises: works on copies; prints one line a repo and every act that was not allowed, and every answer that is another the second
time; exit status 1 when there was one.
Refuses to know: which findings are right.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.git.repos import make_git
from tests.trust.watching import Allowed, differences, make_script, snapshot, watch

COMMANDS = (
    "check --output-format json",
    "check --output-format json ",
    "check --output-format json --no-cache",
    "check --staged --output-format sarif",
    "fix --suggested --diff",
    "fix --suggested --allow-dirty",
    "baseline",
    "audit",
)
"""In this order over one copy: the last three may change it. The first starts with no cache; the next two say the same."""


def survey(source: Path, place: Path) -> tuple[list[str], int]:
    """Return what the commands did that they should not have, and how many events were looked at."""
    repo, work = place / "repo", place / "work"
    shutil.copytree(source, repo, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    work.mkdir()
    git = make_git(work)
    git(repo, "init", "--quiet")
    git(repo, "add", "--all", "--force")
    script = make_script(work)
    wrong: list[str] = []
    events = 0
    first: bytes | None = None
    for command in COMMANDS:
        writes = command in ("fix --suggested --allow-dirty", "baseline")
        before = snapshot(repo)
        done = watch([str(script), *command.split()], repo, work)
        events += len(done.events)
        folders = (work / "cache", work / "tmp", *((repo,) if writes else ()))
        allowed = Allowed(folders, (script,), git="--staged" in command, own_sockets=True)
        wrong += [f"{command}: {line}" for line in done.judge(repo, allowed)]
        if done.code not in (0, 1, 2) or "fault of driftlint" in done.error or "Traceback" in done.error:
            wrong.append(f"{command}: ended with {done.code}: {done.error.strip()[-300:]}")
        if command.startswith("check --output-format json"):
            first = done.out if first is None else first
            if done.out != first:
                wrong.append(f"{command}: says something else than the first time")
        changed = differences(before, snapshot(repo))
        if command == "baseline":
            changed.discard("driftlint-baseline.json")
        if command == "fix --suggested --allow-dirty":
            changed = {path for path in changed if path not in before or path not in _told(done.error)}
        wrong += [f"{command}: changed {path}" for path in sorted(changed)]
    return wrong, events


def _told(error: str) -> set[str]:
    """Return the paths that a fix says it has mended."""
    return {line.split(": [")[0] for line in error.splitlines() if ": [" in line}


def main() -> int:
    """Look at every folder that is named."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.trust.survey", description="Watch driftlint over real repos."
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    failed = looked = total = 0
    folders = parser.parse_args().folders
    for folder in folders:
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="driftlint-survey-") as place:
            wrong, events = survey(folder, Path(place))
        looked, total = looked + 1, total + events
        failed += bool(wrong)
        print(f"{folder.name}: {events} events, {len(wrong)} not allowed, {time.monotonic() - start:.1f} s", flush=True)
        for line in wrong:
            print(f"  {line}", flush=True)
    print(
        f"{looked} repos, {len(COMMANDS)} commands each, {total} events, {failed} repos with an act that was not allowed"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
