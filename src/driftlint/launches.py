"""How the repo's own scripts start its programs: the values they give on the command line.

Promises: a value that a script writes out is found by program and option name, with its place. Refuses to know: values that
a shell variable holds only at run time, and programs that are started by hand.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from driftlint.documents.model import Command, Document, Instruction, Node, Script, Word

_OVERRIDE = re.compile(r"[+~]{0,2}([A-Za-z_][\w./@-]*)=(.*)", re.DOTALL)
_FLAG = re.compile(r"--?([A-Za-z][\w.-]*)(?:=(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Launch:
    """One command that starts a program. Options by destination name (``--max-len`` is ``max_len``), overrides by key."""

    path: str
    options: dict[str, Word] = field(default_factory=dict)
    overrides: dict[str, Word] = field(default_factory=dict)


def find_launches(documents: Iterable[Document], python_paths: frozenset[str]) -> dict[str, list[Launch]]:
    """Return the launches in documents by the program's path."""
    found: dict[str, list[Launch]] = {}
    for document in documents:
        for script in _scripts(document):
            for command in script.commands:
                program, rest = _program(command, document.path, python_paths)
                if program is not None:
                    found.setdefault(program, []).append(_read(document.path, rest))
    return found


def _scripts(document: Document) -> Iterator[Script]:
    if isinstance(document.body, Script):
        yield document.body
    if document.script is not None:
        yield document.script
    if isinstance(document.body, tuple):
        for instruction in document.body:
            if isinstance(instruction, Instruction) and instruction.script is not None:
                yield instruction.script
    if isinstance(document.body, Node) and document.body.get("stages") is not None:
        return


def _program(command: Command, script_path: str, python_paths: frozenset[str]) -> tuple[str | None, tuple[Word, ...]]:
    """Return the program of the repo that a command starts and the words after it."""
    words = command.words
    for index, word in enumerate(words):
        text = word.text
        if text.endswith(".py"):
            for root in ("", posixpath.dirname(script_path)):
                path = posixpath.normpath(posixpath.join(root, text))
                if path in python_paths:
                    return path, words[index + 1 :]
        elif text == "-m" and index + 1 < len(words):
            stem = words[index + 1].text.replace(".", "/")
            for path in (f"{stem}.py", f"src/{stem}.py", f"{stem}/__main__.py"):
                if path in python_paths:
                    return path, words[index + 2 :]
    return None, ()


def _read(path: str, words: tuple[Word, ...]) -> Launch:
    launch = Launch(path)
    for index, word in enumerate(words):
        flag = _FLAG.fullmatch(word.text)
        if flag is not None:
            name = flag[1].replace("-", "_")
            if flag[2] is not None:
                launch.options.setdefault(name, Word(flag[2], word.span, word.fixed))
            elif index + 1 < len(words) and not words[index + 1].text.startswith("--"):
                launch.options.setdefault(name, words[index + 1])
            continue
        override = _OVERRIDE.fullmatch(word.text)
        if override is not None and not word.text.startswith("-"):
            launch.overrides.setdefault(override[1], Word(override[2], word.span, word.fixed))
    return launch
