"""Values of the variables of a script, a Makefile or an image recipe.

Promises: what one file may fill in is bounded, however often its variables name each other (sixty lines that each name the one
before twice ask for more text than there is memory); past the bound a value is one that only a run can tell. Refuses to know:
how a syntax writes a variable.
"""

from __future__ import annotations

from collections.abc import Mapping

MOST_FILLED = 4 << 20
"""Code points that the variables of one file stand for, all uses together."""


class Variables(dict[str, "str | None"]):
    """Values so far by name; None where the text sets a variable to something that only a run can tell.

    A copy, as a nested script starts with, draws on the same bound.
    """

    def __init__(self, known: Mapping[str, str | None] | None = None, *, beside: Variables | None = None) -> None:
        super().__init__(known or {})
        same = beside if beside is not None else known
        self._room: list[int] = same._room if isinstance(same, Variables) else [MOST_FILLED]

    def fill(self, name: str) -> str | None:
        """Return the value that stands for a use of a variable, None where it is not known or the bound is reached."""
        value = self.get(name)
        if value is None or len(value) > self._room[0]:
            return None
        self._room[0] -= len(value)
        return value
