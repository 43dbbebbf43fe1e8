"""What could make a call name another thing than the one that a pin is of.

Promises: a name that a start of the program, or a caller of the function, can give anew is told from one that is fixed where
it is written. Refuses to know: pins, and how they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from driftlint.facts import Place, Reference
from driftlint.judges.world import World
from driftlint.python.ir import Expr
from driftlint.resolve.attributes import FIELD_DEFAULT, GIVEN, OPTION_DEFAULT
from driftlint.resolve.parameters import PARAMETER
from driftlint.text import Span
from driftlint.values import Outside, Text, Unknown, Value

_KEY = "config key "


def find_call(world: World, place: Place) -> Expr | None:
    """Return the call that stands at a place."""
    module = world.project.module(place.path)
    if module is None:
        return None
    span = (place.span.start, place.span.end)
    return next((call for calls in module.calls.values() for call in calls if (call[1], call[2]) == span), None)


def find_opening(world: World, reference: Reference) -> str:
    """Return what can give a call that is to be pinned another name ("another `--model`"), "" for nothing known."""
    opening = _read_notes(world, (*reference.trail, reference.where))
    decides = (reference.where.path, reference.where.span)
    for use in (reference.place, *reference.uses):
        for values in () if opening else _names_at(world, use, decides):
            mine = [v for v in values if (v.where.path, v.where.span) == decides]
            opening = opening or next(filter(None, (_read_notes(world, (*v.trail, v.where)) for v in mine)), "")
            other = next((v for v in values if isinstance(v, (Unknown, Text, Outside))), None)
            if (
                other is not None and not opening
            ):  # the literal is one of the names that come here, and not the only one
                opening = _read_notes(world, (*other.trail, other.where)) or "another name comes to the call"
    return opening


def _names_at(world: World, use: Place, decides: tuple[str, Span]) -> Iterator[tuple[Value, ...]]:
    """Yield what each argument of a call may be, of those to which the literal at `decides` comes."""
    call, module = find_call(world, use), world.project.module(use.path)
    if call is None or module is None:
        return
    scope = module.scope_at(call[1])
    for _, expr in call[4]:
        values = tuple(world.resolver.evaluate(expr, scope))
        if any((v.where.path, v.where.span) == decides for v in values):
            yield values


def _read_notes(world: World, places: Iterable[Place]) -> str:
    for place in places:
        note = place.note
        quoted = re.search(r"`([^`]+)`", note)
        name = quoted[1] if quoted is not None else ""
        if note.startswith(PARAMETER):
            return f"the function is called with another `{name}`"
        if note.startswith(OPTION_DEFAULT):
            return f"a run is given another `{name}`"
        if note.startswith(FIELD_DEFAULT):
            return f"`{name}` is given another value"
        if note.endswith(GIVEN):
            return f"a run is given another `{name}`"
        if note.startswith(_KEY) and _is_overridden(world, note[len(_KEY) :]):
            return f"a command sets `{note[len(_KEY) :]}` to another"
    return ""


def _is_overridden(world: World, key: str) -> bool:
    """Return whether a command of the repo sets a config key, the group that it is in, or leaves its name open there."""
    for program in world.project.launched_paths():
        for launch in world.project.launches_of(program):
            given = {name.lstrip("+~") for name in launch.overrides}
            if any(key == name or key.startswith(f"{name}.") for name in given):
                return True
    return False
