"""Files put in the place of others, by a process that may end at any moment."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from driftlint.mend.write import clear_left, write_files

LIMIT = 1 << 24
WRITER = """
import sys
from pathlib import Path
from driftlint.mend.write import write_files
root = Path(sys.argv[1])
files = {f"f{at}.py": ((root / f"f{at}.py").read_bytes(), b"new %d\\n" % at * 20_000) for at in range(40)}
print("ready", flush=True)
print(write_files(root, files, 1 << 24), flush=True)
"""


def fill(root: Path) -> dict[str, tuple[bytes, bytes]]:
    files = {f"f{at}.py": (b"old %d\n" % at * 20_000, b"new %d\n" % at * 20_000) for at in range(40)}
    for name, (old, _) in files.items():
        (root / name).write_bytes(old)
        (root / name).chmod(0o640)
    return files


def git(root: Path, *words: str) -> str:
    command = ["git", "-c", "user.email=a@b", "-c", "user.name=n", *words]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="ends the process by a signal")
@pytest.mark.parametrize("in_git", [True, False], ids=["in git", "without git"])
def test_a_writer_that_is_ended_leaves_whole_files_and_nothing_that_git_shows(
    tmp_path: Path, request: pytest.FixtureRequest, in_git: bool
) -> None:
    """Without git the new file waits beside the old one; the next run removes it."""
    files = fill(tmp_path)
    if in_git:
        git(tmp_path, "init", "-q")
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-qm", "start")
    waits = tmp_path / ".git" if in_git else tmp_path
    chance = random.Random(1)
    whole, between, left = 0.0, 0, 0
    for at in range(request.config.getoption("--moments")):
        fill(tmp_path)
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        started = time.perf_counter()
        if at == 0:
            assert process.stdout.readline() == b"{}\n"
            whole = time.perf_counter() - started
        else:
            time.sleep(whole * chance.random())
            process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        written = [name for name, (_, new) in files.items() if (tmp_path / name).read_bytes() == new]
        assert all((tmp_path / name).read_bytes() in pair for name, pair in files.items())
        assert {(tmp_path / name).stat().st_mode & 0o777 for name in files} == {0o640}
        waiting = [name for name in os.listdir(waits) if name.endswith(".tmp")]
        if in_git:
            shown = {line[3:] for line in git(tmp_path, "status", "--porcelain", "--ignored").splitlines()}
            assert shown == set(written)
        else:
            assert set(os.listdir(tmp_path)) == {*files, *waiting}
        assert len(waiting) <= 1
        between += 0 < len(written) < len(files)
        left += len(waiting)
        if at % 2:
            gone = clear_left(tmp_path, os.listdir(tmp_path))
            assert gone == [f".git/{name}" if in_git else name for name in waiting]
            assert [name for name in os.listdir(waits) if name.endswith(".tmp")] == []
    assert between > request.config.getoption("--moments") // 4  # else it was not ended while it wrote
    rest = {name: ((tmp_path / name).read_bytes(), new) for name, (_, new) in files.items()}
    assert write_files(tmp_path, rest, LIMIT) == {}
    assert all((tmp_path / name).read_bytes() == new for name, (_, new) in files.items())
    assert [name for name in os.listdir(waits) if name.endswith(".tmp")] == []
    print(f"ended between files {between} times, with a new file waiting {left} times")


def test_what_ended_runs_left_anywhere_in_a_project_is_removed_and_nothing_else(tmp_path: Path) -> None:
    """Also where the next run has nothing to write, and in a folder in which it has not."""
    mine = (".driftlint-notes.tmp", "a.tmp", "sub/.driftlint-ab12cdef.tmp.txt")
    left = (".driftlint-ab12cdef.tmp", "sub/.driftlint-________.tmp")
    (tmp_path / "sub").mkdir()
    for name in (*mine, *left):
        (tmp_path / name).write_bytes(b"x")
    assert clear_left(tmp_path, (*mine, *left, ".driftlint-notther1.tmp")) == list(left)
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()) == sorted(mine)


def test_without_git_the_new_file_waits_beside_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"old")
    (tmp_path / ".driftlint-ab_12xyz.tmp").write_bytes(b"left by an ended run")
    assert write_files(tmp_path, {"a.py": (b"old", b"new")}, LIMIT) == {}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.py": b"new"}


def test_where_the_git_folder_takes_no_file_it_waits_there_too(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    (tmp_path / ".git").mkdir(mode=0o555)
    (tmp_path / "a.py").write_bytes(b"old")
    assert write_files(tmp_path, {"a.py": (b"old", b"new")}, LIMIT) == {}
    assert (tmp_path / "a.py").read_bytes() == b"new"


def test_a_file_that_is_no_longer_what_was_read_is_left(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"other")
    assert write_files(tmp_path, {"a.py": (b"old", b"new")}, LIMIT) == {
        "a.py": "has changed since it was read: nothing was written, run it again"
    }
    assert (tmp_path / "a.py").read_bytes() == b"other"
