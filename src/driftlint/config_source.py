"""Configuration files: which one counts, its text, and the line of every key in it.

Promises: every problem carries the file and the line. Refuses to know: which keys there are.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import tomli
from msgspec import Struct, field

from driftlint.config_values import describe
from driftlint.disk import WorkspaceError, is_file, is_named, read_regular_file
from driftlint.text import LineIndex, Span
from driftlint.toml_lines import Route, find_keys

CONFIG_NAMES = ("driftlint.toml", ".driftlint.toml", "pyproject.toml")
_FILE_LIMIT = 4 * 1024 * 1024


class ConfigProblem(Struct, frozen=True):
    """One thing that is wrong.

    `path` is the file as shown to people, or "command line"; `line` is 1-based, 0 when there is none.
    """

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


class ConfigError(Exception):
    """The configuration cannot be used. `problems` holds everything that is wrong, in file order."""

    def __init__(self, problems: tuple[ConfigProblem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Source(Struct):
    """Where values come from: a file with line numbers, or the command line (no `keys`)."""

    name: str
    shown: str
    base: Path
    keys: dict[Route, Span]
    lines: LineIndex
    prefix: Route = ()
    problems: list[ConfigProblem] = field(default_factory=list)

    def span(self, route: Route) -> Span:
        """The span of a route, or of the nearest one above it."""
        route = (*self.prefix, *route)
        while route and route not in self.keys:
            route = route[:-1]
        return self.keys.get(route, Span(0, 0))

    def line(self, route: Route) -> int:
        """Return the 1-based line of a route, 0 for the command line."""
        return self.lines.position(self.span(route).start).line if self.keys else 0

    def report(self, route: Route, message: str) -> None:
        """Note a problem at a route."""
        self.problems.append(ConfigProblem(self.shown, self.line(route), message))

    def origin(self, route: Route) -> str:
        """Return where the value of a route comes from, as ``Config.origins`` says it."""
        return f"{self.name}:{self.line(route)}" if self.keys else self.name


class Files(Protocol):
    """Where configuration is read from: the disk, or what git holds in its stead."""

    def is_file(self, path: Path) -> bool:
        """Return whether there is a file."""

    def read(self, path: Path, limit: int) -> bytes:
        """Return a file of at most `limit` bytes. Raises WorkspaceError."""


class DiskFiles:
    """The files of the disk."""

    def is_file(self, path: Path) -> bool:
        """Return whether there is a file."""
        return is_file(path)

    def read(self, path: Path, limit: int) -> bytes:
        """Return a file of at most `limit` bytes. Raises WorkspaceError."""
        return read_regular_file(path, limit)


DISK = DiskFiles()


def find_config(folder: Path, files: Files = DISK) -> Path | None:
    """Return the configuration file that counts for a folder, or None.

    Raises ConfigError for an unreadable pyproject.toml.
    """
    folder = Path(os.path.abspath(folder))
    for place in (folder, *folder.parents):
        for name in CONFIG_NAMES:
            path = place / name
            if files.is_file(path) and (name != "pyproject.toml" or _mentions_driftlint(path, files)):
                return path
        if is_named(place / ".git"):
            break
    return None


def _mentions_driftlint(path: Path, files: Files) -> bool:
    """Whether a pyproject.toml has our table. A broken file counts as ours only if it seems to have one."""
    try:
        text = files.read(path, _FILE_LIMIT).decode("utf-8", "replace")
    except WorkspaceError:
        return False
    if "driftlint" not in text:
        return False
    try:
        return "driftlint" in tomli.loads(text).get("tool", {})
    except (ValueError, RecursionError):
        return "tool.driftlint" in text


def find_top(folder: Path) -> Path:
    """Return the top of the git work tree that holds a folder, else the folder itself."""
    for place in (folder, *folder.parents):
        if is_named(place / ".git"):
            return place
    return folder


def read_source(path: Path, files: Files = DISK) -> tuple[Source, dict[str, object]]:
    """Return a configuration file and its table of keys. Raises ConfigError when it cannot be read."""
    here = os.path.relpath(path)
    shown = str(path) if here.startswith(os.pardir) else here
    try:
        text = files.read(path, _FILE_LIMIT).decode("utf-8-sig")
    except WorkspaceError as error:
        # A file that was found is there: only one that somebody named is not.
        message = (
            error.message
            if files.is_file(path)
            else "there is no such configuration file; `driftlint config` shows the one that counts"
        )
        raise ConfigError((ConfigProblem(shown, 0, message),)) from error
    except UnicodeDecodeError as error:
        raise ConfigError((ConfigProblem(shown, 0, f"is not UTF-8: {error.reason} at byte {error.start}"),)) from error
    try:
        data: dict[str, object] = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        message = f"is not TOML: {error.msg} at column {error.colno}"
        raise ConfigError((ConfigProblem(shown, error.lineno, message),)) from error
    except RecursionError as error:
        raise ConfigError((ConfigProblem(shown, 0, "is nested too deeply"),)) from error
    except ValueError as error:
        raise ConfigError((ConfigProblem(shown, 0, f"is not TOML: {error}"),)) from error
    source = Source(path.name, shown, path.parent, find_keys(text), LineIndex(text))
    if path.name == "pyproject.toml":
        source.prefix = ("tool", "driftlint")
        tool = data.get("tool")
        table: object = tool.get("driftlint", {}) if isinstance(tool, dict) else {}
        if not isinstance(table, dict):
            source.report((), f"`tool.driftlint` must be a table, not {describe(table)}")
            table = {}
        data = table
    elif "tool" in data:
        source.report(
            ("tool",),
            f"in {path.name} the keys stand at the top level, without `tool.driftlint`",
        )
        del data["tool"]
    return source, data
