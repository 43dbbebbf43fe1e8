"""Rule files: what is read, and where every fault is reported."""

from __future__ import annotations

import pytest

from driftlint.packs.format import SECTIONS
from driftlint.packs.rulefile import parse_rule_file
from tests.packs.pack_texts import RULE, line_of


def faults_of(text: str, path: str = "rules/data/thing-unpinned.md") -> list[tuple[int, str]]:
    return [(e.line, e.message) for e in parse_rule_file(text, path, "data").errors]


def test_a_rule_is_read_whole() -> None:
    parsed = parse_rule_file(RULE, "rules/data/thing-unpinned.md", "data")
    assert parsed.errors == ()
    rule = parsed.rule
    assert rule is not None
    assert (rule.name, rule.severity, rule.params) == ("thing-unpinned", "error", {"kinds": ["thing"]})
    assert rule.summary == "Finds things without a pin."
    assert tuple(heading for heading, _ in rule.sections) == SECTIONS
    assert dict(rule.sections)["Why it drifts"] == "It moves."
    (example,) = rule.examples
    assert example.files == (("example.py", 'from lib import load\n\nload("a")\nload("b", revision="0123")\n'),)
    assert example.expect == (("example.py", 3, "thing-unpinned", "`a`"),)
    assert example.line == line_of(RULE, "```python")


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ('severity = "error"', 'severity = "eror"', "eror", "`severity` cannot be `eror`: did you mean `error`?"),
        ('severity = "error"', 'sevrity = "error"', "sevrity", "a rule has no key `sevrity`: did you mean `severity`?"),
        ('judge = "pinned"', 'judge = "pined"', "pined", "`judge` cannot be `pined`: did you mean `pinned`?"),
        ('since = "1.0"\n', "", "+++", "a rule needs `since`"),
        ('name = "thing-unpinned"', 'name = "thing"', 'name = "thing"', "the rule is named `thing` but its file"),
        ('family = "data"', 'family = "date"', 'family = "date"', "but stands in the folder data/"),
        ("{host}", "{host", "message =", "has a brace too few or too many"),
        ("{host}", "{host.x}", "message =", "has a field {host.x} that is no plain name"),
        ("# thing-unpinned\n", "# another\n", "# another", "the title must be the rule's name"),
        ("Finds things\nwithout a pin.\n", "", "# thing-unpinned", "one sentence under the title"),
        ("## Why it drifts", "## Why it drift", "## Why it drift", "did you mean `Why it drifts`?"),
        ("## Why it drifts\n\nIt moves.\n", "", "## Examples", "the section `## Why it drifts` is missing"),
        ("It moves.\n", "", "## Why it drifts", "the section `Why it drifts` is empty"),
        ("## When to ignore it", "## Why it drifts", "## What to do", "stands here twice"),
        ("```python", "```", "```\nfrom", "the fence has no language"),
        ("```python", "```cobol", "```cobol", "no file name is known for `cobol`"),
        ("```python", "```python ../a.py", "```python", "must be a path inside the example's repo"),
        ('[thing-unpinned] "`a`"', "[thing-unpinned] `a`", 'load("a")', "cannot read the mark"),
        ('  # error: [thing-unpinned] "`a`"', "", "## Examples", "no example shows a finding of this rule"),
        ('revision="0123")\n```\n', 'revision="0123")\n', "```python", "the fence is never closed"),
    ],
)
def test_a_fault_is_reported_at_its_line(old: str, new: str, at: str, message: str) -> None:
    assert old in RULE
    text = RULE.replace(old, new, 1)
    faults = faults_of(text)
    lines = [line for line, said in faults if message in said]
    if message == "stands here twice":
        assert lines == [text[: text.rindex("## Why it drifts")].count("\n") + 1]
    else:
        assert lines == [line_of(text, at)], faults


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a rule file starts with a line +++"),
        ("# thing\n", "a rule file starts with a line +++"),
        ("+++\nname = 'x'\n", "the metadata is never closed"),
    ],
)
def test_a_file_without_metadata(text: str, message: str) -> None:
    ((line, said),) = faults_of(text)
    assert line == 1
    assert said.startswith(message)


def test_bad_toml_keeps_its_line() -> None:
    text = RULE.replace('since = "1.0"', "since = ")
    ((line, said),) = faults_of(text)
    assert line == line_of(text, "since = ")
    assert said.startswith("is no TOML")


def test_headings_inside_fences_are_text() -> None:
    text = RULE.replace("Calls.\n", "```python\n## Not a heading\n```\n")
    assert faults_of(text) == []


def test_sections_in_another_order_are_a_fault() -> None:
    text = (
        RULE.replace("## Why it drifts", "## X")
        .replace("## What to do", "## Why it drifts")
        .replace("## X", "## What to do")
    )
    ((line, said),) = faults_of(text)
    assert line == line_of(text, "# thing-unpinned")
    assert said.startswith("the sections stand in another order")
