"""Entry points: which files are programs, what they do, and what happens in them.

Promises: the decision is kept with its reasons. Refuses to know: which findings follow.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from driftlint.facts import Place
from driftlint.flow.calls import CallClassifier, Carry, Draw, Seed, Sign
from driftlint.flow.steps import Event
from driftlint.flow.walk import FlowGraph, Walker
from driftlint.packs.catalogue import Catalogue
from driftlint.project import Project
from driftlint.python.ir import EXPR, IF, calls_in, dotted, walk
from driftlint.python.module import Module, Outline, is_main_guard
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
    """Calls that show that it runs on an accelerator: they move to one, or belong to a framework that does."""
    framework: str = ""
    """Stream id of the framework that trains."""
    reasons: tuple[str, ...] = ()
    main: tuple[Place, ...] = ()
    """The functions that the entry calls first."""
    modules: frozenset[str] = field(default_factory=frozenset)
    cut: bool = False


def find_programs(
    paths: Iterable[str],
    project: Project,
    resolver: Resolver,
    classifier: CallClassifier,
    catalogue: Catalogue,
    pause: Callable[[], None] = lambda: None,
) -> list[Program]:
    """Return the programs among files, in path order: main guards, notebooks, and scripts that work at their top level.

    `pause` is called before each; what it raises ends the search.
    """
    candidates = sorted(paths)
    programs: list[Program] = []
    graph = FlowGraph(project, resolver, classifier)
    for path in candidates:
        pause()
        kind, place = _entry_of(path, project.outline(path), path in project.imported_paths)
        module = project.module(path) if place is not None else None
        if place is None or module is None:
            continue
        walker = Walker(graph)
        walker.run(module)
        program = Program(module.path, kind, place, walker.events)
        program.modules = frozenset(walker.modules)
        program.cut = walker.cut
        program.main = _main_functions(module, project)
        if kind in ("script", "flat script"):
            program.place = _first_act(walker.events, module.path) or place
        _judge(program, catalogue, walker.functions)
        if kind == "flat script":  # a module that only defines looks the same, but it does not train
            if program.says not in ("training", "evaluation"):
                continue
            program.kind = "script"
        if (
            kind == "main guard"
            and not program.main
            and project.has_file(posixpath.join(posixpath.dirname(path), "__init__.py"))
        ):
            program.says = "neither"
            program.reasons = ("a guard in a module of a package that calls no function of it: a demonstration",)
        programs.append(program)
    return programs


def _entry_of(path: str, outline: Outline | None, imported: bool) -> tuple[str, Place | None]:
    if outline is None or outline.first is None:
        return "", None
    if path.endswith(".ipynb"):
        return "notebook", Place(path, Span(*outline.first))
    if outline.guard is not None:
        return "main guard", Place(path, Span(*outline.guard), "the entry point")
    if any(line.level for line in outline.imports):
        return "", None  # relative imports: only a package can run it
    if imported or posixpath.basename(path) in ("__init__.py", "setup.py", "conftest.py"):
        return "", None
    if outline.work is None:
        place = Place(path, Span(*outline.calling), "the script starts to work here") if outline.calling else None
        return "flat script" if place is not None else "", place
    return "script", Place(path, Span(*outline.work), "the script starts to work here")


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


def _judge(program: Program, catalogue: Catalogue, functions: Iterable[str]) -> None:
    """Decide what a program does: calls that train win over calls that evaluate, both over names and counter-signals."""
    signs = [
        event.what for event in program.events if isinstance(event.what, Sign) and not event.deferred and not event.off
    ]
    reasons: list[str] = []
    says = ""
    for kind in ("training", "evaluation", "neither"):
        hit = next((sign for sign in signs if sign.signal.says == kind), None)
        if hit is not None:
            says = kind
            reasons.append(f"{kind}: calls {hit.name} ({hit.signal.id})")
            break
    if not says and any(
        isinstance(e.what, Draw) and not e.what.weak and not e.deferred and not e.off for e in program.events
    ):
        called = set(functions)
        for signal in catalogue.signals:  # a training loop that is written out, without any framework
            name = next((name for name in signal.functions if name in called), "")
            if name and signal.says == "training":
                says = signal.says
                reasons.append(f"{says}: draws, and calls a function of the repo named {name} ({signal.id})")
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
        s for s in signs if s.signal.says == "accelerator" or (s.signal.accelerator and s.signal.says == "training")
    )
    program.framework = next((s.signal.stream for s in signs if s.signal.says == "training" and s.signal.stream), "")
    program.reasons = tuple(reasons)
