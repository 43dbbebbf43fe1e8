"""The closed vocabulary that later stages speak: values, references, findings.

Promises: plain, frozen data; nothing here reads a file or knows a rule, a library or a provider by name.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Literal, TypeAlias

from msgspec import Struct, field

from driftlint.text import Edit, Span

Constant: TypeAlias = "str | int | float | bool | None"


class Place(Struct, frozen=True):
    """A span of one file. `note` says what happens there ("default of --model", "imported from conf.py")."""

    path: str
    span: Span
    note: str = ""


class Rung(IntEnum):
    """How firmly a reference is fixed by the repo's own text, weakest first."""

    ABSENT = 0
    FLOATING = 1
    RANGE = 2
    VERSION = 3
    SEALED = 4


State: TypeAlias = Literal[
    "absent",  # no pin given where one could be
    "moving",  # a branch, an alias, latest: someone else decides what it means tomorrow
    "range",  # several versions satisfy it
    "series",  # an image tag or version prefix that names a series (3, 3.11, 12-slim)
    "tag",  # a tag: meant to stay, can be moved
    "short",  # an abbreviated commit: the server resolves it, the client treats it as a branch
    "version",  # one exact version, no digest
    "sealed",  # commit, digest, content hash
    "family",  # the provider publishes no finer id
    "unpinnable",  # the interface has no place for a pin
    "retired",  # the provider has shut it
    "retiring",  # a shutdown date is announced
    "unknown",  # could not be resolved, or no rule knows it
]

RUNG_OF_STATE: dict[str, Rung] = {
    "absent": Rung.ABSENT,
    "moving": Rung.FLOATING,
    "range": Rung.RANGE,
    "series": Rung.RANGE,
    "tag": Rung.VERSION,
    "short": Rung.VERSION,
    "version": Rung.VERSION,
    "sealed": Rung.SEALED,
    "family": Rung.FLOATING,
    "unpinnable": Rung.FLOATING,
    "retired": Rung.ABSENT,
    "retiring": Rung.VERSION,
    "unknown": Rung.ABSENT,
}


class Subject(Struct, frozen=True):
    """What a reference is about: `kind` from the catalogue ("dataset", "image"), `host` (registry, provider), `name`."""

    kind: str
    host: str
    name: str


class Pin(Struct, frozen=True):
    """How a reference is fixed. `selector` is the text that pins ("main", ">=2", a commit), None when absent.

    `until` is the ISO date on which the pin dies, "" when none is known. `advice` is a fact of the catalogue that
    helps to choose ("the dated id is ...", "has no revision argument; download with ... first").
    """

    state: State
    selector: str | None = None
    until: str = ""
    advice: str = ""
    remote: str = ""
    """Address of a git remote that knows what the selector names; behind ``#`` the branches that none means, in order."""

    @property
    def rung(self) -> Rung:
        """The rung of the state."""
        return RUNG_OF_STATE[self.state]


class Mention(Struct, frozen=True):
    """A non-Python text names something outside the repo: a requirement line, an install word, an image, a clone, a URL.

    `form` says how it is written: "requirement", "install", "conda", "build", "image", "stage", "clone", "download",
    "action", "hook", "vcs", "url", "option", "model", "dataset". `groups` are tags that rules and scope select by
    ("dev", "optional", "docs", "library", "ci").
    """

    kind: str
    host: str
    name: str
    pin: Pin
    span: Span
    name_span: Span
    form: str
    pin_span: Span | None = None
    groups: tuple[str, ...] = ()
    note: str = ""


class Reference(Struct, frozen=True):
    """A mention with its pin judged. `place` is the use, `where` the literal that decides (they may be one)."""

    subject: Subject
    pin: Pin
    place: Place
    where: Place
    form: str = "call"
    trail: tuple[Place, ...] = ()
    groups: tuple[str, ...] = ()
    confidence: Literal["high", "medium", "low"] = "high"
    entry: str = ""
    """Id of the catalogue entry that recognised it."""
    uses: tuple[Place, ...] = ()
    """Other places that share the decision."""
    late: bool = False
    """The name is given when the program runs; `subject.name` is then the expression that holds it."""
    at_pin: bool = False
    """`where` is the pin's own literal: whatever names it is written for, it is one decision."""
    pin_grammar: str = ""
    """Id of the grammar that judges the pin."""
    pin_name: str = ""
    """What the pin is called there: an argument, a flag, a key. "" where there is no place for one."""
    name_grammar: str = ""
    """Id of the catalogue's names that tell whether the name is remote."""


Severity: TypeAlias = Literal["error", "warning", "info"]
Applicability: TypeAlias = Literal["safe", "suggest", "show"]


class Fix(Struct, frozen=True):
    """A mend offered with a finding. All edits apply, or none."""

    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability
    evidence: str = ""


class PinTarget(Struct, frozen=True):
    """A reference has to be given a pin."""

    reference: Reference


class ArgumentTarget(Struct, frozen=True):
    """A call has to be given a keyword argument. `call` is the whole call, `value` an expression."""

    call: Place
    name: str
    value: str


class KeywordsTarget(Struct, frozen=True):
    """A call has to be given keyword arguments, which name a function that the file has to define.

    `keywords` is the text of them all, `lines` the function, `imports` import lines that both need.
    """

    call: Place
    keywords: str
    lines: tuple[str, ...]
    imports: tuple[str, ...]


class LiteralTarget(Struct, frozen=True):
    """A value has to be another one, where it is one of the texts in `values` (old text, new text).

    `more` are places where the same has to be written too. `taker` is the call that takes it, where any other expression that
    stands there, or an option without a default, may become the number `number`.
    """

    place: Place
    values: tuple[tuple[str, str], ...]
    more: tuple[Place, ...] = ()
    taker: Place | None = None
    number: str = ""


class CutTarget(Struct, frozen=True):
    """A text has to go, whole; nothing hangs on it."""

    place: Place


class WrapTarget(Struct, frozen=True):
    """An expression has to stand in a call of a builtin."""

    place: Place
    call: str


class StatementTarget(Struct, frozen=True):
    """A program has to run statements before it does anything else.

    `lines` are whole statements, `imports` import lines that they need; an import that already holds is not repeated.
    `after` are calls after which they may also stand, best first: then `{value}` in a line is the text of that call's
    first argument, elsewhere `value`.
    """

    path: str
    start: Place
    lines: tuple[str, ...]
    imports: tuple[str, ...]
    value: str = ""
    after: tuple[Place, ...] = ()
    releases: tuple[str, ...] = ()
    """Requirements ("pkg>=2"): the releases that have what the statements call."""
    early: bool = False
    """Whether they have to run before the main guard: the program works there already, or starts processes that run the
    file anew, without the guard."""
    near: tuple[str, ...] = ()
    """Modules with whose imports they belong where the file imports none of those that they need."""


class CommandTarget(Struct, frozen=True):
    """A command has to be run that asks an index, by a person or, where that is allowed, by this program.

    `makes` is the path of the new file that it writes, made of the file `reads` alone; "" where it does more.
    """

    command: str
    reads: str = ""
    makes: str = ""


Target: TypeAlias = (
    "PinTarget | ArgumentTarget | KeywordsTarget | LiteralTarget | WrapTarget | StatementTarget"
    " | CutTarget | CommandTarget"
)


class Finding(Struct, frozen=True):
    """One decision that drifts. `reach` is the span in which a suppression comment works (in `place.path`)."""

    rule: str
    family: str
    severity: Severity
    confidence: str
    subject: Subject
    message: str
    remedy: str
    place: Place
    related: tuple[Place, ...] = ()
    reach: Span | None = None
    fixes: tuple[Fix, ...] = ()
    fingerprint: str = ""
    reasoning: tuple[str, ...] = ()
    """The judge's steps in words, shown by `why`."""
    target: Target | None = None
    """What a mend has to bring about, None where only a person can tell."""


class Suppressed(Struct, frozen=True):
    """A finding that an ignore comment or config entry accepted, with the reason given.

    `until` is the ISO date of the last day on which that counts, "" without an end; `by` is who accepted it, "" where
    nobody is named.
    """

    finding: Finding
    reason: str
    place: Place
    until: str = ""
    by: str = ""


class BaselineUse(Struct, frozen=True):
    """The baseline of a run: `path` as people find it, `gone` the entries that nothing was found for any more."""

    path: str
    gone: int = 0


class Since(Struct, frozen=True):
    """What a run was compared with: the revision as it was named, and the commit that it came to ("" for no commit)."""

    revision: str
    commit: str
    merge_base: bool = False
    """The commit is where the revision's branch and HEAD part."""


class Coverage(Struct):
    """What was looked at and what was not. Counts are files; `left_out` maps a reason to paths (folders end in "/")."""

    files: int = 0
    read: dict[str, int] = field(default_factory=dict)
    skipped_by_scan: int = 0
    left_out: dict[str, list[str]] = field(default_factory=dict)
    unread: list[tuple[str, int, str]] = field(default_factory=list)
    """(path, 1-based line, message) of what a reader could not understand."""
    unknown: list[tuple[Place, str, str]] = field(default_factory=list)
    """What could not be resolved: place, reason, and the kind of a reference; "" for what is none (options, say)."""
    entries: list[str] = field(default_factory=list)
    """Entry points found, "path:line kind"."""


class Report(Struct):
    """The result of one run."""

    root: str
    findings: list[Finding] = field(default_factory=list)
    suppressed: list[Suppressed] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)
    rules: dict[str, Rule] = field(default_factory=dict)
    """Every rule that ran, by name."""
    baselined: list[Finding] = field(default_factory=list)
    """Findings that the baseline holds."""
    baseline: BaselineUse | None = None
    earlier: list[Finding] = field(default_factory=list)
    """Findings that were there at the revision of `since`."""
    since: Since | None = None


class Example(Struct, frozen=True):
    """One fenced example of a rule file. `files` maps file name to text; `line` is where the fence stands in the rule file."""

    title: str
    files: tuple[tuple[str, str], ...]
    expect: tuple[tuple[str, int, str, str], ...]
    """(file name, 1-based line, rule, text that the message must contain) of each finding that must appear."""
    line: int
    fixed: tuple[tuple[str, str], ...] = ()


class Rule(Struct, frozen=True):
    """A rule file's metadata and prose. `params` go to the judge as they are."""

    name: str
    family: str
    judge: str
    severity: Severity
    confidence: str
    status: Literal["stable", "preview", "deprecated"]
    since: str
    message: str
    remedy: str
    params: dict[str, object]
    sources: tuple[str, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    """(heading, Markdown) in file order."""
    examples: tuple[Example, ...] = ()
    path: str = ""
    summary: str = ""
    door: Literal["", "review"] = ""
    """The one command that runs the rule unasked; "" for every command."""
