"""Commits of data repositories that the repo's own imports by DVC are locked to.

Promises: a commit is proposed only where all imports of one repository, at the revision that is asked for, agree on it; the
file that says so is named. Refuses to know: whether the very same file was imported; so its pins are suggestions.

The form is that of dvc 3.67.1 (dependency/repo.py, repo/datasets.py): ``deps[].repo`` of a ``.dvc`` file and
``datasets[]`` of ``dvc.lock`` hold `url`, perhaps `rev`, and `rev_lock`, the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from driftlint.documents.model import Document, Node
from driftlint.facts import Reference
from driftlint.late_regex import compile_late
from driftlint.mentions.revision import parse_repository
from driftlint.pins import Proposal, Scope

_HOST = "dvc"
"""The catalogue's id of what such files are of."""
_COMMIT = compile_late(r"[0-9a-f]{40}")
_IMPORT, _LOCK = ".dvc", "dvc.lock"


class ImportedData:
    """Answers for data in other repositories out of the files of this one. `paths` are the files in scope."""

    answers = (Scope(frozenset(("dataset",)), hosts=frozenset((_HOST,))),)

    def __init__(self, paths: Sequence[str], get_document: Callable[[str], Document | None]) -> None:
        self._paths = paths
        self._get_document = get_document

    def find(self, reference: Reference) -> Proposal | None:
        """Return the commit to which data of the same repository is locked."""
        if reference.late:
            return None
        key = (_normalise(reference.subject.name), reference.pin.selector or "")
        found = self._locked.get(key, {})
        if len(found) != 1:
            return None
        commit, path = next(iter(found.items()))
        return Proposal(commit, f"{path}, rev_lock of {reference.subject.name}", "suggest")

    @cached_property
    def _locked(self) -> dict[tuple[str, str], dict[str, str]]:
        """The commits of each repository and revision, with the first file that names each."""
        found: dict[tuple[str, str], dict[str, str]] = {}
        for path in sorted(self._paths):
            if not path.endswith(_IMPORT) and path.rpartition("/")[2] != _LOCK:
                continue
            document = self._get_document(path)
            for table in _tables(document.body) if document is not None and isinstance(document.body, Node) else ():
                url, revision, commit = (_text(table.get(key)) for key in ("url", "rev", "rev_lock"))
                if url and _COMMIT.fullmatch(commit):
                    found.setdefault((_normalise(url), revision), {}).setdefault(commit, path)
        return found


def _tables(body: Node) -> Iterator[Node]:
    for dependency in _items(body.get("deps")):
        repo = dependency.get("repo")
        if repo is not None:
            yield repo
    yield from _items(body.get("datasets"))


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if node is not None else ()


def _text(node: Node | None) -> str:
    """Return a scalar as it is written: digits alone may be a commit."""
    return node.raw or str(node.value) if node is not None and node.kind == "scalar" and node.value is not None else ""


def _normalise(url: str) -> str:
    """Return an address as it is compared: its spelling by protocol and its ending do not count."""
    repository = parse_repository(url)
    return f"{repository.host}/{repository.name}" if repository is not None else url
