"""``driftlint facts``: what is read of one file.

Promises: what is shown is what the judges get; quoted text is redacted. Refuses to know: typer, rules.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from driftlint.cli.common import CLEAN, PlainFormat, Settings, Target, dump_json, open_target
from driftlint.cli.progress import watch
from driftlint.cli.streams import CommandError, write_out
from driftlint.disk import WorkspaceError
from driftlint.documents import kind_of, kind_of_content
from driftlint.documents.model import Command, Document, Instruction, Script
from driftlint.facts import Coverage, Place, Reference
from driftlint.flow.calls import (
    CallClassifier,
    Carry,
    Control,
    Draw,
    Listing,
    Reading,
    Recorded,
    Restore,
    Seed,
    Sign,
)
from driftlint.locks import recognise_lock
from driftlint.match.patterns import PatternIndex
from driftlint.mentions import extract_mentions
from driftlint.packs.catalogue import ReferenceEntry
from driftlint.python.ir import IMPORT, Stmt, walk
from driftlint.python.module import Module
from driftlint.report.located import Locator, Region
from driftlint.report.redact import clean, show_path
from driftlint.session import Run
from driftlint.text import Span
from driftlint.versions import syntax_problems
from driftlint.workspace import Workspace

VERSION = 1
"""The version of the JSON form."""


class Item(Struct, frozen=True):
    """One thing that was read, with the place where people find it."""

    at: Region
    text: str


class FileFacts(Struct):
    """What was read of one file, each list in source order. `left_out` says why `check` does not look at it, or ""."""

    path: str
    kind: str
    left_out: str = ""
    lock: str = ""
    imports: list[Item] = field(default_factory=list)
    definitions: list[Item] = field(default_factory=list)
    calls: list[Item] = field(default_factory=list)
    mentions: list[Item] = field(default_factory=list)
    commands: list[Item] = field(default_factory=list)
    problems: list[Item] = field(default_factory=list)

    def sections(self) -> Iterator[tuple[str, list[Item]]]:
        """Yield the lists with their names."""
        for name in ("imports", "definitions", "calls", "mentions", "commands", "problems"):
            yield name, getattr(self, name)


def run_facts(path: Path, output_format: PlainFormat, settings: Settings) -> int:
    """Show what is read of a file."""
    if path.is_dir():
        raise CommandError(f"{path}: is a folder; name a file")
    look = look_at(path, settings)
    facts = read_facts(look)
    if output_format is PlainFormat.json:
        write_out(dump_json(_describe(facts)), exact=True)
    else:
        write_out(_write_text(facts))
    return CLEAN


class Look(Struct, frozen=True):
    """A run over the project of one file. `left_out` says why `check` alone would not look at the file, or ""."""

    target: Target
    run: Run
    path: str
    left_out: str
    locator: Locator


def look_at(path: Path, settings: Settings) -> Look:
    """Run the engine over the project that a file belongs to.

    The root itself, ".", is where findings about the whole project stand. A file that is out of scope is taken in, as
    if it had been named, and the reason is kept. Raises CommandError and what opening a project raises.
    """
    target = open_target([path], settings)
    own = os.path.relpath(os.path.abspath(path), target.root).replace(os.sep, "/")
    if own != "." and path.is_dir():
        raise CommandError(f"{path}: is a folder; name a file")
    with watch(target.open_workspace(), sys.stderr.isatty()) as workspace:
        run = target.open_session(workspace, named=()).run()
        left_out = ""
        if own not in (".", *run.world.paths):
            left_out = explain_scope(own, run.report.coverage, workspace)
            if _is_known_kind(own, workspace):
                run = target.open_session(workspace, named=(own,)).run()
    return Look(target, run, own, left_out, Locator(run.world.get_document))


def explain_scope(path: str, coverage: Coverage, workspace: Workspace) -> str:
    """Return why a file is not looked at."""
    for reason, paths in sorted(coverage.left_out.items()):
        for other in paths:
            if path == other or (other.endswith("/") and path.startswith(other)):
                return f"{reason} ({show_path(other)})" if other != path else reason
    for other, _, message in coverage.unread:
        if other == path:
            return message
    if not _is_known_kind(path, workspace):
        return "driftlint reads no files of this kind"
    return "it is not among the files of the project"


def _is_known_kind(path: str, workspace: Workspace) -> bool:
    if kind_of(path) is not None:
        return True
    try:
        return "." not in path.rsplit("/", 1)[-1] and kind_of_content(workspace.read(path)[:200]) is not None
    except WorkspaceError:
        return False


def read_facts(look: Look) -> FileFacts:
    """Return what was read of the file that was looked at."""
    document = look.run.world.get_document(look.path)
    if document is None:
        return FileFacts(look.path, "unread", look.left_out)
    facts = FileFacts(look.path, document.kind, look.left_out)
    locator = look.locator

    def item(span: Span, text: str) -> Item:
        return Item(locator.region(Place(look.path, span)), clean(text))

    lock = recognise_lock(look.path)
    facts.lock = str(lock) if lock is not None else ""
    module = look.run.world.project.module(look.path) if document.kind in ("python", "notebook") else None
    if module is not None:
        for stmt in _imports(module):
            facts.imports.append(item(Span(stmt[1], stmt[2]), _describe_import(look.run, module, stmt)))
        for scope in sorted(module.scopes(), key=lambda scope: scope.start):
            if scope.kind in ("function", "class"):
                facts.definitions.append(item(Span(scope.start, scope.end), f"{scope.kind} {scope.qualname}"))
        outline = look.run.world.project.outline(look.path)
        problems = syntax_problems(outline) if outline is not None else ()
        facts.problems += [item(problem.span, problem.message) for problem in problems]
    facts.calls = [Item(locator.region(place), text) for place, text in known_uses(look.run, look.path)]
    for mention in extract_mentions(document):
        groups = f", groups {', '.join(mention.groups)}" if mention.groups else ""
        pin = f"{mention.pin.state}" + (f" ({mention.pin.selector})" if mention.pin.selector else "")
        name = f"{mention.kind} {mention.name} at {mention.host}" if mention.host else f"{mention.kind} {mention.name}"
        facts.mentions.append(item(mention.span, f"{mention.form}: {name}, pin {pin}{groups}"))
    for command in _commands(document):
        text = document.text[command.span.start : command.span.end]
        facts.commands.append(Item(locator.region(Place(look.path, command.span)), clean(text, document.kind)))
    facts.problems += [item(problem.span, problem.message) for problem in document.problems]
    return facts


def _imports(module: Module) -> list[Stmt]:
    bodies = (scope.body for scope in module.scopes() if scope.kind != "class")
    found = [stmt for body in bodies for stmt in walk(body) if stmt[0] == IMPORT]
    return sorted(found, key=lambda stmt: (stmt[1], stmt[2]))


def _describe_import(run: Run, module: Module, stmt: Stmt) -> str:
    name = "." * stmt[4] + stmt[3]
    path = run.world.project.find_module(module.path, stmt[3], stmt[4])
    where = f" ({show_path(path)})" if path is not None else ""
    names = [n if n is None or n in (alias, "*") else f"{n} as {alias}" for n, alias in stmt[5] or ()]
    if stmt[5] and names == [None]:
        return f"{name}{where} as {stmt[5][0][1]}"
    return f"{name}{where}: {', '.join(map(str, names))}" if names else f"{name}{where}"


def known_uses(run: Run, path: str) -> list[tuple[Place, str]]:
    """Return what the catalogue knows in a file: calls, settings and references, each with what it says, in order."""
    world = run.world
    found: dict[tuple[Span, str], Place] = {}

    def add(place: Place, text: str) -> None:
        if place.path == path:
            found.setdefault((place.span, text), place)

    for reference in world.references:
        for place in (reference.place, *reference.uses):
            add(place, describe_reference(reference))
    for program in world.programs:
        for happening in program.events:
            add(happening.what.place, describe_event(happening.what))
    document = world.get_document(path)
    module = world.project.module(path) if document is not None and document.kind in ("python", "notebook") else None
    if module is not None:
        classifier = CallClassifier(world.catalogue, world.resolver)
        entries: PatternIndex[ReferenceEntry] = PatternIndex(
            (pattern, entry) for entry in world.catalogue.references for pattern in entry.calls
        )
        taken = {span for span, _ in found}
        for calls in module.calls.values():
            for call in calls:
                scope = module.scope_at(call[1])
                for event in classifier.classify(call, scope).events:
                    add(event.place, describe_event(event))
                place = world.resolver.place(scope, call)
                if place.span in taken:
                    continue
                for callee in world.resolver.callees(call, scope):
                    for name in world.resolver.names_of(callee):
                        for _, entry in entries.find(name):
                            add(place, f"{name} can name a {entry.kind} (entry {entry.id}); this call names none")
    return [(place, text) for (_, text), place in sorted(found.items(), key=lambda pair: (pair[0][0], pair[0][1]))]


def describe_reference(reference: Reference) -> str:
    """Return a reference in words: what it names and how firmly."""
    subject, pin = reference.subject, reference.pin
    host = f" at {subject.host}" if subject.host else ""
    selector = f" `{pin.selector}`" if pin.selector else ""
    by = f", entry {reference.entry}" if reference.entry else ""
    return clean(f"{subject.kind} `{subject.name}`{host}: pin{selector} is {pin.state} ({pin.rung.name}{by})")


def describe_event(what: Draw | Seed | Restore | Carry | Control | Reading | Sign | Listing | Recorded) -> str:
    """Return in words what a call does to random numbers, switches and the like."""
    if isinstance(what, Draw):
        text = f"{what.name} draws from {what.stream}{' (counts in training only)' if what.weak else ''}"
    elif isinstance(what, Seed):
        value = f"`{what.value.text}` ({what.value.state})"
        text = f"{what.name} seeds {', '.join(what.streams)} with {value}"
    elif isinstance(what, Restore):
        text = f"{what.name} gives {', '.join(what.streams)} back as before the block"
    elif isinstance(what, Carry):
        given = "not given" if what.seed is None else f"`{what.seed.text}` ({what.seed.state})"
        text = f"{what.name} takes a seed of its own (entry {what.carrier.id}): {given}"
    elif isinstance(what, Control):
        state = "set to what is not known" if what.on is None else "on" if what.on else "off"
        text = f"{what.name} is a {what.switch.effect} switch ({what.switch.id}): {state}"
    elif isinstance(what, Reading):
        text = f"{what.name} has the framework read a switch, once ({what.switch.id})"
    elif isinstance(what, Sign):
        text = f"{what.name} is a sign of {what.signal.says} ({what.signal.id})"
    elif isinstance(what, Recorded):
        text = f"{what.name} is known to a tracker ({what.entry.id})"
    else:
        text = f"{what.name} lists in no fixed order ({what.order.id})"
    return clean(text)


def _commands(document: Document) -> Iterator[Command]:
    scripts = [script for script in (document.body, document.script) if isinstance(script, Script)]
    if isinstance(document.body, tuple):
        scripts += [i.script for i in document.body if isinstance(i, Instruction) and i.script is not None]
    for script in scripts:
        yield from script.commands


def _describe(facts: FileFacts) -> dict[str, object]:
    sections = {
        name: [
            {
                "line": item.at.line,
                "column": item.at.column,
                "end_line": item.at.end_line,
                "cell": item.at.cell,
                "cell_line": item.at.cell_line,
                "text": item.text,
            }
            for item in items
        ]
        for name, items in facts.sections()
    }
    head = {"version": VERSION, "path": show_path(facts.path), "kind": facts.kind, "in_scope": not facts.left_out}
    return {**head, "left_out": facts.left_out or None, "lock": facts.lock or None, **sections}


def _write_text(facts: FileFacts) -> str:
    lines = [f"{show_path(facts.path)}: {facts.kind}"]
    if facts.left_out:
        lines.append(f"not checked: {facts.left_out}")
    if facts.lock:
        lines.append(f"a lock: {facts.lock}")
    for name, items in facts.sections():
        if items:
            lines += ["", name]
            lines += [f"  {spell_line(item.at):>6}  {item.text}" for item in items]
    return "\n".join(lines) + "\n"


def spell_line(region: Region) -> str:
    """Return a line for people; of a notebook, the 1-based cell and the line in it."""
    return str(region.line) if region.cell is None else f"cell {region.cell + 1}:{region.cell_line}"
