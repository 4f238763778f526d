"""Where an agent's file registers our command: what is there, with ours put in, and with ours taken out.

{"hooks": {EVENT: [{"command": ...}, ...]}}                  Cursor
{"hooks": {EVENT: [{"hooks": [{"command": ...}, ...]}, ...]}}  Claude Code, Codex
{"hooks": [{"trigger": EVENT, "action": {"command": ...}}]}    Kiro
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from keyguard.text import jsonc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.agents import Agent
    from keyguard.text.jsonc import Node

_HOOKS, _TRIGGER = "hooks", "trigger"
_COMMANDS = ("command", "bash", "powershell")


def installed(text: str, agent: Agent, command: str) -> str:
    """Return the text of a file with the command registered, once; jsonc.BrokenError for a file of another form."""
    if state(text, agent) == [command] * len(agent.entries(command)):
        return text
    text = removed(text, agent) if text.strip() else json.dumps(dict(agent.EMPTY), indent=2) + "\n"
    for event, entry in agent.entries(command):
        root = _root(text, agent)
        if _HOOKS not in root.named:
            text = jsonc.appended(text, root, [entry] if _is_one_list(agent) else {event: [entry]}, _HOOKS)
        elif _is_one_list(agent):
            text = jsonc.appended(text, root.named[_HOOKS], entry)
        elif event not in (hooks := root.named[_HOOKS]).named:
            text = jsonc.appended(text, hooks, [entry], event)
        else:
            text = jsonc.appended(text, hooks.named[event], entry)
    return text


def removed(text: str, agent: Agent) -> str:
    """Return the text of a file without our command, and without what is empty because of that."""
    while found := next(_ours(_root(text, agent), agent), None):
        numbers = found.numbers
        while numbers:
            node = _at(_root(text, agent), numbers[:-1])
            text = jsonc.removed(text, node, numbers[-1])
            numbers = numbers[:-1] if len(node.items) == 1 else ()
    return text


def state(text: str, agent: Agent) -> list[str]:
    """Return the commands of ours that are registered as this version registers them, in the order of its entries."""
    found = list(_ours(_root(text, agent), agent)) if text.strip() else []
    known = dict.fromkeys(one.command for one in found)
    as_now = [(event, entry, command) for command in known for event, entry in agent.entries(command)]
    return [wanted[-1] for wanted in as_now if any((one.event, one.entry, one.command) == wanted for one in found)]


def commands(text: str, agent: Agent) -> list[str]:
    """Return the commands of ours in a file, whatever their form."""
    return [one.command for one in _ours(_root(text, agent), agent)] if text.strip() else []


def is_ours(command: str, agent: Agent) -> bool:
    """Tell our command, by whichever path it runs keyguard."""
    return bool(re.search(rf"(?:^|[\s/\\'\"])keyguard(?:\.exe)?['\"]? hook run --agent {agent.NAME}(?:\s|$)", command))


def _is_one_list(agent: Agent) -> bool:
    """Say whether an agent has one list of hooks, which name their events themselves."""
    return _TRIGGER in agent.entries("")[0][1]


def _root(text: str, agent: Agent) -> Node:
    """Return the object that a file is, with lists of hooks where they are expected."""
    root = jsonc.parsed(text)
    if not isinstance(root.value, dict):
        raise jsonc.BrokenError
    if _is_one_list(agent):
        fits = isinstance(root.value.get(_HOOKS, []), list)
    else:
        hooks = root.value.get(_HOOKS, {})
        fits = isinstance(hooks, dict) and all(isinstance(entries, list) for entries in hooks.values())
    if not fits:
        raise jsonc.BrokenError
    return root


class _Ours(NamedTuple):
    """An entry of ours."""

    numbers: tuple[int, ...]  # of the elements on the way from the file's object to what is ours alone
    event: str
    entry: Any  # of the event's list
    command: str


def _ours(root: Node, agent: Agent) -> Iterator[_Ours]:
    if _HOOKS not in root.named:
        return
    begin = list(root.named).index(_HOOKS)
    if _is_one_list(agent):
        yield from _ours_of_one_list(root.named[_HOOKS], begin, agent)
        return
    for number, (event, entries) in enumerate(root.named[_HOOKS].named.items()):
        for place, entry in enumerate(entries.items):
            yield from _ours_of_entry(entry, event, (begin, number, place), agent)


def _ours_of_one_list(hooks: Node, begin: int, agent: Agent) -> Iterator[_Ours]:
    for place, entry in enumerate(hooks.items):
        handler = entry.value.get("action") if isinstance(entry.value, dict) else None
        if command := _command(handler, agent):
            yield _Ours((begin, place), str(entry.value.get(_TRIGGER)), entry.value, command)


def _ours_of_entry(entry: Node, event: str, way: tuple[int, ...], agent: Agent) -> Iterator[_Ours]:
    if command := _command(entry.value, agent):
        yield _Ours(way, event, entry.value, command)
    handlers = entry.named[_HOOKS].items if _HOOKS in entry.named else ()
    for inner, handler in enumerate(handlers):
        if command := _command(handler.value, agent):
            deeper = (*way, list(entry.named).index(_HOOKS), inner) if handlers[1:] else way
            yield _Ours(deeper, event, entry.value, command)


def _command(handler: Any, agent: Agent) -> str:
    """Return the command of an entry if it is ours; '' else."""
    if not isinstance(handler, dict):
        return ""
    named = (handler.get(name) for name in _COMMANDS)
    return next((command for command in named if isinstance(command, str) and is_ours(command, agent)), "")


def _at(node: Node, numbers: tuple[int, ...]) -> Node:
    for number in numbers:
        node = node.items[number]
    return node
