"""`Session.update` after edits gives what a new session gives, and reads again only what was edited."""

from __future__ import annotations

import datetime
import gc
import random
from collections.abc import Callable, Iterable

import pytest
from msgspec.structs import replace

from driftlint.disk import WorkspaceError
from driftlint.python.module import Scope as ModuleScope
from driftlint.report import render
from driftlint.session import Session, Stopped
from driftlint.workspace import MemoryWorkspace, Scope
from tests.fixtures.expected import FIXTURES
from tests.fixtures.expected import start as open_fixture
from tests.session.small_repos import EVERYTHING, builtin, start, told
from tests.session.test_session import REPO

LOAD = 'from datasets import load_dataset\nload_dataset("a/b")\n'
FOUND = "train.py:2 error dataset-unpinned `a/b`"
DATASET = ("dataset-unpinned", "unread-file")


class Living:
    """A workspace whose files can be edited; it notes what is read."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = dict(files)
        self.read_paths: list[str] = []

    def list_files(self, scope: Scope) -> object:
        return MemoryWorkspace(self.files).list_files(scope)

    def read(self, path: str) -> bytes:
        self.read_paths.append(path)
        if path not in self.files:
            raise WorkspaceError(path, "is not there (any more)")
        return self.files[path].encode("utf-8", "surrogateescape")

    def exists(self, path: str) -> bool:
        return MemoryWorkspace(self.files).exists(path)


def answer(session: Session, update: Callable[[], object]) -> str:
    report = update().report  # type: ignore[attr-defined]
    return render(report, "json", lookup=session.get_document, show_info=True)


def fresh(files: dict[str, str]) -> str:
    session = start(files)
    return answer(session, session.run)


def edit(rng: random.Random, files: dict[str, str]) -> str:
    """Change one file as people and their tools do; return its path."""
    path = rng.choice(sorted(files))
    text = files[path]
    kind = rng.randrange(9)
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    if kind == 0:  # half a line
        lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)]
        files[path] = "\n".join(lines)
    elif kind == 1:
        files[path] = "\n".join([*lines[:at], *lines[at + 1 :]])
    elif kind == 2:
        other = rng.choice(rng.choice(sorted(files.items()))[1].split("\n"))
        files[path] = "\n".join([*lines[:at], other, *lines[at:]])
    elif kind == 3:
        files[path] = "\n".join(
            [*lines[:at], rng.choice(("", "# driftlint: ignore[dataset-unpinned] x", "é𝔘")), *lines[at:]]
        )
    elif kind == 4 and len(files) > 3:
        del files[path]
    elif kind == 5:
        path = rng.choice(
            ("conf/data/imdb.yaml", "lib/more.py", "new/train.py", "train.py", "model.py", "seeds/run.sh")
        )
        files[path] = REPO.get(path, LOAD)
    elif kind == 6:
        files[path] = text.replace("a/b", "c/d") if "a/b" in text else text.replace("imdb", "a/b")
    elif kind == 7:
        files[path] = "\ufeff" + text
    else:
        files[path] = REPO.get(path, text)
    return path


@pytest.mark.parametrize("seed", range(8))
def test_random_edits_give_the_answer_of_a_new_session(seed: int) -> None:
    rng = random.Random(seed)
    living = Living(REPO)
    session = start(living)  # type: ignore[arg-type]
    session.expect_updates()
    assert answer(session, session.run) == fresh(REPO)
    answers = set()
    for step in range(25):
        changed = {edit(rng, living.files) for _ in range(rng.randrange(1, 3))}
        told_all = step % 5 == 4
        got = answer(session, lambda: session.update(None if told_all else changed))  # noqa: B023
        assert got == fresh(living.files), (seed, step, changed)
        answers.add(got)
    assert len(answers) > 5, "the edits change nothing"


@pytest.mark.parametrize("name", ["hydra-lightning", "monorepo-seeds", "rl-cartpole", "uv-tagger"])
def test_random_edits_of_a_whole_repo(name: str) -> None:
    rng = random.Random(name)
    root = FIXTURES / name
    files = {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}
    living = Living(files)
    session = open_fixture(root, workspace=living)  # type: ignore[arg-type]
    session.expect_updates()
    answer(session, session.run)
    for step in range(20):
        changed = {edit(rng, living.files)}
        got = answer(session, lambda: session.update(changed))  # noqa: B023
        again = open_fixture(root, workspace=Living(living.files))  # type: ignore[arg-type]
        assert got == answer(again, again.run), (name, step, changed)


ACROSS = {
    "train.py": "import yaml\nfrom datasets import load_dataset\ncfg = yaml.safe_load(open('conf.yaml'))\n"
    "load_dataset(cfg['name'])\n",
    "conf.yaml": "name: a/b\n",
    "other.py": LOAD,
    "fit.py": "import random\nfrom lib import fix\ndef main():\n    fix(3)\n    random.random()\n"
    "if __name__ == '__main__':\n    main()\n",
    "lib.py": "import random\ndef fix(seed):\n    random.seed(seed)\n",
}


def matched(session: Session) -> dict[str, object]:
    return {path: found for path, (found, _) in session._linker._grounds.store("references").items()}


@pytest.mark.parametrize(
    ("path", "text", "again"),
    [
        ("conf.yaml", "name: c/d\n", {"train.py"}),
        ("other.py", LOAD + "load_dataset('c/d')\n", {"other.py"}),
        ("lib.py", "import random\ndef fix(seed):\n    random.seed(None)\n", set()),
        ("conf.yaml", "# read by train.py\nname: a/b\n", {"train.py"}),
    ],
)
def test_what_an_edit_does_not_concern_is_not_asked_again(path: str, text: str, again: set[str]) -> None:
    living = Living(ACROSS)
    session = start(living)  # type: ignore[arg-type]
    session.expect_updates()
    session.run()
    before = matched(session)
    assert before["train.py"], "what is compared below was never asked"
    living.files[path] = text
    assert answer(session, lambda: session.update({path})) == fresh(living.files)
    after = matched(session)
    assert {name for name in after if after[name] is not before.get(name)} == again


def test_a_session_that_expects_no_updates_keeps_nothing() -> None:
    session = start(Living(ACROSS))  # type: ignore[arg-type]
    session.run()
    before = matched(session)
    session.update(set())
    after = matched(session)
    assert all(after[path] is not before[path] for path in after)


def test_only_what_was_edited_is_read_again() -> None:
    living = Living(REPO)
    session = start(living)  # type: ignore[arg-type]
    session.expect_updates()
    session.run()
    assert "lib/io.py" in living.read_paths
    before = session.get_document("train.py"), session.get_document("requirements.txt")
    living.read_paths.clear()
    living.files["conf/data/imdb.yaml"] = "name: c/d\n"
    run = session.update({"conf/data/imdb.yaml"})
    assert [p for p in living.read_paths if not p.upper().startswith(("README", ".GIT"))] == ["conf/data/imdb.yaml"]
    assert "conf/data/imdb.yaml:1 error dataset-unpinned `c/d`" in told(session, run.report.findings)
    assert session.get_document("train.py") is before[0]
    assert session.get_document("requirements.txt") is before[1]


def test_what_was_read_for_a_chain_that_is_gone_is_not_told() -> None:
    files = {"train.py": "from lib import fix\n" + LOAD + "fix()\n", "lib.py": "def fix():\n    pass\ndef g(:\n"}
    living = Living(files)
    session = start(living)  # type: ignore[arg-type]
    session.expect_updates()
    assert {note[0] for note in session.run().report.coverage.unread} == {"lib.py"}
    living.files["train.py"] = LOAD
    assert session.update({"train.py"}).report.coverage.unread == []


def lenient(files: dict[str, str], path: str, text: str) -> tuple[Session, list[str]]:
    living = Living(files)
    session = start(living, rules=DATASET)  # type: ignore[arg-type]
    session.run()
    living.files[path] = text
    run = session.update({path}, lenient={path})
    return session, told(session, run.report.findings)


@pytest.mark.parametrize(
    "text", [LOAD.replace('"a/b")', '"a/b", '), LOAD + "def f(:\n", LOAD.replace("load_dataset(", "load_dataset((")]
)
def test_a_file_that_no_longer_parses_keeps_its_last_good_text(text: str) -> None:
    session, found = lenient({"train.py": LOAD}, "train.py", text)
    assert found == [FOUND]
    held = session.files.held["train.py"]
    assert held.data == text.encode()
    assert "does not parse as Python" in held.problem.message


def test_a_broken_config_file_keeps_its_last_good_text() -> None:
    files = {
        "train.py": "import yaml\nfrom datasets import load_dataset\ncfg = yaml.safe_load(open('conf.yaml'))\n"
        "load_dataset(cfg['name'])\n",
        "conf.yaml": "name: a/b\n",
    }
    session, found = lenient(files, "conf.yaml", "name: a/b\nb: [1\nc: }\n")
    assert found == ["conf.yaml:1 error dataset-unpinned `a/b`"]
    assert set(session.files.held) == {"conf.yaml"}


def test_a_file_that_never_parsed_is_taken_as_it_is() -> None:
    session, found = lenient({"train.py": LOAD + "def f(:\n"}, "train.py", "\n" + LOAD + "def f(:\n")
    assert found == ["train.py:3 error dataset-unpinned `a/b`"]
    assert session.files.held == {}


def test_a_held_file_is_taken_again_when_it_parses() -> None:
    living = Living({"train.py": LOAD})
    session = start(living, rules=DATASET)  # type: ignore[arg-type]
    session.run()
    texts: Iterable[str] = (LOAD + "f(", LOAD + "f(1", "\n" + LOAD + "f(1)\n")
    for text in texts:
        living.files["train.py"] = text
        run = session.update({"train.py"}, lenient={"train.py"})
    assert told(session, run.report.findings) == ["train.py:3 error dataset-unpinned `a/b`"]
    assert session.files.held == {}


def test_a_held_file_stays_held_while_another_is_edited() -> None:
    living = Living({"train.py": LOAD, "other.py": "x = 1\n"})
    session = start(living, rules=DATASET)  # type: ignore[arg-type]
    session.run()
    living.files["train.py"] = LOAD + "f("
    session.update({"train.py"}, lenient={"train.py", "other.py"})
    living.files["other.py"] = LOAD.replace("a/b", "c/d")
    run = session.update({"other.py"}, lenient={"train.py", "other.py"})
    assert told(session, run.report.findings) == ["other.py:2 error dataset-unpinned `c/d`", FOUND]
    assert session.files.held["train.py"].data == (LOAD + "f(").encode()


def test_what_an_edit_puts_out_of_use_is_freed_without_a_collection() -> None:
    living = Living(
        {**ACROSS, "lib.py": ACROSS["lib.py"] + "class Gone:\n    def vanish(self):\n        return [x for x in ()]\n"}
    )
    session = start(living)  # type: ignore[arg-type]
    session.expect_updates()
    session.run()
    module = session.files.module_of("lib.py")
    assert module is not None
    assert module.scope.bindings["Gone"]
    assert {"Gone", "vanish"} <= {scope.name for scope in module.scopes()}
    del module
    gc.disable()
    try:
        for text in ("\n", "\n\n"):
            living.files["lib.py"] = text + ACROSS["lib.py"]
            session.update({"lib.py"})
        assert [o.name for o in gc.get_objects() if isinstance(o, ModuleScope) and o.name in ("Gone", "vanish")] == []
    finally:
        gc.enable()


def test_without_leniency_the_broken_text_counts() -> None:
    living = Living({"train.py": LOAD})
    session = start(living, rules=DATASET)  # type: ignore[arg-type]
    session.run()
    living.files["train.py"] = "def f(:\n" + LOAD.replace("a/b", "c/d")
    assert told(session, session.update({"train.py"}).report.findings) == ["train.py:3 error dataset-unpinned `c/d`"]


def test_a_run_can_be_stopped_and_taken_up_again() -> None:
    living = Living(REPO)
    session = start(living)  # type: ignore[arg-type]
    session.expect_updates()
    session.run()
    living.files["train.py"] = living.files["train.py"].replace("a/b", "c/d")
    asked = iter([False, False, True])
    session.stopping = lambda: next(asked)
    with pytest.raises(Stopped):
        session.update({"train.py"})
    session.stopping = lambda: False
    assert answer(session, lambda: session.update({"train.py"})) == fresh(living.files)


def test_a_new_day_is_a_new_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    class Day(datetime.date):
        now = datetime.date(2027, 1, 31)

        @classmethod
        def today(cls) -> datetime.date:  # type: ignore[override]
            return cls.now

    monkeypatch.setattr("datetime.date", Day)
    text = LOAD.rstrip() + "  # driftlint: ignore[dataset-unpinned] for now until=2027-01-31\n"
    _, rules = builtin()
    session = start({"train.py": text}, rules=("dataset-unpinned",), config=replace(EVERYTHING, today=None))
    assert "dataset-unpinned" in rules
    assert told(session, session.run().report.findings) == []
    Day.now = datetime.date(2027, 2, 1)
    assert told(session, session.update(()).report.findings) == [FOUND]
