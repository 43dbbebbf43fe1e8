"""``check --since`` and ``check --staged``: what a change brings, and what is about to be committed.

Promises: both sides are judged by the rules, demands and scope of now, so that a change of the configuration alone brings
nothing; what the older side accepted counts as accepted there. Refuses to know: typer, how git stores anything.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from driftlint.baseline import enter, match
from driftlint.cli.common import Settings, Target, open_target
from driftlint.cli.streams import CommandError
from driftlint.config import Config, load_config
from driftlint.config_source import DISK, ConfigError
from driftlint.disk import WorkspaceError
from driftlint.facts import Report, Since
from driftlint.git_objects import GitObjects
from driftlint.git_tree import GitWorkspace, Snapshot
from driftlint.packs.files import list_pack
from driftlint.session import Session


def open_objects(paths: Sequence[Path]) -> GitObjects:
    """Return the git repo that paths lie in. Raises GitError."""
    start = Path(os.path.abspath(paths[0]))
    while not start.is_dir() and start != start.parent:
        start = start.parent
    return GitObjects.find(start)


def open_staged(paths: Sequence[Path], settings: Settings, objects: GitObjects) -> Target:
    """Return the project as it is staged: files, configuration and baseline are those of the index.

    Raises CommandError when the rules of a pack in the repo are not those that are staged, and what opening a project
    raises.
    """
    target = open_target(paths, replace(settings, snapshot=Snapshot.of_index(objects)))
    refuse_other_packs(target, "what is staged: `git add` it, or stash the change")
    return target


def refuse_other_packs(target: Target, other: str = "the one of the revision: check that revision out") -> None:
    """Refuse packs whose files on disk differ from what git holds: packs are read from disk.

    Raises CommandError.
    """
    snapshot = target.snapshot
    if snapshot is None:
        return
    for pack in target.config.packs:
        if not pack.is_relative_to(snapshot.objects.top):
            continue
        for file in list_pack(pack):
            path = Path(file.path)
            on_disk = DISK.read(path, target.config.file_size)
            try:
                staged = snapshot.read(path, target.config.file_size)
            except WorkspaceError:
                staged = None
            if staged is None or staged.replace(b"\r\n", b"\n") != on_disk.replace(b"\r\n", b"\n"):
                shown = os.path.relpath(path)
                raise CommandError(f"{shown}: the pack differs from {other}")


def take_out_earlier(
    report: Report, revision: str, objects: GitObjects, target: Target, session: Session, settings: Settings
) -> None:
    """Move the findings of a report that were there at a revision already to `report.earlier`.

    Raises GitError when the revision cannot be read, whole or in part.
    """
    commit = objects.find_commit(revision)
    before = open_older(objects, commit.id, revision, target, settings)
    found = before.run().report
    workspace = before.files.workspace
    if isinstance(workspace, GitWorkspace) and workspace.missing:
        raise workspace.missing[0]
    now = [*report.findings, *report.baselined]
    exists = session.files.workspace.exists
    matches = match(enter(now, session.get_document), enter(found.findings, before.get_document), exists)
    shown = len(report.findings)
    report.earlier = [finding for index, finding in enumerate(now[:shown]) if index in matches.old]
    report.findings = [finding for index, finding in enumerate(now[:shown]) if index not in matches.old]
    report.since = Since(revision, commit.id, commit.merge_base)


def open_older(objects: GitObjects, commit: str, name: str, target: Target, settings: Settings) -> Session:
    """Return the engine over an older commit, by the rules and demands of now and what was accepted then. Raises GitError."""
    snapshot = Snapshot.of_commit(objects, commit, name)
    workspace = GitWorkspace(snapshot, target.root, file_size=target.config.file_size)
    older = replace(target, config=_accept_as_then(target, snapshot, settings), snapshot=snapshot)
    named = tuple(path for path in target.named if workspace.exists(path))
    return older.open_session(workspace, named=named, baseline=False)


def _accept_as_then(target: Target, snapshot: Snapshot, settings: Settings) -> Config:
    """Return the configuration of now with the accepted drift of then."""
    source = target.config.source
    if settings.isolated or (source is not None and not source.is_relative_to(snapshot.objects.top)):
        return target.config
    override = settings.config if settings.config is not None else None
    try:
        then = load_config(target.root, override=override, files=snapshot)
    except ConfigError:
        return replace(target.config, accept=())
    return replace(target.config, accept=then.accept)
