"""Names of distributions are compared as the packaging library compares them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name as packagings

from driftlint.distributions import canonicalize_name


@given(st.one_of(st.text(), st.text(alphabet="aZ0-_.é İ", min_size=1)))
def test_a_name_is_normalised_as_packaging_does(name: str) -> None:
    assert canonicalize_name(name) == packagings(name)


def test_runs_of_marks_are_one_hyphen() -> None:
    assert canonicalize_name("Ruamel._-YAML") == "ruamel-yaml"
