"""Numbers in texts that others wrote: however many digits there are, none is an error, and none takes long.

Promises: what is longer than `LONGEST` is no number. Refuses to know: which syntax a number is written in.
Source: Python 3.11, "Integer string conversion length limitation"; a float ends at 1.8e308.
"""

from __future__ import annotations

LONGEST = 300
"""Characters of a number that is read as one. It fits into a float, and every base of it can be written in decimal."""


def read_int(text: str, base: int = 10) -> int | None:
    """Return a whole number, None for a text that is none or is longer than `LONGEST`. Never raises."""
    if len(text) > LONGEST:
        return None
    try:
        return int(text, base)
    except ValueError:
        return None


def fits(value: object) -> bool:
    """Return whether a value is no whole number, or one that is short enough to be shown and to become a float."""
    return not isinstance(value, int) or value.bit_length() <= 3 * LONGEST
