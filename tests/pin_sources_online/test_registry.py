"""Digests from a registry that wants an anonymous token first, as public ones do."""

from __future__ import annotations

import hashlib
from datetime import date

from driftlint.pin_sources_online.ask import Asker
from driftlint.pin_sources_online.registry import RegistryDigests
from driftlint.pin_sources_online.troubles import Troubles
from driftlint.pins import Proposal
from tests.pin_sources_online.conftest import Judge
from tests.pin_sources_online.services_on_loopback import Served

DAY = date(2026, 3, 1)
MANIFEST = b'{"schemaVersion":2,"manifests":[]}'
DIGEST = f"sha256:{hashlib.sha256(MANIFEST).hexdigest()}"


def ask(judge: Judge, served: Served, dockerfile: str) -> tuple[list[Proposal | None], list[str]]:
    troubles = Troubles()
    run = judge({"Dockerfile": dockerfile})
    source = RegistryDigests(Asker(5), troubles, run.world.get_document, DAY)
    return [source.find(r) for r in run.world.references], troubles.tell()


def test_the_digest_of_a_tag_is_proposed_after_the_token(judge: Judge, served: Served) -> None:
    served.manifests = {("org/base", "1"): MANIFEST}
    found, troubles = ask(judge, served, f"FROM {served.host}/org/base:1\n")
    evidence = f"the registry {served.host}, org/base:1 on 2026-03-01"
    assert found == [Proposal(DIGEST, evidence, "suggest")]
    assert troubles == []
    token = "/token?scope=repository%3Aorg%2Fbase%3Apull&service=registry"
    path, bearer = "/v2/org/base/manifests/1", "Bearer for-repository:org/base:pull"
    assert served.asked == [("HEAD", path, ""), ("GET", token, ""), ("HEAD", path, bearer)]


def test_without_the_header_the_digest_is_that_of_the_manifest(judge: Judge, served: Served) -> None:
    served.manifests, served.bare = {("base", "latest"): MANIFEST}, True
    found, _ = ask(judge, served, f"FROM {served.host}/base\n")
    assert [p.version if p else None for p in found] == [DIGEST]
    assert served.asked[-1][:2] == ("GET", "/v2/base/manifests/latest")


def test_a_failure_costs_its_own_pin_only(judge: Judge, served: Served) -> None:
    served.manifests = {("base", "1"): MANIFEST}
    found, troubles = ask(judge, served, f"FROM {served.host}/gone:1\nFROM {served.host}/base:1\n")
    assert [p.version if p else None for p in found] == [None, DIGEST]
    assert troubles == [
        f"the registry {served.host} names no pin for gone:1: there is none of this name and tag",
    ]


def test_what_is_put_in_elsewhere_is_not_asked(judge: Judge, served: Served) -> None:
    text = f"ARG TAG=1\nFROM {served.host}/base:${{TAG}}\nFROM {served.host}/base:1@{DIGEST}\nFROM scratch\n"
    found, troubles = ask(judge, served, text)
    assert [p for p in found if p] == []
    assert (served.asked, troubles) == ([], [])
