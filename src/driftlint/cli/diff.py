"""A unified diff of what would be written, without the secrets that stand beside it.

Promises: where nothing had to be hidden ``git apply`` takes the diff as it is (lines end at line feeds only, as git sees
them); no line holds what looks like a secret. Refuses to know: how the new text came about.
"""

from __future__ import annotations

import difflib

from driftlint.documents import kind_of
from driftlint.late_regex import compile_late
from driftlint.report.redact import MASK, find_secrets, redact

_LINE = compile_late(r"[^\n]*\n|[^\n]+")
_CONTEXT = 3
"""Unchanged lines around a change, as diff and git show them."""


def show_diff(path: str, old: bytes | None, new: bytes) -> tuple[str, int]:
    """Return a unified diff of a file, and how many of its lines hide a secret. `old` is None for a file that is not there."""
    texts = [data.decode("utf-8", "surrogateescape") for data in (old or b"", new)]
    before, after = (_LINE.findall(text) for text in texts)
    kind = kind_of(path) or ""
    shown_before, shown_after = (_hide(text, lines, kind) for text, lines in zip(texts, (before, after), strict=True))
    out = ["--- /dev/null\n" if old is None else f"--- a/{path}\n", f"+++ b/{path}\n"]
    hidden = 0

    def add(sign: str, original: str, shown: str) -> None:
        nonlocal hidden
        hidden += original != shown
        out.append(sign + (shown if shown.endswith("\n") else f"{shown}\n\\ No newline at end of file\n"))

    for group in difflib.SequenceMatcher(None, before, after).get_grouped_opcodes(_CONTEXT):
        (first, last) = group[0], group[-1]
        out.append(f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n")
        for tag, start, end, to, until in group:
            if tag == "equal":
                for at in range(start, end):
                    add(" ", before[at], shown_before[at])
                continue
            for at in range(start, end):
                add("-", before[at], shown_before[at])
            for at in range(to, until):
                add("+", after[at], shown_after[at])
    return ("".join(out) if len(out) > 2 else ""), hidden


def _range(start: int, end: int) -> str:
    """Return 0-based lines, end exclusive, as a hunk's head has them."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _hide(text: str, lines: list[str], kind: str) -> list[str]:
    """Return the lines of a text with its secrets masked; a secret may span lines."""
    spans = find_secrets(text, kind)
    out = []
    at, current = 0, 0
    for line in lines:
        end = at + len(line)
        parts, shown = [], at
        while current < len(spans) and spans[current][0] < end:
            start, stop = spans[current]
            parts += [text[shown : max(start, at)], MASK]
            shown = min(stop, end)
            if stop > end:
                break
            current += 1
        masked = "".join([*parts, text[shown:end]]).rstrip("\n")
        out.append(redact(masked, kind) + ("\n" if line.endswith("\n") else ""))
        at = end
    return out
