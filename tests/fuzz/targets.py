"""What is fuzzed: functions of bytes that end for any input, or fail.

Promises: each target reads its bytes as the program would and holds the promises of what it calls. Refuses to know: where
inputs come from.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.etree import ElementTree

from driftlint.documents import read_document
from driftlint.extract import extract_one
from driftlint.facts import Coverage, Place, Report, Subject
from driftlint.gitignore import PatternList
from driftlint.mending import gather_pins, mend
from driftlint.mentions import extract_mentions
from driftlint.packs.rulefile import parse_rule_file
from driftlint.packs.spans import TomlLines
from driftlint.python.module import Module
from driftlint.report import FORMATS, render
from driftlint.report.redact import redact
from driftlint.session import Session
from driftlint.suppress import read_suppressions
from driftlint.text import Span
from driftlint.workspace import MemoryWorkspace, Workspace
from tests.documents.test_broken_input import check
from tests.fuzz.record_targets import RECORDS
from tests.fuzz.text_targets import TEXTS
from tests.fuzz.whole_targets import WHOLE
from tests.report.hand_built import make_document, make_finding, make_lookup
from tests.session.small_repos import EVERYTHING, builtin

PATHS = {
    "yaml": "conf.yaml",
    "toml": "pyproject.toml",
    "json": "a.json",
    "ini": "setup.cfg",
    "requirements": "requirements.txt",
    "dockerfile": "Dockerfile",
    "shell": "run.sh",
    "makefile": "Makefile",
    "justfile": "justfile",
    "dotenv": ".env",
    "gin": "a.gin",
    "notebook": "a.ipynb",
    "python": "a.py",
    "workflow": ".github/workflows/a.yml",
    "conda": "environment.yml",
    "compose": "docker-compose.yml",
    "jenkins": "Jenkinsfile",
}


def _reader(path: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        check(path, data)
        list(extract_mentions(read_document(path, data)))

    return read


def read_code(data: bytes) -> None:
    """Lower Python and decode what was made of it."""
    check("a.py", data)
    module = Module("a.py", extract_one("a.py", data))
    assert module.scope is not None


def read_pack(data: bytes) -> None:
    """A rule file and the places of a TOML text: faults, never an exception."""
    text = data.decode("utf-8", "replace")
    parse_rule_file(text, "data/x.md", "data")
    TomlLines(text)


def read_comments(data: bytes) -> None:
    """Comments that accept drift: each is a suppression or a problem, inside the text."""
    document = read_document("a.py", b"x = 1  # driftlint: " + data)
    found, problems = read_suppressions(document, ("dataset-unpinned", "seed-missing"))
    for place in (*(item.place for item in found), *(item.place for item in problems)):
        assert 0 <= place.span.start <= place.span.end <= len(document.text)


def write_reports(data: bytes) -> None:
    """Any text in any field: every format stays what its readers take."""
    text = data.decode("utf-8", "surrogateescape")
    head, _, tail = text.partition("\n")
    place = Place("a.py", Span(0, min(3, len(text))), tail)
    finding = make_finding(place, message=text, remedy=tail, related=(place,), subject=Subject("dataset", head, tail))
    report = Report(".", [finding], [], Coverage(unread=[("a.py", 1, text)], left_out={head: [tail]}))
    for name in FORMATS:
        out = render(report, name, lookup=make_lookup(make_document("a.py", text)), show_info=True)
        out.encode()
        if name in ("json", "sarif", "gitlab"):
            json.loads(out)
        elif name == "junit":
            ElementTree.fromstring(out)


def hide_secrets(data: bytes) -> None:
    """Hiding twice changes nothing more."""
    text = data.decode("utf-8", "surrogateescape")
    for kind in ("python", "yaml", "dotenv"):
        assert redact(redact(text, kind), kind) == redact(text, kind)


def match_patterns(data: bytes) -> None:
    """Ignore files: any pattern gives an answer."""
    patterns = PatternList.from_bytes(data)
    for path in ("a", "a/b.py", "data/x/y.yaml"):
        patterns.decide(path, path.rpartition("/")[2], False)


_HEAD = b"from datasets import load_dataset\nload_dataset("


def fix_code(data: bytes) -> None:
    """A mend of any program parses no worse, keeps what it did not change, and has nothing left to do the second time."""
    catalogue, rules = builtin()
    source = _HEAD + data

    def start(workspace: Workspace) -> Session:
        return Session(workspace, EVERYTHING, catalogue, rules, parallel=False)

    def plan(source: bytes) -> bytes:
        files = {"a.py": source, "requirements.txt": b"torch==2.1.0\n"}
        workspace = MemoryWorkspace(files)
        made = mend(
            start, workspace, lambda run: gather_pins(run, None), lambda f, x: True, frozenset(("safe", "suggest"))
        )
        assert all(made.old[path] == files[path] for path in made.files)
        return made.files.get("a.py", source)

    once = plan(source)
    assert plan(once) == once


TARGETS: dict[str, Callable[[bytes], None]] = {
    **{name: _reader(path) for name, path in PATHS.items() if name != "python"},
    **RECORDS,
    **WHOLE,
    **TEXTS,
    "python": read_code,
    "pack": read_pack,
    "comments": read_comments,
    "reports": write_reports,
    "secrets": hide_secrets,
    "patterns": match_patterns,
    "fix": fix_code,
}
