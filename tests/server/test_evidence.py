"""The server proposes the pins that `check` and `fix` know: all doors ask the same evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftlint.cli.common import Settings, open_target
from driftlint.mending import gather_pins, look_around, offer_fixes
from driftlint.server.checked import Checked, Job

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
URL = "https://github.com/lab/tools"


def test_a_clone_and_a_cached_model_are_evidence_in_an_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIFTLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    root = tmp_path / "repo"
    git = root / "tools" / ".git"
    git.mkdir(parents=True)
    (git / "config").write_text(f'[remote "origin"]\n\turl = {URL}\n')
    (git / "HEAD").write_text(f"{COMMIT}\n")
    (root / "a.sh").write_text(f"git clone {URL}\n")
    (root / "a.py").write_text(
        'from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("lab/weights")\n'
    )
    kept = tmp_path / "hub" / "models--lab--weights"
    (kept / "refs").mkdir(parents=True)
    (kept / "refs" / "main").write_text(COMMIT)
    (kept / "snapshots" / COMMIT).mkdir(parents=True)

    answer = Checked(root).work(Job("utf-16", Settings(None, True, {})))
    assert answer.run is not None
    told = {f.subject.name: [(x.title, x.evidence) for x in f.fixes] for f in answer.run.report.findings if f.fixes}
    assert told == {
        "lab/tools": [(f"pin lab/tools to {COMMIT}", "the clone in tools")],
        "lab/weights": [(f"pin lab/weights to {COMMIT}", "local Hub cache, models lab/weights, refs/main")],
    }
    run = open_target([root], Settings(None, True, {})).open_session().run()
    checked = offer_fixes(run, gather_pins(run, look_around(root)))
    assert {f.subject.name: [(x.title, x.evidence) for x in f.fixes] for f in checked.findings if f.fixes} == told
