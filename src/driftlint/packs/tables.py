"""The tables of a catalogue file: the part of the format that grows.

Promises: one `Table` for each top-level list of tables; a new key is one line here and one field in `catalogue`, and
the JSON Schemas are rendered anew by ``python -m driftlint.packs.schema --write``. Refuses to know: files, merging,
checks.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from driftlint.packs import catalogue as c
from driftlint.packs.format import CALLS, ID, INLINE, OPTIONAL_ID, RUNGS, SOURCED, STATES, Key, Table, attribute
from driftlint.packs.tracker_tables import TRACKER_TABLES

_KIND = Key("text", "the subject kind", required=True, refers="kind")
_HOST = Key("text", "registry, hub or provider, lower case", required=True)
_STREAM = Key("text", "the stream or framework that it belongs to", refers="stream")

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
    "stream": Table(
        c.Stream,
        {
            **ID,
            "label": Key("text", "as messages say it", required=True),
            "draws": Key("calls", "calls that draw"),
            "weak_draws": Key("calls", "calls whose draws only last when a model is trained"),
            "spared_by": Key("texts", "arguments that take a call out of the stream"),
            "per_object": Key(
                "flag",
                "each object has its own generator: which came first says nothing",
            ),
            "quiet": Key("calls", "in the same namespace, but no draw from this stream"),
            "keyed": Key("calls", "calls that draw what a key says: one key serves one of them"),
            "key": Key("one or more", "where such a call takes its key", of="argument"),
            "seed": Key("text", "the line that seeds it, with SEED for the value"),
            "import": Key("text", "the import that the line needs", attr="import_line"),
            "release": Key("text", "a requirement: the releases that have what `seed` calls"),
            **SOURCED,
        },
        "streams",
    ),
    "seeder": Table(
        c.Seeder,
        {
            **OPTIONAL_ID,
            "calls": CALLS,
            "streams": Key("texts", "what it fixes", required=True, refers="stream"),
            "arg": Key("one or more", "where the seed stands", of="argument", attr="args"),
            "default": Key("constant", "the seed when the argument is missing; left out: unseeded"),
            "unset": Key("unset", "values that leave the streams unseeded"),
            "covers": Key("text", "what is seeded", choices=("after", "inside", "block")),
            "older": Key("requirement", "only such releases fix `older_streams` too"),
            "older_streams": Key("texts", "what older releases fix besides", refers="stream"),
            "optional": Key("flag", "without its argument it is an ordinary call"),
            "config_key": Key("text", "id of the seed key in the configuration that it is given whole"),
            **SOURCED,
        },
        "seeders",
    ),
    "carrier": Table(
        c.Carrier,
        {
            **OPTIONAL_ID,
            "calls": CALLS,
            "arg": Key("one or more", "where the seed stands", of="argument", attr="args"),
            "fallback": Key("text", "stream used without a seed; left out: the OS", refers="stream"),
            "draws": Key("text", "whether a call always draws", choices=("always", "when")),
            "when": Key("one or more", "all must hold for a call to draw", of="condition"),
            "blame": Key("text", "what the remedy seeds", choices=("call", "stream")),
            "group": Key("text", "what rules select by"),
            "unset": Key("unset", "values that mean no seed"),
            "hands": Key("texts", "streams that a loader's workers fix from the fallback stream", refers="stream"),
            "hands_from": Key("requirement", "the releases that do so"),
            "later": Key("texts", "methods that give the object its seed instead"),
            "inline": Key("flag", "a loader without workers"),
            "gives": Key("text", "keyword arguments that a mend gives the call; SEED is filled in"),
            "defines": Key("texts", "lines of the function that they name"),
            "imports": Key("texts", "import lines that both need"),
            **SOURCED,
        },
        "carriers",
    ),
    "switch": Table(
        c.Switch,
        {
            **ID,
            "stream": Key("text", "the framework", required=True, refers="stream"),
            "calls": Key("calls", "calls that set it"),
            "arg": Key("one or more", "where the value stands", of="argument", attr="args"),
            "assigns": Key("calls", "attributes that are assigned"),
            "value": Key("constants", "values that turn it on"),
            "default": Key("constant", "the value when the argument is missing; left out: nothing is set"),
            "env": Key("text", "environment variable that sets it"),
            "env_values": Key("texts", "values of the variable that turn it on"),
            "config": Key("texts", "routes of config keys that set it"),
            "alone": Key("flag", "false: by itself it asks for no deterministic mode"),
            "needs": Key("texts", "ids of switches without which it fails; a mend sets them first"),
            "warns_when": Key("one or more", "any of these: without what it needs it only warns", of="condition"),
            "needs_seed": Key("text", "stream without whose seed a program then fails", refers="stream"),
            "repaired_by": Key("texts", "ids of switches under which what it computes repeats all the same"),
            "remedy": Key("text", "what makes it repeat; `{remedy}` of a rule's texts"),
            "release": Key("text", "a requirement: the releases that have it"),
            "effect": Key(
                "text", "what it does", required=True, choices=("deterministic", "nondeterministic", "imprecise")
            ),
            **SOURCED,
        },
        "switches",
        one_of=("calls", "assigns", "env", "config"),
    ),
    "signal": Table(
        c.Signal,
        {
            **OPTIONAL_ID,
            "calls": Key("calls", "qualified names of functions and classes"),
            "files": Key("texts", "globs on file names that habit gives to such programs"),
            "functions": Key("texts", "names of functions, weaker than a call"),
            "launchers": Key("texts", "leading words of a command line that starts an entry point"),
            "says": Key(
                "text",
                "what the entry point does",
                required=True,
                choices=("training", "evaluation", "accelerator", "neither"),
            ),
            "stream": _STREAM,
            "accelerator": Key("flag", "can run on a GPU"),
            **SOURCED,
        },
        "signals",
        one_of=("calls", "files", "functions", "launchers"),
    ),
    "order": Table(
        c.Order,
        {
            **OPTIONAL_ID,
            "calls": CALLS,
            "taken_by": Key(
                "calls", "it counts only where one of these, a loop or a comprehension takes the order over"
            ),
            "settled_by": Key("calls", "calls around it that settle the order or do not care"),
            "settled_methods": Key("texts", "methods that settle it later"),
            "sorted_by": Key("text", "the builtin that a mend puts around the call"),
            "passed_by": Key("calls", "calls around it that give its order on to what they return"),
            "operators": Key("texts", "it is a value, and counts only as an operand of one of these"),
            "displays": Key("flag", "set displays and set comprehensions count as its calls"),
            "env": Key("text", "a variable that settles it when it is set before the program starts"),
            "runs": Key(
                "one or more", "the function that runs beside others when the call stands in a loop", of="argument"
            ),
            "restarts": Key("calls", "calls that start the program anew, so that it may set the variable itself"),
            **SOURCED,
        },
        "orders",
    ),
    "worker": Table(
        c.Worker,
        {
            **ID,
            "calls": Key("calls", "calls that run a function elsewhere"),
            "arg": Key(
                "one or more", "the function; without it, any that the call is given", of="argument", attr="args"
            ),
            "decorators": Key("calls", "decorators that make a function or class remote"),
            "methods": Key("texts", "methods of such a function or class that start it"),
            "made_when": Key("one or more", "conditions on the call that made the receiver", of="condition"),
            "unless": Key(
                "one or more", "any of these, on the call or on the one that made the receiver", of="condition"
            ),
            "inherits": Key("texts", "streams that the worker takes over as they stand", refers="stream"),
            "reimports": Key("flag", "the worker imports the program's file anew, its main guard left out"),
            **SOURCED,
        },
        "workers",
        one_of=("calls", "decorators"),
    ),
    "seed_key": Table(
        c.SeedKey,
        {
            **OPTIONAL_ID,
            "route": Key("route", "where the seed stands", required=True),
            "files": Key("texts", "globs on the path in the repo"),
            "marks": Key("texts", "keys that must all stand at the top level"),
            "streams": Key("texts", "what it fixes", refers="stream"),
            "unset": Key("unset", "values that mean a random seed"),
            "default": Key("constant", "the seed when the key is missing"),
            **SOURCED,
        },
        "seed_keys",
    ),
    "entropy": Table(c.Entropy, {**ID, "calls": CALLS, **SOURCED}, "entropies"),
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
    return tuple((at, classes[f.name]) for at, f in enumerate(fields(table.cls)) if f.name in classes)


NESTED: dict[type[Any], tuple[tuple[int, type[Any]], ...]] = {
    table.cls: _find_nested(table) for table in (*TABLES.values(), *INLINE.values())
}
"""For each class of entry: (index, class) of the fields that hold tuples of further entries."""
