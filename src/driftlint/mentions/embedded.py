"""Shell texts inside YAML scalars.

Promises: the commands of a scalar with spans in the file, for plain, quoted and block scalars alike.
Refuses to know: which keys hold scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from driftlint.documents.model import Document, Node, Script
from driftlint.documents.shell import parse_commands

_BLOCK_HEADER = re.compile(r"[|>][-+\d]*[ \t]*(?:#[^\r\n]*)?(?=\r?\n)")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)


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
