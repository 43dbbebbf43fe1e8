"""Catalogue entries for references: how things outside a repo are named and pinned.

Promises: one frozen class for each table of the format, with the defaults that its documentation states; regular
expressions are compiled when first used. Refuses to know: how packs are stored or checked, and what a repo holds.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from msgspec import Struct

from driftlint.facts import Constant, State


class ArgSpec(Struct, frozen=True):
    """Where a value stands. Exactly one of the places is set, or `arg` and `pos` together.

    `pos` is 0-based: for calls without self/cls, for command lines over the words that are no flags. `route` is dotted
    with ``[]`` for list items. `grammar` is the id of the `Grammar` that judges the value, "" when the entry's own
    counts.
    """

    arg: str = ""
    pos: int | None = None
    flag: str = ""
    env: str = ""
    route: str = ""
    grammar: str = ""
    number: bool = False
    """The value is a number, and a text in its place is an error."""


class Condition(Struct, frozen=True):
    """What must be so of an argument. `default` is the value assumed when the argument is missing, if `has_default`.

    Tests, all of which must hold: it has one of `values`; it is a number above `above`; it is there and not None
    (`given` true) or not there (false). Without any test: it is there. What is not known passes where the variable or
    attribute that is handed over has one of the names `named`. `route` is a key of the mapping that the argument is.
    `besides` fails only where the argument is a list of calls all of which these patterns name.
    """

    arg: str = ""
    pos: int | None = None
    flag: str = ""
    route: str = ""
    values: tuple[Constant, ...] = ()
    default: Constant = None
    has_default: bool = False
    given: bool | None = None
    above: float | None = None
    besides: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class Case(Struct, frozen=True, dict=True):
    """One line of a grammar: text that matches in full has this state.

    `open`: it says nothing about whether the id exists.
    """

    match: str
    state: State
    advice: str = ""
    note: str = ""
    open: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The compiled `match`."""
        return re.compile(self.match)


def find_case(cases: tuple[Case, ...], text: str) -> Case | None:
    """Return the first case that matches all of `text`, or None."""
    for case in cases:
        if case.pattern.fullmatch(text):
            return case
    return None


class Kind(Struct, frozen=True):
    """A kind of subject, and the lowest rung (a `Rung`'s name) that satisfies: by default, under the strict preset."""

    id: str
    label: str
    demand: str
    strict: str
    covers: tuple[str, ...] = ()
    source: str = ""
    note: str = ""
    verified: bool = True


class Page(Struct, frozen=True):
    """The web page of things of one kind and host. `match` tells which names have one.

    `url` and `pinned` are addresses with ``{name}`` and, the latter, ``{pin}``; `pinned` is the page of one version.
    """

    id: str
    kind: str
    hosts: tuple[str, ...]
    url: str
    pinned: str = ""
    match: str = ".+"
    source: str = ""
    note: str = ""
    verified: bool = True


class Grammar(Struct, frozen=True):
    """What a pin's text is worth."""

    id: str
    cases: tuple[Case, ...]
    sealed_as: str = ""
    source: str = ""
    note: str = ""
    verified: bool = True

    def judge(self, text: str) -> State:
        """Return the state of the first case that matches all of `text`, "unknown" when none does."""
        case = find_case(self.cases, text)
        return case.state if case else "unknown"


class Names(Struct, frozen=True, dict=True):
    """Which strings name something remote."""

    id: str
    local: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    local_variables: tuple[str, ...] = ()
    symbols: bool = False
    source: str = ""
    note: str = ""
    verified: bool = True

    @cached_property
    def _compiled(self) -> tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]:
        groups = (("local", self.local), ("doubtful", self.doubtful), ("remote", self.remote))
        return tuple((name, tuple(re.compile(p) for p in patterns)) for name, patterns in groups)

    def judge(self, text: str) -> Literal["local", "doubtful", "remote", "neither"]:
        """Say what `text` names.

        A doubtful name is remote in form as well. No `remote` pattern at all: all is remote.
        """
        (_, local), (_, doubtful), (_, remote) = self._compiled
        if any(p.fullmatch(text) for p in local):
            return "local"
        if remote and not any(p.fullmatch(text) for p in remote):
            return "neither"
        return "doubtful" if any(p.fullmatch(text) for p in doubtful) else "remote"

    @cached_property
    def _variables(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(p) for p in self.local_variables)

    def sounds_local(self, variable: str) -> bool:
        """Say whether people call a path of their machine like this dotted name of a variable with an unknown value."""
        return any(p.fullmatch(variable) for p in self._variables)


class _Embedding:
    """Entries whose names may hold a pin. `writes` names the argument or option that a mend gives it, "" for the first."""

    embedded: str

    @cached_property
    def embedded_pattern(self) -> re.Pattern[str] | None:
        """The compiled `embedded`, to be searched in a name; its group `pin` is the pin. None when there is none."""
        return re.compile(self.embedded) if self.embedded else None


class ReferenceEntry(Struct, _Embedding, frozen=True, dict=True):
    """A call that reads something from outside. `calls` are qualified name patterns.

    `names` and `pins` are tried in order, the first that is given counts; an empty `pins` means that the call has no
    place for a pin. `names_id` is the id of a `Names`, `absent` the state when the pin is missing or None. `providers`
    is where the call names its provider; `local_when` are conditions of which any sends the call to a server of the
    user's own; `fixed_name` is the name of what has none in the call; a name counts only with one of `name_prefixes`,
    if there are any. `variadic`: every positional argument from the name's position on is one. `lead` are words before
    the command that the names make up; `beside` are words of which the file must hold one. `default_name` is the name when
    the call gives none: None when it must give one, "" when the service chooses.
    """

    id: str
    kind: str
    host: str
    calls: tuple[str, ...]
    names: tuple[ArgSpec, ...] = ()
    pins: tuple[ArgSpec, ...] = ()
    names_id: str = ""
    local: tuple[str, ...] = ()
    absent: State = "absent"
    default_name: str | None = None
    embedded: str = ""
    unless: tuple[Condition, ...] = ()
    only: tuple[Condition, ...] = ()
    requires_name: bool = True
    late_unless: tuple[Condition, ...] = ()
    url: bool = False
    checksum: tuple[str, ...] = ()
    writes: str = ""
    advice: str = ""
    grammar: str = ""
    providers: tuple[ArgSpec, ...] = ()
    local_when: tuple[Condition, ...] = ()
    name_prefixes: tuple[str, ...] = ()
    fixed_name: str = ""
    form: str = "call"
    groups: tuple[str, ...] = ()
    published_by: tuple[str, ...] = ()
    variadic: bool = False
    lead: str = ""
    beside: tuple[str, ...] = ()
    embed: str = ""
    """What a mend puts after a name that holds no pin: ``/versions/{pin}``."""
    also: tuple[str, ...] = ()
    """Arguments (``NAME=VALUE``) that the call needs with such a pin; releases of `also_since` take them."""
    also_since: str = ""
    copies: tuple[str, ...] = ()
    """Arguments that say where the call keeps its copies."""
    remote: str = ""
    """Address of the git remote that the name stands for, with {name}; behind ``#`` the branches that no ref means."""
    settings: tuple[str, ...] = ()
    """Methods before the call that give it more arguments: ``.option("versionAsOf", 3).load(path)``."""
    source: str = ""
    note: str = ""
    verified: bool = True


class CommandEntry(Struct, _Embedding, frozen=True, dict=True):
    """A command line that reads something from outside. `programs` are leading words, one or more."""

    id: str
    kind: str
    host: str
    programs: tuple[str, ...]
    names: tuple[ArgSpec, ...] = ()
    pins: tuple[ArgSpec, ...] = ()
    names_id: str = ""
    local: tuple[str, ...] = ()
    absent: State = "absent"
    default_name: str | None = None
    embedded: str = ""
    unless: tuple[Condition, ...] = ()
    only: tuple[Condition, ...] = ()
    requires_name: bool = True
    url: bool = False
    checksum: tuple[str, ...] = ()
    writes: str = ""
    advice: str = ""
    grammar: str = ""
    providers: tuple[ArgSpec, ...] = ()
    local_when: tuple[Condition, ...] = ()
    name_prefixes: tuple[str, ...] = ()
    fixed_name: str = ""
    value_flags: tuple[str, ...] = ()
    source: str = ""
    note: str = ""
    verified: bool = True


class UrlEntry(Struct, frozen=True, dict=True):
    """What a URL fixes: a `grammar` judges the group `pin` of `match`; `state` holds where there is nothing to read."""

    id: str
    host: str
    kind: str
    match: str
    grammar: str = ""
    state: State | None = None
    advice: str = ""
    remote: str = ""
    """Address of the git remote that knows what the pin names, with groups of `match` in braces."""
    source: str = ""
    note: str = ""
    verified: bool = True

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The compiled `match`, to be matched in full."""
        return re.compile(self.match)


class ConfigKeyEntry(Struct, _Embedding, frozen=True, dict=True):
    """A file form that names references by keys. `marks` are the top-level keys that must all be there."""

    id: str
    kind: str
    host: str
    files: tuple[str, ...]
    route: str
    marks: tuple[str, ...] = ()
    pins: tuple[ArgSpec, ...] = ()
    names_id: str = ""
    local: tuple[str, ...] = ()
    absent: State = "absent"
    embedded: str = ""
    unless: tuple[Condition, ...] = ()
    only: tuple[Condition, ...] = ()
    url: bool = False
    checksum: tuple[str, ...] = ()
    writes: str = ""
    advice: str = ""
    grammar: str = ""
    source: str = ""
    note: str = ""
    verified: bool = True


class Module(Struct, frozen=True):
    """The name that Python imports against the name of the distribution that brings it."""

    id: str
    import_name: str
    distribution: str
    source: str = ""
    note: str = ""
    verified: bool = True


class Distribution(Struct, frozen=True):
    """What is known of installable packages. `names` are normalised; `role` is what rules select by."""

    id: str
    names: tuple[str, ...]
    role: str
    source: str = ""
    note: str = ""
    verified: bool = True


class BindingEntry(Struct, frozen=True):
    """What a call means for the flow of values. `form` is one of the set that the resolver documents."""

    id: str
    form: str
    calls: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    parse: tuple[str, ...] = ()
    parse_first: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    initialise: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    key: str = ""
    unnamed: str = ""
    stands_for: str = ""
    source: str = ""
    note: str = ""
    verified: bool = True


class LeaveOut(Struct, frozen=True):
    """Paths that are by convention not the experiment's own text. Patterns are gitignore patterns on the repo path.

    `holds`: any folder with one of these in it as well. `beside`: only next to one of these. `unless_holds`: not a
    folder with one of these in it. `larger_than`: only files of more bytes.
    """

    id: str
    reason: str
    patterns: tuple[str, ...]
    holds: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    unless_holds: tuple[str, ...] = ()
    larger_than: int = 0
    source: str = ""
    note: str = ""
    verified: bool = True
