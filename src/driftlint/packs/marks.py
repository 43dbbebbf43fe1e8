"""The examples of rule files: reading fences, and the marks in them.

Promises: marks are taken out of the texts, line by line, so that what is checked is what a user would have; what cannot
be read is named with its line in the rule file. Refuses to know: how findings come about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from driftlint.facts import Example
from driftlint.late_regex import compile_late

FILE_OF_LANGUAGE = {
    "python": "example.py",
    "py": "example.py",
    "ipynb": "example.ipynb",
    "requirements": "requirements.txt",
    "text": "requirements.txt",
    "txt": "requirements.txt",
    "dockerfile": "Dockerfile",
    "docker": "Dockerfile",
    "yaml": "config.yaml",
    "yml": "config.yaml",
    "toml": "pyproject.toml",
    "json": "config.json",
    "bash": "run.sh",
    "sh": "run.sh",
    "shell": "run.sh",
    "make": "Makefile",
    "makefile": "Makefile",
    "ini": "config.ini",
    "gin": "config.gin",
    "cfg": "setup.cfg",
    "dotenv": ".env",
}
"""File name of a fence that names none, by the fence's language."""

_MARK = compile_late(
    r"""(?<![ \t])[ \t]*\#[ ]*(?:
        (?P<severity>error|warning|info):[ ]*\[(?P<rule>[\w-]+)\][ ]*"(?P<text>(?:[^"\\]|\\.)*)"
        | (?P<related>related)(?=[ \t]*(?:\#|$))
    )""",
    re.VERBOSE,
)
_NEAR_MARK = compile_late(r"#\s*(?:(?:error|warning|info)\s*(?::\s*)?\[|related\s*$)", re.IGNORECASE)
_EXPECT = compile_late(
    r"(?P<file>\S[^:]*):(?P<line>\d+)[ ]+(?:(?P<severity>error|warning|info)[ ]+\[(?P<rule>[\w-]+)\][ ]+"
    r'"(?P<text>(?:[^"\\]|\\.)*)"|(?P<related>related))\s*$'
)
_OPEN = compile_late(r"(?P<indent> {0,3})(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)$")


class Mark(Struct, frozen=True):
    """What one line of an example must carry.

    `severity` "" marks a related place. `rule_line` is 1-based, in the rule file.
    """

    file: str
    line: int
    severity: str
    rule: str
    text: str
    rule_line: int


class MarkedExample(Example, frozen=True):
    """An example with everything that its marks say; `expect` repeats those that are no related places.

    `starts` are (file name, 1-based line of its fence in the rule file); `today` is the ISO date on which it runs, ""
    for any.
    """

    marks: tuple[Mark, ...] = ()
    starts: tuple[tuple[str, int], ...] = ()
    today: str = ""


class Fence(Struct, frozen=True):
    """A fenced block: its info words, its text with a last newline, the 1-based line of its opening."""

    info: tuple[str, ...]
    text: str
    line: int


class Fault(Struct, frozen=True):
    """Something of an example that cannot be read, at a 1-based line of the rule file."""

    line: int
    message: str


def scan_markdown(lines: Sequence[str]) -> tuple[list[tuple[int, int, str]], list[Fence], list[Fault]]:
    """Return (level, 1-based line, text) of headings outside fences, the fences, and what could not be read."""
    headings: list[tuple[int, int, str]] = []
    fences: list[Fence] = []
    faults: list[Fault] = []
    opened: tuple[str, int, tuple[str, ...], str] | None = None
    body: list[str] = []
    for number, line in enumerate(lines, 1):
        if opened is not None:
            stripped = line.strip()
            if stripped and stripped == opened[0][0] * len(stripped) and len(stripped) >= len(opened[0]):
                fences.append(Fence(opened[2], "".join(f"{t}\n" for t in body), opened[1]))
                opened = None
            else:
                body.append(line.removeprefix(opened[3]))
        elif match := _OPEN.match(line):
            opened, body = (match["fence"], number, tuple(match["info"].split()), match["indent"]), []
        elif line.startswith("#"):
            mark, _, text = line.partition(" ")
            if mark == "#" * len(mark) and text.strip():
                headings.append((len(mark), number, text.strip().rstrip("#").rstrip()))
    if opened is not None:
        faults.append(Fault(opened[1], f"the fence is never closed: write {opened[0]} on a line of its own"))
    return headings, fences, faults


def parse_examples(
    headings: Iterable[tuple[int, int, str]], fences: Iterable[Fence], today: str = ""
) -> tuple[tuple[MarkedExample, ...], list[Fault]]:
    """Read the fences of the section "Examples"; `headings` are its ``###`` titles as `scan_markdown` gives them."""
    titles = [(line, text) for level, line, text in headings if level == 3]
    groups: list[_Group] = []
    faults: list[Fault] = []
    for fence in fences:
        title, at = "", 0
        for line, text in titles:
            if line < fence.line:
                title, at = text, line
        word = fence.info[0] if fence.info else ""
        follows = word in ("expect", "fixed")
        group = groups[-1] if groups and groups[-1].title_line == at else None
        if follows and group is None:
            faults.append(Fault(fence.line, f"a fence `{word}` needs the file that it speaks of above it"))
            continue
        if group is None or (not at and not follows):
            group = _Group(title, at, fence.line)
            groups.append(group)
        faults += group.add(fence, word)
    return tuple(group.finish(faults, today) for group in groups), faults


class _Group:
    """The fences of one example while they are read."""

    def __init__(self, title: str, title_line: int, line: int) -> None:
        self.title, self.title_line, self.line = title, title_line, line
        self.files: dict[str, str] = {}
        self.starts: dict[str, int] = {}
        self.fixed: dict[str, str] = {}
        self.marks: list[Mark] = []
        self.late: list[Mark] = []

    def add(self, fence: Fence, word: str) -> list[Fault]:
        if word == "expect":
            return self._read_expectations(fence)
        name, fault = self._name(fence, word)
        if fault:
            return [fault]
        if word == "fixed":
            self.fixed[name] = fence.text
            return []
        text, marks, faults = strip_marks(fence.text, name, fence.line)
        self.files[name] = text
        self.starts[name] = fence.line
        self.marks += marks
        return faults

    def _name(self, fence: Fence, word: str) -> tuple[str, Fault | None]:
        if not word:
            return "", Fault(fence.line, "the fence has no language: write one after the backticks, such as python")
        if len(fence.info) > 2:
            return "", Fault(
                fence.line,
                f"the fence says too much: write the language and at most one file name, not {' '.join(fence.info)!r}",
            )
        if len(fence.info) == 2:
            name = fence.info[1]
        elif word == "fixed":
            name = next(iter(self.files)) if len(self.files) == 1 else ""
            if not name:
                return "", Fault(
                    fence.line, "the example has several files: write which one is fixed, as in `fixed train.py`"
                )
        else:
            name = FILE_OF_LANGUAGE.get(word.lower(), "")
            if not name:
                return "", Fault(
                    fence.line, f"no file name is known for `{word}`: write one, as in `{word} path/to/file`"
                )
        if name.startswith(("/", "../")) or "/../" in name or "\\" in name:
            return "", Fault(fence.line, f"`{name}` must be a path inside the example's repo, with / between folders")
        if word == "fixed" and name not in self.files:
            return "", Fault(fence.line, f"the example has no file `{name}` that could be fixed")
        if name in (self.fixed if word == "fixed" else self.files):
            return "", Fault(
                fence.line,
                f"`{name}` stands twice under this title: name the files, or give this fence a ### title of its own",
            )
        return name, None

    def _read_expectations(self, fence: Fence) -> list[Fault]:
        faults = []
        for number, line in enumerate(fence.text.splitlines(), fence.line + 1):
            if not line.strip():
                continue
            match = _EXPECT.match(line.strip())
            if match is None:
                faults.append(
                    Fault(number, 'cannot read the expectation: write FILE:LINE error [rule] "text of the message"')
                )
                continue
            self.late.append(
                Mark(
                    match["file"],
                    int(match["line"]),
                    match["severity"] or "",
                    match["rule"] or "",
                    _unescape(match["text"]),
                    number,
                )
            )
        return faults

    def finish(self, faults: list[Fault], today: str) -> MarkedExample:
        for mark in self.late:
            if mark.file == ".":  # findings about the repo as a whole stand there
                continue
            if mark.file not in self.files:
                faults.append(Fault(mark.rule_line, f"the example has no file `{mark.file}`"))
            elif not 1 <= mark.line <= max(self.files[mark.file].count("\n"), 1):
                faults.append(Fault(mark.rule_line, f"`{mark.file}` has no line {mark.line}"))
        marks = (*self.marks, *self.late)
        return MarkedExample(
            title=self.title,
            files=tuple(self.files.items()),
            expect=tuple((m.file, m.line, m.rule, m.text) for m in marks if m.severity),
            line=self.line,
            fixed=tuple(self.fixed.items()),
            marks=marks,
            starts=tuple(self.starts.items()),
            today=today,
        )


def strip_marks(text: str, file: str, fence_line: int) -> tuple[str, list[Mark], list[Fault]]:
    """Take the marks out of a fence's text.

    A mark alone on its line leaves an empty line and speaks of the next line.
    """
    marks: list[Mark] = []
    faults: list[Fault] = []
    kept: list[str] = []
    waiting: list[re.Match[str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        found = list(_MARK.finditer(line))
        rest = _MARK.sub("", line) if found else line
        if _NEAR_MARK.search(rest):
            faults.append(
                Fault(fence_line + number, 'cannot read the mark: write # error: [rule] "text of the message"')
            )
        kept.append(rest.rstrip() if found else line)
        if found and not rest.strip():
            waiting += found
            continue
        for match in (*waiting, *found):
            marks.append(
                Mark(
                    file,
                    number,
                    match["severity"] or "",
                    match["rule"] or "",
                    _unescape(match["text"]),
                    fence_line + number,
                )
            )
        waiting = []
    return "\n".join(kept), marks, faults


def _unescape(text: str | None) -> str:
    return re.sub(r"\\(.)", r"\1", text or "")
