"""Reading packs: their files, checked and merged into one catalogue and one set of rules.

Promises: all faults of all packs are reported at once; a pack loaded later only takes the place of an entry or a rule
when it says so. Refuses to know: what entries mean, what a repo holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeAlias

import tomli
from msgspec import Struct, field
from msgspec.structs import replace

from driftlint.facts import Rule
from driftlint.packs.catalogue import Catalogue, ModelTable
from driftlint.packs.check import (
    build_entry,
    check_keys,
    freeze,
    identify,
    references_of,
    suggest,
)
from driftlint.packs.faults import PackError
from driftlint.packs.files import PackFile, list_pack
from driftlint.packs.format import EXTRA, RESERVED, STATES, VERSION, Table, attribute
from driftlint.packs.rulefile import parse_rule_file, toml_fault
from driftlint.packs.spans import TomlLines
from driftlint.packs.tables import TABLES

MODELS_MARK = f"# driftlint models {VERSION} "
"""How the first line of a models.tsv begins."""


Line: TypeAlias = Callable[[], int]
"""Finds a 1-based line when a message needs it; most never do."""


class _Merge(Struct):
    """What has been read so far."""

    entries: dict[str, dict[str, Any]] = field(default_factory=lambda: {name: {} for name in TABLES})
    places: dict[tuple[str, str], tuple[str, Line]] = field(default_factory=dict)
    raw: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    packs: dict[tuple[str, str], int] = field(default_factory=dict)
    mentions: list[tuple[str, Line, str, str]] = field(default_factory=list)
    rules: dict[str, Rule] = field(default_factory=dict)
    models: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    errors: list[PackError] = field(default_factory=list)
    pack: int = 0

    def fail(self, path: str, line: int, message: str) -> None:
        self.errors.append(PackError(path, line, message))

    def number(self, table: str, identity: str, item: dict[str, Any]) -> str:
        """Return a free identity in this pack for an entry without an id; the same entry twice gets the taken one."""
        found, at = identity, 1
        while self.packs.get((table, found)) == self.pack and self.raw.get((table, found)) != item:
            at += 1
            found = f"{identity} #{at}"
        self.raw[table, found] = item
        return found

    def claim(self, table: str, identity: str, path: str, line: Line, replaces: bool) -> bool:
        """Note that an entry is defined here, and return whether it may be: once, or again by a pack that says so."""
        key = (table, identity)
        earlier = self.places.get(key)
        if earlier is None or (replaces and self.packs[key] != self.pack):
            self.places[key], self.packs[key] = (path, line), self.pack
            if earlier is None and replaces:
                self.fail(path, line(), f"no pack before has a {table} `{identity}` to replace: take `replaces` out")
            return earlier is not None or not replaces
        same_pack = self.packs[key] == self.pack
        todo = (
            "give one of them another id" if same_pack else "write `replaces = true` if it shall take that one's place"
        )
        self.fail(path, line(), f"the {table} `{identity}` is already defined at {earlier[0]}:{earlier[1]()}: {todo}")
        return False


def read_packs(packs: Sequence[Path]) -> tuple[Catalogue, dict[str, Rule], tuple[PackError, ...]]:
    """Read packs in order, later ones over earlier ones, and return all that could be read with all faults.

    The rules have their sections and examples. Nothing is cached.
    """
    merge = _Merge()
    digest = blake2b(digest_size=16)
    for number, pack in enumerate(packs):
        merge.pack = number
        try:
            files = list_pack(pack)
        except OSError as error:
            merge.errors.append(PackError(str(pack), 1, f"no pack can be read here: {error.strerror or error}"))
            continue
        if not files:
            merge.fail(
                str(pack), 1, "the pack is empty: write rules to <family>/<name>.md, entries to catalogue/*.toml"
            )
        for file in files:
            try:
                raw = Path(file.path).read_bytes()
                text = raw.decode("utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                merge.errors.append(PackError(file.path, 1, f"cannot be read as UTF-8 text: {error}"))
                continue
            digest.update(f"{file.name}\0{len(raw)}\0".encode())
            digest.update(raw)
            text = text.replace("\r\n", "\n")
            if file.name.endswith(".md"):
                _read_rule(merge, file, text)
            elif file.name.endswith(".tsv"):
                _read_models(merge, file, text)
            else:
                _read_toml(merge, file, text)
    for path, line, table, identity in merge.mentions:
        if identity not in merge.entries[table] and identity not in RESERVED.get(table, ()):
            known = suggest(identity, merge.entries[table])
            merge.fail(path, line(), f"no {table} has the id `{identity}`{known}")
    return _finish(merge, digest.hexdigest()), merge.rules, tuple(sorted(set(merge.errors)))


def _finish(merge: _Merge, digest: str) -> Catalogue:
    empty = Catalogue()
    sections: dict[str, Any] = {}
    bindings = [entry for entry in merge.entries["binding"].values() if entry is not None]
    others = {name: entry.stands_for for entry in bindings if entry.stands_for for name in entry.calls}
    for name, table in TABLES.items():
        entries = {id_: _by_true_names(e, table, others) for id_, e in merge.entries[name].items() if e is not None}
        sections[table.section] = (
            entries if isinstance(getattr(empty, table.section), dict) else tuple(entries.values())
        )
    return Catalogue(**sections, models=ModelTable(tuple(merge.models)), extra=merge.extra, digest=digest)


def _by_true_names(entry: Any, table: Table, others: dict[str, str]) -> Any:
    """Return an entry whose patterns name modules by what other names of them stand for."""
    changed: dict[str, tuple[str, ...]] = {}
    if getattr(entry, "stands_for", ""):
        return entry
    for key in (name for name, key in table.keys.items() if key.form == "calls"):
        patterns = getattr(entry, attribute(key, table.keys[key]))
        for other in others:
            if any(pattern.startswith(other + ".") for pattern in patterns):
                true = (others[other] + p[len(other) :] if p.startswith(other + ".") else p for p in patterns)
                patterns = changed[attribute(key, table.keys[key])] = tuple(dict.fromkeys(true))
    return replace(entry, **changed) if changed else entry


def _read_rule(merge: _Merge, file: PackFile, text: str) -> None:
    parsed = parse_rule_file(text, file.path, file.name.rpartition("/")[0])
    merge.errors += parsed.errors
    rule = parsed.rule
    if rule is not None and merge.claim("rule", rule.name, file.path, lambda: 1, parsed.replaces):
        merge.rules[rule.name] = rule


def _read_models(merge: _Merge, file: PackFile, text: str) -> None:
    lines = text.split("\n")
    if not lines[0].startswith(MODELS_MARK):
        message = f"the first line must begin with {MODELS_MARK.strip()!r}, then the date and the sources"
        merge.errors.append(PackError(file.path, 1, message))
        return
    faults = _check_models(lines)
    merge.errors += [PackError(file.path, line, message) for line, message in faults]
    if not faults:
        merge.models.append(text)


def _check_models(lines: list[str]) -> list[tuple[int, str]]:
    faults: list[tuple[int, str]] = []
    seen: dict[tuple[str, str], int] = {}
    states = frozenset(STATES)
    for number, line in enumerate(lines, 1):
        if not line or line.startswith(("#", "id\t")):
            continue
        row = line.split("\t")
        if not 3 <= len(row) <= 6:
            faults.append(
                (number, f"has {len(row)} columns: write id, provider, state, until, pin, status with tabs between")
            )
            continue
        if row[2] not in states:
            faults.append((number, f"the state cannot be `{row[2]}`{suggest(row[2], STATES)}"))
        if len(row) > 3 and row[3] and not _is_date(row[3]):
            faults.append((number, f"`{row[3]}` is no date: write YYYY-MM-DD"))
        earlier = seen.setdefault((row[0], row[1]), number)
        if earlier != number:
            faults.append((number, f"`{row[0]}` of `{row[1]}` already stands in line {earlier}: keep one of them"))
    return faults


def _is_date(text: str) -> bool:
    year, month, day = text[:4], text[5:7], text[8:]
    shape = (
        len(text) == 10
        and text[4] == text[7] == "-"
        and (digits := year + month + day).isascii()
        and digits.isdecimal()
    )
    return shape and 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def _read_toml(merge: _Merge, file: PackFile, text: str) -> None:
    try:
        data = tomli.loads(text)
    except (ValueError, RecursionError) as error:
        merge.errors.append(PackError(file.path, *toml_fault(error, text)))
        return
    spots = _lazy_lines(text)

    def fail(line: int, message: str) -> None:
        merge.fail(file.path, line, message)

    if "version" not in data:
        fail(1, f"the file must start with `version = {VERSION}`")
    elif data["version"] != VERSION:
        fail(
            spots().line("", 0, "version"),
            f"version {data['version']} is unknown: this driftlint reads version = {VERSION}",
        )
    for name, value in data.items():
        if name == "version":
            continue
        line = _top_line(spots, name)
        if name in EXTRA:
            _merge_extra(merge, name, value, file.path, line)
        elif name not in TABLES:
            fail(line(), f"a pack has no table `{name}`{suggest(name, [*TABLES, *EXTRA])}")
        elif not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            fail(line(), f"`{name}` must be a list of tables: write [[{name}]]")
        else:
            _read_entries(merge, file.path, name, value, spots)


def _lazy_lines(text: str) -> Callable[[], TomlLines]:
    made: list[TomlLines] = []

    def spots() -> TomlLines:
        if not made:
            made.append(TomlLines(text))
        return made[0]

    return spots


def _top_line(spots: Callable[[], TomlLines], name: str) -> Line:
    def line() -> int:
        found = spots()
        return found.tables[0].keys.get(name) or found.line(name)

    return line


def _entry_line(spots: Callable[[], TomlLines], name: str, index: int, key: str, text: str) -> Line:
    """Find the line of a key of the `index`-th ``[[name]]``, in its ``[[name.key]]`` tables where there are any."""

    def line() -> int:
        found = spots()
        for child in found.nested(name, index, key):
            at = found.line_in(child, "", text)
            if not text or at != child.line:
                return at
        return found.line(name, index, key, text)

    return line


def _merge_extra(merge: _Merge, name: str, value: Any, path: str, line: Line) -> None:
    if EXTRA[name] == "text":
        if isinstance(value, dict):
            merge.fail(path, line(), f"`{name}` must be a value, not a table")
        merge.extra[name] = freeze(value)
    elif isinstance(value, dict):
        _add_lists(merge.extra.setdefault(name, {}), freeze(value))
    else:
        merge.fail(path, line(), f"`{name}` must be a table: write [{name}]")


def _add_lists(into: dict[str, Any], more: dict[str, Any]) -> None:
    """Add a table to another: lists grow, tables are merged likewise, other values take the earlier one's place."""
    for key, value in more.items():
        old = into.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            _add_lists(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            old += [item for item in value if item not in old]
        else:
            into[key] = value


def _read_entries(merge: _Merge, path: str, name: str, items: list[Any], spots: Callable[[], TomlLines]) -> None:
    table = TABLES[name]
    for index, item in enumerate(items):
        before = len(merge.errors)

        def complain(key: str, text: str, message: str, index: int = index) -> None:
            merge.fail(path, _entry_line(spots, name, index, key, text)(), message)

        check_keys(item, table.keys, table.one_of, name, complain)
        identity = identify(name, item)
        if "id" not in item:
            # Several entries for one call, each for other arguments, are as good as one: number them within a pack.
            identity = merge.number(name, identity, item)
        here = _entry_line(spots, name, index, "", "")
        if not merge.claim(name, identity, path, here, item.get("replaces") is True):
            continue
        if len(merge.errors) > before:
            # Known by its id, so that mentions of it are no second error; never looked at, since the load fails.
            merge.entries[name].setdefault(identity, None)
            continue
        merge.entries[name][identity] = build_entry(item, table, identity)
        for key, other, id_ in references_of(item, table.keys):
            merge.mentions.append((path, _entry_line(spots, name, index, key, id_), other, id_))
