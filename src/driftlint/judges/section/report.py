"""The section as one run reads it: what it says, what it starts, and what is wrong with it.

Promises: made once a run, the same for every rule. Refuses to know: rules, severities, and how a fault is worded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct, field

from driftlint.facts import Place
from driftlint.judges.section.find import Written
from driftlint.judges.section.starts import Start

Kind: TypeAlias = Literal[
    "section",  # there is none
    "item",  # it does not say one of its parts
    "blank",  # a draft's blank is not filled in
    "program",  # a script, module, target or task that is not there
    "option",  # a program has no such option or argument
    "required",  # a program asks for more
    "value",  # a value that a program refuses
    "key",  # a config key that is not there
    "path",  # a file that is not there
    "seed",  # another seed than the program's
    "pin",  # another version, revision, tag or model than the repo's
    "neutral",  # a hypothesis that names a library
    "lock",  # the setup passes over a lock
    "order",  # something runs before it is installed
]


class Fault(Struct, frozen=True):
    """One thing that is wrong. `name` is what it is about, `fields` fill the rule's message."""

    kind: Kind
    name: str
    place: Place
    fields: dict[str, str] = field(default_factory=dict)
    related: tuple[Place, ...] = ()
    reasoning: tuple[str, ...] = ()


class Said(Struct, frozen=True):
    """One part of the section. `text` is the line that says it, "" where none does."""

    name: str
    label: str
    text: str = ""
    place: Place | None = None


class ReportSection(Struct):
    """The section, or `why` there is none."""

    written: Written | None
    why: str = ""
    said: list[Said] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def programs(self) -> tuple[str, ...]:
        """Return the programs of the repo that it starts, each once, in their order."""
        return tuple(dict.fromkeys(s.path for s in self.starts if s.what == "program" and s.path))


Check: TypeAlias = Callable[[], Iterator[Fault]]


def shown(names: tuple[str, ...]) -> str:
    """Return names that were likely meant as the end of a message, "" for none."""
    if not names:
        return ""
    return ", did you mean " + " or ".join(f"`{name}`" for name in names[:3]) + "?"
