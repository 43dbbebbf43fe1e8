"""Commits of repositories that lie in the project: clones that scripts made there, submodules.

Promises: a commit is proposed only where the work tree's own git folder says that it came from the address that is cloned.
Refuses to know: remotes, and whether the work tree was changed since.

Read as files (gitrepository-layout(5) of git 2.53): ``.git/config`` names the remote, ``.git/HEAD`` a commit or a branch,
``refs/`` and ``packed-refs`` the branch's commit; of a submodule the folder is ``.git/modules/<name>``.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from driftlint.disk import WorkspaceError, is_folder, list_folder, read_regular_file
from driftlint.documents.model import Document
from driftlint.facts import Reference
from driftlint.late_regex import compile_late
from driftlint.mentions.clone_line import read_clone
from driftlint.mentions.revision import parse_repository
from driftlint.pins import Proposal, Scope

_COMMIT = compile_late(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REMOTE = compile_late(r"^[ \t]*url[ \t]*=[ \t]*(?P<url>\S+)", re.MULTILINE)
_LARGEST = 1 << 20


class ClonedCommits:
    """Answers for clones out of the work trees below a root."""

    answers = (Scope(frozenset(("repository",)), forms=frozenset(("clone",))),)

    def __init__(self, root: Path, get_document: Callable[[str], Document | None]) -> None:
        self._root = root
        self._get_document = get_document

    def find(self, reference: Reference) -> Proposal | None:
        """Return the commit that is checked out where the clone would put it, or in the submodule of the same address."""
        document = self._get_document(reference.where.path)
        clone = read_clone(document.text, reference.where.span) if document is not None else None
        if clone is None:
            return None
        wanted = (reference.subject.host, reference.subject.name)
        for name, git in self._places(clone.folder, reference.where.path):
            config = _read(git / "config")
            remotes = (parse_repository(match["url"]) for match in _REMOTE.finditer(config))
            if any(remote is not None and (remote.host, remote.name) == wanted for remote in remotes):
                commit = _find_head(git)
                if commit:
                    return Proposal(commit, name)
        return None

    def _places(self, folder: str, path: str) -> Iterator[tuple[str, Path]]:
        """Yield the git folders that may be the clone's, each with the name that people know it by."""
        bare = folder.strip("\"'")
        if re.fullmatch(r"[\w.+-]+(?:/[\w.+-]+)*/?", bare):
            for base in dict.fromkeys((posixpath.dirname(path), "")):
                name = posixpath.normpath(posixpath.join(base, bare))
                git = self._root / name / ".git"
                if not name.startswith("..") and is_folder(git):
                    yield f"the clone in {name}", git
        modules = self._root / ".git" / "modules"
        for name in list_folder(modules):
            yield f"the submodule {name}", modules / name


def _find_head(git: Path) -> str:
    head = _read(git / "HEAD").strip()
    if _COMMIT.fullmatch(head):
        return head
    ref = head.removeprefix("ref:").strip()
    if not head.startswith("ref:") or not re.fullmatch(r"refs/[\w./+-]+", ref) or ".." in ref:
        return ""
    loose = _read(git / ref).strip()
    if _COMMIT.fullmatch(loose):
        return loose
    rows = (line.split(" ") for line in _read(git / "packed-refs").splitlines())
    return next((row[0] for row in rows if len(row) == 2 and row[1] == ref and _COMMIT.fullmatch(row[0])), "")


def _read(path: Path) -> str:
    try:
        return read_regular_file(path, _LARGEST).decode("utf-8", "replace")
    except WorkspaceError:
        return ""
