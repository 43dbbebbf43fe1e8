"""``driftlint explain``: the page of a rule.

Promises: what is shown is the rule file's own text. Refuses to know: typer, what the rule finds.
"""

from __future__ import annotations

import difflib
import shutil
import sys
from io import StringIO
from pathlib import Path

from driftlint.cli.common import CLEAN, Color, Settings, load_rules, load_settings, wants_color
from driftlint.cli.streams import CommandError, write_out
from driftlint.facts import Rule

_WIDEST = 100


def run_explain(name: str, settings: Settings, color: Color) -> int:
    """Show the page of a rule: rendered at a terminal, as plain Markdown elsewhere."""
    _, rules = load_rules(load_settings([Path()], settings))
    rule = rules.get(name) or rules.get(name.strip().lower())
    if rule is None:
        raise CommandError(_miss(name, rules))
    text = write_page(rule)
    if wants_color(color, sys.stdout):
        text = _draw(text)
    write_out(text)
    return CLEAN


def write_page(rule: Rule) -> str:
    """Return a rule's page as Markdown: title, a line of metadata, the prose, the sources."""
    try:
        lines = Path(rule.path).read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{rule.path}: cannot be read: {error}") from error
    marks = [at for at, line in enumerate(lines) if line.strip() == "+++"]
    body = lines[marks[1] + 1 :] if len(marks) > 1 else lines
    title = next((at for at, line in enumerate(body) if line.startswith("# ")), 0)
    facts = f"Family {rule.family}, severity {rule.severity}, confidence {rule.confidence}, {rule.status}"
    facts += f", since {rule.since}."
    page = "\n".join([*body[: title + 1], "", facts, *body[title + 1 :]]).strip("\n")
    if rule.sources:
        page += "\n\n## Sources\n\n" + "\n".join(f"- {source}" for source in rule.sources)
    return page + "\n"


def _miss(name: str, rules: dict[str, Rule]) -> str:
    close = difflib.get_close_matches(name.lower(), rules, 3, 0.5)
    close += [other for other in sorted(rules) if name and name.lower() in other and other not in close]
    hint = f"; did you mean {' or '.join(f'`{other}`' for other in close[:4])}?" if close else ""
    return f"no rule `{name}`{hint}; `driftlint rules` lists all"


def _draw(text: str) -> str:
    from rich.console import Console
    from rich.markdown import Markdown

    width = min(shutil.get_terminal_size().columns, _WIDEST)
    canvas = StringIO()
    console = Console(file=canvas, force_terminal=True, width=width, color_system="standard", no_color=False)
    console.print(Markdown(text, code_theme="ansi_dark"))
    return canvas.getvalue()
