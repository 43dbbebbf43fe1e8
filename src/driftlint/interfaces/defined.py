"""Flags that modules define by a call each, for the whole process.

Promises: the flags of the program and of the modules of the repo that it imports. Refuses to know: flags that libraries
define, so that a name is never said to be unknown, only to be nearly that of another flag.
Source: absl-py 2.3 flags.
"""

from __future__ import annotations

from msgspec.structs import replace

from driftlint.facts import Place
from driftlint.interfaces.model import Interface, Option
from driftlint.python.ir import Expr, argument
from driftlint.python.module import Module, Scope
from driftlint.resolve import Resolver
from driftlint.values import Outside, Sequence

_KINDS = {"integer": "int", "float": "float", "bool": "bool", "boolean": "bool"}


def read_flags(resolver: Resolver, modules: list[Module], place: Place) -> Interface | None:
    """Return the flags that modules define, None when they define none."""
    names = {name for name, form in resolver.forms.calls.items() if form == "flags"}
    words = {name.rpartition(".")[2] for name in names}
    marks = sorted({name.partition("DEFINE_")[2] for name in names})
    options: list[Option] = []
    prefixes: list[str] = []
    needed: set[str] = set()
    for module in modules:
        for word, calls in module.calls.items():
            if word not in words and not word.startswith("DEFINE") and not word.startswith("mark_flag"):
                continue
            for call in calls:
                scope = module.scope_at(call[1])
                name = resolver.constant(argument(call, "name", 0) or argument(call, "flag_name", None), scope)
                if word == "mark_flag_as_required" and isinstance(name, str):
                    needed.add(name)
                elif word == "mark_flags_as_required":
                    for value in resolver.evaluate(call[4][0][1], scope) if call[4] else ():
                        if isinstance(value, Sequence):
                            needed.update(str(resolver.constant(item, value.scope)) for item in value.expr[3])
                elif isinstance(name, str) and word.startswith("DEFINE"):
                    if not _is_flag_call(resolver, call, scope, names, word):
                        continue
                    kind = word.removeprefix("DEFINE_")
                    if kind not in marks:
                        prefixes.extend((f"--{name}.", f"-{name}."))
                    options.append(_option(resolver, call, scope, name, kind))
    if not options:
        return None
    every = tuple(replace(o, required=True) if o.name in needed else o for o in options)
    return Interface("flags", place, every, "libraries define flags too", prefixes=tuple(prefixes))


def _is_flag_call(resolver: Resolver, call: Expr, scope: Scope, names: set[str], word: str) -> bool:
    return any(
        isinstance(value, Outside) and (value.name in names or value.name.rpartition(".")[2] == word)
        for value in resolver.callees(call, scope)
    )


def _option(resolver: Resolver, call: Expr, scope: Scope, name: str, kind: str) -> Option:
    default = resolver.constant(argument(call, "default", 1), scope)
    choices = None
    given = argument(call, "enum_values", 2) if kind == "enum" else None
    for value in resolver.evaluate(given, scope) if given is not None else ():
        if isinstance(value, Sequence):
            items = [resolver.constant(item, value.scope) for item in value.expr[3]]
            choices = tuple(str(item) for item in items) if items and all(isinstance(i, str) for i in items) else None
    short = resolver.constant(argument(call, "short_name", None), scope)
    flags = (f"--{name}", f"-{short}") if isinstance(short, str) else (f"--{name}",)
    return Option(
        flags,
        name,
        resolver.place(scope, call, f"`--{name}` is defined here"),
        0 if kind in ("bool", "boolean") else 1,
        1,
        resolver.constant(argument(call, "required", None), scope) is True,
        choices,
        _KINDS.get(kind, ""),
        str(default) if default is not None else None,
    )
