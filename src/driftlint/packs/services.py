"""Catalogue entries for hosted models: providers, their known ids, clients.

Promises: plain frozen data; the table of ids is split when first used. Refuses to know: the order in which a name is
looked up, and the day of the run.
"""

from __future__ import annotations

from typing import cast

from msgspec import Struct

from driftlint.facts import State
from driftlint.late_regex import compile_late
from driftlint.packs.entries import ArgSpec, Case, Condition

_DAY = compile_late(r"\b20\d\d-\d\d-\d\d\b")


class Provider(Struct, frozen=True):
    """A provider of hosted models. `prefixes` are taken off an id before `cases` judge it.

    `hosts` are its API's host names; `context` are ids that are everyday words and need more evidence than the word.
    `regions` are prefixes that choose a region; `deployments`: names are the customer's own; `inherit`: it serves other
    providers' ids, which are judged by those.
    """

    id: str
    label: str
    prefixes: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    deployments: bool = False
    inherit: bool = False
    cases: tuple[Case, ...] = ()
    source: str = ""
    note: str = ""
    verified: bool = True

    def strip(self, name: str) -> str:
        """Return a model id without the longest of the provider's prefixes that it starts with."""
        found = max((p for p in self.prefixes if name.startswith(p)), key=len, default="")
        return name[len(found) :]


class Model(Struct, frozen=True):
    """A known model id. `until` is the ISO shutdown date or "", `pin` the dated id that an alias stands for or ""."""

    id: str
    provider: str
    state: State
    until: str = ""
    pin: str = ""
    status: str = ""


class ModelTable:
    """The known model ids of all packs. The text is split on first use; rows of later packs win over earlier ones."""

    __slots__ = ("_rows", "texts")

    def __init__(self, texts: tuple[str, ...] = ()) -> None:
        self.texts = texts
        """Whole TSV texts, the built-in pack's first.

        The loader has checked them: at most six columns, known states.
        """
        self._rows: dict[str, list[str]] | None = None

    def _load(self) -> dict[str, list[str]]:
        rows: dict[str, list[str]] = {}
        for text in self.texts:
            split = [line.split("\t") for line in text.split("\n") if line and not line.startswith(("#", "id\t"))]
            own: dict[str, list[str]] = {}
            for row in split:
                own.setdefault(row[0], row)
                own[f"{row[1]}\t{row[0]}"] = row
            rows.update(own)
        return rows

    def find(self, name: str, provider: str = "") -> Model | None:
        """Return the row of a bare model id.

        With a provider, that provider's row or None; else the first row in the table.
        """
        if self._rows is None:
            self._rows = self._load()
        row = self._rows.get(f"{provider}\t{name}" if provider else name)
        return Model(row[0], row[1], cast(State, row[2]), *row[3:]) if row else None

    @property
    def day(self) -> str:
        """The ISO date in the first line of the newest table, "" when there is none."""
        heads = (_DAY.search(text.partition("\n")[0]) for text in self.texts)
        return max((found[0] for found in heads if found is not None), default="")

    def names(self) -> list[str]:
        """Return all known ids, sorted."""
        if self._rows is None:
            self._rows = self._load()
        return sorted({row[0] for row in self._rows.values()})


class Client(Struct, frozen=True):
    """A client of a model service and what makes its calls go elsewhere.

    `calls` are constructors, or a module whose functions are the methods. `base_url` is where an address is given,
    `assigns` are attributes and `env` variables that set it; with an address of `vendor_hosts` it stays the provider's
    service.
    """

    id: str
    provider: str
    calls: tuple[str, ...]
    base_url: tuple[ArgSpec, ...] = ()
    assigns: tuple[str, ...] = ()
    vendor_hosts: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    local_when: tuple[Condition, ...] = ()
    source: str = ""
    note: str = ""
    verified: bool = True
