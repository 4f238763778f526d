"""GitHub Copilot CLI: a file of one's own; a prompt cannot be blocked, but what the model gets of it can be replaced.

Nothing is written into a repository: a call is denied where the command of its hook is not found, as it would not be in
the sandbox of Copilot's cloud agent.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from keyguard.agents import USER, Decision, Event, Kind, path_in, vscode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keyguard.agents import Ruling

NAME = "copilot"
TITLE = "GitHub Copilot CLI"
SOURCE = "https://docs.github.com/en/copilot/reference/hooks-reference, November 2026"
FILES: Mapping[str, str] = {USER: ".copilot/hooks/keyguard.json"}
HOME: tuple[str, str] | None = ("COPILOT_HOME", ".copilot")
EMPTY: Mapping[str, Any] = {"version": 1}
EXIT_OF_BLOCK = 0

_TIMEOUT = 30  # seconds


def read(data: Mapping[str, Any]) -> Event | None:
    """Return what an event says, whose name is not in it."""
    if vscode.is_sent(data):
        return vscode.read(data)
    if "transformedPrompt" in data:
        return Event(Kind.PROMPT, "userPromptTransformed", data["transformedPrompt"], replaceable=True)
    if "toolArgs" not in data:
        return None
    arguments = data["toolArgs"]
    if isinstance(arguments, str):  # of earlier versions
        with suppress(ValueError):
            arguments = json.loads(arguments)
    if "toolResult" not in data:
        return Event(Kind.CALL, "preToolUse", arguments, path_in(arguments))
    result = data["toolResult"]
    shown = result.get("textResultForLlm") if isinstance(result, dict) else None
    return Event(Kind.OUTPUT, "postToolUse", shown, path_in(arguments), replaceable=True)


def answer(event: Event, ruling: Ruling) -> dict[str, Any]:
    """Return the answer; Copilot has no place for a word about a call that goes through."""
    if event.harness:
        return vscode.answer(event, ruling)
    if ruling.decision is Decision.BLOCK:
        return {"permissionDecision": "deny", "permissionDecisionReason": ruling.sentence}
    if ruling.decision is Decision.REPLACE and event.kind is Kind.PROMPT:
        return {"modifiedTransformedPrompt": ruling.replacement}
    if ruling.decision is Decision.REPLACE:
        result = {"resultType": "success", "textResultForLlm": ruling.replacement}
        return {"modifiedResult": result, "additionalContext": ruling.sentence}
    if ruling.decision is Decision.WARN and event.kind is Kind.OUTPUT:
        return {"additionalContext": ruling.sentence}
    return {}


def entries(command: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what registers a command."""
    handler = {"type": "command", "command": command, "timeoutSec": _TIMEOUT}
    return [(event, handler) for event in ("userPromptTransformed", "preToolUse", "postToolUse")]
