"""The JSON form; `schemas/review.schema.json` describes it.

Promises: ASCII bytes that depend on the sheet alone; `version` changes whenever a reader of the old form would break.
Refuses to know: what a field means.
"""

from __future__ import annotations

from msgspec import to_builtins

from driftlint.report.json_format import dump
from driftlint.review.sheet import Sheet


def write_json(sheet: Sheet) -> str:
    """Return the review as JSON."""
    return dump(to_builtins(sheet))
