"""What is open, which project it belongs to, and when to look again.

Promises: edits are taken in at once and never wait for an analysis; one thread analyses; an analysis that an edit made
stale is ended, but not two in a row; who waits for an answer gets one that has seen what was there when they asked.
Refuses to know: the protocol's messages.
"""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, field

from driftlint.server.answer import Answer
from driftlint.server.buffers import Change, NotebookBuffer, TextBuffer, encode_notebook
from driftlint.server.checked import Checked, Job, name_below
from driftlint.server.settings import ClientSettings
from driftlint.session import Stopped
from driftlint.text import Encoding

T = TypeVar("T")
_STACK = 256 * 1024 * 1024
"""Bytes of address space for the stack of analyses: resolving nests deeper than a thread's usual stack."""
_GATHER = 0.01
"""Seconds in which edits that come together are gathered."""
_REST = 1.0
"""Seconds without an edit after which garbage is collected."""
_RUNS = 500
"""Analyses after which it is collected even without a rest."""


class Overtaken(Exception):
    """What was asked about has been edited since: the answer would be of a text that is gone."""


class Waiter(Struct):
    """Someone who waits for an answer that has seen `revision`; `uri` is the text that they ask about."""

    revision: int
    uri: str
    future: asyncio.Future[Answer]


class Watch(Struct):
    """One project that is kept up to date. `changed` gathers absolute paths since the last look; None means any."""

    checked: Checked
    settings: ClientSettings
    wanted: int = 0
    answered: int = 0
    changed: set[str] | None = None
    reload: bool = True
    answer: Answer = field(default_factory=Answer)
    versions: dict[str, int | None] = field(default_factory=dict)
    """Versions of the texts that the answer has seen, by URI."""
    waiters: list[Waiter] = field(default_factory=list)
    stopped: bool = False
    busy: bool = False


class Desk:
    """The texts that are open and the projects behind them.

    `settings` gives the settings for a folder. `delivered` is called after each answer, `failed` when the engine broke.
    """

    def __init__(
        self,
        settings: Callable[[str], ClientSettings],
        delivered: Callable[[Watch], None],
        failed: Callable[[Watch, Exception], None],
        working: Callable[[Watch], asyncio.Future[None]] | None = None,
    ) -> None:
        self.encoding: Encoding = "utf-16"
        self.texts: dict[str, TextBuffer] = {}
        self.notebooks: dict[str, NotebookBuffer] = {}
        self.paths: dict[str, str] = {}
        """Absolute path of each open text and notebook that is a file, by URI."""
        self.watches: dict[str, Watch] = {}
        """By the absolute path of the folder, or of the lone file."""
        self.closing = False
        self._ready = asyncio.Event()
        self._settings = settings
        self._delivered = delivered
        self._failed = failed
        self._working = working
        self._thread = _start_thread()
        self._tasks: set[asyncio.Task[None]] = set()
        self._littered = 0
        """Analyses since garbage was collected last."""
        self._rest: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to look: the settings are known now. Texts and folders are taken in before."""
        for folder, watch in self.watches.items():
            watch.settings = self._settings(folder)
        self._ready.set()

    # texts

    def open_text(self, buffer: TextBuffer, path: str | None) -> None:
        """Take in a text that was opened; `path` None for one that is no file."""
        self.texts[buffer.uri] = buffer
        if path is not None:
            self.paths[buffer.uri] = path
            self._touch(path)

    def change_text(self, uri: str, version: int | None, changes: Iterable[Change]) -> None:
        """Apply edits to a text, which may be a cell."""
        buffer = self.texts.get(uri)
        if buffer is None:
            return
        for change in changes:
            buffer.apply(change, self.encoding)
        buffer.version = version
        path = self.paths.get(uri)
        if path is not None:
            self._overtake(uri)
            self._touch(path)

    def close_text(self, uri: str) -> None:
        """Forget an open text: the file counts again."""
        self.texts.pop(uri, None)
        path = self.paths.pop(uri, None)
        if path is not None:
            self._touch(path)
            self.watches = {key: watch for key, watch in self.watches.items() if os.path.isdir(key) or key != path}

    def open_notebook(self, notebook: NotebookBuffer, cells: Iterable[TextBuffer], path: str | None) -> None:
        """Take in a notebook with the texts of its cells."""
        self.notebooks[notebook.uri] = notebook
        self.texts.update((cell.uri, cell) for cell in cells)
        if path is not None:
            self.paths[notebook.uri] = path
            self._touch(path)

    def changed_notebook(self, uri: str) -> None:
        """Look again after a notebook or one of its cells was changed."""
        for cell in self.notebooks[uri].cells if uri in self.notebooks else ():
            self._overtake(cell.uri)
        if uri in self.paths:
            self._touch(self.paths[uri])

    def close_notebook(self, uri: str) -> None:
        """Forget an open notebook and its cells."""
        notebook = self.notebooks.pop(uri, None)
        for cell in notebook.cells if notebook is not None else ():
            self.texts.pop(cell.uri, None)
        path = self.paths.pop(uri, None)
        if path is not None:
            self._touch(path)

    def notebook_of(self, cell_uri: str) -> tuple[NotebookBuffer, int] | None:
        """Return the notebook that a text is a cell of, and its 0-based index; None for other texts."""
        for notebook in self.notebooks.values():
            for index, cell in enumerate(notebook.cells):
                if cell.uri == cell_uri:
                    return notebook, index
        return None

    def uri_at(self, path: str) -> str | None:
        """Return the URI under which a file is open."""
        return next((uri for uri, other in self.paths.items() if other == path), None)

    def _overtake(self, uri: str) -> None:
        for watch in self.watches.values():
            for waiter in [w for w in watch.waiters if w.uri == uri]:
                watch.waiters.remove(waiter)
                if not waiter.future.done():
                    waiter.future.set_exception(Overtaken())

    # projects

    def add_folder(self, folder: str) -> None:
        """Watch a folder of the workspace."""
        if folder not in self.watches:
            self.watches[folder] = Watch(Checked(Path(folder)), self._settings_of(folder))
            self.want(self.watches[folder])

    def remove_folder(self, folder: str) -> None:
        """Stop watching a folder."""
        watch = self.watches.pop(folder, None)
        for waiter in watch.waiters if watch is not None else ():
            waiter.future.cancel()

    def find_watch(self, path: str) -> Watch | None:
        """Return the project that shows a file: that of the nearest folder of the workspace, else one that reads it."""
        best = ""
        for folder in self.watches:
            if (folder == path or name_below(Path(folder), path) is not None) and len(folder) > len(best):
                best = folder
        if not best:
            best = next((key for key, watch in self.watches.items() if watch.checked.relative(path) is not None), "")
        return self.watches.get(best)

    def watch_of(self, path: str) -> Watch:
        """Return the project that shows a file; one that no project shows gets its own."""
        found = self.find_watch(path)
        if found is None:
            found = self.watches[path] = Watch(Checked(Path(path)), self._settings_of(path))
        return found

    def _settings_of(self, folder: str) -> ClientSettings:
        return self._settings(folder) if self._ready.is_set() else ClientSettings()

    def _touch(self, path: str) -> None:
        """Look again at every project that holds a file: an outer folder reads the files of an inner one too."""
        owner = self.watch_of(path)
        for folder, watch in self.watches.items():
            if watch is owner or name_below(Path(folder), path) is not None or watch.checked.relative(path) is not None:
                self.want(watch, {path})

    def files_changed(self, paths: Iterable[str] | None) -> None:
        """Look again after files changed on disk; None when it is not known which."""
        for watch in self.watches.values():
            if paths is None:
                self.want(watch, None)
                continue
            mine = {path for path in paths if watch.checked.relative(path) is not None or watch.answer.target is None}
            settings = {path for path in paths if watch.checked.is_setting(path)}
            if settings:
                watch.reload = True
            if mine or settings:
                self.want(watch, mine)

    def settings_changed(self) -> None:
        """Read all configurations again."""
        for folder, watch in self.watches.items():
            watch.settings = self._settings(folder)
            watch.reload = True
            self.want(watch, None)

    # analyses

    def want(self, watch: Watch, paths: set[str] | None = None) -> None:
        """Ask for a new look at a project."""
        watch.wanted += 1
        watch.changed = None if paths is None or watch.changed is None else watch.changed | paths
        if not watch.busy and not self.closing:
            watch.busy = True
            task = asyncio.get_running_loop().create_task(self._keep(watch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def fresh(self, watch: Watch, uri: str) -> Answer:
        """Return an answer that has seen everything up to now. Raises Overtaken when the text `uri` is edited meanwhile."""
        if watch.answered >= watch.wanted:
            return watch.answer
        waiter = Waiter(watch.wanted, uri, asyncio.get_running_loop().create_future())
        watch.waiters.append(waiter)
        try:
            return await waiter.future
        finally:
            if waiter in watch.waiters:
                watch.waiters.remove(waiter)

    async def aside(self, work: Callable[[], T]) -> T:
        """Do something that parses in the thread of analyses: the parser is not made for two threads."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _keep(self, watch: Watch) -> None:
        loop = asyncio.get_running_loop()
        await self._ready.wait()
        try:
            while watch.answered < watch.wanted and not self.closing and watch in self.watches.values():
                await asyncio.sleep(_GATHER)
                revision, versions = watch.wanted, {uri: buffer.version for uri, buffer in self.texts.items()}
                job = self._take_job(watch, revision)
                shown = self._working(watch) if self._working is not None else None
                try:
                    answer = await loop.run_in_executor(self._thread, watch.checked.work, job)
                except Stopped:
                    watch.stopped = True
                    self._give_back(watch, job)
                    continue
                except Exception as error:
                    watch.changed, watch.reload = None, True
                    self._failed(watch, error)
                    answer = watch.answer
                finally:
                    if shown is not None:
                        shown.cancel()
                watch.stopped = False
                watch.answer, watch.versions, watch.answered = answer, versions, revision
                for waiter in [w for w in watch.waiters if w.revision <= revision]:
                    watch.waiters.remove(waiter)
                    if not waiter.future.done():
                        waiter.future.set_result(answer)
                self._delivered(watch)
                self._littered += 1
                if self._littered >= _RUNS:
                    await loop.run_in_executor(self._thread, self._collect)
        finally:
            watch.busy = False
            self._collect_at_rest(loop)

    def _collect_at_rest(self, loop: asyncio.AbstractEventLoop) -> None:
        """Collect garbage when no edit comes for a while: what an edit puts out of use is freed at once, save a few cycles."""
        if self._rest is not None:
            self._rest.cancel()
        if self._littered and not self.closing:
            self._rest = loop.call_later(_REST, lambda: self.closing or self._thread.submit(self._collect))

    def _collect(self) -> None:
        self._littered = 0
        gc.collect()

    def _take_job(self, watch: Watch, revision: int) -> Job:
        texts = {path: self.texts[uri].text for uri, path in self.paths.items() if uri in self.texts}
        notebooks = {
            self.paths[uri]: encode_notebook(notebook, self.texts)
            for uri, notebook in self.notebooks.items()
            if uri in self.paths
        }
        may_stop = not watch.stopped
        job = Job(
            self.encoding,
            watch.settings.settings,
            texts,
            notebooks,
            watch.changed,
            watch.reload,
            lambda: self.closing or (may_stop and watch.wanted > revision),
        )
        watch.changed, watch.reload = set(), False
        return job

    @staticmethod
    def _give_back(watch: Watch, job: Job) -> None:
        """Put the changes of an analysis that was ended back to those that wait."""
        if job.changed is None or watch.changed is None:
            watch.changed = None
        else:
            watch.changed |= set(job.changed)

    def close(self) -> None:
        """End: a running analysis stops at its next pause."""
        self.closing = True
        if self._rest is not None:
            self._rest.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)


def _start_thread() -> ThreadPoolExecutor:
    """Return an executor of one thread, which has a deep stack."""
    before = threading.stack_size(_STACK)
    try:
        executor = ThreadPoolExecutor(1, "driftlint-analysis")
        executor.submit(int).result()
    finally:
        threading.stack_size(before)
    return executor
