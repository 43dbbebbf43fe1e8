"""What a repo's pins leave open of a distribution's releases."""

from __future__ import annotations

import pytest

from driftlint.mentions.releases import allow_only, rule_out


@pytest.mark.parametrize(
    ("selectors", "requirement", "only", "none"),
    [
        ((), "pkg<2", False, False),
        (("==1.4",), "pkg<2", True, False),
        (("==2.1",), "pkg<2", False, True),
        ((">=1,<3",), "pkg<2", False, False),
        ((">=2",), "pkg<2", False, True),
        (("<1.5",), "pkg<2", True, False),
        (("==1.4", "==2.1"), "pkg<2", False, False),
        (("==1.4", "<1.2"), "pkg<2", True, False),
        (("main",), "pkg<2", False, False),
        (("main", "==2.1"), "pkg<2", False, True),
        (("1.4.*",), "pkg>=1.4,<1.5", True, False),
    ],
)
def test_pins_against_a_requirement(selectors: tuple[str, ...], requirement: str, only: bool, none: bool) -> None:
    assert (allow_only(selectors, requirement), rule_out(selectors, requirement)) == (only, none)
