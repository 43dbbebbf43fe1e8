"""Versions from what a past run recorded of its environment.

Promises: the newest record of the repo counts, and it is named. Refuses to know: whether that run made the results; so
its pins are suggestions.

A W&B run leaves ``wandb/run-<date>_<time>-<id>/files/requirements.txt``, one ``name==version`` a line (wandb 0.21,
sdk/internal/system); MLflow leaves ``mlruns/*/*/artifacts/**/requirements.txt`` beside a logged model.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from packaging.utils import canonicalize_name

from driftlint.facts import Reference
from driftlint.pins import Proposal
from driftlint.workspace import WorkspaceError, list_folder, read_regular_file

_RUN = re.compile(r"(?:offline-)?run-(\d{8}_\d{6})-\w+")
_LINE = re.compile(r"([A-Za-z0-9][\w.-]*)==([\w.!+-]+)")
_LARGEST = 4 << 20


class RecordedVersions:
    """Answers for packages out of the records of runs below a root."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def find(self, reference: Reference) -> Proposal | None:
        """Return the version that the newest record names."""
        if reference.subject.kind not in ("package", "tool") or reference.form in ("vcs", "url"):
            return None
        version = self._record[1].get(canonicalize_name(reference.subject.name.split("[")[0]))
        if version is None or "+" in version:
            return None
        return Proposal(version, f"the packages of a recorded run, {self._record[0]}", "suggest")

    @cached_property
    def _record(self) -> tuple[str, dict[str, str]]:
        names = [name for name in list_folder(self._root / "wandb") if _RUN.fullmatch(name)]
        for name in sorted(names, key=lambda n: n[n.index("run-") :], reverse=True):
            path = self._root / "wandb" / name / "files" / "requirements.txt"
            try:
                text = read_regular_file(path, _LARGEST).decode("utf-8", "replace")
            except WorkspaceError:
                continue
            lines = (_LINE.fullmatch(line.strip()) for line in text.splitlines())
            return (
                f"wandb/{name}/files/requirements.txt",
                {canonicalize_name(line[1]): line[2] for line in lines if line is not None},
            )
        return "", {}
