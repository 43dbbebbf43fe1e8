"""Command lines of `check` read without typer, whose loading takes longer than checking a small repo.

Promises: what is read here is read as typer reads it; whatever else stands in a line, a fault or a wish for help, is left to
typer. Refuses to know: defaults, and what an option does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from driftlint.cli.common import Color, Format, Level

FLAGS: dict[str, tuple[str, bool]] = {
    "--preview": ("preview", True),
    "--no-preview": ("preview", False),
    "--info": ("info", True),
    "--staged": ("staged", True),
    "--no-baseline": ("no_baseline", True),
    "--statistics": ("statistics", True),
    "--show-suppressed": ("show_suppressed", True),
    "--show-files": ("show_files", True),
    "--exit-zero": ("exit_zero", True),
    "--include-tests": ("include_tests", True),
    "--no-include-tests": ("include_tests", False),
    "--include-vendored": ("include_vendored", True),
    "--no-include-vendored": ("include_vendored", False),
    "--no-gitignore": ("no_gitignore", True),
    "--isolated": ("isolated", True),
    "--no-cache": ("no_cache", True),
    "--quiet": ("quiet", True),
    "-q": ("quiet", True),
    "--verbose": ("verbose", True),
    "-v": ("verbose", True),
}
"""Options without a value: the parameter that each sets, and to what."""
VALUES: dict[str, tuple[str, Callable[[str], object]]] = {
    "--severity": ("severity", Level),
    "--output-format": ("output_format", Format),
    "--color": ("color", Color),
    "--output-file": ("output_file", Path),
    "-o": ("output_file", Path),
    "--baseline": ("baseline", Path),
    "--config": ("config", Path),
    "--cache-dir": ("cache_dir", Path),
    "--since": ("since", str),
    "--today": ("today", str),
}
"""Options with a value; a later one counts."""
LISTS = {"--select": "select", "--extend-select": "extend_select", "--ignore": "ignore", "--also": "also"}
"""Options that may be repeated."""


def read_check(words: Sequence[str]) -> dict[str, object] | None:
    """Return what a command line says, by parameter of `check_given`; None when it is for typer to read.

    `words` are those behind the program's name.
    """
    if words[:1] != ["check"] or sys.platform == "win32" or any(name in os.environ for name in _OTHERS):
        return None
    given: dict[str, object] = {}
    paths: list[Path] = []
    lists: dict[str, list[str]] = {}
    left = iter(words[1:])
    for word in left:
        if word in FLAGS:
            name, value = FLAGS[word]
            given[name] = value
        elif not word.startswith("-") and word:
            paths.append(Path(word))
        else:
            option, equals, text = word.partition("=") if word.startswith("--") else (word, "", "")
            text = text if equals else next(left, "")
            if not text or text.startswith("-"):
                return None
            if option in LISTS:
                lists.setdefault(LISTS[option], []).append(text)
            elif option in VALUES:
                name, convert = VALUES[option]
                try:
                    given[name] = convert(text)
                except ValueError:
                    return None
            else:
                return None
    return {**given, **lists, **({"paths": paths} if paths else {})}


_OTHERS = ("DRIFTLINT_OUTPUT_FORMAT", "_DRIFTLINT_COMPLETE")
"""Variables by which typer takes an option, or a request of a shell for names."""
