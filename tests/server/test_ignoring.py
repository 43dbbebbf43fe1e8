"""Accepting a finding from the editor: the edit is applied, a reason is written, and the engine accepts it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from driftlint.facts import Finding
from driftlint.server.ignoring import find_comment, make_entry, with_reason
from driftlint.session import Session
from tests.server.targets import target_of
from tests.session.small_repos import start

LOAD = 'from datasets import load_dataset\nload_dataset("a/b")\n'


def look(files: dict[str, str], rule: str, path: str) -> tuple[Session, list[Finding]]:
    session = start(files, rules=(rule,))
    return session, [f for f in session.run().report.findings if f.rule == rule and f.place.path == path]


def accept(files: dict[str, str], rule: str, path: str) -> str | None:
    """Apply what is offered for the first finding, with a reason, and check that it is accepted; return the text."""
    session, findings = look(files, rule, path)
    document = session.get_document(path)
    assert document is not None
    edit = find_comment(document, findings[0])
    if edit is None:
        return None
    assert edit.path == path
    assert document.text[edit.span.start : edit.span.end] == edit.expect
    text = document.text[: edit.span.start] + with_reason(edit, "the mirror keeps it") + document.text[edit.span.end :]
    after, left = look({**files, path: text}, rule, path)
    suppressed = [(s.finding.rule, s.reason) for s in after.run().report.suppressed]
    assert suppressed == [(rule, "the mirror keeps it")]
    assert len(left) == len(findings) - 1
    without = document.text[: edit.span.start] + edit.text + document.text[edit.span.end :]
    assert len(look({**files, path: without}, rule, path)[1]) == len(findings), "without a reason nothing is accepted"
    return text


REASON = "the mirror keeps it"


@pytest.mark.parametrize(
    ("path", "rule", "text", "expected"),
    [
        ("train.py", "dataset-unpinned", LOAD, f'load_dataset("a/b")  # driftlint: ignore[dataset-unpinned] {REASON}\n'),
        (
            "train.py",
            "dataset-unpinned",
            'from datasets import load_dataset\nx = load_dataset(\n    "a/b",\n    split="train",\n)\n',
            f'    "a/b",  # driftlint: ignore[dataset-unpinned] {REASON}\n',
        ),
        (
            "train.py",
            "dataset-unpinned",
            'from datasets import load_dataset\nx = \\\n  load_dataset("a/b", \\\n  split="train")\n',
            f"# driftlint: ignore[dataset-unpinned] {REASON}\n",
        ),
        (
            "train.py",
            "dataset-unpinned",
            LOAD.replace("\n", "  # driftlint: ignore[weights-unpinned] other\n").replace("\n", "\r\n"),
            f"# driftlint: ignore[dataset-unpinned] {REASON}\r\nload_dataset",
        ),
        ("train.py", "dataset-unpinned", LOAD.rstrip("\n") + "   ", f"  # driftlint: ignore[dataset-unpinned] {REASON}"),
        (
            "requirements.txt",
            "requirement-unpinned",
            "torch\nnumpy==2.3.1\n",
            f"torch  # driftlint: ignore[requirement-unpinned] {REASON}\n",
        ),
        (
            "Dockerfile",
            "image-floating",
            "# base\nFROM python:latest\n",
            f"# driftlint: ignore[image-floating] {REASON}\nFROM python:latest\n",
        ),
        (
            "run.sh",
            "dataset-unpinned",
            "set -e\nhuggingface-cli download --repo-type dataset a/b\n",
            f"# driftlint: ignore[dataset-unpinned] {REASON}\nhuggingface-cli",
        ),
        (
            "Makefile",
            "dataset-unpinned",
            "data:\n\thuggingface-cli download --repo-type dataset a/b\n",
            f"driftlint: ignore[dataset-unpinned] {REASON}\n",
        ),
        (
            "pyproject.toml",
            "requirement-unpinned",
            '[project]\nname = "x"\nversion = "1"\ndependencies = [\n  "torch",\n]\n',
            f'  "torch",  # driftlint: ignore[requirement-unpinned] {REASON}\n',
        ),
        (
            "environment.yml",
            "requirement-unpinned",
            "name: x\ndependencies:\n  - pytorch\n  - numpy=2.3.1=py310_0\n",
            f"  - pytorch  # driftlint: ignore[requirement-unpinned] {REASON}\n",
        ),
    ],
)  # fmt: skip
def test_the_comment_is_written_in_the_files_own_syntax(path: str, rule: str, text: str, expected: str) -> None:
    got = accept({path: text}, rule, path)
    assert got is not None
    assert expected in got


def test_a_decision_in_a_config_file_is_accepted_there() -> None:
    files = {
        "train.py": "import yaml\nfrom datasets import load_dataset\ncfg = yaml.safe_load(open('conf.yaml'))\n"
        "load_dataset(cfg['name'])\n",
        "conf.yaml": "name: a/b\n",
    }
    got = accept(files, "dataset-unpinned", "conf.yaml")
    assert got == f"name: a/b  # driftlint: ignore[dataset-unpinned] {REASON}\n"


def test_json_has_no_place_for_a_comment() -> None:
    files = {
        "train.py": "import json\nfrom datasets import load_dataset\ncfg = json.load(open('conf.json'))\n"
        "load_dataset(cfg['name'])\n",
        "conf.json": '{"name": "a/b"}\n',
    }
    assert accept(files, "dataset-unpinned", "conf.json") is None


def entry(tmp_path: Path, name: str | None, current: str | None) -> tuple[Path, str, bool] | None:
    """Return the entry for a finding in a JSON file; where one is offered, applied it is accepted."""
    files = {
        "train.py": "import json\nfrom datasets import load_dataset\ncfg = json.load(open('conf.json'))\n"
        "load_dataset(cfg['name'])\n",
        "conf.json": '{"name": "a/b"}\n',
    }
    for path, text in files.items():
        (tmp_path / path).write_text(text)
    if name is not None:
        (tmp_path / name).write_text(current or "")
    _, (finding,) = look(files, "dataset-unpinned", "conf.json")
    found = make_entry(target_of(tmp_path), finding, current)
    if found is None:
        return None
    found.path.write_text((current or "") + found.text.replace('reason = ""', 'reason = "the mirror keeps it"'))
    target = target_of(tmp_path)
    report = target.open_session().run().report
    assert ("dataset-unpinned", "the mirror keeps it") in [(s.finding.rule, s.reason) for s in report.suppressed]
    return found.path, found.text, found.create


def test_an_entry_in_each_configuration_file(tmp_path: Path) -> None:
    table = 'rule = "dataset-unpinned"\npath = "/conf.json"\nsubject = "a/b"\nreason = ""\n'
    assert entry(tmp_path / "", None, None) == (tmp_path / "driftlint.toml", f"[[accept]]\n{table}", True)
    (tmp_path / "driftlint.toml").unlink()
    assert entry(tmp_path, "driftlint.toml", 'severity = "info"') == (
        tmp_path / "driftlint.toml",
        f"\n\n[[accept]]\n{table}",
        False,
    )
    (tmp_path / "driftlint.toml").unlink()
    text = "[tool.driftlint]\nignore = []\n\n[tool.ruff]\nline-length = 100\n"
    assert entry(tmp_path, "pyproject.toml", text) == (
        tmp_path / "pyproject.toml",
        f"\n[[tool.driftlint.accept]]\n{table}",
        False,
    )


def test_no_entry_where_the_file_cannot_take_one(tmp_path: Path) -> None:
    inline = 'accept = [{rule = "weights-unpinned", path = "x", reason = "y"}]\n'
    assert entry(tmp_path, "driftlint.toml", inline) is None


def test_names_and_paths_are_quoted(tmp_path: Path) -> None:
    (tmp_path / "driftlint.toml").write_text("")
    _, (finding,) = look({"train.py": LOAD}, "dataset-unpinned", "train.py")
    odd = replace(
        finding,
        place=replace(finding.place, path='a[1]*"b.json'),
        subject=replace(finding.subject, name='x"\\\n'),
    )
    found = make_entry(target_of(tmp_path), odd, "")
    assert found is not None
    assert 'path = "/a\\\\[1]\\\\*\\"b.json"' in found.text
    assert 'subject = "x\\"\\\\\\n"' in found.text
