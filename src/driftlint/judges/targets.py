"""What a mend of random streams and switches has to write.

Promises: a target is made only where one statement, argument or value settles the matter. Refuses to know: where it goes.
"""

from __future__ import annotations

from driftlint.facts import ArgumentTarget, KeywordsTarget, LiteralTarget, StatementTarget
from driftlint.flow.calls import Carry, Draw, Seed, SeedValue, Sign
from driftlint.flow.entries import Program
from driftlint.flow.steps import Event
from driftlint.judges.draws import draws_of, lacks, seeds_of
from driftlint.judges.seed_helpers import find_seed_helper
from driftlint.judges.world import World
from driftlint.late_regex import compile_late
from driftlint.packs.catalogue import Stream, Switch

SEED = 42
"""The seed that a mend writes where the repo has none of its own."""
_SEEDING = compile_late(r"[\w.]+\(SEED\)")
OPEN_SEEDS = tuple((text, str(SEED)) for text in ("None", "-1", "null", "~"))


def ask_for_seed(world: World, program: Program, stream: Stream) -> StatementTarget | None:
    """Return the statement that seeds a stream, None where it takes more than one call, or a release that the repo rules out."""
    lasting = {order for given in seeds_of(world, program).values() for order, _, _ in given}
    beside = tuple(
        event.what.place
        for order, event in enumerate(program.events)
        if isinstance(event.what, Seed) and event.what.value.state == "set" and not event.dead and not event.deferred
        if event.what.place.path == program.path and (order in lasting or event.what.covers != "after")
    )
    helper = find_seed_helper(world, program, stream.id)
    if helper is not None:
        name, imports = helper
        call = (f"{name}({{value}})",)
        return StatementTarget(program.path, program.place, call, imports, str(SEED), beside, (), _draws_early(program))
    called = stream.seed.split(".")[0]
    if not _SEEDING.fullmatch(stream.seed) or called != stream.import_line.split()[-1]:
        return None  # a method of an object, which is not there yet when the program starts
    if lacks(world, stream.release):
        return None
    return StatementTarget(
        program.path,
        program.place,
        (stream.seed.replace("SEED", "{value}"),),
        (stream.import_line,),
        str(SEED),
        beside,
        (stream.release,) if stream.release else (),
        _draws_early(program),
    )


def _draws_early(program: Program) -> bool:
    """Return whether a program draws before its main guard, here or in a process that runs its file anew."""
    return any(
        isinstance(e.what, (Draw, Carry)) and (_is_early(e) or (e.worker is not None and e.worker.worker.reimports))
        for e in program.events
    )


def _works_early(program: Program) -> bool:
    """Return whether what runs on an accelerator does so before the main guard, or in a process that runs the file anew."""
    return any(
        e.worker is not None or (isinstance(e.what, (Draw, Carry, Sign)) and _is_early(e)) for e in program.events
    )


def _is_early(event: Event) -> bool:
    return not (event.guarded or event.dead or event.deferred) and event.worker is None


def ask_for_switch(world: World, program: Program, switch: Switch | None) -> StatementTarget | None:
    """Return the statements that turn a deterministic mode on, with what it needs of the environment first.

    None while a stream is open without whose seed the program would then fail: it has to be seeded first.
    """
    if switch is None or not (switch.calls or switch.assigns) or lacks(world, switch.release):
        return None
    open_stream = switch.needs_seed if not _is_seeded(world, program, switch.needs_seed) else ""
    if open_stream and open_stream in draws_of(world, program):
        return None
    needed = [s for s in world.catalogue.switches if s.id in switch.needs and s.env]
    lines = [_set_variable(s) for s in needed]
    imports = ["import os"] if needed else []
    line = spell_switch(switch)
    imports.append(f"import {line.split('.')[0]}")
    releases = [switch.release]
    if open_stream:
        stream = world.catalogue.streams[open_stream]
        lines.append(stream.seed.replace("SEED", "{value}"))
        imports.append(stream.import_line)
        releases.append(stream.release)
    asked = tuple(release for release in releases if release)
    framework = world.catalogue.streams.get(program.framework)
    return StatementTarget(
        program.path,
        program.place,
        (*lines, line),
        tuple(imports),
        str(SEED),
        (),
        asked,
        _works_early(program),
        (framework.import_line.split()[1],) if framework is not None and framework.import_line else (),
    )


def ask_for_variable(program: Program, switch: Switch) -> StatementTarget:
    """Return the statement that gives a switch's variable its first value where the program starts."""
    line, early = _set_variable(switch), _works_early(program)
    return StatementTarget(program.path, program.place, (line,), ("import os",), str(SEED), (), (), early)


def _set_variable(switch: Switch) -> str:
    return f'os.environ.setdefault("{switch.env}", "{switch.env_values[0]}")'


def _is_seeded(world: World, program: Program, stream: str) -> bool:
    return not stream or any(not dead for _, _, dead in seeds_of(world, program).get(stream, ()))


def spell_switch(switch: Switch | None) -> str:
    """Return the line that turns a deterministic mode on."""
    if switch is None:
        return "the framework's deterministic mode"
    if switch.calls:
        return f"{switch.calls[0]}(True)" if switch.args else f"{switch.calls[0]}()"
    if switch.assigns:
        return f"{switch.assigns[0]} = True"
    return (
        f"{switch.env}={switch.env_values[0]} in the environment"
        if switch.env
        else "the framework's deterministic mode"
    )


def ask_for_argument(what: Carry, arg: str) -> ArgumentTarget | KeywordsTarget | LiteralTarget | None:
    """Return the argument that carries a fixed seed, None for one that takes more than a number and of which no pack says what.

    None also where the call may mean several things, of which one does not take the argument.
    """
    carrier = what.carrier
    if carrier.gives and what.seed is None:
        return KeywordsTarget(what.place, carrier.gives.replace("SEED", str(SEED)), carrier.defines, carrier.imports)
    if not takes_number(arg):
        first = any(spec.arg == arg and spec.pos == 0 and not spec.route for spec in carrier.args)
        return LiteralTarget(what.place, (), (), what.place, str(SEED)) if first and what.seed is None else None
    if what.seed is not None:
        return LiteralTarget(what.seed.where, OPEN_SEEDS)
    if arg not in what.common:
        return None
    return ArgumentTarget(what.place, arg, str(SEED))


def ask_for_number(what: Seed | Carry, value: SeedValue) -> LiteralTarget:
    """Return the number that has to stand where a seed is left open; a call that is given none has to take it first."""
    entry = what.seeder if isinstance(what, Seed) else what.carrier
    first = any(spec.pos == 0 and not spec.route for spec in entry.args) if entry is not None else False
    taker = what.place if first or value.where != what.place else None
    return LiteralTarget(value.where, OPEN_SEEDS, (), taker, str(SEED))


def takes_number(arg: str) -> bool:
    """Return whether an argument takes a number for a seed; others take a generator, or a state that is made of one."""
    return arg.endswith("seed") or arg == "random_state"
