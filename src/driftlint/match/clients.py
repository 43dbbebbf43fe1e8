"""Where a call to a model service goes.

Promises: an address that is not a known provider's makes the id a label of that server, an address that cannot be told
does so too; only an environment variable that the repo does not set counts as the vendor's own address.
Refuses to know: which clients, variables and hosts exist, and what an id means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from driftlint.match.arguments import given, holds
from driftlint.match.models import ANY
from driftlint.match.patterns import PatternIndex
from driftlint.match.settings import set_in_files
from driftlint.packs.catalogue import ArgSpec, Catalogue, Client, ReferenceEntry
from driftlint.project import Project
from driftlint.python.ir import Expr, dotted
from driftlint.python.module import Binding, Scope
from driftlint.resolve import Resolver
from driftlint.values import Known, Outside, Text, Unknown, Value

_OWN = ""
"""Stands for a server of the user's own among providers."""


class ClientMatcher:
    """Says which provider the calls of a run ask."""

    def __init__(self, catalogue: Catalogue, project: Project, resolver: Resolver) -> None:
        self.catalogue = catalogue
        self.project = project
        self.resolver = resolver
        self._by_call = PatternIndex((pattern, c) for c in catalogue.clients for pattern in c.calls)
        self._grounds = project.grounds
        self._built: dict[str, tuple[tuple[tuple[str, str | None], ...], int]]
        self._built = self._grounds.store("built clients")
        self._attributes: dict[str, tuple[tuple[tuple[Scope, Value, bool], ...], int]]
        self._attributes = self._grounds.store("attributes of clients")
        self._variables: dict[str, tuple[tuple[tuple[Scope | None, str], ...], int]]
        self._variables = self._grounds.store("variables of clients")

    def destination(self, entry: ReferenceEntry, call: Expr, scope: Scope, callee: Value) -> str | None:
        """Return the provider that a call of `entry` asks, `ANY` where several may be.

        None: the call goes to a server of the user's own, or the address cannot be told.
        """
        path = scope.module.path
        asked: set[str] = set()
        for condition in entry.local_when:
            if holds(self.resolver, call, scope, condition) is not True:
                continue
            got, _ = given(self.resolver, call, scope, (ArgSpec(arg=condition.arg, pos=condition.pos),))
            if condition.values or condition.above is not None or got is None:
                return None
            asked |= self._providers(got.values, entry.host, (), path)
        client, made = self._client(callee)
        if client is not None and not asked:
            return self._asked_by(client, made, scope)
        asked = asked or self._set_elsewhere(entry.host, None, scope)
        if not asked and not isinstance(callee, Outside) and self.is_own(path):
            return None
        return _one_of(asked, entry.host)

    def is_own(self, path: str) -> bool:
        """Return whether all clients that a file builds (the repo, if it builds none) ask servers or deployments of one's own.

        A receiver that is not known is taken for one of these.
        """
        built = self._grounds.keep(self._built, "", lambda: tuple(self._find_built()))
        near = {asked for where, asked in built if where == path} or {asked for _, asked in built}
        providers = self.catalogue.providers
        return bool(near) and all(
            asked is None or (asked in providers and providers[asked].deployments) for asked in near
        )

    def _find_built(self) -> Iterator[tuple[str, str | None]]:
        """Yield path and provider (None: a server of one's own) of every client that the repo builds."""
        for word in sorted(self._by_call.words):
            for module, call in self.project.calls_of(word):
                scope = module.scope_at(call[1])
                for callee in self.resolver.callees(call, scope):
                    for name in self.resolver.names_of(callee):
                        for _, client in self._by_call.find(name):
                            yield module.path, self._asked_by(client, (scope, call), scope)

    def _asked_by(self, client: Client, made: tuple[Scope, Expr] | None, use: Scope) -> str | None:
        """Return the provider that a client asks; `made` is the call that made it, None for a module."""
        asked: set[str] = set()
        if made is not None:
            where, constructor = made
            if any(holds(self.resolver, constructor, where, c) is True for c in client.local_when):
                return None
            got, certain = given(self.resolver, constructor, where, client.base_url)
            if got is not None:
                asked = self._providers(got.values, client.provider, client.vendor_hosts, use.module.path)
            elif not certain and client.base_url:
                return None
        return _one_of(asked or self._set_elsewhere(client.provider, client, use), client.provider)

    def _client(self, callee: Value) -> tuple[Client | None, tuple[Scope, Expr] | None]:
        """Return the client that a method hangs on and the call that made it; a module can be a client."""
        if not isinstance(callee, Outside):
            return None, None
        if "()" in callee.name:
            maker = callee.name.split("()", 1)[0]
            return next((c for _, c in self._by_call.find(maker)), None), callee.call
        name = callee.name
        while "." in name:
            name = name.rsplit(".", 1)[0]
            for _, client in self._by_call.find(name):
                return client, None
        return None, None

    def _set_elsewhere(self, provider: str, client: Client | None, use: Scope) -> set[str]:
        """Return where calls of a scope go by what the repo assigns to attributes of modules and to variables."""
        asked: set[str] = set()
        path = use.module.path
        for other in self.catalogue.clients:
            if other.provider != provider:
                continue
            if client is None or other is client:
                for target in other.assigns:
                    asked |= self._providers(self._assigned(target, use), provider, other.vendor_hosts, path)
            for variable in other.env:
                texts = self.set_to(variable, path)
                asked.update(self._provider(text, provider, other.vendor_hosts) for text in texts)
        return asked

    # addresses

    def _providers(self, values: Iterable[Value], vendor: str, vendor_hosts: tuple[str, ...], path: str) -> set[str]:
        """Return the providers that an address may be, `_OWN` among them where it may be anything else."""
        asked: set[str] = set()
        for value in values:
            if isinstance(value, Unknown) and _is_environment(value):
                texts: Iterable[str] = self.set_to(value.name, path) if value.name else ()
            else:
                texts = _texts(value)
            asked.update(self._provider(text, vendor, vendor_hosts) for text in texts)
        return asked

    def _provider(self, address: str, vendor: str, vendor_hosts: tuple[str, ...]) -> str:
        host = _host_of(address)
        if any(host == known or host.endswith("." + known) for known in vendor_hosts):
            return vendor
        for provider in self.catalogue.providers.values():
            if any(fnmatchcase(host, pattern) for pattern in provider.hosts):
                return provider.id
        return _OWN

    # settings of the whole repo: what a module does when it is imported holds everywhere, what a function does only
    # in its own file, and only in the function itself if it asks as well

    def _assigned(self, target: str, use: Scope) -> Iterator[Value]:
        """Yield what is assigned, without a condition, to an attribute of an outside module where a file counts it."""
        for scope, value, asks in self._grounds.keep(
            self._attributes, target, lambda: tuple(self._find_assigned(target))
        ):
            if scope.parent is None or scope is use or (scope.module is use.module and not asks):
                yield value

    def _find_assigned(self, target: str) -> Iterator[tuple[Scope, Value, bool]]:
        base, _, last = target.rpartition(".")
        for scope, holder, binding in self._bindings(last, f".{last}"):
            if any(
                isinstance(v, Outside) and v.name == base for v in self.resolver.lookup(holder, scope, binding.offset)
            ):
                for value in self.resolver.evaluate(binding.payload, scope):
                    yield scope, value, _asks_itself(scope, holder)

    def set_to(self, variable: str, path: str) -> Iterator[str]:
        """Yield the texts to which the repo sets an environment variable; what a run gives is left out."""
        for setter, text in self._grounds.keep(self._variables, variable, lambda: tuple(self._find_set(variable))):
            if setter is None or setter.parent is None or setter.module.path == path:
                yield text

    def _find_set(self, variable: str) -> Iterator[tuple[Scope | None, str]]:
        holders = {name.rsplit(".", 1)[-1] for name in self.resolver.forms.group("environment.items")}
        found: list[tuple[Scope | None, str]] = [
            (scope, text)
            for scope, holder, binding in self._bindings(variable, f"[{variable!r}]")
            if holder.rsplit(".", 1)[-1] in holders
            for value in self.resolver.evaluate(binding.payload, scope)
            for text in _texts(value)
        ]
        found.extend((None, text) for _, text in set_in_files(self.project, variable))
        return ((s, text) for s, text in found if text.strip() and "${{" not in text)

    def _bindings(self, word: str, ending: str) -> Iterator[tuple[Scope, str, Binding]]:
        """Yield the unconditional values of targets with an ending: scope, the target without it, binding."""
        for module in self.project.modules_with(word):
            for scope in module.scopes():
                for name, bindings in scope.bindings.items():
                    if name.endswith(ending):
                        for binding in bindings:
                            if binding.kind == "value" and not binding.guards:
                                yield scope, name[: -len(ending)], binding


def _one_of(asked: set[str], usual: str) -> str | None:
    """Return the provider of a call that may ask these, `usual` where none is known, None for a user's own server."""
    if not asked:
        return usual
    others = asked - {usual}
    if _OWN in others and asked == {_OWN}:
        return None
    others.discard(_OWN)
    return usual if not others or usual in asked else others.pop() if len(others) == 1 else ANY


def _asks_itself(scope: Scope, holder: str) -> bool:
    """Return whether a function calls what hangs on the module whose attribute it sets."""
    return any(
        scope.start <= call[1] < scope.end and (dotted(call[3]) or "").startswith(f"{holder}.")
        for calls in scope.module.calls.values()
        for call in calls
    )


def _is_environment(value: Unknown) -> bool:
    """Return whether an environment variable without a default gives a value; `name` is the variable's."""
    return "environment" in value.why


def _texts(value: Value) -> Iterator[str]:
    """Yield the text of a value, a NUL for a part or a whole that is not known."""
    if isinstance(value, Known) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, Text):
        yield "".join(part or "\0" for part in value.parts)
    elif isinstance(value, Outside) or (isinstance(value, Unknown) and not _is_environment(value)):
        yield "\0"


def _host_of(address: str) -> str:
    """Return the host of an address in lower case, with or without its scheme; what does not parse is its own host."""
    text = address.strip()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname
    except ValueError:
        host = None
    return host or text.lower()
