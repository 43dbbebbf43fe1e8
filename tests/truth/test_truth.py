"""What a check calls unrepeatable against what does not repeat.

Offline, the verdict on every program is compared with what its runs showed when they were recorded. With --run-world the programs
are run again, which takes about half an hour; their libraries are installed first (some gigabytes), unless DRIFTLINT_TRUTH_PYTHON
names an interpreter that has them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from functools import cache, lru_cache
from pathlib import Path

import pytest

from tests.truth.runs import LIBRARIES, MEMORY, Record, read_record, repeats, row
from tests.truth.verdicts import PROGRAMS, Verdict, judge, list_programs

WRONGLY_CALLED = {
    "torch_weights_loaded": "a checkpoint replaces every weight that was drawn; that it does so cannot be read off the code",
    "torch_weights_zeroed": "every weight that was drawn is set to a constant; that none is left out cannot be read off the code",
}
"""Programs that repeat and are called all the same, with the reason. Any other disagreement fails."""
NAMES = list_programs()


@lru_cache(maxsize=1)
def record() -> Record:
    return read_record()


@cache
def verdict(name: str) -> Verdict:
    return judge(name)


def test_every_program_was_run_and_says_what_it_shows() -> None:
    assert sorted(record()["repeats"]) == NAMES
    assert [name for name in NAMES if not (PROGRAMS / f"{name}.py").read_text(encoding="utf-8").startswith("# ")] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_what_the_runs_showed(name: str) -> None:
    repeated = record()["repeats"][name]
    if name in WRONGLY_CALLED:
        assert repeated
        assert verdict(name).called, "it is judged rightly now: take it out of WRONGLY_CALLED"
    else:
        assert verdict(name).called is not repeated, row(name, repeated)


def test_the_table_has_both_sides() -> None:
    """At least forty programs of each kind, no program that differs is called clean, few that repeat are called."""
    seen = record()["repeats"]
    differing = [name for name in NAMES if not seen[name]]
    repeating = [name for name in NAMES if seen[name]]
    assert len(differing) >= 40
    assert len(repeating) >= 40
    assert [name for name in differing if not verdict(name).called] == []
    assert sorted(name for name in repeating if verdict(name).called) == sorted(WRONGLY_CALLED)


def test_hardware_is_not_spoken_of_where_there_is_none() -> None:
    """A program that stays on the processor is not asked for the kernels of an accelerator."""
    told = {name for name in NAMES if verdict(name).hardware}
    assert (
        told & {"torch_seeded", "torch_unseeded", "sklearn_split_seeded", "numpy_legacy_seeded", "xgboost_defaults"}
        == set()
    )


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kept = os.environ.get("DRIFTLINT_TRUTH_PYTHON")
    if kept:
        return Path(kept)
    folder = tmp_path_factory.mktemp("truth")
    venv.create(folder, with_pip=True)
    interpreter = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([str(interpreter), "-m", "pip", "install", "-q", *LIBRARIES], check=True)
    return interpreter


@pytest.mark.world
@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_runs_show_what_was_recorded(name: str, python: Path) -> None:
    if name.startswith("listing_") and not MEMORY.is_dir():
        pytest.skip("needs a file system that lists in the order of creation")
    expected = record()["repeats"][name]
    seen = repeats(python, name, expected)
    print(row(name, seen), file=sys.stderr)
    assert seen is expected
