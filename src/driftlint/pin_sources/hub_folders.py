"""Commits from the folders into which torch.hub has put repositories.

Promises: a commit is proposed only where it is the one copy of the repository on this machine, and none lies there under the name
that the code asks for. Refuses to know: what a branch's folder holds; no commit is kept there.

The layout and the variables are those of torch 2.14.1 (hub.py): ``$TORCH_HOME/hub``, ``$XDG_CACHE_HOME/torch/hub`` or
``~/.cache/torch/hub`` holds ``OWNER_REPO_REF``, slashes of the ref turned into underscores.
"""

from __future__ import annotations

import os
from pathlib import Path

from driftlint.disk import list_folder
from driftlint.facts import Reference
from driftlint.late_regex import compile_late
from driftlint.pins import Proposal, Scope

_COMMIT = compile_late(r"[0-9a-f]{40}")
_NAME = compile_late(r"(?P<owner>[\w.-]+)/(?P<repo>[\w.-]+)(?::(?P<ref>[^:]+))?")
_USUAL = ("main", "master")
"""The branches that a name without a ref may mean."""


class HubFolders:
    """Answers for code of GitHub that is loaded by its name out of such a folder."""

    answers = (Scope(frozenset(("remote-code",)), hosts=frozenset(("github",)), forms=frozenset(("call",))),)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of_this_machine(cls) -> HubFolders:
        """Return the source over the folder of downloaded repositories."""
        home = os.environ.get("TORCH_HOME") or os.path.join(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "torch")
        return cls(Path(os.path.expanduser(home)) / "hub")

    def find(self, reference: Reference) -> Proposal | None:
        """Return the commit of the one copy."""
        match = _NAME.fullmatch(reference.subject.name)
        if match is None or reference.late:
            return None
        lead = f"{match['owner']}_{match['repo']}_"
        refs = [name[len(lead) :] for name in list_folder(self._folder) if name.startswith(lead)]
        asked = (match["ref"].replace("/", "_"),) if match["ref"] else _USUAL
        commits = [ref for ref in refs if _COMMIT.fullmatch(ref)]
        if len(commits) != 1 or any(ref in asked for ref in refs):
            return None
        return Proposal(commits[0], f"torch.hub's folder, {lead}{commits[0]} is the one copy", "suggest")
