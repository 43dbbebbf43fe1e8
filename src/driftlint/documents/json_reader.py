"""JSON texts to nodes with spans.

Promises: comments and trailing commas are read, and reported where the form of the file has none; a broken text keeps what stood
before the break.
Refuses to know: what the keys mean.
"""

from __future__ import annotations

import re

from driftlint.digits import LONGEST
from driftlint.documents.decode import Limits, Reading
from driftlint.documents.model import Comment, Entry, Node, Problem, Scalar
from driftlint.late_regex import compile_late
from driftlint.text import Span

_TOKEN = compile_late(
    r"""[ \t\r\n\ufeff]*(?:
      (?P<string>"(?:[^"\\\n]|\\.)*")
    | (?P<mark>[{}\[\],:])
    | (?P<number>-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|-Infinity)(?![\w.])
    | (?P<name>[A-Za-z_][\w.-]*)
    | (?P<comment>//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_ESCAPE = compile_late(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_PAIR = compile_late("[\ud800-\udbff][\udc00-\udfff]")
_LONE = compile_late("[\ud800-\udfff]")
_NAMES: dict[str, Scalar] = {
    "true": True,
    "false": False,
    "null": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
}


class _Frame:
    """An open map or list."""

    __slots__ = ("entries", "is_map", "items", "key", "key_span", "start", "state")

    def __init__(self, start: int, is_map: bool) -> None:
        self.start = start
        self.is_map = is_map
        self.entries: list[Entry] = []
        self.items: list[Node] = []
        self.key = ""
        self.key_span: Span | None = None
        self.state = "key" if is_map else "value"

    def put(self, node: Node) -> None:
        if self.is_map:
            if self.key_span is not None:
                self.entries.append(Entry(self.key, self.key_span, node))
                self.key_span = None
        else:
            self.items.append(node)
        self.state = "comma"

    def close(self, end: int) -> Node:
        kind = "map" if self.is_map else "list"
        return Node(kind, Span(self.start, end), entries=tuple(self.entries), items=tuple(self.items))  # type: ignore[arg-type]


def unescape(text: str) -> str:
    """Decode the escapes of a JSON string's inside; a lone surrogate becomes U+FFFD."""
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _ESCAPES.get(m[2], m[2]), text)
    return replace_surrogates(plain)


def replace_surrogates(text: str) -> str:
    """Join surrogate pairs and replace lone surrogates by U+FFFD."""
    if not _LONE.search(text):
        return text
    joined = _PAIR.sub(lambda m: m[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)
    return _LONE.sub("\ufffd", joined)


def read_json(text: str, limits: Limits, *, relaxed: bool = False) -> Reading:
    """Read one JSON value; the body is a `Node`, or None for an empty text.

    `relaxed`: the file's form allows comments and trailing commas; they are no problem then.
    """
    reading = Reading()
    stack: list[_Frame] = []
    root: Node | None = None
    at = nodes = 0
    odd = ""

    def give(node: Node) -> None:
        nonlocal root
        if stack:
            stack[-1].put(node)
        elif root is None:
            root = node

    def stop(start: int, message: str) -> None:
        reading.problems.append(Problem(Span(start, min(start + 1, len(text))), message))

    match = _TOKEN.match
    while True:
        token = match(text, at)
        if token is None:
            start = at + len(text[at:]) - len(text[at:].lstrip(" \t\r\n\ufeff"))
            message = "a string is not closed on its line" if text[start] == '"' else f"unexpected {text[start]!r}"
            stop(start, f"broken JSON: {message}; what stands before it was read")
            break
        kind = token.lastgroup
        start, at = token.span(kind or 0)
        frame = stack[-1] if stack else None
        if kind == "end":
            if stack:
                stop(stack[-1].start, "broken JSON: this bracket is never closed; what stands in it was read")
            elif root is None:
                stop(0, "an empty JSON file")
            break
        if kind == "comment":
            inner = text[start + 2 : at - 2] if text[start + 1] == "*" else text[start + 2 : at]
            reading.comments.append(Comment(Span(start, at), inner.strip()))
            odd = (
                odd or f"{start}:comments are not part of JSON; tools other than the one this file is for may refuse it"
            )
            continue
        if frame is None and root is not None:
            if "\n" not in text[root.span.end : start] or not _is_lines(text):
                stop(start, "more than one JSON value (JSON Lines?): only the first was read")
            break
        if kind == "mark":
            mark = text[start]
            if mark in "{[" and (frame is None or frame.state == "value"):
                if len(stack) >= limits.max_depth:
                    stop(start, f"nested deeper than {limits.max_depth} levels: the rest was not read")
                    break
                stack.append(_Frame(start, mark == "{"))
                nodes += 1
                continue
            if frame is not None and mark == ("}" if frame.is_map else "]"):
                empty = not frame.entries and not frame.items
                if frame.state == "comma" or (empty and frame.state != "colon" and frame.key_span is None):
                    give(stack.pop().close(at))
                    continue
                if frame.state in ("key", "value") and frame.key_span is None:
                    odd = odd or f"{start}:a comma before a closing bracket is not part of JSON: remove it"
                    give(stack.pop().close(at))
                    continue
            if frame is not None and mark == "," and frame.state == "comma":
                frame.state = "key" if frame.is_map else "value"
                continue
            if frame is not None and mark == ":" and frame.state == "colon":
                frame.state = "value"
                continue
            stop(start, f"broken JSON: unexpected {mark!r}; what stands before it was read")
            break
        if frame is not None and frame.state == "key" and kind == "string":
            frame.key = unescape(text[start + 1 : at - 1])
            frame.key_span = Span(start, at)
            frame.state = "colon"
            continue
        if frame is None or frame.state == "value":
            raw = text[start:at]
            value: Scalar
            if kind == "string":
                value = raw = unescape(raw[1:-1])
            elif kind == "number":
                value = _number(raw)
            elif raw in _NAMES:
                value = _NAMES[raw]
            else:
                stop(start, f"broken JSON: {raw[:40]!r} is no value (is it missing its quotes?)")
                break
            nodes += 1
            if nodes > limits.max_nodes:
                stop(start, f"more than {limits.max_nodes} values: the rest was not read")
                break
            give(Node("scalar", Span(start, at), value, raw))
            continue
        wanted = {"comma": "a comma or a closing bracket", "colon": "a colon", "key": "a key in double quotes"}
        stop(start, f"broken JSON: expected {wanted.get(frame.state, 'a value')}; what stands before it was read")
        break
    if odd and not relaxed:
        place, message = odd.split(":", 1)
        reading.problems.append(Problem(Span(int(place), int(place) + 1), message))
    while stack:
        give(stack.pop().close(min(at, len(text))))
    reading.body = root
    return reading


def _number(raw: str) -> Scalar:
    if raw == "-Infinity":
        return float("-inf")
    if "." in raw or "e" in raw or "E" in raw:
        return float(raw)
    return int(raw) if len(raw) <= LONGEST else raw


def _is_lines(text: str) -> bool:
    """Return whether a text has one JSON object or list on each line: rows of data, whose first says what they are like."""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    return all((line[0], line[-1]) in (("{", "}"), ("[", "]")) for line in lines)
