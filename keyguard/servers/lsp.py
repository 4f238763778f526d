"""Findings in an editor, over the language server protocol on standard input and output.

    didOpen, didChange --pause--> Document --> publishDiagnostics
    hover, codeAction  ---------------'------> the answer

Scans follow each other in one thread, so that the editor is answered while one runs. Whole texts are exchanged: what
pygls makes of partial ones depends on where Python ends a line.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from keyguard import __version__
from keyguard.errors import KeyguardError, RequestError
from keyguard.model import Severity
from keyguard.servers import roots
from keyguard.servers.documents import Document, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsprotocol import types
    from pygls.lsp.server import LanguageServer

    from keyguard.servers.documents import Problem, Remedy

_PAUSE = 0.3  # seconds without a change, before a text is scanned
_LARGEST = 1 << 20  # characters of a text that is scanned while somebody types
_OURS = ".keyguard"  # how the names of configurations and ignore files begin
_SEVERITIES = {Severity.CRITICAL: 1, Severity.HIGH: 1, Severity.MEDIUM: 2, Severity.LOW: 3, Severity.NOTE: 4}


def serve() -> None:
    """Answer an editor until it is gone."""
    try:
        from lsprotocol import types  # noqa: F401
        from pygls.lsp.server import LanguageServer  # noqa: F401 - not there before version 2
    except ImportError:
        message = "the language server needs the package pygls, version 2, which is not installed"
        raise RequestError(message, 'install keyguard with its extra: pip install ".[lsp]" in a clone') from None
    logging.disable()  # pygls logs what it is sent
    with open(os.dup(sys.stdout.fileno()), "wb") as output:  # noqa: PTH123 - pygls closes what it writes to
        _server().start_io(stdout=output)


class _Texts:
    """The texts that are open, each with what was last made of it."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._scanner = ThreadPoolExecutor(1)
        self._documents: dict[str, tuple[int | None, Document | None]] = {}
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._last: Document | None = None
        self._told: set[str] = set()

    def changed(self, uri: str, pause: float = _PAUSE) -> None:
        """Scan a text once nothing changes it for a while."""
        self._forget(uri)
        self._waiting[uri] = asyncio.ensure_future(self._publish(uri, pause))

    def closed(self, uri: str) -> None:
        """Take the findings of a text away."""
        self._forget(uri)
        self._documents.pop(uri, None)
        self._show(uri, None, [])

    async def document(self, uri: str) -> Document | None:
        """Return what is made of a text as it is now; None where nothing can be said of it."""
        text = self._server.workspace.get_text_document(uri)
        version, source = text.version, text.source  # it may be changed while it is scanned
        known, document = self._documents.get(uri, (None, None))
        if uri in self._documents and known == version:
            return document
        loop = asyncio.get_running_loop()
        document, trouble = await loop.run_in_executor(self._scanner, self._scanned, uri, source)
        if trouble:
            self._tell(trouble)
        self._documents[uri] = version, document
        return document

    def _forget(self, uri: str) -> None:
        if task := self._waiting.pop(uri, None):
            task.cancel()

    async def _publish(self, uri: str, pause: float) -> None:
        await asyncio.sleep(pause)
        self._documents.pop(uri, None)
        document = await self.document(uri)
        version, _ = self._documents[uri]
        self._show(uri, version, document.problems if document else [])

    def _scanned(self, uri: str, text: str) -> tuple[Document | None, str]:
        """Scan a text, and say what went wrong, in words that hold no value."""
        path = next(iter(roots.of_uris([uri])), "")
        if not path or len(text) > _LARGEST:
            return None, ""
        encoding = self._server.workspace.position_encoding or "utf-16"
        try:
            document = Document(path, text, str(getattr(encoding, "value", encoding)), self._last)
            document.problems  # noqa: B018 - scans it, in this thread
        except KeyguardError as error:
            return None, error.message
        except Exception as error:  # noqa: BLE001 - its text may hold a value
            return None, f"it failed: {type(error).__name__}"
        self._last = document
        return document, ""

    def _tell(self, trouble: str) -> None:
        """Tell the user, once, of what went wrong."""
        from lsprotocol import types

        if trouble not in self._told:
            self._told.add(trouble)
            message = f"keyguard: {trouble.rstrip('.')}. No findings are shown."
            self._server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))

    async def remedies(self, uri: str, around: Span) -> list[Remedy]:
        """Return what fixes the places of a text that meet a span."""
        document = await self.document(uri)
        if document is None or not any(problem.span.meets(around) for problem in document.problems):
            return []
        return await asyncio.get_running_loop().run_in_executor(self._scanner, document.remedies, around)

    def rescan(self) -> None:
        """Scan all texts anew: what counts for them was changed."""
        for uri in self._documents:
            self.changed(uri, 0)

    def _show(self, uri: str, version: int | None, problems: Sequence[Problem]) -> None:
        from lsprotocol import types

        shown = [_diagnostic(problem) for problem in problems]
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, shown, version))


def _server() -> LanguageServer:
    from lsprotocol import types
    from pygls.lsp.server import LanguageServer

    class Server(LanguageServer):
        def report_server_error(self, error: Exception, source: Any) -> None:
            """Say nothing: the text of an error may hold a value."""

    server = Server("keyguard", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
    texts = _Texts(server)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        texts.changed(params.text_document.uri, 0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        texts.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        uri = params.text_document.uri
        if uri.rpartition("/")[2].startswith(_OURS):
            texts.rescan()
        texts.changed(uri, 0)  # git may know it now

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        texts.closed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        at = params.position
        place = Span(at.line, at.character, at.line, at.character)
        document = await texts.document(params.text_document.uri)
        found = [one for one in (document.problems if document else ()) if one.span.meets(place)]
        if not found:
            return None
        words = dict.fromkeys(problem.help for problem in found)
        contents = types.MarkupContent(types.MarkupKind.PlainText, "\n\n".join(words))
        return types.Hover(contents, _range(found[0].span))

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri, wanted = params.text_document.uri, params.range
        around = Span(wanted.start.line, wanted.start.character, wanted.end.line, wanted.end.character)
        return [_action(uri, remedy) for remedy in await texts.remedies(uri, around)]

    return server


def _range(span: Span) -> types.Range:
    from lsprotocol import types

    return types.Range(types.Position(span.line, span.unit), types.Position(span.end_line, span.end_unit))


def _diagnostic(problem: Problem) -> types.Diagnostic:
    from lsprotocol import types

    severity = types.DiagnosticSeverity(_SEVERITIES[problem.severity])
    return types.Diagnostic(
        _range(problem.span), problem.message, severity=severity, code=problem.rule, source="keyguard"
    )


def _action(uri: str, remedy: Remedy) -> types.CodeAction:
    from lsprotocol import types

    edits = [types.TextEdit(_range(span), text) for span, text in remedy.edits]
    return types.CodeAction(
        remedy.title,
        kind=types.CodeActionKind.QuickFix,
        is_preferred=not remedy.waives,
        edit=types.WorkspaceEdit(changes={uri: edits}),
    )
