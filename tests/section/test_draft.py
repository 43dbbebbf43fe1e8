"""Drafts: what the repo knows is filled in, the rest is a blank that is missed, and a filled draft passes."""

from __future__ import annotations

import re

from driftlint.review.section import draft_section, read_section
from tests.section.good_repos import ARGPARSE, COMPOSED, STAGES
from tests.section.test_stale_section import reviewed
from tests.session.small_repos import start

_BLANK = re.compile(r"____ <!-- driftlint: fill in: (.*?) -->")
_ANSWERS = (
    ("hypothesis", "a wider layer lowers the error on rare words"),
    ("measures", "accuracy over the test split"),
    ("GPU model", "one A100"),
    ("memory", "80 GB of memory"),
    ("disk", "60 GB of disk space"),
    ("runtime", "4.2 hours"),
    ("expected metric", "accuracy 0.847 ± 0.003"),
    ("may be varied", "the seed and the corpus"),
    ("kept fixed", "the vocabulary"),
    ("full commit", "`0123456789012345678901234567890123456789`"),
    ("Python version", "3.11.9"),
    ("lock file", "the list beside the report"),
    ("seed", "7"),
    ("environment setup", "pip install -r requirements.txt"),
    ("checksum", "`6543210987654321098765432109876543210987`"),
)


def drafted(files: dict[str, str], revision: str = "") -> str:
    return draft_section(start(files, rules=[]).run().world, revision=revision)


def without(files: dict[str, str], *names: str) -> dict[str, str]:
    return {path: text for path, text in files.items() if path not in names}


def fill(draft: str) -> str:
    def answer(found: re.Match[str]) -> str:
        return next(text for word, text in _ANSWERS if word in found[1])

    return _BLANK.sub(answer, draft).replace("____", "made")


def test_a_draft_holds_what_the_repo_knows() -> None:
    files = without(ARGPARSE, "README.md")
    draft = drafted(files, revision="0123456789012345678901234567890123456789")
    assert "At commit `0123456789012345678901234567890123456789`, from a clean environment" in draft
    assert "pip install -r requirements.txt\n" in draft
    assert "- Python `3.11.9` (.python-version:1)" in draft
    assert "- Packages: `requirements.txt`, 2 requirements, 2 of them with an exact version, and no lock file" in draft
    assert "- Seed 1 for Python's random module" in draft
    assert "(train.py:10)" in draft
    assert "- `train.py` keeps the defaults `--epochs 1`, `--width 64`, `--cache True`, `--seed 1`" in draft


def test_what_a_program_asks_for_is_a_blank_of_its_own() -> None:
    files = {**without(ARGPARSE, "README.md"), "train.py": ARGPARSE["train.py"].replace("random.random()", "fit()")}
    files["train.py"] += (
        "\n\nimport torch\n\noptimizer = torch.optim.SGD([])\nloss = torch.rand(1)\nloss.backward()\noptimizer.step()\n"
    )
    draft = drafted(files)
    assert "python train.py ____ --output-dir ____ --config ____\n" in draft
    assert "- `train.py`: it trains, under its defaults; fill in `corpus`, `--output-dir`, `--config`\n" in draft


def test_commands_of_the_readme_come_first_and_stages_after_them() -> None:
    files = {**without(STAGES, "REPRODUCE.rst"), "README.md": "# Caption\n\n```sh\nmake report\nmake reprot\n```\n"}
    draft = drafted(files)
    assert draft.index("make report\n") < draft.index("dvc repro\n")
    assert "make reprot" not in draft  # the repo contradicts it
    assert "- `make report`: from README.md:4" in draft
    assert "- `dvc repro`: the stages `prepare`, `train` of dvc.yaml" in draft
    assert "- External service: OpenAI, model `gpt-4o-2024-08-06` (grade/cli.py:10)" in draft


def test_the_files_of_a_composed_configuration_are_named() -> None:
    files = {**without(COMPOSED, "docs/report.md"), "README.md": "```sh\npython src/train.py experiment=wide\n```\n"}
    draft = drafted(files)
    assert "conda env create --file environment.yml --name repro\n" in draft
    assert "- `src/train.py` composes its configuration from `conf/experiment/wide.yaml`" in draft
    assert "- Image `lab/train:1.4.2` (Dockerfile:1)" in draft


def test_keys_that_must_be_given_are_blanks() -> None:
    conf = "ckpt: ???\ndata:\n  root: ???\n  size: 3\n"
    main = "\n".join(
        (
            "import hydra",
            "import torch",
            "@hydra.main(version_base=None, config_path='.', config_name='conf')",
            "def main(cfg):",
            "    torch.optim.SGD([]).step()",
            "if __name__ == '__main__':",
            "    main()",
        )
    )
    assert "python train.py ckpt=____ data.root=____\n" in drafted({"train.py": main, "conf.yaml": conf})


def test_a_draft_is_the_same_twice() -> None:
    for files in (ARGPARSE, COMPOSED, STAGES):
        assert drafted(files) == drafted(dict(reversed(files.items())))


def test_each_blank_is_missed_and_a_filled_draft_passes() -> None:
    for files in (without(ARGPARSE, "README.md"), without(STAGES, "REPRODUCE.rst")):
        draft = drafted(files)
        open_ = [(line, rule) for line, rule, _ in reviewed({**files, "REPRODUCE.md": draft})]
        lines = [number for number, line in enumerate(draft.split("\n"), 1) if "____" in line]
        assert open_ == [(line, "section-blank") for line in lines]
        assert reviewed({**files, "REPRODUCE.md": fill(draft)}) == []


def test_a_section_is_shown_with_its_parts_and_faults() -> None:
    session = start(ARGPARSE, rules=["section-tolerance-missing", "section-seed-stale"])
    run = session.run()
    section = read_section(run.world, run.report)
    assert section.title == "Reproducing the results"
    assert section.place is not None
    assert session.get_document("README.md").locate(section.place.span.start).line == 3  # type: ignore[union-attr]
    said = {item.name: item.said for item in section.items}
    assert said["expected runtime"] == "runtime: 4.2 hours"
    assert said["tolerance of the metric"] == "accuracy: 0.847 ± 0.003"
    assert said["commands"].startswith("bash scripts/fetch.sh")
    assert section.faults == ()


def test_no_section_is_shown_as_none() -> None:
    run = start({"README.md": "# Tagger\n"}, rules=["section-missing"]).run()
    section = read_section(run.world, run.report)
    assert section.place is None
    assert [finding.rule for finding in section.faults] == ["section-missing"]


def test_what_is_shown_is_the_sentence_that_says_it() -> None:
    before, after = "It downloads the rows and writes them out. ", " Then it stops."
    long = "word " * 60
    text = f"# Reproducibility\n\n{before * 6}It takes 3 hours on one A100.{after}\n\n{long}and 5 GB of disk space {long}\n"
    session = start({"README.md": text}, rules=["section-tolerance-missing"])
    run = session.run()
    said = {item.name: item.said for item in read_section(run.world, run.report).items}
    assert said["expected runtime"] == said["GPU model"] == "It takes 3 hours on one A100."
    assert said["disk space"].startswith("word ")
    assert "and 5 GB of disk space word" in said["disk space"]
    assert said["disk space"].endswith("…")
    assert len(said["disk space"]) <= 161


def test_data_that_nothing_in_the_repo_makes_is_fetched_before_the_first_command() -> None:
    pointer = "outs:\n- md5: 4deff6b860302e5ac4b7dc7fe900e583\n  size: 8\n  path: rows.csv\n"
    stages = "stages:\n  train:\n    cmd: python train.py\n    deps: [data/rows.csv]\n    outs: [model.pkl]\n"
    lock = (
        "schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    outs:\n    - path: model.pkl\n      hash: md5\n"
        "      md5: f1290186a5d0b1ceab27f4e77c0c5d68\n      size: 1\n"
    )
    files = {
        "train.py": "from sklearn.linear_model import LogisticRegression\n\nLogisticRegression().fit([[0]], [0])\n",
        "dvc.yaml": stages,
        "dvc.lock": lock,
        "data/rows.csv.dvc": pointer,
        "requirements.txt": "dvc==3.67.1\n",
    }
    draft = drafted(files)
    commands = draft.split("```sh\n")[1].split("```")[0].splitlines()
    assert commands[-3:] == ["pip install -r requirements.txt", "dvc pull data/rows.csv.dvc", "dvc repro"]


def test_code_of_documentation_is_not_among_the_commands() -> None:
    train = "from sklearn.linear_model import LogisticRegression\n\nLogisticRegression().fit([[0]], [0])\n"
    draft = drafted({"train.py": train, "docs/fit.py": train})
    assert "python train.py\n" in draft
    assert "docs/fit.py" not in draft


def test_a_seed_is_that_of_the_generators_that_are_drawn_from() -> None:
    code = "import random\n\nfrom sklearn.linear_model import LogisticRegression\n\nrandom.seed(3)\nrandom.random()\n"
    draft = drafted({"train.py": code + "LogisticRegression().fit([[0]], [0])\n"})
    assert "- Seed 3 for Python's random module (train.py:5)\n" in draft
