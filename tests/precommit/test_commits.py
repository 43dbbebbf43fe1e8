"""Commits through the real pre-commit."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
import yaml

from tests.cli.program_run import SRC
from tests.git.repos import LOAD, Git, make_repo, write
from tests.precommit.hooked import Hooked, Shipped

TOP = SRC.parent

pytestmark = pytest.mark.slow
PINNED = (
    'from datasets import load_dataset\n\nload_dataset("a/b", revision="e6281661ce1c48d982bc483cf8a173c1bbeb5d31")\n'
)


def test_a_commit_is_refused_with_the_finding_and_its_remedy(hooked: Hooked, git: Git) -> None:
    root = hooked.make()
    write(root, {"train.py": LOAD.format("squad")})
    git(root, "add", "train.py")
    tried = hooked.commit(root)
    assert not tried.done
    lines = tried.output.splitlines()
    assert any(line.startswith("driftlint...") and line.endswith("Failed") for line in lines)
    assert (
        "train.py:3:14: error[dataset-unpinned] dataset `squad` is read from huggingface without a fixed revision: "
        "tomorrow's rows may differ" in lines
    )
    assert any("= help: pin what you read" in line for line in lines)
    assert "\x1b" not in tried.output
    write(root, {"train.py": PINNED})
    git(root, "add", "train.py")
    assert hooked.commit(root).done


def test_of_a_partially_staged_file_the_staged_part_counts(hooked: Hooked, git: Git) -> None:
    root = hooked.make(files={"train.py": "print(1)\n"})
    write(root, {"train.py": LOAD.format("squad")})
    git(root, "add", "train.py")
    write(root, {"train.py": PINNED})
    assert not hooked.commit(root).done
    assert (root / "train.py").read_text() == PINNED
    git(root, "add", "train.py")
    write(root, {"train.py": LOAD.format("squad")})
    assert hooked.commit(root).done
    assert (root / "train.py").read_text() == LOAD.format("squad")


def test_files_that_are_not_committed_do_not_count(hooked: Hooked, git: Git) -> None:
    root = hooked.make()
    write(root, {"scratch.py": LOAD.format("squad"), "train.py": PINNED})
    git(root, "add", "train.py")
    assert hooked.commit(root).done
    assert not (root / ".gitignore").exists()


def test_a_commit_that_names_its_files_is_judged_by_those(hooked: Hooked, git: Git) -> None:
    root = hooked.make(files={"good.py": "print(1)\n", "bad.py": "print(1)\n"})
    write(root, {"good.py": PINNED, "bad.py": LOAD.format("squad")})
    git(root, "add", "bad.py")
    tried = hooked.commit(root, "good.py")
    assert tried.done, tried.output
    assert not hooked.commit(root, "-a").done


def test_a_finding_in_another_file_than_the_one_that_changed(hooked: Hooked, git: Git) -> None:
    uses = 'from datasets import load_dataset\nfrom pin import REVISION\n\nload_dataset("a/b", revision=REVISION)\n'
    sealed = 'REVISION = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"\n'
    root = hooked.make(files={"train.py": uses, "pin.py": sealed})
    write(root, {"pin.py": 'import os\n\nREVISION = os.environ.get("REVISION", "main")\n'})
    git(root, "add", "pin.py")
    tried = hooked.commit(root)
    assert not tried.done
    assert "pin.py:3:" in tried.output


def test_a_merge_is_judged_as_a_whole_and_a_conflict_is_left_to_git(hooked: Hooked, git: Git) -> None:
    root = hooked.make(files={"a.py": "print(1)\n"})
    git(root, "checkout", "-qb", "side")
    write(root, {"train.py": LOAD.format("squad"), "a.py": "print(2)\n"})
    git(root, "add", "-A")
    git(root, "commit", "-qnm", "past the hook")
    git(root, "checkout", "-q", "main")
    write(root, {"a.py": "print(3)\n"})
    git(root, "add", "-A")
    assert hooked.commit(root).done
    merged = subprocess.run(["git", "merge", "side"], cwd=root, capture_output=True, text=True, check=False)
    assert merged.returncode == 1
    conflict = hooked.commit(root)
    assert not conflict.done
    assert "unmerged" in conflict.output
    write(root, {"a.py": "print(4)\n"})
    git(root, "add", "a.py")
    tried = hooked.commit(root)
    assert not tried.done
    assert "train.py:3:14: error[dataset-unpinned]" in tried.output
    write(root, {"train.py": PINNED})
    git(root, "add", "train.py")
    assert hooked.commit(root).done
    assert len(git(root, "show", "-s", "--format=%P").split()) == 2


def test_a_submodule_is_its_own_repo(hooked: Hooked, git: Git) -> None:
    inner = make_repo(git, hooked.place / "inner", {"old.py": LOAD.format("squad")})
    root = hooked.make()
    git(root, "submodule", "add", "-q", str(inner), "lib")
    git(root, "add", "-A")
    tried = hooked.commit(root)
    assert tried.done, tried.output
    inside = root / "lib"
    write(inside, {".pre-commit-config.yaml": hooked.config, "new.py": "print(1)\n"})
    git(inside, "add", "-A")
    hooked.install(inside)
    refused = hooked.commit(inside)
    assert not refused.done
    assert "old.py:3:14: error[dataset-unpinned]" in refused.output


def test_a_linked_work_tree(hooked: Hooked, git: Git) -> None:
    root = hooked.make()
    side = hooked.place / "side"
    git(root, "worktree", "add", "-q", "-b", "side", str(side))
    write(side, {"train.py": LOAD.format("squad")})
    git(side, "add", "-A")
    tried = hooked.commit(side)
    assert not tried.done
    assert "train.py:3:14: error[dataset-unpinned]" in tried.output
    write(side, {"train.py": PINNED})
    git(side, "add", "-A")
    assert hooked.commit(side).done


def test_a_commit_of_files_that_cannot_matter_does_not_start_it(hooked: Hooked, git: Git) -> None:
    root = hooked.make(files={"train.py": LOAD.format("squad")})
    write(root, {"figure.png": b"\x89PNG", "paper.tex": "x\n"})
    git(root, "add", "-A")
    tried = hooked.commit(root)
    assert tried.done
    assert "(no files to check)Skipped" in tried.output
    write(root, {"run": "#!/bin/sh\necho\n"})
    git(root, "add", "-A")
    assert not hooked.commit(root).done


def test_a_baseline_lets_old_findings_pass(hooked: Hooked, git: Git) -> None:
    root = hooked.make(files={"old.py": LOAD.format("squad")})
    subprocess.run(["python", "-m", "driftlint", "baseline"], cwd=root, check=True, capture_output=True)
    git(root, "add", "-A")
    assert hooked.commit(root).done
    write(root, {"new.py": LOAD.format("squad")})
    git(root, "add", "-A")
    tried = hooked.commit(root)
    assert not tried.done
    assert "new.py:3:14" in tried.output
    assert "old.py:3:14" not in tried.output


@pytest.mark.world
@pytest.mark.parametrize("program", ["pre-commit", "prek"])
def test_the_hook_from_a_clone_of_this_repo(hooked: Hooked, git: Git, program: str, shipped: Shipped) -> None:
    """As users have it: the tool builds an environment out of a commit of this repo."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    source = hooked.place / "driftlint"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    wanted = [name for name in listed.split("\0") if (name and name.startswith(("src/", "rules/"))) or "/" not in name]
    files = {name: (TOP / name).read_bytes() for name in wanted if name and (TOP / name).is_file()}
    make_repo(git, source, files)
    commit = git(source, "rev-parse", "HEAD")
    root = hooked.place / "repo"
    hook = {"repo": source.as_uri(), "rev": commit, "hooks": [{"id": "driftlint"}]}
    make_repo(
        git, root, {".pre-commit-config.yaml": yaml.safe_dump({"repos": [hook]}), "train.py": LOAD.format("squad")}
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [program, "run", "--all-files"], cwd=root, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "train.py:3:14: error[dataset-unpinned]" in done.stdout


def test_the_mending_hook_writes_what_is_staged_again(mending: Hooked, git: Git) -> None:
    root = mending.make(files={".gitignore": ".venv\n"})
    site = root / ".venv" / "lib" / "python3.11" / "site-packages" / "numpy-1.26.4.dist-info"
    site.mkdir(parents=True)
    (root / ".venv" / "pyvenv.cfg").touch()
    write(root, {"requirements.txt": "numpy\n", "train.py": "import numpy\n\nprint(numpy.zeros(3))\n"})
    git(root, "add", "-A")
    tried = mending.commit(root)
    assert not tried.done
    assert "files were modified by this hook" in tried.output
    assert "requirements.txt: [requirement-unpinned] pin numpy to 1.26.4" in tried.output
    assert (root / "requirements.txt").read_text() == "numpy==1.26.4\n"
    git(root, "add", "-A")
    again = mending.commit(root)
    assert again.done, again.output


def test_what_the_mending_hook_cannot_mend_is_left_to_the_other_one(mending: Hooked, git: Git) -> None:
    root = mending.make()
    write(root, {"train.py": LOAD.format("squad")})
    git(root, "add", "train.py")
    tried = mending.commit(root)
    assert not tried.done
    lines = tried.output.splitlines()
    assert any(line.startswith("driftlint fix...") and line.endswith("Passed") for line in lines)
    assert any(line.startswith("driftlint...") and line.endswith("Failed") for line in lines)
