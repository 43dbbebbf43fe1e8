"""Markers and specifiers that say the same in other words."""

from __future__ import annotations

import pytest

from driftlint.locks.markers import can_hold, same_markers
from driftlint.locks.specifiers import PythonRange, fits, python_range, read_conda_specifier, read_poetry_specifier

SINCE_39 = python_range(">=3.9")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("python_version >= '3.8'", "", True),
        ("python_version >= '3.11'", "", False),
        ("python_version < '3.11'", "python_full_version < '3.11'", True),
        ("python_full_version < '3.11.2'", "python_version < '3.11'", False),
        ("sys_platform == 'win32'", "sys_platform == 'darwin'", False),
        ("sys_platform == 'win32'", "os_name == 'nt'", None),
        ("sys_platform == 'linux' or python_version < '3.8'", "sys_platform == 'linux'", True),
        ("extra == 'a' and sys_platform == 'linux'", "sys_platform == 'linux' and extra == 'a'", True),
        ("extra == 'a'", "extra == 'b'", False),
        ("platform_release == '5'", "platform_release == '6'", None),
        ("platform_release == '5'", "platform_release == '5'", True),
        ("not a marker", "", None),
    ],
)
def test_same_markers(left: str, right: str, same: bool | None) -> None:
    assert same_markers(left, right, SINCE_39) is same
    assert same_markers(right, left, SINCE_39) is same


def test_markers_that_no_environment_meets() -> None:
    assert not can_hold("python_version < '3.8'", SINCE_39)
    assert can_hold("python_version < '3.8'")
    assert not can_hold("sys_platform == 'win32' and sys_platform == 'linux'")
    assert not can_hold("extra == 'x'")
    assert can_hold("platform_version == 'x'")


@pytest.mark.parametrize(
    ("left", "right"),
    [("~=3.10", ">=3.10,<4"), (">=3.10.0,<3.14.0", "<3.14,>=3.10"), ("==3.11.*", ">=3.11,<3.12"), ("", ">=0")],
)
def test_python_ranges_that_are_the_same(left: str, right: str) -> None:
    assert python_range(left) == python_range(right)


def test_python_ranges_that_are_not() -> None:
    assert python_range(">=3.10") != python_range(">3.10")
    assert python_range("<=3.12") != python_range("<3.12")
    assert python_range("==3.11.4") == PythonRange((3, 11, 4), True, (3, 11, 4), True)
    assert python_range("^3.10") is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("~1.2", ">=1.2,<1.3"),
        ("~=1.2", "~=1.2"),
        ("1.2.3", "==1.2.3"),
        ("1.*", "==1.*"),
        (">=1,<2", ">=1,<2"),
        ("*", ""),
        ("^1 || ^2", None),
    ],
)
def test_constraints_of_poetry(text: str, read: str | None) -> None:
    assert read_poetry_specifier(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [("=1.26", "==1.26.*"), ("==1.26.4", "==1.26.4"), ("1.26.*", "==1.26.*"), (">=1,<2", ">=1,<2"), ("1.2|1.3", None)],
)
def test_constraints_of_conda(text: str, read: str | None) -> None:
    assert read_conda_specifier(text) == read


def test_fits() -> None:
    assert fits("2.5.0", "^2.3")
    assert not fits("3.0.0", "^2.3")
    assert not fits("1.27.0", "=1.26")
    assert fits("2024a", ">=2023")
