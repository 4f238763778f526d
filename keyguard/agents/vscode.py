"""Events of VS Code's own agent, the Local one, which runs the hooks that are registered for others in their form.

It reads the settings of Claude Code and the files of Copilot CLI; its Copilot, Claude and Codex sessions run those
agents themselves. What a tool returned cannot be replaced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keyguard.agents import Decision, Event, Kind, path_in, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keyguard.agents import Ruling

TITLE = "VS Code"
SOURCE = "https://code.visualstudio.com/docs/agents/reference/hooks-reference, November 2026"


def is_sent(data: Mapping[str, Any]) -> bool:
    """Say whether VS Code sent an event: with a time, and the event's name in either spelling."""
    return "hookEventName" in data or ("hook_event_name" in data and "timestamp" in data)


def read(data: Mapping[str, Any]) -> Event | None:
    """Return what an event says."""
    name, arguments = text(data, "hookEventName") or text(data, "hook_event_name"), data.get("tool_input")
    if name == "UserPromptSubmit":
        return Event(Kind.PROMPT, name, data.get("prompt"), harness=TITLE)
    if name == "PreToolUse":
        return Event(Kind.CALL, name, arguments, path_in(arguments), harness=TITLE)
    if name == "PostToolUse":
        return Event(Kind.OUTPUT, name, data.get("tool_response"), path_in(arguments), harness=TITLE)
    return None


def answer(event: Event, ruling: Ruling) -> dict[str, Any]:
    """Return the answer; a prompt has no decision of its own, and the session is stopped instead."""
    if ruling.decision is Decision.BLOCK and event.kind is Kind.PROMPT:
        return {"continue": False, "stopReason": ruling.sentence}
    if ruling.decision is Decision.BLOCK and event.kind is Kind.CALL:
        decision = {"permissionDecision": "deny", "permissionDecisionReason": ruling.sentence}
        return {"hookSpecificOutput": {"hookEventName": event.name, **decision}}
    if ruling.decision is Decision.BLOCK:
        return {"decision": "block", "reason": ruling.sentence}
    if ruling.decision is Decision.WARN and event.kind is Kind.OUTPUT:
        more = {"hookEventName": event.name, "additionalContext": ruling.sentence}
        return {"systemMessage": ruling.sentence, "hookSpecificOutput": more}
    return {"systemMessage": ruling.sentence} if ruling.decision is Decision.WARN else {}
