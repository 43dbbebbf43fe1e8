"""What cannot be read is one clear note, and the rest of the run is unharmed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from driftlint.workspace import DiskWorkspace, MemoryWorkspace
from tests.session.small_repos import EVERYTHING, start, told

LOAD = 'from datasets import load_dataset\nload_dataset("a/b")\n'
RULES = ("dataset-unpinned", "unread-file")
FOUND = "train.py:2 error dataset-unpinned `a/b`"
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)


def read(path: str, data: str | bytes) -> tuple[list[str], list[tuple[str, int, str]]]:
    """Return findings and notes of a repo with a good file and another."""
    session = start({path: data, "train.py": LOAD}, rules=RULES)
    report = session.run().report
    return told(session, report.findings), report.coverage.unread


@pytest.mark.parametrize(
    ("path", "data", "line", "message", "fatal"),
    [
        ("a.py", b"\x7fELF\x00\x01\x02 load_dataset", 1, "not a text file", True),
        ("a.sh", b"\x00\x01\x02", 1, "not a text file", True),
        ("a.toml", "a = 1\nb = [\n", 3, "broken TOML", False),
        ("a.yaml", "a: 1\nb: [1\nc: }\n", 2, "broken YAML", False),
        ("a.yaml", "\tb: 1\n", 1, "a tab is used as indentation", False),
        ("a.json", '{\n"image": \n', 1, "broken JSON", False),
        ("a.ipynb", "{}", 1, "JSON without cells: not a notebook", True),
        ("a.ipynb", "no json", 1, "", True),
        ("a.yaml", BOMB, None, "aliases stand for more than", False),
        ("a.py", "from datasets import load_dataset\nx = [\n", 2, "does not parse as Python", False),
        ("a.yaml", "a: " + "[" * 5000 + "]" * 5000 + "\n", None, "", False),
        ("a.json", '{"image": ' + "[" * 100_000 + "]" * 100_000 + "}", None, "", False),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read(path: str, data: str | bytes, line: int | None, message: str, fatal: bool) -> None:
    findings, notes = read(path, data)
    assert FOUND in findings
    assert notes, "nothing is said about the file"
    assert all(note[0] == path for note in notes)
    assert len(notes) <= 2, notes
    assert message in notes[0][2]
    if line is not None:
        assert notes[0][1] == line
    assert [text for text in findings if text != FOUND] == ([f"{path}:1 warning unread-file `{path}`"] if fatal else [])


@pytest.mark.parametrize("path", ["a.yaml", "a.json", "a.toml", "a.sh"])
def test_a_text_in_utf_16_is_read_or_named(path: str) -> None:
    texts = {"a.yaml": "a: 1\n", "a.json": '{"a": 1}', "a.toml": "a = 1\n", "a.sh": "ls\n"}
    findings, notes = read(path, texts[path].encode("utf-16"))
    assert findings == [FOUND]
    assert len(notes) <= 1


def test_python_in_utf_16() -> None:
    findings, notes = read("a.py", LOAD.encode("utf-16"))
    assert [note[0] for note in notes] or [text for text in findings if text.startswith("a.py")]


@pytest.mark.parametrize("data", ["\ufeff" + LOAD, LOAD.replace("\n", "\r\n"), LOAD.replace("\n", "\r"), "\x0c" + LOAD])
def test_odd_bytes_are_read(data: str) -> None:
    findings, notes = read("a.py", data)
    assert findings == ["a.py:2 error dataset-unpinned `a/b`", FOUND]
    assert notes == []


def test_latin_1_is_read_and_noted() -> None:
    findings, _ = read("a.py", "# -*- coding: latin-1 -*-\n# é\n".encode("latin-1") + LOAD.encode())
    assert findings == ["a.py:4 error dataset-unpinned `a/b`", FOUND]


def test_a_large_file() -> None:
    files = {"big.py": LOAD + "x = '" + "a" * 5000 + "'\n", "train.py": LOAD}
    config = replace(EVERYTHING, file_size=4096)
    session = start(MemoryWorkspace(files, file_size=config.file_size), rules=RULES, config=config)
    report = session.run().report
    assert [text for text in told(session, report.findings) if "train.py" in text] == [FOUND]
    assert [path for paths in report.coverage.left_out.values() for path in paths] == ["big.py"]


def test_one_long_line() -> None:
    findings, notes = read("a.py", "x = '" + "a" * 1_500_000 + "'\n" + LOAD)
    assert FOUND in findings
    assert [note[2] for note in notes if "line is longer" in note[2]], notes


def test_generated_code_is_no_end_of_the_run() -> None:
    chain = "if a == 0:\n  x = 0\n" + "".join(f"elif a == {n}:\n  x = {n}\n" for n in range(1, 3000))
    deep = "".join(" " * depth + "if a:\n" for depth in range(500)) + " " * 500 + "load_dataset('c/d')\n"
    plus = "from datasets import load_dataset\nload_dataset(" + " + ".join(["'x'"] * 3000) + ")\n"
    calls = "from datasets import load_dataset\nx = " + "f(" * 3000 + ")" * 3000 + "\n"
    for text in (chain, deep, plus, calls, "load_dataset" + ".x" * 5000 + "()\n"):
        findings, _ = read("a.py", "import datasets\nfrom datasets import load_dataset\n" + text)
        assert FOUND in findings


@pytest.mark.skipif(os.name == "nt", reason="symlinks need rights there")
def test_links_in_a_circle_and_out_of_the_repo(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    (root / "sub").mkdir(parents=True)
    (root / "train.py").write_text(LOAD)
    (root / "sub" / "up").symlink_to(root)
    (root / "self.py").symlink_to(root / "self.py")
    (tmp_path / "outside.py").write_text(LOAD)
    (root / "out.py").symlink_to(tmp_path / "outside.py")
    session = start(DiskWorkspace(root), rules=RULES, config=replace(EVERYTHING, root=root))
    report = session.run().report
    assert [text for text in told(session, report.findings) if "dataset-unpinned" in text] == [FOUND]
    named = {path for paths in report.coverage.left_out.values() for path in paths} | {
        n[0] for n in report.coverage.unread
    }
    assert {"self.py", "out.py"} <= named


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser reads everything")
def test_a_file_without_the_right_to_read(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LOAD)
    locked = tmp_path / "locked.py"
    locked.write_text(LOAD)
    locked.chmod(0)
    session = start(DiskWorkspace(tmp_path), rules=RULES, config=replace(EVERYTHING, root=tmp_path))
    assert told(session, session.run().report.findings) == ["locked.py:1 warning unread-file `locked.py`", FOUND]


def test_a_file_that_vanishes(tmp_path: Path) -> None:
    class Vanishing(MemoryWorkspace):
        def read(self, path: str) -> bytes:
            if path == "gone.py":
                self._files.pop(path, None)
            return super().read(path)

    session = start(Vanishing({"gone.py": LOAD, "train.py": LOAD}), rules=RULES)
    report = session.run().report
    assert told(session, report.findings) == ["gone.py:1 warning unread-file `gone.py`", FOUND]
    assert report.coverage.unread == [("gone.py", 1, "is not there (any more)")]
