"""What a reader makes of one file: plain data, the same for every syntax.

Promises: a document keeps its text, its comments and what could not be read (`problems`).
Refuses to know: other files, rules, catalogues.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal, TypeAlias

from msgspec import Struct

from driftlint.digits import read_int
from driftlint.text import LineIndex, Position, Span

Kind: TypeAlias = Literal[
    "python",
    "notebook",
    "yaml",
    "toml",
    "json",
    "requirements",
    "dockerfile",
    "shell",
    "makefile",
    "dotenv",
    "ini",
    "gin",
    "text",
    "unread",
]
Scalar: TypeAlias = "str | int | float | bool | None"


class Comment(Struct, frozen=True):
    """One comment, from its marker to the end of the line. `text` is what follows the marker, stripped."""

    span: Span
    text: str


class Problem(Struct, frozen=True):
    """Something a reader could not understand. `fatal` means nothing of the file could be used."""

    span: Span
    message: str
    fatal: bool = False


class Entry(Struct, frozen=True):
    """One key of a map, in source order. Duplicate keys are kept as they stand."""

    key: str
    key_span: Span
    value: Node


class Node(Struct, frozen=True):
    """A value of a YAML, TOML, JSON or INI file with its place.

    `value` is the typed scalar (YAML 1.2 core plus ``on``/``yes`` kept as text: ``python: 3.10`` keeps ``raw`` "3.10").
    `raw` is the scalar's text without quotes. `tag` is an explicit YAML tag such as ``!function``, else "".
    `span` covers the value with its quotes.
    """

    kind: Literal["map", "list", "scalar"]
    span: Span
    value: Scalar = None
    raw: str = ""
    tag: str = ""
    entries: tuple[Entry, ...] = ()
    items: tuple[Node, ...] = ()

    def get(self, key: str) -> Node | None:
        """Return the last value of a key (as parsers do), or None."""
        found = None
        for entry in self.entries:
            if entry.key == key:
                found = entry.value
        return found

    def walk(self, route: tuple[str, ...]) -> Node | None:
        """Follow keys and list indexes (as text) from here, or None where the route ends early."""
        node: Node | None = self
        for step in route:
            if node is None:
                return None
            if node.kind == "list" and (index := read_int(step)) is not None and 0 <= index < len(node.items):
                node = node.items[index]
            else:
                node = node.get(step)
        return node


class Word(Struct, frozen=True):
    """One shell word after quote removal. Expansions stay as written (``${TAG}``); `fixed` is False when any remain."""

    text: str
    span: Span
    fixed: bool = True


class Command(Struct, frozen=True):
    """A simple command: its words without leading assignments and redirections. ``env`` holds ``NAME=value`` prefixes."""

    words: tuple[Word, ...]
    span: Span
    env: tuple[tuple[str, Word], ...] = ()

    @property
    def program(self) -> str:
        """The base name of the first word ("" for an empty command)."""
        return self.words[0].text.rsplit("/", 1)[-1] if self.words else ""


class Script(Struct, frozen=True):
    """Commands of a shell text, a Makefile recipe, a notebook's magics, in source order, with variable assignments."""

    commands: tuple[Command, ...]
    assignments: tuple[tuple[str, Word], ...] = ()


class Instruction(Struct, frozen=True):
    """One Dockerfile instruction. `words` are its arguments; RUN's commands are in `script`."""

    name: str
    words: tuple[Word, ...]
    flags: tuple[tuple[str, Word], ...]
    span: Span
    script: Script | None = None


class RequirementLine(Struct, frozen=True):
    """One logical line of a requirements file after joining continuations and cutting comments.

    `text` is the logical line; `span` covers it in the file (all physical lines, without the comment).
    `option` is "-r", "-c", "-e", "--index-url", ... for option lines and editable installs, else "".
    `value` is the option's argument or the requirement without per-requirement options; `hashes` its --hash values.
    """

    text: str
    span: Span
    option: str = ""
    value: str = ""
    hashes: tuple[str, ...] = ()


class Cell(Struct, frozen=True):
    """One notebook cell. `start` is where its source begins in the document's joined text (code points)."""

    index: int
    kind: str
    start: int
    lines: tuple[int, ...]
    """1-based raw JSON line of each source line."""
    magic: str = ""
    """The cell magic ("bash", "writefile", ...), else ""."""


class Location(Struct, frozen=True):
    """A position for people. For notebooks `line` is the raw JSON line, `cell` 0-based over all cells, `cell_line` 1-based."""

    line: int
    column: int
    cell: int | None = None
    cell_line: int | None = None


Body: TypeAlias = "Node | Script | tuple[Instruction, ...] | tuple[RequirementLine, ...] | None"


class Document(Struct):
    """One file as read. `text` is decoded (BOM dropped); for notebooks it is the joined source of the cells."""

    path: str
    kind: Kind
    text: str
    digest: str
    comments: tuple[Comment, ...] = ()
    problems: tuple[Problem, ...] = ()
    body: Body = None
    script: Script | None = None
    """For notebooks: the shell commands of magics, with spans in `text`. Their lines are blanked in `code`."""
    code: str = ""
    """For python and notebooks: what the Python parser sees; as long as `text`, magics blanked by spaces."""
    cells: tuple[Cell, ...] = ()
    _lines: LineIndex | None = None

    @property
    def lines(self) -> LineIndex:
        """The line index of `text`."""
        if self._lines is None:
            self._lines = LineIndex(self.text)
        return self._lines

    def locate(self, offset: int) -> Location:
        """Return where people find a code-point offset of `text`."""
        position = self.lines.position(offset)
        if not self.cells:
            return Location(position.line, position.column)
        cell = self.cells[max(bisect_right([c.start for c in self.cells], offset) - 1, 0)]
        cell_line = position.line - self.lines.position(cell.start).line + 1
        raw = cell.lines[min(cell_line, len(cell.lines)) - 1] if cell.lines else 1
        return Location(raw, position.column, cell.index, cell_line)

    def position(self, offset: int) -> Position:
        """Return the position of an offset in `text` itself (for notebooks: in the joined source)."""
        return self.lines.position(offset)
