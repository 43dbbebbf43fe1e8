"""What a change made better or worse."""

from __future__ import annotations

from collections.abc import Mapping

from driftlint.review.build import add_comparison
from driftlint.review.lay_out import lay_out
from driftlint.review.policy import PRESETS
from driftlint.review.sheet import ComparisonSheet
from tests.review.made import LOAD, SEALED, review, run_over

POLICY = PRESETS["standard"]


def compare(before: Mapping[str, str | bytes], now: Mapping[str, str | bytes]) -> ComparisonSheet:
    made = review(now)
    session, run = run_over(before, POLICY)
    found = add_comparison(made.review, made.session, run, session, "main", "f" * 40, True)
    sheet = lay_out(found, made.session.get_document, session.get_document)
    assert sheet.comparison is not None
    return sheet.comparison


def test_a_pin_that_rose_takes_its_finding_with_it() -> None:
    found = compare({"a.py": LOAD.format("a/b")}, {"a.py": SEALED})
    (row,) = found.rose
    assert (row.name, row.before_rung, row.now_rung) == ("a/b", "ABSENT", "SEALED")
    assert row.at.label == "a.py:3:14"
    assert [(f.rule, f.at.label) for f in found.gone] == [("dataset-unpinned", "a.py:3:14")]
    assert (found.new, found.fell, found.moved, found.added, found.removed) == ((), (), (), (), ())
    assert (found.revision, found.merge_base) == ("main", True)


def test_a_pin_that_fell_brings_its_finding() -> None:
    found = compare({"r/requirements.txt": "numpy==2.3.1\n"}, {"r/requirements.txt": "numpy>=2\n"})
    (row,) = found.fell
    assert (row.before, row.now, row.now_rung) == ("==2.3.1", ">=2", "RANGE")
    assert [f.rule for f in found.new] == ["requirement-range"]


def test_another_version_on_the_same_rung_is_told_apart() -> None:
    found = compare(
        {"requirements.txt": "numpy==2.3.0\nscipy==1.16.0\n"}, {"requirements.txt": "scipy==1.16.0\nnumpy==2.3.1\n"}
    )
    assert [(row.name, row.before, row.now) for row in found.moved] == [("numpy", "==2.3.0", "==2.3.1")]
    assert (found.rose, found.fell, found.new, found.gone) == ((), (), (), ())


def test_references_that_came_and_went_have_places_on_their_side() -> None:
    found = compare({"a.py": "\n" + LOAD.format("old/set")}, {"b.py": LOAD.format("new/set")})
    assert [(row.name, row.at.label) for row in found.added] == [("new/set", "b.py:3:14")]
    assert [(row.name, row.at.label) for row in found.removed] == [("old/set", "a.py:4:14")]
    assert [(f.name, f.at.label) for f in found.gone if f.rule == "dataset-unpinned"] == [("old/set", "a.py:4:14")]


def test_a_renamed_file_changes_nothing() -> None:
    files = {"requirements.txt": "datasets==3.6.0\n"}
    found = compare({**files, "a.py": LOAD.format("a/b")}, {**files, "b.py": LOAD.format("a/b")})
    assert (found.new, found.gone, found.added, found.removed, found.moved) == ((), (), (), (), ())
