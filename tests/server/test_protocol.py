"""The server as a client sees it: a real process, spoken to over standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.server.editor import PATIENCE, Editor, editing, pulling, pushed, rows, uri

LOAD = 'from datasets import load_dataset\nload_dataset("a/b")\n'
FOUND = "1:13-1:18 dataset-unpinned"
CONFIGURED = (
    "import yaml\nfrom datasets import load_dataset\ncfg = yaml.safe_load(open('conf/data.yaml'))\n"
    "load_dataset(cfg['name'], revision=cfg['revision'])\n"
)
SHA = "a" * 40


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("repo")


@pytest.fixture
def editor() -> Iterator[Editor]:
    with editing() as started:
        yield started


def spots(diagnostics: list[types.Diagnostic], rule: str = "dataset-unpinned") -> list[str]:
    return [row for row in rows(diagnostics) if row.endswith(f" {rule}")]


def test_what_is_offered(editor: Editor, tmp_path: Path) -> None:
    capabilities = editor.initialize([tmp_path]).capabilities
    assert capabilities.diagnostic_provider == types.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=True, identifier="driftlint"
    )
    sync = capabilities.text_document_sync
    assert isinstance(sync, types.TextDocumentSyncOptions)
    assert (sync.open_close, sync.change) == (True, types.TextDocumentSyncKind.Incremental)
    assert capabilities.notebook_document_sync is not None
    assert capabilities.workspace is not None
    assert capabilities.workspace.workspace_folders is not None
    assert capabilities.workspace.workspace_folders.supported


def test_typing_pinning_and_closing(editor: Editor, tmp_path: Path) -> None:
    train = write(tmp_path, {"train.py": LOAD}) / "train.py"
    editor.initialize([tmp_path])
    editor.open(train)
    (found,) = [d for d in editor.pull(train) if d.code == "dataset-unpinned"]
    assert rows([found]) == [FOUND]
    assert (found.severity, found.source) == (types.DiagnosticSeverity.Error, "driftlint")
    assert "\nhelp: " in found.message
    editor.type_at(train, 0, 0, "# first\n")
    assert spots(editor.pull(train)) == ["2:13-2:18 dataset-unpinned"]
    editor.type_at(train, 2, 18, f', revision="{SHA}"')
    assert spots(editor.pull(train)) == []
    assert train.read_text() == LOAD
    editor.close(train)
    editor.open(train)
    assert spots(editor.pull(train)) == [FOUND]


def test_an_unsaved_file_of_a_new_folder(editor: Editor, tmp_path: Path) -> None:
    editor.initialize([tmp_path])
    new = tmp_path / "new" / "train.py"
    editor.open(new, LOAD)
    assert spots(editor.pull(new)) == [FOUND]
    editor.close(new)
    report = editor.ask(types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams([]))
    assert uri(new) not in {item.uri for item in report.items}


@pytest.mark.parametrize(("encoding", "units"), [("utf-8", 8), ("utf-16", 5), ("utf-32", 4)])
def test_columns_count_as_the_client_asks(encoding: str, units: int, tmp_path: Path) -> None:
    train = write(tmp_path, {"train.py": LOAD}) / "train.py"
    with editing() as editor:
        result = editor.initialize([tmp_path], pulling(position_encodings=[encoding]))
        assert result.capabilities.position_encoding == encoding
        editor.open(train, 'from datasets import load_dataset\n"é😀"; load_dataset("a/b")\n')
        start = units + len("; load_dataset(")
        (found,) = spots(editor.pull(train))
        assert found.startswith(f"1:{start}-")
        editor.type_at(train, 1, start + 1, "X")
        assert any("`Xa/b`" in d.message for d in editor.pull(train))


def test_an_edit_of_a_config_file_updates_the_program(editor: Editor, tmp_path: Path) -> None:
    write(tmp_path, {"train.py": CONFIGURED, "conf/data.yaml": f"name: a/b\nrevision: {SHA}\n"})
    train, data = tmp_path / "train.py", tmp_path / "conf" / "data.yaml"
    editor.initialize([tmp_path])
    editor.open(train)
    editor.open(data, language="yaml")
    assert spots(editor.pull(train)) == []
    first = editor.pull_report(data)
    assert spots(first.items) == []
    editor.replace(data, "name: a/b\nrevision: main\n")
    (found,) = [d for d in editor.pull(data) if d.code == "dataset-unpinned"]
    assert rows([found]) == ["1:10-1:14 dataset-unpinned"]
    trail = {r.location.range.start.line for r in found.related_information or () if r.location.uri == uri(train)}
    assert 3 in trail
    editor.replace(data, f"name: a/b\nrevision: {SHA}\n")
    assert spots(editor.pull(data)) == []


def test_a_text_that_was_not_asked_about_is_refreshed(editor: Editor, tmp_path: Path) -> None:
    write(
        tmp_path, {"train.py": "from conf import NAME\n" + LOAD.replace('"a/b"', "NAME"), "conf.py": 'NAME = "a/b"\n'}
    )
    train, conf = tmp_path / "train.py", tmp_path / "conf.py"
    editor.initialize([tmp_path])
    editor.open(train)
    editor.open(conf)
    assert spots(editor.pull(conf)) == ["0:7-0:12 dataset-unpinned"]
    before = editor.pull_report(conf)
    assert editor.pull_report(conf, before.result_id).kind == "unchanged"
    editor.replace(train, "x = 1\n")
    editor.pull(train)
    editor.until(lambda: editor.refreshes, "workspace/diagnostic/refresh")
    again = editor.pull_report(conf, before.result_id)
    assert (again.kind, spots(again.items)) == ("full", [])


def test_a_client_that_cannot_pull_is_pushed_to(editor: Editor, tmp_path: Path) -> None:
    write(
        tmp_path, {"train.py": "from conf import NAME\n" + LOAD.replace('"a/b"', "NAME"), "conf.py": 'NAME = "a/b"\n'}
    )
    train, conf = tmp_path / "train.py", tmp_path / "conf.py"
    result = editor.initialize([tmp_path], pushed())
    assert result.capabilities.diagnostic_provider is None
    editor.open(train)
    editor.open(conf)

    def shown(path: Path) -> list[str] | None:
        params = editor.published.get(uri(path))
        return spots(list(params.diagnostics)) if params is not None else None

    editor.until(lambda: shown(conf) == ["0:7-0:12 dataset-unpinned"])
    assert editor.published[uri(conf)].version == 1
    editor.replace(train, "x = 1\n")
    editor.until(lambda: shown(conf) == [], "the other file's diagnostics go")
    editor.replace(train, LOAD)
    editor.until(lambda: shown(train) == [FOUND])
    editor.close(train)
    editor.until(lambda: shown(train) == [], "a closed text shows nothing")


def test_a_request_that_typing_overtakes_is_dropped(editor: Editor, tmp_path: Path) -> None:
    train = write(tmp_path, {"train.py": LOAD}) / "train.py"
    editor.initialize([tmp_path])
    editor.open(train)
    editor.pull(train)
    editor.type_at(train, 0, 0, "# a\n")
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri(train)))
    stale = editor.send(types.TEXT_DOCUMENT_DIAGNOSTIC, params)
    editor.type_at(train, 0, 0, "# b\n")
    with pytest.raises(JsonRpcException) as raised:
        stale.result(PATIENCE)
    assert raised.value.code == types.LSPErrorCodes.ServerCancelled
    assert spots(editor.pull(train)) == ["3:13-3:18 dataset-unpinned"]


SLOW = """
import sys, time
sys.argv = ["driftlint", "server"]
import driftlint.server.service as service
import driftlint.session as session
service.PROGRESS_DELAY = 0.1
run = session.Session.run
def slow(self):
    time.sleep(1.5)
    return run(self)
session.Session.run = slow
from driftlint.cli import main
main()
"""


def test_a_cancelled_request_ends_and_the_next_is_answered(tmp_path: Path) -> None:
    train = write(tmp_path, {"train.py": LOAD}) / "train.py"
    with editing(program=[sys.executable, "-c", SLOW]) as editor:
        editor.initialize([tmp_path])
        editor.open(train)
        editor.pull(train)
        editor.type_at(train, 0, 0, "# a\n")
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri(train)))

        async def request() -> Any:
            return await editor.client.protocol.send_request_async(
                types.TEXT_DOCUMENT_DIAGNOSTIC, params, msg_id="mine"
            )

        asked = asyncio.run_coroutine_threadsafe(request(), editor.loop)
        editor.tell(types.CANCEL_REQUEST, types.CancelParams("mine"))
        with pytest.raises(JsonRpcException) as raised:
            asked.result(PATIENCE)
        assert raised.value.code == types.LSPErrorCodes.RequestCancelled
        assert spots(editor.pull(train)) == ["2:13-2:18 dataset-unpinned"]


def test_the_whole_workspace(editor: Editor, tmp_path: Path) -> None:
    write(tmp_path, {"train.py": LOAD, "requirements.txt": "torch\n", "lib.py": "x = 1\n"})
    editor.initialize([tmp_path])
    report = editor.ask(types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams([]))
    found = {Path(item.uri).name: [d.code for d in item.items] for item in report.items}
    assert "dataset-unpinned" in found["train.py"]
    assert "requirement-unpinned" in found["requirements.txt"]
    assert "lib.py" not in found
    known = [types.PreviousResultId(item.uri, item.result_id) for item in report.items]
    later = editor.send(types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams(known))
    time.sleep(0.3)
    assert not later.done(), "nothing is new, so there is nothing to say"
    (tmp_path / "requirements.txt").write_text("numpy==2.3.1\n")
    event = types.FileEvent(uri(tmp_path / "requirements.txt"), types.FileChangeType.Changed)
    editor.tell(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, types.DidChangeWatchedFilesParams([event]))
    items = {Path(item.uri).name: item for item in later.result(PATIENCE).items}
    assert "requirement-unpinned" not in [d.code for d in items["requirements.txt"].items]


def test_files_are_watched_and_changes_on_disk_count(editor: Editor, tmp_path: Path) -> None:
    write(tmp_path, {"train.py": CONFIGURED, "conf/data.yaml": f"name: a/b\nrevision: {SHA}\n"})
    train, data = tmp_path / "train.py", tmp_path / "conf" / "data.yaml"
    editor.initialize([tmp_path])
    editor.until(lambda: editor.registered)
    (watched,) = [r for r in editor.registered if r.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES]
    patterns = [w["globPattern"] if isinstance(w, dict) else w.glob_pattern for w in _watchers(watched)]
    assert any("yaml" in pattern and "ipynb" in pattern for pattern in patterns)
    editor.open(train)
    editor.open(data, language="yaml")
    assert spots(editor.pull(data)) == []
    editor.close(data)
    data.write_text("name: a/b\nrevision: main\n")
    event = types.FileEvent(uri(data), types.FileChangeType.Changed)
    editor.tell(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, types.DidChangeWatchedFilesParams([event]))
    report = editor.ask(types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams([]))
    (item,) = [item for item in report.items if item.uri == uri(data)]
    assert spots(list(item.items)) == ["1:10-1:14 dataset-unpinned"]


def _watchers(registration: types.Registration) -> list[Any]:
    options: Any = registration.register_options
    return list(options["watchers"] if isinstance(options, dict) else options.watchers)


def test_a_client_that_does_not_watch_is_read_anew_on_save(editor: Editor, tmp_path: Path) -> None:
    write(
        tmp_path, {"train.py": "from conf import NAME\n" + LOAD.replace('"a/b"', "NAME"), "conf.py": 'NAME = "./a"\n'}
    )
    train = tmp_path / "train.py"
    capabilities = pulling()
    assert capabilities.workspace is not None
    capabilities.workspace.did_change_watched_files = None
    editor.initialize([tmp_path], capabilities)
    editor.open(train)
    assert spots(editor.pull(train)) == []
    (tmp_path / "conf.py").write_text('NAME = "a/b"\n')
    editor.save(train)
    report = editor.ask(types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams([]))
    found = {Path(item.uri).name: spots(list(item.items)) for item in report.items}
    assert found["conf.py"] == ["0:7-0:12 dataset-unpinned"]


# settings


def test_settings_of_the_client_and_their_change(editor: Editor, tmp_path: Path) -> None:
    train = write(tmp_path, {"train.py": LOAD}) / "train.py"
    editor.settings = {"ignore": ["dataset-unpinned"], "nonsense": 1}
    editor.initialize([tmp_path])
    editor.open(train)
    assert spots(editor.pull(train)) == []
    editor.until(lambda: any("nonsense" in message for message in editor.messages))
    editor.settings = {}
    editor.tell(types.WORKSPACE_DID_CHANGE_CONFIGURATION, types.DidChangeConfigurationParams({}))
    editor.until(lambda: editor.refreshes)
    assert spots(editor.pull(train)) == [FOUND]


def test_options_at_the_start_of_a_client_without_settings(editor: Editor, tmp_path: Path) -> None:
    train = write(tmp_path, {"train.py": LOAD}) / "train.py"
    capabilities = pulling()
    assert capabilities.workspace is not None
    capabilities.workspace.configuration = None
    editor.initialize([tmp_path], capabilities, {"driftlint": {"select": ["weights-unpinned"]}})
    editor.open(train)
    assert editor.pull(train) == []


def test_info_findings_show_when_they_are_asked_for(tmp_path: Path) -> None:
    text = "FROM python:3.11-slim\nRUN apt-get update && apt-get install -y git\n"
    docker = write(tmp_path, {"Dockerfile": text}) / "Dockerfile"
    seen: dict[str, set[types.DiagnosticSeverity | None]] = {}
    for severity in ("warning", "info"):
        with editing() as editor:
            editor.settings = {"severity": severity}
            editor.initialize([tmp_path])
            editor.open(docker, language="dockerfile")
            seen[severity] = {d.severity for d in editor.pull(docker)}
    assert types.DiagnosticSeverity.Information not in seen["warning"]
    assert types.DiagnosticSeverity.Information in seen["info"]


@pytest.mark.parametrize("name", ["driftlint.toml", "pyproject.toml"])
def test_the_configuration_is_read_again_when_it_changes(name: str, editor: Editor, tmp_path: Path) -> None:
    head = "[tool.driftlint]\n" if name == "pyproject.toml" else ""
    write(tmp_path, {"train.py": LOAD, name: head + 'ignore = ["dataset-unpinned"]\n'})
    train, config = tmp_path / "train.py", tmp_path / name
    editor.initialize([tmp_path])
    editor.open(train)
    assert spots(editor.pull(train)) == []

    def save(text: str) -> None:
        config.write_text(text)
        event = types.FileEvent(uri(config), types.FileChangeType.Changed)
        editor.tell(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, types.DidChangeWatchedFilesParams([event]))

    save(head)
    assert spots(editor.pull(train)) == [FOUND]
    save(head + "nothing = [\n")
    assert spots(editor.pull(train)) == [FOUND], "a broken configuration leaves the last good one"
    editor.until(lambda: any(name in message and "TOML" in message for message in editor.messages))
    save(head + 'ignore = ["dataset-unpinned"]\n')
    assert spots(editor.pull(train)) == []


def test_two_folders_are_two_projects(editor: Editor, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write(one, {"train.py": LOAD, "driftlint.toml": 'ignore = ["dataset-unpinned"]\n'})
    write(two, {"train.py": LOAD})
    editor.initialize([one, two])
    editor.open(one / "train.py")
    editor.open(two / "train.py")
    assert spots(editor.pull(one / "train.py")) == []
    assert spots(editor.pull(two / "train.py")) == [FOUND]
    three = write(tmp_path / "three", {"train.py": "\n" + LOAD}) / "train.py"
    added = [types.WorkspaceFolder(uri(three.parent), "three")]
    gone = [types.WorkspaceFolder(uri(two), "two")]
    event = types.WorkspaceFoldersChangeEvent(added, gone)
    editor.tell(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, types.DidChangeWorkspaceFoldersParams(event))
    report = editor.ask(types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams([]))
    assert {Path(item.uri).parent.name for item in report.items if spots(list(item.items))} == {"three"}


def test_a_file_outside_every_folder(editor: Editor, tmp_path: Path) -> None:
    folder = write(tmp_path / "repo", {"train.py": "x = 1\n"})
    lone = write(tmp_path / "other", {"train.py": LOAD, "driftlint.toml": ""}) / "train.py"
    editor.initialize([folder])
    editor.open(lone)
    assert spots(editor.pull(lone)) == [FOUND]


def test_a_client_without_a_folder(editor: Editor, tmp_path: Path) -> None:
    lone = write(tmp_path / "other", {"train.py": LOAD, "driftlint.toml": ""}) / "train.py"
    editor.initialize([])
    editor.open(lone)
    assert spots(editor.pull(lone)) == [FOUND]


def test_a_text_that_is_no_file(editor: Editor, tmp_path: Path) -> None:
    editor.initialize([tmp_path])
    item = types.TextDocumentItem("untitled:Untitled-1", "python", 1, LOAD)
    editor.tell(types.TEXT_DOCUMENT_DID_OPEN, types.DidOpenTextDocumentParams(item))
    assert editor.pull("untitled:Untitled-1") == []


def test_asking_about_a_file_that_is_not_open_starts_nothing(editor: Editor, tmp_path: Path) -> None:
    folder = write(tmp_path / "repo", {"train.py": LOAD})
    other = write(tmp_path / "other", {"train.py": LOAD, "driftlint.toml": ""}) / "train.py"
    editor.initialize([folder])
    assert editor.pull(other) == []
    editor.save(folder / "train.py")
    report = editor.ask(types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams([]))
    assert {Path(item.uri).parent.name for item in report.items if item.items} == {"repo"}


def test_questions_while_edits_go_on_are_answered_or_refused(editor: Editor, tmp_path: Path) -> None:
    train = write(tmp_path, {"train.py": LOAD, "other.py": LOAD}) / "train.py"
    editor.initialize([tmp_path])
    editor.open(train)
    editor.open(tmp_path / "other.py")
    editor.pull(train)
    identifier = types.TextDocumentIdentifier(uri(tmp_path / "other.py"))
    spot = types.Position(1, 15)
    context = types.CodeActionContext([])
    questions: list[tuple[str, object]] = [
        (types.TEXT_DOCUMENT_HOVER, types.HoverParams(identifier, spot)),
        (types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionParams(identifier, types.Range(spot, spot), context)),
        (types.TEXT_DOCUMENT_DIAGNOSTIC, types.DocumentDiagnosticParams(identifier)),
    ]
    asked = []
    for step in range(12):
        editor.type_at(train, 0, 0, f"# {step}\n")
        asked += [editor.send(*question) for question in questions]
        time.sleep(0.03)
    for number, answer in enumerate(asked):
        got = answer.result(PATIENCE)
        if number % 3 == 1:
            assert [a.title for a in got] == ["Ignore dataset-unpinned with a comment: write the reason"]
        elif number % 3 == 0:
            assert "dataset-unpinned" in got.contents.value


# half-typed texts


def test_a_half_typed_text_keeps_its_findings_and_says_so_once(editor: Editor, tmp_path: Path) -> None:
    text = LOAD + "def f():\n    return 1\n"
    train = write(tmp_path, {"train.py": text}) / "train.py"
    editor.initialize([tmp_path])
    editor.open(train)
    assert spots(editor.pull(train)) == [FOUND]
    editor.replace(train, "# one\n\n" + LOAD + "def f(:\n    return 1\n")
    found = editor.pull(train)
    assert spots(found) == ["3:13-3:18 dataset-unpinned"]
    (notice,) = [d for d in found if d.code == "unparsed"]
    assert notice.severity == types.DiagnosticSeverity.Information
    assert notice.range.start.line == 4
    assert "last text that could be read" in notice.message
    editor.replace(train, "# one\n\n" + LOAD.replace("a/b", "c/d") + "def f():\n    return 1\n")
    found = editor.pull(train)
    assert [d.message for d in found if "`c/d`" in d.message]
    assert [d for d in found if d.code == "unparsed"] == []


def test_a_half_typed_config_file_does_not_make_the_program_flicker(editor: Editor, tmp_path: Path) -> None:
    write(tmp_path, {"train.py": CONFIGURED, "conf/data.yaml": "name: a/b\nrevision: main\n"})
    data = tmp_path / "conf" / "data.yaml"
    editor.initialize([tmp_path])
    editor.open(data, language="yaml")
    assert spots(editor.pull(data)) == ["1:10-1:14 dataset-unpinned"]
    editor.replace(data, "name: a/b\nrevision: main\nb: [1\nc: }\n")
    found = editor.pull(data)
    assert spots(found) == ["1:10-1:14 dataset-unpinned"]
    assert [d.code for d in found if d.code == "unparsed"] == ["unparsed"]


# what check says


def test_any_edits_end_in_what_check_says(editor: Editor, tmp_path: Path) -> None:
    files = {
        "train.py": CONFIGURED + "load_dataset('c/d')\n",
        "conf/data.yaml": "name: a/b\nrevision: main\n",
        "requirements.txt": "torch\nnumpy==2.3.1\n",
        "run.sh": "pip install transformers\nhuggingface-cli download x/y\n",
        "model.py": "from transformers import AutoModel\nAutoModel.from_pretrained('gpt2')\n",
    }
    write(tmp_path, files)
    rng = random.Random(5)
    editor.initialize([tmp_path])
    texts = dict(files)
    for name in files:
        editor.open(tmp_path / name, language="plaintext")
    for _ in range(30):
        name = rng.choice(sorted(texts))
        lines = texts[name].split("\n")
        at = rng.randrange(len(lines))
        if rng.random() < 0.5:
            lines.insert(at, rng.choice(["# é😀", "", rng.choice(files[rng.choice(sorted(files))].split("\n"))]))
        elif len(lines) > 2:
            del lines[at]
        texts[name] = "\n".join(lines)
        editor.replace(tmp_path / name, texts[name])
    for name in files:  # and all of it parses in the end
        texts[name] = files[name].replace("a/b", "e/f") + "\n"
        editor.replace(tmp_path / name, texts[name])
    got = {
        (name, d.range.start.line + 1, d.range.start.character + 1, d.code)
        for name in files
        for d in editor.pull(tmp_path / name)
    }
    write(tmp_path, texts)
    command = [sys.executable, "-m", "driftlint", "check", "--output-format", "json", "--exit-zero", "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    expected = {(f["path"], f["line"], f["column"], f["rule"]) for f in json.loads(done.stdout)["findings"]}
    assert got == {item for item in expected if item[0] in files}
    assert len(got) > 4


# hover, hints, progress


def test_hover_says_the_rule_the_trail_and_the_pin(editor: Editor, tmp_path: Path) -> None:
    write(tmp_path, {"train.py": CONFIGURED, "conf/data.yaml": "name: a/b\nrevision: main\n"})
    data = tmp_path / "conf" / "data.yaml"
    editor.initialize([tmp_path])
    editor.open(data, language="yaml")
    text = editor.hover(data, 1, 12)
    for part in (
        "dataset-unpinned",
        "train.py:4",
        "steps:",
        "rung FLOATING",
        "**Why it drifts**",
        "**Pin**: dataset `a/b`",
    ):
        assert part in text, (part, text)
    assert editor.hover(data, 0, 0) == ""


def test_pins_are_shown_behind_their_literals_on_demand(editor: Editor, tmp_path: Path) -> None:
    train = write(tmp_path, {"train.py": LOAD}) / "train.py"
    params = types.InlayHintParams(
        types.TextDocumentIdentifier(uri(train)), types.Range(types.Position(0, 0), types.Position(9, 0))
    )
    editor.initialize([tmp_path])
    editor.open(train)
    assert not editor.ask(types.TEXT_DOCUMENT_INLAY_HINT, params)
    editor.settings = {"inlayHints": True}
    editor.tell(types.WORKSPACE_DID_CHANGE_CONFIGURATION, types.DidChangeConfigurationParams({}))
    editor.pull(train)
    editor.until(lambda: editor.ask(types.TEXT_DOCUMENT_INLAY_HINT, params))
    (hint,) = editor.ask(types.TEXT_DOCUMENT_INLAY_HINT, params)
    assert (hint.label, hint.position.line, hint.position.character) == ("pin: absent", 1, 18)


SEEDLESS = """\
import numpy as np
from sklearn.svm import SVC
if __name__ == "__main__":
    SVC().fit(np.random.rand(8, 2), [0, 1] * 4)
"""


def test_fixes_come_with_what_this_machine_knows(editor: Editor, tmp_path: Path) -> None:
    folder = write(tmp_path, {"train.py": SEEDLESS, "requirements.txt": "numpy  # arrays\nscikit-learn\n"})
    site = folder / ".venv" / "lib" / "python3.12" / "site-packages"
    (site / "numpy-2.3.1.dist-info").mkdir(parents=True)
    (site.parent.parent.parent / "pyvenv.cfg").write_text("home = /usr/bin\n")
    editor.initialize([tmp_path])

    def offered(name: str, line: int, only: list[str] | None = None) -> list[types.CodeAction]:
        editor.open(folder / name)
        at = types.Range(types.Position(line, 0), types.Position(line, 0))
        return [action for action in editor.actions(folder / name, at, only) if "Ignore" not in action.title]

    pin = "pin numpy to 2.3.1 (safe, from the environment .venv (numpy 2.3.1))"
    assert [action.title for action in offered("requirements.txt", 0)] == [pin, ALL]
    assert [action.title for action in offered("requirements.txt", 1)] == [ALL]
    assert [action.title for action in offered("train.py", 2, ["quickfix"])] == [
        "add `np.random.seed(42)` (may change what runs)"
    ]
    (action,) = offered("requirements.txt", 0, ["source"])
    assert action.edit is not None
    assert changes_of(action.edit) == [(0, 0, 5, "numpy==2.3.1")]


def changes_of(edit: types.WorkspaceEdit) -> list[tuple[int, int, int, str]]:
    """The edits on single lines: line, first and last column, new text."""
    found = []
    for change in edit.document_changes or ():
        assert isinstance(change, types.TextDocumentEdit)
        for part in change.edits:
            assert isinstance(part, types.TextEdit)
            at = part.range
            found.append((at.start.line, at.start.character, at.end.character, part.new_text))
    return found


def test_literals_link_to_the_page_of_what_they_name(editor: Editor, tmp_path: Path) -> None:
    code = """\
from datasets import load_dataset
NAME = "lab/rows"
load_dataset(NAME, revision="v1.0")
load_dataset("csv", data_files="rows.csv")
"""
    hook = "repos:\n  - repo: https://github.com/lab/hooks\n    rev: v3.1.0\n    hooks: [{id: tidy}]\n"
    folder = write(tmp_path, {"train.py": code, ".pre-commit-config.yaml": hook})
    editor.initialize([tmp_path])

    def links(name: str) -> list[tuple[int, int, int, str]]:
        editor.open(folder / name)
        found = editor.ask(
            types.TEXT_DOCUMENT_DOCUMENT_LINK,
            types.DocumentLinkParams(types.TextDocumentIdentifier(uri(folder / name))),
        )
        return [(x.range.start.line, x.range.start.character, x.range.end.character, x.target) for x in found]

    assert links("train.py") == [(2, 28, 34, "https://huggingface.co/datasets/lab/rows/tree/v1.0")]
    assert links(".pre-commit-config.yaml") == [(2, 9, 15, "https://github.com/lab/hooks/tree/v3.1.0")]


ALL = "driftlint: apply all safe fixes"


def test_a_long_run_is_shown_as_progress_and_blocks_nothing(tmp_path: Path) -> None:
    train = write(tmp_path, {"train.py": LOAD}) / "train.py"
    with editing(program=[sys.executable, "-c", SLOW]) as editor:
        editor.initialize([tmp_path])
        editor.open(train)
        start = time.monotonic()
        stale = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri(train)))
        for step in range(5):
            asked = editor.send(types.TEXT_DOCUMENT_DIAGNOSTIC, stale)
            editor.type_at(train, 0, 0, f"# {step}\n")
            with pytest.raises(JsonRpcException):
                asked.result(PATIENCE)
        assert time.monotonic() - start < 1.4, "edits are taken in while an analysis runs"
        assert spots(editor.pull(train)) == ["6:13-6:18 dataset-unpinned"]
        kinds = [value["kind"] if isinstance(value, dict) else value.kind for value in editor.progress]
        assert kinds[0] == "begin"
        assert "end" in kinds


BROKEN = """
import sys
sys.argv = ["driftlint", "server"]
import driftlint.session as session
run = session.Session.run
def fail(self):
    if b"boom" in self.files.workspace.read("train.py"):
        raise ZeroDivisionError("boom")
    return run(self)
session.Session.run = fail
from driftlint.cli import main
main()
"""


def test_a_fault_of_the_engine_leaves_the_last_answer_and_is_told(tmp_path: Path) -> None:
    train = write(tmp_path, {"train.py": LOAD}) / "train.py"
    with editing(program=[sys.executable, "-c", BROKEN]) as editor:
        editor.initialize([tmp_path])
        editor.open(train)
        assert spots(editor.pull(train)) == [FOUND]
        editor.replace(train, LOAD + "# boom\n")
        assert spots(editor.pull(train)) == [FOUND]
        editor.until(lambda: any("ZeroDivisionError" in message for message in editor.messages))
        editor.replace(train, "\n" + LOAD)
        assert spots(editor.pull(train)) == ["2:13-2:18 dataset-unpinned"]


# notebooks


def notebook(path: Path, cells: list[tuple[types.NotebookCellKind, str]]) -> types.DidOpenNotebookDocumentParams:
    names = [f"vscode-notebook-cell:{path}#{at}" for at in range(len(cells))]
    return types.DidOpenNotebookDocumentParams(
        types.NotebookDocument(
            uri(path),
            "jupyter-notebook",
            1,
            [types.NotebookCell(kind, name) for name, (kind, _) in zip(names, cells, strict=True)],
        ),
        [
            types.TextDocumentItem(name, "python" if kind is types.NotebookCellKind.Code else "markdown", 1, text)
            for name, (kind, text) in zip(names, cells, strict=True)
        ],
    )


CODE, MARKUP = types.NotebookCellKind.Code, types.NotebookCellKind.Markup


def test_findings_stand_in_the_cells_of_a_notebook(editor: Editor, tmp_path: Path) -> None:
    path = tmp_path / "run.ipynb"
    editor.initialize([tmp_path])
    opened = notebook(
        path, [(MARKUP, "# title"), (CODE, "from datasets import load_dataset"), (CODE, '\nload_dataset("a/b")')]
    )
    editor.tell(types.NOTEBOOK_DOCUMENT_DID_OPEN, opened)
    first, second = (item.uri for item in opened.cell_text_documents[1:])
    assert spots(editor.pull(first)) == []
    assert spots(editor.pull(second)) == [FOUND]
    # a text of a cell changes
    document = types.VersionedNotebookDocumentIdentifier(version=2, uri=uri(path))
    change = types.TextDocumentContentChangePartial(types.Range(types.Position(0, 0), types.Position(0, 0)), "# é\n")
    content = types.NotebookDocumentCellContentChanges(types.VersionedTextDocumentIdentifier(2, second), [change])
    cells = types.NotebookDocumentCellChanges(text_content=[content])
    event = types.NotebookDocumentChangeEvent(cells=cells)
    editor.tell(types.NOTEBOOK_DOCUMENT_DID_CHANGE, types.DidChangeNotebookDocumentParams(document, event))
    assert spots(editor.pull(second)) == ["2:13-2:18 dataset-unpinned"]
    # a comment is offered in the cell itself
    (shown,) = [d for d in editor.pull(second) if d.code == "dataset-unpinned"]
    (action,) = [a for a in editor.actions(second, shown.range) if "dataset-unpinned" in a.title]
    assert action.edit is not None
    (edit,) = action.edit.document_changes or ()
    assert isinstance(edit, types.TextDocumentEdit)
    assert edit.text_document.uri == second
    assert edit.edits[0].range.start == types.Position(2, 19)
    # a cell goes
    array = types.NotebookCellArrayChange(1, 1, [])
    structure = types.NotebookDocumentCellChangeStructure(array, did_close=[types.TextDocumentIdentifier(first)])
    event = types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(structure=structure))
    document = types.VersionedNotebookDocumentIdentifier(version=3, uri=uri(path))
    editor.tell(types.NOTEBOOK_DOCUMENT_DID_CHANGE, types.DidChangeNotebookDocumentParams(document, event))
    assert spots(editor.pull(second)) == []
    closing = types.DidCloseNotebookDocumentParams(
        types.NotebookDocumentIdentifier(uri(path)), [types.TextDocumentIdentifier(second)]
    )
    editor.tell(types.NOTEBOOK_DOCUMENT_DID_CLOSE, closing)
    assert editor.pull(second) == []


def test_a_notebook_that_is_open_as_json(editor: Editor, tmp_path: Path) -> None:
    source = ["from datasets import load_dataset\n", 'load_dataset("a/b")']
    whole = {"cells": [{"cell_type": "code", "source": source}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(whole, indent=1)
    path = write(tmp_path, {"run.ipynb": text}) / "run.ipynb"
    editor.initialize([tmp_path])
    editor.open(path, language="json")
    line = next(at for at, line in enumerate(text.split("\n")) if "a/b" in line)
    height = len(text.split("\n")[line])
    assert spots(editor.pull(path)) == [f"{line}:4-{line}:{height} dataset-unpinned"]
    (shown,) = [d for d in editor.pull(path) if d.code == "dataset-unpinned"]
    (action,) = [a for a in editor.actions(path, shown.range) if "dataset-unpinned" in a.title]
    assert "in the configuration" in action.title


# how it is started


def test_over_tcp(tmp_path: Path) -> None:
    train = write(tmp_path, {"train.py": LOAD}) / "train.py"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "driftlint", "server", "--tcp", str(port)])
    editor = Editor()
    try:

        def connect() -> bool:
            try:
                editor.wait(editor.client.start_tcp("127.0.0.1", port))
            except OSError:
                return False
            return True

        editor.until(connect)
        editor.initialize([tmp_path])
        editor.open(train)
        assert spots(editor.pull(train)) == [FOUND]
        editor.ask(types.SHUTDOWN, None)
        editor.tell(types.EXIT, None)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        editor.loop.call_soon_threadsafe(editor.loop.stop)


def test_a_client_that_vanishes_ends_the_server(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "driftlint", "server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(PATIENCE) == 1
    assert process.stdout is not None
    assert process.stdout.read() == b""
    process.stdout.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--tcp", "x"], "write a port"),
        (["--stdio", "--tcp", "8000"], "exclude each other"),
        (["--tcp", "70000"], "port"),
    ],
)
def test_wrong_options(arguments: list[str], message: str) -> None:
    command = [sys.executable, "-m", "driftlint", "server", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys\nsys.modules['pygls'] = None\nsys.modules['pygls.lsp'] = None\nsys.modules['lsprotocol'] = None\n"
        "sys.argv = ['driftlint', 'server']\nfrom driftlint.cli import main\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert "pip install 'driftlint[server]'" in done.stderr
    assert os.listdir(tmp_path) == []
