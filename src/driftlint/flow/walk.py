"""Follow a program from its first statement: what it draws, seeds and switches, in the order it happens.

Promises: every function is entered once a program; a branch that the repo's own defaults exclude is marked dead; methods
that a framework calls come last. Refuses to know: loops' counts, exceptions, threads.
"""

from __future__ import annotations

from collections.abc import Iterable

from driftlint.flow.calls import WorkerStart
from driftlint.flow.graph import FlowGraph
from driftlint.flow.starts import CommandFunction
from driftlint.flow.steps import ASKED, LIVE, OFF, Event, Op
from driftlint.python.module import Module, Scope

_MAX_FUNCTIONS = 4000
_MAX_DEPTH = 80


class Walker:
    """Walks one program over the compiled bodies."""

    def __init__(self, graph: FlowGraph, command: CommandFunction | None = None) -> None:
        self.graph = graph
        self.command = command
        """The one command that is asked for; None: any of them may be."""
        self.offered: dict[int, CommandFunction] = {}
        """Commands of which the program runs one."""
        self.home = ""
        """The file that the program starts in."""
        self.events: list[Event] = []
        self.modules: set[str] = set()
        """Modules whose top level ran."""
        self.cut = False
        """Whether the walk gave up before its end."""
        self.functions: dict[str, None] = {}
        """Names of the functions that were entered, in their order, without those behind what is switched off and those that only
        a framework may call."""
        self.called: set[tuple[str, int]] = set()
        """(path, start) of the functions that the program's own top level calls."""
        self._entered: dict[tuple[str, int, WorkerStart | None], int] = {}
        """Function -> how live it was when it was entered; a livelier call enters it again."""
        self._deferred: list[tuple[Scope, int, WorkerStart | None]] = []
        self._worker: WorkerStart | None = None
        self._guarded = False
        self._deferring = ""
        self._depth = 0

    def run(self, module: Module) -> None:
        """Walk a module as a program: its top level, what that calls, then what frameworks call."""
        self.home = module.path
        self.modules.add(module.path)
        self._execute(self.graph.top_of(module, True), LIVE)
        self._run_deferred()

    def run_console(self, module: Module, name: str, functions: Iterable[Scope]) -> None:
        """Walk a program that imports a module and calls what it names so: functions, or an object with commands."""
        self.home = module.path
        self.modules.add(module.path)
        self._execute(self.graph.top_of(module, False), LIVE)
        self._guarded = True
        for function in functions:
            self._enter(function, LIVE)
        commands = self.graph.commands_of(module, name)
        if commands:
            self._run_command(commands, LIVE)
        self._run_deferred()

    def _run_deferred(self) -> None:
        self._guarded = True
        while self._deferred:
            scope, dead, self._worker = self._deferred.pop(0)
            self._deferring = scope.name or "lambda"
            if scope.kind == "class":
                self._enter_class(scope, dead)
            else:
                self._enter(scope, dead)

    def _execute(self, ops: tuple[Op, ...], dead: int) -> None:
        for op in ops:
            if op.home and op.home != self.home:
                continue  # an object that another program makes
            if op.kind == "event":
                level = max(op.dead, dead)
                marks = (level > LIVE, level >= ASKED, level == ASKED)
                self.events.append(Event(op.payload, *marks, self._deferring, self._worker, self._guarded))
            elif op.kind == "function":
                self._enter(op.payload, max(op.dead, dead))
            elif op.kind == "class":
                self._enter_class(op.payload, max(op.dead, dead))
            elif op.kind == "later":
                self._deferred.append((op.payload, max(op.dead, dead), self._worker))
            elif op.kind == "guard":
                self._guarded = op.payload
            elif op.kind == "worker":
                scope, start = op.payload
                self._run_worker(scope, start, max(op.dead, dead))
            elif op.kind == "commands":
                self._run_command(op.payload, max(op.dead, dead))
            elif op.payload.path not in self.modules:
                self.modules.add(op.payload.path)
                self._execute(self.graph.top_of(op.payload, False), LIVE)

    def _run_command(self, commands: tuple[CommandFunction, ...], dead: int) -> None:
        """Run the command that this walk is about; where it is about none, take note of them all."""
        self.offered.update((c.scope.start, c) for c in commands)
        for command in commands:
            if self.command is None or self.command == command:
                for function in (*command.before, command.scope):
                    self._enter(function, dead)

    def _run_worker(self, scope: Scope, start: WorkerStart, dead: int) -> None:
        """Run a function, or all that an actor may be asked for, in a worker."""
        outer, self._worker = self._worker, start
        if scope.kind == "class":
            self._enter_class(scope, dead)
            for cls in self.graph.resolver.local_bases(scope):
                for inner in cls.inner:
                    if inner.kind == "function":
                        self._enter(inner, dead)
        else:
            self._enter(scope, dead)
        self._worker = outer

    def _enter(self, scope: Scope, dead: int) -> None:
        key = (scope.module.path, scope.start, self._worker)
        if self._entered.get(key, OFF + 1) <= dead:
            return
        if len(self._entered) > _MAX_FUNCTIONS or self._depth > _MAX_DEPTH:
            self.cut = True
            return
        self._entered[key] = dead
        if self._depth == 0:
            self.called.add(key[:2])
        if dead < ASKED and not self._deferring:
            self.functions.setdefault(scope.name)
        self._depth += 1
        try:
            self._execute(self.graph.body_of(scope), dead)
        finally:
            self._depth -= 1

    def _enter_class(self, cls: Scope, dead: int) -> None:
        """Construct an object: its initialisers run now, its other methods when a framework calls them."""
        key = (cls.module.path, cls.start, self._worker)
        if self._entered.get(key, OFF + 1) <= dead:
            return
        self._entered[key] = dead
        framework = self.graph.resolver.is_of_framework(cls)
        for base in self.graph.resolver.local_bases(cls):
            for inner in base.inner:
                if inner.kind != "function":
                    continue
                if inner.name in ("__init__", "__new__", "__post_init__", "setup"):
                    self._enter(inner, dead)
                elif framework or inner.name in ("__call__", "__iter__", "__getitem__", "__next__"):
                    self._deferred.append((inner, dead, self._worker))
