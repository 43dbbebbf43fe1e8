"""A commit and the index as workspaces, over real repos of every kind that git makes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from driftlint.disk import WorkspaceError
from driftlint.git_objects import GitError, GitObjects
from driftlint.git_tree import GitWorkspace, Snapshot
from driftlint.walk import GIT_IGNORED, LINK_INSIDE, LINK_NOWHERE, LINK_OUT, SUBMODULE
from driftlint.workspace import DiskWorkspace, Listing, Scope
from tests.git.repos import Git, commit, make_repo, write


def open_commit(objects: GitObjects, root: Path, revision: str = "HEAD", **options: int) -> GitWorkspace:
    found = objects.find_commit(revision)
    return GitWorkspace(Snapshot.of_commit(objects, found.id, revision), root, **options)


def list_commit(root: Path, revision: str = "HEAD", scope: Scope | None = None) -> Listing:
    with GitObjects.find(root) as objects:
        return open_commit(objects, root, revision).list_files(scope or Scope())


def read(root: Path, path: str, revision: str = "HEAD") -> bytes:
    with GitObjects.find(root) as objects:
        return open_commit(objects, root, revision).read(path)


FILES: dict[str, str | bytes] = {
    "train.py": "print(1)\n",
    "src/model/net.py": "x = 1\n",
    "src/.gitignore": "*.tmp.py\n",
    "data set/ü.yaml": "a: 1\n",
    "tests/test_a.py": "",
    "third_party/x.py": "",
    ".gitignore": "scratch/\n",
}


def test_a_commit_lists_what_the_disk_lists(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", FILES)
    (root / "src" / "link.py").symlink_to("model/net.py")
    (root / "out").symlink_to("/etc")
    (root / "up").symlink_to("../elsewhere")
    (root / "nowhere").symlink_to("gone.py")
    (root / "folder").symlink_to("src/model")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "links")
    on_disk = DiskWorkspace(root).list_files(Scope())
    committed = list_commit(root)
    assert committed.files == on_disk.files
    assert committed.links == on_disk.links == {"folder": "src/model", "src/link.py": "src/model/net.py"}
    assert committed.left_out[LINK_INSIDE] == ["folder", "src/link.py"]
    assert committed.left_out[LINK_NOWHERE] == ["nowhere"]
    assert committed.left_out[LINK_OUT] == ["out", "up"]
    assert read(root, "folder/net.py") == read(root, "src/link.py") == b"x = 1\n"
    with pytest.raises(WorkspaceError, match="leads out of the repo"):
        read(root, "out/passwd")


def test_a_link_in_a_circle_ends(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", FILES)
    (root / "a").symlink_to("b")
    (root / "b").symlink_to("a")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "links")
    assert list_commit(root).left_out[LINK_OUT] == ["a", "b"]


def test_the_bytes_are_those_of_the_revision(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "old\r\n", "gone.py": ""})
    (root / "gone.py").unlink()
    commit(git, root, {"a.py": "new\n"})
    write(root, {"a.py": "newest\n"})
    assert read(root, "a.py", "HEAD~1") == b"old\r\n"
    assert read(root, "a.py") == b"new\n"
    assert list_commit(root, "HEAD~1").files == ("a.py", "gone.py")
    assert list_commit(root).files == ("a.py",)


def test_a_folder_of_the_repo_is_a_root_under_the_ignores_above_it(git: Git, tmp_path: Path) -> None:
    files = {"exp/a.py": "1", "exp/b.py": "2", "exp/c.py": "3", "c.py": "", ".gitignore": "/exp/b.py\n"}
    root = make_repo(git, tmp_path / "repo", files)
    git(root, "add", "-f", "exp/b.py")
    git(root, "commit", "-qm", "tracked although ignored")
    write(root, {".git/info/exclude": "c.py\n"})
    listing = list_commit(root / "exp")
    assert listing.files == DiskWorkspace(root / "exp").list_files(Scope()).files == ("a.py",)
    assert listing.left_out[GIT_IGNORED] == ["b.py", "c.py"]
    with pytest.raises(WorkspaceError, match="leads out of the repo"):
        read(root / "exp", "../c.py")


def test_the_index_holds_what_is_staged(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "committed", "b.py": ""})
    write(root, {"a.py": "staged"})
    git(root, "add", "a.py")
    write(root, {"a.py": "work tree", "untracked.py": ""})
    with GitObjects.find(root) as objects:
        workspace = GitWorkspace(Snapshot.of_index(objects), root)
        assert workspace.list_files(Scope()).files == ("a.py", "b.py")
        assert workspace.read("a.py") == b"staged"
        assert not workspace.exists("untracked.py")


def test_an_index_before_the_first_commit(git: Git, tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q")
    write(root, {"a.py": "1"})
    git(root, "add", "a.py")
    with GitObjects.find(root) as objects:
        assert GitWorkspace(Snapshot.of_index(objects), root).read("a.py") == b"1"
        assert objects.find_commit("HEAD").id == ""
        with pytest.raises(GitError, match="the repo has no commit yet"):
            objects.find_commit("main")
    assert list_commit(root).files == ()


def test_the_index_of_a_commit_that_names_files_is_the_one_that_counts(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "1", "b.py": "1"})
    other = make_repo(git, tmp_path / "other", {"c.py": ""})
    write(root, {"a.py": "2", "b.py": "2"})
    git(root, "add", "b.py")
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.write_text('#!/bin/sh\necho "$GIT_INDEX_FILE" > index-name\ncp "$GIT_INDEX_FILE" .git/kept-index\n')
    hook.chmod(0o755)
    git(root, "commit", "-qm", "only a", "a.py")
    assert "next-index" in (root / "index-name").read_text()
    git(root, "reset", "-q", "--soft", "HEAD~1")
    monkeypatch.setenv("GIT_INDEX_FILE", str(root / ".git" / "kept-index"))
    with GitObjects.find(root) as objects:
        workspace = GitWorkspace(Snapshot.of_index(objects), root)
        assert (workspace.read("a.py"), workspace.read("b.py")) == (b"2", b"1")
    with GitObjects.find(other) as objects:
        assert GitWorkspace(Snapshot.of_index(objects), other).list_files(Scope()).files == ("c.py",)


def test_an_unfinished_merge_is_refused_by_name(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "1"})
    git(root, "checkout", "-qb", "other")
    commit(git, root, {"a.py": "2"})
    git(root, "checkout", "-q", "main")
    commit(git, root, {"a.py": "3"})
    with pytest.raises(AssertionError, match="git merge"):
        git(root, "merge", "other")
    with GitObjects.find(root) as objects, pytest.raises(GitError, match=r"not merged \(a.py\)"):
        objects.list_index()


def test_submodules_are_left_out_by_name(git: Git, tmp_path: Path) -> None:
    inner = make_repo(git, tmp_path / "inner", {"lib.py": ""})
    root = make_repo(git, tmp_path / "repo", {"a.py": ""})
    git(root, "submodule", "add", "-q", str(inner), "lib")
    git(root, "commit", "-qm", "submodule")
    listing = list_commit(root)
    assert listing.files == (".gitmodules", "a.py")
    assert listing.left_out[SUBMODULE] == ["lib/"]
    with pytest.raises(WorkspaceError, match="is a submodule"):
        read(root, "lib")
    with pytest.raises(WorkspaceError, match="submodule"):
        list_commit(root, scope=Scope(named=("lib",)))
    assert list_commit(root / "lib").files == ("lib.py",)


def test_linked_work_trees_and_bare_repos(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "main"})
    git(root, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = commit(git, tmp_path / "side", {"a.py": "side"})
    write(side, {"b.py": ""})
    git(side, "add", "b.py")
    assert read(side, "a.py") == b"side"
    assert read(side, "a.py", "main") == b"main"
    with GitObjects.find(side) as objects:
        assert sorted(objects.list_index()) == ["a.py", "b.py"]
    git(tmp_path, "clone", "-q", "--bare", str(root), "bare.git")
    assert list_commit(tmp_path / "bare.git").files == ("a.py",)
    assert read(tmp_path / "bare.git", "a.py", "side") == b"main"  # where side and HEAD part


def test_a_bare_repo_inside_of_a_work_tree_is_a_part_of_it(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "1"})
    git(root, "clone", "-q", "--bare", str(root), "data")
    with GitObjects.find(root / "data") as objects:
        assert (objects.top, objects.git_folder) == (root, root / ".git")


def test_sha256_repos(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "1"}, "--object-format=sha256")
    with GitObjects.find(root) as objects:
        assert len(objects.find_commit("HEAD").id) == 64
    assert read(root, "a.py") == b"1"


def test_large_files_are_told_and_not_read(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "x" * 2000})
    with GitObjects.find(root) as objects:
        workspace = open_commit(objects, root, file_size=1000)
        assert workspace.list_files(Scope()).left_out["too large"] == ["a.py"]
        with pytest.raises(WorkspaceError, match="too large"):
            workspace.read("a.py")


def test_git_lfs_content_is_read_from_the_clone_and_told_when_it_is_not_there(git: Git, tmp_path: Path) -> None:
    content = b'{"cells": []}\n'
    digest = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n"
    root = make_repo(git, tmp_path / "repo", {"a.ipynb": pointer, "notes.py": "# " + pointer})
    with pytest.raises(WorkspaceError, match="is in Git LFS, and its content is not in this clone: `git lfs fetch`"):
        read(root, "a.ipynb")
    write(root, {f".git/lfs/objects/{digest[:2]}/{digest[2:4]}/{digest}": content})
    assert read(root, "a.ipynb") == content
    assert read(root, "notes.py").startswith(b"# version")
    write(root, {f".git/lfs/objects/{digest[:2]}/{digest[2:4]}/{digest}": b"other"})
    with pytest.raises(WorkspaceError, match="damaged"):
        read(root, "a.ipynb")


def test_a_replaced_object_is_not_believed(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "true"})
    write(root, {"other": "false"})
    real, false = git(root, "rev-parse", "HEAD:a.py"), git(root, "hash-object", "-w", "other")
    git(root, "replace", real, false)
    assert git(root, "cat-file", "-p", real) == "false"
    assert read(root, "a.py") == b"true"


# revisions


def test_a_branch_is_compared_where_it_and_head_part_and_a_commit_as_it_is(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "1"})
    base = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-qb", "change")
    commit(git, root, {"b.py": ""})
    git(root, "checkout", "-q", "main")
    commit(git, root, {"c.py": ""})
    tip = git(root, "rev-parse", "HEAD")
    git(root, "tag", "release")
    git(root, "checkout", "-q", "change")
    with GitObjects.find(root) as objects:
        assert (objects.find_commit("main").id, objects.find_commit("main").merge_base) == (base, True)
        assert (objects.find_commit("release").id, objects.find_commit("release").merge_base) == (tip, False)
        assert objects.find_commit(tip[:12]).id == tip
        assert objects.find_commit("HEAD").merge_base is False
        assert objects.resolve("main") == tip


def test_histories_without_a_common_commit(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "1"})
    git(root, "checkout", "-q", "--orphan", "other")
    commit(git, root, {"a.py": "2"})
    with GitObjects.find(root) as objects, pytest.raises(GitError, match="no commit in common with HEAD"):
        objects.find_commit("main")


@pytest.mark.parametrize("revision", ["--upload-pack=x", "-h", "", " ", "a\nb", "HEAD\0"])
def test_what_could_be_an_option_is_no_revision(git: Git, tmp_path: Path, revision: str) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "1"})
    with GitObjects.find(root) as objects, pytest.raises(GitError, match="is no revision"):
        objects.find_commit(revision)


def test_a_shallow_clone_says_what_to_fetch_and_that_helps(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "1"})
    first = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-qb", "change")
    commit(git, root, {"b.py": ""})
    git(tmp_path, "clone", "-q", "--depth=1", "--branch=change", root.as_uri(), "clone")
    clone = tmp_path / "clone"

    def told(revision: str) -> str:
        with GitObjects.find(clone) as objects, pytest.raises(GitError) as error:
            objects.find_commit(revision)
        return str(error.value)

    by_branch, by_commit = told("origin/main"), told(first)
    fetch = "git fetch --depth=100 origin main:refs/remotes/origin/main"
    assert by_branch == f"origin/main: is no revision of this shallow clone: `{fetch}` brings it"
    assert f"`git fetch --depth=1 origin {first}` brings it" in by_commit
    git(clone, "fetch", "-q", "--depth=1", "origin", first)
    with GitObjects.find(clone) as objects:
        assert objects.find_commit(first).id == first
    git(clone, *fetch.split()[1:])
    assert "`git fetch --unshallow` brings it" in told("origin/main")
    git(clone, "fetch", "-q", "--unshallow")
    with GitObjects.find(clone) as objects:
        assert objects.find_commit("origin/main").id == first


def test_a_folder_outside_of_any_repo(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="is in no git repo"):
        GitObjects.find(tmp_path)


# nothing of the repo runs


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    script = tmp_path / "trap.sh"
    script.write_text(f'#!/bin/sh\necho "$0 $@" >> {tmp_path}/sprung\ncat\n')
    script.chmod(0o755)
    return script


def test_no_setting_of_the_repo_starts_a_program(git: Git, tmp_path: Path, trap: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "1", ".gitattributes": "*.py filter=f diff=d\n"})
    for name in (
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "core.alternateRefsCommand",
        "core.askPass",
        "credential.helper",
        "diff.external",
        "diff.d.textconv",
        "diff.d.command",
        "filter.f.smudge",
        "filter.f.clean",
        "filter.f.process",
        "pager.cat-file",
        "gpg.program",
        "alias.cat-file",
        "alias.ls-files",
    ):
        git(root, "config", name, f"!{trap}" if name.startswith("alias") else str(trap))
    hooks = root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "pre-commit", "post-checkout", "fsmonitor-watchman", "reference-transaction"):
        (hooks / name).write_bytes(trap.read_bytes())
        (hooks / name).chmod(0o755)
    with GitObjects.find(root) as objects:
        objects.find_commit("main")
        assert GitWorkspace(Snapshot.of_index(objects), root).read("a.py") == b"1"
        assert open_commit(objects, root).read("a.py") == b"1"
    assert not (tmp_path / "sprung").exists()
    os.utime(root / "a.py", (1, 1))
    git(root, "status")
    assert (tmp_path / "sprung").exists(), "the trap springs where git is not held back"


def test_a_partial_clone_fetches_nothing_and_says_so(git: Git, tmp_path: Path, trap: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "1"})
    commit(git, root, {"a.py": "2"})
    git(root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", root.as_uri(), "clone")
    clone = tmp_path / "clone"
    git(clone, "config", "remote.origin.uploadpack", str(trap))
    assert read(clone, "a.py") == b"2"
    with pytest.raises(WorkspaceError, match="not in this partial clone: `git fetch --refetch --no-filter`"):
        read(clone, "a.py", "HEAD~1")
    assert not (tmp_path / "sprung").exists()
    git(clone, "config", "--unset", "remote.origin.uploadpack")
    git(clone, "fetch", "-q", "--refetch", "--no-filter")
    assert read(clone, "a.py", "HEAD~1") == b"1"


def test_a_git_of_the_repo_or_of_the_current_folder_is_not_started(
    git: Git, tmp_path: Path, trap: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "1", "bin/git": trap.read_bytes(), "git": trap.read_bytes()})
    for name in ("git", "bin/git"):
        (root / name).chmod(0o755)
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "bin", str(root / "bin"), os.environ["PATH"]]))
    assert read(root, "a.py") == b"1"
    assert not (tmp_path / "sprung").exists()
    monkeypatch.setenv("PATH", str(root / "bin"))
    with pytest.raises(GitError, match="git is needed for this"):
        GitObjects.find(root)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repo_of_another_user_is_read(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "1"})
    for path in (root, *root.rglob("*")):
        os.chown(path, 12345, 12345)
    with pytest.raises(AssertionError, match="dubious ownership"):
        git(root, "status")
    assert read(root, "a.py") == b"1"


def test_nothing_is_written_into_the_repo(git: Git, tmp_path: Path) -> None:
    root = make_repo(git, tmp_path / "repo", {"a.py": "1"})
    os.utime(root / "a.py", (1, 1))

    def state() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in (root / ".git").rglob("*") if path.is_file()}

    before = state()
    with GitObjects.find(root) as objects:
        GitWorkspace(Snapshot.of_index(objects), root).read("a.py")
        open_commit(objects, root, "main").read("a.py")
    assert state() == before
