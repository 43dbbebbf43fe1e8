"""Makefiles and justfiles to the commands of their recipes.

Promises: recipe lines with their prefixes taken off, simple variables filled in, spans of the file.
Refuses to know: which target runs, conditionals, and make's functions (they stay as text, but
``$(shell ...)`` is a command).
"""

from __future__ import annotations

import re

from driftlint.documents.decode import Limits, Reading
from driftlint.documents.model import Command, Comment, Script, Word
from driftlint.documents.shell import ScriptReader
from driftlint.documents.spliced import Spliced
from driftlint.documents.variables import Variables
from driftlint.late_regex import compile_late
from driftlint.text import Span

_LINE = compile_late(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_VARIABLE = compile_late(
    r"[ ]*(?:(?:export|override|private)[ ]+)*(?P<name>[\w.-]+)[ \t]*(?P<how>\?=|:{1,3}=|\+=|!=|=)[ \t]*(?P<value>.*)"
)
_RULE = compile_late(r"[^\s#=:][^#=:]*:{1,2}(?!=)(?P<rest>.*)")
_REFERENCE = compile_late(
    r"\$\$|\$\(shell[ \t]+|\$\((?P<round>[\w.-]+)\)"
    r"|\$\{(?P<curly>[\w.-]+)\}|\$(?P<auto>[@<^+?*%|])|\$\((?P<call>[^()]*)\)"
)
_PREFIX = compile_late(r"[@+\- \t]*")
_JUST_RULE = compile_late(
    r"@?(?P<name>[A-Za-z_][\w-]*)"
    r"(?:[ \t][^:#=]*(?:=(?:'[^']*'|\"[^\"]*\"|(?!'[^']*'|\"[^\"]*\")(?=(?P<bare>[^\s:]+))(?P=bare))[^:#=]*)*)?:(?!=)"
)
_JUST_VARIABLE = compile_late(r"(?:export[ \t]+)?(?P<name>[A-Za-z_][\w-]*)[ \t]*:=[ \t]*(?P<value>.*)")
_JUST_REFERENCE = compile_late(r"\{\{\s*(?:(?P<name>[^{}\s]+(?:\s+[^{}\s]+)*)\s*)?\}\}")

_UNKNOWN = "${_:?}"
"""Stands for a reference whose value only a run of make can tell."""


def read_makefile(text: str, limits: Limits, *, just: bool = False) -> Reading:
    """Read a Makefile, or a justfile if `just`; the body is a `Script` of all recipes and variables."""
    reader = _Reader(text, just)
    reader.read()
    return reader.reading


class _Reader:
    def __init__(self, text: str, just: bool) -> None:
        self.text = text
        self.just = just
        self.reading = Reading()
        self.commands: list[Command] = []
        self.assignments: list[tuple[str, Word]] = []
        self.known = Variables()

    def read(self) -> None:
        at = 0
        in_rule = False
        in_define = False
        while at < len(self.text):
            start = at
            end, at = self._logical_line(at)
            line = self.text[start:end]
            stripped = line.strip()
            first = start + len(line) - len(line.lstrip())
            if in_define or re.match(r"(?:override[ ]+)?define\b", stripped):
                in_define = stripped != "endef"
            elif not stripped:
                continue
            elif in_rule and (line[0] == "\t" or (self.just and line[0] == " ")):
                at = self._read_recipe(start, end, at)
            elif stripped.startswith("#"):
                self._comment(first, start + len(line.rstrip()))
            elif variable := (_JUST_VARIABLE if self.just else _VARIABLE).match(line):
                self._assign(variable, start)
            elif (_JUST_RULE if self.just else _RULE).match(line):
                in_rule = True
                rest = line.partition(";")
                if rest[1] and not self.just and "#" not in rest[0]:
                    self._run(start + len(rest[0]) + 1, end)
        self.reading.body = Script(
            tuple(sorted(self.commands, key=lambda command: command.span.start)), tuple(self.assignments)
        )

    def _logical_line(self, at: int) -> tuple[int, int]:
        """Return the end of a line with its backslash continuations, and where the next one starts."""
        while True:
            found = _LINE.match(self.text, at)
            assert found is not None
            if found.group(1).endswith("\\") and found.end() < len(self.text):
                at = found.end()
                continue
            return found.end(1), found.end()

    def _comment(self, start: int, end: int) -> None:
        self.reading.comments.append(Comment(Span(start, end), self.text[start:end].lstrip("#").strip()))

    def _assign(self, found: re.Match[str], base: int) -> None:
        name, value = found["name"], found["value"]
        cut = re.search(r"(?:^|\s)#", value)
        if cut:
            mark = base + found.start("value") + value.index("#", cut.start())
            self._comment(mark, base + found.end("value"))
            value = value[: cut.start()]
        value = value.rstrip()
        begin = base + found.start("value")
        span = Span(begin, begin + len(value))
        if self.just:
            quoted = re.fullmatch(r"'([^']*)'|\"([^\"\\]*)\"", value)
            text = (quoted.group(1) or quoted.group(2) or "") if quoted else value
            word = Word(text, span, quoted is not None)
        else:
            text, fixed = self._expand_value(value)
            how = found["how"]
            if how == "+=" and (before := self.known.fill(name)) is not None:
                text = f"{before} {text}"
            elif how == "?=" and self.known.get(name) is not None:
                return
            word = Word(text, span, fixed and how != "!=")
        self.assignments.append((name, word))
        self.known[name] = word.text if word.fixed else None

    def _expand_value(self, value: str) -> tuple[str, bool]:
        fixed = True

        def expand(found: re.Match[str]) -> str:
            nonlocal fixed
            known = self.known.fill(found["round"] or found["curly"] or "")
            if known is None:
                fixed = False
                return found.group()
            return known

        text = re.sub(r"\\\r?\n[ \t]*", "", value)
        return _REFERENCE.sub(expand, text), fixed

    def _read_recipe(self, start: int, end: int, at: int) -> int:
        line = self.text[start:end]
        body = line.lstrip()
        if self.just and body.startswith("#!"):
            return self._read_shebang_recipe(start, end, at)
        first = start + len(line) - len(body)
        if body.startswith("#"):
            self._comment(first, end)
            return at
        self._run(first, end)
        return at

    def _read_shebang_recipe(self, start: int, end: int, at: int) -> int:
        """Read a just recipe that is one script; only shells are followed."""
        body_start = at
        while at < len(self.text):
            found = _LINE.match(self.text, at)
            assert found is not None
            if found.group(1).strip() and found.group(1)[0] not in " \t":
                break
            at = found.end()
        if re.search(r"[/\s](?:ba|z|da|k)?sh\b", self.text[start:end]):
            self._run(body_start, at)
        return at

    def _run(self, start: int, end: int) -> None:
        """Read ``[start, end)`` as shell text after make's own marks are replaced."""
        prefix = _PREFIX.match(self.text, start, end)
        at = prefix.end() if prefix else start
        spliced = Spliced()
        wanted = _JUST_REFERENCE if self.just else _REFERENCE
        for found in wanted.finditer(self.text, at, end):
            spliced.add(self.text[at : found.start()], at)
            at = found.end()
            spliced.add(self._shell_form(found), found.start(), found.end())
        spliced.add(self.text[at:end], at)
        reader = ScriptReader(spliced.text, place=spliced.span, known=self.known)
        reader.read()
        self.reading.comments.extend(reader.comments)
        for command in reader.commands:
            words = tuple(self._as_written(word) for word in command.words)
            env = tuple((name, self._as_written(word)) for name, word in command.env)
            self.commands.append(Command(words, command.span, env))

    def _as_written(self, word: Word) -> Word:
        if word.fixed or (_UNKNOWN not in word.text and "$(" not in word.text):
            return word
        return Word(self.text[word.span.start : word.span.end].strip("\"'"), word.span, False)

    def _shell_form(self, found: re.Match[str]) -> str:
        """Return what the shell reader is given for a reference: a known value by its name, the rest as an unknown."""
        if self.just:
            name = found["name"] or ""
            return f"${{{name}}}" if re.fullmatch(r"\w+", name) and name in self.known else _UNKNOWN
        text = found.group()
        if text == "$$":
            return "$"
        if text.startswith("$(shell"):
            return "$("
        name = found["round"] or found["curly"]
        if name:
            return f"${{{name}}}" if self.known.get(name) is not None and name.isidentifier() else _UNKNOWN
        return _UNKNOWN
