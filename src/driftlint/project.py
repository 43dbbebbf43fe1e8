"""Link files: which module a Python import means, which calls name a function, which document a path means.

Promises: modules are loaded when a chain leads into them, every answer is the same for any file order.
Refuses to know: rules, pins, where text came from (it asks the session for documents and facts).
"""

from __future__ import annotations

import builtins
import posixpath
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from msgspec import Struct

from driftlint.documents.model import Document, Word
from driftlint.grounds import Grounds
from driftlint.launches import ConsoleScript, Launch
from driftlint.path_names import PathNames, import_stem, nearest, with_folders_above
from driftlint.python.ir import Expr, Stmt
from driftlint.python.module import Binding, Module, Outline, Scope
from driftlint.scanning import changes_path, find_top_words, may_call

_MAX_REEXPORTS = 12


class Imported(Struct, frozen=True):
    """What an import means: a module of the repo, a scope or binding in one, or an outside name (`outside`)."""

    module: Module | None = None
    scope: Scope | None = None
    binding: tuple[Scope, Binding] | None = None
    outside: str = ""


class Project:
    """The repo's files, linked.

    `python_paths` are all Python and notebook files in scope, `load_outline` gives what is known of one undecoded,
    `load_module` its module, `get_document` any file by path, `words_of` the identifiers of a file's text (a cheap scan, so that
    most files stay unread), `paths_with` the Python files with a word. `grounds` notes what is asked of the files, save
    which paths there are: a project is of one set of paths.
    """

    def __init__(
        self,
        python_paths: Iterable[str],
        all_paths: Iterable[str],
        load_outline: Callable[[str], Outline | None],
        load_module: Callable[[str], Module | None],
        get_document: Callable[[str], Document | None],
        words_of: Callable[[str], frozenset[bytes]],
        text_of: Callable[[str], bytes],
        paths_with: Callable[[bytes], list[str]],
        definitions_of: Callable[[str], tuple[bytes, ...]],
        launches: Callable[[], dict[str, list[Launch]]],
        console_scripts: Callable[[], list[ConsoleScript]],
        grounds: Grounds | None = None,
    ) -> None:
        self.grounds = grounds or Grounds()
        self.python_paths = tuple(sorted(python_paths))
        self.names = PathNames({*all_paths, *self.python_paths})
        self._load_outline = load_outline
        self._load_module = load_module
        self._get_document = get_document
        self._words_of = words_of
        self._text_of = text_of
        self._acts: dict[str, dict[frozenset[bytes], bool]] = {}
        self._called: dict[str, dict[str, bool]] = {}
        self._imported_paths: set[str] = set()
        self._imports: dict[str, dict[str, None]] = {}
        self._find_launches = launches
        self._find_console_scripts = console_scripts
        self._paths_with = paths_with
        self._definitions_of = definitions_of
        self._launches_over: dict[str, list[Launch]] = {}
        self._modules: dict[str, Module | None] = {}
        self._by_tail: dict[str, list[str]] = {}
        self.folders = frozenset(posixpath.dirname(path) for path in self.python_paths)
        """The folders that hold Python files."""
        for path in self.python_paths:
            if path.endswith(".py"):
                self._by_tail.setdefault(import_stem(path), []).append(path)
        self._resolved: dict[tuple[str, str], str | None] = {}
        self._changes_path: dict[str, bool] = {}
        self._other_paths = sorted(self.names.files - set(self.python_paths))
        self._with_any: dict[tuple[str, ...], frozenset[str]] = {}

    def module(self, path: str) -> Module | None:
        """Return the module of a file, loading its facts on first use; None when it has none."""
        self.grounds.note("facts", path)
        if path not in self._modules:
            self._modules[path] = self._load_module(path)
        return self._modules[path]

    def get_document(self, path: str) -> Document | None:
        """Return a file as read, None when it is not in scope."""
        self.grounds.note("document", path)
        return self._get_document(path)

    def forget(self, paths: Iterable[str], *, defined: bool) -> None:
        """Forget what was read of files that were replaced; `defined` says whether other names are defined in them now."""
        for path in paths:
            for known in (self._modules, self._acts, self._called, self._changes_path):
                known.pop(path, None)
        self._launches_over.clear()
        self._with_any.clear()
        if defined:
            self.__dict__.pop("_defined_names", None)

    def note_imports(self, lines: Iterable[tuple[str, str, int, str]]) -> None:
        """Take note of which files others import, from all import lines (path, module, level, imported name)."""
        self._imports.clear()
        self._imported_paths.clear()
        for path, module, level, name in lines:
            for target in (module, f"{module}.{name}" if module else name) if name else (module,):
                found = self.find_module(path, target, level) if target or level else None
                if found is not None:
                    self._imports.setdefault(path, {})[found] = None
                    self._imported_paths.add(found)

    def is_imported(self, path: str) -> bool:
        """Return whether an import line of another file leads to a file."""
        self.grounds.note("imports")
        return path in self._imported_paths

    def reachable(self, programs: Iterable[str]) -> list[str]:
        """Return programs and the files that their import lines lead to: what is likely read, to be read together."""
        self.grounds.note("imports")
        found = dict.fromkeys(programs)
        stack = list(found)
        while stack:
            for path in self._imports.get(stack.pop(), ()):
                if path not in found:
                    found[path] = None
                    stack.append(path)
        return list(found)

    def _launches(self) -> dict[str, list[Launch]]:
        self.grounds.note("launches")
        return self._find_launches()

    def console_scripts(self) -> list[ConsoleScript]:
        """Return the commands that installing a project of the repo makes."""
        self.grounds.note("console scripts")
        return self._find_console_scripts()

    def launches_of(self, program: str) -> list[Launch]:
        """Return how the repo's scripts start a program."""
        return self._launches().get(program, [])

    def launched_paths(self) -> list[str]:
        """Return the programs that the repo's scripts start, in path order."""
        return sorted(self._launches())

    def switched_on(self, path: str, name: str) -> tuple[list[tuple[str, Word]], bool]:
        """Return where the repo's scripts turn on an option that a file declares, and whether each of them does.

        The launches are those of the file, or of the programs that import it.
        """
        self.grounds.note("launches")
        self.grounds.note("imports")
        if path not in self._launches_over:
            self._launches_over[path] = self.launches_of(path) or [
                launch
                for program, launches in sorted(self._launches().items())
                if path in self.reachable([program])
                for launch in launches
            ]
        launches = self._launches_over[path]
        found = [(launch.path, launch.switched[name]) for launch in launches if name in launch.switched]
        return found, len(found) == len(launches)

    def starts_programs(self, script: str) -> bool:
        """Return whether a script starts any program of the repo."""
        return any(launch.path == script for launches in self._launches().values() for launch in launches)

    def given_on_command_line(self, program: str, name: str) -> list[tuple[str, Word]]:
        """Return what the repo's scripts give a program for an option or a config key: (script path, word)."""
        found: list[tuple[str, Word]] = []
        for launch in self.launches_of(program):
            word = launch.options.get(name) or launch.overrides.get(name)
            if word is not None and word.fixed and word.text:
                found.append((launch.path, word))
        return found

    def outline(self, path: str) -> Outline | None:
        """Return the outline of a Python file, without decoding its body."""
        self.grounds.note("facts", path)
        return self._load_outline(path)

    def defines(self, name: str) -> bool:
        """Return whether a Python file of the repo has a function or class of a name, by its text."""
        self.grounds.note("defined", name)
        return name in self._defined_names

    @cached_property
    def _defined_names(self) -> frozenset[str]:
        found: set[bytes] = set()
        for path in self.python_paths:
            found.update(self._definitions_of(path))
        return frozenset(name.decode("utf-8", "replace") for name in found)

    def calls_by_text(self, path: str, name: str) -> bool:
        """Return whether a file's text may call a name."""
        self.grounds.note("called", name)
        answers = self._called.setdefault(path, {})
        known = answers.get(name)
        if known is None:
            known = answers[name] = may_call(self._text_of(path), name)
        return known

    def acts_on_import(self, path: str, words: frozenset[bytes]) -> bool:
        """Return whether a file's top level, outside definitions and imports, holds one of `words`: importing it may matter."""
        self.grounds.note("text", path)
        answers = self._acts.setdefault(path, {})
        known = answers.get(words)
        if known is None:
            known = answers[words] = not words.isdisjoint(find_top_words(self._text_of(path)))
        return known

    def exists(self, path: str) -> bool:
        """Return whether a file or folder stands in the repo."""
        return self.names.has(path)

    def has_file(self, path: str) -> bool:
        """Return whether a file stands in the repo."""
        return self.names.has_file(path)

    def find_module(self, importer: str, name: str, level: int) -> str | None:
        """Return the file that ``import name`` in `importer` reads, None for outside packages.

        Relative imports are exact. Absolute ones try, in order: the importer's folder and the folders above it, a ``src`` or
        ``lib`` folder, then the file of the repo whose path ends so and whose top folder is no package, of several the nearest.
        A file that adds to ``sys.path`` finds the one file of the repo that has the name, wherever it stands.
        """
        folder = importer.rpartition("/")[0]
        if level:
            for _ in range(level - 1):
                folder = posixpath.dirname(folder)
            return self._file_of(folder, name)
        key = (folder, name)
        if key not in self._resolved:
            self._resolved[key] = self._find_absolute(folder, name)
        found = self._resolved[key]
        if found == importer:
            found = self._find_absolute(folder, name, importer)
        return found or self._find_on_changed_path(importer, name)

    def _find_on_changed_path(self, importer: str, name: str) -> str | None:
        """Return the one file of the repo that has an imported name, where the importer says itself where Python looks."""
        if "." in name or name in sys.stdlib_module_names or not self.contains_word(importer, "path"):
            return None
        hits = [path for path in self._by_tail.get(name, ()) if path != importer]
        if len(hits) != 1:
            return None
        self.grounds.note("text", importer)
        if importer not in self._changes_path:
            self._changes_path[importer] = changes_path(self._text_of(importer))
        return hits[0] if self._changes_path[importer] else None

    def _file_of(self, folder: str, name: str) -> str | None:
        base = posixpath.join(folder, name.replace(".", "/")) if name else folder
        for candidate in (
            f"{base}.py" if name else "",
            posixpath.join(base, "__init__.py"),
        ):
            if candidate and candidate in self.names.files:
                return candidate
        return None

    def is_namespace(self, importer: str, name: str, level: int) -> bool:
        """Return whether a dotted name is a folder of Python files without ``__init__``."""
        folder = posixpath.dirname(importer)
        for _ in range(max(level - 1, 0)):
            folder = posixpath.dirname(folder)
        roots = [folder] if level else [*with_folders_above(folder), "src", "lib"]
        return any(posixpath.normpath(posixpath.join(root, name.replace(".", "/"))) in self.folders for root in roots)

    def _find_absolute(self, folder: str, name: str, importer: str = "") -> str | None:
        """Look where Python would: from folders that are no packages, then, for scripts, beside the importer itself.

        What is found is another file than `importer`.
        """
        packages: list[str] = []
        for root in (*with_folders_above(folder), "src", "lib"):
            if posixpath.join(root, "__init__.py") in self.names.files:
                packages.append(root)
                continue
            found = self._file_of(root, name)
            if found is not None and found != importer:
                return found
        if name.split(".")[0] in sys.stdlib_module_names:
            return None
        for root in packages:
            found = self._file_of(root, name)
            if found is not None and found != importer:
                return found
        suffix = "/" + name.replace(".", "/")
        last = name.rsplit(".", 1)[-1]
        hits = []
        for path in self._by_tail.get(last, ()):
            stem = path[: -len(".py")].removesuffix("/__init__")
            if ("/" + stem).endswith(suffix):
                top = ("/" + stem)[: -len(suffix)].lstrip("/")
                if posixpath.join(top, "__init__.py") not in self.names.files and (
                    "." in name or top.endswith(("src", "lib"))
                ):
                    hits.append(path)
        return nearest(hits, folder)

    def resolve_import(self, scope: Scope, binding: Binding) -> Imported:
        """Return what an "import" binding of a scope means."""
        stmt, name, plain = binding.payload
        return self.imported(scope.module, stmt, name, plain)

    def imported(self, importer: Module, stmt: Stmt, name: str | None, plain: bool, depth: int = 0) -> Imported:
        """Return what one imported name means; `name` None is the module itself."""
        module, level = stmt[3], stmt[4]
        if name is None:
            target = module.split(".")[0] if plain else module
            if not plain or level:
                target = module
            path = self.find_module(importer.path, target, level)
            loaded = self.module(path) if path is not None else None
            return Imported(module=loaded) if loaded is not None else Imported(outside=target)
        path = self.find_module(importer.path, module, level)
        if path is not None:
            loaded = self.module(path)
            if loaded is not None:
                found = self.member(loaded, name, depth + 1)
                # a folder named like a package that is installed: what it does not hold comes from the package
                foreign = not level and found.outside == f"{path}:{name}" and not self._may_hold(loaded, name)
                return Imported(outside=f"{module}.{name}") if foreign else found
        below = self.find_module(importer.path, f"{module}.{name}" if module else name, level)
        if below is not None:
            loaded = self.module(below)
            if loaded is not None:
                return Imported(module=loaded)
        prefix = "." * level + module
        return Imported(outside=f"{prefix}.{name}" if module else f"{prefix}{name}")

    def member(self, module: Module, name: str, depth: int = 0) -> Imported:
        """Return what ``module.name`` means, through re-exports and wildcard imports."""
        if depth > _MAX_REEXPORTS:
            return Imported(outside=f"{module.path}:{name}")
        bindings = module.scope.bindings.get(name)
        if bindings:
            binding = bindings[-1]
            if binding.kind == "scope":
                return Imported(scope=binding.payload)
            if binding.kind == "import":
                stmt, source, plain = binding.payload
                return self._follow(module, stmt, source, plain, depth)
            return Imported(binding=(module.scope, binding))
        if posixpath.basename(module.path) == "__init__.py":
            below = self._file_of(posixpath.dirname(module.path), name)
            loaded = self.module(below) if below is not None else None
            if loaded is not None:
                return Imported(module=loaded)
        return self.through_wildcards(module, name, depth) or Imported(outside=f"{module.path}:{name}")

    def through_wildcards(self, at: Module, name: str, depth: int = 0, *, namesakes: bool = False) -> Imported | None:
        """Return what a name means that the wildcard imports of a module may bring, None where none of them does.

        What a file of the repo holds is known and counts before what a package may hold; among equals the last one counts.
        `namesakes`: a module of the repo may be named like an installed package, which then brings what it does not hold.
        """
        guess: Imported | None = None
        for stmt in (binding.payload[0] for binding in reversed(at.scope.bindings.get("*", ()))):
            path = self.find_module(at.path, stmt[3], stmt[4])
            loaded = self.module(path) if path is not None else None
            if loaded is None:
                guess = guess or self.imported(at, stmt, name, False, depth)
            elif loaded is not at:
                found = self.member(loaded, name, depth + 1)
                if found.outside != f"{loaded.path}:{name}":
                    return found
                if namesakes and not (stmt[4] or hasattr(builtins, name) or self._may_hold(loaded, name)):
                    guess = guess or Imported(outside=f"{stmt[3]}.{name}")
        return guess

    @staticmethod
    def _may_hold(module: Module, name: str) -> bool:
        """Return whether a module binds a name, or may have names that no statement of it binds."""
        binds = not {name, "*", "__getattr__", "__path__"}.isdisjoint(module.scope.bindings)
        return binds or not {"globals", "exec", "setattr"}.isdisjoint(module.calls)

    def _follow(self, module: Module, stmt: Stmt, name: str | None, plain: bool, depth: int) -> Imported:
        if name is None:
            return self.imported(module, stmt, None, plain, depth)
        path = self.find_module(module.path, stmt[3], stmt[4])
        loaded = self.module(path) if path is not None else None
        if loaded is not None and loaded is not module:
            return self.member(loaded, name, depth + 1)
        return self.imported(module, stmt, name, plain, depth + 1)

    def contains_word(self, path: str, word: str) -> bool:
        """Return whether a file of the repo holds an identifier, in code or in text."""
        self.grounds.note("word", word)
        return word.encode() in self._words_of(path)

    def files_with(self, word: str) -> frozenset[str]:
        """Return the files of the repo that hold an identifier, in code or in text."""
        text = word.encode()

        def find() -> frozenset[str]:
            holding = [
                path for path in self._other_paths if text in self._text_of(path)
            ]  # only their words are taken apart
            return frozenset((*self.paths_with(word), *(path for path in holding if self.contains_word(path, word))))

        return self.grounds.keep(self.grounds.store("files with"), word, find)

    def paths_with(self, word: str) -> list[str]:
        """Return the Python files whose text holds an identifier, in path order."""
        self.grounds.note("word", word)
        return self._paths_with(word.encode())

    def count_callers(self, name: str, limit: int) -> int:
        """Return in how many files a name may be called, counting no further than `limit` + 1."""
        count = 0
        for path in self.paths_with(name):
            count += self.calls_by_text(path, name)
            if count > limit:
                break
        return count

    def modules_with(self, word: str, *beside: str) -> Iterator[Module]:
        """Yield the modules whose text holds an identifier, and one of those `beside` it if any, in path order."""
        nearby = [self.paths_with(other) for other in beside]
        if beside not in self._with_any:
            self._with_any[beside] = frozenset().union(*nearby)
        for path in self.paths_with(word):
            loaded = self.module(path) if not beside or path in self._with_any[beside] else None
            if loaded is not None:
                yield loaded

    def calls_of(self, name: str) -> Iterator[tuple[Module, Expr]]:
        """Yield every call in the repo whose callee's last name is `name`, in path order."""
        for path in self.paths_with(name):
            loaded = self.module(path) if self.calls_by_text(path, name) else None
            if loaded is not None:
                for call in loaded.calls.get(name, ()):
                    yield loaded, call
