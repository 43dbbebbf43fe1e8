"""A client of the language server: the one of pygls, in a thread, with calls that wait."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient
from pygls.uris import from_fs_path

PATIENCE = 120.0
"""Seconds before something that never comes is a failure."""


def uri(path: Path) -> str:
    return from_fs_path(str(path)) or ""


def pulling(**general: Any) -> types.ClientCapabilities:
    """What a client can do that pulls, as VS Code does."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(**general),
        text_document=types.TextDocumentClientCapabilities(
            diagnostic=types.DiagnosticClientCapabilities(related_information=True),
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True),
        ),
        workspace=types.WorkspaceClientCapabilities(
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True),
            configuration=True,
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
            workspace_edit=types.WorkspaceEditClientCapabilities(
                document_changes=True, resource_operations=[types.ResourceOperationKind.Create]
            ),
        ),
        window=types.WindowClientCapabilities(work_done_progress=True),
        notebook_document=types.NotebookDocumentClientCapabilities(
            synchronization=types.NotebookDocumentSyncClientCapabilities()
        ),
    )


def pushed() -> types.ClientCapabilities:
    """What a client can do that only takes what it is sent, as Neovim 0.11 does."""
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True)
        )
    )


class Editor:
    """One editor with one server."""

    def __init__(self) -> None:
        self.client = LanguageClient("tests", "1")
        self.loop = asyncio.new_event_loop()
        self.messages: list[str] = []
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.publishings: list[str] = []
        self.refreshes = 0
        self.registered: list[types.Registration] = []
        self.progress: list[Any] = []
        self.settings: object = None
        self.versions: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self.capabilities: types.ServerCapabilities | None = None
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self._listen()

    def _listen(self) -> None:
        def publish(params: types.PublishDiagnosticsParams) -> None:
            self.published[params.uri] = params
            self.publishings.append(params.uri)

        def show(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)

        def log(params: types.LogMessageParams) -> None:
            self.messages.append(params.message)

        def refresh(params: Any) -> None:
            self.refreshes += 1

        def register(params: types.RegistrationParams) -> None:
            self.registered += params.registrations

        def configuration(params: types.ConfigurationParams) -> list[object]:
            return [self.settings for _ in params.items]

        def create(params: types.WorkDoneProgressCreateParams) -> None:
            return None

        def progress(params: types.ProgressParams) -> None:
            self.progress.append(params.value)

        for method, handler in (
            (types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, publish),
            (types.WINDOW_SHOW_MESSAGE, show),
            (types.WINDOW_LOG_MESSAGE, log),
            (types.WORKSPACE_DIAGNOSTIC_REFRESH, refresh),
            (types.CLIENT_REGISTER_CAPABILITY, register),
            (types.WORKSPACE_CONFIGURATION, configuration),
            (types.WINDOW_WORK_DONE_PROGRESS_CREATE, create),
            (types.PROGRESS, progress),
        ):
            self.client.feature(method)(handler)

    # running

    def wait(self, coroutine: Any) -> Any:
        """Run a coroutine of the client and return its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(PATIENCE)

    def send(self, method: str, params: object) -> Future[Any]:
        """Send a request and return its future, so that other things can be done meanwhile."""

        async def request() -> Any:
            return await self.client.protocol.send_request_async(method, params)

        return asyncio.run_coroutine_threadsafe(request(), self.loop)

    def ask(self, method: str, params: object) -> Any:
        """Send a request and return the answer."""
        return self.send(method, params).result(PATIENCE)

    def tell(self, method: str, params: object) -> None:
        """Send a notification."""

        async def notify() -> None:
            self.client.protocol.notify(method, params)

        self.wait(notify())

    def until(self, holds: Callable[[], object], what: str = "") -> Any:
        """Wait until something holds and return it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if value := holds():
                return value
            time.sleep(0.02)
        raise AssertionError(f"never: {what or holds}; {self.messages}")

    # the protocol

    def initialize(
        self,
        folders: list[Path],
        capabilities: types.ClientCapabilities | None = None,
        options: object = None,
        root: Path | None = None,
    ) -> types.InitializeResult:
        params = types.InitializeParams(
            capabilities=capabilities or pulling(),
            workspace_folders=[types.WorkspaceFolder(uri(folder), folder.name) for folder in folders] or None,
            root_uri=uri(root) if root is not None else None,
            initialization_options=options,
        )
        result: types.InitializeResult = self.ask(types.INITIALIZE, params)
        self.capabilities = result.capabilities
        self.tell(types.INITIALIZED, types.InitializedParams())
        return result

    def open(self, path: Path, text: str | None = None, language: str = "python") -> None:
        content = path.read_text(encoding="utf-8") if text is None else text
        self.texts[uri(path)] = content
        self.versions[uri(path)] = 1
        item = types.TextDocumentItem(uri(path), language, 1, content)
        self.tell(types.TEXT_DOCUMENT_DID_OPEN, types.DidOpenTextDocumentParams(item))

    def replace(self, path: Path, text: str) -> None:
        """Replace a whole text."""
        self.texts[uri(path)] = text
        self._change(path, types.TextDocumentContentChangeWholeDocument(text))

    def type_at(self, path: Path, line: int, column: int, text: str, delete: int = 0) -> None:
        """Replace `delete` units at a 0-based position by a text."""
        span = types.Range(types.Position(line, column), types.Position(line, column + delete))
        self._change(path, types.TextDocumentContentChangePartial(span, text))

    def _change(self, path: Path, change: types.TextDocumentContentChangeEvent) -> None:
        self.versions[uri(path)] += 1
        identifier = types.VersionedTextDocumentIdentifier(version=self.versions[uri(path)], uri=uri(path))
        self.tell(types.TEXT_DOCUMENT_DID_CHANGE, types.DidChangeTextDocumentParams(identifier, [change]))

    def close(self, path: Path) -> None:
        identifier = types.TextDocumentIdentifier(uri(path))
        self.tell(types.TEXT_DOCUMENT_DID_CLOSE, types.DidCloseTextDocumentParams(identifier))

    def save(self, path: Path) -> None:
        identifier = types.TextDocumentIdentifier(uri(path))
        self.tell(types.TEXT_DOCUMENT_DID_SAVE, types.DidSaveTextDocumentParams(identifier))

    def pull(self, path: Path | str, previous: str | None = None) -> list[types.Diagnostic]:
        """Pull the diagnostics of a text and return them."""
        return list(self.pull_report(path, previous).items)

    def pull_report(self, path: Path | str, previous: str | None = None) -> Any:
        where = path if isinstance(path, str) else uri(path)
        identifier = types.TextDocumentIdentifier(where)
        params = types.DocumentDiagnosticParams(identifier, previous_result_id=previous)
        return self.ask(types.TEXT_DOCUMENT_DIAGNOSTIC, params)

    def actions(
        self,
        path: Path | str,
        at: types.Range,
        only: list[str] | None = None,
        shown: list[types.Diagnostic] | None = None,
    ) -> list[types.CodeAction]:
        where = path if isinstance(path, str) else uri(path)
        context = types.CodeActionContext(shown or [], only=only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(where), at, context)
        return list(self.ask(types.TEXT_DOCUMENT_CODE_ACTION, params) or [])

    def hover(self, path: Path, line: int, column: int) -> str:
        params = types.HoverParams(types.TextDocumentIdentifier(uri(path)), types.Position(line, column))
        found = self.ask(types.TEXT_DOCUMENT_HOVER, params)
        return found.contents.value if found is not None else ""


@contextmanager
def editing(*arguments: str, cwd: Path | None = None, program: list[str] | None = None) -> Iterator[Editor]:
    """Start a server over standard input and output, and end it as the protocol says."""
    editor = Editor()
    command = program or [sys.executable, "-m", "driftlint", "server", *arguments]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONWARNINGS"}
    editor.wait(editor.client.start_io(*command, env=environment, cwd=cwd))
    try:
        yield editor
        editor.ask(types.SHUTDOWN, None)
    finally:
        editor.tell(types.EXIT, None)
        process = editor.client._server
        assert process is not None
        code = asyncio.run_coroutine_threadsafe(process.wait(), editor.loop).result(PATIENCE)
        editor.loop.call_soon_threadsafe(editor.loop.stop)
        editor._thread.join(10)
    assert code == 0, f"the server ended with {code}"


def rows(diagnostics: list[types.Diagnostic]) -> list[str]:
    """Return diagnostics as "line:column-line:column code", 0-based, in order."""
    return [
        f"{d.range.start.line}:{d.range.start.character}-{d.range.end.line}:{d.range.end.character} {d.code}"
        for d in diagnostics
    ]
