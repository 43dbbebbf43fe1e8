"""Versions from what a past run recorded of its environment.

Promises: the newest record counts of the folder nearest above a manifest that holds any, and it is named; a record that names
another repository's remote is none of this repo's. Refuses to know: whether that run made the results; so its pins are
suggestions.

A W&B run leaves ``wandb/run-<date>_<time>-<id>/files/requirements.txt``, one ``name==version`` a line (wandb 0.21,
sdk/internal/system). MLflow leaves ``mlruns/<experiment>/<run>/artifacts/<model>/requirements.txt`` beside a logged model and
``meta.yaml`` with ``start_time`` in milliseconds since 1970 (mlflow 3.6, store/tracking/file_store.py); models that it logs
apart stand in ``mlruns/<experiment>/models/<model>`` with ``creation_timestamp``. The remote stands as ``git.remote`` in the W&B
run's ``files/wandb-metadata.json`` (wandb 0.16.6), and in the MLflow run's ``tags/mlflow.source.git.repoURL``
(utils/mlflow_tags.py).
"""

from __future__ import annotations

import contextlib
import json
import posixpath
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path

from driftlint.disk import WorkspaceError, is_file, list_folder, read_regular_file
from driftlint.distributions import canonicalize_name
from driftlint.facts import Reference
from driftlint.late_regex import compile_late
from driftlint.mentions.revision import parse_repository
from driftlint.pins import RELEASES, Proposal

_RUN = compile_late(r"(?:offline-)?run-(\d{8}_\d{6})-\w+")
_LINE = compile_late(r"([A-Za-z0-9][\w.-]*)==([\w.!+-]+)")
_TIME = compile_late(r"^(?:start_time|creation_timestamp):[ \t]*(\d{10,14})[ \t\r]*$", re.MULTILINE)
_REMOTE = compile_late(r"^[ \t]*url[ \t]*=[ \t]*(?P<url>\S+)", re.MULTILINE)
_LARGEST = 4 << 20
_MOST = 2_000
"""Experiments, and runs of one, that are looked at."""


class RecordedVersions:
    """Answers for packages out of the records of runs below a root."""

    answers = (RELEASES,)

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, tuple[str, dict[str, str]]] = {}

    def find(self, reference: Reference) -> Proposal | None:
        """Return the version that the newest record names."""
        folder = posixpath.dirname(reference.where.path)
        name, versions = self._read_record(folder)
        while folder and not versions:
            folder = posixpath.dirname(folder)
            name, versions = self._read_record(folder)
        version = versions.get(canonicalize_name(reference.subject.name.split("[")[0]))
        if version is None or "+" in version:
            return None
        return Proposal(version, f"the packages of a recorded run, {name}", "suggest")

    def _read_record(self, folder: str) -> tuple[str, dict[str, str]]:
        """Return the path and the versions of the newest record in a folder that names any."""
        if folder not in self._known:
            self._known[folder] = self._find_newest(folder)
        return self._known[folder]

    def _find_newest(self, folder: str) -> tuple[str, dict[str, str]]:
        found = sorted((*self._find_wandb(folder), *self._find_mlflow(folder)), reverse=True)
        for _, name in found:
            try:
                text = read_regular_file(self._root / name, _LARGEST).decode("utf-8", "replace")
            except WorkspaceError:
                continue
            lines = [line for line in (_LINE.fullmatch(line.strip()) for line in text.splitlines()) if line is not None]
            if lines:
                return name, {canonicalize_name(line[1]): line[2] for line in lines}
        return "", {}

    def _find_wandb(self, folder: str) -> Iterator[tuple[float, str]]:
        """Yield (seconds since 1970, path) of the records of W&B runs."""
        base = posixpath.join(folder, "wandb")
        for name in list_folder(self._root / base):
            match = _RUN.fullmatch(name)
            if match is not None:
                with contextlib.suppress(ValueError):
                    if self._is_foreign(self._read_wandb_remote(f"{base}/{name}/files/wandb-metadata.json")):
                        continue
                    begun = datetime.strptime(match[1], "%Y%m%d_%H%M%S").replace(tzinfo=timezone.utc)
                    yield begun.timestamp(), f"{base}/{name}/files/requirements.txt"

    def _find_mlflow(self, folder: str) -> Iterator[tuple[float, str]]:
        """Yield the same of models that MLflow logged."""
        base = posixpath.join(folder, "mlruns")
        for experiment in list_folder(self._root / base)[:_MOST]:
            for parent in (f"{base}/{experiment}", f"{base}/{experiment}/models"):
                for run in list_folder(self._root / parent)[:_MOST]:
                    begun = self._read_time(f"{parent}/{run}/meta.yaml")
                    if begun and self._is_foreign(self._read(f"{parent}/{run}/tags/mlflow.source.git.repoURL").strip()):
                        continue
                    artifacts = f"{parent}/{run}/artifacts"
                    for model in ("", *list_folder(self._root / artifacts)) if begun else ():
                        name = posixpath.join(artifacts, model, "requirements.txt")
                        if is_file(self._root / name):
                            yield begun, name

    def _is_foreign(self, remote: str) -> bool:
        """Return whether a record's remote is that of another repository; one that is not told counts as this repo's."""
        named = parse_repository(remote) if remote else None
        return named is not None and bool(self._remotes) and (named.host, named.name) not in self._remotes

    @cached_property
    def _remotes(self) -> frozenset[tuple[str, str]]:
        """The repositories that this repo's clone knows as its remotes."""
        found = (parse_repository(match["url"]) for match in _REMOTE.finditer(self._read(".git/config")))
        return frozenset((remote.host, remote.name) for remote in found if remote is not None)

    def _read_wandb_remote(self, path: str) -> str:
        try:
            data = json.loads(self._read(path))
        except (ValueError, RecursionError):
            return ""
        git = data.get("git") if isinstance(data, dict) else None
        remote = git.get("remote") if isinstance(git, dict) else None
        return remote if isinstance(remote, str) else ""

    def _read(self, path: str) -> str:
        """Return a file's text, "" where there is none."""
        try:
            return read_regular_file(self._root / path, _LARGEST).decode("utf-8", "replace")
        except WorkspaceError:
            return ""

    def _read_time(self, path: str) -> float:
        match = _TIME.search(self._read(path))
        return int(match[1]) / 1000 if match is not None else 0.0
