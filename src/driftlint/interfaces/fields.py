"""Parsers that are given classes: one option a field.

Promises: fields of the class and of its bases in the repo, nested classes under their name; a base or a field type that is not in
the repo leaves the interface open. Refuses to know: converters and validators.
Sources: transformers 5.24.0 hf_argparser.py; tyro 0.9, "Dataclasses".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from driftlint.facts import Place
from driftlint.interfaces.model import UNLIMITED, Interface, Option
from driftlint.late_regex import compile_late
from driftlint.python.ir import ASSIGN, CALL, CONST, NAME, Expr, argument, tail
from driftlint.python.module import Scope
from driftlint.resolve import Resolver
from driftlint.text import Span
from driftlint.values import Class, Outside

_PLAIN = {"int": "int", "float": "float", "bool": "bool", "str": "", "Path": "", "Any": "", "pathlib.Path": ""}
_WRAPPED = compile_late(r"(?:typing\.)?(?:Optional|Annotated|Final)\[(.*)\]", re.DOTALL)
_NONE = compile_late(r"\|\s*None\b|\bNone\s*\|")
_LITERAL = compile_late(r"(?:typing\.)?Literal\[(.*)\]", re.DOTALL)
_SEVERAL = compile_late(r"(?:typing\.)?(?:list|List|tuple|Tuple|set|Set|Sequence|Iterable)\b", re.DOTALL)
_MAX_DEPTH = 4


class FieldParser:
    """Reads the fields of classes as options. `nested` makes fields of fields ``--outer.inner``."""

    def __init__(self, resolver: Resolver, *, nested: bool) -> None:
        self.resolver = resolver
        self.nested = nested
        self.open = ""

    def interface(self, classes: list[Class | Outside], place: Place, *, settled: bool = True) -> Interface:
        """Return the interface of a parser that is given these classes."""
        options: list[Option] = []
        for given in classes:
            if isinstance(given, Class):
                options.extend(self._fields(given.scope, "", 0))
            else:
                self.open = self.open or f"`{given.name}` is not in the repo"
        return Interface("loose names", place, tuple(options), self.open, settled=settled)

    def _fields(self, cls: Scope, prefix: str, depth: int) -> Iterator[Option]:
        outside = [
            name for name in self.resolver.outside_bases(cls) if name not in ("object", "abc.ABC", "typing.Generic")
        ]
        if outside:
            self.open = self.open or f"`{cls.name}` derives from `{outside[0]}`, which is not in the repo"
        seen: set[str] = set()
        for base in self.resolver.local_bases(cls):
            for stmt in base.body:
                if stmt[0] != ASSIGN or not stmt[5] or stmt[3][0] != NAME or stmt[3][3] in seen:
                    continue
                seen.add(stmt[3][3])
                annotation = str(stmt[5]).strip("\"'")
                if not annotation.startswith(("ClassVar", "typing.ClassVar", "InitVar")):
                    yield from self._field(base, stmt[3], annotation, stmt[4], prefix, depth)

    def _field(
        self, cls: Scope, target: Expr, annotation: str, value: Expr | None, prefix: str, depth: int
    ) -> Iterator[Option]:
        name = f"{prefix}{target[3]}"
        place = Place(cls.module.path, Span(target[1], target[2]), f"the field `{target[3]}` of {cls.name}")
        bare = _NONE.sub("", annotation).strip()
        while (wrapped := _WRAPPED.fullmatch(bare)) is not None:
            bare = _NONE.sub("", wrapped[1].split(",")[0] if bare.startswith("Annotated") else wrapped[1]).strip()
        if any(mark in annotation for mark in ("Positional", "Subcommand", "conf.")):
            self.open = self.open or f"the type of `{name}` is read by the parser in its own way"
            return
        inner = self._class_of(bare, cls) if self.nested else None
        if inner is not None and depth < _MAX_DEPTH and not self._is_choice(inner):
            yield from self._fields(inner, f"{name}.", depth + 1)
            return
        required, default = self._default(value, cls)
        option = Option((f"--{name}",), name, place, 1, 1, required, default=default)
        if bare == "bool":
            negated = f"--{prefix}no-{target[3]}" if self.nested else f"--no_{name}"
            yield replace(
                option, least=0, most=1 if not self.nested else 0, kind="bool", switch_off=(negated,), required=False
            )
        elif (literal := _LITERAL.fullmatch(bare)) is not None:
            texts = re.findall(r"'([^']*)'|\"([^\"]*)\"|(-?\d+)", literal[1])
            yield replace(option, choices=tuple("".join(found) for found in texts) or None)
        elif bare in _PLAIN:
            yield replace(option, kind=_PLAIN[bare])
        elif _SEVERAL.match(bare):
            yield replace(option, least=0, most=UNLIMITED)
        elif (chosen := self._class_of(bare, cls)) is not None and self._is_choice(chosen):
            yield replace(option, choices=None)
        else:
            self.open = self.open or f"the type of `{name}` is not known"
            yield replace(option, least=0, most=UNLIMITED, required=False)

    def _class_of(self, name: str, cls: Scope) -> Scope | None:
        if not name.isidentifier():
            return None
        for value in self.resolver.lookup(name, cls.parent or cls, cls.end):
            if isinstance(value, Class):
                return value.scope
        return None

    def _is_choice(self, cls: Scope) -> bool:
        return any("Enum" in name or name.endswith("Flag") for name in self.resolver.outside_bases(cls))

    def _default(self, value: Expr | None, cls: Scope) -> tuple[bool, str | None]:
        """Return whether a field must be given, and the default that is written out."""
        if value is None:
            return True, None
        if value[0] == CALL and tail(value[3]).lower() in ("field", "hfarg", "attrib", "ib"):
            factory = argument(value, "default_factory", None) or argument(value, "factory", None)
            given = argument(value, "default", None)
            if given is None:
                return factory is None and not any(k in ("*", "**") for k, _ in value[4]), None
            value = given
        constant = self.resolver.constant(value, cls)
        if value[0] == CONST and value[3] is ...:
            return True, None
        return False, str(constant) if constant is not None else None
