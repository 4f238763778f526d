"""The JSON Schema of the configuration, made of the checks in `keyguard.settings` and the tables of configuration.md.

A schema says less than the checks do: whether a pattern can match something, and whether a file is there, a scan says.
"""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyguard import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Check = Callable[..., Any]

_PAGE = Path(__file__).parent / "configuration.md"
_LARGEST = 10**9
_TEXT = {"type": "string", "pattern": r"\S"}
_SIMPLE: Mapping[Check, Mapping[str, Any]] = {
    settings._flag: {"type": "boolean"},
    settings._number: {"type": "integer", "minimum": 1, "maximum": _LARGEST},
    settings._seconds: {"type": "number", "exclusiveMinimum": 0, "maximum": 86_400},
    settings._size: {
        "oneOf": [
            {"type": "integer", "minimum": 1},
            {"type": "string", "pattern": r"^\s*\d{1,15}\s?([kKmMgG][iI]?)?[bB]?\s*$"},
        ]
    },
    settings._day: {"type": "string", "format": "date", "pattern": r"^\d{4}-\d\d-\d\d$"},
    settings._text_value: _TEXT,
    settings._path: _TEXT,
    settings._pattern: _TEXT,
}


def text() -> str:
    """Return the schema as the file has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def schema() -> dict[str, Any]:
    """Return the schema of a configuration."""
    meanings = _meanings()
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Configuration of keyguard",
        "description": ".keyguard.yml, .keyguard.yaml, or the table [tool.keyguard] of pyproject.toml.",
        **_mapping(settings._KEYS, meanings),
        # TOML's tables may have dashes; a file in YAML may not, and a scan says so.
        "type": ["object", "null"],
    }


def _of(check: Check) -> dict[str, Any]:
    """Return what a check lets through."""
    if check in _SIMPLE:
        return dict(_SIMPLE[check])
    if isinstance(check, partial):
        (given,) = check.args
        if check.func is settings._one_of:
            return {"enum": list(given)}
        return {"type": ["array", "null"], "items": _of(given)}
    return _TABLES[check]()


def _mapping(checks: Mapping[str, Check], meanings: Mapping[str, str] | None = None) -> dict[str, Any]:
    meanings = meanings or {}
    told = {key: {"description": meanings[key]} if key in meanings else {} for key in checks}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {key: told[key] | _of(check) for key, check in checks.items()},
    }


def _allow() -> dict[str, Any]:
    entry = _mapping(settings._ALLOW_KEYS, _meanings("Entries of `allow`"))
    entry["properties"]["path"]["pattern"] = r"^(?!!).*\S"
    one_of_them = [{"required": [key]} for key in ("rule", "path", "fingerprint")]
    return entry | {"required": ["reason"], "anyOf": one_of_them}


def _practices() -> dict[str, Any]:
    return {"oneOf": [{"type": "boolean"}, {"enum": ["on", "off"]}, _mapping(settings._PRACTICE_KEYS)]}


_TABLES: Mapping[Check, Callable[[], dict[str, Any]]] = {
    settings._allow: _allow,
    settings._practices: _practices,
    settings._limits: lambda: _mapping(settings._DECODE_KEYS),
}


def _meanings(section: str = "Keys") -> dict[str, str]:
    """Return what the page says of the keys of a section, without links and marks."""
    body = _PAGE.read_text("utf-8").partition(f"# {section}\n")[2].partition("\n#")[0]
    rows = re.findall(r"(?m)^\| `(\w+)` \|.*\| ([^|]+) \|$", body)
    return {key: re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", meaning).replace("`", "") for key, meaning in rows}
