"""Every regular expression of the program, how it is asked, and texts that may take it the square of their length.

Promises: patterns are found where they are compiled when a module is imported, and where a call holds one as a text; for each
repetition in one there are texts that repeat what it takes, begun as the pattern begins, with an end that it does not take.
Refuses to know: what a pattern is for.
"""

from __future__ import annotations

import ast
import importlib
import re
import string
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from driftlint.late_regex import LateRegex
from tests.invariants.source import modules

if sys.version_info >= (3, 11):
    from re import _constants as codes
    from re import _parser as parser
else:
    import sre_constants as codes
    import sre_parse as parser

ASKED = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
SRC = Path(__file__).parents[2] / "src" / "driftlint"
_ENDS = ("", "\x00", "\n!", " x")
_PROBES = "a0 \t\n._-/:=\"'[]{}()<>#$%,\\"
_MANY = 1_000


@dataclass(frozen=True)
class Asked:
    """One pattern with the ways in which it is asked. `where` is module and name, or module and line."""

    where: str
    pattern: re.Pattern[str]
    ways: frozenset[str]


def find_patterns() -> list[Asked]:
    """Return the patterns of all modules that can be imported here, by place."""
    found: list[Asked] = []
    for name, tree in sorted(modules().items()):
        dotted = "driftlint." + name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        if name.endswith("__main__.py"):
            continue
        ways = _ways(tree)
        module = importlib.import_module(dotted)
        for held, value in sorted(vars(module).items()):
            for pattern in _held(value):
                if isinstance(pattern.pattern, str):
                    # One that is handed on, or stands in a table, may be asked in any way.
                    asked = ways.get(held, set()) | _imported_ways(held)
                    found.append(Asked(f"{name} {held}", pattern, frozenset(asked or ASKED[:3])))
        found += _written_in_calls(name, tree)
    unique: dict[tuple[str, int, frozenset[str]], Asked] = {}
    for one in found:
        unique.setdefault((one.pattern.pattern, one.pattern.flags, one.ways), one)
    return list(unique.values())


def _held(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, LateRegex):
        yield re.compile(value.pattern, value.flags)
    elif isinstance(value, dict):
        for item in (*value.keys(), *value.values()):
            yield from _held(item)
    elif isinstance(value, (tuple, list, frozenset, set)):
        for item in value:
            yield from _held(item)


def _ways(tree: ast.AST) -> dict[str, set[str]]:
    """Return for each name the methods that it is called with."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ASKED:
            # Beside a plain name: one of two, and one out of a table.
            for name in ast.walk(node.value):
                if isinstance(name, ast.Name):
                    found.setdefault(name.id, set()).add(node.attr)
    return found


@cache
def _all_ways() -> tuple[dict[str, set[str]], ...]:
    return tuple(_ways(tree) for tree in modules().values())


def _imported_ways(held: str) -> set[str]:
    """Return the ways in which other modules ask a pattern that they import by its name."""
    return set() if held.startswith("_") else {way for ways in _all_ways() for way in ways.get(held, ())}


def _written_in_calls(name: str, tree: ast.AST) -> Iterator[Asked]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKED):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args):
            continue
        text = node.args[0]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            flags = re.NOFLAG if hasattr(re, "NOFLAG") else 0
            for keyword in ast.walk(node):
                if isinstance(keyword, ast.Attribute) and isinstance(getattr(re, keyword.attr, None), re.RegexFlag):
                    flags |= getattr(re, keyword.attr)
            yield Asked(f"{name}:{node.lineno}", re.compile(text.value, flags), frozenset((node.func.attr,)))


def hostile_texts(pattern: re.Pattern[str], size: int) -> Iterator[str]:
    """Yield texts of about `size` characters, each once."""
    seen: set[str] = set()
    tree = parser.parse(pattern.pattern, pattern.flags)
    pumps = {(start, body) for start, body in _repeated(tree, "") if body}
    pumps |= {("", char) for char in _PROBES} | {(start, body + " ") for start, body in pumps}
    pumps |= {("", start + body) for start, body in pumps if start}
    for start, body in sorted(pumps):
        for end in _ENDS:
            text = start + body * (size // len(body)) + end
            if text not in seen:
                seen.add(text)
                yield text


def _repeated(tree: Any, before: str) -> Iterator[tuple[str, str]]:
    """Yield (what comes before, what is repeated) for each repetition without an end."""
    for code, value in tree:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) or code is getattr(codes, "POSSESSIVE_REPEAT", None):
            _, most, body = value
            if most >= _MANY:
                yield from ((before, sample) for sample in _samples(body))
            yield from _repeated(body, before)
        elif code is codes.SUBPATTERN:
            yield from _repeated(value[3], before)
        elif code is codes.BRANCH:
            for branch in value[1]:
                yield from _repeated(branch, before)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _repeated(value[1], before)
        elif code is getattr(codes, "ATOMIC_GROUP", None):
            yield from _repeated(value, before)
        before += next(iter(_samples([(code, value)])), "")


def _samples(tree: Any) -> list[str]:
    """Return a few texts that a part of a pattern takes; each repetition as short as it may be, but once where it may be none."""
    texts = [""]
    for code, value in tree:
        new = _sample(code, value)
        texts = [text + piece for text in texts for piece in new][:6] if new else texts
    return texts


def _sample(code: Any, value: Any) -> list[str]:
    if code is codes.LITERAL:
        return [chr(value)]
    if code is codes.NOT_LITERAL:
        return [char for char in 'a \n"' if ord(char) != value][:3]
    if code is codes.ANY:
        return ["a", " ", '"']
    if code is codes.IN:
        return _of_set(value)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) or code is getattr(codes, "POSSESSIVE_REPEAT", None):
        least, _, body = value
        return [text * max(least, 1) for text in _samples(body)]
    if code is codes.SUBPATTERN:
        return _samples(value[3])
    if code is codes.BRANCH:
        return [text for branch in value[1] for text in _samples(branch)[:2]][:6]
    if code is getattr(codes, "ATOMIC_GROUP", None):
        return _samples(value)
    return []


def _of_set(value: Any) -> list[str]:
    tried = [*_PROBES, *string.ascii_letters, *string.digits, *string.punctuation, "é", "\r"]
    taken = [char for char in tried if _in_set(value, char)]
    return taken[:2] + [char for char in taken[2:] if not char.isalnum()][:3]


def _in_set(value: Any, char: str) -> bool:
    found, negated = False, False
    for code, item in value:
        if code is codes.NEGATE:
            negated = True
        elif code is codes.LITERAL:
            found |= ord(char) == item
        elif code is codes.RANGE:
            found |= item[0] <= ord(char) <= item[1]
        elif code is codes.CATEGORY:
            name = str(item).rpartition("_")[2].lower()
            kind = {"digit": r"\d", "space": r"\s", "word": r"\w"}[name]
            found |= (re.match(kind, char) is not None) != ("NOT" in str(item))
    return found != negated


def ask(pattern: re.Pattern[str], way: str, text: str) -> None:
    """Ask to the end."""
    if way == "finditer":
        for _ in pattern.finditer(text):
            pass
    elif way in ("sub", "subn"):
        pattern.sub("", text)
    else:
        getattr(pattern, way)(text)


def seconds(work: Callable[[], object]) -> float:
    """Return the processor's seconds that a call takes."""
    start = time.process_time()
    work()
    return time.process_time() - start
