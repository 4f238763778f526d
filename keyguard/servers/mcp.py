"""The tools over the Model Context Protocol, on standard input and output, with the official SDK.

A client of the protocol's version 2026-07-28 is asked for its roots by an answer that wants more input, an earlier one
by a request. Arguments are checked by `tools`: the SDK's own checks repeat what they refuse.
"""

from __future__ import annotations

import logging
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

from keyguard import __version__
from keyguard.errors import RequestError
from keyguard.servers import roots
from keyguard.servers.tools import TOOLS, answered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp import types
    from mcp.server.context import ServerRequestContext
    from mcp.server.lowlevel import Server

    Context = ServerRequestContext[dict[str, Any], Any]

_ROOTS = "roots"
_INSTRUCTIONS = (
    "keyguard finds leaked exchanges' API credentials and masks them. A value that is not masked never belongs into an "
    "answer, a commit or a command: use the name of an environment variable in its place."
)


def serve(limits: Sequence[str] = ()) -> None:
    """Answer a client until it is gone; nothing outside of the limits is read, whatever it names as its roots."""
    try:
        import anyio
        from mcp.server.stdio import stdio_server
        from mcp.types import InputRequiredResult  # noqa: F401 - not there before version 2
    except ImportError:
        message = "the MCP server needs the package mcp, version 2, which is not installed"
        raise RequestError(message, 'install keyguard with its extra: pip install ".[mcp]" in a clone') from None
    logging.disable()  # the SDK logs what it could not read

    async def run() -> None:
        server = _server(limits)
        async with stdio_server() as (reader, writer):
            await server.run(reader, writer, server.create_initialization_options())

    anyio.run(run)


def _server(limits: Sequence[str]) -> Server[dict[str, Any]]:
    import anyio
    from mcp import types
    from mcp.server.lowlevel import Server

    async def list_tools(_context: Context, _params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        hints = types.ToolAnnotations(read_only_hint=True, open_world_hint=False)
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=name,
                    title=tool.title,
                    description=tool.description,
                    input_schema=tool.schema,
                    annotations=hints,
                )
                for name, tool in TOOLS.items()
            ]
        )

    async def call_tool(
        context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        places: list[Sequence[str] | None] = []
        if params.name in TOOLS and TOOLS[params.name].reads_files:
            named = await _roots(context, params)
            if isinstance(named, types.InputRequiredResult):
                return named
            places = [named, limits]
        text, is_error = await anyio.to_thread.run_sync(partial(answered, params.name, params.arguments or {}, *places))
        return types.CallToolResult(content=[types.TextContent(text=text)], is_error=is_error)

    return Server(
        "keyguard",
        title="keyguard",
        version=__version__,
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def _roots(context: Context, params: types.CallToolRequestParams) -> list[str] | types.InputRequiredResult | None:
    """Return the folders that the client names, what asks it for them, or None where it has no roots to name."""
    from mcp import types
    from mcp.shared.exceptions import MCPDeprecationWarning, MCPError

    capabilities = context.session.client_capabilities
    if capabilities is None or capabilities.roots is None:
        return None
    if context.session.can_send_request:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MCPDeprecationWarning)
            try:
                told = await context.session.list_roots()
            except MCPError:  # it says that it has some, and names none
                return []
        return roots.of_uris(str(root.uri) for root in told.roots)
    response = (params.input_responses or {}).get(_ROOTS)
    if response is None:
        return types.InputRequiredResult(input_requests={_ROOTS: types.ListRootsRequest()})
    return (
        roots.of_uris(str(root.uri) for root in response.roots) if isinstance(response, types.ListRootsResult) else []
    )
