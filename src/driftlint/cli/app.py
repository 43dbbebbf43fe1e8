"""The commands and their options, and nothing else: with ``options.py`` the only module that knows typer.

Promises: a command's own module, and with it the engine, is imported when the command runs. Refuses to know: what
commands do.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from driftlint.cli.application import app as app
from driftlint.cli.common import (
    Color,
    Format,
    PlainFormat,
    Settings,
    split_list,
)
from driftlint.cli.options import (
    CacheDir,
    ColorChoice,
    ConfigPath,
    ExitZero,
    ExtendSelect,
    Ignore,
    IncludeTests,
    IncludeVendored,
    Info,
    Isolated,
    NoBaseline,
    NoCache,
    NoGitignore,
    Paths,
    Plain,
    Preview,
    Quiet,
    Select,
    Severity,
    Since,
    Staged,
    Today,
    Verbose,
    complete_rule,
    finish,
    show_examples,
)


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


@app.command(
    epilog=show_examples(
        "driftlint check",
        "driftlint check --info conf/",
        "driftlint check --since origin/main",
        "driftlint check --staged",
        "driftlint check --output-format sarif -o driftlint.sarif",
        "driftlint check --also markdown=summary.md --also junit=driftlint.xml",
    )
)
def check(
    paths: Paths = None,
    select: Select = None,
    extend_select: ExtendSelect = None,
    ignore: Ignore = None,
    preview: Preview = None,
    severity: Severity = None,
    info: Info = False,
    output_format: Annotated[
        Format, typer.Option(envvar="DRIFTLINT_OUTPUT_FORMAT", help="How to write the findings.")
    ] = Format.text,
    output_file: Annotated[
        Path | None, typer.Option("--output-file", "-o", metavar="PATH", help="Write the findings to this file.")
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option("--also", metavar="FORMAT=PATH", help="Write the findings in this format, too; repeatable."),
    ] = None,
    since: Since = None,
    staged: Staged = False,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="PATH", help="Do not show what this file holds.")
    ] = None,
    no_baseline: NoBaseline = False,
    statistics: Annotated[bool, typer.Option("--statistics", help="Count the findings of each rule.")] = False,
    show_suppressed: Annotated[bool, typer.Option("--show-suppressed", help="Show accepted findings too.")] = False,
    show_files: Annotated[bool, typer.Option("--show-files", help="List the files that are read, and stop.")] = False,
    exit_zero: ExitZero = False,
    include_tests: IncludeTests = None,
    include_vendored: IncludeVendored = None,
    no_gitignore: NoGitignore = False,
    config: ConfigPath = None,
    isolated: Isolated = False,
    no_cache: NoCache = False,
    cache_dir: CacheDir = None,
    color: ColorChoice = Color.auto,
    quiet: Quiet = False,
    verbose: Verbose = False,
    today: Today = None,
) -> None:
    """Check a repo.

    The checked root is the folder of the configuration file above the paths. Without one it is the folder that is
    named, or, when files or several folders are named, the git work tree. Paths in the output are relative to it.

    When PATHS name files or folders below the root, the whole project is analysed all the same, since an answer in one
    file may depend on another; shown are the findings whose place, or a place that they relate to, lies in PATHS.

    Exit status: 0 nothing to report, 1 errors or warnings were found, 2 wrong usage, configuration or pack, or a crash.
    """

    def command() -> int:
        from driftlint.cli.check import check_given

        return check_given(
            paths=paths,
            select=select,
            extend_select=extend_select,
            ignore=ignore,
            preview=preview,
            severity=severity,
            info=info,
            output_format=output_format,
            output_file=output_file,
            also=also,
            since=since,
            staged=staged,
            baseline=baseline,
            no_baseline=no_baseline,
            statistics=statistics,
            show_suppressed=show_suppressed,
            show_files=show_files,
            exit_zero=exit_zero,
            include_tests=include_tests,
            include_vendored=include_vendored,
            no_gitignore=no_gitignore,
            config=config,
            isolated=isolated,
            no_cache=no_cache,
            cache_dir=cache_dir,
            color=color,
            quiet=quiet,
            verbose=verbose,
            today=today,
        )

    finish(command, verbose)


@app.command(epilog=show_examples("driftlint explain RULE"))
def explain(
    rule: Annotated[str, typer.Argument(help="Name of a rule.", autocompletion=complete_rule)],
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

    finish(command, verbose)


@app.command(epilog=show_examples("driftlint rules --family data", "driftlint rules --output-format json"))
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

    finish(command, verbose)


@app.command(epilog=show_examples("driftlint facts train.py"))
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

    finish(command, verbose)


@app.command(epilog=show_examples("driftlint why train.py:17", 'driftlint why "run.ipynb:cell 3:1"'))
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

    finish(command, verbose)


@app.command("config", epilog=show_examples("driftlint config", "driftlint config --output-format json exp/"))
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

    finish(command, verbose)


@app.command("test", epilog=show_examples("driftlint test lint/pack", "driftlint test lint/pack --rule table-unpinned"))
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

    finish(command, verbose)


@app.command("new", epilog=show_examples("driftlint new data/table-unpinned --pack lint/pack"))
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

    finish(command, verbose)


catalogue = typer.Typer(
    help="Look at the table of hosted models.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.add_typer(catalogue, name="catalogue")


def _day(today: str | None) -> date:
    return date.fromisoformat(today) if today else date.today()


@catalogue.command(epilog=show_examples("driftlint catalogue status"))
def status(
    config: ConfigPath = None, isolated: Isolated = False, verbose: Verbose = False, today: Today = None
) -> None:
    """Show how old the table of hosted models is."""

    def command() -> int:
        from driftlint.cli.catalogue import run_status

        return run_status(Settings(config, isolated), _day(today))

    finish(command, verbose)


@catalogue.command(epilog=show_examples("driftlint catalogue refresh --wheels wheels/"))
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

    finish(command, verbose)


from driftlint.cli import acting as acting  # noqa: E402  the commands that write, ask or serve
