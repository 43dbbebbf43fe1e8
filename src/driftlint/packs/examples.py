"""Running the examples of rule files as tests.

Promises: what a rule file shows is what is tested, and a failure names the line of the rule file. Refuses to know: how
findings come about; the caller hands in the check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from driftlint.facts import Example, Rule
from driftlint.packs.marks import Mark, MarkedExample


class Seen(Struct, frozen=True):
    """A finding as a check of examples reports it. Lines are 1-based; `related` are (path, line)."""

    rule: str
    path: str
    line: int
    message: str
    severity: str
    related: tuple[tuple[str, int], ...] = ()


class Failure(Struct, frozen=True):
    """An example that does not hold: 1-based line of the rule file, title, what was wanted and what came."""

    path: str
    line: int
    rule: str
    title: str
    expected: str
    got: str

    def __str__(self) -> str:
        title = f" ({self.title})" if self.title else ""
        return f"{self.path}:{self.line}: [{self.rule}]{title}\n  expected: {self.expected}\n  got:      {self.got}"


class Check(Protocol):
    """Checks one small repo, file names to texts, as if it were the ISO date `today` ("": any day)."""

    def __call__(self, files: dict[str, str], /, *, today: str = "") -> Sequence[Seen]:
        """Return the findings of all rules."""


Mend = Callable[[str, dict[str, str], str], Mapping[str, str]]
"""Mends one small repo: rule whose findings are mended, file names to texts, ISO date or ""; returns the texts afterwards."""


def run_examples(rules: Iterable[Rule], check: Check, mend: Mend | None = None) -> list[Failure]:
    """Run the examples of rules that were read with their prose.

    `check` takes file names and texts of one small repo and returns its findings, of all rules. `mend` takes the rule's
    name and the same, and returns the texts after the rule's fixes; without it `fixed` fences are not compared. An
    exception of either is a failure of the example, so that one broken example does not hide the others.
    """
    failures: list[Failure] = []
    for rule in rules:
        for example in rule.examples:
            failures += run_example(rule, example, check, mend)
    return failures


def run_example(rule: Rule, example: Example, check: Check, mend: Mend | None = None) -> list[Failure]:
    """Run one example of a rule and return what does not hold."""

    def fail(line: int, expected: str, got: str) -> Failure:
        return Failure(rule.path, line, rule.name, example.title, expected, got)

    try:
        today = example.today if isinstance(example, MarkedExample) else ""
        findings = list(check(dict(example.files), today=today) if today else check(dict(example.files)))
    except Exception as error:  # reported as the example's failure
        return [fail(example.line, "a check that ends", f"{type(error).__name__}: {error}")]
    failures: list[Failure] = []
    marks = _marks_of(example)
    open_findings = list(findings)
    matched: list[Seen] = []
    missed: list[Mark] = []
    for mark in (m for m in marks if m.severity):
        found = next((f for f in open_findings if _fits(mark, f)), None)
        if found is not None:
            open_findings.remove(found)
            matched.append(found)
            continue
        missed.append(mark)
        wanted = f'{mark.file}:{mark.line} {mark.severity} [{mark.rule}] "{mark.text}"'
        failures.append(fail(mark.rule_line, wanted, _nearest(mark, open_findings)))
    for finding in open_findings:
        if finding.rule == rule.name and not any(_same_place(m, finding) for m in missed):
            failures.append(fail(_rule_line(example, finding), f"no finding of {rule.name} there", _show(finding)))
    related = {place for f in matched for place in f.related}
    for mark in (m for m in marks if not m.severity):
        if (mark.file, mark.line) not in related:
            shown = ", ".join(f"{path}:{line}" for path, line in sorted(related)) or "no related place"
            failures.append(fail(mark.rule_line, f"a finding that relates to {mark.file}:{mark.line}", shown))
    if mend is not None and example.fixed:
        failures += _compare_fixed(rule, example, mend)
    return failures


def _compare_fixed(rule: Rule, example: Example, mend: Mend) -> list[Failure]:
    def fail(expected: str, got: str) -> Failure:
        return Failure(rule.path, example.line, rule.name, example.title, expected, got)

    try:
        today = example.today if isinstance(example, MarkedExample) else ""
        after = mend(rule.name, dict(example.files), today)
    except Exception as error:  # reported as the example's failure
        return [fail("a fix that ends", f"{type(error).__name__}: {error}")]
    return [
        fail(f"after the fix, {name}:\n{text}", f"{name}:\n{after.get(name, '')}")
        for name, text in example.fixed
        if after.get(name) != text
    ]


def _marks_of(example: Example) -> tuple[Mark, ...]:
    if isinstance(example, MarkedExample):
        return example.marks
    return tuple(Mark(file, line, "?", rule, text, example.line) for file, line, rule, text in example.expect)


def _fits(mark: Mark, finding: Seen) -> bool:
    same = _same_place(mark, finding) and mark.text in finding.message
    return same and mark.severity in ("?", finding.severity)


def _same_place(mark: Mark, finding: Seen) -> bool:
    return (mark.file, mark.line, mark.rule) == (finding.path, finding.line, finding.rule)


def _nearest(mark: Mark, findings: Sequence[Seen]) -> str:
    """Show the findings that were most likely meant: of the place, else of the rule, else none."""
    here = [f for f in findings if (f.path, f.line) == (mark.file, mark.line)]
    near = [f for f in here if f.rule == mark.rule] or [f for f in findings if f.rule == mark.rule] or here
    return "; ".join(map(_show, near)) or "no such finding"


def _rule_line(example: Example, finding: Seen) -> int:
    """Return the line of the rule file where a finding's line is shown; the example's own when it is in no fence."""
    starts = dict(example.starts) if isinstance(example, MarkedExample) else {}
    return starts[finding.path] + finding.line if finding.path in starts else example.line


def _show(finding: Seen) -> str:
    return f'{finding.path}:{finding.line} {finding.severity} [{finding.rule}] "{finding.message}"'
