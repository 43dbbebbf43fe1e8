"""``driftlint check``: run the engine and show what it found.

Promises: the exit status follows from what is shown; the whole project is analysed whatever part of it is named.
Refuses to know: typer, how a format is written.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from driftlint.cli.common import (
    CLEAN,
    FOUND,
    Color,
    Format,
    Level,
    Settings,
    Target,
    open_target,
    read_also,
    split_list,
    wants_color,
)
from driftlint.cli.outputs import refuse_output
from driftlint.cli.progress import watch
from driftlint.cli.streams import CommandError, complain, note, write_out
from driftlint.disk import is_folder, spoil_notes
from driftlint.facts import Finding, Report, Rule
from driftlint.report import Lookup, render, render_statistics
from driftlint.report.redact import clean, show_path
from driftlint.session import Run, Session

if TYPE_CHECKING:
    from driftlint.git_objects import GitObjects

_FOR_PEOPLE = (Format.text, Format.concise)


class CheckOptions(Struct, frozen=True):
    """What the command line says beside the settings."""

    paths: Sequence[Path]
    settings: Settings
    output_format: Format = Format.text
    output_file: Path | None = None
    exit_zero: bool = False
    statistics: bool = False
    quiet: bool = False
    verbose: bool = False
    show_files: bool = False
    show_suppressed: bool = False
    color: Color = Color.auto
    since: str | None = None
    staged: bool = False
    use_baseline: bool = True
    also: Sequence[tuple[Format, Path]] = ()


def check_given(
    *,
    paths: Sequence[Path] | None = None,
    select: Sequence[str] | None = None,
    extend_select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    preview: bool | None = None,
    severity: Level | None = None,
    info: bool = False,
    output_format: Format = Format.text,
    output_file: Path | None = None,
    also: Sequence[str] | None = None,
    since: str | None = None,
    staged: bool = False,
    baseline: Path | None = None,
    no_baseline: bool = False,
    statistics: bool = False,
    show_suppressed: bool = False,
    show_files: bool = False,
    exit_zero: bool = False,
    include_tests: bool | None = None,
    include_vendored: bool | None = None,
    no_gitignore: bool = False,
    config: Path | None = None,
    isolated: bool = False,
    no_cache: bool = False,
    cache_dir: Path | None = None,
    color: Color = Color.auto,
    quiet: bool = False,
    verbose: bool = False,
    today: str | None = None,
) -> int:
    """Check a project by what a command line gives, and return the exit status. The defaults are those of the command."""
    options: dict[str, object] = {
        "select": split_list(select),
        "ignore": split_list(ignore),
        "preview": preview,
        "severity": Level.info.value if info else severity.value if severity is not None else None,
        "include-tests": include_tests,
        "include-vendored": include_vendored,
        "respect-gitignore": False if no_gitignore else None,
        "cache": False if no_cache else None,
        "cache-dir": str(cache_dir) if cache_dir is not None else None,
        "baseline": str(baseline) if baseline is not None else None,
        "today": today,
    }
    return run_check(
        CheckOptions(
            paths or [Path()],
            Settings(config, isolated, options, tuple(split_list(extend_select) or ())),
            output_format,
            output_file,
            exit_zero,
            statistics,
            quiet,
            verbose,
            show_files,
            show_suppressed,
            color,
            since,
            staged,
            not no_baseline,
            read_also(also or [], Format),
        )
    )


_ALIVE: list[object] = []
"""What a run made, kept to the end of the process: taking a large repo's facts apart costs half a second."""


def run_check(options: CheckOptions) -> int:
    """Check a project and return the exit status."""
    if options.statistics and options.output_format not in (*_FOR_PEOPLE, Format.json):
        raise CommandError(f"--statistics has no {options.output_format.value} format: use text or json")
    started = time.perf_counter()
    if (
        options.verbose
        or options.also
        or options.output_file is not None
        or options.staged
        or options.since is not None
    ):
        # Times differ, files are written, git is asked: such an answer is not given again.
        spoil_notes()
    with _open_objects(options) as objects:
        target = _open_target(options, objects)
        if not target.config.cache or target.config.cache_dir is not None:
            spoil_notes()
        if not options.quiet:
            _warn(target, options)
        with watch(target.open_workspace(), not options.quiet and sys.stderr.isatty()) as workspace:
            session = target.open_session(workspace, baseline=options.use_baseline)
            run = session.run()
            _ALIVE.extend((session, run))
            if not options.quiet:
                from driftlint.cli.catalogue import tell_age

                tell_age(session.catalogue, session.today)
            if options.show_files:
                _emit("".join(f"{show_path(path)}\n" for path in run.world.paths if target.shows(path)), options)
                return CLEAN
            if objects is not None and options.since is not None:
                from driftlint.cli.revisions import take_out_earlier

                take_out_earlier(run.report, options.since, objects, target, session, options.settings)
    report = narrow(_offer_fixes(run, target) if run.report.findings else run.report, target)
    shown_info = target.config.severity == Level.info.value
    if options.statistics:
        kind = "json" if options.output_format is Format.json else "text"
        text = render_statistics(report, kind, color=_colors(options), show_info=shown_info)
    else:
        text = _render(report, session, target, options)
    _emit(text, options)
    for name, path in options.also:
        more = replace(options, output_format=name, output_file=path, color=Color.never, quiet=False)
        _emit(_render(report, session, target, more), more)
    if options.verbose:
        _tell(target, run, session, time.perf_counter() - started)
    failing = any(finding.severity != Level.info.value for finding in report.findings)
    return FOUND if failing and not options.exit_zero else CLEAN


def _offer_fixes(run: Run, target: Target) -> Report:
    from driftlint.mending import gather_pins, look_around, offer_fixes

    return offer_fixes(run, gather_pins(run, look_around(target.root)))


def _open_objects(options: CheckOptions) -> AbstractContextManager[GitObjects | None]:
    """Give the git repo of the paths when something of it is asked for: only then is git needed."""
    if not options.staged and options.since is None:
        return nullcontext()
    from driftlint.cli.revisions import open_objects

    return open_objects(options.paths)


def _open_target(options: CheckOptions, objects: GitObjects | None) -> Target:
    if objects is None or not options.staged:
        return open_target(options.paths, options.settings)
    from driftlint.cli.revisions import open_staged

    return open_staged(options.paths, options.settings, objects)


def narrow(report: Report, target: Target) -> Report:
    """Return a report with the findings that are to be shown: of the named paths, and not too mild for the settings.

    Findings of severity "info" stay: the formats count them where they do not show them.
    """

    def shows(finding: Finding) -> bool:
        return target.shows(finding.place.path) or any(target.shows(place.path) for place in finding.related)

    errors_only = target.config.severity == Level.error.value
    return replace(
        report,
        findings=[f for f in report.findings if shows(f) and not (errors_only and f.severity != Level.error.value)],
        suppressed=[s for s in report.suppressed if shows(s.finding)],
        baselined=[f for f in report.baselined if shows(f)],
        earlier=[f for f in report.earlier if shows(f)],
    )


def _render(report: Report, session: Session, target: Target, options: CheckOptions) -> str:
    name, color = options.output_format, _colors(options)
    terminal = color and options.output_file is None and sys.stdout.isatty()
    if name in _FOR_PEOPLE and terminal:
        report = replace(report, root=str(target.root))
    if name is Format.sarif:
        report = replace(report, rules={rule: _complete(known) for rule, known in report.rules.items()})
    show_info = target.config.severity == Level.info.value
    text = render(
        report,
        name.value,
        lookup=session.get_document,
        color=color,
        show_suppressed=options.show_suppressed,
        hyperlinks=terminal,
        show_info=show_info,
        prefix=find_prefix(target.root) if name in (Format.github, Format.gitlab, Format.sarif) else "",
    )
    if options.quiet and name in _FOR_PEOPLE:
        text = text.removesuffix(_footer(report, session.get_document, color, show_info))
    return text


def _complete(rule: Rule) -> Rule:
    """Return a rule with its prose, which becomes the help of services; without it when its file is gone by now."""
    from driftlint.packs import InvalidPack, complete_rule

    try:
        return complete_rule(rule)
    except (OSError, InvalidPack):
        return rule


def _footer(report: Report, lookup: Lookup, color: bool, show_info: bool) -> str:
    from driftlint.report.located import locate_report
    from driftlint.report.text import Pen, write_footer

    return write_footer(locate_report(report, lookup, show_info=show_info), Pen(color))


def find_prefix(root: Path) -> str:
    """Return the path from the top of the git work tree to the root, as hosts of repos spell paths."""
    from driftlint.config_source import find_top

    return os.path.relpath(root, find_top(root)).replace(os.sep, "/")


def _colors(options: CheckOptions) -> bool:
    if options.output_format not in _FOR_PEOPLE:
        return False
    if options.output_file is not None:
        return options.color is Color.always
    return wants_color(options.color, sys.stdout)


def _emit(text: str, options: CheckOptions) -> None:
    if options.output_file is None:
        write_out(text, exact=options.output_format not in _FOR_PEOPLE)
        return
    try:
        options.output_file.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise refuse_output(options.output_file, error) from error


def _warn(target: Target, options: CheckOptions) -> None:
    """Say what the user would otherwise wonder about: rules that stay off, configurations that are not read."""
    from driftlint.config_source import DISK, find_config

    if not target.selection.rules:
        complain("no rule is on", label="warning")
    asked = {*target.config.select, *target.config.extend_select}
    for name, why in target.selection.off.items():
        if name in asked:
            complain(f"`{name}` was selected but does not run: {why}", label="warning")
    if options.settings.isolated or options.settings.config is not None:
        return
    for path in options.paths:
        found = find_config(path if is_folder(path) else path.parent, target.snapshot or DISK)
        if found is not None and found != target.config.source:
            complain(f"{found} is not read: the paths are checked as one project", label="warning")


def _tell(target: Target, run: Run, session: Session, seconds: float) -> None:
    """Write what was done to standard error."""
    from driftlint import __version__

    coverage = run.report.coverage
    source = target.config.source
    note(f"driftlint {__version__}: root {target.root}, configuration {source or 'none'}")
    note(f"rules: {len(target.selection.rules)} on, {len(target.selection.off)} off")
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(coverage.read.items()))
    note(f"files: {coverage.files} ({kinds}); {coverage.skipped_by_scan} Python files hold no word of the catalogue")
    for reason, paths in sorted(coverage.left_out.items()):
        for path in paths:
            note(f"left out: {show_path(path)}: {clean(reason)}")
    for path, line, message in coverage.unread:
        note(f"not read: {show_path(path)}:{line}: {clean(message)}")
    for place, why, _ in coverage.unknown:
        note(f"not known: {clean(run.world.spot(place))}: {clean(why)}")
    for entry in coverage.entries:
        note(f"entry point: {clean(entry)}")
    note(f"took {seconds:.2f} s, reference date {session.today}")
