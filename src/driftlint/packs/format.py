"""The pack format as one table: which keys each TOML table of a pack may have, and what may stand there.

Promises: the loader's checks, the building of catalogue entries, the compiled form and the JSON Schemas all read this
table and nothing else, so that a new key is one line here, one field in `catalogue` and one line in docs/packs.md.
Refuses to know: files, line numbers, how packs are merged.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, get_args

from msgspec import Struct

from driftlint.facts import Rung, Severity, State
from driftlint.packs import catalogue as c

VERSION = 1
"""The version that every catalogue file states."""

Form: TypeAlias = Literal[
    "text",  # a string that is not empty
    "texts",  # a list of such strings
    "text?",  # a string, may be empty
    "date",  # an ISO date, quoted or not
    "flag",  # true or false
    "number",  # an integer or a fraction
    "whole",  # an integer, 0 or more
    "constant",  # a string, number or boolean
    "constants",  # one of these, or a list of them
    "unset",  # a list of constants that are compared as text
    "regex",  # a regular expression
    "requirement",  # a distribution and the releases of it that are meant
    "regexes",  # a list of them
    "calls",  # a list of qualified name patterns
    "route",  # dotted keys, [] for list items
    "table",  # one inline table, of `of`
    "tables",  # a list of tables, of `of`
    "one or more",  # a table or a list of tables, of `of`
    "free",  # any table
]


class Key(Struct, frozen=True):
    """One key.

    `attr` is the field that receives it ("" = same name); `refers` the top-level table whose id it must name.
    """

    form: Form
    doc: str
    required: bool = False
    choices: tuple[str, ...] = ()
    refers: str = ""
    of: str = ""
    attr: str = ""


class Table(Struct, frozen=True):
    """One kind of table.

    `one_of` lists keys of which at least one must be given; `section` is the field of `Catalogue`.
    """

    cls: type[Any]
    keys: dict[str, Key]
    section: str = ""
    one_of: tuple[str, ...] = ()
    doc: str = ""


STATES: tuple[str, ...] = get_args(State)
RUNGS: tuple[str, ...] = tuple(rung.name for rung in Rung)
SEVERITIES: tuple[str, ...] = get_args(Severity)
JUDGES = (
    "pinned",
    "locked",
    "agreed",
    "declared",
    "seeded",
    "settled",
    "carried",
    "tracked",
    "recorded",
    "reported",
    "resolved",
    "read",
    "suppressed",
)

INLINE: dict[str, Table] = {
    "argument": Table(
        c.ArgSpec,
        {
            "arg": Key("text", "keyword argument"),
            "pos": Key("whole", "0-based position"),
            "flag": Key("text", "command-line flag with its dashes"),
            "env": Key("text", "environment variable"),
            "route": Key("route", "dotted keys, [] for list items"),
            "grammar": Key("text", "what the value is worth", refers="grammar"),
            "number": Key("flag", "a mend writes it without quotes"),
        },
        one_of=("arg", "pos", "flag", "env", "route"),
        doc="a place where a value stands",
    ),
    "condition": Table(
        c.Condition,
        {
            "arg": Key("text", "keyword argument"),
            "pos": Key("whole", "0-based position"),
            "flag": Key("text", "command-line flag with its dashes"),
            "value": Key("constants", "value or values that fulfil it", attr="values"),
            "above": Key("number", "a number above this one fulfils it"),
            "besides": Key("calls", "it is no list of calls of these alone"),
            "named": Key("texts", "names of variables and attributes that fulfil it where their value is not known"),
            "route": Key("text", "a key of the mapping that the argument is"),
            "given": Key("flag", "whether the argument must be there; without any test: true"),
            "default": Key("constant", "value assumed when the argument is missing"),
        },
        one_of=("arg", "pos", "flag"),
        doc="an argument and the values that it must have",
    ),
    "case": Table(
        c.Case,
        {
            "match": Key("regex", "matched against the whole text", required=True),
            "state": Key("text", "what such a text is worth", required=True, choices=STATES),
            "advice": Key("text", "a fact that helps to choose"),
            "note": Key("text", "a trap worth knowing"),
            "open": Key("flag", "matches ids that may not exist"),
        },
        doc="one line of a grammar; the first full match decides",
    ),
}

# Keys that tables share.
SOURCED: dict[str, Key] = {
    "source": Key("text", "package, version and file, or a document, that the entry was taken from", required=True),
    "note": Key("text", "a trap worth knowing"),
    "verified": Key("flag", "false: nobody has run or read it yet"),
    "replaces": Key("flag", "true: takes the place of the entry with the same id in a pack loaded before"),
}
ID: dict[str, Key] = {"id": Key("text", "identity of the entry; unique among the entries of its table", required=True)}
OPTIONAL_ID: dict[str, Key] = {"id": Key("text", "identity of the entry; left out: its first call, key or name")}
CALLS = Key("calls", "qualified names of functions and classes", required=True)

EXTRA: dict[str, Literal["table", "text"]] = {
    "interfaces": "table",
    "model_keywords": "table",
    "model_sources": "table",
    "publishing": "table",
    "recording": "table",
    "report": "table",
    "trackers": "table",
    "today": "text",
}
"""Top-level names without a table of their own; they go to `Catalogue.extra` as they are."""

RESERVED: dict[str, tuple[str, ...]] = {
    "grammar": ("model-id", "requirement", "conda-spec", "image", "python-version", "command", "command-words")
}
"""Ids that have no entry because code answers for them: "model-id" is judged by the provider tables, the others by the
readers of manifests and scripts: packages by PEP 508 and by conda's grammar, images, interpreters, commands."""

RULE: dict[str, Key] = {
    "name": Key("text", "name of the rule and of its file", required=True),
    "family": Key("text", "folder of the rule", required=True),
    "judge": Key("text", "the question that decides", required=True, choices=JUDGES),
    "severity": Key("text", "how bad a finding is", required=True, choices=SEVERITIES),
    "confidence": Key("text", "how sure a finding is", required=True, choices=("high", "medium", "low")),
    "status": Key(
        "text", "preview rules run only when asked for", required=True, choices=("stable", "preview", "deprecated")
    ),
    "since": Key("text", "version that brought the rule", required=True),
    "door": Key(
        "text", "`review`: runs in `driftlint review`, elsewhere only when selected by name", choices=("review",)
    ),
    "message": Key("text", "what a finding says, with {fields}", required=True),
    "remedy": Key("text", "what to do, with {fields}", required=True),
    "sources": Key("texts", "where the fact can be read", required=True),
    "today": Key("date", "the date on which the examples run"),
    "params": Key("free", "go to the judge as they are"),
    "replaces": Key("flag", "true: takes the place of the rule of that name in a pack loaded before"),
}
"""Keys of a rule's front matter."""

SECTIONS = ("What it finds", "Why it drifts", "What to do", "When to ignore it", "How safe the fix is", "Examples")
"""The headings that every rule file has, in this order."""


def attribute(name: str, key: Key) -> str:
    """Return the field that receives a key."""
    return key.attr or name
