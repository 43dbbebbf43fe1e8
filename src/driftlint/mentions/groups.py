"""Group tags of a mention: what a file, an extra or a package name says about its role.

Promises: tags from names alone ("dev", "test", "docs", "ci", "installer", "python").
Refuses to know: whether an entry point really installs the file; that is for a later stage.
"""

from __future__ import annotations

import re
from functools import lru_cache

from driftlint.late_regex import compile_late

_ROLE_OF_WORD = {
    "dev": "dev",
    "devel": "dev",
    "develop": "dev",
    "development": "dev",
    "developer": "dev",
    "lint": "dev",
    "linting": "dev",
    "linters": "dev",
    "style": "dev",
    "typing": "dev",
    "typecheck": "dev",
    "quality": "dev",
    "precommit": "dev",
    "format": "dev",
    "formatting": "dev",
    "test": "test",
    "tests": "test",
    "testing": "test",
    "doc": "docs",
    "docs": "docs",
    "documentation": "docs",
    "readthedocs": "docs",
    "rtd": "docs",
    "ci": "ci",
    "build": "build",
}
_ROLE_OF_FOLDER = {
    "tests": "test",
    "test": "test",
    "docs": "docs",
    "doc": "docs",
    ".github": "ci",
    ".gitlab": "ci",
    ".circleci": "ci",
    ".buildkite": "ci",
    ".azure-pipelines": "ci",
    ".jenkins": "ci",
    ".ci": "ci",
    "cicd": "ci",
    ".cicd": "ci",
    "ci": "ci",
    ".devcontainer": "dev",
    ".binder": "dev",
}
_CI_FILES = compile_late(
    r"(?:\.?gitlab-ci|.*\.gitlab-ci|azure-pipelines?|\.travis|\.appveyor|appveyor|\.pre-commit-config|\.readthedocs"
    r"|bitbucket-pipelines|cloudbuild|\.cirrus)\.ya?ml|jenkinsfile|noxfile\.py|tox\.ini",
    re.IGNORECASE,
)
_WORDS = compile_late(r"[A-Za-z]+")

# Tools that install or build packages; their version seldom reaches a result.
_INSTALLERS = frozenset(
    [
        "pip",
        "setuptools",
        "wheel",
        "pip-tools",
        "pipx",
        "pipenv",
        "uv",
        "poetry",
        "poetry-core",
        "pdm",
        "hatch",
        "hatchling",
        "flit",
        "flit-core",
        "virtualenv",
        "build",
        "twine",
        "conda",
        "mamba",
        "micromamba",
        "conda-lock",
        "setuptools-scm",
        "pip-autoremove",
    ]
)


@lru_cache(maxsize=4096)
def role_groups(label: str) -> tuple[str, ...]:
    """Return the role tags that the words of a file name, an extra or a dependency group say, in order."""
    label = label.replace("pre-commit", "precommit").replace("pre_commit", "precommit")
    return tuple(dict.fromkeys(_ROLE_OF_WORD[w] for w in _WORDS.findall(label.lower()) if w in _ROLE_OF_WORD))


@lru_cache(maxsize=65_536)
def path_groups(path: str) -> tuple[str, ...]:
    """Return the tags that a file's place in the repo says: CI folders and files, docs, tests, dev containers."""
    *folders, base = path.split("/")
    found = [_ROLE_OF_FOLDER[folder] for folder in folders if folder in _ROLE_OF_FOLDER]
    if _CI_FILES.fullmatch(base):
        found.append("ci")
    if base == ".devcontainer.json":
        found.append("dev")
    return tuple(dict.fromkeys(found))


def package_groups(name: str) -> tuple[str, ...]:
    """Return the tags of a package by its normalised name: the interpreter itself, or an installer."""
    if name == "python":
        return ("python",)
    return ("installer",) if name in _INSTALLERS else ()


def merge_groups(*parts: tuple[str, ...]) -> tuple[str, ...]:
    """Join tag tuples, first occurrence first."""
    return tuple(dict.fromkeys(tag for part in parts for tag in part))


_RUN_RECORD = compile_late(
    r"(?:^|/)(?:wandb/(?:offline-)?run-[^/]*/files|mlruns/.*|(?:\.venv|venv|site-packages|node_modules|\.tox|\.nox)/.*)/",
)


def is_run_record(path: str) -> bool:
    """Return whether a file was written by a run or an installer: it records what was, it declares nothing."""
    return _RUN_RECORD.search(path) is not None
