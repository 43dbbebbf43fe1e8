"""TOML texts to nodes with spans.

Promises: each key and value has its span; after a syntax error the next line is tried, so that a half-typed file keeps
its other tables. Refuses to know: what the keys mean. Dates stay text. Errors are worded by tomli, which judges the
whole text; this reader only finds places and is a little more lenient.
"""

from __future__ import annotations

import re

import tomli

from driftlint.digits import LONGEST
from driftlint.documents.decode import Limits, Reading
from driftlint.documents.model import Comment, Entry, Node, Problem, Scalar
from driftlint.late_regex import compile_late
from driftlint.text import LineIndex, Span

_BLANK = compile_late(r"[ \t]*")
_SPACE = compile_late(r"[ \t\r\n]*")
_COMMENT = compile_late(r"#[^\r\n]*")
_BARE_KEY = compile_late(r"[A-Za-z0-9_-]+")
_BASIC = compile_late(r'"((?:[^"\\\r\n]|\\[^\r\n])*)"')
_LITERAL = compile_late(r"'([^'\r\n]*)'")
_LONG_BASIC = compile_late(r'"""((?:[^"\\]|\\.|"{1,2}(?!"))*"{0,2})"""', re.DOTALL)
_LONG_LITERAL = compile_late(r"'''((?:[^']|'{1,2}(?!'))*'{0,2})'''")
_DATE = compile_late(
    r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d(?::\d\d(?:\.\d+)?)?"
)
_PLAIN = compile_late(r"[^\s,\]}#=\[{\"']+")
_ESCAPE = compile_late(
    r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|([ \t]*\r?\n[ \t\r\n]*)|(.))", re.DOTALL
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "e": "\x1b"}
_INT = compile_late(r"[+-]?(?:0|[1-9](?:_?\d)*)")
_BASED = compile_late(r"0(?:x[0-9A-Fa-f_]+|o[0-7_]+|b[01_]+)")
_FLOAT = compile_late(r"[+-]?\d(?:_?\d)*(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?")
_NAMES: dict[str, Scalar] = {"true": True, "false": False}


class _Syntax(Exception):
    """The text is no TOML at `at`."""

    def __init__(self, at: int, message: str = "") -> None:
        super().__init__(message)
        self.at = at
        self.message = message


class _Table:
    """A table under construction; `rows` maps a key to its span and a node, a table, or a list of tables."""

    __slots__ = ("end", "rows", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.rows: list[tuple[str, Span, Node | _Table | list[_Table]]] = []

    def find(self, key: str) -> Node | _Table | list[_Table] | None:
        for name, _, value in reversed(self.rows):
            if name == key:
                return value
        return None

    def freeze(self) -> Node:
        """Return the table as a node; its span reaches to the end of the last value in it."""
        entries = []
        end = self.end
        for key, span, value in self.rows:
            if isinstance(value, list):
                items = tuple(table.freeze() for table in value)
                node = Node("list", Span(items[0].span.start, items[-1].span.end), items=items)
            else:
                node = value.freeze() if isinstance(value, _Table) else value
            end = max(end, node.span.end)
            entries.append(Entry(key, span, node))
        return Node("map", Span(self.start, end), entries=tuple(entries))


Key = list[tuple[str, Span]]


def read_toml(text: str, limits: Limits) -> Reading:
    """Read a TOML text; the body is a map, also where the text is broken in places."""
    reader = _Reader(text, limits)
    reader.read()
    problem = _judge(text)
    if problem is not None:
        reader.reading.problems.insert(0, problem)
    return reader.reading


def _judge(text: str) -> Problem | None:
    try:
        tomli.loads(text)
    except RecursionError:
        return Problem(Span(0, min(1, len(text))), "nested too deep to be read")
    except tomli.TOMLDecodeError as error:
        # tomli counts lines after it has turned CRLF into LF, so its line and column hold and its offset does not.
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        message = getattr(error, "msg", str(error))
        at = LineIndex(text).offset(line, column)
        return Problem(Span(at, min(at + 1, len(text))), f"broken TOML: {message}; lines around it may be missing")
    except ValueError as error:
        return Problem(Span(0, min(1, len(text))), f"broken TOML: {error}")
    return None


class _Reader:
    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.reading = Reading()
        self.root = _Table(0, 0)
        self.table = self.root
        self.nodes = 0

    def read(self) -> None:
        at = 0
        while True:
            at = self._skip(at)
            if at >= len(self.text):
                break
            try:
                at = self._header(at) if self.text[at] == "[" else self._pair(at, self.table)
                at = self._end_line(at)
            except _Syntax as error:
                if error.message:
                    self.reading.problems.append(
                        Problem(Span(error.at, min(error.at + 1, len(self.text))), error.message)
                    )
                if self.nodes > self.limits.max_nodes:
                    break
                newline = self.text.find("\n", max(error.at, at))
                at = newline + 1 if newline != -1 else len(self.text)
        self.reading.body = self.root.freeze()

    def _skip(self, at: int) -> int:
        """Skip white space, line ends and comments."""
        while True:
            found = _SPACE.match(self.text, at)
            at = found.end() if found else at
            if self.text[at : at + 1] != "#":
                return at
            at = self._comment(at)

    def _comment(self, at: int) -> int:
        found = _COMMENT.match(self.text, at)
        assert found is not None
        text = found.group().rstrip()
        self.reading.comments.append(Comment(Span(at, at + len(text)), text.lstrip("#").strip()))
        return found.end()

    def _blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def _end_line(self, at: int) -> int:
        at = self._blank(at)
        if self.text[at : at + 1] == "#":
            at = self._comment(at)
        if at < len(self.text) and self.text[at] not in "\r\n":
            raise _Syntax(at)
        return at

    def _header(self, start: int) -> int:
        double = self.text.startswith("[[", start)
        key, at = self._key(self._blank(start + (2 if double else 1)))
        closing = "]]" if double else "]"
        if not self.text.startswith(closing, at):
            raise _Syntax(at)
        end = at + len(closing)
        table = self.root
        for name, span in key[:-1]:
            table = self._descend(table, name, span)
        name, span = key[-1]
        found = table.find(name)
        new = _Table(start, end)
        if double:
            if isinstance(found, list):
                found.append(new)
            else:
                table.rows.append((name, span, [new]))
            self.table = new
        elif isinstance(found, _Table):
            # The table was opened before by one of its sub-tables or dotted keys.
            found.end = max(found.end, end)
            self.table = found
        else:
            table.rows.append((name, span, new))
            self.table = new
        return end

    def _descend(self, table: _Table, name: str, span: Span) -> _Table:
        found = table.find(name)
        if isinstance(found, list):
            return found[-1]
        if isinstance(found, _Table):
            return found
        new = _Table(span.start, span.end)
        table.rows.append((name, span, new))
        return new

    def _key(self, at: int) -> tuple[Key, int]:
        """Read a dotted key and the blanks after it."""
        key: Key = []
        while True:
            if found := _BARE_KEY.match(self.text, at):
                key.append((found.group(), Span(*found.span())))
            elif (found := _BASIC.match(self.text, at)) or (found := _LITERAL.match(self.text, at)):
                name = _unescape(found.group(1)) if self.text[at] == '"' else found.group(1)
                key.append((name, Span(*found.span())))
            else:
                raise _Syntax(at)
            if len(key) > self.limits.max_depth:
                raise _Syntax(at, f"a key of more than {self.limits.max_depth} parts was left out")
            at = self._blank(found.end())
            if self.text[at : at + 1] != ".":
                return key, at
            at = self._blank(at + 1)

    def _pair(self, at: int, table: _Table, depth: int = 0) -> int:
        """Read ``key = value`` into a table and return where the value ends."""
        key, at = self._key(at)
        if self.text[at : at + 1] != "=":
            raise _Syntax(at)
        value, end = self._value(self._blank(at + 1), depth)
        for name, span in key[:-1]:
            table = self._descend(table, name, span)
        name, span = key[-1]
        table.rows.append((name, span, value))
        return end

    def _value(self, at: int, depth: int) -> tuple[Node, int]:
        self.nodes += 1
        if self.nodes > self.limits.max_nodes:
            raise _Syntax(at, f"more than {self.limits.max_nodes} values: the rest was not read")
        char = self.text[at : at + 1]
        if char == '"' or char == "'":
            return self._string(at, char)
        if char == "[" or char == "{":
            if depth >= self.limits.max_depth:
                raise _Syntax(at, f"nested deeper than {self.limits.max_depth} levels: left out")
            return self._array(at, depth) if char == "[" else self._inline_table(at, depth)
        if found := _DATE.match(self.text, at):
            return Node("scalar", Span(*found.span()), found.group(), found.group()), found.end()
        found = _PLAIN.match(self.text, at)
        if found is None:
            raise _Syntax(at)
        raw = found.group()
        value = _resolve(raw)
        if value is None:
            raise _Syntax(at)
        return Node("scalar", Span(at, found.end()), value, raw), found.end()

    def _string(self, at: int, quote: str) -> tuple[Node, int]:
        long = self.text.startswith(quote * 3, at)
        if quote == '"':
            found = (_LONG_BASIC if long else _BASIC).match(self.text, at)
        else:
            found = (_LONG_LITERAL if long else _LITERAL).match(self.text, at)
        if found is None:
            raise _Syntax(at)
        text = found.group(1)
        if long:
            text = text.replace("\r\n", "\n")
            text = text[1:] if text.startswith("\n") else text
        if quote == '"':
            text = _unescape(text)
        return Node("scalar", Span(at, found.end()), text, text), found.end()

    def _array(self, start: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        at = self._skip(start + 1)
        while self.text[at : at + 1] != "]":
            node, at = self._value(at, depth + 1)
            items.append(node)
            at = self._skip(at)
            char = self.text[at : at + 1]
            if char == ",":
                at = self._skip(at + 1)
            elif char != "]":
                raise _Syntax(at)
        return Node("list", Span(start, at + 1), items=tuple(items)), at + 1

    def _inline_table(self, start: int, depth: int) -> tuple[Node, int]:
        table = _Table(start, start + 1)
        at = self._skip(start + 1)
        while self.text[at : at + 1] != "}":
            at = self._skip(self._pair(at, table, depth + 1))
            char = self.text[at : at + 1]
            if char == ",":
                at = self._skip(at + 1)
            elif char != "}":
                raise _Syntax(at)
        table.end = at + 1
        return table.freeze(), at + 1


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_escaped, text) if "\\" in text else text


def _escaped(found: re.Match[str]) -> str:
    if digits := found[1] or found[2] or found[3]:
        code = int(digits, 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    if found[4] is not None:
        return ""
    return _ESCAPES.get(found[5], found[5])


def _resolve(raw: str) -> Scalar:
    if raw in _NAMES:
        return _NAMES[raw]
    if raw.lstrip("+-") in ("inf", "nan") and len(raw) <= 4:
        return float(raw)
    plain = raw.replace("_", "")
    if _INT.fullmatch(raw):
        return int(plain) if len(plain) <= LONGEST else raw
    if _BASED.fullmatch(raw):
        if len(plain) > LONGEST:
            return raw
        return int(plain, 0) if len(plain) > 2 else None
    if _FLOAT.fullmatch(raw):
        return float(plain)
    return None
