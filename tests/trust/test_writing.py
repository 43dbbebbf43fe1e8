"""`fix` beside other programs and on a disk that has no more room: nothing of anybody is lost, and it is told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from driftlint.mend.write import write_files
from tests.git.repos import commit, make_git
from tests.trust.hostile import COMMIT, TRAIN, make_hub
from tests.trust.watching import make_environment

if sys.platform == "win32":
    pytest.skip("folders are not locked there, and files that are open not replaced", allow_module_level=True)

import fcntl
import resource

LIMIT = 1 << 24
FIXED = TRAIN.replace('"stanfordnlp/imdb"', f'"stanfordnlp/imdb", revision="{COMMIT}"')
OLD, NEW = b"old\n", b"new\n"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    root.mkdir()
    (root / "train.py").write_text(TRAIN)
    make_hub(tmp_path / "hub")
    return root


def environment(root: Path) -> dict[str, str]:
    made = make_environment(root.parent / "work", {"HF_HUB_CACHE": str(root.parent / "hub")})
    del made["DRIFTLINT_TRUST_LOG"]
    return made


def start(root: Path, *options: str, **more: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "driftlint", "fix", "--allow-dirty", *options]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    return subprocess.Popen(command, cwd=root, env=environment(root), text=True, **pipes)  # type: ignore[call-overload,no-any-return]


def left_behind(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*.tmp"))


def test_what_an_editor_saves_while_fix_asks_is_not_overwritten(repo: Path) -> None:
    keyboard, terminal = os.openpty()
    process = start(repo, "--interactive", stdin=terminal)
    assert process.stdout is not None
    said = ""
    while not said.endswith("make it? [y/N/a/q/?] "):
        letter = process.stdout.read(1)
        assert letter, f"fix ended before it asked: {process.communicate()}"
        said += letter
    mine = TRAIN + "# saved meanwhile\n"
    (repo / "train.py").write_text(mine)
    os.write(keyboard, b"y\n" * 20)
    _, error = process.communicate()
    os.close(keyboard)
    os.close(terminal)
    assert (repo / "train.py").read_text() == mine
    assert "train.py has changed since it was read: run it again" in error
    assert process.returncode == 1
    again = start(repo)
    again.communicate()
    assert (repo / "train.py").read_text() == FIXED + "# saved meanwhile\n"


def test_what_is_saved_after_the_plan_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"mine\n")
    problems = write_files(tmp_path, {"a.py": (OLD, NEW)}, LIMIT)
    assert problems == {"a.py": "has changed since it was read: nothing was written, run it again"}
    assert (tmp_path / "a.py").read_bytes() == b"mine\n"
    assert left_behind(tmp_path) == []


def test_what_is_written_in_the_very_moment_of_the_replacement_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.py"
    target.write_bytes(OLD)
    target.chmod(0o640)
    replace, first = os.replace, [True]

    def interrupted(source: str, to: str) -> None:
        if first.pop() if first else False:
            target.write_bytes(b"mine\n")
        replace(source, to)

    monkeypatch.setattr(os, "replace", interrupted)
    problems = write_files(tmp_path, {"a.py": (OLD, NEW)}, LIMIT)
    assert problems == {
        "a.py": "was written by another program at the same moment: its text stands, run it again",
    }
    assert target.read_bytes() == b"mine\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert left_behind(tmp_path) == []


def test_a_file_that_vanishes_is_told_and_not_made_anew(tmp_path: Path) -> None:
    assert write_files(tmp_path, {"a.py": (OLD, NEW)}, LIMIT) == {"a.py": "is not there (any more)"}
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_now_leads_out_is_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "repo", tmp_path / "outside.py"
    root.mkdir()
    outside.write_bytes(OLD)
    (root / "a.py").symlink_to(outside)
    assert write_files(root, {"a.py": (OLD, NEW)}, LIMIT) == {"a.py": "leads out of the repo: nothing was written"}
    assert outside.read_bytes() == OLD


def test_a_run_waits_for_another_one_and_says_so_when_it_takes_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.py").write_bytes(OLD)
    monkeypatch.setattr("driftlint.mend.write._PATIENCE", 0.2)
    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        problems = write_files(tmp_path, {"a.py": (OLD, NEW)}, LIMIT)
    finally:
        os.close(handle)
    assert problems == {"a.py": "another run is writing in this repo: nothing was written, run it again"}
    assert (tmp_path / "a.py").read_bytes() == OLD
    assert write_files(tmp_path, {"a.py": (OLD, NEW)}, LIMIT) == {}
    assert (tmp_path / "a.py").read_bytes() == NEW


def test_two_runs_at_once_mend_each_finding_once(repo: Path) -> None:
    (repo / "requirements.txt").write_text("torch\n")
    both = [start(repo), start(repo)]
    errors = [process.communicate()[1] for process in both]
    assert (repo / "train.py").read_text() == FIXED
    assert all("fault of driftlint" not in error for error in errors)
    for error in errors:
        assert "mended in" in error or "run it again" in error
    assert left_behind(repo) == []


@pytest.mark.slow
def test_git_switching_branches_meanwhile(tmp_path: Path) -> None:
    """At the end a file is one branch's or one branch's mended, never of both."""
    git = make_git(tmp_path)
    root = tmp_path / "repo"
    root.mkdir()
    make_hub(tmp_path / "hub")
    git(root, "init", "--quiet")
    other = TRAIN.replace("lr=0.1", "lr=0.2") + "print(rows)\n"
    commit(git, root, {"train.py": TRAIN})
    git(root, "switch", "--quiet", "-c", "other")
    commit(git, root, {"train.py": other})
    allowed = {TRAIN, FIXED, other, other.replace('"stanfordnlp/imdb"', f'"stanfordnlp/imdb", revision="{COMMIT}"')}
    for _ in range(3):
        git(root, "switch", "--quiet", "--force", "main")
        process = start(root)
        end = time.monotonic() + 5
        names = iter(("other", "main") * 1000)
        while process.poll() is None and time.monotonic() < end:
            git(root, "switch", "--quiet", "--force", next(names))
            assert (root / "train.py").read_text() in allowed
        _, error = process.communicate()
        assert (root / "train.py").read_text() in allowed
        assert "fault of driftlint" not in error
    assert left_behind(root) == []


def test_a_full_disk_leaves_the_old_file_and_is_told(repo: Path) -> None:
    def fill_up() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))  # bytes: as on a disk with room for no more

    process = start(repo, preexec_fn=fill_up)
    _, error = process.communicate()
    assert "train.py: cannot be written: File too large" in error
    assert process.returncode == 1
    assert (repo / "train.py").read_text() == TRAIN
    assert left_behind(repo) == []


# as a user without all rights


@pytest.fixture
def owned() -> Iterator[Path]:
    """Return a folder that a user without rights can reach: pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="driftlint-"))
    folder.chmod(0o755)
    (folder / "a.py").write_bytes(OLD)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def without_rights() -> Iterator[None]:
    """Root is nobody for a while; others are who they are."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_read_only_file_is_left_alone(owned: Path) -> None:
    (owned / "a.py").chmod(0o444)
    owned.chmod(0o777)
    with without_rights():
        problems = write_files(owned, {"a.py": (OLD, NEW)}, LIMIT)
    assert problems == {"a.py": "is write-protected: nothing was written"}
    assert (owned / "a.py").read_bytes() == OLD


def test_a_read_only_folder_is_left_alone(owned: Path) -> None:
    (owned / "a.py").chmod(0o666)
    owned.chmod(0o555)
    with without_rights():
        problems = write_files(owned, {"a.py": (OLD, NEW)}, LIMIT)
    owned.chmod(0o755)
    assert problems == {"a.py": "cannot be written: Permission denied"}
    assert (owned / "a.py").read_bytes() == OLD


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_keeps_its_owner(owned: Path) -> None:
    os.chown(owned / "a.py", 65534, 65534)
    assert write_files(owned, {"a.py": (OLD, NEW)}, LIMIT) == {}
    status = (owned / "a.py").stat()
    assert (status.st_uid, status.st_gid) == (65534, 65534)
    assert (owned / "a.py").read_bytes() == NEW
