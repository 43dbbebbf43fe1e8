"""Commits from the local cache of the Hugging Face Hub.

Promises: a commit is proposed only where the cache's ``refs/`` says that this machine read it under the revision that
the code asks for, and its snapshot is there. Refuses to know: the Hub itself.

The layout and the variables are those of huggingface_hub 2.4.0 (constants.py, file_download.py): a folder
``datasets--org--name`` or ``models--org--name`` holds ``refs/<revision>``, a file with the commit, and
``snapshots/<commit>``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from driftlint.disk import WorkspaceError, list_folder, read_regular_file
from driftlint.facts import Reference
from driftlint.late_regex import compile_late
from driftlint.pins import Proposal, Scope

_HOST = "huggingface"
"""The catalogue's id of the Hub whose cache this module reads."""
_COMMIT = compile_late(rb"[0-9a-f]{40}\s*")
_NAME = compile_late(r"[\w.-]+(?:/[\w.-]+)?")
_REVISION = compile_late(r"[\w.+-]+(?:/[\w.+-]+)*")
"""A branch, tag or ref: no absolute path, and no character that a file name cannot hold."""
_FOLDERS = {"dataset": "datasets", "metric": "spaces", "weights": "models"}
_CODE = "remote-code"
_LARGEST = 1 << 20
_CODE_FOLDERS = {"hub-dataset-id": "datasets", "hub-model-id": "models", "hub-owned-id": "models"}
"""Code lies in the repo of what it loads; which kind that is shows in the catalogue's names by which it is found."""
HUB = Scope(frozenset((*_FOLDERS, _CODE)), hosts=frozenset((_HOST,)))
"""What a commit of the Hub fixes: no address of a file, which is no repo that a client has read."""


def find_hub_caches() -> list[Path]:
    """Return the folders in which huggingface_hub and transformers look, the one that counts first."""
    home = os.environ.get("HF_HOME") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "huggingface"
    )
    named = [os.environ.get(name) for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "TRANSFORMERS_CACHE")]
    folders = [Path(os.path.expanduser(name)) for name in named if name]
    return [*dict.fromkeys([*folders, Path(os.path.expanduser(home)) / "hub"])]


def find_hub_place(reference: Reference) -> tuple[str, str, str] | None:
    """Return the kind of repo ("models", "datasets", "spaces"), its name and the revision that is asked for there.

    None for references to other hosts, and for names and revisions that are not known before the program runs.
    """
    name, kind = reference.subject.name, reference.subject.kind
    folder = _CODE_FOLDERS.get(reference.name_grammar) if kind == _CODE else _FOLDERS.get(kind)
    if folder is None or not HUB.holds(reference) or reference.late or not _NAME.fullmatch(name):
        return None
    revision = reference.pin.selector or "main"
    if not _REVISION.fullmatch(revision) or ".." in revision:
        return None
    return folder, name, revision


class HubCache:
    """Answers for repos of the Hub out of its cache folders."""

    answers = (HUB,)

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders
        self._known: dict[tuple[str, str, str, bool], Proposal | None] = {}

    def find(self, reference: Reference) -> Proposal | None:
        """Return the commit that the cache holds for a reference's name and revision."""
        place = find_hub_place(reference)
        if place is None:
            return None
        key = (*place, reference.subject.kind == _CODE)
        if key not in self._known:
            self._known[key] = self._look_up(*key)
        return self._known[key]

    def _look_up(self, kind: str, name: str, revision: str, is_code: bool) -> Proposal | None:
        for folder in self._folders:
            kept = folder / f"{kind}--{name.replace('/', '--')}"
            try:
                data = read_regular_file(kept / "refs" / revision, 256)
            except WorkspaceError:
                continue
            commit = data.decode("ascii", "replace").strip()
            if _COMMIT.fullmatch(data) and commit in list_folder(kept / "snapshots"):
                if is_code and _has_code_elsewhere(kept / "snapshots" / commit):
                    return None
                return Proposal(commit, f"local Hub cache, {kind} {name}, refs/{revision}")
        return None


def _has_code_elsewhere(snapshot: Path) -> bool:
    """Return whether a model's configuration takes its code from another repo, whose commits are others.

    Source: transformers, dynamic_module_utils.py, get_class_from_dynamic_module: ``OTHER/REPO--module.Class``.
    """
    try:
        data = json.loads(read_regular_file(snapshot / "config.json", _LARGEST))
    except (WorkspaceError, ValueError, RecursionError):
        return False
    names = data.get("auto_map") if isinstance(data, dict) else None
    texts = list(names.values()) if isinstance(names, dict) else []
    return "--" in json.dumps(texts)
