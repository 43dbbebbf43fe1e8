"""Hostile paths, whole runs: what is odd is named, what lies outside is not read, and every format stays well formed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.trust.watching import Allowed, make_script, watch

if sys.platform == "win32":
    pytest.skip("such names and links cannot be made there", allow_module_level=True)

LOAD = 'from datasets import load_dataset\n\nload_dataset("stanfordnlp/{}")\n'
NAMES = {
    b"line\nend.py": "line",
    b"bell\x07\x1b[31m.py": "bell",
    b"caf\xe9.py": "latin",
    "right\u202eleft.py".encode(): "bidi",
    b"quote\"'<&>.py": "quote",
    b"percent%0A.py": "percent",
    b"-rf.py": "dash",
    b"Case.py": "upper",
    b"case.py": "lower",
    b" blank .py": "blank",
    b"back\\slash.py": "slash",
}
FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown")


def make_odd(root: Path) -> Path:
    folder = os.fsencode(root)
    os.mkdir(folder)
    for name, dataset in NAMES.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(LOAD.format(dataset))
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text(LOAD.format("outside"))
    (root / "escape.py").symlink_to(outside / "secret.py")
    (root / "escape").symlink_to(outside)
    (root / "up").symlink_to("..")
    (root / "self.py").symlink_to("self.py")
    (root / "one.py").symlink_to("two.py")
    (root / "two.py").symlink_to("one.py")
    (root / "loop").mkdir()
    (root / "loop" / "again").symlink_to("../loop")
    (root / "device.py").symlink_to("/dev/zero")
    os.mkfifo(root / "pipe.py")
    (root / "requirements.txt").write_text(
        "-r /etc/passwd\n-r ../outside/more.txt\n-r pipe.txt\n-c escape/c.txt\ntorch\n"
    )
    os.mkfifo(root / "pipe.txt")
    os.mkfifo(root / ".gitignore")
    (root / "conf").mkdir()
    os.mkfifo(root / "conf" / "pyproject.toml")
    return root


def test_every_format_over_odd_names(tmp_path: Path) -> None:
    repo, work = make_odd(tmp_path / "repo"), tmp_path / "work"
    script = str(make_script(work))
    out = work / "out"
    out.mkdir()
    words = [word for name in FORMATS[1:] for word in ("--also", f"{name}={out / name}")]
    done = watch([script, "check", *words], repo, work)
    assert done.code == 1, done.error
    texts = {"text": done.out.decode(), **{name: (out / name).read_text(encoding="utf-8") for name in FORMATS[1:]}}
    for name, text in texts.items():
        assert "stanfordnlp/outside" not in text, name
        assert not {char for char in text if not char.isprintable()} - {"\n", "\u00a0", "\u3000"}, name
        for dataset in NAMES.values():
            assert f"stanfordnlp/{dataset}" in text, name
    json.loads(texts["sarif"])
    json.loads(texts["gitlab"])
    ElementTree.fromstring(texts["junit"])
    report = json.loads(texts["json"])
    assert {f["subject"]["name"] for f in report["findings"] if f["rule"] == "dataset-unpinned"} == {
        f"stanfordnlp/{dataset}" for dataset in NAMES.values()
    }
    left_out = report["coverage"]["left_out"]
    assert left_out["symlink out of the repo"] == ["device.py", "escape", "escape.py", "up"]
    assert left_out["symlink to nothing"] == ["one.py", "self.py", "two.py"]
    assert left_out["symlink to another place of the repo"] == ["loop/again"]
    assert "pipe.py" in left_out["not a regular file"]
    outside = [e for e in done.events if e[1] == "read" and str(tmp_path / "outside") in os.path.realpath(str(e[2]))]
    assert outside == []
    folders = (work / "cache", work / "tmp", out)
    assert done.judge(repo, Allowed(folders, (Path(script),), own_sockets=True)) == []


def test_fix_writes_under_odd_names_and_through_no_link(tmp_path: Path) -> None:
    repo, work = make_odd(tmp_path / "repo"), tmp_path / "work"
    seeds = "import torch\nfor x in y:\n    loss = torch.randn(1)\n    loss.backward()\n"
    (repo / "requirements.txt").write_text("torch\n")
    (repo / "odd\nname.py").write_text(seeds)
    before = (tmp_path / "outside" / "secret.py").read_bytes()
    done = watch([str(make_script(work)), "fix", "--suggested", "--allow-dirty"], repo, work)
    assert done.code in (0, 1), done.error
    assert "fault of driftlint" not in done.error
    assert (tmp_path / "outside" / "secret.py").read_bytes() == before
    assert (repo / "escape.py").is_symlink()


@pytest.mark.slow
def test_a_hundred_thousand_files_in_one_folder(tmp_path: Path) -> None:
    repo, work = tmp_path / "repo", tmp_path / "work"
    repo.mkdir()
    for at in range(100_000):
        (repo / f"{at}.txt").touch()
    (repo / "train.py").write_text(LOAD.format("imdb"))
    script = make_script(work)
    started = time.process_time(), time.monotonic()
    done = watch([str(script), "check"], repo, work)
    assert done.code == 1
    assert b"stanfordnlp/imdb" in done.out
    assert time.monotonic() - started[1] < 60


def test_files_that_come_and_go_while_they_are_read(tmp_path: Path) -> None:
    """Each run ends as ever, and what stayed is judged."""
    repo = tmp_path / "repo"
    repo.mkdir()
    names = [f"part{at}.py" for at in range(200)]
    for name in names:
        (repo / name).write_text(LOAD.format(name.removesuffix(".py")))
    (repo / "stays.py").write_text(LOAD.format("imdb"))
    done = threading.Event()

    def stir() -> None:
        while not done.is_set():
            for name in names[::3]:
                (repo / name).unlink(missing_ok=True)
            for name in names[::3]:
                (repo / name).write_text(LOAD.format(name.removesuffix(".py")))

    for _ in range(3):
        done.clear()
        stirring = threading.Thread(target=stir)
        stirring.start()
        process = run(repo, tmp_path / "cache", "--exit-zero")
        out, error = process.communicate()
        done.set()
        stirring.join()
        assert process.returncode == 0, error
        assert b"fault of driftlint" not in error
        found = {(f["path"], f["line"], f["rule"]) for f in json.loads(out)["findings"]}
        assert ("stays.py", 3, "dataset-unpinned") in found
        assert ("part1.py", 3, "dataset-unpinned") in found


# the cache


def run(repo: Path, cache: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "driftlint", "check", "--output-format", "json", *more]
    environment = {**os.environ, "DRIFTLINT_CACHE_DIR": str(cache)}
    return subprocess.Popen(command, cwd=repo, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def make_code(root: Path) -> Path:
    root.mkdir()
    for at in range(12):
        (root / f"m{at}.py").write_text(
            LOAD.format(f"d{at}") + "".join(f"def f{n}(x):\n    return x\n" for n in range(300))
        )
    return root


@pytest.mark.slow
def test_runs_at_once_and_a_run_that_is_killed_change_no_answer(tmp_path: Path) -> None:
    repo, cache = make_code(tmp_path / "repo"), tmp_path / "cache"
    expected, _ = run(repo, cache, "--no-cache").communicate()
    assert b"stanfordnlp/d11" in expected
    several = [run(repo, cache) for _ in range(4)]
    assert {process.communicate()[0] for process in several} == {expected}
    for delay in (0.2, 0.5, 0.8, 1.1):
        (repo / "m0.py").write_text(LOAD.format("d0") + f"x = {delay}\n")
        process = run(repo, cache)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        cold, _ = run(repo, cache, "--no-cache").communicate()
        assert run(repo, cache).communicate()[0] == cold


@pytest.mark.slow
def test_a_cache_that_cannot_be_written_or_is_no_folder_changes_no_answer(tmp_path: Path) -> None:
    repo = make_code(tmp_path / "repo")
    expected, _ = run(repo, tmp_path / "cache").communicate()
    (tmp_path / "file").write_text("in the way")
    for cache in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/nowhere")):
        out, error = run(repo, cache).communicate()
        assert (out, error) == (expected, b"")
