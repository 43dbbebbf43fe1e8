"""Commits from a hub: the API's answers, gated and unknown repos, and where the token goes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from driftlint.pin_sources_online.ask import Asker
from driftlint.pin_sources_online.hub import HubCommits, find_endpoint, find_token
from driftlint.pin_sources_online.troubles import Troubles
from driftlint.pins import Proposal
from tests.pin_sources_online.conftest import Judge
from tests.pin_sources_online.services_on_loopback import Served, serve

DAY = date(2026, 3, 1)
COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
OTHER = "0123456789abcdef0123456789abcdef01234567"


def ask(judge: Judge, served: Served, code: str, token: str = "") -> tuple[list[Proposal | None], list[str]]:
    troubles = Troubles()
    run = judge({"train.py": f"from datasets import load_dataset\nfrom transformers import AutoModel\n{code}\n"})
    source = HubCommits(Asker(5), troubles, run.world.get_document, served.address, token, DAY)
    return [source.find(r) for r in run.world.references], troubles.tell()


def test_the_commit_of_the_asked_revision_is_proposed(judge: Judge, served: Served) -> None:
    served.revisions = {
        ("datasets", "acme/rows", "refs/convert/parquet"): COMMIT,
        ("models", "acme/model", "main"): OTHER,
    }
    found, troubles = ask(
        judge,
        served,
        'load_dataset("acme/rows", revision="refs/convert/parquet")\nAutoModel.from_pretrained("acme/model")',
    )
    assert found == [
        Proposal(
            COMMIT,
            f"{served.address}, datasets acme/rows at refs/convert/parquet on 2026-03-01",
            applicability="suggest",
        ),
        Proposal(OTHER, f"{served.address}, models acme/model at main on 2026-03-01", "suggest"),
    ]
    assert troubles == []
    assert served.asked[0] == ("GET", "/api/datasets/acme/rows/revision/refs%2Fconvert%2Fparquet", "")


def test_a_gated_repo_needs_the_token_and_is_told_without_it(judge: Judge, served: Served) -> None:
    served.revisions = {("models", "acme/model", "main"): COMMIT}
    served.gated, served.token = {"acme/model"}, "hf_secret"
    found, troubles = ask(judge, served, 'AutoModel.from_pretrained("acme/model")')
    assert found == [None]
    assert troubles == [
        f"{served.address} names no pin for models acme/model at main: there is none of this name, or it is private or gated: "
        "HF_TOKEN lets it be asked for"
    ]
    found, troubles = ask(judge, served, 'AutoModel.from_pretrained("acme/model")', "hf_secret")
    assert [p.version if p else None for p in found] == [COMMIT]


def test_a_failure_costs_its_own_pin_only(judge: Judge, served: Served) -> None:
    served.revisions = {("models", "acme/model", "main"): COMMIT, ("datasets", "acme/odd", "main"): "main"}
    code = 'load_dataset("acme/gone")\nload_dataset("acme/odd")\nAutoModel.from_pretrained("acme/model")'
    found, troubles = ask(judge, served, code)
    assert [p.version if p else None for p in found] == [None, None, COMMIT]
    assert troubles == [
        f"{served.address} names no pin for datasets acme/gone at main, and 1 more: there is none of this name, or not this "
        "revision"
    ]


def test_the_token_follows_a_renamed_repo_and_goes_to_no_other_server(judge: Judge, served: Served) -> None:
    with serve() as other:
        served.revisions = {("models", "acme/new", "main"): COMMIT}
        served.moved = {
            "/api/models/bert-base-uncased/revision/main": "/api/models/acme/new/revision/main",
            "/api/models/acme/away/revision/main": f"{other.address}/api/models/acme/away/revision/main",
        }
        code = 'AutoModel.from_pretrained("bert-base-uncased")\nAutoModel.from_pretrained("acme/away")'
        found, _ = ask(judge, served, code, "hf_secret")
        assert [p.version if p else None for p in found] == [COMMIT, None]
        assert served.asked[1] == ("GET", "/api/models/acme/new/revision/main", "Bearer hf_secret")
        assert [secret for _, _, secret in other.asked] == [""]


def test_names_that_only_a_run_knows_are_not_asked(judge: Judge, served: Served) -> None:
    found, _ = ask(
        judge, served, 'import sys\nAutoModel.from_pretrained(sys.argv[1])\nAutoModel.from_pretrained("./here")'
    )
    assert [p for p in found if p] == []
    assert served.asked == []


def test_token_and_endpoint_are_those_of_the_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    assert find_token() == ""
    assert find_endpoint() == "https://huggingface.co"
    (tmp_path / "token").write_text("hf_file\n")
    assert find_token() == "hf_file"
    monkeypatch.setenv("HF_TOKEN", " hf_env ")
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example/")
    assert find_token() == "hf_env"
    assert find_endpoint() == "https://hub.example"
    monkeypatch.setenv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")
    assert find_token() == ""
