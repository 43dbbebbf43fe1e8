"""What a change made better or worse: two runs of the same rules over two trees.

Promises: findings are compared as everywhere (`baseline.match`); a reference is the same when kind, host and name agree, in the
same file first. Refuses to know: where the older tree comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from driftlint.baseline import enter, match
from driftlint.documents.model import Document
from driftlint.facts import Finding, Reference
from driftlint.review.model import Comparison, Item, Turned


def compare(
    items: Sequence[Item],
    findings: Sequence[Finding],
    lookup: Callable[[str], Document | None],
    exists: Callable[[str], bool],
    before: Sequence[Reference],
    found: Sequence[Finding],
    lookup_before: Callable[[str], Document | None],
    revision: str,
    commit: str,
    merge_base: bool,
) -> Comparison:
    """Return the difference between now and before.

    `items`, `findings`, `lookup` and `exists` are those of now, `before`, `found` and `lookup_before` those of the older tree.
    """
    entries = enter(found, lookup_before)
    matches = match(enter(findings, lookup), entries, exists)
    by_entry = dict(zip(entries, found, strict=True))
    turned, added, removed = _pair(items, before)
    rungs = [(pair, pair.now.reference.pin.rung - pair.before.pin.rung) for pair in turned]
    return Comparison(
        revision,
        commit,
        merge_base,
        tuple(finding for index, finding in enumerate(findings) if index not in matches.old),
        tuple(by_entry[entry] for entry in matches.gone),
        tuple(pair for pair, step in rungs if step > 0),
        tuple(pair for pair, step in rungs if step < 0),
        tuple(pair for pair, step in rungs if not step and pair.before.pin.selector != pair.now.reference.pin.selector),
        added,
        removed,
    )


def _pair(
    items: Sequence[Item], before: Sequence[Reference]
) -> tuple[list[Turned], tuple[Item, ...], tuple[Reference, ...]]:
    left: dict[tuple[str, str, str], list[Reference]] = {}
    for reference in before:
        subject = reference.subject
        left.setdefault((subject.kind, subject.host, subject.name), []).append(reference)
    pairs: list[Turned] = []
    rest: list[Item] = []
    for same_file in (True, False):
        waiting, rest = (items if same_file else rest), []
        for item in waiting:
            subject = item.reference.subject
            known = left.get((subject.kind, subject.host, subject.name), [])
            other = next((r for r in known if not same_file or r.where.path == item.reference.where.path), None)
            if other is None:
                rest.append(item)
            else:
                known.remove(other)
                pairs.append(Turned(other, item))
    removed = [reference for references in left.values() for reference in references]
    return (
        pairs,
        tuple(rest),
        tuple(sorted(removed, key=lambda r: (r.subject.kind, r.subject.name, r.where.path, r.where.span))),
    )
