"""Whether the program that reads a command line or a file of settings takes one more option there.

Promises: an option that a program of the repo does not declare is told from one that it takes, and from one of which
nothing is known. Refuses to know: what is written there, and libraries' own programs (the catalogue's entries name these).
"""

from __future__ import annotations

from driftlint.facts import Reference
from driftlint.interfaces.find import InterfaceFinder
from driftlint.interfaces.model import Interface
from driftlint.judges.interface import finder_of
from driftlint.judges.world import World


def find_refusal(world: World, reference: Reference) -> str:
    """Return why a command or a config may not be given the option in which a reference is pinned, "" where it may be."""
    if reference.form == "command":
        return _of_command(world, reference)
    return _of_config(world, reference) if reference.form == "config" else ""


def _of_command(world: World, reference: Reference) -> str:
    place = (reference.place.path, reference.place.span)
    for path in world.project.launched_paths():
        for launch in world.project.launches_of(path):
            if launch.place is not None and (launch.place.path, launch.place.span) == place:
                return _refuse(finder_of(world), path, reference.pin_name)
    entry = next((entry for entry in world.catalogue.commands if entry.id == reference.entry), None)
    if entry is None or entry.verified:
        return ""
    return f"whether the program takes `{reference.pin_name}` is not known: write it by hand where it does"


def _refuse(finder: InterfaceFinder, path: str, flag: str) -> str:
    found = finder.of(path)
    if found.interface is not None and _takes(found.interface, flag):
        return ""
    known = found.interface is not None and not found.interface.open
    return (
        f"{path} takes no `{flag}`"
        if known
        else f"{path} declares no `{flag}` that was found: write it by hand if it takes it"
    )


def _of_config(world: World, reference: Reference) -> str:
    """A key beside which the pin would stand is an option of a program: one that declares the first takes the second, or not."""
    entry = next((entry for entry in world.catalogue.config_keys if entry.id == reference.entry), None)
    if entry is None or "." in entry.route or "[" in entry.route:
        return ""
    finder, without = finder_of(world), ""
    for path in sorted({program.path for program in world.programs}):
        interface = finder.of(path).interface
        if interface is None or not _takes(interface, entry.route):
            continue
        if _takes(interface, reference.pin_name):
            return ""
        without = without or path
    return f"{without} takes `{entry.route}` and declares no `{reference.pin_name}`" if without else ""


def _takes(interface: Interface, name: str) -> bool:
    """Return whether an option is declared, whichever way its words are joined."""
    wanted = _plain(name)
    return any(wanted in (_plain(option.name), *map(_plain, option.flags)) for option in interface.options) or any(
        _takes(command, name) for command in interface.commands.values()
    )


def _plain(name: str) -> str:
    return name.lstrip("-").replace("-", "_")
