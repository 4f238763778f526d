"""The language server, asked by pygls' own client over standard input and output."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from keyguard.packs import expand
from keyguard.servers.documents import Document, Span

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_SEED = "lsp"
_VALUES = [expand(f"<{part}>", _SEED) for part in ("api_key", "secret_key", "passphrase")]
_CODE = """\
import okx

# 🙂
client = okx.Account(
    apikey="<api_key>",  # 🙂 "<passphrase:9>"
    secret_key="<secret_key>",
    passphrase="<passphrase>",
)
"""


class Editor(LanguageClient):
    """An editor that remembers what it is sent, all of it without a value."""

    def __init__(self) -> None:
        super().__init__("editor", "1")
        self.shown: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self.versions: list[int | None] = []
        self.said: list[str] = []

        def published(params: types.PublishDiagnosticsParams) -> None:
            _safe(params)
            self.shown.put_nowait(params)
            self.versions.append(params.version)

        def said(params: types.ShowMessageParams) -> None:
            _safe(params)
            self.said.append(params.message)

        self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)
        self.feature(types.WINDOW_SHOW_MESSAGE)(said)

    async def diagnostics(self, version: int | None) -> list[types.Diagnostic]:
        """Return what is shown of a version of a text."""
        while True:
            told = await asyncio.wait_for(self.shown.get(), 60)
            if told.version == version:
                return list(told.diagnostics)

    def opens(self, path: Path, text: str, version: int = 1) -> str:
        """Open a text as a file, which need not be there."""
        item = types.TextDocumentItem(path.as_uri(), "python", version, text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return item.uri

    def changes(self, uri: str, version: int, text: str) -> None:
        """Change a text as a whole."""
        document = types.VersionedTextDocumentIdentifier(version, uri)
        whole = [types.TextDocumentContentChangeWholeDocument(text)]
        self.text_document_did_change(types.DidChangeTextDocumentParams(document, whole))

    async def actions(self, uri: str, at: types.Range) -> list[types.CodeAction]:
        """Return what is offered for a range."""
        context = types.CodeActionContext([])
        told = await self.text_document_code_action_async(
            types.CodeActionParams(types.TextDocumentIdentifier(uri), at, context)
        )
        _safe(told)
        return [one for one in told or () if isinstance(one, types.CodeAction)]


def _safe(told: object) -> None:
    text = repr(told)
    assert not any(value in text for value in _VALUES)


@asynccontextmanager
async def _editor(folder: Path, encoding: str = "utf-16") -> AsyncIterator[Editor]:
    editor = Editor()
    await editor.start_io(sys.executable, "-m", "keyguard", "lsp", cwd=folder, env=dict(os.environ))
    general = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)])
    able = types.ClientCapabilities(general=general)
    told = await editor.initialize_async(types.InitializeParams(able, root_uri=folder.as_uri()))
    assert told.capabilities.position_encoding == encoding
    editor.initialized(types.InitializedParams())
    yield editor
    await editor.shutdown_async(None)
    editor.exit(None)
    server = editor._server
    assert server is not None
    assert server.stderr is not None
    assert await asyncio.wait_for(server.wait(), 30) == 0
    assert await server.stderr.read() == b""
    await editor.stop()  # type: ignore[no-untyped-call]


def _applied(text: str, action: types.CodeAction, uri: str) -> str:
    assert action.edit is not None
    assert action.edit.changes is not None
    lines = text.splitlines(keepends=True)
    begins = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]

    def offset(at: types.Position) -> int:
        before = lines[at.line].encode("utf-16-le")[: 2 * at.character] if at.line < len(lines) else b""
        return begins[at.line] + len(before.decode("utf-16-le"))

    for edit in sorted(action.edit.changes[uri], key=lambda edit: offset(edit.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


def _at(text: str, at: types.Range) -> str:
    line = text.split("\n")[at.start.line].encode("utf-16-le")
    return line[2 * at.start.character : 2 * at.end.character].decode("utf-16-le")


def test_what_is_typed_is_scanned_explained_and_mended(tmp_path: Path) -> None:
    text = expand(_CODE, _SEED)

    async def session() -> None:
        async with _editor(tmp_path) as editor:
            uri = editor.opens(tmp_path / "new" / "bot.py", "import okx\n")
            assert await editor.diagnostics(1) == []
            for version in range(2, 6):
                editor.changes(uri, version, text[: len(text) // version])
            editor.changes(uri, 6, text)
            shown = await editor.diagnostics(6)
            assert len(editor.versions) < 6  # of most of what stood there for a moment nothing is told
            assert [one.message for one in shown] == [
                f"OKX credential in plain text: {part}" for part in ("api key", "secret key", "passphrase")
            ]
            assert {(one.code, one.source, one.severity) for one in shown} == {
                ("okx-credential", "keyguard", types.DiagnosticSeverity.Error)
            }
            assert [_at(text, one.range) for one in shown] == _VALUES

            key = shown[0].range
            hover = await editor.text_document_hover_async(
                types.HoverParams(
                    types.TextDocumentIdentifier(uri), types.Position(key.start.line, key.start.character + 2)
                )
            )
            _safe(hover)
            assert hover is not None
            assert "okx-credential, critical" in str(hover.contents)
            nowhere = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(0, 1))
            assert await editor.text_document_hover_async(nowhere) is None
            assert await editor.actions(uri, types.Range(nowhere.position, nowhere.position)) == []

            reference, waiver = await editor.actions(uri, key)
            assert (reference.title, waiver.title) == (
                "Use the environment variable OKX_API_KEY",
                "Waive okx-credential here, with a comment",
            )
            fixed = _applied(text, reference, uri)
            assert 'apikey=os.environ["OKX_API_KEY"],  # 🙂' in fixed
            assert fixed.startswith("import os\n")
            waived = _applied(text, waiver, uri)
            assert "(\n    # keyguard: ignore[okx-credential] say why\n    apikey" in waived
            editor.changes(uri, 7, waived)
            assert await editor.diagnostics(7) == []

            editor.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
            assert await editor.diagnostics(None) == []

    asyncio.run(session())


def test_what_counts_for_a_scan_counts_in_an_editor(tmp_path: Path) -> None:
    text = expand("OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n", _SEED)
    subprocess.run(["/usr/bin/env", "git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".keyguard.yml").write_text("exclude: [fixtures/]\n")
    (tmp_path / ".gitignore").write_text(".env\n")
    (tmp_path / ".env").touch()
    (tmp_path / "fixtures").mkdir()

    async def session() -> None:
        async with _editor(tmp_path, "utf-8") as editor:
            editor.opens(tmp_path / "fixtures" / "a.env", text)
            assert await editor.diagnostics(1) == []
            uri = editor.opens(tmp_path / ".env", text, 2)
            assert {one.severity for one in await editor.diagnostics(2)} == {types.DiagnosticSeverity.Hint}
            editor.opens(tmp_path / "bot.py", line := f'key = "🙂"; okx_secret_key = "{_VALUES[1]}"\n', 6)
            (place,) = [one.range for one in await editor.diagnostics(6)]
            assert line.encode()[place.start.character : place.end.character].decode() == _VALUES[1]
            (tmp_path / ".keyguard.yml").write_text("skip: [nonsense]\n")
            editor.text_document_did_save(
                types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(f"{tmp_path.as_uri()}/.keyguard.yml"))
            )
            editor.changes(uri, 3, text)
            assert await editor.diagnostics(3) == []
            assert [said for said in editor.said if "nonsense" in said] != []
            editor.opens(tmp_path / "a" / "untitled", "x", 4)
            item = types.TextDocumentItem("untitled:Untitled-1", "python", 5, text)
            editor.text_document_did_open(types.DidOpenTextDocumentParams(item))
            assert await editor.diagnostics(5) == []

    asyncio.run(session())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_places_are_told_in_the_units_of_the_editor(tmp_path: Path, encoding: str, end: str) -> None:
    line = expand('key = "🙂é"; okx_secret_key = "<secret_key>"', _SEED)
    document = Document(str(tmp_path / "bot.py"), f"# a\u2028b\rc{end}{line}{end}", encoding)
    (problem,) = document.problems
    before = line[: line.index(_VALUES[1])]
    units = {"utf-8": len(before.encode()), "utf-16": len(before) + 1, "utf-32": len(before)}[encoding]
    assert problem.span == Span(2, units, 2, units + len(_VALUES[1]))
