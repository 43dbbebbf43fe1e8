"""A pin inside a name: in the place of the one that is there, or after the name.

Promises: quotes, prefixes and what follows stay; a name that is put together, or stands there twice, is left. Refuses to
know: which pin, and what else the call needs with it.
"""

from __future__ import annotations

from driftlint.documents.model import Document
from driftlint.late_regex import compile_late
from driftlint.packs.entries import ReferenceEntry
from driftlint.text import Edit, Span

_SYMBOL = compile_late(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_OTHER = compile_late(r"[rR]?[bBfFtT][rR]?[\"']")
"""How a literal begins that is put together, or is no text."""


def embed_pin(document: Document, span: Span, name: str, entry: ReferenceEntry, pin: str) -> Edit | None:
    """Return the edit that writes a pin into the name at `span`; None where the text there does not hold it once.

    The text is a literal, a scalar of a data file, or the dotted name of a member.
    """
    old = document.text[span.start : span.end]
    pattern = entry.embedded_pattern
    held = pattern.search(name) if pattern is not None else None
    if _SYMBOL.fullmatch(old) and held is not None and name.endswith(f".{held['pin']}"):
        # The file may know the member's class by another name, but not the member.
        last = old.rpartition(".")[2]
        at = Span(span.end - len(last), span.end)
        return Edit(document.path, at, last, pin) if last == held["pin"] and held.end("pin") == len(name) else None
    if old.count(name) != 1 or "\\" in old or _OTHER.match(old):
        return None
    start = span.start + old.index(name)
    if held is not None:
        at = Span(start + held.start("pin"), start + held.end("pin"))
        return Edit(document.path, at, held["pin"], pin)
    end = start + len(name)
    if not entry.embed or document.text[end : span.end].strip("'\""):
        return None
    return Edit(document.path, Span(end, end), "", entry.embed.replace("{pin}", pin))
