"""Ids of hosted models that a call receives which no entry knows.

Promises: a known alias or shut id that is the one value of a keyword argument of the packs' list, at a call of another
package, with medium confidence; the contexts that the packs call a label, a table or a test never count.
Refuses to know: calls of the repo's own functions (the resolver follows those to the call that asks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from driftlint.facts import Reference, Subject
from driftlint.gitignore import PatternList
from driftlint.match.models import judge_bare
from driftlint.packs.catalogue import Catalogue
from driftlint.python.ir import ATTR, CONST, NAME, Expr
from driftlint.python.module import Module
from driftlint.resolve import Resolver
from driftlint.values import Class, Function, Instance, Known

FORM = "keyword"
_STATES = ("moving", "retired")


class KeywordMatcher:
    """Finds model ids by the names of keyword arguments.

    `is_known` says whether an entry knows a qualified name, `is_own` whether a file asks servers of the user's own.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        resolver: Resolver,
        today: date,
        is_known: Callable[[str], bool],
        is_own: Callable[[str], bool],
    ) -> None:
        self.catalogue = catalogue
        self.resolver = resolver
        self.today = today
        self.is_known = is_known
        self.is_own = is_own
        table = catalogue.extra.get("model_keywords")
        keywords = table if isinstance(table, dict) else {}
        never = keywords.get("never", {})
        self._arguments = frozenset(keywords.get("arguments", ())) - frozenset(never.get("doubtful_arguments", ()))
        self._calls = frozenset(never.get("calls", ()))
        self._methods = frozenset(never.get("methods", ()))
        self._siblings = frozenset((*never.get("sibling_keys", ()), *never.get("served_arguments", ())))
        addresses = [c.arg for entry in catalogue.references for c in entry.local_when]
        addresses += [spec.arg for client in catalogue.clients for spec in client.base_url]
        self._siblings |= frozenset(filter(None, addresses))
        self._paths = PatternList(tuple(never.get("paths", ())))

    def match_module(self, module: Module) -> Iterator[Reference]:
        """Yield the references of one module."""
        if not self._arguments or self._paths.covers(module.path):
            return
        for calls in module.calls.values():
            for call in calls:
                for keyword, value in call[4]:
                    if keyword in self._arguments and value[0] in (CONST, NAME, ATTR):
                        yield from self._match(module, call, value)

    def _match(self, module: Module, call: Expr, value: Expr) -> Iterator[Reference]:
        scope = module.scope_at(call[1])
        known = self.resolver.evaluate(value, scope)
        if len(known) != 1 or not isinstance(known[0], Known) or not isinstance(known[0].value, str):
            return
        judged = judge_bare(self.catalogue, known[0].value, self.today)
        if judged is None or judged[1].state not in _STATES or not self._asks(module, call):
            return
        host, pin = judged
        yield Reference(
            Subject("model", host, known[0].value),
            pin,
            self.resolver.place(scope, call),
            known[0].where,
            FORM,
            known[0].trail,
            confidence="medium",
        )

    def _asks(self, module: Module, call: Expr) -> bool:
        """Return whether a call may ask a service: no builtin, nothing of the repo, nothing that an entry answers for."""
        if any(keyword in self._siblings for keyword, _ in call[4]):
            return False
        if self.is_own(module.path):
            return False
        names: list[str] = []
        for callee in self.resolver.callees(call, module.scope_at(call[1])):
            if isinstance(callee, (Function, Class, Instance)):
                return False
            names.extend(self.resolver.names_of(callee))
        return bool(names) and not any(
            "." not in name
            or name in self._calls
            or name.rsplit(".", 1)[-1] in self._methods
            or self.resolver.forms.form_of(name)
            or self.is_known(name)
            for name in names
        )
