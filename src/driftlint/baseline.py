"""Findings that were there before: which of them are the same as those of now.

Promises: one finding of now is matched by one of before at most, so that a second equal one shows; moved lines and renamed
files change nothing; the file form is versioned, sorted, and the same bytes for the same findings. Refuses to know: where
the findings of before come from (a baseline file, another revision), and which disk holds the file.

Two findings are the same when rule, path and subject agree; of several equal ones in a file each counts (the ordinal).
Where there are fewer before than now, the line's text decides which of them are old. An entry whose file is no longer
there is looked for by rule and subject in other files, first where most entries of the lost file are found.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence

from msgspec import Struct

from driftlint.documents.model import Document
from driftlint.facts import BaselineUse, Finding, Report
from driftlint.report.json_format import spell_path
from driftlint.report.redact import clean

VERSION = 1
"""Version of the file's form. It changes whenever an older driftlint would read entries wrongly."""
NAME = "driftlint-baseline.json"
LIMIT = 64 * 1024 * 1024
"""Largest baseline that is read, in bytes."""
_TEXTS = ("rule", "path", "kind", "host", "name")
_KEYS = frozenset((*_TEXTS, "ordinal", "line"))


class BaselineError(Exception):
    """A baseline cannot be used; the text says which and why."""


class Entry(Struct, frozen=True, order=True):
    """One finding of before. `ordinal` counts equal ones in a file from 1, `line` is a digest of its line's text or ""."""

    path: str
    rule: str
    kind: str
    host: str
    name: str
    ordinal: int = 1
    line: str = ""

    @property
    def subject(self) -> tuple[str, str, str, str]:
        """Rule and subject: what stays when a file gets another name. A subject that is the file itself has none."""
        return self.rule, self.kind, self.host, "" if self.name == self.path else self.name


class Matches(Struct, frozen=True):
    """What `match` found: the entries of now that were there before (by index), and those of before that are gone."""

    old: frozenset[int]
    gone: tuple[Entry, ...] = ()


class Baseline(Struct, frozen=True):
    """A baseline as read. `path` is what people call it."""

    path: str
    entries: tuple[Entry, ...] = ()


def enter(findings: Iterable[Finding], lookup: Callable[[str], Document | None]) -> list[Entry]:
    """Return an entry for each finding, in the same order. Texts are redacted as in every output."""
    counts: Counter[tuple[str, ...]] = Counter()
    entries: list[Entry] = []
    for finding in findings:
        subject = finding.subject
        key = (
            spell_path(finding.place.path),
            finding.rule,
            clean(subject.kind),
            clean(subject.host),
            clean(subject.name),
        )
        counts[key] += 1
        entries.append(Entry(*key, counts[key], _digest_line(finding, lookup)))
    return entries


def _digest_line(finding: Finding, lookup: Callable[[str], Document | None]) -> str:
    document = lookup(finding.place.path)
    if document is None or not document.text:
        return ""
    line = document.lines.line_text(document.position(finding.place.span.start).line).strip()
    return hashlib.blake2b(line.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest() if line else ""


def match(now: Sequence[Entry], before: Sequence[Entry], exists: Callable[[str], bool]) -> Matches:
    """Return which entries of now were there before.

    `exists` says whether a path is still there: entries of a file that is not are looked for in other files.
    """
    old: set[int] = set()
    left: list[Entry] = []
    here: dict[tuple[str, ...], list[int]] = {}
    for index, entry in enumerate(now):
        here.setdefault((entry.path, *entry.subject), []).append(index)
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for entry in before:
        groups.setdefault((entry.path, *entry.subject), []).append(entry)
    for key, entries in groups.items():
        left.extend(_pair(entries, here.get(key, []), now, old))
    lost: dict[str, list[Entry]] = {}
    gone: list[Entry] = []
    for entry in left:
        if entry.path == "." or exists(entry.path):
            gone.append(entry)
        else:
            lost.setdefault(entry.path, []).append(entry)
    for path in sorted(lost):
        gone.extend(_follow(path, lost[path], now, old))
    return Matches(frozenset(old), tuple(sorted(gone)))


def _pair(before: Sequence[Entry], indices: Sequence[int], now: Sequence[Entry], old: set[int]) -> list[Entry]:
    """Pair equal entries, those of one text first, and return those of before that are left over."""
    free = [index for index in indices if index not in old]
    rest: list[Entry] = []
    for entry in before:
        same = next((index for index in free if entry.line and now[index].line == entry.line), None)
        if same is None:
            rest.append(entry)
        else:
            free.remove(same)
            old.add(same)
    old.update(free[: len(rest)])
    return rest[len(free) :]


def _follow(path: str, entries: list[Entry], now: Sequence[Entry], old: set[int]) -> list[Entry]:
    """Find the entries of a file that is gone under other paths, and return those that are nowhere."""
    name = path.rpartition("/")[2]
    while entries:
        wanted = Counter(entry.subject for entry in entries)
        places: dict[str, dict[tuple[str, str, str, str], list[int]]] = {}
        for index, entry in enumerate(now):
            if index not in old and entry.subject in wanted:
                places.setdefault(entry.path, {}).setdefault(entry.subject, []).append(index)
        if not places:
            return entries
        overlap = {p: sum(min(wanted[s], len(i)) for s, i in found.items()) for p, found in places.items()}
        best = min(places, key=lambda p: (-overlap[p], p.rpartition("/")[2] != name, p))
        rest = [entry for entry in entries if entry.subject not in places[best]]
        for subject, indices in places[best].items():
            rest += _pair([entry for entry in entries if entry.subject == subject], indices, now, old)
        entries = rest
    return []


def apply(
    report: Report,
    baseline: Baseline,
    lookup: Callable[[str], Document | None],
    exists: Callable[[str], bool],
    known: Container[str],
) -> None:
    """Take what a baseline holds out of a report's findings. `known` are the rules that there are, on or off."""
    matches = match(enter(report.findings, lookup), baseline.entries, exists)
    report.baselined = [finding for index, finding in enumerate(report.findings) if index in matches.old]
    report.findings = [finding for index, finding in enumerate(report.findings) if index not in matches.old]
    report.baseline = BaselineUse(baseline.path, sum(is_gone(entry, report.rules, known) for entry in matches.gone))


def is_gone(entry: Entry, ran: Container[str], known: Container[str]) -> bool:
    """Return whether an entry for which nothing was found can be dropped: its rule ran, or is no more."""
    return entry.rule in ran or entry.rule not in known


def write(entries: Iterable[Entry]) -> str:
    """Return the text of a baseline file: JSON in ASCII, sorted, a line for each entry, so that diffs are short.

    Equal entries are numbered anew.
    """
    rows = []
    counts: Counter[tuple[str, ...]] = Counter()
    for entry in sorted(entries):
        key = (entry.path, *entry.subject)
        counts[key] += 1
        row = {**{name: getattr(entry, name) for name in _TEXTS}, "ordinal": counts[key], "line": entry.line}
        rows.append("    " + json.dumps(row, ensure_ascii=True).replace("\x7f", "\\u007f"))
    body = ("\n" + ",\n".join(rows) + "\n  ") if rows else ""
    return f'{{\n  "version": {VERSION},\n  "findings": [{body}]\n}}\n'


def read(data: bytes, path: str) -> Baseline:
    """Return a baseline from its bytes. Raises BaselineError."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BaselineError(f"{path}: is not UTF-8") from error
    except RecursionError as error:
        raise BaselineError(f"{path}: is nested too deeply") from error
    except json.JSONDecodeError as error:
        merged = "; a merge left its marks: write it anew with `driftlint baseline`" if b"<<<<<<<" in data else ""
        raise BaselineError(f"{path}:{error.lineno}: is not JSON: {error.msg}{merged}") from error
    except ValueError as error:  # a number of thousands of digits
        raise BaselineError(f"{path}: is not JSON: {error}") from error
    version = content.get("version") if isinstance(content, dict) else None
    if version != VERSION:
        shown = f"has version {version}" if isinstance(version, int) else "is no baseline"
        raise BaselineError(f"{path}: {shown}; this driftlint reads version {VERSION}")
    rows = content.get("findings")
    if not isinstance(rows, list):
        raise BaselineError(f"{path}: `findings` must be a list")
    return Baseline(path, tuple(sorted(_read_entry(row, number, path) for number, row in enumerate(rows, start=1))))


def _read_entry(row: object, number: int, path: str) -> Entry:
    if not isinstance(row, dict) or not set(row) <= _KEYS:
        raise BaselineError(f"{path}: entry {number} has a form that this driftlint does not know")
    texts = [row.get(name) for name in _TEXTS]
    ordinal, line = row.get("ordinal", 1), row.get("line", "")
    if not all(isinstance(text, str) for text in texts) or not isinstance(ordinal, int) or not isinstance(line, str):
        raise BaselineError(f"{path}: entry {number} must hold {', '.join(_TEXTS)} as texts")
    rule, where, kind, host, name = map(str, texts)
    return Entry(where, rule, kind, host, name, ordinal, line)
