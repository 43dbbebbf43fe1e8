"""One reference a decision: what the same literal decides, and what another kind already says, is told once.

Promises: no use is lost, it becomes a use of the reference that stays. Refuses to know: rules.
"""

from __future__ import annotations

from msgspec.structs import replace

from driftlint.documents.model import Document
from driftlint.facts import RUNG_OF_STATE, Reference
from driftlint.match.keywords import FORM as KEYWORD
from driftlint.packs.catalogue import Catalogue
from driftlint.text import Span


def merge(references: list[Reference]) -> list[Reference]:
    """Return one reference a decision: those that the same literal decides become one, with all uses, in order."""
    merged: dict[tuple[object, ...], Reference] = {}
    for reference in references:
        subject = reference.subject
        # One variable that several calls of a file read late is one decision.
        at = None if reference.late else reference.where.span
        name = None if reference.at_pin else subject.name
        key = (subject.kind, subject.host, name, reference.where.path, at, reference.pin.state)
        first = merged.get(key)
        if first is None:
            merged[key] = reference
        elif first.form == KEYWORD and reference.form != KEYWORD:
            merged[key] = replace(reference, uses=(first.place, *first.uses))
        elif reference.place != first.place and reference.place not in first.uses:
            merged[key] = replace(first, uses=(*first.uses, reference.place))
    return list(merged.values())


def drop_covered(references: list[Reference], catalogue: Catalogue) -> list[Reference]:
    """Return the references without those that another kind covers: the same name, mended by the same pin at the same places."""
    covered: dict[tuple[str, str, str], list[set[tuple[str, Span]]]] = {}
    for reference in references:
        kind = catalogue.kinds.get(reference.subject.kind)
        for below in kind.covers if kind is not None and reference.pin.rung < RUNG_OF_STATE["sealed"] else ():
            key = (below, reference.subject.host, reference.subject.name)
            covered.setdefault(key, []).append(_places(reference))
    return [
        reference
        for reference in references
        if not any(
            _places(reference) <= places
            for places in covered.get((reference.subject.kind, reference.subject.host, reference.subject.name), ())
        )
    ]


def _places(reference: Reference) -> set[tuple[str, Span]]:
    return {(place.path, place.span) for place in (reference.place, *reference.uses)}


def reach_of(reference: Reference, document: Document | None) -> Span:
    """Return the span in which a suppression works: the lines of the deciding literal, or of the call that holds it."""
    span = reference.where.span
    if reference.place.path == reference.where.path and reference.place.span.covers(span):
        span = reference.place.span
    if document is None:
        return span
    first = document.lines.offset(document.position(span.start).line)
    last_line = document.position(span.end).line
    return Span(first, document.lines.offset(last_line) + len(document.lines.line_text(last_line)))
