"""The digests that a lock holds for each of its packages, whatever the format.

Promises: a digest belongs to the package in whose entry it stands; where a format keeps digests in a place of their own, a
package has none here. Refuses to know: which archive of a package a digest is of, and formats.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from driftlint.late_regex import compile_late
from driftlint.locks.model import Lock
from driftlint.text import LineIndex

_DIGEST = compile_late(
    r"(?<![0-9A-Za-z])(?P<kind>sha256|sha384|sha512|md5)\b[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?P<hex>[0-9a-f]{32,128})(?![0-9a-f])"
)
_FRAGMENT = compile_late(r"#(?P<hex>[0-9a-f]{64}|[0-9a-f]{32})\b")
_OWN_PLACE = compile_late(r"^\[metadata", re.MULTILINE)
_LENGTHS = {"md5": 32, "sha256": 64, "sha384": 96, "sha512": 128}


def read_digests(lock: Lock, text: str) -> dict[int, tuple[str, ...]]:
    """Return digests ("sha256:..."), in the order of the file, by the line on which a package's entry begins."""
    lines = LineIndex(text)
    starts = sorted({package.line for package in lock.packages})
    if len(starts) < 2 and len(lock.packages) > 1:
        return {}  # nobody could tell where the entries begin
    if not starts:
        return {}
    begins = [lines.offset(line) for line in starts]
    end = next((match.start() for match in _OWN_PLACE.finditer(text) if match.start() > begins[-1]), len(text))
    found: dict[int, dict[str, None]] = {}
    explicit = lock.format == "explicit"
    for match in (_FRAGMENT if explicit else _DIGEST).finditer(text, begins[0], end):
        digest = match["hex"]
        kind = ("sha256" if len(digest) == 64 else "md5") if explicit else match["kind"]
        if len(digest) == _LENGTHS[kind]:
            entry = starts[bisect_right(begins, match.start()) - 1]
            found.setdefault(entry, {})[f"{kind}:{digest}"] = None
    return {line: tuple(digests) for line, digests in found.items()}
