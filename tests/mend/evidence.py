"""Evidence for a survey: an environment and a Hub cache that hold whatever a repo's findings ask for.

Versions and commits are invented, but each fits what stands in the repo; packages of one name share one version.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from driftlint.documents.model import Document
from driftlint.facts import Finding, PinTarget, Reference
from driftlint.locks.specifiers import fits
from driftlint.pin_sources.askable import service_for
from driftlint.pin_sources.hub_cache import find_hub_place
from driftlint.pins import PACKAGES, Proposal, Scope

_NUMBER = re.compile(r"\d[\w.]*")
_RELEASED = {
    "accelerate": "1.6.0",
    "datasets": "3.6.0",
    "jax": "0.6.0",
    "keras": "3.10.0",
    "lightning": "2.5.1",
    "numpy": "1.26.4",
    "openai": "1.78.1",
    "pandas": "2.2.3",
    "scikit-learn": "1.6.1",
    "scipy": "1.15.3",
    "tensorflow": "2.19.0",
    "torch": "2.7.0",
    "torchvision": "0.22.0",
    "transformers": "4.51.3",
}
"""Releases that there are: what a mend writes depends on what the release in use has."""


def commit_of(name: str) -> str:
    """Return 40 hexadecimal digits that belong to a name."""
    return hashlib.sha1(name.encode()).hexdigest()


def choose_version(selectors: Iterable[str], first: str = "1.2.3") -> str:
    """Return a version that fits as many of the selectors as one can, `first` where it does."""
    asked = [selector for selector in selectors if selector]
    numbers = [number for selector in asked for number in _NUMBER.findall(selector)]
    known = []
    for number in numbers:
        try:
            known.append(Version(number.rstrip(".")))
        except InvalidVersion:
            continue
    candidates = [first]
    for version in known:
        release = (*version.release, 0, 0)[:3]
        candidates += [
            str(version),
            ".".join(map(str, (release[0], release[1], release[2] + 1))),
            ".".join(map(str, (release[0], release[1] + 1, 0))),
            ".".join(map(str, (release[0] + 1, 0, 0))),
            ".".join(map(str, (release[0], max(0, release[1] - 1), 9))),
            ".".join(map(str, (max(0, release[0] - 1), 9, 9))),
        ]
    return max(candidates, key=lambda version: sum(fits(version, selector) for selector in asked))


def lay_environment(folder: Path, references: Iterable[Reference], beside: Iterable[Reference]) -> None:
    """Write the metadata of an environment in which every package of the references is installed.

    Their versions fit what is asked for `beside` them, too: in all other places of the repo.
    """
    asked: dict[str, list[str]] = defaultdict(list)
    commits: set[str] = set()
    for reference in references:
        if reference.subject.kind in ("package", "tool"):
            name: str = canonicalize_name(reference.subject.name.split("[")[0])
            asked[name].append(reference.pin.selector or "")
            if reference.form == "vcs":
                commits.add(name)
    for reference in beside:
        name = canonicalize_name(reference.subject.name.split("[")[0])
        if name in asked and reference.subject.kind in ("package", "tool"):
            asked[name].append(reference.pin.selector or "")
    site = folder / "lib" / "python3.11" / "site-packages"
    (folder / "conda-meta").mkdir(parents=True)
    for name, selectors in asked.items():
        if not re.fullmatch(r"[\w.-]{1,100}", name):
            continue
        version = choose_version(selectors if name not in commits else (), _RELEASED.get(name, "1.2.3"))
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        (folder / "conda-meta" / f"{name}-{version}-py311_0.json").write_text("{}")
        if name in commits:
            direct = {"url": "https://example.org/x", "vcs_info": {"vcs": "git", "commit_id": commit_of(name)}}
            (info / "direct_url.json").write_text(json.dumps(direct))


def lay_hub_cache(folder: Path, references: Iterable[Reference]) -> None:
    """Write a Hub cache in which everything that the references name was read under the revision that they ask for."""
    for reference in references:
        place = find_hub_place(reference)
        if place is None:
            continue
        kind, name, revision = place
        kept, commit = folder / f"{kind}--{name.replace('/', '--')}", commit_of(f"{name} {revision}")
        (kept / "refs" / revision).parent.mkdir(parents=True, exist_ok=True)
        (kept / "refs" / revision).write_text(commit)
        (kept / "snapshots" / commit).mkdir(parents=True, exist_ok=True)


@dataclass
class ServiceAnswers:
    """Answers as a git remote or an image registry would give them, for what could be asked there."""

    documents: Callable[[str], Document | None]
    answers = (Scope(PACKAGES), Scope(frozenset(("repository", "action", "hook", "image"))))

    def find(self, reference: Reference) -> Proposal | None:
        """Return a commit or a digest."""
        name = f"{reference.subject.name} {reference.pin.selector}"
        service = service_for(reference, self.documents(reference.where.path))
        if service == "git":
            return Proposal(commit_of(name), "a git remote of the survey", "suggest")
        if service == "registry":
            digest = hashlib.sha256(name.encode()).hexdigest()
            return Proposal(f"sha256:{digest}", "a registry of the survey", "suggest")
        return None


def references_of(findings: Iterable[Finding]) -> list[Reference]:
    """Return the references that findings want pinned."""
    return [finding.target.reference for finding in findings if isinstance(finding.target, PinTarget)]
