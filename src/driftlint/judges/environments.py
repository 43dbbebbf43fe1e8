"""Which files declare one environment together.

Promises: files are joined only where the repo says so: a manifest beside another under its usual name, a file that another
one reads, a script or build file that installs them. Refuses to know: versions, and which environment a result came from.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from driftlint.documents.model import Document, Instruction, Node, RequirementLine, Script
from driftlint.judges.world import World
from driftlint.late_regex import compile_late
from driftlint.mentions.command_line import Line, split_operands, strip_wrappers
from driftlint.mentions.installs import CONDA_VALUED, PIP_VALUED
from driftlint.mentions.quoting import string_items

_MAIN = (
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "Pipfile",
    "pixi.toml",
    "requirements.txt",
    "environment.yml",
    "environment.yaml",
)
"""Manifests that speak for the folder they stand in. Others (``requirements-gpu.txt``) may be alternatives."""
_PROJECT = ("pyproject.toml", "setup.cfg", "setup.py")
_READS = ("-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints")
_DEEPEST = 8
"""Files that may read each other in a chain."""
_PIP = compile_late(r"pip[\d.]*")
_FOLDER = compile_late(r"(?:\.{1,2}|\.{0,2}/[\w./-]*)/?(?:\[[\w,-]*\])?")
_SYNCS = {("uv", "sync"), ("poetry", "install"), ("pdm", "install"), ("pdm", "sync"), ("pipenv", "install")}
"""Commands that install the project in whose folder they are run."""


class Environments:
    """The groups of files that one repo's text joins."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._paths = frozenset(world.paths)
        self._reads: dict[str, tuple[str, ...]] = {}

    def main_manifests(self, folder: str) -> tuple[str, ...]:
        """Return the manifests that stand in a folder under their usual names."""
        found = (posixpath.join(folder, name) for name in _MAIN)
        return tuple(path for path in found if path in self._paths)

    def project_files(self, folder: str) -> tuple[str, ...]:
        """Return the files in a folder that installing the folder itself reads."""
        found = (posixpath.join(folder, name) for name in _PROJECT)
        return tuple(path for path in found if path in self._paths)

    def reads(self, path: str) -> tuple[str, ...]:
        """Return the manifests that a file installs or includes: ``-r``, ``pip install .``, ``uv sync`` and their kin."""
        if path not in self._reads:
            document = self._world.get_document(path)
            found = dict.fromkeys(_read_by(self, document)) if document is not None else {}
            found.pop(path, None)
            self._reads[path] = tuple(found)
        return self._reads[path]

    def closure(self, paths: tuple[str, ...]) -> frozenset[str]:
        """Return files with all that they read, directly or through each other."""
        found = dict.fromkeys(paths)
        level = list(found)
        for _ in range(_DEEPEST):
            level = [read for path in level for read in self.reads(path) if read not in found]
            found.update(dict.fromkeys(level))
        return frozenset(found)

    def groups(self, paths: set[str]) -> list[frozenset[str]]:
        """Return the sets of files that belong together, of those that declare something (`paths`), in a fixed order."""
        found: dict[frozenset[str], None] = {}
        for folder in sorted({posixpath.dirname(path) for path in paths}):
            found[self.closure(self.main_manifests(folder))] = None
        for path in sorted(paths | {p for p in self._paths if p.endswith((".txt", ".in"))}):
            reads = self.reads(path)
            if reads:
                found[self.closure((path, *reads))] = None
            else:
                found[frozenset((path,))] = None
            if path.endswith(".in") and (output := f"{path[:-3]}.txt") in paths:
                found[frozenset((path, output))] = None
        return [group for group in found if group & paths]

    def find(self, folder: str, name: str) -> str | None:
        """Return the file of the repo that a command or file in `folder` means by a path; None when it means none.

        Commands of build files run in other folders than they are written in: the root of the repo and the same name beside the
        file are tried too.
        """
        base = posixpath.basename(name)
        for candidate in (
            posixpath.join(folder, name),
            name.lstrip("/"),
            posixpath.join(folder, base),
            base,
        ):
            path = posixpath.normpath(candidate)
            if path in self._paths:
                return path
        return None


def _read_by(known: Environments, document: Document) -> Iterator[str]:
    folder = posixpath.dirname(document.path)
    body = document.body
    if document.kind == "requirements" and isinstance(body, tuple):
        for line in body:
            if isinstance(line, RequirementLine) and line.option in _READS and line.value:
                path = posixpath.normpath(posixpath.join(folder, line.value))
                if path in known._paths:
                    yield path
    elif isinstance(body, Node) and document.kind == "yaml":
        yield from _read_by_conda(known, folder, body)
    for script in _scripts(document):
        for command in script.commands:
            yield from _read_by_command(known, folder, strip_wrappers(command))


def _scripts(document: Document) -> list[Script]:
    if document.kind == "dockerfile" and isinstance(document.body, tuple):
        return [i.script for i in document.body if isinstance(i, Instruction) and i.script is not None]
    if document.kind == "shell" and isinstance(document.body, Script):
        return [document.body]
    return []


def _read_by_conda(known: Environments, folder: str, root: Node) -> Iterator[str]:
    dependencies = root.get("dependencies") if root.kind == "map" else None
    for item in dependencies.items if dependencies is not None else ():
        for node in string_items(item.get("pip")) if item.kind == "map" else ():
            option, _, value = node.raw.strip().partition(" ")
            if option in _READS and (path := posixpath.normpath(posixpath.join(folder, value.strip()))) in known._paths:
                yield path
            elif option in ("-e", ".") and value.strip() in ("", "."):
                yield from known.project_files(folder)


def _read_by_command(known: Environments, folder: str, line: Line) -> Iterator[str]:
    words = line.words
    if line.program == "uv" and words and words[0].text == "pip":
        words = words[1:]
    elif (line.program, words[0].text if words else "") in _SYNCS:
        yield from _project_at(known, folder, ".")
        return
    elif line.program in ("conda", "mamba", "micromamba"):
        if any(word.text == "create" for word in words[:2]):
            return  # an environment of its own beside the one that other commands install into
        name = split_operands(words, CONDA_VALUED).value("-f", "--file")
        found = known.find(folder, name.text) if name is not None else None
        if found is not None:
            yield found
        return
    elif not _PIP.fullmatch(line.program):
        return
    if not words or words[0].text != "install":
        return
    operands = split_operands(words[1:], PIP_VALUED)
    for flag, value in operands.flags:
        if flag in _READS and value is not None and (found := known.find(folder, value.text)) is not None:
            yield found
        elif flag in ("-e", "--editable") and value is not None and _FOLDER.fullmatch(value.text):
            yield from _project_at(known, folder, value.text.split("[")[0])
    for word in operands.words:
        if _FOLDER.fullmatch(word.text):
            yield from _project_at(known, folder, word.text.split("[")[0])


def _project_at(known: Environments, folder: str, name: str) -> tuple[str, ...]:
    """Return the project files of a folder as a command names it; ``.`` in a build file is its own or the root's project."""
    own = posixpath.normpath(posixpath.join(folder, name))
    found = known.project_files("" if own == "." else own)
    return found or (known.project_files("") if name.strip("./") == "" else ())
