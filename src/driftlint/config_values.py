"""Checks of single configuration values.

Promises: a plain TOML value becomes the type that Config holds, or BadValue says in words what was wanted.
Refuses to know: where the value stands.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from driftlint.config_options import RUNGS, Option
from driftlint.digits import fits, read_int
from driftlint.gitignore import parse_pattern, translate
from driftlint.late_regex import compile_late

_UNITS = {
    "": 1,
    "b": 1,
    "kib": 1024,
    "mib": 1024**2,
    "gib": 1024**3,
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
}
_MOST = 2**62
"""No size or count is larger."""
_SIZE = compile_late(r"(\d{1,15})\s*([A-Za-z]*)")


class BadValue(Exception):
    """A value is not what its option wants. `route` leads from the option's key to the part that is wrong."""

    def __init__(self, message: str, route: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.route = route


def suggest(name: str, known: Sequence[str]) -> str:
    """Return "; did you mean `x`?" for the known name nearest to `name`, or ""."""
    import difflib

    close = difflib.get_close_matches(name, known, 1, 0.6)
    return f"; did you mean `{close[0]}`?" if close else ""


def convert(option: Option, value: object) -> object:
    """Return a plain TOML value in the type that Config holds. Raises BadValue; tables are not taken apart here."""
    match option.kind:
        case "flag":
            if isinstance(value, bool):
                return value
            raise BadValue(f"must be true or false, not {describe(value)}")
        case "text" | "path":
            return _text(value, required=option.required)
        case "list" | "paths":
            return tuple(_listed(option, value))
        case "globs":
            return tuple(_globs([value] if option.key == "path" else value))
        case "choice":
            if value in option.choices and isinstance(value, str):
                return value
            wanted = " or ".join(f'"{choice}"' for choice in option.choices)
            hint = suggest(value, option.choices) if isinstance(value, str) else ""
            raise BadValue(f"must be {wanted}, not {describe(value)}{hint}")
        case "rule-set":
            return _ruleset(value)
        case "date":
            return _date(value)
        case "size":
            return _size(value)
        case "count":
            return _count(option, value)
        case "demand":
            return dict(_demands(value))
        case "table" | "tables":
            raise BadValue("must be a table")


def _text(value: object, *, required: bool = False) -> str:
    if not isinstance(value, str):
        raise BadValue(f"must be text, not {describe(value)}")
    if required and not value.strip():
        raise BadValue("must not be empty")
    return value


def _texts(value: object) -> Iterator[str]:
    if not isinstance(value, list | tuple):
        hint = f"; write [{describe(value)}]" if isinstance(value, str) else ""
        raise BadValue(f"must be a list of texts, not {describe(value)}{hint}")
    for index, item in enumerate(value):
        if not isinstance(item, str) or not item.strip():
            what = "is empty" if isinstance(item, str) else f"must be text, not {describe(item)}"
            raise BadValue(f"item {index + 1} {what}", (index,))
        yield item


def _listed(option: Option, value: object) -> Iterator[str]:
    for index, item in enumerate(_texts(value)):
        if option.choices and item not in option.choices:
            wanted = ", ".join(option.choices)
            raise BadValue(
                f"item {index + 1} must be one of {wanted}, not {describe(item)}{suggest(item, option.choices)}",
                (index,),
            )
        yield item


def _globs(value: object) -> Iterator[str]:
    for index, text in enumerate(_texts(value)):
        pattern = parse_pattern(text)
        try:
            if pattern is None:
                raise ValueError(f"the pattern {text!r} matches nothing")
            translate(pattern.body, paths=True)
        except ValueError as error:
            raise BadValue(str(error), (index,)) from None
        if ".." in pattern.body.split("/"):
            raise BadValue(f"the pattern {text!r} leads out of the repo", (index,))
        yield text


def _ruleset(value: object) -> str:
    from packaging.version import Version

    text = _text(value)
    try:
        if text:
            Version(text)
    except (ValueError, RecursionError):
        raise BadValue(f'must be a release such as "0.1.0", not {describe(value)}') from None
    return text


def _date(value: object) -> datetime.date:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    date = parse_date(value) if isinstance(value, str) else None
    if date is None:
        raise BadValue(f"must be a date such as 2026-12-31, not {describe(value)}")
    return date


def parse_date(text: str) -> datetime.date | None:
    """Return the date of an ISO text (``YYYY-MM-DD`` and nothing else), or None."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _size(value: object) -> int:
    number = value if isinstance(value, int) and not isinstance(value, bool) else None
    if isinstance(value, str) and (match := _SIZE.fullmatch(value.strip())) and match[2].lower() in _UNITS:
        number = (read_int(match[1]) or 0) * _UNITS[match[2].lower()]
    if number is None or number <= 0 or number > _MOST:
        raise BadValue(f'must be a number of bytes or a text such as "16 MiB", not {describe(value)}')
    return number


def _count(option: Option, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise BadValue(f"must be a number above 0, not {describe(value)}")
    most = option.most or _MOST
    if value > most:
        raise BadValue(f"must be at most {most}, not {describe(value)}")
    return value


def _demands(value: object) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        raise BadValue(f'must be a table such as {{ dataset = "SEALED" }}, not {describe(value)}')
    for kind, rung in value.items():
        if rung not in RUNGS:
            hint = suggest(rung.upper(), RUNGS) if isinstance(rung, str) else ""
            raise BadValue(
                f"`{kind}` must be one of {', '.join(RUNGS)}, not {describe(rung)}{hint}",
                (kind,),
            )
        yield kind, rung


def describe(value: object) -> str:
    """Return a value as a message shows it: short, with its TOML type where that helps."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 40 else f'"{value[:37]}..."'
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    return str(value) if fits(value) else "a number of hundreds of digits"
