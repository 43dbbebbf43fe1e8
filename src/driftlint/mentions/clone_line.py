"""The text around a ``git clone``: which folder it makes, and where a command after it can stand.

Promises: an answer only for a clone that keeps its history, alone on its line or in a list of commands; else None. Refuses to
know: what is cloned, and which commit is meant.
"""

from __future__ import annotations

import re

from msgspec import Struct

from driftlint.late_regex import compile_late
from driftlint.text import Span

_BEFORE = compile_late(
    r"(?P<not>![ \t]+)?(?<![\w./-])git[ \t]+clone(?P<options>(?:[ \t]+(?:-[\w-]+(?:=[^\s'\"]+)?|(?<=-b )[\w./-]+"
    r"|(?<=--branch )[\w./-]+|(?<=-j )\d+|(?<=--jobs )\d+))*)[ \t]+(?P<quote>[\"']?)"
)
_FOLDER = compile_late(r"""[ \t]+(?P<folder>"[^"\n`]*"|'[^'\n]*'|(?![-#&|;<>])[^\s'"`;&|<>()#\\]+)""")
_AFTER = compile_late(r"[ \t]*(?=$|[\r\n;)\"'`]|&&|\|\||#|\\n)")
_SHALLOW = compile_late(r"--(?:depth|shallow|bare|mirror|no-checkout|filter|sparse|revision)|-n\b")
_RECURSIVE = compile_late(r"--recurs(?:e-submodules|ive)")


class CloneLine(Struct, frozen=True):
    """One clone. `folder` is the word that names what it makes, as a shell takes it; its command is from `start` to `end`."""

    url: str
    folder: str
    end: int
    recursive: bool
    start: int


def read_clone(text: str, span: Span) -> CloneLine | None:
    """Return what stands around the address of a clone; `span` is the address, with or without its quotes."""
    raw = text[span.start : span.end]
    quoted = raw[:1] in ("'", '"')
    url = raw[1:-1] if quoted else raw
    line = text.rfind("\n", 0, span.start) + 1
    found = next(reversed(list(_BEFORE.finditer(text, line, span.start + 1))), None)
    if found is None or found.end() != span.start + (1 if quoted else 0):
        return None
    start = found.start()
    if found["not"] and text[line:start].strip():
        return None
    if _SHALLOW.search(found["options"]) or "$" in url or "\\" in raw or found["quote"] != (raw[0] if quoted else ""):
        return None
    end = span.end
    named = _FOLDER.match(text, end)
    if named is not None:
        end = named.end()
    after = _AFTER.match(text, end)
    if after is None:
        return None
    folder = named["folder"] if named is not None else url.rstrip("/").removesuffix(".git").rsplit("/", 1)[-1]
    if not re.fullmatch(r"[\w./${}~\"' +-]+", folder) or folder.startswith("-"):
        return None
    return CloneLine(url, folder, end, _RECURSIVE.search(found["options"]) is not None, start)
