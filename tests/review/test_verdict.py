"""What blocks, with its place and what to do; and that nothing unknown passes silently."""

from __future__ import annotations

import datetime

import pytest
from msgspec.structs import replace

from driftlint.config import Accept
from driftlint.facts import Place
from driftlint.review.inputs import read_records
from driftlint.review.model import PARTS, PartRecord, ProgramRecord, Section
from driftlint.review.policy import PRESETS, Policy
from driftlint.text import Span
from tests.review.made import LOAD, REQUIREMENTS, SEALED, Made, review, run_over

STANDARD, REGULATED, EXPLORATORY = (PRESETS[name] for name in ("standard", "regulated", "exploratory"))
MODELS = {
    "requirements.txt": "transformers==4.53.0\n",
    "options.py": "def read():\n    return json.load(open('options.json'))\n",
}
OPEN = 'from options import read\nfrom transformers import AutoModel\n\nAutoModel.from_pretrained("a/b", **read())\n'


def test_a_repo_whose_references_are_sealed_passes() -> None:
    made = review({**REQUIREMENTS, "data.py": SEALED})
    assert made.sheet.verdict == "pass"
    assert made.sheet.blockers == ()
    assert made.sheet.summary.held == 2


def test_a_finding_blocks_with_its_place_and_remedy() -> None:
    made = review({**REQUIREMENTS, "data.py": LOAD.format("team/set")})
    assert made.blockers() == [("finding", "data.py:3:14", "dataset-unpinned")]
    (row,) = made.sheet.blockers
    assert row.reason.startswith("dataset `team/set` is read from huggingface without a fixed revision")
    assert row.remedy.startswith("pin what you read")
    assert (row.severity, row.family, row.at and row.at.source) == ("error", "data", 'load_dataset("team/set")')
    assert row.at is not None
    assert row.at.source[slice(*(row.at.mark or (0, 0)))] == '"team/set"'
    assert row.finding in {f.id for f in made.sheet.findings if f.rule == "dataset-unpinned"}
    assert made.item("team/set").standing == "blocks"


def test_a_warning_does_not_block_under_the_exploratory_preset() -> None:
    files = {"requirements.txt": "numpy>=1\n"}
    assert review(files).blockers() == [("finding", "requirements.txt:1:1", "requirement-range")]
    made = review(files, EXPLORATORY)
    assert made.blockers() == []
    assert ("requirement-range", False) in {(f.rule, f.blocks) for f in made.sheet.findings}
    assert not any(f.blocks for f in made.sheet.findings)
    assert made.item("numpy").standing == "advice"


def test_sealed_packages_are_demanded_under_the_regulated_preset() -> None:
    made = review({**REQUIREMENTS, "data.py": SEALED}, replace(REGULATED, section=False))
    assert made.item("datasets").demanded == "SEALED"
    assert ("finding", "requirements.txt:1:1", "lock-missing") in made.blockers()


def test_a_file_that_is_not_read_blocks_whether_its_rule_runs_or_not() -> None:
    files = {**REQUIREMENTS, "train.ipynb": '{"cells": ['}
    for ignored in ((), ("unread-file",)):
        made = review(files, ignore=ignored)
        assert made.blockers() == [("unread", "train.ipynb:1:1", "")]
        assert made.blocker("unread").remedy.startswith("mend the file, or leave it out with `exclude`")
        assert made.sheet.summary.unread == 1
    assert review(files, replace(STANDARD, unread="show")).blockers() == []


def test_a_part_of_a_file_that_is_not_read_blocks_with_its_line() -> None:
    made = review({**REQUIREMENTS, "a.py": "x = 1\nif __name__ == '__main__':\n    y = = 3\n"})
    (row,) = (row for row in made.sheet.blockers if row.kind == "unread")
    assert row.at is not None
    assert (row.at.path, row.at.line, row.at.label) == ("a.py", 3, "a.py:3:1")
    assert row.reason == "could not be read: this part does not parse as Python and was left out"


def test_what_could_not_be_resolved_blocks_for_the_kinds_of_the_policy() -> None:
    files = {**MODELS, "train.py": OPEN}
    made = review(files)
    assert made.blockers() == [("unknown", "train.py:4:1", "reference-unknown")]
    assert made.blocker("unknown").reason == "the pin of weights `a/b` is not known"
    assert review(files, replace(STANDARD, unknown=("model",))).blockers() == []
    assert review(files, replace(STANDARD, unknown=("weights",))).blockers() != []


def test_what_could_not_be_resolved_blocks_even_when_its_rule_is_off() -> None:
    made = review({**MODELS, "train.py": OPEN}, ignore=("reference-unknown",))
    assert made.blockers() == [("unknown", "train.py:4:1", "")]


def test_what_could_not_be_resolved_can_be_accepted_like_a_finding() -> None:
    comment = "# driftlint: ignore[reference-unknown] the run records it until=2027-01-31 by=ada"
    line = f'AutoModel.from_pretrained("a/b", **read())  {comment}\n'
    made = review({**MODELS, "train.py": OPEN.replace('AutoModel.from_pretrained("a/b", **read())\n', line)})
    assert made.blockers() == []
    (row,) = made.sheet.accepted
    assert (row.reason, row.until, row.by, row.accepted_at.line) == ("the run records it", "2027-01-31", "ada", 4)


@pytest.mark.parametrize(
    ("written", "standard", "regulated"),
    [
        ("", ("a last day",), ("a last day", "a name")),
        (" until=2027-01-31", (), ("a name",)),
        (" by=ada", ("a last day",), ("a last day",)),
        (" until=2027-01-31 by=ada", (), ()),
    ],
)
def test_accepted_drift_needs_what_the_policy_asks(
    written: str, standard: tuple[str, ...], regulated: tuple[str, ...]
) -> None:
    line = f'load_dataset("a/b")  # driftlint: ignore[dataset-unpinned] the newest rows are the point{written}\n'
    files = {**REQUIREMENTS, "data.py": "from datasets import load_dataset\n" + line}
    for policy, lacks in ((STANDARD, standard), (replace(REGULATED, section=False, demands="default"), regulated)):
        made = review(files, policy)
        (row,) = made.sheet.accepted
        assert row.lacks == lacks
        assert made.blockers() == ([("acceptance", "data.py:2:24", "")] if lacks else [])
        if lacks:
            assert made.blocker("acceptance").reason == (
                f"drift is accepted without {' and '.join(lacks)}: the newest rows are the point"
            )
    assert made.item("a/b").standing == "accepted"


def test_an_entry_of_the_configuration_accepts_with_its_name_and_day() -> None:
    entry = Accept(
        "dataset-unpinned",
        ("data.py",),
        "why",
        until=datetime.date(2027, 1, 1),
        by="ada",
        place=Place("d.toml", Span(0, 1)),
    )
    made = review({**REQUIREMENTS, "data.py": LOAD.format("a/b")}, accept=(entry,))
    (row,) = made.sheet.accepted
    assert (row.by, row.until, row.reason, row.accepted_at.path) == ("ada", "2027-01-01", "why", "d.toml")
    assert made.sheet.verdict == "pass"


def test_expired_acceptance_blocks_beside_what_it_accepted() -> None:
    line = 'load_dataset("a/b")  # driftlint: ignore[dataset-unpinned] wait until=2026-11-24\n'
    made = review({**REQUIREMENTS, "data.py": "from datasets import load_dataset\n" + line}, EXPLORATORY)
    assert made.blockers() == [("acceptance", "data.py:2:24", ""), ("finding", "data.py:2:14", "dataset-unpinned")]
    assert "expired on 2026-11-24" in made.sheet.blockers[0].reason


def test_rules_that_are_off_block_where_the_policy_says_so() -> None:
    off = {"dataset-unpinned": "ignored by the configuration"}
    files = {**REQUIREMENTS, "data.py": LOAD.format("a/b")}
    made = review(files, rules_off=off, ignore=("dataset-unpinned",))
    assert made.blockers() == []
    assert made.sheet.rules_off == (("dataset-unpinned", "ignored by the configuration"),)
    strict = replace(STANDARD, ignores="block")
    made = review(files, strict, rules_off=off, ignore=("dataset-unpinned",))
    assert made.blocker("ignores").reason == "the rule `dataset-unpinned` did not run: ignored by the configuration"


def test_a_missing_section_blocks_where_it_is_required() -> None:
    wants = replace(STANDARD, section=True)
    made = review(REQUIREMENTS, wants)
    assert made.blockers() == [("section", "", "section-missing")]
    assert [row.blocks for row in made.sheet.findings if row.rule == "section-missing"] == [True], "said once"
    assert (
        review(REQUIREMENTS, wants, section=None).blocker("section").reason.endswith("not looked at: no rule of it ran")
    )
    there = Section(Place("README.md", Span(0, 3)), "Reproducing")
    files = {**REQUIREMENTS, "README.md": "# R\n"}
    assert review(files, wants, section=there).blockers() == []


def record(recording: str, says: str = "training") -> ProgramRecord:
    place = Place("train.py", Span(0, 1))
    parts = tuple(
        PartRecord(part, recording if part == "seeds" else "automatic", "", "when asked", (), "log the seed")  # type: ignore[arg-type]
        for part in PARTS
    )
    return ProgramRecord("train.py", says, place, (), parts)


def test_parts_that_are_not_recorded_block_for_programs_that_train() -> None:
    files = {**REQUIREMENTS, "train.py": "x = 1\n"}
    made = review(files, records=(record("missing"),))
    assert made.blockers() == [("record", "train.py:1:1", "")]
    assert made.blocker("record").reason == "`train.py` starts no run of a tracker, and does not record seeds"
    assert made.blocker("record").remedy == "seeds: log the seed"
    exempt = replace(record("missing", "evaluation"), exempt="it does not train")
    assert review(files, records=(exempt,)).blockers() == []
    assert review(files, replace(STANDARD, record=("code",)), records=(record("missing"),)).blockers() == []
    assert review(files, records=(record("conditional"),)).blockers() == []
    strict = replace(STANDARD, conditional=False)
    assert review(files, strict, records=(record("conditional"),)).blocker("record").reason == (
        "`train.py` starts no run of a tracker, and does not record seeds (only when asked)"
    )


def test_records_that_nobody_looked_at_block_where_some_are_asked_for() -> None:
    blocker = review(REQUIREMENTS, records=None).blocker("record")
    assert blocker.reason == "what programs record was not looked at: no rule of it ran"
    assert review(REQUIREMENTS, replace(STANDARD, record=()), records=None).blockers() == []


TRACKED = """\
import wandb
from sklearn.linear_model import LogisticRegression


def main():
    run = wandb.init(project="demo", config={"penalty": 1.0})
    model = LogisticRegression(random_state=7)
    model.fit([[0], [1]], [0, 1])
    run.log({"score": 1.0})


if __name__ == "__main__":
    main()
"""


def judge(files: dict[str, str | bytes], policy: Policy = STANDARD, **options: object) -> Made:
    """Return the review of files with what their programs record."""
    packages = "".join(f"{name}==1.0\n" for name in ("torch", "wandb", "scikit-learn", "datasets"))
    files = {"requirements.txt": packages, **files}
    _, run = run_over(files, policy, **options)
    return review(files, policy, records=read_records(run.world, run.report), **options)  # type: ignore[arg-type]


def records(made: Made) -> list[tuple[str, str, str, str]]:
    return [
        (row.at.label if row.at else "", row.rule, row.severity, row.reason)
        for row in made.sheet.blockers
        if row.kind in ("record", "finding") and row.family in ("", "record")
    ]


def test_a_program_is_one_blocker_about_what_the_policy_asks_for() -> None:
    made = judge({"train.py": TRACKED})
    assert records(made) == [("train.py:6:11", "part-unrecorded", "", "`train.py` does not record data, seeds")]
    assert made.blocker("record").remedy.startswith("data: `run.use_artifact(")
    assert [(row.rule, row.blocks) for row in made.sheet.findings if row.rule == "part-unrecorded"] == [
        ("part-unrecorded", True)
    ]
    assert records(judge({"train.py": TRACKED}, replace(STANDARD, record=("metrics",)))) == []
    assert records(
        judge({"train.py": TRACKED}, replace(STANDARD, record=("metrics",), block=("part-unrecorded",)))
    ) == [
        (
            "train.py:6:11",
            "part-unrecorded",
            "warning",
            "train.py runs under Weights & Biases, and nothing records its data, seeds, artifacts",
        )
    ]


@pytest.mark.parametrize(
    ("path", "asked"),
    [("train.py", True), ("tests/train.py", False), ("docs/train.py", False), ("examples/train.py", True)],
)
def test_a_program_that_makes_no_result_is_not_asked(path: str, asked: bool) -> None:
    made = judge({path: TRACKED})
    assert [row.parts[1].lacking for row in made.sheet.records or ()] == [asked]
    assert [row[3] for row in records(made)] == ([f"`{path}` does not record data, seeds"] if asked else [])


def test_an_evaluation_and_an_example_of_a_published_library_are_not_asked() -> None:
    library = (
        '[project]\nname = "x"\nversion = "1"\nclassifiers = ["Programming Language :: Python :: 3"]\n'
        '[build-system]\nrequires = ["hatchling==1.27.0"]\nbuild-backend = "hatchling.build"\n'
    )
    evaluation = (
        'import evaluate\n\nif __name__ == "__main__":\n'
        '    evaluate.load("accuracy").compute(references=[1], predictions=[1])\n'
    )
    made = judge(
        {
            "pyproject.toml": library,
            "examples/train.py": TRACKED,
            "lib/train.py": TRACKED,
            "evaluate_all.py": evaluation,
        }
    )
    assert [row[3] for row in records(made)] == ["`lib/train.py` does not record data, seeds"]
    assert {row.path: row.exempt for row in made.sheet.records or ()} == {
        "evaluate_all.py": "it does not train",
        "examples/train.py": "it is an example of a published library",
        "lib/train.py": "",
    }


def test_what_is_not_recorded_can_be_accepted_like_a_finding() -> None:
    comment = "  # driftlint: ignore[part-unrecorded] drawn afresh until=2027-01-31 by=ada"
    accepted = TRACKED.replace('{"penalty": 1.0})', '{"penalty": 1.0})' + comment)
    made = judge({"train.py": accepted})
    assert records(made) == []
    assert [(row.rule, row.by) for row in made.sheet.accepted] == [("part-unrecorded", "ada")]
    assert records(judge({"train.py": TRACKED}, replace(STANDARD, allow=("part-unrecorded",)))) == []


def test_trackers_that_are_not_known_are_not_said_to_be_missing() -> None:
    program = (
        "import sys\n\nfrom transformers import AutoModel, Trainer, TrainingArguments\n\n\ndef main():\n"
        "    arguments = TrainingArguments('out', report_to=sys.argv[1])\n"
        "    Trainer(model=AutoModel.from_pretrained('gpt2'), args=arguments).train()\n\n\n"
        "if __name__ == '__main__':\n    main()\n"
    )
    made = judge({"train.py": program}, replace(STANDARD, record=("data",)))
    assert [row[3] for row in records(made)] == [
        "`train.py` reports to trackers that are not known, and otherwise does not record data"
    ]


def test_half_a_section_is_not_worse_than_none_where_none_is_required() -> None:
    readme = "# R\n\n## Reproducibility\n\n```sh\npip install -r requirements.txt\npython train.py --lr 3\n```\n"
    program = (
        "import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument('--seed')\nparser.parse_args()\n"
    )
    files: dict[str, str | bytes] = {"README.md": readme, "train.py": program}
    rules = [row.rule for row in judge(files).sheet.blockers if row.rule.startswith("section-")]
    assert rules == ["section-option-unknown"], "what it states must be true"
    asked = {row.rule for row in judge(files, replace(STANDARD, section=True)).sheet.blockers}
    assert {"section-option-unknown", "section-tolerance-missing", "section-metric-missing"} & asked == {
        "section-option-unknown",
        "section-metric-missing",
    }
