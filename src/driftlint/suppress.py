"""Accepted drift: ignore comments and ``[[accept]]`` entries.

Promises: nothing is accepted without a reason, nothing stays accepted past its date, and every comment or entry that
does nothing is named. Refuses to know: how a finding came about, and the syntax around a comment (readers deliver the
comments).

    # driftlint: ignore[rule, other-rule] the reason, in words until=2027-06-30 by=a.name
    # driftlint: ignore-file[rule] the reason

``ignore`` works on findings whose reach includes the comment's line, or begins on the line below a comment that
stands alone. ``ignore-file`` works on the whole file and stands before its first line that is no comment.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from msgspec import Struct, field

from driftlint.config import Accept
from driftlint.config_values import parse_date, suggest
from driftlint.documents.model import Comment, Document
from driftlint.facts import Finding, Place, Suppressed
from driftlint.late_regex import compile_late
from driftlint.text import Span

TRIGGER = "driftlint:"
"""Text that every ignore comment holds (in this case): a byte scan must not drop a file with it."""

_DIRECTIVE = compile_late(
    r"(?:[#;!*%]|//|--)[ \t]*(?P<all>driftlint:[ \t]*(?P<verb>[A-Za-z][\w-]*)?(?P<rest>.*))", re.IGNORECASE | re.DOTALL
)
"""Only right after a comment marker: prose may speak of driftlint."""
_RULES = compile_late(r"[ \t]*\[(?P<rules>[^\]\n]*)\]")
_UNTIL = compile_late(r"(?:^|(?<=\s))until=(?P<date>\S*)")
_BY = compile_late(r"(?:^|(?<=\s))by=(?P<name>\S*)")
_NEXT_COMMENT = compile_late(r"\s(?:#|//)\s")
_PREAMBLE = compile_late(r"#![^\n]*|---[ \t]*|%YAML[^\n]*|-\*-[^\n]*")

ProblemKind: TypeAlias = Literal["unused", "expired", "no-reason", "unknown-rule", "malformed"]


class SuppressionProblem(Struct, frozen=True):
    """Something that is wrong with a comment or entry.

    `rule` is the rule name it is about, "" when it is about all of it.
    """

    kind: ProblemKind
    place: Place
    message: str
    rule: str = ""
    cut: Place | None = None
    """What can go where it accepts nothing: the rule's name, or the comment with nothing else in it."""


class Suppression(Struct, frozen=True):
    """One well-formed ignore comment.

    `rules` holds each rule name with its span; `lines` are 1-based and say where it works.

    `until` is the last day on which it counts, `by` who accepted it, "" where nobody is named.
    """

    place: Place
    rules: tuple[tuple[str, Span], ...]
    reason: str
    until: datetime.date | None
    whole_file: bool
    line: int
    alone: bool
    by: str = ""
    whole: Span | None = None
    """From what stands before the comment to its end, None where more than the comment would go."""


class SuppressionResult(Struct, frozen=True):
    """The findings that stay, those that are accepted, and what is wrong with comments and entries."""

    kept: list[Finding] = field(default_factory=list)
    suppressed: list[Suppressed] = field(default_factory=list)
    problems: list[SuppressionProblem] = field(default_factory=list)


def apply_suppressions(
    findings: Iterable[Finding],
    documents: Mapping[str, Document],
    accept: Iterable[Accept],
    today: datetime.date,
    *,
    known: Collection[str],
    ran: Collection[str] | None = None,
) -> SuppressionResult:
    """Sort findings into kept and accepted.

    `documents` maps paths to what was read; every comment in them is looked at. `known` holds the names of all rules,
    `ran` of those that ran (default: all): a comment for a rule that did not run is not called unused. `findings`
    must be those of the whole project, else entries for the rest seem unused.
    """
    ran = known if ran is None else ran
    result = SuppressionResult()
    comments: dict[str, list[Suppression]] = {}
    for path, document in documents.items():
        if TRIGGER in document.text.lower() and document.comments:
            found, problems = read_suppressions(document, known)
            result.problems.extend(problems)
            if found:
                comments[path] = found
    entries = list(accept)
    used: set[tuple[int, str]] = set()
    for finding in findings:
        path = finding.place.path
        matching: list[tuple[int, Suppression | Accept]] = []
        if path in comments:
            document = documents[path]
            hits = [c for c in comments[path] if _covers(c, finding, document, comments[path])]
            matching += [(id(c), c) for c in sorted(hits, key=lambda c: c.whole_file)]
        matching += [(id(e), e) for e in entries if _accepts(e, finding)]
        valid = [m for _, m in matching if m.until is None or today <= m.until]
        used.update((key, finding.rule) for key, _ in matching)
        if valid:
            first = valid[0]
            until = first.until.isoformat() if first.until is not None else ""
            result.suppressed.append(Suppressed(finding, first.reason, first.place, until, first.by))
        else:
            result.kept.append(finding)
    for found in comments.values():
        for comment in found:
            result.problems.extend(_judge_comment(comment, used, today, ran))
    for entry in entries:
        result.problems.extend(_judge_entry(entry, used, today, known, ran))
    result.problems.sort(key=lambda problem: (problem.place.path, problem.place.span, problem.kind))
    return result


def read_suppressions(document: Document, known: Collection[str]) -> tuple[list[Suppression], list[SuppressionProblem]]:
    """Return the ignore comments of a document that can work, and what is wrong with the others."""
    found: list[Suppression] = []
    problems: list[SuppressionProblem] = []
    head_end = None
    for comment in document.comments:
        raw = document.text[comment.span.start : comment.span.end]
        match = _DIRECTIVE.search(raw)
        if match is None:
            continue
        suppression = _read_directive(document, comment, match, known, problems)
        if suppression is None:
            continue
        if suppression.whole_file:
            head_end = _find_head_end(document) if head_end is None else head_end
            if comment.span.start > head_end:
                message = "`ignore-file` works only in the comments at the top of the file"
                problems.append(SuppressionProblem("malformed", suppression.place, message))
                continue
        found.append(suppression)
    return found, problems


def _read_directive(
    document: Document,
    comment: Comment,
    match: re.Match[str],
    known: Collection[str],
    problems: list[SuppressionProblem],
) -> Suppression | None:
    base = comment.span.start
    rest, rest_at = match["rest"], base + match.start("rest")
    if cut := _NEXT_COMMENT.search(rest):
        rest = rest[: cut.start()]
    place = Place(document.path, Span(base + match.start("all"), rest_at + len(rest.rstrip())))

    def complain(kind: ProblemKind, message: str, span: Span | None = None, rule: str = "") -> None:
        problems.append(
            SuppressionProblem(
                kind,
                place if span is None else Place(document.path, span),
                message,
                rule,
            )
        )

    verb = match["verb"] or ""
    if verb not in ("ignore", "ignore-file"):
        complain(
            "malformed",
            f"no directive `{verb}`{suggest(verb.lower(), ('ignore', 'ignore-file'))}"
            if verb
            else "a directive must follow: ignore[...]",
        )
        return None
    if not match["all"].startswith(TRIGGER):
        complain("malformed", f"write `{TRIGGER}` in lower case")
        return None
    brackets = _RULES.match(rest)
    if brackets is None:
        complain("malformed", f"name the rules in brackets: `{TRIGGER} {verb}[rule] reason`")
        return None
    rules: list[tuple[str, Span]] = []
    at = rest_at + brackets.start("rules")
    for part in brackets["rules"].split(","):
        name = part.strip()
        start = at + len(part) - len(part.lstrip())
        span = Span(start, start + len(name))
        if not name:
            complain("malformed", "a rule name is missing in the brackets")
        elif name not in known:
            complain(
                "unknown-rule",
                f"no rule `{name}`{suggest(name, list(known))}",
                span,
                name,
            )
        else:
            rules.append((name, span))
        at += len(part) + 1
    text = rest[brackets.end() :]
    dates = _UNTIL.findall(text)
    until = parse_date(dates[0].rstrip(".,;")) if dates else None
    if dates and (until is None or len(dates) > 1):
        complain("malformed", f"`until={dates[-1]}`: write one date as until=2027-06-30")
        return None
    names = _BY.findall(text)
    by = names[0].rstrip(".,;") if names else ""
    if names and (not by or len(names) > 1):
        complain("malformed", f"`by={names[-1]}`: write one name without blanks as by=a.name")
        return None
    reason = " ".join(_BY.sub(" ", _UNTIL.sub(" ", text)).split()).strip(" \t-\u2013\u2014:,*/>").strip()
    if not re.search(r"\w", reason):
        complain(
            "no-reason",
            "a reason must follow the brackets: without one nothing is ignored",
        )
        return None
    if not rules:
        return None
    sound = len(rules) == brackets["rules"].count(",") + 1
    line = document.lines.position(comment.span.start).line
    before = document.text[document.lines.offset(line) : comment.span.start]
    return Suppression(
        place,
        tuple(rules),
        reason,
        until,
        verb == "ignore-file",
        line,
        not before.strip(),
        by,
        _find_whole(document, comment, base + match.start(), rest_at + len(rest)) if sound else None,
    )


def _find_whole(document: Document, comment: Comment, start: int, end: int) -> Span | None:
    """Return what has to go with a directive between two offsets: blanks before it, and its line where it stands alone."""
    text = document.text
    line_end = text.find("\n", start)
    line_end = len(text) if line_end == -1 else line_end
    after = text[end:line_end]
    if comment.span.end > line_end or (after.strip() and not _NEXT_COMMENT.match(after)):
        return None  # a comment of several lines, or one that ends in a mark of its own
    if after.strip():
        return Span(start, end + len(after) - len(after.lstrip()))
    line = text.rfind("\n", 0, start) + 1
    lead = text[line:start]
    if not lead.strip():
        return Span(line, min(line_end + 1, len(text)))
    return Span(line + len(lead.rstrip()), line_end - after.endswith("\r"))


def _find_cut(comment: Suppression, at: int) -> Place | None:
    """Return what goes when one rule of a comment does: its name with a comma, or all of it."""
    if comment.whole is None:
        return None
    if len(comment.rules) == 1:
        return Place(comment.place.path, comment.whole)
    if at + 1 < len(comment.rules):
        return Place(comment.place.path, Span(comment.rules[at][1].start, comment.rules[at + 1][1].start))
    return Place(comment.place.path, Span(comment.rules[at - 1][1].end, comment.rules[at][1].end))


def _find_head_end(document: Document) -> int:
    """Return the offset of the first text that is neither a comment nor blank nor a preamble (``#!``, ``---``)."""
    text, at = document.text, 0
    ends = {comment.span.start: comment.span.end for comment in document.comments}
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif at in ends and ends[at] > at:
            at = ends[at]
        elif preamble := _PREAMBLE.match(text, at):
            at = preamble.end()
        else:
            return at
    return at


def _covers(
    comment: Suppression,
    finding: Finding,
    document: Document,
    others: list[Suppression],
) -> bool:
    if all(rule != finding.rule for rule, _ in comment.rules):
        return False
    if comment.whole_file:
        return True
    reach = finding.reach or finding.place.span
    first = document.lines.position(reach.start).line
    last = document.lines.position(max(reach.end - 1, reach.start)).line
    if first <= comment.line <= last:
        return True
    if not comment.alone or comment.line >= first or not _same_cell(document, comment, reach):
        return False
    # Ignore comments stacked on the lines above count as one block.
    block = {other.line for other in others if other.alone}
    return all(line in block for line in range(comment.line, first))


def _same_cell(document: Document, comment: Suppression, reach: Span) -> bool:
    return not document.cells or document.locate(comment.place.span.start).cell == document.locate(reach.start).cell


def _accepts(entry: Accept, finding: Finding) -> bool:
    return (
        entry.rule == finding.rule
        and (
            not entry.subject
            or entry.subject == finding.subject.name
            or fnmatchcase(finding.subject.name, entry.subject)
        )
        and entry.patterns.covers(finding.place.path)
    )


def _judge_comment(
    comment: Suppression,
    used: set[tuple[int, str]],
    today: datetime.date,
    ran: Collection[str],
) -> Iterable[SuppressionProblem]:
    if comment.until is not None and today > comment.until:
        message = f"expired on {comment.until}: decide again, then renew the date or remove the comment"
        yield SuppressionProblem(
            "expired",
            comment.place,
            message,
            comment.rules[0][0] if len(comment.rules) == 1 else "",
        )
        return
    for at, (rule, span) in enumerate(comment.rules):
        if rule in ran and (id(comment), rule) not in used:
            where = "in this file" if comment.whole_file else "here"
            yield SuppressionProblem(
                "unused",
                Place(comment.place.path, span),
                f"`{rule}` finds nothing {where}: remove it",
                rule,
                _find_cut(comment, at),
            )


def _judge_entry(
    entry: Accept,
    used: set[tuple[int, str]],
    today: datetime.date,
    known: Collection[str],
    ran: Collection[str],
) -> Iterable[SuppressionProblem]:
    if entry.rule not in known:
        yield SuppressionProblem(
            "unknown-rule",
            entry.place,
            f"no rule `{entry.rule}`{suggest(entry.rule, list(known))}",
            entry.rule,
        )
    elif entry.until is not None and today > entry.until:
        yield SuppressionProblem(
            "expired",
            entry.place,
            f"expired on {entry.until}: decide again, then renew the date or remove the entry",
            entry.rule,
        )
    elif entry.rule in ran and (id(entry), entry.rule) not in used:
        what = f" about {entry.subject}" if entry.subject else ""
        yield SuppressionProblem(
            "unused",
            entry.place,
            f"`{entry.rule}` finds nothing{what} in {', '.join(entry.path)}: remove the entry",
            entry.rule,
        )
