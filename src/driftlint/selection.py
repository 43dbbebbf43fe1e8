"""Which rules run.

Promises: selectors (rule names, families, "all") are compared with the rules that exist, and every name that means
nothing is reported with the nearest one that does. Refuses to know: what a rule looks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from driftlint.config import Config
from driftlint.config_source import ConfigProblem
from driftlint.config_values import suggest
from driftlint.facts import Rule


class Selection(Struct, frozen=True):
    """The rules that run, by name, and for each of the others the reason why not.

    `problems` are selectors that mean nothing.
    """

    rules: dict[str, Rule] = field(default_factory=dict)
    off: dict[str, str] = field(default_factory=dict)
    problems: tuple[ConfigProblem, ...] = ()


def select_rules(config: Config, rules: Iterable[Rule], door: str = "") -> Selection:
    """Return the rules that run under a configuration, in the command that `door` names.

    The most specific selector wins (rule, then family, then "all"); between equals `ignore` wins. Preview and
    deprecated rules, rules of another door, and rules newer than the ruleset, run only when they are selected by their
    own name; `preview` turns on the preview rules.
    """
    known = {rule.name: rule for rule in rules}
    families = sorted({rule.family for rule in known.values()})
    wanted = {*(config.select or ("all",)), *config.extend_select}
    chosen: dict[str, Rule] = {}
    off: dict[str, str] = {}
    for rule in known.values():
        why = _reason_off(rule, config, wanted, door)
        if why:
            off[rule.name] = why
        else:
            chosen[rule.name] = rule
    problems = [
        problem
        for key, selectors in (
            ("select", config.select),
            ("extend-select", config.extend_select),
            ("ignore", config.ignore),
        )
        for problem in _check(selectors, key, config.origins, [*known, *families, "all"])
    ]
    for number, table in enumerate(config.per_path, start=1):
        problems += _check(
            table.ignore,
            "per-path",
            config.origins,
            [*known, *families, "all"],
            f" in table {number}",
        )
    return Selection(chosen, off, tuple(problems))


def _reason_off(rule: Rule, config: Config, wanted: set[str], door: str) -> str:
    on, ignored = _weight(rule, wanted), _weight(rule, config.ignore)
    if on == 0:
        return "not selected"
    if ignored >= on:
        return "ignored by the configuration"
    if on == 3:
        return ""
    if rule.door and rule.door != door:
        return f"runs in `driftlint {rule.door}`"
    if rule.status == "preview" and not config.preview:
        return "preview rules are off"
    if rule.status == "deprecated":
        return "deprecated"
    if config.ruleset and _is_newer(rule.since, config.ruleset):
        return f"newer than the ruleset {config.ruleset}"
    return ""


def _weight(rule: Rule, selectors: Iterable[str]) -> int:
    selectors = set(selectors)
    return 3 if rule.name in selectors else 2 if rule.family in selectors else 1 if "all" in selectors else 0


def _is_newer(since: str, ruleset: str) -> bool:
    from packaging.version import Version

    try:
        return Version(since) > Version(ruleset)
    except (ValueError, RecursionError):
        return False


def _check(
    selectors: Iterable[str],
    key: str,
    origins: Mapping[str, str],
    known: list[str],
    where: str = "",
) -> Iterable[ConfigProblem]:
    path, _, line = origins.get(key, "configuration").rpartition(":")
    for selector in selectors:
        if selector not in known:
            message = f"`{key}`{where}: no rule or family `{selector}`{suggest(selector, known)}"
            yield (
                ConfigProblem(path, int(line), message) if path and line.isdigit() else ConfigProblem(line, 0, message)
            )
