"""One engine: any order, cold or warm, what is accepted, what is demanded, which day it is."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from driftlint.cache import FactsCache
from driftlint.config import Accept, PerPath
from driftlint.extract import facts_key
from driftlint.report import render
from driftlint.session import Session
from driftlint.workspace import MemoryWorkspace
from tests.session.small_repos import EVERYTHING, TODAY, builtin, check, start, told

LOAD = 'from datasets import load_dataset\nload_dataset("a/b")\n'
FOUND = ["train.py:2 error dataset-unpinned `a/b`"]
DATASET = ("dataset-unpinned", "suppression-unused", "suppression-expired", "suppression-invalid")
REPO = {
    "conf/config.yaml": "defaults:\n  - data: imdb\nseed: 3\n",
    "conf/data/imdb.yaml": "name: stanfordnlp/imdb\n",
    "lib/__init__.py": "from .io import read\nfrom .seeds import fix\n",
    "lib/io.py": "from datasets import load_dataset\ndef read(name, **more):\n    return load_dataset(name, **more)\n",
    "lib/seeds.py": "import numpy as np\ndef fix(n=None):\n    np.random.seed(n)\n",
    "model.py": "from transformers import AutoModel\nNAME = 'bert-base-uncased'\ndef make(n=NAME):\n"
    "    return AutoModel.from_pretrained(n)\n",
    "train.py": "import hydra\nimport numpy as np\nfrom lib import fix, read\nfrom model import make\n"
    "@hydra.main(config_path='conf', config_name='config')\ndef main(cfg):\n    np.random.rand()\n    fix(cfg.seed)\n"
    "    read(cfg.data.name)\n    read('a/b')\n    make()\n    loss.backward()\n"
    "if __name__ == '__main__':\n    main()\n",
    "eval.py": "import random\nfrom lib import read\nfrom model import make\nread('c/d')\nmake('gpt2')\nrandom.random()\n",
    "broken.py": "from lib import read\nread('e/f')\nfor (\n",
    "requirements.txt": "torch>=2\nnumpy\n",
    "run.sh": "python train.py seed=4\nhuggingface-cli download a/b\n",
    "Dockerfile": "FROM python:latest\n",
}


def answer(session: Session) -> str:
    return render(session.run().report, "json", lookup=session.get_document, show_info=True)


def shuffled(seed: int) -> dict[str, str]:
    paths = list(REPO)
    random.Random(seed).shuffle(paths)
    return {path: REPO[path] for path in paths}


def test_the_repo_of_these_tests_says_something() -> None:
    found = check(REPO)
    for text in (
        "conf/data/imdb.yaml:1 error dataset-unpinned `stanfordnlp/imdb`",
        "train.py:10 error dataset-unpinned `a/b`",
        "eval.py:4 error dataset-unpinned `c/d`",
        "broken.py:2 error dataset-unpinned `e/f`",
        "model.py:2 error weights-unpinned `bert-base-uncased`",
        "eval.py:5 error weights-unpinned `gpt2`",
    ):
        assert text in found


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_files(seed: int) -> None:
    files = shuffled(seed)
    assert answer(start(files)) == answer(start(REPO))


def test_cold_and_warm(tmp_path: Path) -> None:
    catalogue, rules = builtin()

    def with_cache() -> str:
        cache = FactsCache(tmp_path, facts_key())
        return answer(Session(MemoryWorkspace(REPO), EVERYTHING, catalogue, rules, cache=cache))

    without = answer(Session(MemoryWorkspace(REPO), EVERYTHING, catalogue, rules))
    assert with_cache() == without
    assert list(tmp_path.glob("*.bin"))
    assert with_cache() == without


def test_a_change_in_one_file_alone_reaches_the_others(tmp_path: Path) -> None:
    catalogue, rules = builtin()
    files = {
        "conf.py": 'NAME = "a/b"\n',
        "train.py": "from datasets import load_dataset\nimport conf\nload_dataset(conf.NAME)\n",
    }

    def found() -> list[str]:
        session = Session(
            MemoryWorkspace(files), EVERYTHING, catalogue, {"dataset-unpinned": rules["dataset-unpinned"]},
            cache=FactsCache(tmp_path, facts_key()),
        )  # fmt: skip
        return told(session, session.run().report.findings)

    assert found() == ["conf.py:1 error dataset-unpinned `a/b`"]
    files["conf.py"] = '\nNAME = "c/d"\n'
    assert found() == ["conf.py:2 error dataset-unpinned `c/d`"]
    files["conf.py"] = 'NAME = "./here"\n'
    assert found() == []


def test_fingerprints_do_not_hang_on_lines() -> None:
    def prints(text: str) -> list[str]:
        return [f.fingerprint for f in start({"train.py": text}, rules=DATASET).run().report.findings]

    assert prints(LOAD) == prints("# a\n\n" + LOAD)
    assert prints(LOAD) != prints(LOAD.replace("a/b", "a/c"))
    twice = prints(LOAD + 'load_dataset("a/b")\n')
    assert twice[0] == prints(LOAD)[0]
    assert twice[1] != twice[0]


# accepted


@pytest.mark.parametrize(
    ("paths", "ignore", "kept"),
    [
        (("train.py",), ("dataset-unpinned",), []),
        (("*.py",), ("data",), []),
        (("train.py",), ("all",), []),
        (("other/*.py",), ("all",), FOUND),
        (("train.py",), ("services",), FOUND),
    ],
)
def test_per_path_ignore(paths: tuple[str, ...], ignore: tuple[str, ...], kept: list[str]) -> None:
    assert check(LOAD, DATASET, per_path=(PerPath(paths, ignore),)) == kept


def test_per_path_demand() -> None:
    files = {"a/train.py": LOAD, "b/train.py": LOAD}
    table = PerPath(("a/",), demand={"dataset": "ABSENT"})
    assert check(files, DATASET, per_path=(table,)) == ["b/train.py:2 error dataset-unpinned `a/b`"]


@pytest.mark.parametrize(
    ("comment", "kept"),
    [
        ("# driftlint: ignore[dataset-unpinned] the mirror keeps it", []),
        ("# driftlint: ignore[dataset-unpinned] the mirror keeps it until=2026-11-25", []),
        (
            "# driftlint: ignore[dataset-unpinned] the mirror keeps it until=2026-11-24",
            ["error dataset-unpinned `a/b`", "suppression-expired"],
        ),
        ("# driftlint: ignore[dataset-unpinned]", ["error dataset-unpinned `a/b`", "suppression-invalid"]),
        ("# driftlint: ignore[weights-unpinned] not this", ["error dataset-unpinned `a/b`"]),
        ("# driftlint: ignore[dataset-unpined] a slip", ["error dataset-unpinned `a/b`", "suppression-invalid"]),
        ("# ignore the data", ["error dataset-unpinned `a/b`"]),
    ],
)
def test_comments(comment: str, kept: list[str]) -> None:
    found = check(LOAD.rstrip() + f"  {comment}\n", DATASET)
    assert len(found) == len(kept), found
    for text in kept:
        assert [f for f in found if f.startswith("train.py:2 ") and text in f], (text, found)


def test_an_accepted_finding_is_shown_with_its_reason() -> None:
    text = LOAD.rstrip() + "  # driftlint: ignore[dataset-unpinned] the mirror keeps it\n"
    report = start({"train.py": text}, rules=DATASET).run().report
    assert [(s.finding.rule, s.reason) for s in report.suppressed] == [("dataset-unpinned", "the mirror keeps it")]


def test_a_comment_that_ignores_nothing() -> None:
    text = "# driftlint: ignore-file[dataset-unpinned] all of it is local\nx = 1\n"
    (found,) = check(text, DATASET)
    assert found.startswith("train.py:1 ")
    assert " suppression-unused " in found


@pytest.mark.parametrize(
    ("until", "kept"),
    [(None, []), (TODAY, []), (TODAY - datetime.timedelta(1), FOUND)],
)
def test_accept_entries(until: datetime.date | None, kept: list[str]) -> None:
    entry = Accept("dataset-unpinned", ("train.py",), "known", until=until)
    found = check(LOAD, ("dataset-unpinned",), accept=(entry,))
    assert found == kept


def test_accept_entries_by_subject() -> None:
    text = LOAD + 'load_dataset("c/d")\n'
    entry = Accept("dataset-unpinned", ("*",), "known", subject="a/b")
    assert check(text, ("dataset-unpinned",), accept=(entry,)) == ["train.py:3 error dataset-unpinned `c/d`"]


def test_the_day_of_the_run_decides_about_dates() -> None:
    text = LOAD.rstrip() + "  # driftlint: ignore[dataset-unpinned] for now until=2027-01-31\n"
    assert check(text, ("dataset-unpinned",), today=datetime.date(2027, 1, 31)) == []
    assert check(text, ("dataset-unpinned",), today=datetime.date(2027, 2, 1)) == FOUND


def test_without_a_day_the_session_takes_the_current_one() -> None:
    assert start({}, config=replace(EVERYTHING, today=None)).today == datetime.date.today()


def test_nothing_at_all() -> None:
    report = start({}).run().report
    assert report.findings == []
    assert report.coverage.files == 0
