"""Dockerfiles and Containerfiles to instructions.

Promises: directives, continuations, comments inside them, heredocs and the JSON form are read as BuildKit reads them;
RUN's commands carry spans of the file; template files lose the lines that only a rendering would settle.
Refuses to know: what an image name means. Source of the rules: BuildKit's Dockerfile reference (syntax 1.x).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from driftlint.documents.decode import Limits, Reading
from driftlint.documents.json_reader import read_json
from driftlint.documents.model import Command, Comment, Instruction, Node, Problem, Script, Word
from driftlint.documents.shell import ScriptReader, expand_variables
from driftlint.documents.variables import Variables
from driftlint.late_regex import compile_late
from driftlint.text import Span

_LINE = compile_late(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_DIRECTIVE = compile_late(r"#[ \t]*([A-Za-z][\w.-]*)[ \t]*=[ \t]*(\S.*)")
_NAME = compile_late(r"[A-Za-z]+")
_FLAG = compile_late(r"[ \t\\\n]*--([A-Za-z][\w.-]*)(?:=)?")
_WORD = compile_late(
    r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|\{\{(?:(?!\{\{).)*?\}\}|\$\{[^}\n]{0,300}\}|\\.|[^\s"'\\])+|\S""", re.DOTALL
)
_PIECE = compile_late(
    r"""(?P<double>"(?:[^"\\]|\\.)*")|(?P<single>'[^']*')|\\(?P<escaped>.)|(?P<plain>[^"'\\]+)|(?P<odd>.)""", re.DOTALL
)
_HEREDOC = compile_late(r"""(?<!<)<<(?!<)(-?)(["']?)([A-Za-z_][\w.-]*)\2""")
_HEREDOC_ONLY = compile_late(r"""[ \t]*<<-?(["']?)[A-Za-z_][\w.-]*\1[ \t\r]*\n""")
_SHELL_HEREDOC = compile_late(
    r"""[ \t]*(?:/\S*/)?(?:ba|z|da|k)?sh\b[^\n<|;&]*<<-?(["']?)[A-Za-z_][\w.-]*\1[ \t\r]*\n"""
)
_INSTRUCTION = compile_late(
    r"ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER"
    r"|VOLUME|WORKDIR"
)
_JSON_FORM = {"RUN", "CMD", "ENTRYPOINT", "SHELL", "COPY", "ADD", "VOLUME"}
_PAIRS = {"ENV", "ARG", "LABEL"}
_HEREDOC_USERS = {"RUN", "COPY", "ADD"}


def read_dockerfile(text: str, limits: Limits) -> Reading:
    """Read a Dockerfile; the body is a tuple of `Instruction` with upper-case names, in source order."""
    reader = _Reader(text, limits)
    reader.read()
    return reader.reading


class _Reader:
    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.reading = Reading()
        self.instructions: list[Instruction] = []
        self.escape = "\\"
        self._global = Variables()
        self._stage = Variables(beside=self._global)
        self._in_stage = False
        self._told_template = False
        self._told_unknown = False

    def read(self) -> None:
        at = self._read_directives()
        while at < len(self.text):
            line, end = self._line(at)
            stripped = line.strip()
            first = at + len(line) - len(line.lstrip())
            if not stripped:
                at = end
            elif stripped.startswith("#"):
                self._comment(first, first + len(stripped))
                at = end
            else:
                at = self._read_instruction(first)
        self.reading.body = tuple(self.instructions)

    def _line(self, at: int) -> tuple[str, int]:
        found = _LINE.match(self.text, at)
        assert found is not None
        return found.group(1), found.end()

    def _comment(self, start: int, end: int) -> None:
        self.reading.comments.append(Comment(Span(start, end), self.text[start:end].lstrip("#").strip()))

    def _problem(self, start: int, end: int, message: str) -> None:
        self.reading.problems.append(Problem(Span(start, end), message))

    def _read_directives(self) -> int:
        """Read the ``# key=value`` lines at the top; a directive after anything else is a plain comment."""
        at = 0
        while at < len(self.text):
            line, end = self._line(at)
            found = _DIRECTIVE.match(line.strip())
            if found is None:
                break
            if found.group(1).lower() == "escape" and found.group(2) in ("\\", "`"):
                self.escape = found.group(2)
            first = at + len(line) - len(line.lstrip())
            self._comment(first, first + len(line.strip()))
            at = end
        return at

    def _read_instruction(self, start: int) -> int:
        """Read one instruction at its first character and return where the next line starts."""
        name_found = _NAME.match(self.text, start)
        name = name_found.group().upper() if name_found else ""
        line, line_end = self._line(start)
        if not _INSTRUCTION.fullmatch(name):
            self._refuse(start, start + len(line.rstrip()))
            return line_end
        assert name_found is not None
        prepared, end = self._gather(start)
        prepared = prepared.rstrip()
        inner_at = name_found.end() - start
        heredocs: list[tuple[int, int]] = []
        if name in _HEREDOC_USERS:
            end, heredocs = self._read_heredocs(start, prepared, end)
        span = Span(start, start + len(prepared) if not heredocs else max(start + len(prepared), heredocs[-1][1]))
        flags, at = self._read_flags(prepared, inner_at, start)
        known = self._stage if self._in_stage else self._global
        words: tuple[Word, ...]
        script: Script | None = None
        body = prepared[at:]
        json_words = self._read_json_form(body, start + at) if name in _JSON_FORM else None
        if json_words is not None:
            words = json_words
            if name in ("RUN", "CMD", "ENTRYPOINT") and words:
                script = self._script_of_words(words, span)
        elif name in ("RUN", "CMD", "ENTRYPOINT"):
            words = tuple(self._words(body, start + at, known))
            script = self._read_script(prepared, at, start, heredocs, known)
        elif name in _PAIRS:
            words = tuple(self._pairs(body, start + at, known))
            self._assign(name, words)
        else:
            if name == "FROM":
                known = self._global
            words = tuple(self._words(body, start + at, known))
            if name == "FROM":
                self._in_stage = True
                self._stage = Variables(beside=self._global)
            elif name in ("ONBUILD", "HEALTHCHECK") and words:
                script = self._nested_script(name, prepared, words, start, known)
        self.instructions.append(Instruction(name, words, flags, span, script))
        return end

    def _refuse(self, start: int, end: int) -> None:
        line = self.text[start:end]
        if "{%" in line or "{{" in line or "{#" in line:
            if not self._told_template:
                self._told_template = True
                self._problem(start, end, "template syntax: lines that only rendering would settle were left out")
        elif not self._told_unknown:
            # One broken continuation makes many such lines; the first is where to look.
            self._told_unknown = True
            word = line.split()[0][:40] if line.split() else line[:40]
            self._problem(
                start, end, f"{word!r} is no Dockerfile instruction (is a backslash missing on the line before?)"
            )

    def _gather(self, start: int) -> tuple[str, int]:
        """Join the physical lines of an instruction into as many characters that a shell reads the same way.

        Comment and empty lines inside a continuation become spaces; another escape character becomes a backslash.
        """
        parts: list[str] = []
        at = start
        first = True
        while True:
            line, end = self._line(at)
            stripped = line.strip()
            if not first and (not stripped or stripped.startswith("#")):
                if stripped:
                    begin = at + len(line) - len(line.lstrip())
                    self._comment(begin, begin + len(stripped))
                parts.append(" " * (end - at))
                at = end
                if at >= len(self.text):
                    break
                continue
            first = False
            body = line.rstrip(" \t")
            before = body[-2:-1]
            if not body.endswith(self.escape) or before == self.escape or end >= len(self.text):
                parts.append(line)
                at = end
                break
            # Spaces after the escape character are allowed; a shell wants it to be the last one.
            parts.append(" " * (end - at - 2) if len(body) == 1 else body[:-1] + " " * (end - at - len(body) - 1))
            parts.append("\\\n")
            at = end
        return "".join(parts), at

    def _read_heredocs(self, start: int, prepared: str, end: int) -> tuple[int, list[tuple[int, int]]]:
        """Return where the next line starts and the (start, end) of each heredoc body that follows."""
        bodies: list[tuple[int, int]] = []
        for found in _HEREDOC.finditer(prepared):
            begin = at = end
            while at < len(self.text):
                line, next_line = self._line(at)
                if (line.lstrip("\t") if found.group(1) else line) == found.group(3):
                    bodies.append((begin, at))
                    end = next_line
                    break
                at = next_line
            else:
                if begin < len(self.text):
                    opening = start + found.start()
                    self._problem(
                        opening, opening + len(found.group()), f"this heredoc is never closed by {found.group(3)}"
                    )
                    bodies.append((begin, len(self.text)))
                    end = len(self.text)
        return end, bodies

    def _read_flags(self, prepared: str, at: int, base: int) -> tuple[tuple[tuple[str, Word], ...], int]:
        flags: list[tuple[str, Word]] = []
        known = self._stage if self._in_stage else self._global
        while found := _FLAG.match(prepared, at):
            at = found.end()
            if not found.group().endswith("="):
                flags.append((found.group(1), Word("", Span(base + at, base + at))))
                continue
            value = _WORD.match(prepared, at)
            text = value.group() if value else ""
            flags.append((found.group(1), _evaluate(text, Span(base + at, base + at + len(text)), known)))
            at += len(text)
        while prepared[at : at + 1] in (" ", "\t", "\\", "\n") and prepared[at : at + 1]:
            if prepared[at] == "\\" and prepared[at + 1 : at + 2] != "\n":
                break
            at += 1
        return tuple(flags), at

    def _read_json_form(self, body: str, base: int) -> tuple[Word, ...] | None:
        if not body.startswith("["):
            return None
        reading = read_json(body.replace("\\\n", "  "), self.limits)
        node = reading.body
        if reading.problems or not isinstance(node, Node) or node.kind != "list":
            return None
        if not all(isinstance(item.value, str) for item in node.items):
            return None
        return tuple(
            Word(item.raw, Span(base + item.span.start, base + item.span.end), "$" not in item.raw)
            for item in node.items
        )

    def _script_of_words(self, words: tuple[Word, ...], span: Span) -> Script:
        commands = [Command(words, Span(words[0].span.start, words[-1].span.end))]
        if (
            len(words) > 2
            and re.fullmatch(r"(?:.*/)?(?:ba|z|da|k|a)?sh", words[0].text)
            and words[1].text.endswith("c")
        ):
            inner = words[2]
            straight = self.text[inner.span.start + 1 : inner.span.end - 1] == inner.text

            def place(found: Span) -> Span:
                if not straight:
                    return inner.span
                return Span(found.start + inner.span.start + 1, found.end + inner.span.start + 1)

            reader = ScriptReader(inner.text, place=place, known=self._stage)
            reader.read()
            commands.extend(reader.commands)
        return Script(tuple(commands))

    def _read_script(
        self, prepared: str, at: int, base: int, heredocs: list[tuple[int, int]], known: Variables
    ) -> Script:
        """Read RUN's commands. A heredoc that stands alone, or feeds a shell, is a script itself."""
        commands: list[Command] = []
        assignments: list[tuple[str, Word]] = []
        line = prepared[at:] + "\n"
        alone = bool(heredocs) and _HEREDOC_ONLY.fullmatch(line) is not None
        if not alone:
            commands, assignments = self._run_shell(prepared[at:], base + at, known)
        if alone or (heredocs and _SHELL_HEREDOC.fullmatch(line)):
            begin, end = heredocs[0]
            body = self.text[begin:end]
            if not body.lstrip().startswith("#!") or _is_shell_shebang(body):
                more, assigned = self._run_shell(body, begin, known)
                commands.extend(more)
                assignments.extend(assigned)
        return Script(tuple(commands), tuple(assignments))

    def _run_shell(self, text: str, base: int, known: Variables) -> tuple[list[Command], list[tuple[str, Word]]]:
        reader = ScriptReader(text, place=lambda span: Span(span.start + base, span.end + base), known=known)
        reader.read()
        self.reading.comments.extend(reader.comments)
        if "{{" not in text and "{%" not in text and "<<" not in text:
            self.reading.problems.extend(reader.problems)
        script = reader.script()
        return list(script.commands), list(script.assignments)

    def _nested_script(
        self, name: str, prepared: str, words: tuple[Word, ...], base: int, known: Variables
    ) -> Script | None:
        wanted = "RUN" if name == "ONBUILD" else "CMD"
        if words[0].text.upper() != wanted:
            return None
        at = words[0].span.end - base
        _, at = self._read_flags(prepared, at, base)
        commands, assignments = self._run_shell(prepared[at:], base + at, known)
        return Script(tuple(commands), tuple(assignments))

    def _words(self, body: str, base: int, known: Variables) -> Iterator[Word]:
        for found in _WORD.finditer(body):
            raw = found.group()
            if raw == "\\\n":
                continue
            start = found.start()
            lead = len(raw) - len(re.sub(r"^(?:\\\n)+", "", raw))
            stop = len(raw)
            while stop > lead and raw.endswith("\\\n", lead, stop):
                stop -= 2
            trail = raw[lead:stop]
            if trail:
                yield _evaluate(trail, Span(base + start + lead, base + start + lead + len(trail)), known)

    def _pairs(self, body: str, base: int, known: Variables) -> Iterator[Word]:
        words = list(self._words(body, base, known))
        if len(words) > 1 and "=" not in words[0].text:
            # The old form: ENV NAME all the rest.
            start = words[1].span.start - base
            rest = body[start:].rstrip()
            yield words[0]
            text, fixed = expand_variables(rest.replace("\\\n", ""), known)
            yield Word(text, Span(base + start, base + start + len(rest)), fixed)
            return
        yield from words

    def _assign(self, name: str, words: tuple[Word, ...]) -> None:
        if name == "LABEL" or not words:
            return
        known = self._stage if self._in_stage else self._global
        if name == "ENV" and len(words) == 2 and "=" not in words[0].text:
            known[words[0].text] = words[1].text if words[1].fixed else None
            return
        for word in words:
            key, equals, value = word.text.partition("=")
            if equals:
                known[key] = value if word.fixed else None
            elif name == "ARG":
                # An ARG without a value takes the one declared before the first FROM.
                known[key] = self._global.get(key)


def _is_shell_shebang(body: str) -> bool:
    line = body.lstrip().split("\n", 1)[0]
    return re.search(r"(?:^|[/\s])(?:ba|z|da|k|a)?sh\b", line[2:]) is not None


def _evaluate(raw: str, span: Span, known: Variables) -> Word:
    """Remove quotes and fill in variables; inside single quotes nothing is filled in."""
    if "\\" not in raw and '"' not in raw and "'" not in raw and "$" not in raw and "{{" not in raw:
        return Word(raw, span)
    parts: list[str] = []
    fixed = "{{" not in raw
    for piece in _PIECE.finditer(raw):
        if piece["single"] is not None:
            parts.append(piece["single"][1:-1])
        elif piece["escaped"] is not None:
            parts.append("" if piece["escaped"] == "\n" else piece["escaped"])
        elif piece["double"] is not None:
            inner = re.sub(r'\\(["\\$\n])', lambda m: "" if m[1] == "\n" else m[1], piece["double"][1:-1])
            text, whole = expand_variables(inner, known)
            parts.append(text)
            fixed = fixed and whole
        else:
            text, whole = expand_variables(piece["plain"] or piece["odd"] or "", known)
            parts.append(text)
            fixed = fixed and whole
    return Word("".join(parts), span, fixed)
