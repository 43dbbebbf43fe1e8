"""Jupyter notebooks (nbformat 3 and 4) to the joined source of their code cells.

Promises: every source line knows its raw JSON line; magics are blanked in `code` and their commands are in the script.
Refuses to know: outputs, and notebooks of other languages (their code is blanked).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import cast

from driftlint.documents.decode import Limits, Reading
from driftlint.documents.json_reader import replace_surrogates
from driftlint.documents.model import Cell, Command, Comment, Problem, Script, Word
from driftlint.documents.python_source import blank, find_comments, read_magics
from driftlint.documents.shell import ScriptReader
from driftlint.late_regex import compile_late
from driftlint.text import LineIndex, Span

_LINE = compile_late(r"[^\r\n]*(?:\r\n|\r|\n)")
_SPACE = compile_late(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(strict=False)
_SHELL_LANGUAGES = {"bash", "sh", "shell", "zsh"}
_PYTHON_LANGUAGE = compile_late(r"i?python[\d.]*|pyspark\d*|xpython", re.IGNORECASE)
_FOREIGN_COMMAND = compile_late(r"(?m)^[ \t]*[!%](?=(?:pip3?|conda|mamba)[ \t])")


class _Broken(Exception):
    """The JSON ends or breaks at `at`."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at
        self.message = message


class RawCell:
    """A cell as it stands in the JSON: pieces of source, each with the offsets of its JSON string in the file."""

    __slots__ = ("at", "kind", "language", "pieces")

    def __init__(self, at: int) -> None:
        self.at = at
        self.kind = ""
        self.language = ""
        self.pieces: list[tuple[str, int, int]] = []


class _Walker:
    """Walks the outline of a notebook; values that do not matter are skipped by the C scanner of `json`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.cells: list[RawCell] = []
        self.metadata: object = None
        self.has_cells = False
        self._end = 0

    def walk(self) -> None:
        self._object(self._top)
        self._end = self._skip(self._end)

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        assert found is not None
        return found.end()

    def _expect(self, at: int, chars: str, message: str) -> str:
        char = self.text[at : at + 1]
        if not char or char not in chars:
            raise _Broken(at, message if char else "the file ends in the middle of the notebook")
        return char

    def _object(self, read: Callable[[str], None]) -> None:
        """Read an object at `_end`; `read` is called with each key while `_end` stands at its value."""
        at = self._skip(self._end)
        self._expect(at, "{", "expected an object")
        at = self._skip(at + 1)
        while self._expect(at, '"}', "expected a key in double quotes") == '"':
            key, at = self._string(at)
            at = self._skip(at)
            self._expect(at, ":", "expected a colon")
            self._end = self._skip(at + 1)
            read(key)
            at = self._skip(self._end)
            if self._expect(at, ",}", "expected a comma or a closing brace") == ",":
                at = self._skip(at + 1)
            else:
                break
        self._end = at + 1

    def _array(self, read: Callable[[], None]) -> None:
        at = self._skip(self._end)
        self._expect(at, "[", "expected a list")
        at = self._skip(at + 1)
        while self.text[at : at + 1] != "]":
            self._end = at
            read()
            at = self._skip(self._end)
            if self._expect(at, ",]", "expected a comma or a closing bracket") == "]":
                break
            at = self._skip(at + 1)
        self._end = at + 1

    def _string(self, at: int) -> tuple[str, int]:
        try:
            value, end = _DECODER.raw_decode(self.text, at)
        except ValueError:
            raise _Broken(at, "a string that is never closed, or has a bad escape") from None
        return cast("str", value), end

    def _value(self) -> object:
        at = self._end
        try:
            value, self._end = _DECODER.raw_decode(self.text, at)
        except json.JSONDecodeError as error:
            raise _Broken(error.pos, error.msg) from None
        except (RecursionError, ValueError):
            raise _Broken(at, "a value is nested too deep or too long to read") from None
        return cast("object", value)

    def _top(self, key: str) -> None:
        if key == "cells" and self.text[self._end : self._end + 1] == "[":
            self.has_cells = True
            self._array(self._cell)
        elif key == "worksheets" and self.text[self._end : self._end + 1] == "[":
            self.has_cells = True
            self._array(self._worksheet)
        elif key == "metadata":
            self.metadata = self._value()
        else:
            self._value()

    def _worksheet(self) -> None:
        if self.text[self._end : self._end + 1] == "{":
            self._object(lambda key: self._array(self._cell) if key == "cells" and self._is_list() else self._drop())
        else:
            self._drop()

    def _is_list(self) -> bool:
        return self.text[self._end : self._end + 1] == "["

    def _drop(self) -> None:
        self._value()

    def _cell(self) -> None:
        cell = RawCell(self._end)
        if self.text[self._end : self._end + 1] != "{":
            self._drop()
            return
        self.cells.append(cell)
        self._object(lambda key: self._cell_key(cell, key))

    def _cell_key(self, cell: RawCell, key: str) -> None:
        first = self.text[self._end : self._end + 1]
        if key in ("source", "input") and first == "[":
            self._array(lambda: self._piece(cell))
        elif key in ("source", "input") and first == '"':
            self._piece(cell)
        else:
            value = self._value()
            if key == "cell_type" and isinstance(value, str):
                cell.kind = value
            elif key == "language" and isinstance(value, str):
                cell.language = value

    def _piece(self, cell: RawCell) -> None:
        at = self._end
        if self.text[at : at + 1] != '"':
            self._drop()
            return
        text, self._end = self._string(at)
        cell.pieces.append((replace_surrogates(text), at, self._end))


def find_cells(text: str) -> list[RawCell] | None:
    """Return the cells of a notebook as they stand in its JSON, None for JSON that is broken."""
    walker = _Walker(text)
    try:
        walker.walk()
    except _Broken:
        return None
    return walker.cells


def read_notebook(text: str, limits: Limits) -> Reading:
    """Read a notebook; `Reading.text` is the joined source, `cells` its code cells."""
    reading = Reading(text="")
    walker = _Walker(text)
    broken: _Broken | None = None
    if not text.strip():
        reading.problems.append(Problem(Span(0, 0), "an empty file, not a notebook", fatal=True))
        return reading
    try:
        walker.walk()
    except _Broken as error:
        broken = error
    lines = LineIndex(text)
    if broken is not None:
        line = lines.position(broken.at).line
        if re.search(r"(?m)^(?:<{7}|>{7}|={7})", text):
            message = f"merge conflict marks in the notebook (JSON broken on line {line}): resolve the conflict"
        else:
            message = f"the notebook's JSON is broken on line {line} of the file: {broken.message}"
        fatal = not any(cell.pieces for cell in walker.cells)
        reading.problems.append(Problem(Span(0, 0), message, fatal))
    elif not walker.has_cells:
        reading.problems.append(Problem(Span(0, 0), "JSON without cells: not a notebook", fatal=True))
        return reading
    language = _language(walker)
    joined: list[str] = []
    code: list[str] = []
    commands: list[Command] = []
    assignments: list[tuple[str, Word]] = []
    start = 0
    for index, raw in enumerate(walker.cells):
        if raw.kind != "code":
            continue
        source = "".join(piece for piece, _, _ in raw.pieces)
        if not source.endswith("\n"):
            source += "\n"
        magic = ""
        if language in _SHELL_LANGUAGES:
            _read_shell(source, start, commands, reading.comments)
            code.append(blank(source))
        elif language:
            for found in _FOREIGN_COMMAND.finditer(source):
                end = source.find("\n", found.end())
                _read_shell(source[found.end() : end], start + found.end(), commands, [])
            code.append(blank(source))
        else:
            magics = read_magics(source, start)
            magic = magics.cell_magic
            code.append(magics.code)
            commands.extend(magics.commands)
            assignments.extend(magics.assignments)
            reading.comments.extend(magics.comments)
            reading.comments.extend(find_comments(magics.code, start))
        reading.cells.append(Cell(index, "code", start, _raw_lines(raw, source, lines), magic))
        joined.append(source)
        start += len(source)
    reading.text = "".join(joined)
    reading.code = "".join(code)
    reading.script = Script(tuple(commands), tuple(assignments))
    reading.comments.sort(key=lambda comment: comment.span)
    return reading


def _language(walker: _Walker) -> str:
    """Return the notebook's language in lower case, "" for Python."""
    metadata = walker.metadata if isinstance(walker.metadata, dict) else {}
    kernel = metadata.get("kernelspec")
    info = metadata.get("language_info")
    names = [
        info.get("name") if isinstance(info, dict) else None,
        kernel.get("language") if isinstance(kernel, dict) else None,
        next((cell.language for cell in walker.cells if cell.language), None),
    ]
    known = [name for name in names if isinstance(name, str) and name]
    if not known or any(_PYTHON_LANGUAGE.fullmatch(name) for name in known):
        return ""
    return known[0].lower()


def _raw_lines(raw: RawCell, source: str, lines: LineIndex) -> tuple[int, ...]:
    """Return the 1-based raw line of each source line: the line of the JSON string in which it starts."""
    if not raw.pieces:
        return (lines.position(raw.at).line,)
    starts: list[tuple[int, int]] = []
    at = 0
    for piece, place, _ in raw.pieces:
        starts.append((at, lines.position(place).line))
        at += len(piece)
    result: list[int] = []
    index = 0
    offset = 0
    for line in _LINE.findall(source, 0, max(source.rfind("\n"), source.rfind("\r")) + 1):
        while index + 1 < len(starts) and starts[index + 1][0] <= offset:
            index += 1
        result.append(starts[index][1])
        offset += len(line)
    return tuple(result)


def _read_shell(text: str, base: int, commands: list[Command], comments: list[Comment]) -> None:
    reader = ScriptReader(text, place=lambda span: Span(span.start + base, span.end + base))
    reader.read()
    commands.extend(reader.script().commands)
    comments.extend(reader.comments)
