"""The page of experiment trackers, docs/trackers.md: rendered from the catalogue and the examples of the rules.

Promises: ``python -m driftlint.tracker_page --check`` fails when the page is stale, ``--write`` renders it anew; a form
stands in it because the engine found or accepted it in an example of a rule, by an entry of that system. Refuses to know:
which systems there are; the packs list them (``[trackers]``).
"""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from driftlint.config import Config
from driftlint.facts import Place, Rule
from driftlint.packs.catalogue import Catalogue, RecordEntry
from driftlint.packs.faults import InvalidPack
from driftlint.packs.files import builtin_pack
from driftlint.packs.read import read_packs
from driftlint.packs.trackers import PARTS
from driftlint.session import Run, Session
from driftlint.workspace import MemoryWorkspace

_HEAD = """# Experiment trackers and platforms

This page is rendered from the catalogue and from the examples of the rules, which are run for it; do not edit it. A floating
form is reported, a pinned form is accepted.

| system | entries | floating forms found | pinned forms accepted | rules whose examples show it |
| --- | --- | --- | --- | --- |
"""
_DAY = datetime.date(2026, 11, 25)
_FAMILIES = ("data", "packages")


class _Row(Struct):
    entries: frozenset[str]
    found: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)


def render_page(catalogue: Catalogue, rules: Mapping[str, Rule]) -> str:
    """Return the Markdown page: one row a system, in the order of the packs' table."""
    listed = catalogue.extra.get("trackers")
    systems = {n: s for n, s in listed.items() if isinstance(s, Mapping)} if isinstance(listed, Mapping) else {}
    rows = {name: _Row(frozenset(_entries(catalogue, said))) for name, said in systems.items()}
    for rule in rules.values():
        for example in rule.examples if rule.family in _FAMILIES else ():
            if any(word in text for _, text in example.files for s in systems.values() for word in _texts(s, "marks")):
                _collect(rows, catalogue, rule, dict(example.files))
    parts = [_HEAD]
    for name, row in rows.items():
        links = ", ".join(f"[{rule}](../rules/{rules[rule].family}/{rule}.md)" for rule in sorted(row.rules)) or "none"
        parts.append(f"| {name} | {len(row.entries)} | {_cell(row.found)} | {_cell(row.accepted)} | {links} |\n")
    parts += ["\n", *_recorded(catalogue)]
    notes = [f"- {name}: {said['note']}\n" for name, said in systems.items() if said.get("note")]
    return "".join([*parts, "\n", *notes])


_RECORDED_HEAD = """## What a run records

By itself: nothing has to be called. Condition: it does so under a condition, which the second table names. Call: a call hands
it over. `driftlint review` says which of it holds for the programs of a repo.

"""


def _recorded(catalogue: Catalogue) -> Iterator[str]:
    """Yield the table of trackers and parts, and the conditions and calls below it."""
    yield _RECORDED_HEAD
    yield f"| tracker | {' | '.join(PARTS)} |\n|{' --- |' * (len(PARTS) + 1)}\n"
    wrapped = {start.id for start in catalogue.run_starts if start.through}
    trackers = [tracker for tracker in catalogue.trackers.values() if not tracker.partial]
    own = {
        tracker.id: [
            e for e in catalogue.records if e.tracker == tracker.id and not (e.starts and wrapped.issuperset(e.starts))
        ]
        for tracker in trackers
    }
    for tracker in trackers:
        cells = [_way([e for e in own[tracker.id] if part in e.parts]) for part in PARTS]
        yield f"| {tracker.label} | {' | '.join(cells)} |\n"
    yield "\n| tracker | part | how | source |\n| --- | --- | --- | --- |\n"
    for tracker in trackers:
        for entry in own[tracker.id]:
            yield f"| {tracker.label} | {', '.join(entry.parts)} | {_how(entry)} | {_plain(entry.source)} |\n"
    yield "\nRuns that another library starts:\n\n"
    for start in catalogue.run_starts:
        if start.through:
            calls = ", ".join(f"`{call}`" for call in start.calls[:1])
            yield f"- {catalogue.trackers[start.tracker].label} through {start.through}: {calls} ({start.source})\n"
    yield "\n## Notes\n\n"


def _way(entries: Sequence[RecordEntry]) -> str:
    """Return how a tracker records a part at best, as a cell says it."""
    free = [e for e in entries if not e.calls and not e.args]
    if any(e.recording == "automatic" and not e.only and not e.declares and not e.beside for e in free):
        return "by itself"
    asked = [e for e in entries if e.calls or e.args]
    ways = []
    if any(e.recording in ("automatic", "conditional") for e in entries):
        ways.append("condition")
    if any(e.recording == "explicit" for e in asked):
        ways.append("call")
    return ", ".join(ways) or "no"


def _how(entry: RecordEntry) -> str:
    words = []
    if entry.recording == "never":
        words.append("not by itself")
    elif entry.calls:
        words.append(
            ", ".join(f"`{call}`" for call in entry.calls[:3]) + (" and others" if len(entry.calls) > 3 else "")
        )
    elif entry.args:
        words.append("given to the start: " + ", ".join(f"`{spec.arg or spec.pos}`" for spec in entry.args))
    elif entry.recording == "automatic":
        words.append("by itself")
    conditions = [f"`{c.arg}` is {' or '.join(map(str, c.values))}" for c in entry.only if c.arg and c.values]
    if entry.beside:
        conditions.append(" or ".join(f"`{key}`" for key in entry.beside) + " stands beside it")
    if entry.declares:
        conditions.append("an option of the program has such a name")
    if entry.condition:
        conditions.append(entry.condition)
    if conditions:
        words.append("; ".join(conditions))
    return _plain(": ".join(words))


def _plain(text: str) -> str:
    return text.replace("|", "\\|")


def _collect(rows: Mapping[str, _Row], catalogue: Catalogue, rule: Rule, files: dict[str, str]) -> None:
    """Note the lines of one example by the entries that their references came from."""
    config = Config(
        root=Path(),
        include=("*",),
        include_tests=True,
        include_vendored=True,
        respect_gitignore=False,
        preview=True,
        severity="info",
        today=_DAY,
    )
    session = Session(MemoryWorkspace(files), config, catalogue, {rule.name: rule}, named=tuple(files))
    run = session.run()
    reported = {_spot(run, finding.place) for finding in run.report.findings}
    for reference in run.world.references:
        spot = _spot(run, reference.where)
        line = files[spot[0]].split("\n")[spot[1] - 1].strip()
        for row in rows.values():
            if reference.entry not in row.entries:
                continue
            if spot in reported:
                row.rules.add(rule.name)
            satisfied = reference.pin.rung >= run.world.demanded(reference.subject.kind, spot[0])
            forms = row.found if spot in reported else row.accepted if satisfied else None
            if forms is not None and line not in forms:
                forms.append(line)


def _spot(run: Run, place: Place) -> tuple[str, int]:
    return place.path, run.world.line_of(place)


def _texts(said: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = said.get(key, ())
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else (str(value),)


def _entries(catalogue: Catalogue, said: Mapping[str, object]) -> Iterator[str]:
    """Yield the entries that a system's host names, or of which a call, a program or the id begins with one of its words."""
    hosts, words = _texts(said, "hosts"), _texts(said, "calls")
    known = [
        *((e.id, e.host, e.calls) for e in catalogue.references),
        *((e.id, e.host, e.programs) for e in catalogue.commands),
        *((e.id, e.host, ()) for e in catalogue.config_keys),
    ]
    for name, host, spellings in known:
        if host in hosts or any(
            re.match(rf"{re.escape(word)}\b", said) for said in (*spellings, name) for word in words
        ):
            yield name


def _cell(lines: Sequence[str]) -> str:
    return "<br>".join(f"`{line.replace('|', chr(92) + '|')}`" for line in lines) or "none"


def main(arguments: Sequence[str], page: Path | None = None) -> int:
    """Check the page, or write it with ``--write``.

    Return the exit status: 1 when it is stale, 2 when packs have faults.
    """
    page = page or builtin_pack().parent / "docs" / "trackers.md"
    catalogue, rules, errors = read_packs([builtin_pack()])
    if errors:
        print(InvalidPack(errors), file=sys.stderr)
        return 2
    text = render_page(catalogue, rules)
    if page.exists() and page.read_text(encoding="utf-8") == text:
        return 0
    if "--write" in arguments:
        page.write_text(text, encoding="utf-8", newline="\n")
        return 0
    print(f"{page} is stale: run python -m driftlint.tracker_page --write", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
