"""Which declarations contradict each other: what stands where, and what is left alone."""

from __future__ import annotations

import pytest

from driftlint.mentions.version_sets import read_pythons, read_versions
from tests.session.small_repos import check, spot, start, texts

REQUIREMENT, PYTHON, CUDA, IMAGE = "requirement-disagrees", "python-disagrees", "cuda-disagrees", "image-disagrees"
PROJECT = '[project]\nname = "x"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["torch>=2.3"]\n'


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("==1.2", "python"), ("==1.2.0", "python"), False),
        (("==2.1.0", "python"), ("==2.1.0+cu118", "python"), False),
        (("==2.1.0+cu121", "python"), ("==2.1.0+cu118", "python"), True),
        (("==2.1", "python"), (">=2.2", "python"), True),
        ((">=2.1", "python"), ("<2", "python"), False),  # two ranges name no version
        (("^1.2", "python"), ("==2.0", "python"), True),
        (("^0.2.3", "python"), ("==0.2.9", "python"), False),
        (("^0.2.3", "python"), ("==0.3.0", "python"), True),
        (("~1.2", "python"), ("==1.2.9", "python"), False),
        (("1.2.3", "python"), ("==1.2.4", "python"), True),
        (("=1.21", "conda"), ("==1.21.6", "python"), False),
        (("=1.21", "conda"), ("==1.22.0", "python"), True),
        (("=1.21.5=py38_0", "conda"), ("==1.21.6", "python"), True),
        (("1.21.5 py38_0", "conda"), ("==1.21.5", "python"), False),
        (("==2.*", "python"), ("==1.9", "python"), True),
    ],
)
def test_versions_that_exclude_each_other(one: tuple[str, str], other: tuple[str, str], expected: bool) -> None:
    left, right = read_versions(*one), read_versions(*other)
    assert left is not None
    assert right is not None
    assert left.contradicts(right) is expected
    assert right.contradicts(left) is expected


@pytest.mark.parametrize("selector", ["", "*", "1.2|1.3", "[version='>1']", "==$VERSION", ">=1.2.post*"])
def test_versions_that_are_not_read(selector: str) -> None:
    assert read_versions(selector, "python") is None


@pytest.mark.parametrize(
    ("selector", "inside", "outside"),
    [
        ("3.11-slim", (3, 11, 4), (3, 10, 9)),
        ("==3.11", (3, 11, 4), (3, 12, 0)),
        ("3.9.16", (3, 9, 16), (3, 9, 17)),
        ("^3.8", (3, 12, 0), (3, 7, 9)),
        (">=3.8,<3.11", (3, 10, 9), (3, 11, 0)),
        ("3.x", (3, 4, 0), (2, 7, 0)),
    ],
)
def test_interpreters(selector: str, inside: tuple[int, int, int], outside: tuple[int, int, int]) -> None:
    found = read_pythons(selector)
    assert found is not None
    assert inside in found
    assert outside not in found


@pytest.mark.parametrize("selector", ["slim", "pypy3.9", "latest"])
def test_interpreters_that_are_not_read(selector: str) -> None:
    assert read_pythons(selector) is None


def test_the_finding_stands_at_the_looser_place() -> None:
    files = texts({"pyproject.toml": PROJECT, "requirements.txt": "numpy==1.26.4\ntorch==2.1.0\n"})
    session = start(files, rules=(REQUIREMENT,))
    (finding,) = session.run().report.findings
    assert spot(session, finding.place) == "pyproject.toml:5"
    assert [spot(session, place) for place in finding.related] == ["requirements.txt:2"]
    assert finding.message == (
        "this says `torch >=2.3`, and requirements.txt:2 says `torch ==2.1.0`: no version satisfies both"
    )


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"requirements.txt": "-r base.txt\nnumpy==1.26.4\n", "base.txt": "numpy==1.24.0\n"},
            [],  # base.txt is not read as a requirements file
        ),
        (
            {
                "requirements.txt": "-r requirements-base.txt\nnumpy==1.26.4\n",
                "requirements-base.txt": "numpy==1.24.0\n",
            },
            ["requirements.txt:2 warning requirement-disagrees `numpy`"],
        ),
        ({"requirements.txt": "numpy==1.26.4\n", "requirements-gpu.txt": "numpy==1.24.0\n"}, []),
        ({"a/requirements.txt": "numpy==1.26.4\n", "b/requirements.txt": "numpy==1.24.0\n"}, []),
        ({"requirements.txt": "numpy==1.26.4\n", "requirements-dev.txt": "-r requirements.txt\nnumpy==1.24.0\n"}, []),
        (
            {
                "requirements.txt": "numpy==1.26.4\n",
                "install.sh": "pip install -r requirements.txt\npip install numpy==1.24.0\n",
            },
            ["requirements.txt:1 warning requirement-disagrees `numpy`"],
        ),
        (
            {
                "requirements.txt": "numpy==1.26.4\n",
                "install.sh": "pip install -r requirements.txt\nif x; then pip install numpy==1.24.0\n"
                "else pip install numpy==1.23.0; fi\n",
            },
            [],
        ),
        ({"requirements.txt": "numpy==1.26.4\n", "install.sh": "pip install numpy==1.24.0\n"}, []),
        (
            {
                "requirements.txt": "numpy==1.26.4\n",
                "Dockerfile": "FROM x/y:1.0.0\nRUN conda env create -f other.yml && pip install -r requirements.txt\n",
                "other.yml": "name: x\nchannels: [a]\ndependencies:\n  - numpy=1.24.0\n",
            },
            [],
        ),
    ],
    ids=[
        "another kind",
        "include",
        "alternatives",
        "projects",
        "development",
        "script",
        "branches",
        "unrelated",
        "own env",
    ],
)
def test_requirements_of_one_environment(files: dict[str, str], expected: list[str]) -> None:
    assert check(files, (REQUIREMENT,)) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"Dockerfile": "FROM python:3.10-slim\n"}, ["pyproject.toml:4 warning python-disagrees `python`"]),
        ({"Dockerfile": "FROM python:3.12-slim\n"}, []),
        ({"Dockerfile.old": "FROM python:3.10-slim\n"}, []),
        (
            {"docker/Dockerfile": "FROM python:3.10-slim\nRUN pip install .\n"},
            ["pyproject.toml:4 warning python-disagrees `python`"],
        ),
        ({"docker/Dockerfile": "FROM python:3.10-slim\nRUN pip install flask==3.0.0\n"}, []),
        ({".python-version": "3.10\n"}, ["pyproject.toml:4 warning python-disagrees `python`"]),
        ({"job.yaml": "services:\n  a:\n    image: python:3.9.1\n"}, []),
    ],
    ids=["image", "inside", "variant", "installs", "another program", "version file", "service"],
)
def test_interpreters_of_one_environment(files: dict[str, str], expected: list[str]) -> None:
    assert check({"pyproject.toml": PROJECT, **files}, (PYTHON,)) == expected


def test_a_base_image_and_the_wheels_of_an_included_file() -> None:
    files = {
        "Dockerfile": "FROM nvidia/cuda:11.8.0-devel-ubuntu22.04\nCOPY . .\nRUN pip install -r requirements.txt\n",
        "requirements.txt": "torch==2.3.1+cu121\n",
    }
    assert check(files, (CUDA,)) == ["Dockerfile:1 warning cuda-disagrees `cuda`"]
    assert check({**files, "Dockerfile": "FROM nvidia/cuda:11.8.0-devel-ubuntu22.04\n"}, (CUDA,)) == []


def test_images_of_one_folder() -> None:
    compose = "services:\n  train:\n    image: a/b:{}\n"
    files = {"compose.yaml": compose.format("1.2.0"), "Dockerfile": "FROM a/b:1.3.0\n"}
    assert check(files, (IMAGE,)) == ["compose.yaml:3 info image-disagrees `a/b`"]
    assert check({"compose.yaml": compose.format("1.2"), "Dockerfile": "FROM a/b:1.2.4-gpu\n"}, (IMAGE,)) == []
    assert check({"a/compose.yaml": compose.format("1.2.0"), "b/Dockerfile": "FROM a/b:1.3.0\n"}, (IMAGE,)) == []
