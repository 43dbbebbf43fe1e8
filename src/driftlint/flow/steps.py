"""What a program does, one step after the other.

Promises: plain data. Refuses to know: how the steps were found.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from driftlint.flow.calls import Carry, Control, Draw, Listing, Reading, Recorded, Restore, Seed, Sign, WorkerStart

LIVE, CHOICE, ASKED, OFF = 0, 1, 2, 3
"""How live a step is under the repo's own defaults: it runs; another choice among equals reaches it; an option of the command
line turns it on; it is switched off."""


class Event(Struct, frozen=True):
    """Something that happens in a program. `deferred`: a framework calls it, in the method of this name.

    `worker`: it happens in a worker, which this call starts. `dead`: the repo's own defaults never reach it. `off`: what guards
    it is switched off by default (``if args.noise:`` with a false default), so that it takes more than another choice among
    equals to reach it. `asked`: so it is, and by an option of the command line. `guarded`: it happens behind the main guard, and
    not when the file is only imported.
    """

    what: Draw | Seed | Restore | Carry | Control | Reading | Sign | Listing | Recorded
    dead: bool
    off: bool = False
    asked: bool = False
    deferred: str = ""
    worker: WorkerStart | None = None
    guarded: bool = False


class Op(Struct, frozen=True):
    """One step of a compiled body: an event, what is entered (a function, a class, a module), a choice of commands."""

    kind: str
    """"event", "function", "class", "later" (payload: a function or class that is used once the rest has run), "module",
    "commands", "worker" (payload: the function or class, and what starts it) or "guard" (payload: whether the main guard
    begins or ends)."""
    payload: Any
    dead: int
    home: str = ""
    """The one program that can take this step: the object that it calls is made in a file that nothing imports."""
