"""Code actions over findings with hand-built fixes: what is offered, and that applying it gives the intended text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from lsprotocol import types
from msgspec.structs import replace

from driftlint.facts import Fix
from driftlint.server.actions import FIX_ALL, Actions, Asked, Client
from driftlint.server.answer import Answer, Extent, Placer, show_run
from driftlint.server.buffers import Change, TextBuffer
from driftlint.session import Run
from driftlint.text import Edit, Span
from tests.server.targets import target_of

TEXT = 'from datasets import load_dataset\nload_dataset("a/b")\n"😀"; load_dataset("c/d")\n'
PIN = ', revision="' + "a" * 40 + '"'


class Bench:
    """A project with findings whose fixes are given, and the actions that are offered for it."""

    def __init__(self, root: Path, files: Mapping[str, str], client: Client | None = None) -> None:
        for name, text in files.items():
            (root / name).write_text(text, encoding="utf-8")
        self.root, self.texts = root, dict(files)
        self.client = client or Client("utf-16", versions=True, creates=True)
        self.target = target_of(root)
        self.run: Run = self.target.open_session().run()
        self.buffers = {f"test:{name}": TextBuffer(f"test:{name}", text, 7) for name, text in files.items()}

    def fix(self, number: int, *fixes: Fix) -> None:
        """Give the finding with this number (of rule dataset-unpinned, in order) fixes."""
        found = [at for at, f in enumerate(self.run.report.findings) if f.rule == "dataset-unpinned"]
        at = found[number]
        self.run.report.findings[at] = replace(self.run.report.findings[at], fixes=fixes)

    def offer(self, at: Extent, only: Sequence[str] | None = None, path: str = "train.py") -> list[types.CodeAction]:
        placer = Placer(self.run.world.get_document, self.client.encoding, {}, {}, (), self.run.world.read)
        answer = Answer(self.target, self.run, show_run(self.run, self.target, placer, {}))
        actions = Actions(answer, placer, self.client, lambda path, _: f"test:{path}", self.buffers.get, lambda _: None)
        return actions.offer(Asked(path, at, only))

    def apply(self, action: types.CodeAction) -> dict[str, str]:
        """Apply an action as a client would, and return the texts that changed."""
        assert action.edit is not None
        changed: dict[str, str] = {}
        for document in action.edit.document_changes or ():
            assert isinstance(document, types.TextDocumentEdit)
            uri = document.text_document.uri
            assert document.text_document.version == self.buffers[uri].version
            buffer = TextBuffer(uri, self.buffers[uri].text)
            for edit in sorted(
                document.edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True
            ):
                assert isinstance(edit, types.TextEdit)
                start = edit.range.start.line, edit.range.start.character
                buffer.apply(Change(edit.new_text, start, (edit.range.end.line, edit.range.end.character)), "utf-16")
            changed[uri.removeprefix("test:")] = buffer.text
        return changed


def insert(text: str, after: str, new: str, path: str = "train.py") -> Edit:
    at = text.index(after) + len(after)
    return Edit(path, Span(at, at), "", new)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, {"train.py": TEXT, "conf.yaml": "name: x\n"})


FIRST, SECOND = Extent(1, 14, 1, 14), Extent(2, 20, 2, 20)


def test_titles_say_how_safe_and_from_where(bench: Bench) -> None:
    edit = insert(TEXT, '"a/b"', PIN)
    bench.fix(
        0,
        Fix("Pin to aaaa", (edit,), "safe", "the local Hub cache"),
        Fix("Pin to bbbb", (edit,), "suggest"),
        Fix("Choose a mirror", (edit,), "show", "docs"),
    )
    offered = bench.offer(FIRST)
    assert [(a.title, a.is_preferred) for a in offered if "Ignore" not in a.title and a.kind != FIX_ALL] == [
        ("Pin to aaaa (safe, from the local Hub cache)", True),
        ("Pin to bbbb (may change what runs)", False),
        ("Choose a mirror (yours to decide, from docs)", False),
    ]
    assert bench.apply(offered[0]) == {"train.py": TEXT.replace('"a/b"', '"a/b"' + PIN)}
    assert [a.title for a in bench.offer(SECOND) if "Pin" in a.title] == []


def test_columns_are_those_of_the_client(bench: Bench) -> None:
    bench.fix(1, Fix("Pin", (insert(TEXT, '"c/d"', PIN),), "safe"))
    (action,) = [a for a in bench.offer(SECOND) if a.title.startswith("Pin")]
    assert bench.apply(action) == {"train.py": TEXT.replace('"c/d"', '"c/d"' + PIN)}


def test_all_edits_of_a_fix_in_all_files_or_none(bench: Bench) -> None:
    both = (insert(TEXT, '"a/b"', PIN), insert("name: x\n", "name: x", "y", "conf.yaml"))
    bench.fix(0, Fix("Both", both, "safe"), Fix("Stale", (both[0], replace(both[1], expect="z")), "safe"))
    offered = {a.title: a for a in bench.offer(FIRST) if a.kind == types.CodeActionKind.QuickFix}
    assert bench.apply(offered["Both (safe)"]) == {
        "train.py": TEXT.replace('"a/b"', '"a/b"' + PIN),
        "conf.yaml": "name: xy\n",
    }
    assert "Stale (safe)" not in offered


def test_fix_all_takes_what_is_safe_and_does_not_overlap(bench: Bench) -> None:
    first, second = insert(TEXT, '"a/b"', PIN), insert(TEXT, '"c/d"', PIN)
    bench.fix(0, Fix("One", (first,), "safe"))
    bench.fix(1, Fix("Two", (replace(second, text=", split='x'"),), "suggest"), Fix("Three", (second,), "safe"))
    (action,) = bench.offer(FIRST, [FIX_ALL])
    assert bench.apply(action) == {"train.py": TEXT.replace('"a/b"', '"a/b"' + PIN).replace('"c/d"', '"c/d"' + PIN)}
    assert [a.kind for a in bench.offer(FIRST, ["source"])] == [FIX_ALL]
    assert FIX_ALL not in [a.kind for a in bench.offer(FIRST, ["quickfix"])]
    bench.fix(1, Fix("Same place", (replace(first, text="!"),), "safe"))
    (action,) = bench.offer(FIRST, ["source.fixAll"])
    assert bench.apply(action) == {"train.py": TEXT.replace('"a/b"', '"a/b"' + PIN)}
    bench.fix(0, Fix("One", (first,), "suggest"))
    bench.fix(1)
    assert bench.offer(FIRST, [FIX_ALL]) == []


def test_one_edit_that_two_findings_share_is_made_once(bench: Bench) -> None:
    shared = Edit("train.py", Span(0, 0), "", "import os\n")
    bench.fix(0, Fix("One", (shared, insert(TEXT, '"a/b"', PIN)), "safe"))
    bench.fix(1, Fix("Two", (shared, insert(TEXT, '"c/d"', PIN)), "safe"))
    (action,) = bench.offer(FIRST, [FIX_ALL])
    text = TEXT.replace('"a/b"', '"a/b"' + PIN).replace('"c/d"', '"c/d"' + PIN)
    assert bench.apply(action) == {"train.py": "import os\n" + text}


def test_ignoring_is_offered_last_and_leaves_the_reason_open(bench: Bench) -> None:
    bench.fix(0, Fix("Pin", (insert(TEXT, '"a/b"', PIN),), "safe"))
    offered = bench.offer(FIRST, ["quickfix"])
    assert [a.title for a in offered] == ["Pin (safe)", "Ignore dataset-unpinned with a comment: write the reason"]
    comment = '"a/b")  # driftlint: ignore[dataset-unpinned] '
    assert bench.apply(offered[1]) == {"train.py": TEXT.replace('"a/b")', comment)}


def test_a_client_with_snippets_gets_the_cursor_at_the_reason(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {"train.py": TEXT}, Client("utf-16", versions=True, snippets=True))
    (action,) = [a for a in bench.offer(FIRST) if "Ignore" in a.title]
    assert action.edit is not None
    (document,) = action.edit.document_changes or ()
    assert isinstance(document, types.TextDocumentEdit)
    (edit,) = document.edits
    assert isinstance(edit, types.SnippetTextEdit)
    assert edit.snippet.value == "  # driftlint: ignore[dataset-unpinned] ${1:reason}"


def test_a_client_without_versions_gets_plain_changes(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {"train.py": TEXT}, Client("utf-16"))
    (action,) = [a for a in bench.offer(FIRST) if "Ignore" in a.title]
    assert action.edit is not None
    assert action.edit.document_changes is None
    assert [e.new_text for e in (action.edit.changes or {})["test:train.py"]] == [
        "  # driftlint: ignore[dataset-unpinned] "
    ]


def test_a_configuration_is_made_where_there_is_none(tmp_path: Path) -> None:
    files = {
        "train.py": "import json\nfrom datasets import load_dataset\nload_dataset(json.load(open('c.json'))['name'])\n",
        "c.json": '{"name": "a/b"}\n',
    }
    bench = Bench(tmp_path, files)
    (action,) = bench.offer(Extent(0, 10, 0, 10), path="c.json")
    assert action.title == "Ignore dataset-unpinned in the configuration: write the reason"
    assert action.edit is not None
    create, document = action.edit.document_changes or ()
    assert isinstance(create, types.CreateFile)
    assert create.uri.endswith("/driftlint.toml")
    assert isinstance(document, types.TextDocumentEdit)
    (edit,) = document.edits
    assert isinstance(edit, types.TextEdit)
    assert edit.new_text.startswith("[[accept]]\n")
    bench.client = Client("utf-16", versions=True)
    assert bench.offer(Extent(0, 10, 0, 10), path="c.json") == []
