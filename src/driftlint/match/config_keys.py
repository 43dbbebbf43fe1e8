"""References in config files that a known tool reads.

Promises: a file is a tool's only when all its marks stand at the top level and its path fits.
Refuses to know: configs that a script of the repo reads (`resolve` follows those to the call).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from driftlint.documents.model import Document, Node
from driftlint.facts import Pin, Place, Reference, Subject
from driftlint.gitignore import PatternList
from driftlint.match.urls import is_url, judge_url
from driftlint.packs.catalogue import Catalogue, Condition, ConfigKeyEntry


def match_config_keys(catalogue: Catalogue, document: Document) -> Iterator[Reference]:
    """Yield the references that a config file's keys name."""
    body = document.body
    if not isinstance(body, Node) or body.kind == "scalar":
        return
    top = {entry.key for entry in body.entries}
    for entry in catalogue.config_keys:
        if not set(entry.marks) <= top or not _patterns(entry.files).covers(document.path):
            continue
        head, _, last = entry.route.rpartition(".")
        for item in _walk(body, head):
            yield from _refer(catalogue, document, entry, item, last)


@lru_cache(maxsize=256)
def _patterns(globs: tuple[str, ...]) -> PatternList:
    return PatternList(globs)


def _walk(node: Node, route: str) -> Iterator[Node]:
    """Yield the nodes at a dotted route.

    ``[]`` after a key takes every item of its list, alone every item of the node itself; ``*`` takes every key.
    """
    if not route:
        yield node
        return
    first, _, rest = route.partition(".")
    key = first.removesuffix("[]")
    if key == "*":
        below = [entry.value for entry in node.entries]
    else:
        found = node.get(key) if key else node
        below = [found] if found is not None else []
    for each in below:
        for item in each.items if first.endswith("[]") else (each,):
            yield from _walk(item, rest)


def _refer(
    catalogue: Catalogue, document: Document, entry: ConfigKeyEntry, item: Node, last: str
) -> Iterator[Reference]:
    if not all(_holds(c, item) for c in entry.only) or any(_holds(c, item) for c in entry.unless):
        return
    value = item.get(last.removesuffix("[]"))
    values = value.items if value is not None and last.endswith("[]") else (value,) if value is not None else ()
    for node in values:
        if node.kind != "scalar" or not isinstance(node.value, str) or node.value in entry.local or "${" in node.value:
            continue
        place = Place(document.path, node.span)
        if entry.url and is_url(node.value):
            judged = judge_url(catalogue, node.value)
            if judged is not None:
                yield Reference(judged[0], judged[1], place, place, "config", entry=entry.id)
                continue
        names = catalogue.names.get(entry.names_id)
        verdict = names.judge(node.value) if names is not None else "remote"
        if verdict in ("local", "neither"):
            continue
        pin, where = _pin(catalogue, entry, item, node, document.path)
        subject = Subject(entry.kind, entry.host, node.value)
        confidence: Literal["high", "low"] = "low" if verdict == "doubtful" else "high"
        key = entry.writes or next((spec.route for spec in entry.pins if spec.route), "")
        yield Reference(
            subject,
            pin,
            place,
            where or place,
            "config",
            confidence=confidence,
            entry=entry.id,
            at_pin=where is not None,
            pin_name=key,
            name_grammar=entry.names_id,
        )


def _pin(catalogue: Catalogue, entry: ConfigKeyEntry, item: Node, name: Node, path: str) -> tuple[Pin, Place | None]:
    text = str(name.value)
    if entry.embedded_pattern is not None and (found := entry.embedded_pattern.search(text)) is not None:
        grammar = catalogue.grammars.get(entry.grammar)
        return Pin(grammar.judge(found["pin"]) if grammar else "tag", found["pin"], advice=entry.advice), None
    for spec in entry.pins:
        node = item.walk(tuple(spec.route.split(".")))
        if node is None or node.kind != "scalar" or node.value is None:
            continue
        selector = node.raw or str(node.value)
        grammar = catalogue.grammars.get(spec.grammar or entry.grammar)
        pin = Pin(grammar.judge(selector) if grammar else "version", selector, advice=entry.advice)
        return pin, Place(path, node.span)
    if not entry.pins and not entry.embedded and entry.absent == "absent":
        return Pin("unpinnable", advice=entry.advice), None
    return Pin(entry.absent, advice=entry.advice), None


def _holds(condition: Condition, item: Node) -> bool:
    node = item.walk(tuple(condition.arg.split(".")))
    if condition.given is not None:
        return (node is not None and node.value is not None) is condition.given
    if node is None:
        return condition.has_default and condition.default in condition.values
    return node.value in condition.values
