r"""Ignore patterns as git understands them: ``.gitignore`` files and every glob of driftlint's own configuration.

Promises: the answers of ``git check-ignore`` (git 2.39, case-sensitive) for one path at a time, asked from the top of
the tree downwards, save that ``?`` and brackets stand for one code point, not one byte. Refuses to know: the disk,
and where a pattern list came from. Source: gitignore(5), and git's dir.c and wildmatch.c for what the manual leaves
open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count

from msgspec import Struct

_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
_SPECIAL = frozenset("*?[\\")
_MOST_CROSSINGS = 4
_group_numbers = count()
"""Group names must differ between patterns that are compiled together."""


class _Unmatchable(Exception):
    """The pattern can match nothing (an open bracket, a backslash at the end)."""


class Pattern(Struct, frozen=True):
    """One line of an ignore file. `body` has no "!", no leading and no trailing slash."""

    body: str
    negated: bool
    folders_only: bool
    anchored: bool
    """True when the whole path counts, False when the last segment alone decides."""


def parse_pattern(line: str) -> Pattern | None:
    r"""Return the pattern of one line (no line end), or None for blanks, comments and patterns of no meaning."""
    line = _strip_trailing_spaces(line)
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    body = line[1:] if negated else line
    folders_only = body.endswith("/")
    if folders_only:
        body = body[:-1]
    anchored = "/" in body
    body = body.removeprefix("/")
    return Pattern(body, negated, folders_only, anchored) if body else None


def _strip_trailing_spaces(line: str) -> str:
    """Cut spaces at the end; a space after a backslash stays."""
    end = at = 0
    while at < len(line):
        if line[at] == "\\":
            at += 2
            end = at
        else:
            at += 1
            if line[at - 1] != " ":
                end = at
    return line[:end]


def translate(body: str, *, paths: bool) -> str:
    """Return the regular expression (for fullmatch) of a pattern body.

    `paths` says that the text may hold slashes: then ``*``, ``?`` and brackets stop at them and ``**`` crosses them.
    Raises ValueError for a pattern that can match nothing.
    """
    try:
        return _translate(body, paths)
    except _Unmatchable as error:
        raise ValueError(f"the pattern {body!r} matches nothing: {error}") from None


def _translate(body: str, paths: bool) -> str:
    one, many = ("[^/]", "[^/]*") if paths else (".", ".*")
    done: list[str] = []
    segment: list[list[str]] = [[]]
    """The segment being read, cut at its stars."""
    crossings = at = 0
    while at < len(body):
        char = body[at]
        if char == "*":
            end = at
            while end < len(body) and body[end] == "*":
                end += 1
            bounded = (at == 0 or body[at - 1] == "/") and (end == len(body) or body[end] == "/")
            if paths and end - at > 1 and bounded:
                crossings += 1
                segment[-1].append("(?:.*/)?" if end < len(body) else ".*")
                end += 1
            else:
                segment.append([])
            at = end
        elif char == "?":
            segment[-1].append(one)
            at += 1
        elif char == "[":
            text, at = _translate_bracket(body, at)
            segment[-1].append(("(?!/)" if paths else "") + text)
        elif char == "\\":
            if at + 1 >= len(body):
                raise _Unmatchable("nothing follows the backslash")
            segment[-1].append(re.escape(body[at + 1]))
            at += 2
        elif char == "/":
            done += [_join_chunks(segment, many), "/"]
            segment = [[]]
            at += 1
        else:
            segment[-1].append(re.escape(char))
            at += 1
    if crossings > _MOST_CROSSINGS:
        raise _Unmatchable(f"it holds more than {_MOST_CROSSINGS} times **")
    return "".join(done) + _join_chunks(segment, many)


def _join_chunks(segment: list[list[str]], many: str) -> str:
    """Put the stars of one segment back.

    A chunk between two stars is taken where it first fits and never given back (the lookahead commits): leftmost
    leaves the most text for the rest, and a pattern of many stars cannot make the match exponential.
    """
    chunks = ["".join(chunk) for chunk in segment]
    if len(chunks) == 1:
        return chunks[0]
    text = chunks[0]
    for chunk in chunks[1:-1]:
        group = f"g{next(_group_numbers)}"
        text += f"(?=(?P<{group}>{many}?{chunk}))(?P={group})"
    return text + many + chunks[-1]


def _translate_bracket(body: str, at: int) -> tuple[str, int]:
    """Translate ``[...]`` that starts at `at`; return it and the index after it."""
    at += 1
    negated = body[at : at + 1] in ("!", "^")
    if negated:
        at += 1
    parts: list[str] = []
    first = True
    while True:
        if at >= len(body):
            raise _Unmatchable("a bracket is not closed")
        char = body[at]
        if char == "]" and not first:
            break
        first = False
        if char == "[" and body[at + 1 : at + 2] == ":":
            close = body.find("]", at + 2)
            if close == -1:
                raise _Unmatchable("a bracket is not closed")
            if close > at + 2 and body[close - 1] == ":":
                name = body[at + 2 : close - 1]
                if name not in _CLASSES:
                    raise _Unmatchable(f"no character class {name!r}")
                parts.append(_CLASSES[name])
                at = close + 1
                continue
        low, at = _bracket_char(body, at)
        parts.append(_class_escape(low))
        if body[at : at + 1] == "-" and body[at + 1 : at + 2] not in ("]", ""):
            high, at = _bracket_char(body, at + 1)
            if low <= high:  # Of a range written backwards git still matches the first character.
                parts.append(f"{_class_escape(low)}-{_class_escape(high)}")
    return f"[{'^' if negated else ''}{''.join(parts)}]", at + 1


def _bracket_char(body: str, at: int) -> tuple[str, int]:
    if body[at] == "\\":
        if at + 1 >= len(body):
            raise _Unmatchable("nothing follows the backslash")
        return body[at + 1], at + 2
    return body[at], at + 1


def _class_escape(char: str) -> str:
    return "\\" + char if char in "\\]^-[&~|" else char


class _Run:
    """Neighbouring patterns of one sign, compiled together: inside a run the order does not matter."""

    __slots__ = (
        "_file_names",
        "_file_regex",
        "_folder_names",
        "_folder_path_regex",
        "_folder_regex",
        "_path_regex",
        "ignores",
    )

    def __init__(self, patterns: list[Pattern]) -> None:
        self.ignores = not patterns[0].negated
        names: list[set[str]] = [set(), set()]
        regexes: dict[tuple[bool, bool], list[str]] = {}
        for pattern in patterns:
            if not pattern.anchored and not _SPECIAL.intersection(pattern.body):
                names[pattern.folders_only].add(pattern.body)
                continue
            try:
                regex = translate(pattern.body, paths=pattern.anchored)
            except ValueError:
                continue
            regexes.setdefault((pattern.anchored, pattern.folders_only), []).append(regex)
        self._file_names = frozenset(names[0])
        self._folder_names = frozenset(names[0] | names[1])
        self._file_regex = _join(regexes.get((False, False), []))
        self._folder_regex = _join(regexes.get((False, False), []) + regexes.get((False, True), []))
        self._path_regex = _join(regexes.get((True, False), []))
        self._folder_path_regex = _join(regexes.get((True, False), []) + regexes.get((True, True), []))

    def matches(self, path: str, name: str, is_folder: bool) -> bool:
        if is_folder:
            names, regex, paths = (
                self._folder_names,
                self._folder_regex,
                self._folder_path_regex,
            )
        else:
            names, regex, paths = self._file_names, self._file_regex, self._path_regex
        return (
            name in names
            or (regex is not None and regex.fullmatch(name) is not None)
            or (paths is not None and paths.fullmatch(path) is not None)
        )


def _join(regexes: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{regex})" for regex in regexes), re.DOTALL) if regexes else None


class PatternList:
    """An ordered list of ignore patterns; the last one that matches decides.

    `lines` are pattern lines without line ends. Only the path itself is matched: whoever walks a tree does not enter
    an ignored folder, which is what makes everything below it ignored too. `covers` is for callers that do not walk.
    """

    __slots__ = ("_runs", "has_patterns", "lines")

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        runs: list[list[Pattern]] = []
        for line in self.lines:
            pattern = parse_pattern(line)
            if pattern is None:
                continue
            if not runs or runs[-1][0].negated != pattern.negated:
                runs.append([])
            runs[-1].append(pattern)
        self._runs = tuple(_Run(run) for run in reversed(runs))
        self.has_patterns = bool(runs)

    @classmethod
    def from_bytes(cls, data: bytes) -> PatternList:
        """Read an ignore file as git does: a BOM is dropped, lines end at LF with an optional CR before it."""
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
        return cls(line.removesuffix("\r") for line in text.split("\n"))

    def decide(self, path: str, name: str, is_folder: bool) -> bool | None:
        """Return True (ignored), False (taken back by a "!" line) or None (no pattern matches).

        `path` is relative to the folder of the list, posix, without a trailing slash; `name` is its last segment.
        """
        for run in self._runs:
            if run.matches(path, name, is_folder):
                return run.ignores
        return None

    def covers(self, path: str) -> bool:
        """Return whether a file is matched, itself or through a folder above it."""
        segments = path.split("/")
        for end in range(1, len(segments) + 1):
            last = end == len(segments)
            if self.decide("/".join(segments[:end]), segments[end - 1], not last):
                return True
        return False


def may_match_below(pattern: str, folder: str) -> bool:
    """Return whether a pattern that is spelled from the top names something inside `folder` (posix, no trailing slash).

    Patterns without an inner slash and those that begin with ``**`` name no place, so they are no reason to enter a
    folder; nor is a pattern that names the folder itself or a folder above it.
    """
    parsed = parse_pattern(pattern)
    if parsed is None or parsed.negated or not parsed.anchored:
        return False
    steps, segments = parsed.body.split("/"), folder.split("/")
    if "**" in steps[0]:
        return False
    for at, segment in enumerate(segments):
        if at >= len(steps):
            return False
        if "**" in steps[at]:
            return True
        try:
            if re.fullmatch(translate(steps[at], paths=True), segment, re.DOTALL) is None:
                return False
        except ValueError:
            return False
    return len(steps) > len(segments)
