"""Versions from the local cache of kagglehub.

Promises: a version is proposed only where it is the one complete copy on this machine. Refuses to know: Kaggle itself, and copies
that a call puts elsewhere.

The layout and the variable are those of kagglehub 1.0.3 (cache.py, config.py): below ``KAGGLEHUB_CACHE`` or
``~/.cache/kagglehub`` stand ``datasets/OWNER/NAME/versions/N``, ``models/OWNER/MODEL/FRAMEWORK/VARIATION/N`` and
``notebooks/OWNER/NAME/output/versions/N``. What is complete has a mark beside it: ``N.complete`` for all files, a folder
``.complete/N`` for some. The mark of a notebook's output is the same for all its versions, so it tells nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from driftlint.disk import is_file, is_folder, list_folder
from driftlint.facts import Reference
from driftlint.late_regex import compile_late
from driftlint.pins import Proposal, Scope

_HOST = "kaggle"
"""The catalogue's id of the host whose client keeps this cache."""
_PART = compile_late(r"[\w.-]+")
_NUMBER = compile_late(r"[1-9]\d*")
_SCHEME = "kaggle://"
_DATASET_PARTS, _MODEL_PARTS = 2, 4


class KaggleCache:
    """Answers for datasets, weights and code of Kaggle out of a cache folder."""

    answers = (
        Scope(frozenset(("dataset", "weights", "remote-code")), hosts=frozenset((_HOST,)), forms=frozenset(("call",))),
    )

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of_this_machine(cls) -> KaggleCache:
        """Return the source over the folder in which the client keeps what it has downloaded."""
        return cls(Path(os.environ.get("KAGGLEHUB_CACHE") or os.path.expanduser("~/.cache/kagglehub")))

    def find(self, reference: Reference) -> Proposal | None:
        """Return the number of the one version that is there."""
        parts = reference.subject.name.removeprefix(_SCHEME).split("/")
        if reference.late or reference.pin.selector is not None:
            return None
        if not all(_PART.fullmatch(part) and part.strip(".") for part in parts):
            return None
        found = [place for place in _places(parts) if is_folder(self._folder / place[0])]
        if len(found) != 1:
            return None  # a dataset and a notebook may have one name
        place, marks = found[0]
        numbers = [n for n in list_folder(self._folder / place) if _NUMBER.fullmatch(n) and self._is_whole(marks, n)]
        if len(numbers) != 1:
            return None
        return Proposal(numbers[0], f"local kagglehub cache, {place}/{numbers[0]}")

    def _is_whole(self, marks: str, number: str) -> bool:
        if not marks:
            return True
        beside = self._folder / marks
        return is_file(beside / f"{number}.complete") or bool(list_folder(beside / ".complete" / number))


def _places(parts: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the folders of versions that a handle may mean, each with the folder of its marks ("" for none)."""
    name = "/".join(parts)
    if len(parts) == _DATASET_PARTS:
        yield f"datasets/{name}/versions", f"datasets/{name}"
        yield f"notebooks/{name}/output/versions", ""
    elif len(parts) == _MODEL_PARTS:
        yield f"models/{name}", f"models/{name}"
