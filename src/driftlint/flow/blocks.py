"""Blocks that give streams back as they were: what a ``with`` statement enters.

Promises: a context manager of the repo counts where it restores a state that it kept. Refuses to know: what happens in the block.
"""

from __future__ import annotations

from driftlint.flow.calls import CallClassifier, Restore, Seed, SeedValue
from driftlint.python.ir import CALL, Expr, calls_in, statement_expressions, tail, walk
from driftlint.python.module import Scope
from driftlint.values import Function

_MAKES_A_MANAGER = "contextmanager"
"""The decorator of contextlib, and of what is named after it."""


def restored_by(classifier: CallClassifier, context: Expr, scope: Scope) -> tuple[Seed, Restore] | None:
    """Return the begin and the end of a block whose context manager, a function of the repo, gives streams back."""
    streams: set[str] = set()
    for callee in classifier.resolver.callees(context, scope):
        if isinstance(callee, Function) and any(_makes_manager(d) for d in callee.scope.decorators):
            for stmt in walk(callee.scope.body):
                for expr in statement_expressions(stmt):
                    for call in calls_in(expr):
                        for what in classifier.classify(call, callee.scope).events:
                            if isinstance(what, Seed) and what.seeder is not None and what.seeder.restores:
                                streams.update(what.streams)
    if not streams:
        return None
    place, name, given = classifier.resolver.place(scope, context), tail(context[3]), tuple(sorted(streams))
    return Seed(given, name, place, SeedValue("set", "", place), "block"), Restore(given, name, place)


def _makes_manager(decorator: Expr) -> bool:
    return tail(decorator[3] if decorator[0] == CALL else decorator).endswith(_MAKES_A_MANAGER)
