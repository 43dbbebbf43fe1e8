"""Which fixes are made together, and what the repo looks like afterwards.

Promises: all edits of a round are against one text; a fix is made whole or not; fixes that touch the same text wait for
the next round; what is made is judged again, and a fix after which a finding is new, its own is still there, or a file
parses worse is taken back. Refuses to know: disks; the caller writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from driftlint.disk import WorkspaceError
from driftlint.documents.decode import digest
from driftlint.documents.model import Document
from driftlint.facts import CommandTarget, Finding, Fix, PinTarget, Subject
from driftlint.mend.rewrite import RewriteError, rewrite
from driftlint.pin_sources.askable import service_for
from driftlint.text import Edit

MOST_ROUNDS = 10
_RANKS = {"safe": 0, "suggest": 1, "show": 2}
_NO_PIN = {
    "unpinnable": "nothing can pin it there",
    "family": "the provider has no finer id",
    "retired": "the provider has shut it: only a person can choose another",
    "retiring": "the provider will shut it: only a person can choose another",
}
"""Why there is no pin for a reference whose pin is in such a state."""


class Judged(Struct, frozen=True):
    """A repo as one run saw it. `unread` counts the places of each file that were not understood.

    `unwritten` says why a pin that is known is not offered, by fingerprint.
    """

    findings: Sequence[Finding]
    documents: Callable[[str], Document | None]
    unread: Mapping[str, int]
    unwritten: Mapping[str, str]


class Left(Struct, frozen=True):
    """A finding that was not mended, and why."""

    finding: Finding
    reason: str


class Plan(Struct):
    """What a mend comes to: the new bytes of files, what was mended, what was left.

    `old` holds, for each of `files`, the bytes that were judged: where others stand by now the new ones are not theirs. A file
    that is not in it is new.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    old: dict[str, bytes] = field(default_factory=dict)
    made: list[tuple[Finding, Fix]] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


Judge = Callable[[Mapping[str, bytes]], Judged]
"""Judges the repo with some files' bytes replaced, fixes offered."""


def plan_fixes(
    judge: Judge,
    read: Callable[[str], bytes],
    wanted: Callable[[Finding, Fix], bool],
    levels: frozenset[str],
    *,
    online: bool = False,
) -> Plan:
    """Return the mend of a repo.

    `levels` are the applicabilities that are made; `wanted` chooses among their fixes, and is asked once for each.
    `online` says that services were asked for pins; where they were not and could be, what is left says so.
    """
    plan = Plan()
    asked: dict[str, bool] = {}
    failed: dict[str, str] = {}
    state = judge({})
    for _ in range(MOST_ROUNDS):
        chosen: list[tuple[Finding, Fix]] = []
        taken: list[Edit] = []
        for finding in state.findings:
            fix = next((f for f in finding.fixes if f.applicability in levels), None)
            if fix is None or finding.fingerprint in failed:
                continue
            if finding.fingerprint not in asked:
                asked[finding.fingerprint] = wanted(finding, fix)
            if asked[finding.fingerprint] and not _collides(fix, taken):
                chosen.append((finding, fix))
                taken += fix.edits
        if not chosen:
            break
        rounds = _Round(judge, read, plan, state)
        rounds.accept(chosen)
        failed.update(rounds.failed)
        if rounds.state is state:
            break
        state = rounds.state

    def why(finding: Finding) -> str:
        return _why_left(finding, levels, asked) + ("" if online else _hint(finding, state.documents))

    for finding in state.findings:
        known = failed.get(finding.fingerprint) or state.unwritten.get(finding.fingerprint)
        plan.left.append(Left(finding, known or why(finding)))
    return plan


def _collides(fix: Fix, taken: Sequence[Edit]) -> bool:
    """Return whether an edit touches text that another fix changes. The same edit twice is one edit."""
    return any(
        mine != other
        and mine.path == other.path
        and mine.span.start <= other.span.end
        and other.span.start <= mine.span.end
        for mine in fix.edits
        for other in taken
    )


def _why_left(finding: Finding, levels: frozenset[str], asked: Mapping[str, bool]) -> str:
    if isinstance(finding.target, CommandTarget) and not finding.fixes:
        return f"run `{finding.target.command}`"
    if not finding.fixes:
        return _why_none(finding)
    best = min(finding.fixes, key=lambda fix: _RANKS[fix.applicability])
    if best.applicability not in levels:
        return "a suggestion: --suggested makes it" if best.applicability == "suggest" else "for a person to decide"
    if asked.get(finding.fingerprint) is False:
        return "not wanted"
    return "another fix changes the same text: run it again"


def _why_none(finding: Finding) -> str:
    """Return why no fix is offered at all."""
    if not isinstance(finding.target, PinTarget):
        return "only a person can choose"
    reference = finding.target.reference
    if reference.late:
        return "its name is given when the program runs"
    return _NO_PIN.get(reference.pin.state, "no evidence names a pin")


def _hint(finding: Finding, documents: Callable[[str], Document | None]) -> str:
    """Return how to come by a pin that nothing here names, "" where no service could name one."""
    if isinstance(finding.target, CommandTarget) and finding.target.makes:
        return ", or `driftlint fix --online --suggested --info`"
    if finding.fixes or not isinstance(finding.target, PinTarget):
        return ""
    reference = finding.target.reference
    return (
        "; `driftlint fix --online --suggested` asks for one"
        if service_for(reference, documents(reference.where.path))
        else ""
    )


class _Round:
    """One set of fixes against one text, halved until what fails stands alone."""

    def __init__(self, judge: Judge, read: Callable[[str], bytes], plan: Plan, state: Judged) -> None:
        self._judge = judge
        self._read = read
        self._plan = plan
        self._first = state
        self._base = dict(plan.files)
        self._accepted: list[tuple[Finding, Fix]] = []
        self.state = state
        self.failed: dict[str, str] = {}

    def accept(self, fixes: list[tuple[Finding, Fix]]) -> None:
        """Make fixes, together if that holds, else in halves."""
        reason = self._try(fixes)
        if not reason:
            return
        if len(fixes) == 1:
            self.failed[fixes[0][0].fingerprint] = reason
            return
        middle = len(fixes) // 2
        self.accept(fixes[:middle])
        self.accept(fixes[middle:])

    def _try(self, fixes: list[tuple[Finding, Fix]]) -> str:
        """Make fixes on top of the accepted ones; return what is wrong with the outcome, "" when they stay."""
        both = [*self._accepted, *fixes]
        try:
            files = self._write(both)
        except RewriteError as error:
            return str(error)
        after = self._judge(files)
        reason = _compare(self._first, after, both)
        if not reason:
            self._accepted = both
            self._plan.files = files
            self._plan.made += fixes
            self.state = after
        return reason

    def _write(self, fixes: Sequence[tuple[Finding, Fix]]) -> dict[str, bytes]:
        by_path: dict[str, list[Edit]] = {}
        for _, fix in fixes:
            for edit in fix.edits:
                by_path.setdefault(edit.path, []).append(edit)
        files = dict(self._base)
        for path, edits in by_path.items():
            document = self._first.documents(path)
            if document is None:
                files[path] = self._write_new(path, edits)
                continue
            if path not in self._plan.old:
                self._plan.old[path] = self._read_judged(path, document)
            files[path] = rewrite(self._base.get(path, self._plan.old[path]), document, edits)
        return files

    def _write_new(self, path: str, edits: Sequence[Edit]) -> bytes:
        """Return the bytes of a file that is not there yet. Raises RewriteError where one is."""
        try:
            self._read(path)
        except WorkspaceError:
            if len(edits) == 1 and not edits[0].expect and not edits[0].span.end:
                return edits[0].text.encode("utf-8")
        raise RewriteError(f"{path} was not read")

    def _read_judged(self, path: str, document: Document) -> bytes:
        """Return the bytes that a document was read from. Raises RewriteError when others stand there by now."""
        try:
            data = self._read(path)
        except WorkspaceError as error:
            raise RewriteError(f"{path} {error.message}") from None
        if digest(data) != document.digest:
            raise RewriteError(f"{path} has changed since it was read: run it again")
        return data


def _compare(before: Judged, after: Judged, fixes: Sequence[tuple[Finding, Fix]]) -> str:
    """Return what is wrong with the repo after fixes, "" when their findings are gone, none is new and all parses."""
    for path, count in after.unread.items():
        if count > before.unread.get(path, 0):
            return f"{path} would no longer parse"
    old, new = _count(before.findings), _count(after.findings)
    gone = _count([finding for finding, _ in fixes])
    for key, count in gone.items():
        if new[key] > old[key] - count:
            return "the finding would stay"
    for finding in after.findings:
        key = (finding.rule, finding.place.path, finding.subject)
        if finding.severity != "info" and new[key] > old[key]:
            rule, path, subject = key
            return f"it would bring {rule} about `{subject.name}` to {path}"
    return ""


def _count(findings: Sequence[Finding]) -> Counter[tuple[str, str, Subject]]:
    return Counter((f.rule, f.place.path, f.subject) for f in findings)
