"""A call with one more keyword argument, or another value for one.

Promises: the argument is a keyword and stands last; layout, comments and the trailing comma are kept. Refuses to know:
what the argument means.
"""

from __future__ import annotations

import re

from driftlint.late_regex import compile_late
from driftlint.python.ir import Expr, argument
from driftlint.text import Edit, Span

_GAP = compile_late(r"(?:[ \t\r\n\f]|\\\r?\n|#[^\r\n]*)*")


def set_argument(path: str, text: str, call: Expr, name: str, value: str) -> Edit | None:
    """Return the edit that gives a call the keyword `name`, None where the call hands on arguments that may hold it.

    `call` is the lowered call with spans in `text`.
    """
    given = argument(call, name, None)
    if given is not None:
        span = Span(given[1], given[2])
        return Edit(path, span, text[span.start : span.end], value)
    if any(keyword == "**" for keyword, _ in call[4]):
        return None
    close = call[2] - 1
    if text[close : close + 1] != ")":
        return None
    if not call[4]:
        return Edit(path, Span(close, close), "", f"{name}={value}")
    last = _end_of_arguments(text, call, close)
    if last is None:
        return None
    end, comma = last
    tail = text[(comma + 1 if comma is not None else end) : close]
    if comma is not None and "\n" in tail:
        # One argument a line, each with its comma: so is the new one, after the last one's comment.
        line = _line_end(text, comma)
        return Edit(path, Span(line, line), "", f"{_newline(text, line)}{_indent(text, call)}{name}={value},")
    if comma is not None:
        return Edit(path, Span(comma + 1, comma + 1), "", f" {name}={value}" + ("," if tail.strip() else ""))
    aligned = end == close and len(call[4]) > 1 and "\\\n" not in text[call[1] : end]
    alone = "\n" in text[end:close] or aligned
    if text[end:close].strip(" \t\r\n") == "" and alone and _starts_line(text, call):
        newline = _newline(text, _line_end(text, end))
        return Edit(path, Span(end, end), "", f",{newline}{_indent(text, call)}{name}={value}")
    return Edit(path, Span(end, end), "", f", {name}={value}")


def _end_of_arguments(text: str, call: Expr, close: int) -> tuple[int, int | None] | None:
    """Return the end of the last argument and the place of a comma after it; None where brackets hide the end."""
    end = max(expr[2] for _, expr in call[4])
    while True:
        at = _skip(text, end)
        if text[at : at + 1] == ")" and at < close:
            end = at + 1  # brackets around the last argument
            continue
        if at == close:
            return end, None
        if text[at : at + 1] == "," and _skip(text, at + 1) == close:
            return end, at
        return None


def _skip(text: str, at: int) -> int:
    """Return the offset after blanks, line continuations and comments."""
    match = _GAP.match(text, at)
    assert match is not None
    return match.end()


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    if end == -1:
        return len(text)
    return end - 1 if text[end - 1] == "\r" else end


def _newline(text: str, at: int) -> str:
    return "\r\n" if text[at : at + 2] == "\r\n" else "\n"


def _starts_line(text: str, call: Expr) -> bool:
    """Return whether the last argument (with its keyword) is the first thing on its line."""
    keyword, expr = max(call[4], key=lambda item: item[1][1])
    lead = text[text.rfind("\n", 0, expr[1]) + 1 : expr[1]].strip()
    return (not lead) if not keyword else re.fullmatch(rf"{re.escape(keyword)}\s*=?\s*", lead) is not None


def _indent(text: str, call: Expr) -> str:
    """Return the indentation of the line on which the last argument starts."""
    start = max(call[4], key=lambda item: item[1][2])[1][1]
    line = text.rfind("\n", 0, start) + 1
    return text[line : line + len(text[line:]) - len(text[line:].lstrip(" \t"))]
