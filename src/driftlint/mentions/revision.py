"""What a git revision is worth as a pin, and where a repository URL points.

Promises: a verdict from the text alone, with the selector as it is written.
Refuses to know: what the remote holds; a tag and a branch of the same spelling cannot be told apart.
"""

from __future__ import annotations

import re

from msgspec import Struct

from driftlint.facts import Pin
from driftlint.late_regex import compile_late

_COMMIT = compile_late(r"[0-9a-f]{40}|[0-9a-f]{64}", re.IGNORECASE)
_SHORT_COMMIT = compile_late(r"(?=.*[a-f])[0-9a-f]{7,39}", re.IGNORECASE)
# "v4.31-release" is a branch in real repos, so only the suffixes of pre- and post-releases are taken for a tag.
_TAG = compile_late(
    r"(?:refs/tags/.+"
    r"|(?:[A-Za-z][\w.]*[-_])?v?\d+(?:\.\d+)+(?:[-.]?(?:a|b|rc|alpha|beta|pre|post|dev)[-.]?\d*)?(?:\+[\w.]+)?"
    r"|v?20\d{2}[-.]?\d{2}(?:[-.]?\d{2})?)"
)
_BRANCH_PREFIX = compile_late(r"(?:refs/heads|origin|release|releases|branch|stable)[/_-]")
_URL = compile_late(
    r"(?:(?:git\+)?(?:https?|ssh|git)://(?:[^/@\s]*@)?(?P<host>[\w.-]+)(?::\d+)?/|(?:[\w.-]+@)(?P<scp>[\w.-]+):)"
    r"(?P<path>[^\s?#]+)",
    re.IGNORECASE,
)


def judge_revision(text: str | None) -> Pin:
    """Return the pin that a git revision makes: commit, abbreviated commit, version tag, branch, or none at all."""
    if not text:
        return Pin("moving")
    if len(text) > 300:  # longer than any ref that git servers take
        return Pin("moving", text)
    if "$" in text or "{" in text:
        return Pin("unknown", text)
    if _COMMIT.fullmatch(text):
        return Pin("sealed", text)
    if _SHORT_COMMIT.fullmatch(text):
        return Pin("short", text)
    if _TAG.fullmatch(text) and not _BRANCH_PREFIX.match(text):
        return Pin("tag", text)
    return Pin("moving", text)


class Repository(Struct, frozen=True):
    """A remote repository: host in lower case, `name` is "owner/name" in lower case without ".git"."""

    host: str
    name: str


def parse_repository(url: str) -> Repository | None:
    """Return where a clone URL (https, ssh or scp form) points; None for local paths and for computed names."""
    match = _URL.match(url)
    if match is None:
        return None
    name = match["path"].strip("/").removesuffix(".git").lower()
    if not name or "$" in name or "{" in name or "`" in name:
        return None
    return Repository((match["host"] or match["scp"]).lower(), name)
