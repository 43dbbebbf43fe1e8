"""The commands of a draft, in order: those that the README gives, then scripts, Makefiles and stages, then bare programs.

Promises: no command that the repo contradicts, one for each program, what a program asks for and nobody gives is named.
Refuses to know: which of several commands made a result.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from driftlint.documents.model import Node, Word
from driftlint.documents.prose import read_prose
from driftlint.facts import Place
from driftlint.flow.entries import Program
from driftlint.interfaces.keys import compose_with, mandatory_keys
from driftlint.interfaces.usage import find_misuse
from driftlint.judges.interface import finder_of
from driftlint.judges.section.find import Written
from driftlint.judges.section.read import read_section, words_of
from driftlint.judges.section.starts import Start
from driftlint.judges.world import World, is_aside
from driftlint.late_regex import compile_late
from driftlint.text import Span

BLANK = "____"
"""What stands for something that the repo does not hold."""
_MOST = 12
_README = compile_late(r"readme(?:\.\w+)?", re.IGNORECASE)
_HARMLESS = ("item", "blank", "neutral", "order", "pin", "seed", "section", "lock")
"""Faults that do not keep a command from running."""
_MOST_OF_ONE = 4
_SAYS = ("training", "evaluation", "perhaps training", "perhaps evaluation")


class Step(Struct, frozen=True):
    """One command. `path` is what it starts, `source` where it comes from, `missing` what its program asks for besides."""

    text: str
    path: str
    source: str
    words: tuple[Word, ...] = ()
    function: str = ""
    missing: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The command in one line."""
        return " ".join(self.text.replace("\\\n", " ").split())


def plan_steps(world: World) -> list[Step]:
    """Return the commands, at most a dozen."""
    steps: dict[tuple[str, ...], Step] = {}
    for step in _from_readme(world):
        plain = tuple(word.text for word in step.words if not word.text.startswith("-"))
        if sum(key[0] == step.path for key in steps) < _MOST_OF_ONE:
            steps.setdefault((step.path, *plain), step)
    covered = {step.path for step in steps.values()}
    for step in (*_from_stages(world, covered), *_from_scripts(world, covered), *_bare(world, covered)):
        if step.path not in covered:
            covered.add(step.path)
            steps[(step.path,)] = step
    return list(steps.values())[:_MOST]


def setup_of_readme(world: World) -> tuple[str, ...]:
    """Return the commands by which the README sets the environment up."""
    words = words_of(world)
    found: dict[str, None] = {}
    for written, start in _readme_starts(world):
        text = written.document.text[start.command.span.start : start.command.span.end]
        if start.what == "tool" and words.setup.search(text) and "\n" not in text.strip():
            found.setdefault(_one_command(text))
    return tuple(found)[:_MOST_OF_ONE]


def programs_of(world: World, steps: list[Step]) -> list[Program]:
    """Return the programs that the steps start, those that they start through scripts and tasks included."""
    paths = {step.path for step in steps}
    through = {
        path for step in paths if not step.endswith(".py") for path in _named_programs(world, _text(world, step))
    }
    launched = {
        program.path
        for program in world.programs
        if any(launch.path in paths for launch in world.project.launches_of(program.path))
    }
    found = [p for p in world.programs if p.path in paths | through | launched]
    return found or [p for p in world.programs if p.says in _SAYS]


def _text(world: World, path: str) -> str:
    document = world.get_document(path)
    return document.text if document is not None else ""


def _readme_starts(world: World) -> list[tuple[Written, Start]]:
    """Return what the READMEs at the top of the repo start, without what the repo contradicts."""
    if "readme starts" not in world.memo:
        world.memo["readme starts"] = list(_find_readme_starts(world))
    found: list[tuple[Written, Start]] = world.memo["readme starts"]
    return found


def _find_readme_starts(world: World) -> Iterator[tuple[Written, Start]]:
    for path in world.listed:
        document = world.open_text(path) if "/" not in path and _README.fullmatch(path) else None
        if document is None:
            continue
        prose = read_prose(path, document.text)
        whole = Written(document, prose, "", Place(path, Span(0, 1)), (Span(0, len(document.text)),))
        section = read_section(world, words_of(world), whole)
        wrong = [fault.place.span for fault in section.faults if fault.kind not in _HARMLESS]
        for start in section.starts:
            span = start.command.span
            if start.missing is None and not start.unsure and not any(span.covers(w) or w.covers(span) for w in wrong):
                yield whole, start


def _from_readme(world: World) -> Iterator[Step]:
    placeholders = words_of(world).placeholders
    for written, start in _readme_starts(world):
        words = start.command.words
        if start.what == "tool" or not start.path or not all(word.fixed for word in words):
            continue
        if any(placeholders.search(word.text) for word in words) or not _is_run_from_top(start):
            continue
        text = written.document.text[start.command.span.start : start.command.span.end]
        source = f"from {world.spot(Place(written.path, start.command.span))}"
        yield Step(_one_command(text), start.path, source, start.words, start.function)


def _is_run_from_top(start: Start) -> bool:
    """Return whether a command can be given at the top of the repo as it stands."""
    if not start.path.endswith((".py", ".sh")):
        return True
    named = [posixpath.normpath(word.text) for word in start.command.words]
    module = start.path.removesuffix(".py").removesuffix("/__main__").replace("/", ".")
    return (
        start.path in named or bool(start.function) or any(module.endswith(word.text) for word in start.command.words)
    )


def _one_command(text: str) -> str:
    lines = [line.strip() for line in text.replace("\\\r\n", "\\\n").split("\n")]
    return "\n".join(line if number == 0 else f"  {line}" for number, line in enumerate(lines) if line)


def _from_stages(world: World, covered: set[str]) -> Iterator[Step]:
    for tasks in words_of(world).tasks:
        for name in tasks.files:
            document = world.get_document(name) if tasks.strict else None
            for route in tasks.routes if document is not None else ():
                node = document.body.walk(route) if document is not None and isinstance(document.body, Node) else None
                if node is None or not node.entries or name in covered:
                    continue
                stages = ", ".join(f"`{entry.key}`" for entry in node.entries)
                covered.update(
                    _named_programs(world, document.text[node.span.start : node.span.end] if document else "")
                )
                yield Step(" ".join(tasks.lead), name, f"the stages {stages} of {name}")
                return


def _named_programs(world: World, text: str) -> set[str]:
    return {program.path for program in world.programs if program.path in text}


def _from_scripts(world: World, covered: set[str]) -> Iterator[Step]:
    """Yield shell scripts that start a program that nothing before starts."""
    for program in _wanted(world):
        if program.path in covered:
            continue
        for launch in world.project.launches_of(program.path):
            if launch.path.endswith((".sh", ".bash")) and launch.path.count("/") <= 1:
                covered.add(program.path)
                yield Step(f"bash {launch.path}", launch.path, f"it starts `{program.path}`")
                break


def _bare(world: World, covered: set[str]) -> Iterator[Step]:
    finder = finder_of(world)
    for program in _wanted(world):
        if program.path in covered or not program.path.endswith(".py"):
            continue
        found = finder.of(program.path)
        missing: tuple[str, ...] = ()
        if found.interface is not None:
            missing = tuple(m.name for m in find_misuse(found.interface, ()) if m.kind == "missing")
        if found.composition is not None:
            config = compose_with(world.project, found.composition, ()).config
            missing = tuple(f"{key}=" for key in mandatory_keys(config)) if config is not None else ()
        blanks = [_blank_for(name) for name in missing]
        does = "trains" if program.says.endswith("training") else "evaluates"
        text = " ".join(("python", program.path, *blanks))
        yield Step(text, program.path, f"it {does}, under its defaults", missing=missing)


def _blank_for(name: str) -> str:
    """Return a blank for an option, a key that ends in "=", or an argument."""
    return f"{name}{BLANK}" if name.endswith("=") else f"{name} {BLANK}" if name.startswith("-") else BLANK


def _wanted(world: World) -> list[Program]:
    """Return the programs that make results: those that train before those that evaluate, without guesses where others are."""
    own = [p for p in world.programs if not is_aside(world, p.path)]
    sure = [p for p in own if p.says in _SAYS[:2]]
    programs = sure or [p for p in own if p.says in _SAYS]
    return sorted(programs, key=lambda p: (not p.says.endswith("training"), p.path.count("/"), p.path))
