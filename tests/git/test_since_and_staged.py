"""``check --since`` and ``check --staged`` with the real program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

from tests.cli.program_run import SRC
from tests.git.repos import LOAD, Git, commit, make_repo, write

ONLY = ("--output-format", "concise", "--select", "dataset-unpinned")


class Check(Protocol):
    def __call__(self, root: Path, *arguments: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def check(tmp_path: Path) -> Check:
    def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(SRC), "DRIFTLINT_CACHE_DIR": str(tmp_path / "cache")}
        command = [sys.executable, "-m", "driftlint", "check", *ONLY, *arguments]
        return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)

    return run


def places(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode in (0, 1), done.stderr
    return [line.split(" ")[0].rstrip(":") for line in done.stdout.splitlines() if " dataset-unpinned " in line]


# since


def test_only_what_the_change_brings_is_shown(git: Git, tmp_path: Path, check: Check) -> None:
    root = make_repo(git, tmp_path / "repo", {"old.py": LOAD.format("squad")})
    git(root, "checkout", "-qb", "change")
    commit(git, root, {"new.py": LOAD.format("glue")})
    write(root, {"untracked.py": LOAD.format("c4"), "old.py": "# moved\n\n" + LOAD.format("squad")})
    done = check(root, "--since", "main")
    assert places(done) == ["new.py:3:14", "untracked.py:3:14"]
    assert done.returncode == 1
    base = git(root, "rev-parse", "--short=12", "main")
    assert done.stdout.splitlines()[-2:] == [
        "Found 2 findings (2 errors); 1 older",
        f"Compared with main ({base})",
    ]


def test_a_change_that_brings_nothing_passes(git: Git, tmp_path: Path, check: Check) -> None:
    root = make_repo(git, tmp_path / "repo", {"old.py": LOAD.format("squad")})
    (root / "old.py").rename(root / "renamed.py")
    write(root, {"a.py": "print(1)\n"})
    done = check(root, "--since", "HEAD")
    assert (places(done), done.returncode) == ([], 0)


def test_what_others_did_on_the_branch_meanwhile_is_not_brought_by_this_change(
    git: Git, tmp_path: Path, check: Check
) -> None:
    root = make_repo(git, tmp_path / "repo", {"old.py": LOAD.format("squad")})
    git(root, "checkout", "-qb", "change")
    commit(git, root, {"a.py": ""})
    git(root, "checkout", "-q", "main")
    commit(git, root, {"old.py": ""})
    git(root, "checkout", "-q", "change")
    done = check(root, "--since", "main")
    assert places(done) == []
    assert "where it and HEAD part" in done.stdout
    assert places(check(root, "--since", git(root, "rev-parse", "main"))) == ["old.py:3:14"]


def test_a_second_equal_call_is_the_one_that_is_shown(git: Git, tmp_path: Path, check: Check) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": LOAD.format("squad")})
    write(root, {"a.py": LOAD.format("squad").replace("\n\n", '\n\nrows = load_dataset("squad")\n')})
    assert places(check(root, "--since", "HEAD")) == ["a.py:3:21"]


def test_a_finding_that_a_change_elsewhere_brings_is_shown(git: Git, tmp_path: Path, check: Check) -> None:
    sealed = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
    files = {
        "pin.py": f'REVISION = "{sealed}"\n',
        "train.py": 'from datasets import load_dataset\nfrom pin import REVISION\n\nload_dataset("a/b", revision=REVISION)\n',
    }
    root = make_repo(git, tmp_path / "repo", files)
    assert places(check(root, "--since", "HEAD")) == []
    write(root, {"pin.py": 'REVISION = "main"\n'})
    assert places(check(root, "--since", "HEAD")) == ["pin.py:1:12"]


def test_a_removed_ignore_comment_brings_the_finding(git: Git, tmp_path: Path, check: Check) -> None:
    accepted = LOAD.format("squad").rstrip() + "  # driftlint: ignore[dataset-unpinned] newest rows are the point\n"
    root = make_repo(git, tmp_path / "repo", {"a.py": accepted})
    assert places(check(root, "--since", "HEAD")) == []
    write(root, {"a.py": LOAD.format("squad")})
    assert places(check(root, "--since", "HEAD")) == ["a.py:3:14"]


def test_a_removed_entry_of_accepted_drift_brings_the_finding_and_a_new_rule_brings_none(
    git: Git, tmp_path: Path, check: Check
) -> None:
    entry = '[[accept]]\nrule = "dataset-unpinned"\npath = "a.py"\nreason = "newest rows are the point"\n'
    root = make_repo(git, tmp_path / "repo", {"a.py": LOAD.format("squad"), "driftlint.toml": entry})
    assert places(check(root, "--since", "HEAD")) == []
    write(root, {"driftlint.toml": "include-tests = true\n"})
    assert places(check(root, "--since", "HEAD")) == ["a.py:3:14"]
    commit(git, root, {"driftlint.toml": 'exclude = ["a.py"]\n'})
    write(root, {"driftlint.toml": ""})
    assert places(check(root, "--since", "HEAD")) == []


def test_json_names_the_commit_and_the_older_findings(git: Git, tmp_path: Path, check: Check) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": LOAD.format("squad")})
    told = json.loads(check(root, "--since", "HEAD", "--output-format", "json").stdout)
    assert told["since"] == {"revision": "HEAD", "commit": git(root, "rev-parse", "HEAD"), "merge_base": False}
    assert [finding["path"] for finding in told["earlier"]] == ["a.py"]
    assert told["findings"] == []


def test_before_the_first_commit_everything_is_new(git: Git, tmp_path: Path, check: Check) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q")
    write(root, {"a.py": LOAD.format("squad")})
    done = check(root, "--since", "HEAD")
    assert places(done) == ["a.py:3:14"]
    assert "Compared with HEAD (no commit)" in done.stdout


def test_a_root_below_the_top_and_a_file_that_was_not_there(git: Git, tmp_path: Path, check: Check) -> None:
    root = make_repo(git, tmp_path / "repo", {"exp/driftlint.toml": "", "exp/old.py": LOAD.format("squad")})
    write(root, {"exp/new.py": LOAD.format("glue"), "other/x.py": LOAD.format("c4")})
    assert places(check(root / "exp", "--since", "HEAD")) == ["new.py:3:14"]
    assert places(check(root / "exp", "--since", "HEAD", "new.py")) == ["new.py:3:14"]
    assert places(check(root / "other", "--since", "HEAD", "--isolated")) == ["x.py:3:14"]


def test_submodules_and_linked_work_trees(git: Git, tmp_path: Path, check: Check) -> None:
    inner = make_repo(git, tmp_path / "inner", {"old.py": LOAD.format("squad")})
    root = make_repo(git, tmp_path / "repo", {"a.py": LOAD.format("glue")})
    git(root, "submodule", "add", "-q", str(inner), "lib")
    git(root, "commit", "-qm", "submodule")
    assert places(check(root, "--since", "HEAD")) == []
    write(root, {"lib/new.py": LOAD.format("c4")})
    assert places(check(root / "lib", "--since", "HEAD")) == ["new.py:3:14"]
    git(root, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    write(tmp_path / "side", {"b.py": LOAD.format("c4")})
    assert places(check(tmp_path / "side", "--since", "main")) == ["b.py:3:14"]


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("nope", "error: nope: is no revision of this repo: fetch it, or see `git branch --all` and `git tag`"),
        (
            "--all",
            "error: --all: is no revision: name a commit, a branch or a tag, as `git log --oneline --all` shows them",
        ),
    ],
)
def test_a_revision_that_is_not_there(git: Git, tmp_path: Path, check: Check, revision: str, message: str) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": ""})
    done = check(root, f"--since={revision}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [message]


def test_outside_of_a_repo(tmp_path: Path, check: Check) -> None:
    done = check(tmp_path, "--since", "HEAD")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is in no git repo, which is read for this: name a folder of one, or `git init` and commit" in done.stderr


def test_a_partial_clone_fails_closed(git: Git, tmp_path: Path, check: Check) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": LOAD.format("squad")})
    commit(git, root, {"a.py": "# more\n" + LOAD.format("squad")})
    git(root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", root.as_uri(), "clone")
    done = check(tmp_path / "clone", "--since", "HEAD~1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: a.py: is not in this partial clone: `git fetch --refetch --no-filter`")


# staged


def test_a_partially_staged_file_is_judged_as_it_will_be_committed(git: Git, tmp_path: Path, check: Check) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "print(1)\n"})
    write(root, {"a.py": LOAD.format("squad")})
    git(root, "add", "a.py")
    write(root, {"a.py": "print(1)\n", "untracked.py": LOAD.format("c4")})
    assert places(check(root, "--staged")) == ["a.py:3:14"]
    assert places(check(root)) == ["untracked.py:3:14"]
    git(root, "reset", "-q")
    assert places(check(root, "--staged")) == []


def test_the_configuration_that_counts_is_the_staged_one(git: Git, tmp_path: Path, check: Check) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": LOAD.format("squad"), "driftlint.toml": ""})
    write(root, {"driftlint.toml": 'exclude = ["a.py"]\n'})
    assert places(check(root, "--staged")) == ["a.py:3:14"]
    assert places(check(root)) == []
    git(root, "add", "driftlint.toml")
    assert places(check(root, "--staged")) == []
    git(root, "rm", "-q", "--cached", "driftlint.toml")
    write(root, {"driftlint.toml": "broken ="})
    done = check(root, "--staged")
    assert places(done) == ["a.py:3:14"]
    assert done.stderr == ""


def test_the_baseline_that_counts_is_the_staged_one(git: Git, tmp_path: Path, check: Check) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": LOAD.format("squad")})
    subprocess.run([sys.executable, "-m", "driftlint", "baseline"], cwd=root, check=True, capture_output=True)
    assert places(check(root, "--staged")) == ["a.py:3:14"]
    git(root, "add", "driftlint-baseline.json")
    (root / "driftlint-baseline.json").unlink()
    assert places(check(root, "--staged")) == []


def test_packs_that_differ_from_what_is_staged_are_refused(git: Git, tmp_path: Path, check: Check) -> None:
    files = {"a.py": "", "driftlint.toml": 'packs = ["pack"]\n', "pack/pack.toml": ""}
    pack = tmp_path / "repo" / "pack"
    root = make_repo(git, tmp_path / "repo", {k: v for k, v in files.items() if not k.startswith("pack/")})
    done = subprocess.run(
        [sys.executable, "-m", "driftlint", "new", "data/table-moving", "--pack", "pack"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rule = next(pack.rglob("table-moving.md"))
    shown = rule.relative_to(root).as_posix()
    done = check(root, "--staged")
    assert done.returncode == 2
    assert "the pack differs from what is staged" in done.stderr
    git(root, "add", "-A")
    assert check(root, "--staged").returncode == 0
    rule.write_text(rule.read_text() + "\nmore\n")
    assert f"error: {shown}: the pack differs from what is staged" in check(root, "--staged").stderr


def test_only_what_the_commit_brings(git: Git, tmp_path: Path, check: Check) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": LOAD.format("squad")})
    write(root, {"b.py": LOAD.format("glue"), "c.py": LOAD.format("c4")})
    git(root, "add", "b.py")
    assert places(check(root, "--staged", "--since", "HEAD")) == ["b.py:3:14"]


def test_a_named_file_that_is_only_staged(git: Git, tmp_path: Path, check: Check) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": ""})
    write(root, {"b.py": LOAD.format("glue")})
    git(root, "add", "b.py")
    (root / "b.py").unlink()
    assert places(check(root, "--staged", "b.py")) == ["b.py:3:14"]
