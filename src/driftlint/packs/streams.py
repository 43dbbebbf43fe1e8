"""Catalogue entries for random numbers: streams, what seeds them, what else decides whether a run repeats.

Promises: plain frozen data. Refuses to know: which stream an entry point draws from.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from driftlint.facts import Constant
from driftlint.packs.entries import ArgSpec, Condition


class Stream(Struct, frozen=True):
    """A family of random numbers: what draws from it, and the lines that a remedy shows.

    What `weak_draws` draw only lasts when a model is trained. A draw with one of the arguments `spared_by` is none, nor is
    one whose number only goes into a call of `lost_in`.
    """

    id: str
    label: str
    draws: tuple[str, ...] = ()
    weak_draws: tuple[str, ...] = ()
    when_used: tuple[str, ...] = ()
    """Those of them that make an object which draws when it is used."""
    spared_by: tuple[str, ...] = ()
    lost_in: tuple[str, ...] = ()
    per_object: bool = False
    quiet: tuple[str, ...] = ()
    keyed: tuple[str, ...] = ()
    """Calls that draw what a key says, which they are given as one of `key`: one key serves one of them."""
    key: tuple[ArgSpec, ...] = ()
    seed: str = ""
    import_line: str = ""
    release: str = ""
    """A requirement ("pkg>=2"): the releases that have the call of `seed`."""
    source: str = ""
    note: str = ""
    verified: bool = True


class Seeder(Struct, frozen=True):
    """A call that fixes streams. `default` is the value when the argument is missing, if `has_default`.

    `unset` are texts of values that leave the streams unseeded. `covers` "inside": only what the made object draws;
    "block": it is entered by ``with``, and after the block the streams are what they were before. `optional`: without
    its argument the call is an ordinary one. `restores`: it is given a state that was kept. `older` is a requirement
    ("pkg<2"): where the repo allows only such releases, `older_streams` are fixed too.
    """

    id: str
    calls: tuple[str, ...]
    streams: tuple[str, ...] = ()
    args: tuple[ArgSpec, ...] = ()
    default: Constant = None
    has_default: bool = False
    unset: tuple[str, ...] = ()
    covers: Literal["after", "inside", "block"] = "after"
    older: str = ""
    older_streams: tuple[str, ...] = ()
    optional: bool = False
    restores: bool = False
    runs: tuple[str, ...] = ()
    """Classes whose methods the object that it makes calls, after it has seeded."""
    config_key: str = ""
    """Id of the seed key of the configuration that it is given whole: nothing sets the key, nothing is seeded."""
    source: str = ""
    note: str = ""
    verified: bool = True


class Carrier(Struct, frozen=True):
    """A call with its own seed argument. An empty `fallback` means that it seeds itself from the OS.

    `default`, if `has_default`, is the seed that it has where it is given none.

    `blame` "stream": where nothing is seeded, seeding the fallback stream is the remedy. `group` is what rules select
    by. `later` are methods that give the seed to the object instead.

    A loader: `hands` are streams that its worker processes fix for the data set's own draws, from the fallback stream, in the
    releases that `hands_from` ("pkg>=2") names. `inline`: it has no workers, and the data set draws in the main process.

    What a mend writes where a number is not enough: `gives` are keyword arguments (SEED is filled in), `defines` the lines of
    the function that they name, `imports` the import lines that both need.
    """

    id: str
    calls: tuple[str, ...]
    args: tuple[ArgSpec, ...] = ()
    default: Constant = None
    has_default: bool = False
    fallback: str = ""
    draws: Literal["always", "when"] = "always"
    when: tuple[Condition, ...] = ()
    blame: Literal["call", "stream"] = "call"
    group: str = "call"
    unset: tuple[str, ...] = ()
    hands: tuple[str, ...] = ()
    hands_from: str = ""
    when_used: bool = False
    """Whether it makes an object which draws when it is used."""
    later: tuple[str, ...] = ()
    inline: bool = False
    gives: str = ""
    defines: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    source: str = ""
    note: str = ""
    verified: bool = True


class Switch(Struct, frozen=True):
    """A setting of a framework that decides whether its kernels repeat.

    It is a call whose argument, or an attribute that is assigned, has one of `value`; an environment variable `env`
    with one of `env_values`; or a key of a config file, by its route in `config`: of a file that a program is given, or of
    one of `files` that has the keys `marks`. Not `alone`: by itself it asks for no mode.
    """

    id: str
    stream: str
    effect: Literal["deterministic", "nondeterministic", "imprecise"]
    """"imprecise": results repeat on one machine, and differ from those of another kind of accelerator."""
    calls: tuple[str, ...] = ()
    args: tuple[ArgSpec, ...] = ()
    assigns: tuple[str, ...] = ()
    value: tuple[Constant, ...] = ()
    default: Constant = None
    has_default: bool = False
    """Whether a call without the argument sets it to `default`."""
    env: str = ""
    env_values: tuple[str, ...] = ()
    config: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    alone: bool = True
    needs: tuple[str, ...] = ()
    """Ids of switches without which this one fails; a mend sets them first."""
    warns_when: tuple[Condition, ...] = ()
    """Any of these: without what it needs it only warns."""
    read_by: tuple[str, ...] = ()
    """Calls at which the framework reads it, once: what is set later does nothing."""
    needs_seed: str = ""
    """Id of the stream without whose seed a program fails once this one is on."""
    repaired_by: tuple[str, ...] = ()
    """Ids of switches under which what this one computes repeats all the same."""
    remedy: str = ""
    release: str = ""
    """A requirement ("pkg>=2"): the releases that have it."""
    source: str = ""
    note: str = ""
    verified: bool = True


class Signal(Struct, frozen=True):
    """What says what an entry point does: a call, or, weaker, a file's or function's name; `launchers` start one.

    With `only_with` it counts in programs that show one of those signals as well, whose own word may be "nothing". Where a
    call of it is made, those of the signals `outweighs` show no accelerator that kernels differ on.
    """

    id: str
    says: Literal["training", "evaluation", "accelerator", "neither", "nothing"]
    calls: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    launchers: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    """Any of these must hold of a call."""
    unless: tuple[Condition, ...] = ()
    """None of these may hold of a call, whatever the argument may be."""
    only_with: tuple[str, ...] = ()
    outweighs: tuple[str, ...] = ()
    stream: str = ""
    accelerator: bool = False
    source: str = ""
    note: str = ""
    verified: bool = True


class Order(Struct, frozen=True):
    """A call whose results come in no fixed order, or whose value another process does not repeat.

    `settled_by` are calls around it, `settled_methods` later calls on it, `passed_by` calls that give its order on. With
    `taken_by` it has no order of its own: it counts only where one of these calls, a loop or a comprehension takes one
    over. With `operators` it is a value: it counts where it is an operand of one of them. `displays`: set displays and
    comprehensions count as calls. `env` is a variable that, set before the program starts, settles it; a program that
    sets it and then calls one of `restarts` starts itself anew. `runs` is the argument of a function that runs beside
    others, where the call stands in a loop: what it appends to a list of the module comes in no fixed order. `holds`: the
    call gives a tuple of such values. `counted_by` are calls that count items, ties in their order; `texts_read_by` calls
    that read a text which the order was joined to; `by_name` calls whose results are told apart by a name of their own, so
    that their place in a list decides nothing; `numbers` last words of attributes and calls that give numbers.
    """

    id: str
    calls: tuple[str, ...]
    settled_by: tuple[str, ...] = ()
    taken_by: tuple[str, ...] = ()
    settled_methods: tuple[str, ...] = ()
    sorted_by: str = ""
    """The builtin that a mend puts around the call."""
    passed_by: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    displays: bool = False
    holds: bool = False
    env: str = ""
    restarts: tuple[str, ...] = ()
    runs: tuple[ArgSpec, ...] = ()
    counted_by: tuple[str, ...] = ()
    texts_read_by: tuple[str, ...] = ()
    by_name: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    """Calls by which a function has a person choose: what is listed there is listed for them."""
    source: str = ""
    note: str = ""
    verified: bool = True


class Worker(Struct, frozen=True):
    """A call that runs a function elsewhere, where the seeds of the program do not hold.

    `args` hold the function (empty: any argument, or a call inside one, may name it). `decorators` make a function or class
    remote, and `methods` of it start it. `when` are conditions on the call, `made_when` on the call that made the receiver,
    `unless` any condition on either that takes it out. `repeated`: it counts only in a loop or a comprehension. `inherits` are
    streams that the worker takes over as they stand, `shares` those that its threads and the program draw from side by side, in
    an order that the switches `repaired_by` fix.
    `reimports`: the program's file is imported anew in the worker, so that what it seeds outside its main guard holds there.
    """

    id: str
    calls: tuple[str, ...] = ()
    args: tuple[ArgSpec, ...] = ()
    decorators: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    made_when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    repeated: bool = False
    inherits: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    repaired_by: tuple[str, ...] = ()
    reimports: bool = False
    source: str = ""
    note: str = ""
    verified: bool = True


class SeedKey(Struct, frozen=True):
    """A configuration key that holds a seed. `unset` are texts of values that mean a random one.

    `whole`: a file with all `marks` is all that a run is given, so that a key which is not in it is set nowhere.
    """

    id: str
    route: str
    files: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()
    whole: bool = False
    default: Constant = None
    has_default: bool = False
    source: str = ""
    note: str = ""
    verified: bool = True


class Entropy(Struct, frozen=True):
    """Calls whose result differs from run to run, so that it is no seed."""

    id: str
    calls: tuple[str, ...]
    source: str = ""
    note: str = ""
    verified: bool = True
