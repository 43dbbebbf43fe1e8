"""Environment variables that a repo's files, other than its Python code, set.

Promises: every text that a script, an image, a CI file or a ``.env`` file gives a variable. Refuses to know: which of them a
run passes through.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.documents import kind_of
from driftlint.documents.model import Document, Instruction, Node, Script
from driftlint.project import Project

_KINDS = frozenset(("dotenv", "shell", "dockerfile", "yaml", "makefile"))


def _may_set(path: str) -> bool:
    return kind_of(path) in _KINDS


def set_in_files(project: Project, variable: str) -> Iterator[tuple[str, str]]:
    """Yield the files that set a variable, each with the text that it gives it."""
    for path in sorted(project.files_with(variable).intersection(project.names.where(_may_set))):
        document = project.get_document(path)
        if document is not None:
            for text in _set_in_document(document, variable):
                yield path, text


def _set_in_document(document: Document, variable: str) -> Iterator[str]:
    body = document.body
    if document.script is not None:
        yield from _set_in_script(document.script, variable)
    if isinstance(body, Script):
        yield from _set_in_script(body, variable)
    elif isinstance(body, Node):
        yield from _set_in_tree(body, variable)
    elif isinstance(body, tuple):
        for instruction in body:
            if isinstance(instruction, Instruction):
                if instruction.script is not None:
                    yield from _set_in_script(instruction.script, variable)
                words = [word.text for word in instruction.words]
                if words[:1] == [variable]:
                    yield " ".join(words[1:])
                yield from (w.partition("=")[2] for w in words if w.startswith(variable + "="))


def _set_in_script(script: Script, variable: str) -> Iterator[str]:
    for name, word in script.assignments:
        if name == variable:
            yield word.text
    for command in script.commands:
        for name, word in command.env:
            if name == variable:
                yield word.text


def _set_in_tree(node: Node, variable: str) -> Iterator[str]:
    """Yield what a map of a tree gives under a variable's name, and ``NAME=value`` items of its lists."""
    for entry in node.entries:
        if entry.key == variable and isinstance(entry.value.value, str):
            yield entry.value.value
        else:
            yield from _set_in_tree(entry.value, variable)
    for item in node.items:
        if isinstance(item.value, str) and item.value.startswith(variable + "="):
            yield item.value.partition("=")[2]
        else:
            yield from _set_in_tree(item, variable)
