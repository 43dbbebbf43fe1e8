from __future__ import annotations

import pytest

from driftlint.mend.requirement import pin_commit, pin_requirement

COMMIT = "3adf61e154c3fe3fca428ad6bc3818b27a3b8291"


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("torch", "torch==2.6.0"),
        ("numpy>=1.26", "numpy==2.6.0"),
        ("numpy >= 1.26, < 2 ; python_version < '3.13'", "numpy==2.6.0 ; python_version < '3.13'"),
        ("transformers[torch, vision]~=4.0", "transformers[torch, vision]==2.6.0"),
        ("requests (>=2)", "requests==2.6.0"),
        ("a.b_c-d===1", "a.b_c-d==2.6.0"),
        ("tqdm [x] ; extra == 'a'", "tqdm [x]==2.6.0 ; extra == 'a'"),
        ('"kernels-data"', '"kernels-data==2.6.0"'),
        ("'x>1'", "'x==2.6.0'"),
        ('fastai = "*"', 'fastai = "==2.6.0"'),
        ('"mkdocs-material[imaging]" = "^9"', '"mkdocs-material[imaging]" = "==2.6.0"'),
        ('torch = { version = "^2.1", extras = ["x"] }', 'torch = { version = "==2.6.0", extras = ["x"] }'),
        ("certifi @ file:///croot/certifi_1671487769961/work/certifi", "certifi==2.6.0"),
    ],
)
def test_a_requirement_is_pinned_and_all_else_stays(text: str, mended: str) -> None:
    assert pin_requirement(text, "2.6.0") == mended


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("opencv", "opencv==4.1"),
        ("cudatoolkit=11.0", "cudatoolkit==4.1"),
        ("pip>=21.0,<22", "pip==4.1"),
        ("conda-forge::numpy 1.2.*", "conda-forge::numpy==4.1"),
        ("pytorch=2.*", "pytorch==4.1"),
    ],
)
def test_a_match_spec_of_conda_is_pinned(text: str, mended: str) -> None:
    assert pin_requirement(text, "4.1", conda=True) == mended


@pytest.mark.parametrize(
    "text", ["git+https://github.com/a/b", "a @ https://x/y.whl", "$PKG", "{name}", "", "-r x.txt"]
)
def test_what_is_no_requirement_by_name_is_left(text: str) -> None:
    assert pin_requirement(text, "1") is None


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("git+https://github.com/a/b.git@main#egg=b", f"git+https://github.com/a/b.git@{COMMIT}#egg=b"),
        ("git+https://github.com/a/b", f"git+https://github.com/a/b@{COMMIT}"),
        ("git+ssh://git@github.com/a/b.git", f"git+ssh://git@github.com/a/b.git@{COMMIT}"),
        ("b[x] @ git+https://github.com/a/b@v1", f"b[x] @ git+https://github.com/a/b@{COMMIT}"),
        ("'git+https://github.com/a/b@dev'", f"'git+https://github.com/a/b@{COMMIT}'"),
    ],
)
def test_a_requirement_from_version_control_gets_a_commit(text: str, mended: str) -> None:
    assert pin_commit(text, COMMIT) == mended


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ('a = { git = "https://h/o/a", branch = "main" }', f'a = {{ git = "https://h/o/a", rev = "{COMMIT}" }}'),
        ("a = {tag = 'v1', git = 'https://h/o/a', x = 1}", f"a = {{rev = '{COMMIT}', git = 'https://h/o/a', x = 1}}"),
        ('"a.b" = { git = "https://h/o/a" }', f'"a.b" = {{ git = "https://h/o/a", rev = "{COMMIT}" }}'),
        ('a = { path = "../a", branch = "main" }', None),
        ('a = { git = "https://h/o/a", branch = "main", rev = "v1" }', None),
        ('a = { digit = "https://h/o/a" }', None),
    ],
)
def test_a_table_from_version_control_is_pinned(text: str, mended: str | None) -> None:
    assert pin_commit(text, COMMIT) == mended


def test_a_table_calls_the_commit_as_its_tool_does() -> None:
    assert pin_commit('a = {git = "https://h/o/a", ref = "main"}', COMMIT, key="ref") == (
        f'a = {{git = "https://h/o/a", ref = "{COMMIT}"}}'
    )
