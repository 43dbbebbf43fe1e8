"""References in Python calls.

Promises: one reference a name that may be used; its place is where the mend goes (the literal that decides, the pin that
is too weak, else the call); names that are local are dropped, names that are unknown are counted.
Refuses to know: severities, rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from datetime import date
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from driftlint.facts import RUNG_OF_STATE, Pin, Place, Reference, Subject
from driftlint.match.arguments import Given, given, given_inside, holds
from driftlint.match.chains import with_settings
from driftlint.match.clients import ClientMatcher
from driftlint.match.environments import GRAMMARS as _ENVIRONMENT_GRAMMARS
from driftlint.match.environments import match_environment
from driftlint.match.keywords import KeywordMatcher
from driftlint.match.method_references import bound_calls, renamed_words
from driftlint.match.models import GRAMMAR as _MODEL_GRAMMAR
from driftlint.match.models import judge_model
from driftlint.match.patterns import PatternIndex, gated_words
from driftlint.match.urls import is_url, judge_url
from driftlint.packs.catalogue import ArgSpec, Catalogue, Names, ReferenceEntry
from driftlint.project import Project
from driftlint.python.ir import NAME, Expr, argument, dotted, splats
from driftlint.python.module import Module, Scope
from driftlint.resolve import Resolver
from driftlint.resolve.conditions import asks_if_on, truth_of
from driftlint.resolve.parameters import MAX_SITES, PARAMETER, sites_of
from driftlint.values import Class, Known, Local, Outside, Text, Unknown, Value

_SERVICE_CHOICE = "the choice of the service"
"""Name of a model that neither the call nor the library names."""


class Found(Struct):
    """References of one run and the places where a name or pin could not be told."""

    references: list[Reference] = field(default_factory=list)
    unknown: list[tuple[Place, str, str]] = field(default_factory=list)
    """Place, reason, kind of subject."""

    def add(self, other: Found) -> None:
        """Take in what was found elsewhere."""
        self.references.extend(other.references)
        self.unknown.extend(other.unknown)


class ReferenceMatcher:
    """Matches the calls of modules against the catalogue's references."""

    def __init__(self, catalogue: Catalogue, project: Project, resolver: Resolver, today: date) -> None:
        self.catalogue = catalogue
        self.project = project
        self.resolver = resolver
        self._wide = Resolver(project, resolver.forms, wide=True)  # for names that hang on very many calls
        self.today = today
        self.index: PatternIndex[ReferenceEntry] = PatternIndex(
            (pattern, entry) for entry in catalogue.references for pattern in entry.calls
        )
        self._open = {
            tuple(segment for segment in pattern.split("()")[0].split(".") if "*" not in segment and segment != "?")
            for entry in catalogue.references
            for pattern in entry.calls
            if "*" in pattern.rsplit(".", 1)[-1]
        }
        self._settings = frozenset(method for entry in catalogue.references for method in entry.settings)
        self._beside = gated_words((entry.calls, entry.beside) for entry in catalogue.references)
        self._found: dict[str, tuple[Found, int]] = project.grounds.store("references")
        self.clients = ClientMatcher(catalogue, project, resolver)
        self.keywords = KeywordMatcher(
            catalogue, resolver, today, lambda name: any(self.index.find(name)), self.clients.is_own
        )

    def has_open(self, path: str) -> bool:
        """Return whether a file may call what a pattern with a wildcard end means (``pkg.sub.*``)."""
        return any(all(self.project.contains_word(path, word) for word in needed) for needed in self._open)

    def match_file(self, path: str) -> Found:
        """Return the references of one Python file."""
        return self.project.grounds.keep(self._found, path, lambda: self._match_file(path))

    def _match_file(self, path: str) -> Found:
        found = Found()
        known = self.project.outline(path)
        if known is not None and (not self.index.words.isdisjoint(known.words) or self.has_open(path)):
            module = self.project.module(path)
            if module is not None:
                self._match_module(module, found)
        return found

    def _match_module(self, module: Module, found: Found) -> None:
        every = self.has_open(module.path)
        for word in sorted(module.calls if every else self.index.words & module.calls.keys()):
            needed = self._beside.get(word)
            if needed is not None and not any(self.project.contains_word(module.path, w) for w in needed):
                continue
            for call in module.calls[word]:
                self._match_call(module, call, found)
        for call in bound_calls(module, self.resolver, self.index.words):
            self._match_call(module, call, found)
        for word in renamed_words(module, self.index.words) - self.index.words:
            for call in module.calls.get(word, ()):
                self._match_call(module, call, found)
        found.references.extend(self.keywords.match_module(module))

    def _match_call(self, module: Module, call: Expr, found: Found) -> None:
        scope = module.scope_at(call[1])
        call = with_settings(call, self._settings)
        seen: set[str] = set()
        for callee in self.resolver.callees(call, scope):
            for name in self.resolver.names_of(callee):
                exact = False
                for pattern, entry in self.index.find(name):
                    loose = pattern.startswith("?.")
                    if entry.id in seen or (loose and exact):
                        continue
                    if entry.beside and not any(self.project.contains_word(module.path, w) for w in entry.beside):
                        continue
                    exact = exact or not loose
                    seen.add(entry.id)
                    self._refer(entry, call, scope, callee, loose, found)

    def _refer(self, entry: ReferenceEntry, call: Expr, scope: Scope, callee: Value, loose: bool, found: Found) -> None:
        for matcher in self._by_site(entry, call, scope):
            if matcher._applies(entry, call, scope) and matcher._is_cut(entry, call, scope):
                matcher = copy(matcher)
                matcher.resolver = self._wide
            matcher._refer_once(entry, call, scope, callee, loose, found)

    def _applies(self, entry: ReferenceEntry, call: Expr, scope: Scope) -> bool:
        """Return whether what an entry asks of the other arguments of its calls is so."""
        barred = any(holds(self.resolver, call, scope, c) is True for c in entry.unless)
        return not barred and all(holds(self.resolver, call, scope, c) is True for c in entry.only)

    def _is_cut(self, entry: ReferenceEntry, call: Expr, scope: Scope) -> bool:
        """Return whether a name comes from a parameter of a function that is called more often than was looked at."""
        got, _ = given_inside(self.resolver, call, scope, entry.names)
        values = [v for v in (got.values if got is not None else ()) if isinstance(v, (Known, Text))]
        handed = (place for value in values for place in value.trail if place.note.startswith(PARAMETER))
        functions = (function for place in handed if (function := self._function_of(place)) is not None)
        return any(len(sites_of(self.resolver, function)) >= MAX_SITES for function in functions)

    def _function_of(self, parameter: Place) -> Scope | None:
        """Return the function that a place is a parameter of."""
        module = self.project.module(parameter.path)
        scopes = module.scopes() if module is not None else ()
        return next((s for s in scopes for p in s.params if p[4] == parameter.span.start), None)

    def _by_site(self, entry: ReferenceEntry, call: Expr, scope: Scope) -> Iterator[ReferenceMatcher]:
        """Yield matchers that each see one call of the enclosing wrapper, where it hands on both the name and the pin.

        So the name that a caller gives stays with the pin that this caller gives.
        """
        function = scope
        while function.kind == "lambda" and function.parent is not None:
            function = function.parent
        if function.kind == "function" and entry.pins and entry.names:
            handed = {param[0] for param in function.params}
            caught = {param[0] for param in function.params if param[2] == "**"}
            through = any(splat[0] == NAME and splat[3] in caught for splat in splats(call))
            if all(through or self._hands_on(call, specs, handed) for specs in (entry.names, entry.pins)):
                sites = sites_of(self.resolver, function)
                if len(sites) > 1:
                    for site in sites:
                        alone = copy(self)
                        only = (function.module.path, function.start), site
                        alone.resolver = Resolver(self.project, self.resolver.forms, only)
                        yield alone
                    return
        yield self

    @staticmethod
    def _hands_on(call: Expr, specs: tuple[ArgSpec, ...], params: set[str]) -> bool:
        for spec in specs:
            expr = argument(call, spec.arg or None, spec.pos)
            if expr is not None:
                return bool(expr[0] == NAME and expr[3] in params)
        return False

    def _refer_once(
        self, entry: ReferenceEntry, call: Expr, scope: Scope, callee: Value, loose: bool, found: Found
    ) -> None:
        use = self.resolver.place(scope, call)
        if not self._applies(entry, call, scope):
            return
        asked = self.clients.destination(entry, call, scope, callee) if entry.grammar == _MODEL_GRAMMAR else entry.host
        if asked is None:
            return
        if entry.grammar in _ENVIRONMENT_GRAMMARS:
            references, partly = match_environment(self.resolver, self.catalogue, entry, call, scope, use)
            found.references.extend(references)
            if partly:
                found.unknown.append(
                    (use, f"a {entry.kind} that is listed here is known only when the program runs", entry.kind)
                )
            return
        form = entry.form
        off = self._is_off(call, scope)
        for subject, where, trail, confidence in self._names(entry, call, scope, use, found):
            if isinstance(subject, tuple):
                subject, by_url = subject
                pin, pin_place, pin_trail = self._pin(entry, call, scope, subject)
                if pin.state != "sealed":
                    pin, pin_place, pin_trail = by_url, None, ()
            elif entry.grammar == _MODEL_GRAMMAR:
                subject, pin = self._judge_model(entry, call, scope, replace(subject, host=asked))
                pin_place, pin_trail = None, ()
                form = "default" if where == use else "call"
                if form == "default" and isinstance(callee, Class):
                    continue  # a class of the repo may set the name itself
            else:
                pin, pin_place, pin_trail = self._pin(entry, call, scope, subject)
                if entry.remote:
                    held = entry.embedded_pattern.search(subject.name) if entry.embedded_pattern is not None else None
                    bare = subject.name[: held.start()] if held is not None else subject.name
                    pin = replace(pin, remote=entry.remote.replace("{name}", bare))
            if pin.state == "unknown" and form != "default":
                found.unknown.append((use, f"the pin of {subject.kind} `{subject.name}` is not known", subject.kind))
                continue
            at_pin, late = False, where == use and confidence == "medium"
            left_out = any(place.note.startswith(PARAMETER) for place in pin_trail) and pin.selector is None
            if pin_place is not None and not left_out and RUNG_OF_STATE[pin.state] < RUNG_OF_STATE["sealed"]:
                at_pin = pin_place != where
                where, trail = pin_place, pin_trail  # the argument is there: its value is what the mend changes
            found.references.append(
                Reference(
                    subject,
                    pin,
                    use,
                    where,
                    form,
                    trail,
                    (),
                    "low" if off else "medium" if loose and confidence == "high" else confidence,
                    entry.id,
                    at_pin=at_pin,
                    late=late,
                    pin_name=entry.writes or next((spec.arg for spec in entry.pins if spec.arg), ""),
                    pin_grammar=self._grammar(entry),
                    name_grammar=entry.names_id,
                )
            )

    def _is_off(self, call: Expr, scope: Scope) -> bool:
        """Return whether a condition around the call is off by the repo's own defaults (``if pretrained:``, default False)."""
        return any(
            wanted and asks_if_on(condition) and truth_of(self.resolver, condition, scope) is False
            for condition, wanted in scope.module.guards_at(scope, call[1])
        )

    # names

    def _names(
        self, entry: ReferenceEntry, call: Expr, scope: Scope, use: Place, found: Found
    ) -> Iterator[tuple[Subject | tuple[Subject, Pin], Place, tuple[Place, ...], Literal["high", "medium", "low"]]]:
        if entry.fixed_name:
            yield Subject(entry.kind, entry.host, entry.fixed_name), use, (), "high"
            return
        got, certain = given_inside(self.resolver, call, scope, entry.names)
        if got is None:
            if certain and entry.default_name is not None:
                subject = Subject(entry.kind, entry.host, entry.default_name)
                yield subject, use, (), "high"
            elif not certain:
                found.unknown.append(
                    (use, f"the name of the {entry.kind.replace('-', ' ')} is passed on through a mapping", entry.kind)
                )
            return
        named = [value for value in got.values if isinstance(value, Known) and isinstance(value.value, str)]
        for value in named or got.values:  # what one start leaves open, another start or the default names
            yield from self._name(entry, value, got, scope, use, found)

    def _name(
        self, entry: ReferenceEntry, value: Value, got: Given, scope: Scope, use: Place, found: Found
    ) -> Iterator[tuple[Subject | tuple[Subject, Pin], Place, tuple[Place, ...], Literal["high", "medium", "low"]]]:
        if isinstance(value, Known):
            if value.value is None:
                if entry.default_name is not None:
                    trail = (value.where, *value.trail)
                    yield Subject(entry.kind, entry.host, entry.default_name), use, trail, "medium"
                return
            if not isinstance(value.value, str) or value.value in entry.local or not value.value.strip():
                return
            yield from self._text_name(entry, value.value, value)
        elif isinstance(value, Text):
            text = "".join("{…}" if part is None else part for part in value.parts)
            if value.parts[0] is None and entry.names_id:
                yield from self._late_name(entry, value, got, scope, use, found)
            elif value.parts[0]:
                yield from self._text_name(entry, text, value)
        elif isinstance(value, Unknown):
            yield from self._late_name(entry, value, got, scope, use, found)
        elif isinstance(value, Outside):
            names = self.catalogue.names.get(entry.names_id)
            if names is not None and names.symbols:
                if names.judge(value.name) == "remote":
                    yield Subject(entry.kind, entry.host, value.name), value.where, value.trail, "high"
                return
            late = Unknown("it is given by another package", value.where, value.trail, value.name.rsplit(".", 1)[-1])
            yield from self._late_name(entry, late, got, scope, use, found)
        elif not isinstance(value, Local):
            return

    def _text_name(
        self, entry: ReferenceEntry, text: str, value: Known | Text
    ) -> Iterator[tuple[Subject | tuple[Subject, Pin], Place, tuple[Place, ...], Literal["high", "medium", "low"]]]:
        if entry.name_prefixes:
            prefix = next((p for p in entry.name_prefixes if text.startswith(p)), None)
            if prefix is None:
                return
            text = text[len(prefix) :]
        if entry.url and not is_url(text):
            return
        confidence: Literal["high", "medium", "low"] = "high"
        names = self.catalogue.names.get(entry.names_id)
        if names is not None:
            verdict = names.judge(text.replace("{…}", "x"))
            if verdict in ("local", "neither") or self._stands_here(text, value.where.path):
                return
            if verdict == "doubtful" and "/" in text and self._stands_here(text.split("/")[0], value.where.path):
                return
            confidence = "low" if verdict == "doubtful" else "high"
        elif is_url(text) and not entry.url:
            return
        judged = judge_url(self.catalogue, text) if entry.url else None
        yield judged or Subject(entry.kind, entry.host, text), value.where, value.trail, confidence

    def _stands_here(self, text: str, importer: str) -> bool:
        """Return whether the name is a file or folder of the repo, seen from the root or from the program's folder."""
        if "{…}" in text or text.startswith("/"):
            return False
        folder = importer.rsplit("/", 1)[0] + "/" if "/" in importer else ""
        return self.project.exists(text) or (bool(folder) and self.project.exists(folder + text))

    def _late_name(
        self, entry: ReferenceEntry, value: Unknown | Text, got: Given, scope: Scope, use: Place, found: Found
    ) -> Iterator[tuple[Subject, Place, tuple[Place, ...], Literal["high", "medium", "low"]]]:
        """A name that is given when the program runs: reported at the call where the missing pin is the fault."""
        why = value.why if isinstance(value, Unknown) else "a part of it is known only when the program runs"
        label = self._label(value, got)
        names = self.catalogue.names.get(entry.names_id)
        if any(holds(self.resolver, got.call, scope, c) is not False for c in entry.late_unless):
            return
        if entry.requires_name or (names is not None and not self._sounds_remote(names, label)):
            found.unknown.append(
                (use, f"the name of the {entry.kind.replace('-', ' ')} is not known: {why}", entry.kind)
            )
            return
        yield Subject(entry.kind, entry.host, label or "a name given at run time"), use, value.trail, "medium"

    @staticmethod
    def _label(value: Unknown | Text, got: Given) -> str:
        text = dotted(got.expr) if got.expr is not None else None
        if text is None and isinstance(value, Unknown) and not value.name.startswith("?"):
            text = value.name
        return text or ""

    @staticmethod
    def _sounds_remote(names: Names, label: str) -> bool:
        """Return whether a variable whose value is not known is not called as people call a path of their machine."""
        return bool(label) and not names.sounds_local(label)

    # pins

    def _pin(
        self, entry: ReferenceEntry, call: Expr, scope: Scope, subject: Subject
    ) -> tuple[Pin, Place | None, tuple[Place, ...]]:
        for arg in entry.checksum:
            got, certain = given(self.resolver, call, scope, (ArgSpec(arg=arg),))
            if got is None and not certain:
                return Pin("unknown"), None, ()
            if got is not None and not all(isinstance(v, Known) and v.value is None for v in got.values):
                return Pin("sealed", advice=entry.advice), None, ()
        embedded = entry.embedded_pattern.search(subject.name) if entry.embedded_pattern is not None else None
        if embedded is not None:
            selector = embedded.group("pin")
            if "{…}" in selector and not embedded.groupdict().get("alias"):
                return Pin("unknown", advice=entry.advice), None, ()
            grammar = self.catalogue.grammars.get(self._grammar(entry))
            state = grammar.judge(selector) if grammar is not None else "tag"
            return Pin(state, selector, advice=entry.advice), None, ()
        if not entry.pins:
            if entry.absent != "absent":
                return Pin(entry.absent, advice=entry.advice), None, ()
            if entry.grammar and not entry.embedded:
                return (
                    Pin(self.catalogue.grammars[entry.grammar].judge(subject.name), subject.name, advice=entry.advice),
                    None,
                    (),
                )
            return Pin("absent" if entry.embedded or entry.checksum else "unpinnable", advice=entry.advice), None, ()
        got, certain = given_inside(self.resolver, call, scope, entry.pins)
        if got is not None:
            return self._weakest(entry, got)
        if not certain:
            return Pin("unknown", advice=entry.advice), None, ()
        return self._pin_of_environment(entry, scope) or Pin(entry.absent, advice=entry.advice), None, ()

    def _pin_of_environment(self, entry: ReferenceEntry, scope: Scope) -> Pin | None:
        """Return the weakest pin that the repo itself sets as an environment variable, None when it sets none."""
        pins = [
            Pin(self.catalogue.grammars[spec.grammar or entry.grammar].judge(text), text, advice=entry.advice)
            for spec in entry.pins
            if spec.env
            for text in self.clients.set_to(spec.env, scope.module.path)
        ]
        return min(pins, key=lambda pin: pin.rung, default=None)

    def _weakest(self, entry: ReferenceEntry, got: Given) -> tuple[Pin, Place | None, tuple[Place, ...]]:
        """Return the weakest pin that an argument may be; unknown only when nothing else is known."""
        best: tuple[Pin, Place | None, tuple[Place, ...]] | None = None
        grammar = self.catalogue.grammars.get(got.spec.grammar or entry.grammar)
        for value in got.values:
            if isinstance(value, Known):
                if value.value is None or value.value == "":
                    pin = Pin(entry.absent, advice=entry.advice)
                elif isinstance(value.value, bool):
                    continue
                else:
                    text = str(value.value)
                    pin = Pin(grammar.judge(text) if grammar is not None else "version", text, advice=entry.advice)
                if best is None or pin.rung < best[0].rung:
                    best = (pin, value.where, value.trail)
        return best if best is not None else (Pin("unknown"), None, ())

    @staticmethod
    def _grammar(entry: ReferenceEntry) -> str:
        return next((spec.grammar for spec in entry.pins if spec.grammar), entry.grammar)

    # hosted models

    def _judge_model(self, entry: ReferenceEntry, call: Expr, scope: Scope, subject: Subject) -> tuple[Subject, Pin]:
        """Return a hosted model with the provider that knows it as its host, and its pin; "" is left to the service."""
        if not subject.name:
            return replace(subject, name=_SERVICE_CHOICE), Pin("moving", None, advice=entry.advice)
        name = subject.name
        got, _ = given(self.resolver, call, scope, entry.providers)
        for value in got.values if got is not None else ():
            if isinstance(value, Known) and isinstance(value.value, str):
                name = f"{value.value}:{subject.name}"
        host, pin = judge_model(self.catalogue, subject.host, name, self.today)
        return replace(subject, host=host), replace(pin, advice=pin.advice or entry.advice)
