"""The walk over expressions and names.

Promises: always ends (each expression is entered once a walk, depth is bounded); every answer carries the place that
decides it. Refuses to know: which names matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from driftlint.facts import Constant, Place
from driftlint.project import Imported, Project
from driftlint.python.ir import (
    ATTR,
    CALL,
    CONST,
    DICT,
    EITHER,
    ITEM,
    JOIN,
    LAMBDA,
    LIST,
    NAME,
    OTHER,
    RETURN,
    Expr,
    dotted,
    walk,
)
from driftlint.python.module import Binding, Module, Scope
from driftlint.resolve import attributes, called, parameters
from driftlint.resolve.arithmetic import arithmetic, joined_path
from driftlint.resolve.circles import Circles
from driftlint.resolve.guards import excluded, holds_there, passes
from driftlint.text import Span
from driftlint.values import (
    LONGEST_TEXT,
    Class,
    Config,
    Forms,
    Function,
    Group,
    Instance,
    Known,
    Local,
    Mapping,
    ModuleValue,
    Outside,
    Sequence,
    Text,
    Unknown,
    Value,
    step,
)

_MAX_VALUES = 40
_MANY_TIMES = 10
"""How many more calls and values count where a name is followed that hangs on them."""
_PLAIN_BASES = ("abc.", "typing.", "enum.", "collections.", "dataclasses.", "builtins.")


class Resolver(Circles):
    """Resolves expressions of one project under the data-flow forms of the packs."""

    def __init__(
        self,
        project: Project,
        forms: Forms,
        only: tuple[tuple[str, int], parameters.Site] | None = None,
        *,
        wide: bool = False,
    ) -> None:
        """`only` is a function, by path and start, and the one call of it that counts: its answers are nobody else's.

        `wide`: many more calls of a function, and values of an expression, count than others can afford to look at.
        """
        grounds = project.grounds
        width = "wide " if wide else ""
        super().__init__(grounds, {} if only else grounds.store(f"{width}answers"))
        self.project = project
        self.forms = forms
        self.most = _MANY_TIMES if wide else 1
        self.sites: dict[tuple[str, int], tuple[tuple[parameters.Site, ...], int]]
        """Call sites of functions by (path, start), filled by `parameters`."""
        self.sites = {only[0]: ((only[1],), 0)} if only else grounds.store(f"{width}sites")

    def place(self, scope: Scope, expr: Expr, note: str = "") -> Place:
        """Return the place of an expression."""
        return Place(scope.module.path, Span(expr[1], expr[2]), note)

    def evaluate(self, expr: Expr, scope: Scope) -> tuple[Value, ...]:
        """Return what an expression may be; never empty."""
        key = (scope.module.path, expr[1], expr[2], expr[0])
        known = self._kept.get(key)
        if known is not None:
            self.grounds.read |= known[1]
            return known[0]
        place = self.place(scope, expr)
        found = self.answer(key, lambda: self._unique(self._evaluate(expr, scope, place)))
        return (Unknown("it depends on itself", place),) if found is None else found

    def _unique(self, values: Iterator[Value]) -> tuple[Value, ...]:
        seen: dict[tuple[object, ...], Value] = {}
        first = next(values, None)
        if first is None:
            return ()
        second = next(values, None)
        if second is None:
            return (first,)
        for value in chain((first, second), values):
            detail: object = None
            if isinstance(value, Known):
                detail = (type(value.value).__name__, value.value)
            elif isinstance(value, Outside):
                detail = value.name
            elif isinstance(value, Config):
                detail = tuple((layer.path, layer.node.span) for layer in value.layers)
            elif isinstance(value, (Function, Class, Instance)):
                detail = (value.scope.module.path, value.scope.start)
            seen.setdefault(
                (type(value).__name__, detail, value.where.path, value.where.span),
                value,
            )
            if len(seen) >= _MAX_VALUES * self.most:
                break
        return tuple(seen.values())

    def _evaluate(self, expr: Expr, scope: Scope, place: Place) -> Iterator[Value]:
        tag = expr[0]
        if tag == CONST:
            yield Known(expr[3], place)
        elif tag == NAME:
            yield from self._guarded(expr, scope, self.lookup(expr[3], scope, expr[1]))
        elif tag == ATTR:
            yield from self._guarded(expr, scope, self._attribute(expr, scope, place))
        elif tag == CALL:
            yield from called.result(self, expr, scope)
        elif tag == EITHER:
            yield from self._either(expr, scope)
        elif tag == JOIN:
            yield self._join(expr, scope, place)
        elif tag == ITEM:
            yield from self._item(expr, scope, place)
        elif tag == DICT:
            yield Mapping(expr, scope, place)
        elif tag == LIST and not expr[4].endswith("comprehension"):
            yield Sequence(expr, scope, place)
        elif tag == LAMBDA:
            inner = scope.module.scope_of(expr)
            yield (Function(inner, place) if inner is not None else Unknown("a lambda", place))
        elif tag == OTHER and expr[3] == "binary /" and (joined := joined_path(self, expr, scope)) is not None:
            yield Local(place, (), joined)
        elif tag == OTHER and expr[3].startswith("binary") and len(expr[4]) == 2:
            yield from arithmetic(self, expr, scope, place)
        else:
            yield Unknown("it is computed when the program runs", place)

    def _guarded(self, expr: Expr, scope: Scope, values: Iterator[Value]) -> Iterator[Value]:
        name = dotted(expr)
        guards = scope.module.guards_at(scope, expr[1]) if name is not None else ()
        dropped: list[Known] = []
        kept = False
        for value in values:
            if isinstance(value, Known) and name is not None and guards and not passes(value.value, name, guards):
                dropped.append(value)
                continue
            kept = True
            yield value
        if not kept and dropped:
            why = "the condition above lets no known value through"
            yield Unknown(why, self.place(scope, expr), (), name or "", tuple(dropped))

    def _either(self, expr: Expr, scope: Scope) -> Iterator[Value]:
        options, condition = expr[3], expr[4]
        if condition is None and len(options) == 2:
            first = self.evaluate(options[0], scope)
            for value in first:
                if not (isinstance(value, Known) and not value.value):
                    yield value
            if all(isinstance(value, Known) and value.value for value in first):
                return
            yield from self.evaluate(options[1], scope)
            return
        for option in options:
            yield from self.evaluate(option, scope)

    def _join(self, expr: Expr, scope: Scope, place: Place) -> Value:
        parts: list[str | None] = []
        trail: tuple[Place, ...] = ()
        decisive: Place | None = None
        for part in expr[3]:
            values = self.evaluate(part, scope)
            value = values[0] if len(values) == 1 else None
            if isinstance(value, Known) and isinstance(value.value, (str, int, float)):
                parts.append(str(value.value))
                if part[0] != CONST:
                    decisive = value.where if decisive is None else decisive
                    trail += value.trail
            elif isinstance(value, Text):
                parts.extend(value.parts)
                trail += value.trail
            elif isinstance(value, Local):
                return Local(place)
            else:
                parts.append(None)
        if any(part[0] == CONST and len(str(part[3]).strip("/-_. ")) > 1 for part in expr[3]):
            decisive = None  # the string itself writes a part: that is where the whole is decided
        trail = tuple(dict.fromkeys(trail))
        if sum(map(len, filter(None, parts))) + len(parts) > LONGEST_TEXT:
            return Unknown("the text is too long to be followed", place, trail)
        if all(part is not None for part in parts):
            return Known(
                "".join(part or "" for part in parts),
                decisive or place,
                (place, *trail) if decisive else trail,
            )
        return Text(tuple(parts), place, trail)

    def _item(self, expr: Expr, scope: Scope, place: Place) -> Iterator[Value]:
        whole = dotted(expr[3])
        index = expr[4]
        if whole is not None and index[0] == CONST:
            bindings = scope.bindings.get(f"{whole}[{index[3]!r}]")
            for binding in bindings or ():
                yield from self._binding(binding, scope, whole)
            if bindings:
                return
        indexes = self.evaluate(index, scope)
        for base in self.evaluate(expr[3], scope):
            for key in indexes:
                yield from attributes.item(self, base, key, place)

    def _attribute(self, expr: Expr, scope: Scope, place: Place) -> Iterator[Value]:
        name = dotted(expr)
        if name is not None:
            found = self._assigned(name, scope, expr[1])
            if found:
                for binding in found:
                    yield from self._binding(binding, scope, name)
                return
        for base in self.evaluate(expr[3], scope):
            yield from attributes.attribute(self, base, expr[4], place, scope)

    def _assigned(self, name: str, scope: Scope, offset: int) -> list[Binding]:
        """Return assignments to a dotted target in this scope before the use (``self.x`` is left to the class)."""
        if name.startswith(("self.", "cls.")):
            return []
        return self._reaching(scope.bindings.get(name, []), scope, scope, offset)

    def lookup(self, name: str, scope: Scope, offset: int) -> Iterator[Value]:
        """Return what a plain name may be at an offset of a scope."""
        place = Place(scope.module.path, Span(offset, offset + len(name)))
        at: Scope | None = scope
        while at is not None:
            if at is scope or at.kind != "class":
                bindings = self._reaching(at.bindings.get(name, []), at, scope, offset)
                if bindings:
                    for binding in bindings:
                        yield from self._binding(binding, at, name)
                    return
            at = at.parent
        found = self.project.through_wildcards(scope.module, name, namesakes=True)
        if found is not None:
            yield from self.imported(found, place)
            return
        yield Outside(name, place)

    def _reaching(self, bindings: list[Binding], at: Scope, use: Scope, offset: int) -> list[Binding]:
        """Return the bindings that may be the one in force: back from the use to the last that is unconditional."""
        if not bindings:
            return []
        guards = use.module.guards_at(at, offset)
        if at is use and at.kind != "class":
            before = [
                b
                for b in bindings
                if b.offset < offset and not (b.kind == "value" and b.payload[1] <= offset < b.payload[2])
            ]
            candidates = before or [
                b for b in bindings if not (b.kind == "value" and b.payload[1] <= offset < b.payload[2])
            ]
        else:
            candidates = bindings
        out: list[Binding] = []
        for binding in reversed(candidates):
            if excluded(binding, guards):
                continue
            out.append(binding)
            if binding.kind != "element" and at is use and holds_there(binding, guards):
                break
            if not binding.guards and binding.kind in ("scope", "import", "param"):
                break
        return list(reversed(out))

    def _binding(self, binding: Binding, scope: Scope, name: str) -> Iterator[Value]:
        place = Place(scope.module.path, Span(binding.offset, binding.offset + len(name)))
        if binding.kind == "scope":
            inner: Scope = binding.payload
            yield (Class(inner, place) if inner.kind == "class" else Function(inner, place))
        elif binding.kind == "import":
            yield from self.imported(self.project.resolve_import(scope, binding), place, name)
        elif binding.kind == "param":
            yield from parameters.values_of(self, scope, binding.payload)
        elif binding.kind == "element":
            for value in self.evaluate(binding.payload, scope):
                yield from attributes.elements(self, value, place)
        else:
            for value in self.evaluate(binding.payload, scope):
                for index in binding.route:
                    taken = list(attributes.item(self, value, Known(index, place), place))
                    value = taken[0] if taken else Unknown("taken apart", place)
                yield step(
                    value,
                    Place(
                        place.path,
                        Span(binding.offset, binding.payload[2]),
                        f"`{name}` is set here",
                    ),
                )

    def imported(self, found: Imported, place: Place, name: str = "") -> Iterator[Value]:
        """Return what an import gives."""
        if found.module is not None:
            yield ModuleValue(found.module, place)
        elif found.scope is not None:
            inner = found.scope
            yield (Class(inner, place) if inner.kind == "class" else Function(inner, place))
        elif found.binding is not None:
            scope, binding = found.binding
            for value in self._binding(binding, scope, name):
                yield step(
                    value,
                    Place(
                        place.path,
                        place.span,
                        f"`{name}` is imported from {scope.module.path}",
                    ),
                )
        else:
            yield Outside(self.forms.name_of(found.outside), place)

    def member(self, module: Module, name: str, place: Place) -> Iterator[Value]:
        """Return what ``module.name`` is."""
        bindings = module.scope.bindings.get(name)
        if bindings and bindings[-1].kind == "value":
            for binding in bindings:
                for value in self._binding(binding, module.scope, name):
                    yield step(
                        value,
                        Place(place.path, place.span, f"`{name}` stands in {module.path}"),
                    )
            return
        yield from self.imported(self.project.member(module, name), place, name)

    # callees

    def callees(self, call: Expr, scope: Scope) -> tuple[Value, ...]:
        """Return what a call calls."""
        return self.evaluate(call[3], scope)

    def names_of(self, value: Value) -> tuple[str, ...]:
        """Return the qualified names under which a catalogue may know a callee; a class counts as its outside bases."""
        if isinstance(value, Outside):
            return (value.name,)
        if isinstance(value, Class):
            return self.outside_bases(value.scope)
        if isinstance(value, Unknown) and value.name.startswith("?"):
            return (value.name,)
        return (value.name,) if isinstance(value, Local) and value.name else ()

    def outside_bases(self, cls: Scope, depth: int = 0) -> tuple[str, ...]:
        """Return the outside classes that a class of the repo derives from, nearest first."""
        if cls.stmt is None or depth > 10:
            return ()
        out: dict[str, None] = {}
        for keyword, base in cls.stmt[4]:
            if keyword:
                continue
            for value in self.evaluate(base, cls.parent or cls):
                if isinstance(value, Outside) and not value.name.startswith("?"):
                    out.setdefault(value.name)
                elif isinstance(value, Class) and value.scope is not cls:
                    for name in self.outside_bases(value.scope, depth + 1):
                        out.setdefault(name)
        return tuple(out)

    def is_of_framework(self, cls: Scope) -> bool:
        """Return whether a class derives from an outside class that is more than a plain or abstract base."""
        return any("." in name and not name.startswith(_PLAIN_BASES) for name in self.outside_bases(cls))

    def local_bases(self, cls: Scope, depth: int = 0) -> tuple[Scope, ...]:
        """Return a class and the classes of the repo that it derives from, nearest first."""
        if cls.stmt is None or depth > 10:
            return (cls,)
        out = [cls]
        for keyword, base in cls.stmt[4]:
            if keyword:
                continue
            for value in self.evaluate(base, cls.parent or cls):
                if isinstance(value, Class) and value.scope not in out:
                    out.extend(s for s in self.local_bases(value.scope, depth + 1) if s not in out)
        return tuple(out)

    def returns(self, function: Scope) -> Iterator[Value]:
        """Return what a function of the repo gives back."""
        if function.kind == "lambda":
            assert function.stmt is not None
            yield from self.evaluate(function.stmt[4], function)
            return
        count = 0
        for stmt in walk(function.body):
            if stmt[0] == RETURN and stmt[3] is not None and count < 8:
                count += 1
                yield from self.evaluate(stmt[3], function)

    def constant(self, expr: Expr | None, scope: Scope) -> Constant | None:
        """Return the one constant that an expression is, or None."""
        if expr is None:
            return None
        values = self.evaluate(expr, scope)
        return values[0].value if len(values) == 1 and isinstance(values[0], Known) else None


__all__ = ["Config", "Group", "Resolver"]
