"""Entry points: which files are programs, what they do, and what happens in them.

Promises: the decision is kept with its reasons. Refuses to know: which findings follow.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from driftlint.facts import Place
from driftlint.flow.calls import CallClassifier, Carry, Draw, Seed, Sign
from driftlint.flow.walk import Event, Walker, is_main_guard
from driftlint.packs.catalogue import Catalogue
from driftlint.project import Project
from driftlint.python.ir import CALL, EXPR, IF, IMPORT, LOOP, WITH, Stmt, calls_in, dotted, tail, walk
from driftlint.python.module import Module
from driftlint.resolve import Resolver
from driftlint.text import Span


@dataclass(slots=True)
class Program:
    """One entry point. `place` is where its main code starts; `says` what it does, with `reasons`."""

    path: str
    kind: str
    place: Place
    events: list[Event]
    says: str = ""
    accelerator: tuple[Sign, ...] = ()
    reasons: tuple[str, ...] = ()
    main: tuple[Place, ...] = ()
    """The functions that the entry calls first."""
    modules: frozenset[str] = field(default_factory=frozenset)
    cut: bool = False


def find_programs(
    paths: Iterable[str], project: Project, resolver: Resolver, classifier: CallClassifier, catalogue: Catalogue
) -> list[Program]:
    """Return the programs among files, in path order: main guards, notebooks, and scripts that work at their top level."""
    modules = [m for m in (project.module(path) for path in sorted(paths)) if m is not None]
    imported = _imported(modules, project)
    programs: list[Program] = []
    for module in modules:
        kind, place = _entry_of(module, module.path in imported)
        if place is None:
            continue
        walker = Walker(project, resolver, classifier)
        walker.run(module)
        program = Program(module.path, kind, place, walker.events)
        program.modules = frozenset(walker.modules)
        program.cut = walker.cut
        program.main = _main_functions(module, project)
        if kind == "script":
            program.place = _first_act(walker.events, module.path) or place
        _judge(program, catalogue)
        programs.append(program)
    return programs


def _imported(modules: list[Module], project: Project) -> frozenset[str]:
    found: set[str] = set()
    for module in modules:
        for stmt in walk(module.body):
            if stmt[0] == IMPORT:
                path = project.find_module(module.path, stmt[3], stmt[4])
                if path is not None:
                    found.add(path)
                for name, _ in stmt[5] or ():
                    if name is not None and name != "*":
                        below = project.find_module(module.path, f"{stmt[3]}.{name}" if stmt[3] else name, stmt[4])
                        if below is not None:
                            found.add(below)
    return frozenset(found)


def _entry_of(module: Module, imported: bool) -> tuple[str, Place | None]:
    if module.path.endswith(".ipynb"):
        first = module.body[0] if module.body else None
        return "notebook", Place(module.path, Span(first[1], first[2])) if first is not None else None
    for stmt in module.body:
        if stmt[0] == IF and is_main_guard(stmt):
            return "main guard", Place(module.path, Span(stmt[1], stmt[3][2]), "the entry point")
    if imported or posixpath.basename(module.path) in ("__init__.py", "setup.py", "conftest.py"):
        return "", None
    for stmt in module.body:
        if _works(stmt):
            return "script", Place(
                module.path, Span(stmt[1], min(stmt[2], stmt[1] + 200)), "the script starts to work here"
            )
    return "", None


def _works(stmt: Stmt) -> bool:
    """Return whether a top-level statement does more than define and configure: a loop, a with, a bare call."""
    if stmt[0] in (LOOP, WITH):
        return True
    return bool(
        stmt[0] == EXPR
        and stmt[3][0] == CALL
        and tail(stmt[3][3]) not in ("print", "append", "insert", "filterwarnings", "basicConfig", "load_dotenv")
    )


def _first_act(events: list[Event], path: str) -> Place | None:
    """Return where a script without a main function begins to bear on results: its first seed, else its first draw."""
    for wanted in ((Seed,), (Draw, Carry), (Sign,)):
        for event in events:
            if isinstance(event.what, wanted) and event.what.place.path == path:
                return Place(path, event.what.place.span, "the script's first act")
    return None


def _main_functions(module: Module, project: Project) -> tuple[Place, ...]:
    out: list[Place] = []
    for stmt in module.body:
        if stmt[0] == IF and is_main_guard(stmt):
            for inner in walk(stmt[4]):
                for call in calls_in(inner[3]) if inner[0] == EXPR else ():
                    name = dotted(call[3])
                    for candidate in (name, *(dotted(arg) for _, arg in call[4])):
                        scope = next((s for s in module.scope.inner if s.name == candidate), None)
                        if scope is not None and scope.stmt is not None:
                            at = scope.stmt[7]
                            out.append(Place(module.path, Span(at, at + len(scope.name)), "its main function"))
    return tuple(out)


def _judge(program: Program, catalogue: Catalogue) -> None:
    """Decide what a program does: calls that train win over calls that evaluate, both over names and counter-signals."""
    signs = [event.what for event in program.events if isinstance(event.what, Sign)]
    reasons: list[str] = []
    says = ""
    for kind in ("training", "evaluation", "neither"):
        hit = next((sign for sign in signs if sign.signal.says == kind), None)
        if hit is not None:
            says = kind
            reasons.append(f"{kind}: calls {hit.name} ({hit.signal.id})")
            break
    if not says:
        name = posixpath.basename(program.path)
        for signal in catalogue.signals:
            if not signal.calls and any(fnmatchcase(name, pattern) for pattern in signal.files):
                says = f"perhaps {signal.says}"
                reasons.append(f"its name says {signal.says} ({signal.id}), no call does")
                break
    if not says:
        reasons.append("no call of it trains or evaluates")
    program.says = says
    program.accelerator = tuple(
        s for s in signs if s.signal.accelerator and s.signal.says in ("training", "accelerator")
    )
    program.reasons = tuple(reasons)
