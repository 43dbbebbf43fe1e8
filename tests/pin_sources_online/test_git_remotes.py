"""Commits of tags and branches, from real git over a bare repo, as files and from git's own daemon."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from driftlint.pin_sources_online.ask import AskError
from driftlint.pin_sources_online.git_remotes import GitRemotes, RemoteCommits
from driftlint.pin_sources_online.troubles import Troubles
from driftlint.pins import Proposal
from tests.pin_sources_online.conftest import Judge
from tests.pin_sources_online.services_on_loopback import Served

DAY = date(2026, 3, 1)


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.email=a@b", "-c", "user.name=n", "-c", "init.defaultBranch=main", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def remote(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """Return a bare repo at ``srv/org/tool.git`` and its commits by what names them."""
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "-q")
    commits = {}
    for name in ("v1", "feature/v1", "both", "main"):
        git(work, "commit", "-q", "--allow-empty", "-m", name)
        commits[name] = git(work, "rev-parse", "HEAD")
        if name == "v1":
            git(work, "tag", "-a", "v1", "-m", "annotated")
        if name == "feature/v1":
            git(work, "branch", "feature/v1")
        if name == "both":
            git(work, "tag", "both")
    git(work, "branch", "both")
    bare = tmp_path / "srv" / "org" / "tool.git"
    bare.parent.mkdir(parents=True)
    git(tmp_path, "clone", "-q", "--bare", str(work), str(bare))
    return bare, commits


@pytest.mark.parametrize("name", ["v1", "main", "feature/v1"])
def test_tags_are_peeled_and_branches_found_by_their_full_name(
    tmp_path: Path, remote: tuple[Path, dict[str, str]], name: str
) -> None:
    bare, commits = remote
    remotes = GitRemotes(tmp_path, files=True)
    assert remotes.resolve(f"file://{bare}", name) == commits[name]
    full = f"refs/tags/{name}" if name == "v1" else f"refs/heads/{name}"
    assert remotes.resolve(f"file://{bare}", full) == commits[name]
    assert remotes.resolve(f"file://{bare}", "HEAD") == commits["main"]


def test_what_names_no_one_commit_is_told(tmp_path: Path, remote: tuple[Path, dict[str, str]]) -> None:
    remotes = GitRemotes(tmp_path, files=True)
    with pytest.raises(AskError, match="it has no gone"):
        remotes.resolve(f"file://{remote[0]}", "gone")
    with pytest.raises(AskError, match="both is a tag and a branch there, and they differ"):
        remotes.resolve(f"file://{remote[0]}", "both")
    with pytest.raises(AskError, match="git ls-remote failed"):
        remotes.resolve(f"file://{tmp_path}/nothing.git", "main")


@pytest.mark.parametrize(
    "url",
    [
        "file:///srv/x.git",
        "ssh://git@host.example/a/b",
        "https://me:secret@host.example/a/b",
        "http://host.example/a/b",
        "ext::sh -c touch% /tmp/x",
        "--upload-pack=x",
        "https://host.example/a b",
    ],
)
def test_addresses_that_could_do_more_are_not_asked(tmp_path: Path, url: str) -> None:
    with pytest.raises(AskError, match="only https remotes without credentials are asked"):
        GitRemotes(tmp_path).resolve(url, "main")


def test_settings_of_user_repo_and_environment_do_not_count(
    tmp_path: Path, remote: tuple[Path, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, commits = remote
    other = tmp_path / "other.git"
    git(tmp_path, "init", "-q", "--bare", str(other))
    config = tmp_path / "gitconfig"
    config.write_text(f'[url "file://{other}"]\n\tinsteadOf = file://{bare}\n')
    here = tmp_path / "repo"
    here.mkdir()
    git(here, "init", "-q", str(here), f"--separate-git-dir={tmp_path / 'own'}")
    (tmp_path / "own" / "config").write_text(config.read_text())
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(other))
    monkeypatch.chdir(here)
    assert GitRemotes(here, files=True).resolve(f"file://{bare}", "v1") == commits["v1"]


def test_a_git_of_the_checked_repo_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\ntouch started\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AskError, match="git is needed for this and was not found in PATH"):
        GitRemotes(tmp_path).resolve("https://127.0.0.1:1/a/b", "main")
    assert not (tmp_path / "started").exists()


def test_a_server_that_cannot_be_reached_is_asked_no_more(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening: connections are refused
        address = f"git://127.0.0.1:{taken.getsockname()[1]}"
        remotes = GitRemotes(tmp_path)
        for name in "ab":
            with pytest.raises(AskError, match="git ls-remote failed"):
                remotes.resolve(f"{address}/org/{name}", "main")
        with pytest.raises(AskError, match="did not answer before and was not asked again"):
            remotes.resolve(f"{address}/org/c", "main")


def test_a_server_that_wants_a_login_is_not_given_one(tmp_path: Path, served: Served) -> None:
    served.login = True
    with pytest.raises(AskError, match="there is none of this name, or it is private"):
        GitRemotes(tmp_path).resolve(f"{served.address}/org/tool.git", "main")
    assert {secret for _, _, secret in served.asked} == {""}


@pytest.fixture
def daemon(remote: tuple[Path, dict[str, str]]) -> Iterator[str]:
    """Serve the bare repo by git's own protocol; return the address of its folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = remote[0].parent.parent
    program = os.path.join(git(base, "--exec-path"), "git-daemon")
    if not os.path.isfile(program):
        pytest.skip("this git has no daemon")
    options = ["--listen=127.0.0.1", f"--port={port}", f"--base-path={base}", "--export-all"]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"git://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def test_requirements_and_hooks_are_resolved_at_their_own_remote(
    judge: Judge, daemon: str, remote: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    commits = remote[1]
    run = judge(
        {
            "requirements.txt": f"tool @ git+{daemon}/org/tool.git@v1\n",
            "pyproject.toml": (
                '[project]\nname = "x"\nversion = "1"\ndependencies = ["tool"]\n'
                f'[tool.uv.sources]\ntool = {{ git = "{daemon}/org/tool.git", branch = "feature/v1" }}\n'
            ),
            ".pre-commit-config.yaml": (
                f"repos:\n  - repo: {daemon}/org/tool.git\n    rev: main\n    hooks: []\n"
                f"  - repo: {daemon}/org/tool.git\n    rev: gone\n    hooks: []\n"
            ),
        }
    )
    troubles = Troubles()
    source = RemoteCommits(GitRemotes(tmp_path), troubles, run.world.get_document, DAY)
    found = {(r.form, r.pin.selector): source.find(r) for r in run.world.references}
    url = f"{daemon}/org/tool.git"
    assert found == {
        ("vcs", "v1"): Proposal(commits["v1"], f"git ls-remote {url}, v1 on 2026-03-01", "suggest"),
        ("vcs", "feature/v1"): Proposal(
            commits["feature/v1"], f"git ls-remote {url}, feature/v1 on 2026-03-01", "suggest"
        ),
        ("hook", "main"): Proposal(commits["main"], f"git ls-remote {url}, main on 2026-03-01", "suggest"),
        ("hook", "gone"): None,
    }
    assert troubles.tell() == ["git at 127.0.0.1 names no pin for org/tool gone: it has no gone"]


CATALOGUE = """\
version = 1

[[url]]
id = "github.raw"
replaces = true
host = "github"
kind = "url"
match = 'https://raw\\.githubusercontent\\.com/(?P<name>[^/\\s]+/[^/\\s]+)/(?P<pin>[^/\\s]+)/.*'
grammar = "git-revision"
remote = "DAEMON/{name}.git"
source = "made up"

[[reference]]
id = "torch.hub.load"
replaces = true
kind = "remote-code"
host = "github"
calls = ["torch.hub.load"]
name = { arg = "repo_or_dir", pos = 0 }
names = "github-repo"
embedded = ':(?P<pin>[^:]+)$'
embed = ":{pin}"
also = ["skip_validation=True"]
also_since = "torch>=2"
grammar = "git-revision"
remote = "DAEMON/{name}.git#trunk,main"
source = "made up"
"""
READERS = """\
import pandas as pd
import torch

pd.read_csv("https://raw.githubusercontent.com/lab/tool/main/a.csv")  # why
pd.read_csv("https://raw.githubusercontent.com/lab/tool/gone/a.csv")
pd.read_csv("https://raw.githubusercontent.com/lab/none/main/a.csv")
torch.hub.load("lab/tool", "net")
torch.hub.load("lab/tool:v1", "net")
"""


def test_a_branch_in_an_address_and_code_that_is_loaded_get_their_commit(
    daemon: str, remote: tuple[Path, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole mend: what the remote does not have costs its own pin only, and the summary says why."""
    commits, root = remote[1], tmp_path / "repo"
    shutil.copytree(remote[0], remote[0].parent.parent / "lab" / "tool.git")
    (root / "house" / "catalogue").mkdir(parents=True)
    (root / "house" / "catalogue" / "a.toml").write_text(CATALOGUE.replace("DAEMON", daemon))
    (root / "driftlint.toml").write_text('packs = ["house"]\n')
    (root / "train.py").write_text(READERS)
    monkeypatch.setenv("DRIFTLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    command = [sys.executable, "-m", "driftlint", "fix", "--suggested"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert (root / "train.py").read_text() == READERS
    assert "5 (no evidence names a pin; `driftlint fix --online --suggested` asks for one)" in done.stderr, done.stderr
    done = subprocess.run([*command, "--online"], cwd=root, capture_output=True, text=True, check=False)
    assert (root / "train.py").read_text() == READERS.replace("tool/main/", f"tool/{commits['main']}/").replace(
        '"lab/tool", "net"', f'"lab/tool:{commits["main"]}", "net", skip_validation=True'
    ).replace('"lab/tool:v1", "net"', f'"lab/tool:{commits["v1"]}", "net", skip_validation=True'), done.stderr
    assert f"git ls-remote {daemon}/lab/tool.git, refs/heads/main on " in done.stderr
    assert "warning: git at 127.0.0.1 names no pin for lab/tool gone, and 1 more: it has no gone" in done.stderr
