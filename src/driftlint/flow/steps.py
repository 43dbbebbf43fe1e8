"""What a program does, one step after the other.

Promises: plain data. Refuses to know: how the steps were found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from driftlint.flow.calls import Carry, Control, Draw, Listing, Recorded, Restore, Seed, Sign

LIVE, CHOICE, OFF = 0, 1, 2
"""How live a step is under the repo's own defaults: it runs; another choice among equals reaches it; it is switched off."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens in a program. `deferred`: a framework calls it, in the method of this name.

    `dead`: the repo's own defaults never reach it. `off`: what guards it is switched off by default (``if args.noise:``
    with a false default), so that it takes more than another choice among equals to reach it.
    """

    what: Draw | Seed | Restore | Carry | Control | Sign | Listing | Recorded
    dead: bool
    off: bool = False
    deferred: str = ""


@dataclass(frozen=True, slots=True)
class Op:
    """One step of a compiled body: an event, a function or class that is entered, a module that is imported."""

    kind: str
    """"event", "function", "class" or "module"."""
    payload: Any
    dead: int
