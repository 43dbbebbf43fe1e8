"""Presets, what the configuration says over them, and what means nothing in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftlint.config import Config, load_config
from driftlint.config_source import ConfigError
from driftlint.facts import Finding, Place, Severity, Subject
from driftlint.review.forms.words import describe_unknown
from driftlint.review.policy import PRESETS, Policy, check_names, configure, make_policy
from driftlint.text import Span


def finding(severity: Severity, rule: str = "r", family: str = "f") -> Finding:
    return Finding(rule, family, severity, "high", Subject("dataset", "h", "n"), "m", "", Place("a.py", Span(0, 1)))


def write(root: Path, text: str) -> Config:
    (root / "driftlint.toml").write_text(text)
    (root / ".git").mkdir(exist_ok=True)
    return load_config(root)


def test_the_presets_grow_stricter() -> None:
    exploratory, standard, regulated = (PRESETS[name] for name in ("exploratory", "standard", "regulated"))
    assert [p.severity for p in (exploratory, standard, regulated)] == ["error", "warning", "warning"]
    assert set(exploratory.record) < set(standard.record) < set(regulated.record)
    assert [p.unknown for p in (exploratory, standard, regulated)] == [
        (),
        ("all", "!download", "!local-data"),
        ("all",),
    ]
    assert [p.unread for p in (exploratory, standard, regulated)] == ["block"] * 3
    assert [p.accept_until for p in (exploratory, standard, regulated)] == [False, True, True]
    assert [p.accept_by for p in (exploratory, standard, regulated)] == [False, False, True]
    assert [p.demands for p in (exploratory, standard, regulated)] == ["default", "default", "strict"]
    assert [p.section for p in (exploratory, standard, regulated)] == [False, False, True]
    assert [p.ignores for p in (exploratory, standard, regulated)] == ["show", "show", "block"]
    assert [p.conditional for p in (exploratory, standard, regulated)] == [True, True, False]


def test_the_configuration_wins_over_the_preset_and_the_command_line_over_its_name(tmp_path: Path) -> None:
    config = write(
        tmp_path,
        'preset = "strict"\ndemand = { image = "VERSION", dataset = "VERSION" }\n[review]\npreset = "exploratory"\n'
        'record = ["seeds", "code"]\ndemand = { dataset = "SEALED" }\nsection = true\nunknown = ["model"]\n',
    )
    policy = make_policy(config)
    assert (policy.preset, policy.severity, policy.record) == ("exploratory", "error", ("code", "seeds"))
    assert (policy.section, policy.unknown, policy.demands) == (True, ("model",), "strict")
    assert policy.demand == (("dataset", "SEALED"), ("image", "VERSION"))
    assert configure(config, policy).demand == {"dataset": "SEALED", "image": "VERSION"}
    named = make_policy(config, "regulated")
    assert (named.preset, named.accept_by, named.record) == ("regulated", True, ("code", "seeds"))


def test_equal_policies_have_the_same_digest_and_others_another() -> None:
    assert PRESETS["standard"].digest == Policy("standard", record=PRESETS["standard"].record).digest
    assert len({policy.digest for policy in PRESETS.values()}) == 3


@pytest.mark.parametrize(
    ("block", "allow", "severity", "expected"),
    [
        ((), (), "warning", True),
        ((), (), "info", False),
        (("r",), (), "info", True),
        (("f",), (), "info", True),
        (("all",), (), "info", True),
        ((), ("r",), "error", False),
        ((), ("f",), "error", False),
        (("r",), ("f",), "info", True),
        (("f",), ("r",), "error", False),
        (("r",), ("r",), "info", True),
        (("other",), ("other",), "error", True),
    ],
)
def test_the_most_specific_selector_decides_whether_a_finding_blocks(
    block: tuple[str, ...], allow: tuple[str, ...], severity: Severity, expected: bool
) -> None:
    assert Policy("p", block=block, allow=allow).blocks(finding(severity)) is expected


def test_names_that_mean_nothing_are_told_with_line_and_nearest_name(tmp_path: Path) -> None:
    config = write(
        tmp_path,
        '[review]\nblock = ["datset-unpinned"]\nallow = ["dta"]\nunknown = ["datasets", "all", "!modl"]\n'
        'demand = { imagee = "SEALED" }\n',
    )
    found = check_names(config, ["dataset-unpinned"], ["data"], ["dataset", "image", "model"])
    assert [str(problem) for problem in found] == [
        "driftlint.toml:2: `review.block`: no rule or family `datset-unpinned`; did you mean `dataset-unpinned`?",
        "driftlint.toml:3: `review.allow`: no rule or family `dta`; did you mean `data`?",
        "driftlint.toml:4: `review.unknown`: no kind `datasets`; did you mean `dataset`?",
        "driftlint.toml:4: `review.unknown`: no kind `modl`; did you mean `model`?",
        "driftlint.toml:5: `review.demand`: no kind `imagee`; did you mean `image`?",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'record = ["seed"]',
            "`review.record`: item 1 must be one of code, data, environment, hyperparameters, seeds, ",
        ),
        ('preset = "strict"', '`review.preset`: must be "exploratory" or "standard" or "regulated", not "strict"'),
        ('unread = "ignore"', '`review.unread`: must be "block" or "show", not "ignore"'),
        ("accept_until = true", "unknown key `review.accept_until`; did you mean `accept-until`?"),
        ("section = 1", "`review.section`: must be true or false, not 1"),
    ],
)
def test_a_wrong_key_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        write(tmp_path, f"[review]\n{text}\n")
    assert "driftlint.toml:2: " in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("unknown", "refused", "said"),
    [
        ((), "", "are shown"),
        (("all",), "model dataset download", "block for every kind"),
        (("all", "!download"), "model dataset", "block for every kind but download"),
        (("model",), "model", "block for model"),
        (("model", "dataset", "!dataset"), "model", "block for model"),
    ],
)
def test_unknown_kinds_can_be_named_and_taken_out(unknown: tuple[str, ...], refused: str, said: str) -> None:
    policy = Policy("p", unknown=unknown)
    assert [kind for kind in ("model", "dataset", "download") if policy.refuses_unknown(kind)] == refused.split()
    assert describe_unknown(unknown) == said
