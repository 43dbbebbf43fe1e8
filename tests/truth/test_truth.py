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

from tests.truth.mended import Mended, judge_again, mend_files, read_mended
from tests.truth.runs import LIBRARIES, MEMORY, Record, digest_of, read_record, repeats, row
from tests.truth.verdicts import PROGRAMS, Verdict, files_of, judge, list_programs

WRONGLY_CALLED = {
    "seed_before_lazy_draw": "a generator expression draws when it is read, which is not followed: it counts where it stands",
    "torch_weights_loaded": "a checkpoint replaces every weight that was drawn; that it does so cannot be read off the code",
    "torch_weights_zeroed": "every weight that was drawn is set to a constant; that none is left out cannot be read off the code",
}
"""Programs that repeat and are called all the same, with the reason. Any other disagreement fails."""
MISSED: dict[str, str] = {}
"""Programs that differ and are not called, with the reason."""
NAMES = list_programs()
DIFFERING = [name for name, repeated in sorted(read_record()["repeats"].items()) if not repeated]


@lru_cache(maxsize=1)
def record() -> Record:
    return read_record()


@lru_cache(maxsize=1)
def mended() -> dict[str, Mended]:
    return read_mended()


@cache
def verdict(name: str) -> Verdict:
    return judge(name)


def test_every_program_was_run_and_says_what_it_shows() -> None:
    assert sorted(record()["repeats"]) == NAMES
    assert {name: digest_of(files_of(name)) for name in NAMES} == record()["digests"], (
        "changed since it was run: run it again"
    )
    assert [name for name in NAMES if not (PROGRAMS / f"{name}.py").read_text(encoding="utf-8").startswith("# ")] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_what_the_runs_showed(name: str) -> None:
    repeated = record()["repeats"][name]
    if name in WRONGLY_CALLED:
        assert repeated
        assert verdict(name).called, "it is judged rightly now: take it out of WRONGLY_CALLED"
    elif name in MISSED:
        assert not repeated
        assert not verdict(name).called, "it is judged rightly now: take it out of MISSED"
    else:
        assert verdict(name).called is not repeated, row(name, repeated)


def test_the_table_has_both_sides() -> None:
    """At least forty programs of each kind; of those that differ 95 in a hundred are called, few that repeat are."""
    seen = record()["repeats"]
    differing = [name for name in NAMES if not seen[name]]
    repeating = [name for name in NAMES if seen[name]]
    assert len(differing) >= 40
    assert len(repeating) >= 40
    missed = [name for name in differing if not verdict(name).called]
    assert missed == sorted(MISSED)
    assert len(missed) <= 0.05 * len(differing)
    assert sorted(name for name in repeating if verdict(name).called) == sorted(WRONGLY_CALLED)


def test_hardware_is_not_spoken_of_where_there_is_none() -> None:
    """A program that stays on the processor is not asked for the kernels of an accelerator."""
    told = {name for name in NAMES if verdict(name).hardware}
    assert (
        told & {"torch_seeded", "torch_unseeded", "sklearn_split_seeded", "numpy_legacy_seeded", "xgboost_defaults"}
        == set()
    )


def test_workers_that_draw_the_same_numbers_are_told_and_repeat() -> None:
    assert verdict("loader_kept_generator").dependence == ("workers-alike loader_kept_generator.py:10",)
    assert verdict("loader_constant_workers").dependence == ("workers-alike loader_constant_workers.py:17",)
    assert record()["repeats"]["loader_kept_generator"]
    assert record()["repeats"]["loader_constant_workers"]


def test_keys_that_draw_twice_are_told_and_repeat() -> None:
    assert verdict("jax_key_reused").dependence == ("key-reused jax_key_reused.py:13",)
    assert record()["repeats"]["jax_key_reused"]


@pytest.mark.parametrize("name", DIFFERING)
def test_a_mend_writes_what_was_run(name: str) -> None:
    """What `fix --suggested` makes of a program today is what was run, and no mend claims more than the runs showed."""
    seen = mended()[name]
    _, made = mend_files(files_of(name))
    assert {**made, "outcome": seen["outcome"]} == seen, (
        "the mend has changed: run `python -m tests.truth.mended --write NAME`"
    )
    if name in MISSED:
        assert seen["outcome"] in ("not mended", "differs")
        return
    if not made["rules"]:
        assert seen["outcome"] == "not mended"
    if seen["outcome"] == "repeats":
        assert seen["left"] == [], "it repeats, and is called all the same"
    else:
        assert seen["outcome"] in ("not mended", "differs")
        assert seen["left"], "it does not repeat, and no finding is left to say so"


def test_most_programs_that_differ_repeat_once_they_are_mended() -> None:
    assert sorted(mended()) == DIFFERING
    repeating = {name for name, made in mended().items() if made["outcome"] == "repeats"}
    assert len(repeating) >= 80
    for library, least in (("torch", 10), ("sklearn", 10), ("jax", 5)):
        assert len([name for name in repeating if name.startswith(library)]) >= least, library


def test_the_page_gives_these_figures() -> None:
    page = (Path(__file__).parents[2] / "docs" / "development.md").read_text(encoding="utf-8")
    table = page.partition("| as recorded")[2].partition("\n\n")[0]
    repeating = sum(record()["repeats"].values())
    outcomes = [made["outcome"] for made in mended().values()]
    told = [int(line.split("|")[2]) for line in table.splitlines()[2:]]
    assert told == [
        len(NAMES),
        repeating - len(WRONGLY_CALLED),
        len(WRONGLY_CALLED),
        len(DIFFERING) - len(MISSED),
        len(MISSED),
        outcomes.count("repeats"),
        outcomes.count("differs"),
        outcomes.count("not mended"),
    ]


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


@pytest.mark.world
@pytest.mark.slow
@pytest.mark.parametrize("name", DIFFERING)
def test_mended_programs_do_what_was_recorded(name: str, python: Path) -> None:
    if name.startswith("listing_") and not MEMORY.is_dir():
        pytest.skip("needs a file system that lists in the order of creation")
    assert judge_again(python, name) == mended()[name]
