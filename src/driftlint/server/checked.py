"""One project under the engine, kept from run to run.

Promises: nothing of it is touched by two threads: `work` runs in the thread of analyses only. Refuses to know: the
protocol, and when to run.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from driftlint.cli.common import Settings, Target, open_target
from driftlint.cli.streams import CommandError
from driftlint.config_source import CONFIG_NAMES, ConfigError
from driftlint.disk import WorkspaceError
from driftlint.mending import Around, gather_pins, look_around, offer_fixes
from driftlint.packs.faults import InvalidPack
from driftlint.server.answer import Answer, KnownExtents, Placer, show_run
from driftlint.server.buffers import encode_text
from driftlint.server.overlay import OverlayWorkspace
from driftlint.session import Session
from driftlint.text import Encoding
from driftlint.workspace import DiskWorkspace

T = TypeVar("T")
_FRESH = 30.0
"""Seconds for which what was read of environments and caches counts."""
EXPECTED = (CommandError, ConfigError, InvalidPack, WorkspaceError)
"""What can be wrong with a user's files; the last good answer then stays."""


class Job(Struct, frozen=True):
    """One look at a project.

    `texts` are the open texts by absolute path, `notebooks` those that are open as notebooks, as file bytes. `changed`
    holds absolute paths whose bytes may differ from the last look, None says that any may.
    """

    encoding: Encoding
    settings: Settings
    texts: Mapping[str, str] = field(default_factory=dict)
    notebooks: Mapping[str, bytes] = field(default_factory=dict)
    changed: Collection[str] | None = None
    reload: bool = False
    stopping: Callable[[], bool] = lambda: False


class Checked:
    """A folder (or a lone file) that an editor shows, and the project that it belongs to."""

    def __init__(self, start: Path) -> None:
        self.start = start
        self.target: Target | None = None
        self.overlay: OverlayWorkspace | None = None
        self._session: Session | None = None
        self._ran = False
        self._problems: tuple[str, ...] = ()
        self._around: tuple[float, Around | None] = -_FRESH, None
        self._extents: dict[Encoding, KnownExtents] = {}

    def relative(self, path: str) -> str | None:
        """Return an absolute path as the engine spells it, None when it lies outside the project."""
        return name_below(self.target.root, path) if self.target is not None else None

    def work(self, job: Job) -> Answer:
        """Look at the project. Raises Stopped."""
        if job.reload or self._session is None:
            self._load(job.settings)
        if self._session is None or self.target is None or self.overlay is None:
            return Answer(problems=self._problems)
        texts = self._below(job.texts)
        notebooks = self._below(job.notebooks)
        changed = None if job.changed is None or not self._ran else set(self._below(dict.fromkeys(job.changed)))
        self.overlay.lay({**{path: encode_text(text) for path, text in texts.items()}, **notebooks}, changed)
        session = self._session
        session.stopping = job.stopping
        if self._ran:
            run = session.update(changed, lenient=set(texts))
        else:
            self._ran = True  # even when it is stopped: what it has read is good for the next one
            run = session.run()
            gc.collect()
            gc.freeze()  # what was read stays: each later collection would look through it
        run.report = offer_fixes(run, gather_pins(run, self._look_around(self.target.root)))
        held = dict(session.files.held)
        known = self._extents.setdefault(job.encoding, {})
        placer = Placer(session.get_document, job.encoding, texts, held, notebooks, run.world.read, known)
        files = show_run(run, self.target, placer, held)
        documents = {path: document for path, document in session.files.documents.items() if document is not None}
        return Answer(self.target, run, files, held, texts, documents, self._problems)

    def _look_around(self, root: Path) -> Around | None:
        """Return what this machine knows of pins; read again now and then, since packages are installed meanwhile."""
        if time.monotonic() - self._around[0] >= _FRESH:
            self._around = time.monotonic(), look_around(root)
        return self._around[1]

    def is_setting(self, path: str) -> bool:
        """Return whether a file decides how the project is checked: its configuration, or a pack."""
        if os.path.basename(path) in CONFIG_NAMES:
            return True
        packs = self.target.config.packs if self.target is not None else ()
        return any(name_below(pack, path) is not None for pack in packs)

    def _load(self, settings: Settings) -> None:
        try:
            target = open_target([self.start], self._place_config(settings))
            if not self.start.is_dir():
                target = replace(target, only=())  # a lone file shows what its project says of every file beside it
            disk = DiskWorkspace(target.root, file_size=target.config.file_size)
        except EXPECTED as error:
            self._problems = tuple(str(error).splitlines())
            return
        gc.unfreeze()
        self._problems = ()
        self._around = -_FRESH, None
        self._extents.clear()
        self.target = target
        self.overlay = OverlayWorkspace(disk, target.config.file_size)
        self._session = target.open_session(self.overlay, named=(), parallel=False)
        self._session.expect_updates()
        self._ran = False

    def _place_config(self, settings: Settings) -> Settings:
        """Return settings whose configuration file is found from the folder, as a client means a relative path."""
        if settings.config is None or settings.config.is_absolute():
            return settings
        folder = self.start if self.start.is_dir() else self.start.parent
        return replace(settings, config=folder / settings.config)

    def _below(self, paths: Mapping[str, T]) -> dict[str, T]:
        return {name: value for path, value in paths.items() if (name := self.relative(path)) is not None}


def name_below(root: Path, path: str) -> str | None:
    """Return a path relative to a folder, posix, or None when it lies outside; links are looked through if need be."""
    base, full = os.fspath(root), path
    if not _is_below(base, full):
        base, full = os.path.realpath(root), os.path.realpath(path)
        if not _is_below(base, full):
            return None
    return os.path.relpath(full, base).replace(os.sep, "/")


def _is_below(base: str, full: str) -> bool:
    return os.path.normcase(full).startswith(os.path.normcase(base.rstrip(os.sep) + os.sep))
