"""Ask every regular expression of the program with texts that may take it the square of their length.

    python -m tests.trust.square

Tells those that take the square of a text that a repo can make as long as it likes, and ends with 1 if there is one. It takes
minutes, and compares seconds: it is for a quiet machine, and no test. Systems without timers cannot run it.
"""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.trust.patterns import Asked, ask, find_patterns, hostile_texts, seconds

SHORT, LONG = 4_000, 16_000
SUSPICIOUS = 0.0015
"""Seconds for the short text; a line takes a tenth of it."""
SQUARE = 9.0
"""Times the short text's seconds: four for a line, sixteen for a square."""

BOUNDED = {
    "documents/notebook.py _LINE": "is asked up to the last line end only",
    "documents/prose.py _HTML_COMMENT": "is asked up to the last closing mark only",
    "documents/requirements.py _COMMENT": "is asked of one line: none of its texts holds a line end",
    "flow/records.py _ITEM_OF": "names that the resolver makes, of 20,000 characters at most",
    "judges/section/paths.py _LINK": "a link has 1,500 characters at most, so the work is that many times the text",
    "locks/conda.py _ARCHIVE": "the last 2,000 characters of a line",
    "locks/pixi.py _FILE": "the last 2,000 characters of an address",
    "locks/pixi.py _WHEEL": "the last 2,000 characters of an address",
    "locks/recognise.py _LOCKS": "a path",
    "locks/specifiers.py re.split": "2,000 characters at most",
    "match/environments.py _FILE": "a word of a command line",
    "documents/__init__.py _ARCHIVE_LIST": "a path",
    "mend/key.py _DOTTED": "what stands before a key on its line, which is dotted names",
    "mend/requirement.py _COMMIT_URL": "2,000 characters at most",
    "mend/requirement.py _CONDA": "2,000 characters at most",
    "mend/requirement.py _PEP_508": "2,000 characters at most",
    "mentions/build_files.py re.sub": "a line end in the value of a key: the value of a program's list",
    "mentions/conda.py re.sub": "a line end in the value of a key",
    "mentions/setup_cfg.py re.sub": "one line",
    "mentions/fetches.py _VERSION_IN_FILE": "a word of a script: 10,000 characters at most",
    "mentions/image_reference.py _FULL": "the tag of an image: its text is bounded",
    "mentions/images.py _VARIABLE": "a default has 1,000 characters at most",
    "mentions/installs.py re.fullmatch": "a word of a script: 10,000 characters at most",
    "mentions/conda.py _FILE": "a path",
    "mentions/image_reference.py _CALENDAR": "the tag of an image: its text is bounded",
    "pin_sources/members.py _FUNCTION": "the files of installed torchvision",
    "mentions/requirement.py re.fullmatch": "a requirement: its text is bounded",
    "mentions/system_packages.py re.fullmatch": "a word of a script: 10,000 characters at most",
    "pin_sources/members.py re.finditer": "the files of installed torchvision",
    "pin_sources_online/registry.py _PART": "the header of an answer",
}
"""Patterns that do take the square, and why no text of a repo makes them."""


class TooLong(Exception):
    """A pattern was asked for many seconds."""


@contextmanager
def at_most(limit: float) -> Iterator[None]:
    """End what takes more than so many seconds of the clock."""

    def end(number: int, frame: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def takes_the_square(one: Asked) -> str:
    """Return the way and the text's beginning that take the square, "" if none does."""
    for way in sorted(one.ways):
        for short, long in zip(hostile_texts(one.pattern, SHORT), hostile_texts(one.pattern, LONG), strict=True):
            try:
                with at_most(20.0):
                    first = seconds(lambda: ask(one.pattern, way, short))  # noqa: B023
                    if first < SUSPICIOUS:
                        continue
                    first = min(first, seconds(lambda: ask(one.pattern, way, short)))  # noqa: B023
                    if seconds(lambda: ask(one.pattern, way, long)) > SQUARE * first:  # noqa: B023
                        return f"{way} {short[:40]!r}"
            except TooLong:
                return f"{way} {short[:40]!r}"
    return ""


def place(one: Asked) -> str:
    """Return the place without a line number, which every edit moves."""
    name, _, line = one.where.partition(":")
    return f"{name} re.{next(iter(one.ways))}" if line else one.where


def check_the_search() -> None:
    """End with a message where known patterns are not told apart."""
    square = (r"a\s*b?\s*c", "match"), (r"\s+x", "search"), (r"(?:a|a)+b", "match"), (r"<!--.*?-->", "findall")
    line = (r"a\s*b", "match"), (r"(?<!\s)\s+x", "search"), (r"[^\n]*\n", "match")
    for known, expected in ((square, True), (line, False)):
        for pattern, way in known:
            if bool(takes_the_square(Asked("x", re.compile(pattern), frozenset((way,))))) is not expected:
                sys.exit(f"the search cannot be trusted on this machine now: {pattern!r} is judged wrongly")


def main() -> None:
    """Print the patterns and the texts."""
    check_the_search()
    found = {place(one): what for one in find_patterns() if (what := takes_the_square(one))}
    for where, what in sorted(found.items()):
        print(f"{where}: {what}{'  bounded: ' + BOUNDED[where] if where in BOUNDED else ''}")
    sys.exit(any(where not in BOUNDED for where in found))


if __name__ == "__main__":
    main()
