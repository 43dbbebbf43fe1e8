"""The verdict: what stands between a repo and an approval under a policy.

Promises: it fails closed. What was not read, what could not be resolved and what somebody accepted without what the policy
asks for blocks unless the policy says otherwise; each blocker has a reason, a place where there is one, and what to do.
Refuses to know: which rules there are (it asks a finding's judge), and how a blocker is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from driftlint.documents import kind_of
from driftlint.facts import Coverage, Finding, Place, Report, Rule, Suppressed
from driftlint.judges.world import texts
from driftlint.review.model import PARTS, Accepted, Blocker, BlockerKind, PartRecord, ProgramRecord, Section
from driftlint.review.policy import Policy
from driftlint.suppress import SuppressionProblem
from driftlint.text import Span
from driftlint.walk import TOO_DEEP, TOO_LARGE, UNREADABLE

_TOP = Span(0, 0)
_FEW = 2
"""Parts of a program whose remedy a blocker gives in full."""
_MORE = frozenset(("item", "blank", "neutral"))
"""Faults of a section that are no untrue statements."""
_DATA = frozenset(("json", "text"))
"""Kinds of files that are large when they are data."""


def blocks(policy: Policy, rules: Mapping[str, Rule], finding: Finding) -> bool:
    """Return whether a finding blocks under a policy."""
    rule = rules.get(finding.rule)
    judge = rule.judge if rule is not None else ""
    if judge == "resolved" and not policy.refuses_unknown(finding.subject.kind):
        return False
    if judge == "read" and policy.unread == "show":
        return False
    if rule is not None and (_is_of_parts(rule) or (not policy.section and _is_of_items(rule))):
        return policy.names(finding) or False
    return policy.blocks(finding)


def _is_of_parts(rule: Rule) -> bool:
    """Return whether a rule says which parts a program does not record: `record` of the policy judges that."""
    return rule.judge == "recorded" and rule.params.get("subject") in ("parts", "run")


def _is_of_items(rule: Rule) -> bool:
    """Return whether a rule asks for more in a section: where none is required, half of one must not be worse than none."""
    return rule.judge == "reported" and set(texts(rule, "faults")) <= _MORE


def judge_review(
    policy: Policy,
    report: Report,
    accepted: Sequence[Accepted],
    problems: Iterable[SuppressionProblem],
    rules_off: Sequence[tuple[str, str]],
    records: Sequence[ProgramRecord] | None,
    section: Section | None,
) -> tuple[Blocker, ...]:
    """Return everything that blocks: what the whole verdict rests on first, then findings in the order of the report."""
    return (
        *_judge_unread(policy, report.coverage),
        *_judge_unknown(policy, report),
        *_judge_acceptances(accepted, problems),
        *_judge_ignores(policy, rules_off),
        *_judge_section(policy, report, section),
        *_judge_records(policy, report, records),
        *_judge_findings(policy, report),
    )


def _judge_unread(policy: Policy, coverage: Coverage) -> Iterator[Blocker]:
    if policy.unread == "show":
        return
    seen: dict[str, list[tuple[int, str]]] = {}
    for path, line, message in coverage.unread:
        seen.setdefault(path, []).append((line, message))
    for path, problems in sorted(seen.items()):
        line, message = min(problems)
        more = f" (and {len(problems) - 1} more in this file)" if len(problems) > 1 else ""
        yield Blocker(
            "unread",
            f"could not be read: {message}{more}",
            "mend the file, or leave it out with `exclude` where a reviewer sees it: what is in it was not judged",
            Place(path, _TOP),
            line=line,
        )
    for reason in (TOO_LARGE, UNREADABLE, TOO_DEEP):
        for path in coverage.left_out.get(reason, ()):
            kind = kind_of(path)
            if reason == TOO_LARGE and (kind is None or kind in _DATA):
                continue
            yield Blocker(
                "unread",
                f"was not read: {reason}",
                "raise `limits.file-size`, or leave it out with `exclude` where a reviewer sees it",
                Place(path.rstrip("/"), _TOP),
            )


def _judge_unknown(policy: Policy, report: Report) -> Iterator[Blocker]:
    """Yield what could not be resolved, where no rule that ran has made it a finding."""
    if any(rule.judge == "resolved" for rule in report.rules.values()):
        return
    for place, why, kind in report.coverage.unknown:
        if kind and policy.refuses_unknown(kind):
            yield Blocker("unknown", why, "write the name and the pin where the repo's own text decides them", place)


def _judge_acceptances(accepted: Sequence[Accepted], problems: Iterable[SuppressionProblem]) -> Iterator[Blocker]:
    for problem in problems:
        if problem.kind == "expired":
            yield Blocker(
                "acceptance",
                f"accepted drift {problem.message}",
                "pin what it accepted, or agree on a new day and reason",
                problem.place,
            )
    told: set[tuple[Place, tuple[str, ...]]] = set()
    for item in accepted:
        if item.lacks and (item.place, item.lacks) not in told:
            told.add((item.place, item.lacks))
            yield Blocker(
                "acceptance",
                f"drift is accepted without {' and '.join(item.lacks)}: {item.reason}",
                "add " + " and ".join(_WRITTEN[lack] for lack in item.lacks) + " to the comment or the entry",
                item.place,
            )


_WRITTEN = {"a last day": "`until=YYYY-MM-DD`", "a name": "`by=NAME`"}


def weigh_acceptances(policy: Policy, suppressed: Iterable[Suppressed]) -> tuple[Accepted, ...]:
    """Return accepted drift with what the policy misses in it."""
    found = []
    for item in suppressed:
        lacks = [
            *(["a last day"] if policy.accept_until and not item.until else []),
            *(["a name"] if policy.accept_by and not item.by else []),
        ]
        found.append(Accepted(item.finding, item.reason, item.place, item.until, item.by, tuple(lacks)))
    return tuple(found)


def _judge_ignores(policy: Policy, rules_off: Sequence[tuple[str, str]]) -> Iterator[Blocker]:
    if policy.ignores == "block":
        for name, why in rules_off:
            yield Blocker(
                "ignores", f"the rule `{name}` did not run: {why}", "take it out of the configuration's ignores"
            )


def _judge_section(policy: Policy, report: Report, section: Section | None) -> Iterator[Blocker]:
    if policy.section and section is None:
        yield Blocker(
            "section",
            "whether a reproducibility section is there was not looked at: no rule of it ran",
            "take its rules out of the configuration's ignores",
        )
    elif policy.section and section is not None and section.place is None:
        said = (f for f in report.findings if f.rule in report.rules and _is_of_section(report.rules[f.rule]))
        yield Blocker(
            "section",
            "no file has a reproducibility section: how to run the experiment again is not written down",
            "`driftlint review --draft` writes one from what the repo holds, with marked blanks for the rest",
            finding=next(said, None),
        )


def _is_of_section(rule: Rule) -> bool:
    return rule.judge == "reported" and texts(rule, "faults") == ("section",)


def _judge_records(policy: Policy, report: Report, records: Sequence[ProgramRecord] | None) -> Iterator[Blocker]:
    """Yield what programs do not record, one blocker a program, save for what is accepted or judged by name."""
    if records is None:
        if policy.record:
            yield Blocker(
                "record",
                "what programs record was not looked at: no rule of it ran",
                "take its rules out of the configuration's ignores, or ask for no parts with `record = []`",
            )
        return
    standing = _by_program(report, report.findings)
    settled = _by_program(report, (item.finding for item in report.suppressed))
    for path, findings in standing.items():
        settled.setdefault(path, []).extend(f for f in findings if policy.names(f) is not None)
    for record in records:
        if record.exempt:
            continue
        done = {name for finding in settled.get(record.path, ()) for name in _parts_named(report, finding)}
        lacking = [
            part
            for part in record.parts
            if part.part in policy.record and part.part not in done and not is_enough(policy, part)
        ]
        if lacking:
            names = ", ".join(_describe_part(part) for part in lacking)
            about = standing.get(record.path, ())
            finding = min(about, key=lambda f: report.rules[f.rule].params.get("subject") != "parts", default=None)
            place = finding.place if finding is not None else record.trackers[0][1] if record.trackers else record.place
            says = "" if record.trackers else "starts no run of a tracker, and "
            says = "reports to trackers that are not known, and otherwise " if record.open else says
            yield Blocker(
                "record", f"`{record.path}` {says}does not record {names}", _advise(record, lacking), place, finding
            )


def _by_program(report: Report, findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return the findings that say what a program does not record, by its path."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        rule = report.rules.get(finding.rule)
        if rule is not None and _is_of_parts(rule):
            found.setdefault(finding.subject.host, []).append(finding)
    return found


def _parts_named(report: Report, finding: Finding) -> tuple[str, ...]:
    """Return the parts that a finding says are not recorded: all of them where no run is started."""
    if report.rules[finding.rule].params.get("subject") == "run":
        return PARTS
    return tuple(name.strip() for name in finding.subject.name.split(","))


def _advise(record: ProgramRecord, lacking: Sequence[PartRecord]) -> str:
    """Return what to do, in a line or two: the page has the call for each part beside it."""
    told = [f"{part.part}: {part.remedy}" for part in lacking if part.remedy]
    if record.open and len(lacking) > _FEW:
        return "name the trackers where the call that starts the run is, or hand the rest to one that the repo names"
    if not record.trackers and len(lacking) > _FEW:
        return "start a run of the tracker that your team uses, and hand it what is missing"
    if len(told) > _FEW:
        return "; ".join(told[:_FEW]) + f"; and {len(told) - _FEW} more, which are listed with what the program records"
    return "; ".join(told)


def is_enough(policy: Policy, part: PartRecord) -> bool:
    """Return whether a part is recorded as firmly as a policy asks."""
    return part.recording in ("automatic", "explicit") or (part.recording == "conditional" and policy.conditional)


def _describe_part(part: PartRecord) -> str:
    """Return a part, with the condition where it is recorded under one."""
    return f"{part.part} (only {part.condition})" if part.recording == "conditional" and part.condition else part.part


def _judge_findings(policy: Policy, report: Report) -> Iterator[Blocker]:
    for finding in report.findings:
        rule = report.rules.get(finding.rule)
        if rule is not None and rule.judge in ("read", "suppressed"):
            continue  # what matters of them is judged above, whether their rules run or not
        if blocks(policy, report.rules, finding):
            kind: BlockerKind = "unknown" if rule is not None and rule.judge == "resolved" else "finding"
            yield Blocker(kind, finding.message, finding.remedy, finding.place, finding)
