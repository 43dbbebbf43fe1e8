"""Config files that a program reads: by a parser, or composed.

Promises: paths are followed through open files and path objects; composed configs come as the files alone give them and as
the repo's scripts start them. Refuses to know: paths that are made up at run time.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from driftlint import configs
from driftlint.documents.model import Node
from driftlint.facts import Place
from driftlint.python.ir import ATTR, CALL, NAME, Expr, argument
from driftlint.python.module import Scope
from driftlint.values import Config, Known, Local, Outside, Text, Unknown, Value

if TYPE_CHECKING:
    from driftlint.resolve.resolver import Resolver

_MAX_LAUNCHES = 6


def loaded(resolver: Resolver, call: Expr, scope: Scope, place: Place) -> Iterator[Value]:
    """Yield the config that a parser's call reads."""
    source = argument(call, "f", 0) or argument(call, "stream", None) or argument(call, "fp", None)
    for path in _paths(resolver, source, scope):
        config = read_config(resolver, path, scope.module.path, place)
        if config is not None:
            yield config
            return
    yield Unknown("the file it is read from is not known", place)


def _paths(resolver: Resolver, expr: Expr | None, scope: Scope) -> Iterator[str]:
    """Yield the file paths that an expression may name: a string, an open file, a path object."""
    if expr is None:
        return
    bindings = scope.bindings.get(expr[3], ()) if expr[0] == NAME else ()
    opened = [binding for binding in bindings if binding.kind == "context" and binding.offset <= expr[1]]
    if opened:  # a program may give one file after the other the same name
        yield from _paths(resolver, max(opened, key=lambda binding: binding.offset).payload, scope)
    for value in resolver.evaluate(expr, scope):
        if isinstance(value, Known) and isinstance(value.value, str):
            yield value.value
        elif isinstance(value, Outside) and value.call is not None:
            where, call = value.call
            first = argument(call, None, 0)
            if first is not None and (first[1], first[2]) != (expr[1], expr[2]):
                yield from _paths(resolver, first, where)
        elif isinstance(value, (Text, Local)) or (isinstance(value, Unknown) and expr[0] == CALL):
            yield from _path_parts(resolver, expr, scope)


def _path_parts(resolver: Resolver, expr: Expr, scope: Scope) -> Iterator[str]:
    """Yield the tail of a joined path that is known: ``os.path.join(ROOT, "conf", "data.yaml")``."""
    if expr[0] == CALL and expr[3][0] == ATTR and expr[3][3][0] == CALL and not _names_file(resolver, expr, scope):
        yield from _path_parts(resolver, expr[3][3], scope)  # Path("conf.yaml").open("r")
    elif expr[0] == CALL:
        known = [resolver.constant(arg, scope) for _, arg in expr[4]]
        tail = [str(part) for part in known if isinstance(part, str)]
        if tail and isinstance(known[-1], str):
            yield posixpath.join(*tail)


def _names_file(resolver: Resolver, call: Expr, scope: Scope) -> bool:
    """Return whether the first argument of a path's method names a file (``joinpath``), rather than a mode."""
    first = resolver.constant(call[4][0][1], scope) if call[4] else "r"
    return not (isinstance(first, str) and set(first) <= set("rbtU+"))


def read_config(resolver: Resolver, path: str, importer: str, place: Place) -> Config | None:
    """Read a config file by the path a program uses: from the repo root, then from the program's own folder upwards."""
    folder = posixpath.dirname(importer)
    roots = [""]
    while folder:
        roots.append(folder)
        folder = posixpath.dirname(folder)
    for root in roots:
        candidate = posixpath.normpath(posixpath.join(root, path))
        if candidate.startswith("..") or not resolver.project.has_file(candidate):
            continue
        document = resolver.project.get_document(candidate)
        if document is not None and isinstance(document.body, Node):
            return configs.config_of(document, place)
    return None


def composed(resolver: Resolver, decorator: Expr, scope: Scope) -> list[Config]:
    """Return the configs that a composing decorator passes: by the files alone, and as the repo's scripts start it.

    ``config_path`` is relative to the file.
    """
    if decorator[0] != CALL:
        return []
    name = resolver.constant(argument(decorator, "config_name", 1), scope)
    if not isinstance(name, str):
        return []
    given = argument(decorator, "config_path", 0)
    folder = resolver.constant(given, scope) if given is not None else "."
    place = resolver.place(scope, decorator, f"config {name}")
    base = posixpath.dirname(scope.module.path)
    candidates = [posixpath.join(base, str(folder))] if isinstance(folder, str) else []
    get_document = resolver.project.get_document
    for candidate in (*candidates, *_config_folders(resolver, name)):
        search = posixpath.normpath(candidate)
        config = configs.compose(get_document, search, name, place)
        if config is None:
            continue
        found = [config]
        for launch in resolver.project.launches_of(scope.module.path)[:_MAX_LAUNCHES]:
            fixed = {key: word for key, word in launch.overrides.items() if word.fixed}
            choices = {
                key: word.text
                for key, word in fixed.items()
                if get_document(posixpath.join(search, key, f"{word.text}.yaml")) is not None
            }
            overlay = configs.overlay_of(launch.path, {key: word for key, word in fixed.items() if key not in choices})
            started = (
                configs.compose(get_document, search, name, place, choices, overlay) if choices or overlay else None
            )
            if started is not None:
                found.append(started)
        return found
    return []


def _config_folders(resolver: Resolver, name: str) -> list[str]:
    stem = name.rsplit(".", 1)[0] if name.endswith((".yaml", ".yml")) else name
    endings = (f"/{stem}.yaml", f"/{stem}.yml")
    found = [path for path in resolver.project.names.all if ("/" + path).endswith(endings)]
    return [posixpath.dirname(path) for path in found] if len(found) == 1 else []


def composition(resolver: Resolver, call: Expr, scope: Scope, place: Place) -> Iterator[Value]:
    """Yield the config that a call composes, from the folder that another call of the module names."""
    name = resolver.constant(argument(call, "config_name", 0), scope)
    for initialise in sorted(resolver.forms.group("composition.initialise")):
        for start in scope.module.calls.get(initialise.rsplit(".", 1)[-1], ()):
            folder = resolver.constant(
                argument(start, "config_path", 0) or argument(start, "config_dir", None),
                scope,
            )
            if isinstance(folder, str) and isinstance(name, str):
                base = posixpath.normpath(posixpath.join(posixpath.dirname(scope.module.path), folder))
                config = configs.compose(resolver.project.get_document, base, name, place)
                if config is not None:
                    yield config
                    return
    yield Unknown("the composed config was not found", place)
