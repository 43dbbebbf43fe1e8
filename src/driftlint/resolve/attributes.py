"""What an attribute, a key or an element of a value is.

Promises: fields of dataclasses and models, attributes set in methods, keys of dicts, configs and parsed arguments are
followed to the literal that decides. Refuses to know: descriptors, ``__getattr__``, monkey patches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from driftlint import configs
from driftlint.facts import Place
from driftlint.python.ir import ASSIGN, CALL, CONST, DICT, NAME, Expr, argument, dotted, splats
from driftlint.python.module import Scope
from driftlint.resolve.mappings import mapping_key
from driftlint.text import Span
from driftlint.values import (
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
    ModuleValue,
    Outside,
    Sequence,
    Text,
    Unknown,
    Value,
    step,
)

if TYPE_CHECKING:
    from driftlint.resolve.resolver import Resolver


OPTION_DEFAULT = "default of `--"
FIELD_DEFAULT = "default of the field `"
GIVEN = "` is given on the command line"
"""How the note of a place begins that gives an option of a command line its default."""


def attribute(resolver: Resolver, base: Value, name: str, place: Place, scope: Scope) -> Iterator[Value]:
    """Yield what ``base.name`` may be."""
    if isinstance(base, Outside):
        if base.name in resolver.forms.group("flags.holders"):
            yield from flag_default(resolver, name, place)
        else:
            joined = f"{base.name}.{name}"
            yield Outside(resolver.forms.aliases.get(joined, joined), place, base.trail, base.call)
    elif isinstance(base, ModuleValue):
        yield from resolver.member(base.module, name, place)
    elif isinstance(base, Class):
        yield from class_attribute(resolver, base, name, place)
    elif isinstance(base, Instance):
        yield from instance_attribute(resolver, base, name, place)
    elif isinstance(base, Arguments):
        yield from argument_default(resolver, base, name, place)
    elif isinstance(base, Config):
        yield from (step(v, place) for v in configs.child(base, name))
    elif isinstance(base, (Mapping, Fields)):
        if name == "__dict__":
            yield base
        else:
            yield from key(resolver, base, name, place)
    elif isinstance(base, Local):
        made = f"{base.name.split('()')[0]}()" if base.name else ""
        yield Local(place, base.trail, f"{made}.{name}" if made else "")
    elif isinstance(base, Known) and name == "value":
        yield base  # a flag's or an enumeration member's own value
    elif isinstance(base, Function):
        yield Unknown("an attribute of a function", place, (), f"?.{name}")
    elif isinstance(base, Unknown):
        hanging = base.name if base.name.startswith("?") else "?"
        yield Unknown(base.why, place, base.trail, f"{hanging}.{name}")
    else:
        yield Unknown("it is computed when the program runs", place, (), f"?.{name}")


def class_attribute(resolver: Resolver, base: Class, name: str, place: Place) -> Iterator[Value]:
    """Yield what an attribute of a class object may be."""
    for cls in resolver.local_bases(base.scope):
        bindings = cls.bindings.get(name)
        if not bindings:
            continue
        for binding in bindings:
            if binding.kind == "scope":
                inner: Scope = binding.payload
                plain = not any(dotted(d) == "classmethod" for d in inner.decorators)
                yield (Class(inner, place) if inner.kind == "class" else Function(inner, place, (), bound=not plain))
            elif binding.kind == "value":
                yield from (step(v, place) for v in resolver.evaluate(binding.payload, cls))
        return
    outside = resolver.outside_bases(base.scope)
    for parent in outside:
        yield Outside(f"{parent}.{name}", place)
    if not outside:
        yield Unknown(f"`{base.scope.name}` has no `{name}` in this repo", place, (), f"?.{name}")


def instance_attribute(resolver: Resolver, base: Instance, name: str, place: Place) -> Iterator[Value]:
    """Yield what an attribute of an object of the repo's class may be: what methods set, then fields, then methods."""
    if name == "__dict__":
        yield Fields(base, place)
        return
    local = resolver.local_bases(base.scope)
    given = _constructor_argument(resolver, base, name)
    if given is not None:
        yield from (step(v, place) for v in given)
        return
    found = False
    for cls in local:
        for method in cls.inner:
            for binding in method.bindings.get(f"self.{name}", ()) if method.kind == "function" else ():
                if binding.kind == "value":
                    found = True
                    for value in resolver.evaluate(binding.payload, method):
                        taken = value
                        for index in binding.route:
                            taken = next(
                                iter(item(resolver, taken, Known(index, place), place)),
                                taken,
                            )
                        at = Place(
                            cls.module.path,
                            Span(binding.offset, binding.payload[2]),
                            f"`self.{name}` is set here",
                        )
                        yield step(step(taken, at), place)
        if found:
            return
    for cls in local:
        for binding in cls.bindings.get(name, ()):
            if binding.kind == "scope":
                inner: Scope = binding.payload
                static = any(dotted(d) == "staticmethod" for d in inner.decorators)
                if any(
                    dotted(d) in ("property", "cached_property", "functools.cached_property") for d in inner.decorators
                ):
                    yield from resolver.returns(inner)
                else:
                    yield Function(inner, place, (), bound=not static)
                return
        field_values = [step(v, place) for v in _field(resolver, cls, name)]
        if field_values:
            if base.call is None and not base.where.note:  # a parser made it: its fields are options
                option = Place(base.where.path, base.where.span, f"{OPTION_DEFAULT}{name}`")
                field_values = [step(v, option) for v in field_values]
                yield from switched(resolver, base.where.path, name, field_values, place)
            else:
                yield from field_values
            return
    outside = resolver.outside_bases(base.scope)
    for parent in outside:
        yield Outside(f"{parent}().{name}", place, (), base.call)
    if not outside:
        yield Unknown(
            f"`{name}` of a `{base.scope.name}` is set outside of its class",
            place,
            (),
            f"?.{name}",
        )


def _constructor_argument(resolver: Resolver, base: Instance, name: str) -> list[Value] | None:
    """Return the value given for a field at the construction of a class without its own ``__init__``."""
    if base.call is None:
        return None
    scope, call = base.call
    if any(cls.bindings.get("__init__") for cls in resolver.local_bases(base.scope)):
        return None
    fields = [stmt for cls in reversed(resolver.local_bases(base.scope)) for stmt in cls.body if stmt[0] == ASSIGN]
    order = list(dict.fromkeys(s[3][3] for s in fields if s[3][0] == NAME and (s[5] or (s[4] and s[4][0] == CALL))))
    pos = order.index(name) if name in order else None
    given = argument(call, name, pos)
    if given is not None:
        return list(resolver.evaluate(given, scope))
    for splat in splats(call):
        for value in resolver.evaluate(splat, scope):
            if isinstance(value, (Mapping, Fields, Config)):
                found: list[Value] = [
                    v for v in key(resolver, value, name, value.where) if not (isinstance(v, Unknown) and v.absent)
                ]
                if found:
                    return found
    return None


def _field(resolver: Resolver, cls: Scope, name: str) -> Iterator[Value]:
    """Yield the default of a class-level field; ``field(default=...)`` and its kin are looked into."""
    for binding in cls.bindings.get(name, ()):
        if binding.kind != "value":
            continue
        for value in resolver.evaluate(binding.payload, cls):
            note = Place(
                cls.module.path,
                Span(binding.offset, binding.payload[2]),
                f"{FIELD_DEFAULT}{name}`",
            )
            yield step(value, note)


def field_default(resolver: Resolver, call: Expr, scope: Scope, place: Place) -> Iterator[Value]:
    """Yield the default that a ``field(...)`` call gives."""
    given = argument(call, "default", 0)
    if given is not None:
        yield from resolver.evaluate(given, scope)
        return
    factory = argument(call, "default_factory", None) or argument(call, "factory", None)
    if factory is not None:
        for made in resolver.evaluate(factory, scope):
            if isinstance(made, Function):
                yield from resolver.returns(made.scope)
            elif isinstance(made, Class):
                yield Instance(made.scope, place)
            else:
                yield Unknown("a factory makes it when the program runs", place)
        return
    yield Unknown("the field has no default", place)


def key(resolver: Resolver, base: Value, name: object, place: Place) -> Iterator[Value]:
    """Yield the value of one key of a mapping, a namespace, an object's fields or a config."""
    if isinstance(base, Config):
        yield from (step(v, place) for v in configs.child(base, str(name)))
    elif isinstance(base, Fields):
        yield from attribute(resolver, base.of, str(name), place, _scope_of(base.of))
    elif isinstance(base, Arguments):
        yield from argument_default(resolver, base, str(name), place)
    elif isinstance(base, Caught):
        found, certain = through_callers(resolver, base.scope, str(name))
        yield from found
        if not found:
            yield Unknown(f"no caller is known to pass `{name}`", place, (), str(name), absent=certain)
    elif isinstance(base, Mapping):
        with resolver.entering("key", base.scope.module.path, base.expr[1], base.expr[2], name) as new:
            if new:
                yield from mapping_key(resolver, base, name, place)
            else:
                yield Unknown("the mapping is made from itself", place, (), str(name))
    else:
        yield Unknown("it is computed when the program runs", place, (), str(name))


def through_callers(resolver: Resolver, function: Scope, name: str) -> tuple[list[Value], bool]:
    """Return what callers pass to a function's ``**kwargs`` under a name, and whether that is all."""
    from driftlint.resolve.parameters import through

    with resolver.entering("caught", function.module.path, function.start, name) as new:
        return through(resolver, function, name) if new else ([], False)


def _scope_of(value: Value) -> Scope:
    if isinstance(value, (Instance, Class, Function, Arguments)):
        return value.scope
    raise TypeError(type(value).__name__)


def item(resolver: Resolver, base: Value, index: Value, place: Place) -> Iterator[Value]:
    """Yield what ``base[index]`` may be. An unknown index of a small dict or list gives every value."""
    if isinstance(base, Group) and isinstance(index, Known) and isinstance(index.value, int):
        if -len(base.items) <= index.value < len(base.items):
            yield base.items[index.value]
            return
    if isinstance(base, Sequence) and isinstance(index, Known) and isinstance(index.value, int):
        items = base.expr[3]
        if -len(items) <= index.value < len(items):
            yield from resolver.evaluate(items[index.value], base.scope)
            return
    if isinstance(base, (Mapping, Fields, Config, Arguments, Caught)) and isinstance(index, Known):
        yield from key(resolver, base, index.value, place)
        return
    if isinstance(base, Mapping) and base.expr[0] == DICT and len(base.expr[3]) <= 20:
        for entry_key, value in base.expr[3]:
            if entry_key is not None:
                yield from (step(v, place) for v in resolver.evaluate(value, base.scope))
        return
    if isinstance(base, Sequence) and len(base.expr[3]) <= 20:
        yield from elements(resolver, base, place)
        return
    if isinstance(base, Outside):
        if base.name in resolver.forms.group("environment.items"):
            yield Unknown(
                "it comes from the environment",
                place,
                (),
                str(index.value) if isinstance(index, Known) else "",
            )
            return
        frame = resolver.forms.frame_of(base.name)
        if frame:
            yield Outside(frame, place, base.trail, base.call)
            return
        yield Unknown("an item of an outside object", place, (), f"?[{base.name}]")
        return
    if isinstance(base, Text) or (isinstance(base, Known) and isinstance(base.value, str)):
        yield Unknown("a part of a string", place)
        return
    name = str(index.value) if isinstance(index, Known) and isinstance(index.value, str) else ""
    yield Unknown("an item that is known only when the program runs", place, (), name)


def elements(resolver: Resolver, base: Value, place: Place) -> Iterator[Value]:
    """Yield what iterating over a value gives."""
    if isinstance(base, Sequence) and len(base.expr[3]) <= 40:
        for part in base.expr[3]:
            yield from (step(v, place) for v in resolver.evaluate(part, base.scope))
    elif isinstance(base, Mapping) and base.expr[0] == DICT and len(base.expr[3]) <= 40:
        for entry_key, _ in base.expr[3]:
            if entry_key is not None:
                yield from (step(v, place) for v in resolver.evaluate(entry_key, base.scope))
    elif isinstance(base, Local):
        yield Local(place, base.trail)
    elif isinstance(base, Known) and base.value is None:
        return  # nothing is iterated by default
    else:
        yield Unknown("an element that is known only when the program runs", place)


def argument_default(resolver: Resolver, base: Arguments, name: str, place: Place) -> Iterator[Value]:
    """Yield the default of a command-line argument by its destination name."""
    found = [(s, c) for s, c in _declared(resolver, base, name)]
    if not found:
        yield Unknown(f"no `--{name}` is declared in this repo", place, (), name, absent=True)
        return
    for scope, call in found:
        at = resolver.place(scope, call, f"{OPTION_DEFAULT}{name}`")
        default = argument(call, "default", None)
        action = argument(call, "action", None)
        if default is not None and not (_must_be_given(call) and default[0] == CONST and default[3] is None):
            values = [step(step(value, at), place) for value in resolver.evaluate(default, scope)]
            yield from switched(resolver, base.scope.module.path, name, values, place)
        elif action is not None and action[0] == CONST and action[3] == "store_true":
            yield from switched(resolver, base.scope.module.path, name, [Known(False, at, (place,))], place)
        elif action is not None and action[0] == CONST and action[3] == "store_false":
            yield Known(True, at, (place,))
        elif given := list(command_line(resolver, base.scope.module.path, name, place)):
            yield from given
        elif _required(call):
            yield Unknown(f"`--{name}` must be given on the command line", at, (place,), name)
        else:
            yield Known(None, at, (place,))


def switched(resolver: Resolver, path: str, name: str, values: list[Value], place: Place) -> Iterator[Value]:
    """Yield the default of an option, and True where it is False and the repo's scripts turn the option on.

    Where each of them does, the default is no longer among the values.
    """
    if len(values) == 1 and isinstance(values[0], Known) and values[0].value is False:
        found, always = resolver.project.switched_on(path, name)
        for script, word in found[:1]:
            yield Known(True, Place(script, word.span, f"`--{name}` is turned on here"), (place,))
        if found and always:
            return
    yield from values


def command_line(resolver: Resolver, program: str, name: str, place: Place) -> Iterator[Value]:
    """Yield the values that the repo's scripts give an option or a config key of a program."""
    for path, word in resolver.project.given_on_command_line(program, name):
        yield Known(word.text, Place(path, word.span, f"`{name}{GIVEN}"), (place,))


def _must_be_given(call: Expr) -> bool:
    required = argument(call, "required", None)
    return required is not None and required[0] == CONST and required[3] is True


def _required(call: Expr) -> bool:
    if _must_be_given(call):
        return True
    first = argument(call, None, 0)
    return first is not None and first[0] == CONST and isinstance(first[3], str) and not first[3].startswith("-")


def destination(call: Expr) -> str | None:
    """Return the attribute name under which an ``add_argument`` call stores its value."""
    explicit = argument(call, "dest", None)
    if explicit is not None:
        return str(explicit[3]) if explicit[0] == CONST else None
    flags = [a[3] for k, a in call[4] if k == "" and a[0] == CONST and isinstance(a[3], str)]
    if not flags:
        return None
    long = [flag for flag in flags if flag.startswith("--")] or flags
    return long[0].lstrip("-").replace("-", "_")


def _declared(resolver: Resolver, base: Arguments, name: str) -> list[tuple[Scope, Expr]]:
    """Return the declarations of an argument: in the parser's own module, else wherever the repo declares it once."""
    own: list[tuple[Scope, Expr]] = []
    for method in sorted(resolver.forms.group("arguments.add")):
        for call in base.scope.module.calls.get(method, ()):
            if destination(call) == name:
                own.append((base.scope.module.scope_at(call[1]), call))
    if own:
        near = [(s, c) for s, c in own if s is base.scope]
        return near or own
    elsewhere: list[tuple[Scope, Expr]] = []
    for method in sorted(resolver.forms.group("arguments.add")):
        for module, call in resolver.project.calls_of(method):
            if destination(call) == name:
                elsewhere.append((module.scope_at(call[1]), call))
    imported = {s.module.path for s, _ in elsewhere}
    return elsewhere if len(imported) == 1 else []


def flag_default(resolver: Resolver, name: str, place: Place) -> Iterator[Value]:
    """Yield the default of a flag that a flags library defines by name."""
    found = False
    for qualified, form in resolver.forms.calls.items():
        if form != "flags":
            continue
        for module, call in resolver.project.calls_of(qualified.rsplit(".", 1)[-1]):
            first = argument(call, "name", 0)
            default = argument(call, "default", 1)
            if first is not None and first[0] == CONST and first[3] == name and default is not None and not found:
                found = True
                scope = module.scope_at(call[1])
                at = resolver.place(scope, call, f"{OPTION_DEFAULT}{name}`")
                yield from (step(step(v, at), place) for v in resolver.evaluate(default, scope))
    if not found:
        yield Unknown(f"no flag `{name}` is defined in this repo", place, (), name)
