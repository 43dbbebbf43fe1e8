"""The function with which a project seeds, for a program that does not call it.

Promises: a function is named only where the program's file knows it already, or where a program beside it imports it; it takes
the seed first and needs nothing else. Refuses to know: whether calling it is enough; that is judged afterwards.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from driftlint.flow.calls import CallClassifier, Seed
from driftlint.flow.entries import Program
from driftlint.judges.world import World
from driftlint.python.ir import IF, NAME, OTHER, statement_expressions, walk
from driftlint.python.module import Module, Scope, is_main_guard
from driftlint.values import Function

_WORD = "seed"


def find_seed_helper(world: World, program: Program, stream: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the name of a function that seeds a stream and the import lines that a program needs for it."""
    module = world.project.module(program.path)
    if module is None:
        return None
    guarded = any(stmt[0] == IF and is_main_guard(stmt) for stmt in module.body)
    candidates: list[tuple[str, tuple[str, ...], Scope]]
    candidates = [(name, (), f) for name, f in _functions(world, module) if guarded or f.module is not module]
    folder = posixpath.dirname(program.path)
    for path in sorted({p.path for p in world.programs if posixpath.dirname(p.path) == folder} - {program.path}):
        other = world.project.module(path)
        for name, function in _functions(world, other) if other is not None else ():
            line = _import_line(other, name) if other is not None else ""
            if line and name not in module.scope.bindings:
                candidates.append((name, (line,), function))
    if not candidates:
        return None
    classifier = CallClassifier(world.catalogue, world.resolver)
    return next(((name, lines) for name, lines, function in candidates if _seeds(classifier, function, stream)), None)


def _functions(world: World, module: Module) -> Iterator[tuple[str, Scope]]:
    """Yield the functions of the repo that a file knows by a name that speaks of seeding."""
    for at, (name, bindings) in enumerate(module.scope.bindings.items(), 1):
        if _WORD not in name.lower() or "." in name or len(bindings) != 1 or bindings[0].guards:
            continue
        # The resolver knows an expression by its place: names of one import share theirs, so each gets one of its own.
        values = world.resolver.evaluate((NAME, bindings[0].offset, -at, name), module.scope)
        if len(values) == 1 and isinstance(values[0], Function):
            yield name, values[0].scope


def _import_line(module: Module, name: str) -> str:
    """Return the import by which a file knows a name, "" for one that only holds in that file's own package."""
    binding = module.scope.bindings[name][0]
    if binding.kind != "import":
        return ""
    stmt, member, _ = binding.payload
    return f"from {stmt[3]} import {name}" if member == name and not stmt[4] else ""


def _seeds(classifier: CallClassifier, function: Scope, stream: str) -> bool:
    """Return whether a function hands its first parameter to a seed of the stream, and asks for nothing else.

    One that yields does nothing when it is called: what it makes has to be entered.
    """
    params = [param for param in function.params if not param[2].startswith("*")]
    if not params or function.is_method or any(param[1] is None for param in params[1:]):
        return False
    if any(e[0] == OTHER and e[3] == "yield" for stmt in walk(function.body) for e in statement_expressions(stmt)):
        return False
    for calls in function.module.calls.values():
        for call in calls:
            if function.module.scope_at(call[1]) is not function:
                continue
            given = [expr for _, expr in call[4]]
            if not given or given[0][0] != NAME or given[0][3] != params[0][0]:
                continue
            events = classifier.classify(call, function).events
            if any(isinstance(event, Seed) and stream in event.streams for event in events):
                return True
    return False
