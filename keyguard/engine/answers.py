"""What windows held, remembered within a run: the versions of a file share nearly all of their windows."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from keyguard.detect.matcher import TimeLimit

if TYPE_CHECKING:
    from keyguard.detect.evidence import Standing
    from keyguard.detect.matcher import Found, Matcher
    from keyguard.detect.windows import View

MOST = 100_000  # answers, nearly all of them empty
MOST_FOUND = 20_000  # values in all of them


class Answers:
    """Judges views; an answer depends on the text and its standing alone, and is remembered by the two.

    It lives as long as its process and goes nowhere: it holds values.
    """

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._known: dict[tuple[bytes, Standing], tuple[Found, ...]] = {}
        self._found = 0

    def of(self, view: View, standing: Standing, deadline: float) -> tuple[Found, ...]:
        """Return what a view holds, by its place in there; raises `TimeLimit`."""
        key = hashlib.blake2b(view.bytes, digest_size=16).digest(), standing
        if key not in self._known:
            if time.process_time() >= deadline:  # a window is too short to be stopped in
                raise TimeLimit
            if len(self._known) >= MOST or self._found >= MOST_FOUND:
                self._known.clear()
                self._found = 0
            self._known[key] = tuple(self._matcher.judge(view.text, standing, deadline))
            self._found += len(self._known[key])
        return self._known[key]
