"""Options that several commands share, and how a command ends.

Promises: nothing of the engine is imported before a command runs or a shell asks for names. Refuses to know: what commands do.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from driftlint.cli.common import Color, Level, PlainFormat, guard


def complete_rule(incomplete: str) -> list[tuple[str, str]]:
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

Select = Annotated[
    list[str] | None,
    typer.Option(
        metavar="RULES", help="Rules to run: names, families or all, with commas.", autocompletion=complete_rule
    ),
]
ExtendSelect = Annotated[
    list[str] | None,
    typer.Option(metavar="RULES", help="Rules to run in addition.", autocompletion=complete_rule),
]
Ignore = Annotated[
    list[str] | None, typer.Option(metavar="RULES", help="Rules not to run.", autocompletion=complete_rule)
]
Preview = Annotated[bool | None, typer.Option("--preview/--no-preview", help="Run preview rules too.")]
Severity = Annotated[Level | None, typer.Option(help="The mildest findings that are shown.")]
Info = Annotated[bool, typer.Option("--info", help="Show info findings too: --severity info.")]
IncludeTests = Annotated[bool | None, typer.Option("--include-tests/--no-include-tests", help="Check test code too.")]
IncludeVendored = Annotated[
    bool | None, typer.Option("--include-vendored/--no-include-vendored", help="Check vendored code too.")
]
NoGitignore = Annotated[bool, typer.Option("--no-gitignore", help="Check files that git ignores too.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor write a cache.")]
CacheDir = Annotated[Path | None, typer.Option(metavar="PATH", help="Folder of the cache.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show findings and errors, nothing else.")]
Today = Annotated[str | None, typer.Option(hidden=True, metavar="DATE", help="Run as if on this day.")]
Since = Annotated[
    str | None,
    typer.Option(metavar="REV", help="Show only what is not in the tree of REV; for a branch: where it and HEAD part."),
]
Staged = Annotated[
    bool, typer.Option("--staged", help="Check what is staged, configuration included, not the work tree.")
]
NoBaseline = Annotated[bool, typer.Option("--no-baseline", help="Show what the baseline holds, too.")]
Paths = Annotated[list[Path] | None, typer.Argument(metavar="PATHS", help="Folders and files; default: this folder.")]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even when there are findings.")]


def finish(command: Callable[[], int], verbose: bool) -> NoReturn:
    """Run a command and end with its exit status."""
    raise typer.Exit(guard(command, verbose))


def show_examples(*lines: str) -> str:
    """Return the text under a command's help: examples, each on a line of its own."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
