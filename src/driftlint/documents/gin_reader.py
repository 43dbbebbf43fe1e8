"""Gin files (``scope/module.function.parameter = value``) to nodes with spans.

Promises: the body is a map whose keys are the binding's left side as written; literals are typed as Python types them;
what is no literal (``@function()``, ``%macro``) is a scalar whose tag is its first character.
Refuses to know: which function a selector means, and what ``include`` and ``import`` bring.
The syntax is that of gin-config 0.5.0, ``gin/config_parser.py``.
"""

from __future__ import annotations

import ast
import re

from driftlint.digits import fits
from driftlint.documents.decode import Limits, Reading
from driftlint.documents.model import Comment, Entry, Node, Problem
from driftlint.late_regex import compile_late
from driftlint.text import Span

_BINDING = compile_late(r"(?P<key>[A-Za-z_][\w./]*)[ \t]*=[ \t]*")
_MODULE_LINE = compile_late(r"(?:include|import|from)\b[^\r\n#]*")
_TOKEN = compile_late(
    r"(?P<space>[ \t]+|\\\r?\n)|(?P<comment>#[^\r\n]*)|(?P<end>\r\n|\r|\n)"
    r"|(?P<string>[rRbBuU]{0,2}(?:'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^'\\\r\n]|\\.)*'|\"(?:[^\"\\\r\n]|\\.)*\"))"
    r"|(?P<open>[\[({])|(?P<close>[\])}])|(?P<comma>[,:])|(?P<other>[^\s#,:\[\](){}'\"]+|.)",
    re.DOTALL,
)
_MAX_DEPTH = 50


def read_gin(text: str, limits: Limits) -> Reading:
    """Read a gin file."""
    reading = Reading()
    entries: list[Entry] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        assert token is not None
        if token.lastgroup in ("space", "end"):
            at = token.end()
            continue
        if token.lastgroup == "comment":
            reading.comments.append(_comment(token))
            at = token.end()
            continue
        if (line := _MODULE_LINE.match(text, at)) is not None:
            at = line.end()
            continue
        binding = _BINDING.match(text, at)
        end, tokens = _statement(text, binding.end() if binding is not None else at, reading)
        value = _Value(text, tokens).read() if binding is not None else None
        if binding is None or value is None:
            reading.problems.append(Problem(Span(at, end), "not a gin binding: left out"))
        else:
            entries.append(Entry(binding["key"], Span(at, at + len(binding["key"])), value))
        at = max(end, at + 1)
    reading.body = Node("map", Span(0, len(text)), entries=tuple(entries))
    return reading


def _comment(token: re.Match[str]) -> Comment:
    return Comment(Span(token.start(), token.end()), token.group().lstrip("#").strip())


def _statement(text: str, at: int, reading: Reading) -> tuple[int, list[re.Match[str]]]:
    """Return where a value ends, and its tokens: at the end of the line that closes its last bracket."""
    tokens: list[re.Match[str]] = []
    depth = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        assert token is not None
        kind = token.lastgroup
        if kind == "end" and depth <= 0:
            break
        at = token.end()
        if kind == "comment":
            reading.comments.append(_comment(token))
        elif kind not in ("space", "end"):
            depth += {"open": 1, "close": -1}.get(kind or "", 0)
            tokens.append(token)
    return at, tokens


class _Value:
    """Reads one value from its tokens."""

    def __init__(self, text: str, tokens: list[re.Match[str]]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0

    def read(self) -> Node | None:
        """Return the value, None when the tokens are not one value."""
        found = self._one(0)
        return found if self.at == len(self.tokens) else None

    def _one(self, depth: int) -> Node | None:
        if self.at >= len(self.tokens) or depth > _MAX_DEPTH:
            return None
        token = self.tokens[self.at]
        if token.lastgroup == "open":
            return self._group(depth)
        start = end = token.start()
        if token.lastgroup == "string":
            while self.at < len(self.tokens) and self.tokens[self.at].lastgroup == "string":
                end = self.tokens[self.at].end()
                self.at += 1
            return _scalar(self.text[start:end], Span(start, end))
        level = 0  # the brackets of @function()
        while self.at < len(self.tokens):
            kind = self.tokens[self.at].lastgroup
            if level == 0 and kind in ("comma", "close"):
                break
            level += {"open": 1, "close": -1}.get(kind or "", 0)
            end = self.tokens[self.at].end()
            self.at += 1
        return _scalar(self.text[start:end], Span(start, end)) if end > start else None

    def _group(self, depth: int) -> Node | None:
        first = self.tokens[self.at]
        self.at += 1
        comma = False
        items: list[Node] = []
        entries: list[Entry] = []
        while self.at < len(self.tokens) and self.tokens[self.at].lastgroup != "close":
            item = self._one(depth + 1)
            if item is None:
                return None
            if first.group() == "{" and self._takes(":"):
                value = self._one(depth + 1)
                if value is None:
                    return None
                entries.append(Entry(item.raw, item.span, value))
            else:
                items.append(item)
            comma = self._takes(",")
            if not comma and self.at < len(self.tokens) and self.tokens[self.at].lastgroup != "close":
                return None
        if self.at >= len(self.tokens):
            return None
        span = Span(first.start(), self.tokens[self.at].end())
        self.at += 1
        if first.group() == "{":
            return Node("map", span, entries=tuple(entries))
        if first.group() == "(" and len(items) == 1 and not comma:
            return items[0]
        return Node("list", span, items=tuple(items))

    def _takes(self, text: str) -> bool:
        hit = self.at < len(self.tokens) and self.tokens[self.at].group() == text
        self.at += hit
        return hit


def _scalar(text: str, span: Span) -> Node:
    if text[0] in "@%":
        return Node("scalar", span, text, text, text[0])
    try:
        value = ast.literal_eval(f"({text})")  # strings may stand on several lines
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = text
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, (str, int, float, bool, type(None))) or not fits(value):
        value = text
    return Node("scalar", span, value, value if isinstance(value, str) else text)
