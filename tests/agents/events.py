"""Events as the agents' documentation shows them, made anew, with a text where it is to be looked at."""

from __future__ import annotations

import json
from typing import Any

_CLAUDE = {
    "session_id": "abc123",
    "transcript_path": "/home/ada/.claude/projects/bot/abc123.jsonl",
    "cwd": "/home/ada/okx-bot",
    "permission_mode": "default",
}
_CODEX = {
    "session_id": "0199a213-81c0-4800-8aa1-bbab2a035a53",
    "turn_id": "0199a213-94b2-4c00-9f4e-7a1f0c9d2b11",
    "transcript_path": None,
    "cwd": "/home/ada/okx-bot",
    "model": "gpt-5-codex",
    "permission_mode": "default",
}
_CURSOR = {
    "conversation_id": "668320d2-2fd8-4888-b33c-2a466fec86e7",
    "generation_id": "490b90b7-a2ce-4c2c-bb76-cb77b125df2f",
    "model": "claude-opus-4-7",
    "cursor_version": "2.4.0",
    "workspace_roots": ["/home/ada/okx-bot"],
    "user_email": "ada@example.com",
    "transcript_path": None,
}


def _claude_like(common: dict[str, Any], result: Any, text: str) -> dict[str, dict[str, Any]]:
    def of(name: str, **fields: Any) -> dict[str, Any]:
        return {**common, "hook_event_name": name, **fields}

    command = {"command": f"echo '{text}'", "description": "Says it"}
    return {
        "prompt": of("UserPromptSubmit", prompt=text),
        "command": of("PreToolUse", tool_name="Bash", tool_input=command, tool_use_id="toolu_01"),
        "write": of("PreToolUse", tool_name="Write", tool_input={"file_path": "/w/.env", "content": text}),
        "mcp": of("PreToolUse", tool_name="mcp__okx__order", tool_input={"note": text, "size": 1}),
        "output": of("PostToolUse", tool_name="Bash", tool_input={"command": "cat .env"}, tool_response=result),
    }


def claude_code(text: str) -> dict[str, dict[str, Any]]:
    """Return the events of Claude Code with a text in them."""
    output = {"stdout": text, "stderr": "", "interrupted": False, "isImage": False}
    events = _claude_like(_CLAUDE, output, text)
    read = {"type": "text", "file": {"filePath": "/w/.env", "content": text, "numLines": 3, "startLine": 1}}
    of_file = {"tool_name": "Read", "tool_input": {"file_path": "/w/.env"}, "tool_response": read}
    return {**events, "read": {**_CLAUDE, "hook_event_name": "PostToolUse", **of_file}}


def codex(text: str) -> dict[str, dict[str, Any]]:
    """Return the events of Codex with a text in them."""
    events = _claude_like(_CODEX, text, text)
    patch = f"*** Begin Patch\n*** Add File: .env\n{text}\n*** End Patch"
    return {**events, "write": {**events["write"], "tool_name": "apply_patch", "tool_input": {"command": patch}}}


def cursor(text: str) -> dict[str, dict[str, Any]]:
    """Return the events of Cursor with a text in them."""

    def of(name: str, **fields: Any) -> dict[str, Any]:
        return {**_CURSOR, "hook_event_name": name, **fields}

    shell = json.dumps({"exitCode": 0, "stdout": text})
    mcp = json.dumps({"content": [{"type": "text", "text": text}]})
    return {
        "prompt": of("beforeSubmitPrompt", prompt=text, attachments=[]),
        "command": of("preToolUse", tool_name="Shell", tool_input={"command": f"echo '{text}'"}, tool_use_id="abc123"),
        "write": of("preToolUse", tool_name="Write", tool_input={"file_path": "/w/.env", "content": text}),
        "mcp": of("preToolUse", tool_name="MCP:order", tool_input={"note": text}),
        "read": of("beforeReadFile", file_path="/w/.env", content=text, attachments=[]),
        "tab": of("beforeTabFileRead", file_path="/w/.env", content=text),
        "shell output": of("postToolUse", tool_name="Shell", tool_input={"command": "cat .env"}, tool_output=shell),
        "output": of("postToolUse", tool_name="MCP:read", tool_input={"path": ".env"}, tool_output=mcp),
    }


def gemini_cli(text: str) -> dict[str, dict[str, Any]]:
    """Return the events of Gemini CLI with a text in them."""

    def of(name: str, **fields: Any) -> dict[str, Any]:
        common = {"session_id": "abc123", "transcript_path": "/home/ada/x.json", "cwd": "/home/ada/okx-bot"}
        return {**common, "hook_event_name": name, "timestamp": "2026-11-27T10:00:00Z", **fields}

    result = {"llmContent": text, "returnDisplay": text}
    return {
        "prompt": of("BeforeAgent", prompt=text),
        "command": of("BeforeTool", tool_name="run_shell_command", tool_input={"command": f"echo '{text}'"}),
        "write": of("BeforeTool", tool_name="write_file", tool_input={"file_path": "/w/.env", "content": text}),
        "output": of("AfterTool", tool_name="read_file", tool_input={"file_path": ".env"}, tool_response=result),
        "parts": of("AfterTool", tool_name="mcp__okx__get", tool_response={"llmContent": [{"text": text}]}),
    }


def copilot(text: str) -> dict[str, dict[str, Any]]:
    """Return the events of GitHub Copilot CLI with a text in them; they do not say which they are."""

    def of(**fields: Any) -> dict[str, Any]:
        return {"sessionId": "abc123", "timestamp": 1764230400000, "cwd": "/home/ada/okx-bot", **fields}

    result = {"resultType": "success", "textResultForLlm": text}
    return {
        "prompt": of(prompt=text, transformedPrompt=text),
        "command": of(toolName="bash", toolArgs={"command": f"echo '{text}'"}),
        "write": of(toolName="create", toolArgs=json.dumps({"path": "/w/.env", "file_text": text})),
        "output": of(toolName="view", toolArgs={"path": "/w/.env"}, toolResult=result),
    }


def kiro(text: str) -> dict[str, dict[str, Any]]:
    """Return the events of Kiro with a text in them; of version 2, whose names begin with a small letter, too."""

    def of(name: str, **fields: Any) -> dict[str, Any]:
        return {"hook_event_name": name, "cwd": "/home/ada/okx-bot", **fields}

    write = {"command": "create", "path": "/w/.env", "file_text": text}
    result = {"success": True, "result": [text]}
    return {
        "prompt": of("UserPromptSubmit", prompt=text),
        "command": of("PreToolUse", tool_name="execute_bash", tool_input={"command": f"echo '{text}'"}),
        "write": of("preToolUse", tool_name="fs_write", tool_input=write),
        "output": of("PostToolUse", tool_name="fs_read", tool_input={"path": "/w/.env"}, tool_response=result),
    }


def vscode(text: str, *, spelling: str = "hookEventName") -> dict[str, dict[str, Any]]:
    """Return the events of VS Code's Local agent with a text in them."""

    def of(name: str, **fields: Any) -> dict[str, Any]:
        return {"timestamp": "2026-11-27T10:00:00.000Z", "cwd": "/home/ada/okx-bot", spelling: name, **fields}

    write = {"filePath": "/w/.env", "content": text}
    return {
        "prompt": of("UserPromptSubmit", prompt=text),
        "command": of("PreToolUse", tool_name="run_in_terminal", tool_input={"command": f"echo '{text}'"}),
        "write": of("PreToolUse", tool_name="create_file", tool_input=write, tool_use_id="tool-123"),
        "output": of("PostToolUse", tool_name="read_file", tool_input={"filePath": "/w/.env"}, tool_response=text),
    }


EVENTS = {
    "claude-code": claude_code,
    "codex": codex,
    "cursor": cursor,
    "gemini-cli": gemini_cli,
    "kiro": kiro,
    "copilot": copilot,
}
