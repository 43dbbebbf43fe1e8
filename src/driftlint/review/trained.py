"""What a program that trains reads, and which options it has: what is known of the model that it makes.

Promises: rows of the inventory that stand in the files which a program reaches, and options with the default that the code writes
out; nothing is made up where either is not known. Refuses to know: what a run was started with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from driftlint.judges.interface import finder_of
from driftlint.judges.world import World
from driftlint.review.model import Item, Trained

_MOST = 400


def describe_trained(world: World, items: Iterable[Item], paths: Iterable[str]) -> Mapping[str, Trained]:
    """Return what is known of each program of some paths, by path."""
    modules = {program.path: program.modules | {program.path} for program in world.programs}
    rows = list(items)
    found: dict[str, Trained] = {}
    for path in dict.fromkeys(paths):
        reached = modules.get(path, frozenset((path,)))
        reads = [i.id for i in rows if any(p.path in reached for p in (i.reference.place, *i.reference.uses))]
        interface = finder_of(world).of(path).interface
        options = interface.options if interface is not None else ()
        parameters = ((o.name, o.default) for o in options if o.flags and o.default is not None)
        found[path] = Trained(tuple(reads), tuple(parameters)[:_MOST])
    return found
