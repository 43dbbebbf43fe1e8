"""Shell texts inside YAML scalars.

Promises: the commands of a scalar with spans in the file, for plain, quoted and block scalars alike.
Refuses to know: which keys hold scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from driftlint.documents.model import Command, Document, Node, Script, Word
from driftlint.documents.shell import parse_commands
from driftlint.late_regex import compile_late
from driftlint.mentions.quoting import scalar_text
from driftlint.text import Span

_BLOCK_HEADER = compile_late(r"[|>][-+\d]*[ \t]*(?:#[^\r\n]*)?(?=\r?\n)")
_EXPRESSION = compile_late(r"\$\{\{(?:(?!\$\{\{).)*?\}\}", re.DOTALL)


def read_scripts(document: Document, node: Node | None) -> Iterator[Script]:
    """Yield the script of a scalar, or one script for each scalar of a list (nested lists too)."""
    if node is None:
        return
    if node.kind == "list":
        for item in node.items:
            yield from read_scripts(document, item)
    elif node.kind == "scalar" and isinstance(node.value, str):
        # The source text keeps its indentation, which a shell does not mind, so that offsets stay those of the file.
        source = document.text[node.span.start : node.span.end]
        header = _BLOCK_HEADER.match(source)
        if header is not None:
            source = " " * header.end() + source[header.end() :]
        elif source[:1] in "'\"" and len(source) >= 2:
            source = " " + source[1:-1]
        # An expression of a workflow is an expansion to the shell: same length, one word, never a literal.
        source = _EXPRESSION.sub(lambda found: "${" + "x" * (len(found.group()) - 3) + "}", source)
        yield parse_commands(source, node.span.start)


def read_lifecycle(document: Document, node: Node | None) -> Iterator[Script]:
    """Yield the scripts of a dev container's lifecycle key: a text, a list of words, or a map of these that run together.

    Source: the development container specification, lifecycle scripts.
    """
    if node is None:
        return
    if node.kind == "map":
        for entry in node.entries:
            yield from read_lifecycle(document, entry.value)
    elif node.kind == "list":
        words = []
        for item in node.items:
            if item.kind == "scalar" and isinstance(item.value, str):
                text, at = scalar_text(document, item)
                words.append(Word(text, Span(at, at + len(text)), "$" not in text))
        if words:
            yield Script((Command(tuple(words), node.span),))
    else:
        yield from read_scripts(document, node)
