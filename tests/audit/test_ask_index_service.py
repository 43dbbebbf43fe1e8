"""The real pip-audit with the vulnerability service of the index, turned to loopback: its address is fixed in its code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from driftlint.audit import run as audit_run
from driftlint.audit.run import Answer, Service, Vulnerability, ask_service
from tests.audit.vulnerability_server import Served

TURNED = """
import sys
from urllib.parse import urlsplit
import requests
from pip_audit._cli import audit
get = requests.Session.get
requests.Session.get = lambda self, url, **more: get(self, %r + urlsplit(url).path, **more)
sys.argv[0] = "pip-audit"
audit()
"""
"""pip-audit as it is, save for the host that it asks."""


@pytest.fixture
def turned(service: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    real = audit_run.build_command

    def build(requirements: Path, cache: Path, asked: Service, seconds: int) -> list[str]:
        program, _, _, *rest = real(requirements, cache, asked, seconds)
        return [program, "-c", TURNED % service.address, *rest]

    monkeypatch.setattr(audit_run, "build_command", build)
    return service


def release(*vulnerabilities: dict[str, Any], **info: Any) -> dict[str, Any]:
    return {"info": {"yanked": False, **info}, "urls": [], "vulnerabilities": list(vulnerabilities)}


def told(id: str, *, fixed: tuple[str, ...] = (), aliases: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    return {"id": id, "fixed_in": list(fixed), "aliases": list(aliases), "details": "it leaks", "summary": None, **more}


def ask(*releases: tuple[str, str]) -> dict[tuple[str, str], Answer]:
    return ask_service(releases, Service("pypi"), 60)


def test_vulnerable_and_clean(turned: Served) -> None:
    found = told("PYSEC-2018-28", fixed=("2.20.0",), aliases=("CVE-2018-18074",))
    turned.releases["requests", "2.19.0"] = release(found)
    turned.releases["flask", "3.1.1"] = release()
    expected = Vulnerability("PYSEC-2018-28", ("CVE-2018-18074",), ("2.20.0",), "it leaks")
    assert ask(("requests", "2.19.0"), ("flask", "3.1.1")) == {
        ("requests", "2.19.0"): Answer((expected,)),
        ("flask", "3.1.1"): Answer(),
    }
    assert sorted(turned.asked) == [("flask", "3.1.1"), ("requests", "2.19.0")]


def test_what_was_withdrawn_does_not_count(turned: Served) -> None:
    turned.releases["a", "1"] = release(told("X-1", withdrawn="2024-01-01T00:00:00Z"))
    assert ask(("a", "1")) == {("a", "1"): Answer()}


def test_a_release_that_the_index_does_not_know_is_not_audited(turned: Served) -> None:
    turned.releases["a", "1"] = release()
    answers = ask(("a", "1"), ("mine", "0.1"))
    assert answers["a", "1"] == Answer()
    assert answers["mine", "0.1"].skipped.startswith("Dependency not found")


def test_a_failing_index_is_not_clean(turned: Served) -> None:
    turned.releases["a", "1"] = release()
    turned.status["b"] = 500
    answers = ask(("a", "1"), ("b", "1"))
    assert answers["a", "1"] == Answer()
    assert answers["b", "1"].skipped.startswith("pip-audit failed: ")


def test_broken_json_is_no_all_clear(turned: Served) -> None:
    turned.raw["a"] = b"{"
    assert "JSONDecodeError" in ask(("a", "1"))["a", "1"].skipped
