"""Masks every string of a line, but for what an edit puts there."""

from __future__ import annotations

import re

from keyguard.veil import MASK

_BEGIN, _END = "\ue000", "\ue001"  # private use: no diff is made of lines that hold such characters
_MARKED = re.compile(f"{_BEGIN}([^{_END}]*){_END}")
_STRING = re.compile(r"""(?P<quote>["'`])(?P<inner>(?:(?!(?P=quote)).)*)(?P=quote)""")
_ASSIGNED = re.compile(rf"(?<==)[^\s\"'`,;&(){_BEGIN}]+(?=[\s;&]|$)|(?<=:[ ])[^\s\"'`,;&(){{}}{_BEGIN}]+(?=\s*$)")


def marked(text: str) -> str:
    """Mark a text as one that may be shown."""
    return f"{_BEGIN}{text}{_END}" if text else ""


def unmarked(text: str) -> str:
    """Return a text without the marks."""
    return text.replace(_BEGIN, "").replace(_END, "")


def covered(line: str) -> str:
    """Return a line with all strings and assigned words masked, and what was marked as it is."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[1])
        return f"{_BEGIN}{len(kept) - 1}{_END}"

    masked = _ASSIGNED.sub(MASK.decode(), _STRING.sub(_string, _MARKED.sub(keep, line)))
    return _MARKED.sub(lambda found: kept[int(found[1])] if found[1].isdecimal() else "", masked)


def _string(found: re.Match[str]) -> str:
    pieces = re.split(f"({_BEGIN}[^{_END}]*{_END})", found["inner"])
    shown = "".join(piece if piece.startswith(_BEGIN) else MASK.decode() if piece else "" for piece in pieces)
    return f"{found['quote']}{shown}{found['quote']}"
