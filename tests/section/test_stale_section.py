"""Thirty faults of one section, each at its line, and nothing else."""

from __future__ import annotations

from tests.section.stale_repo import written
from tests.session.small_repos import builtin, start


def reviewed(files: dict[str, str]) -> list[tuple[int, str, str]]:
    """Return (line, rule, message) of what the rules about the section find."""
    rules = [name for name, rule in builtin()[1].items() if rule.judge == "reported"]
    session = start(files, rules=rules)
    found = []
    for finding in session.run().report.findings:
        document = session.get_document(finding.place.path)
        line = document.locate(finding.place.span.start).line if document is not None else 1
        found.append((line, finding.rule, finding.message))
    return sorted(found)


def test_every_planted_fault_is_found_at_its_line_and_nothing_else() -> None:
    files, marks = written()
    assert len(marks) >= 30
    assert [(line, rule) for line, rule, _ in reviewed(files)] == marks
