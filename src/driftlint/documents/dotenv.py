"""Environment files (``NAME=value`` lines) to assignments.

Promises: values after quote removal, earlier names filled in.
Refuses to know: what the names mean, and which values are secret.
"""

from __future__ import annotations

import re

from driftlint.documents.decode import Limits, Reading
from driftlint.documents.model import Comment, Problem, Script, Word
from driftlint.late_regex import compile_late
from driftlint.text import Span

_LINE = compile_late(r"[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]*(?:=[ \t]*|:[ \t]+)")
_DOUBLE = compile_late(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SINGLE = compile_late(r"'([^']*)'")
_BARE_END = compile_late(r"[ \t]#|[\r\n]|\Z")
_REST = compile_late(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_ESCAPE = compile_late(r"\\(.)", re.DOTALL)
_EXPANSION = compile_late(r"\$(?:\{(\w+)(?::?-([^}]{0,200}))?\}|([A-Za-z_]\w*))")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def read_dotenv(text: str, limits: Limits) -> Reading:
    """Read an environment file; the body is a `Script` of assignments."""
    reading = Reading()
    assignments: list[tuple[str, Word]] = []
    known: dict[str, str | None] = {}
    at = 0
    while at < len(text):
        found = _LINE.match(text, at)
        if found is None:
            rest = _REST.match(text, at)
            assert rest is not None
            line = rest.group().strip()
            start = at + len(rest.group()) - len(rest.group().lstrip())
            if line.startswith("#"):
                reading.comments.append(Comment(Span(start, start + len(line)), line.lstrip("#").strip()))
            elif line and not re.fullmatch(r"(?:export[ \t]+)?[A-Za-z_]\w*", line):
                reading.problems.append(Problem(Span(start, start + len(line)), "not a NAME=value line"))
            at = rest.end()
            continue
        at = found.end()
        quote = text[at : at + 1]
        value = _DOUBLE.match(text, at) if quote == '"' else _SINGLE.match(text, at) if quote == "'" else None
        if value is None:
            if quote and quote in "'\"":
                reading.problems.append(Problem(Span(at, at + 1), "this quote is not closed"))
            found_end = _BARE_END.search(text, at)
            raw = text[at : found_end.start() if found_end else len(text)].rstrip()
            span = Span(at, at + len(raw))
            quote = ""
        else:
            raw, span = value.group(1), Span(*value.span())
        word = _evaluate(raw, span, quote, known)
        assignments.append((found["name"], word))
        known[found["name"]] = word.text if word.fixed else None
        rest = _REST.match(text, span.end)
        assert rest is not None
        if (mark := rest.group().find("#")) != -1:
            comment = rest.group()[mark:].rstrip()
            start = span.end + mark
            reading.comments.append(Comment(Span(start, start + len(comment)), comment.lstrip("#").strip()))
        at = rest.end()
    reading.body = Script((), tuple(assignments))
    return reading


def _evaluate(raw: str, span: Span, quote: str, known: dict[str, str | None]) -> Word:
    if quote == "'":
        return Word(raw, span)
    fixed = True

    def expand(found: re.Match[str]) -> str:
        nonlocal fixed
        value = known.get(found[1] or found[3])
        if value is None:
            value = found[2]
        if value is None:
            fixed = False
            return found[0]
        return value

    if quote == '"' and "\\" in raw:
        raw = _ESCAPE.sub(lambda m: _ESCAPES.get(m[1], m[1] if m[1] in "\"\\$'" else m[0]), raw)
    return Word(_EXPANSION.sub(expand, raw) if "$" in raw else raw, span, fixed)
