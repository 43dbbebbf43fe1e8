"""The tables of a catalogue file: the part of the format that grows.

Promises: one `Table` for each top-level list of tables; a new key is one line here and one field in `catalogue`, and
the JSON Schemas are rendered anew by ``python -m driftlint.packs.schema --write``. Refuses to know: files, merging,
checks.
"""

from __future__ import annotations

from typing import Any

from driftlint.packs import catalogue as c
from driftlint.packs.format import CALLS, ID, INLINE, OPTIONAL_ID, RUNGS, SOURCED, STATES, Key, Table, attribute
from driftlint.packs.stream_tables import STREAM_TABLES
from driftlint.packs.tracker_tables import TRACKER_TABLES

_KIND = Key("text", "the subject kind", required=True, refers="kind")
_HOST = Key("text", "registry, hub or provider, lower case", required=True)

_JUDGED = {
    "pin": Key("one or more", "where the pin stands; the first that is given counts", of="argument", attr="pins"),
    "names": Key("text", "which strings are remote names", refers="names", attr="names_id"),
    "local": Key("texts", "exact names that are not remote at all"),
    "absent": Key("text", "state when the pin is missing", choices=STATES),
    "embedded": Key("regex", "finds a pin (group `pin`) inside the name itself"),
    "unless": Key("one or more", "any of these being so: no reference at all", of="condition"),
    "only": Key("one or more", "all of these must be so", of="condition"),
    "url": Key("flag", "the name may be a URL, judged by the url table"),
    "checksum": Key("texts", "arguments whose presence seals the reference"),
    "advice": Key("text", "what to do where nothing can be pinned"),
    "writes": Key("text", "the argument, option or key that a mend writes; left out: the first of `pin`"),
    "grammar": Key("text", "what the pin (without one, the name) is worth", refers="grammar"),
}
_EMBED = Key("text", "what a mend puts after a name without a pin, with {pin}")
_NAMED = {
    "name": Key("one or more", "where the name stands; the first that is given counts", of="argument", attr="names"),
    "default_name": Key("text?", "what is used when the name is missing; empty: the service chooses"),
    "fixed_name": Key("text", "name of what has none in the call"),
    "name_prefixes": Key("texts", "a name counts only with one of these"),
    "provider": Key("one or more", "where the provider is named", of="argument", attr="providers"),
    "local_when": Key("one or more", "any of these: a server of the user's own", of="condition"),
    "requires_name": Key("flag", "false: report a missing pin even when the name comes at run time"),
}

TABLES: dict[str, Table] = {
    "kind": Table(
        c.Kind,
        {
            **ID,
            "label": Key("text", "as messages say it", required=True),
            "demand": Key("text", "lowest rung that satisfies", required=True, choices=RUNGS),
            "strict": Key("text", "lowest rung under the strict preset", required=True, choices=RUNGS),
            "covers": Key("texts", "kinds whose reference at the same place is the same decision"),
            **SOURCED,
        },
        "kinds",
    ),
    "page": Table(
        c.Page,
        {
            **ID,
            "kind": _KIND,
            "hosts": Key("texts", "registries, hubs or providers, lower case", required=True),
            "match": Key("regex", "matched against the whole name: other names have no page"),
            "url": Key("text", "the address, with {name}", required=True),
            "pinned": Key("text", "the address of one version, with {name} and {pin}"),
            **SOURCED,
        },
        "pages",
    ),
    "grammar": Table(
        c.Grammar,
        {
            **ID,
            "cases": Key("tables", "tried in order", required=True, of="case"),
            "sealed_as": Key("text", "how a remedy writes a text that seals"),
            **SOURCED,
        },
        "grammars",
    ),
    "names": Table(
        c.Names,
        {
            **ID,
            "local": Key("regexes", "paths of this machine"),
            "remote": Key("regexes", "otherwise one of these must match"),
            "doubtful": Key("regexes", "remote in form, local by habit"),
            "symbols": Key("flag", "the value may be an attribute of the library, written by its dotted name"),
            "local_variables": Key("regexes", "names of variables that hold a path when nothing else is known"),
            **SOURCED,
        },
        "names",
        one_of=("local", "remote", "doubtful"),
    ),
    "reference": Table(
        c.ReferenceEntry,
        {
            **ID,
            "kind": _KIND,
            "host": _HOST,
            "calls": CALLS,
            **_NAMED,
            **_JUDGED,
            "embed": _EMBED,
            "also": Key("texts", "arguments that a mend passes with a pin, as NAME=VALUE"),
            "also_since": Key("requirement", "the releases whose calls take them"),
            "copies": Key(
                "texts", "arguments that say where copies lie: given, those of the usual place are weaker evidence"
            ),
            "remote": Key("text", "the git remote of {name}; behind # the branches that no ref means"),
            "late_unless": Key("one or more", "any of these: a name given at run time is no reference", of="condition"),
            "form": Key("text", "how it is written, for rules to select by (default call)"),
            "groups": Key("texts", "tags for rules to select by"),
            "variadic": Key("flag", "every positional argument from the name's position on is one"),
            "lead": Key("text", "words before the command that the names make up"),
            "beside": Key("texts", "words of which the file must hold one"),
            "settings": Key("texts", "methods before the call that give it more arguments: .option(name, value)"),
            "published_by": Key("texts", "arguments of which any says that the list is a published library's"),
            **SOURCED,
        },
        "references",
    ),
    "command": Table(
        c.CommandEntry,
        {
            **ID,
            "kind": _KIND,
            "host": _HOST,
            "programs": Key("texts", "leading words of the command line", required=True),
            **_NAMED,
            **_JUDGED,
            "value_flags": Key("texts", "flags that take a value"),
            **SOURCED,
        },
        "commands",
    ),
    "url": Table(
        c.UrlEntry,
        {
            **ID,
            "host": _HOST,
            "kind": _KIND,
            "match": Key("regex", "matched against the whole URL; groups `name` and `pin`", required=True),
            "grammar": Key("text", "what the group `pin` is worth", refers="grammar"),
            "state": Key("text", "the state, where there is nothing to read", choices=STATES),
            "advice": Key("text", "what to do instead"),
            "remote": Key("text", "the git remote that knows what the pin names, with groups of `match` in braces"),
            **SOURCED,
        },
        "urls",
        one_of=("grammar", "state"),
    ),
    "config_key": Table(
        c.ConfigKeyEntry,
        {
            **ID,
            "kind": _KIND,
            "host": _HOST,
            "files": Key("texts", "globs on the path in the repo", required=True),
            "marks": Key("texts", "keys that must all stand at the top level"),
            "route": Key("route", "where the name stands", required=True),
            **_JUDGED,
            **SOURCED,
        },
        "config_keys",
    ),
    "provider": Table(
        c.Provider,
        {
            **ID,
            "label": Key("text", "as messages say it", required=True),
            "prefixes": Key("texts", "taken off an id before it is looked up"),
            "hosts": Key("texts", "host names of its API"),
            "context": Key("texts", "ids that are everyday words"),
            "regions": Key("texts", "prefixes that choose a region"),
            "deployments": Key("flag", "names are the customer's own"),
            "inherit": Key("flag", "serves other providers' ids"),
            "case": Key("tables", "tried in order on the bare id", of="case", attr="cases"),
            **SOURCED,
        },
        "providers",
    ),
    "client": Table(
        c.Client,
        {
            **ID,
            "provider": Key("text", "whose ids its methods are given", required=True, refers="provider"),
            "calls": Key("calls", "constructors, or a module whose functions are the methods", required=True),
            "base_url": Key("one or more", "where an address is given", of="argument"),
            "assigns": Key("calls", "attributes that set the address"),
            "vendor_hosts": Key("texts", "addresses that are the same service"),
            "env": Key("texts", "environment variables that set the address"),
            "local_when": Key("one or more", "any of these: a server of the user's own", of="condition"),
            **SOURCED,
        },
        "clients",
    ),
    **STREAM_TABLES,
    "binding": Table(
        c.BindingEntry,
        {
            **OPTIONAL_ID,
            "form": Key("text", "what it means for the flow of values", required=True),
            "calls": Key("calls", "qualified names of functions and classes"),
            "decorators": Key("calls", "qualified names of decorators"),
            "items": Key("calls", "mappings that are read by key"),
            "add": Key("texts", "methods that declare an option"),
            "parse": Key("texts", "methods that return all values"),
            "parse_first": Key("texts", "methods that return the values first"),
            "holders": Key("calls", "objects whose attributes are the values"),
            "initialise": Key("calls", "calls that name the folder"),
            "tails": Key("texts", "last segments that are enough"),
            "methods": Key("texts", "methods that call it"),
            "key": Key("text", "key that names the target"),
            "unnamed": Key("text", "function of the calling module that it runs when it is given none"),
            "stands_for": Key("text", "the module that `calls` are other names of"),
            **SOURCED,
        },
        "bindings",
        one_of=("calls", "decorators", "methods"),
    ),
    "leave_out": Table(
        c.LeaveOut,
        {
            **OPTIONAL_ID,
            "reason": Key("text", "why, as coverage says it", required=True),
            "patterns": Key("texts", "gitignore patterns on the repo path", required=True),
            "holds": Key("texts", "any folder with one of these in it"),
            "beside": Key("texts", "only next to one of these"),
            "unless_holds": Key("texts", "not a folder with one of these in it"),
            "larger_than": Key("whole", "only files of more bytes"),
            **SOURCED,
        },
        "layout",
    ),
    "module": Table(
        c.Module,
        {
            **OPTIONAL_ID,
            "import": Key("text", "name that Python imports", required=True, attr="import_name"),
            "distribution": Key("text", "name that is installed", required=True),
            **SOURCED,
        },
        "modules",
    ),
    "distribution": Table(
        c.Distribution,
        {
            **ID,
            "names": Key("texts", "names that are installed, normalised", required=True),
            "role": Key("text", "what rules select by", required=True, choices=("accelerator",)),
            **SOURCED,
        },
        "distributions",
    ),
    **TRACKER_TABLES,
}

IDENTITY: dict[str, tuple[str, ...]] = {
    "module": ("import", "distribution"),
    "binding": ("form",),
    "leave_out": ("reason", "patterns"),
    "seed_key": ("files", "marks", "route"),
    "record": ("tracker", "parts", "calls"),
}
"""What identifies an entry without an id, where it is not the first of its calls."""


def _find_nested(table: Table) -> tuple[tuple[int, type[Any]], ...]:
    classes = {attribute(name, key): INLINE[key.of].cls for name, key in table.keys.items() if key.of}
    return tuple((at, classes[name]) for at, name in enumerate(table.cls.__struct_fields__) if name in classes)


NESTED: dict[type[Any], tuple[tuple[int, type[Any]], ...]] = {
    table.cls: _find_nested(table) for table in (*TABLES.values(), *INLINE.values())
}
"""For each class of entry: (index, class) of the fields that hold tuples of further entries."""
