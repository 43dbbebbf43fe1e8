"""Nothing of a checked repo runs, no socket opens, nothing is written but what was asked for: seen by an audit hook."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from lsprotocol import types

from tests.git.repos import make_git
from tests.invariants.source import TOP
from tests.server.editor import editing, rows
from tests.trust.hostile import COMMIT, make_hostile, make_hub, marks, shadows
from tests.trust.watching import (
    Allowed,
    Watched,
    differences,
    make_environment,
    make_script,
    read_events,
    snapshot,
    watch,
)


@dataclass(frozen=True)
class Command:
    """One command line, the files of the repo that it may change, and what shows that it did its work."""

    words: str
    shows: str
    changes: tuple[str, ...] = ()
    git: bool = False


COMMANDS = (
    Command("check", "[dataset-unpinned]"),
    Command("check --staged", "stanfordnlp/sst2", git=True),
    Command("check --since HEAD", "stanfordnlp/sst2", git=True),
    Command("check --output-format sarif --also junit=out/junit.xml", "dataset-unpinned", ("out", "out/junit.xml")),
    Command("fix --diff", f'+rows = load_dataset("stanfordnlp/imdb", revision="{COMMIT}")'),
    Command("fix --suggested", "uncommitted changes in files that would be mended: train.py", git=True),
    Command("review HEAD --output-format json", "stanfordnlp/imdb", git=True),
    Command("review HEAD -o review.html", "html written to review.html", ("review.html",), git=True),
    Command("review HEAD --draft", "Reproducib", git=True),
    Command("review HEAD --against HEAD --preset regulated --output-format markdown", "stanfordnlp/imdb", git=True),
    Command("review HEAD --output-format csv --isolated", "stanfordnlp/imdb", git=True),
    Command("review HEAD --output-format cyclonedx --project .", "stanfordnlp/imdb", git=True),
    Command("review HEAD --no-cache --also html=out/r.html", "FAIL", ("out", "out/r.html"), git=True),
    Command("record runs", "seed=7", git=True),
    Command("record runs/1 --repo . --require seeds --output-format json", '"state": "recorded"', git=True),
    Command("record diff runs/1 runs/2", "0.25", git=True),
    Command(
        "fix --suggested --allow-dirty",
        "mended in",
        ("train.py", "requirements.txt", "pyproject.toml", "environment.yml", "setup.py", "Dockerfile"),
    ),
    Command("baseline", "driftlint-baseline.json", ("driftlint-baseline.json",)),
    Command("baseline --show", "driftlint-baseline.json"),
    Command("baseline --update", "driftlint-baseline.json"),
    Command("audit", "not audited"),
    Command("audit --output-format sarif", "runs"),
    Command("why train.py:5", "stanfordnlp/imdb"),
    Command("facts train.py", "stanfordnlp/imdb"),
    *(
        Command(f"facts {name}", name)
        for name in ("setup.py", "conf/model.yaml", "Makefile", "run.sh", "notebook.ipynb")
    ),
    Command("check --show-files --no-gitignore --include-vendored", "train.py"),
    Command("check --statistics --no-cache --verbose --info", "dataset-unpinned"),
    Command("check --isolated --exit-zero train.py", "[dataset-unpinned]"),
    Command("fix --diff --environment .venv", "torch==2.6.0"),
    Command("fix --select dataset-unpinned --exit-non-zero-on-fix --allow-dirty", "mended in", ("train.py",)),
    Command("explain dataset-unpinned", "dataset-unpinned"),
    Command("explain thing-unpinned", "thing-unpinned"),
    Command("catalogue status", "models"),
    Command("new data/other-thing --pack lint/pack", "other-thing", ("lint/pack/data/other-thing.md",)),
    Command("rules", "dataset-unpinned"),
    Command("config", "lint/pack"),
    Command("test lint/pack", ""),
)
"""A new command is one more line."""


@dataclass(frozen=True)
class Place:
    """A hostile repo and the folders around it."""

    repo: Path
    mark: Path
    work: Path
    more: dict[str, str]

    def expect_nothing(self, command: Command, run: Callable[[], tuple[str, list[str]]]) -> None:
        """Run, and compare what came of it with what was allowed."""
        before = snapshot(self.repo)
        said, wrong = run()
        changed = differences(before, snapshot(self.repo))
        self.restore(before, changed)
        assert marks(self.mark) == []
        assert wrong == []
        assert command.shows in said, said
        assert [p for p in changed if not any(Path(p).match(allowed) for allowed in command.changes)] == []

    def restore(self, before: Mapping[str, tuple[int, int, bytes]], changed: Collection[str]) -> None:
        """Put back what a run has changed."""
        for path in sorted(changed, reverse=True):
            where = self.repo / path
            if path not in before:
                where.rmdir() if where.is_dir() else where.unlink()
                continue
            where.write_bytes(before[path][2])
            os.utime(where, ns=(before[path][1], before[path][1]))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """One repo for all: what a command may change is put back, and the cache is warm after the first."""
    tmp_path = tmp_path_factory.mktemp("hostile")
    mark, work = tmp_path / "marks", tmp_path / "work"
    repo = make_hostile(make_git(tmp_path), tmp_path / "repo", mark, shadows(mark))
    more = {"HF_HUB_CACHE": str(make_hub(tmp_path / "hub")), "PATH": f".:{repo}:{repo}/bin::/usr/bin:/bin"}
    return Place(repo, mark, work, more)


def run_command(place: Place, command: Command, *program: str, **more: str) -> Callable[[], tuple[str, list[str]]]:
    writes = [place.work / "cache", place.work / "tmp"]
    if command.changes:
        writes.append(
            place.repo
        )  # a file is written beside its place first; what differs afterwards is compared with what may

    def run() -> tuple[str, list[str]]:
        done = watch([*program, *command.words.split()], place.repo, place.work, more={**place.more, **more})
        assert done.code in (0, 1, 2), done.error
        assert "fault of driftlint" not in done.error, done.error
        allowed = Allowed((*writes,), (place.work / "bin" / "driftlint",), git=command.git, own_sockets=True)
        return done.out.decode("utf-8", "replace") + done.error, done.judge(place.repo, allowed)

    return run


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.words)
def test_a_command_runs_nothing_of_the_repo(command: Command, place: Place) -> None:
    place.expect_nothing(command, run_command(place, command, str(make_script(place.work))))


def test_each_file_that_is_read_is_noted_for_the_kept_answer(place: Place) -> None:
    """What is read without a note could change, and the old answer would be given again."""
    cache = place.work / "cache" / "noted"
    words = [str(make_script(place.work)), "check"]
    done = watch(words, place.repo, place.work, more={**place.more, "DRIFTLINT_CACHE_DIR": str(cache)})
    (file,) = (cache / "answers").iterdir()
    code, _, notes = marshal.loads(file.read_bytes()[19 + 32 :])
    assert code == done.code == 1
    noted = {os.path.realpath(path) for question, path, _ in notes if question.startswith("read ")}
    own = (
        str(cache),
        sys.prefix,
        sys.base_prefix,
        str(TOP / "src"),
        str(TOP / "rules"),
        str(TOP / "tests"),
        str(place.work / "bin"),
    )
    # Of packs the sizes and times count, as for their compiled form.
    packs = {os.path.realpath(path) for question, path, _ in notes if question == "times"}
    read = {os.path.realpath(event[2]) for event in done.events if event[1] == "read"}
    read = {path for path in read if os.path.dirname(path) not in packs}
    assert [
        path for path in sorted(read - noted) if not path.startswith((*own, "/proc/", "/etc/", "/usr/", "/dev/"))
    ] == []
    assert os.path.realpath(place.repo / "train.py") in read
    watched = watch(words, place.repo, place.work, more={**place.more, "DRIFTLINT_CACHE_DIR": str(cache)})
    assert (watched.code, watched.out, watched.error) == (done.code, done.out, done.error)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_worker_processes_import_nothing_of_the_repo(method: str, place: Place) -> None:
    before = f"import multiprocessing\nif __name__ == '__main__': multiprocessing.set_start_method({method!r})"
    script = make_script(place.work, before)
    cold = str(place.work / "cache" / method)
    place.expect_nothing(COMMANDS[0], run_command(place, COMMANDS[0], str(script), DRIFTLINT_CACHE_DIR=cold))
    assert len({event[0] for event in read_events(place.work / "events.log")}) > 2, "no worker was started"


def test_a_plain_call_of_the_module_runs_nothing_but_what_python_itself_would(place: Place) -> None:
    """With ``-m`` Python looks into the current folder from its first line on: what it imports itself is beyond us."""
    probe = place.work / "probe" / "probe.py"
    probe.parent.mkdir(parents=True)
    probe.write_text("import sys\nprint(*sys.modules)\n")
    done = subprocess.run([sys.executable, "-m", "probe"], cwd=probe.parent, capture_output=True, text=True, check=True)
    early = {f"{name.split('.')[0]}.py" for name in done.stdout.split()}
    own = [name for name in sorted({*early, "driftlint.py"}) if (place.repo / name).is_file()]
    texts = {name: (place.repo / name).read_bytes() for name in own}
    for name in own:
        (place.repo / name).unlink()
    command = Command("check", "[dataset-unpinned]")
    try:
        said, wrong = run_command(place, command, "-m", "driftlint")()
    finally:
        for name in own:
            (place.repo / name).write_bytes(texts[name])
    looked_up = {line for line in wrong if line.startswith("import ")}
    names = {line.split("'")[1] for line in looked_up}
    assert {name for name in names if name not in done.stdout.split() and name.split(".")[0] != "driftlint"} == set()
    assert set(wrong) - looked_up == set()
    assert marks(place.mark) == []
    assert command.shows in said


def test_the_language_server_runs_nothing_of_the_repo(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in make_environment(place.work, place.more).items():
        monkeypatch.setenv(name, value)
    (place.work / "events.log").unlink(missing_ok=True)
    before = snapshot(place.repo)
    train = place.repo / "train.py"
    program = [sys.executable, str(make_script(place.work)), "server"]
    with editing(cwd=place.repo, program=program) as editor:
        editor.initialize([place.repo])
        editor.open(train)
        assert "4:20-4:38 dataset-unpinned" in rows(editor.pull(train))
        assert "stanfordnlp/imdb" in editor.hover(train, 4, 22)
        at = types.Range(types.Position(4, 20), types.Position(4, 38))
        assert [action.title for action in editor.actions(train, at)] != []
        editor.replace(train, "import os\n" + train.read_text())
        assert "5:20-5:38 dataset-unpinned" in rows(editor.pull(train))
    seen = Watched(0, b"", "", list(read_events(place.work / "events.log")))
    allowed = Allowed((place.work / "cache", place.work / "tmp"), (place.work / "bin" / "driftlint",), own_sockets=True)
    assert marks(place.mark) == []
    assert seen.judge(place.repo, allowed) == []
    assert differences(before, snapshot(place.repo)) == set()


# the watch itself


TRAPS = {
    "socket": ("import socket; socket.socket(socket.AF_INET)", "socket.__new__"),
    "name look-up": ("import socket; socket.getaddrinfo('127.0.0.1', 80)", "socket.getaddrinfo"),
    "process": ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
    "shell": ("import os; os.system('true')", "os.system"),
    "write": ("open('new.txt', 'w')", "write"),
    "folder": ("import os; os.mkdir('new')", "os.mkdir"),
    "rename": ("import os; os.rename('a.py', 'b.py')", "os.rename"),
    "times": ("import os; os.utime('a.py')", "os.utime"),
    "exec": ("exec(compile(open('a.py').read(), os.path.abspath('a.py'), 'exec'))", "exec"),
    "import": ("sys.path.insert(0, ''); import a", "import"),
    "in a child": ("import subprocess; subprocess.run([sys.executable, '-c', \"open('new.txt', 'w')\"])", "write"),
    "in a fork": ("os.fork() or open('new.txt', 'w')", "write"),
}


@pytest.mark.parametrize("name", TRAPS)
def test_the_watch_sees(name: str, tmp_path: Path) -> None:
    code, event = TRAPS[name]
    repo, work = tmp_path / "repo", tmp_path / "work"
    repo.mkdir()
    (repo / "a.py").write_text("x = 1\n")
    script = work / "trap.py"
    work.mkdir()
    script.write_text(f"import os, sys\n{code}\n")
    done = watch([str(script)], repo, work)
    assert done.code == 0, done.error
    found = done.judge(repo, Allowed((work / "tmp",), (script,)))
    assert [line for line in found if line.startswith(event + " ")], found


def test_every_trap_works(tmp_path: Path) -> None:
    """A mark is left by each way that a person would start what lies in the repo: a trap that is broken proves nothing."""
    mark = tmp_path / "marks"
    repo = make_hostile(make_git(tmp_path), tmp_path / "repo", mark)
    tries = [
        [sys.executable, "setup.py", "--version"],
        # Without -S a sitecustomize of the system, which some distributions have, is there already.
        [sys.executable, "-S", "-c", "import conftest, sitecustomize, usercustomize, driftlint"],
        [sys.executable, "-c", "import pickle; pickle.load(open('data.pkl', 'rb'))"],
        [sys.executable, "-c", "import yaml; yaml.unsafe_load(open('conf/model.yaml'))"],
        ["./git"],
        ["make", "-n"],
        ["sh", "./run.sh"],
        ["sh", "-c", ". ./.envrc"],
        ["git", "status"],
        ["git", "diff", "HEAD"],
    ]
    for command in tries:
        subprocess.run(command, cwd=repo, capture_output=True, check=False)
    left = set(marks(mark))
    assert left >= {"conftest", "sitecustomize", "usercustomize", "shadow-driftlint", "pickle", "yaml", "git-in-repo"}
    assert left >= {"shell", "substitution", "make", "envrc", "setup", "fsmonitor", "diff-command", "process"}, sorted(
        left
    )
