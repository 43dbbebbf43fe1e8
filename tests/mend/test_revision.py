"""Commits and digests in the place of tags, over the texts in which they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from driftlint.cli.common import Settings, open_target
from driftlint.facts import Finding, Fix, Reference
from driftlint.mend.plan import Plan
from driftlint.mend.revision import freeze_revision
from driftlint.mending import mend
from driftlint.pins import Pins, Proposal, Scope
from driftlint.session import Run
from driftlint.text import Span
from tests.mend.repo import mend_files

COMMIT = "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"
DIGEST = f"sha256:{'ab' * 32}"


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("uses: a/b@v4", f"uses: a/b@{COMMIT} # v4"),
        ("uses: a/b@v4   ", f"uses: a/b@{COMMIT} # v4"),
        ("uses: 'a/b@v4'\r", f"uses: 'a/b@{COMMIT}' # v4\r"),
        ('uses: "a/b@v4" # why', f'uses: "a/b@{COMMIT}" # why'),
        ("{uses: a/b@v4}", f"{{uses: a/b@{COMMIT}}}"),
    ],
)
def test_the_tag_stays_in_a_comment_where_there_is_room(line: str, mended: str) -> None:
    text = f"x: 1\n{line}\ny: 2\n"
    at = text.index("v4")
    edits = freeze_revision("a.yml", text, Span(at, at + 2), COMMIT, " # v4")
    for edit in sorted(edits, key=lambda e: e.span, reverse=True):
        assert text[edit.span.start : edit.span.end] == edit.expect
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert text == f"x: 1\n{mended}\ny: 2\n"


@dataclass
class Constant:
    """Evidence that is there for one kind of subject."""

    kinds: Mapping[str, str]

    @property
    def answers(self) -> tuple[Scope, ...]:
        return (Scope(frozenset(self.kinds)),)

    def find(self, reference: Reference) -> Proposal | None:
        version = self.kinds.get(reference.subject.kind)
        return Proposal(version, "a table", "suggest") if version else None


@pytest.fixture
def mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """Write one file, mend it with every suggestion, and return its text."""
    monkeypatch.setenv("DRIFTLINT_CACHE_DIR", str(tmp_path / "cache"))

    def run(name: str, text: str) -> str:
        path = tmp_path / "repo" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        target = open_target([tmp_path / "repo"], Settings(None, True, {}))
        source = Constant({"package": COMMIT, "image": DIGEST, "action": COMMIT, "hook": COMMIT, "repository": COMMIT})

        def gather(_: Run) -> Pins:
            return Pins((source,))

        def wanted(_: Finding, __: Fix) -> bool:
            return True

        plan: Plan = mend(
            target.open_session, target.open_workspace(), gather, wanted, frozenset(("safe", "suggest")), online=True
        )
        return plan.files.get(name, text.encode()).decode()

    return run


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Dockerfile", "FROM python:3.11 AS a\nRUN x\n", f"FROM python:3.11@{DIGEST} AS a\nRUN x\n"),
        ("Dockerfile", 'FROM "python"\n', f'FROM "python:latest@{DIGEST}"\n'),
        (
            "Dockerfile",
            "FROM --platform=linux/amd64 ghcr.io/o/i:main\r\n",
            f"FROM --platform=linux/amd64 ghcr.io/o/i:main@{DIGEST}\r\n",
        ),
        ("Dockerfile", "ARG V=3.11\nFROM python:${V}\n", "ARG V=3.11\nFROM python:${V}\n"),
        (
            "docker-compose.yml",
            "services:\n  a:\n    image: 'redis:7' # why\n",
            f"services:\n  a:\n    image: 'redis:7@{DIGEST}' # why\n",
        ),
        (
            ".github/workflows/a.yml",
            "on: push\njobs:\n  a:\n    container: ubuntu:22.04\n    steps:\n"
            "      - uses: actions/checkout@v4\n      - uses: docker://alpine:3\n",
            f"on: push\njobs:\n  a:\n    container: ubuntu:22.04@{DIGEST}\n    steps:\n"
            f"      - uses: actions/checkout@{COMMIT} # v4\n      - uses: docker://alpine:3@{DIGEST}\n",
        ),
        (
            ".pre-commit-config.yaml",
            "repos:\n- repo: https://github.com/a/b\n  rev: 'v1.2.0'\n  hooks: []\n"
            "- repo: https://github.com/a/c\n  rev: main\n  hooks: []\n",
            f"repos:\n- repo: https://github.com/a/b\n  rev: '{COMMIT}'  # frozen: v1.2.0\n  hooks: []\n"
            f"- repo: https://github.com/a/c\n  rev: {COMMIT}  # frozen: main\n  hooks: []\n",
        ),
        (
            "pyproject.toml",
            '[project]\nname = "x"\nversion = "1"\ndependencies = ["a"]\n[tool.uv.sources]\n'
            'a = { git = "https://github.com/o/a", branch = "main" }\n',
            '[project]\nname = "x"\nversion = "1"\ndependencies = ["a"]\n[tool.uv.sources]\n'
            f'a = {{ git = "https://github.com/o/a", rev = "{COMMIT}" }}\n',
        ),
        (
            "Pipfile",
            '[packages]\na = {git = "https://github.com/o/a", ref = "main"}\n',
            f'[packages]\na = {{git = "https://github.com/o/a", ref = "{COMMIT}"}}\n',
        ),
        ("Dockerfile", "FROM scratch\nRUN gh repo clone a/b\n", "FROM scratch\nRUN gh repo clone a/b\n"),
        ("Dockerfile", "FROM scratch\nRUN git clone -b main o:a/b\n", "FROM scratch\nRUN git clone -b main o:a/b\n"),
    ],
)
def test_what_moves_gets_a_digest_or_a_commit_and_the_rest_stays(
    mended: Callable[[str, str], str], name: str, text: str, expected: str
) -> None:
    assert mended(name, text) == expected
    assert mended(name, expected) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("model_revision: it-SFT\n", f"model_revision: {COMMIT}  # it-SFT\n"),
        ('model_revision: "it-SFT"  \n', f'model_revision: "{COMMIT}"  # it-SFT\n'),
        ("model_revision: it-SFT  # the last\n", f"model_revision: {COMMIT}  # the last\n"),
    ],
)
def test_the_name_of_a_revision_of_the_hub_stays_beside_its_commit(old: str, new: str) -> None:
    config = f"model_name_or_path: lab/weights\n{old}epochs: 3\n"
    assert mend_files({"base.yaml": config}, {"weights": COMMIT})["base.yaml"] == config.replace(old, new)
