"""The tables of a catalogue file that tell of random numbers and of what makes kernels repeat.

Promises: as `tables`, of which they are a part. Refuses to know: what a program draws.
"""

from __future__ import annotations

from driftlint.packs import catalogue as c
from driftlint.packs.format import CALLS, ID, OPTIONAL_ID, SOURCED, Key, Table

_STREAM = Key("text", "the stream or framework that it belongs to", refers="stream")

STREAM_TABLES: dict[str, Table] = {
    "stream": Table(
        c.Stream,
        {
            **ID,
            "label": Key("text", "as messages say it", required=True),
            "draws": Key("calls", "calls that draw"),
            "weak_draws": Key("calls", "calls whose draws only last when a model is trained"),
            "when_used": Key("calls", "those of them that make an object which draws when it is used"),
            "spared_by": Key("texts", "arguments that take a call out of the stream"),
            "lost_in": Key("calls", "calls that take a number which then bears on no result"),
            "per_object": Key("flag", "each object has its own generator: which came first says nothing"),
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
            "restores": Key("flag", "it is given a state that was kept, and streams are again what they were"),
            "runs": Key("texts", "classes whose methods the object that it makes calls after it has seeded"),
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
            "default": Key("constant", "the seed when the argument is missing or None"),
            "fallback": Key("text", "stream used without a seed; left out: the OS", refers="stream"),
            "draws": Key("text", "whether a call always draws", choices=("always", "when")),
            "when": Key("one or more", "all must hold for a call to draw", of="condition"),
            "blame": Key("text", "what the remedy seeds", choices=("call", "stream")),
            "group": Key("text", "what rules select by"),
            "unset": Key("unset", "values that mean no seed"),
            "hands": Key("texts", "streams that a loader's workers fix from the fallback stream", refers="stream"),
            "hands_from": Key("requirement", "the releases that do so"),
            "when_used": Key("flag", "it makes an object which draws when it is used"),
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
            "files": Key("texts", "globs on config files that are read on their own"),
            "marks": Key("texts", "keys that must stand at the top of such a file"),
            "alone": Key("flag", "false: by itself it asks for no deterministic mode"),
            "needs": Key("texts", "ids of switches without which it fails; a mend sets them first"),
            "warns_when": Key("one or more", "any of these: without what it needs it only warns", of="condition"),
            "read_by": Key("calls", "calls at which a framework reads it, once: what is set later does nothing"),
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
            "when": Key("one or more", "any of these must hold of a call", of="condition"),
            "unless": Key("one or more", "none of these may hold of a call, with any value", of="condition"),
            "only_with": Key("texts", "signals of which the program must show one, too", refers="signal"),
            "outweighs": Key("texts", "signals whose calls then show no GPU", refers="signal"),
            "says": Key(
                "text",
                "what the entry point does",
                required=True,
                choices=("training", "evaluation", "accelerator", "neither", "nothing"),
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
            "displays": Key("flag", "set displays, set comprehensions and joined views of keys count as its calls"),
            "holds": Key("flag", "what a call gives is a tuple of such values"),
            "env": Key("text", "a variable that settles it when it is set before the program starts"),
            "runs": Key(
                "one or more", "the function that runs beside others when the call stands in a loop", of="argument"
            ),
            "counted_by": Key("calls", "calls that count the items: equally frequent ones keep the order"),
            "texts_read_by": Key("calls", "calls that keep, or compute on, a text that the items were joined to"),
            "by_name": Key("calls", "calls whose results are told apart by a name of their own, whatever their place"),
            "numbers": Key("texts", "last words of attributes and calls that give numbers, whose hashes repeat"),
            "asks": Key("calls", "calls by which the function around it has a person choose"),
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
            "when": Key("one or more", "conditions on the call", of="condition"),
            "repeated": Key("flag", "it counts only where it stands in a loop or a comprehension"),
            "shares": Key("texts", "it starts threads, which draw from these streams side by side", refers="stream"),
            "repaired_by": Key("texts", "ids of switches under which its threads draw in a fixed order"),
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
            "marks": Key("texts", "keys, or routes of keys, that must all be there"),
            "whole": Key("flag", "such a file is all that a run is given: a key that is not in it is set nowhere"),
            "streams": Key("texts", "what it fixes", refers="stream"),
            "unset": Key("unset", "values that mean a random seed"),
            "default": Key("constant", "the seed when the key is missing"),
            **SOURCED,
        },
        "seed_keys",
    ),
    "entropy": Table(c.Entropy, {**ID, "calls": CALLS, **SOURCED}, "entropies"),
}
