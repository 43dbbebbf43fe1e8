"""``driftlint test`` and ``driftlint new``: for those who write rules.

Promises: a failure names the line of the rule file. Refuses to know: typer, how findings come about.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from driftlint.cli.common import CLEAN, FOUND, Settings, load_settings
from driftlint.cli.streams import CommandError, note, write_out
from driftlint.facts import Rule
from driftlint.packs.files import builtin_pack

_OWN_PACK = Path("driftlint-rules")
"""Where the first rule of a team goes when nothing says otherwise."""


def run_test(packs: Sequence[Path], names: Sequence[str]) -> int:
    """Run the examples of the rules in packs, all rules of the same pack on."""
    from driftlint.packs.examples import Failure, Seen, run_examples
    from driftlint.packs.faults import InvalidPack
    from driftlint.packs.read import read_packs
    from driftlint.rule_test import check_example, mend_example

    if missing := [pack for pack in packs if not pack.is_dir()]:
        raise CommandError(*(f"{pack}: is no folder" for pack in missing))
    folders = list(dict.fromkeys(Path(os.path.realpath(pack)) for pack in packs))
    builtin = builtin_pack()
    order = [builtin, *(folder for folder in folders if folder != builtin)]
    catalogue, rules, errors = read_packs(order)
    if errors:
        raise InvalidPack(replace(error, path=_shorten(error.path)) for error in errors)
    failures: list[Failure] = []
    known: set[str] = set()
    ran = 0
    for folder in folders:
        own = {name: rule for name, rule in rules.items() if Path(rule.path).is_relative_to(folder)}
        known |= own.keys()
        chosen = [rule for name, rule in sorted(own.items()) if not names or name in names]
        ran += sum(len(rule.examples) for rule in chosen)

        def check(files: dict[str, str], /, *, today: str = "", own: Mapping[str, Rule] = own) -> list[Seen]:
            return check_example(files, catalogue, own, today)

        def mend(rule: str, files: dict[str, str], today: str, own: Mapping[str, Rule] = own) -> dict[str, str]:
            return mend_example(rule, files, catalogue, own, today)

        failures += run_examples(chosen, check, mend)
    if unknown := [name for name in names if name not in known]:
        raise CommandError(*(f"no rule `{name}` in {', '.join(map(str, packs))}" for name in unknown))
    write_out("".join(f"{replace(failure, path=_shorten(failure.path))}\n" for failure in failures))
    broken = len({(failure.path, failure.title, failure.rule) for failure in failures})
    if not ran:
        note("there are no examples to run")
    elif failures:
        note(f"{broken} of {ran} examples {'does' if broken == 1 else 'do'} not hold")
    else:
        note(f"{ran} examples hold")
    return FOUND if failures else CLEAN


def run_new(name: str, pack: Path | None, settings: Settings) -> int:
    """Write the skeleton of a rule and say what comes next."""
    from driftlint.packs.scaffold import new_rule

    config = load_settings([Path()], settings)
    folder = pack or (config.packs[0] if config.packs else _OWN_PACK)
    try:
        path = new_rule(folder, name)
    except ValueError as error:
        raise CommandError(str(error)) from error
    except FileExistsError as error:
        raise CommandError(f"{_shorten(str(error.filename or folder))}: is there already") from error
    except OSError as error:
        raise CommandError(f"{error.filename or folder}: cannot be written: {error.strerror or error}") from error
    write_out(f"{_shorten(str(path))}\n")
    shown = _shorten(str(folder))
    note(f"fill it in, then run: driftlint test {shown}")
    if Path(os.path.abspath(folder)) not in config.packs:
        note(f'to use it in checks, add to the configuration: packs = ["{shown}"]')
    return CLEAN


def _shorten(path: str) -> str:
    """Return a path relative to the current folder when it lies inside it."""
    here = os.path.relpath(path)
    return path if here.startswith(os.pardir) else here
