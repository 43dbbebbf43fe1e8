"""Small repos in memory under the built-in pack: what the tests of the engine start from."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from textwrap import dedent

from msgspec.structs import replace

from driftlint.config import Config
from driftlint.facts import Finding, Place, Rule
from driftlint.packs import Catalogue, load_packs
from driftlint.session import Session
from driftlint.workspace import MemoryWorkspace, Workspace

TODAY = datetime.date(2026, 11, 25)
EVERYTHING = Config(
    root=Path("repo"), include=("*",), include_tests=True, include_vendored=True, severity="info", today=TODAY
)
"""All files are in scope, whatever they are called."""


@lru_cache(maxsize=1)
def builtin() -> tuple[Catalogue, dict[str, Rule]]:
    """Return the built-in pack, read once a process."""
    return load_packs([], cache=False)


def texts(files: str | Mapping[str, str], name: str = "train.py") -> dict[str, str]:
    """Return files with their common indentation taken off; a lone text is the file `name`."""
    several = {name: files} if isinstance(files, str) else files
    return {path: dedent(text).lstrip("\n") for path, text in several.items()}


def start(
    files: Mapping[str, str | bytes] | Workspace,
    *,
    rules: Iterable[str] | None = None,
    config: Config = EVERYTHING,
    catalogue: Catalogue | None = None,
) -> Session:
    """Return a session over files in memory. `rules` are names of the built-in pack; None: all that a check runs."""
    known, every = builtin()
    names = [n for n, r in every.items() if r.status == "stable" and not r.door] if rules is None else rules
    workspace = MemoryWorkspace(files) if isinstance(files, Mapping) else files
    chosen = {name: every[name] for name in names}
    return Session(workspace, config, catalogue or known, chosen, known_rules=every)


def spot(session: Session, place: Place) -> str:
    """Return a place as "path:line"."""
    document = session.get_document(place.path)
    line = document.locate(place.span.start).line if document is not None else 1
    return f"{place.path}:{line}"


def told(session: Session, findings: Iterable[Finding]) -> list[str]:
    """Return findings as "path:line severity rule `subject`", in their order."""
    return [f"{spot(session, f.place)} {f.severity} {f.rule} `{f.subject.name}`" for f in findings]


def check(files: str | Mapping[str, str], rules: Iterable[str] | None = None, **options: object) -> list[str]:
    """Return what a check of a small repo finds, as `told` says it. `options` are fields of the configuration."""
    session = start(texts(files), rules=rules, config=replace(EVERYTHING, **options))
    return told(session, session.run().report.findings)
