"""What the commands share: which project the paths mean, exit statuses, the streams and their colours.

Promises: one place decides the checked root, what goes to standard output survives a closed pipe and any encoding, and
every error ends as one message and status 2. Refuses to know: typer, and what a single command shows.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from driftlint.cli.streams import CommandError, complain
from driftlint.disk import find_real_path, is_folder, is_named, is_there

if TYPE_CHECKING:
    from driftlint.baseline import Baseline
    from driftlint.config import Config
    from driftlint.config_source import Files
    from driftlint.facts import Rule
    from driftlint.git_tree import Snapshot
    from driftlint.packs.catalogue import Catalogue
    from driftlint.selection import Selection
    from driftlint.session import Session
    from driftlint.workspace import Workspace

CLEAN, FOUND, FAILED, INTERRUPTED = 0, 1, 2, 130
"""Exit statuses: nothing to report, findings, the command could not do what was asked, ended by Ctrl-C."""


F = TypeVar("F", bound=Enum)


class Format(str, Enum):
    """Output formats of `check`; the names of `report.FORMATS`."""

    text = "text"
    concise = "concise"
    json = "json"
    sarif = "sarif"
    github = "github"
    gitlab = "gitlab"
    junit = "junit"
    markdown = "markdown"


class PlainFormat(str, Enum):
    """Output formats of the commands that show what driftlint knows."""

    text = "text"
    json = "json"


class AuditFormat(str, Enum):
    """Output formats of `audit`."""

    text = "text"
    json = "json"
    markdown = "markdown"
    sarif = "sarif"
    github = "github"
    gitlab = "gitlab"
    junit = "junit"


class AuditService(str, Enum):
    """Vulnerability services that `audit` can ask, as pip-audit names them."""

    osv = "osv"
    pypi = "pypi"


class Level(str, Enum):
    """Severities, worst first."""

    error = "error"
    warning = "warning"
    info = "info"


class Color(str, Enum):
    """When colour is used."""

    auto = "auto"
    always = "always"
    never = "never"


class Settings(Struct, frozen=True):
    """Where options come from beside the configuration file: `options` holds those of the command line by their key."""

    config: Path | None = None
    isolated: bool = False
    options: Mapping[str, object] | None = None
    extend_select: tuple[str, ...] = ()
    snapshot: Snapshot | None = None
    """What git holds, to be read in place of the disk."""

    @property
    def files(self) -> Files:
        """Where the configuration is read from."""
        from driftlint.config_source import DISK

        return DISK if self.snapshot is None else self.snapshot


class Target(Struct, frozen=True):
    """One project under one configuration.

    `named` are the paths below the root that the user spelled out (posix, relative to the root). `only` are those that
    findings are shown for; () means all. `snapshot` holds the files when they are not those of the disk.
    """

    root: Path
    config: Config
    catalogue: Catalogue
    rules: Mapping[str, Rule]
    selection: Selection
    named: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    snapshot: Snapshot | None = None

    def shows(self, path: str) -> bool:
        """Return whether a file of the project lies in the paths that the user named."""
        return not self.only or any(path == name or path.startswith(name + "/") for name in self.only)

    def open_workspace(self) -> Workspace:
        """Return the files of the project. Raises WorkspaceError."""
        if self.snapshot is not None:
            from driftlint.git_tree import GitWorkspace

            return GitWorkspace(self.snapshot, self.root, file_size=self.config.file_size)
        from driftlint.workspace import DiskWorkspace

        return DiskWorkspace(self.root, file_size=self.config.file_size)

    def find_baseline(self) -> tuple[Path, bool]:
        """Return where the baseline is, and whether the user named it."""
        from driftlint.baseline import NAME

        named = self.config.baseline
        return (named, True) if named is not None else (self.root / NAME, False)

    def read_baseline(self) -> Baseline | None:
        """Return the baseline of the project, None where there is none.

        Raises BaselineError for one that cannot be used, CommandError for one that was named and is not there.
        """
        from driftlint.baseline import LIMIT, read
        from driftlint.config_source import DISK

        path, is_named = self.find_baseline()
        files = DISK if self.snapshot is None else self.snapshot
        shown = os.path.relpath(path).replace(os.sep, "/")
        if not files.is_file(path):
            if is_named:
                raise CommandError(f"{shown}: there is no such baseline; `driftlint baseline` writes one")
            return None
        return read(files.read(path, LIMIT), shown)

    def open_session(
        self,
        workspace: Workspace | None = None,
        *,
        named: tuple[str, ...] | None = None,
        baseline: bool = True,
        parallel: bool = True,
    ) -> Session:
        """Return the engine over the project with the rules that are on, and with its baseline unless that is off.

        `parallel` False starts no processes.
        """
        from driftlint.cache import FactsCache
        from driftlint.cache_place import find_cache_folder
        from driftlint.extract import facts_key
        from driftlint.session import Session

        config = self.config
        cache = None
        if config.cache:
            cache = FactsCache(
                config.cache_dir or Path(find_cache_folder()), facts_key(config.limits), limit=config.cache_size
            )
        return Session(
            workspace or self.open_workspace(),
            config,
            self.catalogue,
            self.selection.rules,
            known_rules=self.rules,
            cache=cache,
            named=self.named if named is None else named,
            parallel=parallel,
            baseline=self.read_baseline() if baseline else None,
        )


def read_also(texts: Sequence[str], formats: type[F]) -> list[tuple[F, Path]]:
    """Return the further outputs that texts such as ``sarif=out.sarif`` ask for. Raises CommandError."""
    known = [form.value for form in formats]
    found: list[tuple[F, Path]] = []
    for text in texts:
        name, _, path = text.partition("=")
        if name not in known or not path:
            raise CommandError(f"--also `{text}`: write FORMAT=PATH with a format of {', '.join(known)}")
        found.append((formats(name), Path(path)))
    return found


# the project


def open_target(paths: Sequence[Path], settings: Settings, door: str = "") -> Target:
    """Return the project that paths belong to, with its configuration, packs and rules, those of a command included.

    Raises CommandError for paths that are not there and for selectors that mean nothing, and what reading the
    configuration and the packs raises.
    """
    missing = [path for path in paths if not is_there(path) and not settings.files.is_file(path)]
    if missing:
        raise CommandError(*(f"{path}: does not exist; paths are taken from the current folder" for path in missing))
    absolute = [Path(os.path.abspath(path)) for path in paths]
    config = load_settings(absolute, settings)
    root = config.root
    named, only = _name_below(root, absolute)
    catalogue, rules = load_rules(config)
    from driftlint.selection import select_rules

    selection = select_rules(config, rules.values(), door)
    if selection.problems:
        raise CommandError(*map(str, selection.problems))
    return Target(root, config, catalogue, rules, selection, named, only, settings.snapshot)


def _common_folder(absolute: Sequence[Path]) -> Path:
    try:
        return Path(os.path.commonpath([path if is_folder(path) else path.parent for path in absolute]))
    except ValueError:
        raise CommandError("the paths lie on different drives: check them one at a time") from None


def _find_root(absolute: Sequence[Path], common: Path, settings: Settings) -> Path:
    """Return the checked root.

    It is the folder of the configuration file that stands above the paths. Without one it is the folder that was named
    alone, else the git work tree, else the current folder, else the folder that holds all paths. A file given by
    ``--config`` marks no project: it may be shared by many.
    """
    from driftlint.config_source import find_config, find_top

    found = None if settings.isolated else find_config(common, settings.files)
    if found is not None and settings.config is not None:
        found = found if Path(os.path.abspath(settings.config)).parent == found.parent else None
    if found is not None:
        return found.parent
    if len(absolute) == 1 and is_folder(absolute[0]):
        return absolute[0]
    top = find_top(common)
    if is_named(top / ".git"):
        return top
    here = Path.cwd()
    # Nobody means to have a whole home folder or disk looked through for the sake of one file.
    if common.is_relative_to(here) and here != Path(here.anchor) and here != Path(os.path.expanduser("~")):
        return here
    return common


def _name_below(root: Path, absolute: Sequence[Path]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paths below the root, and those that findings are shown for (links by their target, too)."""
    named: dict[str, None] = {}
    only: dict[str, None] = {}
    everything = False
    real_root = find_real_path(root)
    for path in absolute:
        if path == root:
            everything = True
            continue
        spelled = path.relative_to(root).as_posix()
        named[spelled] = only[spelled] = None
        real = find_real_path(path)
        if real.startswith(real_root + os.sep):
            only[os.path.relpath(real, real_root).replace(os.sep, "/")] = None
    return tuple(named), () if everything else tuple(only)


def load_settings(paths: Sequence[Path], settings: Settings) -> Config:
    """Return the configuration that counts for paths, its root the folder that they are checked in.

    Raises ConfigError, and CommandError for paths that have no folder in common.
    """
    absolute = [Path(os.path.abspath(path)) for path in paths]
    common = _common_folder(absolute)
    return replace(_load(common, settings), root=_find_root(absolute, common, settings))


def _load(start: Path, settings: Settings) -> Config:
    from driftlint.config import load_config

    options = dict(settings.options or {})
    if settings.extend_select:
        # The option adds to the file's list, as its name says; every other option takes the place of the file's.
        base = load_config(start, override=settings.config, isolated=settings.isolated, files=settings.files)
        options["extend-select"] = [*base.extend_select, *settings.extend_select]
    return load_config(start, override=settings.config, isolated=settings.isolated, cli=options, files=settings.files)


def load_rules(config: Config) -> tuple[Catalogue, dict[str, Rule]]:
    """Return the catalogue and the rules of all packs that a configuration asks for. Raises InvalidPack."""
    from driftlint.packs import load_packs

    if config.cache and config.cache_dir is not None:
        # Compiled packs look up their folder themselves; they belong beside the other cached files.
        os.environ["DRIFTLINT_CACHE_DIR"] = str(config.cache_dir)
    try:
        return load_packs(config.packs, cache=config.cache)
    except FileNotFoundError as error:
        raise CommandError(str(error)) from error


# running


def guard(command: Callable[[], int], verbose: bool = False) -> int:
    """Run a command and return its exit status; an error is told in one message, with its traceback when `verbose`."""
    try:
        return command()
    except KeyboardInterrupt:
        return INTERRUPTED
    except CommandError as error:
        complain(*error.messages)
    except Exception as error:
        if _is_expected(error):
            complain(*str(error).splitlines())
        else:
            _tell_crash(error, verbose)
    return FAILED


def _is_expected(error: Exception) -> bool:
    """Return whether an error says what is wrong with the user's files; anything else is a fault of driftlint."""
    expected = (
        ("driftlint.baseline", "BaselineError"),
        ("driftlint.config_source", "ConfigError"),
        ("driftlint.packs.faults", "InvalidPack"),
        ("driftlint.disk", "WorkspaceError"),
    )
    return any(isinstance(error, getattr(sys.modules[m], name)) for m, name in expected if m in sys.modules)


def _tell_crash(error: Exception, verbose: bool) -> None:
    from driftlint import __version__

    if verbose:
        import traceback

        traceback.print_exception(error)
    message = " ".join(str(error).split())
    shown = f": {message[:200]}" if message else ""
    more = "" if verbose else "; --verbose shows where it happened"
    complain(
        f"driftlint {__version__} failed ({type(error).__name__}{shown})",
        f"This is a fault of driftlint, not of your repo. Please report it with these lines{more}.",
    )


# streams


def wants_color(choice: Color, stream: TextIO) -> bool:
    """Return whether to colour: the option, then NO_COLOR (no-color.org), then FORCE_COLOR, then a terminal."""
    if choice is not Color.auto:
        return choice is Color.always
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def split_list(given: Sequence[str] | None) -> list[str] | None:
    """Return the items of an option that takes comma lists and may be repeated; None when it was not given."""
    if not given:
        return None
    return [item.strip() for text in given for item in text.split(",") if item.strip()]


def dump_json(value: object) -> str:
    """Return JSON as every command writes it: two spaces, ASCII, a final line end."""
    import json

    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"
