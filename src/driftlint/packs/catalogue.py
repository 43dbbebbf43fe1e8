"""The catalogue: everything that the loaded packs know, merged.

Promises: one place from which later stages take every class of entry. Refuses to know: how packs are stored or checked.
"""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct, field

from driftlint.packs.entries import (
    ArgSpec,
    BindingEntry,
    Case,
    CommandEntry,
    Condition,
    ConfigKeyEntry,
    Distribution,
    Grammar,
    Kind,
    LeaveOut,
    Module,
    Names,
    Page,
    ReferenceEntry,
    UrlEntry,
    find_case,
)
from driftlint.packs.services import Client, Model, ModelTable, Provider
from driftlint.packs.streams import Carrier, Entropy, Order, Seeder, SeedKey, Signal, Stream, Switch, Worker
from driftlint.packs.trackers import RecordEntry, RunStart, Tracker, Trap

__all__ = [
    "ArgSpec",
    "BindingEntry",
    "Carrier",
    "Case",
    "Catalogue",
    "Client",
    "CommandEntry",
    "Condition",
    "ConfigKeyEntry",
    "Distribution",
    "Entropy",
    "Grammar",
    "Kind",
    "LeaveOut",
    "Model",
    "ModelTable",
    "Module",
    "Names",
    "Order",
    "Page",
    "Provider",
    "RecordEntry",
    "ReferenceEntry",
    "RunStart",
    "SeedKey",
    "Seeder",
    "Signal",
    "Stream",
    "Switch",
    "Tracker",
    "Trap",
    "UrlEntry",
    "Worker",
    "find_case",
    "last_segment",
]


class Catalogue(Struct, frozen=True, dict=True):
    """All packs merged. Dictionaries are by id; tuples keep the order of files and entries, the built-in pack first."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    grammars: dict[str, Grammar] = field(default_factory=dict)
    names: dict[str, Names] = field(default_factory=dict)
    references: tuple[ReferenceEntry, ...] = ()
    commands: tuple[CommandEntry, ...] = ()
    urls: tuple[UrlEntry, ...] = ()
    config_keys: tuple[ConfigKeyEntry, ...] = ()
    providers: dict[str, Provider] = field(default_factory=dict)
    clients: tuple[Client, ...] = ()
    streams: dict[str, Stream] = field(default_factory=dict)
    seeders: tuple[Seeder, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    switches: tuple[Switch, ...] = ()
    signals: tuple[Signal, ...] = ()
    orders: tuple[Order, ...] = ()
    workers: tuple[Worker, ...] = ()
    seed_keys: tuple[SeedKey, ...] = ()
    modules: tuple[Module, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    entropies: tuple[Entropy, ...] = ()
    bindings: tuple[BindingEntry, ...] = ()
    layout: tuple[LeaveOut, ...] = ()
    trackers: dict[str, Tracker] = field(default_factory=dict)
    run_starts: tuple[RunStart, ...] = ()
    records: tuple[RecordEntry, ...] = ()
    traps: tuple[Trap, ...] = ()
    models: ModelTable = field(default_factory=ModelTable)
    extra: dict[str, object] = field(default_factory=dict)
    """Top-level tables and keys without a class of their own, merged key by key."""
    digest: str = ""
    """Hex blake2b over the contents of all pack files, in order."""

    def distributions_of(self, role: str) -> frozenset[str]:
        """Return the normalised names of the distributions with a role."""
        return frozenset(name for entry in self.distributions if entry.role == role for name in entry.names)

    @cached_property
    def trigger_words(self) -> frozenset[str]:
        """The last name segment of every pattern of calls, draws and assignments.

        A Python text without any of them has nothing that the catalogue knows.
        """
        words: set[str] = set()
        for group in (
            self.references,
            self.clients,
            self.seeders,
            self.carriers,
            self.signals,
            self.orders,
            self.workers,
        ):
            for entry in group:
                words.update(map(last_segment, entry.calls))
        for stream in self.streams.values():
            words.update(map(last_segment, stream.draws + stream.weak_draws))
        for client in self.clients:
            words.update(map(last_segment, client.assigns))
        for switch in self.switches:
            words.update(map(last_segment, switch.calls + switch.assigns))
        words.discard("")
        return frozenset(words)


def last_segment(pattern: str) -> str:
    """Return the last fixed word of a name pattern: ``a.B().c`` gives "c", ``a.random.*`` "random"."""
    for segment in reversed(pattern.split(".")):
        word = segment.removesuffix("()")
        if word and "*" not in word and word != "?":
            return word
    return ""
