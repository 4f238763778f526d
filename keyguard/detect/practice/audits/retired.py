"""Keys that were taken out of the code, and that the provider still knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.detect.practice.audits.protocol import Level, present, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.detect.practice.audits.protocol import Scan
    from keyguard.model import Practice, Rule

name = "retired"
levels = frozenset({Level.CHECKED})

_ALIVE = frozenset({"live", "live-limited", "ip-bound"})


def look(rule: Rule, scan: Scan) -> Iterator[Practice]:
    """Yield one practice for a credential."""
    for finding in scan.open(rule):
        history = finding.history
        if finding.verdict.status in _ALIVE and history and not history.in_head and not present(finding):
            match = finding.matches[0]
            yield told(rule, match, f"{match.value.mask} is in no file any more, and still {finding.verdict.status}")
