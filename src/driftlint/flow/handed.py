"""Functions of the repo that an expression names, to be called by whatever is given them.

Promises: only names that a scope binds to a function, class or import are resolved. Refuses to know: who calls them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from driftlint.python.ir import ATTR, CALL, ITEM, LAMBDA, LIST, NAME, Expr, children, dotted, tail
from driftlint.python.module import Module, Scope
from driftlint.resolve import Resolver
from driftlint.values import Function

ASKS_ABOUT = frozenset(("isinstance", "issubclass", "partial", "cast", "super", "hasattr", "type"))
"""Calls that take a class without making an object of it."""
KEEPS = frozenset(("dict", "SimpleNamespace", "Namespace", "setattr", "append", "setdefault", "update"))
"""Calls that keep a function for later."""


def functions_in(resolver: Resolver, expr: Expr, scope: Scope) -> Iterator[Scope]:
    """Yield the functions that an expression names, or that calls inside it are given."""
    if expr[0] in (NAME, ATTR):
        if may_be_function(expr, scope, resolver.project.defines):
            for value in resolver.evaluate(expr, scope):
                if isinstance(value, Function):
                    yield value.scope
    elif expr[0] == LAMBDA:
        function = scope.module.scope_of(expr)
        if function is not None:
            yield function
    elif expr[0] == CALL:
        for _, arg in expr[4]:
            yield from functions_in(resolver, arg, scope)
        if expr[3][0] == CALL:
            yield from functions_in(resolver, expr[3], scope)
    else:
        for child in children(expr):
            yield from functions_in(resolver, child, scope)


def wrappers_of(resolver: Resolver, function: Scope, defines: Callable[[str], bool]) -> Iterator[Scope]:
    """Yield what runs before a function that decorators of the repo have wrapped: the functions inside them."""
    for decorator in function.decorators:
        if defines(tail(decorator[3] if decorator[0] == CALL else decorator)):
            for made in resolver.evaluate(decorator, function.parent or function):
                if isinstance(made, Function):
                    yield from (inner for inner in made.scope.inner if inner.kind == "function")


def main_of(resolver: Resolver, module: Module) -> Iterator[Scope]:
    """Yield the functions of a module that a call of the form "main" runs when it is given none."""
    names = resolver.forms.group("main.unnamed")
    return (inner for inner in module.scope.inner if inner.kind == "function" and inner.name in names)


def may_be_function(arg: Expr, scope: Scope, defines: Callable[[str], bool]) -> bool:
    """Return whether a name is bound to a function, a class or an import, or is a method of the class around it.

    A method of an object that a class of the repo makes in the same scopes counts, too. `defines` says which names the repo
    has of functions and classes.
    """
    name = dotted(arg)
    if name is None:
        return False
    first = name.split(".")[0]
    if first == "self":
        return arg[0] == ATTR and _is_method(scope, arg[4])
    at: Scope | None = scope
    while at is not None:
        for binding in at.bindings.get(first, ()):
            made = binding.payload if binding.kind == "value" else None
            is_object = made is not None and made[0] == CALL and defines(tail(made[3]))
            return binding.kind in ("scope", "import") or (is_object and arg[0] == ATTR and defines(arg[4]))
        at = at.parent
    return False


def _is_method(scope: Scope, name: str) -> bool:
    at: Scope | None = scope
    while at is not None and at.kind != "class":
        at = at.parent
    return at is not None and any(inner.name == name for inner in at.inner)


def made_for(arg: Expr, scope: Scope) -> Iterator[Expr]:
    """Yield what makes the things that an argument hands over: a call, or the items of a list, which may have a name."""
    if arg[0] == NAME:
        for binding in scope.bindings.get(arg[3], ()):
            if binding.kind == "value" and binding.payload[0] == LIST:
                yield from binding.payload[3]
    elif arg[0] == LIST:
        yield from arg[3]
    elif arg[0] == CALL:
        yield arg


def is_dispatch(call: Expr) -> bool:
    """Return whether it is ``globals()[name](...)``, which may call any function of the module."""
    callee = call[3]
    return bool(callee[0] == ITEM and callee[3][0] == CALL and callee[3][3][0] == NAME and callee[3][3][3] == "globals")
