"""Where the section stands: by the configuration, else by its heading.

Promises: one section a repo, the same for any order of files; all headings of its file that name it belong to it.
Refuses to know: what it says.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from driftlint.documents.model import Document
from driftlint.documents.prose import Code, Heading, Passage, Prose, plain, read_prose
from driftlint.facts import Place
from driftlint.judges.section.words import Words
from driftlint.judges.world import World
from driftlint.text import Span

_MOST = 400
"""Files that are opened to look for the heading."""


class Written(Struct, frozen=True):
    """The section as it is written: the parts of one file under its headings."""

    document: Document
    prose: Prose
    title: str
    place: Place
    spans: tuple[Span, ...]

    @property
    def path(self) -> str:
        """The file."""
        return self.document.path

    def passages(self) -> Iterator[Passage]:
        """Yield its passages."""
        return (p for p in self.prose.passages if self.holds(p.span))

    def codes(self) -> Iterator[Code]:
        """Yield its code blocks."""
        return (c for c in self.prose.codes if self.holds(c.span))

    def headings(self) -> Iterator[Heading]:
        """Yield its headings, its own included."""
        return (h for h in self.prose.headings if self.holds(h.span))

    def holds(self, span: Span) -> bool:
        """Return whether something stands in it."""
        return any(part.covers(span) for part in self.spans)


def find_section(world: World, words: Words) -> Written | str:
    """Return the section, or the reason why there is none."""
    named = world.config.review.report
    if named:
        return _named(world, named)
    best: tuple[tuple[object, ...], Prose, tuple[Heading, ...]] | None = None
    for rank, path in _candidates(world, words):
        prose = _read(world, path, words)
        if prose is None:
            continue
        hits = tuple(h for h in prose.headings if _names_section(h.text, words))
        whole = rank == 0 and not hits and bool(prose.headings)
        if not hits and not whole:
            continue
        if "/" in path and _is_nested(path) and not any(_holds_commands(prose, heading) for heading in hits):
            continue  # notes about the subject, and not how an experiment of the repo is run
        hits = hits or prose.headings[:1]
        strong = whole or any(words.strong.search(h.text) for h in hits)
        key = (not strong, path.count("/"), rank, min(h.level for h in hits), path)
        if best is None or key < best[0]:
            best = (key, prose, hits)
    if best is None:
        return "no README, report or page of the documentation has such a heading"
    _, prose, hits = best
    return _open(world, prose, hits)


def all_sections(world: World, words: Words) -> Iterator[Written]:
    """Yield what any file has under such a heading, in path order."""
    for _, path in sorted(_candidates(world, words), key=lambda row: row[1]):
        prose = _read(world, path, words)
        hits = tuple(h for h in prose.headings if _names_section(h.text, words)) if prose is not None else ()
        if prose is not None and hits:
            written = _open(world, prose, hits)
            if isinstance(written, Written):
                yield written


def _is_nested(path: str) -> bool:
    """Return whether a file stands below the top of the repo and outside its documentation."""
    return path.partition("/")[0].lower() not in ("doc", "docs", "report", "reports")


def _holds_commands(prose: Prose, heading: Heading) -> bool:
    span = Span(heading.span.start, _end_of(prose, heading))
    return any(span.covers(code.span) for code in prose.codes)


def _candidates(world: World, words: Words) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for path in world.listed:
        base = posixpath.basename(path)
        if not path.lower().endswith(words.endings) and "." in base:
            continue
        if words.not_files.covers(path) or world.is_foreign(path):
            continue
        rank = next((number for number, patterns in enumerate(words.files) if patterns.covers(path)), -1)
        if rank >= 0:
            found.append((rank, path))
    return sorted(found, key=lambda row: (row[1].count("/"), row[0], row[1]))[:_MOST]


def _read(world: World, path: str, words: Words) -> Prose | None:
    raw = world.read(path) or b""
    text = raw.decode("utf-8", "replace").replace("\ufeff", "", 1)
    if not words.headings.search(text) and not words.headings.search(path):
        return None
    return read_prose(path, text)


def _names_section(heading: str, words: Words) -> bool:
    if words.strong.search(heading):
        return True
    return words.headings.search(heading) is not None and words.not_headings.search(heading) is None


def _open(world: World, prose: Prose, hits: tuple[Heading, ...]) -> Written | str:
    document = world.open_text(prose.path)
    if document is None:
        return f"{prose.path} could not be read"
    if document.text != prose.text:  # it was decoded another way
        prose = read_prose(prose.path, document.text)
        starts = {h.text for h in hits}
        hits = tuple(h for h in prose.headings if h.text in starts)
    if not document.comments:
        document.comments = tuple(c for c in prose.comments if "fill in" not in c.text)
    spans: list[Span] = []
    for heading in hits:
        span = Span(heading.span.start, _end_of(prose, heading))
        if not any(other.covers(span) for other in spans):
            spans.append(span)
    first = hits[0]
    return Written(document, prose, first.text, Place(prose.path, first.span), tuple(spans))


def _end_of(prose: Prose, heading: Heading) -> int:
    later = [h.span.start for h in prose.headings if h.span.start > heading.span.start and h.level <= heading.level]
    return min(later, default=len(prose.text))


def _named(world: World, named: str) -> Written | str:
    """Return the section that the configuration names: ``path`` or ``path#anchor``."""
    path, _, anchor = named.partition("#")
    path = posixpath.normpath(path)
    document = world.open_text(path)
    if document is None:
        return f"the configuration names {path}, which is not there"
    prose = read_prose(path, document.text)
    if not anchor:
        first = prose.headings[0] if prose.headings else Heading(1, "", Span(0, 0))
        document.comments = document.comments or tuple(c for c in prose.comments if "fill in" not in c.text)
        return Written(document, prose, first.text, Place(path, first.span), (Span(0, len(prose.text)),))
    hits = tuple(h for h in prose.headings if slug_of(h.text) == slug_of(anchor.replace("-", " ")))
    if not hits:
        return f"the configuration names {named}, and {path} has no such heading"
    return _open(world, prose, hits[:1])


def slug_of(heading: str) -> str:
    """Return a heading as hosts write it in a link."""
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", plain(heading).lower()).strip())
