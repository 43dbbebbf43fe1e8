"""The bodies of functions, classes and modules as steps, compiled once for all programs.

Promises: what each call, assignment and import means stands in source order, marked by how live it is under the repo's own
defaults. Refuses to know: which program runs it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from driftlint import configs
from driftlint.facts import Place
from driftlint.flow.blocks import restored_by
from driftlint.flow.calls import CallClassifier, Listing, Restore, Seed, WorkerStart
from driftlint.flow.handed import (
    ASKS_ABOUT,
    KEEPS,
    functions_in,
    is_dispatch,
    made_for,
    main_of,
    may_be_function,
    wrappers_of,
)
from driftlint.flow.receivers import hangs_on_parameter, is_rebound
from driftlint.flow.starts import CommandFunction, find_commands, find_home
from driftlint.flow.steps import ASKED, CHOICE, LIVE, OFF, Op
from driftlint.project import Project
from driftlint.python.ir import (
    ASSIGN,
    ATTR,
    CALL,
    CLASS,
    CONST,
    DEF,
    DICT,
    IF,
    IMPORT,
    ITEM,
    LIST,
    NAME,
    WITH,
    Expr,
    Stmt,
    argument,
    blocks,
    calls_in,
    dotted,
    statement_expressions,
    tail,
)
from driftlint.python.module import Module, Scope, is_main_guard
from driftlint.resolve import Resolver
from driftlint.resolve.called import target_of
from driftlint.resolve.conditions import asks_if_on, is_option, truth_of
from driftlint.values import Class, Config, Function, Instance, Known, Outside, Value

_MAX_CONFIG_DEPTH = 6


class FlowGraph:
    """Bodies of functions, classes and modules as steps, compiled once for all programs."""

    def __init__(self, project: Project, resolver: Resolver, classifier: CallClassifier) -> None:
        self.project = project
        self.resolver = resolver
        self.classifier = classifier
        self._grounds = resolver.grounds
        self._compiled: dict[tuple[str, int, bool], tuple[tuple[Op, ...], int]]
        self._compiled = self._grounds.store(f"{classifier.kind} steps")
        self._commands: dict[tuple[str, str], tuple[tuple[CommandFunction, ...], int]]
        self._commands = self._grounds.store("commands")
        self._ops: list[Op] = []
        self._starts: list[tuple[Scope, Expr, WorkerStart]] = []
        self._importing = False
        words = classifier.words | classifier.open_words
        self._act_words = frozenset(word.encode() for word in words)
        decorators = resolver.forms.decorators
        self._entry_tails = frozenset(name.rsplit(".", 1)[-1] for name, form in decorators.items() if form == "entry")
        self._assigned_tails = frozenset(name.rsplit(".", 1)[-1] for name in classifier.assigned)

    def body_of(self, scope: Scope) -> tuple[Op, ...]:
        """Return the steps of a function's body."""
        key = (scope.module.path, scope.start, False)
        return self._grounds.keep(self._compiled, key, lambda: self._compile_body(scope))

    def _compile_body(self, scope: Scope) -> tuple[Op, ...]:
        if scope.kind == "lambda" and scope.stmt is not None:
            value = scope.stmt[4]
            return self._collect(scope.module, False, lambda: self._expression(scope, value, LIVE))
        return self._collect(scope.module, False, lambda: self._block(scope, scope.body, LIVE))

    def top_of(self, module: Module, as_program: bool) -> tuple[Op, ...]:
        """Return the steps of a module's top level; an imported module's main guard does not run."""
        key = (module.path, -1, as_program)
        return self._grounds.keep(self._compiled, key, lambda: self._compile_top(module, as_program))

    def _compile_top(self, module: Module, as_program: bool) -> tuple[Op, ...]:
        body = module.body
        if not as_program:
            body = tuple(stmt for stmt in body if not (stmt[0] == IF and is_main_guard(stmt)))
        return self._collect(module, not as_program, lambda: self._block(module.scope, body, LIVE))

    def _collect(self, module: Module, importing: bool, compile_body: Callable[[], None]) -> tuple[Op, ...]:
        self._grounds.note("facts", module.path)
        outer = self._ops, self._importing
        self._ops, self._importing = [], importing
        try:
            compile_body()
            return tuple(self._ops)
        finally:
            self._ops, self._importing = outer

    def _deaden(self, start: int, end: int, level: int) -> None:
        self._ops[start:end] = [replace(op, dead=max(op.dead, level)) for op in self._ops[start:end]]

    def _emit(self, kind: str, payload: Any, dead: int, home: str = "") -> None:
        self._ops.append(Op(kind, payload, dead, home))

    def _block(self, scope: Scope, body: tuple[Stmt, ...], dead: int) -> None:
        for stmt in body:
            tag = stmt[0]
            if tag == DEF:
                if stmt[5] and not self._importing:
                    self._decorated(scope, stmt, dead)
                continue
            if tag == IMPORT:
                self._import_statement(scope, stmt)
                continue
            if tag == CLASS:
                self._block(scope, tuple(s for s in stmt[6] if s[0] not in (DEF, CLASS)), dead)
                continue
            blocked = self._open(scope, stmt, dead) if tag == WITH else []
            for expr in statement_expressions(stmt):
                self._expression(scope, expr, dead)
            if tag == ASSIGN and stmt[4] is not None:
                self._assignment(scope, stmt, dead)
            if tag == IF:
                start = len(self._ops)
                guard = scope.kind == "module" and is_main_guard(stmt)
                if guard:
                    self._emit("guard", True, LIVE)
                self._block(scope, stmt[4], dead)
                if guard:
                    self._emit("guard", False, LIVE)
                middle = len(self._ops)
                self._block(scope, stmt[5], dead)
                if not guard and len(self._ops) > start:  # else nothing hangs on the condition
                    truth = truth_of(self.resolver, stmt[3], scope)
                    if truth is False:
                        self._deaden(start, middle, self._how_dead(stmt[3], scope))
                    elif truth is True:
                        self._deaden(middle, len(self._ops), CHOICE)
            else:
                for block in blocks(stmt):
                    self._block(scope, block, dead)
                if tag == WITH:
                    self._leave(scope, stmt, dead)
                for restore in blocked:
                    self._emit("event", restore, dead)

    def _decorated(self, scope: Scope, stmt: Stmt, dead: int) -> None:
        """A function that a decorator of the form "entry" makes the program's main function runs there."""
        for decorator in stmt[5]:
            if tail(decorator) not in self._entry_tails:
                continue
            names = (v.name for v in self.resolver.evaluate(decorator, scope) if isinstance(v, Outside))
            inner = scope.module.scope_of(stmt)
            if inner is not None and any(self.resolver.forms.decorators.get(name) == "entry" for name in names):
                self._emit("function", inner, dead)

    def _how_dead(self, condition: Expr, scope: Scope) -> int:
        if not asks_if_on(condition):
            return CHOICE
        return ASKED if is_option(self.resolver, condition, scope) else OFF

    def _open(self, scope: Scope, stmt: Stmt, dead: int) -> list[Restore]:
        """Begin the blocks of the repo's own context managers, and return what ends them."""
        calls = [c for c, _ in stmt[3] if c[0] == CALL and self.project.defines(tail(c[3]))]
        found = [restored_by(self.classifier, call, scope) for call in calls]
        for block in found:
            if block is not None:
                self._emit("event", block[0], dead)
        return [block[1] for block in reversed(found) if block is not None]

    def _leave(self, scope: Scope, stmt: Stmt, dead: int) -> None:
        """The end of a block that gives streams back as they were."""
        for context, _ in stmt[3]:
            if context[0] == CALL and self._matters(context[3], scope):
                for what in self.classifier.classify(context, scope).events:
                    if isinstance(what, Seed) and what.covers == "block":
                        self._emit("event", Restore(what.streams, what.name, what.place), dead)

    def _import_statement(self, scope: Scope, stmt: Stmt) -> None:
        """Importing a module runs its top level; it is followed where that may draw, seed or switch, or imports what does."""
        targets = [self.project.find_module(scope.module.path, stmt[3], stmt[4])]
        for name, _ in stmt[5] or ():
            if name is not None and name != "*":
                below = f"{stmt[3]}.{name}" if stmt[3] else name
                targets.append(self.project.find_module(scope.module.path, below, stmt[4]))
        for path in targets:
            if path is not None and self.project.acts_on_import(path, self._act_words):
                module = self.project.module(path)
                if module is not None:
                    self._emit("module", module, LIVE)

    def _expression(self, scope: Scope, expr: Expr, dead: int) -> None:
        if expr[0] in (NAME, CONST):
            return
        for order in self.classifier.displays if scope.module.sets else ():
            for found in scope.module.sets:
                if expr[1] <= found[1] and found[2] <= expr[2]:
                    self._emit("event", Listing(order, "a set", self.resolver.place(scope, found)), dead)
        start, outer, self._starts = len(self._ops), self._starts, []
        for call in calls_in(expr):
            inner = scope
            if scope.inner and expr[0] != CALL:
                inner = scope.module.scope_at(call[1])
            self._call(inner, call, dead)
        for inner, call, worker in self._starts:
            self._send_away(inner, call, worker, start, dead)
        self._starts = outer

    def _send_away(self, scope: Scope, call: Expr, start: WorkerStart, first: int, dead: int) -> None:
        """What the steps of an expression from `first` on would run here runs in the worker that a call of it starts."""
        named = (argument(call, spec.arg or None, spec.pos) for spec in start.worker.args)
        expr = next((found for found in named if found is not None), call)
        for function in dict.fromkeys(functions_in(self.resolver, expr, scope)):
            steps = [i for i in range(first, len(self._ops)) if self._ops[i].payload is function]
            for index in steps:
                self._ops[index] = replace(self._ops[index], kind="worker", payload=(function, start))
            if not steps:
                self._emit("worker", (function, start), dead)

    def _remote(self, scope: Scope, call: Expr, dead: int) -> None:
        """``work.remote(...)`` starts a function or makes an actor of a class that a decorator made remote."""
        base = call[3][3]
        if base[0] == CALL and base[3][0] == ATTR:  # work.options(...).remote()
            base = base[3][3]
        if base[0] not in (NAME, ATTR):
            return
        for value in self.resolver.evaluate(base, scope):
            worker = self.classifier.remote_of(value.scope) if isinstance(value, (Function, Class)) else None
            if worker is not None and isinstance(value, (Function, Class)):
                name = f"{dotted(base) or value.scope.name}.{call[3][4]}"
                self._emit("worker", (value.scope, WorkerStart(worker, name, self.resolver.place(scope, call))), dead)

    def _call(self, scope: Scope, call: Expr, dead: int) -> None:
        if self._matters(call[3], scope):
            meaning = self.classifier.classify(call, scope)
            for what in meaning.events:
                self._emit("event", what, dead)
            for target in meaning.targets:
                self._emit_target(target, dead)
            if meaning.exposes and not self._importing:
                self._expose(scope, call, dead)
            for inner in main_of(self.resolver, scope.module) if meaning.runs_main and not self._importing else ():
                self._emit("function", inner, dead)
            if meaning.worker is not None:
                self._starts.append((scope, call, meaning.worker))
        if call[3][0] == ATTR and call[3][4] in self.classifier.remote_methods:
            self._remote(scope, call, dead)
        if is_dispatch(call):
            self._run_all(scope.module.scope, dead)
        if not self._importing:
            self._handed(scope, call, dead)
            if call[3][0] == NAME:
                self._run_commands(scope, call[3][3], dead)
        name = call[3][4] if call[3][0] == ATTR else (call[3][3] if call[3][0] == NAME else "")
        if name in ("instantiate", "call", "build") or not name:
            self._instantiate(scope, call, dead)

    def _run_all(self, scope: Scope, dead: int) -> None:
        """Any function of a module, or any method of a class, may run."""
        for inner in scope.inner:
            if inner.kind == "function" and not inner.name.startswith("_"):
                self._emit("function", inner, dead)

    def _run_commands(self, scope: Scope, name: str, dead: int) -> None:
        """Calling an object runs the functions that were made its commands."""
        at: Scope | None = scope
        while at is not None and at.kind != "module":
            if name in at.bindings:
                return
            at = at.parent
        if name in scope.module.scope.bindings:
            commands = self.commands_of(scope.module, name)
            if commands:
                self._emit("commands", commands, dead)

    def commands_of(self, module: Module, name: str) -> tuple[CommandFunction, ...]:
        """Return the functions that calling what a module's top level calls so may run, other than itself."""
        return self._grounds.keep(self._commands, (module.path, name), lambda: self._find_commands(module, name))

    def _find_commands(self, module: Module, name: str) -> tuple[CommandFunction, ...]:
        self._grounds.note("facts", module.path)
        home, known = find_home(self.project, module, name)
        return tuple(find_commands(self.project, home, known)) if home is not None else ()

    def _expose(self, scope: Scope, call: Expr, dead: int) -> None:
        """A call that makes commands of what it is given: a function, an object's methods, or the whole module."""
        if not call[4]:
            self._run_all(scope.module.scope, dead)
        for _, arg in call[4][:1]:
            given = [value for _, value in arg[3]] if arg[0] == DICT else arg[3] if arg[0] == LIST else (arg,)
            for expr in given:
                for value in self.resolver.evaluate(expr, scope):
                    if isinstance(value, (Class, Instance)):
                        self._emit("class", value.scope, dead)
                        for cls in self.resolver.local_bases(value.scope):
                            self._run_all(cls, dead)
                    elif isinstance(value, Function):
                        self._emit_target(value, dead)

    def _handed(self, scope: Scope, call: Expr, dead: int) -> None:
        """Functions that a call is given by name are called there; of classes calls outside the repo's reach make objects later.

        At import time nothing is: registries and partial functions only take note of what they are given.
        """
        taken = call[3][3] if call[3][0] == NAME else call[3][4] if call[3][0] == ATTR else ""
        ours = self.project.defines(taken)
        for _, arg in call[4]:
            if arg[0] in (NAME, ATTR) and may_be_function(arg, scope, self.project.defines):
                for value in self.resolver.evaluate(arg, scope):
                    if isinstance(value, Function) and taken not in KEEPS:
                        self._emit_target(value, dead)
                    elif isinstance(value, Function) or (
                        isinstance(value, Class) and taken not in ASKS_ABOUT and not ours
                    ):
                        self._emit("later", value.scope, dead)
            for made in made_for(arg, scope) if not ours else ():
                self._made_functions(scope, made, dead)

    def _made_functions(self, scope: Scope, made: Expr, dead: int) -> None:
        """A function that a call of the repo makes is handed on: ``SyncVectorEnv([make_env(seed)])`` calls the closure."""
        if made[0] == CALL and made[3][0] == NAME and self.project.defines(made[3][3]):
            for value in self.resolver.evaluate(made, scope):
                if isinstance(value, Function):
                    self._emit_target(value, dead)

    def _matters(self, callee: Expr, scope: Scope) -> bool:
        """Return whether a callee can be of the catalogue or of the repo; all others need not be resolved."""
        word = callee[4] if callee[0] == ATTR else callee[3] if callee[0] == NAME else ""
        if not word or word in self.classifier.words:
            return True
        if self.project.defines(word):
            return not hangs_on_parameter(callee, scope)
        name = dotted(callee)
        if name is None:
            return False
        parts = name.split(".")
        return not self.classifier.open_words.isdisjoint(parts) or (len(parts) == 1 and is_rebound(word, scope))

    def _instantiate(self, scope: Scope, call: Expr, dead: int) -> None:
        """Enter the classes that a config names, its nested targets too."""
        if not any(
            isinstance(c, Outside) and self.resolver.forms.form_of(c.name) == "instantiate"
            for c in self.resolver.callees(call, scope)
        ):
            return
        first = argument(call, "config", 0)
        for value in self.resolver.evaluate(first, scope) if first is not None else ():
            if isinstance(value, Config):
                self._config(value, self.resolver.place(scope, call), dead, 0)

    def _config(self, config: Config, place: Place, dead: int, depth: int) -> None:
        if depth > _MAX_CONFIG_DEPTH:
            return
        callee = target_of(self.resolver, config, place)
        if isinstance(callee, (Class, Function)):
            self._emit_target(callee, dead)
        elif isinstance(callee, Outside):
            self._configured(callee.name, config, place, dead)
        for key in configs.keys(config):
            for value in configs.child(config, key):
                if isinstance(value, Config):
                    self._config(value, place, dead, depth + 1)

    def _configured(self, name: str, config: Config, place: Place, dead: int) -> None:
        """An outside class made from a config: its keys are its arguments."""
        short = name.replace("()", "")
        for _, switch in self.classifier.switches.find(name):
            for spec in switch.args:
                for value in configs.child(config, spec.arg) if spec.arg else ():
                    if isinstance(value, Known):
                        control = self.classifier.control(switch, f"{short}({spec.arg})", place, (value,))
                        self._emit("event", control, dead)

    def _emit_target(self, target: Value, dead: int) -> None:
        if isinstance(target, Function):
            for wrapper in wrappers_of(self.resolver, target.scope, self.project.defines):
                self._emit("function", wrapper, dead)
            self._emit("function", target.scope, dead)
        elif isinstance(target, Instance):
            made = target.where.path
            home = "" if self.project.is_imported(made) or not made.endswith((".py", ".ipynb")) else made
            for cls in self.resolver.local_bases(target.scope):
                for inner in cls.inner:
                    if inner.name in ("__call__", "forward"):
                        self._emit("function", inner, dead, home)
        elif isinstance(target, Class):
            self._emit("class", target.scope, dead)

    def _assignment(self, scope: Scope, stmt: Stmt, dead: int) -> None:
        target, value = stmt[3], stmt[4]
        if target[0] == ITEM and target[4][0] == CONST and isinstance(target[4][3], str):
            switches = self.classifier.environment.get(target[4][3])
            if switches and self._is_environment(target[3], scope):
                for switch in switches:
                    control = self.classifier.control(
                        switch, target[4][3], self.resolver.place(scope, stmt), self.resolver.evaluate(value, scope)
                    )
                    self._emit("event", control, dead)
            return
        if target[0] != ATTR:
            return
        name = dotted(target)
        if name is None or target[4] not in self._assigned_tails:
            return
        for base in self.resolver.evaluate(target[3], scope):
            if isinstance(base, Outside):
                assigned = self.classifier.assigned.get(f"{base.name}.{target[4]}")
                if assigned is not None:
                    control = self.classifier.control(
                        assigned,
                        f"{base.name}.{target[4]}",
                        self.resolver.place(scope, stmt),
                        self.resolver.evaluate(value, scope),
                    )
                    self._emit("event", control, dead)

    def _is_environment(self, base: Expr, scope: Scope) -> bool:
        items = self.resolver.forms.group("environment.items")
        return any(isinstance(v, Outside) and v.name in items for v in self.resolver.evaluate(base, scope))
