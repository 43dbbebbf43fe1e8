"""Writes the page from its template, style and script, which stand beside this module.

Promises: every text is escaped by the template engine; the content security policy names style and script by their digests, so
that nothing else runs even if an escape were missed. Refuses to know: colours and words.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from driftlint.review.forms import words
from driftlint.review.sheet import BlockerRow, FindingRow, ItemRow, KindCount, Sheet, Spot

_LONGEST = 400
"""Code points of a name or pin that the page shows; JSON has all of it."""
_FEW = 6
"""Rows of a group that stand open; the rest is behind a fold."""

_ROWS = 100
"""Rows of the inventory that are shown before somebody asks for all, or filters them."""


def write_page(sheet: Sheet) -> str:
    """Return the page as HTML."""
    page, style, script = _read_parts()
    return page.render(
        sheet=sheet,
        style=style,
        script=script,
        style_digest=_digest(style),
        script_digest=_digest(script),
        few=_FEW,
        rows_shown=_ROWS,
        groups=list(words.group_blockers(sheet.blockers)),
        advice=words.not_blocking(sheet.findings),
        inventory=_order_inventory(sheet),
        records=sorted(sheet.records or (), key=lambda row: bool(row.exempt)),  # those that are asked about first
        blocking_ids={row.finding: row.id for row in sheet.blockers if row.finding},
        words=words,
    )


@lru_cache(maxsize=1)
def _read_parts() -> tuple[Template, str, str]:
    """Return the template, compiled once a process, the style and the script."""
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"cut": _cut, "split": _split, "bar": _bar, "plural": words.count, "by_rule": _group_by_rule}
    style, script = (loader.get_source(environment, name)[0].strip() for name in ("style.css", "script.js"))
    return environment.get_template("page.html.j2"), style, script


def _group_by_rule(rows: Sequence[BlockerRow | FindingRow]) -> list[tuple[str, list[BlockerRow | FindingRow]]]:
    """Return rows by rule, in the order in which rules first appear."""
    groups: dict[str, list[BlockerRow | FindingRow]] = {}
    for row in rows:
        groups.setdefault(row.rule, []).append(row)
    return list(groups.items())


def _order_inventory(sheet: Sheet) -> list[ItemRow]:
    """Return the inventory with what blocks first, then the kinds of which most blocks."""
    kinds = {row.kind: at for at, row in enumerate(sheet.summary.kinds)}
    return sorted(sheet.inventory, key=lambda row: (row.standing != "blocks", kinds[row.kind]))


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _split(spot: Spot) -> tuple[str, str, str]:
    """Return the source of a place before, in and after what is meant."""
    if spot.mark is None:
        return spot.source, "", ""
    start, end = spot.mark
    return spot.source[:start], spot.source[start:end], spot.source[end:]


def _bar(row: KindCount) -> list[tuple[str, str, str]]:
    """Return the segments of a bar of 100 units: rung, where it starts, how wide it is."""
    segments, at = [], 0.0
    for rung, number in row.counts:
        width = 100 * number / row.total
        if number:
            segments.append((rung.lower(), f"{at:.3f}", f"{width:.3f}"))
        at += width
    return segments
