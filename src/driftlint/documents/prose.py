"""Reports and READMEs: headings, passages, code blocks and comments of Markdown and reStructuredText, with spans.

Promises: Markdown by CommonMark with tables, headings in HTML included; of reStructuredText what needs no extension.
Lines of a code block know where they stand in the file, whatever they are indented by. Refuses to know: what a text says.
Sources: the CommonMark specification 0.31, docutils' "reStructuredText Markup Specification".
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from msgspec import Struct

from driftlint.documents.model import Comment
from driftlint.documents.spliced import Spliced
from driftlint.late_regex import compile_late
from driftlint.text import LineIndex, Span

_LARGEST = 1024 * 1024
"""Code points of a text beyond which it is data and no report."""
_HTML_HEADING = compile_late(r"<h([1-6])\b[^<>]*>(.{0,500}?)</h\1\s{0,9}>", re.IGNORECASE | re.DOTALL)
_HTML_COMMENT = compile_late(r"<!--(.*?)-->", re.DOTALL)
_TAG = compile_late(r"<[^<>]*>")
_LINK = compile_late(r"!?\[([^\[\]]*)\]\([^()]*\)")
_RULED = compile_late(r"([=\-`:'\"~^_*+#<>.])\1{2,}[ \t]*")
_DIRECTIVE = compile_late(
    r"(?P<indent>[ \t]*)\.\.[ ]+(?P<name>code-block|code|sourcecode)::[ \t]*(?P<language>[\w+-]*)"
)
_INDENT = compile_late(r"[ \t]*")


class Heading(Struct, frozen=True):
    """A heading. `level` is 1 for the outermost; `text` is without markup."""

    level: int
    text: str
    span: Span


class Passage(Struct, frozen=True):
    """A paragraph, a list item's text or a table row, as it stands in the file. `above` is the head of its table."""

    text: str
    span: Span
    above: str = ""


class Code(Struct, frozen=True):
    """A code block. `language` is its first info word in lower case; `source` holds its lines and where they stand."""

    language: str
    source: Spliced
    span: Span


class Prose(Struct, frozen=True):
    """What a text consists of, each kind in source order."""

    path: str
    text: str
    headings: tuple[Heading, ...] = ()
    passages: tuple[Passage, ...] = ()
    codes: tuple[Code, ...] = ()
    comments: tuple[Comment, ...] = ()


def read_prose(path: str, text: str) -> Prose:
    """Read a report by its ending: ``.rst`` as reStructuredText, anything else as Markdown. Never raises."""
    if len(text) > _LARGEST:
        return Prose(path, text)
    if path.lower().endswith((".rst", ".rest")):
        return _read_structured(path, text)
    return _read_markdown(path, text)


def plain(text: str) -> str:
    """Return a heading or passage without the commonest markup."""
    return " ".join(html.unescape(_TAG.sub(" ", _LINK.sub(r"\1", text))).replace("`", "").replace("*", "").split())


def blank_comments(text: str) -> str:
    """Return a text with blanks for its HTML comments; no character moves."""
    end = text.rfind("-->") + len("-->")
    return _HTML_COMMENT.sub(lambda found: " " * len(found.group()), text[:end]) + text[end:] if end > 2 else text


# Markdown


def _read_markdown(path: str, text: str) -> Prose:
    from markdown_it import MarkdownIt

    lines = LineIndex(text)
    headings: list[Heading] = []
    passages: list[Passage] = []
    codes: list[Code] = []
    comments: list[Comment] = []
    head = ""
    level = 0
    in_table = False
    # A form feed or a null is no line end there or here, but the library replaces nulls: same length, so spans hold.
    for token in MarkdownIt("commonmark").enable("table").parse(text.replace("\r\n", "\n").replace("\r", "\n")):
        if token.map is None:
            if token.type == "table_close":
                in_table = False
            continue
        span = _lines_span(text, lines, *token.map)
        if token.type == "heading_open":
            level = int(token.tag[1:])
        elif token.type == "table_open":
            in_table, head = True, ""
        elif token.type == "tr_open":
            row = text[span.start : span.end]
            passages.append(Passage(row, span, head))
            head = head or row
        elif token.type == "inline" and level:
            headings.append(Heading(level, plain(token.content), span))
            level = 0
        elif token.type == "inline" and not in_table:
            passages.append(Passage(text[span.start : span.end], span))
        elif token.type in ("fence", "code_block"):
            first = token.map[0] + (token.type == "fence")
            source = _locate(text, lines, token.content, first)
            codes.append(Code((token.info.split() or [""])[0].strip("{}.").lower(), source, span))
        elif token.type == "html_block":
            _read_html(text, span, headings, passages, comments)
    inline = [found for p in passages for found in _comments_in(text, p.span)]
    every = {comment.span: comment for comment in (*comments, *inline)}
    return Prose(
        path,
        text,
        tuple(sorted(headings, key=lambda h: h.span)),
        tuple(sorted(passages, key=lambda p: p.span)),
        tuple(codes),
        tuple(every[span] for span in sorted(every)),
    )


def _lines_span(text: str, lines: LineIndex, first: int, stop: int) -> Span:
    """Return the span of 0-based lines ``[first, stop)``, blank ends left out."""
    start, end = lines.offset(first + 1), lines.offset(stop + 1)
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return Span(start, end)


def _locate(text: str, lines: LineIndex, content: str, first: int) -> Spliced:
    """Return a block's content as pieces of the file; `first` is the 0-based line of its first line."""
    source = Spliced()
    for number, line in enumerate(
        content.split("\n")[:-1] if content.endswith("\n") else content.split("\n"), first + 1
    ):
        start = lines.offset(number)
        raw = lines.line_text(number).rstrip("\r\n")
        at = start + (len(raw) - len(line) if raw.endswith(line) else 0)
        source.add(line, at)
        source.add("\n", at + len(line), min(at + len(line) + 1, len(text)))
    return source


def _read_html(
    text: str, span: Span, headings: list[Heading], passages: list[Passage], comments: list[Comment]
) -> None:
    raw = text[span.start : span.end]
    comments.extend(_comments_in(text, span))
    bare = blank_comments(raw)
    for found in _HTML_HEADING.finditer(bare):
        at = Span(span.start + found.start(), span.start + found.end())
        headings.append(Heading(int(found[1]), plain(found[2]), at))
    if plain(_HTML_HEADING.sub("", bare)):
        passages.append(Passage(bare, span))


def _comments_in(text: str, span: Span) -> Iterator[Comment]:
    # No opening mark after the last closing one is tried: each would be looked for to the end.
    for found in _HTML_COMMENT.finditer(text, span.start, max(text.rfind("-->", span.start, span.end) + 3, span.start)):
        yield Comment(Span(found.start(), max(found.end() - len("-->"), found.start())), found[1].strip())


# reStructuredText


def _read_structured(path: str, text: str) -> Prose:
    lines = LineIndex(text)
    count = lines.line_count
    rows = [lines.line_text(number).rstrip() for number in range(1, count + 1)]
    headings: list[Heading] = []
    passages: list[Passage] = []
    codes: list[Code] = []
    comments: list[Comment] = []
    styles: list[tuple[str, bool]] = []
    at = 0
    while at < count:
        row = rows[at]
        if not row.strip():
            at += 1
            continue
        over = (
            _RULED.fullmatch(row) is not None and at + 2 < count and rows[at + 2] == row and bool(rows[at + 1].strip())
        )
        title = at + 1 if over else at
        if title + 1 < count and _is_rule(rows[title + 1], rows[title]) and not rows[at].startswith(" "):
            style = (rows[title + 1][0], over)
            if style not in styles:
                styles.append(style)
            span = _lines_span(text, lines, title, title + 1)
            headings.append(Heading(styles.index(style) + 1, rows[title].strip().replace("`", ""), span))
            at = title + 2
            continue
        directive = _DIRECTIVE.fullmatch(row)
        if directive is not None:
            stop = _block_end(rows, at + 1, len(directive["indent"]))
            codes.append(_literal(text, lines, rows, at + 1, stop, directive["language"].lower()))
            at = stop
            continue
        if row.lstrip().startswith(".. ") and "::" not in row:
            stop = _block_end(rows, at + 1, len(row) - len(row.lstrip()))
            span = _lines_span(text, lines, at, stop)
            comments.append(Comment(span, text[span.start : span.end].removeprefix("..").strip()))
            at = stop
            continue
        stop = at
        while stop < count and rows[stop].strip():
            stop += 1
        span = _lines_span(text, lines, at, stop)
        passages.append(Passage(text[span.start : span.end], span))
        indent = len(rows[stop - 1]) - len(rows[stop - 1].lstrip())
        if rows[stop - 1].endswith("::") and not rows[stop - 1].lstrip().startswith(".."):
            end = _block_end(rows, stop, indent)
            codes.append(_literal(text, lines, rows, stop, end, ""))
            stop = max(end, stop)
        at = stop
    return Prose(path, text, tuple(headings), tuple(passages), tuple(codes), tuple(comments))


def _is_rule(row: str, title: str) -> bool:
    return _RULED.fullmatch(row) is not None and len(row.strip()) >= len(title.strip()) > 0


def _block_end(rows: list[str], start: int, indent: int) -> int:
    """Return the line after the last that is indented by more than `indent`."""
    at = end = start
    while at < len(rows) and (not rows[at].strip() or len(rows[at]) - len(rows[at].lstrip()) > indent):
        at += 1
        if rows[at - 1].strip():
            end = at
    return end


def _literal(text: str, lines: LineIndex, rows: list[str], start: int, stop: int, language: str) -> Code:
    """Return an indented block without its indentation and without the options of its directive."""
    body = [number for number in range(start, stop) if rows[number].strip()]
    while body and re.match(r"[ \t]*:[\w-]+:", rows[body[0]]):
        body.pop(0)
    depth = min((len(_INDENT.match(rows[n]).group()) for n in body), default=0)  # type: ignore[union-attr]
    source = Spliced()
    for number in range(body[0] if body else stop, stop):
        at = lines.offset(number + 1) + min(depth, len(rows[number]))
        source.add(rows[number][depth:], at)
        end = at + len(rows[number][depth:])
        source.add("\n", end, min(end + 1, len(text)))
    return Code(language, source, _lines_span(text, lines, start, stop))
