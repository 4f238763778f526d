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

    def __init__(self, scanned: Sequence[str], like: Shared | None = None) -> None:
        """Begin a run; it takes over what was made for one that it is `like`, in the same thread and for its cache."""
        self.scanned, self._like = scanned, like
        self.loaded: dict[tuple[Path, ...], RuleSet] = like.loaded if like else {}
        self.stores: set[str] = set()  # of the repositories whose history is read

    @cached_property
    def cache(self) -> Cache:
        """The cache; none lies in what is scanned."""
        return self._like.cache if self._like else cache.opened(self.scanned)

    @cached_property
    def tools(self) -> Tools:
        """What matches are made with."""
        return self._like.tools if self._like else Tools(self.cache.remember)

    def rules(self, further: tuple[Path, ...]) -> RuleSet:
        """Load the shipped rules and further packs, each set once."""
        if further not in self.loaded:
            self.loaded[further] = packs.load(further, self.cache.remember)
        return self.loaded[further]
