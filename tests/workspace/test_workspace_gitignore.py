"""Ignore files: what git would ignore, and nothing else."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from driftlint.gitignore import PatternList, may_match_below, parse_pattern, translate
from driftlint.workspace import DiskWorkspace, MemoryWorkspace, Scope

GIT_ENV = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def decide(lines: str, path: str, *, folder: bool = False) -> bool | None:
    return PatternList(lines.split("\n")).decide(path, path.rpartition("/")[2], folder)


@pytest.mark.parametrize(
    ("lines", "path", "folder", "expected"),
    [
        ("*.pt", "a/b/model.pt", False, True),
        ("/model.pt", "model.pt", False, True),
        ("/model.pt", "a/model.pt", False, None),
        ("a/model.pt", "b/a/model.pt", False, None),
        ("data/", "data", True, True),
        ("data/", "data", False, None),
        ("*.pt\n!best.pt", "x/best.pt", False, False),
        ("!best.pt\n*.pt", "best.pt", False, True),
        ("a/**/z.py", "a/z.py", False, True),
        ("a/**/z.py", "a/b/c/z.py", False, True),
        ("a/**", "a", True, None),
        ("a/**", "a/b", False, True),
        ("**/logs", "logs", True, True),
        ("a**b", "a/b", False, None),
        ("x/a**b", "x/a/b", False, None),
        ("a/*/z", "a/b/c/z", False, None),
        ("a?z", "a/z", False, None),
        ("x/a[!b]z", "x/a/z", False, None),
        (r"\#notes", "#notes", False, True),
        ("#notes", "#notes", False, None),
        (r"\!keep", "!keep", False, True),
        ("name  ", "name", False, True),
        (r"name\ ", "name ", False, True),
        ("[[:digit:]]x", "7x", False, True),
        ("[]a]", "]", False, True),
        ("[open", "[open", False, None),
        ("[b-a]", "b", False, True),
        ("[a\\]c]x", "]x", False, True),
        ("/", "a", True, None),
        ("a|b", "a|b", False, True),
        ("a.py", "aXpy", False, None),
    ],
)
def test_one_pattern_list(lines: str, path: str, folder: bool, expected: bool | None) -> None:
    assert decide(lines, path, folder=folder) is expected


def test_carriage_returns_and_a_byte_order_mark_are_no_part_of_a_pattern() -> None:
    patterns = PatternList.from_bytes(b"\xef\xbb\xbf*.pt\r\n!best.pt\r\n")
    assert patterns.decide("a.pt", "a.pt", False) is True
    assert patterns.decide("best.pt", "best.pt", False) is False


def test_a_nested_file_wins_over_the_one_above_it() -> None:
    files = {
        ".gitignore": "*.yaml\n/conf/secret.py\n",
        "conf/.gitignore": "!model.yaml\n/local.py\n",
        "conf/model.yaml": "",
        "conf/other.yaml": "",
        "conf/local.py": "",
        "conf/deep/local.py": "",
        "conf/secret.py": "",
        "model.yaml": "",
    }
    listing = MemoryWorkspace(files).list_files(Scope())
    assert listing.files == (".gitignore", "conf/.gitignore", "conf/deep/local.py", "conf/model.yaml")
    assert listing.left_out["git-ignored"] == ["conf/local.py", "conf/other.yaml", "conf/secret.py", "model.yaml"]


def test_nothing_below_an_ignored_folder_can_be_taken_back() -> None:
    files = {".gitignore": "data/\n!data/keep.py\n", "data/keep.py": "", "train.py": ""}
    listing = MemoryWorkspace(files).list_files(Scope())
    assert listing.files == (".gitignore", "train.py")
    assert listing.left_out["git-ignored"] == ["data/"]


def test_files_of_a_folder_whose_content_is_ignored_can_be_taken_back() -> None:
    files = {".gitignore": "data/**\n!data/**/\n!data/**/*.py\n", "data/a/keep.py": "", "data/a/x.csv": ""}
    listing = MemoryWorkspace(files).list_files(Scope())
    assert listing.files == (".gitignore", "data/a/keep.py")
    assert listing.left_out["git-ignored"] == ["data/a/x.csv"]


def test_info_exclude_counts_and_an_ignore_file_wins_over_it() -> None:
    files = {".git/info/exclude": "*.py\n", ".gitignore": "!train.py\n", "train.py": "", "scratch.py": ""}
    listing = MemoryWorkspace(files).list_files(Scope())
    assert listing.files == (".gitignore", "train.py")


def test_ignore_files_can_be_turned_off() -> None:
    files = {".git/info/exclude": "*.py\n", ".gitignore": "*.yaml\n", "train.py": "", "conf.yaml": ""}
    listing = MemoryWorkspace(files).list_files(Scope(respect_gitignore=False))
    assert listing.files == (".gitignore", "conf.yaml", "train.py")


def test_ignore_files_above_the_root_count_up_to_the_work_tree(tmp_path: Path) -> None:
    (tmp_path / "outside/repo/.git/info").mkdir(parents=True)
    (tmp_path / "outside/.gitignore").write_text("train.py\n")
    repo = tmp_path / "outside/repo"
    (repo / ".gitignore").write_text("/lab/one/a.py\n*.log\n")
    (repo / ".git/info/exclude").write_text("lab/one/b.py\n")
    (repo / "lab/one").mkdir(parents=True)
    (repo / "lab/.gitignore").write_text("!keep.log\n/one/c.py\n")
    for name in ("a.py", "b.py", "c.py", "train.py", "x.log", "keep.log"):
        (repo / "lab/one" / name).write_text("")
    assert DiskWorkspace(repo / "lab/one").list_files(Scope()).files == ("keep.log", "train.py")


def test_a_root_that_is_ignored_from_above_is_checked_all_the_same(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("*\n")
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab/train.py").write_text("")
    assert DiskWorkspace(tmp_path / "lab").list_files(Scope()).files == ("train.py",)


def test_a_linked_work_tree_reads_the_exclude_file_of_its_repo(tmp_path: Path) -> None:
    (tmp_path / "main/.git/info").mkdir(parents=True)
    (tmp_path / "main/.git/worktrees/w").mkdir(parents=True)
    (tmp_path / "main/.git/info/exclude").write_text("scratch.py\n")
    (tmp_path / "main/.git/worktrees/w/commondir").write_text("../..\n")
    tree = tmp_path / "w"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {tmp_path}/main/.git/worktrees/w\n")
    (tree / "scratch.py").write_text("")
    (tree / "train.py").write_text("")
    assert DiskWorkspace(tree).list_files(Scope()).files == ("train.py",)


@pytest.mark.parametrize("pattern", ["*a" * 40 + "b", "x/" + "*a" * 40 + "b", "/".join(["**/a"] * 4) + "/b"])
def test_a_hostile_pattern_does_not_hang(pattern: str) -> None:
    started = time.perf_counter()
    assert decide(pattern, "x/" + "a" * 250) is None
    assert decide(pattern, "/".join("a" * 100)) is None
    assert time.perf_counter() - started < 2


def test_many_crossings_are_refused_where_a_person_wrote_them() -> None:
    with pytest.raises(ValueError, match=r"more than 4 times \*\*"):
        translate("/".join(["**/a"] * 5), paths=True)


@pytest.mark.parametrize(
    ("pattern", "folder", "expected"),
    [
        ("third_party/ours/**", "third_party", True),
        ("third_party/ours/**", "third_party/ours/deep", True),
        ("third_party/ours/**", "third_party/theirs", False),
        ("third_party/ours/", "third_party", True),
        ("third_party/ours/", "third_party/ours", False),
        ("conftest.py", "tests", False),
        ("**/conf/a.yaml", "venv", False),
        ("/tests/*.py", "tests", True),
        ("/tests/*.py", "test", False),
    ],
)
def test_whether_a_folder_is_worth_entering(pattern: str, folder: str, expected: bool) -> None:
    assert may_match_below(pattern, folder) is expected


def test_a_blank_or_comment_line_is_no_pattern() -> None:
    assert parse_pattern("   ") is None
    assert parse_pattern("# data/") is None


PIECES = [
    "a",
    "b",
    "*",
    "**",
    "?",
    "[ab]",
    "[!a]",
    "[a-c]",
    ".py",
    "*.py",
    r"\*",
    "[",
    "]",
    "#",
    " ",
    r"\ ",
    "[]a]",
    "[b-a]",
    "[a-]",
    "***",
]
NAMES = ["a", "b", "ab", "a.py", "b.py", "c d", "[x]", "!n", "#h", "a-b", "A"]


def random_pattern(source: random.Random) -> str:
    segments = [
        "".join(source.choices(PIECES, k=source.choice([1, 1, 2, 3]))) for _ in range(source.choice([1, 1, 2, 3]))
    ]
    text = "/".join(segments)
    return (
        source.choice(["", "", "", "!"]) + source.choice(["", "", "", "/"]) + text + source.choice(["", "", "/", " "])
    )


@pytest.mark.skipif(shutil.which("git") is None, reason="git is the judge here")
@pytest.mark.parametrize("seed", range(12))
def test_the_listing_is_that_of_git(tmp_path: Path, seed: int) -> None:
    source = random.Random(seed)
    subprocess.run(["git", "init", "-q", str(tmp_path)], env=GIT_ENV, check=True)
    folders = [""]
    for _ in range(6):
        folder = os.path.join(source.choice(folders), source.choice(NAMES))
        if not (tmp_path / folder).exists():
            (tmp_path / folder).mkdir()
            folders.append(folder)
    for _ in range(14):
        path = tmp_path / source.choice(folders) / source.choice(NAMES)
        if not path.exists():
            path.write_text("")
    for _ in range(4):
        lines = [random_pattern(source) for _ in range(source.randint(1, 5))]
        (tmp_path / source.choice(folders) / ".gitignore").write_text("\n".join(lines))
        listed = subprocess.run(
            ["git", "ls-files", "--others", "--exclude-standard", "-z"],
            cwd=tmp_path,
            env=GIT_ENV,
            capture_output=True,
            check=True,
        )
        expected = sorted(path for path in os.fsdecode(listed.stdout).split("\0") if path)
        assert list(DiskWorkspace(tmp_path).list_files(Scope()).files) == expected
