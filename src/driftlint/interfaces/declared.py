"""Parsers to which options are added one call at a time: argparse and its kin.

Promises: groups, subparsers, helpers that are handed the parser, and parsers that are parsed in two steps are followed.
Refuses to know: options whose names are made up when the program runs (they leave the interface open).
Source: the argparse documentation of Python 3.14.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from driftlint.facts import Place
from driftlint.interfaces.model import UNLIMITED, Interface, Option
from driftlint.interfaces.reach import Reach
from driftlint.python.ir import ATTR, CONST, Expr, argument, splats, tail
from driftlint.python.module import Scope
from driftlint.resolve import Resolver
from driftlint.resolve.attributes import destination
from driftlint.values import Class, Function, Mapping, Outside, Sequence, Unknown, Value

_TAKES_NONE = frozenset(("store_true", "store_false", "store_const", "append_const", "count", "help", "version"))
_KINDS = {"int": "int", "float": "float"}
_MAX_STEPS = 6
Maker = tuple[str, int, int]
"""Path and span of the call that made a parser."""


class _Parser(Struct):
    scope: Scope
    call: Expr
    name: str
    strict: bool = False
    first: bool = False
    options: list[Option] = field(default_factory=list)
    open: str = ""
    below: dict[str, Maker] = field(default_factory=dict)
    needs_below: bool = False


class DeclaredParsers:
    """The parsers that one program makes and parses with."""

    def __init__(self, resolver: Resolver, reach: Reach, settled: frozenset[str]) -> None:
        self.resolver = resolver
        self.reach = reach
        self.settled = settled
        """Qualified names of parsers that read nothing but the command line."""
        self.parsers: dict[Maker, _Parser] = {}
        self.dynamic = ""

    def find(self) -> Interface | None:
        """Return the interface, None when the program parses nothing with such a parser."""
        forms = self.resolver.forms
        parse, first = forms.group("arguments.parse"), forms.group("arguments.parse_first")
        for scope, call in self.reach.calls:
            last = tail(call[3])
            if last in parse or last in first:
                for maker in self._makers(call, scope):
                    parser = self.parsers[maker]
                    if self._is_handed_words(call, scope):
                        continue
                    parser.strict = parser.strict or last in parse
                    parser.first = parser.first or last in first
        used = {maker for maker, parser in self.parsers.items() if parser.strict or parser.first}
        if not used:
            return None
        self._declare()
        self._hand_over()
        return self._join(used)

    def _is_handed_words(self, call: Expr, scope: Scope) -> bool:
        """Return whether a call parses words that the code writes out, and no command line."""
        given = argument(call, "args", 0)
        if given is None:
            return False
        return any(isinstance(value, Sequence) for value in self.resolver.evaluate(given, scope))

    def _makers(self, call: Expr, scope: Scope) -> Iterator[Maker]:
        """Yield the makers of the parsers that a method call is made on."""
        if call[3][0] == ATTR:
            yield from self._owners(call[3][3], scope, 0)

    def _owners(self, expr: Expr, scope: Scope, steps: int) -> Iterator[Maker]:
        for value in self.resolver.evaluate(expr, scope):
            if isinstance(value, Outside) and value.call is not None:
                yield from self._owner(value, steps)

    def _owner(self, value: Outside, steps: int) -> Iterator[Maker]:
        made, _, rest = value.name.partition("()")
        if self.resolver.forms.form_of(made) != "arguments" or value.call is None or steps > _MAX_STEPS:
            return
        at, call = value.call
        key = (at.module.path, call[1], call[2])
        if not rest or rest.endswith("add_parser()"):
            self.parsers.setdefault(key, _Parser(at, call, made))
            yield key
        elif rest.endswith("()") and call[3][0] == ATTR:  # a group of a parser, or its subparsers
            yield from self._owners(call[3][3], at, steps + 1)

    # declarations

    def _declare(self) -> None:
        forms = self.resolver.forms
        add = forms.group("arguments.add")
        for scope, call in self.reach.calls:
            last = tail(call[3])
            if last == "add_parser":
                self._declare_command(scope, call)
            if last == "add_subparsers":
                required = self.resolver.constant(argument(call, "required", None), scope)
                for maker in self._makers(call, scope):
                    self.parsers[maker].needs_below |= required is True
            if last not in add or call[3][0] != ATTR:
                continue
            makers = list(self._makers(call, scope))
            option = self._option(call, scope, makers) if makers else None
            for maker in makers:
                parser = self.parsers[maker]
                if option is not None:
                    parser.options.append(option)
                else:
                    parser.open = parser.open or self._spot(scope, call, "an option whose name is made up there")
            if not makers and self._is_parser_unknown(call, scope):
                self.dynamic = self.dynamic or self._spot(scope, call, "it adds to a parser that is not known")

    def _is_parser_unknown(self, call: Expr, scope: Scope) -> bool:
        first = argument(call, None, 0)
        looks = first is None or (first[0] == CONST and isinstance(first[3], str)) or first[0] != CONST
        values = self.resolver.evaluate(call[3][3], scope)
        named = tail(call[3]) == "add_argument"
        return looks and named and all(isinstance(value, (Unknown, Class)) for value in values)

    def _declare_command(self, scope: Scope, call: Expr) -> None:
        name = self.resolver.constant(argument(call, "name", 0), scope)
        key = (scope.module.path, call[1], call[2])
        self.parsers.setdefault(key, _Parser(scope, call, ""))
        for maker in self._makers(call, scope):
            if not isinstance(name, str):
                self.parsers[maker].open = self._spot(scope, call, "a subcommand whose name is made up there")
                continue
            self.parsers[maker].below[name] = key
            aliases = argument(call, "aliases", None)
            for value in self.resolver.evaluate(aliases, scope) if aliases is not None else ():
                for alias in _constants(self.resolver, value) or ():
                    self.parsers[maker].below[alias] = key

    def _spot(self, scope: Scope, call: Expr, why: str) -> str:
        position = self.resolver.project.get_document(scope.module.path)
        line = position.locate(call[1]).line if position is not None else 1
        return f"{why} ({scope.module.path}:{line})"

    def _option(self, call: Expr, scope: Scope, makers: list[Maker]) -> Option | None:
        positional = [arg for keyword, arg in call[4] if keyword == ""]
        if splats(call) or any(keyword == "*" for keyword, _ in call[4]):
            return None
        flags = [self.resolver.constant(arg, scope) for arg in positional]
        if not flags or not all(isinstance(flag, str) for flag in flags):
            return None
        names = tuple(str(flag) for flag in flags)
        place = self.resolver.place(scope, call, f"`{names[0]}` is declared here")
        if any(scope.module.guards_at(scope, call[1])):
            place = replace(place, note=f"`{names[0]}` is declared here, on one of several ways")
        return read_option(
            self.resolver, call, scope, names, place, guarded=bool(scope.module.guards_at(scope, call[1]))
        )

    def _hand_over(self) -> None:
        """Leave a parser open that is handed to a function of a library, or that inherits from parents."""
        for scope, call in self.reach.calls:
            if tail(call[3]) in ("print", "len", "isinstance", "hasattr"):
                continue
            values = [arg for _, arg in call[4] if arg[0] in ("name", "attr")]
            for arg in values:
                makers = list(self._owners(arg, scope, 0))
                if not makers:
                    continue
                callees = self.resolver.callees(call, scope)
                if not all(isinstance(callee, Function) and self._was_read(callee) for callee in callees):
                    for maker in makers:
                        parser = self.parsers[maker]
                        parser.open = parser.open or self._spot(scope, call, "it is handed to code that was not read")
        for parser in self.parsers.values():
            parents = argument(parser.call, "parents", None)
            if parents is None:
                continue
            for value in self.resolver.evaluate(parents, parser.scope):
                if not isinstance(value, Sequence):
                    parser.open = parser.open or "its parents are not known"
                    continue
                for item in value.expr[3]:
                    found = list(self._owners(item, value.scope, 0))
                    parser.options.extend(o for maker in found for o in self.parsers[maker].options)
                    if not found:
                        parser.open = parser.open or "one of its parents is not known"

    def _was_read(self, function: Function) -> bool:
        return (function.scope.module.path, function.scope.start) in self.reach.entered

    # the whole

    def _join(self, used: set[Maker]) -> Interface:
        top = [self.parsers[maker] for maker in used]
        strict = [parser for parser in top if parser.strict]
        first = min(strict or top, key=lambda p: (p.scope.module.path, p.call[1]))
        opens = [parser.open for parser in top if parser.open]
        if not strict:
            opens.append("it passes on what it does not know")
        if self.dynamic:
            opens.append(self.dynamic)
        several = len(strict) > 1 and len({(p.scope.module.path, p.scope.start) for p in strict}) > 1
        options = [
            replace(option, required=option.required and not several and parser in strict)
            for parser in sorted(top, key=lambda p: (p.scope.module.path, p.call[1]))
            for option in parser.options
        ]
        return self._interface(first, options, opens[0] if opens else "", 0)

    def _interface(self, parser: _Parser, options: list[Option], why: str, depth: int) -> Interface:
        constant = self.resolver.constant
        below: dict[str, Interface] = {}
        for name, maker in parser.below.items():
            inner = self.parsers[maker]
            if depth < _MAX_STEPS:
                below[name] = self._interface(inner, inner.options, inner.open or self.dynamic, depth + 1)
        prefixed = argument(parser.call, "fromfile_prefix_chars", None) or argument(parser.call, "prefix_chars", None)
        parents = argument(parser.call, "parents", None) if depth else None
        if parents is not None and not why:
            why = "the parents of a subcommand are not followed"
        shortened = constant(argument(parser.call, "allow_abbrev", None), parser.scope)
        return Interface(
            "argparse",
            self.resolver.place(parser.scope, parser.call, "the parser is made here"),
            tuple(options),
            why or ("words may come from a file" if prefixed is not None else ""),
            settled=(parser.name in self.settled or not parser.name) and prefixed is None,
            commands=below,
            command_needed=parser.needs_below,
            abbreviates=shortened is not False,
        )


def read_option(
    resolver: Resolver, call: Expr, scope: Scope, names: tuple[str, ...], place: Place, *, guarded: bool = False
) -> Option | None:
    """Return the option that an ``add_argument`` call declares under these names."""
    flags = tuple(name for name in names if name.startswith("-"))
    constant = resolver.constant
    action_expr, nargs_expr = argument(call, "action", None), argument(call, "nargs", None)
    action = constant(action_expr, scope)
    nargs = constant(nargs_expr, scope)
    kind_expr = argument(call, "type", None)
    least, most = 1, 1
    off: tuple[str, ...] = ()
    kind = _KINDS.get(kind_expr[3], "") if kind_expr is not None and kind_expr[0] == "name" else ""
    if action_expr is not None and not isinstance(action, str):
        if tail(action_expr).endswith("BooleanOptionalAction"):
            least = most = 0
            off = tuple(f"--no-{flag[2:]}" for flag in flags if flag.startswith("--"))
        else:
            least, most = 0, UNLIMITED  # an action of the repo's own: it may take anything
    elif isinstance(action, str) and action in _TAKES_NONE:
        least = most = 0
    if nargs_expr is not None:
        ranges = {"?": (0, 1), "*": (0, UNLIMITED), "+": (1, UNLIMITED), "...": (0, UNLIMITED), "A...": (1, UNLIMITED)}
        if isinstance(nargs, int):
            least = most = nargs
        else:
            least, most = ranges.get(str(nargs), (0, UNLIMITED))
    choices_expr = argument(call, "choices", None)
    choices: tuple[str, ...] | None = None
    if choices_expr is not None:
        found = [_constants(resolver, value) for value in resolver.evaluate(choices_expr, scope)]
        if len(found) == 1 and found[0] is not None and (kind_expr is None or kind_expr[0] == "name"):
            choices = found[0]
        if kind_expr is not None and not (kind_expr[0] == "name" and kind_expr[3] in ("str", "int", "float")):
            choices = None  # what the words become before they are compared is not known
    default_expr = argument(call, "default", None)
    default = constant(default_expr, scope) if default_expr is not None else None
    required = constant(argument(call, "required", None), scope) is True if flags else least > 0
    name = destination(call) or names[0].lstrip("-").replace("-", "_")
    described = constant(argument(call, "help", None), scope)
    return Option(
        flags,
        name,
        place,
        least,
        most,
        required and not guarded,
        choices,
        kind,
        str(default) if default is not None else None,
        off,
        described if isinstance(described, str) else "",
    )


def _constants(resolver: Resolver, value: Value) -> tuple[str, ...] | None:
    """Return the texts of a display of constants, None where it holds anything else."""
    if isinstance(value, Sequence):
        items = [resolver.constant(item, value.scope) for item in value.expr[3]]
        return tuple(str(item) for item in items) if items and all(item is not None for item in items) else None
    if isinstance(value, Mapping) and value.expr[0] == "dict":
        keys = [resolver.constant(key, value.scope) if key is not None else None for key, _ in value.expr[3]]
        return tuple(str(key) for key in keys) if keys and all(key is not None for key in keys) else None
    return None
