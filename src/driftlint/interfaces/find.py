"""Which interface a program has: the parser that its start leads to.

Promises: one answer a program, or None with a reason. Refuses to know: qualified names (the packs' ``[interfaces]`` table
says which parser is of which kind).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from msgspec import Struct

from driftlint.facts import Place
from driftlint.interfaces.declared import DeclaredParsers
from driftlint.interfaces.defined import read_flags
from driftlint.interfaces.fields import FieldParser
from driftlint.interfaces.functions import Commands
from driftlint.interfaces.keys import Composition
from driftlint.interfaces.model import Interface
from driftlint.interfaces.reach import Reach, calls_of, reach_from
from driftlint.interfaces.words import change_words
from driftlint.python.ir import CALL, NAME, Expr, argument, tail
from driftlint.python.module import Module, Scope
from driftlint.resolve import Resolver
from driftlint.text import Span
from driftlint.values import Class, Function, Outside, Sequence

_SLOTS = (
    "settled", "commands", "groups", "harmless", "applications", "parameter_options", "parameter_arguments",
    "any_functions", "typed_functions", "classes", "keys_too", "own_keys", "words",
)  # fmt: skip


class Found(Struct, frozen=True):
    """The answer: an interface, a composition of config files, or the reason why neither is known."""

    interface: Interface | None = None
    composition: Composition | None = None
    why: str = ""


class InterfaceFinder:
    """Finds the interfaces of one project's programs, each once. `table` is the packs' ``[interfaces]``."""

    def __init__(self, resolver: Resolver, table: Mapping[str, object]) -> None:
        self.resolver = resolver
        self.project = resolver.project
        self.names: dict[str, frozenset[str]] = {}
        for slot in _SLOTS:
            given = table.get(slot, ())
            self.names[slot] = (
                frozenset(str(name) for name in given) if isinstance(given, (list, tuple)) else frozenset()
            )
        forms = resolver.forms
        words = {*forms.group("arguments.add"), *forms.group("arguments.parse"), *forms.group("dataclasses.parse")}
        for name, form in forms.calls.items():
            if form in ("arguments", "dataclasses", "dataclass", "flags", "options"):
                words.add(name.rpartition(".")[2])
        for slot in ("commands", "groups", "applications", "any_functions", "typed_functions", "classes"):
            words.update(name.rpartition(".")[2] for name in self.names[slot])
        self.words = frozenset(words - {"add", "parse"})
        self._known: dict[tuple[str, str], Found] = {}

    def of(self, path: str, function: str = "") -> Found:
        """Return what a program takes that starts with a file, or with one of its functions."""
        key = (path, function)
        if key not in self._known:
            self._known[key] = self._find(path, function)
        return self._known[key]

    def _find(self, path: str, function: str) -> Found:
        module = self.project.module(path)
        if module is None:
            return Found(why="the file was not read as Python")
        start = module.scope
        if function:
            inner = self._member(module, function)
            if inner is None:
                return Found(why=f"`{function}` was not found in {path}")
            if isinstance(inner, str):
                interface = Commands(self.resolver, self.names).of_application(inner, module)
                return Found(interface) if interface is not None else Found(why=f"`{function}` is no function")
            start, module = inner, inner.module
        composition = self._composition(start)
        if composition is not None:
            return Found(composition=composition)
        reach = reach_from(self.resolver, start, self.words)
        for find in (self._decorated, self._run, self._declared, self._fields, self._flags):
            interface = find(start, reach)
            if interface is not None:
                if change_words(self.resolver, self._scopes(reach), self.names["words"]):
                    interface = _open(
                        interface, "the program changes the words of its command line before it parses them"
                    )
                return Found(interface)
        return Found(why="no parser of its command line was found")

    def _scopes(self, reach: Reach) -> Iterator[Scope]:
        for module in reach.modules.values():
            for scope in (module.scope, *module.scopes()):
                if scope is module.scope or (module.path, scope.start) in reach.entered:
                    yield scope

    def _member(self, module: Module, function: str) -> Scope | str | None:
        place = Place(module.path, Span(0, 0))
        for value in self.resolver.member(module, function, place):
            if isinstance(value, Function):
                return value.scope
            if isinstance(value, Outside) and value.name.removesuffix("()") in self.names["applications"]:
                return function
        return None

    # composed configurations

    def _composition(self, start: Scope) -> Composition | None:
        forms = self.resolver.forms
        scopes = [start, *start.inner] if start.kind == "module" else [start]
        for scope in scopes:
            for decorator in scope.decorators:
                callee = decorator[3] if decorator[0] == CALL else decorator
                for value in self.resolver.evaluate(callee, scope.parent or scope):
                    if isinstance(value, Outside) and forms.decorators.get(value.name) == "composed":
                        return self._composed(decorator, scope)
        return None

    def _composed(self, decorator: Expr, scope: Scope) -> Composition | None:
        if decorator[0] != CALL:
            return None
        around = scope.parent or scope
        name = self.resolver.constant(argument(decorator, "config_name", 1), around)
        given = argument(decorator, "config_path", 0)
        folder = self.resolver.constant(given, around) if given is not None else "."
        if not isinstance(name, str) or not isinstance(folder, str) or folder.startswith("/"):
            return None
        search = posixpath.normpath(posixpath.join(posixpath.dirname(scope.module.path), folder))
        registers = any(self.project.paths_with(name.rpartition(".")[2]) for name in self.names["keys_too"])
        return Composition(
            "" if search == "." else search,
            name,
            self.resolver.place(around, decorator),
            registers,
            self.names["own_keys"],
        )

    # functions

    def _decorated(self, start: Scope, reach: Reach) -> Interface | None:
        commands = Commands(self.resolver, self.names)
        if start.kind != "module":
            return commands.of_function(start)
        for scope, call in calls_of(start):
            if scope.kind != "module":
                continue
            for callee in self.resolver.callees(call, scope):
                if isinstance(callee, Function):
                    found = commands.of_function(callee.scope)
                    if found is not None:
                        return found
                elif isinstance(callee, Outside) and callee.name.endswith("()"):
                    made = callee.name.removesuffix("()")
                    if made in self.names["applications"] and call[3][0] == NAME:
                        return commands.of_application(call[3][3], start.module)
        return None

    def _run(self, start: Scope, reach: Reach) -> Interface | None:
        commands = Commands(self.resolver, self.names)
        for scope, call in reach.calls:
            for callee in self.resolver.callees(call, scope) if tail(call[3]) else ():
                if not isinstance(callee, Outside):
                    continue
                slot = next((s for s in ("any_functions", "typed_functions") if callee.name in self.names[s]), "")
                first = call[4][0][1] if slot and call[4] else None
                for value in self.resolver.evaluate(first, scope) if first is not None else ():
                    if isinstance(value, Function):
                        typed = slot == "typed_functions"
                        return commands.of_parameters(value.scope) if typed else commands.of_any_parameters(value.scope)
                if slot:
                    place = self.resolver.place(scope, call)
                    return Interface("loose names", place, (), "what it runs is not one function", settled=False)
        return None

    # parsers

    def _declared(self, start: Scope, reach: Reach) -> Interface | None:
        return DeclaredParsers(self.resolver, reach, self.names["settled"]).find()

    def _fields(self, start: Scope, reach: Reach) -> Interface | None:
        forms = self.resolver.forms
        for scope, call in reach.calls:
            for callee in self.resolver.callees(call, scope) if tail(call[3]) else ():
                if not isinstance(callee, Outside):
                    continue
                place = self.resolver.place(scope, call, "the command line is read here")
                last = callee.name.rpartition(".")[2]
                if callee.name in self.names["classes"]:
                    first = argument(call, "f", 0)
                    return FieldParser(self.resolver, nested=True).interface(self._classes(first, scope), place)
                if forms.form_of(callee.name) == "dataclass" and "." in callee.name:
                    first = argument(call, "config_class", 0)
                    found = FieldParser(self.resolver, nested=True).interface(self._classes(first, scope), place)
                    return _open(found, "its parser takes files and keys too")
                made = callee.name.partition("()")[0]
                if last in forms.group("dataclasses.parse") and forms.form_of(made) == "dataclasses" and callee.call:
                    at, maker = callee.call
                    first = argument(maker, "dataclass_types", 0)
                    found = FieldParser(self.resolver, nested=False).interface(self._classes(first, at), place)
                    return found if made in self.names["settled"] else _open(found, "its parser takes files too")
        return None

    def _classes(self, expr: Expr | None, scope: Scope) -> list[Class | Outside]:
        out: list[Class | Outside] = []
        for value in self.resolver.evaluate(expr, scope) if expr is not None else ():
            if isinstance(value, Sequence):
                for item in value.expr[3]:
                    found = [v for v in self.resolver.evaluate(item, value.scope) if isinstance(v, (Class, Outside))]
                    out.append(found[0] if found else Outside("a class", value.where))
            elif isinstance(value, (Class, Outside)):
                out.append(value)
            else:
                out.append(Outside("a class", value.where))
        return out

    def _flags(self, start: Scope, reach: Reach) -> Interface | None:
        modules = [self.project.module(path) for path in self.project.reachable([start.module.path])]
        place = Place(start.module.path, Span(start.start, start.start))
        return read_flags(self.resolver, [module for module in modules if module is not None], place)


def _open(interface: Interface, why: str) -> Interface:
    return Interface(interface.style, interface.place, interface.options, interface.open or why, settled=False)
