"""Credentials in use that git does not hold, and that nobody renewed for long; what git holds is a leak of that age."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from keyguard.detect.practice.audits.protocol import Level, file_of, told
from keyguard.model import Tracking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from keyguard.detect.practice.audits.protocol import Scan
    from keyguard.model import Practice, Rule, Verdict

name = "stale"
levels = frozenset({Level.OUTCOME, Level.CHECKED})

_GONE = frozenset({"not-known"})
_ALIVE = frozenset({"live", "live-limited"})
_EXPIRING = frozenset({"trade", "withdraw"})
_OUTSIDE = frozenset({Tracking.UNTRACKED, Tracking.IGNORED})  # without git, times are those of a copy or an archive


def look(rule: Rule, scan: Scan) -> Iterator[Practice]:
    """Yield one practice for a credential: it is as old as the file that changed last, or older."""
    for finding in scan.open(rule):
        places = [*finding.matches, *finding.versions]
        if (
            finding.verdict.status in _GONE
            or len(finding.matches) < 2
            or not all(match.blob.tracking in _OUTSIDE for match in places)
        ):
            continue
        ages = [age(path, scan.today) for match in finding.matches if (path := file_of(match))]
        if ages and min(ages) > scan.max_age:
            match = finding.matches[0]
            where, day = match.blob.file, scan.today - timedelta(days=min(ages))
            # A day, and no number of them: a baseline knows a practice by its text.
            yield told(rule, match, f"{where} was last changed on {day}{_in_use(finding.verdict)}", [where])


def _in_use(verdict: Verdict) -> str:
    """Say what follows of a key that an unused one of its kind would not be any more, after 14 days."""
    is_expiring = verdict.ip_bound is False and not _EXPIRING.isdisjoint(verdict.permissions)
    if verdict.status not in _ALIVE or not is_expiring:
        return ""
    return "; unused it would be gone after 14 days, so something uses it, from any address"


def age(path: str, today: date) -> int:
    """Return how many days ago a file was changed; 0 where that cannot be told."""
    try:
        changed = datetime.fromtimestamp(os.lstat(path).st_mtime, tz=timezone.utc).date()
    except (OSError, OverflowError, ValueError):
        return 0
    return (today - changed).days
