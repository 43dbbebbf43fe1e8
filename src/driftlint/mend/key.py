"""A key beside another one in a data file, or another value for a key.

Promises: order, indentation, comments, quotes and line ends stay; the new key is spelled as the one that it stands beside is; a
key that is there is never written twice. Refuses to know: what keys mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from driftlint.documents.model import Document, Entry, Node
from driftlint.late_regex import compile_late
from driftlint.text import Edit, Span

KINDS = frozenset(("yaml", "json", "toml"))
_REST = {
    "json": compile_late(r"(?:[ \t]*(?P<comma>,))?[ \t]*(?P<comment>(?://[^\r\n]*|/\*[^\r\n]*\*/[ \t]*)?)(?=\r?\n|\Z)"),
    "yaml": compile_late(r"(?P<comma>,?)[ \t]*(?P<comment>(?:(?<=[ \t])#[^\r\n]*)?)(?=\r?\n|\Z)"),
    "toml": compile_late(r"(?P<comma>)[ \t]*(?P<comment>(?:#[^\r\n]*)?)(?=\r?\n|\Z)"),
}
"""What may follow a value up to the end of its line."""
_LEAD = compile_late(r"(?:-[ \t]+)*")
"""What may stand before the first key of a map that is an item of a YAML list."""
_DOTTED_LINE = compile_late(r"[ \t]*(?:[\w-]+[ \t]*\.[ \t]*)*")
_DOTTED = compile_late(r"(?:[\w-]+[ \t]*\.[ \t]*)*$")
"""What may stand before the last step of a key in TOML."""
_MARK = compile_late(r"[ \t]*[:=][ \t]*")
_BARE = compile_late(r"[A-Za-z_][\w.-]*")
_NUMBER = compile_late(r"[-+]?[\d_.]+(?:[eE][-+]?\d+)?")
_LONG = 40
"""Characters from which digits alone are a content's name, and not a count."""


def set_key(document: Document, beside: Span, route: str, value: str) -> list[Edit]:
    """Return the edits that give the map in which a scalar stands the key at `route`; [] where it cannot take it.

    `beside` is the scalar's span. `route` is relative to that map, its steps parted by dots; a map on the way is made where
    there is none. A key that is there is written only where it holds nothing.
    """
    found = _find(document.body, beside) if isinstance(document.body, Node) and document.kind in KINDS else None
    if found is None or not all(_BARE.fullmatch(step) for step in route.split(".")):
        return []
    parent, entry = found
    *above, last = route.split(".")
    while above:
        below = parent.get(above[0])
        if below is None:
            return _put(document, parent, entry, [*above, last], value)
        if below.kind != "map" or not below.entries or not parent.span.covers(below.span):
            return []
        parent, entry = below, next((e for e in below.entries[::-1] if _is_on_a_line(document, e)), below.entries[-1])
        above = above[1:]
    there = parent.get(last)
    if there is None:
        return _put(document, parent, entry, [last], value)
    if there.kind != "scalar" or there.value is not None or not parent.span.covers(there.span):
        return []
    edit = replace_value(document, there.span, value)
    return [edit] if edit is not None else []


def replace_value(document: Document, span: Span, value: str) -> Edit | None:
    """Return the edit that writes a text in the place of a scalar of a data file, its quotes kept.

    None where the scalar's form (a block of lines, escapes) cannot be kept.
    """
    old = document.text[span.start : span.end]
    quote = old[:1] if old[:1] in ("'", '"') else ""
    if quote:
        sound = len(old) > 1 and old[-1] == quote and not set(old[1:-1]) & set("\"'\\\n")
        return Edit(document.path, span, old, f"{quote}{value}{quote}") if sound else None
    if document.kind != "yaml":
        return Edit(document.path, span, old, json.dumps(value)) if old == "null" else None
    spelled = _quote("yaml", value, "")
    if not old:
        gap = " " if document.text[span.start - 1 : span.start] == ":" else ""
        return Edit(document.path, span, old, gap + spelled)
    return Edit(document.path, span, old, spelled) if re.fullmatch(r"[\w./-]+|~", old) else None


def find_map(document: Document, scalar: Span) -> Node | None:
    """Return the map of a data file in which a scalar stands as the value of a key."""
    found = _find(document.body, scalar) if isinstance(document.body, Node) else None
    return found[0] if found is not None else None


def _find(root: Node, scalar: Span) -> tuple[Node, Entry] | None:
    """Return the map that a scalar is written in, and its key there: what a merge key copies stands in the map it is from."""
    return next(
        (
            (node, entry)
            for node in _walk(root)
            for entry in node.entries
            if entry.value.kind == "scalar" and entry.value.span == scalar and node.span.covers(entry.key_span)
        ),
        None,
    )


def _walk(root: Node) -> Iterator[Node]:
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        waiting += [*(entry.value for entry in node.entries), *node.items]


def _is_on_a_line(document: Document, entry: Entry) -> bool:
    return "\n" not in document.text[entry.key_span.start : entry.value.span.end]


def _put(document: Document, parent: Node, entry: Entry, route: list[str], value: str) -> list[Edit]:
    """Return the edits that add the keys of `route`, one in the other, after an entry of a map."""
    text, start = document.text, entry.key_span.start
    if document.kind == "toml":
        in_brackets = not _DOTTED_LINE.fullmatch(text[text.rfind("\n", 0, start) + 1 : start])
    else:
        in_brackets = document.kind == "json" or text[parent.span.start : parent.span.start + 1] == "{"
    if in_brackets:
        return _put_in_brackets(document, entry, route, value)
    return _put_on_a_line(document, entry, route, value)


def _put_in_brackets(document: Document, entry: Entry, route: list[str], value: str) -> list[Edit]:
    text, kind, end = document.text, document.kind, entry.value.span.end
    key = text[entry.key_span.start : entry.key_span.end]
    mark = text[entry.key_span.end : entry.value.span.start]
    if not _MARK.fullmatch(mark):
        return []
    old = text[entry.value.span.start : end]
    pair = _quote(kind, value, old if old[:1] in ("'", '"') else "")
    for step in reversed(route):
        name = _quote(kind, step, key) if kind != "toml" else step
        pair = f"{name}{mark}{pair}" if step == route[-1] else f"{name}{mark}{{{pair}}}"
    line = text.rfind("\n", 0, entry.key_span.start) + 1
    if kind == "toml" and (dotted := _DOTTED.search(text, line, entry.key_span.start)) is not None:
        pair = dotted.group() + pair
    indent = text[line : entry.key_span.start]
    rest = _REST[kind].match(text, end)
    if indent.strip() or not line or rest is None:
        gap = "" if re.fullmatch(r",\S", text[end : end + 2]) or mark in (":", "=") else " "
        return [Edit(document.path, Span(end, end), "", f",{gap}{pair}")]
    newline = "\r\n" if text[line - 2 : line] == "\r\n" else "\n"
    at = Span(rest.end(), rest.end())
    if rest["comma"]:
        return [Edit(document.path, at, "", f"{newline}{indent}{pair},")]
    if not rest["comment"]:
        return [Edit(document.path, Span(end, end), "", f",{newline}{indent}{pair}")]
    return [Edit(document.path, Span(end, end), "", ","), Edit(document.path, at, "", f"{newline}{indent}{pair}")]


def _put_on_a_line(document: Document, entry: Entry, route: list[str], value: str) -> list[Edit]:
    text, start = document.text, entry.key_span.start
    line = text.rfind("\n", 0, start) + 1
    lead = text[line:start]
    rest = _REST[document.kind].match(text, entry.value.span.end)
    mark = text[entry.key_span.end : entry.value.span.start]
    if rest is None or rest["comma"] or not _MARK.fullmatch(mark) or "\n" in text[start : rest.end()]:
        return []
    newline = "\r\n" if text[rest.end() : rest.end() + 2] == "\r\n" or text[line - 2 : line] == "\r\n" else "\n"
    old = text[entry.value.span.start : entry.value.span.end]
    if document.kind == "toml":
        pair = f"{'.'.join(route)}{mark}{_quote('toml', value, old if old[:1] in (chr(39), chr(34)) else '')}"
        return [Edit(document.path, Span(rest.end(), rest.end()), "", f"{newline}{lead}{pair}")]
    plain = lead.lstrip(" ")
    if not _LEAD.fullmatch(plain):
        return []
    indent = re.sub(r"[^ \t]", " ", lead)
    lines = [f"{indent}{'  ' * depth}{step}:" for depth, step in enumerate(route)]
    lines[-1] += f" {_quote('yaml', value, '')}"
    return [Edit(document.path, Span(rest.end(), rest.end()), "", "".join(newline + each for each in lines))]


def _quote(kind: str, text: str, like: str) -> str:
    """Return a text as a scalar is spelled that stands beside one spelled `like` ("" for none)."""
    quote = like[:1] if like[:1] in ("'", '"') else ""
    if kind == "json":
        return json.dumps(text)
    if kind == "toml":
        return f"{quote or chr(34)}{text}{quote or chr(34)}"
    if quote:
        return f"{quote}{text}{quote}"
    # Some readers of YAML take digits with one "e" among them for a number.
    return f'"{text}"' if len(text) >= _LONG and _NUMBER.fullmatch(text) else text
