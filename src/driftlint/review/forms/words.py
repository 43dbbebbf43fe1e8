"""Words that several forms of a review share.

Promises: the same thing is called the same everywhere. Refuses to know: how a form writes them.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from driftlint.review.sheet import BlockerRow, ComparisonSheet, FindingRow, Sheet

RUNG_WORDS = {
    "SEALED": "sealed: a commit, a digest, a content hash",
    "VERSION": "one version, without a digest",
    "RANGE": "several versions satisfy it",
    "FLOATING": "somebody else decides what it means tomorrow",
    "ABSENT": "nothing is said",
}
STANDING_WORDS = {
    "held": "as firm as is asked",
    "accepted": "accepted with a reason",
    "advice": "advice only",
    "blocks": "blocks",
    "open": "no rule asks for more here",
}
RECORDING_WORDS = {
    "automatic": "recorded by itself",
    "explicit": "recorded by a call",
    "conditional": "recorded under a condition",
    "missing": "not recorded",
}
KIND_TITLES = {
    "unread": "Files that were not read",
    "unknown": "What could not be resolved",
    "acceptance": "Accepted drift",
    "ignores": "Rules that did not run",
    "section": "Reproducibility section",
    "record": "What runs record",
}
"""Titles of blockers that are no findings; findings go by their family."""


_ORDER = {"finding": 1, "record": 1, "section": 1, "unknown": 2}
_SEVERITIES = ("", "error", "warning", "info")


def count(number: int, noun: str, plural: str = "") -> str:
    """Return "1 file", "2 files"."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def group_blockers(rows: Iterable[BlockerRow]) -> Iterator[tuple[str, str, list[BlockerRow]]]:
    """Yield (key, title, rows), errors first in each.

    What the verdict rests on comes first, then families, those with most errors first, then what could not be resolved.
    """
    groups: dict[str, list[BlockerRow]] = {}
    for row in rows:
        groups.setdefault(row.family if row.kind == "finding" else row.kind, []).append(row)

    def weigh(group: tuple[str, list[BlockerRow]]) -> tuple[int, int, int, str]:
        key, found = group
        return _ORDER.get(found[0].kind, 0), -sum(row.severity == "error" for row in found), -len(found), key

    for key, found in sorted(groups.items(), key=weigh):
        found.sort(key=lambda row: _SEVERITIES.index(row.severity))
        yield key, KIND_TITLES.get(key) or key.capitalize(), found


def describe_verdict(sheet: Sheet) -> str:
    """Return one sentence on the verdict."""
    if sheet.verdict == "pass":
        return f"Nothing blocks approval under the policy `{sheet.policy.preset}`."
    number = sheet.summary.blockers
    verb = "blocks" if number == 1 else "block"
    return f"{count(number, 'thing')} {verb} approval under the policy `{sheet.policy.preset}`."


def describe_revision(sheet: Sheet) -> str:
    """Return the commit and how it was named."""
    short = sheet.revision.commit[:12]
    return f"{short} ({sheet.revision.name})" if sheet.revision.name else short


def describe_unknown(unknown: Iterable[str]) -> str:
    """Return what a policy says of names and pins that could not be resolved."""
    kinds = list(unknown)
    named = [kind for kind in kinds if kind != "all" and not kind.startswith("!")]
    out = [kind[1:] for kind in kinds if kind.startswith("!")]
    if "all" in kinds:
        return "block for every kind" + (f" but {', '.join(out)}" if out else "")
    named = [kind for kind in named if kind not in out]
    return f"block for {', '.join(named)}" if named else "are shown"


def write_command(sheet: Sheet) -> str:
    """Return the command that makes this review again."""
    revision = sheet.revision
    parts = ["driftlint", "review", revision.name or revision.commit, "--preset", sheet.policy.preset]
    parts += ["--project", revision.project] if revision.project != "." else []
    parts += ["--against", sheet.comparison.revision] if sheet.comparison is not None else []
    parts += ["--title", sheet.title] if sheet.title else []
    return shlex.join([*parts, "--today", sheet.today, "-o", "review.html"])


def list_gaps(sheet: Sheet) -> list[str]:
    """Return what was not looked at, a phrase each."""
    summary = sheet.summary
    return [
        count(summary.unread, "file") + " not read in full",
        f"{summary.unknown} not resolved",
        count(summary.left_out, "path") + " left out",
        count(summary.rules_off, "rule") + " turned off",
    ]


def describe_change(found: ComparisonSheet) -> list[str]:
    """Return what a change did, a phrase each; nothing for what did not happen."""
    pairs = (
        (len(found.gone), "finding", "gone"),
        (len(found.new), "finding", "new"),
        (len(found.rose), "pin", "firmer"),
        (len(found.fell), "pin", "weaker"),
        (len(found.moved), "pin", "moved on the same rung"),
        (len(found.added), "reference", "added"),
        (len(found.removed), "reference", "removed"),
    )
    return [f"{count(number, noun)} {what}" for number, noun, what in pairs if number]


def describe_base(found: ComparisonSheet) -> str:
    """Return what was compared with."""
    where = found.commit[:12] or "no commit"
    return f"{found.revision} ({where}{', where the branches part' if found.merge_base else ''})"


def not_blocking(findings: Iterable[FindingRow]) -> list[FindingRow]:
    """Return the findings that do not block."""
    return [row for row in findings if not row.blocks]
