"""The JSON schema of a review, made of the classes of the sheet.

``python -m driftlint.review.schema --check`` compares ``schemas/review.schema.json`` with them, ``--write`` renders it.

Promises: a field of the sheet is a field of the schema, and nothing else is allowed. Refuses to know: how a review is written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from driftlint.config_options import PARTS, RUNGS
from driftlint.review.sheet import VERSION, Sheet

_ENUMS: dict[tuple[str, str], tuple[object, ...]] = {
    ("Sheet", "version"): (VERSION,),
    ("Sheet", "verdict"): ("pass", "fail"),
    ("FindingRow", "severity"): ("error", "warning", "info"),
    ("BlockerRow", "kind"): ("finding", "unread", "unknown", "record", "section", "acceptance", "ignores"),
    ("BlockerRow", "severity"): ("", "error", "warning", "info"),
    ("ItemRow", "rung"): RUNGS,
    ("ItemRow", "demanded"): RUNGS,
    ("ItemRow", "standing"): ("held", "accepted", "advice", "blocks", "open"),
    ("EvidenceRow", "freshness"): ("fresh", "stale", "unknown"),
    ("LockRow", "freshness"): ("fresh", "stale", "unknown"),
    ("PartRow", "part"): PARTS,
    ("PartRow", "recording"): ("automatic", "conditional", "explicit", "missing"),
}
_PLAIN: dict[object, str] = {str: "string", int: "integer", bool: "boolean", float: "number", NoneType: "null"}


def make_schema() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12)."""
    found: dict[str, Any] = {}
    _describe(Sheet, found)
    root = found.pop("Sheet")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "driftlint review",
        "description": "What `driftlint review --output-format json` writes.",
        **root,
        "$defs": {name: found[name] for name in sorted(found)},
    }


def _describe(kind: Any, found: dict[str, Any]) -> dict[str, Any]:
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    if isinstance(kind, type) and issubclass(kind, Struct):
        name = kind.__name__
        if name not in found:
            found[name] = {}
            hints = get_type_hints(kind)
            properties = {field: _describe(hints[field], found) for field in kind.__struct_fields__}
            for field, shape in properties.items():
                if (name, field) in _ENUMS:
                    shape["enum"] = list(_ENUMS[name, field])
            found[name] = {
                "type": "object",
                "properties": properties,
                "required": list(properties),
                "additionalProperties": False,
            }
        return {"$ref": f"#/$defs/{name}"}
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return {"anyOf": [_describe(part, found) for part in inner]}
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        return {"type": "array", "items": _describe(inner[0], found)}
    if origin is tuple:
        return {
            "type": "array",
            "prefixItems": [_describe(part, found) for part in inner],
            "minItems": len(inner),
            "maxItems": len(inner),
        }
    raise TypeError(f"no schema for {kind}")


def main(arguments: list[str]) -> int:
    """Check or write the schema file of a source checkout; return the exit status."""
    path = Path(__file__).resolve().parent / "schemas" / "review.schema.json"
    text = json.dumps(make_schema(), indent=2) + "\n"
    if arguments == ["--write"]:
        path.write_text(text, encoding="utf-8")
        return 0
    if arguments != ["--check"]:
        print("usage: python -m driftlint.review.schema --check | --write", file=sys.stderr)
        return 2
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        print(f"{path.name} differs from the sheet: run python -m driftlint.review.schema --write", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
