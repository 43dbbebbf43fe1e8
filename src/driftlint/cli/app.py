"""The options of every command, and nothing else: the only module that knows typer.

Promises: a command's own module, and with it the engine, is imported when the command runs. Refuses to know: what
commands do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from driftlint.cli.common import (
    AuditFormat,
    AuditService,
    Color,
    Format,
    Level,
    PlainFormat,
    Settings,
    guard,
    split_list,
)

app = typer.Typer(
    name="driftlint",
    help="Find what in a training repo will not be the same tomorrow.",
    epilog="Exit status: 0 nothing to report, 1 findings, 2 wrong usage, configuration or pack, or a crash.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _complete_rule(incomplete: str) -> list[tuple[str, str]]:
    """Offer rule names to the shell; no rules are better than an error in the prompt."""
    try:
        from driftlint.packs import load_packs

        rules = load_packs([])[1]
    except Exception:
        return []
    done, _, last = incomplete.rpartition(",")
    prefix = f"{done}," if done else ""
    return [(prefix + name, rule.summary) for name, rule in sorted(rules.items()) if name.startswith(last)]


ConfigPath = Annotated[
    Path | None,
    typer.Option("--config", metavar="PATH", help="Read this configuration file instead of looking for one."),
]
Isolated = Annotated[bool, typer.Option("--isolated", help="Read no configuration file.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say more on standard error.")]
Plain = Annotated[PlainFormat, typer.Option("--output-format", help="How to write the answer.")]
ColorChoice = Annotated[Color, typer.Option("--color", help="When to use colour; auto heeds NO_COLOR, FORCE_COLOR.")]


def _finish(command: Callable[[], int], verbose: bool) -> NoReturn:
    raise typer.Exit(guard(command, verbose))


def _show_version(wanted: bool) -> None:
    if wanted:
        from driftlint import __version__

        typer.echo(f"driftlint {__version__}")
        raise typer.Exit()


@app.callback()
def start(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Find what in a training repo will not be the same tomorrow."""


@app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATHS", help="Folders and files; default: this folder.")
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULES", help="Rules to run: names, families or all, with commas.", autocompletion=_complete_rule
        ),
    ] = None,
    extend_select: Annotated[
        list[str] | None,
        typer.Option(metavar="RULES", help="Rules to run in addition.", autocompletion=_complete_rule),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULES", help="Rules not to run.", autocompletion=_complete_rule)
    ] = None,
    preview: Annotated[bool | None, typer.Option("--preview/--no-preview", help="Run preview rules too.")] = None,
    severity: Annotated[Level | None, typer.Option(help="The mildest findings that are shown.")] = None,
    info: Annotated[bool, typer.Option("--info", help="Show info findings too: --severity info.")] = False,
    output_format: Annotated[
        Format, typer.Option(envvar="DRIFTLINT_OUTPUT_FORMAT", help="How to write the findings.")
    ] = Format.text,
    output_file: Annotated[
        Path | None, typer.Option("--output-file", "-o", metavar="PATH", help="Write the findings to this file.")
    ] = None,
    statistics: Annotated[bool, typer.Option("--statistics", help="Count the findings of each rule.")] = False,
    show_suppressed: Annotated[bool, typer.Option("--show-suppressed", help="Show accepted findings too.")] = False,
    show_files: Annotated[bool, typer.Option("--show-files", help="List the files that are read, and stop.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even when there are findings.")] = False,
    include_tests: Annotated[
        bool | None, typer.Option("--include-tests/--no-include-tests", help="Check test code too.")
    ] = None,
    include_vendored: Annotated[
        bool | None, typer.Option("--include-vendored/--no-include-vendored", help="Check vendored code too.")
    ] = None,
    no_gitignore: Annotated[bool, typer.Option("--no-gitignore", help="Check files that git ignores too.")] = False,
    config: ConfigPath = None,
    isolated: Isolated = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither read nor write a cache.")] = False,
    cache_dir: Annotated[Path | None, typer.Option(metavar="PATH", help="Folder of the cache.")] = None,
    color: ColorChoice = Color.auto,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show findings and errors, nothing else.")] = False,
    verbose: Verbose = False,
    today: Annotated[str | None, typer.Option(hidden=True, metavar="DATE", help="Run as if on this day.")] = None,
) -> None:
    """Check a repo.

    The checked root is the folder of the configuration file above the paths. Without one it is the folder that is
    named, or, when files or several folders are named, the git work tree. Paths in the output are relative to it.

    When PATHS name files or folders below the root, the whole project is analysed all the same, since an answer in one
    file may depend on another; shown are the findings whose place, or a place that they relate to, lies in PATHS.

    Exit status: 0 nothing to report, 1 errors or warnings were found, 2 wrong usage, configuration or pack, or a crash.
    """

    def command() -> int:
        from driftlint.cli.check import CheckOptions, run_check

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
            "today": today,
        }
        settings = Settings(config, isolated, options, tuple(split_list(extend_select) or ()))
        return run_check(
            CheckOptions(
                paths or [Path()],
                settings,
                output_format,
                output_file,
                exit_zero,
                statistics,
                quiet,
                verbose,
                show_files,
                show_suppressed,
                color,
            )
        )

    _finish(command, verbose)


@app.command()
def audit(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATHS", help="Folders and files; default: this folder.")
    ] = None,
    online: Annotated[
        bool, typer.Option("--online", help="Ask the service; the names and versions of the pins are sent to it.")
    ] = False,
    service: Annotated[AuditService, typer.Option(help="Whom to ask.")] = AuditService.osv,
    osv_url: Annotated[
        str | None, typer.Option("--osv-url", metavar="URL", help="Query address of an OSV server of your own.")
    ] = None,
    index_url: Annotated[
        str | None,
        typer.Option("--index-url", metavar="URL", help="Simple index (JSON form) to look yanked releases up in."),
    ] = None,
    ignore_vuln: Annotated[
        list[str] | None, typer.Option("--ignore-vuln", metavar="ID", help="Ignore this vulnerability; repeatable.")
    ] = None,
    allow_unaudited: Annotated[
        bool, typer.Option("--allow-unaudited", help="Do not fail over packages that were not audited.")
    ] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Do not fail over vulnerable or yanked pins.")] = False,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="Longest wait for the service.")] = 300.0,
    output_format: Annotated[AuditFormat, typer.Option("--output-format", help="How to write the answer.")] = (
        AuditFormat.text
    ),
    config: ConfigPath = None,
    isolated: Isolated = False,
    color: ColorChoice = Color.auto,
    verbose: Verbose = False,
) -> None:
    """Ask which pins are vulnerable or yanked.

    Every exact pin and every entry of a lock is asked about through pip-audit, which the extra `audit` installs. Without
    --online nobody is asked, and the pins are listed as not audited.

    Exit status: 0 nothing to report, or offline, 1 vulnerable or yanked pins, 2 something was not audited, wrong usage, or
    a crash.
    """

    def command() -> int:
        from driftlint.cli.audit import AuditOptions, run_audit

        return run_audit(
            AuditOptions(
                paths or [Path()],
                Settings(config, isolated),
                online,
                service,
                osv_url,
                index_url,
                split_list(ignore_vuln) or [],
                allow_unaudited,
                exit_zero,
                timeout,
                output_format,
                color,
            )
        )

    _finish(command, verbose)


@app.command()
def explain(
    rule: Annotated[str, typer.Argument(help="Name of a rule.", autocompletion=_complete_rule)],
    config: ConfigPath = None,
    isolated: Isolated = False,
    color: ColorChoice = Color.auto,
    verbose: Verbose = False,
) -> None:
    """Show the page of a rule.

    What it finds, why it matters, what to do, when to ignore it, how safe a fix is.
    """

    def command() -> int:
        from driftlint.cli.explain import run_explain

        return run_explain(rule, Settings(config, isolated), color)

    _finish(command, verbose)


@app.command()
def rules(
    output_format: Plain = PlainFormat.text,
    family: Annotated[list[str] | None, typer.Option(metavar="FAMILY", help="Only rules of this family.")] = None,
    config: ConfigPath = None,
    isolated: Isolated = False,
    verbose: Verbose = False,
) -> None:
    """List the rules and which are on.

    A rule is on or off by the configuration of this folder.
    """

    def command() -> int:
        from driftlint.cli.rules import run_rules

        return run_rules(split_list(family) or [], output_format, Settings(config, isolated))

    _finish(command, verbose)


@app.command()
def facts(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file of the repo.")],
    output_format: Plain = PlainFormat.text,
    config: ConfigPath = None,
    isolated: Isolated = False,
    verbose: Verbose = False,
) -> None:
    """Show what is read of a file.

    Its imports, definitions, the calls that the catalogue knows, mentions, commands, and what was not understood.
    """

    def command() -> int:
        from driftlint.cli.facts import run_facts

        return run_facts(path, output_format, Settings(config, isolated))

    _finish(command, verbose)


@app.command()
def why(
    place: Annotated[str, typer.Argument(metavar="PATH:LINE", help="A line, written as the findings write it.")],
    config: ConfigPath = None,
    isolated: Isolated = False,
    color: ColorChoice = Color.auto,
    verbose: Verbose = False,
) -> None:
    """Explain the answer for one line.

    Shows the findings at the line, accepted and hidden ones included, with the steps that led to them; where there is
    none, what was looked at near the line.
    """

    def command() -> int:
        from driftlint.cli.why import run_why

        return run_why(place, Settings(config, isolated), color)

    _finish(command, verbose)


@app.command("config")
def show_config(
    path: Annotated[Path | None, typer.Argument(metavar="PATH", help="The path that would be checked.")] = None,
    output_format: Plain = PlainFormat.text,
    config: ConfigPath = None,
    isolated: Isolated = False,
    verbose: Verbose = False,
) -> None:
    """Show the effective configuration.

    Each value stands with the file and line that it comes from.
    """

    def command() -> int:
        from driftlint.cli.config import run_config

        return run_config(path or Path(), output_format, Settings(config, isolated))

    _finish(command, verbose)


@app.command("test")
def run_examples(
    packs: Annotated[list[Path], typer.Argument(metavar="PACK", help="Folders of packs.")],
    rule: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Only the examples of this rule; repeatable.")
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Run the examples of packs.

    Every finding that is marked must appear, and no other one of the rule.

    Exit status: 0 all hold, 1 some do not, 2 a pack has faults.
    """

    def command() -> int:
        from driftlint.cli.packs import run_test

        return run_test(packs, split_list(rule) or [])

    _finish(command, verbose)


@app.command("new")
def new_rule(
    name: Annotated[str, typer.Argument(metavar="FAMILY/NAME", help="The new rule, as in data/table-unpinned.")],
    pack: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Folder of the pack; default: the one that the configuration names."),
    ] = None,
    config: ConfigPath = None,
    isolated: Isolated = False,
    verbose: Verbose = False,
) -> None:
    """Write the skeleton of a rule into a pack."""

    def command() -> int:
        from driftlint.cli.packs import run_new

        return run_new(name, pack, Settings(config, isolated))

    _finish(command, verbose)


catalogue = typer.Typer(
    help="Look at the table of hosted models.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.add_typer(catalogue, name="catalogue")
Today = Annotated[str | None, typer.Option(hidden=True, metavar="DATE", help="Run as if on this day.")]


def _day(today: str | None) -> date:
    return date.fromisoformat(today) if today else date.today()


@catalogue.command()
def status(
    config: ConfigPath = None, isolated: Isolated = False, verbose: Verbose = False, today: Today = None
) -> None:
    """Show how old the table of hosted models is."""

    def command() -> int:
        from driftlint.cli.catalogue import run_status

        return run_status(Settings(config, isolated), _day(today))

    _finish(command, verbose)


@catalogue.command()
def refresh(
    wheels: Annotated[
        Path | None, typer.Option("--wheels", metavar="FOLDER", help="Read the wheels in this folder; nobody is asked.")
    ] = None,
    online: Annotated[bool, typer.Option("--online", help="Fetch the newest wheels with pip.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="PATH", help="Write the table with the differences here.")
    ] = None,
    config: ConfigPath = None,
    isolated: Isolated = False,
    verbose: Verbose = False,
    today: Today = None,
) -> None:
    """Compare the table of hosted models with the SDKs of their vendors.

    The SDKs' wheels are read as text; nothing of them is installed or imported. Rows are never taken away.

    Exit status: 0 the SDKs say nothing new, 1 they do, 2 wrong usage, or a crash.
    """

    def command() -> int:
        from driftlint.cli.catalogue import RefreshOptions, run_refresh

        return run_refresh(RefreshOptions(Settings(config, isolated), wheels, online, output), _day(today))

    _finish(command, verbose)
