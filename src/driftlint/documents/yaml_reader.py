"""YAML texts to nodes with spans.

Promises: any tag is accepted and kept, aliases are shared within a budget, merge keys are filled in (own keys win),
scalars keep their text (``3.10`` stays "3.10"), template lines and syntax errors lose as little as possible.
Refuses to know: what the keys mean; it never builds an object that a tag names.
"""

from __future__ import annotations

import re

import yaml

from driftlint.digits import LONGEST
from driftlint.documents.decode import Limits, Reading
from driftlint.documents.model import Comment, Entry, Node, Problem, Scalar
from driftlint.late_regex import compile_late
from driftlint.text import LineIndex, Span

_CORE = "tag:yaml.org,2002:"
_NULL = {"", "~", "null", "Null", "NULL"}
_INT = compile_late(r"[-+]?(?:0|[1-9][0-9_]*|0[0-9]+)")
_BASED = compile_late(r"[-+]?0(?:x[0-9a-fA-F]+|o[0-7]+|b[01]+)")
_FLOAT = compile_late(r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = compile_late(r"([-+]?)\.(?:inf|Inf|INF)")
_PROPERTY = compile_late(r"(?:[&!][^\s]*(?:\s+|\Z))+")
_FORBIDDEN = compile_late("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_TEMPLATE = compile_late(r"(?m)^[ \t]*\{[%#]|(?:^|[:\-\[,])[ \t]+\{\{")
_TEMPLATE_MARK = compile_late(r"\{%(?:(?!\{%).)*?%\}|\{#(?:(?!\{#).)*?#\}|(?<!\$)\{\{(?:(?!\{\{).)*?\}\}", re.DOTALL)
_COMMENT = compile_late(r"(?:^|(?<=[ \t\r\n]))#[^\r\n]*")
_RETRIES = 8
_RETRY_SIZE = 200_000


class _Frame:
    """An open map, list or document stream. `key` waits for its value."""

    __slots__ = ("anchor", "end", "entries", "flow", "items", "key", "kind", "merges", "size", "start", "tag")

    def __init__(self, kind: str, start: int, tag: str, anchor: str | None, flow: bool) -> None:
        self.kind = kind
        self.start = start
        self.end = start
        self.tag = tag
        self.anchor = anchor
        self.flow = flow
        self.key: Node | None = None
        self.entries: list[Entry] = []
        self.items: list[Node] = []
        self.merges: list[Node] = []
        self.size = 1
        """Nodes that the value stands for with all its aliases written out."""


class _Builder:
    """Builds nodes from the events of one pass over the text; keeps what it has when the parser gives up."""

    def __init__(self, text: str, source: str, limits: Limits) -> None:
        self.text = text
        self.source = source
        self.limits = limits
        self.problems: list[Problem] = []
        self.documents: list[Node] = []
        self.covered: list[tuple[int, int]] = []
        self.error: yaml.YAMLError | None = None
        self.braces = -1
        """Where ``{{`` first opens a map as a map's key: YAML in form, an unquoted template in fact. -1: nowhere."""
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._nodes = 0
        self._spent = 0

    def run(self) -> None:
        """Read all events; `error` holds what stopped the parser."""
        loader = yaml.CSafeLoader(self.source)
        try:
            while self._step(loader.get_event()):
                pass
        except yaml.YAMLError as error:
            self.error = error
        finally:
            loader.dispose()
        while self._stack:
            self._close(self._stack[-1].end)

    def _step(self, event: yaml.Event | None) -> bool:
        if event is None or isinstance(event, yaml.StreamEndEvent):
            return False
        if isinstance(event, yaml.ScalarEvent):
            self._put(self._scalar(event), event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            node, size = self._alias(event)
            self._put(node, None, size)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(self._stack) >= self.limits.max_depth:
                at = _start(event)
                message = f"nested deeper than {self.limits.max_depth} levels: the rest was not read"
                self.problems.append(Problem(Span(at, at + 1), message))
                return False
            kind = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
            start = self._skip_properties(event)
            if self.braces < 0 and self.source.startswith("{{", start):
                self.braces = start
            self._stack.append(_Frame(kind, start, _tag(event.tag), event.anchor, bool(event.flow_style)))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close(_end(event))
        elif isinstance(event, yaml.DocumentStartEvent):
            self._anchors.clear()
        self._nodes += 1
        if self._nodes > self.limits.max_nodes:
            at = _start(event)
            self.problems.append(
                Problem(Span(at, at), f"more than {self.limits.max_nodes} values: the rest was not read")
            )
            return False
        return True

    def _skip_properties(self, event: yaml.Event) -> int:
        start = _start(event)
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            found = _PROPERTY.match(self.source, start)
            if found:
                return found.end()
        return start

    def _scalar(self, event: yaml.ScalarEvent) -> Node:
        start, end = self._skip_properties(event), _end(event)
        start = min(start, end)
        tag = _tag(event.tag)
        style = event.style
        # Neutralised template marks must not show in values; the text as written is the best that is known.
        written = self.text[start:end] if self.text[start:end] != self.source[start:end] else ""
        if style in ("|", ">"):
            # The first line of a block scalar may carry a comment; its trailing line ends belong to nobody.
            header = self.source.find("\n", start, end)
            self.covered.append((header if header != -1 else end, end))
            span = Span(start, start + len(self.source[start:end].rstrip()))
            value = written.partition("\n")[2] or event.value
            return Node("scalar", span, value, value, tag)
        self.covered.append((start, end))
        if style in ("'", '"'):
            value = written[1:-1] or event.value
            return Node("scalar", Span(start, end), value, value, tag)
        raw = event.value
        if written:
            return Node("scalar", Span(start, end), written, written, tag)
        typed: Scalar = raw
        if not tag or tag in ("!!int", "!!float", "!!bool", "!!null"):
            typed = _resolve(raw)
        return Node("scalar", Span(start, end), typed, raw, tag)

    def _alias(self, event: yaml.AliasEvent) -> tuple[Node, int]:
        span = Span(_start(event), _end(event))
        self.covered.append((span.start, span.end))
        name = event.anchor
        if name not in self._anchors:
            message = f"the alias *{name} names no anchor that is complete before it"
            self.problems.append(Problem(span, message))
            return Node("scalar", span, f"*{name}", f"*{name}"), 1
        node, size = self._anchors[name]
        if self._spent + size > self.limits.max_aliases:
            if self._spent <= self.limits.max_aliases:
                message = f"aliases stand for more than {self.limits.max_aliases} values: the rest was left unexpanded"
                self.problems.append(Problem(span, message))
                self._spent = self.limits.max_aliases + 1
            return Node("scalar", span, f"*{name}", f"*{name}"), 1
        self._spent += size
        return node, size

    def _put(self, node: Node, anchor: str | None, size: int = 1) -> None:
        if anchor:
            self._anchors[anchor] = (node, size)
        if not self._stack:
            self.documents.append(node)
            return
        frame = self._stack[-1]
        frame.size += size
        if frame.kind == "list":
            frame.items.append(node)
            frame.end = max(frame.end, node.span.end)
        elif frame.key is None:
            frame.key = node
            frame.end = max(frame.end, node.span.end)
        else:
            key, frame.key = frame.key, None
            if key.raw == "<<" and key.kind == "scalar":
                frame.merges.append(node)
            else:
                name = key.raw if key.kind == "scalar" else self.text[key.span.start : key.span.end]
                frame.entries.append(Entry(name, key.span, node))
            if node.span.start >= frame.start:
                frame.end = max(frame.end, node.span.end)

    def _close(self, end: int) -> None:
        frame = self._stack.pop()
        self._merge(frame)
        if not frame.flow:
            end = frame.end
        span = Span(frame.start, max(end, frame.start))
        if frame.kind == "list":
            node = Node("list", span, tag=frame.tag, items=tuple(frame.items))
        else:
            node = Node("map", span, tag=frame.tag, entries=tuple(frame.entries))
        self._put(node, frame.anchor, frame.size)

    def _merge(self, frame: _Frame) -> None:
        taken = {entry.key for entry in frame.entries}
        for merge in frame.merges:
            for source in merge.items if merge.kind == "list" else (merge,):
                # A map may hold a key twice; the last one counts there, so it must count here.
                last = {entry.key: entry for entry in source.entries}
                for key, entry in last.items():
                    if key not in taken:
                        taken.add(key)
                        frame.entries.append(entry)


def read_yaml(text: str, limits: Limits) -> Reading:
    """Read all documents of a YAML text.

    The body is the document's `Node`; several documents become a list node with the tag ``!documents``. An empty
    text has the body None.
    """
    reading = Reading()
    source = text
    if found := _FORBIDDEN.search(text):
        message = f"the control character U+{ord(found[0]):04X} is not allowed in YAML: remove it"
        reading.problems.append(Problem(Span(found.start(), found.end()), message))
        source = _FORBIDDEN.sub(" ", source)
    builder = _Builder(text, source, limits)
    builder.run()
    if (builder.error is not None or builder.braces >= 0) and (at := _find_template(text, builder)) >= 0:
        message = "template syntax: the file is YAML only after rendering; it was read with the template marks as text"
        reading.problems.append(Problem(Span(at, at + 2), message))
        source = _TEMPLATE_MARK.sub(_neutralise, source)
        builder = _Builder(text, source, limits)
        builder.run()
    lines: LineIndex | None = None
    tries = _RETRIES if len(text) <= _RETRY_SIZE else 0
    while builder.error is not None:
        lines = lines or LineIndex(text)
        line, problem = _explain(builder.error, lines, len(text))
        if len(reading.problems) < _RETRIES:
            reading.problems.append(problem)
        start = lines.offset(line)
        end = start + len(lines.line_text(line))
        if tries == 0 or not source[start:end].strip():
            break
        tries -= 1
        source = source[:start] + " " * (end - start) + source[end:]
        second = _Builder(text, source, limits)
        second.run()
        builder = second
    reading.problems.extend(builder.problems)
    documents = builder.documents
    if len(documents) == 1:
        reading.body = documents[0]
    elif documents:
        span = Span(documents[0].span.start, documents[-1].span.end)
        reading.body = Node("list", span, tag="!documents", items=tuple(documents))
    reading.comments = _find_comments(text, builder.covered)
    return reading


def _find_template(text: str, builder: _Builder) -> int:
    """Return where the first template mark stands that is in no scalar, -1 if none does."""
    if builder.braces >= 0:
        return builder.braces
    for found in _TEMPLATE.finditer(text):
        at = text.index("{", found.start())
        if not any(start <= at < end for start, end in builder.covered):
            return at
    return -1


def _start(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark is not None else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark is not None else 0


def _neutralise(found: re.Match[str]) -> str:
    """Replace a template mark by as many characters that YAML reads as plain text (an output) or as space."""
    mark = found.group()
    filler = "_" if mark.startswith("{{") else " "
    return re.sub(r"[^\r\n]", filler, mark)


def _explain(error: yaml.YAMLError, lines: LineIndex, size: int) -> tuple[int, Problem]:
    """Return the 1-based line that is to blame and the problem."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return 1, Problem(Span(0, min(1, size)), f"broken YAML: {error}")
    mark = error.problem_mark or error.context_mark
    context = error.context or ""
    if error.context_mark is not None and ("quoted scalar" in context or "flow" in context):
        mark = error.context_mark
    if mark is None:
        return 1, Problem(Span(0, min(1, size)), f"broken YAML: {error.problem}")
    at = min(mark.index, size)
    line = lines.position(at).line
    if "\t" in lines.line_text(line)[: mark.column + 1] and "token" in (error.problem or ""):
        text = "a tab is used as indentation: YAML allows spaces only"
    else:
        text = f"broken YAML: {error.problem}" + (f" {context}" if context else "")
    return line, Problem(Span(at, min(at + 1, size)), f"{text}; this line was left out")


def _find_comments(text: str, covered: list[tuple[int, int]]) -> list[Comment]:
    """Return the comments: every ``#`` after white space that lies in no scalar."""
    comments: list[Comment] = []
    if "#" not in text:
        return comments
    covered.sort()
    at = index = 0
    while found := _COMMENT.search(text, at):
        start = found.start()
        while index < len(covered) and covered[index][1] <= start:
            index += 1
        if index < len(covered) and covered[index][0] <= start:
            at = covered[index][1]
            continue
        comments.append(Comment(Span(start, found.end()), found.group().lstrip("#").strip()))
        at = found.end()
    return comments


def _tag(tag: str | None) -> str:
    if not tag or tag == "!":
        return "!!str" if tag else ""
    return "!!" + tag[len(_CORE) :] if tag.startswith(_CORE) else tag


def _resolve(raw: str) -> Scalar:
    """Return the typed value of a plain scalar: YAML 1.2 core, and 1.1's underscores; ``yes`` and ``on`` stay text."""
    if raw in _NULL:
        return None
    first = raw[0]
    if first in "tTfF":
        lowered = raw.lower()
        return True if lowered == "true" else False if lowered == "false" else raw
    if first not in "0123456789+-." or len(raw) > LONGEST:
        return raw
    if _INT.fullmatch(raw):
        return int(raw.replace("_", "").rstrip("+-") or "0", 10)
    if _BASED.fullmatch(raw):
        return int(raw, 0)
    if infinite := _INFINITE.fullmatch(raw):
        return float(infinite.group(1) + "inf")
    if raw in (".nan", ".NaN", ".NAN"):
        return float("nan")
    if _FLOAT.fullmatch(raw):
        return float(raw.replace("_", ""))
    return raw
