"""A commit or a digest in the place of what moves, what was there kept for people.

Promises: the tag or branch stays readable, as the tools that renew such pins write it; other text stays. Refuses to know:
which commit, which digest.
Sources: GitHub documentation, security hardening for actions (``@<commit> # v4``, which Dependabot and Renovate renew);
pre-commit, ``autoupdate --freeze`` (``rev: <commit>  # frozen: v1``); the reference grammar of the OCI distribution
specification (``name:tag@digest``).
"""

from __future__ import annotations

from driftlint.late_regex import compile_late
from driftlint.text import Edit, Span

_TO_LINE_END = compile_late(r"[\"']?[ \t]*(?=\r?\n|\Z)")


def freeze_revision(path: str, text: str, span: Span, commit: str, comment: str) -> list[Edit]:
    """Return the edits that put a commit in the place of the revision at `span` of a YAML text.

    `comment` is what the comment after it says, written only where nothing else stands on the rest of the line.
    """
    return [Edit(path, span, text[span.start : span.end], commit), *note_name(path, text, span.end, comment)]


def note_name(path: str, text: str, at: int, comment: str) -> list[Edit]:
    """Return the edit that puts a comment behind a revision that ends at an offset, [] where its line goes on."""
    rest = _TO_LINE_END.match(text, at)
    if rest is None:
        return []
    span = Span(at + (1 if text[at : at + 1] in ("'", '"') else 0), rest.end())
    return [Edit(path, span, text[span.start : span.end], comment)]


def seal_image(path: str, span: Span, tag: str | None, digest: str) -> list[Edit]:
    """Return the edit that adds a digest to the image reference that ends at `span`; without a tag `latest` is named."""
    named = f"@{digest}" if tag is not None else f":latest@{digest}"
    return [Edit(path, Span(span.end, span.end), "", named)]
