"""Hooks of coding agents: what an agent tells a hook, what a hook may answer, and where an agent looks for hooks.

    JSON on standard input -> read -> Event -> inspect -> Ruling -> answer -> JSON on standard output

An agent is one module that fits `Agent`, and one line in `AGENTS`.
"""

from __future__ import annotations

from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AGENTS: Mapping[str, str] = {
    "claude-code": "keyguard.agents.claude_code",
    "codex": "keyguard.agents.codex",
    "cursor": "keyguard.agents.cursor",
    "gemini-cli": "keyguard.agents.gemini_cli",
    "kiro": "keyguard.agents.kiro",
    "copilot": "keyguard.agents.copilot",
}

WITHOUT_HOOKS: Mapping[str, str] = {
    "opencode": "It has plugins in JavaScript, and no hooks that are commands",
    "junie": "No hooks of its are documented",
}
"""Agents that keyguard is asked for and cannot be registered with, each with the reason."""

PROJECT, LOCAL, USER = "project", "local", "user"
"""Where hooks are registered: for everybody who works on a project, for oneself in it, and for oneself everywhere."""


class Kind(Enum):
    """What an event is about."""

    PROMPT = "prompt"  # what the user typed, before the model sees it
    CALL = "tool call"  # what the model wants a tool to do, before it does
    READ = "file"  # a file, before the model sees it
    OUTPUT = "tool output"  # what a tool returned, before the model sees it


@dataclass(frozen=True, slots=True)
class Event:
    """What an agent tells a hook."""

    kind: Kind
    name: str  # of the event, as the agent calls it
    payload: Any  # parsed JSON: a text, or the arguments or the result of a tool
    path: str = ""  # of the file that it is about, where it is about one
    replaceable: bool = False  # the agent takes another payload in place of this one
    harness: str = ""  # what sent it, where that is not the agent for which the hook is registered


class Decision(Enum):
    """What a hook wants done."""

    ALLOW = "allow"
    WARN = "warn"  # let it through, with a sentence
    BLOCK = "block"
    REPLACE = "replace"  # go on with another payload


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision and the one sentence that explains it; none of the two holds a value."""

    decision: Decision
    sentence: str = ""
    replacement: Any = None


class Agent(Protocol):
    """An agent: a module with these names."""

    NAME: str
    TITLE: str
    SOURCE: str  # where its hooks are documented, and when that was read
    FILES: Mapping[str, str]  # by PROJECT, LOCAL and USER: the file that registers hooks, from the project or the home
    HOME: tuple[str, str] | None  # the variable that moves a folder of the home, and that folder
    EMPTY: Mapping[str, Any]  # what a file of it holds beside hooks when it is made
    EXIT_OF_BLOCK: int  # the exit code of a hook that blocks: 0 where the answer says it

    def read(self, data: Mapping[str, Any]) -> Event | None:
        """Return what an event says; None for one that carries nothing to look at."""
        ...

    def answer(self, event: Event, ruling: Ruling) -> dict[str, Any]:
        """Return the answer to an event in the agent's own form."""
        ...

    def entries(self, command: str) -> Sequence[tuple[str, dict[str, Any]]]:
        """Return what registers a command: names of events, each with an element of the list of its hooks.

        Where there is one list for all events, an element names its own as `trigger`.
        """
        ...


def agent(name: str) -> Agent:
    """Return an agent by its name."""
    return cast("Agent", import_module(AGENTS[name]))


def text(data: Mapping[str, Any], key: str) -> str:
    """Return a text of a mapping; '' where there is none."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def path_in(arguments: Any) -> str:
    """Return the path that arguments of a tool name, under the names that agents have for it."""
    if not isinstance(arguments, dict):
        return ""
    names = ("file_path", "filePath", "notebook_path", "absolute_path", "target_file", "path")
    return next(filter(None, (text(arguments, name) for name in names)), "")


def as_text(payload: Any) -> str:
    """Return a payload as one text."""
    import json

    return payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False, indent=2)
