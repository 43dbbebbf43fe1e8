"""Dockerfiles: images, and what RUN lines fetch.

Promises: images and commands of one build file, with clones and checkouts joined over several RUN lines.
Refuses to know: build arguments of the command line.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.documents.model import Command, Document, Instruction, Script, Word
from driftlint.facts import Mention
from driftlint.mentions.commands import extract_commands
from driftlint.mentions.groups import path_groups
from driftlint.mentions.images import extract_dockerfile_images


def extract_dockerfile(document: Document) -> list[Mention]:
    """Return the images that a Dockerfile builds on, and what its RUN lines install, clone and pipe."""
    if not isinstance(document.body, tuple):
        return []
    scripts: list[Script] = []
    for instruction in document.body:
        if not isinstance(instruction, Instruction):
            continue
        if instruction.script is not None:
            scripts.append(instruction.script)
        elif instruction.name.upper() == "WORKDIR" and instruction.words:
            # To later git commands a WORKDIR is a change of folder.
            change = Word("cd", instruction.span)
            scripts.append(Script((Command((change, *instruction.words), instruction.span),)))
        elif instruction.name.upper() == "ENV":
            scripts.append(Script((), tuple(_assignments(instruction.words))))
    found = extract_dockerfile_images(document)
    return found + extract_commands(document.text, scripts, path_groups(document.path))


def _assignments(words: tuple[Word, ...]) -> Iterator[tuple[str, Word]]:
    """Yield the variables of an ENV instruction: ``NAME=value ...``, or the old form ``NAME value``."""
    if words and "=" not in words[0].text:
        yield words[0].text, Word(" ".join(word.text for word in words[1:]), words[0].span)
        return
    for word in words:
        name, _, value = word.text.partition("=")
        yield name, Word(value, word.span, word.fixed)
