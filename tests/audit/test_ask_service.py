"""The real pip-audit against a service on loopback: an answer counts only when it names the release."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from driftlint.audit import run as audit_run
from driftlint.audit.run import (
    Answer,
    AuditUnavailable,
    Service,
    Vulnerability,
    ask_service,
    build_command,
    check_url,
    parse_answers,
    reduce_environment,
)
from tests.audit.vulnerability_server import Served, entry

CLEAN = Answer()


def ask(served: Served, *releases: tuple[str, str], timeout: float = 60) -> dict[tuple[str, str], Answer]:
    return ask_service(releases, Service("osv", served.osv_url), timeout)


def test_vulnerable_and_clean(service: Served) -> None:
    found = entry("requests", "PYSEC-2018-28", fixed=("2.20.0", "1.9.1"), aliases=("CVE-2018-18074",))
    service.vulnerable["requests", "2.19.0"] = [found]
    answers = ask(service, ("requests", "2.19.0"), ("flask", "3.1.1"))
    expected = Vulnerability("PYSEC-2018-28", ("CVE-2018-18074",), ("2.20.0",), "requests leaks")
    assert answers == {("requests", "2.19.0"): Answer((expected,)), ("flask", "3.1.1"): CLEAN}
    assert sorted(service.asked) == [("flask", "3.1.1"), ("requests", "2.19.0")]


def test_two_versions_of_one_name_are_both_asked_about(service: Served) -> None:
    service.vulnerable["numpy", "1.0"] = [entry("numpy", "X-1")]
    answers = ask(service, ("numpy", "1.0"), ("numpy", "2.0"))
    assert [v.id for v in answers["numpy", "1.0"].vulnerabilities] == ["X-1"]
    assert answers["numpy", "2.0"] == CLEAN


@pytest.mark.parametrize("status", [404, 500])
def test_a_release_that_the_service_refuses_hides_no_other(service: Served, status: int) -> None:
    service.status["torch"] = status
    service.vulnerable["b", "1"] = [entry("b", "X-2")]
    answers = ask(service, ("a", "1"), ("torch", "2.7.1"), ("b", "1"))
    assert answers["a", "1"] == CLEAN
    assert [v.id for v in answers["b", "1"].vulnerabilities] == ["X-2"]
    assert str(status) in answers["torch", "2.7.1"].skipped
    assert answers["torch", "2.7.1"].skipped.startswith("pip-audit failed: HTTPError: ")


def test_a_service_that_refuses_everything_is_not_asked_for_each_release(service: Served) -> None:
    names = [f"p{number}" for number in range(40)]
    service.status.update(dict.fromkeys(names, 503))
    answers = ask(service, *((name, "1") for name in names))
    assert {answer.skipped[:27] for answer in answers.values()} == {"pip-audit failed: HTTPError"}
    assert set(answers) == {(name, "1") for name in names}
    assert len(service.asked) < 20


def test_broken_json_is_no_all_clear(service: Served) -> None:
    service.raw["a"] = b'{"vulns": ['
    service.raw["b"] = b'{"next_page_token": "more"}'
    answers = ask(service, ("a", "1"), ("b", "1"), ("c", "1"))
    assert "JSONDecodeError" in answers["a", "1"].skipped
    assert answers["b", "1"].skipped == "pip-audit failed: KeyError: 'vulns'"
    assert answers["c", "1"] == CLEAN


def test_an_entry_that_pip_audit_drops_is_no_all_clear(service: Served) -> None:
    service.vulnerable["a", "1"] = [entry("a", "X-3", schema_version="2.0.0")]
    answers = ask(service, ("a", "1"), ("b", "1"))
    assert answers["a", "1"].skipped == "the service gave an entry that pip-audit cannot read"
    assert answers["b", "1"] == CLEAN


def test_withdrawn_entries_do_not_count(service: Served) -> None:
    service.vulnerable["a", "1"] = [entry("a", "X-4", withdrawn="2025-01-01T00:00:00Z")]
    assert ask(service, ("a", "1")) == {("a", "1"): CLEAN}


def test_time_is_up(service: Served) -> None:
    service.delay = 30
    answers = ask(service, ("a", "1"), ("a", "2"), timeout=2.5)
    assert answers == dict.fromkeys([("a", "1"), ("a", "2")], Answer(skipped="the time was up: 2.5 s"))


def test_nobody_listens() -> None:
    answers = ask_service([("a", "1"), ("b", "1")], Service("osv", "http://127.0.0.1:9/v1/query"), 60)
    assert {answer.skipped[:34] for answer in answers.values()} == {"pip-audit failed: ConnectionError:"}


def test_without_the_extra_the_message_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(*arguments: object) -> list[str]:
        code = "import sys; sys.modules['pip_audit'] = None; import runpy; runpy.run_module('pip_audit')"
        return [sys.executable, "-c", code]

    monkeypatch.setattr(audit_run, "build_command", build)
    with pytest.raises(AuditUnavailable, match=r"pip install 'driftlint\[audit\]'"):
        ask_service([("a", "1")], Service("osv"), 60)


def test_python_names_the_missing_module_as_the_message_expects(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-S", "-m", "pip_audit"], capture_output=True, text=True, check=False)
    assert "No module named pip_audit" in done.stderr


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_flood_is_cut(monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
    code = f"import sys\nwhile True: sys.{stream}.write('x' * 65536)"
    monkeypatch.setattr(audit_run, "build_command", lambda *arguments: [sys.executable, "-c", code])
    monkeypatch.setattr(audit_run, "_OUTPUT", 1_000_000)
    answers = ask_service([("a", "1")], Service("osv"), 60)
    assert answers == {("a", "1"): Answer(skipped="pip-audit wrote more than can be read")}


def test_output_that_is_no_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_run, "build_command", lambda *arguments: [sys.executable, "-c", "print('all well')"])
    answers = ask_service([("a", "1")], Service("osv"), 60)
    assert answers == {("a", "1"): Answer(skipped="pip-audit wrote no JSON of the form that is known")}


def test_nothing_is_resolved_installed_or_fixed() -> None:
    command = build_command(Path("r.txt"), Path("c"), Service("pypi"), 5)
    assert command[1:3] == ["-m", "pip_audit"]
    assert {"--no-deps", "--disable-pip"} <= set(command)
    assert not {"--fix", "--osv-url"} & set(command)
    assert command[command.index("--vulnerability-service") + 1] == "pypi"


def test_the_environment_holds_no_secrets(tmp_path: Path) -> None:
    given = {"PATH": "/bin", "HF_TOKEN": "hf_x", "HTTPS_PROXY": "http://p:1", "PIP_AUDIT_OUTPUT": "/x", "HOME": "/me"}
    kept = reduce_environment(given, tmp_path)
    assert kept["PATH"] == "/bin"
    assert kept["HTTPS_PROXY"] == "http://p:1"
    assert kept["HOME"] == str(tmp_path)
    assert not {"HF_TOKEN", "PIP_AUDIT_OUTPUT"} & set(kept)


def test_a_netrc_file_is_not_sent(service: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    assert ask(service, ("a", "1")) == {("a", "1"): CLEAN}
    assert [headers.get("Authorization") for headers in service.headers] == [None]


def test_a_release_that_the_answer_does_not_name_was_not_audited() -> None:
    content = {
        "dependencies": [
            {"name": "a", "version": "2", "vulns": []},
            {"name": "b", "skip_reason": "Dependency not found\nand could not be audited: b (1)"},
            {"name": "C_c", "version": "1.0", "vulns": []},
        ],
        "fixes": [],
    }
    assert parse_answers([("a", "1"), ("b", "1"), ("c-c", "1.0")], content) == {
        ("a", "1"): Answer(skipped="pip-audit gave no answer for it"),
        ("b", "1"): Answer(skipped="Dependency not found and could not be audited: b (1)"),
        ("c-c", "1.0"): CLEAN,
    }


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("ftp://a/b", "must begin"),
        ("http:///x", "must begin"),
        ("https://me:word@a/b", "credentials"),
        ("http://[::1", "no address"),
        ("https://osv.example.org/v1/query", None),
    ],
)
def test_addresses(url: str, fault: str | None) -> None:
    said = check_url(url)
    assert (said is None) if fault is None else (said is not None and fault in said)
