"""Where the tables and keys of a TOML text stand.

Promises: 1-based lines for messages about a text that a TOML parser has accepted (for others: a best effort, never an
error). Refuses to know: values; a TOML parser reads those.
"""

from __future__ import annotations

from msgspec import Struct, field

from driftlint.late_regex import compile_late

_HEADER = compile_late(r"\s*(\[\[?)([^\[\]#]+)\]\]?\s*(?:#.*)?$")
_KEY = compile_late(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)\s*(?:\.[^=]*)?=""")
_TOKEN = compile_late(r'"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}]')


class TableLines(Struct):
    """One table as written: dotted name ("" for the top of the file), header line, line of each key, last line."""

    name: str
    line: int
    last: int
    keys: dict[str, int] = field(default_factory=dict)


class TomlLines:
    """The lines of one TOML text."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self.tables = self._scan()

    def _scan(self) -> list[TableLines]:
        tables = [TableLines("", 1, 1)]
        depth, quote = 0, ""
        for number, line in enumerate(self._lines, 1):
            if not depth and not quote:
                if header := _HEADER.match(line):
                    name = ".".join(part.strip().strip("\"'") for part in header[2].split("."))
                    tables.append(TableLines(name, number, number))
                    continue
                if key := _KEY.match(line):
                    tables[-1].keys.setdefault(key[1].strip("\"'"), number)
            depth, quote = _advance(line, depth, quote)
            tables[-1].last = number
        return tables

    def line(self, table: str, index: int = 0, key: str = "", text: str = "") -> int:
        """Return the line of the `index`-th (0-based) table of a name, or of its key, or of a text in the key's value.

        What is not found falls back to the next wider thing: text, key, table header, line 1.
        """
        found = [t for t in self.tables if t.name == table]
        if index >= len(found):
            return 1
        return self.line_in(found[index], key, text)

    def line_in(self, table: TableLines, key: str = "", text: str = "") -> int:
        """Return the line of a key of `table`, or of a text in its value; the header's line when it has no such key."""
        start = table.keys.get(key) if key else table.line
        if start is None:
            return table.line
        later = [line for line in table.keys.values() if line > start]
        end = min(later, default=table.last + 1) if key else table.last + 1
        if text:
            for number in range(start, min(end, len(self._lines) + 1)):
                if text in self._lines[number - 1]:
                    return number
        return start

    def nested(self, parent: str, index: int, child: str) -> list[TableLines]:
        """Return the ``[[parent.child]]`` tables of the `index`-th parent table, in order."""
        found: list[TableLines] = []
        at = -1
        for table in self.tables:
            if table.name == parent:
                at += 1
            elif at == index and table.name == f"{parent}.{child}":
                found.append(table)
        return found


def _advance(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Return the bracket depth and the open multi-line quote after a line."""
    at = 0
    while at < len(line):
        if quote:
            end = line.find(quote, at)
            if end == -1:
                return depth, quote
            at, quote = end + 3, ""
            continue
        token = _TOKEN.search(line, at)
        if token is None:
            break
        at = token.end()
        if token[0] in ('"""', "'''"):
            quote = token[0]
        elif token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth = max(depth - 1, 0)
    return depth, quote
