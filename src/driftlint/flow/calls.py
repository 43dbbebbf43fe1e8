"""What one call means for random numbers and kernels, by the catalogue.

Promises: a call is classified once, whatever the number of programs that reach it. Refuses to know: what came before it.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from driftlint.facts import Place
from driftlint.flow.reads import is_repeated
from driftlint.match.arguments import given, given_inside, holds, meets
from driftlint.match.patterns import PatternIndex
from driftlint.packs.catalogue import (
    ArgSpec,
    Carrier,
    Catalogue,
    Condition,
    Entropy,
    Order,
    RecordEntry,
    RunStart,
    Seeder,
    Signal,
    Stream,
    Switch,
    Trap,
    Worker,
)
from driftlint.python.ir import CALL, Expr
from driftlint.python.module import Scope
from driftlint.resolve import Resolver
from driftlint.resolve.arithmetic import outside_parts
from driftlint.values import Class, Function, Instance, Known, Outside, Text, Unknown, Value

_FLOW_FORMS = ("environment", "run", "main", "commands", "instantiate", "forward")
"""Data-flow forms whose calls matter to a program even though no stream knows them."""


class SeedValue(Struct, frozen=True):
    """The value that seeds: "set" (fixed by the repo, or given by whoever runs it), "unset", "entropy"."""

    state: Literal["set", "unset", "entropy"]
    text: str
    where: Place
    trail: tuple[Place, ...] = ()
    others: tuple[SeedValue, ...] = ()
    """What else the argument may be, where this seeds nothing: several programs may call one function that seeds."""


class Draw(Struct, frozen=True):
    """A draw from a stream. `weak`: it lasts only when a model is trained. `late`: what is made here draws when it is used."""

    stream: str
    name: str
    place: Place
    weak: bool = False
    late: bool = False


class Seed(Struct, frozen=True):
    """A call that seeds streams."""

    streams: tuple[str, ...]
    name: str
    place: Place
    value: SeedValue
    covers: str = "after"
    seeder: Seeder | None = None


class Restore(Struct, frozen=True):
    """The end of a block after which streams are what they were before it."""

    streams: tuple[str, ...]
    name: str
    place: Place


class Carry(Struct, frozen=True):
    """A call that has its own seed argument and draws. `seed` None: not given."""

    carrier: Carrier
    name: str
    place: Place
    seed: SeedValue | None
    common: frozenset[str] = frozenset()
    """Seed arguments that everything takes which the call may mean."""


class Control(Struct, frozen=True):
    """A switch that is set. `on` None: its value is not known. `where` is the literal that decides."""

    switch: Switch
    name: str
    place: Place
    on: bool | None
    text: str
    where: Place
    trail: tuple[Place, ...] = ()
    mild: bool = False
    """Whether it only warns without what it needs."""


class Reading(Struct, frozen=True):
    """A call at which a framework reads a switch for good."""

    switch: Switch
    name: str
    place: Place


class Sign(Struct, frozen=True):
    """A call that says what the program does."""

    signal: Signal
    name: str
    place: Place


class Listing(Struct, frozen=True):
    """A call whose results come in no fixed order."""

    order: Order
    name: str
    place: Place


class Recorded(Struct, frozen=True):
    """A call that a tracker's entry knows by one of its name patterns: a start, something handed over, or a trap."""

    entry: RunStart | RecordEntry | Trap
    pattern: str
    name: str
    place: Place
    call: Expr
    scope: Scope

    @property
    def loose(self) -> bool:
        """Whether it is known by its last words only, whatever it is called on."""
        return self.pattern.startswith("?.")


class WorkerStart(Struct, frozen=True):
    """A call that runs a function elsewhere."""

    worker: Worker
    name: str
    place: Place


class Meaning(Struct):
    """All that one call means. `targets` are the functions and classes of the repo that it enters.

    `exposes`: it makes a command of each function that it is given, or of each of the module. `runs_main`: it is given no
    function and runs the main one of the module. `worker`: it runs what it is given elsewhere.
    """

    events: list[Draw | Seed | Restore | Carry | Control | Reading | Sign | Listing | Recorded] = field(
        default_factory=list
    )
    targets: list[Value] = field(default_factory=list)
    exposes: bool = False
    runs_main: bool = False
    worker: WorkerStart | None = None


class CallClassifier:
    """Classifies calls against streams, seeders, carriers, switches, signals and orders."""

    kind = "draws"
    """What it looks for: classifiers of one kind share what they found."""

    def __init__(self, catalogue: Catalogue, resolver: Resolver) -> None:
        self.catalogue = catalogue
        self.resolver = resolver
        self.draws: PatternIndex[tuple[Stream, bool]] = PatternIndex(
            [(p, (s, False)) for s in catalogue.streams.values() for p in s.draws]
            + [(p, (s, True)) for s in catalogue.streams.values() for p in s.weak_draws]
        )
        self.when_used = PatternIndex((p, s.id) for s in catalogue.streams.values() for p in s.when_used)
        self.quiet = PatternIndex((p, s.id) for s in catalogue.streams.values() for p in s.quiet)
        self.seeders: PatternIndex[Seeder] = PatternIndex((p, s) for s in catalogue.seeders for p in s.calls)
        self.carriers: PatternIndex[Carrier] = PatternIndex((p, c) for c in catalogue.carriers for p in c.calls)
        self.switches: PatternIndex[Switch] = PatternIndex((p, s) for s in catalogue.switches for p in s.calls)
        self.readings: PatternIndex[Switch] = PatternIndex((p, s) for s in catalogue.switches for p in s.read_by)
        self.signals: PatternIndex[Signal] = PatternIndex((p, s) for s in catalogue.signals for p in s.calls)
        self.orders: PatternIndex[Order] = PatternIndex((p, o) for o in catalogue.orders for p in o.calls)
        self.workers: PatternIndex[Worker] = PatternIndex((p, w) for w in catalogue.workers for p in w.calls)
        self.remote: dict[str, Worker] = {name: w for w in catalogue.workers for name in w.decorators}
        self.remote_methods = frozenset(method for w in catalogue.workers for method in w.methods)
        self.entropies: PatternIndex[Entropy] = PatternIndex((p, e) for e in catalogue.entropies for p in e.calls)
        indexes = (
            *(self.draws, self.seeders, self.carriers, self.switches, self.signals, self.orders),
            *(self.workers, self.readings),
        )
        forms = frozenset(name.rsplit(".", 1)[-1] for name, form in resolver.forms.calls.items() if form in _FLOW_FORMS)
        self.words = frozenset().union(*(index.words for index in indexes)) | forms
        """Last words of every pattern: a callee that ends in none of them, and in no name of the repo, means nothing."""
        self.open_words = frozenset().union(*(index.open_words for index in indexes))
        self.assigned: dict[str, Switch] = {name: s for s in catalogue.switches for name in s.assigns}
        self.displays = tuple(order for order in catalogue.orders if order.displays)
        self.environment: dict[str, list[Switch]] = {}
        for switch in catalogue.switches:
            if switch.env:
                self.environment.setdefault(switch.env, []).append(switch)
        self._grounds = resolver.grounds
        self._meanings: dict[tuple[str, int, int], tuple[Meaning, int]] = resolver.grounds.store(
            f"{self.kind} meanings"
        )

    def classify(self, call: Expr, scope: Scope) -> Meaning:
        """Return what a call means."""
        key = (scope.module.path, call[1], call[2])
        return self._grounds.keep(self._meanings, key, lambda: self._classify(call, scope))

    def _classify(self, call: Expr, scope: Scope) -> Meaning:
        self._grounds.note("facts", scope.module.path)
        meaning = Meaning()
        place = self.resolver.place(scope, call)
        taken: list[frozenset[str]] = []
        for callee in self.resolver.callees(call, scope):
            if isinstance(callee, (Function, Class, Instance)):
                meaning.targets.append(callee)
            before = len(meaning.events)
            for name in self.resolver.names_of(callee):
                self._by_name(name, call, scope, place, meaning, callee)
            found = (event for event in meaning.events[before:] if isinstance(event, Carry))
            taken.append(frozenset(spec.arg for carry in found for spec in carry.carrier.args))
        if any(taken):
            common = frozenset.intersection(*taken)
            meaning.events[:] = [replace(e, common=common) if isinstance(e, Carry) else e for e in meaning.events]
        return meaning

    def _by_name(self, name: str, call: Expr, scope: Scope, place: Place, meaning: Meaning, callee: Value) -> None:
        seeds = False
        exact = False
        for pattern, seeder in self.seeders.find(name):
            if exact and pattern.startswith(("?.", "*.")):
                continue
            exact = True
            value = self.seed_value(call, scope, place, seeder.args, seeder.unset)
            if value is None:
                if seeder.optional:
                    continue
                if seeder.covers == "block":
                    value = SeedValue("set", "", place)
                elif seeder.has_default:
                    value = self._default(seeder, place)
                else:
                    value = SeedValue("unset", "not given", place)
            seeds = True
            meaning.events.append(Seed(seeder.streams, _short(name), place, value, seeder.covers, seeder))
        groups: set[str] = set()
        known = not name.startswith("?") and self._is_known(name)
        for pattern, carrier in self.carriers.find(name):
            if known and pattern.startswith("?."):
                continue
            if carrier.group in groups or not self._all_hold(call, scope, carrier.when):
                continue
            groups.add(carrier.group)
            seed = self.seed_value(call, scope, place, carrier.args, carrier.unset)
            if carrier.has_default and (seed is None or seed.state == "unset"):
                seed = SeedValue("set", str(carrier.default), place)
            meaning.events.append(Carry(carrier, _short(name), place, seed))
        if not seeds:
            self._draw(name, call, scope, place, meaning)
        for _, switch in self.switches.find(name):
            control = self._control(switch, _short(name), call, scope, place)
            if control is not None:
                meaning.events.append(control)
        for pattern, switch in self.readings.find(name):
            meaning.events.append(Reading(switch, _short(pattern), place))
        for _, signal in self.signals.find(name):
            if meets(self.resolver, call, scope, signal.when, signal.unless):
                meaning.events.append(Sign(signal, _short(name), place))
        for _, order in self.orders.find(name):
            meaning.events.append(Listing(order, _short(name), place))
        if meaning.worker is None and isinstance(callee, Outside):
            meaning.worker = self._worker(name, call, scope, place, callee)
        form = self.resolver.forms.form_of(name) if isinstance(callee, Outside) else ""
        if form == "environment" and self.environment:
            self._environment_call(call, scope, place, meaning)
        meaning.exposes = meaning.exposes or form == "commands"
        meaning.runs_main = meaning.runs_main or (form == "main" and not call[4])

    def _worker(self, name: str, call: Expr, scope: Scope, place: Place, callee: Outside) -> WorkerStart | None:
        made = [(call, scope), (callee.call[1], callee.call[0])] if callee.call is not None else [(call, scope)]
        for _, worker in self.workers.find(name):
            maker, home = made[-1]
            if not all(holds(self.resolver, call, scope, c) is True for c in worker.when):
                continue
            if worker.repeated and not is_repeated(scope, call):
                continue
            if all(holds(self.resolver, maker, home, c) is True for c in worker.made_when) and not any(
                holds(self.resolver, at, where, c) is True for at, where in made for c in worker.unless
            ):
                return WorkerStart(worker, _short(name), place)
        return None

    def remote_of(self, scope: Scope) -> Worker | None:
        """Return what makes a function or class of the repo remote, by its decorators."""
        for decorator in scope.decorators if self.remote else ():
            callee = decorator[3] if decorator[0] == CALL else decorator
            for value in self.resolver.evaluate(callee, scope.parent or scope):
                if isinstance(value, Outside) and value.name in self.remote:
                    return self.remote[value.name]
        return None

    def _is_known(self, name: str) -> bool:
        """Return whether a draw has this very name: it is then no method of a receiver that is not known."""
        return any(not pattern.startswith("?.") for pattern, _ in self.draws.find(name))

    def _draw(self, name: str, call: Expr, scope: Scope, place: Place, meaning: Meaning) -> None:
        if next(self.quiet.find(name), None) is not None:
            return
        seen: set[str] = set()
        for _, (stream, weak) in self.draws.find(name):
            if stream.id in seen:
                continue
            spared = False
            for arg in stream.spared_by:
                got, _ = given(self.resolver, call, scope, (ArgSpec(arg=arg),))
                if got is not None and not all(isinstance(v, Known) and v.value in (None, False) for v in got.values):
                    spared = True
            if not spared:
                seen.add(stream.id)
                late = stream.id in (kept for _, kept in self.when_used.find(name))
                meaning.events.append(Draw(stream.id, _short(name), place, weak, late))

    def _all_hold(self, call: Expr, scope: Scope, conditions: tuple[Condition, ...]) -> bool:
        return all(holds(self.resolver, call, scope, condition) is True for condition in conditions)

    def seed_value(
        self, call: Expr, scope: Scope, place: Place, args: tuple[ArgSpec, ...], unset: tuple[str, ...]
    ) -> SeedValue | None:
        """Return the seed that a call is given, None when it is given none. The worst of several values counts first."""
        got, certain = given_inside(self.resolver, call, scope, args)
        if got is None:
            return None if certain else SeedValue("set", "passed on", place)
        answers = [self.judge_value(value, unset) for value in got.values]
        worst, *others = sorted(answers, key=lambda answer: ("unset", "entropy", "set").index(answer.state))
        return worst if worst.state == "set" else replace(worst, others=tuple(others))

    def judge_value(self, value: Value, unset: tuple[str, ...]) -> SeedValue:
        """Return what one value of a seed argument is worth."""
        for part in outside_parts(value):
            drawn = self._entropy(part, 0)
            if drawn is not None:
                at = part if isinstance(value, Outside) else value
                return SeedValue("entropy", f"{_short(drawn)}()", at.where, at.trail)
        if isinstance(value, Known):
            text = str(value.value)
            if value.value is None or (text in unset and not isinstance(value.value, bool)) or text.lower() in unset:
                return SeedValue("unset", text, value.where, value.trail)
            return SeedValue("set", text, value.where, value.trail)
        if isinstance(value, Unknown):
            for dropped in value.dropped:
                judged = self.judge_value(dropped, unset)
                if judged.state == "unset":
                    return judged
        return SeedValue("set", "given when the program starts", value.where, value.trail)

    def _entropy(self, value: Outside, depth: int) -> str | None:
        """Return the call of entropy that a result is, or is made from: ``int.from_bytes(os.urandom(4))``.

        What a call that seeds gives back is not made from its seed: that is told of the call itself.
        """
        name = value.name.removesuffix("()")
        if next(self.entropies.find(name), None) is not None:
            return name
        if value.call is None or depth > 3 or next(self.seeders.find(name), None) is not None:
            return None
        scope, call = value.call
        for _, argument in call[4]:
            for given_value in self.resolver.evaluate(argument, scope):
                for part in outside_parts(given_value):
                    found = self._entropy(part, depth + 1)
                    if found is not None:
                        return found
        return None

    @staticmethod
    def _default(seeder: Seeder, place: Place) -> SeedValue:
        text = str(seeder.default)
        unset = seeder.default is None or text in seeder.unset
        return SeedValue("unset" if unset else "set", text, place)

    def _control(self, switch: Switch, name: str, call: Expr, scope: Scope, place: Place) -> Control | None:
        mild = any(holds(self.resolver, call, scope, condition) is True for condition in switch.warns_when)
        if not switch.args:
            return Control(switch, name, place, True, "called", place, mild=mild)
        got, certain = given(self.resolver, call, scope, switch.args)
        if got is None:
            if not certain:
                return Control(switch, name, place, None, "", place)
            if not switch.has_default:
                return None
            on = any(switch.default == w and type(switch.default) is type(w) for w in switch.value)
            return Control(switch, name, place, on, str(switch.default), place)
        control = self.control(switch, f"{name}({got.spec.arg})", place, got.values)
        return replace(control, mild=True) if mild else control

    def control(self, switch: Switch, name: str, place: Place, values: tuple[Value, ...]) -> Control:
        """Return a switch with the value that it is set to: on when any value may turn it on by default."""
        wanted = switch.env_values if switch.env else switch.value
        best: Control | None = None
        for value in values:
            if not isinstance(value, Known):
                on = True if switch.env and _names_one(value, switch.env_values) else None
                best = best or Control(switch, name, place, on, switch.env if on else "", value.where, value.trail)
                continue
            if switch.env:
                on = any(str(value.value) == w or w in str(value.value).split() for w in map(str, wanted))
            else:
                on = any(value.value == w and type(value.value) is type(w) for w in wanted)
            found = Control(switch, name, place, on, str(value.value), value.where, value.trail)
            if best is None or best.on is None or (on and not best.on):
                best = found
        return best or Control(switch, name, place, None, "", place)

    def _environment_call(self, call: Expr, scope: Scope, place: Place, meaning: Meaning) -> None:
        """``os.environ.setdefault("NAME", "value")`` sets a switch."""
        if call[3][-1] != "setdefault":
            return
        name = self.resolver.constant(call[4][0][1], scope) if call[4] else None
        if isinstance(name, str) and len(call[4]) > 1:
            for switch in self.environment.get(name, ()):
                values = self.resolver.evaluate(call[4][1][1], scope)
                meaning.events.append(self.control(switch, name, place, values))


def _names_one(value: Value, wanted: tuple[str, ...]) -> bool:
    """Return whether a text of which only parts are known holds one of these words."""
    return isinstance(value, Text) and any(word in wanted for part in value.parts if part for word in part.split())


def _short(name: str) -> str:
    return name.replace("()", "").lstrip("?.")
