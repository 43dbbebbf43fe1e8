"""Where a line of an older text stands in a newer one.

Promises: a line that both texts hold in the same order is found again. Refuses to know: what stands in a line.
"""

from __future__ import annotations

from difflib import SequenceMatcher


class MovedLines:
    """The lines of an old text in a new one. Lines are 1-based."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        head = 0
        while head < min(len(old), len(new)) and old[head] == new[head]:
            head += 1
        tail = 0
        while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        self._head, self._tail = head, len(old) - tail
        self._shift = len(new) - len(old)
        self._last = max(len(new), 1)
        self._middle: dict[int, int] = {}
        matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
        for block in matcher.get_matching_blocks():
            for step in range(block.size):
                self._middle[head + block.a + step + 1] = head + block.b + step + 1

    def find(self, line: int) -> tuple[int, bool]:
        """Return the line in the new text, and whether it is the same line; else it is the nearest one before."""
        if line <= self._head:
            return line, True
        if line > self._tail:
            return line + self._shift, True
        if line in self._middle:
            return self._middle[line], True
        before = max((old for old in self._middle if old < line), default=0)
        near = self._middle[before] if before else self._head + 1
        return min(max(near, 1), self._last), False
