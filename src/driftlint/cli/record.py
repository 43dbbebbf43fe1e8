"""``driftlint record``: what a finished run has stored, and whether it agrees with the repo.

Promises: nothing is written; a record that cannot be read is one message and status 2. Refuses to know: typer, formats.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from driftlint.cli.common import CLEAN, FOUND, PlainFormat, Settings, open_target
from driftlint.cli.revisions import open_objects
from driftlint.cli.streams import CommandError, complain, write_out
from driftlint.config_values import suggest
from driftlint.disk import WorkspaceError
from driftlint.git_tree import GitWorkspace, Snapshot
from driftlint.late_regex import compile_late
from driftlint.run_audit.judge import Audit, Check, compare_commit, compare_records, compare_with, find_parts
from driftlint.run_audit.repo import RepoAtCommit, read_repo
from driftlint.run_audit.report import write_changes, write_changes_json, write_json, write_text
from driftlint.run_records.find import read_records, search_records
from driftlint.run_records.model import PARTS, RecordError, RunRecord

_COMMIT = compile_late(r"[0-9a-f]{7,64}")
_MOST_WARNINGS = 5
REQUIRED = tuple(part for part in PARTS if part != "lineage")
"""The parts that must be there unless something else is asked for."""


class RecordOptions(Struct, frozen=True):
    """What the command line says. `words` are paths of records, or "diff" and two of them."""

    words: Sequence[str]
    settings: Settings
    repo: Path | None = None
    required: tuple[str, ...] = REQUIRED
    output_format: PlainFormat = PlainFormat.text


def run_record(options: RecordOptions) -> int:
    """Audit records, or compare two, and return the exit status."""
    unknown = [part for part in options.required if part not in PARTS]
    if unknown:
        hint = suggest(unknown[0], PARTS)
        raise CommandError(f"--require: no part is called {', '.join(unknown)}{hint}; there are {', '.join(PARTS)}")
    if options.words[0] == "diff" and len(options.words) == 3:
        return _compare(options, *options.words[1:])
    if options.words[0] == "diff" and not os.path.exists("diff"):
        raise CommandError("diff takes two records: driftlint record diff A B")
    audits = [audit for word in options.words for audit in _audit(_read(word), options)]
    write_out(write_json(audits) if options.output_format is PlainFormat.json else write_text(audits), exact=True)
    return FOUND if any(audit.fails(options.required) for audit in audits) else CLEAN


def _read(word: str) -> list[RunRecord]:
    """Return the runs under ``PATH`` or ``PATH@RUN``, where RUN is the id of one or how it begins."""
    path, mark, run = word, "", ""
    if not os.path.lexists(word) and "@" in word:
        path, mark, run = word.rpartition("@")
    try:
        found, problems = search_records(Path(path), path)
        found = found or read_records(Path(path), path)
    except RecordError as error:
        raise CommandError(str(error)) from error
    for problem in problems[:_MOST_WARNINGS]:
        complain(f"{problem}: passed over", label="warning")
    if not mark:
        return found
    chosen = [record for record in found if record.run.startswith(run)]
    if not chosen:
        raise CommandError(f"{path}: holds no run {run}; there are {_list(found)}")
    return chosen


def _list(records: Sequence[RunRecord]) -> str:
    shown = ", ".join(record.run or record.path for record in records[:5])
    return shown + (f" and {len(records) - 5} more" if len(records) > 5 else "")


def _compare(options: RecordOptions, before: str, after: str) -> int:
    pair = []
    for word in (before, after):
        found = _read(word)
        if len(found) != 1:
            raise CommandError(f"{word}: holds {len(found)} runs: name one as {word}@RUN, of {_list(found)}")
        pair.append(found[0])
    changes = compare_records(pair[0], pair[1])
    write = write_changes_json if options.output_format is PlainFormat.json else write_changes
    write_out(write(pair[0], pair[1], changes), exact=True)
    return FOUND if changes else CLEAN


def _paths(snapshot: Snapshot, root: Path) -> tuple[str, ...]:
    """Return the files of a tree by their path from the checked root."""
    prefix = os.path.relpath(root, snapshot.objects.top).replace(os.sep, "/")
    below = "" if prefix == "." else f"{prefix}/"
    return tuple(path[len(below) :] for path in snapshot.entries if path.startswith(below))


def _audit(records: Sequence[RunRecord], options: RecordOptions) -> list[Audit]:
    start = options.repo if options.repo is not None else Path()
    if not start.exists():
        raise CommandError(f"{start}: does not exist; paths are taken from the current folder")
    try:
        objects = open_objects([start])
    except WorkspaceError as error:
        if options.repo is not None:
            raise
        text = f"{error.path}: is in no git repo: nothing is compared; --repo names the repo of the run"
        return [Audit(r, find_parts(r), (Check("commit", "unknown", text),)) for r in records]
    audits = []
    seen: dict[str, RepoAtCommit] = {}
    with objects:
        for record in records:
            commit = ""
            if _COMMIT.fullmatch(record.commit):
                try:
                    commit = objects.resolve(record.commit)
                except WorkspaceError:
                    commit = ""
            checks = list(compare_commit(record, commit))
            if commit:
                if commit not in seen:
                    snapshot = Snapshot.of_commit(objects, commit, record.commit)
                    target = open_target([start], replace(options.settings, snapshot=snapshot))
                    workspace = GitWorkspace(snapshot, target.root, file_size=target.config.file_size)
                    session = target.open_session(workspace, baseline=False)
                    seen[commit] = read_repo(session.run(), session.get_document, _paths(snapshot, target.root))
                checks += compare_with(record, seen[commit])
            audits.append(Audit(record, find_parts(record), tuple(checks)))
    return audits
