"""``driftlint fix``: write the pins and the seeds that can be trusted.

Promises: nothing is written before the whole mend is known and judged; what was written, from which evidence, and what is left
is told. Refuses to know: typer, how a fix comes about.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from driftlint.cli.common import CLEAN, FOUND, Color, Level, Settings, Target, open_target
from driftlint.cli.diff import show_diff
from driftlint.cli.streams import CommandError, complain, note, write_out
from driftlint.facts import Finding, Fix
from driftlint.mend.plan import Plan
from driftlint.report.redact import clean, show_path

if TYPE_CHECKING:
    from driftlint.documents.model import Document
    from driftlint.pin_sources_online.services import Services
    from driftlint.pins import Pins
    from driftlint.session import Run

_SHOWN = 5
"""Files that a message names."""


_ANSWERS = """\
  y: make it
  n: leave it, as with any other answer
  a: make it, and all others of its rule
  q: leave it and all that follow; what was agreed to is written
"""


class FixOptions(Struct, frozen=True):
    """The options of the command."""

    paths: Sequence[Path]
    settings: Settings
    suggested: bool
    diff: bool
    interactive: bool
    environment: Path | None
    exit_zero: bool
    exit_non_zero_on_fix: bool
    quiet: bool
    verbose: bool
    color: Color
    online: bool = False
    exclude_newer: str | None = None
    index_url: str | None = None
    allow_dirty: bool = False


def run_fix(options: FixOptions) -> int:
    """Mend a project and return the exit status."""
    from driftlint.mend.write import clear_left, write_files
    from driftlint.mending import gather_pins, look_around, mend, offer_fixes

    if options.interactive and not sys.stdin.isatty():
        raise CommandError(
            "--interactive asks at a terminal, and standard input is none: leave it out, or look at --diff"
        )
    if options.environment is not None and not options.environment.is_dir():
        raise CommandError(
            f"{options.environment}: is not the folder of an environment: name the one that holds bin or Scripts, such as .venv"
        )
    target = open_target(options.paths, options.settings)
    services = _open_services(options, target)
    workspace = target.open_workspace()
    levels = frozenset(("safe", "suggest") if options.suggested or options.interactive else ("safe",))

    mild = target.config.severity == Level.info.value

    around = look_around(target.root, options.environment)

    def shown(finding: Finding) -> bool:
        return target.shows(finding.place.path) and (finding.severity != Level.info.value or mild)

    questions = _Questions()

    def wanted(finding: Finding, fix: Fix) -> bool:
        return shown(finding) and (not options.interactive or questions.ask(finding, fix))

    def gather(run: Run) -> Pins:
        def get_shown(path: str) -> Document | None:  # nobody is asked about what is not to be mended
            return run.world.get_document(path) if target.shows(path) else None

        pins = gather_pins(run, around, services.open_sources(get_shown) if services is not None else ())
        if services is not None and levels > {"safe"}:
            pins.locks = services.open_lock_maker(get_shown, run.world.references) if mild else None
        return pins

    if options.interactive and not options.diff:
        offered = offer_fixes(run := target.open_session(workspace).run(), gather(run)).findings
        mendable = {e.path for f in offered if shown(f) for x in f.fixes if x.applicability in levels for e in x.edits}
        _refuse_dirty(options, target, sorted(mendable))  # before anyone has answered a question
    plan = mend(
        target.open_session,
        workspace,
        gather,
        wanted,
        levels,
        online=services is not None,
    )
    for line in services.troubles.tell() if services else ():
        complain(clean(line), label="warning")
    old = plan.old
    if options.diff:
        diffs = [show_diff(path, old.get(path), plan.files[path]) for path in sorted(plan.files)]
        write_out("".join(text for text, _ in diffs), exact=True)
        if hidden := sum(count for _, count in diffs):
            noun = "line of the diff holds" if hidden == 1 else "lines of the diff hold"
            complain(
                f"{hidden} {noun} a secret, shown as ***: git apply will not take that file's part", label="warning"
            )
        _tell(plan, target, options, "would be mended", {})
        return FOUND if plan.files and not options.exit_zero else CLEAN
    listing = workspace.list_files(target.config.scope())
    for path in clear_left(target.root, (*listing.files, *(p for paths in listing.left_out.values() for p in paths))):
        note(f"{show_path(path)}: removed, a run that was ended had left it")
    _refuse_dirty(options, target, sorted(old.keys() & plan.files.keys()))
    problems = write_files(
        target.root, {path: (old.get(path), new) for path, new in plan.files.items()}, target.config.file_size
    )
    for path, message in problems.items():
        complain(f"{show_path(path)}: {message}")
    _tell(plan, target, options, "mended", problems)
    if problems:
        return FOUND
    if options.exit_zero:
        return CLEAN
    if plan.made and options.exit_non_zero_on_fix:
        return FOUND
    left = [item for item in plan.left if item.finding.severity != "info" and target.shows(item.finding.place.path)]
    return FOUND if left else CLEAN


def _refuse_dirty(options: FixOptions, target: Target, paths: Sequence[str]) -> None:
    """Raise CommandError when files that would be written hold changes that no commit has: they could not be told apart."""
    if options.allow_dirty or not paths:
        return
    from driftlint.disk import WorkspaceError
    from driftlint.git_changes import find_uncommitted

    try:
        dirty = find_uncommitted(target.root, paths, target.config.file_size)
    except WorkspaceError as error:
        raise CommandError(
            f"whether files have uncommitted changes is not known: {error}", "--allow-dirty writes all the same"
        ) from error
    if dirty:
        shown = ", ".join(show_path(path) for path in dirty[:_SHOWN])
        more = f" and {len(dirty) - _SHOWN} more" if len(dirty) > _SHOWN else ""
        raise CommandError(
            f"uncommitted changes in files that would be mended: {shown}{more}",
            "nothing was written: commit or stash them, look with --diff, or write all the same with --allow-dirty",
        )


def _open_services(options: FixOptions, target: Target) -> Services | None:
    """Return the services that may be asked, None where the user did not say so. Raises CommandError."""
    for name, value in (("--exclude-newer", options.exclude_newer), ("--index-url", options.index_url)):
        if value is not None and not options.online:
            raise CommandError(f"{name} goes with --online: add it, or leave {name} out")
    if not options.online:
        return None
    from driftlint.pin_sources_online.ask import may_ask
    from driftlint.pin_sources_online.services import Services

    if options.index_url is not None and not may_ask(options.index_url, plain=True):
        raise CommandError("--index-url: it must begin with http:// or https:// and name a host")
    until = None
    if options.exclude_newer is not None:
        try:
            until = date.fromisoformat(options.exclude_newer)
        except ValueError:
            raise CommandError(f"--exclude-newer {options.exclude_newer}: write the day as 2026-01-31") from None
    return Services(target.root, datetime.now(timezone.utc).date(), until, options.index_url)


class _Questions:
    """Asks about fixes one by one, and remembers what was said of those that are still to come."""

    def __init__(self) -> None:
        self._all: set[str] = set()
        self._over = False

    def ask(self, finding: Finding, fix: Fix) -> bool:
        """Show one fix with its evidence and ask whether to make it."""
        if self._over or finding.rule in self._all:
            return not self._over
        write_out(f"{show_path(finding.place.path)}: [{finding.rule}] {clean(finding.message)}\n")
        write_out(f"  {clean(fix.title)}\n  {_evidence(fix)}\n")
        while True:
            write_out("  make it? [y/N/a/q/?] ")
            line = sys.stdin.readline()
            answer = line.strip().lower()
            self._over = answer in ("q", "quit") or not line  # the terminal is gone
            if answer in ("a", "all"):
                self._all.add(finding.rule)
            if answer not in ("?", "h", "help"):
                return answer in ("y", "yes", "a", "all")
            write_out(_ANSWERS)


def _evidence(fix: Fix) -> str:
    if fix.evidence:
        return f"from {clean(fix.evidence)}"
    return "a suggestion: it changes what the program does" if fix.applicability == "suggest" else ""


def _tell(plan: Plan, target: Target, options: FixOptions, done: str, problems: dict[str, str]) -> None:
    """Say what was written, from which evidence, and what is left and why, on standard error."""
    made = [(f, x) for f, x in plan.made if not any(edit.path in problems for edit in x.edits)]
    mild = target.config.severity == Level.info.value
    left = [
        item
        for item in plan.left
        if (mild or item.finding.severity != "info") and target.shows(item.finding.place.path)
    ]
    if not options.quiet:
        for finding, fix in sorted(made, key=lambda item: (item[0].place.path, item[0].place.span)):
            note(f"{show_path(finding.place.path)}: [{finding.rule}] {clean(fix.title)}; {_evidence(fix)}".rstrip("; "))
        for reason, count in sorted(
            Counter(item.reason for item in left).items(), key=lambda item: (-item[1], item[0])
        ):
            note(f"left: {count} ({clean(reason)})")
        if options.verbose:
            for item in left:
                note(f"left: {show_path(item.finding.place.path)}: [{item.finding.rule}] {clean(item.reason)}")
    files = len({edit.path for _, fix in made for edit in fix.edits})
    names = f"{len(made)} finding{'s' if len(made) != 1 else ''} {done}"
    note(f"{names} in {files} file{'s' if files != 1 else ''}, {len(left)} left")
