"""Gemini CLI: hooks of settings.json; the reason of a denial takes the place of what a tool returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keyguard.agents import PROJECT, USER, Decision, Event, Kind, as_text, path_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keyguard.agents import Ruling

NAME = "gemini-cli"
TITLE = "Gemini CLI"
SOURCE = "https://github.com/google-gemini/gemini-cli/blob/main/docs/hooks/reference.md, November 2026"
FILES: Mapping[str, str] = {PROJECT: ".gemini/settings.json", USER: ".gemini/settings.json"}
HOME: tuple[str, str] | None = None
EMPTY: Mapping[str, Any] = {}
EXIT_OF_BLOCK = 0

_TIMEOUT = 30_000  # milliseconds


def read(data: Mapping[str, Any]) -> Event | None:
    """Return what an event says."""
    name, arguments = data.get("hook_event_name"), data.get("tool_input")
    if name == "BeforeAgent":
        return Event(Kind.PROMPT, name, data.get("prompt"))
    if name == "BeforeTool":
        return Event(Kind.CALL, name, arguments, path_in(arguments))
    if name == "AfterTool":
        result = data.get("tool_response")
        shown = result.get("llmContent") if isinstance(result, dict) else result
        return Event(Kind.OUTPUT, name, shown, path_in(arguments), replaceable=True)
    return None


def answer(event: Event, ruling: Ruling) -> dict[str, Any]:  # noqa: ARG001 - the same for each of them
    """Return the answer."""
    if ruling.decision is Decision.WARN:
        return {"systemMessage": ruling.sentence}
    if ruling.decision is Decision.BLOCK:
        return {"decision": "deny", "reason": ruling.sentence}
    if ruling.decision is Decision.REPLACE:
        return {"decision": "deny", "reason": f"{ruling.sentence}\n\n{as_text(ruling.replacement)}"}
    return {}


def entries(command: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what registers a command."""
    handler = {"type": "command", "command": command, "timeout": _TIMEOUT}
    return [(event, {"hooks": [handler]}) for event in ("BeforeAgent", "BeforeTool", "AfterTool")]
