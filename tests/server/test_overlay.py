"""Open texts over a disk: what is listed and read."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftlint.server.overlay import OverlayWorkspace
from driftlint.workspace import DiskWorkspace, Scope, WorkspaceError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "lib").mkdir()
    (tmp_path / "train.py").write_text("disk\n")
    (tmp_path / "lib" / "io.py").write_text("io\n")
    (tmp_path / ".gitignore").write_text("out/\n*.log\n")
    return tmp_path


def overlay(root: Path, texts: dict[str, bytes], limit: int = 1000) -> OverlayWorkspace:
    workspace = OverlayWorkspace(DiskWorkspace(root, file_size=limit), limit)
    workspace.lay(texts)
    return workspace


def test_an_open_text_stands_for_its_file(root: Path) -> None:
    workspace = overlay(root, {"train.py": b"open\n"})
    assert workspace.list_files(Scope()).files == (".gitignore", "lib/io.py", "train.py")
    assert workspace.read("train.py") == b"open\n"
    assert workspace.read("lib/../train.py") == b"open\n"
    assert workspace.read("lib/io.py") == b"io\n"
    workspace.lay({})
    assert workspace.read("train.py") == b"disk\n"


def test_a_text_that_was_never_saved_is_listed(root: Path) -> None:
    workspace = overlay(root, {"new/deep/a.py": b"a", "lib/b.py": b"b"})
    assert set(workspace.list_files(Scope()).files) >= {"new/deep/a.py", "lib/b.py", "lib/io.py"}
    assert workspace.exists("new/deep")
    assert workspace.exists("lib/b.py")
    assert not workspace.exists("new/other")
    with pytest.raises(WorkspaceError):
        workspace.read("new/other.py")


def test_open_texts_keep_to_the_scope(root: Path) -> None:
    workspace = overlay(root, {"out/a.py": b"a", "x.log": b"b"})
    listing = workspace.list_files(Scope())
    assert listing.files == (".gitignore", "lib/io.py", "train.py")
    assert listing.left_out["git-ignored"] == ["out/", "x.log"]


def test_an_open_ignore_file_counts(root: Path) -> None:
    listing = overlay(root, {".gitignore": b"lib/\n"}).list_files(Scope())
    assert listing.files == (".gitignore", "train.py")


def test_the_size_of_the_open_text_counts(root: Path) -> None:
    workspace = overlay(root, {"train.py": b"x" * 2000})
    assert workspace.list_files(Scope()).left_out["too large"] == ["train.py"]
    with pytest.raises(WorkspaceError, match="too large"):
        workspace.read("train.py")


def test_a_link_out_of_the_repo_stays_out(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "a.py"
    outside.write_text("x")
    (root / "a.py").symlink_to(outside)
    assert "a.py" not in overlay(root, {"a.py": b"open"}).list_files(Scope()).files
