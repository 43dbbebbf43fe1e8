"""The review as a comment for a pull request: the verdict, what blocks, what changed, the rest behind folds.

Promises: whatever the repo holds stays text (the escaping is that of `report.markdown`), and the comment stays under the length
that hosts accept; what is left out is counted. Refuses to know: where files can be looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from driftlint.report.markdown import code, escape, prose
from driftlint.review.forms.words import (
    RECORDING_WORDS,
    describe_base,
    describe_change,
    describe_revision,
    describe_verdict,
    group_blockers,
    list_gaps,
    not_blocking,
)
from driftlint.review.sheet import BlockerRow, ComparisonSheet, ProgramRow, Sheet, Spot

LIMIT = 60_000
"""Characters; hosts refuse comments of more than 65,536."""
_MORE = "Not all of it fits into a comment; the page and the JSON form have the rest.\n"
_COUNTED = 50
"""Characters of the line that counts what is left out of a fold."""
_PROGRAMS = 5
"""Programs whose parts are told with what to add."""
_LONGEST = 300
"""Characters of one name or message."""


def write_markdown(sheet: Sheet) -> str:
    """Return the review as GitHub-flavoured Markdown of at most `LIMIT` characters."""
    paper = _Paper()
    paper.add(_write_head(sheet))
    if sheet.comparison is not None:
        paper.add(_write_change(sheet.comparison))
    paper.add(_write_kinds(sheet))
    for _, title, rows in group_blockers(sheet.blockers):
        paper.fold(f"{title} ({len(rows)})", list(_write_blockers(rows)), is_open=len(rows) <= 10)
    lacking = [program for program in sheet.records or () if any(part.lacking for part in program.parts)]
    for program in lacking[:_PROGRAMS]:
        paper.fold(f"What {escape(program.path)} records", list(_write_program(program)))
    paper.fold("What each program records", list(_write_programs(sheet.records or ())))
    paper.fold("Reproducibility section", list(_write_section(sheet)))
    paper.fold(
        f"Accepted drift ({len(sheet.accepted)})",
        [
            f"- {_where(row.at)}{code(row.rule)} {prose(_cut(row.message))}<br>accepted "
            + (f"by {escape(row.by)} " if row.by else "by nobody named ")
            + (f"until {row.until}" if row.until else "without an end")
            + f" at {code(row.accepted_at.label)}: {prose(_cut(row.reason))}"
            for row in sheet.accepted
        ],
    )
    advice = not_blocking(sheet.findings)
    paper.fold(
        f"Findings that do not block ({len(advice)})",
        [f"- {_where(row.at)}{code(row.rule)} {prose(_cut(row.message))}" for row in advice],
    )
    paper.fold(
        f"Inventory ({len(sheet.inventory)})",
        [
            f"- {escape(row.label)} {code(_cut(row.name))} {escape(row.system)}: "
            f"{code(_cut(row.version or row.pin or 'no pin'))} {row.rung.lower()}, {row.standing}, {code(row.written.label)}"
            for row in sheet.inventory
        ],
    )
    paper.fold("What was not looked at", list(_write_gaps(sheet)))
    return paper.text()


def _write_blockers(rows: list[BlockerRow]) -> Iterator[str]:
    """Yield a line for each blocker; what to do stands with the first of a rule."""
    told: set[str] = set()
    for row in rows:
        rule = f"{code(row.rule)} " if row.rule else ""
        what = "" if row.rule in told or not row.remedy else f"<br>What to do: {prose(_cut(row.remedy))}"
        yield f"- {_where(row.at)}{rule}{prose(_cut(row.reason))}{what}"
        if row.rule:
            told.add(row.rule)


class _Paper:
    """Text of bounded length."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._room = LIMIT - len(_MORE) - 1
        self._is_cut = False

    def add(self, text: str) -> None:
        """Add a part that is always short."""
        self._parts.append(text)
        self._room -= len(text) + 1

    def fold(self, title: str, lines: list[str], *, is_open: bool = False) -> None:
        """Add lines behind a fold, as many as half of what is left has room for. `title` is escaped already."""
        if not lines:
            return
        head = f"<details{' open' if is_open else ''}><summary>{title}</summary>\n\n"
        foot = "\n\n</details>\n"
        room = self._room // 2 - len(head) - len(foot) - _COUNTED
        kept: list[str] = []
        for line in lines:
            if len(line) + 1 > room:
                break
            room -= len(line) + 1
            kept.append(line)
        self._is_cut = self._is_cut or len(kept) < len(lines)
        if kept and len(kept) < len(lines):
            kept.append(f"\n{len(lines) - len(kept)} more are left out for length.")
        if kept:
            self.add(head + "\n".join(kept) + foot)

    def text(self) -> str:
        return "\n".join([*self._parts, *([_MORE] if self._is_cut else [])])


def _write_head(sheet: Sheet) -> str:
    title = f"{escape(sheet.title)}: " if sheet.title else ""
    lines = [
        f"### {title}driftlint review: {'passes' if sheet.verdict == 'pass' else 'does not pass'}",
        "",
        f"{prose(describe_verdict(sheet))} Commit {code(describe_revision(sheet))} of {sheet.revision.date[:10]}: "
        f"{escape(_cut(sheet.revision.subject))}",
        "",
        f"{sheet.coverage.files} files read; {escape(', '.join(list_gaps(sheet)))}. Policy {escape(sheet.policy.preset)} "
        f"{code(sheet.policy.digest)}, driftlint {escape(sheet.tool.version)}, judged as of {sheet.today} "
        f"({escape(sheet.today_from)}).",
        "",
    ]
    return "\n".join(lines)


def _write_change(found: ComparisonSheet) -> str:
    change = ", ".join(describe_change(found)) or "nothing changed"
    lines = [f"Against {escape(describe_base(found))}: {change}.", ""]
    rows = [
        *((escape("firmer"), row) for row in found.rose),
        *((escape("weaker"), row) for row in found.fell),
    ]
    if rows:
        lines += ["| pin | was | is |", "| --- | --- | --- |"]
        lines += [
            f"| {what}: {escape(row.kind)} {code(_cut(row.name))} | {row.before_rung.lower()} {code(_cut(row.before))} | "
            f"{row.now_rung.lower()} {code(_cut(row.now))} |"
            for what, row in rows[:30]
        ]
        if len(rows) > 30:
            lines += ["", f"{len(rows) - 30} more are left out for length."]
        lines.append("")
    return "\n".join(lines)


def _write_kinds(sheet: Sheet) -> str:
    if not sheet.summary.kinds:
        return "No external reference was found.\n"
    lines = [
        "| kind | sealed | version | range | floating | absent | blocks |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in sheet.summary.kinds:
        cells = [str(number) if number else "" for _, number in row.counts]
        lines.append(f"| {escape(row.label)} | {' | '.join(cells)} | {row.blocking or ''} |")
    return "\n".join(lines) + "\n"


def _write_programs(programs: Iterable[ProgramRow]) -> Iterator[str]:
    for program in programs:
        kinds = {how: [part.part for part in program.parts if part.recording == how] for how in RECORDING_WORDS}
        said = "; ".join(f"{RECORDING_WORDS[how]}: {', '.join(parts)}" for how, parts in kinds.items() if parts)
        under = escape(" and ".join(program.trackers)) or "no tracker"
        yield f"- {code(program.path)} {escape(program.says)}, {under}; {said}"


def _write_section(sheet: Sheet) -> Iterator[str]:
    if not sheet.section.found or sheet.section.at is None:
        return
    yield f"- {_where(sheet.section.at)}{escape(_cut(sheet.section.title))}"
    missing = [name for name, said in sheet.section.items if not said]
    if missing:
        yield f"- it does not say: {escape(', '.join(missing))}"
    for row in sheet.findings:
        if row.id in sheet.section.faults:
            yield f"- {_where(row.at)}{code(row.rule)} {prose(_cut(row.message))}"


def _write_program(program: ProgramRow) -> Iterator[str]:
    for part in program.parts:
        by = f" by {escape(part.tracker)}" if part.tracker else ""
        condition = f" ({prose(part.condition)})" if part.condition else ""
        remedy = f"<br>What to do: {prose(_cut(part.remedy))}" if part.lacking and part.remedy else ""
        yield f"- {part.part}: {RECORDING_WORDS[part.recording]}{by}{condition}{remedy}"


def _write_gaps(sheet: Sheet) -> Iterator[str]:
    for path, line, message in sheet.coverage.unread:
        yield f"- not read: {code(f'{path}:{line}')} {prose(_cut(message))}"
    for row in sheet.coverage.unknown:
        yield f"- not resolved: {code(row.at.label)} {prose(_cut(row.reason))}"
    for reason, paths in sheet.coverage.left_out:
        yield f"- left out, {escape(reason)}: {_enumerate(paths)}"
    for name, why in sheet.rules_off:
        yield f"- rule {code(name)} did not run: {escape(why)}"


def _enumerate(paths: Iterable[str]) -> str:
    paths = list(paths)
    shown = ", ".join(code(_cut(path)) for path in paths[:10])
    return shown + (f" and {len(paths) - 10} more" if len(paths) > 10 else "")


def _where(spot: Spot | None) -> str:
    return f"{code(_cut(spot.label))} " if spot is not None else ""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
