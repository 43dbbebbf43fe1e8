"""Application or library: the decision, its reasons, and what it changes."""

from __future__ import annotations

import pytest

from tests.session.small_repos import check, start, texts

HEAD = '[project]\nname = "x"\nversion = "0"\ndependencies = ["torch>=2"]\n'
LINKS = '[project.urls]\nHome = "https://example.org"\n'
BUILD = '[build-system]\nrequires = ["hatchling==1.25.0"]\n'
RULES = ("requirement-range", "library-range")
AS_EXPERIMENT = ["pyproject.toml:4 warning requirement-range `torch`"]
AS_LIBRARY = ["pyproject.toml:4 info library-range `torch`"]
PUBLISH = """
on: release
jobs:
  publish:
    runs-on: ubuntu-22.04
    steps:
      - uses: pypa/gh-action-pypi-publish@v1.9.0
"""
RUN = PUBLISH.replace("uses: pypa/gh-action-pypi-publish@v1.9.0", "run: {}")


@pytest.mark.parametrize(
    ("files", "role", "reasons"),
    [
        ({"pyproject.toml": HEAD}, "application", ("nothing marks it as a published library",)),
        ({"pyproject.toml": HEAD + LINKS}, "application", ("nothing marks it as a published library",)),
        ({"pyproject.toml": HEAD + LINKS + BUILD}, "library", ("a build backend", "metadata for an index: urls")),
        (
            {"pyproject.toml": HEAD + LINKS + BUILD + "[tool.uv]\npackage = false\n"},
            "application",
            ("`tool.uv.package` is false",),
        ),
        (
            {"pyproject.toml": HEAD + 'classifiers = ["Private :: Do Not Upload"]\n' + BUILD},
            "application",
            ("the classifier `Private :: Do Not Upload`",),
        ),
        (
            {"pyproject.toml": HEAD + BUILD, ".github/workflows/p.yml": PUBLISH},
            "library",
            ("a build backend", ".github/workflows/p.yml publishes it"),
        ),
        ({"pyproject.toml": HEAD, ".github/workflows/p.yml": PUBLISH}, "application", None),
        *(
            ({"pyproject.toml": HEAD + BUILD, ".github/workflows/p.yml": RUN.format(command)}, "library", reasons)
            for command in (
                "twine upload dist/*",
                "python -m twine upload --skip-existing dist/*",
                "uv publish",
                "poetry publish",
            )
            for reasons in [("a build backend", ".github/workflows/p.yml publishes it")]
        ),
        (
            {
                "pyproject.toml": HEAD + BUILD,
                ".gitlab-ci.yml": "publish:\n  script:\n    - uv build\n    - uv publish\n",
            },
            "library",
            ("a build backend", ".gitlab-ci.yml publishes it"),
        ),
        *(
            ({"pyproject.toml": HEAD + BUILD, ".github/workflows/p.yml": RUN.format(command)}, "application", None)
            for command in (
                "twine upload --repository testpypi dist/*",
                "echo twine upload dist/*",
                "twine check dist/*",
                "uv publish --dry-run",
            )
        ),
        ({"pyproject.toml": HEAD + BUILD, "release.sh": "twine upload dist/*\n"}, "application", None),
        ({"setup.cfg": "[metadata]\nurl = https://example.org\n"}, "library", ("metadata for an index: url",)),
        (
            {"setup.py": "from setuptools import setup\nsetup(keywords='a', install_requires=['torch'])\n"},
            "library",
            ("its setup script has metadata for an index",),
        ),
        (
            {"pyproject.toml": HEAD, "train.py": "import torch\nloss.backward()\n"},
            "application",
            ("train.py trains or evaluates",),
        ),
    ],
)
def test_roles(files: dict[str, str], role: str, reasons: tuple[str, ...] | None) -> None:
    decision = start(texts(files), rules=()).run().world.roles[""]
    assert decision.role == role
    assert reasons is None or decision.reasons == reasons


@pytest.mark.parametrize(
    ("text", "option", "expected"),
    [
        (HEAD, "auto", AS_EXPERIMENT),
        (HEAD, "library", AS_LIBRARY),
        (HEAD, "application", AS_EXPERIMENT),
        (HEAD + LINKS + BUILD, "auto", AS_LIBRARY),
        (HEAD + LINKS + BUILD, "application", AS_EXPERIMENT),
    ],
)
def test_the_role_decides_which_rule_speaks(text: str, option: str, expected: list[str]) -> None:
    assert check({"pyproject.toml": text}, RULES, role=option) == expected


def test_each_folder_has_a_role_of_its_own() -> None:
    files = {"pyproject.toml": HEAD + LINKS + BUILD, "experiment/pyproject.toml": HEAD}
    roles = start(files, rules=()).run().world.roles
    assert {folder: decision.role for folder, decision in roles.items()} == {"": "library", "experiment": "application"}
