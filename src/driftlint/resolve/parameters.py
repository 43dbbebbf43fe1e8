"""Where a function's arguments come from: every call in the repo, the default, a decorator, a composing framework.

Promises: a default counts only when some call leaves the argument out, or no call is known; wrappers are followed to any
depth. Refuses to know: calls from outside the repo.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from driftlint.facts import Place
from driftlint.python.ir import (
    ATTR,
    CALL,
    CONST,
    NAME,
    Expr,
    argument,
    dotted,
    splats,
    tail,
)
from driftlint.python.module import Module, Scope
from driftlint.resolve import attributes
from driftlint.resolve.config_files import composed
from driftlint.resolve.configured import bound_values, is_required_mark
from driftlint.text import Span
from driftlint.values import (
    Arguments,
    Caught,
    Class,
    Config,
    Fields,
    Function,
    Instance,
    Known,
    Mapping,
    Outside,
    Unknown,
    Value,
    step,
)

if TYPE_CHECKING:
    from driftlint.resolve.resolver import Resolver

PARAMETER = "parameter `"
"""How the note of a place begins that is a parameter's own."""
MAX_SITES = 60
"""Calls of a function that are looked at; a resolver that is wide takes more."""
_MAX_FILES = 25


class Site(Struct, frozen=True):
    """One call of a function.

    `skip` positional arguments of the call come before the function's own; `shift` of the function's parameters are
    filled by the receiver.
    """

    scope: Scope
    call: Expr
    skip: int = 0
    shift: int = 0


def values_of(resolver: Resolver, scope: Scope, param: tuple[Any, ...]) -> Iterator[Value]:
    """Yield what a parameter of a function of the repo may be."""
    name, default, kind = param[0], param[1], param[2]
    place = Place(
        scope.module.path,
        Span(param[4], param[5]),
        f"{PARAMETER}{name}` of {scope.name}()",
    )
    if scope.is_method and scope.params and scope.params[0] is param and not _is_static(scope):
        assert scope.parent is not None
        if any(dotted(d) == "classmethod" for d in scope.decorators) or scope.name in (
            "__new__",
            "__init_subclass__",
        ):
            yield Class(scope.parent, place)
        else:
            yield Instance(scope.parent, place)
        return
    if kind == "**":
        yield Caught(scope, place)
        return
    if kind == "*":
        yield Unknown("it is whatever the caller passes", place, (), name)
        return
    decorated = _from_decorators(resolver, scope, param, place)
    if decorated is not None:
        yield from decorated
        return
    sites = sites_of(resolver, scope)
    use_default = not sites
    for site in sites:
        given, complete = passed(resolver, scope, site, param)
        given = [value for value in given if not is_required_mark(resolver, value)]
        if given:
            at = Place(
                site.scope.module.path,
                Span(site.call[1], site.call[2]),
                f"passed to {scope.name}() as `{name}`",
            )
            yield from (step(step(v, at), place) for v in given)
        elif complete:
            use_default = True
        else:
            yield Unknown(
                f"`{name}` is passed on through a mapping that is not known",
                place,
                (),
                name,
            )
    if use_default:
        bound = list(bound_values(resolver, scope, name, place))
        if bound:
            yield from bound
        elif default is not None:
            for value in resolver.evaluate(default, scope.parent or scope):
                yield step(value, place)
        else:
            yield from _annotated(resolver, scope, param, place)


def _annotated(resolver: Resolver, scope: Scope, param: tuple[Any, ...], place: Place) -> Iterator[Value]:
    """Yield an object of the annotated class of the repo, where nothing else is known."""
    annotation = str(param[3]).strip("\"'")
    words = annotation.removeprefix("Optional[").removesuffix("]").split("|")[0].strip()
    if words.isidentifier():
        for value in resolver.lookup(words, scope.parent or scope, scope.end):
            if isinstance(value, Class):
                yield Instance(value.scope, place)
                return
            if isinstance(value, Outside) and "." in value.name and not value.name.startswith("typing."):
                yield Outside(f"{value.name}()", place)
                return
    yield Unknown(
        f"the caller gives `{param[0]}`, and no call of {scope.name}() is in this repo",
        place,
        (),
        param[0],
    )


def _is_static(scope: Scope) -> bool:
    return any(dotted(d) == "staticmethod" for d in scope.decorators)


def _from_decorators(resolver: Resolver, scope: Scope, param: tuple[Any, ...], place: Place) -> Iterator[Value] | None:
    forms = resolver.forms
    for decorator in scope.decorators:
        callee = decorator[3] if decorator[0] == CALL else decorator
        for value in resolver.evaluate(callee, scope.parent or scope):
            if not isinstance(value, Outside):
                continue
            form = forms.decorators.get(value.name, "")
            if form == "composed" and scope.params and scope.params[0] is param:
                found = composed(resolver, decorator, scope.parent or scope)
                values: list[Value] = list(found) or [Unknown("the config was not found", place)]
                return iter(values)
            if form == "dataclass" and scope.params and scope.params[0] is param:
                return _annotated(resolver, scope, param, place)
            if forms.form_of(value.name) == "options" and decorator[0] == CALL:
                if _option_name(decorator) == param[0]:
                    return _option_default(resolver, decorator, scope, param, place)
    return None


def _option_name(decorator: Expr) -> str | None:
    words = [a[3] for k, a in decorator[4] if k == "" and a[0] == CONST and isinstance(a[3], str)]
    plain = [word for word in words if not word.startswith("-")]
    if plain:
        return plain[0].replace("-", "_").lower()
    long = [word for word in words if word.startswith("--")] or words
    return long[0].split("/")[0].lstrip("-").replace("-", "_").lower() if long else None


def _option_default(
    resolver: Resolver,
    decorator: Expr,
    scope: Scope,
    param: tuple[Any, ...],
    place: Place,
) -> Iterator[Value]:
    default = argument(decorator, "default", None)
    at = resolver.place(scope, decorator, f"{attributes.OPTION_DEFAULT}{param[0]}`")
    if default is not None:
        values = [step(step(value, at), place) for value in resolver.evaluate(default, scope.parent or scope)]
        yield from attributes.switched(resolver, scope.module.path, param[0], values, place)
        return
    required = argument(decorator, "required", None)
    flag = argument(decorator, "is_flag", None)
    if flag is not None and flag[0] == CONST and flag[3] is True:
        yield from attributes.switched(resolver, scope.module.path, param[0], [Known(False, at, (place,))], place)
    elif given := list(attributes.command_line(resolver, scope.module.path, param[0], place)):
        yield from given
    elif required is not None and required[0] == CONST and required[3] is True:
        yield Unknown(f"`--{param[0]}` must be given on the command line", at, (place,), param[0])
    else:
        yield Known(None, at, (place,))


def sites_of(resolver: Resolver, scope: Scope) -> tuple[Site, ...]:
    """Return the calls of a function of the repo, in path order."""
    key = (scope.module.path, scope.start)
    known = resolver.sites.get(key)
    if known is not None:
        resolver.grounds.read |= known[1]
        return known[0]
    with resolver.entering("sites", *key) as new:
        if not new:
            return ()  # a function that is reached while its own calls are looked up has none yet
        (found, settled), inputs = resolver.grounds.gather(
            lambda: resolver.settle(lambda: tuple(_find_sites(resolver, scope)), resolver.level)
        )
    if settled:
        resolver.sites[key] = found, inputs
    return found


def _find_sites(resolver: Resolver, scope: Scope) -> Iterator[Site]:
    resolver.grounds.note("facts", scope.module.path)
    count = 0
    constructor = scope.is_method and scope.name in ("__init__", "__new__", "__call__") and scope.parent is not None
    word = scope.parent.name if constructor and scope.parent is not None and scope.name != "__call__" else scope.name
    if scope.kind == "lambda":
        return
    if scope.is_method and not constructor and resolver.project.count_callers(word, _MAX_FILES) > _MAX_FILES:
        return  # a method name that half the repo calls: which receiver is meant cannot be told at a bearable cost
    for module, call in resolver.project.calls_of(word):
        if count >= MAX_SITES * resolver.most:
            return
        at = module.scope_at(call[1])
        for callee in resolver.callees(call, at):
            if isinstance(callee, Function) and callee.scope is scope:
                count += 1
                yield Site(at, call, 0, 1 if callee.bound else 0)
                break
            if constructor and isinstance(callee, Class) and callee.scope is scope.parent:
                count += 1
                yield Site(at, call, 0, 1)
                break
    if scope.is_method and scope.name == "__init__" and scope.parent is not None:
        yield from _super_sites(resolver, scope)
    for module, call, arg, skip in _handed(resolver, word):
        at = module.scope_at(call[1])
        for value in resolver.evaluate(arg, at):
            if isinstance(value, Function) and value.scope is scope:
                yield Site(at, call, skip, 1 if value.bound else 0)


def _super_sites(resolver: Resolver, scope: Scope) -> Iterator[Site]:
    """Yield ``super().__init__(...)`` calls of subclasses; their modules must name the class."""
    assert scope.parent is not None
    for module in resolver.project.modules_with(scope.parent.name):
        for call in module.calls.get("__init__", ()):
            at = module.scope_at(call[1])
            for callee in resolver.callees(call, at):
                if isinstance(callee, Function) and callee.scope is scope:
                    yield Site(at, call, 0, 1 if callee.bound else 0)


def _handed(resolver: Resolver, name: str) -> Iterator[tuple[Module, Expr, Expr, int]]:
    """Yield the calls that hand on a function of this name: (module, call, the function's expression, arguments to skip).

    ``partial(f, ...)`` and its kin name it in an argument, ``f.remote(...)`` and its kin as the receiver.
    """
    givers = sorted(resolver.forms.group("forward.tails"))
    methods = sorted(resolver.forms.group("forward.methods"))
    if resolver.project.count_callers(name, _MAX_FILES) > _MAX_FILES:
        return
    grounds = resolver.grounds
    kept: dict[str, tuple[dict[str, list[tuple[Expr, Expr, int]]], int]] = grounds.store("functions handed on")
    for module in resolver.project.modules_with(name, *givers, *methods):
        found = grounds.keep(kept, module.path, lambda: _find_handed(resolver, module, givers, methods))  # noqa: B023
        for call, arg, skip in found.get(name, ()):
            yield module, call, arg, skip


def _find_handed(
    resolver: Resolver, module: Module, givers: list[str], methods: list[str]
) -> dict[str, list[tuple[Expr, Expr, int]]]:
    """Return the calls of a module that may hand on a function, by the function's name."""
    resolver.grounds.note("facts", module.path)
    found: dict[str, list[tuple[Expr, Expr, int]]] = {}
    for word in givers:
        for call in module.calls.get(word, ()):
            for skip, (_, arg) in enumerate(call[4][:2]):
                if arg[0] in (NAME, ATTR):
                    found.setdefault(tail(arg), []).append((call, arg, skip + 1))
    for word in methods:
        for call in module.calls.get(word, ()):
            if call[3][0] == ATTR and call[3][3][0] in (NAME, ATTR):
                found.setdefault(tail(call[3][3]), []).append((call, call[3][3], 0))
    return found


def passed(resolver: Resolver, scope: Scope, site: Site, param: tuple[Any, ...]) -> tuple[list[Value], bool]:
    """Return what one call passes for a parameter, and whether leaving it out is certain when nothing was found."""
    name = param[0]
    position: int | None = None
    if param[2] == "":
        names = [p[0] for p in scope.params if p[2] == ""]
        position = names.index(name) - site.shift + site.skip if name in names else None
        if position is not None and position < site.skip:
            position = None
    given = argument(site.call, name, position)
    if given is not None:
        return list(resolver.evaluate(given, site.scope)), True
    found: list[Value] = []
    complete = not any(keyword == "*" for keyword, _ in site.call[4])
    for splat in splats(site.call):
        hit, certain = splatted(resolver, splat, site.scope, name)
        found.extend(hit)
        complete = complete and certain
    return found, complete


def splatted(resolver: Resolver, splat: Expr, scope: Scope, name: str) -> tuple[list[Value], bool]:
    """Return what ``**splat`` passes under a name, and whether the mapping is known to be without it otherwise."""
    with resolver.entering("splat", scope.module.path, splat[1], splat[2], name) as new:
        return _splatted(resolver, splat, scope, name) if new else ([], True)


def _splatted(resolver: Resolver, splat: Expr, scope: Scope, name: str) -> tuple[list[Value], bool]:
    caught = _caught(scope, splat)
    if caught is not None:
        return through(resolver, caught, name)
    found: list[Value] = []
    certain = True
    for value in resolver.evaluate(splat, scope):
        if isinstance(value, (Mapping, Fields, Config, Arguments)):
            hits = [
                v
                for v in attributes.key(resolver, value, name, value.where)
                if not (isinstance(v, Unknown) and v.absent)
            ]
            found.extend(hits)
            if not hits and isinstance(value, Mapping):
                nested = [v for k, v in value.expr[3] if k is None] if value.expr[0] == "dict" else splats(value.expr)
                for inner in nested:
                    more, sure = splatted(resolver, inner, value.scope, name)
                    found.extend(more)
                    certain = certain and sure
        elif isinstance(value, Known) and value.value is None:
            continue
        else:
            certain = False
    return found, certain


def _caught(scope: Scope, splat: Expr) -> Scope | None:
    """Return the function whose own ``**kwargs`` a splat passes on, if it is one."""
    if splat[0] != NAME:
        return None
    at: Scope | None = scope
    while at is not None:
        for param in at.params:
            if param[2] == "**" and param[0] == splat[3]:
                return at
        at = at.parent
    return None


def through(resolver: Resolver, function: Scope, name: str) -> tuple[list[Value], bool]:
    """Return what callers pass under a keyword that a function hands on through its ``**kwargs``."""
    found: list[Value] = []
    certain = True
    if any(param[0] == name for param in function.params):
        return [], True
    for binding in function.bindings.get(f"{_keyword_name(function)}[{name!r}]", ()):
        if binding.kind == "value":
            found.extend(resolver.evaluate(binding.payload, function))
    sites = sites_of(resolver, function)
    for site in sites:
        given = argument(site.call, name, None)
        if given is not None:
            at = Place(
                site.scope.module.path,
                Span(site.call[1], site.call[2]),
                f"passed to {function.name}() as `{name}`",
            )
            found.extend(step(v, at) for v in resolver.evaluate(given, site.scope))
            continue
        for splat in splats(site.call):
            if _caught(site.scope, splat) is function:
                continue
            more, sure = splatted(resolver, splat, site.scope, name)
            found.extend(more)
            certain = certain and sure
    return found, certain and bool(sites)


def _keyword_name(function: Scope) -> str:
    return next((param[0] for param in function.params if param[2] == "**"), "")
