"""The file names that start the hook, compared with what the readers take in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftlint import documents
from driftlint.config_source import CONFIG_NAMES
from driftlint.documents import kind_of
from driftlint.locks import recognise
from tests.cli.program_run import SRC
from tests.precommit.hooked import Shipped

ENDINGS = sorted(documents._BY_ENDING)
NAMES = sorted(documents._BY_NAME)
WORDS = [
    *NAMES,
    *ENDINGS,
    "Dockerfile",
    "Containerfile",
    "Makefile",
    "Singularity",
    "Jenkinsfile",
    "requirements",
    "constraints",
    "reqs",
    "pylock",
    "txt",
    "in",
    "jinja",
    "jinja2",
    "j2",
    "tmpl",
    "template",
    ".env",
    ".dvc",
    "config",
    "config.local",
    "gpu",
    "x y",
    "ü",
]
paths = st.builds(
    lambda folders, words, joints: "/".join([*folders, "".join(a + b for a, b in zip(words, joints, strict=True))]),
    st.lists(st.sampled_from([*WORDS, "src"]), max_size=2),
    st.lists(st.sampled_from(WORDS), min_size=3, max_size=3),
    st.lists(st.sampled_from([".", "-", "_", ""]), min_size=3, max_size=3),
)


@pytest.fixture(scope="module")
def pattern(shipped: Shipped) -> re.Pattern[str]:
    assert shipped["driftlint"]["files"] == shipped["driftlint-fix"]["files"]
    return re.compile(shipped["driftlint"]["files"])


def test_every_name_and_ending_of_the_readers_starts_the_hook(pattern: re.Pattern[str]) -> None:
    made = [*NAMES, *(f"dir/Name.{ending}" for ending in ENDINGS), ".dvc/config", ".dvc/config.local", ".env.prod"]
    made += [f"Dockerfile.{part}" for part in ("gpu", "j2")] + [
        "dockerfile-gpu",
        "Dockerfilegpu",
        "Makefile.inc",
        "makefile.am",
    ]
    made += ["requirements/base.txt", "reqs/dev.in", "gpu-requirements.txt.j2", "my_requirements", "conf/a.yaml.jinja2"]
    made += ["Singularity.gpu", "Jenkinsfile.release", "env/Containerfile.cpu", "pylock.gpu.toml", "bin/train"]
    assert [path for path in made if not pattern.search(path)] == []


@given(paths)
def test_whatever_a_reader_takes_in_starts_the_hook(pattern: re.Pattern[str], path: str) -> None:
    if kind_of(path) is not None or "." not in path.rpartition("/")[2]:
        assert pattern.search(path)


def test_the_names_that_are_made_up_do_reach_the_readers() -> None:
    found = {
        kind_of(example) for example in ("Dockerfile.gpu_", "gpu-requirements.in", "x y.yaml.j2", "Singularity_gpu_ü")
    }
    assert found == {"dockerfile", "requirements", "yaml", "text"}


def test_configuration_ignore_files_rules_and_the_baseline_start_the_hook(pattern: re.Pattern[str]) -> None:
    made = [
        *CONFIG_NAMES,
        ".gitignore",
        "src/.gitignore",
        "lint/data/rule.md",
        "lint/models.tsv",
        "driftlint-baseline.json",
    ]
    assert [path for path in made if not pattern.search(path)] == []


def test_every_lock_starts_the_hook(pattern: re.Pattern[str]) -> None:
    names = [
        path.name
        for path in (SRC.parent / "tests" / "locks" / "samples").rglob("*")
        if recognise.recognise_lock(path.name)
    ]
    assert "uv.lock" in names
    assert [name for name in names if not pattern.search(name)] == []


def test_every_file_that_the_fixtures_are_judged_by_starts_the_hook(pattern: re.Pattern[str]) -> None:
    files = [path.relative_to(SRC.parent).as_posix() for path in (SRC.parent / "fixtures").rglob("*") if path.is_file()]
    assert [path for path in files if not pattern.search(path)] == []


@pytest.mark.parametrize("path", ["figure.png", "paper.tex", "a/b.csv", "weights.safetensors", "x.jsonl", "style.css"])
def test_what_cannot_matter_does_not(pattern: re.Pattern[str], path: str) -> None:
    assert kind_of(path) is None
    assert pattern.search(path) is None


def test_the_whole_project_is_checked_by_one_run(shipped: Shipped) -> None:
    for hook in shipped.values():
        assert hook["pass_filenames"] is False
        assert hook["require_serial"] is True
        assert (hook["types"], hook["types_or"]) == ([], ["file", "symlink"])
    assert shipped["driftlint"]["entry"] == "driftlint check --staged"
    assert shipped["driftlint-fix"]["entry"] == "driftlint fix --exit-zero --allow-dirty"
