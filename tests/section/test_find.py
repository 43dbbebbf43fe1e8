"""Where the section is taken from, and what of it a comment accepts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from driftlint.config import ReviewOptions
from driftlint.judges.section.find import slug_of
from driftlint.judges.section.read import section_of
from tests.session.small_repos import EVERYTHING, start, told

CODE = "\n\n```sh\npython train.py\n```\n"


def chosen(files: dict[str, str], section: str = "") -> tuple[str, str]:
    """Return (path, title) of the section that is taken, or ("", why there is none)."""
    found = section_of(
        start(files, rules=[], config=replace(EVERYTHING, review=ReviewOptions(report=section))).run().world
    )
    return (found.written.path, found.written.title) if found.written is not None else ("", found.why)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"README.md": "# A\n## Reproduce our results\n"}, ("README.md", "Reproduce our results")),
        (
            {"README.md": "# A\n## Reproducing GPT\n", "docs/a.md": "# Reproducibility\n"},
            ("docs/a.md", "Reproducibility"),
        ),
        ({"README.md": "# A\n## Reproducing\n", "docs/a.md": "# Reproducibility\n"}, ("README.md", "Reproducing")),
        ({"REPRODUCE.md": "# How to run it\n", "README.md": "# A\n"}, ("REPRODUCE.md", "How to run it")),
        ({"README.rst": "A\n=\n\nReplication\n-----------\n"}, ("README.rst", "Replication")),
        ({"README": "# A\n\n# Reproducibility\n"}, ("README", "Reproducibility")),
        ({"README.md": "<h2>Reproducing the results</h2>\n"}, ("README.md", "Reproducing the results")),
        ({"exp/README.md": f"# Reproducing{CODE}"}, ("exp/README.md", "Reproducing")),
    ],
)
def test_the_section_that_is_taken(files: dict[str, str], expected: tuple[str, str]) -> None:
    assert chosen(files) == expected


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "# A\n## Steps to reproduce the bug\n"},
        {"README.md": "# A\n```sh\n# Reproducing\n```\n"},
        {".github/ISSUE_TEMPLATE.md": "## Steps to reproduce\n"},
        {"notes/README.md": "# 3. Reproducibility\nA video.\n"},
        {"CONTRIBUTING.md": "# Reproducing\n"},
        {},
    ],
)
def test_what_is_no_section(files: dict[str, str]) -> None:
    assert chosen(files)[0] == ""


def test_the_configuration_names_it() -> None:
    files = {"README.md": "# Reproducing\n", "docs/report.md": "# R\n\n## How it was *run*\n\nx\n\n## Next\n"}
    assert chosen(files, "docs/report.md#how-it-was-run") == ("docs/report.md", "How it was run")
    assert chosen(files, "docs/report.md") == ("docs/report.md", "R")
    assert chosen(files, "docs/gone.md") == ("", "the configuration names docs/gone.md, which is not there")
    assert chosen(files, "docs/report.md#gone")[1].endswith("docs/report.md has no such heading")


def test_slugs() -> None:
    assert slug_of("Reproducibility & replicability!") == "reproducibility-replicability"
    assert slug_of("`code` and [link](x)") == "code-and-link"


def test_all_headings_of_the_file_belong_to_it_and_others_do_not() -> None:
    parts = (
        "## Reproducing A",
        "seed 1",
        "### Details",
        "4 hours",
        "## Other",
        "9 GB disk space",
        "## Reproducing B",
        "8 GB of RAM",
    )
    text = "\n\n".join(parts)
    section = section_of(start({"README.md": text}, rules=[]).run().world)
    said = {item.name: item.text for item in section.said}
    assert (said["seed"], said["runtime"], said["memory"], said["disk"]) == ("seed 1", "4 hours", "8 GB of RAM", "")


def test_a_comment_accepts_a_finding() -> None:
    text = "# A\n\n<!-- driftlint: ignore[section-seed-missing] nothing is drawn -->\n## Reproducing\n"
    session = start(
        {"README.md": text}, rules=["section-seed-missing", "section-runtime-missing", "suppression-unused"]
    )
    report = session.run().report
    assert told(session, report.findings) == ["README.md:4 warning section-runtime-missing `runtime`"]
    assert [(s.finding.rule, s.reason) for s in report.suppressed] == [("section-seed-missing", "nothing is drawn")]


def test_a_blank_of_a_draft_is_no_broken_comment() -> None:
    text = "## Reproducing\n\nRuntime: ____ <!-- driftlint: fill in: expected runtime -->\n"
    session = start({"README.md": text}, rules=["section-blank", "section-runtime-missing", "suppression-invalid"])
    assert told(session, session.run().report.findings) == ["README.md:3 warning section-blank `expected runtime`"]


SEEDED = "import random\n\nrandom.seed({})\nprint(random.random())\n"


@pytest.mark.parametrize(
    ("text", "files", "stale"),
    [
        ("seed 8", {"train.py": SEEDED.format(7)}, True),
        ("seeds 7 and 8", {"train.py": SEEDED.format(7)}, False),
        ("3 seeds", {"train.py": SEEDED.format(7)}, False),
        ("seed 8", {"train.py": SEEDED.format("read()")}, False),  # only a run can tell
        ("seed 8", {"train.py": "print(1)\n"}, False),
    ],
)
def test_seeds(text: str, files: dict[str, str], stale: bool) -> None:
    session = start({"README.md": f"# Reproducing\n\nWe used {text}.{CODE}", **files}, rules=["section-seed-stale"])
    assert [f.subject.name for f in session.run().report.findings] == (["8"] if stale else [])


def test_a_seed_in_a_script_that_starts_the_program_is_not_known() -> None:
    files = {
        "README.md": "# Reproducing\n\nWe used seed 8.\n\n```sh\nbash run.sh\npython train.py\n```\n",
        "run.sh": "python train.py --seed 8\n",
        "train.py": SEEDED.format(7),
    }
    assert start(files, rules=["section-seed-stale"]).run().report.findings == []


def test_what_could_not_be_compared_is_counted() -> None:
    files = {
        "README.md": "# Reproducing\n\n```sh\npython train.py --x 1\n```\n",
        "train.py": "import argparse\np = argparse.ArgumentParser()\np.parse_known_args()\n",
    }
    run = start(files, rules=["section-option-unknown"]).run()
    assert run.report.findings == []
    assert [why for place, why, _ in run.report.coverage.unknown if place.path == "README.md"] == [
        "options of `train.py` that it does not declare are not known: it passes on what it does not know"
    ]


def test_commands_of_a_project_that_the_text_tells_to_fetch_are_not_missed() -> None:
    text = "# Reproducing\n\nIn [theirs](https://github.com/lab/theirs):\n\n```sh\npython tools/train.py configs/big.py\n```\n"
    session = start(
        {"README.md": text, "own.py": "print(1)\n"}, rules=["section-program-missing", "section-path-missing"]
    )
    run = session.run()
    assert run.report.findings == []
    assert [why for place, why, _ in run.report.coverage.unknown if place.path == "README.md"] == [
        "whether `tools/train.py` can start is not known: neither it nor its folder is in the repo, and the text speaks of "
        "other repos"
    ]
