"""What a review asks of a repo: presets, and the keys of ``[tool.driftlint.review]`` over them.

Promises: a policy says everything that a verdict depends on, and its digest is that of all of it. Refuses to know: what was
found, names of rules, libraries and kinds (`check_names` compares those that are given with those that there are).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from driftlint.config import Config
from driftlint.config_options import PARTS
from driftlint.config_source import ConfigProblem
from driftlint.config_values import suggest
from driftlint.facts import Finding

ALL = "all"
NOT = "!"
"""Stands before a kind that is taken out of all."""


class Policy(Struct, frozen=True):
    """What blocks.

    `demands` is the preset of demands that holds at least ("default" or "strict"), `demand` maps kinds to names of rungs
    over it. `severity` is the mildest that blocks; `block` and `allow` are rules and families. `record` are the parts
    that every program that trains must record, `conditional` says whether a condition that the repo does not settle is
    good enough. `unknown` holds kinds, or "all", and after a "!" those that are taken out: by default calls that read files of
    this machine as well as addresses, whose names are rarely in the repo.
    """

    preset: str
    demands: str = "default"
    demand: tuple[tuple[str, str], ...] = ()
    severity: str = "warning"
    block: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    record: tuple[str, ...] = ()
    conditional: bool = True
    unread: str = "block"
    unknown: tuple[str, ...] = (ALL, f"{NOT}download", f"{NOT}local-data")
    ignores: str = "show"
    section: bool = False
    accept_until: bool = True
    accept_by: bool = False

    def blocks(self, finding: Finding) -> bool:
        """Return whether a finding blocks: by the most specific selector, else by its severity."""
        named = self.names(finding)
        if named is not None:
            return named
        return _SEVERITIES.index(finding.severity) <= _SEVERITIES.index(self.severity)

    def names(self, finding: Finding) -> bool | None:
        """Return whether `block` or `allow` names a finding, the more specific one of them; None where neither does."""
        on, off = _weigh(finding, self.block), _weigh(finding, self.allow)
        return on >= off if on or off else None

    def refuses_unknown(self, kind: str) -> bool:
        """Return whether no name and no pin of a kind may be unknown."""
        return NOT + kind not in self.unknown and (ALL in self.unknown or kind in self.unknown)

    @property
    def digest(self) -> str:
        """A short digest of everything that the policy says: equal policies have the same."""
        text = json.dumps(to_builtins(self), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()[:12]


_SEVERITIES = ("error", "warning", "info")

PRESETS: Mapping[str, Policy] = {
    "exploratory": Policy("exploratory", severity="error", unknown=(), accept_until=False),
    "standard": Policy("standard", record=("code", "data", "environment", "hyperparameters", "seeds", "metrics")),
    "regulated": Policy(
        "regulated",
        demands="strict",
        record=PARTS,
        conditional=False,
        unknown=(ALL,),
        ignores="block",
        section=True,
        accept_by=True,
    ),
}
"""What each preset says; what it leaves out is the default of the field."""


def make_policy(config: Config, preset: str = "") -> Policy:
    """Return the policy of a configuration. `preset` takes the place of the one that it names."""
    options = config.review
    base = PRESETS[preset or options.preset]
    given = {
        name: value
        for name in (
            "severity",
            "record",
            "conditional",
            "unread",
            "unknown",
            "ignores",
            "section",
            "accept_until",
            "accept_by",
        )
        if (value := getattr(options, name)) is not None
    }
    if "record" in given:
        given["record"] = tuple(part for part in PARTS if part in given["record"])
    return replace(
        base,
        demand=tuple(sorted({**config.demand, **options.demand}.items())),
        demands="strict" if "strict" in (config.preset, base.demands) else "default",
        block=options.block,
        allow=options.allow,
        **given,
    )


def configure(config: Config, policy: Policy) -> Config:
    """Return a configuration under which the rules judge by the demands of a policy."""
    return replace(
        config,
        preset="strict" if policy.demands == "strict" else "default",
        demand=dict(policy.demand),
    )


def check_names(
    config: Config, rules: Collection[str], families: Collection[str], kinds: Collection[str]
) -> list[ConfigProblem]:
    """Return what in the review table means nothing."""
    options = config.review
    selectors = sorted({*rules, *families, ALL})
    return [
        *_find_unknown(config, "block", options.block, selectors, "rule or family"),
        *_find_unknown(config, "allow", options.allow, selectors, "rule or family"),
        *_find_unknown(
            config, "unknown", tuple(k.removeprefix(NOT) for k in options.unknown or ()), sorted({*kinds, ALL}), "kind"
        ),
        *_find_unknown(config, "demand", tuple(options.demand), sorted(kinds), "kind"),
    ]


def _find_unknown(
    config: Config, key: str, given: tuple[str, ...], known: list[str], what: str
) -> Iterator[ConfigProblem]:
    path, _, line = config.origins.get(f"review.{key}", "configuration").rpartition(":")
    for name in given:
        if name not in known:
            message = f"`review.{key}`: no {what} `{name}`{suggest(name, known)}"
            yield (
                ConfigProblem(path, int(line), message) if path and line.isdigit() else ConfigProblem(line, 0, message)
            )


def _weigh(finding: Finding, selectors: tuple[str, ...]) -> int:
    return 3 if finding.rule in selectors else 2 if finding.family in selectors else 1 if ALL in selectors else 0
