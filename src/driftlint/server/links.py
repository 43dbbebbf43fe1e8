"""Document links: from the literal that names a thing to the page of that thing.

Promises: one link a literal, on the literal alone; nothing is opened or asked. Refuses to know: the protocol's state.
"""

from __future__ import annotations

from lsprotocol import types

from driftlint.match.pages import find_page
from driftlint.server.answer import Answer, Placer
from driftlint.server.hover import references_at


def write_links(answer: Answer, placer: Placer, path: str, cell: int | None) -> list[types.DocumentLink]:
    """Return the links of a file, or of one of its cells, in the order of their places."""
    if path in answer.held or answer.run is None:
        return []
    found: dict[tuple[int, int], types.DocumentLink] = {}
    for reference in references_at(answer, path):
        target = find_page(answer.run.world.catalogue, reference)
        place = reference.where if reference.where.path == path else reference.place
        at = placer.extent(place)
        if target is None or at.cell != cell:
            continue
        start, end = types.Position(at.line, at.column), types.Position(at.end_line, at.end_column)
        link = types.DocumentLink(types.Range(start, end), target=target, tooltip=f"{reference.subject.kind} page")
        found.setdefault((at.line, at.column), link)
    return [found[place] for place in sorted(found)]
