"""What is listed, and the reason for all that is not."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from driftlint.disk import WorkspaceError
from driftlint.layout import LayoutError, parse_conventions
from driftlint.workspace import DiskWorkspace, MemoryWorkspace, Scope

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")


def list_memory(*paths: str, scope: Scope | None = None) -> tuple[tuple[str, ...], dict[str, list[str]]]:
    listing = MemoryWorkspace(dict.fromkeys(paths, "")).list_files(scope or Scope())
    return listing.files, listing.left_out


@pytest.mark.parametrize(
    ("path", "reason", "shown"),
    [
        ("venv/lib/x.py", "virtual environment", "venv/"),
        ("my-env/pyvenv.cfg", "virtual environment", "my-env/"),
        ("conda/conda-meta/history", "virtual environment", "conda/"),
        ("lib/python3/site-packages/x.py", "virtual environment", "lib/python3/site-packages/"),
        ("a/.tox/x.py", "virtual environment", "a/.tox/"),
        ("web/node_modules/x/a.py", "vendored", "web/node_modules/"),
        ("third_party/x.py", "vendored", "third_party/"),
        ("src/_vendor/x.py", "vendored", "src/_vendor/"),
        ("lib/sub/.git", "vendored", "lib/sub/"),
        ("lib/clone/.git/HEAD", "vendored", "lib/clone/"),
        ("a/__pycache__/x.py", "tool cache", "a/__pycache__/"),
        ("pkg.egg-info/requires.txt", "build output", "pkg.egg-info/"),
        ("wandb/run-2026-x/files/config.yaml", "run record", "wandb/run-2026-x/"),
        ("lab/wandb/offline-run-1/a.yaml", "run record", "lab/wandb/offline-run-1/"),
        ("mlruns/0/meta.yaml", "run record", "mlruns/"),
        ("outputs/2026-11-25/10-00-00/.hydra/config.yaml", "run record", "outputs/2026-11-25/"),
        ("lightning_logs/version_0/hparams.yaml", "run record", "lightning_logs/"),
        ("eval/predictions.jsonl", "result dump", "eval/predictions.jsonl"),
        ("results/gpt/summary.json", "result dump", "results/gpt/summary.json"),
        ("site/leaderboard-v2/data/x.json", "result dump", "site/leaderboard-v2/data/x.json"),
        ("tests/test_x.py", "tests", "tests/"),
        ("pkg/test_model.py", "tests", "pkg/test_model.py"),
        ("pkg/model_test.py", "tests", "pkg/model_test.py"),
        ("conftest.py", "tests", "conftest.py"),
        ("docs/guide/start.md", "documentation", "docs/guide/start.md"),
    ],
)
def test_conventions(path: str, reason: str, shown: str) -> None:
    files, left_out = list_memory(path, "train.py")
    assert files == ("train.py",)
    assert left_out == {reason: [shown]}


@pytest.mark.parametrize(
    "path",
    [
        "test.py",
        "pkg/testing_utils.py",
        "outputs/config.yaml",
        "wandb/settings",
        "conf/results.json",
        "results/plot.py",
        "docs/conf.py",
        "docs/requirements.txt",
        "README.md",
        "environment.yml",
        "envs/gym.py",
        "src/dist/launch.py",
        "docker/build/Dockerfile",
        ".github/workflows/ci.yml",
        ".pre-commit-config.yaml",
        "attest_x.py",
    ],
)
def test_neighbours_of_the_conventions_are_listed(path: str) -> None:
    assert list_memory(path) == ((path,), {})


def test_build_folders_count_only_beside_a_build_manifest_and_not_when_they_are_packages() -> None:
    files, left_out = list_memory(
        "pyproject.toml",
        "build/lib/a.py",
        "dist/__init__.py",
        "dist/run.py",
        "tools/build/a.py",
        "web/package.json",
        "web/dist/a.json",
    )
    assert files == ("dist/__init__.py", "dist/run.py", "pyproject.toml", "tools/build/a.py", "web/package.json")
    assert left_out == {"build output": ["build/", "web/dist/"]}


def test_large_json_is_a_dump_and_a_file_over_the_limit_is_too_large() -> None:
    workspace = MemoryWorkspace(
        {"a.json": " " * 1048577, "b.json": " " * 1048576, "c.py": " " * 2_000_001}, file_size=2_000_000
    )
    listing = workspace.list_files(Scope())
    assert listing.files == ("b.json",)
    assert listing.left_out == {"result dump": ["a.json"], "too large": ["c.py"]}


def test_tests_and_vendored_code_can_be_asked_for() -> None:
    paths = ("tests/a.py", "vendor/b.py", "train.py")
    assert list_memory(*paths, scope=Scope(include_tests=True))[0] == ("tests/a.py", "train.py")
    assert list_memory(*paths, scope=Scope(include_vendored=True))[0] == ("train.py", "vendor/b.py")


def test_exclude_wins_over_include_and_include_over_conventions() -> None:
    scope = Scope(include=("third_party/ours/**", "conftest.py"), exclude=("*_gen.py",), extra_exclude=("/old/",))
    files, left_out = list_memory(
        "third_party/ours/a.py",
        "third_party/ours/b_gen.py",
        "third_party/theirs/c.py",
        "third_party/d.py",
        "conftest.py",
        "old/x.py",
        "keep/old/x.py",
        scope=scope,
    )
    assert files == ("conftest.py", "keep/old/x.py", "third_party/ours/a.py")
    assert left_out == {
        "excluded by configuration": ["old/", "third_party/ours/b_gen.py"],
        "vendored": ["third_party/d.py", "third_party/theirs/"],
    }


def test_an_included_folder_is_walked_with_all_other_conventions_on() -> None:
    scope = Scope(include=("tests/", "/my-env/", "results/"))
    files, left_out = list_memory(
        "tests/test_a.py",
        "tests/__pycache__/a.py",
        "venv/tests/b.py",
        "my-env/pyvenv.cfg",
        "my-env/node_modules/c.py",
        "results/d.json",
        scope=scope,
    )
    assert files == ("my-env/pyvenv.cfg", "results/d.json", "tests/test_a.py")
    assert left_out == {
        "tool cache": ["tests/__pycache__/"],
        "vendored": ["my-env/node_modules/"],
        "virtual environment": ["venv/"],
    }


def test_include_takes_back_what_git_ignores() -> None:
    files, left_out = list_memory("x.py", scope=Scope(include=("data/conf.yaml",)))
    assert (files, left_out) == (("x.py",), {})
    workspace = MemoryWorkspace({".gitignore": "data/\n", "data/conf.yaml": "", "data/rows.csv": ""})
    listing = workspace.list_files(Scope(include=("data/conf.yaml",)))
    assert listing.files == (".gitignore", "data/conf.yaml")
    assert listing.left_out == {"git-ignored": ["data/rows.csv"]}


def test_a_named_file_is_listed_whatever_leaves_it_out() -> None:
    workspace = MemoryWorkspace(
        {
            ".gitignore": "scratch.py\n",
            "scratch.py": "",
            "tests/test_x.py": "",
            "tests/test_y.py": "",
            "old/a.py": "",
            "train.py": "",
        }
    )
    scope = Scope(exclude=("old/",), named=("tests/test_x.py", "./scratch.py", "old/a.py"))
    listing = workspace.list_files(scope)
    assert listing.files == (".gitignore", "old/a.py", "scratch.py", "tests/test_x.py", "train.py")
    assert listing.left_out == {"excluded by configuration": ["old/"], "tests": ["tests/"]}


def test_a_named_folder_is_walked_without_the_convention_that_holds_for_it() -> None:
    workspace = MemoryWorkspace(
        {"tests/unit/test_x.py": "", "tests/unit/venv/a.py": "", "tests/b.py": "", "train.py": ""}
    )
    listing = workspace.list_files(Scope(named=("tests/unit/",)))
    assert listing.files == ("tests/unit/test_x.py", "train.py")
    assert listing.left_out == {"tests": ["tests/"], "virtual environment": ["tests/unit/venv/"]}


def test_a_named_folder_that_git_ignores_is_walked() -> None:
    workspace = MemoryWorkspace({".gitignore": "runs/\n*.log\n", "runs/a.py": "", "runs/b/c.py": ""})
    assert workspace.list_files(Scope(named=("runs",))).files == (".gitignore", "runs/a.py", "runs/b/c.py")


def test_a_named_folder_keeps_to_the_ignore_files_when_it_is_not_ignored_itself() -> None:
    workspace = MemoryWorkspace({".gitignore": "*.log\n", "src/a.py": "", "src/a.log": ""})
    listing = workspace.list_files(Scope(named=("src",)))
    assert listing.files == (".gitignore", "src/a.py")
    assert listing.left_out == {"git-ignored": ["src/a.log"]}


@pytest.mark.parametrize(
    ("named", "message"),
    [("gone.py", "is not there"), ("../x.py", "leads out of the repo"), ("a.py/b", "is no folder")],
)
def test_a_named_path_that_cannot_be_listed_is_an_error(named: str, message: str) -> None:
    with pytest.raises(WorkspaceError, match=message):
        MemoryWorkspace({"a.py": ""}).list_files(Scope(named=(named,)))


@posix_only
def test_symlinks_are_not_followed_and_say_where_they_lead(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.py").write_text("")
    (tmp_path / "repo-twin").mkdir()
    repo = tmp_path / "repo"
    (repo / "src").mkdir(parents=True)
    (repo / "src/a.py").write_text("")
    (repo / "out").symlink_to(tmp_path / "outside")
    (repo / "out.py").symlink_to(tmp_path / "outside/secret.py")
    (repo / "twin").symlink_to(tmp_path / "repo-twin")
    (repo / "broken.py").symlink_to("nowhere.py")
    (repo / "self").symlink_to("self")
    (repo / "src/up").symlink_to("..")
    (repo / "alias.py").symlink_to("src/a.py")
    listing = DiskWorkspace(repo).list_files(Scope())
    assert listing.files == ("src/a.py",)
    assert listing.left_out == {
        "symlink out of the repo": ["out", "out.py", "twin"],
        "symlink to another place of the repo": ["alias.py", "src/up"],
        "symlink to nothing": ["broken.py", "self"],
    }
    assert listing.links == {"alias.py": "src/a.py", "src/up": ""}


@posix_only
def test_a_named_symlink_stands_for_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text("")
    (tmp_path / "link").symlink_to("tests")
    (tmp_path / "out").symlink_to("/")
    workspace = DiskWorkspace(tmp_path)
    assert workspace.list_files(Scope(named=("link",))).files == ("tests/test_a.py",)
    assert workspace.list_files(Scope(named=("link/test_a.py",))).files == ("tests/test_a.py",)
    with pytest.raises(WorkspaceError, match="symlink out of the repo"):
        workspace.list_files(Scope(named=("out",)))


@posix_only
def test_pipes_are_named_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "train.py")
    assert DiskWorkspace(tmp_path).list_files(Scope()).left_out == {"not a regular file": ["train.py"]}


@posix_only
@pytest.mark.skipif(sys.platform == "darwin", reason="the file system there takes UTF-8 only")
def test_names_with_line_ends_and_foreign_bytes_survive(tmp_path: Path) -> None:
    names = [b"a\nb.py", b"caf\xe9.py", "caf\u00e9.py".encode()]
    for name in names:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
            file.write(name)
    workspace = DiskWorkspace(tmp_path)
    listing = workspace.list_files(Scope())
    assert listing.files == ("a\nb.py", "caf\u00e9.py", "caf\udce9.py")
    assert workspace.read("caf\udce9.py") == b"caf\xe9.py"


@posix_only
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root reads everything")
def test_a_closed_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    try:
        assert DiskWorkspace(tmp_path).list_files(Scope()).left_out == {"unreadable folder": ["closed/"]}
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_tree_of_endless_depth_ends() -> None:
    path = "/".join(["d"] * 150) + "/x.py"
    files, left_out = list_memory(path, "train.py")
    assert files == ("train.py",)
    assert left_out == {"nested too deep": ["/".join(["d"] * 101) + "/"]}


def test_disk_and_memory_agree(tmp_path: Path) -> None:
    files = {
        ".gitignore": "*.log\n",
        "a/x.log": "",
        "a/y.py": "",
        "tests/z.py": "",
        "venv/pyvenv.cfg": "",
        "b/c/d.json": "{}",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    disk, memory = DiskWorkspace(tmp_path).list_files(Scope()), MemoryWorkspace(files).list_files(Scope())
    assert (disk.files, disk.left_out) == (memory.files, memory.left_out)


def test_ten_thousand_files_are_listed_in_well_under_a_second(tmp_path: Path) -> None:
    for number in range(100):
        folder = tmp_path / f"pkg{number % 10}" / f"mod{number}"
        folder.mkdir(parents=True)
        for index in range(100):
            (folder / f"file_{index}.py").touch()
    (tmp_path / ".gitignore").write_text("\n".join(f"*.ext{n}\nname{n}/\nbuild{n}/**/x" for n in range(40)))
    started = time.perf_counter()
    listing = DiskWorkspace(tmp_path).list_files(Scope())
    elapsed = time.perf_counter() - started
    assert listing.files[-1] == "pkg9/mod99/file_99.py"
    assert elapsed < 1.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version = 2", "version must be 1"),
        (
            "version = 1\n[[leave_out]]\nreason = 'x'\nsource = 's'",
            "table 1: reason, patterns and source are mandatory",
        ),
        (
            "version = 1\n[[leave_out]]\nreason = 'x'\npatterns = ['a']\nsource = 's'\nhold = []",
            "table 1: unknown key 'hold'",
        ),
        ("version =", "layout.toml: "),
    ],
)
def test_a_wrong_layout_file_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(LayoutError, match=message):
        parse_conventions(text)
