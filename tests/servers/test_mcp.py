"""The MCP server, asked by the SDK's own client over standard input and output."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import quote

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client, types

from keyguard.packs import expand
from tests.cli.conftest import ENV_FILE, put

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from mcp.client.context import ClientRequestContext

SEED = "mcp"
VALUES = [expand(f"<{part}>", SEED) for part in ("api_key", "secret_key", "passphrase")]
LINES = expand(ENV_FILE, SEED)
_API_KEY, _SECRET_KEY, _PASSPHRASE = VALUES


class Answer(NamedTuple):
    """What a tool answered."""

    text: str
    is_error: bool

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings in it."""
        found: list[dict[str, Any]] = json.loads(self.text)["findings"]
        return found


def _safe(text: str) -> str:
    """Return a text in which no value stands, in no notation; a failure prints none."""
    written = [
        spelled
        for value in VALUES
        for spelled in (value, base64.b64encode(value.encode()).decode()[:-4], value.encode().hex(), quote(value, ""))
    ]
    assert not any(spelled.lower() in text.lower() for spelled in written)
    return text


@asynccontextmanager
async def _client(
    cwd: Path, roots: Sequence[Path] | None, *options: str, mode: Literal["auto", "legacy"] = "auto"
) -> AsyncIterator[Client]:
    async def listed(context: ClientRequestContext) -> types.ListRootsResult | types.ErrorData:
        return types.ListRootsResult(roots=[types.Root(uri=root.as_uri()) for root in roots or ()])  # type: ignore[arg-type]

    server = StdioServerParameters(
        command=sys.executable, args=["-m", "keyguard", "mcp", *options], cwd=cwd, env=dict(os.environ)
    )
    with tempfile.TemporaryFile("w+") as log:
        asked = stdio_client(server, errlog=log)
        async with Client(asked, list_roots_callback=None if roots is None else listed, mode=mode) as client:
            yield client
        log.seek(0)
        assert _safe(log.read()) == ""


async def _ask(client: Client, tool: str, **arguments: Any) -> Answer:
    result = await client.call_tool(tool, arguments)
    assert [content.type for content in result.content] == ["text"]
    return Answer(_safe(getattr(result.content[0], "text", "")), bool(result.is_error))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with a credential, and links out of it to another folder with one."""
    put(tmp_path / "project" / "bot" / ".env", seed=SEED)
    put(tmp_path / "elsewhere" / ".env", seed=SEED)
    (tmp_path / "project" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "project" / "file").symlink_to(tmp_path / "elsewhere" / ".env")
    return tmp_path / "project"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_roots_of_a_client_are_what_is_read(project: Path, mode: Literal["auto", "legacy"]) -> None:
    elsewhere = project.parent / "elsewhere"

    async def session() -> None:
        async with _client(elsewhere, [project], mode=mode) as client:
            tools = (await client.list_tools()).tools
            assert [tool.name for tool in tools] == ["scan_text", "scan_paths", "explain"]
            assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
            for paths in ([str(project)], ["."], ["bot/.env"], ["bot", "bot/.env"]):
                answer = await _ask(client, "scan_paths", paths=paths)
                (finding,) = answer.findings
                assert (finding["rule"], [part["line"] for part in finding["parts"]]) == ("okx-credential", [1, 2, 3])
                assert finding["parts"][2]["mask"] == "********"
            outside = [
                "..",
                str(elsewhere),
                "../elsewhere/.env",
                "link",
                "file",
                "link/.env",
                "bot/../..",
                "/",
                "~",
                "\0",
            ]
            for path in outside:
                answer = await _ask(client, "scan_paths", paths=["bot", path])
                assert answer.is_error, path
                assert answer.text.startswith("path 2 ")
            assert (await _ask(client, "scan_paths", paths=[_PASSPHRASE])).is_error

    anyio.run(session)


def test_no_answer_holds_a_value(project: Path) -> None:
    document = json.dumps({"okx": {"apiKey": _API_KEY, "secret": _SECRET_KEY, "password": _PASSPHRASE}})
    texts = {
        ".env": LINES,
        "config.json": document,
        "log.txt": f"sent {quote(document)}",
        "secret.yml": f"data:\n  okx.env: {base64.b64encode(LINES.encode()).decode()}\n",
        "dump.txt": f"OKX_SECRET_KEY={_SECRET_KEY.encode().hex()}\n{LINES}",
        "bot.py": f'okx.Account("{_API_KEY}", "{_SECRET_KEY}", "{_PASSPHRASE}")  # keyguard: ignore {_PASSPHRASE}\n',
        f"{_API_KEY}/{_PASSPHRASE}.env": LINES,
    }

    async def session() -> None:
        async with _client(project, None) as client:
            for path, text in texts.items():
                answer = await _ask(client, "scan_text", text=text, path=path)
                assert [finding["rule"] for finding in answer.findings] == ["okx-credential"], path
            assert (await _ask(client, "scan_text", text="nothing")).findings == []
            for tool, arguments in (
                ("scan_text", {"text": [LINES]}),
                ("scan_text", {"text": "x", _PASSPHRASE: LINES}),
                ("scan_paths", {"paths": LINES}),
                ("scan_paths", {"paths": [[_PASSPHRASE]]}),
                ("scan_paths", {"paths": []}),
                ("explain", {"rule": _SECRET_KEY}),
                (_PASSPHRASE, {}),
            ):
                assert (await _ask(client, tool, **arguments)).is_error
            told = json.loads((await _ask(client, "explain", rule="okx-credential")).text)
            assert (told["severity"], bool(told["why"] and told["fix"])) == ("critical", True)
            # A client without roots is served in the current folder.
            assert (await _ask(client, "scan_paths", paths=["bot"])).findings
            assert (await _ask(client, "scan_paths", paths=["../elsewhere"])).is_error

    anyio.run(session)


def test_nothing_outside_of_root_is_read_whatever_the_client_names(project: Path) -> None:
    async def session() -> None:
        async with _client(project, [project.parent], "--root", "bot") as client:
            assert (await _ask(client, "scan_paths", paths=["project/bot"])).findings
            for path in ("elsewhere", "project", "project/link"):
                assert (await _ask(client, "scan_paths", paths=[path])).is_error

    anyio.run(session)


def test_the_current_folder_is_no_root_where_it_is_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from keyguard.errors import RequestError
    from keyguard.servers import roots

    (tmp_path / "home" / "bot").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    for folder in ("home", "."):
        monkeypatch.chdir(tmp_path / folder)
        with pytest.raises(RequestError, match="no roots"):
            roots.of_start()
    monkeypatch.chdir(tmp_path / "home" / "bot")
    assert roots.of_start() == [str((tmp_path / "home" / "bot").resolve())]


@pytest.mark.parametrize(("command", "package"), [("mcp", "mcp"), ("lsp", "pygls")])
def test_a_package_that_is_not_installed_is_said(command: str, package: str, tmp_path: Path) -> None:
    script = (
        f"import sys\nsys.modules[{package!r}] = None\nfrom keyguard.cli import main\nsys.exit(main([{command!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert f'pip install ".[{command}]"' in done.stderr
    assert len(done.stderr.splitlines()) == 2
