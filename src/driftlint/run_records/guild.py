"""Runs of Guild AI: the attributes and the manifest below ``.guild``.

Promises: attributes as YAML, the manifest line by line. Source: guildai 0.9.0 run.py, run_manifest.py, op_util.py.
Refuses to know: event files.
"""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterator
from typing import Any

from driftlint.late_regex import compile_late
from driftlint.run_records.files import Files, read_text_if, read_yaml
from driftlint.run_records.model import (
    DataHash,
    RunRecord,
    as_list,
    as_mapping,
    as_text,
    find_seeds,
    find_version,
    flatten,
    read_requirements,
)

SYSTEM = "Guild AI"
_ATTRS = ".guild/attrs/"
_COMMIT = compile_late(r"(?:git:)?([0-9a-f]{7,64})(\*?)")
_SCALAR = compile_late(r"(?m)^([\w./ -]+): (-?\d+(?:\.\d+)?(?:e-?\d+)?)$")


def find_runs(files: Files) -> Iterator[RunRecord]:
    """Yield the runs among some files: each folder with ``.guild/attrs/id`` or ``.guild/opref``. Raises RecordError."""
    marks = (f"{_ATTRS}id", ".guild/opref")
    runs = {name[: -len(mark)] for name in files.names() for mark in marks if name == mark or name.endswith(f"/{mark}")}
    for prefix in sorted(runs):
        yield _read(files, prefix)


def _read(files: Files, prefix: str) -> RunRecord:
    def attribute(name: str) -> Any:
        path = f"{prefix}{_ATTRS}{name}"
        return read_yaml(files, path) if path in files.names() else None

    commit = _COMMIT.fullmatch(as_text(attribute("vcs_commit") or ""))
    flags = flatten(as_mapping(attribute("flags")))
    platform = as_mapping(attribute("platform"))
    python = as_text(platform.get("python_version", ""))
    manifest = [_words(line) for line in read_text_if(files, f"{prefix}.guild/manifest").splitlines()]
    sources = {words[1] for words in manifest if words[:1] == ["s"] and len(words) > 1}
    inputs = {words[1] for words in manifest if words[:1] == ["d"] and len(words) > 1}
    kept = {name[len(prefix) :] for name in files.names() if name.startswith(prefix)}
    command = as_list(attribute("cmd"))
    notes = ["the commit is the last one that touched the project's folder"] if commit else []
    if attribute("random_seed") is not None:
        notes.append(f"the run's own random_seed ({as_text(attribute('random_seed'))}) seeds nothing in the program")
    return RunRecord(
        SYSTEM,
        posixpath.join(files.shown, prefix).rstrip("/"),
        as_text(attribute("id") or posixpath.basename(prefix.rstrip("/"))),
        as_text(command[3]) if len(command) > 3 else "",
        commit[1] if commit else "",
        bool(commit[2]) if commit else None,
        find_version(python),
        read_requirements("\n".join(map(as_text, as_list(attribute("pip_freeze"))))),
        flags,
        find_seeds(flags),
        tuple(
            DataHash(words[3].removeprefix("file:") if len(words) > 3 else words[1], words[2], "sha1")
            for words in manifest
            if words[:1] == ["d"] and len(words) > 2
        ),
        {m[1].strip(): float(m[2]) for m in _SCALAR.finditer(read_text_if(files, f"{prefix}.guild/output"))},
        tuple(sorted(name for name in kept - sources - inputs if not name.startswith(".guild/"))),
        tuple(as_text(name) for name in as_mapping(attribute("deps")) if as_text(name).startswith("operation:")),
        tuple(notes),
    )


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()
