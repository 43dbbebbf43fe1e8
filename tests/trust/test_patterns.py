"""The regular expressions that `python -m tests.trust.square` asks are those of the program."""

from __future__ import annotations

from tests.trust.patterns import find_patterns
from tests.trust.square import BOUNDED, place


def test_patterns_are_found_where_they_are_compiled_and_where_they_are_written() -> None:
    places = {place(one) for one in find_patterns()}
    assert {
        "report/redact.py _USERINFO",
        "mentions/requirement.py _MARKER",
        "mentions/installs.py re.fullmatch",
    } <= places
    assert len(places) > 300
    assert set(BOUNDED) - places == set(), "left over: no such pattern is there any more"
