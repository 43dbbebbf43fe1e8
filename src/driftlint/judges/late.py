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
from driftlint.python.ir import IF, Expr, calls_in, statement_expressions, walk
from driftlint.python.module import Scope, is_main_guard
from driftlint.values import Class, Function

_MAX_SCOPES = 2000
_TRIED = 8
"""How many of the steps that come too early are followed: one that always runs is mostly the first."""


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
            early = [e.what for e in program.events[:at] if _runs(e) and _comes_too_early(e, what)]
            read = next((r for r in early[:_TRIED] if _always_runs(world, program, (r.place, what.place))), None)
            if not isinstance(read, (Reading, Sign)):
                continue
            seen.add(what.place)
            name = read.name if isinstance(read, Reading) else read.name.rpartition(".")[2]
            done = "reads it, once" if isinstance(read, Reading) else "trains"
            yield make_finding(
                world,
                rule,
                Subject("switch", program.path, what.name),
                what.place,
                {
                    "name": what.name,
                    "selector": f"`{name}` at {world.spot(read.place)} {done}",
                    "where": world.spot(read.place),
                    "entry": program.path,
                },
                related=(Place(read.place.path, read.place.span, f"{name} {done}"), program.place),
                reasoning=(
                    *program.reasons,
                    f"{name} at {world.spot(read.place)} comes before {what.name} is set",
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


def _comes_too_early(event: Event, control: Control) -> bool:
    """Return whether a step makes what is set later come too late."""
    what, switch = event.what, control.switch
    if isinstance(what, Reading):
        return what.switch.id == switch.id
    trains = isinstance(what, Sign) and (what.signal.says, what.signal.stream) == ("training", switch.stream)
    return trains and not (switch.read_by or switch.env)


def _always_runs(world: World, program: Program, places: tuple[Place, ...]) -> bool:
    """Return whether a program comes to all of these places whatever its conditions are."""
    homes = []
    for place in places:
        module = world.project.module(place.path)
        if module is None or not _is_certain(module.scope_at(place.span.start), place.span.start):
            return False
        homes.append(module.scope_at(place.span.start))
    modules = [world.project.module(path) for path in sorted(program.modules | {program.path})]
    pending = [module.scope for module in modules if module is not None]
    pending.extend(scope for place in (program.place, *program.main) for scope in _scopes_named(world, place))
    reached: set[tuple[str, int]] = set()
    while pending:
        scope = pending.pop()
        if (scope.module.path, scope.start) in reached or len(reached) > _MAX_SCOPES:
            continue
        reached.add((scope.module.path, scope.start))
        for stmt in walk(scope.body):
            for call in (c for expr in statement_expressions(stmt) for c in calls_in(expr)):
                if _is_certain(scope, call[1]):
                    pending.extend(_entered(world, call, scope))
    return all((home.module.path, home.start) in reached for home in homes)


def _scopes_named(world: World, place: Place) -> Iterator[Scope]:
    """Yield the functions whose name stands at a place."""
    module = world.project.module(place.path)
    for scope in module.scopes() if module is not None else ():
        if scope.kind == "function" and scope.stmt is not None and scope.stmt[1] <= place.span.start < scope.start:
            yield scope


def _entered(world: World, call: Expr, scope: Scope) -> Iterator[Scope]:
    for callee in world.resolver.callees(call, scope):
        if isinstance(callee, Function):
            yield callee.scope
        elif isinstance(callee, Class):
            yield from (inner for inner in callee.scope.inner if inner.name == "__init__")


def _is_certain(scope: Scope, offset: int) -> bool:
    """Return whether what stands at an offset of a scope runs whenever the scope does."""
    return not any(
        stmt[0] == IF and stmt[3][2] <= offset < stmt[2] and not is_main_guard(stmt) for stmt in walk(scope.body)
    )


def is_set_outside(world: World, program: Program, switch: Switch) -> bool:
    """Return whether a script, an image or a CI file gives a switch's variable a value that turns it on, for a program."""
    starters = {launch.path for launch in world.project.launches_of(program.path)}
    for path, text in set_in_files(world.project, switch.env):
        on = any(wanted == text.strip() or wanted in text.split() for wanted in map(str, switch.env_values))
        if on and (path in starters or not world.project.starts_programs(path)):
            return True
    return False
