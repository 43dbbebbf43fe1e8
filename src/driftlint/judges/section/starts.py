"""What each command of the section starts: a program of the repo, a script, a task, or something from outside.

Promises: folders are followed through ``cd``; where the folder is not known, a file counts that only one path of the repo can
be. Refuses to know: whether the words fit (`fits`), and what outside programs do.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct, field

from driftlint.documents.model import Command, Document, Node, Word
from driftlint.interfaces.usage import nearest
from driftlint.judges.section.words import Tasks, Words
from driftlint.judges.world import World
from driftlint.late_regex import compile_late
from driftlint.mentions.command_line import is_python, strip_wrappers
from driftlint.project import Project

What: TypeAlias = Literal["program", "script", "task", "tool"]
_SCRIPT = compile_late(r".*\.(?:sh|bash|zsh|slurm|sbatch|ksh)")
_TARGET = compile_late(r"^(?P<names>[^\s#:=.][^#:=\n]*):{1,2}(?!=)", re.MULTILINE)
_JUST_TARGET = compile_late(r"^@?(?P<names>[A-Za-z_][\w-]*)(?![\w-])[^:=\n]*:(?!=)", re.MULTILINE)
_MAKE = {
    "make": ("GNUmakefile", "makefile", "Makefile"),
    "gmake": ("GNUmakefile", "Makefile"),
    "just": ("justfile", "Justfile", ".justfile"),
}
_MAKE_FLAGS = frozenset(("-C", "-f", "-j", "-o", "-I", "-W", "--directory", "--file", "--makefile", "--justfile", "-d"))


class Missing(Struct, frozen=True):
    """Something that a command names and the repo has not. `noun` says what it is; `near` are names that were likely meant."""

    noun: str
    word: Word
    near: tuple[str, ...] = ()


class Start(Struct):
    """One command. `path` (and `function`) is the program of the repo that it starts, "" for none; `words` are its own words.

    `missing`: it cannot start. `unsure`: why nothing is said.
    """

    command: Command
    what: What
    text: str
    path: str = ""
    function: str = ""
    words: tuple[Word, ...] = ()
    folders: tuple[str, ...] = ()
    missing: Missing | None = None
    unsure: str = ""


class Whereabouts(Struct):
    """Where the reader of the section stands: the folders that it may be, () for somewhere outside the repo."""

    folders: tuple[str, ...]
    cloned: set[str] = field(default_factory=set)
    assumed: bool = False
    """It is taken for the repo because a clone was entered."""


class Files:
    """Paths of the repo as a command names them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.all = frozenset(world.listed)
        self.by_base: dict[str, list[str]] = {}
        for path in world.listed:
            self.by_base.setdefault(posixpath.basename(path), []).append(path)
        self.folders = {folder for path in world.listed for folder in _parents(path)}

    def find(self, text: str, folders: Iterable[str]) -> str | None:
        """Return the path of a file or folder seen from any of some folders."""
        for folder in folders:
            path = posixpath.normpath(posixpath.join(folder, text))
            if not path.startswith(("..", "/")) and (path in self.folders or self.world.exists(path)):
                return path
        return None

    def ending(self, text: str) -> list[str]:
        """Return the paths that end so, whatever folder they are seen from."""
        tail = posixpath.normpath(text)
        while tail.startswith("../"):
            tail = tail[3:]
        base = posixpath.basename(tail)
        return [path for path in self.by_base.get(base, ()) if path == tail or path.endswith("/" + tail)]


def _parents(path: str) -> Iterable[str]:
    folder = posixpath.dirname(path)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)


class Starter:
    """Reads commands in their order."""

    def __init__(
        self, world: World, words: Words, files: Files, scripts: dict[str, tuple[str, str]], *, fetches: bool
    ) -> None:
        self.world = world
        self.project: Project = world.project
        self.words = words
        self.files = files
        self.fetches = fetches
        """The text names another repo to fetch."""
        self.scripts = scripts
        """Console scripts of the repo: name -> (path, function)."""

    def read(self, command: Command, place: Whereabouts) -> Start:
        """Return what a command starts, and move `place` on."""
        line = strip_wrappers(command)
        text = " ".join(word.text for word in command.words[:4])
        folders = place.folders
        first = _base(command.words[0].text) if command.words else ""
        if line.program in ("cd", "pushd"):
            self._move(line.words, place)
            return Start(command, "tool", text)
        if line.program == "git" and line.words[:1] and line.words[0].text == "clone":
            self._clone(line.words[1:], place)
            return Start(command, "tool", text)
        found = (
            self._python(command, folders)
            or self._task(command, line.program, line.words, folders)
            or self._shell(command, line.program, line.words, folders)
            or self._console(command, line.program, line.words)
            or Start(command, "tool", text, words=line.words, folders=folders)
        )
        if found.missing is not None and (not folders or place.assumed):
            found.missing, found.unsure = None, "the folder in which it runs is not known"
        if found.missing is not None and not found.missing.word.fixed:
            found.missing, found.unsure = None, "its name is made up when it runs"
        if first in ("echo", "printf", "export", "alias"):
            return Start(command, "tool", text)
        return found

    # the folder

    def _move(self, words: tuple[Word, ...], place: Whereabouts) -> None:
        if not words or not words[0].fixed or words[0].text in ("-", "~") or words[0].text.startswith(("/", "~")):
            place.folders = ()
            return
        target = words[0].text.rstrip("/") or "."
        bases = place.folders or ("",)
        moved = [posixpath.normpath(posixpath.join(base, target)) for base in bases]
        inside = ["" if path == "." else path for path in moved if not path.startswith("..")]
        there = [path for path in inside if not path or path in self.files.folders or self.world.exists(path)]
        if there and (place.folders or target not in (".", "..")):
            place.folders = tuple(dict.fromkeys(there))
        elif posixpath.basename(target) in place.cloned:
            place.folders, place.assumed = ("",), not self._is_own(posixpath.basename(target))
        else:
            alone = [path for path in self.files.folders if path == target or path.endswith("/" + target.lstrip("./"))]
            place.folders = (alone[0],) if len(alone) == 1 and place.folders else ()

    def _clone(self, words: tuple[Word, ...], place: Whereabouts) -> None:
        plain = [word.text for word in words if not word.text.startswith("-")]
        if plain:
            place.cloned.add(_base(plain[-1].rstrip("/")).removesuffix(".git"))

    def _is_own(self, name: str) -> bool:
        return name.lower() == self.world.config.root.name.lower()

    # programs

    def _python(self, command: Command, folders: tuple[str, ...]) -> Start | None:
        words = command.words
        launched = False
        for at, word in enumerate(words):
            text = word.text
            base = _base(text)
            if is_python(text) or base in self.words.launchers or text in self.words.launchers:
                launched = True
                continue
            if launched and text == "-c":
                return None
            if launched and text == "-m" and at + 1 < len(words):
                module = words[at + 1]
                if module.text in self.words.launchers:
                    continue
                return self._module(command, module, words[at + 2 :], folders)
            if text.endswith(".py") and (launched or at == 0):
                return self._file(command, word, words[at + 1 :], folders, "script")
        return None

    def _file(self, command: Command, word: Word, rest: tuple[Word, ...], folders: tuple[str, ...], noun: str) -> Start:
        start = Start(command, "program", word.text, words=rest, folders=folders)
        path = self.files.find(word.text, folders)
        if path is not None:
            start.path = path
            return start
        others = self.files.ending(word.text)
        if len(others) == 1:
            start.path = others[0]
            start.folders = tuple(dict.fromkeys((*folders, _folder_for(others[0], word.text))))
        elif others:
            start.unsure = f"several files of the repo may be `{word.text}`"
        elif word.text.startswith(("/", "~", "http")):
            start.unsure = "it lies outside the repo"
        elif self._may_be_foreign(word.text, folders):
            start.unsure = "neither it nor its folder is in the repo, and the text speaks of other repos"
        else:
            start.missing = Missing(noun, word, self._near_file(word.text))
        return start

    def _may_be_foreign(self, text: str, folders: tuple[str, ...]) -> bool:
        """Return whether a script in a folder that the repo has not may belong to a project that the text tells to fetch."""
        top, slash, _ = posixpath.normpath(text).partition("/")
        if not slash or posixpath.basename(text) in self.files.by_base or top == "..":
            return False
        return self.fetches and self.files.find(top, (*folders, "")) is None

    def _near_file(self, text: str) -> tuple[str, ...]:
        base = posixpath.basename(text)
        same = self.files.by_base.get(base, ())
        if same:
            return tuple(same[:1])
        ending = base.rpartition(".")[2]
        near = nearest(base, [name for name in self.files.by_base if name.endswith("." + ending)], alike=0.75)
        return tuple(self.files.by_base[name][0] for name in near)

    def _module(self, command: Command, word: Word, rest: tuple[Word, ...], folders: tuple[str, ...]) -> Start:
        start = Start(command, "program", f"-m {word.text}", words=rest, folders=folders)
        stem = word.text.replace(".", "/")
        for root in (*folders, "", "src", "lib"):
            for path in (f"{stem}.py", f"{stem}/__main__.py"):
                full = posixpath.normpath(posixpath.join(root, path))
                if self.project.has_file(full) or self.world.exists(full):
                    start.path = full
                    return start
        others = self.files.ending(f"{stem}.py") or self.files.ending(f"{stem}/__main__.py")
        if len(others) == 1:
            start.path = others[0]
            return start
        top = stem.partition("/")[0]
        packages = [posixpath.normpath(posixpath.join(root, top)) for root in (*folders, "", "src", "lib")]
        package = any(f"{package}/__init__.py" in self.files.all for package in packages)
        if "/" in stem and not others and (package or any(self._holds_code(package) for package in packages)):
            start.missing = Missing("module", word)
            return start
        return Start(command, "tool", f"-m {word.text}", words=rest, folders=folders)

    def _holds_code(self, folder: str) -> bool:
        return any(path.startswith(f"{folder}/") and path.endswith(".py") for path in self.world.listed)

    def _console(self, command: Command, program: str, words: tuple[Word, ...]) -> Start | None:
        if program in self.words.launchers and words and words[0].text == "run":
            plain = next((at for at, word in enumerate(words) if at and not word.text.startswith("-")), 0)
            if not plain:
                return None
            program, words = _base(words[plain].text), words[plain + 1 :]
        if program in self.scripts:
            path, function = self.scripts[program]
            return Start(command, "program", program, path, function, words)
        if not self.scripts or (not words and "-" not in program):
            return None
        word = next((w for w in command.words if _base(w.text) == program), None)
        near = nearest(program, self.scripts)
        own = any("-" in name and program.startswith(name.partition("-")[0] + "-") for name in self.scripts)
        if word is not None and near and own and "." not in program:
            return Start(command, "program", program, words=words, missing=Missing("console script", word, near))
        return None

    # scripts and tasks

    def _shell(self, command: Command, program: str, words: tuple[Word, ...], folders: tuple[str, ...]) -> Start | None:
        word: Word | None = None
        rest: tuple[Word, ...] = ()
        if program in self.words.shells:
            plain = [(at, w) for at, w in enumerate(words) if not w.text.startswith("-")]
            if any(re.fullmatch(r"-\w*c", w.text) for w in words[:1]) or not plain:
                return None
            at, word = plain[0]
            rest = words[at + 1 :]
        elif command.words and _SCRIPT.fullmatch(program):
            word = next((w for w in command.words if _base(w.text) == program), None)
            rest = words
        if word is None or not _SCRIPT.fullmatch(word.text):
            return None
        start = self._file(command, word, rest, folders, "script")
        start.what = "script"
        return start

    def _task(self, command: Command, program: str, words: tuple[Word, ...], folders: tuple[str, ...]) -> Start | None:
        if program in _MAKE:
            return self._make(command, program, words, folders)
        texts = (program, *(word.text for word in words))
        for tasks in self.words.tasks:
            if texts[: len(tasks.lead)] == tasks.lead:
                return self._named_tasks(command, tasks, words[len(tasks.lead) - 1 :], folders)
        return None

    def _make(self, command: Command, program: str, words: tuple[Word, ...], folders: tuple[str, ...]) -> Start | None:
        start = Start(command, "task", program, words=words, folders=folders)
        targets: list[Word] = []
        named = ""
        at = 0
        while at < len(words):
            text = words[at].text
            if text in _MAKE_FLAGS and at + 1 < len(words):
                value = words[at + 1].text
                if text in ("-C", "--directory", "-d"):
                    folders = tuple(posixpath.normpath(posixpath.join(f, value)) for f in folders)
                elif text in ("-f", "--file", "--makefile", "--justfile"):
                    named = value
                at += 2
                continue
            if not text.startswith("-") and "=" not in text:
                targets.append(words[at])
            at += 1
        names = (named,) if named else _MAKE[program]
        path = next(
            (p for n in names if (p := self.files.find(n, folders)) is not None and p not in self.files.folders), None
        )
        head = next((w for w in command.words if _base(w.text) == program), command.words[0])
        if path is None:
            others = [p for n in names for p in self.files.by_base.get(posixpath.basename(n), ())]
            if others:
                start.unsure = "which of the repo's Makefiles is meant is not known"
            else:
                start.missing = Missing("Makefile", head)
            return start
        start.path = path
        known, open_ = self._targets(path, program)
        for word in targets[:1] if program == "just" else targets:
            if (
                word.fixed
                and word.text not in known
                and not self.world.exists(posixpath.join(posixpath.dirname(path), word.text))
            ):
                if open_:
                    start.unsure = f"{path} takes in targets from elsewhere"
                else:
                    start.missing = Missing("target", word, nearest(word.text, known))
                break
        return start

    def _targets(self, path: str, program: str) -> tuple[frozenset[str], bool]:
        text = (self.world.read(path) or b"").decode("utf-8", "replace")
        names: set[str] = set()
        for found in (_JUST_TARGET if program == "just" else _TARGET).finditer(text):
            names.update(found["names"].split())
        names.update(re.findall(r"^\.PHONY[ \t]*:{1,2}[ \t]*(.+)$", text, re.MULTILINE))
        for extra in [name for name in names if " " in name]:
            names.update(extra.split())
        taken_in = re.search(r"^[ \t]*-?s?(?:include|import|mod|set fallback)\b", text, re.MULTILINE) is not None
        made = any("%" in name or "$" in name for name in names) or "$(eval" in text or "$(foreach" in text
        return frozenset(names), taken_in or made

    def _named_tasks(self, command: Command, tasks: Tasks, words: tuple[Word, ...], folders: tuple[str, ...]) -> Start:
        start = Start(command, "task", " ".join(tasks.lead), words=words, folders=folders)
        plain: list[Word] = []
        at = 0
        while at < len(words):
            if words[at].text.startswith("-"):
                at += 1 + (words[at].text in tasks.value_flags)
                continue
            plain.append(words[at])
            at += 1
        defined: dict[str, str] = {}
        for name in tasks.files:
            path = self.files.find(name, folders)
            document = self.world.get_document(path) if path is not None else None
            for route in tasks.routes if document is not None else ():
                for key in _keys_at(document, route):
                    defined.setdefault(key, path or "")
        if not defined:
            if tasks.strict and not any(self.files.by_base.get(name) for name in tasks.files):
                head = next((w for w in command.words if _base(w.text) == tasks.lead[0]), command.words[0])
                start.missing = Missing(tasks.files[0], head)
            return start
        for word in plain if tasks.strict else plain[:1]:
            name = word.text.partition("@")[0].rpartition(":")[2]
            if name in defined:
                start.path = defined[name]
            elif word.fixed and not self.files.find(name, folders):
                near = nearest(name, defined)
                if tasks.strict or near:
                    start.missing = Missing("task", word, near)
                break
        return start


def _keys_at(document: Document | None, route: tuple[str, ...]) -> list[str]:
    if document is None or not isinstance(document.body, Node):
        return []
    node = document.body.walk(route)
    return [entry.key for entry in node.entries] if node is not None and node.kind == "map" else []


def _folder_for(path: str, text: str) -> str:
    """Return the folder from which a path is seen under a text."""
    ups = text.count("../")
    folder = posixpath.dirname(path[: len(path) - len(posixpath.normpath(text).lstrip("./"))].rstrip("/") + "/x")
    return folder if not ups else ""


def _base(text: str) -> str:
    return text.rsplit("/", 1)[-1]
