"""Open texts over a disk: what is listed and read."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from driftlint.disk import WorkspaceError
from driftlint.server.overlay import OverlayWorkspace
from driftlint.workspace import DiskWorkspace, Scope


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "lib").mkdir()
    (tmp_path / "train.py").write_text("disk\n")
    (tmp_path / "lib" / "io.py").write_text("io\n")
    (tmp_path / ".gitignore").write_text("out/\n*.log\n")
    return tmp_path


def overlay(root: Path, texts: dict[str, bytes], limit: int = 1000) -> OverlayWorkspace:
    workspace = OverlayWorkspace(DiskWorkspace(root, file_size=limit), limit)
    workspace.lay(texts)
    return workspace


def test_an_open_text_stands_for_its_file(root: Path) -> None:
    workspace = overlay(root, {"train.py": b"open\n"})
    assert workspace.list_files(Scope()).files == (".gitignore", "lib/io.py", "train.py")
    assert workspace.read("train.py") == b"open\n"
    assert workspace.read("lib/../train.py") == b"open\n"
    assert workspace.read("lib/io.py") == b"io\n"
    workspace.lay({})
    assert workspace.read("train.py") == b"disk\n"


def test_a_text_that_was_never_saved_is_listed(root: Path) -> None:
    workspace = overlay(root, {"new/deep/a.py": b"a", "lib/b.py": b"b"})
    assert set(workspace.list_files(Scope()).files) >= {"new/deep/a.py", "lib/b.py", "lib/io.py"}
    assert workspace.exists("new/deep")
    assert workspace.exists("lib/b.py")
    assert not workspace.exists("new/other")
    with pytest.raises(WorkspaceError):
        workspace.read("new/other.py")


def test_open_texts_keep_to_the_scope(root: Path) -> None:
    workspace = overlay(root, {"out/a.py": b"a", "x.log": b"b"})
    listing = workspace.list_files(Scope())
    assert listing.files == (".gitignore", "lib/io.py", "train.py")
    assert listing.left_out["git-ignored"] == ["out/", "x.log"]


def test_an_open_ignore_file_counts(root: Path) -> None:
    listing = overlay(root, {".gitignore": b"lib/\n"}).list_files(Scope())
    assert listing.files == (".gitignore", "train.py")


def test_the_size_of_the_open_text_counts(root: Path) -> None:
    workspace = overlay(root, {"train.py": b"x" * 2000})
    assert workspace.list_files(Scope()).left_out["too large"] == ["train.py"]
    with pytest.raises(WorkspaceError, match="too large"):
        workspace.read("train.py")


def test_a_link_out_of_the_repo_stays_out(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "a.py"
    outside.write_text("x")
    (root / "a.py").symlink_to(outside)
    assert "a.py" not in overlay(root, {"a.py": b"open"}).list_files(Scope()).files


def age(root: Path) -> None:
    """Make the folders look as if nothing had changed in them for a while."""
    for folder in (root, *(path for path in root.rglob("*") if path.is_dir() and not path.is_symlink())):
        os.utime(folder, (1_000_000_000, 1_000_000_000))


def test_a_listing_stands_as_long_as_nothing_changes(root: Path) -> None:
    age(root)
    workspace = overlay(root, {"train.py": b"a"})
    first = workspace.list_files(Scope())
    workspace.lay({"train.py": b"ab"}, {"train.py"})
    assert workspace.list_files(Scope()) is first
    workspace.lay({"train.py": b"ab"})
    assert workspace.list_files(Scope()) == first, "where it is not known what changed, all is listed anew"
    assert workspace.list_files(Scope()) is not first


def change_something(rng: random.Random, root: Path) -> str | None:
    """Do what people and their tools do to a folder; return the file of which an editor would be told."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    path = rng.choice(files)
    kind = rng.randrange(8)
    if kind == 0 and path.name != ".gitignore":
        path.unlink()
    elif kind == 1:
        path = rng.choice([path.parent, root / "more", root / "lib" / "deep"]) / rng.choice(["a.py", "b.log", "c.yaml"])
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("x\n")
        return None if rng.random() < 0.5 else path.relative_to(root).as_posix()  # names are seen without being told
    elif kind == 2:
        path.write_text("x" * rng.choice((10, 2000)))
    elif kind == 3:
        (root / ".gitignore").write_text(rng.choice(("", "*.log\n", "lib/\n", "*.yaml\n!c.yaml\n")))
        return None  # read each time
    elif kind == 4:
        if path.name != ".gitignore":
            path.replace(path.parent / "renamed.py")
        return None
    elif kind == 5:
        link = path.parent / "link"
        link.unlink(missing_ok=True)
        link.symlink_to(rng.choice([path, root / "nowhere"]))
        return None
    elif kind == 6:
        path.chmod(0o644)
    return path.relative_to(root).as_posix()


@pytest.mark.parametrize("seed", range(10))
def test_a_listing_that_stands_is_what_a_walk_finds(root: Path, seed: int) -> None:
    rng = random.Random(seed)
    texts: dict[str, bytes] = {}
    workspace = overlay(root, texts)
    stood = 0
    last = workspace.list_files(Scope())
    for _ in range(60):
        if rng.random() < 0.5:
            age(root)
            workspace.lay(texts)
            last = workspace.list_files(Scope())
        changed = set()
        if rng.random() < 0.5:
            changed = {path for path in [change_something(rng, root)] if path is not None}
        else:
            name = rng.choice(("train.py", "new/x.py", ".gitignore", "lib/io.py"))
            texts = {**texts, name: rng.choice((b"*.py\n", b"x" * 2000, b"a"))} if rng.random() < 0.8 else {}
            changed = {name}
        workspace.lay(texts, changed)
        got = workspace.list_files(Scope())
        assert got == overlay(root, texts).list_files(Scope())
        stood += got is last
        last = got
    assert stood > 3, "no listing stood"
