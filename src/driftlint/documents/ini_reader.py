"""INI texts (setup.cfg, tox.ini, pip.conf, git's config form) to nodes with spans.

Promises: sections are maps of a map; a value written over several lines is a list with one scalar a line.
Refuses to know: interpolation, and which keys of which tool hold requirements.
The line rules are those of Python's configparser with its defaults, without interpolation.
"""

from __future__ import annotations

from driftlint.documents.decode import Limits, Reading
from driftlint.documents.model import Comment, Entry, Node, Problem
from driftlint.late_regex import compile_late
from driftlint.text import Span

_LINE = compile_late(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_SECTION = compile_late(r"\[(?P<name>.+)\]")
_OPTION = compile_late(r"(?P<key>[^=:]*)(?:[=:]\s*(?P<value>.*))?$")


class _Option:
    __slots__ = ("key", "key_span", "lines", "start")

    def __init__(self, key: str, key_span: Span, start: int) -> None:
        self.key = key
        self.key_span = key_span
        self.start = start
        self.lines: list[tuple[str, int, bool]] = []

    def entry(self) -> Entry:
        continued = any(more for _, _, more in self.lines)
        scalars = [Node("scalar", Span(at, at + len(text)), text, text) for text, at, _ in self.lines if text]
        if continued:
            span = Span(scalars[0].span.start, scalars[-1].span.end) if scalars else Span(self.start, self.start)
            return Entry(self.key, self.key_span, Node("list", span, items=tuple(scalars)))
        value = scalars[0] if scalars else Node("scalar", Span(self.start, self.start), "", "")
        return Entry(self.key, self.key_span, value)


def read_ini(text: str, limits: Limits) -> Reading:
    """Read an INI text; the body is a map of sections, keys before the first section stand in it directly."""
    reading = Reading()
    root: list[Entry] = []
    section: tuple[str, Span, int] | None = None
    options: list[_Option] = []
    indent = 0
    end = 0

    def close() -> None:
        nonlocal options
        entries = tuple(option.entry() for option in options)
        if section is None:
            root.extend(entries)
        else:
            name, name_span, start = section
            root.append(Entry(name, name_span, Node("map", Span(start, max(end, name_span.end + 1)), entries=entries)))
        options = []

    in_options = False
    at = 0
    while at < len(text):
        found = _LINE.match(text, at)
        assert found is not None
        start, line = at, found.group(1)
        at = found.end()
        stripped = line.strip()
        if not stripped:
            continue
        column = len(line) - len(line.lstrip())
        first = start + column
        if stripped[0] in "#;":
            reading.comments.append(Comment(Span(first, first + len(stripped)), stripped.lstrip("#;").strip()))
            continue
        if in_options and options and column > indent:
            options[-1].lines.append((stripped, first, True))
            end = first + len(stripped)
            continue
        indent = column
        if header := _SECTION.match(stripped):
            close()
            name = header.group("name")
            section = (name, Span(first + 1, first + 1 + len(name)), first)
            end = first + header.end()
            in_options = False
            continue
        option = _OPTION.match(stripped)
        key = option.group("key").rstrip() if option else ""
        if not key:
            reading.problems.append(
                Problem(Span(first, first + len(stripped)), "a line without a key: write key = value")
            )
            continue
        assert option is not None
        if section is None and not root and not options:
            reading.problems.append(Problem(Span(first, first + len(stripped)), "a key before the first [section]"))
        new = _Option(key, Span(first, first + len(key)), first + len(stripped))
        if value := option.group("value"):
            new.lines.append((value, first + option.start("value"), False))
        options.append(new)
        in_options = True
        end = first + len(stripped)
    close()
    if root:
        reading.body = Node("map", Span(0, len(text)), entries=tuple(root))
    return reading
