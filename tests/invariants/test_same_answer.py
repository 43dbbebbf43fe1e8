"""Cold, warm and any order of files: one answer."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from driftlint.cache import FactsCache
from driftlint.extract import facts_key
from driftlint.report import render
from driftlint.session import Session
from driftlint.workspace import DiskWorkspace, Listing, MemoryWorkspace, Scope
from tests.fixtures.expected import FIXTURES, list_fixtures, start


class Shuffled(DiskWorkspace):
    """A disk that lists its files in another order each time."""

    def __init__(self, root: Path, seed: int) -> None:
        super().__init__(root)
        self.order = random.Random(seed)

    def list_files(self, scope: Scope) -> Listing:
        listing = super().list_files(scope)
        files = list(listing.files)
        self.order.shuffle(files)
        return replace(listing, files=tuple(files))


def answer(session: Session) -> str:
    return render(session.run().report, "json", lookup=session.get_document, show_info=True)


@pytest.mark.parametrize("name", list_fixtures())
def test_cold_and_warm(name: str, tmp_path: Path) -> None:
    root = FIXTURES / name
    without = answer(start(root))
    cold = answer(start(root, cache=FactsCache(tmp_path, facts_key())))
    assert list(tmp_path.glob("*.bin")), "the second run would be as cold as the first"
    warm = answer(start(root, cache=FactsCache(tmp_path, facts_key())))
    assert cold == without
    assert warm == without


@pytest.mark.parametrize("name", list_fixtures())
def test_order_of_files(name: str) -> None:
    root = FIXTURES / name
    told = answer(start(root))
    for seed in range(5):
        assert answer(start(root, workspace=Shuffled(root, seed))) == told


@pytest.mark.parametrize("name", list_fixtures())
def test_a_second_run_of_one_session(name: str) -> None:
    session = start(FIXTURES / name)
    assert answer(session) == answer(session)


def test_a_changed_file_is_not_answered_from_the_cache(tmp_path: Path) -> None:
    load = "from datasets import load_dataset\nload_dataset({})\n"
    before = {"train.py": load.format('"stanfordnlp/imdb"')}
    after = {"train.py": load.format('"stanfordnlp/imdb", revision="e6281661ce1c48d982bc483cf8a173c1bbeb5d31"')}

    def names(files: dict[str, str]) -> list[str]:
        session = start(tmp_path, workspace=MemoryWorkspace(files), cache=FactsCache(tmp_path / "cache", facts_key()))
        return [finding.rule for finding in session.run().report.findings if finding.family == "data"]

    assert names(before) == ["dataset-unpinned"]
    assert names(after) == []
    assert names(before) == ["dataset-unpinned"]


def test_one_text_under_two_kinds_is_read_as_each(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": "from datasets import load_dataset\nload_dataset('a/b')", "metadata": {}}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    files = {"dump.py": text, "rows.ipynb": text}
    for _ in ("cold", "warm"):
        cache = FactsCache(tmp_path / "cache", facts_key())
        findings = start(tmp_path, workspace=MemoryWorkspace(files), cache=cache).run().report.findings
        assert [finding.place.path for finding in findings if finding.family == "data"] == ["rows.ipynb"]
