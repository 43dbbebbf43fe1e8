"""JSON Schemas of the pack format, for editors.

Promises: the files in ``schemas/`` say what `tables` and `format` say; ``python -m driftlint.packs.schema --check``
fails when they do not, ``--write`` renders them anew. Refuses to know: what a schema cannot say, such as ids that must
exist.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from driftlint.packs.format import EXTRA, INLINE, RULE, VERSION, Key, Table
from driftlint.packs.tables import TABLES

FOLDER = Path(__file__).resolve().parent / "schemas"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: dict[str, Any] = {"type": "string", "pattern": r"\S"}
_CONSTANT: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_CALL: dict[str, Any] = {
    "type": "string",
    "pattern": r"^(\?|([A-Za-z_]\w*|\*)(\(\))?)(\.([A-Za-z_]\w*|\*)(\(\))?)*$",
}
_REGEX: dict[str, Any] = {"type": "string", "format": "regex"}
_FORMS: dict[str, dict[str, Any]] = {
    "text": _TEXT,
    "text?": {"type": "string"},
    "texts": {"type": "array", "items": _TEXT, "uniqueItems": True},
    "date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "flag": {"type": "boolean"},
    "number": {"type": "number"},
    "whole": {"type": "integer", "minimum": 0},
    "constant": _CONSTANT,
    "constants": {"anyOf": [_CONSTANT, {"type": "array", "items": _CONSTANT, "uniqueItems": True}]},
    "unset": {"anyOf": [_CONSTANT, {"type": "array", "items": _CONSTANT, "uniqueItems": True}]},
    "regex": _REGEX,
    "requirement": {"type": "string", "pattern": r"^[A-Za-z0-9][\w.-]*\s*[<>=!~]"},
    "regexes": {"type": "array", "items": _REGEX, "uniqueItems": True},
    "calls": {"type": "array", "items": _CALL, "uniqueItems": True},
    "route": {"type": "string", "pattern": r"^\S+$"},
    "free": {"type": "object"},
}


def render_schemas() -> dict[str, str]:
    """Return the text of each schema file by its name."""
    catalogue: dict[str, Any] = {
        "version": {"const": VERSION, "description": "version of the pack format"},
        **{name: {"type": "array", "items": {"$ref": f"#/$defs/{name}"}} for name in TABLES},
        **{name: {"type": "object"} if form == "table" else _CONSTANT for name, form in EXTRA.items()},
    }
    definitions = {name: _describe_table(table) for name, table in {**INLINE, **TABLES}.items()}
    top = _describe_keys(RULE)
    return {
        "catalogue.schema.json": _dump(
            {
                "$schema": _DRAFT,
                "title": "driftlint catalogue file",
                "type": "object",
                "properties": catalogue,
                "required": ["version"],
                "additionalProperties": False,
                "$defs": definitions,
            }
        ),
        "rule.schema.json": _dump({"$schema": _DRAFT, "title": "metadata of a driftlint rule file", **top}),
    }


def _dump(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _describe_table(table: Table) -> dict[str, Any]:
    described = _describe_keys(table.keys)
    if table.doc:
        described["description"] = table.doc
    if table.one_of:
        described["anyOf"] = [{"required": [name]} for name in table.one_of]
    return described


def _describe_keys(keys: Mapping[str, Key]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _describe_key(key) for name, key in keys.items()},
        "required": [name for name, key in keys.items() if key.required],
        "additionalProperties": False,
    }


def _describe_key(key: Key) -> dict[str, Any]:
    if key.of:
        one = {"$ref": f"#/$defs/{key.of}"}
        many = {"type": "array", "items": one, "minItems": 1}
        form: dict[str, Any] = many if key.form == "tables" else {"anyOf": [one, many]}
    else:
        form = dict(_FORMS[key.form])
    if key.choices:
        form = {"enum": list(key.choices)}
    return {"description": key.doc, **form}


def main(arguments: Sequence[str]) -> int:
    """Check the schema files, write them with ``--write``, or print their folder with ``--path``.

    Returns the exit status: 1 when a file is stale.
    """
    if "--path" in arguments:
        print(FOLDER)
        return 0
    stale = []
    for name, text in render_schemas().items():
        path = FOLDER / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--write" in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    if stale and "--write" not in arguments:
        print(f"stale: {', '.join(stale)}; run python -m driftlint.packs.schema --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
