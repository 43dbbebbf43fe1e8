"""The application that commands are added to.

Promises: importing it adds no command. Refuses to know: which commands there are.
"""

from __future__ import annotations

import typer

app = typer.Typer(
    name="driftlint",
    help="Find what in a training repo will not be the same tomorrow.",
    epilog="Exit status: 0 nothing to report, 1 findings, 2 wrong usage, configuration or pack, or a crash.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
