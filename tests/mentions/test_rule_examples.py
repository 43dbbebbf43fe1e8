"""The examples of the package rules, held against the mentions alone.

Only rules of the judge "pinned" are decided by one mention; the others need the whole repo, as do examples with a lock, and a
role the catalogue.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from driftlint.documents.model import Document
from driftlint.facts import Example, Mention, Rule
from driftlint.locks import recognise_compiled, recognise_lock
from driftlint.mentions import extract_mentions, settle_mentions
from driftlint.mentions.image_reference import image_address
from driftlint.packs.rulefile import parse_rule_file
from tests.mentions.reading import read

RULES = sorted((Path(__file__).parents[2] / "rules" / "packages").glob("*.md"))


def parse(path: Path) -> Rule:
    parsed = parse_rule_file(path.read_text(encoding="utf-8"), path.name, "packages")
    assert parsed.errors == ()
    assert parsed.rule is not None
    return parsed.rule


def selects(params: dict[str, Any], mention: Mention) -> bool:
    groups = set(mention.groups)
    return (
        mention.kind in params["kinds"]
        and mention.pin.state in params["states"]
        and mention.form in params["forms"]
        and (not params.get("groups") or bool(groups & set(params["groups"])))
        and not groups & set(params.get("not_groups", ()))
    )


def is_code(name: str, text: str) -> bool:
    """Return whether what a file says stands in its Python calls, which mentions leave to the matching of calls."""
    return name.endswith(".py") and "# /// script" not in text


def spell(document: Document, mention: Mention) -> str:
    """Return a package's name as messages have it: as it is written, in lower case."""
    written = document.text[mention.name_span.start : mention.name_span.end].lower()
    return written if canonicalize_name(written) == mention.name else mention.name


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_rule_file_is_well_formed(path: Path) -> None:
    rule = parse(path)
    assert rule.family == "packages"
    assert rule.examples


def has_lock(example: Example) -> bool:
    """Return whether a lock of the example decides with the mentions; `driftlint test rules` runs it as a repo."""
    return any(recognise_lock(name) or recognise_compiled(name, text.encode()) for name, text in example.files)


def pinned_examples() -> list[Any]:
    cases = []
    for path in RULES:
        rule = parse(path)
        if rule.judge == "pinned" and "role" not in rule.params:
            cases += [pytest.param(rule, e, id=f"{rule.name}:{e.line}") for e in rule.examples if not has_lock(e)]
    return cases


@pytest.mark.parametrize(("rule", "example"), pinned_examples())
def test_examples_of_pinned_rules(rule: Rule, example: Example) -> None:
    documents = {name: read(name, text) for name, text in example.files if not is_code(name, text)}
    mentions = settle_mentions({name: extract_mentions(document) for name, document in documents.items()})
    got = []
    for name, found in mentions.items():
        for mention in found:
            if selects(dict(rule.params), mention):
                message = rule.message.format(
                    name=spell(documents[name], mention),
                    image=image_address(mention.host, mention.name),
                    selector=mention.pin.selector or "",
                    host=mention.host,
                    kind=mention.kind,
                )
                got.append((name, documents[name].locate(mention.span.start).line, message))
    wanted = sorted((name, line, text) for name, line, _, text in example.expect if name in documents)
    places = [(name, line) for name, line, _ in sorted(got)]
    forms = rule.params.get("forms", ())
    if not isinstance(forms, (tuple, list)) or not forms or {"command", "config"} & set(forms):
        # The catalogue's command lines and config keys give the others; they are tested as whole repos.
        assert set(places) <= {(name, line) for name, line, _ in wanted}
        return
    assert places == [(name, line) for name, line, _ in wanted]
    for name, line, text in wanted:
        assert any(text in message for where, at, message in got if (where, at) == (name, line))
