"""Follow a program from its first statement: what it draws, seeds and switches, in the order it happens.

Promises: every function is entered once a program; a branch that the repo's own defaults exclude is marked dead; methods
that a framework calls come last. Refuses to know: loops' counts, exceptions, threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from driftlint import configs
from driftlint.facts import Place
from driftlint.flow.calls import CallClassifier, Listing, Restore, Seed
from driftlint.flow.steps import CHOICE, LIVE, OFF, Event, Op
from driftlint.project import Project
from driftlint.python.ir import (
    ASSIGN,
    ATTR,
    CALL,
    CLASS,
    CONST,
    DEF,
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
from driftlint.resolve.conditions import asks_if_on, truth_of
from driftlint.values import Class, Config, Function, Instance, Known, Outside, Value

_ASKS_ABOUT = frozenset(("isinstance", "issubclass", "partial", "cast", "super", "hasattr", "type"))
"""Calls that take a class without making an object of it."""
_MAX_FUNCTIONS = 4000
_MAX_DEPTH = 80
_MAX_CONFIG_DEPTH = 6


class FlowGraph:
    """Bodies of functions, classes and modules as steps, compiled once for all programs."""

    def __init__(self, project: Project, resolver: Resolver, classifier: CallClassifier) -> None:
        self.project = project
        self.resolver = resolver
        self.classifier = classifier
        self._compiled: dict[tuple[str, int, bool], tuple[Op, ...]] = {}
        self._ops: list[Op] = []
        self._importing = False
        words = classifier.words | classifier.open_words
        self._act_words = frozenset(word.encode() for word in words)
        self._entry_tails = frozenset(
            name.rsplit(".", 1)[-1] for name, form in resolver.forms.decorators.items() if form == "entry"
        )
        self._assigned_tails = frozenset(name.rsplit(".", 1)[-1] for name in classifier.assigned)

    def body_of(self, scope: Scope) -> tuple[Op, ...]:
        """Return the steps of a function's body."""
        key = (scope.module.path, scope.start, False)
        if key not in self._compiled:
            outer, self._importing = self._importing, False
            if scope.kind == "lambda" and scope.stmt is not None:
                self._compiled[key] = self._collect(lambda: self._expression(scope, scope.stmt[4], LIVE))  # type: ignore[index]
            else:
                self._compiled[key] = self._collect(lambda: self._block(scope, scope.body, LIVE))
            self._importing = outer
        return self._compiled[key]

    def top_of(self, module: Module, as_program: bool) -> tuple[Op, ...]:
        """Return the steps of a module's top level; an imported module's main guard does not run."""
        key = (module.path, -1, as_program)
        if key not in self._compiled:
            body = module.body
            if not as_program:
                body = tuple(stmt for stmt in body if not (stmt[0] == IF and is_main_guard(stmt)))
            outer, self._importing = self._importing, not as_program
            try:
                self._compiled[key] = self._collect(lambda: self._block(module.scope, body, LIVE))
            finally:
                self._importing = outer
        return self._compiled[key]

    def _collect(self, compile_body: Callable[[], None]) -> tuple[Op, ...]:
        outer, self._ops = self._ops, []
        try:
            compile_body()
            return tuple(self._ops)
        finally:
            self._ops = outer

    def _deaden(self, start: int, end: int, level: int) -> None:
        self._ops[start:end] = [replace(op, dead=max(op.dead, level)) for op in self._ops[start:end]]

    def _emit(self, kind: str, payload: Any, dead: int) -> None:
        self._ops.append(Op(kind, payload, dead))

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
            for expr in statement_expressions(stmt):
                self._expression(scope, expr, dead)
            if tag == ASSIGN and stmt[4] is not None:
                self._assignment(scope, stmt, dead)
            if tag == IF:
                start = len(self._ops)
                self._block(scope, stmt[4], dead)
                middle = len(self._ops)
                self._block(scope, stmt[5], dead)
                if len(self._ops) > start:  # else nothing hangs on the condition, and it need not be resolved
                    truth = truth_of(self.resolver, stmt[3], scope)
                    if truth is False:
                        self._deaden(start, middle, OFF if asks_if_on(stmt[3]) else CHOICE)
                    elif truth is True:
                        self._deaden(middle, len(self._ops), CHOICE)
            else:
                for block in blocks(stmt):
                    self._block(scope, block, dead)
                if tag == WITH:
                    self._leave(scope, stmt, dead)

    def _decorated(self, scope: Scope, stmt: Stmt, dead: int) -> None:
        """A function that a decorator of the form "entry" makes the program's main function runs there."""
        for decorator in stmt[5]:
            if tail(decorator) not in self._entry_tails:
                continue
            names = (v.name for v in self.resolver.evaluate(decorator, scope) if isinstance(v, Outside))
            inner = scope.module.scope_of(stmt)
            if inner is not None and any(self.resolver.forms.decorators.get(name) == "entry" for name in names):
                self._emit("function", inner, dead)

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
        for call in calls_in(expr):
            inner = scope
            if scope.inner and expr[0] != CALL:
                inner = scope.module.scope_at(call[1])
            self._call(inner, call, dead)

    def _call(self, scope: Scope, call: Expr, dead: int) -> None:
        if self._matters(call[3], scope):
            meaning = self.classifier.classify(call, scope)
            for what in meaning.events:
                self._emit("event", what, dead)
            for target in meaning.targets:
                self._emit_target(target, dead)
        if self._is_dispatch(call):
            for inner in scope.module.scope.inner:
                if inner.kind == "function":
                    self._emit("function", inner, dead)
        if not self._importing:
            self._handed(scope, call, dead)
        name = call[3][4] if call[3][0] == ATTR else (call[3][3] if call[3][0] == NAME else "")
        if name in ("instantiate", "call", "build") or not name:
            self._instantiate(scope, call, dead)

    def _handed(self, scope: Scope, call: Expr, dead: int) -> None:
        """Functions that a call is given by name are called there; classes only by calls outside the repo's reach.

        At import time nothing is: registries and partial functions only take note of what they are given.
        """
        taken = call[3][3] if call[3][0] == NAME else call[3][4] if call[3][0] == ATTR else ""
        ours = taken in self.project.defined_names
        for _, arg in call[4]:
            if arg[0] in (NAME, ATTR) and self._may_be_function(arg, scope):
                for value in self.resolver.evaluate(arg, scope):
                    if isinstance(value, Function) or (
                        isinstance(value, Class) and taken not in _ASKS_ABOUT and not ours
                    ):
                        self._emit_target(value, dead)
            elif arg[0] in (LIST, CALL) and not ours:
                for made in arg[3] if arg[0] == LIST else (arg,):
                    self._made_functions(scope, made, dead)

    def _made_functions(self, scope: Scope, made: Expr, dead: int) -> None:
        """A function that a call of the repo makes is handed on: ``SyncVectorEnv([make_env(seed)])`` calls the closure."""
        if made[0] == CALL and made[3][0] == NAME and made[3][3] in self.project.defined_names:
            for value in self.resolver.evaluate(made, scope):
                if isinstance(value, Function):
                    self._emit_target(value, dead)

    def _matters(self, callee: Expr, scope: Scope) -> bool:
        """Return whether a callee can be of the catalogue or of the repo; all others need not be resolved."""
        word = callee[4] if callee[0] == ATTR else callee[3] if callee[0] == NAME else ""
        if not word or word in self.classifier.words:
            return True
        if word in self.project.defined_names:
            return not self._hangs_on_parameter(callee, scope)
        name = dotted(callee)
        if name is None:
            return False
        parts = name.split(".")
        return not self.classifier.open_words.isdisjoint(parts) or (len(parts) == 1 and self._is_rebound(word, scope))

    @staticmethod
    def _hangs_on_parameter(callee: Expr, scope: Scope) -> bool:
        """Return whether the receiver is a parameter (not self): following it through all callers is not worth its cost."""
        while callee[0] == ATTR:
            callee = callee[3]
        if callee[0] != NAME or callee[3] in ("self", "cls"):
            return False
        at: Scope | None = scope
        while at is not None:
            bindings = at.bindings.get(callee[3])
            if bindings:
                return all(b.kind == "param" and not b.payload[3] for b in bindings)
            at = at.parent
        return False

    @staticmethod
    def _is_rebound(word: str, scope: Scope) -> bool:
        """Return whether a plain name is an alias, an import under another name or a value, not a builtin."""
        at: Scope | None = scope
        while at is not None:
            if word in at.bindings:
                return True
            at = at.parent
        return False

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
            self._emit("function", target.scope, dead)
        elif isinstance(target, Instance):
            for cls in self.resolver.local_bases(target.scope):
                for inner in cls.inner:
                    if inner.name in ("__call__", "forward"):
                        self._emit("function", inner, dead)
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

    @staticmethod
    def _is_dispatch(call: Expr) -> bool:
        """``globals()[name](...)`` may call any function of the module."""
        callee = call[3]
        return bool(
            callee[0] == ITEM and callee[3][0] == CALL and callee[3][3][0] == NAME and callee[3][3][3] == "globals"
        )

    @staticmethod
    def _may_be_function(arg: Expr, scope: Scope) -> bool:
        name = dotted(arg)
        if name is None:
            return False
        first = name.split(".")[0]
        if first == "self":
            return arg[0] == ATTR and _is_method(scope, arg[4])
        at: Scope | None = scope
        while at is not None:
            for binding in at.bindings.get(first, ()):
                return binding.kind in ("scope", "import")
            at = at.parent
        return False


class Walker:
    """Walks one program over the compiled bodies."""

    def __init__(self, graph: FlowGraph) -> None:
        self.graph = graph
        self.events: list[Event] = []
        self.modules: set[str] = set()
        """Modules whose top level ran."""
        self.cut = False
        """Whether the walk gave up before its end."""
        self.functions: dict[str, None] = {}
        """Names of the functions that were entered, in their order, those behind what is switched off left out."""
        self._entered: dict[tuple[str, int], int] = {}
        """Function -> how live it was when it was entered; a livelier call enters it again."""
        self._deferred: list[tuple[Scope, int]] = []
        self._deferring = ""
        self._depth = 0

    def run(self, module: Module) -> None:
        """Walk a module as a program: its top level, what that calls, then what frameworks call."""
        self.modules.add(module.path)
        self._execute(self.graph.top_of(module, True), LIVE)
        while self._deferred:
            scope, dead = self._deferred.pop(0)
            self._deferring = scope.name or "lambda"
            self._enter(scope, dead)

    def _execute(self, ops: tuple[Op, ...], dead: int) -> None:
        for op in ops:
            if op.kind == "event":
                level = max(op.dead, dead)
                self.events.append(Event(op.payload, level > LIVE, level == OFF, self._deferring))
            elif op.kind == "function":
                self._enter(op.payload, max(op.dead, dead))
            elif op.kind == "class":
                self._enter_class(op.payload, max(op.dead, dead))
            elif op.payload.path not in self.modules:
                self.modules.add(op.payload.path)
                self._execute(self.graph.top_of(op.payload, False), LIVE)

    def _enter(self, scope: Scope, dead: int) -> None:
        key = (scope.module.path, scope.start)
        if self._entered.get(key, OFF + 1) <= dead:
            return
        if len(self._entered) > _MAX_FUNCTIONS or self._depth > _MAX_DEPTH:
            self.cut = True
            return
        self._entered[key] = dead
        if dead < OFF:
            self.functions.setdefault(scope.name)
        self._depth += 1
        try:
            self._execute(self.graph.body_of(scope), dead)
        finally:
            self._depth -= 1

    def _enter_class(self, cls: Scope, dead: int) -> None:
        """Construct an object: its initialisers run now, its other methods when a framework calls them."""
        key = (cls.module.path, cls.start)
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
                    self._deferred.append((inner, dead))


def _is_method(scope: Scope, name: str) -> bool:
    at: Scope | None = scope
    while at is not None and at.kind != "class":
        at = at.parent
    return at is not None and any(inner.name == name for inner in at.inner)
