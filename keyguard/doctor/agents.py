"""Which MCP servers an agent's settings name: keys are read, and no value of any."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyguard.text import jsonc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LARGEST = 16 << 20  # bytes of a settings file
_ANY = "*"


def servers(path: str, keys: Iterable[str]) -> tuple[str, ...] | None:
    """Return the names of the servers in a settings file; None where it could not be read as such.

    Each of the `keys` leads to a mapping of servers, step by step: 'projects.*.mcpServers'.
    """
    try:
        data = _parsed(path)
    except (OSError, ValueError, RecursionError):  # its text is in none of our words
        return None
    named = (name for key in keys for found in _at(data, key.split(".")) for name in found)
    return tuple(dict.fromkeys(named))


def _parsed(path: str) -> Any:
    with Path(path).open("rb") as stream:
        data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ValueError
    text = data.decode("utf-8-sig")
    if path.endswith(".toml"):
        return import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads(text)
    try:
        return json.loads(text)
    except ValueError:  # with comments, as some agents allow them
        return jsonc.parsed(text).value


def _at(data: Any, steps: list[str]) -> Iterator[dict[str, Any]]:
    if not isinstance(data, dict):
        return
    if not steps:
        yield data
        return
    first, *rest = steps
    for below in data.values() if first == _ANY else [data.get(first)]:
        yield from _at(below, rest)
