"""The text inside a scalar and where it starts.

Promises: for a scalar of a YAML, TOML, JSON or INI file, its text and the code point at which that text begins.
Refuses to know: what the text means. Where escapes make text and source differ, all offsets fall on the scalar's start.
"""

from __future__ import annotations

from driftlint.documents.model import Document, Node


def scalar_text(document: Document, node: Node) -> tuple[str, int]:
    """Return a scalar's text and the 0-based code point of its first character (after the opening quote)."""
    text = node.raw if node.raw or not isinstance(node.value, str) else node.value
    source = document.text[node.span.start : node.span.end]
    at = source.find(text) if text else -1
    return text, node.span.start + max(at, 0)


def string_items(node: Node | None) -> list[Node]:
    """Return the scalar items of a list; a lone scalar counts as a list of one; anything else gives none."""
    if node is None:
        return []
    if node.kind == "scalar":
        return [node] if node.value is not None else []
    return [item for item in node.items if item.kind == "scalar" and item.value is not None]
