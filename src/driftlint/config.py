"""The configuration of one run: found, checked, merged, with the origin of every value.

Promises: one file decides (the nearest one), the command line wins over it, and all that is wrong with it is reported
at once with file and line. Refuses to know: which rules exist (``selection.py`` compares names with them) and what a
catalogue calls its kinds.

``python -m driftlint.config --check`` compares docs/configuration.md with the table of options, ``--write`` renders
it.
"""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

from msgspec import Struct, field

from driftlint.config_options import OPTIONS, Option, render_configuration_docs
from driftlint.config_source import (
    DISK,
    ConfigError,
    ConfigProblem,
    Files,
    Source,
    find_config,
    find_top,
    read_source,
)
from driftlint.config_values import BadValue, convert, describe, suggest
from driftlint.disk import is_folder
from driftlint.documents.decode import DEFAULT, Limits
from driftlint.facts import Place, Severity
from driftlint.gitignore import PatternList
from driftlint.text import LineIndex, Span
from driftlint.toml_lines import Route
from driftlint.workspace import Scope

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NOWHERE = Place("", Span(0, 0))
_REVIEW = "review."


def _no_entries() -> Mapping[str, str]:
    return _NOTHING


class PerPath(Struct, frozen=True, dict=True):
    """One ``[[per-path]]`` table. `place` is its header in the configuration file."""

    paths: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    demand: Mapping[str, str] = field(default_factory=_no_entries)
    place: Place = _NOWHERE

    @cached_property
    def patterns(self) -> PatternList:
        """`paths`, compiled."""
        return PatternList(self.paths)


class Accept(Struct, frozen=True, dict=True):
    """One ``[[accept]]`` table.

    `until` is the last day on which it counts, `by` who accepted it. `line` is 1-based in the file of `place`.
    """

    rule: str
    path: tuple[str, ...]
    reason: str
    subject: str = ""
    until: datetime.date | None = None
    by: str = ""
    place: Place = _NOWHERE
    line: int = 0

    @cached_property
    def patterns(self) -> PatternList:
        """`path`, compiled."""
        return PatternList(self.path)


class ReviewOptions(Struct, frozen=True):
    """The ``[review]`` table. None leaves a key to the preset; `demand` maps kinds to names of rungs."""

    preset: str = "standard"
    demand: Mapping[str, str] = field(default_factory=_no_entries)
    severity: str | None = None
    block: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    record: tuple[str, ...] | None = None
    conditional: bool | None = None
    unread: str | None = None
    unknown: tuple[str, ...] | None = None
    ignores: str | None = None
    section: bool | None = None
    report: str = ""
    accept_until: bool | None = None
    accept_by: bool | None = None


class Config(Struct, frozen=True):
    """The effective configuration. Field meanings are those of ``config_options.OPTIONS`` (keys with "_" for "-").

    `root` is the folder that globs are relative to: that of the file found, else the top of the git work tree, else
    where the search began. `source` is the file read, None without one. `origins` maps a key ("demand.dataset" for
    single demands) to "driftlint.toml:3", "default" or "command line".
    """

    root: Path
    source: Path | None = None
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preview: bool = False
    ruleset: str = ""
    preset: Literal["default", "strict"] = "default"
    demand: Mapping[str, str] = field(default_factory=_no_entries)
    packs: tuple[Path, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    include_tests: bool = False
    include_vendored: bool = False
    respect_gitignore: bool = True
    severity: Severity = "warning"
    role: Literal["auto", "application", "library"] = "auto"
    baseline: Path | None = None
    today: datetime.date | None = None
    cache: bool = True
    cache_dir: Path | None = None
    file_size: int = 16 * 1024 * 1024
    python_size: int = DEFAULT.python_bytes
    notebook_size: int = DEFAULT.notebook_bytes
    text_size: int = DEFAULT.config_bytes
    line_length: int = DEFAULT.max_line
    nesting_depth: int = DEFAULT.max_depth
    values: int = DEFAULT.max_nodes
    aliases: int = DEFAULT.max_aliases
    cache_size: int = 256 * 1024 * 1024
    per_path: tuple[PerPath, ...] = ()
    accept: tuple[Accept, ...] = ()
    review: ReviewOptions = field(default_factory=ReviewOptions)
    origins: Mapping[str, str] = field(default_factory=_no_entries)

    @property
    def limits(self) -> Limits:
        """The bounds of reading one file."""
        return Limits(
            python_bytes=self.python_size,
            notebook_bytes=self.notebook_size,
            config_bytes=self.text_size,
            lock_bytes=self.file_size,
            max_line=self.line_length,
            max_depth=self.nesting_depth,
            max_aliases=self.aliases,
            max_nodes=self.values,
        )

    def scope(self, named: tuple[str, ...] = ()) -> Scope:
        """Return the scope of the walk; `named` are the paths that the user spelled out, relative to the root."""
        return Scope(
            include=self.include,
            exclude=self.exclude,
            extra_exclude=self.extend_exclude,
            include_tests=self.include_tests,
            include_vendored=self.include_vendored,
            respect_gitignore=self.respect_gitignore,
            named=named,
        )

    def demand_at(self, path: str) -> Mapping[str, str]:
        """Return the demands (kind to rung name) that hold for a file, those of ``per-path`` tables included."""
        if not any(table.demand for table in self.per_path):
            return self.demand
        demand = dict(self.demand)
        for table in self.per_path:
            if table.demand and table.patterns.covers(path):
                demand |= table.demand
        return demand

    def ignored_at(self, path: str) -> frozenset[str]:
        """Return the selectors (rule names, families, "all") that ``per-path`` tables turn off for a file."""
        tables = (table for table in self.per_path if table.ignore and table.patterns.covers(path))
        return frozenset(selector for table in tables for selector in table.ignore)


def load_config(
    start: Path,
    *,
    override: Path | None = None,
    isolated: bool = False,
    cli: Mapping[str, object] = _NOTHING,
    files: Files = DISK,
) -> Config:
    """Return the configuration for a checked path.

    `start` is a file or folder; the search goes upwards from it. `override` names the file to read instead of
    searching, `isolated` reads none. `cli` holds options of the command line by their key ("extend-select"); a value
    of None means not given, `files` says where the file is read from. Raises ConfigError with every problem found.
    """
    start = Path(os.path.abspath(start))
    folder = start if is_folder(start) else start.parent
    if isolated and override is not None:
        raise ConfigError(
            (
                ConfigProblem(
                    "command line",
                    0,
                    "a configuration file cannot be named in an isolated run",
                ),
            )
        )
    path = override if override is not None else None if isolated else find_config(folder, files)
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    problems: list[ConfigProblem] = []
    if path is not None:
        path = Path(os.path.abspath(path))
        source, data = read_source(path, files)
        _take_in(source, data, OPTIONS, values, origins)
        problems += sorted(source.problems, key=lambda problem: problem.line)
    arguments = Source("command line", "command line", Path.cwd(), {}, LineIndex(""))
    _take_in(
        arguments,
        {key: value for key, value in cli.items() if value is not None},
        OPTIONS,
        values,
        origins,
    )
    problems += arguments.problems
    if problems:
        raise ConfigError(tuple(problems))
    for option in OPTIONS:
        for leaf in option.children if option.kind == "table" else (option,):
            key = leaf.key if leaf is option else f"{option.key}.{leaf.key}"
            origins.setdefault(key, "default")
    root = path.parent if path is not None and override is None else find_top(folder)
    review = {key.removeprefix(_REVIEW): values.pop(key) for key in list(values) if key.startswith(_REVIEW)}
    fields = {key.rpartition(".")[2].replace("-", "_"): value for key, value in values.items()}
    fields["review"] = ReviewOptions(**{key.replace("-", "_"): value for key, value in review.items()})  # type: ignore[arg-type]
    fields["demand"] = MappingProxyType(cast("dict[str, str]", values.get("demand", {})))
    return Config(root=root, source=path, origins=MappingProxyType(origins), **fields)  # type: ignore[arg-type]


def _take_in(
    source: Source,
    data: Mapping[str, object],
    options: tuple[Option, ...],
    values: dict[str, object],
    origins: dict[str, str],
    route: Route = (),
) -> None:
    """Check the keys of one table and add its values to `values`; problems go to the source."""
    known = {option.key: option for option in options}
    for key, value in data.items():
        here = (*route, key)
        name = ".".join(str(step) for step in here)
        option = known.get(key)
        if option is None:
            source.report(
                here,
                f"unknown key `{name}`{suggest(key.replace('_', '-'), list(known))}",
            )
            continue
        if option.kind == "table":
            if isinstance(value, Mapping):
                _take_in(source, value, option.children, values, origins, here)
            else:
                source.report(here, f"`{name}` must be a table, not {describe(value)}")
            continue
        try:
            converted = _read_tables(source, option, value) if option.kind == "tables" else convert(option, value)
        except BadValue as error:
            source.report((*here, *error.route), f"`{name}`: {error.message}")
            continue
        if option.kind == "demand":
            for kind in cast("dict[str, str]", converted):
                origins[f"{name}.{kind}"] = source.origin((*here, kind))
            converted = cast("dict[str, str]", values.get(name, {})) | cast("dict[str, str]", converted)
        elif option.kind == "paths":
            converted = tuple(_place_path(source, text) for text in cast("tuple[str, ...]", converted))
        elif option.kind == "path":
            converted = _place_path(source, cast("str", converted))
        values[name] = converted
        origins[name] = source.origin(here)


def _place_path(source: Source, text: str) -> Path:
    return Path(os.path.abspath(source.base / Path(text).expanduser()))


def _read_tables(source: Source, option: Option, value: object) -> tuple[object, ...]:
    """Check a list of tables. Raises BadValue when it is none; what is wrong inside goes to the source."""
    if not isinstance(value, list | tuple):
        raise BadValue(f"must be a list of tables: write [[{option.key}]]")
    known = {child.key: child for child in option.children}
    tables: list[object] = []
    for index, table in enumerate(value):
        here: Route = (option.key, index)
        if not isinstance(table, Mapping):
            source.report(
                here,
                f"`{option.key}`: item {index + 1} must be a table, not {describe(table)}",
            )
            continue
        before = len(source.problems)
        found: dict[str, object] = {}
        for key, raw in table.items():
            child = known.get(key)
            if child is None:
                hint = suggest(key.replace("_", "-"), list(known))
                source.report((*here, key), f"unknown key `{key}` in `{option.key}`{hint}")
                continue
            try:
                found[key] = convert(child, raw)
            except BadValue as error:
                source.report(
                    (*here, key, *error.route),
                    f"`{option.key}`: `{key}` {error.message}",
                )
        for child in option.children:
            if child.required and child.key not in table:
                source.report(here, f"`{option.key}`: `{child.key}` is missing")
        if len(source.problems) > before:
            continue
        place = Place(
            source.name,
            source.span((*here, "rule") if option.key == "accept" else here),
        )
        if option.key == "accept":
            tables.append(Accept(**found, place=place, line=source.line((*here, "rule"))))  # type: ignore[arg-type]
        else:
            tables.append(PerPath(**found, place=place))  # type: ignore[arg-type]
    return tuple(tables)


def main(arguments: list[str]) -> int:
    """Check or write docs/configuration.md of a source checkout; return the exit status."""
    page = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
    if arguments == ["--write"]:
        page.write_text(render_configuration_docs(), encoding="utf-8")
        return 0
    if arguments != ["--check"]:
        print("usage: python -m driftlint.config --check | --write", file=sys.stderr)
        return 2
    if not page.is_file() or page.read_text(encoding="utf-8") != render_configuration_docs():
        print(
            "docs/configuration.md differs from the table of options: run python -m driftlint.config --write",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
