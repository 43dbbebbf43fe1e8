"""Is a switch set while it can still do something?

Promises: one finding a setting, with what came before it. Refuses to know: names of switches, and whether a branch is taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.facts import Finding, Place, Rule, Subject
from driftlint.flow.calls import Control, Reading, Sign
from driftlint.flow.entries import Program
from driftlint.flow.steps import Event
from driftlint.judges.world import World, make_finding, texts
from driftlint.match.settings import set_in_files
from driftlint.packs.catalogue import Switch
from driftlint.python.ir import IF, walk
from driftlint.python.module import is_main_guard


def judge_late(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding a switch that is turned on only after the call that reads it for good.

    One that names no such call is late once its framework has trained.
    """
    says = texts(rule, "says")
    seen: set[Place] = set()
    for program in world.programs:
        if says and program.says not in says:
            continue
        for at, event in enumerate(program.events):
            what = event.what
            if not isinstance(what, Control) or what.switch.effect != "deterministic" or not _runs(event):
                continue
            if what.on is not True or what.place in seen or _is_set_before(program, at, what):
                continue
            if what.switch.env and is_set_outside(world, program, what.switch):
                continue
            read = next((e for e in program.events[:at] if _runs(e) and _comes_too_early(world, e, what)), None)
            if read is None or not isinstance(read.what, (Reading, Sign)):
                continue
            seen.add(what.place)
            name = read.what.name if isinstance(read.what, Reading) else read.what.name.rpartition(".")[2]
            done = "reads it, once" if isinstance(read.what, Reading) else "trains"
            yield make_finding(
                world,
                rule,
                Subject("switch", program.path, what.name),
                what.place,
                {
                    "name": what.name,
                    "selector": f"`{name}` at {world.spot(read.what.place)} {done}",
                    "where": world.spot(read.what.place),
                    "entry": program.path,
                },
                related=(Place(read.what.place.path, read.what.place.span, f"{name} {done}"), program.place),
                reasoning=(
                    *program.reasons,
                    f"{name} at {world.spot(read.what.place)} comes before {what.name} is set",
                    f"{what.switch.id}: {what.switch.source}",
                ),
            )


def _runs(event: Event) -> bool:
    return not (event.dead or event.off or event.deferred) and event.worker is None


def _is_set_before(program: Program, at: int, what: Control) -> bool:
    """Return whether the variable, or a switch of the same framework, was set earlier, or may have been."""
    return any(
        isinstance(e.what, Control)
        and e.what.on is not False
        and e.what.place != what.place
        and (e.what.switch.env == what.switch.env if what.switch.env else e.what.switch.stream == what.switch.stream)
        and e.what.switch.effect == "deterministic"
        for e in program.events[:at]
    )


def _comes_too_early(world: World, event: Event, control: Control) -> bool:
    """Return whether a step makes what is set later come too late: always, and not in one branch of several."""
    what, switch = event.what, control.switch
    if isinstance(what, Reading):
        if what.switch.id != switch.id:
            return False
    else:
        trains = isinstance(what, Sign) and (what.signal.says, what.signal.stream) == ("training", switch.stream)
        if not trains or switch.read_by or switch.env:
            return False
    return _is_certain(world, what.place)


def _is_certain(world: World, place: Place) -> bool:
    """Return whether what stands at a place runs whenever its function does."""
    module = world.project.module(place.path)
    scope = module.scope_at(place.span.start) if module is not None else None
    return scope is not None and not any(
        stmt[0] == IF and stmt[1] <= place.span.start < stmt[2] and not is_main_guard(stmt) for stmt in walk(scope.body)
    )


def is_set_outside(world: World, program: Program, switch: Switch) -> bool:
    """Return whether a script, an image or a CI file gives a switch's variable a value that turns it on, for a program."""
    starters = {launch.path for launch in world.project.launches_of(program.path)}
    for path, text in set_in_files(world.project, switch.env):
        on = any(wanted == text.strip() or wanted in text.split() for wanted in map(str, switch.env_values))
        if on and (path in starters or not world.project.starts_programs(path)):
            return True
    return False
