"""Versions from an environment's files: what is installed there, without running its interpreter.

Promises: names and versions come from the folders that installers write (dist-info, conda-meta), the commit of a package
from version control from ``direct_url.json`` (PEP 610). Refuses to know: whether the environment is the right one; the
caller names it.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cached_property
from pathlib import Path

from packaging.version import Version

from driftlint.disk import WorkspaceError, find_real_path, is_file, is_folder, list_folder, read_regular_file
from driftlint.distributions import canonicalize_name
from driftlint.facts import Reference
from driftlint.late_regex import compile_late
from driftlint.pins import PACKAGES, RELEASES, Proposal, Scope

_DIST = compile_late(r"(?P<name>.+?)-(?P<version>[^-]+)\.(?:dist|egg)-info")
_CONDA = compile_late(r"(?P<name>.+)-(?P<version>[^-]+)-(?P<build>[^-]+)\.json")
_COMMIT = compile_late(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_LARGEST = 1 << 20


def find_environments(root: Path, named: Path | None = None) -> list[Path]:
    """Return the folders of environments that count for a project, best first.

    One that is named wins alone; else ``.venv`` and ``venv`` in the root, else the one that is active (``VIRTUAL_ENV``,
    ``CONDA_PREFIX``).
    """
    if named is not None:
        return [named]
    own = [root / name for name in (".venv", "venv") if is_file(root / name / "pyvenv.cfg")]
    if own:
        return own[:1]
    active = [Path(os.environ[name]) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if os.environ.get(name)]
    return [path for path in active if is_folder(path) and not _is_made_for_a_hook(path)][:1]


def _is_made_for_a_hook(path: Path) -> bool:
    """pre-commit (4.7.0, languages/python.py) activates the environment that it made for the hook: no project's own."""
    return bool(os.environ.get("PRE_COMMIT")) and find_real_path(path) == find_real_path(sys.prefix)


class InstalledVersions:
    """Answers for packages out of one environment. `label` is how the evidence calls it."""

    answers = (RELEASES, Scope(PACKAGES, forms=frozenset(("vcs",))))

    def __init__(self, folder: Path, label: str) -> None:
        self._folder = folder
        self._label = label

    def find(self, reference: Reference) -> Proposal | None:
        """Return the installed version; for a package from version control the installed commit."""
        name = canonicalize_name(reference.subject.name.split("[")[0])
        if reference.form == "vcs":
            commit = self._commit(name)
            return Proposal(commit, f"{self._label}, direct_url.json of {name}") if commit else None
        first, second = self._distributions, self._conda
        if reference.form == "conda" or reference.subject.host == "conda":
            first, second = second, first
        version = first.get(name) or second.get(name)
        if version is None:
            return None
        return _propose(version, f"{self._label} ({name} {version})")

    @cached_property
    def site_packages(self) -> list[Path]:
        """The folders that may hold its packages, first the one that counts."""
        found = [self._folder / "Lib" / "site-packages"]
        for lib in ("lib", "lib64"):
            names = [name for name in list_folder(self._folder / lib) if name.startswith("python")]
            found += [self._folder / lib / name / "site-packages" for name in names]
        return found

    @cached_property
    def _places(self) -> dict[str, tuple[str, Path]]:
        """Version and metadata folder of each distribution."""
        found: dict[str, tuple[str, Path]] = {}
        for folder in self.site_packages:
            for entry in list_folder(folder):
                match = _DIST.fullmatch(entry)
                if match is not None:
                    found.setdefault(canonicalize_name(match["name"]), (match["version"], folder / entry))
        return found

    @cached_property
    def _distributions(self) -> dict[str, str]:
        return {name: version for name, (version, _) in self._places.items()}

    @cached_property
    def _conda(self) -> dict[str, str]:
        matches = (_CONDA.fullmatch(name) for name in list_folder(self._folder / "conda-meta"))
        return {canonicalize_name(match["name"]): match["version"] for match in matches if match is not None}

    def _commit(self, name: str) -> str:
        if name not in self._places:
            return ""
        try:
            data = json.loads(read_regular_file(self._places[name][1] / "direct_url.json", _LARGEST))
        except (WorkspaceError, ValueError, RecursionError):
            return ""
        info = data.get("vcs_info") if isinstance(data, dict) else None
        commit = info.get("commit_id") if isinstance(info, dict) else None
        return commit if isinstance(commit, str) and _COMMIT.fullmatch(commit) else ""


def _propose(version: str, evidence: str) -> Proposal | None:
    """Return a version as a pin. A local label (``2.3.0+cu121``) is left out: only an index of its own serves it."""
    try:
        parsed = Version(version)
    except (ValueError, RecursionError):
        return None
    if parsed.local:
        return Proposal(parsed.public, evidence, "suggest")
    return Proposal(version, evidence)
