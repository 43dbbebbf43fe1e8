"""Inlay hints: how firmly each thing is pinned, behind the literal that decides.

Promises: the word is the pin's state as `driftlint facts` says it. Refuses to know: when hints are wanted.
"""

from __future__ import annotations

from lsprotocol import types

from driftlint.cli.facts import describe_reference
from driftlint.server.answer import Answer, Extent, Placer
from driftlint.server.hover import references_at


def write_hints(answer: Answer, placer: Placer, path: str, within: Extent, cell: int | None) -> list[types.InlayHint]:
    """Return the hints of a file, or of one of its cells, in a range of lines."""
    if path in answer.held:
        return []
    found: dict[tuple[int, int], types.InlayHint] = {}
    for reference in references_at(answer, path):
        at = placer.extent(reference.where if reference.where.path == path else reference.place)
        if at.cell != cell or not within.line <= at.end_line <= within.end_line:
            continue
        label = f"pin: {reference.pin.state}"
        tip = describe_reference(reference)
        hint = types.InlayHint(types.Position(at.end_line, at.end_column), label, padding_left=True, tooltip=tip)
        found.setdefault((at.end_line, at.end_column), hint)
    return [found[place] for place in sorted(found)]
