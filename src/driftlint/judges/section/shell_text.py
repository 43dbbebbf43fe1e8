"""Code blocks of a report as shell text: prompts, output and placeholders taken out, every other character kept in its place.

Promises: the text has the length of the block, so that spans hold. Refuses to know: which commands there are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from driftlint.documents.model import Command
from driftlint.documents.prose import Code
from driftlint.documents.shell import ScriptReader
from driftlint.late_regex import compile_late

_SHELL = frozenset(
    (
        "bash",
        "sh",
        "shell",
        "zsh",
        "console",
        "shell-session",
        "shellsession",
        "terminal",
        "cmd",
        "commandline",
        "bat",
        "text",
        "",
    )
)
SURE = _SHELL - {"", "text"}
"""Languages of a fence that say that it holds commands."""
_PROMPT = compile_late(r"(?P<space>[ \t]*)(?P<mark>(?:\([\w.-]+\)[ ]*)?(?:[\w.-]+@[\w.-][^$#%\n]*)?[$%][ ]+)")
_MAGIC = compile_late(r"^([ \t]*)!(?=[A-Za-z./])", re.MULTILINE)
_PYTHON = compile_late(r"^(?:>>> |from \w[\w.]* import |import \w)", re.MULTILINE)
_ANGLE = compile_late(r"<[A-Za-z$/._-][^<>\n|&;]{0,80}(?<!\s)>")
_BRACE = compile_late(r"(?<![$\w])\{[A-Za-z_][\w .|/-]{0,60}\}|(?<=[\w/=.-])\{[A-Za-z_][\w .|/-]{0,60}\}")
_SQUARE = compile_late(r"(?<![\w$\"'=])\[[^\[\]\n]{1,120}\]")


def read_commands(code: Code, known: Mapping[str, str | None]) -> tuple[list[Command], dict[str, str | None]]:
    """Return the commands of a block with spans in the file, and the variables that are set after it."""
    if code.language not in _SHELL:
        return [], dict(known)
    text = code.source.text
    if code.language in ("", "text") and _PYTHON.search(text):
        return [], dict(known)
    reader = ScriptReader(clean(text), place=code.source.span, known=known)
    reader.read()
    return list(reader.script().commands), reader.known


def clean(text: str) -> str:
    """Return a block's text with blanks for prompts and output, and expansions for placeholders, each of the same length."""
    lines = text.split("\n")
    if any(_PROMPT.match(line) for line in lines):
        kept: list[str] = []
        continues = False
        for line in lines:
            prompt = _PROMPT.match(line)
            if prompt is not None:
                line = " " * prompt.end() + line[prompt.end() :]
            elif not continues:
                line = " " * len(line)
            continues = line.rstrip().endswith("\\")
            kept.append(line)
        text = "\n".join(kept)
    text = _MAGIC.sub(r"\1 ", text)
    for pattern in (_ANGLE, _BRACE, _SQUARE):
        text = pattern.sub(_stand_in, text)
    return text


def _stand_in(found: re.Match[str]) -> str:
    """Return an expansion as long as a placeholder: any value, or any number of words."""
    size = len(found.group())
    return "${" + "x" * (size - 3) + "}" if size > 3 else "$" + "x" * (size - 1)
