"""Keys that may do more than the code that uses them: trade or withdraw, where nothing is ordered or sent."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from keyguard.detect.practice.audits.protocol import Level, told
from keyguard.detect.practice.languages import language_of
from keyguard.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.detect.practice.audits.protocol import Scan
    from keyguard.model import Practice, Rule

name = "power"
levels = frozenset({Level.CHECKED})

_POWERS = {
    "trade": re.compile(
        rb"(?i)(?:place|create|submit|cancel|amend|edit|close|batch|send|new)_?\w{0,24}?(?:order|position)s?\b|"
        rb"set_?leverage|/trade/|transfer\w*[ \t]*\(|(?:buy|sell)\w*\("
    ),
    "withdraw": re.compile(rb"(?i)\bwithdraw\w*[ \t]*\(|/asset/withdrawal"),
}
_CODE = frozenset("python javascript go java csharp rust php ruby other".split())
_PASSED = frozenset((".git", "node_modules", ".venv", "venv", "__pycache__", "vendor", "target", "dist"))
_FILES, _LARGEST = 5_000, 1024 * 1024  # that are read, and bytes of one


def look(rule: Rule, scan: Scan) -> Iterator[Practice]:
    """Yield one practice for a key; none where no code was there to look at, or too much."""
    strong = [one for one in scan.open(rule) if set(one.verdict.permissions) & set(_POWERS)]
    used = _used(scan.root) if strong else None
    for finding in strong if used is not None else ():
        extra = sorted(set(finding.verdict.permissions) & set(_POWERS) - (used or set()))
        if extra:
            match = finding.matches[0]
            text = f"{match.value.mask} may {' and '.join(extra)}, and no call in the project does"
            yield told(rule, match, text, confidence=Confidence.MEDIUM)


def _used(root: str) -> set[str] | None:
    """Return the powers that the code of a project uses; None where that cannot be told."""
    used: set[str] = set()
    number = 0
    for data in _code(root):
        number += 1
        used |= {power for power, pattern in _POWERS.items() if power not in used and pattern.search(data)}
        if len(used) == len(_POWERS):
            break
    return None if number in {0, _FILES} else used


def _code(root: str) -> Iterator[bytes]:
    number = 0
    for folder, folders, files in os.walk(root):
        folders[:] = [one for one in folders if one not in _PASSED]
        for file in files:
            if language_of(file) in _CODE and number < _FILES:
                number += 1
                yield _read(os.path.join(folder, file))  # noqa: PTH118


def _read(path: str) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return b""
    with open(descriptor, "rb") as file:  # noqa: PTH123
        return file.read(_LARGEST) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
