"""The section's own setup: before the first program, and from the lock where there is one.

Promises: a lock is passed over only where nothing in the section uses it or may do so out of sight (an image, a script, a
Makefile). Refuses to know: whether the lock is any good.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from driftlint.facts import Place
from driftlint.judges.section.find import Written
from driftlint.judges.section.report import Fault, ReportSection
from driftlint.judges.section.starts import Start
from driftlint.judges.section.words import Words
from driftlint.judges.world import World
from driftlint.locks import Lock
from driftlint.text import Span


def judge_setup(world: World, words: Words, written: Written, section: ReportSection) -> Iterator[Fault]:
    """Yield what is wrong with the commands that set the environment up."""
    setups = [start for start in section.starts if words.setup.search(_text(written, start))]
    yield from _order(written, section, setups)
    yield from _passed_over(world, words, written, setups)


def _text(written: Written, start: Start) -> str:
    return written.document.text[start.command.span.start : start.command.span.end]


def _order(written: Written, section: ReportSection, setups: list[Start]) -> Iterator[Fault]:
    """Yield a fault where the environment is installed only after the first program has run."""
    first = next((start for start in section.starts if start.what == "program" and start.path), None)
    if first is None or not setups or setups[0].command.span.start < first.command.span.start:
        return
    place = Place(written.path, setups[0].command.span)
    earlier = Place(written.path, first.command.span, "runs before it")
    yield Fault("order", first.path, place, {"name": setups[0].text, "entry": first.path}, (earlier,))


def _passed_over(world: World, words: Words, written: Written, setups: list[Start]) -> Iterator[Fault]:
    """Yield a fault where a lock stands beside the section or above it, and the setup uses none."""
    folder = posixpath.dirname(written.path)
    above = {folder}
    while folder:
        folder = posixpath.dirname(folder)
        above.add(folder)
    locks = [
        lock
        for path, lock in sorted(world.locks.items())
        if posixpath.dirname(path) in above and lock.format in words.lock_used and not path.endswith(".py.lock")
    ]
    text = "\n".join(written.document.text[span.start : span.end] for span in written.spans)
    hidden = words.hides_setup.search(text) is not None
    if not locks or not setups or hidden or any(_is_used(lock, text, words.lock_used) for lock in locks):
        return
    if all(_is_exact(world, _text(written, start)) for start in setups):
        return
    first = next(start for start in setups if not _is_exact(world, _text(written, start)))
    lock = locks[0]
    place = Place(written.path, first.command.span)
    fields = {"name": " ".join(_text(written, first).split())[:60], "lock": lock.path}
    yield Fault("lock", lock.path, place, fields, (Place(lock.path, Span(0, 0)),))


def _is_used(lock: Lock, text: str, used: Mapping[str, re.Pattern[str]]) -> bool:
    return posixpath.basename(lock.path) in text or used[lock.format].search(text) is not None


def _is_exact(world: World, command: str) -> bool:
    """Return whether a command installs files of the repo in which every version is exact, or makes an empty environment."""
    named = [path for path in world.listed if re.search(rf"(?<![\w./-])(?:\./)?{re.escape(path)}(?![\w/-])", command)]
    rows = [r for r in world.references if r.subject.kind == "package" and r.where.path in named]
    if rows:
        return all(row.pin.state in ("version", "sealed") for row in rows)
    return re.search(r"\b(?:install|sync|update|-f|--file)\b", command) is None
