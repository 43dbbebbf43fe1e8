"""An honest repo passes under every preset, and one thing taken away blocks it."""

from __future__ import annotations

import pytest

from driftlint.review.inputs import find_section, read_records
from driftlint.review.policy import PRESETS
from tests.review.good_repo import FILES
from tests.review.made import Made, review, run_over
from tests.review.test_recording import PROGRAMS


def judge(files: dict[str, str | bytes], preset: str) -> Made:
    policy = PRESETS[preset]
    _, run = run_over(files, policy)
    return review(
        files, policy, records=read_records(run.world, run.report), section=find_section(run.world, run.report)
    )


def change(path: str, old: str, new: str) -> dict[str, str | bytes]:
    text = FILES[path]
    assert isinstance(text, str)
    assert old in text
    return {**FILES, path: text.replace(old, new)}


@pytest.mark.parametrize("preset", PRESETS)
def test_it_passes(preset: str) -> None:
    made = judge(FILES, preset)
    assert [(row.rule, row.reason) for row in made.sheet.blockers] == []
    assert made.sheet.verdict == "pass"
    assert {row.standing for row in made.sheet.inventory} == {"held"}
    (program,) = made.sheet.records or ()
    assert {part.recording for part in program.parts} == {"automatic", "explicit"}
    assert [name for name, said in made.sheet.section.items if not said] == []
    assert made.sheet.section.faults == ()


@pytest.mark.parametrize(
    ("preset", "path", "old", "new", "kind", "blocker"),
    [
        ("standard", "train.py", "revision=REVISION, ", "", "finding", "dataset-unpinned"),
        ("standard", "train.py", "torch.use_deterministic_algorithms(True)", "pass", "finding", "switches-missing"),
        ("standard", "train.py", "    torch.manual_seed(seed)\n", "", "finding", "rng-unseeded"),
        ("standard", "train.py", '"seed": args.seed,', "", "record", "part-unrecorded"),
        ("standard", "README.md", "--rate 0.1", "--speed 0.1", "finding", "section-option-unknown"),
        ("standard", "README.md", "--seed 7", "--seed 8", "", ""),
        ("regulated", "train.py", 'run.use_artifact("rows-split:v3")', "pass", "record", ""),
        ("standard", "train.py", 'run.use_artifact("rows-split:v3")', "pass", "", ""),
        ("regulated", "README.md", " ± 0.002", "", "finding", "section-tolerance-missing"),
        ("regulated", "README.md", "## Reproducibility and replicability", "## Use", "section", "section-missing"),
        ("standard", "README.md", " ± 0.002", "", "", ""),
        ("standard", "README.md", "## Reproducibility and replicability", "## Use", "", ""),
    ],
)
def test_one_thing_taken_away_blocks(preset: str, path: str, old: str, new: str, kind: str, blocker: str) -> None:
    made = judge(change(path, old, new), preset)
    assert [(row.kind, row.rule) for row in made.sheet.blockers] == ([(kind, blocker)] if kind else [])


def test_a_lock_with_digests_settles_exact_requirements_and_one_without_does_not() -> None:
    lock = FILES["uv.lock"]
    assert isinstance(lock, str)
    plain = "\n".join(line for line in lock.splitlines() if "hash =" not in line and line not in ("wheels = [",))
    assert judge(FILES, "regulated").item("torch").rung == "SEALED"
    made = judge({**FILES, "uv.lock": plain.replace('simple" }\n]', 'simple" }')}, "regulated")
    assert made.item("torch").rung == "VERSION"
    assert "cuda-build-open" in {row.rule for row in made.sheet.blockers}


@pytest.mark.parametrize(
    ("name", "lacks"),
    [
        ("mlflow", ""),
        ("neptune", ""),
        ("clearml", ""),
        ("wandb", "seeds"),
        ("comet", "seeds"),
        ("sacred", "data"),
        ("guild", "seeds"),
        ("aim", "code, data, environment, seeds"),
    ],
)
def test_what_the_standard_policy_misses_under_each_tracker(name: str, lacks: str) -> None:
    files: dict[str, str | bytes] = {p.name: p.read_text() for p in (PROGRAMS / name).iterdir() if p.is_file()}
    reasons = [row.reason for row in judge(files, "standard").sheet.blockers if row.kind == "record"]
    assert reasons == ([f"`train.py` does not record {lacks}"] if lacks else [])
