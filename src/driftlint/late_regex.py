"""Regular expressions that are compiled when they are first asked.

A run asks few of the hundreds that its modules hold, and compiling them all took a sixth of a run over a small repo.

Promises: what `re.compile` gives, save that a pattern with a fault raises `re.error` when it is first asked. Refuses to know:
what a pattern is for.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, Generic, cast

_ASKED = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")


class LateRegex(Generic[AnyStr]):
    """A pattern that stands for its compiled form. The methods are that form's own once one of them was asked for."""

    __slots__ = ("_flags", "_text", *_ASKED)

    def __init__(self, text: AnyStr, flags: int) -> None:
        self._text: AnyStr = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._text, self._flags)
        for asked in _ASKED:
            setattr(self, asked, getattr(compiled, asked))
        return getattr(compiled, name)


def compile_late(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern that behaves as a compiled one, `flags` being those of `re`. It is no argument for functions of `re`."""
    return cast("re.Pattern[AnyStr]", LateRegex(text, flags))
