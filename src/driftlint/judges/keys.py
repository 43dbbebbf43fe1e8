"""Is a key that says what is drawn used for one draw only?

Promises: every function of the files that a program reads is looked at once. Refuses to know: names of libraries.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftlint.facts import Finding, Place, Rule, Subject
from driftlint.flow.keys import KeyOf, find_reuses
from driftlint.judges.world import World, make_finding
from driftlint.match.arguments import given
from driftlint.match.patterns import PatternIndex
from driftlint.packs.catalogue import Stream
from driftlint.python.ir import Expr, tail
from driftlint.python.module import Scope


def judge_keys(rule: Rule, world: World) -> Iterator[Finding]:
    """Yield a finding a key that draws more than once: at its second draw, or at the one that a loop repeats."""
    draws: PatternIndex[Stream] = PatternIndex((p, s) for s in world.catalogue.streams.values() for p in s.keyed)
    key_of = _reader_of_keys(world, draws)
    seen: set[str] = set()
    for program in world.programs:
        for path in sorted(program.modules - seen):
            seen.add(path)
            module = world.project.module(path)
            if module is None or draws.words.isdisjoint(module.calls):
                continue
            for scope in module.scopes():
                if scope.kind not in ("function", "module"):
                    continue
                reuses = list(find_reuses(scope, key_of))
                for reuse in reuses:
                    more = [other for other in reuses if other.first is reuse.first]
                    if reuse is not more[0]:
                        continue  # one key that draws five times is one finding
                    at = Place(path, world.resolver.place(scope, reuse.key).span)
                    first = world.resolver.place(scope, reuse.first)
                    again = reuse.call is reuse.first
                    yield make_finding(
                        world,
                        rule,
                        Subject("stream", path, reuse.name),
                        at,
                        {
                            "name": tail(reuse.call[3]),
                            "selector": reuse.name,
                            "draw": "every turn of the loop"
                            if again
                            else f"`{tail(reuse.first[3])}` at {world.spot(first)}",
                            "entry": program.path,
                        },
                        related=(
                            *(() if again else (Place(path, first.span, "the key is used here first"),)),
                            *(
                                Place(path, world.resolver.place(scope, other.key).span, "and used here again")
                                for other in more[1:]
                            ),
                            program.place,
                        ),
                        reasoning=(
                            *program.reasons,
                            f"{reuse.name} gets no new value between the two draws",
                        ),
                    )


def _reader_of_keys(world: World, draws: PatternIndex[Stream]) -> KeyOf:
    known: dict[tuple[str, int, int], Expr | None] = {}

    def key_of(call: Expr, scope: Scope) -> Expr | None:
        if tail(call[3]) not in draws.words:
            return None
        at = (scope.module.path, call[1], call[2])
        if at not in known:
            known[at] = _key_of(call, scope)
        return known[at]

    def _key_of(call: Expr, scope: Scope) -> Expr | None:
        for callee in world.resolver.callees(call, scope):
            for name in world.resolver.names_of(callee):
                for _, stream in draws.find(name):
                    got, _ = given(world.resolver, call, scope, stream.key)
                    if got is not None and got.expr is not None:
                        return got.expr
        return None

    return key_of
