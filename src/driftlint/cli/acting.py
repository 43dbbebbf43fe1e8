"""The commands that write, ask or serve, with their options; the ones that only look are in ``app``.

Promises and refusals: those of ``app``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from driftlint.cli.application import app
from driftlint.cli.common import (
    AuditFormat,
    AuditService,
    Color,
    Level,
    PlainFormat,
    Settings,
    read_also,
    split_list,
)
from driftlint.cli.options import (
    CacheDir,
    ColorChoice,
    ConfigPath,
    Ignore,
    Isolated,
    NoCache,
    Paths,
    Plain,
    Preview,
    Select,
    Today,
    Verbose,
    finish,
    show_examples,
)
from driftlint.cli.review_choices import Preset, ReviewFormat


@app.command(
    epilog=show_examples(
        "driftlint fix --diff",
        "driftlint fix",
        "driftlint fix --suggested --interactive",
        "driftlint fix --online --suggested --diff",
    )
)
def fix(
    paths: Paths = None,
    suggested: Annotated[
        bool, typer.Option("--suggested", help="Also make fixes that change what a program does, such as seeds.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would be written, and write nothing.")] = False,
    interactive: Annotated[
        bool, typer.Option("--interactive", "-i", help="Ask about each fix, with its evidence.")
    ] = False,
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="Write into files with uncommitted changes too.")
    ] = False,
    environment: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH", help="Environment whose installed versions count; default: .venv, else the active one."
        ),
    ] = None,
    online: Annotated[
        bool,
        typer.Option(
            "--online", help="Ask package index, git remotes, hub and registries for pins; all are suggestions."
        ),
    ] = False,
    exclude_newer: Annotated[
        str | None,
        typer.Option("--exclude-newer", metavar="DATE", help="With --online: last day whose releases count."),
    ] = None,
    index_url: Annotated[
        str | None,
        typer.Option(
            "--index-url", metavar="URL", help="With --online: simple index (JSON form) to ask; default: pip's."
        ),
    ] = None,
    select: Select = None,
    ignore: Ignore = None,
    preview: Preview = None,
    info: Annotated[bool, typer.Option("--info", help="Mend info findings too: --severity info.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even when findings are left.")] = False,
    exit_non_zero_on_fix: Annotated[
        bool, typer.Option("--exit-non-zero-on-fix", help="Exit with 1 when something was written.")
    ] = False,
    config: ConfigPath = None,
    isolated: Isolated = False,
    no_cache: NoCache = False,
    color: ColorChoice = Color.auto,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only how much was mended.")] = False,
    verbose: Verbose = False,
    today: Today = None,
) -> None:
    """Write the pins that this repo or this machine already uses.

    Evidence is, in this order: locks beside the manifest, the project's environment read as files, records of past runs, the
    local Hub cache, the catalogue of hosted models, and with --online what services answer today; those pins are
    suggestions (--suggested makes them). Without evidence nothing is written. What is written is judged again first; a fix
    after which its finding stays, or another one appears, is taken back. In a git repo nothing is written while a file that
    would be mended has uncommitted changes, staged or not (--allow-dirty does it all the same).

    Exit status: 0 nothing is left, 1 findings are left or a file could not be written, 2 wrong usage, configuration or pack,
    or a crash. With --diff: 1 when something would be written.
    """

    def command() -> int:
        from driftlint.cli.fix import FixOptions, run_fix

        options: dict[str, object] = {
            "select": split_list(select),
            "ignore": split_list(ignore),
            "preview": preview,
            "severity": Level.info.value if info else None,
            "cache": False if no_cache else None,
            "today": today,
        }
        return run_fix(
            FixOptions(
                paths or [Path()],
                Settings(config, isolated, options),
                suggested,
                diff,
                interactive,
                environment,
                exit_zero,
                exit_non_zero_on_fix,
                quiet,
                verbose,
                color,
                online,
                exclude_newer,
                index_url,
                allow_dirty,
            )
        )

    finish(command, verbose)


@app.command(epilog=show_examples("driftlint baseline", "driftlint baseline --show", "driftlint baseline --update"))
def baseline(
    path: Annotated[
        Path | None, typer.Argument(metavar="PATH", help="The project: its folder; default: this folder.")
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="List what the baseline holds, and write nothing.")] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Drop what is no longer found, follow renamed files, add nothing.")
    ] = False,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="PATH", help="The file; default: driftlint-baseline.json.")
    ] = None,
    info: Annotated[bool, typer.Option("--info", help="Take in info findings too.")] = False,
    output_format: Plain = PlainFormat.text,
    config: ConfigPath = None,
    isolated: Isolated = False,
    verbose: Verbose = False,
) -> None:
    """Accept all that is found today.

    Writes the findings of today into a file that belongs into the repo. From then on `check` shows what is new. Lines may
    move and files may be renamed; a second equal finding is new.

    Exit status: 0 done, 2 wrong usage, configuration or baseline, or a crash.
    """

    def command() -> int:
        from driftlint.cli.baseline import BaselineOptions, run_baseline

        options: dict[str, object] = {
            "severity": Level.info.value if info else None,
            "baseline": str(baseline) if baseline is not None else None,
        }
        settings = Settings(config, isolated, options)
        return run_baseline(BaselineOptions(path or Path(), settings, show, update, output_format))

    finish(command, verbose)


@app.command(
    epilog=show_examples(
        "driftlint record mlruns",
        "driftlint record wandb/latest-run --repo . --output-format json",
        "driftlint record diff runs/1 runs/2",
        "driftlint record diff mlflow.db@1ee8 mlflow.db@f569",
    )
)
def record(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Folders, archives or databases of runs, PATH@RUN for one; or: diff A B."
        ),
    ],
    repo: Annotated[
        Path | None,
        typer.Option("--repo", metavar="PATH", help="The repo that the runs were made from; default: this one."),
    ] = None,
    require: Annotated[
        list[str] | None,
        typer.Option("--require", metavar="PART,...", help="Parts that must be there; default: all but lineage."),
    ] = None,
    output_format: Plain = PlainFormat.text,
    config: ConfigPath = None,
    isolated: Isolated = False,
    verbose: Verbose = False,
) -> None:
    """Show what finished runs have stored, and whether it agrees with the repo.

    Reads the local records of trackers: which of the eight parts they hold, whether their commit is one of the repo, and
    whether packages, seeds, hashes and models agree with the repo at that commit. `diff` shows in what two runs differ.
    Nothing is written, and nothing of a record is run.

    Exit status: 0 all required parts are there and nothing differs, 1 a part is missing or something differs, 2 wrong usage, a
    record that cannot be read, or a crash.
    """

    def command() -> int:
        from driftlint.cli.record import REQUIRED, RecordOptions, run_record

        required = tuple(split_list(require) or REQUIRED)
        return run_record(RecordOptions(words, Settings(config, isolated), repo, required, output_format))

    finish(command, verbose)


@app.command(epilog=show_examples("driftlint audit", "driftlint audit --online"))
def audit(
    paths: Paths = None,
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

    finish(command, verbose)


@app.command(
    epilog=show_examples(
        "driftlint review",
        "driftlint review --also html=review.html --also cyclonedx=bom.cdx.json",
        "driftlint review HEAD --against origin/main --output-format markdown",
        "driftlint review v1.2 --preset regulated --today 2026-11-30 -o review.html",
    )
)
def review(
    revision: Annotated[str, typer.Argument(metavar="REV", help="What to judge: a commit, tag or branch.")] = "HEAD",
    folder: Annotated[
        Path | None,
        typer.Option("--project", metavar="PATH", help="Folder of the project in the repo; default: the whole repo."),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="BASE", help="Say what changed since BASE; for a branch: since it and REV parted."),
    ] = None,
    preset: Annotated[Preset | None, typer.Option(help="Use this preset, whatever the configuration says.")] = None,
    output_format: Annotated[
        ReviewFormat | None, typer.Option(help="How to write the review; default: by the name of the file, else text.")
    ] = None,
    output_file: Annotated[
        Path | None, typer.Option("--output-file", "-o", metavar="PATH", help="Write the review to this file.")
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option("--also", metavar="FORMAT=PATH", help="Write the review in this format, too; repeatable."),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Write a draft of the reproducibility section instead, unknowns left blank.")
    ] = False,
    title: Annotated[str, typer.Option(metavar="TEXT", help="What stands above the page.")] = "",
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 even when the repo does not pass.")
    ] = False,
    config: ConfigPath = None,
    isolated: Isolated = False,
    no_cache: NoCache = False,
    cache_dir: CacheDir = None,
    color: ColorChoice = Color.auto,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show errors only; write files all the same.")] = False,
    verbose: Verbose = False,
    today: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The day that expiry and shutdown dates are compared with; default: today."),
    ] = None,
) -> None:
    """Judge a revision for approval.

    The tree of REV is judged by the policy of its own configuration, not the work tree. The page holds the verdict with what
    stands against it, every external reference with its pin, what runs record, and what was accepted or not read.
    Formats: text, html, markdown, json, csv (the inventory), cyclonedx (an ML-BOM). html and cyclonedx need the extra `review`.

    Exit status: 0 it passes, 1 it does not, 2 wrong usage, configuration or pack, a missing revision, or a crash.
    """

    def command() -> int:
        from driftlint.cli.review import ReviewOptions, run_review

        options: dict[str, object] = {
            "cache": False if no_cache else None,
            "cache-dir": str(cache_dir) if cache_dir is not None else None,
            "today": today,
        }
        return run_review(
            ReviewOptions(
                revision,
                Settings(config, isolated, options),
                folder,
                against,
                preset,
                output_format,
                output_file,
                read_also(also or [], ReviewFormat),
                title,
                exit_zero,
                quiet,
                color,
                draft,
            )
        )

    finish(command, verbose)


@app.command()
def server(
    stdio: Annotated[bool, typer.Option("--stdio", help="Speak on standard input and output: the default.")] = False,
    tcp: Annotated[
        str | None,
        typer.Option("--tcp", metavar="[HOST:]PORT", help="Listen at this port (of 127.0.0.1) for one client."),
    ] = None,
    config: ConfigPath = None,
    isolated: Isolated = False,
    verbose: Verbose = False,
) -> None:
    """Run the language server.

    For editors: diagnostics while you type, unsaved texts included, code actions, and the reasons on hover. The extra
    `server` installs what it needs. docs/editors.md says how editors start it.
    """

    def command() -> int:
        from driftlint.cli.server import run_server

        return run_server(stdio, tcp, Settings(config, isolated), verbose)

    finish(command, verbose)
