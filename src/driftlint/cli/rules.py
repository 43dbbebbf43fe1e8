"""``driftlint rules``: which rules there are, and which of them run.

Promises: the answer is that of `check` under the same configuration. Refuses to know: typer, what rules find.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from driftlint.cli.common import CLEAN, PlainFormat, Settings, dump_json, load_rules, load_settings
from driftlint.cli.streams import CommandError, complain, write_out
from driftlint.facts import Rule
from driftlint.selection import Selection, select_rules


def run_rules(families: Sequence[str], output_format: PlainFormat, settings: Settings) -> int:
    """List the rules, by family and name."""
    config = load_settings([Path()], settings)
    _, rules = load_rules(config)
    selection = select_rules(config, rules.values())
    complain(*map(str, selection.problems), label="warning")
    known = {rule.family for rule in rules.values()}
    if unknown := [family for family in families if family not in known]:
        raise CommandError(f"no family `{unknown[0]}`; there are {', '.join(sorted(known))}")
    chosen = sorted(
        (rule for rule in rules.values() if not families or rule.family in families),
        key=lambda rule: (rule.family, rule.name),
    )
    if output_format is PlainFormat.json:
        write_out(dump_json([_describe(rule, selection) for rule in chosen]), exact=True)
    else:
        write_out(_write_table(chosen, selection))
    return CLEAN


def _describe(rule: Rule, selection: Selection) -> dict[str, object]:
    return {
        "name": rule.name,
        "family": rule.family,
        "severity": rule.severity,
        "confidence": rule.confidence,
        "status": rule.status,
        "since": rule.since,
        "on": rule.name in selection.rules,
        "why_off": selection.off.get(rule.name),
        "summary": rule.summary,
    }


def _write_table(rules: Sequence[Rule], selection: Selection) -> str:
    rows = [("", "name", "family", "severity", "status", "what it finds")]
    for rule in rules:
        state = "on" if rule.name in selection.rules else "off"
        rows.append((state, rule.name, rule.family, rule.severity, rule.status, rule.summary))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    room = shutil.get_terminal_size().columns - sum(widths) - 10 if sys.stdout.isatty() else 0
    lines = []
    for row in rows:
        summary = row[5] if len(row[5]) <= room or room < 20 else row[5][: room - 3].rstrip() + "..."
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, summary]).rstrip() + "\n")
    lines += [f"{rule.name} is off: {selection.off[rule.name]}\n" for rule in rules if rule.name in selection.off]
    return "".join(lines)
