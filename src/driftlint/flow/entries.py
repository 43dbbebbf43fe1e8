"""Entry points: which files are programs, what they do, and what happens in them.

Promises: the decision is kept with its reasons. Refuses to know: which findings follow.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from functools import partial

from msgspec import Struct, field
from msgspec.structs import replace

from driftlint.facts import Place
from driftlint.flow.calls import CallClassifier, Carry, Draw, Seed, Sign
from driftlint.flow.graph import FlowGraph
from driftlint.flow.handed import main_of
from driftlint.flow.starts import CommandFunction, Start, Starts, find_home
from driftlint.flow.steps import Event
from driftlint.flow.walk import Walker
from driftlint.packs.catalogue import Catalogue
from driftlint.project import Project
from driftlint.python.ir import ASSIGN, EXPR, IF, calls_in, dotted, walk
from driftlint.python.module import Module, Outline, Scope, is_main_guard
from driftlint.resolve import Resolver
from driftlint.text import Span

_PACKAGE_MAIN = "__main__.py"
_DOES = ("training", "evaluation")
_VALUE_OF = {EXPR: 3, ASSIGN: 4}
"""Where the expression stands in a statement."""


class Program(Struct):
    """One entry point. `place` is where its main code starts; `says` what it does, with `reasons`."""

    path: str
    kind: str
    place: Place
    events: list[Event]
    says: str = ""
    accelerator: tuple[Sign, ...] = ()
    """Calls that show that what trains runs on an accelerator: they move to one, or belong to a framework that does."""
    framework: str = ""
    """Stream id of the framework that trains."""
    reasons: tuple[str, ...] = ()
    main: tuple[Place, ...] = ()
    """The functions that the entry calls first."""
    modules: frozenset[str] = field(default_factory=frozenset)
    cut: bool = False
    walk_again: Callable[[FlowGraph], Walker] | None = None
    """Walks it anew over other steps than those of `events`."""


def find_programs(
    paths: Iterable[str],
    project: Project,
    resolver: Resolver,
    classifier: CallClassifier,
    catalogue: Catalogue,
    pause: Callable[[], None] = lambda: None,
) -> list[Program]:
    """Return the programs of a repo, in path order.

    These are main guards, notebooks and scripts among `paths`, packages' ``__main__.py``, what a command line of the repo
    starts, and what installing it makes a command. `pause` is called before each; what it raises ends the
    search.
    """
    graph = FlowGraph(project, resolver, classifier)
    starts = Starts(project, catalogue)
    kept: dict[str, tuple[tuple[tuple[Program, ...], frozenset[tuple[str, int]]], int]]
    kept = project.grounds.store("programs")
    programs: list[Program] = []
    called: set[tuple[str, int]] = set()
    for path in sorted(
        {*paths, *project.names.called(_PACKAGE_MAIN), *(p for p in project.launched_paths() if starts.of(p))}
    ):
        pause()
        found, first = project.grounds.keep(kept, path, lambda: _find_at(path, graph, starts, catalogue))  # noqa: B023
        programs.extend(found)
        called |= first
    programs.extend(_console_programs(graph, starts, catalogue, called, pause))
    return sorted(programs, key=lambda p: (p.path, p.place.path, p.place.span))


def _find_at(
    path: str, graph: FlowGraph, starts: Starts, catalogue: Catalogue
) -> tuple[tuple[Program, ...], frozenset[tuple[str, int]]]:
    """Return the programs of one file, and (path, start) of the functions that they call first."""
    project = graph.project
    started = starts.of(path)
    kind, place = _entry_of(path, project.outline(path), project.is_imported(path), started)
    module = project.module(path) if place is not None else None
    if place is None or module is None:
        return (), frozenset()
    programs: list[Program] = []
    called: set[tuple[str, int]] = set()
    run = partial(Walker.run, module=module)
    for command, walker in _walk(graph, run):
        called |= walker.called
        program = _program(module.path, kind, place, walker, catalogue, started, starts)
        program.walk_again = partial(_walk_once, run, command)
        program.main = _main_functions(module, graph, (EXPR,))
        if command is not None:
            program.place = name_of(command.scope, "the command")
        elif kind in ("script", "flat script", "module"):
            program.place = _first_act(walker.events, module.path) or place
        if kind == "flat script":  # a module that only defines looks the same, but it does not train
            if program.says not in ("training", "evaluation"):
                continue
            program.kind = "script"
        demonstrates = kind == "main guard" and not program.main and not started and command is None
        if demonstrates and _in_package(project, path) and not _takes_result(program, module, graph):
            program.says = "neither"
            program.reasons = ("a guard in a module of a package that calls no function of it: a demonstration",)
        programs.append(program)
    return tuple(programs), frozenset(called)


def _in_package(project: Project, path: str) -> bool:
    return project.has_file(posixpath.join(posixpath.dirname(path), "__init__.py"))


def _walk(graph: FlowGraph, run: Callable[[Walker], None]) -> Iterator[tuple[CommandFunction | None, Walker]]:
    """Yield the walk of a program, or, of one that offers commands, a walk for each of them."""
    walker = Walker(graph)
    run(walker)
    if len(walker.offered) < 2:
        yield None, walker
        return
    for command in walker.offered.values():
        yield command, _walk_once(run, command, graph)


def _walk_once(run: Callable[[Walker], None], command: CommandFunction | None, graph: FlowGraph) -> Walker:
    """Return the walk of one command of a program, None for all of it."""
    walker = Walker(graph, command)
    run(walker)
    return walker


def _console_programs(
    graph: FlowGraph,
    starts: Starts,
    catalogue: Catalogue,
    called: set[tuple[str, int]],
    pause: Callable[[], None],
) -> Iterator[Program]:
    """Yield the programs that only an installed command starts, those left out whose function another program calls first."""
    for script, path in starts.console_scripts():
        pause()
        module = graph.project.module(path)
        home, name = find_home(graph.project, module, script.function) if module is not None else (None, "")
        if home is None:
            continue
        functions = [s for s in home.scope.inner if s.kind == "function" and s.name == name]
        commands = graph.commands_of(home, name)
        first = [*functions, *(c.scope for c in commands)]
        if not first or not called.isdisjoint((home.path, f.start) for f in first):
            continue
        run = partial(Walker.run_console, module=home, name=name, functions=functions)
        for command, walker in _walk(graph, run):
            called |= walker.called
            place = name_of(command.scope if command is not None else first[0], "the function that the command calls")
            program = _program(home.path, "console script", place, walker, catalogue, (), starts)
            program.walk_again = partial(_walk_once, run, command)
            program.reasons = (*program.reasons, f"installed as a command at {starts.spot(script.place)}")
            yield program


def name_of(scope: Scope, note: str) -> Place:
    """Return the place of a function's name in its definition."""
    at = scope.stmt[7] if scope.stmt is not None else scope.start
    return Place(scope.module.path, Span(at, at + len(scope.name)), note)


def _program(
    path: str,
    kind: str,
    place: Place,
    walker: Walker,
    catalogue: Catalogue,
    started: tuple[Start, ...],
    starts: Starts,
) -> Program:
    program = Program(path, kind, place, walker.events)
    program.modules = frozenset(walker.modules)
    program.cut = walker.cut
    _judge(program, catalogue, walker.functions)
    if started:
        first = started[0]
        program.reasons = (*program.reasons, f"started by {first.label} at {starts.spot(first.place)}")
        signs = (start.sign() for start in started)
        program.accelerator += tuple(sign for sign in signs if sign is not None)
    return program


def _entry_of(
    path: str, outline: Outline | None, imported: bool, started: tuple[Start, ...]
) -> tuple[str, Place | None]:
    if outline is None or outline.first is None:
        return "", None
    if path.endswith(".ipynb"):
        return "notebook", Place(path, Span(*outline.first))
    if outline.guard is not None:
        return "main guard", Place(path, Span(*outline.guard), "the entry point")
    name = posixpath.basename(path)
    as_module = name == _PACKAGE_MAIN or any(start.launch.module for start in started)
    if not as_module and any(line.level for line in outline.imports):
        return "", None  # relative imports: only a package can run it
    if (imported and not started) or name in ("__init__.py", "setup.py", "conftest.py"):
        return "", None
    kind = "module" if as_module else "script"
    if outline.work is None:
        place = Place(path, Span(*outline.calling), "the script starts to work here") if outline.calling else None
        return "flat script" if place is not None else "", place
    return kind, Place(path, Span(*outline.work), "the script starts to work here")


def _first_act(events: list[Event], path: str) -> Place | None:
    """Return where a script without a main function begins to bear on results: its first seed, else its first draw."""
    for wanted in ((Seed,), (Draw, Carry), (Sign,)):
        for event in events:
            if isinstance(event.what, Sign) and event.what.signal.says == "nothing":
                continue
            if isinstance(event.what, wanted) and event.what.place.path == path:
                return Place(path, event.what.place.span, "the script's first act")
    return None


def _main_functions(module: Module, graph: FlowGraph, tags: tuple[str, ...]) -> tuple[Place, ...]:
    """Return the functions of a module that statements of these kinds in its main guard call, or hand on."""
    out: list[Place] = []
    for stmt in module.body:
        if stmt[0] == IF and is_main_guard(stmt):
            for inner in walk(stmt[4]):
                expr = inner[_VALUE_OF[inner[0]]] if inner[0] in tags else None
                for call in calls_in(expr) if expr is not None else ():
                    name = dotted(call[3])
                    for candidate in (name, *(dotted(arg) for _, arg in call[4])):
                        scope = next((s for s in module.scope.inner if s.name == candidate), None)
                        if scope is not None and scope.stmt is not None:
                            out.append(name_of(scope, "its main function"))
                    if not call[4] and graph.classifier.classify(call, module.scope).runs_main:
                        out.extend(name_of(scope, "its main function") for scope in main_of(graph.resolver, module))
    return tuple(out)


def _takes_result(program: Program, module: Module, graph: FlowGraph) -> bool:
    """Return whether a guard takes the result of a function of its module, and the program trains, in functions.

    A guard that only makes an object of the module and then trains it in its own lines is a demonstration of that object.
    """
    guards = [stmt for stmt in module.body if stmt[0] == IF and is_main_guard(stmt)]
    return bool(_main_functions(module, graph, (ASSIGN,))) and any(
        isinstance(event.what, Sign)
        and event.what.signal.says == program.says == "training"
        and not any(event.what.place.path == module.path and g[1] <= event.what.place.span.start < g[2] for g in guards)
        for event in program.events
        if not event.deferred and not event.off
    )


def _judge(program: Program, catalogue: Catalogue, functions: Iterable[str]) -> None:
    """Decide what a program does: calls that train win over calls that evaluate, both over names and counter-signals.

    A program that does nothing without options is judged by what they turn on.
    """
    signs = _signs_of(program, lambda event: not event.off)
    reasons: list[str] = []
    says = ""
    for kind in ("training", "evaluation", "neither"):
        hit = next((sign for sign in signs if sign.signal.says == kind), None)
        if hit is not None:
            says = kind
            reasons.append(f"{kind}: calls {hit.name} ({hit.signal.id})")
            break
    if not says:
        asked = _signs_of(program, lambda event: event.asked)
        hit = next((sign for kind in _DOES for sign in asked if sign.signal.says == kind), None)
        if hit is not None:
            says = hit.signal.says
            reasons.append(f"{says}: an option turns on what calls {hit.name} ({hit.signal.id})")
            program.events = [replace(e, dead=False, off=False, asked=False) if e.asked else e for e in program.events]
            signs = _signs_of(program, lambda event: not event.off)
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
    trains = {s.signal.stream for s in signs if s.signal.says == "training" and s.signal.stream}
    switched = {switch.stream for switch in catalogue.switches if switch.effect == "deterministic"}
    on_cpu = bool(trains) and trains.isdisjoint(switched)  # what moves to an accelerator there is not what trains
    less = {id_ for sign in signs for id_ in sign.signal.outweighs}
    moves = [s for s in _signs_of(program, lambda event: event.asked) if s.signal.says == "accelerator"]
    program.accelerator = tuple(
        s
        for s in (*signs, *moves)
        if s.signal.id not in less
        and ((s.signal.says == "accelerator" and not on_cpu) or (s.signal.accelerator and s.signal.says == "training"))
    )
    program.framework = next((s.signal.stream for s in signs if s.signal.says == "training" and s.signal.stream), "")
    program.reasons = tuple(reasons)


def _signs_of(program: Program, counts: Callable[[Event], bool]) -> list[Sign]:
    """Return the signs of events that count, those left out which say nothing without another that the program lacks."""
    events = [e for e in program.events if isinstance(e.what, Sign) and not e.deferred and counts(e)]
    signs = [event.what for event in events if isinstance(event.what, Sign)]
    shown = {sign.signal.id for sign in signs}
    return [s for s in signs if not s.signal.only_with or not shown.isdisjoint(s.signal.only_with)]
