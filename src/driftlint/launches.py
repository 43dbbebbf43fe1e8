"""How the repo's own files start its programs: the commands, with the values they give, and the console scripts it installs.

Promises: a command counts where its program is a Python file of the repo, for every text that holds commands: shell files,
Makefiles, Dockerfiles, notebooks, and the YAML of CI services, DVC, MLflow projects, clusters and containers; a value
that it writes out is found by program and option name, with its place. Refuses to know: values that a shell variable holds
only at run time, programs that are started by hand, and whether a command is ever run.
Sources: the references of dvc.yaml (``cmd``, ``wdir``), MLproject (``entry_points``) and pyproject.toml (``project.scripts``).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from driftlint.documents.model import Command, Document, Instruction, Node, Script, Word
from driftlint.facts import Place
from driftlint.late_regex import compile_late
from driftlint.mentions.command_line import is_python, take_wrappers
from driftlint.mentions.embedded import read_lifecycle, read_scripts

_OVERRIDE = compile_late(r"[+~]{0,2}([A-Za-z_][\w./@-]*)=(.*)", re.DOTALL)
_FLAG = compile_late(r"--?([A-Za-z][\w.-]*)(?:=(.*))?", re.DOTALL)
_PARAMETER = compile_late(r"\{\w+\}|\$\{")
"""What MLflow and DVC fill in when they run the command."""
_COMMAND_KEYS = frozenset(
    (
        *("run", "cmd", "command", "commands", "entrypoint", "args", "setup", "bash", "sh"),
        *("script", "scripts", "before_script", "after_script"),
    )
)
"""Keys of YAML files whose values are command lines."""
_FOLDER_KEYS = ("wdir", "working-directory", "working_directory", "working_dir", "workdir", "workingDir")
_SCRIPT_TABLES = (("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts"))
_GROUPS = ("console_scripts", "gui_scripts")
_ENTRY = compile_late(r"^[ \t]*[\w.-]+[ \t]*=[ \t]*([\w.]+)[ \t]*:[ \t]*([\w.]+)", re.MULTILINE)
_DEEPEST = 30
_TRUE = frozenset(("", "1", "true", "yes", "y", "t", "on"))


class Launch(Struct, frozen=True):
    """One command that starts a program. Options by destination name (``--max-len`` is ``max_len``), overrides by key.

    `path` is the file that holds it, `by` are the words before the program, wrappers off (``("torchrun", "--nproc=4")``;
    empty where the program's file is itself the command), `module` says that it is started by its module's name. `given`
    are the names of all options, `switched` of those that a command turns on (``--train``, ``--train True``).
    """

    path: str
    options: dict[str, Word] = field(default_factory=dict)
    overrides: dict[str, Word] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    module: bool = False
    place: Place | None = None
    given: frozenset[str] = frozenset()
    switched: dict[str, Word] = field(default_factory=dict)


class ConsoleScript(Struct, frozen=True):
    """A command that installing a project makes: it calls `function` (dotted for a method) of `module`."""

    module: str
    function: str
    place: Place


def find_launches(documents: Iterable[Document], python_paths: frozenset[str]) -> dict[str, list[Launch]]:
    """Return the launches in documents by the program's path."""
    found: dict[str, list[Launch]] = {}
    for document in documents:
        for folder, script in _scripts(document):
            at = folder
            for command in script.commands:
                words = command.words
                if command.program == "cd" and len(words) > 1:
                    at = posixpath.join(at, words[1].text) if words[1].fixed and words[1].text[:1] not in "/~-" else ""
                    continue
                program, launch = _read_launch(command, document.path, at, python_paths)
                if program:
                    found.setdefault(program, []).append(launch)
    return found


def _scripts(document: Document) -> Iterator[tuple[str, Script]]:
    """Yield (folder in which it runs, below that of the file or the repo; script)."""
    if isinstance(document.body, Script):
        yield "", document.body
    if document.script is not None:
        yield "", document.script
    if isinstance(document.body, tuple):
        entry: tuple[Word, ...] = ()
        for instruction in document.body:
            if isinstance(instruction, Instruction) and instruction.script is not None:
                yield "", instruction.script
                if instruction.name == "ENTRYPOINT":
                    entry = instruction.words
                elif instruction.name == "CMD" and entry:  # what CMD holds are then the entry point's arguments
                    yield "", Script((Command((*entry, *instruction.words), instruction.span),))
    if isinstance(document.body, Node) and document.kind == "yaml":
        yield from _scripts_of_tree(document, document.body, "", 0)


def _scripts_of_tree(document: Document, node: Node, folder: str, depth: int) -> Iterator[tuple[str, Script]]:
    if depth > _DEEPEST:
        return
    for key in _FOLDER_KEYS:
        named = node.get(key)
        if named is not None and isinstance(named.value, str) and not _PARAMETER.search(named.value):
            folder = named.value
    for entry in node.entries:
        value = entry.value
        if entry.key not in _COMMAND_KEYS or value.kind == "map":
            yield from _scripts_of_tree(document, value, folder, depth + 1)
        elif value.kind == "list" and value.items and is_python(value.items[0].raw):
            yield from ((folder, script) for script in read_lifecycle(document, value))
        else:
            yield from ((folder, script) for script in read_scripts(document, value))
            yield from _scripts_of_tree(document, value, folder, depth + 1)
    for item in node.items:
        yield from _scripts_of_tree(document, item, folder, depth + 1)


def _read_launch(command: Command, script_path: str, folder: str, python_paths: frozenset[str]) -> tuple[str, Launch]:
    """Return the program of the repo that a command starts ("" for none), and how."""
    words = take_wrappers(command.words)
    beside = posixpath.dirname(script_path)
    roots = dict.fromkeys((folder, posixpath.join(beside, folder), "", beside))
    for index, word in enumerate(words):
        text, rest = word.text, words[index + 1 :]
        named = ""
        tails: tuple[str, ...] = (text,)
        if text in ("-m", "--module") and rest:
            named, rest = rest[0].text, rest[1:]
        elif text.startswith("-m") and index and is_python(words[index - 1].text):
            named = text[2:]
        if named:
            stem = named.replace(".", "/")
            tails = (f"{stem}.py", f"src/{stem}.py", f"{stem}/__main__.py", f"src/{stem}/__main__.py")
        elif not text.endswith(".py"):
            continue
        for root in roots:
            for tail in tails:
                path = posixpath.normpath(posixpath.join(root, tail))
                if path in python_paths:
                    launch = _read(script_path, rest)
                    by = tuple(w.text for w in words[:index])
                    place = Place(script_path, command.span, "it is started here")
                    return path, replace(launch, by=by, module=bool(named), place=place)
    return "", Launch(script_path)


def _read(path: str, words: tuple[Word, ...]) -> Launch:
    launch = Launch(path)
    given: set[str] = set()
    for index, word in enumerate(words):
        flag = _FLAG.fullmatch(word.text)
        if flag is not None:
            name = flag[1].replace("-", "_")
            given.add(name)
            value: Word | None = None
            if flag[2] is not None:
                value = Word(flag[2], word.span, word.fixed)
            elif index + 1 < len(words) and not words[index + 1].text.startswith("--"):
                value = words[index + 1]
            if value is not None:
                launch.options.setdefault(name, _as_written(value))
            if value is None or value.text.lower() in _TRUE or (flag[2] is None and not _is_false(value.text)):
                launch.switched.setdefault(name, word)
            continue
        override = _OVERRIDE.fullmatch(word.text)
        if override is not None and not word.text.startswith("-"):
            launch.overrides.setdefault(override[1], _as_written(Word(override[2], word.span, word.fixed)))
    return replace(launch, given=frozenset(given))


def _is_false(text: str) -> bool:
    return text.lower() in ("0", "false", "no", "n", "f", "off", "none")


def _as_written(word: Word) -> Word:
    return replace(word, fixed=False) if word.fixed and _PARAMETER.search(word.text) else word


def find_console_scripts(documents: Iterable[Document]) -> list[ConsoleScript]:
    """Return the console scripts that pyproject.toml and setup.cfg files declare, in their order."""
    found: list[ConsoleScript] = []
    for document in documents:
        body = document.body
        if not isinstance(body, Node):
            continue
        for route in _SCRIPT_TABLES:
            table = body.walk(route)
            for entry in table.entries if table is not None else ():
                target = entry.value if entry.value.kind != "map" else entry.value.get("callable")
                if target is not None and isinstance(target.value, str):
                    found.extend(read_entry_lines(f"x={target.value}", Place(document.path, target.span)))
        groups = body.get("options.entry_points")
        for group in _GROUPS:
            lines = groups.get(group) if groups is not None else None
            for line in lines.items or (lines,) if lines is not None else ():
                found.extend(read_entry_lines(line.raw, Place(document.path, line.span)))
    return found


def read_entry_lines(text: str, place: Place) -> list[ConsoleScript]:
    """Return what lines of the form ``name = module:function`` declare."""
    return [ConsoleScript(match[1], match[2], place) for match in _ENTRY.finditer(text)]
