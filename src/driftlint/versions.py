"""One file as it is read: its bytes and what was made of them alone.

Promises: what stands here is good as long as those bytes do. Refuses to know: other files.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct, field

from driftlint.documents.model import Document, Problem
from driftlint.grammar import GIVEN_UP
from driftlint.python.module import Module, Outline, outline
from driftlint.scanning import find_words
from driftlint.text import Span

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
    module: Module | None = None
    more: dict[str, object] = field(default_factory=dict)


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


def first_problem(made: Made) -> Problem | None:
    """Return the first thing that could not be understood in a file that was read."""
    if made.document is not None and made.document.problems:
        return made.document.problems[0]
    found = outline(made.facts) if made.facts is not None else None
    return next(iter(syntax_problems(found)), None) if found is not None else None


def syntax_problems(found: Outline) -> list[Problem]:
    """Return what of a Python text could not be parsed, in order."""
    message = GIVEN_UP if found.given_up else SYNTAX
    return [Problem(Span(at, at + 1), message, fatal=found.given_up) for at in found.errors]
