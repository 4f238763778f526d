"""Keys that may do more than the code that uses them: trade or withdraw, where nothing is ordered or sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyguard.detect.practice.audits.code import code
from keyguard.detect.practice.audits.protocol import Level, present, told
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


def look(rule: Rule, scan: Scan) -> Iterator[Practice]:
    """Yield one practice for a key that is in a file; none where no code was there to look at, or too much."""
    strong = [one for one in scan.open(rule) if set(one.verdict.permissions) & set(_POWERS) and present(one)]
    used = _used(scan.root) if strong else None
    for finding in strong if used is not None else ():
        extra = sorted(set(finding.verdict.permissions) & set(_POWERS) - (used or set()))
        if extra:
            match = finding.matches[0]
            text = f"{match.value.mask} may {' and '.join(extra)}, and no call in the project does"
            yield told(rule, match, text, confidence=Confidence.MEDIUM)


def _used(root: str) -> set[str] | None:
    """Return the powers that the code of a project uses; None where that cannot be told."""
    texts = code(root, _CODE)
    if texts is None:
        return None
    used: set[str] = set()
    for data in texts:
        used |= {power for power, pattern in _POWERS.items() if power not in used and pattern.search(data)}
        if len(used) == len(_POWERS):
            break
    return used
