"""Claude Code: hooks of settings.json; a tool's output is replaced by one of the same shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keyguard.agents import LOCAL, PROJECT, USER, Decision, Event, Kind, path_in, vscode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keyguard.agents import Ruling

NAME = "claude-code"
TITLE = "Claude Code"
SOURCE = "https://code.claude.com/docs/en/hooks, November 2026"
FILES: Mapping[str, str] = {
    PROJECT: ".claude/settings.json",
    LOCAL: ".claude/settings.local.json",
    USER: ".claude/settings.json",
}
HOME: tuple[str, str] | None = ("CLAUDE_CONFIG_DIR", ".claude")
EMPTY: Mapping[str, Any] = {}
EXIT_OF_BLOCK = 0

_TIMEOUT = 30  # seconds
# A long output is kept in a file as well, and read from there instead of from what replaces it.
_COPIES = ("persistedOutputPath", "persistedOutputSize")


def read(data: Mapping[str, Any]) -> Event | None:
    """Return what an event says."""
    if vscode.is_sent(data):
        return vscode.read(data)
    name, arguments = data.get("hook_event_name"), data.get("tool_input")
    if name == "UserPromptSubmit":
        return Event(Kind.PROMPT, name, data.get("prompt"))
    if name == "PreToolUse":
        return Event(Kind.CALL, name, arguments, path_in(arguments))
    if name == "PostToolUse":
        return Event(Kind.OUTPUT, name, data.get("tool_response"), path_in(arguments), replaceable=True)
    return None


def answer(event: Event, ruling: Ruling) -> dict[str, Any]:
    """Return the answer: a decision, or another output."""
    if event.harness:
        return vscode.answer(event, ruling)
    if ruling.decision is Decision.WARN:
        return {"systemMessage": ruling.sentence}
    if ruling.decision is Decision.BLOCK and event.kind is Kind.CALL:
        return _specific(event, permissionDecision="deny", permissionDecisionReason=ruling.sentence)
    if ruling.decision is Decision.BLOCK:
        return {"decision": "block", "reason": ruling.sentence}
    if ruling.decision is Decision.REPLACE:
        output = ruling.replacement
        if isinstance(output, dict):
            output = {name: value for name, value in output.items() if name not in _COPIES}
        replaced = _specific(event, updatedToolOutput=output, additionalContext=ruling.sentence)
        return {**replaced, "systemMessage": ruling.sentence}
    return {}


def entries(command: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what registers a command."""
    handler = {"type": "command", "command": command, "timeout": _TIMEOUT}
    return [
        ("UserPromptSubmit", {"hooks": [handler]}),
        ("PreToolUse", {"matcher": "*", "hooks": [handler]}),
        ("PostToolUse", {"matcher": "*", "hooks": [handler]}),
    ]


def _specific(event: Event, **fields: Any) -> dict[str, Any]:
    return {"hookSpecificOutput": {"hookEventName": event.name, **fields}}
