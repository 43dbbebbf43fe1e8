"""Examples of rule files: reading marks, and running them against a check."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from driftlint.facts import Rule
from driftlint.packs.examples import Failure, Seen, run_examples
from driftlint.packs.marks import MarkedExample, parse_examples, scan_markdown


def seen(
    rule: str,
    path: str,
    line: int,
    message: str = "the text",
    severity: str = "error",
    related: tuple[tuple[str, int], ...] = (),
) -> Seen:
    return Seen(rule, path, line, message, severity, related)


def read(text: str) -> tuple[tuple[MarkedExample, ...], list[tuple[int, str]]]:
    headings, fences, faults = scan_markdown(text.split("\n"))
    examples, more = parse_examples(headings, fences)
    return examples, [(f.line, f.message) for f in faults + more]


def run(
    text: str, *findings: Seen, mend: Callable[[str, dict[str, str], str], dict[str, str]] | None = None
) -> list[Failure]:
    examples, faults = read(text)
    assert faults == []
    rule = Rule("r", "f", "pinned", "error", "high", "stable", "1", "", "", {}, examples=examples, path="f/r.md")
    return run_examples([rule], lambda files, *, today="": findings, mend)


ONE = """```python
a()
b()  # error: [r] "text"
```
"""


def test_marks_are_taken_out_of_the_text() -> None:
    (example,), faults = read(ONE)
    assert faults == []
    assert example.files == (("example.py", "a()\nb()\n"),)
    assert example.expect == (("example.py", 2, "r", "text"),)
    assert [(m.severity, m.rule_line) for m in example.marks] == [("error", 3)]


def test_several_marks_and_escapes_on_one_line() -> None:
    (example,), _ = read('```sh\nx  # a comment  # error: [r] "say \\"no\\""  # info: [s] "x"  # related\n```\n')
    assert example.files == (("run.sh", "x  # a comment\n"),)
    assert example.expect == (("run.sh", 1, "r", 'say "no"'), ("run.sh", 1, "s", "x"))
    assert [(m.severity, m.line) for m in example.marks] == [("error", 1), ("info", 1), ("", 1)]


def test_a_mark_alone_speaks_of_the_next_line() -> None:
    (example,), _ = read('```dockerfile\n# error: [r] "x"\nFROM a\n```\n')
    assert example.files == (("Dockerfile", "\nFROM a\n"),)
    assert example.expect == (("Dockerfile", 2, "r", "x"),)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("requirements", "requirements.txt"),
        ("text", "requirements.txt"),
        ("yaml", "config.yaml"),
        ("toml", "pyproject.toml"),
        ("json", "config.json"),
        ("make", "Makefile"),
        ("python src/a.py", "src/a.py"),
    ],
)
def test_file_names(language: str, name: str) -> None:
    (example,), faults = read(f"```{language}\nx\n```\n")
    assert faults == []
    assert [file for file, _ in example.files] == [name]


def test_fences_under_a_title_are_one_repo_and_others_stand_alone() -> None:
    text = "```python\na\n```\n```python\nb\n```\n### both\n```python\nc\n```\n```yaml\nd: 1\n```\n"
    examples, faults = read(text)
    assert faults == []
    assert [(e.title, [name for name, _ in e.files], e.line) for e in examples] == [
        ("", ["example.py"], 1),
        ("", ["example.py"], 4),
        ("both", ["example.py", "config.yaml"], 8),
    ]


def test_expect_and_fixed_belong_to_the_fence_above() -> None:
    text = """```json
{"a": 1}
```
```expect
config.json:1 warning [r] "text"
```
```fixed
{"a": 2}
```
"""
    (example,), faults = read(text)
    assert faults == []
    assert example.expect == (("config.json", 1, "r", "text"),)
    assert example.fixed == (("config.json", '{"a": 2}\n'),)
    assert [(m.severity, m.rule_line) for m in example.marks] == [("warning", 5)]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('```expect\na.py:1 error [r] "x"\n```\n', 1, "a fence `expect` needs the file"),
        ('```json\n{}\n```\n```expect\nb.json:1 error [r] "x"\n```\n', 5, "the example has no file `b.json`"),
        ('```json\n{}\n```\n```expect\nconfig.json:9 error [r] "x"\n```\n', 5, "`config.json` has no line 9"),
        ("```json\n{}\n```\n```expect\nconfig.json error\n```\n", 5, "cannot read the expectation"),
        ("### t\n```python\na\n```\n```python\nb\n```\n", 5, "`example.py` stands twice under this title"),
        ("### t\n```python\na\n```\n```yaml\nb\n```\n```fixed\nc\n```\n", 8, "the example has several files"),
        ("```python\na\n```\n```fixed b.py\nc\n```\n", 4, "the example has no file `b.py`"),
        ("```python a b\na\n```\n", 1, "the fence says too much"),
        ('```python\nx  # error [r] "x"\n```\n', 2, "cannot read the mark"),
        ("```python\nx  # Error: [r]\n```\n", 2, "cannot read the mark"),
    ],
)
def test_faults_name_their_line(text: str, line: int, message: str) -> None:
    _, faults = read(text)
    assert [at for at, said in faults if said.startswith(message)] == [line], faults


def test_an_example_that_holds() -> None:
    assert run(ONE, seen("r", "example.py", 2), seen("other", "example.py", 1)) == []


def test_a_missing_finding_shows_what_came_instead() -> None:
    (failure,) = run(ONE, seen("other", "example.py", 2))
    assert (failure.path, failure.line) == ("f/r.md", 3)
    assert failure.expected == 'example.py:2 error [r] "text"'
    assert failure.got == 'example.py:2 error [other] "the text"'


@pytest.mark.parametrize(
    "finding",
    [seen("r", "example.py", 2, message="nothing"), seen("r", "example.py", 2, severity="warning")],
)
def test_message_and_severity_must_fit_and_are_one_failure(finding: Seen) -> None:
    (failure,) = run(ONE, finding)
    assert failure.line == 3


def test_a_finding_that_no_mark_names_fails_at_its_line() -> None:
    (failure,) = run(ONE, seen("r", "example.py", 2), seen("r", "example.py", 1))
    assert failure.line == 2
    assert failure.expected == "no finding of r there"


def test_the_same_finding_twice_fails() -> None:
    (failure,) = run(ONE, seen("r", "example.py", 2), seen("r", "example.py", 2))
    assert failure.line == 3


def test_related_lines_are_demanded() -> None:
    text = '```python\nx = 1  # related\nb(x)  # error: [r] "text"\n```\n'
    assert run(text, seen("r", "example.py", 2, related=(("example.py", 1),))) == []
    (failure,) = run(text, seen("r", "example.py", 2, related=(("example.py", 2),)))
    assert (failure.line, failure.got) == (2, "example.py:2")


def test_fixed_text_is_compared_when_there_is_a_mender() -> None:
    text = ONE + "```fixed\na()\nc()\n```\n"
    finding = seen("r", "example.py", 2)
    assert run(text, finding) == []
    assert run(text, finding, mend=lambda rule, files, today: {"example.py": "a()\nc()\n"}) == []
    (failure,) = run(text, finding, mend=lambda rule, files, today: files)
    assert failure.got == "example.py:\na()\nb()\n"


def test_a_check_that_raises_is_a_failure() -> None:
    def broken(files: dict[str, str], *, today: str = "") -> Sequence[Seen]:
        raise KeyError("lost")

    examples, _ = read(ONE)
    rule = Rule("r", "f", "pinned", "error", "high", "stable", "1", "", "", {}, examples=examples, path="f/r.md")
    (failure,) = run_examples([rule], broken)
    assert (failure.line, failure.got) == (1, "KeyError: 'lost'")


def test_the_day_is_handed_to_the_check() -> None:
    headings, fences, _ = scan_markdown(ONE.split("\n"))
    examples, _ = parse_examples(headings, fences, "2026-01-02")
    rule = Rule("r", "f", "pinned", "error", "high", "stable", "1", "", "", {}, examples=examples, path="f/r.md")
    days: list[str] = []

    def check(files: dict[str, str], *, today: str = "") -> Sequence[Seen]:
        days.append(today)
        return [seen("r", "example.py", 2)]

    assert run_examples([rule], check) == []
    assert days == ["2026-01-02"]
