"""The programs of the truth table, and what a check says of each.

A program is one file of `programs/`, with the folder `NAME_files` laid beside it where there is one. It counts as *called* when
a check under the default configuration, preview rules included, reports an error or a warning of the family determinism. The
rules of `HARDWARE` do not count: they speak of what an accelerator would do, and the programs run on a processor. Nor do those
of `DEPENDENCE`: they speak of numbers that hang together, and these are the same in every run.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from driftlint.config import load_config
from driftlint.packs import load_packs
from driftlint.selection import select_rules
from driftlint.session import Session
from driftlint.workspace import MemoryWorkspace

PROGRAMS = Path(__file__).parent / "programs"
FAMILY = "determinism"
HARDWARE = frozenset(("switches-missing", "benchmark-on"))
"""Rules about kernels of accelerators: not applicable to a program that runs on a processor, and not counted."""
DEPENDENCE = frozenset(("key-reused", "workers-alike"))
"""Rules about draws that are not independent of each other; they do repeat."""


@dataclass(frozen=True)
class Verdict:
    """What a check says of one program: the rules that call it unrepeatable, with their lines, and the rest of the family."""

    calls: tuple[str, ...]
    """"rule path:line", of rules that count."""
    hardware: tuple[str, ...]
    """The same of rules that speak of accelerators only."""
    dependence: tuple[str, ...] = ()
    """The same of rules that speak of draws that hang together."""

    @property
    def called(self) -> bool:
        return bool(self.calls)


def list_programs() -> list[str]:
    """Return the names of the programs, in order."""
    return sorted(path.stem for path in PROGRAMS.glob("*.py"))


def files_of(name: str) -> dict[str, str]:
    """Return the files of a program, by their path in its folder. Programs about listings get twelve files of numbers."""
    files = {f"{name}.py": (PROGRAMS / f"{name}.py").read_text(encoding="utf-8")}
    beside = PROGRAMS / f"{name}_files"
    for path in sorted(beside.rglob("*")) if beside.is_dir() else ():
        if path.is_file() and "__pycache__" not in path.parts:
            files[path.relative_to(beside).as_posix()] = path.read_text(encoding="utf-8")
    if name.startswith("listing_"):
        files.update({f"rows/row-{number:02}.txt": f"{number / 10}\n" for number in range(12)})
    return files


def judge(name: str) -> Verdict:
    """Return what a check under the default configuration says of a program."""
    config = replace(
        load_config(Path("repo"), override=None, isolated=True, cli={"preview": True}),
        today=datetime.date(2026, 11, 25),
    )
    catalogue, rules = load_packs([])
    chosen = select_rules(config, rules.values()).rules
    session = Session(MemoryWorkspace(files_of(name)), config, catalogue, chosen, known_rules=rules)
    calls: list[str] = []
    hardware: list[str] = []
    dependence: list[str] = []
    for finding in session.run().report.findings:
        if rules[finding.rule].family != FAMILY or finding.severity == "info":
            continue
        document = session.get_document(finding.place.path)
        line = document.locate(finding.place.span.start).line if document is not None else 1
        told = hardware if finding.rule in HARDWARE else dependence if finding.rule in DEPENDENCE else calls
        told.append(f"{finding.rule} {finding.place.path}:{line}")
    return Verdict(tuple(sorted(calls)), tuple(sorted(hardware)), tuple(sorted(dependence)))
