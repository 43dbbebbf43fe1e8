"""Is what a compiler or an exporter wrote still what its inputs ask for: compiled requirements files and ``pylock.toml``?

Promises: "fresh" only where a new run over the inputs, with the locked versions kept, writes the same packages; where the
platform of the compilation decides and nothing shows it, the answer is that it cannot be told.
Refuses to know: what packages that are asked for by others declare, and what an index holds.
Sources: pip-tools 7.6, uv 0.13 (``uv pip compile``, ``uv export``), pip 26.3 (``pip lock``), PEP 751.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from driftlint.late_regex import compile_late
from driftlint.locks.markers import Environment, can_hold, covers_marker, normalise_marker, same_markers, truth_table
from driftlint.locks.model import Declared, Freshness
from driftlint.locks.specifiers import PythonRange, satisfies

_NEWEST = PythonRange((3, 14))
_REFERENCE = compile_late(r"@[^@/#]*(?=#|$)")
_COMMIT = compile_late(r"@([0-9a-f]{40})(?=#|$)")


class Held(Struct, frozen=True):
    """One entry of a compiled file. `sources` are the base names of the inputs that asked for it, as its comment says.

    `shared`: packages asked for it, too, or may have. `extras` is None where the writer leaves extras out.
    """

    name: str
    version: str
    url: str = ""
    marker: str = ""
    extras: frozenset[str] | None = None
    sources: frozenset[str] = frozenset()
    shared: bool = True


class Writing(Struct, frozen=True):
    """How a file was written. `python` spans the interpreters of the compilation, `platform` is a value of sys_platform or "".

    `universal`: for all platforms at once. `markers` says how entries carry those of their requirements: not at all, word
    by word, or with the same meaning. `annotated`: comments say who asked for an entry. `reach`: every name that the inputs
    lead to, where another lock shows it.
    """

    python: PythonRange | None = None
    platform: str = ""
    universal: bool = False
    markers: str = "none"
    annotated: bool = False
    left_out: frozenset[str] = frozenset()
    reach: frozenset[str] | None = None


class Outcome(Struct):
    """What was found so far. A harmless contradiction is one of words only: what is installed stays."""

    stale: str = ""
    harmless: str = ""
    doubts: list[str] = field(default_factory=list)
    differs: set[str] = field(default_factory=set)

    def refute(self, reason: str, name: str = "", harmless: bool = False) -> None:
        """Note a contradiction."""
        if harmless:
            self.harmless = self.harmless or reason
            return
        self.stale = self.stale or reason
        self.differs |= {name} - {""}

    def settle(self, paths: tuple[str, ...]) -> Freshness:
        """Return the verdict."""
        if self.stale:
            return Freshness("stale", self.stale, paths, tuple(sorted(self.differs)))
        if self.doubts:
            return Freshness("unknown", self.doubts[0], paths)
        if self.harmless:
            return Freshness("stale", self.harmless, paths, harmless=True)
        return Freshness("fresh", f"it holds what {', '.join(paths)} asks for, and nothing that was taken away", paths)


def compare(
    declared: Iterable[Declared], limits: Iterable[Declared], held: Iterable[Held], writing: Writing, outcome: Outcome
) -> None:
    """Compare what inputs ask for, and what constraints allow, with the entries of a file."""
    items: dict[str, list[Declared]] = {}
    for item in declared:
        if item.name not in writing.left_out:
            items.setdefault(item.name, []).append(item)
    entries: dict[str, list[Held]] = {}
    for entry in held:
        entries.setdefault(entry.name, []).append(entry)
    for item in limits:
        for entry in entries.get(item.name, ()):
            if satisfies(entry.version, item.specifier) is False and not item.marker:
                outcome.refute(_outside(item, entry.version), item.name)
    if writing.universal:
        for name, group in items.items():
            _compare_everywhere(name, group, entries.get(name, []), writing, outcome)
    else:
        _compare_somewhere(items, entries, writing, outcome)
    _find_removed(items, entries, writing, outcome)


def _compare_everywhere(
    name: str, group: list[Declared], entries: list[Held], writing: Writing, outcome: Outcome
) -> None:
    """Compare the requirements of one name with a file that is for all platforms at once."""
    possible = [item for item in group if can_hold(item.marker, writing.python)]
    if possible and not entries and writing.python is None and not any(can_hold(i.marker, _NEWEST) for i in possible):
        outcome.doubts.append(f"`{name}` is asked for on older versions of Python only, which may be out of question")
    elif possible:
        _compare_group(name, possible, entries, writing, outcome)
    elif any(entry.sources for entry in entries):
        outcome.refute(f"`{name}` is held, and the marker of its requirement is never true", name)
    elif entries and not writing.annotated:
        outcome.doubts.append(f"whether `{name}` is held for its requirement or for another package cannot be told")


def _compare_group(name: str, group: list[Declared], entries: list[Held], writing: Writing, outcome: Outcome) -> None:
    """Compare the requirements of one name that apply with the entries of that name."""
    if not entries:
        outcome.refute(f"`{name}` is not in the lock", name)
        return
    for item in group:
        answers = [satisfies(entry.version, item.specifier) for entry in entries if entry.version]
        # One requirement goes for every version that is held; of several, each may go for one.
        fails = (any if len(group) == 1 else all)(answer is False for answer in answers)
        if item.origin == "index" and answers and fails:
            outcome.refute(_outside(item, ", ".join(entry.version for entry in entries)), name)
        elif item.origin == "index" and item.specifier is None:
            outcome.doubts.append(f"the range of `{name}` cannot be compared")
        _compare_address(item, entries, outcome)
    if writing.annotated:
        _compare_sources(name, group, entries, outcome)
    extras = frozenset(extra for item in group for extra in item.extras)
    for entry in entries:
        if entry.extras is None and extras:
            outcome.doubts.append(f"the lock does not say with which extras it holds `{name}`")
        elif entry.extras is not None and entry.extras != extras:
            outcome.refute(
                f"`{name}` is asked for with the extras {_list(extras)}, the lock has {_list(entry.extras)}", name
            )
    if len(group) == 1:
        _compare_marker(group[0], entries, writing, outcome)
    elif writing.markers != "none" and (any(i.marker for i in group) or any(e.marker for e in entries)):
        outcome.doubts.append(f"`{name}` stands there several times, under markers that cannot be compared")


def _compare_sources(name: str, group: list[Declared], entries: list[Held], outcome: Outcome) -> None:
    """Compare who asks for a name with what its comment says; only words differ, what is installed stays."""
    asking = frozenset(item.path.rpartition("/")[2] for item in group)
    for entry in entries:
        if not entry.sources:
            outcome.refute(f"`{name}` is asked for, and the lock holds it only because others do", name, harmless=True)
        elif entry.sources != asking:
            outcome.refute(
                f"`{name}` is asked for by {_list(asking)}, the lock says {_list(entry.sources)}", harmless=True
            )


def _compare_address(item: Declared, entries: list[Held], outcome: Outcome) -> None:
    urls = [entry.url for entry in entries]
    name = item.name
    if item.origin == "index":
        if item.specifier is not None and all(urls):
            outcome.refute(f"`{name}` is asked for from an index, the lock holds an address", name)
        return
    if not any(urls):
        outcome.refute(f"`{name}` is asked for by an address, the lock holds a release of an index", name)
    elif item.url and all(_bare(url) != _bare(item.url) for url in urls):
        outcome.refute(f"`{name}` is asked for from another address than the lock holds", name)
    elif item.origin == "vcs" and item.url not in urls:
        commit = _COMMIT.search(item.url)
        if commit is None:
            outcome.doubts.append(f"the lock does not say for which branch or tag of `{name}` its commit stood")
        elif all(commit[1] not in url for url in urls):
            outcome.refute(f"`{name}` is asked for at another commit than the lock holds", name)


def _bare(url: str) -> str:
    """Return an address without the reference and the fragment."""
    return (
        _REFERENCE.sub("", url).split("#")[0].removesuffix(".git") if "+" in url.split(":", 1)[0] else url.split("#")[0]
    )


def _compare_marker(item: Declared, entries: list[Held], writing: Writing, outcome: Outcome) -> None:
    """Compare the marker of a requirement with those of its entries; versions for different machines stand in one each."""
    reason = f"`{item.name}` is asked for under another marker than the lock holds"
    doubt = f"whether the marker of `{item.name}` is still that of the lock cannot be told"
    if writing.markers == "words":
        if any(normalise_marker(item.marker) != normalise_marker(entry.marker) for entry in entries):
            outcome.refute(reason, item.name)
    elif writing.markers == "meaning":
        held = " or ".join(f"({entry.marker})" for entry in entries) if all(e.marker for e in entries) else ""
        # What is for one interpreter carries its markers as they were asked for, true or not.
        python = writing.python if writing.universal else None
        same = same_markers(item.marker, held, python)
        if same:
            return
        # Without a known oldest Python, only what differs on the newest ones differs for sure.
        sure = _NEWEST if python is None and writing.universal else python
        differs = same_markers(item.marker, held, sure) is False
        shared = any(entry.shared for entry in entries)
        if covers_marker(held, item.marker, sure) is False or (differs and not shared):
            outcome.refute(reason, item.name)
        else:
            outcome.doubts.append(doubt)


def _compare_somewhere(
    items: Mapping[str, list[Declared]], entries: Mapping[str, list[Held]], writing: Writing, outcome: Outcome
) -> None:
    """Compare in every environment in which the file may have been compiled; they have to agree."""
    asked = [item for group in items.values() for item in group]
    shown = [e.marker for group in entries.values() for e in group if e.marker and (e.sources or not writing.annotated)]
    table = truth_table([*(item.marker for item in asked), *shown], writing.python)
    if table is None:
        outcome.doubts.append("its inputs have markers that cannot be judged")
        for name, group in items.items():
            if not any(item.marker for item in group):
                _compare_group(name, group, entries.get(name, []), writing, outcome)
        return
    cases: dict[tuple[bool, ...], Environment] = {}
    for environment, truths in table:
        possible = not writing.platform or environment["sys_platform"] == writing.platform
        if possible and all(truths[len(asked) :]):
            cases.setdefault(truths[: len(asked)], environment)
    found = []
    for truths in cases:
        one = Outcome()
        applies = {id(requirement) for requirement, true in zip(asked, truths, strict=True) if true}
        for name, group in items.items():
            active = [item for item in group if id(item) in applies]
            if active:
                _compare_group(name, active, entries.get(name, []), writing, one)
            elif any(entry.sources for entry in entries.get(name, ())):
                one.refute(f"`{name}` is held, and the marker of its requirement is false", name)
            elif name in entries and not writing.annotated:
                one.doubts.append(f"whether `{name}` is held for its requirement or for another package cannot be told")
        found.append(one)
    _join(found, outcome)


def _join(found: list[Outcome], outcome: Outcome) -> None:
    if not found:
        outcome.doubts.append("no platform fits what the lock holds")
    elif all(one.stale for one in found):
        outcome.refute(found[0].stale)
        outcome.differs |= found[0].differs
    elif any(one.stale for one in found):
        outcome.doubts.append("it depends on the platform on which it was compiled, which nothing shows")
    else:
        for one in found:
            outcome.doubts += one.doubts
            if one.harmless:
                outcome.refute(one.harmless, harmless=True)


def _find_removed(
    items: Mapping[str, list[Declared]], entries: Mapping[str, list[Held]], writing: Writing, outcome: Outcome
) -> None:
    for name, group in entries.items():
        if name in items or name in writing.left_out:
            continue
        sources = sorted(source for entry in group for source in entry.sources)
        if sources:
            reason = f"the lock holds `{name}` because {sources[0]} asked for it, and it no longer does"
            outcome.refute(reason, name, harmless=any(entry.shared for entry in group))
    if writing.annotated:
        return
    rest = sorted(set(entries) - set(items) - (writing.reach or frozenset()) - writing.left_out)
    if writing.reach is not None and rest:
        outcome.refute(f"nothing asks for `{rest[0]}`, which it holds", rest[0])
    elif rest:
        outcome.doubts.append("it holds what is declared, but cannot show what was taken away since")
    missing = sorted((writing.reach or frozenset()) - set(entries) - writing.left_out)
    if missing:
        outcome.refute(f"`{missing[0]}` is not in it, and the lock that it was made from leads there", missing[0])


def _outside(item: Declared, versions: str) -> str:
    return f"`{item.name}` {item.specifier} is asked for, the lock holds {versions}"


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def select_groups(words: tuple[str, ...], known: Mapping[str, Iterable[str]]) -> tuple[set[str], set[str]]:
    """Return the (extras, groups) that the flags of a command choose; `known` has "extras" and "groups" of the manifest."""
    extras: set[str] = set()
    groups: set[str] = set()
    for flag, value in read_flags(words):
        if flag == "--extra":
            extras.update(part for part in value.split(",") if part)
        elif flag == "--all-extras":
            extras.update(known["extras"])
        elif flag == "--group":
            groups.add(value.rpartition(":")[2])
        elif flag == "--all-groups":
            groups.update(known["groups"])
    return extras, groups


def read_flags(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield (flag, value) of a command's words; the value is the next word where none is joined by ``=``."""
    for at, word in enumerate(words):
        if word.startswith("-"):
            flag, mark, value = word.partition("=")
            yield flag, value if mark else words[at + 1] if at + 1 < len(words) else ""
