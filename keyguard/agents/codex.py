"""Codex: hooks.json beside config.toml; what a hook says of a tool's output takes the output's place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keyguard.agents import PROJECT, USER, Decision, as_text, claude_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keyguard.agents import Event, Ruling

NAME = "codex"
TITLE = "Codex"
SOURCE = "https://developers.openai.com/codex/hooks, November 2026"
FILES: Mapping[str, str] = {PROJECT: ".codex/hooks.json", USER: ".codex/hooks.json"}
HOME: tuple[str, str] | None = ("CODEX_HOME", ".codex")
EMPTY: Mapping[str, Any] = {}
EXIT_OF_BLOCK = 0

read = claude_code.read
entries = claude_code.entries


def answer(event: Event, ruling: Ruling) -> dict[str, Any]:
    """Return the answer, which is that of Claude Code but for an output: the reason of a block is its replacement."""
    if ruling.decision is Decision.REPLACE:
        return {"decision": "block", "reason": f"{ruling.sentence}\n\n{as_text(ruling.replacement)}"}
    return claude_code.answer(event, ruling)
