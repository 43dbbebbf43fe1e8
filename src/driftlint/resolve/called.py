"""What a call gives.

Promises: each form of `values.Forms` is understood; calls of the repo's functions give their returns.
Refuses to know: what outside functions return, unless a pack says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from driftlint import configs
from driftlint.facts import Place
from driftlint.python.ir import ATTR, CALL, CONST, JOIN, NAME, Expr, argument
from driftlint.python.module import Scope
from driftlint.resolve import attributes
from driftlint.resolve.config_files import composition, loaded
from driftlint.values import (
    LONGEST_TEXT,
    Arguments,
    Caught,
    Class,
    Config,
    Fields,
    Function,
    Group,
    Instance,
    Known,
    Local,
    Mapping,
    Outside,
    Sequence,
    Text,
    Unknown,
    Value,
    step,
)

if TYPE_CHECKING:
    from driftlint.resolve.resolver import Resolver

_STRING_METHODS = frozenset(
    (
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "removeprefix",
        "removesuffix",
        "replace",
    )
)


def result(resolver: Resolver, call: Expr, scope: Scope) -> Iterator[Value]:
    """Yield what a call may give."""
    place = resolver.place(scope, call)
    special = _builtin(resolver, call, scope, place)
    if special is not None:
        yield from special
        return
    for callee in resolver.callees(call, scope):
        if isinstance(callee, Outside):
            yield from _outside(resolver, callee, call, scope, place)
        elif isinstance(callee, Class):
            yield Instance(callee.scope, place, (), (scope, call))
        elif isinstance(callee, Function):
            empty = True
            for value in resolver.returns(callee.scope):
                empty = False
                yield step(value, place)
            if empty:
                yield Unknown(f"`{callee.scope.name}` returns nothing that is known", place)
        elif isinstance(callee, Instance):
            yield Unknown("an object is called", place)
        else:
            name = callee.name if isinstance(callee, Unknown) and callee.name.startswith("?") else "?"
            yield Unknown("what is called is not known", place, (), f"{name}()")


def _builtin(resolver: Resolver, call: Expr, scope: Scope, place: Place) -> Iterator[Value] | None:
    """Handle methods of strings and mappings and ``super()``, which need the receiver and not a name."""
    callee = call[3]
    if callee[0] == NAME and callee[3] == "super" and not (call[4] and call[4][0][0] == "**"):
        return _super(resolver, scope, place)
    if callee[0] == NAME and callee[3] == "getattr" and len(call[4]) >= 2:
        names = [v.value for v in resolver.evaluate(call[4][1][1], scope) if isinstance(v, Known)]
        known = tuple(dict.fromkeys(name for name in names if isinstance(name, str)))
        return _getattr(resolver, call, known, scope, place) if known else None
    if callee[0] != ATTR:
        return None
    method = callee[4]
    if method == "format" and callee[3][0] in (CONST, JOIN, NAME):
        return _format(resolver, call, scope, place)
    if method in ("get", "pop", "setdefault") and call[4]:
        bases = resolver.evaluate(callee[3], scope)
        if any(isinstance(b, (Mapping, Config, Fields, Arguments, Caught)) for b in bases):
            return _get(resolver, bases, call, scope, place)
    if method in _STRING_METHODS and callee[3][0] in (CONST, NAME, ATTR, CALL):
        bases = resolver.evaluate(callee[3], scope)
        if bases and all(isinstance(b, Known) and isinstance(b.value, str) for b in bases):
            return _string_method(resolver, bases, method, call, scope)
    if method == "join" and callee[3][0] == CONST:
        return iter((Text((None,), place),))
    return None


def _super(resolver: Resolver, scope: Scope, place: Place) -> Iterator[Value]:
    at: Scope | None = scope
    while at is not None and at.kind != "class":
        at = at.parent
    if at is None:
        yield Unknown("super() outside a class", place)
        return
    for base in resolver.local_bases(at)[1:2]:
        yield Instance(base, place)
        return
    for name in resolver.outside_bases(at)[:1]:
        yield Outside(f"{name}()", place)
        return
    yield Unknown("the base class is not known", place)


def _getattr(resolver: Resolver, call: Expr, names: tuple[str, ...], scope: Scope, place: Place) -> Iterator[Value]:
    """Yield what ``getattr(x, name)`` may be, for all names that are known: the default of an option, say."""
    certain = True
    for base, name in product(resolver.evaluate(call[4][0][1], scope), names):
        found = list(attributes.attribute(resolver, base, name, place, scope))
        certain = certain and not any(isinstance(v, (Unknown, Outside)) for v in found)
        yield from found
    if len(call[4]) > 2 and not certain:
        yield from resolver.evaluate(call[4][2][1], scope)


def _format(resolver: Resolver, call: Expr, scope: Scope, place: Place) -> Iterator[Value]:
    for base in resolver.evaluate(call[3][3], scope):
        if not (isinstance(base, Known) and isinstance(base.value, str)):
            yield Unknown("a formatted string", place)
            continue
        values: list[str] = []
        for keyword, arg in call[4]:
            constant = resolver.constant(arg, scope)
            if keyword or constant is None:
                break
            values.append(str(constant))
        pieces = base.value.split("{}")
        if sum(map(len, (*pieces, *values))) > LONGEST_TEXT:
            yield Unknown("the text is too long to be followed", place)
        elif len(values) == len(pieces) - 1 == len(call[4]) and "{" not in base.value.replace("{}", ""):
            yield Known(
                "".join(a + b for a, b in zip(pieces, [*values, ""], strict=True)),
                base.where,
                base.trail,
            )
        else:
            head = base.value.split("{", 1)[0]
            yield Text((head, None) if head else (None,), place)


def _get(resolver: Resolver, bases: tuple[Value, ...], call: Expr, scope: Scope, place: Place) -> Iterator[Value]:
    names = resolver.evaluate(call[4][0][1], scope)
    default = argument(call, "default", 1)
    for base in bases:
        if not isinstance(base, (Mapping, Config, Fields, Arguments, Caught)):
            yield Unknown("the receiver is not known", place)
            continue
        for name in names:
            if not isinstance(name, Known):
                yield from attributes.item(resolver, base, name, place)
                continue
            found = [
                v
                for v in attributes.key(resolver, base, name.value, place)
                if not (isinstance(v, Unknown) and v.absent)
            ]
            if found:
                yield from found
            elif default is not None:
                yield from resolver.evaluate(default, scope)
            else:
                yield Known(None, place)


def _string_method(
    resolver: Resolver, bases: tuple[Value, ...], method: str, call: Expr, scope: Scope
) -> Iterator[Value]:
    args = [resolver.constant(arg, scope) for _, arg in call[4]]
    for base in bases:
        assert isinstance(base, Known)
        assert isinstance(base.value, str)
        longest = len(base.value) * max((len(arg) for arg in args if isinstance(arg, str)), default=1)
        if all(isinstance(arg, str) for arg in args) and len(args) <= 2 and longest <= LONGEST_TEXT * 50:
            try:
                yield Known(getattr(base.value, method)(*args), base.where, base.trail)
                continue
            except TypeError:
                pass
        yield Unknown("a string computed when the program runs", base.where)


def _outside(resolver: Resolver, callee: Outside, call: Expr, scope: Scope, place: Place) -> Iterator[Value]:
    forms = resolver.forms
    form = forms.form_of(callee.name)
    last = callee.name.rsplit(".", 1)[-1]
    if callee.call is not None and last in forms.group("arguments.parse") and _made_by(resolver, callee, "arguments"):
        yield Arguments(callee.call[0], place)
    elif (
        callee.call is not None
        and last in forms.group("arguments.parse_first")
        and _made_by(resolver, callee, "arguments")
    ):
        known = Arguments(callee.call[0], place)
        yield Group((known, Unknown("the rest of the command line", place)), place)
    elif (
        callee.call is not None
        and last in forms.group("dataclasses.parse")
        and _made_by(resolver, callee, "dataclasses")
    ):
        yield from _dataclasses(resolver, callee.call, place)
    elif form == "environment":
        default = argument(call, "default", 1)
        name = resolver.constant(argument(call, "key", 0), scope)
        if default is not None:
            at = Place(place.path, place.span, f"environment variable {name}")
            yield from (step(v, at) for v in resolver.evaluate(default, scope))
        else:
            yield Unknown(f"the environment variable {name} gives it", place, (), str(name or ""))
    elif form == "dataclass":
        first = argument(call, "f", 0) or argument(call, "config_class", None)
        for value in resolver.evaluate(first, scope) if first is not None else ():
            if isinstance(value, Class):
                yield Instance(value.scope, place)
            elif isinstance(value, Function):
                yield from resolver.returns(value.scope)
    elif form == "field":
        yield from attributes.field_default(resolver, call, scope, place)
    elif form in ("identity", "cast"):
        given = argument(call, None, 0 if form == "identity" else 1)
        if given is None:
            yield Mapping(call, scope, place)
        else:
            yield from (step(v, place) for v in resolver.evaluate(given, scope))
    elif form == "mapping":
        yield Mapping(call, scope, place)
    elif form == "fields":
        given = argument(call, None, 0)
        for value in resolver.evaluate(given, scope) if given is not None else ():
            yield Fields(value, place) if isinstance(value, Instance) else value
    elif form == "load":
        yield from loaded(resolver, call, scope, place)
    elif form == "open":
        yield Outside(
            f"{callee.name}()",
            place,
            (),
            callee.call if ")" in callee.name and callee.call else (scope, call),
        )
    elif form == "path":
        yield Local(place, (), f"{callee.name}()")
    elif form == "composition":
        yield from composition(resolver, call, scope, place)
    elif form == "flags":
        default = argument(call, "default", 1)
        yield from resolver.evaluate(default, scope) if default is not None else ()
    elif form == "forward":
        first = argument(call, None, 0)
        yield from resolver.evaluate(first, scope) if first is not None else ()
    elif callee.call is not None and (frame := forms.frame_of(callee.name)):
        yield Outside(frame, place, callee.trail, callee.call)
    elif form == "instantiate":
        yield from instantiated(resolver, call, scope, place)
    else:
        made = callee.call if callee.call is not None and callee.name.endswith(")") else (scope, call)
        yield Outside(f"{callee.name}()", place, callee.trail, made)
        for keyword, given in call[4]:
            if keyword in forms.group("make.methods"):
                named_ = (v for v in resolver.evaluate(given, scope) if isinstance(v, Outside) and v.call is None)
                yield from (Outside(f"{v.name}()", place, (), (scope, call)) for v in named_ if "." in v.name)


def _made_by(resolver: Resolver, callee: Outside, form: str) -> bool:
    maker = callee.name.split("()", 1)[0]
    return resolver.forms.form_of(maker) == form


def _dataclasses(resolver: Resolver, made: tuple[Scope, Expr], place: Place) -> Iterator[Value]:
    """Yield what a parser over dataclasses gives: one object a class, in their order."""
    scope, call = made
    given = argument(call, "dataclass_types", 0)
    classes: list[Value] = []
    for value in resolver.evaluate(given, scope) if given is not None else ():
        if isinstance(value, Sequence):
            for part in value.expr[3]:
                classes.append(_object(resolver, part, value.scope, place))
        elif given is not None:
            classes.append(_object(resolver, given, scope, place))
    yield Group((*classes, Unknown("the rest of the command line", place)), place)


def _object(resolver: Resolver, expr: Expr, scope: Scope, place: Place) -> Value:
    for value in resolver.evaluate(expr, scope):
        if isinstance(value, Class):
            return Instance(value.scope, place)
        if isinstance(value, Outside):
            return Outside(f"{value.name}()", place)
    return Unknown("the class is not known", place)


def target_of(resolver: Resolver, config: Config, place: Place) -> Value | None:
    """Return the callee that a config's target key names, None when it names none."""
    target_key = next(iter(sorted(resolver.forms.group("instantiate.key"))), "")
    for value in configs.child(config, target_key) if target_key else ():
        if isinstance(value, Known) and isinstance(value.value, str):
            return named(resolver, value.value, place)
    return None


def named(resolver: Resolver, dotted_name: str, place: Place) -> Value:
    """Return what a dotted name in a config or registry means: a class or function of the repo, else an outside name."""
    module_name, _, member = dotted_name.rpartition(".")
    while module_name:
        path = resolver.project.find_module("x.py", module_name, 0)
        if path is not None:
            module = resolver.project.module(path)
            first, *rest = member.split(".")
            if module is not None:
                for value in resolver.member(module, first, place):
                    for name in rest:
                        value = next(
                            iter(attributes.attribute(resolver, value, name, place, module.scope)),
                            value,
                        )
                    return value
        module_name, _, last = module_name.rpartition(".")
        member = f"{last}.{member}"
    return Outside(dotted_name, place)


def instantiated(resolver: Resolver, call: Expr, scope: Scope, place: Place) -> Iterator[Value]:
    """Yield the object that a config's target makes."""
    first = argument(call, "config", 0)
    for value in resolver.evaluate(first, scope) if first is not None else ():
        if isinstance(value, Config):
            callee = target_of(resolver, value, place)
            if isinstance(callee, Class):
                yield Instance(callee.scope, place)
            elif isinstance(callee, Outside):
                yield Outside(f"{callee.name}()", place, (), (scope, call))
            elif isinstance(callee, Function):
                yield from resolver.returns(callee.scope)
            else:
                yield Unknown("the config names no target", place)
        else:
            yield Unknown("the config is not known", place)
