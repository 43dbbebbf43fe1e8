"""Whatever a file holds: no exception, and every span inside the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftlint.mentions import extract_mentions
from tests.mentions.reading import read

PATHS = (
    "requirements.txt",
    "environment.yml",
    "pyproject.toml",
    "Pipfile",
    "setup.cfg",
    "run.sh",
    "Dockerfile",
    "docker-compose.yml",
    ".github/workflows/a.yml",
    ".gitlab-ci.yml",
    ".pre-commit-config.yaml",
    ".devcontainer.json",
    "a.py",
    ".python-version",
    ".tool-versions",
    "mise.toml",
    "tox.ini",
    "tox.toml",
    "python_env.yaml",
    "cog.yaml",
    "a.def",
    "Jenkinsfile",
    ".circleci/config.yml",
    "azure-pipelines.yml",
)
PIECES = (
    "pip install ",
    "--pre ",
    "-f https://x.org/nightly/",
    "Bootstrap: docker\nFrom: ",
    "%post\n",
    "sh 'pip install ",
    "[testenv]\ndeps = ",
    "envlist = py{3",
    "python 3.1",
    "build: {gpu: true, python_packages: [",
    "features",
    "container: ",
    "git clone ",
    "https://github.com/o/r",
    "git+",
    "curl ",
    " | sh",
    "FROM ",
    "ARG A=",
    "${A:-",
    "}",
    "@",
    "#egg=",
    "==",
    ">=1",
    "torch",
    "'",
    '"',
    "\\\n",
    "\n",
    "  - ",
    "dependencies:",
    "[project]\n",
    "dependencies = [",
    "]",
    "jobs: {a: {steps: [{uses: o/r",
    "run: |\n",
    "image: ",
    ":",
    "é",
    "# /// script\n",
    "# ///\n",
    "--hash=sha256:",
    "-r ",
    "-",
    "$",
    "~",
    "*",
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PATHS), st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_text(path: str, pieces: list[str]) -> None:
    document = read(path, "".join(pieces))
    whole = len(document.text)
    for mention in extract_mentions(document):
        for span in (mention.span, mention.name_span, mention.pin_span):
            assert span is None or 0 <= span.start <= span.end <= whole


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "pyproject.toml",
            '[project]\ndependencies = "torch"\noptional-dependencies = []\n[build-system]\nrequires = 1\n',
        ),
        ("pyproject.toml", "project = 1\ntool = 2\ndependency-groups = []\n"),
        ("pyproject.toml", "[tool.poetry]\ndependencies = []\ngroup = 1\n[tool.uv]\nsources = 3\n"),
        ("Pipfile", "packages = 1\nrequires = 2\n"),
        ("environment.yml", "name: x\ndependencies: {pip: x}\n"),
        ("environment.yml", "channels: 1\ndependencies: [[a], {pip: {b: c}}, null]\n"),
        (".github/workflows/a.yml", "jobs: [1, {steps: x}]\n"),
        (".github/workflows/a.yml", "jobs: {a: 1, b: {steps: {x: y}, services: [z], container: [q]}}\n"),
        (".gitlab-ci.yml", "image: [a]\nx: {script: {a: b}, services: 1, image: {name: [a]}}\n"),
        (".pre-commit-config.yaml", "repos: [1, {repo: [a], rev: {b: c}, hooks: 1}]\n"),
        ("docker-compose.yml", "services: [a]\n"),
        ("setup.cfg", "[options]\ninstall_requires =\n[options.extras_require]\n"),
    ],
)
def test_shapes_that_no_tool_would_take(path: str, text: str) -> None:
    assert all(mention.name for mention in extract_mentions(read(path, text)))


def test_long_words_take_no_time() -> None:
    for text in ("a/" * 900, "a-" * 900, "a." * 900, "1." * 900, "x[" * 900):
        for path in ("requirements.txt", "run.sh", "Dockerfile"):
            extract_mentions(read(path, f"FROM {text}\npip install {text}\n{text}\n"))
