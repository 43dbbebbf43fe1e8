"""Versions from the data that TensorFlow Datasets has prepared on this machine.

Promises: a version is proposed only where exactly one that fits lies there, whole. Refuses to know: which versions a release
knows.

The layout and the variable are those of tensorflow-datasets 4.9.10 (core/constants.py, core/read_only_builder.py,
core/naming.py): below ``TFDS_DATA_DIR`` or ``~/tensorflow_datasets`` stands ``NAME[/CONFIG]/MAJOR.MINOR.PATCH``, which holds
``dataset_info.json`` once it is whole. A name is ``name[/config][:version]``, in snake case or camel case; ``*`` in a version
stands for any number.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from driftlint.disk import is_file, list_folder
from driftlint.facts import Reference
from driftlint.late_regex import compile_late
from driftlint.pins import Proposal, Scope

_HOST = "tfds"
"""The catalogue's id of the host whose data this module looks at."""
_NAME = compile_late(r"(?P<name>\w+)(?:/(?P<config>[\w+.-]+))?(?::.*)?")
_VERSION = compile_late(r"\d+\.\d+\.\d+")
_ASKED = compile_late(r"(?:\d+|\*)(?:\.(?:\d+|\*)){2}")
_NEWEST = "experimental_latest"


class PreparedData:
    """Answers for data sets whose version is left open, out of a folder of prepared data."""

    answers = (Scope(frozenset(("dataset",)), hosts=frozenset((_HOST,)), forms=frozenset(("call",))),)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of_this_machine(cls) -> PreparedData:
        """Return the source over the folder of prepared data."""
        return cls(Path(os.environ.get("TFDS_DATA_DIR") or os.path.expanduser("~/tensorflow_datasets")))

    def find(self, reference: Reference) -> Proposal | None:
        """Return the one prepared version that fits what is asked for."""
        asked = reference.pin.selector
        match = _NAME.fullmatch(reference.subject.name)
        if match is None or reference.late or asked is None:
            return None
        if asked != _NEWEST and not _ASKED.fullmatch(asked):
            return None
        pattern = re.compile(r"\d+\.\d+\.\d+" if asked == _NEWEST else re.escape(asked).replace(r"\*", r"\d+"))
        config = match["config"]
        if config is not None and not config.strip("."):
            return None
        place = Path(_snake(match["name"])) / config if config else Path(_snake(match["name"]))
        versions = [
            name
            for name in list_folder(self._folder / place)
            if _VERSION.fullmatch(name)
            and pattern.fullmatch(name)
            and is_file(self._folder / place / name / "dataset_info.json")
        ]
        if len(versions) != 1:
            return None
        return Proposal(versions[0], f"the prepared data in {self._folder / place / versions[0]}")


def _snake(name: str) -> str:
    """Return a class's name as its folder is called."""
    parted = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", parted).lower()
