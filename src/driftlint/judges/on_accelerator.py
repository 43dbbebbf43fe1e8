"""Is a stream seeded on machines with an accelerator only, or only on those without one?

Promises: one finding an entry point and stream. Refuses to know: which call asks for an accelerator.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from driftlint.facts import Finding, Place, Rule, Subject
from driftlint.flow.calls import Sign
from driftlint.flow.entries import Program
from driftlint.judges.draws import draws_of, seeds_of
from driftlint.judges.targets import ask_for_seed
from driftlint.judges.world import World, make_finding, texts
from driftlint.python.ir import IF, OTHER, Expr, Stmt, dotted, walk
from driftlint.python.module import Scope
from driftlint.resolve.arithmetic import outside_parts
from driftlint.resolve.conditions import truth_of

_DOES = ("training", "evaluation")


class _Answer(NamedTuple):
    """Whether there is an accelerator where a condition holds; `decides`: by default the opposite is so where it does not."""

    says: bool
    decides: bool


def judge_guarded_seeds(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding a stream whose every seed stands behind the question for an accelerator, and whose draw does not.

    Parameters: `asks`, ids of the signals that put the question; `forces`, ids of those without which a program does not
    run where the answer is no.
    """
    queries = frozenset(call for s in world.catalogue.signals if s.id in texts(rule, "asks") for call in s.calls)
    forces = texts(rule, "forces")
    told: set[tuple[str, str]] = set()
    for program in world.programs:
        if program.says not in _DOES:
            continue
        seeds = seeds_of(world, program)
        for stream, (_, place, name) in sorted(draws_of(world, program).items()):
            given = [seed for _, seed, dead in seeds.get(stream, ()) if not dead and seed.value.state == "set"]
            sides = {_side(world, seed.place, queries) for seed in given}
            if len(sides) != 1 or None in sides or _side(world, place, queries) in sides:
                continue
            there = sides.pop() is True
            if (there and _needs_one(world, program, queries, forces)) or (program.path, stream) in told:
                continue
            told.add((program.path, stream))
            entry = world.catalogue.streams[stream]
            target = ask_for_seed(world, program, entry)
            yield make_finding(
                world,
                rule,
                Subject("stream", program.path, stream),
                given[0].place,
                {
                    "name": entry.label,
                    "selector": "an accelerator is" if there else "no accelerator is",
                    "where": "without one" if there else "beside one",
                    "draw": world.spot(place),
                    "entry": program.path,
                },
                related=(Place(place.path, place.span, f"{name} draws here, on every machine"), program.place),
                reasoning=(
                    *program.reasons,
                    f"{name} draws from {stream} at {world.spot(place)}",
                    f"{given[0].name} stands behind the question for an accelerator, and nothing else seeds {stream}",
                ),
                target=replace(target, after=()) if target is not None else None,
            )


def _needs_one(world: World, program: Program, queries: frozenset[str], forces: tuple[str, ...]) -> bool:
    """Return whether a program moves to an accelerator whatever the answer is."""
    signs = (e.what for e in program.events if isinstance(e.what, Sign) and not e.off)
    return any(sign.signal.id in forces and _side(world, sign.place, queries) is None for sign in signs)


def _side(world: World, place: Place, queries: frozenset[str]) -> bool | None:
    """Return the answer of the question under which what stands at a place runs; None where none is put."""
    module = world.project.module(place.path)
    scope = module.scope_at(place.span.start) if module is not None else None
    if scope is None:
        return None
    for stmt in walk(scope.body):
        if stmt[0] != IF or not stmt[1] <= place.span.start < stmt[2]:
            continue
        answer = _answer(world, stmt[3], scope, queries)
        if answer is None:
            continue
        if _holds(stmt[4], place.span.start):
            return answer.says
        if answer.decides and _holds(stmt[5], place.span.start):
            return not answer.says
    return None


def _holds(body: tuple[Stmt, ...], offset: int) -> bool:
    return bool(body) and body[0][1] <= offset < body[-1][2]


def _answer(world: World, test: Expr, scope: Scope, queries: frozenset[str]) -> _Answer | None:
    """Return what a condition says of an accelerator where it holds, None where it says nothing."""
    if test[0] == OTHER and test[3] == "not_operator":
        inner = _answer(world, test[4][0], scope, queries)
        return inner and _Answer(not inner.says, inner.decides)
    if test[0] == OTHER and test[3] == "and":
        answers = [_answer(world, part, scope, queries) for part in test[4]]
        known = next((answer for answer in answers if answer is not None), None)
        others = [part for part, answer in zip(test[4], answers, strict=True) if answer is None]
        return known and _Answer(
            known.says, known.decides and all(truth_of(world.resolver, part, scope) is True for part in others)
        )
    home = scope
    while dotted(test) not in home.bindings and home.parent is not None:
        home = home.parent
    values = [b.payload for b in home.bindings.get(dotted(test) or "", ()) if b.kind == "value"]
    if len(values) == 1 and values[0][0] == OTHER:
        return _answer(world, values[0], home, queries)
    asked = any(
        part.name.removesuffix("()") in queries
        for value in world.resolver.evaluate(test, scope)
        for part in outside_parts(value)
    )
    return _Answer(True, True) if asked else None
