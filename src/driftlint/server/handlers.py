"""What a client may ask, and the messages that are handled.

Promises: no handler blocks; a request about a text that was edited meanwhile ends early, as one that was cancelled does.
Refuses to know: how an answer is made.
"""

from __future__ import annotations

from functools import partial

from lsprotocol import types
from msgspec.structs import replace
from pygls.exceptions import JsonRpcException

from driftlint.server.actions import KINDS, Actions, Asked
from driftlint.server.answer import Answer, Extent
from driftlint.server.convert import extent_of, path_of
from driftlint.server.desk import Overtaken, Watch
from driftlint.server.hints import write_hints
from driftlint.server.hover import write_hover
from driftlint.server.links import write_links
from driftlint.server.service import Service


def register(service: Service) -> None:
    """Tell pygls which messages are handled."""

    @service.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        service.initialize(params)
        if service.pulls:
            _register_pull(service)

    @service.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        await service.initialized()

    @service.feature(types.SHUTDOWN)
    def shutdown(params: None) -> None:
        service.dismissed = True
        service.desk.close()

    @service.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        if path := path_of(params.text_document.uri):
            service.saved_file(path)

    @service.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files(params: types.DidChangeWatchedFilesParams) -> None:
        service.desk.files_changed([path for event in params.changes if (path := path_of(event.uri))])

    @service.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def settings(params: types.DidChangeConfigurationParams) -> None:
        await service.settings_changed(params.settings)

    @service.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=list(KINDS)))
    async def on_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        return await offer_actions(service, params)

    @service.feature(types.TEXT_DOCUMENT_HOVER)
    async def on_hover(params: types.HoverParams) -> types.Hover | None:
        return await hover(service, params)

    @service.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def on_hint(params: types.InlayHintParams) -> list[types.InlayHint]:
        return await hint(service, params)

    @service.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def on_link(params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        return await link(service, params)


def _register_pull(service: Service) -> None:
    """Offer pull diagnostics, to clients that can be told to pull again."""
    options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="driftlint")

    @service.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def on_pull(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        return await pull(service, params)

    @service.feature(types.WORKSPACE_DIAGNOSTIC)
    async def on_pull_workspace(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        return await pull_workspace(service, params)


async def pull(service: Service, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """Answer ``textDocument/diagnostic``."""
    uri = params.text_document.uri
    try:
        found = await service.look(uri)
    except Overtaken:
        data = {"retriggerRequest": False}
        raise JsonRpcException("the text was edited meanwhile", types.LSPErrorCodes.ServerCancelled, data) from None
    if found is None:
        return types.RelatedFullDocumentDiagnosticReport(items=[])
    watch, answer, own, cell = found
    file = answer.file(own)
    service.pulled[uri] = file.digest
    if params.previous_result_id and params.previous_result_id == file.digest:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=file.digest)
    items = service.diagnostics(watch, file, cell)
    return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=file.digest or None)


async def pull_workspace(service: Service, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
    """Answer ``workspace/diagnostic``: at once when there is something new to say, else when there is."""
    before = {item.uri: item.value for item in params.previous_result_ids}
    while True:
        changed = service.changed
        for watch in list(service.desk.watches.values()):
            await service.desk.fresh(watch, "")
        items = _workspace_items(service, before)
        if not before or any(isinstance(i, types.WorkspaceFullDocumentDiagnosticReport) for i in items):
            return types.WorkspaceDiagnosticReport(items)
        await changed.wait()


def _workspace_items(service: Service, before: dict[str, str]) -> list[types.WorkspaceDocumentDiagnosticReport]:
    items: list[types.WorkspaceDocumentDiagnosticReport] = []
    seen: set[str] = set()
    for watch in service.desk.watches.values():
        place = service.uri_in(watch)
        for path, file in sorted(watch.answer.files.items()):
            cells = {item.at.cell for item in file.shown} | {notice.at.cell for notice in file.notices}
            for cell in sorted(cells, key=lambda at: -1 if at is None else at):
                uri = place(path, Extent(cell=cell))
                if uri is None or uri in seen:
                    continue
                seen.add(uri)
                buffer = service.desk.texts.get(uri)
                version = buffer.version if buffer is not None else None
                if before.get(uri) == file.digest:
                    items.append(types.WorkspaceUnchangedDocumentDiagnosticReport(uri, file.digest, version))
                    continue
                found = service.diagnostics(watch, file, cell)
                items.append(types.WorkspaceFullDocumentDiagnosticReport(uri, found, version, result_id=file.digest))
    for uri in before:
        if uri not in seen and before[uri]:
            items.append(types.WorkspaceFullDocumentDiagnosticReport(uri, [], result_id=""))
    return items


async def offer_actions(service: Service, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Answer ``textDocument/codeAction``."""
    found = await _look_or_none(service, params.text_document.uri)
    if found is None or found[1].run is None:
        return []
    watch, answer, own, cell = found
    at = extent_of(params.range)
    extent = Extent(at.line, at.column, at.end_line, at.end_column, cell)
    asked = Asked(own, extent, params.context.only, params.context.diagnostics)
    placer = service.placer(answer)
    client, place, read = service.client(), service.uri_in(watch), partial(_read, service)
    buffers = {uri: replace(buffer) for uri, buffer in service.desk.texts.items()}
    offered = Actions(answer, placer, client, place, buffers.get, read)
    return await service.desk.aside(partial(offered.offer, asked))


def _read(service: Service, path: str) -> str | None:
    """Return the text of a configuration file: open, or as it was last read."""
    uri = service.desk.uri_at(path)
    if uri is not None and uri in service.desk.texts:
        return service.desk.texts[uri].text
    for watch in service.desk.watches.values():
        own = watch.checked.relative(path)
        if own is not None and watch.answer.run is not None:
            data = watch.answer.run.world.read(own)
            return data.decode("utf-8", "replace") if data is not None else None
    return None


async def hover(service: Service, params: types.HoverParams) -> types.Hover | None:
    """Answer ``textDocument/hover``."""
    found = await _look_or_none(service, params.text_document.uri)
    if found is None or found[1].run is None:
        return None
    _, answer, own, cell = found
    at = params.position
    text = write_hover(answer, service.placer(answer), own, at.line, at.character, cell)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None


async def hint(service: Service, params: types.InlayHintParams) -> list[types.InlayHint]:
    """Answer ``textDocument/inlayHint``: nothing unless the client's settings ask for it."""
    found = await _look_or_none(service, params.text_document.uri)
    if found is None or found[1].run is None or not found[0].settings.hints:
        return []
    return write_hints(found[1], service.placer(found[1]), found[2], extent_of(params.range), found[3])


async def link(service: Service, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    """Answer ``textDocument/documentLink``."""
    found = await _look_or_none(service, params.text_document.uri)
    if found is None or found[1].run is None:
        return []
    return write_links(found[1], service.placer(found[1]), found[2], found[3])


async def _look_or_none(service: Service, uri: str) -> tuple[Watch, Answer, str, int | None] | None:
    try:
        return await service.look(uri)
    except Overtaken:
        code = types.LSPErrorCodes.ContentModified
        raise JsonRpcException("the text was edited meanwhile", code) from None
