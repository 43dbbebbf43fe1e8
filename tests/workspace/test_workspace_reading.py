"""Bytes come from regular files inside the repo, or there is a clear error."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from driftlint.disk import WorkspaceError, read_regular_file
from driftlint.workspace import DiskWorkspace, MemoryWorkspace

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / "outside.py").write_text("secret")
    repo = tmp_path / "repo"
    (repo / "src").mkdir(parents=True)
    (repo / "src/a.py").write_bytes(b"\xff\x00a\r\n")
    return repo


def message_of(workspace: DiskWorkspace | MemoryWorkspace, path: str) -> str:
    with pytest.raises(WorkspaceError) as caught:
        workspace.read(path)
    assert caught.value.path == path
    return caught.value.message


def test_bytes_are_not_touched(repo: Path) -> None:
    assert DiskWorkspace(repo).read("src/a.py") == b"\xff\x00a\r\n"
    assert DiskWorkspace(repo).read("src/../src/./a.py") == b"\xff\x00a\r\n"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("gone.py", "is not there (any more)"),
        ("src", "is a folder"),
        ("", "is a folder"),
        ("../outside.py", "leads out of the repo"),
        ("src/../../outside.py", "leads out of the repo"),
        ("a\0b", "is not a path relative to the repo"),
        ("/etc/hostname", "is not a path relative to the repo"),
        ("src/a.py/x", "is not there (any more)"),
    ],
)
def test_errors_say_why(repo: Path, path: str, message: str) -> None:
    said = message_of(DiskWorkspace(repo), path)
    assert said == message or (
        path in ("src", "src/a.py/x") and said in (message, "is not a regular file", "cannot be read: Not a directory")
    )


def test_a_file_over_the_limit_is_not_read(repo: Path) -> None:
    assert message_of(DiskWorkspace(repo, file_size=3), "src/a.py") == "is too large: 5 bytes, the limit is 3"
    assert DiskWorkspace(repo, file_size=5).read("src/a.py") == b"\xff\x00a\r\n"


@posix_only
def test_a_pipe_is_refused_without_waiting(repo: Path) -> None:
    os.mkfifo(repo / "pipe")
    assert message_of(DiskWorkspace(repo), "pipe") == "is not a regular file"
    with pytest.raises(WorkspaceError, match="is not a regular file"):
        read_regular_file(os.devnull, 10)


@posix_only
def test_symlinks_are_read_only_inside_the_repo(repo: Path) -> None:
    (repo / "in.py").symlink_to("src/a.py")
    (repo / "out.py").symlink_to("../outside.py")
    (repo / "up").symlink_to("..")
    (repo / "loop").symlink_to("loop")
    (repo / "twice.py").symlink_to("out.py")
    workspace = DiskWorkspace(repo)
    assert workspace.read("in.py") == b"\xff\x00a\r\n"
    assert message_of(workspace, "out.py") == "is a symlink out of the repo"
    assert message_of(workspace, "twice.py") == "is a symlink out of the repo"
    assert message_of(workspace, "up/outside.py") == "leads out of the repo"
    assert message_of(workspace, "loop") == "is a symlink that leads nowhere"
    assert workspace.exists("in.py")
    assert not workspace.exists("out.py")
    assert not workspace.exists("up/outside.py")


def test_exists(repo: Path) -> None:
    workspace = DiskWorkspace(repo)
    assert workspace.exists("src")
    assert workspace.exists("src/a.py")
    assert workspace.exists("")
    assert not workspace.exists("src/b.py")
    assert not workspace.exists("../outside.py")


def test_a_root_that_is_no_folder_is_an_error(repo: Path) -> None:
    with pytest.raises(WorkspaceError, match="is not a folder"):
        DiskWorkspace(repo / "src/a.py")


def test_memory_behaves_alike() -> None:
    workspace = MemoryWorkspace({"./src/a.py": "\u00e9", "b.bin": b"\xff"}, file_size=2)
    assert workspace.read("src/a.py") == "\u00e9".encode()
    assert workspace.read("b.bin") == b"\xff"
    assert message_of(workspace, "src") == "is a folder"
    assert message_of(workspace, "gone.py") == "is not there (any more)"
    assert workspace.exists("src")
    assert not workspace.exists("../src")
    assert message_of(MemoryWorkspace({"a": "abc"}, file_size=2), "a") == "is too large: 3 bytes, the limit is 2"
