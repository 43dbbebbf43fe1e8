"""The answer of an audit as text, JSON or Markdown.

Promises: each package has one of four states, and "not audited" is never written as anything else; JSON is ASCII and carries
a `version`. Refuses to know: how answers came about.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from driftlint.audit.collect import Gap, Pin, PinnedSet
from driftlint.audit.index import Standing
from driftlint.audit.run import Answer, Release, Vulnerability
from driftlint.report.json_format import dump, spell_path
from driftlint.report.located import Region
from driftlint.report.markdown import code, escape
from driftlint.report.redact import clean
from driftlint.report.text import Pen, show_region

VERSION = 1
"""Version of the JSON form; it changes whenever a reader of the old form would break."""

State: TypeAlias = Literal["vulnerable", "ignored", "clear", "not audited"]
OFFLINE = "offline: nothing was audited; add --online"
NOTE = "a vulnerability is no drift: such a pin repeats, but it cannot be kept"
_PLACES = 3
_ALIKE = 8
"""Packages of one file that are told one by one when they are not audited for the same reason."""
_DESCRIPTION = 160
_LIMIT = 60_000
"""Characters of Markdown; hosts refuse comments of more than 65,536."""


class Row(Struct, frozen=True):
    """One pinned release and what is known of it. `ignored` are the vulnerabilities that the user accepted."""

    pin: Pin
    vulnerabilities: tuple[Vulnerability, ...] = ()
    ignored: tuple[Vulnerability, ...] = ()
    skipped: str = ""
    standing: Standing | None = None

    @property
    def state(self) -> State:
        """What the service said; whether the release was yanked is a question of its own."""
        if self.vulnerabilities:
            return "vulnerable"
        if self.skipped:
            return "not audited"
        return "ignored" if self.ignored else "clear"

    @property
    def yanked(self) -> bool:
        """Whether an index has taken the release back."""
        return self.standing is not None and self.standing.yanked

    @property
    def yank_unknown(self) -> str:
        """Why it is not known whether the release was yanked, "" when that is known or was not asked."""
        return self.standing.unknown if self.standing is not None else ""


class Audit(Struct, frozen=True):
    """The answer of one run. `service` is "" when nobody was asked, `unused` are ids to ignore that nothing bears."""

    rows: tuple[Row, ...]
    gaps: tuple[Gap, ...]
    service: str = ""
    index: bool = False
    unused: tuple[str, ...] = ()

    @property
    def lost(self) -> tuple[Row, ...]:
        """The pins that cannot be kept."""
        return tuple(row for row in self.rows if row.state == "vulnerable" or row.yanked)

    @property
    def unaudited(self) -> int:
        """How many packages and files nobody was asked about, or nobody answered for."""
        return len(self.gaps) + sum(row.state == "not audited" or bool(row.yank_unknown) for row in self.rows)


def judge_answers(
    pinned: PinnedSet,
    answers: Mapping[Release, Answer] | None,
    standings: Mapping[Release, Standing] | None = None,
    *,
    ignore: Collection[str] = (),
    service: str = "",
) -> Audit:
    """Join pins and answers; `answers` is None when nobody was asked."""
    ignored = {name.upper() for name in ignore}
    used: set[str] = set()
    rows = []
    for pin in pinned.pins:
        release = (pin.name, pin.asked)
        answer = Answer(skipped="offline") if answers is None else answers.get(release, Answer(skipped="no answer"))
        accepted = tuple(v for v in answer.vulnerabilities if v.names & ignored)
        used.update(*(v.names & ignored for v in accepted))
        rest = tuple(v for v in answer.vulnerabilities if not v.names & ignored)
        standing = None if standings is None else standings.get(release, Standing(unknown="no answer"))
        rows.append(Row(pin, rest, accepted, answer.skipped, standing))
    unused = tuple(name for name in dict.fromkeys(ignore) if answers is not None and name.upper() not in used)
    return Audit(tuple(rows), pinned.gaps, service if answers is not None else "", standings is not None, unused)


# text


def write_text(audit: Audit, *, color: bool = False) -> str:
    """Return the answer for people: the pins that cannot be kept, what was not audited, a tally."""
    pen = Pen(color)
    lines: list[str] = []
    for row in audit.lost:
        lines += [*_text_row(row, pen), ""]
    lines += [*_text_gaps(audit, pen)]
    lines += _text_ignored(audit, pen)
    lines.append(_tally(audit))
    if audit.lost:
        lines.append(NOTE)
    return "\n".join(lines) + "\n"


def _text_row(row: Row, pen: Pen) -> Iterator[str]:
    title = pen.paint(f"{row.pin.name} {row.pin.version}", "bold")
    words = " and ".join(word for word, true in (("vulnerable", row.vulnerabilities), ("yanked", row.yanked)) if true)
    yield f"{_first_place(row.pin.places, pen)}: {pen.paint(words, 'error')} {title}{_more_places(row.pin.places, pen)}"
    if row.pin.asked != row.pin.version:
        yield f"  asked about as {row.pin.asked}: the local label names another build of it"
    if row.yanked and row.standing is not None:
        yield f"  taken back from the index{': ' + clean(row.standing.reason) if row.standing.reason else ''}"
    for vulnerability in row.vulnerabilities:
        yield f"  {describe_name(vulnerability)}: {describe_fix(vulnerability)}"
        if vulnerability.description:
            yield f"    {_shorten(clean(vulnerability.description))}"


def _text_gaps(audit: Audit, pen: Pen) -> Iterator[str]:
    rows = list(_unaudited(audit))
    if not rows:
        return
    yield f"Not audited ({len(rows)}):"
    for name, reason, places in gather_gaps(audit):
        subject = f"{name}: " if name else ""
        yield f"  {_first_place(places, pen)}: {subject}{reason}{_more_places(places, pen)}"
    yield ""


def _text_ignored(audit: Audit, pen: Pen) -> list[str]:
    lines = [
        f"  {_first_place(row.pin.places, pen)}: {row.pin.name} {row.pin.version}: {describe_name(vulnerability)}"
        for row in audit.rows
        for vulnerability in row.ignored
    ]
    return [f"Ignored ({len(lines)}):", *lines, ""] if lines else []


def _unaudited(audit: Audit) -> Iterator[tuple[str, str, Sequence[Region]]]:
    """Yield (what, why, places) of all that nobody was asked about or nobody answered for."""
    for row in audit.rows:
        name = f"{row.pin.name} {row.pin.version}"
        if row.state == "not audited":
            yield name, clean(row.skipped), row.pin.places
        if row.yank_unknown:
            yield name, f"whether it was yanked is not known: {clean(row.yank_unknown)}", row.pin.places
    for gap in audit.gaps:
        yield clean(gap.name), clean(gap.reason), gap.places


def gather_gaps(audit: Audit) -> Iterator[tuple[str, str, Sequence[Region]]]:
    """Yield (what, why, places) of all that was not audited; what many packages of a file share is one row."""
    groups: dict[tuple[str, str], list[tuple[str, Sequence[Region]]]] = {}
    for name, reason, places in _unaudited(audit):
        groups.setdefault((reason, places[0].path), []).append((name, places))
    for (reason, _), members in groups.items():
        if len(members) <= _ALIKE:
            yield from ((name, reason, places) for name, places in members)
        else:
            shown = ", ".join(name for name, _ in members[:_PLACES])
            yield f"{shown} and {len(members) - _PLACES} more", reason, members[0][1][:1]


def _tally(audit: Audit) -> str:
    count = len(audit.rows)
    head = f"{count} pinned release{'s' * (count != 1)}"
    if not audit.service:
        return f"{head}: not audited, and whether any was yanked is not known (offline); {_count_gaps(audit)}"
    states = [row.state for row in audit.rows]
    parts = [
        f"{states.count('vulnerable')} vulnerable",
        f"{states.count('clear')} without a known vulnerability",
        *([f"{states.count('ignored')} with ignored ones only"] if "ignored" in states else []),
        *([f"{states.count('not audited')} not audited"] if "not audited" in states else []),
    ]
    yanked = sum(row.yanked for row in audit.rows)
    index = f"{yanked} yanked" if audit.index else "yanks not looked up (--index-url)"
    return f"{head} ({audit.service}): {', '.join(parts)}; {index}; {_count_gaps(audit)}"


def _count_gaps(audit: Audit) -> str:
    count = len(audit.gaps)
    return f"{count} package{'s' * (count != 1)} or files that nobody can be asked about" if count else "no gaps"


def describe_name(vulnerability: Vulnerability) -> str:
    """Return the id of a vulnerability with its other names."""
    others = f" ({', '.join(map(clean, vulnerability.aliases))})" if vulnerability.aliases else ""
    return clean(vulnerability.id) + others


def describe_fix(vulnerability: Vulnerability) -> str:
    """Return which releases fix a vulnerability."""
    versions = vulnerability.fix_versions
    return f"fixed in {', '.join(map(clean, versions))}" if versions else "no release that fixes it is known"


def _shorten(text: str) -> str:
    return text if len(text) <= _DESCRIPTION else text[: _DESCRIPTION - 3].rstrip() + "..."


def _first_place(places: Sequence[Region], pen: Pen) -> str:
    return show_region(places[0], pen)


def _more_places(places: Sequence[Region], pen: Pen) -> str:
    more = [show_region(place, pen) for place in places[1:_PLACES]]
    if len(places) > _PLACES:
        more.append(f"{len(places) - _PLACES} more")
    return f" (also {', '.join(more)})" if more else ""


# JSON


def write_json(audit: Audit) -> str:
    """Return the answer for tools."""
    states = [row.state for row in audit.rows]
    return dump(
        {
            "version": VERSION,
            "online": bool(audit.service),
            "service": audit.service or None,
            "summary": {
                "pinned": len(audit.rows),
                "vulnerable": states.count("vulnerable"),
                "ignored": states.count("ignored"),
                "clear": states.count("clear"),
                "not_audited": states.count("not audited"),
                "yanked": sum(row.yanked for row in audit.rows) if audit.index else None,
                "gaps": len(audit.gaps),
            },
            "packages": [_json_row(row, audit.index) for row in audit.rows],
            "gaps": [
                {
                    "name": clean(gap.name) or None,
                    "status": "not audited",
                    "reason": clean(gap.reason),
                    "places": list(map(_json_place, gap.places)),
                }
                for gap in audit.gaps
            ],
            "unused_ignores": [clean(name) for name in audit.unused],
        }
    )


def _json_row(row: Row, index: bool) -> dict[str, object]:
    standing = row.standing
    known = index and standing is not None and not standing.unknown
    return {
        "name": row.pin.name,
        "version": row.pin.version,
        "asked": row.pin.asked,
        "status": row.state,
        "reason": clean(row.skipped) or None,
        "yanked": row.yanked if known else None,
        "yanked_reason": clean((standing.reason or standing.unknown) if standing is not None else "") or None,
        "vulnerabilities": [_json_vulnerability(v) for v in row.vulnerabilities],
        "ignored": [_json_vulnerability(v) for v in row.ignored],
        "places": list(map(_json_place, row.pin.places)),
    }


def _json_vulnerability(vulnerability: Vulnerability) -> dict[str, object]:
    return {
        "id": clean(vulnerability.id),
        "aliases": list(map(clean, vulnerability.aliases)),
        "fix_versions": list(vulnerability.fix_versions),
        "description": clean(vulnerability.description),
    }


def _json_place(place: Region) -> dict[str, object]:
    return {
        "path": spell_path(place.path),
        "line": place.line,
        "column": place.column,
        "cell": place.cell,
        "cell_line": place.cell_line,
    }


# Markdown


def write_markdown(audit: Audit) -> str:
    """Return the answer as a comment for a pull request."""
    parts = [f"### driftlint audit\n\n{escape(_tally(audit))}\n"]
    length = len(parts[0])
    lost = [cells for row in audit.lost for cells in _markdown_rows(row)]
    gaps = [
        (f"<code>{_where(places)}</code>", code(name) if name else "", escape(reason))
        for name, reason, places in gather_gaps(audit)
    ]
    for title, head, rows in (
        ("Pins that cannot be kept", ("where", "pin", "why", "fixed in"), lost),
        ("Not audited", ("where", "package", "why"), gaps),
    ):
        if not rows:
            continue
        lines = [f"#### {title}\n", "| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
        left = 0
        for cells in rows:
            line = "| " + " | ".join(cells) + " |"
            if length + len(line) > _LIMIT:
                left += 1
                continue
            lines.append(line)
            length += len(line) + 1
        parts.append("\n".join(lines) + "\n" + (f"\n{left} more are left out here for length.\n" if left else ""))
    if lost:
        parts.append(f"{escape(NOTE[0].upper() + NOTE[1:])}.\n")
    return "\n".join(parts)


def _markdown_rows(row: Row) -> Iterator[tuple[str, ...]]:
    where, pin = f"<code>{_where(row.pin.places)}</code>", code(f"{row.pin.name} {row.pin.version}")
    if row.yanked and row.standing is not None:
        yield where, pin, escape(f"yanked: {clean(row.standing.reason) or 'no reason given'}"), ""
    for vulnerability in row.vulnerabilities:
        yield (
            where,
            pin,
            escape(describe_name(vulnerability)),
            escape(", ".join(vulnerability.fix_versions) or "none known"),
        )


def _where(places: Sequence[Region]) -> str:
    return escape(show_region(places[0], Pen(False)) + _more_places(places, Pen(False)))


WRITERS: dict[str, Callable[[Audit], str]] = {"json": write_json, "markdown": write_markdown}
"""Formats other than text, by name."""
