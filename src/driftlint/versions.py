"""One file as it is read: its bytes and what was made of them alone.

Promises: what stands here is good as long as those bytes do. Refuses to know: other files.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct, field

from driftlint.documents import Limits, read_document
from driftlint.documents.model import Document, Problem
from driftlint.grammar import GIVEN_UP
from driftlint.python.edited import EditedText, begin_editing
from driftlint.python.lower import Unparsed
from driftlint.python.module import Module, Outline, encode_outline
from driftlint.scanning import find_words
from driftlint.text import Span

CODE = ("python", "notebook")
"""Kinds of files that are Python, or hold it."""
SYNTAX = "this part does not parse as Python and was left out"
T = TypeVar("T")


class Held(Struct, frozen=True):
    """Bytes of a file that do not parse, and why; spans of the problem are offsets in their text."""

    data: bytes
    problem: Problem


class Made(Struct):
    """What was made of one file's bytes alone, under one path: good as long as those bytes stand there."""

    raw: bytes
    document: Document | None = None
    facts: bytes | None = None
    words: frozenset[bytes] | None = None
    outline: Outline | None = None
    module: Module | None = None
    edited: EditedText | None = None
    """Its text, kept to be lowered again after the next edit."""
    more: dict[str, object] = field(default_factory=dict)

    def read(self, path: str, limits: Limits) -> Document:
        """Return the bytes as a document, read once."""
        if self.document is None:
            self.document = read_document(path, self.raw, limits=limits)
        return self.document


class Version(Struct, frozen=True):
    """A file as it was, or is: its bytes as they are searched, the words in them, and what else was made of it."""

    data: bytes
    made: Made

    @property
    def words(self) -> frozenset[bytes]:
        """Return its identifiers."""
        if self.made.words is None:
            self.made.words = find_words(self.data)
        return self.made.words

    def derive(self, name: str, make: Callable[[bytes], T]) -> T:
        """Return what `make` makes of the bytes alone, made once under `name`."""
        if name not in self.made.more:
            self.made.more[name] = make(self.data)
        return self.made.more[name]  # type: ignore[return-value]


def find_worse(path: str, old: Made, new: Made, limits: Limits) -> Problem | None:
    """Return the first problem of an edited file when it had none before; what is read on the way is kept."""
    before, after = old.read(path, limits), new.read(path, limits)
    if before.problems:
        return None
    if after.kind not in CODE:
        return next(iter(after.problems), None)
    known = old.edited or begin_editing(before.code)
    if isinstance(known, Unparsed):
        return None
    old.edited = known
    edited = known.edit(after.code)
    if isinstance(edited, Unparsed):
        return next(
            iter((*after.problems, *syntax_problems(edited))), None
        )  # the parser may have skipped what is no node
    lowered = edited.lower()
    new.edited, new.facts, new.module = edited, encode_outline(lowered), Module(path, lowered)
    return next(iter(after.problems), None)


def syntax_problems(found: Outline | Unparsed) -> list[Problem]:
    """Return what of a Python text could not be parsed, in order."""
    message = GIVEN_UP if found.given_up else SYNTAX
    return [Problem(Span(at, at + 1), message, fatal=found.given_up) for at in found.errors]
