"""What a program can be told on its command line, asked once a run.

Promises: one finder for all judges of a run. Refuses to know: who asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from driftlint.judges.world import World

if TYPE_CHECKING:
    from driftlint.interfaces.find import InterfaceFinder


def finder_of(world: World) -> InterfaceFinder:
    """Return the finder of interfaces of a run."""
    if "interfaces" not in world.memo:
        from driftlint.interfaces.find import InterfaceFinder  # few programs are asked

        table = world.catalogue.extra.get("interfaces")
        world.memo["interfaces"] = InterfaceFinder(world.resolver, table if isinstance(table, Mapping) else {})
    finder: InterfaceFinder = world.memo["interfaces"]
    return finder
