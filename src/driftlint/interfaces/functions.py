"""Functions that are commands: their decorators or their parameters are the options.

Promises: groups and their commands, names given or made from the function's, options in annotations. Refuses to know:
callbacks, plugins, and commands that are added by a loop (they leave a group open).
Sources: click 8.4 decorators.py and core.py; typer 0.29 main.py; the guide of Fire 0.7.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from driftlint.facts import Constant, Place
from driftlint.interfaces.model import UNLIMITED, Interface, Option
from driftlint.late_regex import compile_late
from driftlint.python.ir import ATTR, CALL, CONST, NAME, OTHER, Expr, argument, dotted, splats, tail
from driftlint.python.module import Module, Scope
from driftlint.resolve import Resolver
from driftlint.text import Span
from driftlint.values import Class, Function, Outside, Sequence

_KINDS = {"int": "int", "float": "float", "bool": "bool", "INT": "int", "FLOAT": "float", "BOOL": "bool"}
_QUOTED = compile_late(r"['\"](-{1,2}[A-Za-z][\w/-]*)['\"]")
_MAX_DEPTH = 4


def command_name(function: str) -> str:
    """Return the name of a command that is made from a function's."""
    return function.lower().replace("_", "-")


class Commands:
    """Reads decorated functions and groups of them. `names` maps a role to qualified names (see `find.py`)."""

    def __init__(self, resolver: Resolver, names: Mapping[str, frozenset[str]]) -> None:
        self.resolver = resolver
        self.names = names

    def _has_role(self, expr: Expr, scope: Scope, role: str) -> bool:
        return any(
            isinstance(value, Outside) and value.name in self.names.get(role, ())
            for value in self.resolver.evaluate(expr, scope)
        )

    def of_function(self, function: Scope, depth: int = 0) -> Interface | None:
        """Return the interface of a decorated function, None where its decorators make it no command."""
        around = function.parent or function
        for decorator in function.decorators:
            callee = decorator[3] if decorator[0] == CALL else decorator
            if self._has_role(callee, around, "groups"):
                return self._group(function, depth)
            if self._has_role(callee, around, "commands"):
                return self._command(function)
            if callee[0] == ATTR and callee[4] in ("command", "group") and callee[3][0] == NAME:
                for value in self.resolver.evaluate(callee[3], around):
                    if isinstance(value, Function) and self.of_function(value.scope, depth + 1) is not None:
                        return self._group(function, depth) if callee[4] == "group" else self._command(function)
        return None

    def _command(self, function: Scope) -> Interface:
        options: list[Option] = []
        why = ""
        around = function.parent or function
        for decorator in function.decorators:
            callee = decorator[3] if decorator[0] == CALL else decorator
            forms = {
                self.resolver.forms.form_of(v.name)
                for v in self.resolver.evaluate(callee, around)
                if isinstance(v, Outside)
            }
            if "options" in forms and decorator[0] == CALL:
                option = self._option(decorator, function)
                if option is None:
                    why = why or "an option whose name is made up in the code"
                else:
                    options.append(option)
            elif decorator[0] == CALL and argument(decorator, "context_settings", None) is not None:
                why = why or "the command's own settings say what it takes"
            elif not self._is_harmless(callee, around):
                why = why or "a decorator that is not known may add options"
        return Interface("exact", self._place(function), tuple(options), why)

    def _is_harmless(self, callee: Expr, scope: Scope) -> bool:
        """Return whether a decorator makes the command, or is known to add nothing."""
        if any(self._has_role(callee, scope, role) for role in ("commands", "groups", "harmless")):
            return True
        return callee[0] == ATTR and callee[4] in ("command", "group")

    def _option(self, decorator: Expr, function: Scope) -> Option | None:
        around = function.parent or function
        if splats(decorator) or any(keyword == "*" for keyword, _ in decorator[4]):
            return None
        given = [self.resolver.constant(arg, around) for keyword, arg in decorator[4] if keyword == ""]
        words = [word for word in given if isinstance(word, str)]
        if len(words) < len(given) or not words:
            return None
        flags: list[str] = []
        off: list[str] = []
        for word in words:
            if word.startswith("-"):
                on, _, other = word.partition("/")
                flags.append(on.strip())
                off.extend([other.strip()] if other.strip() else [])
        place = self.resolver.place(around, decorator, f"`{words[0]}` is declared here")
        plain = [word for word in words if not word.startswith("-")]
        longest = max(flags, key=len, default=words[0])
        name = plain[0] if plain else longest.lstrip("-").replace("-", "_")
        default_expr = argument(decorator, "default", None)
        default = self.resolver.constant(default_expr, around) if default_expr is not None else None

        def constant(key: str) -> Constant | None:
            return self.resolver.constant(argument(decorator, key, None), around)

        least = most = 1
        several = constant("nargs")
        kind_expr = argument(decorator, "type", None)
        kind = _KINDS.get(tail(kind_expr), "") if kind_expr is not None and kind_expr[0] != CALL else ""
        if constant("is_flag") is True or constant("count") is True or off or argument(decorator, "flag_value", None):
            least = most = 0
        elif kind_expr is None and isinstance(default, bool):
            least = most = 0  # a default of this type makes a flag
        elif several == -1:
            least, most = 0, UNLIMITED
        elif isinstance(several, int):
            least = most = several
        required = constant("required")
        if not flags:
            needed = required is not False and default_expr is None and least > 0
            return Option((), name, place, least if needed else 0, most, needed, self._choices(kind_expr, around), kind)
        return Option(
            tuple(flags),
            name,
            place,
            least,
            most,
            required is True and argument(decorator, "envvar", None) is None,
            self._choices(kind_expr, around),
            kind,
            str(default) if default is not None else None,
            tuple(off),
        )

    def _choices(self, kind: Expr | None, scope: Scope) -> tuple[str, ...] | None:
        if kind is None or kind[0] != CALL or tail(kind[3]) != "Choice":
            return None
        sensitive = self.resolver.constant(argument(kind, "case_sensitive", 1), scope)
        first = argument(kind, "choices", 0)
        for value in self.resolver.evaluate(first, scope) if first is not None else ():
            if isinstance(value, Sequence) and sensitive is not False:
                found = [self.resolver.constant(item, value.scope) for item in value.expr[3]]
                if found and all(isinstance(item, str) for item in found):
                    return tuple(str(item) for item in found)
        return None

    def _group(self, function: Scope, depth: int) -> Interface:
        own = self._command(function)
        commands: dict[str, Interface] = {}
        why = own.open
        name = function.name
        for module in self.resolver.project.modules_with(name) if depth < _MAX_DEPTH else ():
            for scope in _functions(module.scope):
                for decorator in scope.decorators:
                    callee = decorator[3] if decorator[0] == CALL else decorator
                    if (
                        callee[0] != ATTR
                        or callee[4] not in ("command", "group")
                        or not self._is(callee[3], scope, function)
                    ):
                        continue
                    found = self._group(scope, depth + 1) if callee[4] == "group" else self._command(scope)
                    given = argument(decorator, "name", 0) if decorator[0] == CALL else None
                    label = self.resolver.constant(given, scope.parent or scope) if given is not None else None
                    commands[str(label) if label else _shortened_name(scope.name)] = found
            for call in module.calls.get("add_command", ()):
                at = module.scope_at(call[1])
                if call[3][0] != ATTR or not self._is(call[3][3], at, function):
                    continue
                first = argument(call, "cmd", 0)
                label = self.resolver.constant(argument(call, "name", 1), at)
                added = [v for v in self.resolver.evaluate(first, at) if isinstance(v, Function)] if first else []
                inner = self.of_function(added[0].scope, depth + 1) if added else None
                if inner is None:
                    why = why or "a command is added that is not known"
                else:
                    commands[str(label) if label else _shortened_name(added[0].scope.name)] = inner
        return replace(own, commands=commands, open=why)

    def _is(self, expr: Expr, scope: Scope, function: Scope) -> bool:
        values = self.resolver.evaluate(expr, scope.parent or scope)
        return any(isinstance(value, Function) and value.scope is function for value in values)

    def _place(self, function: Scope) -> Place:
        at = function.stmt[7] if function.stmt is not None and len(function.stmt) > 7 else function.start
        return Place(function.module.path, Span(at, at + len(function.name)), f"the command `{function.name}`")

    # an application to which functions are added

    def of_application(self, name: str, module: Module) -> Interface | None:
        """Return the interface of an application that a module keeps under a name."""
        commands: dict[str, Interface] = {}
        place: Place | None = None
        why = ""
        callback = False
        for scope in _functions(module.scope):
            for decorator in scope.decorators:
                callee = decorator[3] if decorator[0] == CALL else decorator
                if callee[0] != ATTR or dotted(callee[3]) != name:
                    continue
                if callee[4] == "callback":
                    callback = True
                elif callee[4] == "command":
                    given = argument(decorator, "name", 0) if decorator[0] == CALL else None
                    label = self.resolver.constant(given, module.scope) if given is not None else None
                    commands[str(label) if label else command_name(scope.name)] = self.of_parameters(scope)
                    place = place or self._place(scope)
        for word in ("add_typer", "command"):
            for call in module.calls.get(word, ()):
                if call[3][0] == ATTR and dotted(call[3][3]) == name and word == "add_typer":
                    why = "another application is added to it"
        if place is None:
            return None
        if len(commands) == 1 and not callback and not why:
            return next(iter(commands.values()))
        return Interface(
            "exact", place, (), why or ("a callback may add options" if callback else ""), commands=commands
        )

    def of_parameters(self, function: Scope) -> Interface:
        """Return the interface of a function whose parameters are typed options and arguments."""
        options: list[Option] = []
        why = ""
        for name, default, kind, annotation, start, end in function.params:
            text = str(annotation)
            place = Place(function.module.path, Span(start, end), f"parameter `{name}` of {function.name}()")
            if kind in ("*", "**"):
                why = "it takes whatever it is given"
                continue
            if text.rpartition(".")[2] in ("Context", "CallbackParam"):
                continue
            call = default if default is not None and default[0] == CALL else None
            role = self._parameter_role(call, text, function)
            bare = re.sub(r"^(?:typing\.)?Annotated\[([^,]*),.*$", r"\1", text, flags=re.DOTALL).strip()
            bare = re.sub(r"^(?:typing\.)?Optional\[(.*)\]$", r"\1", bare)
            bare = re.sub(r"\s{0,40}\|\s{0,40}None\b", "", bare)
            written = _QUOTED.findall(text)
            if call is not None and role:
                given = [self.resolver.constant(arg, function) for keyword, arg in call[4] if keyword == ""]
                written += [word for word in given if isinstance(word, str) and word.startswith("-")]
                first = argument(call, "default", 0)
                if first is not None and first[0] == CONST and isinstance(first[3], str) and first[3].startswith("-"):
                    first = None  # a flag
                required = first is None or _is_ellipsis(first)
                constant = self.resolver.constant(first, function) if first is not None else None
            else:
                required = default is None or _is_ellipsis(default)
                constant = self.resolver.constant(default, function) if default is not None else None
            several = bare.lower().startswith(("list[", "typing.list["))
            if role == "argument" or (not role and default is None):
                most = UNLIMITED if several else 1
                options.append(
                    Option((), name, place, 1 if required else 0, most, required, None, _KINDS.get(bare, ""))
                )
                continue
            flags: list[str] = []
            off: list[str] = []
            for word in written:
                on, _, other = word.partition("/")
                flags.append(on)
                off.extend([other] if other else [])
            if not flags:
                flags = [f"--{command_name(name)}"]
                off = [f"--no-{command_name(name)}"] if bare == "bool" else []
            size = 0 if bare == "bool" else 1
            options.append(
                Option(
                    tuple(flags),
                    name,
                    place,
                    size,
                    size,
                    required and size > 0 and "envvar" not in text,
                    self._enumerated(bare, function),
                    _KINDS.get(bare, "") if size else "",
                    str(constant) if constant is not None else None,
                    tuple(off),
                )
            )
        return Interface("exact", self._place(function), tuple(options), why)

    def _parameter_role(self, call: Expr | None, annotation: str, function: Scope) -> str:
        around = function.parent or function
        for role in ("options", "arguments"):
            if call is not None and self._has_role(call[3], around, f"parameter_{role}"):
                return role[:-1]
            for name in self.names.get(f"parameter_{role}", ()):
                if re.search(rf"\b{re.escape(name.rpartition('.')[2])}\(", annotation):
                    return role[:-1]
        return ""

    def _enumerated(self, name: str, function: Scope) -> tuple[str, ...] | None:
        if not name.isidentifier():
            return None
        for value in self.resolver.lookup(name, function.parent or function, function.end):
            if isinstance(value, Class) and any("Enum" in b for b in self.resolver.outside_bases(value.scope)):
                found = [
                    self.resolver.constant(b.payload, value.scope)
                    for bindings in value.scope.bindings.values()
                    for b in bindings
                    if b.kind == "value"
                ]
                if found and all(isinstance(item, str) for item in found):
                    return tuple(str(item) for item in found)
        return None

    def of_any_parameters(self, function: Scope) -> Interface:
        """Return the interface of a function whose parameters are all options, by name or by place."""
        options: list[Option] = []
        why = ""
        for name, default, kind, _, start, end in function.params:
            place = Place(function.module.path, Span(start, end), f"parameter `{name}` of {function.name}()")
            if kind in ("*", "**"):
                why = why or "it takes whatever it is given"
                continue
            constant = self.resolver.constant(default, function) if default is not None else None
            shown = str(constant) if constant is not None else None
            least, off = (0, (f"--no{name}",)) if isinstance(constant, bool) else (1, ())
            options.append(
                Option((f"--{name}",), name, place, least, 1, default is None, default=shown, switch_off=off)
            )
        # Arguments may be given by place, so that a name that is missing is not known to be missing.
        return Interface("loose names", self._place(function), tuple(options), why, settled=False)


def _is_ellipsis(expr: Expr) -> bool:
    """Return whether a default is ``...``, which stands for none."""
    return bool(expr[0] == OTHER and expr[3] == "ellipsis")


def _shortened_name(function: str) -> str:
    """Return a command's name: since 8.2 the endings of functions for commands and groups are taken off."""
    name = command_name(function)
    return re.sub(r"-(?:command|cmd|group|grp)$", "", name) or name


def _functions(scope: Scope) -> Iterator[Scope]:
    for inner in scope.inner:
        if inner.kind == "function":
            yield inner
