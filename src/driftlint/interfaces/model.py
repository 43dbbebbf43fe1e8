"""The command line of a program: its options, its arguments, its subcommands.

Promises: plain, frozen data, each option with the place that declares it. Refuses to know: parser libraries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct, field

from driftlint.facts import Place

Style: TypeAlias = Literal[
    "argparse",  # long options may be shortened, short ones clustered
    "exact",  # click and typer: names as they are declared
    "loose names",  # dashes and underscores are one: Fire, tyro, parsers over dataclasses
    "flags",  # one dash or two, ``--noflag``, values after "="
    "keys",  # ``key=value`` words over a composed configuration
]
UNLIMITED = -1


class Option(Struct, frozen=True):
    """One option, or an argument when `flags` is empty.

    `least` and `most` are how many words it takes, `most` UNLIMITED for any number. `choices` None: not known or any.
    `kind` is "int", "float", "bool" or "". `default` is the text of a default that the code writes out.
    """

    flags: tuple[str, ...]
    name: str
    place: Place
    least: int = 1
    most: int = 1
    required: bool = False
    choices: tuple[str, ...] | None = None
    kind: str = ""
    default: str | None = None
    switch_off: tuple[str, ...] = ()
    """Flags that turn it off: ``--no-x``."""
    help: str = ""


class Interface(Struct, frozen=True):
    """What a program takes. `open` says why more may be taken than `options` holds, "" when nothing more is.

    `settled` is False where a required option may come from elsewhere (a file, an environment variable).
    """

    style: Style
    place: Place
    options: tuple[Option, ...] = ()
    open: str = ""
    settled: bool = True
    commands: Mapping[str, Interface] = field(default_factory=dict)
    command_needed: bool = False
    abbreviates: bool = True
    prefixes: tuple[str, ...] = ()
    """Beginnings of options that are taken whatever follows: ``--config.``."""


class Misuse(Struct, frozen=True):
    """One way in which words do not fit an interface. `name` is the word's name, `at` its index, -1 for none.

    `allowed` are the choices, or the nearest names.
    """

    kind: Literal["unknown", "missing", "value", "no value", "ambiguous", "extra", "command"]
    name: str
    at: int
    option: Option | None = None
    allowed: tuple[str, ...] = ()
