"""Which parts the section has, and what stands there.

Promises: a part counts as said when any passage, heading, table row or, for some, command says it. Refuses to know: whether it is
true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from driftlint.documents.prose import blank_comments, plain
from driftlint.facts import Place, Reference
from driftlint.judges.section.find import Written
from driftlint.judges.section.report import Fault, ReportSection, Said
from driftlint.judges.section.words import Item, Words
from driftlint.judges.world import World
from driftlint.late_regex import compile_late
from driftlint.text import Span

_LONGEST = 160
_SENTENCE = compile_late(r"(?<=[.!?])\s+(?=[A-Z`*\[(])")
_VISIBLE = compile_late(r"_{4,}")


def read_items(world: World, words: Words, written: Written, section: ReportSection) -> Iterator[Said]:
    """Yield the parts in the order of the packs: commands and setup first, the services that the code asks last."""
    started = [start for start in section.starts if start.what != "tool"]
    first = started[0].command if started else None
    yield _said(written, "commands", "commands", first.span if first is not None else None)
    yield _said(written, "setup", "environment setup", _setup(words, written, section))
    for item in words.items.values():
        span = find_item(written, item)
        yield _said(written, item.name, item.label, span)
    services = used_services(world, started_programs(world, section))
    if services:
        told = [name for name in services if name in _whole(written)]
        at = _whole(written).find(told[0]) if told else -1
        place = _nth_place(written, told[0]) if at >= 0 else None
        yield _said(written, "services", "external services", place if len(told) == len(services) else None)


def _said(written: Written, name: str, label: str, span: Span | None) -> Said:
    if span is None:
        return Said(name, label)
    text = written.document.text
    lines = written.document.lines
    row = lines.line_text(written.document.position(span.start).line)
    shown = plain(" ".join(row.split())) or text[span.start : span.end]
    said = plain(" ".join(text[span.start : span.end].split()))
    shown = ": ".join(cell.strip() for cell in shown.strip("| ").split("|")) if shown.startswith("|") else shown
    return Said(name, label, _VISIBLE.sub("____", _cut_around(shown, said)), Place(written.path, span))


def _cut_around(text: str, said: str) -> str:
    """Return the sentence of a line that says something, and no more of it than can be shown."""
    at = max(text.find(said), 0)
    ends = [match.start() for match in _SENTENCE.finditer(text)]
    starts = [0, *(match.end() for match in _SENTENCE.finditer(text))]
    start = max(s for s in starts if s <= at)
    end = min((e for e in ends if e >= at + len(said)), default=len(text))
    if end - start > _LONGEST:
        start = max(start, at - _LONGEST // 3)
        start = start if not start or text[start - 1] == " " else text.find(" ", start, at) + 1 or start
        end = min(end, start + _LONGEST)
    shown = text[start:end].strip()
    return shown + "…" if end < len(text) and not shown.endswith((".", "!", "?")) else shown


def find_item(written: Written, item: Item) -> Span | None:
    """Return where a part is said."""
    for passage in written.passages():
        bare = _mask(passage.text)
        text = f"{_mask(passage.above)}\n{bare}" if passage.above else bare
        found = item.find(text)
        if found is None:
            continue
        at = max(found.start() - (len(text) - len(bare)), 0)
        return Span(passage.span.start + at, passage.span.start + max(at + 1, found.end() - (len(text) - len(bare))))
    for code in written.codes():
        source = written.document.text[code.span.start : code.span.end]
        texts = [source] if item.code else re.findall(r"#[^\n]*", source)
        for text in texts:
            found = item.find(text)
            if found is not None:
                at = code.span.start + source.find(text) + found.start()
                return Span(at, at + len(found.group()))
    return None


def _mask(text: str) -> str:
    """Return a passage with its blanks, and what stands in comments, taken out; no character moves."""
    text = blank_comments(text)
    return _VISIBLE.sub(lambda found: " " * len(found.group()), text)


def _setup(words: Words, written: Written, section: ReportSection) -> Span | None:
    """Return where the environment is set up: in the section, else where the rest of its file does it."""
    for start in section.starts:
        text = written.document.text[start.command.span.start : start.command.span.end]
        if words.setup.search(text):
            return start.command.span
    for passage in (*written.passages(), *written.prose.passages):
        found = words.setup.search(passage.text)
        if found is not None:
            return Span(passage.span.start + found.start(), passage.span.start + found.end())
    for code in written.prose.codes:
        found = words.setup.search(written.document.text, code.span.start, code.span.end)
        if found is not None:
            return Span(*found.span())
    return None


def _whole(written: Written) -> str:
    return "\n".join(written.document.text[span.start : span.end] for span in written.spans)


def _nth_place(written: Written, text: str) -> Span | None:
    for span in written.spans:
        at = written.document.text.find(text, span.start, span.end)
        if at >= 0:
            return Span(at, at + len(text))
    return None


def used_services(world: World, programs: Iterable[str]) -> dict[str, Reference]:
    """Return the hosted models that some programs ask, by name."""
    modules = frozenset(world.project.reachable(programs))
    found: dict[str, Reference] = {}
    for reference in world.references:
        if reference.subject.kind != "model" or reference.late or reference.pin.state == "unknown":
            continue
        if reference.place.path in modules:
            found.setdefault(reference.subject.name, reference)
    return found


def started_programs(world: World, section: ReportSection) -> tuple[str, ...]:
    """Return the programs that the section starts, and those that its scripts start."""
    scripts = {start.path for start in section.starts if start.what == "script"}
    through = [
        program.path
        for program in world.programs
        if any(launch.path in scripts for launch in world.project.launches_of(program.path))
    ]
    return tuple(dict.fromkeys((*section.programs(), *through)))


def judge_items(world: World, words: Words, written: Written, section: ReportSection) -> Iterator[Fault]:
    """Yield the parts that are not said, the blanks of a draft, and hypotheses that name a library."""
    by_name = {said.name: said for said in section.said}
    metric = by_name.get("metric")
    services = used_services(world, started_programs(world, section))
    blanks = list(_blanks(words, written))
    left = "\n".join(fault.name.lower() for fault in blanks)
    for said in section.said:
        if said.place is not None or said.label.lower() in left:  # a blank asks for it already
            continue
        place, fields = written.place, {"name": said.label, "item": said.name}
        related: tuple[Place, ...] = ()
        if said.name == "tolerance":
            if metric is None or metric.place is None:
                continue  # the metric itself is missed
            place = metric.place
            fields["said"] = metric.text
        if said.name == "services":
            missing = [name for name in services if name not in _whole(written)]
            fields["services"] = ", ".join(f"`{name}`" for name in missing[:4])
            related = tuple(services[name].place for name in missing[:4])
        yield Fault("item", said.name, place, fields, related)
    yield from blanks
    yield from _tied(world, words, written)


def _blanks(words: Words, written: Written) -> Iterator[Fault]:
    document = written.document
    seen: set[int] = set()
    for span in written.spans:
        for found in words.blanks.finditer(document.text, span.start, span.end):
            line = document.position(found.start()).line
            if line in seen:
                continue
            row = document.lines.line_text(line)
            if set(row.strip()) <= set("_-* \r\n"):
                continue  # a rule across the page
            seen.add(line)
            what = re.search(r"fill in:([^>]{0,500})-->", row)
            name = what[1].strip() if what is not None else plain(blank_comments(row))[:60] or "a blank"
            yield Fault("blank", name, Place(written.path, Span(found.start(), found.end())), {"name": name})


def _tied(world: World, words: Words, written: Written) -> Iterator[Fault]:
    """Yield names of libraries in the sentence that states the hypothesis."""
    item = words.items.get("hypothesis")
    if item is None:
        return
    names = set(words.neutral)
    trackers = world.catalogue.extra.get("trackers")
    if isinstance(trackers, dict):
        names.update(name for name in trackers if name != "source")
    pattern = re.compile(
        "|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in sorted(names, key=len, reverse=True))
    )
    for passage in written.passages():
        at = 0
        for sentence in _SENTENCE.split(passage.text):
            start = passage.text.find(sentence, at)
            at = start + len(sentence)
            if item.find(_mask(sentence)) is None:
                continue
            found = pattern.search(sentence)
            if found is not None:
                span = Span(passage.span.start + start + found.start(), passage.span.start + start + found.end())
                yield Fault("neutral", found.group(), Place(written.path, span), {"name": found.group()})
