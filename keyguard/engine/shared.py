"""What the scans of one run have in common: the cache, the rules that were loaded, and whose history is read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from keyguard import cache, packs
from keyguard.engine.order import Tools

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from keyguard.cache import Cache
    from keyguard.packs import RuleSet


class Shared:
    """One for a run, however many repositories it scans."""

    def __init__(self, scanned: Sequence[str]) -> None:
        self.scanned = scanned
        self._rules: dict[tuple[Path, ...], RuleSet] = {}
        self.stores: set[str] = set()  # of the repositories whose history is read

    @cached_property
    def cache(self) -> Cache:
        """The cache; none lies in what is scanned."""
        return cache.opened(self.scanned)

    @cached_property
    def tools(self) -> Tools:
        """What matches are made with."""
        return Tools(self.cache.remember)

    def rules(self, further: tuple[Path, ...]) -> RuleSet:
        """Load the shipped rules and further packs, each set once."""
        if further not in self._rules:
            self._rules[further] = packs.load(further, self.cache.remember)
        return self._rules[further]
