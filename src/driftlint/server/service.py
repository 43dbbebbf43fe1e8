"""The protocol: what a client may ask, and what it is told unasked.

Promises: no handler blocks; a request about a text that was edited meanwhile, or that was cancelled, ends early; a client
that cannot pull and refresh gets its diagnostics pushed. Refuses to know: how an answer is made.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from driftlint import __version__
from driftlint.cli.common import Settings
from driftlint.report.redact import clean
from driftlint.server.actions import Client
from driftlint.server.answer import Answer, Extent, FileAnswer, Placer
from driftlint.server.convert import diagnostics_of, path_of, uri_of
from driftlint.server.desk import Desk, Watch
from driftlint.server.settings import SECTION, ClientSettings, read_settings
from driftlint.server.sync import SyncProtocol
from driftlint.server.watching import WATCHED

PROGRESS_DELAY = 1.0
"""Seconds before a run is shown as work in progress."""
_STEP = 0.25


class Service(LanguageServer):
    """The language server. `start` holds the options of the command line."""

    def __init__(self, start: Settings) -> None:
        super().__init__(
            "driftlint",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            notebook_document_sync=types.NotebookDocumentSyncOptions(
                notebook_selector=[types.NotebookDocumentFilterWithNotebook(notebook="jupyter-notebook")]
            ),
            protocol_cls=SyncProtocol,
            max_workers=2,
        )
        self._start = start
        self._given: dict[str, object] = {}
        """What the client set, by folder; "" for all."""
        self.desk = Desk(self._settings_of, self._delivered, self._failed, self._working)
        self.dismissed = False
        self.pulls = False
        self._folders: list[str] = []
        self._watches_files = False
        self._published: dict[str, str] = {}
        self.pulled: dict[str, str] = {}
        self._told: set[str] = set()
        self.changed = asyncio.Event()

    # what the client can do

    def _can(self, route: str) -> bool:
        """Return whether a dotted route of the client's capabilities leads to something that is set."""
        at: Any = self.client_capabilities
        for step in route.split("."):
            at = getattr(at, step, None)
        return bool(at)

    def client(self) -> Client:
        """Return what the client can do with edits."""
        edits = "workspace.workspace_edit"
        kinds = (
            getattr(self.client_capabilities.workspace.workspace_edit, "resource_operations", None)
            if self.client_capabilities.workspace is not None
            else None
        )
        return Client(
            self.desk.encoding,
            self._can(f"{edits}.document_changes"),
            self._can(f"{edits}.document_changes") and types.ResourceOperationKind.Create in (kinds or ()),
            self._can(f"{edits}.snippet_edit_support"),
        )

    def initialize(self, params: types.InitializeParams) -> None:
        """Take in what the client says of itself."""
        self.desk.encoding = self.workspace.position_encoding or "utf-16"  # type: ignore[assignment]
        self._given[""] = params.initialization_options
        pull, push = "text_document.diagnostic", "text_document.publish_diagnostics"
        self.pulls = self._can(pull) and (self._can("workspace.diagnostics.refresh_support") or not self._can(push))
        folders = [folder.uri for folder in params.workspace_folders or ()]
        if not folders and params.root_uri:
            folders = [params.root_uri]
        self.change_folders(folders, [])

    async def initialized(self) -> None:
        """Ask for the settings, watch the files, look at the folders."""
        await self._ask_settings()
        self.desk.start()
        if self._can("workspace.did_change_watched_files.dynamic_registration"):
            watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            registration = types.Registration("driftlint-files", method, options)
            with contextlib.suppress(JsonRpcException):
                await self.client_register_capability_async(types.RegistrationParams([registration]))
                self._watches_files = True
        if self._can("workspace.did_change_configuration.dynamic_registration"):
            method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
            registration = types.Registration("driftlint-settings", method, {"section": SECTION})
            with contextlib.suppress(JsonRpcException):
                await self.client_register_capability_async(types.RegistrationParams([registration]))

    def change_folders(self, added: list[str], removed: list[str]) -> None:
        """Take in workspace folders by their URIs."""
        self._folders = [*dict.fromkeys((*(uri for uri in self._folders if uri not in removed), *added))]
        for uri in removed:
            if path := path_of(uri):
                self.desk.remove_folder(path)
        for uri in added:
            if path := path_of(uri):
                self.desk.add_folder(path)

    # settings

    async def _ask_settings(self) -> None:
        if not self._can("workspace.configuration"):
            return
        items = [types.ConfigurationItem(section=SECTION)]
        items += [types.ConfigurationItem(scope_uri=uri, section=SECTION) for uri in self._folders]
        with contextlib.suppress(JsonRpcException):
            given = await self.workspace_configuration_async(types.ConfigurationParams(items))
            for uri, value in zip(["", *self._folders], given, strict=False):
                folder = path_of(uri) if uri else ""
                if value is not None and folder is not None:
                    self._given[folder] = value

    async def settings_changed(self, given: object) -> None:
        """Take in new settings: those that come with the message, or those that the client gives when asked."""
        if isinstance(given, dict) and SECTION in given:
            self._given = {"": {SECTION: given[SECTION]}}
        await self._ask_settings()
        self.desk.settings_changed()

    def _settings_of(self, folder: str) -> ClientSettings:
        found = read_settings(self._given.get(folder, self._given.get("")), self._start)
        if found.unknown:
            self.tell(f"driftlint: no such setting: {', '.join(found.unknown)}")
        return found

    # files

    def saved_file(self, path: str) -> None:
        """Look at a file that was saved; a configuration is read again."""
        if self._watches_files:
            self.desk.files_changed([path])
            return
        if any(watch.checked.is_setting(path) for watch in self.desk.watches.values()):
            self.desk.files_changed([path])
        self.desk.files_changed(None)

    # answers

    def find(self, uri: str) -> tuple[Watch, str, int | None] | None:
        """Return the project, the path in it, and the cell of a text; None for one that is no file or in none."""
        cell = None
        path = self.desk.paths.get(uri) or path_of(uri)
        if (place := self.desk.notebook_of(uri)) is not None:
            notebook, cell = place
            path = self.desk.paths.get(notebook.uri)
        if path is None:
            return None
        watch = self.desk.find_watch(path)
        return (watch, path, cell) if watch is not None else None

    async def look(self, uri: str) -> tuple[Watch, Answer, str, int | None] | None:
        """Return a fresh answer about a text, with its path in the project and its cell. Raises Overtaken."""
        found = self.find(uri)
        if found is None:
            return None
        watch, path, cell = found
        answer = await self.desk.fresh(watch, uri)
        own = watch.checked.relative(path)
        return (watch, answer, own, cell) if own is not None else None

    def placer(self, answer: Answer) -> Placer:
        """Return what turns places of an answer into ranges."""
        assert answer.run is not None
        notebooks, read = self._open_notebooks(answer), answer.run.world.read
        return Placer(answer.documents.get, self.desk.encoding, answer.texts, answer.held, notebooks, read)

    def _open_notebooks(self, answer: Answer) -> list[str]:
        watch = next((w for w in self.desk.watches.values() if w.answer is answer), None)
        if watch is None:
            return []
        paths = (self.desk.paths.get(uri, "") for uri in self.desk.notebooks)
        return [own for path in paths if (own := watch.checked.relative(path)) is not None]

    def uri_in(self, watch: Watch) -> Callable[[str, Extent], str | None]:
        """Return what gives the URI of a path in a project (of a cell, for extents in one)."""

        def find(path: str, at: Extent) -> str | None:
            target = watch.answer.target
            if target is None or path == ".":
                return None
            full = str(target.root.joinpath(*path.split("/")))
            uri = self.desk.uri_at(full)
            if at.cell is not None:
                notebook = self.desk.notebooks.get(uri) if uri is not None else None
                return notebook.cells[at.cell].uri if notebook is not None and at.cell < len(notebook.cells) else None
            return uri or uri_of(full)

        return find

    def diagnostics(self, watch: Watch, file: FileAnswer, cell: int | None) -> list[types.Diagnostic]:
        """Return the diagnostics of a file or cell as the client can show them."""
        route = "text_document.diagnostic" if self.pulls else "text_document.publish_diagnostics"
        related = self._can(f"{route}.related_information") or self._can(
            "text_document.publish_diagnostics.related_information"
        )
        return diagnostics_of(file, self.uri_in(watch), cell, related=related)

    # told unasked

    def tell(self, message: str, *, loud: bool = False) -> None:
        """Say something once: in the log, or `loud` in the editor's window."""
        if message in self._told:
            return
        self._told.add(message)
        if loud:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
        else:
            self.window_log_message(types.LogMessageParams(types.MessageType.Info, message))

    def _delivered(self, watch: Watch) -> None:
        for problem in watch.answer.problems:
            self.tell(f"driftlint: {clean(problem)}", loud=True)
        if not watch.answer.problems:
            self._told = {text for text in self._told if text.startswith("driftlint: no such setting")}
        self.changed.set()
        self.changed = asyncio.Event()
        if self.pulls:
            self._refresh(watch)
        else:
            self._publish(watch)

    def _refresh(self, watch: Watch) -> None:
        """Have the client pull again where a text that it did not ask about now reads differently."""
        asked = {waiter.uri for waiter in watch.waiters}
        for uri, digest in self.pulled.items():
            found = self.find(uri) if uri in self.desk.texts else None
            if found is None or found[0] is not watch or uri in asked:
                continue
            own = watch.checked.relative(found[1])
            if own is not None and watch.answer.file(own).digest != digest:
                if self._can("workspace.diagnostics.refresh_support"):
                    self.workspace_diagnostic_refresh(None)
                return

    def _publish(self, watch: Watch) -> None:
        for uri in list(self.desk.texts):
            found = self.find(uri)
            if found is None or found[0] is not watch:
                continue
            own = watch.checked.relative(found[1])
            if own is None or watch.versions.get(uri) != self.desk.texts[uri].version:
                continue  # edited meanwhile: the next answer is on its way
            self.publish(uri, self.diagnostics(watch, watch.answer.file(own), found[2]))

    def publish(self, uri: str, diagnostics: list[types.Diagnostic]) -> None:
        """Push the diagnostics of one text."""
        version = self.desk.texts[uri].version if uri in self.desk.texts else None
        key = f"{version} {diagnostics!r}"
        if self._published.get(uri) != key:
            self._published[uri] = key
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))

    def forget_text(self, uri: str) -> None:
        """Take back what was shown in a text that is closed."""
        self.pulled.pop(uri, None)
        if self._published.pop(uri, None) is not None:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def _failed(self, watch: Watch, error: Exception) -> None:
        where = watch.checked.start
        message = f"driftlint {__version__} failed in {where} ({type(error).__name__}: {clean(str(error))[:200]})"
        self.tell(f"{message}. This is a fault of driftlint, not of your repo; please report it.", loud=True)

    def _working(self, watch: Watch) -> asyncio.Future[None]:
        return asyncio.ensure_future(self._show_progress(watch))

    async def _show_progress(self, watch: Watch) -> None:
        """Show a run that takes long as work in progress, until this is cancelled."""
        await asyncio.sleep(PROGRESS_DELAY)
        if not self._can("window.work_done_progress"):
            return
        token = f"driftlint-{id(watch)}-{watch.wanted}"
        try:
            await self.work_done_progress.create_async(token)
        except Exception:  # a client that changes its mind about progress must not end the run
            return
        begin = types.WorkDoneProgressBegin(title="driftlint", message="reading", percentage=0, cancellable=False)
        self.work_done_progress.begin(token, begin)
        try:
            while True:
                await asyncio.sleep(_STEP)
                overlay = watch.checked.overlay
                share = min(overlay.read_count * 100 // max(overlay.total, 1), 100) if overlay is not None else 0
                message = "reading" if share < 100 else "analysing"
                self.work_done_progress.report(token, types.WorkDoneProgressReport(message=message, percentage=share))
        finally:
            self.work_done_progress.end(token, types.WorkDoneProgressEnd())
            self.work_done_progress.tokens.pop(token, None)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Say what went wrong in a handler in the log, not in the user's face."""
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, f"driftlint: {error}"))
