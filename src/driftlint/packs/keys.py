"""The reference of a pack's keys, docs/pack-keys.md: rendered from the tables that check packs.

Promises: every key that a pack may have is on the page, with its form; ``python -m driftlint.packs.keys --check`` fails
when the page is stale, ``--write`` renders it anew. Refuses to know: how keys work together; docs/packs.md tells that.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from driftlint.packs.files import builtin_pack
from driftlint.packs.format import INLINE, RULE, Key, Table
from driftlint.packs.tables import TABLES

_HEAD = """# Keys of packs

This page is rendered from the tables that check packs; do not edit it. [packs.md](packs.md) says how the keys work
together. **Bold** keys must be given.
"""
_FORMS = {
    "text": "text",
    "text?": "text, may be empty",
    "texts": "list of texts",
    "date": "date",
    "flag": "true or false",
    "number": "number",
    "whole": "whole number",
    "constant": "text, number or truth value",
    "constants": "one constant or a list",
    "unset": "one constant or a list, compared as text",
    "regex": "regular expression, full match",
    "requirement": "requirement with a version, such as `name>=1.9`",
    "regexes": "list of regular expressions",
    "calls": "list of qualified names",
    "route": "dotted keys, `[]` for list items",
    "free": "any table",
}


def render_keys() -> str:
    """Return the Markdown page: one table for each kind of table in a catalogue, then those within, then rule files."""
    sections = [_section(f"`[[{name}]]`", table.keys, table) for name, table in sorted(TABLES.items())]
    sections += [_section(f"Within: {name}", table.keys, table) for name, table in INLINE.items()]
    sections.append(_section("Front matter of a rule file", RULE, None))
    return _HEAD + "".join(sections)


def _section(title: str, keys: Mapping[str, Key], table: Table | None) -> str:
    doc = f"\n{table.doc[0].upper()}{table.doc[1:]}.\n" if table is not None and table.doc else ""
    one_of = (
        f"\nAt least one of {', '.join(f'`{name}`' for name in table.one_of)}.\n"
        if table is not None and table.one_of
        else ""
    )
    rows = "".join(
        f"| {f'**`{name}`**' if key.required else f'`{name}`'} | {_cell(_form(key))} | {_cell(key.doc)} |\n"
        for name, key in keys.items()
    )
    return f"\n## {title}\n{doc}{one_of}\n| key | form | what it says |\n| --- | --- | --- |\n{rows}"


def _form(key: Key) -> str:
    if key.choices:
        return " or ".join(f"`{choice}`" for choice in key.choices)
    if key.of:
        return {"table": "table", "tables": "list of tables"}.get(key.form, "table or list of tables") + f": {key.of}"
    return _FORMS[key.form] + (f", the id of a `{key.refers}`" if key.refers else "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: Sequence[str], page: Path | None = None) -> int:
    """Check the page, or write it with ``--write``. Return the exit status: 1 when it is stale."""
    page = page or builtin_pack().parent / "docs" / "pack-keys.md"
    text = render_keys()
    if page.exists() and page.read_text(encoding="utf-8") == text:
        return 0
    if "--write" in arguments:
        page.write_text(text, encoding="utf-8", newline="\n")
        return 0
    print(f"{page} is stale: run python -m driftlint.packs.keys --write", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
