"""Credentials in use that git does not hold, and that nobody renewed for long; what git holds is a leak of that age."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from keyguard.detect.practice.audits.protocol import Level, file_of, told
from keyguard.model import Tracking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from keyguard.detect.practice.audits.protocol import Scan
    from keyguard.model import Practice, Rule

name = "stale"
levels = frozenset({Level.OUTCOME})

_OUTSIDE = frozenset({Tracking.UNTRACKED, Tracking.IGNORED})  # without git, times are those of a copy or an archive


def look(rule: Rule, scan: Scan) -> Iterator[Practice]:
    """Yield one practice for a credential: it is as old as the file that changed last, or older."""
    for finding in scan.open(rule):
        places = [*finding.matches, *finding.versions]
        if len(finding.matches) < 2 or not all(match.blob.tracking in _OUTSIDE for match in places):
            continue
        ages = [age(path, scan.today) for match in finding.matches if (path := file_of(match))]
        if ages and min(ages) > scan.max_age:
            match = finding.matches[0]
            where = match.blob.file
            yield told(rule, match, f"{where} was last changed {min(ages):,} days ago", [where])


def age(path: str, today: date) -> int:
    """Return how many days ago a file was changed; 0 where that cannot be told."""
    try:
        changed = datetime.fromtimestamp(os.lstat(path).st_mtime, tz=timezone.utc).date()
    except (OSError, OverflowError, ValueError):
        return 0
    return (today - changed).days
