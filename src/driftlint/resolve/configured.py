"""What configuration files bind to a function's parameters by its name.

Promises: every binding of every such file of the repo is a value, its place is where the mend goes.
Refuses to know: which of the files a run reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from driftlint.documents import kind_of
from driftlint.documents.model import Document, Node
from driftlint.facts import Place
from driftlint.python.ir import CALL, CONST, Expr
from driftlint.python.module import Scope
from driftlint.values import Config, Known, Layer, Outside, Unknown, Value

if TYPE_CHECKING:
    from driftlint.resolve.resolver import Resolver

_FORM = "configurable"


def _is_gin(path: str) -> bool:
    return kind_of(path) == "gin"


def bound_values(resolver: Resolver, scope: Scope, name: str, place: Place) -> Iterator[Value]:
    """Yield what files bind to the parameter `name` of a function of the repo that a decorator makes configurable."""
    holder = scope.parent if scope.name == "__init__" and scope.is_method else scope
    selectors = _selectors(resolver, holder) if holder is not None else []
    if not selectors:
        return
    for path in resolver.project.names.where(_is_gin):
        if not resolver.project.contains_word(path, name):
            continue
        document = resolver.project.get_document(path)
        if document is None or not isinstance(document.body, Node):
            continue
        for entry in document.body.entries:
            selector, _, parameter = entry.key.rpartition("/")[2].rpartition(".")
            if parameter == name and any(
                selector == s or f".{s}".endswith(f".{selector}") for s in selectors if selector
            ):
                yield _value(document, entry.value, f"config key {entry.key}", place)


def is_required_mark(resolver: Resolver, value: Value) -> bool:
    """Return whether a value says that a file must give the parameter."""
    return isinstance(value, Outside) and value.name in resolver.forms.group(f"{_FORM}.items")


def _selectors(resolver: Resolver, holder: Scope) -> list[str]:
    """Return the full names by which files may call a function or class; files may leave out leading parts."""
    found = []
    for decorator in holder.decorators:
        callee = decorator[3] if decorator[0] == CALL else decorator
        values = resolver.evaluate(callee, holder.parent or holder)
        if any(isinstance(v, Outside) and resolver.forms.decorators.get(v.name) == _FORM for v in values):
            name, module = _given(decorator, 0, "name") or holder.name, _given(decorator, 1, "module")
            dotted = module or holder.module.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            found.append(f"{dotted}.{name}")
    return found


def _given(decorator: Expr, position: int, keyword: str) -> str:
    arguments = decorator[4] if decorator[0] == CALL else ()
    for at, (name, value) in enumerate(arguments):
        if (name == keyword or (name == "" and at == position)) and value[0] == CONST and isinstance(value[3], str):
            return value[3]
    return ""


def _value(document: Document, node: Node, label: str, place: Place, depth: int = 0) -> Value:
    at = Place(document.path, node.span, label)
    if node.kind != "scalar":
        return Config((Layer(document.path, node),), at, (place,))
    if node.tag == "%" and depth < 10 and isinstance(document.body, Node):
        named = document.body.get(node.raw[1:]) or document.body.get(f"{node.raw[1:]}/macro.value")
        if named is not None:
            return _value(document, named, f"config key {node.raw[1:]}", place, depth + 1)
    if node.tag:
        return Unknown(f"`{node.raw}` is bound in another place", at, (place,), label)
    return Known(node.value, at, (place,))
