"""What a program hands to experiment trackers, in the order in which it happens.

Promises: the same walk as for draws and seeds, over the calls that the packs' tracker tables know; done only when asked for,
so that a plain check does not pay for it. Refuses to know: what a tracker makes of a call.
"""

from __future__ import annotations

from collections.abc import Iterable

from driftlint.facts import Place
from driftlint.flow.calls import CallClassifier, Meaning, Recorded
from driftlint.flow.entries import Program
from driftlint.flow.graph import FlowGraph
from driftlint.flow.steps import Event
from driftlint.late_regex import compile_late
from driftlint.match.patterns import PatternIndex
from driftlint.packs.catalogue import Catalogue, RecordEntry, RunStart, Switch, Trap
from driftlint.project import Project
from driftlint.python.ir import ATTR, CALL, DEF, ITEM, Expr, Stmt
from driftlint.python.module import Scope
from driftlint.resolve import Resolver
from driftlint.values import Instance, Unknown, Value

_ITEM_OF = compile_late(r"\?\[(.+)\]((?:\..*)?)")
"""How the resolver names what is taken from an outside object by a key: ``?[pkg.Run()].append``."""
_SET_ITEM = "__setitem__"


class RecordClassifier(CallClassifier):
    """Classifies calls against the starts, records and traps of trackers, and variables that switch them off."""

    kind = "records"

    def __init__(self, catalogue: Catalogue, resolver: Resolver) -> None:
        switches = tuple(map(_switch, sorted(off_variables(catalogue))))
        super().__init__(Catalogue(switches=switches, workers=catalogue.workers), resolver)
        entries: tuple[RunStart | RecordEntry | Trap, ...] = (
            *catalogue.run_starts,
            *catalogue.records,
            *catalogue.traps,
        )
        pairs = [(call, entry) for entry in entries for call in entry.calls]
        pairs += [(call, trap) for trap in catalogue.traps for call in trap.without]
        self.entries: PatternIndex[RunStart | RecordEntry | Trap] = PatternIndex(pairs)
        self.words |= self.entries.words
        self.open_words |= self.entries.open_words
        self.sets_items = _SET_ITEM in self.entries.words

    def _by_name(self, name: str, call: Expr, scope: Scope, place: Place, meaning: Meaning, callee: Value) -> None:
        super()._by_name(name, call, scope, place, meaning, callee)
        self.classify_name(_taken_by_key(name), call, scope, place, meaning)

    def classify_name(self, name: str, call: Expr, scope: Scope, place: Place, meaning: Meaning) -> None:
        """Note what the tables say of a call of that name."""
        exact = False
        for pattern, entry in self.entries.find(name):
            if exact and pattern.startswith("?."):
                continue
            exact = exact or not pattern.startswith("?.")
            shown = name.replace("()", "").lstrip("?.").removesuffix(f".{_SET_ITEM}")
            meaning.events.append(Recorded(entry, pattern, shown, place, call, scope))


def off_variables(catalogue: Catalogue) -> frozenset[str]:
    """Return every variable, as ``NAME=value``, that switches a start or a record off."""
    starts = {text for entry in catalogue.run_starts for text in entry.off_env}
    return frozenset(starts.union(text for entry in catalogue.records for text in entry.off_env))


def _switch(text: str) -> Switch:
    name, _, value = text.partition("=")
    return Switch(text, "", "nondeterministic", env=name, env_values=(value,))


def _taken_by_key(name: str) -> str:
    found = _ITEM_OF.fullmatch(name)
    return f"{found[1]}.__getitem__(){found[2]}" if found is not None else name


class RecordGraph(FlowGraph):
    """Bodies as steps, with what decorators and assignments to a key of a run hand over."""

    classifier: RecordClassifier

    def _block(self, scope: Scope, body: tuple[Stmt, ...], dead: int) -> None:
        for stmt in body:
            if stmt[0] == DEF:
                for decorator in stmt[5]:
                    self._decorator(scope, decorator, dead)
        super()._block(scope, body, dead)

    def _decorator(self, scope: Scope, decorator: Expr, dead: int) -> None:
        if decorator[0] == CALL:
            self._call(scope, decorator, dead)
        elif decorator[0] == ATTR and decorator[4] in self.classifier.words:
            plain = (CALL, decorator[1], decorator[2], decorator, ())
            for what in self.classifier.classify(plain, scope).events:
                self._emit("event", what, dead)

    def _assignment(self, scope: Scope, stmt: Stmt, dead: int) -> None:
        super()._assignment(scope, stmt, dead)
        target, value = stmt[3], stmt[4]
        if target[0] != ITEM or not self.classifier.sets_items:
            return
        call = (CALL, stmt[1], stmt[2], target[3], (("", target[4]), ("", value)))
        place = self.resolver.place(scope, stmt)
        meaning = Meaning()
        for base in self.resolver.evaluate(target[3], scope):
            names = self.resolver.names_of(base)
            if isinstance(base, Instance):
                names = tuple(f"{name}()" for name in self.resolver.outside_bases(base.scope))
            elif isinstance(base, Unknown):
                names = tuple(map(_taken_by_key, names))
            for name in names:
                self.classifier.classify_name(f"{name}.{_SET_ITEM}", call, scope, place, meaning)
        for what in meaning.events:
            self._emit("event", what, dead)


def follow_records(
    programs: Iterable[Program], project: Project, resolver: Resolver, catalogue: Catalogue
) -> list[tuple[Program, list[Event]]]:
    """Return each program with its events that trackers know: `Recorded`, and `Control` for their variables."""
    graph = RecordGraph(project, resolver, RecordClassifier(catalogue, resolver))
    return [(p, p.walk_again(graph).events if p.walk_again is not None else []) for p in programs]
