"""Checking the tables of a pack and building catalogue entries from them.

Promises: every fault of a table is reported, each with its place and what to do; entries are built only from tables
without faults. Refuses to know: files and folders, merging, rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any

from driftlint.late_regex import compile_late
from driftlint.mentions.releases import is_requirement
from driftlint.packs.format import INLINE, Key, Table, attribute
from driftlint.packs.tables import IDENTITY

Complain = Callable[[str, str, str], None]
"""Takes (key, text inside the key's value or "", message) of a fault."""

_NAME = compile_late(r"([A-Za-z_]\w*|\*)(\(\))?")
_ROUTE_STEP = compile_late(r"[^.\[\]\s]+(\[\])*|(\[\])+")


def suggest(word: str, known: Iterable[str]) -> str:
    """Return ": did you mean `x`?" for the nearest known word, else ": one of a, b, c"."""
    from difflib import get_close_matches

    options = list(known)
    near = get_close_matches(word, options, n=1, cutoff=0.6)
    if near:
        return f": did you mean `{near[0]}`?"
    return f": one of {', '.join(options)}" if options else ""


def check_keys(
    data: dict[str, Any], keys: dict[str, Key], one_of: tuple[str, ...], what: str, complain: Complain
) -> None:
    """Check a table against its keys: unknown and missing ones, and the form of each value."""
    for name, value in data.items():
        key = keys.get(name)
        if key is None:
            complain(name, "", f"{what} has no key `{name}`{suggest(name, keys)}")
        elif message := _check_value(value, key, name, complain):
            complain(name, message[1], f"{what}: `{name}` {message[0]}")
    for name, key in keys.items():
        if key.required and name not in data:
            complain("", "", f"{what} needs `{name}`: {key.doc}")
    if one_of and not any(name in data for name in one_of):
        complain("", "", f"{what} needs one of {', '.join(f'`{n}`' for n in one_of)}")


def _check_value(value: Any, key: Key, name: str, complain: Complain) -> tuple[str, str] | None:
    """Return (message, offending text) for a value that does not fit. Nested tables complain on their own."""
    if key.form in ("table", "tables", "one or more"):
        items = value if isinstance(value, list) else [value]
        if isinstance(value, list) and key.form == "table":
            return "must be one table", ""
        if isinstance(value, dict) and key.form == "tables":
            return "must be a list of tables", ""
        if not items or not all(isinstance(item, dict) for item in items):
            wanted = "a table" if key.form == "table" else "a list of tables"
            return f"must be {wanted}, such as {{ {next(iter(INLINE[key.of].keys))} = ... }}", ""
        table = INLINE[key.of]
        for item in items:
            hint = next((v for v in item.values() if isinstance(v, str)), "")

            def inner(_: str, text: str, message: str, hint: str = hint) -> None:
                complain(name, text or hint, f"`{name}`: {message}")

            check_keys(item, table.keys, table.one_of, key.of, inner)
        return None
    check = _FORMS[key.form]
    fault = check(value)
    if fault is None and key.choices and value not in key.choices:
        return f"cannot be `{value}`{suggest(value, key.choices)}", ""
    return fault


def _text(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, str):
        return f"must be a text in quotes, not {_describe(value)}", ""
    return ("is empty: write it, or leave the key out", "") if not value.strip() else None


def _maybe_text(value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, str) else (f"must be a text in quotes, not {_describe(value)}", "")


def _each(check: Callable[[Any], tuple[str, str] | None]) -> Callable[[Any], tuple[str, str] | None]:
    def check_list(value: Any) -> tuple[str, str] | None:
        if not isinstance(value, list):
            return f"must be a list, not {_describe(value)}: write [...] around it", ""
        for item in value:
            if fault := check(item):
                return f"has an item that {fault[0]}", item if isinstance(item, str) else fault[1]
        seen: set[str] = set()
        for item in value:
            if repr(item) in seen:
                return f"lists `{item}` twice", ""
            seen.add(repr(item))
        return None

    return check_list


def _flag(value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, bool) else (f"must be true or false, not {_describe(value)}", "")


def _whole(value: Any) -> tuple[str, str] | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return None
    return f"must be a whole number from 0 on, not {_describe(value)}", ""


def _number(value: Any) -> tuple[str, str] | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return None
    return f"must be a number, not {_describe(value)}", ""


def _date(value: Any) -> tuple[str, str] | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return None
    try:
        date.fromisoformat(value if len(value) == 10 else "")
    except (TypeError, ValueError):
        return "must be a date, YYYY-MM-DD", ""
    return None


def _constant(value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, (str, int, float, bool)) else ("must be a text, a number, true or false", "")


def _constants(value: Any) -> tuple[str, str] | None:
    return _each(_constant)(value) if isinstance(value, list) else _constant(value)


def _requirement(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, str):
        return f"must be a text in quotes, not {_describe(value)}", ""
    if not is_requirement(value):
        return f"must name a distribution and its releases, such as `name>=1.9`, not `{value}`", ""
    return None


def _regex(value: Any) -> tuple[str, str] | None:
    if fault := _maybe_text(value):
        return fault
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is no regular expression: {error}", value
    return None


def _call(value: Any) -> tuple[str, str] | None:
    if fault := _text(value):
        return fault
    segments = value.split(".")
    if segments[0] == "?":
        segments = segments[1:] or [""]
    for segment in segments:
        if not _NAME.fullmatch(segment):
            return (
                f"is no qualified name (`{value}`): write package.Class().method, * for a segment, ? for a receiver",
                value,
            )
    if all(segment.startswith("*") for segment in segments):
        return f"has no fixed segment (`{value}`): it would match everything", value
    return None


def _route(value: Any) -> tuple[str, str] | None:
    if fault := _text(value):
        return fault
    if all(_ROUTE_STEP.fullmatch(step) for step in value.split(".")):
        return None
    return f"is no route (`{value}`): write keys with dots between, [] after a list", value


def _free(value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, dict) else (f"must be a table, not {_describe(value)}", "")


_FORMS: dict[str, Callable[[Any], tuple[str, str] | None]] = {
    "text": _text,
    "text?": _maybe_text,
    "texts": _each(_text),
    "flag": _flag,
    "number": _number,
    "date": _date,
    "whole": _whole,
    "constant": _constant,
    "constants": _constants,
    "unset": _constants,
    "regex": _regex,
    "regexes": _each(_regex),
    "requirement": _requirement,
    "calls": _each(_call),
    "route": _route,
    "free": _free,
}


def _describe(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a table"
    return "a date or time"


def build_entry(data: dict[str, Any], table: Table, identity: str = "") -> Any:
    """Build the entry of a checked table. `identity` is the id where the table has none."""
    values: dict[str, Any] = {}
    names = frozenset(table.cls.__struct_fields__)
    for name, value in data.items():
        key = table.keys[name]
        attr = attribute(name, key)
        if attr not in names:
            continue
        values[attr] = _convert(value, key)
        if name == "default" and "has_default" in names:
            values["has_default"] = True
    if "id" in names and "id" not in values:
        values["id"] = identity
    return table.cls(**values)


def _convert(value: Any, key: Key) -> Any:
    if key.of:
        items = value if isinstance(value, list) else [value]
        return tuple(build_entry(item, INLINE[key.of]) for item in items)
    if key.form == "unset":
        return tuple(str(item) for item in (value if isinstance(value, list) else [value]))
    if key.form == "constants" and not isinstance(value, list):
        return (value,)
    return tuple(value) if isinstance(value, list) else freeze(value)


def freeze(value: Any) -> Any:
    """Return a TOML value with dates as ISO text, so that it can be stored and compared anywhere."""
    if isinstance(value, dict):
        return {k: freeze(v) for k, v in value.items()}
    if isinstance(value, list):
        return [freeze(v) for v in value]
    return value.isoformat() if isinstance(value, (datetime, date, time)) else value


def identify(name: str, data: dict[str, Any]) -> str:
    """Return the identity of an entry: its id, or what stands for one. Never raises, whatever faults the entry has."""
    if "id" in data:
        return str(data["id"])
    parts = [data.get(part, "") for part in IDENTITY.get(name, ("calls",))]
    if name not in IDENTITY and isinstance(parts[0], list):
        parts = parts[0][:1]
    return " ".join(" ".join(map(str, part)) if isinstance(part, list) else str(part) for part in parts).strip()


def references_of(data: dict[str, Any], keys: dict[str, Key]) -> list[tuple[str, str, str]]:
    """Return (key, table referred to, id) of every mention of another entry, nested tables included."""
    found: list[tuple[str, str, str]] = []
    for name, value in data.items():
        key = keys.get(name)
        if key is None:
            continue
        items = value if isinstance(value, list) else [value]
        if key.refers:
            found += [(name, key.refers, item) for item in items if isinstance(item, str)]
        elif key.of:
            for item in items:
                if isinstance(item, dict):
                    found += [(name, refers, id_) for _, refers, id_ in references_of(item, INLINE[key.of].keys)]
    return found
