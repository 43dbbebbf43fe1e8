"""A progress bar for long runs at a terminal.

Promises: nothing is drawn (and rich is not imported) before a second has passed, nothing is left on the screen, and the
engine does not know that it is watched. Refuses to know: what a run does after its files are read.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from driftlint.documents import kind_of
from driftlint.workspace import Listing, Scope, Workspace

DELAY = 1.0
"""Seconds before anything is drawn."""
_STEP = 0.1


class _Watched:
    """A workspace that counts the files that are read from it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.total = 0
        self.read_count = 0

    def list_files(self, scope: Scope) -> Listing:
        listing = self._workspace.list_files(scope)
        # The engine reads the files whose name says their kind, and those without an ending for their first line.
        self.total = sum(1 for path in listing.files if kind_of(path) or "." not in path.rsplit("/", 1)[-1])
        return listing

    def read(self, path: str) -> bytes:
        self.read_count += 1
        return self._workspace.read(path)

    def exists(self, path: str) -> bool:
        return self._workspace.exists(path)


@contextmanager
def watch(workspace: Workspace, wanted: bool) -> Iterator[Workspace]:
    """Give a workspace to run on; while the block runs, a bar shows how far the reading is (when `wanted`)."""
    if not wanted:
        yield workspace
        return
    watched = _Watched(workspace)
    done = threading.Event()
    thread = threading.Thread(target=_draw, args=(watched, done), daemon=True)
    thread.start()
    try:
        yield watched
    finally:
        done.set()
        thread.join(2)


def _draw(watched: _Watched, done: threading.Event) -> None:
    if done.wait(DELAY):
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    # A stream of its own: worker processes may be forked while this thread writes, and they flush sys.stderr when they
    # end, which would wait for ever on a lock that was held at that moment.
    with open(os.dup(2), "w", encoding="utf-8", errors="replace") as stream:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        console = Console(file=stream)
        with Progress(
            *columns,
            console=console,
            transient=True,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        ) as bar:
            task = bar.add_task("Listing", total=None)
            while not done.wait(_STEP):
                reading = watched.read_count < watched.total
                text = "Reading" if reading else "Analysing" if watched.total else "Listing"
                total = watched.total if reading else None
                bar.update(task, description=text, completed=watched.read_count, total=total)
                bar.refresh()
