"""Loading packs: from the compiled form when it is current, else by reading them.

Promises: with a current compiled form nothing is parsed and no parser is imported. Refuses to know: what stands in
packs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from driftlint.disk import find_real_path
from driftlint.facts import Rule
from driftlint.packs.catalogue import Catalogue
from driftlint.packs.compile import compiled_key, load_compiled, store_compiled
from driftlint.packs.faults import InvalidPack
from driftlint.packs.files import builtin_pack


def load_packs(paths: Sequence[Path], *, builtin: bool = True, cache: bool = True) -> tuple[Catalogue, dict[str, Rule]]:
    """Load the built-in pack and the packs at `paths` over it, from the compiled form when it is current.

    The rules come without sections and examples: `complete_rule` reads those. Raises InvalidPack with all faults, and
    FileNotFoundError when the installation has no built-in pack.
    """
    packs = [builtin_pack()] if builtin else []
    packs += [path for path in (Path(find_real_path(p)) for p in paths) if path not in packs]
    key = compiled_key(packs) if cache else ""
    if key and (stored := load_compiled(key)) is not None:
        return stored
    from driftlint.packs.read import read_packs

    catalogue, rules, errors = read_packs(packs)
    if errors:
        raise InvalidPack(errors)
    rules = {name: replace(rule, sections=(), examples=()) for name, rule in sorted(rules.items())}
    if key:
        store_compiled(key, catalogue, rules)
    return catalogue, rules


def complete_rule(rule: Rule) -> Rule:
    """Return a loaded rule with its sections and examples, read from its file.

    Raises InvalidPack when the file has faults by now, OSError when it is gone.
    """
    from driftlint.packs.rulefile import parse_rule_file

    path = Path(rule.path)
    parsed = parse_rule_file(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"), rule.path, path.parent.name)
    if parsed.rule is None or parsed.errors:
        raise InvalidPack(parsed.errors)
    return parsed.rule
