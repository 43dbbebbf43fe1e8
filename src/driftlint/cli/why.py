"""``driftlint why``: the answer for one line, with the steps that led to it.

Promises: every finding at the line is shown, those that `check` holds back with the reason for it; where there is none,
what was looked at is shown. Refuses to know: typer, how judges decide.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from driftlint.cli.common import CLEAN, Color, Settings, wants_color
from driftlint.cli.facts import Look, describe_reference, known_uses, look_at
from driftlint.cli.streams import CommandError, write_out
from driftlint.facts import Finding, Place, Rule
from driftlint.judges import JUDGES
from driftlint.late_regex import compile_late
from driftlint.report.located import Region
from driftlint.report.redact import clean, make_visible, show_path
from driftlint.report.text import Pen, draw_line, show_region
from driftlint.roles import PROJECT_FILES

_CELL = compile_late(r"(?P<path>.+):cell (?P<cell>\d{1,9}):(?P<line>\d{1,9})(?::\d+)?(?: \(line \d+\))?:?")
_LINE = compile_late(r"(?P<path>.+?):(?P<line>\d{1,9})(?::\d+)?:?")
_NEAR = 3
"""Lines above and below in which something counts as near."""


class Spot(Struct, frozen=True):
    """A line that was asked about: 1-based, in a notebook cell (1-based) when `cell` is given."""

    path: Path
    line: int
    cell: int | None = None

    def touches(self, region: Region, margin: int = 0) -> bool:
        """Return whether a region lies on the line, or within so many lines of it."""
        if self.cell is None:
            return region.line - margin <= self.line <= region.end_line + margin
        if region.cell is None or region.cell_line is None or region.cell + 1 != self.cell:
            return False
        height = max(region.text_end_line - region.text_line, 0)
        return region.cell_line - margin <= self.line <= region.cell_line + height + margin


class Answer(Struct, frozen=True):
    """One finding and what becomes of it: `fate` is "" when `check` shows it."""

    finding: Finding
    fate: str = ""


def run_why(text: str, settings: Settings, color: Color) -> int:
    """Explain the answer for a line."""
    spot = parse_spot(text)
    look = look_at(spot.path, settings)
    document = look.run.world.get_document(look.path)
    height = 0
    if document is not None and not document.cells:
        height = document.lines.line_count - (document.text.endswith(("\n", "\r")) and document.lines.line_count > 1)
    if height and spot.line > height:
        raise CommandError(f"{text}: the file has {height} lines: name one of them")
    pen = Pen(wants_color(color, sys.stdout))
    write_out("\n".join(_answer(look, spot, pen)).rstrip("\n") + "\n")
    return CLEAN


def parse_spot(text: str) -> Spot:
    """Return the line that a text such as ``train.py:12`` or ``run.ipynb:cell 3:1`` names.

    A column after the line is passed over, so that the places of findings can be pasted. Raises CommandError.
    """
    if match := _CELL.fullmatch(text):
        spot = Spot(Path(match["path"]), int(match["line"]), int(match["cell"]))
    elif match := _LINE.fullmatch(text):
        spot = Spot(Path(match["path"]), int(match["line"]))
    else:
        raise CommandError(f"`{text}` names no line: write PATH:LINE, as in train.py:12")
    if spot.line < 1 or spot.cell == 0:
        raise CommandError(f"{text}: lines and cells are counted from 1")
    return spot


def _answer(look: Look, spot: Spot, pen: Pen) -> Iterator[str]:
    where = f"{show_path(look.path)}:{f'cell {spot.cell}:' if spot.cell is not None else ''}{spot.line}"
    at_line, related = [], []
    for answer in collect(look):
        finding = answer.finding
        if finding.place.path == look.path and spot.touches(look.locator.region(finding.place)):
            at_line.append(answer)
        elif any(p.path == look.path and spot.touches(look.locator.region(p)) for p in finding.related):
            related.append(answer)
    if look.left_out:
        yield f"`driftlint check` does not look at {show_path(look.path)}: {look.left_out}."
        if at_line or related:
            yield "If it were named, this is what it would find:"
        yield ""
    for answer in at_line:
        yield from write_answer(look, answer, pen)
        yield ""
    if not at_line:
        yield f"Nothing is found at {where}."
        yield from _write_surroundings(look, spot)
    if related:
        yield from ([""] if not at_line else [])
        yield "Findings elsewhere whose trail comes by here:"
    for answer in related:
        yield ""
        yield from write_answer(look, answer, pen)


def collect(look: Look) -> list[Answer]:
    """Return all findings of the project: those that are shown, and those that are held back with the reason."""
    world, report, config = look.run.world, look.run.report, look.target.config
    severities = ("error", "warning", "info")
    answers: list[Answer] = []
    known: set[tuple[str, Place, str]] = set()

    def add(finding: Finding, fate: str = "") -> None:
        key = (finding.rule, finding.place, finding.subject.name)
        if key not in known:
            known.add(key)
            answers.append(Answer(finding, fate))

    for finding in report.findings:
        mild = severities.index(finding.severity) > severities.index(config.severity)
        add(finding, f"not shown: milder than severity {config.severity}" if mild else "")
    for finding in report.baselined:
        add(finding, "not shown: in the baseline")
    for item in report.suppressed:
        add(item.finding, f"accepted at {world.spot(item.place)}: {item.reason}")
    for rule in look.target.rules.values():
        off = look.target.selection.off.get(rule.name)
        ignored = f"turned off for {look.path} by a `per-path` table of the configuration"
        if off is not None or config.ignored_at(look.path) & {rule.name, rule.family, "all"}:
            for finding in _judge(rule, look):
                add(finding, f"not shown: the rule does not run: {off}" if off is not None else f"not shown: {ignored}")
    return answers


def _judge(rule: Rule, look: Look) -> Iterable[Finding]:
    judge = JUDGES.get(rule.judge)
    return judge(rule, look.run.world) if judge is not None else ()


def write_answer(look: Look, answer: Answer, pen: Pen) -> Iterator[str]:
    """Yield the lines that explain one finding: message, fate, source, steps, trail, remedy."""
    finding = answer.finding
    label = pen.paint(f"{finding.severity}[{make_visible(finding.rule)}]", finding.severity)
    yield f"{_spell(look, finding.place, pen)}: {label} {pen.paint(clean(finding.message), 'bold')}"
    if answer.fate:
        yield f"  {clean(answer.fate)}"
    yield from _quote(look, finding.place)
    subject = finding.subject
    host = f" at {subject.host}" if subject.host else ""
    yield f"  about: {clean(f'{subject.kind} `{subject.name}`{host}')}, confidence {finding.confidence}"
    if finding.reasoning:
        yield "  steps:"
        for number, step in enumerate(finding.reasoning, 1):
            yield f"    {number}. {clean(step)}"
    if finding.related:
        yield "  trail:"
        for place in finding.related:
            yield f"    {_spell(look, place, pen)}: {clean(place.note) or 'related'}"
            yield from _quote(look, place, "      ")
    if finding.remedy:
        yield f"  help: {clean(finding.remedy)}"


def _spell(look: Look, place: Place, pen: Pen) -> str:
    return show_region(look.locator.region(place), pen)


def _quote(look: Look, place: Place, indent: str = "  ") -> Iterator[str]:
    """The first source line of a place, redacted as in every output."""
    document = look.locator.document(place.path)
    region = look.locator.region(place)
    if document is None or not region.text_line:
        return
    line = document.lines.line_text(region.text_line)
    if line.strip():
        drawn, _ = draw_line(line, region.column - 1, len(line), document.kind)
        yield f"{indent}| {drawn.strip()}"


def _write_surroundings(look: Look, spot: Spot) -> Iterator[str]:
    """What was looked at near a line without findings, so that silence can be judged."""
    yield from _write_file_state(look)
    world, locator = look.run.world, look.locator
    uses = [(locator.region(place), text) for place, text in known_uses(look.run, look.path)]
    decided = [
        (locator.region(r.where), describe_reference(r))
        for r in world.references
        if r.where.path == look.path and r.where != r.place
    ]
    rows = [(region, text) for region, text in (*uses, *decided) if spot.touches(region, _NEAR)]
    rows += [
        (locator.region(place), f"not known: {clean(why)}")
        for place, why, _ in look.run.report.coverage.unknown
        if place.path == look.path and spot.touches(locator.region(place), _NEAR)
    ]
    if rows:
        yield "What the catalogue knows near it:"
        for region, text in sorted(set(rows), key=lambda row: (row[0].line, row[0].column, row[1])):
            yield f"  {show_region(region, Pen())}: {text}"
    elif not look.left_out:
        yield f"The catalogue knows nothing within {_NEAR} lines of it; `driftlint facts` shows what was read."


def _named_at(look: Look, place: Place) -> str:
    document = look.run.world.get_document(place.path)
    return clean(document.text[place.span.start : place.span.end]) if document is not None else ""


def _write_file_state(look: Look) -> Iterator[str]:
    world, path = look.run.world, look.path
    document = world.get_document(path)
    if document is None:
        return
    for problem in document.problems:
        yield f"Not understood, line {document.locate(problem.span.start).line}: {clean(problem.message)}."
    decision = world.roles.get(posixpath.dirname(path)) if posixpath.basename(path) in PROJECT_FILES else None
    if decision is not None:
        yield f"Its project counts as {decision.role}: {clean('; '.join(decision.reasons))}. The option `role` decides otherwise."
    if document.kind not in ("python", "notebook"):
        return
    programs = [program for program in world.programs if program.path == path]
    for program in programs:
        which = "The file" if len(programs) == 1 else f"`{_named_at(look, program.place)}`"
        yield f"{which} is an entry point ({program.kind}): {clean('; '.join(program.reasons))}."
        if program.cut:
            yield "It calls more than can be followed; the end of the walk is not known."
    if programs:
        return
    words = set(re.findall(r"[A-Za-z_]\w*", document.text))
    if "__main__" not in words and world.catalogue.trigger_words.isdisjoint(words):
        yield "The file holds no word of the catalogue, so it is read only when another file leads to it."
    users = [p.path for p in world.programs if path in p.modules]
    if users:
        yield f"The file is no entry point; it is imported by {', '.join(map(show_path, users[:5]))}."
    else:
        yield "The file is no entry point: nothing runs at its top level, or another file imports it."
