"""A late pattern is what `re.compile` gives, made when it is first asked."""

from __future__ import annotations

import re

import pytest

from driftlint.late_regex import compile_late


def test_it_answers_as_a_compiled_pattern() -> None:
    late, compiled = (
        compile_late(r"(?P<name>[a-z]+)=(\d+)", re.IGNORECASE),
        re.compile(r"(?P<name>[a-z]+)=(\d+)", re.IGNORECASE),
    )
    text = "Seed=42, other=7"
    assert late.findall(text) == compiled.findall(text)
    assert [m.span() for m in late.finditer(text)] == [m.span() for m in compiled.finditer(text)]
    for asked in ("match", "search", "fullmatch"):
        ours, theirs = getattr(late, asked)(text), getattr(compiled, asked)(text)
        assert (ours and ours.groups()) == (theirs and theirs.groups())
    assert late.sub("x", text) == compiled.sub("x", text)
    assert late.split(text) == compiled.split(text)
    assert (late.pattern, late.flags, late.groupindex) == (compiled.pattern, compiled.flags, compiled.groupindex)


def test_bytes_are_taken_too() -> None:
    found = compile_late(rb"\w+").match(b"seed = 1")
    assert found is not None
    assert found[0] == b"seed"


def test_it_is_compiled_when_first_asked() -> None:
    late = compile_late("(")
    with pytest.raises(re.error, match="missing \\), unterminated subpattern"):
        late.match("")
