"""Which files hold what no commit does.

Promises: a file that git has as it is counts as committed, whatever line ends and filters stand between the two; no filter
is run to find out. Refuses to know: why anyone asks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from driftlint.disk import WorkspaceError, read_regular_file
from driftlint.git_objects import GitObjects, StagedFile, TreeEntry
from driftlint.git_tree import Snapshot


def find_uncommitted(root: Path, paths: Iterable[str], limit: int) -> list[str]:
    """Return those of the paths below a root that differ from HEAD, on disk or in the index, or that git does not know.

    Links are followed. [] where the root is in no work tree. `limit` bounds the size of files that are read, in bytes.
    Raises GitError when git is not there or does not answer.
    """
    start = os.path.abspath(root)
    if not any(os.path.lexists(place / ".git") for place in (Path(start), *Path(start).parents)):
        return []
    with GitObjects.find(root) as objects:
        head = objects.list_tree(objects.find_commit("HEAD").id)
        staged = objects.list_staged()
        changes = _Changes(objects, head, staged, limit)
        return [path for path in paths if changes.has(os.path.realpath(os.path.join(start, path)))]


class _Changes:
    def __init__(
        self, objects: GitObjects, head: dict[str, TreeEntry], staged: dict[str, StagedFile], limit: int
    ) -> None:
        self._objects = objects
        self._head = head
        self._staged = staged
        self._limit = limit
        self._top = os.path.realpath(objects.top)

    def has(self, path: str) -> bool:
        """Return whether a file (its real path) differs from the last commit."""
        name = os.path.relpath(path, self._top).replace(os.sep, "/")
        committed, staged = self._head.get(name), self._staged.get(name)
        if committed is None or staged is None or committed.id != staged.id:
            return True
        return not _is_as_noted(path, staged) and not self._holds(path, name, committed)

    def _holds(self, path: str, name: str, committed: TreeEntry) -> bool:
        """Return whether a file holds what was committed, line ends aside."""
        snapshot = Snapshot(self._objects, {name: committed}, self._objects.measure([committed.id]), "HEAD")
        try:
            kept = snapshot.read_at(name, self._limit)
            found = read_regular_file(path, self._limit)
        except WorkspaceError:
            return False
        return found == kept or (b"\r" not in kept and found.replace(b"\r\n", b"\n") == kept)


def _is_as_noted(path: str, staged: StagedFile) -> bool:
    """Return whether a file is what git saw when it was added, by size and time of change.

    So no filter need be run on a notebook whose outputs one strips.
    """
    try:
        found = os.lstat(path)
    except OSError:
        return False
    seconds, fraction = divmod(found.st_mtime_ns, 1_000_000_000)
    same_time = seconds % 2**32 == staged.seconds and staged.fraction in (0, fraction)
    return same_time and found.st_size % 2**32 == staged.size
