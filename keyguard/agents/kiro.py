"""Kiro: a file of one's own in .kiro/hooks; an exit code blocks, and standard error says why.

What a tool returned cannot be replaced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keyguard.agents import PROJECT, USER, Decision, Event, Kind, path_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keyguard.agents import Ruling

NAME = "kiro"
TITLE = "Kiro"
SOURCE = "https://kiro.dev/docs/cli/v3/hooks/, November 2026"
FILES: Mapping[str, str] = {PROJECT: ".kiro/hooks/keyguard.json", USER: ".kiro/hooks/keyguard.json"}
HOME: tuple[str, str] | None = None
EMPTY: Mapping[str, Any] = {"version": "v1"}
EXIT_OF_BLOCK = 2

_TIMEOUT = 30  # seconds
_TRIGGERS = {"UserPromptSubmit": "", "PreToolUse": ".*", "PostToolUse": ".*"}  # with what their tools are matched by


def read(data: Mapping[str, Any]) -> Event | None:
    """Return what an event says, whose name begins with a small letter before version 3."""
    name, arguments = data.get("hook_event_name"), data.get("tool_input")
    name = f"{name[:1].upper()}{name[1:]}" if isinstance(name, str) else ""
    if name == "UserPromptSubmit":
        return Event(Kind.PROMPT, name, data.get("prompt"))
    if name == "PreToolUse":
        return Event(Kind.CALL, name, arguments, path_in(arguments))
    if name == "PostToolUse":
        return Event(Kind.OUTPUT, name, data.get("tool_response"), path_in(arguments))
    return None


def answer(event: Event, ruling: Ruling) -> dict[str, Any]:  # noqa: ARG001 - the same for each of them
    """Return the answer, of which the exit code alone decides; what goes to standard output may reach the model."""
    if ruling.decision is Decision.BLOCK:
        return {"decision": "deny", "reason": ruling.sentence}
    return {"note": ruling.sentence} if ruling.decision is Decision.WARN else {}


def entries(command: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what registers a command: elements of one list, which name their events."""
    action = {"type": "command", "command": command}
    return [
        (
            trigger,
            {
                "name": f"keyguard {trigger}",
                "trigger": trigger,
                **({"matcher": matcher} if matcher else {}),
                "action": action,
                "timeout": _TIMEOUT,
                "enabled": True,
            },
        )
        for trigger, matcher in _TRIGGERS.items()
    ]
