"""What counts as the same finding: hand-made entries, and the file that holds them."""

from __future__ import annotations

import json

import pytest

from driftlint.baseline import VERSION, BaselineError, Entry, match, read, write


def entry(path: str, name: str = "squad", *, rule: str = "r", ordinal: int = 1, line: str = "") -> Entry:
    return Entry(path, rule, "dataset", "hub", name, ordinal, line)


def everything(_: str) -> bool:
    return True


def nothing(_: str) -> bool:
    return False


def test_the_same_place_is_old_and_another_subject_new() -> None:
    matches = match([entry("a.py"), entry("a.py", "other")], [entry("a.py")], everything)
    assert matches.old == {0}
    assert matches.gone == ()


def test_of_two_equal_ones_the_text_of_the_line_says_which_is_old() -> None:
    now = [entry("a.py", ordinal=1, line="new"), entry("a.py", ordinal=2, line="old")]
    assert match(now, [entry("a.py", line="old")], everything).old == {1}


def test_of_two_equal_ones_without_a_known_text_the_later_is_new() -> None:
    now = [entry("a.py", ordinal=1, line="x"), entry("a.py", ordinal=2, line="y")]
    assert match(now, [entry("a.py", line="z")], everything).old == {0}


def test_one_entry_covers_one_finding_and_no_more() -> None:
    before = [entry("a.py", ordinal=1), entry("a.py", ordinal=2)]
    matches = match([entry("a.py")], before, everything)
    assert matches.old == {0}
    assert matches.gone == (before[1],)


def test_a_renamed_file_keeps_its_entries() -> None:
    matches = match([entry("b.py")], [entry("a.py")], nothing)
    assert matches.old == {0}
    assert matches.gone == ()


def test_a_file_that_is_still_there_was_not_renamed() -> None:
    matches = match([entry("b.py")], [entry("a.py")], everything)
    assert matches.old == frozenset()
    assert matches.gone == (entry("a.py"),)


def test_a_renamed_file_is_the_one_where_most_of_it_is_found() -> None:
    now = [entry("a_first.py", "x"), entry("z.py", "x"), entry("z.py", "y")]
    before = [entry("old.py", "x"), entry("old.py", "y")]
    assert match(now, before, nothing).old == {1, 2}


def test_a_moved_file_keeps_its_name_when_several_would_do() -> None:
    now = [entry("a.py"), entry("src/old.py")]
    assert match(now, [entry("old.py")], nothing).old == {1}


def test_a_file_that_was_taken_apart_is_followed_into_both_parts() -> None:
    now = [entry("a.py", "x"), entry("b.py", "y")]
    matches = match(now, [entry("old.py", "x"), entry("old.py", "y")], nothing)
    assert matches.old == {0, 1}
    assert matches.gone == ()


def test_a_subject_that_is_the_file_itself_survives_its_rename() -> None:
    now = [Entry("b.bin", "r", "file", "repository", "b.bin")]
    assert match(now, [Entry("a.bin", "r", "file", "repository", "a.bin")], nothing).old == {0}


def test_what_stands_at_the_whole_project_has_no_file_to_lose() -> None:
    matches = match([entry("b.py")], [entry(".")], nothing)
    assert matches.gone == (entry("."),)


def test_the_file_is_sorted_numbered_and_read_back() -> None:
    entries = [entry("b.py"), entry("a.py", ordinal=3, line="ab"), entry("a.py", ordinal=1, line="cd")]
    text = write(entries)
    assert write(reversed(entries)) == text
    rows = json.loads(text)["findings"]
    assert [(row["path"], row["ordinal"], row["line"]) for row in rows] == [
        ("a.py", 1, "cd"),
        ("a.py", 2, "ab"),
        ("b.py", 1, ""),
    ]
    assert write(read(text.encode(), "x").entries) == text


def test_an_entry_is_a_line_and_a_file_without_any_is_read() -> None:
    assert len(write([entry("a.py"), entry("b.py")]).splitlines()) == 7
    assert read(write([]).encode(), "x").entries == ()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "b.json:1: is not JSON"),
        (b'{\n<<<<<<< HEAD\n"version": 1}', "a merge left its marks"),
        (b"[]", "is no baseline"),
        (b'{"version": 99, "findings": []}', f"has version 99; this driftlint reads version {VERSION}"),
        (b'{"version": 1}', "`findings` must be a list"),
        (b'{"version": 1, "findings": [{"rule": "r", "later": 1}]}', "entry 1 has a form"),
        (b'{"version": 1, "findings": [{"rule": "r"}]}', "entry 1 must hold"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"[" * 100_000, "is nested too deeply"),
    ],
)
def test_what_cannot_be_used_says_why(data: bytes, message: str) -> None:
    with pytest.raises(BaselineError, match=message.replace("(", r"\(")) as error:
        read(data, "b.json")
    assert str(error.value).startswith("b.json:")
