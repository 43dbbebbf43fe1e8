"""The index of rules, docs/rules.md: rendered from the rule files.

Promises: ``python -m driftlint.packs.index --check`` fails when the page is stale, ``--write`` renders it anew.
Refuses to know: the text of a rule's page; the rule file is that page, and the index links to it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from driftlint.facts import Rule
from driftlint.packs.faults import InvalidPack
from driftlint.packs.files import builtin_pack
from driftlint.packs.load import load_packs

_HEAD = """# Rules

This page is rendered from the rule files; do not edit it. Each name leads to the rule's page: what it finds, why it
matters, what to do, and the examples that are its tests.
"""


def render_index(rules: Mapping[str, Rule] | Iterable[Rule]) -> str:
    """Return the Markdown page: one table for each family, families and rules by name, links relative to docs/."""
    chosen = rules.values() if isinstance(rules, Mapping) else rules
    ordered = sorted(chosen, key=lambda rule: (rule.family, rule.name))
    parts = [_HEAD]
    for family, members in groupby(ordered, key=lambda rule: rule.family):
        rows = [
            f"| [{r.name}](../rules/{family}/{r.name}.md) | {r.severity} | {_status(r)} | {_cell(r.summary)} |\n"
            for r in members
        ]
        parts.append(
            f"\n## {family}\n\n| rule | severity | status | what it finds |\n| --- | --- | --- | --- |\n{''.join(rows)}"
        )
    return "".join(parts)


def _status(rule: Rule) -> str:
    return f"{rule.status}, in `driftlint {rule.door}`" if rule.door else rule.status


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: Sequence[str], page: Path | None = None) -> int:
    """Check the page, or write it with ``--write``.

    Return the exit status: 1 when it is stale, 2 when packs have faults.
    """
    page = page or builtin_pack().parent / "docs" / "rules.md"
    try:
        text = render_index(load_packs([], cache=False)[1])
    except InvalidPack as error:
        print(error, file=sys.stderr)
        return 2
    if page.exists() and page.read_text(encoding="utf-8") == text:
        return 0
    if "--write" in arguments:
        page.write_text(text, encoding="utf-8", newline="\n")
        return 0
    print(f"{page} is stale: run python -m driftlint.packs.index --write", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
