"""What the programs of a small repo do, in order."""

from __future__ import annotations

from collections.abc import Mapping

from driftlint.flow.calls import Carry, Control, Draw, Seed
from driftlint.flow.entries import Program
from driftlint.flow.steps import Event
from driftlint.session import Session
from tests.session.small_repos import spot, start, texts


def spell(session: Session, event: Event) -> str | None:
    """Return an event as "draw numpy train.py:3", None for what is neither draw nor seed nor switch."""
    what = event.what
    at = spot(session, what.place)
    if isinstance(what, Draw):
        text = f"draw {what.stream} {at}"
    elif isinstance(what, Seed):
        text = f"seed {'+'.join(what.streams)} {what.value.state} {at}"
    elif isinstance(what, Carry):
        text = f"carry {what.name} {what.seed.state if what.seed is not None else 'nothing'} {at}"
    elif isinstance(what, Control):
        text = f"switch {what.switch.id} {what.on} {at}"
    else:
        return None
    marks = [" off" if event.off else " choice" if event.dead else "", " later" if event.deferred else ""]
    return text + "".join(marks)


def programs(files: str | Mapping[str, str]) -> tuple[Session, list[Program]]:
    """Return the programs of a small repo."""
    session = start(texts(files), rules=())
    return session, session.run().programs


def walk(files: str | Mapping[str, str]) -> list[str]:
    """Return the draws, seeds and switches of the only program of a small repo, in order."""
    session, found = programs(files)
    assert len(found) == 1, [program.path for program in found]
    return [text for event in found[0].events if (text := spell(session, event)) is not None]


def kinds(files: str | Mapping[str, str]) -> list[str]:
    """Return the programs of a small repo as "path:line kind says"."""
    session, found = programs(files)
    return [f"{spot(session, p.place)} {p.kind} {p.says}".rstrip() for p in found]
