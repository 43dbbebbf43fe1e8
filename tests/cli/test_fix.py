"""`driftlint fix` as a user runs it: a repo on disk, an environment, a Hub cache, git."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
TRAIN = """\
import torch
from datasets import load_dataset
from transformers import AutoModel

NAME = "bert-base-uncased"


def main():
    rows = load_dataset(
        "stanfordnlp/imdb",
        split="train",  # all of it
    )
    model = AutoModel.from_pretrained(NAME).cuda()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for row in rows:
        model(**row).loss.backward()
        optimizer.step()


if __name__ == "__main__":
    main()
"""


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "repo"
    root.mkdir()
    (root / "train.py").write_text(TRAIN)
    (root / "requirements.txt").write_text("torch>=2  # the framework\ntransformers[torch]\r\ndatasets==3.6.0\n")
    site = root / ".venv" / "lib" / "python3.11" / "site-packages"
    for name in ("torch-2.6.0+cu124", "transformers-4.49.0"):
        (site / f"{name}.dist-info").mkdir(parents=True)
    (root / ".venv" / "pyvenv.cfg").touch()
    (root / ".gitignore").write_text(".venv\n")
    hub = tmp_path / "hub" / "datasets--stanfordnlp--imdb"
    (hub / "refs").mkdir(parents=True)
    (hub / "refs" / "main").write_text(COMMIT)
    (hub / "snapshots" / COMMIT).mkdir(parents=True)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("DRIFTLINT_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    return root


def fix(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "driftlint", "fix", *options]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def git(root: Path, *words: str) -> str:
    command = ["git", "-c", "user.email=a@b", "-c", "user.name=n", *words]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


def test_what_this_machine_uses_is_written_and_nothing_else(repo: Path) -> None:
    done = fix(repo)
    assert (repo / "train.py").read_text() == TRAIN.replace(
        "  # all of it\n", f'  # all of it\n        revision="{COMMIT}",\n'
    )
    assert (repo / "requirements.txt").read_bytes() == (
        b"torch>=2  # the framework\ntransformers[torch]==4.49.0\r\ndatasets==3.6.0\n"
    )
    lines = done.stderr.splitlines()
    assert (
        f"train.py: [dataset-unpinned] pin stanfordnlp/imdb to {COMMIT}; from local Hub cache, datasets stanfordnlp/imdb, "
        "refs/main"
    ) in lines
    assert (
        "left: 1 (no evidence names a pin; `driftlint fix --online --suggested` asks for one)" in lines
    )  # the weights: no cache holds them
    assert "left: 2 (a suggestion: --suggested makes it)" in lines  # torch without its local label, the switch
    assert lines[-1] == "2 findings mended in 2 files, 3 left"
    assert done.returncode == 1


def test_suggestions_are_made_when_asked_for_and_a_second_run_changes_nothing(repo: Path) -> None:
    fix(repo, "--suggested")
    text = (repo / "train.py").read_text()
    assert text.startswith("import os\n\nimport torch\n")
    assert (
        'if __name__ == "__main__":\n'
        '    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")\n'
        "    torch.use_deterministic_algorithms(True)\n"
        "    main()\n"
    ) in text
    assert (repo / "requirements.txt").read_bytes().startswith(b"torch==2.6.0  # the framework\n")
    compile(text, "train.py", "exec")
    again = fix(repo, "--suggested")
    assert (repo / "train.py").read_text() == text
    assert again.stderr.splitlines()[-1] == "0 findings mended in 0 files, 1 left"


def test_the_diff_is_what_git_applies(repo: Path) -> None:
    git(repo, "init", "-q")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "start")
    shown = subprocess.run(
        [sys.executable, "-m", "driftlint", "fix", "--suggested", "--diff"], cwd=repo, capture_output=True, check=False
    )
    assert git(repo, "status", "--porcelain") == ""
    assert shown.returncode == 1
    (repo / ".git" / "mend.patch").write_bytes(shown.stdout)
    git(repo, "apply", ".git/mend.patch")
    applied = git(repo, "diff")
    git(repo, "checkout", "-q", ".")
    fix(repo, "--suggested")
    assert git(repo, "diff") == applied != ""


def test_advice_that_is_left_is_told_where_it_is_asked_for(repo: Path) -> None:
    told = "left: .: [python-unpinned] only a person can choose"
    options = ("--verbose", "--select", "python-unpinned")
    assert told in fix(repo, "--info", *options).stderr.splitlines()
    assert told not in fix(repo, *options).stderr.splitlines()


def test_select_and_paths_narrow_what_is_written(repo: Path) -> None:
    fix(repo, "--select", "dataset-unpinned", "requirements.txt")
    assert (repo / "train.py").read_text() == TRAIN
    fix(repo, "--select", "dataset-unpinned")
    assert COMMIT in (repo / "train.py").read_text()
    assert (repo / "requirements.txt").read_text().startswith("torch>=2 ")


def test_mode_symlink_encoding_and_line_ends_stay(repo: Path) -> None:
    data = b"\xef\xbb\xbf" + TRAIN.replace("\n", "\r\n").replace("all of it", "größer").encode()
    (repo / "src").mkdir()
    (repo / "src" / "real.py").write_bytes(data)
    (repo / "src" / "real.py").chmod(0o755)
    (repo / "train.py").unlink()
    (repo / "train.py").symlink_to("src/real.py")
    fix(repo)
    wanted = data.replace("größer\r\n".encode(), f'größer\r\n        revision="{COMMIT}",\r\n'.encode())
    assert (repo / "src" / "real.py").read_bytes() == wanted
    assert (repo / "src" / "real.py").stat().st_mode & 0o777 == 0o755
    assert (repo / "train.py").is_symlink()


def test_an_environment_that_is_named_wins(repo: Path, tmp_path: Path) -> None:
    site = tmp_path / "env" / "lib" / "python3.12" / "site-packages"
    (site / "transformers-4.40.1.dist-info").mkdir(parents=True)
    fix(repo, "--environment", str(tmp_path / "env"), "--select", "requirement-unpinned")
    assert b"transformers[torch]==4.40.1\r\n" in (repo / "requirements.txt").read_bytes()
    wrong = fix(repo, "--environment", str(tmp_path / "nothing"))
    assert wrong.returncode == 2
    assert "is not the folder of an environment" in wrong.stderr


def test_evidence_that_the_manifest_excludes_is_told(repo: Path) -> None:
    (repo / "requirements.txt").write_text("transformers~=4.40.0\n")
    done = fix(repo, "-v")
    assert (repo / "requirements.txt").read_text() == "transformers~=4.40.0\n"
    assert (
        "left: requirements.txt: [requirement-range] the environment .venv (transformers 4.49.0) names "
        "4.49.0, but ~=4.40.0 stands there: one of them is wrong"
    ) in done.stderr.splitlines()


def test_a_folder_that_cannot_be_written_is_told(repo: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    repo.chmod(0o555)
    try:
        done = fix(repo)
    finally:
        repo.chmod(0o755)
    assert "train.py: cannot be written: Permission denied" in done.stderr
    assert (repo / "train.py").read_text() == TRAIN


def test_what_an_ended_run_left_is_removed_and_told(repo: Path) -> None:
    (repo / "data").mkdir()
    (repo / "data" / ".driftlint-0a_9zzzz.tmp").write_bytes(b"half of a fi")
    assert (repo / "data" / ".driftlint-0a_9zzzz.tmp").name not in fix(repo, "--diff").stdout
    done = fix(repo, "--select", "benchmark-on")
    assert done.stderr.splitlines()[0] == "data/.driftlint-0a_9zzzz.tmp: removed, a run that was ended had left it"
    assert list((repo / "data").iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="ends the process by a signal")
def test_a_run_that_is_ended_leaves_whole_files(repo: Path, request: pytest.FixtureRequest) -> None:
    """Ended at random moments, first quickly and then where files are written."""
    names = ("train.py", "requirements.txt")
    (repo / "train.py").chmod(0o755)
    git(repo, "init", "-q")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "start")
    before = {name: (repo / name).read_bytes() for name in names}
    started = time.perf_counter()
    fix(repo, "--suggested")
    whole = time.perf_counter() - started
    after = {name: (repo / name).read_bytes() for name in before}
    chance = random.Random(0)
    for at in range(request.config.getoption("--moments")):
        git(repo, "checkout", "-q", ".")
        delay = whole * (chance.random() if at % 2 else 0.75 + 0.3 * chance.random())
        process = subprocess.Popen(
            [sys.executable, "-m", "driftlint", "fix", "--suggested", "-q"], cwd=repo, stderr=subprocess.DEVNULL
        )
        time.sleep(delay)
        process.send_signal(signal.SIGKILL if at % 3 else signal.SIGTERM)
        process.wait()
        for name in before:
            assert (repo / name).read_bytes() in (before[name], after[name])
        assert (repo / "train.py").stat().st_mode & 0o777 == 0o755
        shown = git(repo, "status", "--porcelain").splitlines()
        assert [line for line in shown if line.removeprefix(" M ") not in names] == []
    fix(repo, "--suggested")
    assert {name: (repo / name).read_bytes() for name in before} == after


@pytest.fixture
def committed(repo: Path) -> Path:
    git(repo, "init", "-q")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "start")
    return repo


REFUSED = "error: nothing was written: commit or stash them, look with --diff, or write all the same with --allow-dirty"


def refuses(root: Path, path: str, *options: str) -> None:
    """Assert that a run refuses over one file, and that it writes when it is allowed to."""
    before = (root / path).read_bytes()
    done = fix(root, *options)
    assert done.stderr.splitlines() == [f"error: uncommitted changes in files that would be mended: {path}", REFUSED]
    assert (done.returncode, (root / path).read_bytes()) == (2, before)
    assert fix(root, *options, "--diff").stdout.startswith(f"--- a/{path}\n")
    fix(root, *options, "--allow-dirty")
    assert (root / path).read_bytes() != before


def test_a_changed_file_is_not_mended_unasked(committed: Path) -> None:
    (committed / "train.py").write_text(TRAIN + "# more\n")
    (committed / "notes.py").write_text("x = 1\n")  # would not be mended: it does not matter
    refuses(committed, "train.py", "--select", "dataset-unpinned")


def test_a_staged_file_is_not_mended_unasked(committed: Path) -> None:
    (committed / "train.py").write_text(TRAIN + "# more\n")
    git(committed, "add", "train.py")
    refuses(committed, "train.py", "--select", "dataset-unpinned")


def test_a_file_that_git_does_not_know_is_not_mended_unasked(committed: Path) -> None:
    (committed / "new.py").write_text(TRAIN)
    git(committed, "rm", "-q", "train.py")
    git(committed, "commit", "-qm", "less")
    refuses(committed, "new.py", "--select", "dataset-unpinned")


def test_changes_elsewhere_do_not_stop_a_mend(committed: Path) -> None:
    (committed / "requirements.txt").write_text("torch\ntransformers\n")
    (committed / "train.py").touch()  # git has noted another time for it; its bytes are those of the commit
    done = fix(committed, "--select", "dataset-unpinned")
    assert done.stderr.splitlines()[-1] == "1 finding mended in 1 file, 0 left"


def test_the_files_of_the_root_count_from_a_folder_below_and_through_links(committed: Path) -> None:
    (committed / "exp").mkdir()
    (committed / "train.py").rename(committed / "exp" / "run.py")
    (committed / "exp" / "train.py").symlink_to("run.py")
    git(committed, "add", "-A")
    git(committed, "commit", "-qm", "moved")
    (committed / "exp" / "run.py").write_text(TRAIN + "# more\n")
    done = fix(committed / "exp", "--select", "dataset-unpinned")
    assert done.returncode == 2
    git(committed, "checkout", "-q", ".")
    assert fix(committed / "exp", "--select", "dataset-unpinned").returncode == 0
    assert git(committed, "status", "--porcelain").splitlines() == [" M exp/run.py"]


def test_what_a_filter_strips_for_git_is_no_change(committed: Path) -> None:
    """As with notebooks whose outputs are stripped; the filter is not run by driftlint."""
    (committed / ".gitattributes").write_text("train.py filter=strip\n")
    git(committed, "config", "filter.strip.clean", "sed '/^# output/d'; echo ran >> ../ran")
    (committed / "train.py").write_text(TRAIN + "# output 0.93\n")
    git(committed, "add", "-A")
    git(committed, "commit", "-qm", "filtered")
    (committed.parent / "ran").unlink()
    done = fix(committed, "--select", "dataset-unpinned")
    assert done.stderr.splitlines()[-1] == "1 finding mended in 1 file, 0 left"
    assert not (committed.parent / "ran").exists()


def test_without_git_the_guard_says_so(committed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(committed.parent))
    done = fix(committed, "--select", "dataset-unpinned")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"error: whether files have uncommitted changes is not known: {committed}: git is needed for this and was not found "
        "in PATH: install it, or add its folder (outside of the repo) to PATH",
        "error: --allow-dirty writes all the same",
    ]
    assert fix(committed, "--select", "dataset-unpinned", "--allow-dirty").returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="needs a terminal of POSIX")
@pytest.mark.parametrize(
    ("answers", "packages", "end"),
    [
        ("ynn", ["torch==2.6.0  # the framework", "numpy>=1"], "1 finding mended in 1 file, 1 left"),
        ("nyn", ["torch>=2  # the framework", "numpy==1.26.4"], "1 finding mended in 1 file, 1 left"),
        ("ann", ["torch==2.6.0  # the framework", "numpy==1.26.4"], "2 findings mended in 1 file, 0 left"),
        ("yq", ["torch==2.6.0  # the framework", "numpy>=1"], "1 finding mended in 1 file, 1 left"),
        ("?nq", ["torch>=2  # the framework", "numpy>=1"], "0 findings mended in 0 files, 2 left"),
    ],
)
def test_questions_are_answered_one_by_one_by_rule_or_no_more(
    repo: Path, answers: str, packages: list[str], end: str
) -> None:
    (repo / "requirements.txt").write_text("torch>=2  # the framework\nnumpy>=1\ndatasets==3.6.0\n")
    (repo / ".venv" / "lib" / "python3.11" / "site-packages" / "numpy-1.26.4.dist-info").mkdir()
    keyboard, terminal = os.openpty()
    os.write(keyboard, "".join(f"{answer}\n" for answer in answers + "nnnn").encode())
    command = [sys.executable, "-m", "driftlint", "fix", "--interactive", "--select", "requirement-range"]
    done = subprocess.run(command, cwd=repo, stdin=terminal, capture_output=True, text=True, check=False)
    os.close(keyboard)
    os.close(terminal)
    assert (repo / "requirements.txt").read_text().splitlines()[:2] == packages
    assert done.stderr.splitlines()[-1] == end
    assert ("  a: make it, and all others of its rule\n" in done.stdout) == ("?" in answers)
    assert done.stdout.count("make it?") == (1 if answers[0] == "a" else 3 if "?" in answers else 2)
