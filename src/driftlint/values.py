"""What an expression may be when the program runs: the answers of the resolver.

Promises: plain, frozen data, each with the place that decides it and the trail from the use to that place.
Refuses to know: how an answer was found.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from driftlint.documents.model import Node
from driftlint.facts import Constant, Place
from driftlint.python.ir import Expr
from driftlint.python.module import Module, Scope

LONGEST_TEXT = 20_000
"""Code points of a text that is put together from parts. A few lines of code can ask for more than there is memory."""


class Known(Struct, frozen=True):
    """A constant. `where` is the literal that decides, `made_of` results of outside calls that it was combined with."""

    value: Constant
    where: Place
    trail: tuple[Place, ...] = ()
    made_of: tuple[Outside, ...] = ()


class Text(Struct, frozen=True):
    """A string of which only some parts are known; None stands for an unknown part."""

    parts: tuple[str | None, ...]
    where: Place
    trail: tuple[Place, ...] = ()


class Local(Struct, frozen=True):
    """A path of this machine: joined by a path function, a temporary folder, the result of a download.

    `name` is what made it, as an outside name, and the attribute that was taken last.
    """

    where: Place
    trail: tuple[Place, ...] = ()
    name: str = ""


class Outside(Struct, frozen=True):
    """A name of another package, ``()`` after it for what calling it gives: ``pkg.Client().items.create``.

    A name that starts with "?" hangs on a receiver that is not known. `call` is the call that made the instance.
    """

    name: str
    where: Place
    trail: tuple[Place, ...] = ()
    call: tuple[Scope, Expr] | None = None


class Function(Struct, frozen=True):
    """A function or method of the repo. `bound` says that the first parameter is filled by the receiver."""

    scope: Scope
    where: Place
    trail: tuple[Place, ...] = ()
    bound: bool = False


class Class(Struct, frozen=True):
    """A class of the repo."""

    scope: Scope
    where: Place
    trail: tuple[Place, ...] = ()


class Instance(Struct, frozen=True):
    """An object of a class of the repo; `call` is the construction, None when a parser made it from its fields."""

    scope: Scope
    where: Place
    trail: tuple[Place, ...] = ()
    call: tuple[Scope, Expr] | None = None


class ModuleValue(Struct, frozen=True):
    """A module of the repo."""

    module: Module
    where: Place
    trail: tuple[Place, ...] = ()


class Mapping(Struct, frozen=True):
    """A dict display, or a call that makes a mapping or a namespace of its keywords."""

    expr: Expr
    scope: Scope
    where: Place
    trail: tuple[Place, ...] = ()


class Sequence(Struct, frozen=True):
    """A list, tuple or set display."""

    expr: Expr
    scope: Scope
    where: Place
    trail: tuple[Place, ...] = ()


class Layer(Struct, frozen=True):
    """One config file's part of a configuration; `prefix` is the route under which it is mounted."""

    path: str
    node: Node
    prefix: tuple[str, ...] = ()


class Config(Struct, frozen=True):
    """A config map read from files, strongest layer first. `root` serves interpolations."""

    layers: tuple[Layer, ...]
    where: Place
    trail: tuple[Place, ...] = ()
    root: tuple[Layer, ...] = ()
    route: tuple[str, ...] = ()


class Arguments(Struct, frozen=True):
    """The namespace that a command-line parser gives; `scope` is where the parser was made."""

    scope: Scope
    where: Place
    trail: tuple[Place, ...] = ()


class Fields(Struct, frozen=True):
    """The mapping of an object's fields (``vars(x)``, ``x.__dict__``)."""

    of: Any
    where: Place
    trail: tuple[Place, ...] = ()


class Caught(Struct, frozen=True):
    """The ``**kwargs`` of a function: its keys are what its callers pass."""

    scope: Scope
    where: Place
    trail: tuple[Place, ...] = ()


class Group(Struct, frozen=True):
    """Several objects returned together, taken apart by index."""

    items: tuple[Any, ...]
    where: Place
    trail: tuple[Place, ...] = ()


class Unknown(Struct, frozen=True):
    """Not known, and why. `name` is the last name seen, for rules about how people call a local path.

    `absent`: there is no such key or field, so that a default or another mapping counts.
    `dropped` are the values that the repo's own defaults give and that a condition around the use keeps out. `made_of`
    are results of outside calls that it is computed from.
    """

    why: str
    where: Place
    trail: tuple[Place, ...] = ()
    name: str = ""
    dropped: tuple[Known, ...] = ()
    absent: bool = False
    made_of: tuple[Outside, ...] = ()


Value: TypeAlias = (
    "Known | Text | Local | Outside | Function | Class | Instance | ModuleValue | Mapping | Sequence | Config"
    " | Arguments | Caught | Fields | Group | Unknown"
)


def step(value: Value, place: Place) -> Value:
    """Return the value with one more place in front of its trail (not when the place already decides it)."""
    if place == value.where or (value.trail and value.trail[0].span == place.span):
        return value
    trail = (place, *value.trail)
    if isinstance(value, Known):
        return Known(value.value, value.where, trail, value.made_of)
    if isinstance(value, Unknown):
        return Unknown(value.why, value.where, trail, value.name, value.dropped, value.absent, value.made_of)
    return replace(value, trail=trail)


class Forms(Struct, frozen=True):
    """What calls mean for data flow, from the packs' ``[[binding]]`` tables: form -> names.

    Forms: environment, arguments (a command-line parser), dataclasses (a parser that is given classes), dataclass (a call
    that is given one), field, options (a decorator), flags, load (parse a config file), open, composed (a decorator that
    passes a composed config), entry (a decorator that makes a function the main one), configurable (a decorator by which
    files bind parameters), composition, identity, cast, mapping, fields, path, forward (calls what it is given), run
    (the same, as an entry), main (the same, and without arguments the function of the calling module that `unnamed` names),
    commands (makes commands of what it is given, without arguments of the whole module), instantiate (a config names the
    callee), frame (a table or data set: its items and what its `methods` give are tables of the same kind), make (arguments,
    `methods`, by which a function of another package is given the class of which it gives an object), alias (other names of
    one module).
    """

    calls: dict[str, str] = field(default_factory=dict)
    """Qualified name -> form."""
    decorators: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    """Other names of modules -> the name by which the catalogue knows them."""
    words: dict[str, frozenset[str]] = field(default_factory=dict)
    """"add", "parse", "parse_first", "holders", "items", "tails", "methods", "initialise", "key", ... -> names of all entries."""

    @classmethod
    def of(cls, tables: list[dict[str, Any]] | tuple[dict[str, Any], ...]) -> Forms:
        """Build from the ``[[binding]]`` tables of all packs."""
        calls: dict[str, str] = {}
        decorators: dict[str, str] = {}
        aliases: dict[str, str] = {}
        words: dict[str, set[str]] = {}
        for table in tables:
            form = str(table["form"])
            if form == "alias":
                aliases.update((name, str(table["stands_for"])) for name in table["calls"])
                continue
            for name in table.get("calls", ()):
                if form == "run" and name in calls:
                    continue
                calls[name] = form
            for name in table.get("decorators", ()):
                decorators[name] = form
            for key, names in table.items():
                if key not in (
                    "form",
                    "calls",
                    "decorators",
                    "source",
                    "note",
                    "verified",
                ):
                    group = f"{form}.{key}"
                    words.setdefault(group, set()).update([names] if isinstance(names, str) else names)
        return cls(calls, decorators, aliases, {key: frozenset(names) for key, names in words.items()})

    def name_of(self, name: str) -> str:
        """Return a qualified name with the true name of its module, where it begins with another name of that."""
        for other, true in self.aliases.items():
            if name.startswith(other) and name[len(other) : len(other) + 1] in ("", "."):
                return true + name[len(other) :]
        return name

    def form_of(self, name: str) -> str:
        """Return the form of a call by its qualified name, "" for none."""
        return self.calls.get(name, "")

    def frame_of(self, name: str) -> str:
        """Return the table that a name is a part of (``read_csv().dropna``, ``read_csv().loc``: ``read_csv()``), "" for none."""
        at = name.find("()")
        while at >= 0:
            made, rest = name[:at], name[at + 2 :]
            if self.form_of(made) == "frame":
                return f"{made}()" if not rest or rest[1:] in self.group("frame.methods") else ""
            at = name.find("()", at + 2)
        return ""

    def group(self, name: str) -> frozenset[str]:
        """Return the names of one word group ("arguments.parse")."""
        return self.words.get(name, frozenset())
