"""A committed repo is judged like the same files on disk."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from driftlint.git_objects import GitObjects
from driftlint.git_tree import GitWorkspace, Snapshot
from driftlint.report import render
from driftlint.session import Session
from tests.fixtures.expected import FIXTURES, list_fixtures, start
from tests.git.repos import Git, commit


def answer(session: Session) -> str:
    return render(session.run().report, "json", lookup=session.get_document, show_info=True)


@pytest.mark.parametrize("name", list_fixtures())
def test_disk_commit_and_index_agree(git: Git, tmp_path: Path, name: str) -> None:
    root = tmp_path / "repo"
    shutil.copytree(FIXTURES / name, root)
    git(root, "init", "-q")
    git(root, "remote", "add", "origin", "https://example.org/team/own.git")
    commit(git, root, {})
    on_disk = answer(start(root))
    assert json.loads(on_disk)["findings"], "two empty answers prove nothing"
    with GitObjects.find(root) as objects:
        snapshots = (Snapshot.of_commit(objects, objects.resolve("HEAD"), "HEAD"), Snapshot.of_index(objects))
        for snapshot in snapshots:
            assert answer(start(root, workspace=GitWorkspace(snapshot, root))) == on_disk
