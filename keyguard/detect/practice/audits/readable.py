"""Files with a secret part of a credential that group or others may read; git sets the modes of what it holds."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from keyguard.detect.practice.audits.protocol import Level, file_of, present, told
from keyguard.model import Tracking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.detect.practice.audits.protocol import Scan
    from keyguard.model import Practice, Rule

name = "readable"
levels = frozenset({Level.OUTCOME})

_OF_GIT = frozenset({Tracking.TRACKED, Tracking.STAGED})


def look(rule: Rule, scan: Scan) -> Iterator[Practice]:
    """Yield one practice for each file; none on Windows, whose modes say nothing of who may read."""
    if os.name != "posix":
        return
    seen: set[str] = set()
    for match in (match for one in scan.open(rule) if len(one.matches) > 1 for match in present(one)):
        path = file_of(match)
        if path and path not in seen and match.blob.tracking not in _OF_GIT:
            seen.add(path)
            if whom := _readers(path):
                yield told(rule, match, f"{match.blob.file} may be read by {whom}")


def _readers(path: str) -> str:
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return ""
    if not stat.S_ISREG(mode):
        return ""
    readers = [who for bit, who in ((stat.S_IRGRP, "its group"), (stat.S_IROTH, "all users")) if mode & bit]
    return f"{' and '.join(readers)} (mode {stat.S_IMODE(mode):o})" if readers else ""
