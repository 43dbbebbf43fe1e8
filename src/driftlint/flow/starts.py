"""Where programs are started from: command lines, console scripts, and objects whose call runs a command.

Promises: a command line counts only behind a launcher that the packs name, or where the file is itself the command.
Refuses to know: what the program does.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from msgspec import Struct

from driftlint.facts import Place
from driftlint.flow.calls import Sign
from driftlint.launches import ConsoleScript, Launch, read_entry_lines
from driftlint.mentions.command_line import is_python
from driftlint.packs.catalogue import Catalogue, Signal
from driftlint.project import Project
from driftlint.python.ir import ATTR, CALL, CONST, DICT, EXPR, NAME, Expr, children, dotted, statement_expressions, walk
from driftlint.python.module import Module, Scope
from driftlint.text import Span

_DEEPEST = 6
_INSTALLER = "setup.py"


class Start(Struct, frozen=True):
    """One command that starts a program. `signal` is the launcher's, None where the file is itself the command."""

    launch: Launch
    signal: Signal | None

    @property
    def label(self) -> str:
        """The launcher as it is called."""
        return " ".join(self.launch.by[:2]) if self.launch.by else "its own name"

    @property
    def place(self) -> Place:
        """The command."""
        return self.launch.place or Place(self.launch.path, Span(0, 0))

    def sign(self) -> Sign | None:
        """Return the launcher as a sign that the program runs on an accelerator, None where it says nothing of one."""
        if self.signal is None or not self.signal.accelerator:
            return None
        return Sign(self.signal, self.label, self.place)


class Starts:
    """The starts of all programs of a repo."""

    def __init__(self, project: Project, catalogue: Catalogue) -> None:
        self.project = project
        self._launchers = [(tuple(text.split()), s) for s in catalogue.signals for text in s.launchers]
        self._launchers.sort(key=lambda pair: -len(pair[0]))

    def of(self, path: str) -> tuple[Start, ...]:
        """Return the starts of a program."""
        return tuple(s for launch in self.project.launches_of(path) if (s := self._start(launch)))

    def _start(self, launch: Launch) -> Start | None:
        if not launch.by:
            return Start(launch, None)
        first = launch.by[0]
        head = "python" if is_python(first) else posixpath.basename(first)
        words = (head, *launch.by[1:])
        for phrase, signal in self._launchers:
            if words[: len(phrase)] == phrase:
                return Start(launch, signal)
        return None

    def spot(self, place: Place) -> str:
        """Return "path:line" of a place in any file."""
        document = self.project.get_document(place.path)
        return f"{place.path}:{document.locate(place.span.start).line if document is not None else 1}"

    def console_scripts(self) -> Iterator[tuple[ConsoleScript, str]]:
        """Yield the console scripts that the repo declares, each with the file of its module."""
        seen: set[tuple[str, str]] = set()
        for script in (*self.project.console_scripts(), *self._installed()):
            folder = posixpath.dirname(script.place.path)
            importer = posixpath.join(folder, "x.py")
            path = self.project.find_module(importer, script.module, 0)
            if path is not None and (path, script.function) not in seen:
                seen.add((path, script.function))
                yield script, path

    def _installed(self) -> Iterator[ConsoleScript]:
        """Yield what ``setup(entry_points=...)`` calls of setup.py files declare: a mapping by group, or INI text."""
        for path in self.project.names.called(_INSTALLER):
            if not self.project.contains_word(path, "console_scripts"):
                continue
            module = self.project.module(path)
            for stmt in walk(module.body) if module is not None else ():
                for expr in statement_expressions(stmt):
                    yield from _entry_texts(expr, path)


def _entry_texts(expr: Expr, path: str) -> Iterator[ConsoleScript]:
    stack = [expr]
    while stack:
        node = stack.pop()
        if node[0] == DICT:
            for key, value in node[3]:
                if key is not None and key[0] == CONST and key[3] in ("console_scripts", "gui_scripts"):
                    for part in (value, *_all_below(value)):
                        if part[0] == CONST and isinstance(part[3], str):
                            yield from read_entry_lines(part[3], Place(path, Span(part[1], part[2])))
        elif node[0] == CONST and isinstance(node[3], str) and "[console_scripts]" in node[3]:
            text = node[3].partition("[console_scripts]")[2].partition("\n[")[0]
            yield from read_entry_lines(text, Place(path, Span(node[1], node[2])))
        stack.extend(children(node))


def _all_below(expr: Expr) -> Iterator[Expr]:
    stack = list(children(expr))
    while stack:
        node = stack.pop(0)
        yield node
        stack.extend(children(node))


class CommandFunction(Struct, frozen=True):
    """A function that an object's call may run, as one command of it. `before` run with it: groups, callbacks."""

    scope: Scope
    before: tuple[Scope, ...] = ()


def find_commands(project: Project, module: Module, name: str, depth: int = 0) -> Iterator[CommandFunction]:
    """Yield the functions that calling an object of a module may run: ``@name.command()`` made them its commands.

    Groups are followed: the commands of a group's own commands, and those of what ``name.add(other)`` takes up.
    Source: the command objects of click and typer, and of what is made like them.
    """
    if depth > _DEEPEST:
        return
    always: list[Scope] = []
    made: list[Scope] = []
    for scope in module.scope.inner:
        for decorator in scope.decorators:
            called = dotted(decorator[3] if decorator[0] == CALL else decorator) or ""
            if called.startswith(f"{name}."):
                (always if called.endswith("callback") else made).append(scope)
    for scope in dict.fromkeys(made):
        below = list(find_commands(project, module, scope.name, depth + 1))
        if not below:
            yield CommandFunction(scope, tuple(always))
        for command in below:
            yield CommandFunction(command.scope, (*always, scope, *command.before))
    for stmt in module.body:
        call = stmt[3] if stmt[0] == EXPR else None
        if call is None or call[0] != CALL or call[3][0] != ATTR or dotted(call[3][3]) != name:
            continue
        for _, arg in call[4]:
            if arg[0] in (NAME, ATTR):
                home, other = find_home(project, module, dotted(arg) or "")
                if home is None or (home, other) == (module, name):
                    continue
                below = list(find_commands(project, home, other, depth + 1))
                own = [s for s in home.scope.inner if s.name == other and s.kind == "function"]
                if not below:
                    below = [CommandFunction(s) for s in own if s.decorators]
                    own = []
                for command in below:
                    yield CommandFunction(command.scope, (*always, *own, *command.before))


def find_home(project: Project, module: Module, name: str) -> tuple[Module | None, str]:
    """Return the module of the repo whose top level gives a (dotted) name its object, and its name there."""
    first, _, rest = name.partition(".")
    for binding in module.scope.bindings.get(first, ()):
        if binding.kind == "import":
            found = project.resolve_import(module.scope, binding)
            if found.module is not None:
                return (found.module, rest) if rest and "." not in rest else (None, "")
            if found.scope is not None:
                return found.scope.module, found.scope.name
            if found.binding is not None:
                made = found.binding[0].module
                names = [n for n, all_of in made.scope.bindings.items() if found.binding[1] in all_of]
                return made, names[0] if names else ""
        elif binding.kind in ("value", "scope") and not rest:
            return module, name
    return None, ""
