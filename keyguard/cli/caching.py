"""The cache of a run, and the word on one that is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.cli import screen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keyguard.cache import Cache


def opened(scanned: Iterable[str] = ()) -> Cache:
    """Return the cache of a run that scans these paths; the user is warned when its folder cannot be trusted."""
    from keyguard import cache

    kept = cache.opened(scanned)
    if kept.refused:
        screen.say_note(kept.refused)
    return kept
