"""What two files say together about a package line.

Promises: constraints applied to the lines that name their file; resolver inputs marked where the output stands beside.
Refuses to know: lock files and installed environments.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from msgspec.structs import replace

from driftlint.facts import Mention, Rung
from driftlint.late_regex import compile_late

_NOTE = compile_late(r"constraint file (?P<files>[^·]+)")


def settle_mentions(by_path: Mapping[str, list[Mention]]) -> dict[str, list[Mention]]:
    """Return the mentions of a whole repo after files have been read together.

    A "constrained" mention takes the pin of the constraint that names its package, if that is firmer; the others lose
    the tag. A constraint that no file of the repo holds keeps the tag: it cannot be judged. Mentions of a ``*.in`` file
    get the tag "covered" when the compiled file of the same stem stands beside it.
    """
    limits = {
        path: {mention.name: mention for mention in mentions if mention.pin.rung >= Rung.VERSION}
        for path, mentions in by_path.items()
        if path.endswith((".txt", ".in"))
    }
    compiled = {path for path, mentions in by_path.items() if any("compiled" in m.groups for m in mentions)}
    settled: dict[str, list[Mention]] = {}
    for path, mentions in by_path.items():
        covered = path.endswith(".in") and f"{path[:-3]}.txt" in compiled
        settled[path] = [_settle(path, mention, limits, covered) for mention in mentions]
    return settled


def _settle(path: str, mention: Mention, limits: Mapping[str, Mapping[str, Mention]], covered: bool) -> Mention:
    if covered and "covered" not in mention.groups:
        return replace(mention, groups=(*mention.groups, "covered"))
    if "constrained" not in mention.groups:
        return mention
    match = _NOTE.search(mention.note)
    if match is None:
        return mention
    tables = [limits.get(target) for name in match["files"].split(",") for target in _targets(path, name.strip())]
    known = [table for table in tables if table is not None]
    if not known:
        return mention
    free = replace(mention, groups=tuple(tag for tag in mention.groups if tag != "constrained"))
    for table in known:
        limit = table.get(mention.name)
        if limit is not None and limit.pin.rung > mention.pin.rung:
            return replace(free, pin=limit.pin, pin_span=None)
    return free


def _targets(path: str, name: str) -> tuple[str, ...]:
    """Return where a constraint file may lie: beside the file that names it, or at the root."""
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    return (beside, posixpath.normpath(name.lstrip("/")))
