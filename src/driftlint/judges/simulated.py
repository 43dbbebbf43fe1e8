"""Programs whose data is a simulated environment: what stands for the data of their runs.

Promises: asked only where a program reads no data set. Its environment stands for data when the record says which one it is (the
code that is recorded fixes it, or it is among the hyperparameters) and which release of its package ran.
Refuses to know: trackers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from driftlint.facts import Place
from driftlint.flow.entries import Program
from driftlint.judges.interface import finder_of
from driftlint.judges.world import World
from driftlint.match.arguments import given
from driftlint.packs.catalogue import ArgSpec
from driftlint.values import Known, Outside, Value

_TABLE = "recording"
_KEY = "simulation"


class Simulation(Struct, frozen=True):
    """The environments that a program makes. `fixed`: the code fixes which, no option of the program does."""

    names: tuple[str, ...]
    fixed: bool
    place: Place


def words_of(world: World) -> Mapping[str, object]:
    """Return the packs' table of simulations, empty where there is none."""
    table = world.catalogue.extra.get(_TABLE)
    said = table.get(_KEY) if isinstance(table, Mapping) else None
    return said if isinstance(said, Mapping) else {}


def find_simulation(world: World, program: Program) -> Simulation | None:
    """Return what a program simulates, None where it makes no environment or reads data too."""
    said = words_of(world)
    kinds = _texts(said, "instead_of")
    reached = program.modules | {program.path}
    if any(r.subject.kind in kinds and r.place.path in reached for r in world.references):
        return None
    found = list(_made(world, said, sorted(reached)))
    if not found:
        return None
    values = [value for _, got in found for value in got]
    names = dict.fromkeys(v.value for v in values if isinstance(v, Known) and isinstance(v.value, str))
    known = bool(values) and all(isinstance(v, Known) for v in values) and all(got for _, got in found)
    fixed = known and not any(_is_optional(world, program, value.where) for value in values if isinstance(value, Known))
    return Simulation(tuple(names), fixed, found[0][0])


def _made(world: World, said: Mapping[str, object], paths: list[str]) -> Iterator[tuple[Place, tuple[Value, ...]]]:
    """Yield where the files make an environment, and the values that name it."""
    specs = tuple(ArgSpec(arg=name, pos=0) for name in _texts(said, "arguments"))
    makers = dict.fromkeys(_texts(said, "makers"), specs)
    holders = {name: (ArgSpec(arg="env", pos=1),) for name in _texts(said, "holders")}
    asked = {**makers, **holders}
    tails = {name.rpartition(".")[2] for name in asked}
    for path in paths:
        module = world.project.module(path)
        if module is None:
            continue
        for tail in sorted(tails & module.calls.keys()):
            for call in module.calls[tail]:
                scope = module.scope_at(call[1])
                names = [v.name for v in world.resolver.callees(call, scope) if isinstance(v, Outside)]
                name = next((name for name in names if name in asked), "")
                if not name:
                    continue
                got, _ = given(world.resolver, call, scope, asked[name])
                values = got.values if got is not None else ()
                if name in holders and not any(isinstance(v, Known) and isinstance(v.value, str) for v in values):
                    continue  # it is handed an environment that another call makes
                yield world.resolver.place(scope, call), values


def _is_optional(world: World, program: Program, where: Place) -> bool:
    """Return whether a literal is the default of an option of the program."""
    interface = finder_of(world).of(program.path).interface
    line = world.line_of(where)
    return any(
        option.place.path == where.path
        and (option.place.span.start <= where.span.start < option.place.span.end or world.line_of(option.place) == line)
        for option in (interface.options if interface is not None else ())
    )


def _texts(said: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = said.get(key)
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else ()
