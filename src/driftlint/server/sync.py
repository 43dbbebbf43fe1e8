"""Open, change, close: texts and notebooks go straight to the desk.

Promises: pygls keeps no second copy of a text. Its own copy ends lines where the protocol does not (form feeds, U+2028)
and changes positions that it is given. Refuses to know: what happens to a text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from driftlint.server.buffers import CellBuffer, NotebookBuffer, TextBuffer
from driftlint.server.convert import change_of, path_of

if TYPE_CHECKING:
    from driftlint.server.service import Service


class SyncProtocol(LanguageServerProtocol):
    """The protocol of pygls with its handling of documents replaced."""

    @property
    def service(self) -> Service:
        """The server behind the protocol."""
        return cast("Service", self._server)

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Take in a text."""
        item = params.text_document
        self.service.desk.open_text(_buffer(item), path_of(item.uri))

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Take in edits."""
        document = params.text_document
        self.service.desk.change_text(document.uri, document.version, map(change_of, params.content_changes))

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Forget a text."""
        self.service.desk.close_text(params.text_document.uri)
        self.service.forget_text(params.text_document.uri)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: types.DidOpenNotebookDocumentParams) -> None:
        """Take in a notebook."""
        given = params.notebook_document
        languages = [item.language_id for item in params.cell_text_documents]
        code = {cell.document for cell in given.cells if cell.kind is types.NotebookCellKind.Code}
        language = next((i.language_id for i in params.cell_text_documents if i.uri in code), "") if languages else ""
        notebook = NotebookBuffer(given.uri, [_cell(cell) for cell in given.cells], given.version, language)
        self.service.desk.open_notebook(notebook, map(_buffer, params.cell_text_documents), path_of(given.uri))

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: types.DidChangeNotebookDocumentParams) -> None:
        """Take in changes of a notebook: cells that come, go or move, and texts of cells."""
        desk = self.service.desk
        uri = params.notebook_document.uri
        notebook = desk.notebooks.get(uri)
        if notebook is None:
            return
        notebook.version = params.notebook_document.version
        cells = params.change.cells
        if cells is not None and cells.structure is not None:
            array = cells.structure.array
            notebook.cells[array.start : array.start + array.delete_count] = [_cell(cell) for cell in array.cells or ()]
            for item in cells.structure.did_open or ():
                desk.texts[item.uri] = _buffer(item)
            for closed in cells.structure.did_close or ():
                desk.texts.pop(closed.uri, None)
                self.service.forget_text(closed.uri)
        if cells is not None:
            kinds = {cell.document: cell for cell in cells.data or ()}
            notebook.cells = [_cell(kinds[c.uri]) if c.uri in kinds else c for c in notebook.cells]
            for text in cells.text_content or ():
                desk.change_text(text.document.uri, text.document.version, map(change_of, text.changes))
        desk.changed_notebook(uri)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: types.DidCloseNotebookDocumentParams) -> None:
        """Forget a notebook."""
        notebook = self.service.desk.notebooks.get(params.notebook_document.uri)
        for cell in notebook.cells if notebook is not None else ():
            self.service.forget_text(cell.uri)
        self.service.desk.close_notebook(params.notebook_document.uri)

    @lsp_method(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def lsp_workspace__did_change_workspace_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Take in folders that come and go."""
        event = params.event
        self.service.change_folders([f.uri for f in event.added], [f.uri for f in event.removed])


def _buffer(item: types.TextDocumentItem) -> TextBuffer:
    return TextBuffer(item.uri, item.text, item.version, item.language_id)


def _cell(cell: types.NotebookCell) -> CellBuffer:
    return CellBuffer(cell.document, cell.kind is types.NotebookCellKind.Code)
