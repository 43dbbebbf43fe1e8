"""Command lines: who really runs, and which words are operands.

Promises: wrappers (sudo, env, ``python -m``, ``conda run`` ...) taken off; flags told from operands by a table of
flags that take a value.
Refuses to know: what an expansion holds.
"""

from __future__ import annotations

import re

from msgspec import Struct

from driftlint.documents.model import Command, Word
from driftlint.late_regex import compile_late

_ASSIGNMENT = compile_late(r"[A-Za-z_]\w*=")
_PYTHON = compile_late(
    r"(?:.*/)?(?:python|pypy)[\d.]*(?:\.exe)?|\{?sys\.executable\}?|\$\{?(?:PYTHON|PYTHON3|PYTHON_BIN|PYTHON_EXE|PY)\}?"
    r"|\$\(which python3?\)",
    re.IGNORECASE,
)
# Wrappers that run the command after their own flags; the set holds the flags that take a value.
_WRAPPERS: dict[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "--user", "-g", "--group", "-h", "-p", "-C", "-D", "-R", "-T", "-U"}),
    "doas": frozenset({"-u", "-C"}),
    "env": frozenset({"-u", "--unset", "-C", "--chdir", "-S"}),
    "time": frozenset({"-f", "-o"}),
    "nice": frozenset({"-n"}),
    "ionice": frozenset({"-c", "-n"}),
    "timeout": frozenset({"-s", "--signal", "-k", "--kill-after"}),
    "nohup": frozenset(),
    "exec": frozenset(),
    "command": frozenset(),
    "builtin": frozenset(),
    "then": frozenset(),
    "do": frozenset(),
    "else": frozenset(),
    "if": frozenset(),
    "!": frozenset(),
    "xvfb-run": frozenset({"-n", "-s"}),
    "chronic": frozenset(),
    "retry": frozenset({"-t", "-d"}),
    "travis_retry": frozenset(),
    "gosu": frozenset(),
}
_RUNNERS: dict[tuple[str, str], frozenset[str]] = {
    ("conda", "run"): frozenset({"-n", "--name", "-p", "--prefix", "--cwd"}),
    ("mamba", "run"): frozenset({"-n", "--name", "-p", "--prefix", "--cwd"}),
    ("micromamba", "run"): frozenset({"-n", "--name", "-p", "--prefix", "--cwd", "-r", "--root-prefix"}),
    ("poetry", "run"): frozenset(),
    ("pipenv", "run"): frozenset(),
    ("pdm", "run"): frozenset(),
    ("pixi", "run"): frozenset({"-e", "--environment", "--manifest-path"}),
    ("hatch", "run"): frozenset(),
}


def flag_set(text: str) -> frozenset[str]:
    """Return the flags of a table that is written as one spaced text."""
    return frozenset(text.split())


class Line(Struct, frozen=True):
    """A command with its wrappers off: `program` is the base name, `words` what follows it."""

    program: str
    words: tuple[Word, ...]
    command: Command


def is_python(word: str) -> bool:
    """Return whether a word starts a Python interpreter."""
    return _PYTHON.fullmatch(word) is not None or word.endswith("sys.executable}")


def take_wrappers(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words of the command that really runs, an interpreter included."""
    for _ in range(8):  # bounded: each round takes at least one word off
        if not words:
            break
        head = words[0].text.rsplit("/", 1)[-1]
        if _ASSIGNMENT.match(words[0].text):
            words = words[1:]
        elif head in _WRAPPERS:
            words = _after_flags(words[1:], _WRAPPERS[head])
            if head in ("timeout", "gosu") and words:
                words = words[1:]
        elif len(words) > 1 and (head, words[1].text) in _RUNNERS:
            words = _after_flags(words[2:], _RUNNERS[head, words[1].text])
        else:
            break
    return words


def strip_wrappers(command: Command) -> Line:
    """Return the command that really runs; ``python -m pip`` counts as ``pip``."""
    words = command.words
    for _ in range(8):
        words = take_wrappers(words)
        module = _module(words[1:]) if words and is_python(words[0].text) else None
        if module is None:
            break
        words = module
    if not words:
        return Line("", (), command)
    return Line(words[0].text.rsplit("/", 1)[-1].removesuffix(".exe"), words[1:], command)


def _after_flags(words: tuple[Word, ...], valued: frozenset[str]) -> tuple[Word, ...]:
    at = 0
    while at < len(words):
        text = words[at].text
        if text == "--":
            return words[at + 1 :]
        if text.startswith("-"):
            at += 2 if text in valued else 1
        elif _ASSIGNMENT.match(text):
            at += 1
        else:
            break
    return words[at:]


def _module(words: tuple[Word, ...]) -> tuple[Word, ...] | None:
    """Return the words from the module name on of a ``-m module``, or None."""
    for at, word in enumerate(words):
        if word.text == "-m":
            return words[at + 1 :]
        if word.text.startswith("-m") and len(word.text) > 2:
            return (Word(word.text[2:], word.span, word.fixed), *words[at + 1 :])
        if not word.text.startswith("-"):
            return None
    return None


class Operands(Struct, frozen=True):
    """What is left after the flags: operands in order, and every flag with its value (None for switches)."""

    words: tuple[Word, ...]
    flags: tuple[tuple[str, Word | None], ...]

    def value(self, *names: str) -> Word | None:
        """Return the value of the first of these flags that is given."""
        return next((value for name, value in self.flags if name in names and value is not None), None)

    def has(self, *names: str) -> bool:
        """Return whether any of these flags is given."""
        return any(name in names for name, _ in self.flags)


def split_operands(words: tuple[Word, ...], valued: frozenset[str]) -> Operands:
    """Part operands from flags. `valued` names the flags that take a value, short ones also attached or clustered."""
    operands: list[Word] = []
    flags: list[tuple[str, Word | None]] = []
    at, only_operands = 0, False
    while at < len(words):
        word = words[at]
        text = word.text
        at += 1
        if only_operands or not text.startswith("-") or text == "-":
            operands.append(word)
            continue
        if text == "--":
            only_operands = True
            continue
        name, equals, _ = text.partition("=")
        if text.startswith("--"):
            if equals:
                flags.append((name, _tail(word, len(name) + 1)))
            elif name in valued and at < len(words):
                flags.append((name, words[at]))
                at += 1
            else:
                flags.append((name, None))
            continue
        if text in valued:  # also flags of one dash and a whole word
            flags.append((text, words[at] if at < len(words) else None))
            at += 1
            continue
        for index, letter in enumerate(text[1:], 1):
            short = f"-{letter}"
            if short not in valued:
                flags.append((short, None))
                continue
            if index + 1 < len(text):
                flags.append((short, _tail(word, index + 1)))
            else:
                flags.append((short, words[at] if at < len(words) else None))
                at += 1
            break
    return Operands(tuple(operands), tuple(flags))


def _tail(word: Word, skip: int) -> Word:
    text = word.text[skip:]
    start = word.span.end - len(text)
    return Word(text, type(word.span)(max(start, word.span.start), word.span.end), word.fixed)
