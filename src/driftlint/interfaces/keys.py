"""``key=value`` words over a configuration that is composed from files.

Promises: a word is refused only where every file of the composition was read. Refuses to know: configurations that code
registers, values that are made when the program runs, and what the keys mean.
Source: hydra-core 1.3, "Basic Override syntax" and "The Defaults List".
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct, field

from driftlint import configs
from driftlint.documents.model import Document, Node, Word
from driftlint.facts import Place
from driftlint.interfaces.model import Misuse
from driftlint.interfaces.usage import nearest
from driftlint.late_regex import compile_late
from driftlint.project import Project
from driftlint.values import Config, Unknown

_OVERRIDE = compile_late(r"(?P<how>\+\+|\+|~)?(?P<key>[\w./@:-]+?)(?:=(?P<value>.*))?", re.DOTALL)
_FLAGS = {
    "--config-name": "name", "-cn": "name", "--config-path": "path", "-cp": "path", "--config-dir": "more", "-cd": "more",
    "--package": "value", "-p": "value", "--cfg": "value", "-c": "value", "--experimental-rerun": "value",
}  # fmt: skip
_MAX_DEPTH = 12


class Composition(Struct, frozen=True):
    """The configuration of a program: search folder, primary config, and where the program asks for it."""

    folder: str
    name: str
    place: Place
    registers: bool = False
    """The repo's code registers configurations too."""
    own: frozenset[str] = frozenset()
    """Keys of the framework itself, whose files are not in the repo."""


class Composed(Struct):
    """The configuration as words start it. `config` is None where it could not be composed, with the reason in `why`."""

    config: Config | None
    why: str = ""
    misuse: list[Misuse] = field(default_factory=list)
    files: tuple[str, ...] = ()


def compose_with(project: Project, given: Composition, words: tuple[Word, ...]) -> Composed:
    """Compose as the words of a command ask for it, and judge each of them."""
    folder, name, more = given.folder, given.name, ""
    overrides: list[tuple[int, Word]] = []
    at = 0
    while at < len(words):
        word = words[at]
        flag, equals, value = word.text.partition("=")
        if word.text.startswith("-"):
            role = _FLAGS.get(flag, "")
            if role and not equals and at + 1 < len(words):
                at += 1
                value = words[at].text
            if role == "name":
                name = value
            elif role == "path":
                folder = posixpath.normpath(posixpath.join(posixpath.dirname(given.place.path), value))
            elif role == "more":
                more = value
        else:
            overrides.append((at, word))
        at += 1
    if not all(word.fixed for word in words if word.text.startswith("-")):
        return Composed(None, "the words that choose the config are made up when it runs")
    groups = _Groups(project, folder, given.own)
    choices: dict[str, str] = {}
    misuse: list[Misuse] = []
    values: list[tuple[int, str, str]] = []
    for at, word in overrides:
        found = _OVERRIDE.fullmatch(word.text)
        if found is None or (found["value"] is None and found["how"] != "~"):
            continue
        key = found["key"].partition("@")[0]
        if not word.fixed and "$" in found["key"]:
            continue
        if key.partition(".")[0].partition("/")[0] in given.own:
            continue
        if groups.has(key) and "." not in key:
            for choice in _chosen(found["value"] or "") if word.fixed else ():
                if not groups.holds(key, choice) and not more and not given.registers:
                    misuse.append(Misuse("value", choice, at, None, nearest(choice, groups.names(key), 3)))
                elif "," not in (found["value"] or ""):
                    choices[key] = choice
        else:
            values.append((at, found["how"] or "", key))
    config = configs.compose(project.get_document, folder, name, given.place, choices)
    if config is None:
        return Composed(None, f"`{name}` was not found in {folder or 'the repo'}", misuse)
    why = groups.missing(name, choices)
    files = tuple(dict.fromkeys(layer.path for layer in config.layers))
    if given.registers:
        why = "code of the repo registers configurations too"
    if not why:
        for at, how, key in values:
            if how in ("+", "++"):
                continue
            if not _holds(config, tuple(key.split("."))):
                misuse.append(Misuse("unknown", key, at, None, _near(config, key)))
    return Composed(config, why, sorted(misuse, key=lambda m: m.at), files)


def mandatory_keys(config: Config) -> tuple[str, ...]:
    """Return the keys that a configuration marks as to be given (``???``), as the strongest file that has them says."""
    found: list[str] = []
    for route in _routes(config, (), 0):
        nodes = (layer.node.walk(route) for layer in config.layers if not layer.prefix)
        strongest = next((node for node in nodes if node is not None), None)
        if strongest is not None and strongest.value == "???":
            found.append(".".join(route))
    return tuple(found)


def _chosen(value: str) -> Iterator[str]:
    """Yield the choices of a group's value; sweeps over functions give none."""
    text = value.strip().strip("[]")
    if "(" in text or "$" in text or text in ("null", ""):
        return
    for part in text.split(","):
        yield part.strip().strip("'\"")


def _holds(config: Config, route: tuple[str, ...]) -> bool:
    """Return whether a key is there, or below something that takes any key."""
    at = config
    for number, step in enumerate(route):
        (value, *_) = configs.child(at, step)
        if isinstance(value, Config):
            at = value
            continue
        if isinstance(value, Unknown) and value.absent:
            return _takes_any(at)
        return True if number == len(route) - 1 else not isinstance(value, Unknown) or True
    return True


def _takes_any(config: Config) -> bool:
    """Return whether a part of the configuration is a list, or was taken over whole from another place."""
    return any(layer.node.kind != "map" and not layer.prefix for layer in config.layers)


def _near(config: Config, key: str) -> tuple[str, ...]:
    every = [".".join(route) for route in _routes(config, (), 0)]
    top, _, last = key.rpartition(".")
    first = key.partition(".")[0]
    same = [route for route in every if route.rpartition(".")[2] == last and route.partition(".")[0] == first]
    close = nearest(key, [route for route in every if route.count(".") == key.count(".")])
    return tuple(same[:1]) if len(same) == 1 and top else close or nearest(key, every)


def _routes(config: Config, route: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
    for key in configs.keys(config) if depth < _MAX_DEPTH else ():
        yield (*route, key)
        for value in configs.child(config, key):
            if isinstance(value, Config) and value.route == (*config.route, key):
                yield from _routes(value, (*route, key), depth + 1)


class _Groups:
    """The config groups of a search folder: folders of files."""

    def __init__(self, project: Project, folder: str, own: frozenset[str]) -> None:
        self.project = project
        self.own = own
        self.folder = folder
        prefix = f"{folder}/" if folder else ""
        self._files: dict[str, set[str]] = {}
        for path in project.names.all:
            if path.startswith(prefix) and path.endswith((".yaml", ".yml")):
                group, _, base = path[len(prefix) :].rpartition("/")
                self._files.setdefault(group, set()).add(base.rpartition(".")[0])

    def has(self, group: str) -> bool:
        return bool(group) and group in self._files

    def holds(self, group: str, choice: str) -> bool:
        stem = re.sub(r"\.ya?ml$", "", choice)
        above, _, base = posixpath.normpath(posixpath.join(group, stem)).rpartition("/")
        return base in self._files.get(above, ())

    def names(self, group: str) -> list[str]:
        return sorted(self._files.get(group, ()))

    def missing(self, name: str, choices: dict[str, str]) -> str:
        """Return what of the composition is not in the repo's files, "" when all of it is."""
        seen: set[str] = set()
        stack = [("", name), *choices.items()]
        while stack:
            group, choice = stack.pop()
            document = self._read(group, choice)
            where = posixpath.join(group, choice)
            if where in seen:
                continue
            seen.add(where)
            if document is None or not isinstance(document.body, Node):
                return f"{where} is not in {self.folder or 'the repo'}"
            if any(_moves(comment.text) for comment in document.comments[:3]):
                return f"{document.path} is put under a key of its own"
            defaults = document.body.get("defaults")
            for item in defaults.items if defaults is not None and defaults.kind == "list" else ():
                found = self._chosen(item, group, choices)
                if found is None:
                    return f"{document.path} chooses by a value that is made when it runs"
                stack.extend(found)
        return ""

    def _chosen(self, item: Node, group: str, choices: dict[str, str]) -> list[tuple[str, str]] | None:
        here = group
        if item.kind == "scalar":
            text = str(item.value)
            if text == "_self_":
                return []
            above, _, base = text.rpartition("/")
            return (
                None
                if "${" in text
                else [(posixpath.join(here, above) if not text.startswith("/") else above[1:], base)]
            )
        out: list[tuple[str, str]] = []
        for entry in item.entries:
            optional = entry.key.startswith("optional ") or entry.key.startswith("override ")
            key = re.sub(r"^(optional|override)\s+", "", entry.key).partition("@")[0]
            target = key.lstrip("/") if key.startswith("/") else posixpath.join(here, key)
            if target.partition("/")[0] in self.own:
                continue
            values = [n.value for n in entry.value.items] if entry.value.kind == "list" else [entry.value.value]
            for value in values:
                if value is None or value == "null" or target in choices:
                    continue
                if not isinstance(value, str) or value == "???" or "${" in value:
                    return None
                if optional and not self.holds(target, value):
                    continue
                out.append((target, re.sub(r"\.ya?ml$", "", value)))
        return out

    def _read(self, group: str, name: str) -> Document | None:
        stem = re.sub(r"\.ya?ml$", "", name)
        for ending in (".yaml", ".yml"):
            document = self.project.get_document(posixpath.normpath(posixpath.join(self.folder, group, stem + ending)))
            if document is not None:
                return document
        return None


def _moves(comment: str) -> bool:
    text = comment.strip()
    return text.startswith("@package") and not text.startswith("@package _global_")
