"""An answer is given again while nothing has changed that it rests on, and never after."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from driftlint import cli, disk
from driftlint.baseline import NAME
from driftlint.cli import kept, quick
from driftlint.cli.common import CLEAN, FAILED, FOUND
from driftlint.packs import load_packs

CHECK = ["check", "--output-format", "concise"]
TRAIN = 'from datasets import load_dataset\nrows = load_dataset("stanfordnlp/imdb")\n'


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled packs: making them takes longer than any test here."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRIFTLINT_CACHE_DIR", str(folder))
        load_packs([])
    return folder / "packs"


@pytest.fixture
def repo(packs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("work/repo", "home"):
        (tmp_path / name).mkdir(parents=True)
    shutil.copytree(packs, tmp_path / "cache" / "packs")
    for name in ("DRIFTLINT_OUTPUT_FORMAT", "XDG_CACHE_HOME", "HF_HOME", "VIRTUAL_ENV", "CONDA_PREFIX", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DRIFTLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "work" / "repo")
    (tmp_path / "work" / "repo" / "train.py").write_text(TRAIN)
    return tmp_path / "work" / "repo"


@pytest.fixture
def answer(repo: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., tuple[object, str, str]]:
    def run(*words: str) -> tuple[object, str, str]:
        code = cli._answer([*CHECK, *words])
        said = capsysbinary.readouterr()
        return code, said.out.decode(), said.err.decode()

    return run


class Ran(Exception):
    """The engine was asked."""


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Have the engine refuse to run, or run again."""
    real = quick.read_check

    def refuse(words: object) -> None:
        raise Ran

    def forbid(forbidden: bool) -> None:
        monkeypatch.setattr(quick, "read_check", refuse if forbidden else real)

    return forbid


Answer = Callable[..., tuple[object, str, str]]
Forbid = Callable[[bool], None]


def test_an_answer_is_given_again_word_for_word(answer: Answer, no_engine: Forbid) -> None:
    first = answer()
    assert first[0] == FOUND
    assert "train.py:2:21: dataset-unpinned" in first[1]
    no_engine(True)
    assert answer() == first
    with pytest.raises(Ran):
        answer("--info")


def test_warnings_on_standard_error_are_said_again(answer: Answer, no_engine: Forbid, repo: Path) -> None:
    (repo / "driftlint.toml").write_text('select = ["dataset-unpinned"]\nignore = ["dataset-unpinned"]\n')
    first = answer()
    assert first[0] == CLEAN
    assert "warning: no rule is on" in first[2]
    no_engine(True)
    assert answer() == first


def _write_keeping_time(path: Path, text: str) -> None:
    status = path.stat()
    path.write_text(text)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)


def _keep_copy(hub: Path) -> None:
    copy = hub / "datasets--stanfordnlp--imdb"
    (copy / "snapshots" / ("a" * 40)).mkdir(parents=True)
    (copy / "refs").mkdir()
    (copy / "refs" / "main").write_text("a" * 40)


def _put(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _make_folder_of(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _make_link_of(path: Path) -> None:
    path.rename(path.parent.parent / path.name)
    path.symlink_to(f"../{path.name}")


CHANGES: dict[str, Callable[[Path], object]] = {
    "the same size and time": lambda repo: _write_keeping_time(repo / "train.py", TRAIN.replace("imdb", "sst2")),
    "a new file": lambda repo: _put(repo / "other.py", TRAIN),
    "a file less": lambda repo: (repo / "train.py").unlink(),
    "another name": lambda repo: (repo / "train.py").rename(repo / "main.py"),
    "a folder in place of a file": lambda repo: _make_folder_of(repo / "train.py"),
    "a link in place of a file": lambda repo: _make_link_of(repo / "train.py"),
    "an ignore file": lambda repo: _put(repo / ".gitignore", "train.py\n"),
    "git's own exclude": lambda repo: _put(repo / ".git/info/exclude", "train.py\n"),
    "a configuration": lambda repo: _put(repo / "driftlint.toml", 'ignore = ["dataset-unpinned"]\n'),
    "a configuration above": lambda repo: _put(repo.parent / "driftlint.toml", 'ignore = ["dataset-unpinned"]\n'),
    "a baseline": lambda repo: _put(repo / NAME, "{}"),
    "a copy in the Hub's cache": lambda repo: _keep_copy(repo.parent.parent / "home/.cache/huggingface/hub"),
    "an environment": lambda repo: _put(repo / ".venv/pyvenv.cfg"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_asks_the_engine_again(change: str, answer: Answer, no_engine: Forbid, repo: Path) -> None:
    answer()
    CHANGES[change](repo)
    no_engine(True)
    with pytest.raises(Ran):
        answer()
    no_engine(False)
    after = answer()
    assert after == answer("--no-cache")
    if after[0] != FAILED:
        no_engine(True)
        assert answer() == after


def test_a_time_alone_changes_nothing(answer: Answer, no_engine: Forbid, repo: Path) -> None:
    first = answer()
    os.utime(repo / "train.py", (1, 1))
    no_engine(True)
    assert answer() == first


@pytest.mark.parametrize(
    ("name", "value"), [("HF_HOME", "elsewhere"), ("NO_COLOR", "1"), ("PRE_COMMIT", "1"), ("ANYTHING", "at all")]
)
def test_another_environment_asks_again(
    name: str, value: str, answer: Answer, no_engine: Forbid, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer()
    monkeypatch.setenv(name, value)
    no_engine(True)
    with pytest.raises(Ran):
        answer()


def test_another_day_asks_again(answer: Answer, no_engine: Forbid, monkeypatch: pytest.MonkeyPatch) -> None:
    answer()
    monkeypatch.setattr(time, "localtime", lambda: (2031, 1, 1, 0, 0, 0, 0, 1, 0))
    no_engine(True)
    with pytest.raises(Ran):
        answer()


def test_another_driftlint_asks_again(
    answer: Answer, no_engine: Forbid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "home")])
    no_engine(True)
    with pytest.raises(Ran):
        answer()


@pytest.mark.parametrize(
    "words",
    [("--verbose",), ("-o", "out.txt"), ("--also", "sarif=out.sarif"), ("--no-cache",), ("--cache-dir", "cache")],
    ids=lambda words: words[0],
)
def test_what_does_more_than_answer_is_not_kept(words: tuple[str, ...], answer: Answer, tmp_path: Path) -> None:
    assert answer(*words)[0] == FOUND
    assert list((tmp_path / "cache").glob("answers/*")) == []


def test_a_configuration_without_cache_keeps_no_answer(answer: Answer, repo: Path, tmp_path: Path) -> None:
    (repo / "driftlint.toml").write_text("cache = false\n")
    assert answer()[0] == FOUND
    assert list((tmp_path / "cache").glob("answers/*")) == []


def test_a_fault_is_not_kept(answer: Answer, repo: Path, tmp_path: Path) -> None:
    (repo / "driftlint.toml").write_text("nonsense = 1\n")
    assert answer()[0] == FAILED
    assert list((tmp_path / "cache").glob("answers/*")) == []


def test_a_file_that_changes_while_it_is_asked_about_spoils_the_notes(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    notes = disk.take_notes()
    disk.read_regular_file(tmp_path / "a", 10)
    assert notes.usable
    (tmp_path / "a").write_text("2")
    disk.read_regular_file(tmp_path / "a", 10)
    disk.stop_notes()
    assert not notes.usable


@pytest.mark.parametrize("fault", ["cut", "changed", "foreign", "empty"])
def test_a_damaged_answer_is_as_none(fault: str, answer: Answer, tmp_path: Path) -> None:
    first = answer()
    (file,) = (tmp_path / "cache").glob("answers/*.bin")
    whole = file.read_bytes()
    at = len(whole) // 2
    damaged = {
        "cut": whole[:at],
        "changed": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
        "foreign": b"driftlint answer 0\n" + whole[19:],
        "empty": b"",
    }
    file.write_bytes(damaged[fault])
    assert answer() == first
    assert file.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_no_error(answer: Answer, tmp_path: Path) -> None:
    (tmp_path / "cache" / "answers").write_text("in the way")
    first = answer()
    assert first[0] == FOUND
    assert answer() == first


def test_the_answers_stay_within_their_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST", 3)
    monkeypatch.setattr(kept, "_ROOM", 250)
    for at in range(5):
        kept._write(str(tmp_path / "answers" / f"{at}.bin"), b"x" * 60)
        os.utime(tmp_path / "answers" / f"{at}.bin", (at, at))
    kept._write(str(tmp_path / "answers" / "large.bin"), b"x" * 150)
    assert sorted(path.name for path in (tmp_path / "answers").iterdir()) == ["4.bin", "large.bin"]


def test_a_half_written_file_of_a_run_that_died_goes(tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    for name, age in (("old.tmp", 7200), ("new.tmp", 0)):
        (tmp_path / "answers" / name).touch()
        os.utime(tmp_path / "answers" / name, (time.time() - age,) * 2)
    kept._write(str(tmp_path / "answers" / "a.bin"), b"x")
    assert sorted(path.name for path in (tmp_path / "answers").iterdir()) == ["a.bin", "new.tmp"]


def test_a_closed_pipe_ends_quietly_both_times(repo: Path) -> None:
    command = [sys.executable, "-m", "driftlint", *CHECK]
    for _ in range(2):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait() == FOUND


FILES = (
    "train.py",
    "lib/data.py",
    "conf/run.yaml",
    "requirements.txt",
    ".gitignore",
    "driftlint.toml",
    "poetry.lock",
    "README.md",
)
TEXTS = (
    TRAIN,
    TRAIN.replace("imdb", "sst2"),
    "import lib.data\nfrom lib.data import name\nfrom datasets import load_dataset\nload_dataset(name)\n",
    'name = "stanfordnlp/imdb"\n',
    "data: {name: glue}\n",
    "torch\n",
    "torch==2.0.0\n",
    "lib/\n",
    'ignore = ["dataset-unpinned"]\n',
    "",
)
STEPS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(FILES), st.sampled_from(TEXTS)),
    st.tuples(st.just("remove"), st.sampled_from(FILES), st.just("")),
    st.tuples(st.just("move"), st.sampled_from(FILES), st.sampled_from(FILES)),
    st.tuples(st.just("link"), st.sampled_from(FILES), st.sampled_from((*FILES, "../outside.py", "nowhere", "lib"))),
)


def _take_step(step: tuple[str, str, str]) -> None:
    kind, name, other = step
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    if kind == "write" and not path.is_symlink():
        path.write_text(other)
    elif kind == "remove":
        path.unlink(missing_ok=True)
    elif kind == "move" and os.path.lexists(path):
        Path(other).parent.mkdir(exist_ok=True)
        os.replace(path, other)
    elif kind == "link":
        path.unlink(missing_ok=True)
        path.symlink_to(os.path.relpath(other, path.parent))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=6))
def test_any_changes_give_the_answer_of_a_fresh_run(
    steps: list[tuple[str, str, str]], repo: Path, answer: Answer
) -> None:
    with tempfile.TemporaryDirectory(dir=repo.parent) as folder:
        (Path(folder) / "outside.py").write_text(TRAIN)
        (Path(folder) / "repo").mkdir()
        os.chdir(Path(folder) / "repo")
        try:
            for step in steps:
                _take_step(step)
                again = answer()
                shutil.rmtree(repo.parent.parent / "cache" / "answers", ignore_errors=True)
                assert again == answer()
        finally:
            os.chdir(repo)
