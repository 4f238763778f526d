"""Cursor: .cursor/hooks.json; only the output of an MCP tool can be replaced, a file that is read can be held back."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from keyguard.agents import PROJECT, USER, Decision, Event, Kind, path_in, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keyguard.agents import Ruling

NAME = "cursor"
TITLE = "Cursor"
SOURCE = "https://cursor.com/docs/hooks, November 2026"
FILES: Mapping[str, str] = {PROJECT: ".cursor/hooks.json", USER: ".cursor/hooks.json"}
HOME: tuple[str, str] | None = None
EMPTY: Mapping[str, Any] = {"version": 1}
EXIT_OF_BLOCK = 0

_TIMEOUT = 30  # seconds
_OF_MCP = "MCP:"  # how the name of such a tool begins
_EVENTS = ("beforeSubmitPrompt", "preToolUse", "beforeReadFile", "beforeTabFileRead", "postToolUse")


def read(data: Mapping[str, Any]) -> Event | None:
    """Return what an event says."""
    name = data.get("hook_event_name")
    if name == "beforeSubmitPrompt":
        return Event(Kind.PROMPT, name, data.get("prompt"))
    if name in {"beforeReadFile", "beforeTabFileRead"}:
        return Event(Kind.READ, name, data.get("content"), text(data, "file_path"))
    arguments = data.get("tool_input")
    if name == "preToolUse":
        return Event(Kind.CALL, name, arguments, path_in(arguments))
    if name == "postToolUse":
        output = _parsed(data.get("tool_output"))
        replaceable = text(data, "tool_name").startswith(_OF_MCP) and isinstance(output, dict)
        return Event(Kind.OUTPUT, name, output, path_in(arguments), replaceable)
    return None


def answer(event: Event, ruling: Ruling) -> dict[str, Any]:
    """Return the answer; every answer is an object, as Cursor takes anything else for a hook that failed."""
    decision, sentence = ruling.decision, ruling.sentence
    if decision is Decision.REPLACE:
        return {"updated_mcp_tool_output": ruling.replacement, "additional_context": sentence}
    if event.kind is Kind.PROMPT and decision is not Decision.ALLOW:
        return {"continue": decision is Decision.WARN, "user_message": sentence}
    if event.kind is Kind.OUTPUT and decision is not Decision.ALLOW:
        return {"additional_context": sentence}
    if decision is Decision.BLOCK:
        message = {"user_message": sentence} if event.name != "beforeTabFileRead" else {}
        return {"permission": "deny", **message, **({"agent_message": sentence} if event.kind is Kind.CALL else {})}
    if decision is Decision.WARN and event.kind is Kind.READ:
        return {"permission": "allow", "user_message": sentence}
    return {}


def entries(command: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what registers a command; Cursor is told, too, to block where the command fails before it can answer."""
    closed = {"failClosed": True} if "--on-failure block" in command else {}
    return [(event, {"command": command, "timeout": _TIMEOUT, **closed}) for event in _EVENTS]


def _parsed(output: Any) -> Any:
    """Return the result of a tool, which is JSON within a text; a text that is none is the result itself."""
    if isinstance(output, str):
        with suppress(ValueError):
            return json.loads(output)
    return output
