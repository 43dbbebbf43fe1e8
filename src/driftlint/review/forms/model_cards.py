"""What the library of the format does not write: cards of models, and what kind of data a component of data is.

Promises: a card holds what the repo says and nothing else: the data that the program reads, the defaults of its options, which
parts of a run are recorded. Refuses to know: measures, intended uses and limits, which no repo says in a form that is read.
Source: CycloneDX 1.6, JSON: `modelCard`, `componentData`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from driftlint.review.sheet import ItemRow, ProgramRow, Sheet

_SETS = frozenset(("dataset", "table", "local-data"))
_PLACES = ("https://", "http://", "s3://", "gs://")


def add_cards(text: str, sheet: Sheet, refs: Mapping[str, str]) -> str:
    """Return a bill of materials with what is known of its models and data. `refs`: id of a row -> id of its component."""
    bom = json.loads(text)
    items = {item.id: item for item in sheet.inventory}
    trained = {f"trained:{row.id}": row for row in sheet.records or ()}
    kept = {
        f"kept:{output.path}": "" if output.stage else "dataset" for output in sheet.kept
    }  # a stage may write anything
    users: dict[str, list[str]] = {}
    for row in trained.values():
        for read in row.reads:
            users.setdefault(refs.get(read, read), []).append(row.path)
    for component in bom.get("components", ()):
        ref = component["bom-ref"]
        if ref in trained:
            component["modelCard"] = _card(trained[ref], items, refs)
        elif component["type"] == "machine-learning-model" and ref in users:
            component["modelCard"] = {"properties": _properties("read-by", sorted(set(users[ref])))}
        elif component["type"] == "data":
            component["data"] = [_data(component["name"], items[ref].kind if ref in items else kept.get(ref, ""))]
    return json.dumps(bom, indent=2, ensure_ascii=True) + "\n"


def _card(row: ProgramRow, items: Mapping[str, ItemRow], refs: Mapping[str, str]) -> dict[str, Any]:
    sets = [refs[read] for read in row.reads if read in items and items[read].kind in _SETS]
    card: dict[str, Any] = {}
    if sets:
        card["modelParameters"] = {"datasets": [{"ref": ref} for ref in sorted(set(sets))]}
    card["properties"] = [
        *(entry for name, default in row.parameters for entry in _properties(f"default:{name}", [default])),
        *(
            entry
            for part in row.parts
            for entry in _properties(f"records:{part.part}", [_said(part.recording, part.tracker)])
        ),
    ]
    return card


def _said(recording: str, by: str) -> str:
    return f"{recording} ({by})" if by else recording


def _properties(name: str, values: list[str]) -> list[dict[str, str]]:
    return [{"name": f"driftlint:{name}", "value": value} for value in values]


def _data(name: str, kind: str) -> dict[str, Any]:
    said: dict[str, Any] = {"type": "dataset" if kind in _SETS else "other", "name": name}
    if name.startswith(_PLACES) and not any(sign in name for sign in ' {}"<>\\^`|'):
        said["contents"] = {"url": name}
    return said
