"""Catalogue entries for experiment trackers: what starts a run, and what a run then holds.

Promises: plain frozen data. Refuses to know: which program starts a run, and what a run has stored.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from driftlint.packs.entries import ArgSpec, Condition

PARTS = ("code", "data", "environment", "hyperparameters", "seeds", "metrics", "artifacts", "lineage")
"""What a run can hold, in the order in which it is shown."""


class Tracker(Struct, frozen=True):
    """A system that keeps what a run was. `partial`: it keeps a part, and no run of its own that could be found again."""

    id: str
    label: str
    partial: bool = False
    source: str = ""
    note: str = ""
    verified: bool = True


class RunStart(Struct, frozen=True):
    """What starts a run of a tracker: a call, a job that names a program in `script`, a file or a command line.

    All conditions of `only` must hold, and none of `unless`. `off_env` are variables, as ``NAME=value``, under which
    nothing is started. Of a file of `files` with the top-level keys `marks` a program is started that a text under one of
    `program_keys` names; `launchers` are leading words of a command line that names one.

    `release` is a requirement: only such releases do so. `installed` is a distribution without which nothing is started; with
    `absent` it counts as not installed where nothing names it, else that is open. `condition` says what then decides.
    """

    id: str
    tracker: str
    calls: tuple[str, ...] = ()
    only: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    off_env: tuple[str, ...] = ()
    script: tuple[ArgSpec, ...] = ()
    files: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    program_keys: tuple[str, ...] = ()
    launchers: tuple[str, ...] = ()
    release: str = ""
    installed: str = ""
    absent: bool = False
    condition: str = ""
    through: str = ""
    """The library that starts the run for the program, as people call it."""
    source: str = ""
    note: str = ""
    verified: bool = True


class RecordEntry(Struct, frozen=True):
    """How parts of a run come into a tracker's record.

    Without `calls` it is what a started run does; with `args` only when the start is given one of them. With `calls` one
    of these must be reached. `only` and `unless` are asked of the call, else of the start. `starts` are the ids of the
    starts for which it is so (none: all of the tracker), `signals` those of signals of which the program must show one,
    `declares` is a regular expression that the name of a command-line option must match in full. "never": said for
    readers, and as the place of the `remedy`.

    Of a run that a file starts, one of the keys `beside` must stand beside the text that names the program and say
    something; with `names` it must list a name that matches this expression in full, or be one of the values `every`.
    `above` are keys of which one must stand at the top of that file instead. `parameters`: what the function that the
    call decorates takes is handed over.
    """

    id: str
    tracker: str
    parts: tuple[str, ...]
    recording: Literal["automatic", "conditional", "explicit", "never"] = "explicit"
    condition: str = ""
    calls: tuple[str, ...] = ()
    args: tuple[ArgSpec, ...] = ()
    only: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    off_env: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    declares: str = ""
    beside: tuple[str, ...] = ()
    names: str = ""
    every: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    parameters: bool = False
    remedy: str = ""
    source: str = ""
    note: str = ""
    verified: bool = True


class Trap(Struct, frozen=True):
    """A call after which a record says less, or something else, than it seems to.

    It is none where the program makes one of the calls `without`. Without `calls` it is one of the runs that `starts` start.
    """

    id: str
    tracker: str
    says: str
    calls: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    only: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    without: tuple[str, ...] = ()
    voids: tuple[str, ...] = ()
    """Parts that the tracker does not record by itself after it."""
    remedy: str = ""
    source: str = ""
    note: str = ""
    verified: bool = True
