"""Versions of OpenML's data sets from what its clients have kept on this machine.

Promises: a version is proposed only where all that is kept of a name agrees on it. Refuses to know: OpenML itself.

Two clients keep different files. scikit-learn 1.9.1 (datasets/_openml.py, datasets/_base.py) keeps the answer to "which is the
first active version" below ``SCIKIT_LEARN_DATA`` or ``~/scikit_learn_data``:
``openml/openml.org/api/v1/json/data/list/data_name/NAME/limit/2/status/active/.gz``, the name in lower case. openml 0.15.1
(config.py, utils.py, datasets/functions.py) keeps ``org/openml/www/datasets/ID/description.xml`` below ``OPENML_CACHE_DIR``,
``$XDG_CACHE_HOME/openml`` or ``~/.cache/openml`` (``~/.openml`` elsewhere than on Linux).
"""

from __future__ import annotations

import json
import os
import re
import sys
import zlib
from functools import cached_property
from pathlib import Path

from driftlint.disk import WorkspaceError, list_folder, read_regular_file
from driftlint.facts import Reference
from driftlint.late_regex import compile_late
from driftlint.pins import Proposal, Scope

_HOST = "openml"
"""The catalogue's id of the host whose clients keep these files."""
_NAME = compile_late(r"[\w.() -]+")
_NUMBER = compile_late(r"[1-9]\d*")
_LARGEST = 1 << 20
_MOST = 2_000
"""Descriptions that are looked at."""
_GZIP = 31
"""The window that makes zlib read gzip."""


class OpenmlCaches:
    """Answers for data sets by their names. `answered` holds answers to searches, `described` descriptions."""

    answers = (Scope(frozenset(("dataset",)), hosts=frozenset((_HOST,)), forms=frozenset(("call",))),)

    def __init__(self, answered: Path, described: Path) -> None:
        self._answered = answered
        self._described = described

    @classmethod
    def of_this_machine(cls) -> OpenmlCaches:
        """Return the source over the folders in which both clients keep what they have read."""
        tables = os.environ.get("SCIKIT_LEARN_DATA") or "~/scikit_learn_data"
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        usual = os.path.join(base, "openml") if sys.platform == "linux" else "~/.openml"
        own = os.environ.get("OPENML_CACHE_DIR") or usual
        return cls(Path(os.path.expanduser(tables)), Path(os.path.expanduser(own)))

    def find(self, reference: Reference) -> Proposal | None:
        """Return the version that an active data set of the name was found to have."""
        name = reference.subject.name
        if reference.late or not _NAME.fullmatch(name) or not name.strip("."):
            return None
        if reference.pin.selector not in (None, "active"):
            return None
        first = self._first_answer(name.lower())
        kept = self._descriptions.get(name, set())
        versions = kept | ({first} if first else set())
        if len(versions) != 1:
            return None
        where = "scikit-learn's answers from OpenML" if first else "local OpenML cache"
        version = versions.pop()
        return Proposal(version, f"{where}, {name} version {version}")

    def _first_answer(self, name: str) -> str:
        path = self._answered / "openml/openml.org/api/v1/json/data/list/data_name" / name / "limit/2/status/active/.gz"
        try:
            packed = read_regular_file(path, _LARGEST)
            content = json.loads(zlib.decompressobj(_GZIP).decompress(packed, _LARGEST))
            version = str(content["data"]["dataset"][0]["version"])
        except (WorkspaceError, zlib.error, ValueError, RecursionError, LookupError, TypeError):
            return ""
        return version if _NUMBER.fullmatch(version) else ""

    @cached_property
    def _descriptions(self) -> dict[str, set[str]]:
        """The versions that are described, by name."""
        found: dict[str, set[str]] = {}
        folder = self._described / "org/openml/www/datasets"
        for number in list_folder(folder)[:_MOST]:
            try:
                text = read_regular_file(folder / number / "description.xml", _LARGEST).decode("utf-8", "replace")
            except WorkspaceError:
                continue
            name = re.search(r"<oml:name>([^<]+)</oml:name>", text)
            version = re.search(r"<oml:version>([1-9]\d*)</oml:version>", text)
            if name is not None and version is not None:
                found.setdefault(name[1].strip(), set()).add(version[1])
        return found
