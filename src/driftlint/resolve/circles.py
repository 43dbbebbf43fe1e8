"""Questions that lead back to themselves, and which answers may be kept.

Promises: an answer is kept for good only when it rests on no question that is still open above it, so that what is kept does
not depend on which question came first. An answer that does rest on one counts until that one is answered. Beyond a depth
there is no answer. Refuses to know: what is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from driftlint.grounds import Grounds
from driftlint.values import Value

T = TypeVar("T")
MAX_DEPTH = 60
_NOWHERE = 1 << 30

Key = tuple[str, int, int, str]
"""Path, first and last offset and tag of an expression."""


class Circles:
    """What is being asked, each question with its level: 0 for the outermost, -1 for none."""

    def __init__(self, grounds: Grounds, kept: dict[Key, tuple[tuple[Value, ...], int]]) -> None:
        self.grounds = grounds
        self._kept = kept
        self._loose: dict[Key, tuple[tuple[Value, ...], int, int]] = {}
        self._open: dict[Key, int] = {}
        self._walks: dict[tuple[object, ...], int] = {}
        self._depth = 0
        self._reached = _NOWHERE

    @property
    def level(self) -> int:
        """The level of the innermost question."""
        return self._depth - 1

    def answer(self, key: Key, make: Callable[[], tuple[Value, ...]]) -> tuple[Value, ...] | None:
        """Return the answer to a question that was not kept, None when it cannot be asked here: it is open, or too deep."""
        loose = self._loose.get(key)
        if loose is not None:
            self._lean_on(loose[1])
            self.grounds.read |= loose[2]
            return loose[0]
        begun = self._open.get(key)
        if begun is not None or self._depth > MAX_DEPTH:
            self._lean_on(-1 if begun is None else begun)
            return None
        level = self._open[key] = self._depth
        outer, self._reached = self._reached, _NOWHERE
        grounds = self.grounds
        before, grounds.read = grounds.read, 0
        grounds.note("facts", key[0])
        self._depth += 1
        try:
            made = make()
        finally:
            self._depth = level
            del self._open[key]
            reached, self._reached = self._reached, outer
            mine, grounds.read = grounds.read, grounds.read | before
            if level == 0:
                self._loose.clear()
        if reached >= level:
            self._kept[key] = made, grounds.one(mine)
            if self._loose and reached == level:
                self._loose = {k: other for k, other in self._loose.items() if other[1] < level}
        else:
            self._lean_on(reached)
            if level > 0:
                self._loose[key] = made, reached, mine
        return made

    @contextmanager
    def entering(self, *key: object) -> Iterator[bool]:
        """Guard a walk that is no question of its own against going in a circle: gives False when `key` is on its way."""
        begun = self._walks.get(key)
        if begun is not None or len(self._walks) > MAX_DEPTH:
            self._lean_on(-1 if begun is None else begun)
            yield False
            return
        self._walks[key] = self.level
        try:
            yield True
        finally:
            del self._walks[key]

    def settle(self, make: Callable[[], T], level: int) -> tuple[T, bool]:
        """Return what `make` gives, and whether that rests on nothing that is still open above `level`."""
        outer, self._reached = self._reached, _NOWHERE
        try:
            made = make()
        finally:
            reached, self._reached = self._reached, outer
        if reached < level:
            self._lean_on(reached)
        return made, reached >= level

    def _lean_on(self, level: int) -> None:
        """Note that the answer being made rests on the question at `level`, which is open."""
        self._reached = min(self._reached, level)
