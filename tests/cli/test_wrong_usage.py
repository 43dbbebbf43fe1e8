"""Wrong usage: each message says what is wrong and what to write instead, in one line, with status 2."""

from __future__ import annotations

import pytest

from tests.cli.program_run import Run, Write

USAGES = {
    "check nowhere": "error: nowhere: does not exist; paths are taken from the current folder",
    "check --select dataset-unpined": "no rule or family `dataset-unpined`; did you mean `dataset-unpinned`?",
    "check --config nope.toml": "error: nope.toml: there is no such configuration file; `driftlint config` shows",
    "check --config bad.toml": "error: bad.toml:2: unknown key `selct`; did you mean `select`?",
    "check --also junit": "error: --also `junit`: write FORMAT=PATH with a format of text, concise, json,",
    "check -o nope/x.json": "error: nope/x.json: cannot be written: the folder nope does not exist; make it first",
    "baseline --baseline nope/x.json": "nope does not exist; make it first",
    "baseline --show": "error: driftlint-baseline.json: there is no such baseline; `driftlint baseline` writes one",
    "explain dataset-unpined": "error: no rule `dataset-unpined`; did you mean `dataset-unpinned`",
    "why a.py": "error: `a.py` names no line: write PATH:LINE, as in train.py:12",
    "why a.py:999": "error: a.py:999: the file has 2 lines: name one of them",
    "record nowhere": "error: nowhere: does not exist; paths are taken from the current folder",
    "record . --require seed": "error: --require: no part is called seed; did you mean `seeds`?; there are code, data,",
    "fix --environment nope": "error: nope: is not the folder of an environment: name the one that holds",
    "check --staged": "is in no git repo, which is read for this: name a folder of one, or `git init` and commit",
    "fix --index-url https://a.example": "error: --index-url goes with --online: add it, or leave --index-url out",
    "server --tcp abc": "error: --tcp abc: write a port, as in 127.0.0.1:8765",
    "chek": "Did you mean 'check'?",
}


@pytest.mark.parametrize("words", USAGES)
def test_a_wrong_usage_says_what_to_write(words: str, driftlint: Run, write: Write) -> None:
    write(
        {
            "a.py": 'from datasets import load_dataset\nload_dataset("a/b")\n',
            "bad.toml": 'severity = "info"\nselct = []\n',
        }
    )
    done = driftlint(*words.split())
    assert USAGES[words] in done.stderr
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
